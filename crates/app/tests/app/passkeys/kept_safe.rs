//! What nobody gets by passkeys: who has an account, a second use, somebody else's, a copy.

use app::access::tries;
use axum::http::StatusCode;
use platform::serve::Peer;
use practice::roles::Role;

use super::{HALIMA, OWEN, RIGHT, adds, asked, has_added, is_refused, removal_of, signs_in};
use crate::{
    authenticator::Authenticator,
    browser::{Browser, Page, owned},
    support::{World, on_both, reference_of},
};

/// A page without what differs by chance or was typed.
fn plain(page: &Page, email: &str) -> String {
    let challenge = page.text.split("&quot;challenge&quot;:&quot;").nth(1);
    let challenge = challenge.and_then(|c| c.split("&quot;").next()).unwrap_or("none");
    page.text
        .replace(challenge, "…")
        .replace(&format!(" value=\"{email}\""), " value=\"\"")
        .replace(" value=\"\"", "")
}

#[test]
fn nothing_tells_who_has_an_account_or_a_passkey() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(1);
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let mut asks = Vec::new();
        let mut answers = Vec::new();
        for email in [OWEN, HALIMA, "nobody@nowhere.example", ""] {
            let mut thief = Browser::of(&world.app);
            let page = thief.send("/sign-in/passkey", &owned(&[("email", email)])).await;
            assert_eq!(page.status, StatusCode::OK);
            asks.push(plain(&page, email));
            let answer = Authenticator { handle: vec![0; 16], ..Authenticator::new(99) }
                .signs(&asked(&page));
            let fields = owned(&[("email", email), ("passkey", &answer)]);
            let refused = thief.send("/sign-in/passkey/answer", &fields).await;
            is_refused(&refused).await;
            answers.push(plain(&refused, email));
        }
        asks.dedup();
        answers.dedup();
        assert_eq!(asks.len(), 1, "{asks:?}");
        assert_eq!(answers.len(), 1, "{answers:?}");
        // The right passkey under another's address reads like any other.
        let mut other = Browser::of(&world.app);
        let refused = signs_in(&mut other, &mut tablet, HALIMA).await;
        assert_eq!(plain(&refused, HALIMA), answers[0]);
        assert_ne!(other.get("/").await.status, StatusCode::OK);
        world
    });
}

#[test]
fn an_answer_is_good_once_for_five_minutes_and_in_its_own_browser() {
    on_both(async |world| {
        let mut tablet = Authenticator { counter: 0, ..Authenticator::new(2) };
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let mut owen = Browser::of(&world.app);
        let page = owen.send("/sign-in/passkey", &[]).await;
        let answer = owned(&[("passkey", &tablet.signs(&asked(&page)))]);
        let mut elsewhere = Browser::of(&world.app);
        elsewhere.send("/sign-in/passkey", &[]).await;
        is_refused(&elsewhere.send("/sign-in/passkey/answer", &answer).await).await;
        is_refused(&Browser::of(&world.app).send("/sign-in/passkey/answer", &answer).await).await;
        let mut again = owen.clone();
        assert_eq!(owen.send("/sign-in/passkey/answer", &answer).await.location(), "/");
        is_refused(&again.send("/sign-in/passkey/answer", &answer).await).await;

        // A wrong answer uses it up as well.
        let page = again.send("/sign-in/passkey", &[]).await;
        let right = owned(&[("passkey", &tablet.signs(&asked(&page)))]);
        is_refused(&again.send("/sign-in/passkey/answer", &answer).await).await;
        is_refused(&again.send("/sign-in/passkey/answer", &right).await).await;

        let page = again.send("/sign-in/passkey", &[]).await;
        let late = owned(&[("passkey", &tablet.signs(&asked(&page)))]);
        world.it_is("2026-11-02T10:05:00Z");
        is_refused(&again.send("/sign-in/passkey/answer", &late).await).await;
        again.send("/sign-in/passkey", &[]).await;
        assert_eq!(world.count("passkey_challenge").await, 1, "old ones are not kept");
        world
    });
}

#[test]
fn what_was_signed_for_another_site_opens_nothing() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(3);
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        for origin in ["https://sightline.example", "http://localhost:8081"] {
            let mut fished = Authenticator { origin: origin.to_owned(), ..tablet.clone() };
            is_refused(&signs_in(&mut Browser::of(&world.app), &mut fished, "").await).await;
        }
        world
    });
}

