//! The second step of signing in, and what else somebody looks after of their own account.

use app::access::{Action, second_step, tries};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use totp_rs::{Builder, Secret};

use crate::{
    browser::{Browser, Page, owned},
    support::{World, on_both},
};

const OWEN: &str = "owen@marram.example";
const RIGHT: &str = app::demo::PASSWORD;
const MORNING: &str = "2026-11-02T10:00:00Z";

/// The letters of the key on the page, as an app would take them.
fn letters(page: &Page) -> String {
    let inset = page.text.split("govuk-inset-text").nth(1).expect("the key");
    let text = inset.split('>').nth(1).unwrap().split('<').next().unwrap();
    text.split_whitespace().collect()
}

/// What an app with these letters shows at a moment.
fn shown(letters: &str, at: Timestamp) -> String {
    let app = Builder::new()
        .with_secret(Secret::try_from_base32(letters).unwrap())
        .with_account_name("owen")
        .build()
        .unwrap();
    app.generate(u64::try_from(at.as_second()).unwrap()).to_string()
}

/// Owen sets up an app; answers with its letters.
async fn sets_up_an_app(world: &World, owen: &mut Browser) -> String {
    world.it_is(MORNING);
    assert_eq!(owen.post("/session/app/begin", &[]).await.location(), "/session/app");
    let letters = letters(&owen.get("/session/app").await);
    let code = shown(&letters, world.app.clock.now());
    let done = owen.post("/session/app", &[("one-time-code", &code)]).await;
    assert_eq!(done.location(), "/session", "{}", done.text);
    letters
}

async fn enters(browser: &mut Browser, code: &str) -> Page {
    browser.send("/sign-in/code", &owned(&[("one-time-code", code), ("next", "/requests")])).await
}

#[test]
fn with_an_app_the_password_alone_opens_nothing() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let mut elsewhere = world.signs_in(OWEN).await;
        let letters = sets_up_an_app(&world, &mut owen).await;
        assert_eq!(owen.get("/").await.status, StatusCode::OK, "it was given here");
        assert_ne!(elsewhere.get("/").await.status, StatusCode::OK, "a password began that one");

        let mut thief = Browser::of(&world.app);
        let asked = thief.sign_in(OWEN, RIGHT).await;
        assert!(asked.reads("Enter a code"), "{}", asked.text);
        for path in ["/", "/session", "/requests", "/session/app"] {
            assert_ne!(thief.get(path).await.status, StatusCode::OK, "{path}");
        }
        assert_eq!(enters(&mut thief, "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let now = world.app.clock.now() + SignedDuration::from_secs(60);
        world.it_is(&now.to_string());
        let let_in = enters(&mut thief, &shown(&letters, now)).await;
        assert_eq!(let_in.location(), "/requests", "{}", let_in.text);
        assert_eq!(thief.get("/requests").await.status, StatusCode::OK);
        world
    });
}

#[test]
fn a_code_is_good_once_and_half_a_minute_off() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let letters = sets_up_an_app(&world, &mut owen).await;
        let now = world.app.clock.now() + SignedDuration::from_secs(300);
        world.it_is(&now.to_string());
        for (seconds, taken) in [(-60, false), (-30, true), (-30, false), (30, true), (0, false)] {
            let mut again = Browser::of(&world.app);
            again.sign_in(OWEN, RIGHT).await;
            let code = shown(&letters, now + SignedDuration::from_secs(seconds));
            let answer = enters(&mut again, &code).await;
            assert_eq!(answer.status == StatusCode::SEE_OTHER, taken, "{seconds} seconds off");
        }
        world
    });
}

#[test]
fn guessing_codes_makes_one_wait() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let letters = sets_up_an_app(&world, &mut owen).await;
        let mut thief = Browser::of(&world.app);
        thief.sign_in(OWEN, RIGHT).await;
        for _ in 0..tries::MOST_FOR_ADDRESS {
            enters(&mut thief, "123456").await;
        }
        let now = world.app.clock.now() + SignedDuration::from_secs(60);
        world.it_is(&now.to_string());
        let right = enters(&mut thief, &shown(&letters, now)).await;
        assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(owen.get("/").await.status, StatusCode::OK, "the victim is not locked out");
        world
    });
}

#[test]
fn half_a_sign_in_is_over_after_ten_minutes() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let letters = sets_up_an_app(&world, &mut owen).await;
        let mut late = Browser::of(&world.app);
        late.sign_in(OWEN, RIGHT).await;
        let now = world.app.clock.now() + second_step::PATIENCE;
        world.it_is(&now.to_string());
        assert_eq!(enters(&mut late, &shown(&letters, now)).await.location(), "/sign-in");
        world
    });
}

/// The codes of the list that is printed on a page.
fn printed(page: &Page) -> Vec<String> {
    let list = page.text.split("app-codes").nth(1).unwrap().split("</ol>").next().unwrap();
    let items = list.split("<li>").skip(1);
    items.map(|item| item.split('<').next().unwrap().to_owned()).collect()
}

