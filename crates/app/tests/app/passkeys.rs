//! Passkeys: adding and removing them, signing in by them, and what nobody gets by them.

mod kept_safe;

use axum::http::StatusCode;
use platform::db::{Row, Runs, sea_orm};
use serde_json::Value;

use crate::{
    authenticator::Authenticator,
    browser::{Browser, Page, owned},
    support::{World, on_both},
    walk::known,
};

const OWEN: &str = "owen@marram.example";
const HALIMA: &str = "halima@health.example";
const RIGHT: &str = app::demo::PASSWORD;

/// What the page asks an authenticator.
fn asked(page: &Page) -> Value {
    let at = page.text.split("data-passkey=\"").nth(1);
    let options = at.unwrap_or_else(|| panic!("asks for no passkey: {}", page.text));
    let options = options.split('"').next().unwrap().replace("&quot;", "\"").replace("&amp;", "&");
    serde_json::from_str(&options).unwrap()
}

/// Somebody who is signed in adds it under that name; answers with what they read then.
async fn adds(browser: &mut Browser, device: &mut Authenticator, name: &str) -> Page {
    let fields = [("name", name), ("current-password", RIGHT)];
    let page = browser.post("/session/passkeys/new", &fields).await;
    let answer = device.makes(&asked(&page));
    browser.post("/session/passkeys", &[("passkey", &answer)]).await
}

/// Somebody of the demo has added it.
async fn has_added(world: &World, email: &str, device: &mut Authenticator, name: &str) -> Browser {
    let mut browser = world.signs_in(email).await;
    let added = adds(&mut browser, device, name).await;
    assert_eq!(added.location(), "/session?done=passkey-added", "{}", added.text);
    browser
}

/// Signs in by it, with what was typed as an address; answers with the browser and what it reads.
async fn signs_in(browser: &mut Browser, device: &mut Authenticator, email: &str) -> Page {
    let page = browser.send("/sign-in/passkey", &owned(&[("email", email)])).await;
    let mut fields = page.form("/sign-in/passkey/answer");
    fields.retain(|(name, _)| name != "passkey");
    fields.push(("passkey".into(), device.signs(&asked(&page))));
    browser.send("/sign-in/passkey/answer", &fields).await
}

/// Types the right password, and then takes the second step by it.
async fn second_step(browser: &mut Browser, device: &mut Authenticator, email: &str) -> Page {
    let half = browser.sign_in(email, RIGHT).await;
    assert!(half.has_form("/sign-in/key"), "{}", half.text);
    let page = browser.send("/sign-in/key", &[]).await;
    let answer = device.signs(&asked(&page));
    browser.send("/sign-in/key/answer", &owned(&[("passkey", &answer)])).await
}

async fn is_refused(page: &Page) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    assert!(page.reads("Nobody was signed in by that passkey"), "{}", page.text);
}

#[test]
fn a_passkey_that_verifies_whose_it_is_signs_in_by_itself() {
    on_both(async |mut world| {
        let mut tablet = Authenticator::new(1);
        has_added(&world, OWEN, &mut tablet, "Tablet in the nursery office").await;
        // Outside a demo a password alone opens nothing; the passkey is both.
        world.app.demo = false;
        for email in ["", "  OWEN@marram.example "] {
            let mut owen = Browser::of(&world.app);
            let page = signs_in(&mut owen, &mut tablet, email).await;
            assert_eq!(page.location(), "/", "{}", page.text);
            assert_eq!(owen.get("/requests").await.status, StatusCode::OK);
        }
        let mut owen = Browser::of(&world.app);
        signs_in(&mut owen, &mut tablet, "").await;
        let account = owen.get("/session").await;
        assert!(account.reads("Tablet in the nursery office"), "{}", account.text);
        assert!(account.reads("Signing in by itself") && account.reads("2 November 2026 at 10am"));
        world
    });
}