#[test]
fn a_counter_that_goes_back_is_refused_and_told() {
    on_both(async |world| {
        world.joins("priya@health.example", HALIMA, Role::PrivacyOfficer).await;
        let mut phone = Authenticator::new(4);
        let mut halima = has_added(&world, HALIMA, &mut phone, "My phone").await;
        let mut copy = phone.clone();
        signs_in(&mut Browser::of(&world.app), &mut phone, "").await;
        let mut signed_in = Browser::of(&world.app);
        signs_in(&mut signed_in, &mut phone, "").await;
        assert_eq!(signed_in.get("/").await.status, StatusCode::OK);
        let before = world.count("outbox WHERE kind = 'mail'").await;
        let mut thief = Browser::of(&world.app);
        is_refused(&signs_in(&mut thief, &mut copy, "").await).await;
        assert_ne!(thief.get("/").await.status, StatusCode::OK);
        // Which of the two is the copy, nobody can know: it may have signed in before.
        assert_ne!(signed_in.get("/").await.status, StatusCode::OK);
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut phone, "").await).await;
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut copy, "").await).await;

        let told = world.count("outbox WHERE kind = 'mail'").await - before;
        assert_eq!(told, 2, "she and the officer, once");
        assert!(halima.get("/").await.reads("was refused, since there may be a copy of it"));
        let account = halima.get("/session").await;
        assert!(account.reads("There may be a copy of it") && account.reads("Nothing any more"));
        let mut priya = world.signs_in("priya@health.example").await;
        let page = priya.get("/unusual-access").await;
        assert!(page.reads("Passkeys that may have been copied"), "{}", page.text);
        assert!(page.reads("Halima Yusuf-Demo, Health visitor"), "{}", page.text);
        // An officer of another agency has no business with it.
        world.joins("pru@police.example", "petra@police.example", Role::PrivacyOfficer).await;
        let page = world.signs_in("pru@police.example").await.get("/unusual-access").await;
        assert!(!page.reads("Passkeys that may have been copied"), "{}", page.text);
        // It is still a second step that is asked for: a password alone opens nothing.
        let mut by_password = Browser::of(&world.app);
        by_password.sign_in(HALIMA, RIGHT).await;
        assert_ne!(by_password.get("/").await.status, StatusCode::OK);
        world
    });
}

/// Threat model, T20.
#[test]
fn v20_whoever_has_left_signs_in_by_no_passkey() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(5);
        let mut owen = has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let mut jo = world.signs_in("jo@unit.example").await;
        let staff = reference_of(&world, "staff", "Owen Pryce-Demo").await;
        let leaving = jo.get(&format!("/staff/{staff}/leaving")).await;
        let mut fields = leaving.form(&format!("/staff/{staff}/leaving"));
        fields.retain(|(name, _)| !name.starts_with("left."));
        fields.extend(owned(&[("left.day", "2"), ("left.month", "11"), ("left.year", "2026")]));
        let left = jo.send(&format!("/staff/{staff}/leaving"), &fields).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.text);
        assert_ne!(owen.get("/").await.status, StatusCode::OK);
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut tablet, "").await).await;
        world
    });
}

/// Threat model, T20.
#[test]
fn v20_a_passkey_wakes_no_account_that_sleeps() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(12);
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        world
            .tamper(&format!("UPDATE staff SET confirmed_on = '2026-01-01' WHERE email = '{OWEN}'"))
            .await;
        let mut owen = Browser::of(&world.app);
        signs_in(&mut owen, &mut tablet, "").await;
        assert_eq!(owen.get("/requests").await.location(), "/session");
        world
    });
}

#[test]
fn tries_by_passkey_and_by_password_keep_nobody_out_of_the_other() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(6);
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let mut thief = Browser::of(&world.app);
        for _ in 0..=tries::MOST_FOR_ADDRESS {
            let mut unknown = Authenticator { handle: vec![0; 16], ..Authenticator::new(98) };
            is_refused(&signs_in(&mut thief, &mut unknown, OWEN).await).await;
        }
        let half = Browser::of(&world.app).sign_in(OWEN, RIGHT).await;
        assert_eq!(half.status, StatusCode::OK, "his password is not held up: {}", half.text);
        for _ in 0..=tries::MOST_FOR_ADDRESS {
            thief.sign_in(OWEN, "wrong").await;
        }
        let held_up = Browser::of(&world.app).sign_in(OWEN, RIGHT).await;
        assert_eq!(held_up.status, StatusCode::TOO_MANY_REQUESTS);
        let mut owen = Browser::of(&world.app);
        assert_eq!(signs_in(&mut owen, &mut tablet, OWEN).await.location(), "/");
        world
    });
}