/// Outside a demo a password alone opens nothing, and leads to where a second step is set up: no
/// phone is needed for it (threat model, T20).
#[test]
fn outside_a_demo_everybody_sets_up_a_second_step_first() {
    on_both(async |world| {
        let mut app = world.app.clone();
        app.demo = false;
        let mut owen = Browser::of(&app);
        owen.sign_in(OWEN, RIGHT).await;
        for path in ["/", "/requests", "/hub", "/people", "/contacts/22222-22222"] {
            assert_eq!(owen.get(path).await.location(), "/session", "{path}");
        }
        let begun = owen.send("/requests", &[]).await;
        assert_eq!(begun.location(), "/session", "and nothing is begun");
        let account = owen.get("/session").await;
        assert!(account.reads("Set up a second step before you go on"), "{}", account.text);
        assert!(!account.text.contains("href=\"/requests\""), "no menu leads to what is closed");

        let codes = printed(&owen.post("/session/list/begin", &[]).await);
        let done = owen.post("/session/list", &[("one-time-code", &codes[0])]).await;
        assert_eq!(done.location(), "/", "{}", done.text);
        assert_eq!(owen.get("/requests").await.status, StatusCode::OK);
        world
    });
}

/// The doors refuse as well, whatever a page forgets.
#[test]
fn the_policies_open_nothing_to_a_session_without_the_second_step() {
    on_both(async |world| {
        let dee = world.actor("dee@hub.example").await;
        assert!(dee.may(Action::ReadQueue));
        let by_half = dee.without_second_step();
        for action in need_to_know::Action::ALL {
            let own = *action == Action::MindOwnSession;
            assert_eq!(by_half.may(*action), own, "{action:?}");
        }
        world
    });
}

#[test]
fn a_printed_list_lets_one_in_once_with_each_code_and_is_stored_nowhere() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let codes = printed(&owen.post("/session/list/begin", &[]).await);
        assert_eq!(codes.len(), second_step::CODES);
        let mut other = Browser::of(&world.app);
        assert_eq!(
            other.sign_in(OWEN, RIGHT).await.status,
            StatusCode::SEE_OTHER,
            "a list that nobody has confirmed is in nobody’s hand"
        );
        let wrong = owen.post("/session/list", &[("one-time-code", "nonsense")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = owen.post("/session/list", &[("one-time-code", &codes[0])]).await;
        assert_eq!(done.location(), "/session");
        for (code, taken) in [(0, false), (1, true), (1, false), (2, true)] {
            let mut again = Browser::of(&world.app);
            again.sign_in(OWEN, RIGHT).await;
            let answer = enters(&mut again, &format!(" {} ", codes[code].to_uppercase())).await;
            assert_eq!(answer.status == StatusCode::SEE_OTHER, taken, "code {code}");
        }
        assert!(owen.get("/session").await.reads("21 codes left"));
        for code in &codes {
            assert!(!world.holds(code).await, "{code} is in the database");
        }
        world
    });
}

#[test]
fn what_was_typed_survives_a_sign_in_in_two_steps() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let letters = sets_up_an_app(&world, &mut owen).await;
        owen.post("/sign-out-everywhere", &[]).await;
        let typed = [("worry", "Kit was hungry"), ("token", "x"), ("once", "y")];
        let interrupted = owen.send("/contacts/22222-22222/information", &owned(&typed)).await;
        let mut fields = interrupted.form("/sign-in");
        fields.retain(|(name, _)| name != "email" && name != "password");
        fields.extend(owned(&[("email", OWEN), ("password", RIGHT)]));
        let asked = owen.send("/sign-in", &fields).await;
        assert!(asked.reads("Enter a code"));
        let now = world.app.clock.now() + SignedDuration::from_secs(60);
        world.it_is(&now.to_string());
        let mut fields = asked.form("/sign-in/code");
        fields.retain(|(name, _)| name != "one-time-code");
        fields.extend(owned(&[("one-time-code", &shown(&letters, now))]));
        let back = owen.send("/sign-in/code", &fields).await;
        assert!(back.reads("You are signed in again") && back.reads("Kit was hungry"));
        world
    });
}

#[test]
fn another_password_ends_every_other_session() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let mut elsewhere = world.signs_in(OWEN).await;
        let new = "copper lantern seventeen herons";
        for (current, wanted, says) in [
            (RIGHT, "short", "at least 15 characters"),
            (RIGHT, "passwordpassword", "harder to guess"),
            ("wrong", new, "That is not your password now"),
        ] {
            let fields = [("current-password", current), ("new-password", wanted)];
            let refused = owen.post("/session/password", &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.reads(says), "{}", refused.text);
            assert!(!refused.text.contains(wanted), "no password comes back");
        }
        let fields = [("current-password", RIGHT), ("new-password", new)];
        assert_eq!(owen.post("/session/password", &fields).await.location(), "/session");
        assert_eq!(owen.get("/session").await.status, StatusCode::OK);
        assert_ne!(elsewhere.get("/session").await.status, StatusCode::OK);
        let mut again = Browser::of(&world.app);
        let old = again.sign_in(OWEN, RIGHT).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(again.sign_in(OWEN, new).await.status, StatusCode::SEE_OTHER);
        assert!(!world.holds(new).await);
        world
    });
}

#[test]
fn one_ends_a_session_of_ones_own_and_of_nobody_else() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let mut elsewhere = world.signs_in(OWEN).await;
        let mut dee = world.signs_in("dee@hub.example").await;
        let of_owen = owen.get("/session").await.form("/session/end");
        let which = of_owen.iter().find(|(name, _)| name == "which").unwrap().1.clone();
        dee.post("/session/end", &[("which", &which)]).await;
        assert_eq!(elsewhere.get("/session").await.status, StatusCode::OK);
        owen.post("/session/end", &[("which", &which)]).await;
        assert_ne!(elsewhere.get("/session").await.status, StatusCode::OK);
        assert_eq!(owen.get("/session").await.status, StatusCode::OK);
        world
    });
}