#[test]
fn a_passkey_is_a_fresh_second_step_where_one_is_asked_for() {
    on_both(async |world| {
        let child = known(&world, false).await;
        let mut phone = Authenticator::new(2);
        has_added(&world, HALIMA, &mut phone, "My phone").await;
        let why = "purpose=medical-emergency&reason=She+is+unconscious+in+the+clinic";
        let over = format!("reference={}&name=&{why}", child.person);
        let mut halima = Browser::of(&world.app);
        signs_in(&mut halima, &mut phone, "").await;
        assert_eq!(halima.fills("/break-glass", &over).await.status, StatusCode::SEE_OTHER);

        // Six minutes later it is asked for again, and what was typed is still there.
        world.it_is("2026-11-02T10:06:00Z");
        let form = halima.get("/break-glass").await;
        assert!(form.text.contains("formaction=\"/session/second-step\""), "{}", form.text);
        assert!(!form.reads("Code from your app"), "she has none");
        let stale = halima.fills("/break-glass", &over).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let asks = halima.fills("/session/second-step", &format!("next=/break-glass&{over}")).await;
        let mut fields = asks.form("/session/second-step/answer");
        fields.retain(|(name, _)| name != "passkey");
        fields.push(("passkey".into(), phone.signs(&asked(&asks))));
        let back = halima.send("/session/second-step/answer", &fields).await;
        assert!(back.reads("Your passkey was right"), "{}", back.text);
        let opened = halima.send("/break-glass", &back.form("/break-glass")).await;
        assert!(opened.location().starts_with("/break-glass/"), "{}", opened.text);
        world
    });
}

#[test]
fn a_key_that_verifies_nobody_is_a_second_step_and_never_signs_in_by_itself() {
    on_both(async |world| {
        let mut key = Authenticator::plain(3);
        let mut owen = has_added(&world, OWEN, &mut key, "Key on my ring").await;
        assert!(owen.get("/session").await.reads("after your password, in place of a code"));
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut key, "").await).await;

        let mut again = Browser::of(&world.app);
        let half = again.sign_in(OWEN, RIGHT).await;
        assert!(half.reads("Use your passkey or security key"), "{}", half.text);
        assert!(!half.reads("Code from your app"), "he has none");
        assert_ne!(again.get("/requests").await.status, StatusCode::OK, "by a password alone");
        assert_eq!(second_step(&mut again, &mut key, OWEN).await.location(), "/");
        assert_eq!(again.get("/requests").await.status, StatusCode::OK);

        // Whoever finds it can set a number on it; it was not added as one that verifies.
        key.verifies = true;
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut key, "").await).await;
        world
    });
}

#[test]
fn a_passkey_that_does_not_verify_this_time_opens_nothing() {
    on_both(async |world| {
        let mut phone = Authenticator::new(4);
        has_added(&world, OWEN, &mut phone, "Phone").await;
        phone.verifies = false;
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut phone, "").await).await;
        let mut half = Browser::of(&world.app);
        is_refused(&second_step(&mut half, &mut phone, OWEN).await).await;
        assert_ne!(half.get("/requests").await.status, StatusCode::OK);
        world
    });
}

#[test]
fn adding_one_takes_the_password_and_a_fresh_second_step() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(5);
        let mut owen = world.signs_in(OWEN).await;
        for (fields, says) in [
            ([("name", ""), ("current-password", RIGHT)], "Enter a name for it"),
            ([("name", "Tablet"), ("current-password", "wrong")], "That is not your password now"),
        ] {
            let page = owen.post("/session/passkeys/new", &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.reads(says) && !page.text.contains("data-passkey"), "{}", page.text);
        }
        // An answer that nobody asked for.
        let unasked = serde_json::json!({
            "user": { "id": "AAAA" }, "rp": { "id": "localhost" }, "challenge": "AAAA",
        });
        let answer = tablet.makes(&unasked);
        let page = owen.post("/session/passkeys", &[("passkey", &answer)]).await;
        assert!(page.reads("No passkey was made"), "{}", page.text);
        assert_eq!(world.count("passkey").await, 0);

        assert_eq!(adds(&mut owen, &mut tablet, "Tablet").await.status, StatusCode::SEE_OTHER);
        world.it_is("2026-11-02T10:06:00Z");
        let form = owen.get("/session/passkeys/new").await;
        assert!(form.reads("First confirm with a passkey that you have already"), "{}", form.text);
        let fields = [("name", "Phone"), ("current-password", RIGHT)];
        let page = owen.post("/session/passkeys/new", &fields).await;
        assert!(!page.text.contains("data-passkey"), "a password alone is not enough");
        let asks = owen.post("/session/second-step", &[("next", "/session/passkeys/new")]).await;
        let answer = tablet.signs(&asked(&asks));
        let fields = [("next", "/session/passkeys/new"), ("passkey", answer.as_str())];
        let on = owen.post("/session/second-step/answer", &fields).await;
        assert_eq!(on.location(), "/session/passkeys/new");
        let added = adds(&mut owen, &mut Authenticator::new(6), "Phone").await;
        assert_eq!(added.location(), "/session?done=passkey-added", "{}", added.text);
        world
    });
}