#[test]
fn one_peer_tries_passkeys_no_more_often_than_passwords() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(7);
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let mut peer = Browser::of(&world.app);
        peer.router = peer.router.layer(axum::Extension(Peer(([192, 0, 2, 7], 4000).into())));
        for n in 0..tries::MOST_FOR_PEER {
            // What was right does not count.
            let mut browser = peer.clone();
            match n {
                0 => assert_eq!(signs_in(&mut browser, &mut tablet, "").await.location(), "/"),
                _ => {
                    let now = world.app.clock.now();
                    world.app.tries().begin_unnamed(Some([192, 0, 2, 7].into()), now).unwrap();
                }
            }
        }
        assert_eq!(peer.send("/sign-in/passkey", &[]).await.status, StatusCode::OK);
        let waits = peer.send("/sign-in/passkey", &[]).await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(peer.sign_in(OWEN, RIGHT).await.status, StatusCode::TOO_MANY_REQUESTS);
        let other = Browser::of(&world.app).send("/sign-in/passkey", &[]).await;
        assert_eq!(other.status, StatusCode::OK);
        world
    });
}

#[test]
fn nobody_gets_a_passkey_by_writing_into_the_table() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(8);
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let whose = |email: &str| format!("(SELECT id FROM staff WHERE email = '{email}')");
        let (owen, dee) = (whose(OWEN), whose("dee@hub.example"));
        world.tamper(&format!("UPDATE passkey SET staff_id = {dee} WHERE staff_id = {owen}")).await;
        tablet.handle = world.actor("dee@hub.example").await.id().as_bytes().to_vec();
        let mut thief = Browser::of(&world.app);
        let page = signs_in(&mut thief, &mut tablet, "").await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", page.text);
        assert_ne!(thief.get("/").await.status, StatusCode::OK);
        world
    });
}

#[test]
fn one_passkey_is_on_one_account_and_only_its_owner_removes_it() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(9);
        let mut owen = has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let mut halima = world.signs_in(HALIMA).await;
        let page = adds(&mut halima, &mut tablet.clone(), "The same").await;
        assert!(page.reads("This passkey is on an account already"), "{}", page.text);
        adds(&mut owen, &mut Authenticator::new(10), "Phone").await;
        let removal = removal_of(&mut owen, "Phone").await;
        assert_eq!(halima.get(&removal).await.status, StatusCode::NOT_FOUND);
        assert_eq!(halima.post(&removal, &[]).await.status, StatusCode::NOT_FOUND);
        assert!(owen.get("/session").await.reads("Phone"));
        world
    });
}

#[test]
fn a_code_from_the_business_unit_ends_every_passkey() {
    on_both(async |world| {
        let mut tablet = Authenticator::new(11);
        has_added(&world, OWEN, &mut tablet, "Tablet").await;
        let code = code_for(&world, "Owen Pryce-Demo").await;
        let fields = owned(&[
            ("email", OWEN),
            ("sign-in-code", &code),
            ("password", "copper lantern seventeen herons"),
            ("password-again", "copper lantern seventeen herons"),
        ]);
        let set = Browser::of(&world.app).send("/first-sign-in", &fields).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        is_refused(&signs_in(&mut Browser::of(&world.app), &mut tablet, "").await).await;
        world
    });
}

/// The Business Unit makes somebody a code.
async fn code_for(world: &World, name: &str) -> String {
    let mut jo = world.signs_in("jo@unit.example").await;
    let path = format!("/staff/{}/code", reference_of(world, "staff", name).await);
    let form = jo.get(&path).await.form(&path);
    let page = jo.send(&path, &form).await;
    let code = page.text.split("<strong>").nth(1).unwrap_or_else(|| panic!("{}", page.text));
    code.split('<').next().unwrap().to_owned()
}

#[test]
fn on_an_address_without_a_name_no_passkey_is_offered() {
    on_both(async |mut world| {
        assert!(Browser::of(&world.app).get("/sign-in").await.reads("Sign in with a passkey"));
        world.app.address = "http://127.0.0.1:8080".into();
        assert!(!Browser::of(&world.app).get("/sign-in").await.reads("Sign in with a passkey"));
        world
    });
}