#[test]
fn adding_and_removing_are_journaled_and_told_without_a_word_of_what() {
    on_both(async |world| {
        #[derive(Row)]
        struct Asked {
            about: String,
        }
        let mut tablet = Authenticator::new(7);
        let mut elsewhere = world.signs_in(OWEN).await;
        let mut owen = has_added(&world, OWEN, &mut tablet, "Tablet in the nursery office").await;
        assert_ne!(elsewhere.get("/").await.status, StatusCode::OK, "a password began that one");
        adds(&mut owen, &mut Authenticator::new(8), "Phone").await;
        let removal = removal_of(&mut owen, "Phone").await;
        assert_eq!(owen.post(&removal, &[]).await.location(), "/session?done=passkey-removed");
        let home = owen.get("/").await;
        assert!(home.reads("“Tablet in the nursery office” was added to your account"));
        assert!(home.reads("“Phone” was removed"), "{}", home.text);
        world.it_is("2026-11-09T10:01:00Z");
        let mut later = Browser::of(&world.app);
        signs_in(&mut later, &mut tablet, "").await;
        assert!(!later.get("/").await.reads("was added to your account"), "after a week");

        let text = "SELECT about FROM outbox WHERE kind = 'mail'";
        let letters: Vec<Asked> = world.app.db.reads().all(text, []).await.unwrap();
        assert_eq!(letters.len(), 3, "added, added, removed");
        let owen = world.actor(OWEN).await.id().to_string();
        assert!(letters.iter().all(|l| l.about.contains(&owen) && !l.about.contains("Tablet")));
        assert_eq!(entries(&world, "passkeys:add").await, 2);
        assert_eq!(entries(&world, "passkeys:remove").await, 1);
        world
    });
}

/// How many journal entries are of that kind.
pub async fn entries(world: &World, what: &str) -> usize {
    #[derive(Row)]
    struct Entry {
        entry: Vec<u8>,
    }
    let all: Vec<Entry> = world.app.db.reads().all("SELECT entry FROM journal", []).await.unwrap();
    let is_it = |e: &&Entry| e.entry.windows(what.len()).any(|w| w == what.as_bytes());
    all.iter().filter(is_it).count()
}

/// Where the one of that name is removed.
async fn removal_of(browser: &mut Browser, name: &str) -> String {
    let page = browser.get("/session").await;
    let before = page.text.split(&format!(">Remove “{name}”<")).next().unwrap();
    before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn the_last_second_step_is_not_taken_away() {
    on_both(async |world| {
        let (mut tablet, mut phone) = (Authenticator::new(9), Authenticator::new(10));
        let mut owen = has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let removal = removal_of(&mut owen, "Tablet").await;
        let page = owen.post(&removal, &[]).await;
        assert!(page.reads("This is the only second step that you have"), "{}", page.text);
        assert_eq!(page.errors_lead_to(), ["#removal"]);
        assert!(page.has_id("removal"));

        let added = adds(&mut owen, &mut phone, "Phone").await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
        let mut on_tablet = Browser::of(&world.app);
        signs_in(&mut on_tablet, &mut tablet, "").await;
        assert_eq!(on_tablet.get("/").await.status, StatusCode::OK);
        assert_eq!(owen.post(&removal, &[]).await.location(), "/session?done=passkey-removed");
        assert_ne!(on_tablet.get("/").await.status, StatusCode::OK, "it was begun by that one");
        assert_eq!(owen.get("/").await.status, StatusCode::OK);
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut tablet, "").await).await;
        assert_eq!(owen.post(&removal, &[]).await.status, StatusCode::NOT_FOUND, "it is gone");
        world
    });
}
