//! How far the word of a provider goes: never as far as a second step of one's own, nor beyond the moment
//! at which the Business Unit trusts it no more.

use app::access::tries::MOST_FOR_PEER;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use platform::serve::Peer;
use serde_json::json;

use super::{
    JO, PETRA, agency_of, back, form, goes, is, is_refused, set_for, signs_in, signs_in_as,
};
use crate::{
    browser::{Browser, Page},
    organisations::{code_on, first_sign_in},
    provider::Provider,
    support::{World, on_both},
    walk::known,
};

/// A code of a printed list, by its place.
pub fn code(list: &Page, place: usize) -> String {
    let after = list.text.split("<li>").nth(place).unwrap();
    after.split("</li>").next().unwrap().to_owned()
}

pub async fn prints_a_list(browser: &mut Browser) -> Page {
    let list = browser.post("/session/list/begin", &[]).await;
    let done = browser.post("/session/list", &[("one-time-code", &code(&list, 1))]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    list
}

async fn breaks_glass(browser: &mut Browser, person: &str) -> Page {
    let why = "purpose=medical-emergency&reason=She+is+unconscious+in+the+clinic";
    browser.fills("/break-glass", &format!("reference={person}&name=&{why}")).await
}

#[test]
fn a_providers_word_sets_up_no_second_step_in_the_place_of_ones_own() {
    on_both(async |mut world| {
        let child = known(&world, false).await;
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        world.app.demo = false;
        let mut own = world.signs_in(PETRA).await;
        let list = prints_a_list(&mut own).await;
        assert_eq!(own.get("/requests").await.status, StatusCode::OK);

        let (mut petra, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        for (path, fields) in [
            ("/session/list/begin", &[][..]),
            ("/session/app/begin", &[]),
            ("/session/list", &[("one-time-code", "abcde-fghjk")]),
        ] {
            let page = petra.post(path, fields).await;
            assert_eq!(page.location(), "/sign-in/code?next=%2Fsession", "{path}: {}", page.text);
        }
        assert_eq!(own.get("/requests").await.status, StatusCode::OK, "hers goes on");
        assert_eq!(world.count("second_step WHERE ended_at IS NULL").await, 1);

        // By her own step she may.
        let asks = petra.get("/sign-in/code?next=%2Fsession").await;
        assert_eq!(asks.status, StatusCode::OK, "{}", asks.text);
        let fields = [("next", "/session"), ("one-time-code", &code(&list, 2))];
        let page = petra.send("/sign-in/code", &crate::browser::owned(&fields)).await;
        assert_eq!(page.location(), "/session", "{}", page.text);
        prints_a_list(&mut petra).await;
        let page = breaks_glass(&mut petra, &child.person).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        world
    });
}

#[test]
fn a_step_that_is_set_up_by_a_providers_word_alone_is_not_fresh() {
    on_both(async |mut world| {
        let child = known(&world, false).await;
        let provider = set_for(&world, PETRA, "ours", "ours").await;
        world.app.demo = false;
        let (mut petra, _) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(
            petra.get("/requests").await.location(),
            "/session",
            "she has yet to set one up"
        );
        prints_a_list(&mut petra).await;
        assert_eq!(petra.get("/requests").await.status, StatusCode::OK);
        let page = breaks_glass(&mut petra, &child.person).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
        assert_eq!(world.count("broken_glass").await, 0);
        world
    });
}

#[test]
fn whoever_sets_a_provider_takes_their_own_second_step_once_more() {
    on_both(async |mut world| {
        let provider = Provider::begins().await;
        let at = format!("/agencies/{}/identity-provider", agency_of(&world, PETRA).await);
        world.app.demo = false;
        let mut jo = world.signs_in(JO).await;
        let list = prints_a_list(&mut jo).await;
        world.app.clock.set(world.app.clock.now() + jiff::SignedDuration::from_mins(6));
        let fields = form(&provider.issuer, "ours", "ours", "0");
        for typed in ["", "abcde-fghjk"] {
            let with = [&fields[..], &[("one-time-code", typed)]].concat();
            let page = jo.post(&at, &with).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
        }
        assert_eq!(world.count("identity_provider").await, 0);
        let code = code(&list, 2);
        let page = jo.post(&at, &[&fields[..], &[("one-time-code", &code)]].concat()).await;
        assert_eq!(page.location(), format!("{at}?done=provider-set"), "{}", page.text);
        world
    });
}

/// Sets the provider of the police once more, otherwise.
async fn sets_again(
    world: &World,
    provider: &Provider,
    vouches: &str,
    second: &str,
    revision: &str,
) {
    let at = format!("/agencies/{}/identity-provider", agency_of(world, PETRA).await);
    let mut fields = form(&provider.issuer, vouches, second, revision);
    fields[2].1 = "";
    let page = world.signs_in(JO).await.post(&at, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
}

#[test]
fn what_is_trusted_no_more_has_made_nothing_that_stays() {
    on_both(async |mut world| {
        let provider = set_for(&world, PETRA, "its-word", "its-word").await;
        world.app.demo = false;
        let (mut petra, page) = signs_in_as(&world, &provider, ("petra-1", PETRA), |token| {
            token.claims.as_object_mut().unwrap().remove("email_verified");
        })
        .await;
        assert_eq!(page.location(), "/requests", "{}", page.text);

        world.app.demo = true;
        sets_again(&world, &provider, "its-word", "ours", "1").await;
        world.app.demo = false;
        assert_eq!(petra.get("/requests").await.location(), "/session", "its word counts no more");
        assert_eq!(world.count("identity WHERE ended_at IS NULL").await, 1);

        world.app.demo = true;
        sets_again(&world, &provider, "ours", "ours", "2").await;
        assert_eq!(world.count("identity WHERE ended_at IS NULL").await, 0);
        assert!(!is(&mut petra, "Petra Lindqvist-Demo").await, "and she is signed out");
        world
    });
}

#[test]
fn where_a_provider_says_that_an_address_is_not_checked_it_never_counts() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "its-word", "its-word").await;
        let (_, page) = signs_in_as(&world, &provider, ("petra-1", PETRA), |token| {
            token.claims["email_verified"] = json!(false);
        })
        .await;
        is_refused(&page);
        // Nor one that merely looks alike: the first letter after the point is not an ASCII one.
        let alike = PETRA.replace("police", "polic\u{435}");
        is_refused(&signs_in(&world, &provider, ("petra-2", &alike)).await.1);
        is_refused(
            &signs_in(&world, &provider, ("petra-3", "petra@police.example\u{212a}")).await.1,
        );
        assert_eq!(world.count("identity").await, 0);
        world
    });
}

#[test]
fn whoever_gets_a_new_code_is_connected_no_more() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let (mut thief, _) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        let person = crate::support::reference_of(&world, "staff", "Petra Lindqvist-Demo").await;
        let given =
            world.signs_in(JO).await.fills(&format!("/staff/{person}/code"), "once=a").await;
        let fields = first_sign_in(PETRA, &code_on(&given), "thirteen green kettles");
        let page = Browser::of(&world.app).send("/first-sign-in", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert_eq!(world.count("identity WHERE ended_at IS NULL").await, 0);
        assert!(!is(&mut thief, "Petra Lindqvist-Demo").await);
        world
    });
}

#[test]
fn nobody_signs_in_so_before_a_restored_database_was_looked_through() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let before = signs_in(&world, &provider, ("petra-1", PETRA)).await.1;
        assert_eq!(before.location(), "/requests", "{}", before.text);
        let mut away = Browser::of(&world.app);
        let asked = goes(&world, &mut away, PETRA).await;
        app::ledger::restored::hold(&world.app, None).await.unwrap();
        let token = provider.of(&asked, "petra-1", PETRA, world.app.clock.now());
        is_refused(&super::comes_back(&mut away, &provider, &asked, token).await);
        let list = Browser::of(&world.app).get("/sign-in/organisation").await;
        assert!(list.reads("No organisation has set this up yet"), "{}", list.text);
        world
    });
}

#[test]
fn a_secret_that_has_run_out_is_told_from_an_account_that_is_not_there() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        provider.knows_no_more();
        let page = signs_in(&world, &provider, ("petra-1", PETRA)).await.1;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert!(page.reads("does not know Sightline any more"), "{}", page.text);
        assert!(page.reads("they can give you a code for a password"), "{}", page.text);
        world
    });
}

#[test]
fn whoever_was_refused_is_asked_anew_who_they_are() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let (mut other, page) =
            signs_in(&world, &provider, ("xx-1", "nobody@police.example")).await;
        is_refused(&page);
        assert!(page.text.contains("/sign-in/organisation?anew=true"), "{}", page.text);
        let list = other.get("/sign-in/organisation?anew=true").await;
        let mut fields = list.form("/sign-in/organisation");
        fields.push(("agency".into(), agency_of(&world, PETRA).await));
        let page = other.send("/sign-in/organisation", &fields).await;
        let url = page.headers["refresh"].to_str().unwrap();
        assert!(url.contains("prompt=login"), "{url}");
        assert!(!goes(&world, &mut other, PETRA).await.contains_key("prompt"));
        world
    });
}

#[test]
fn two_tabs_may_be_away_at_once() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let mut petra = Browser::of(&world.app);
        let first = goes(&world, &mut petra, PETRA).await;
        goes(&world, &mut petra, PETRA).await;
        let token = provider.of(&first, "petra-1", PETRA, world.app.clock.now());
        let page = super::comes_back(&mut petra, &provider, &first, token).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        world
    });
}

#[test]
fn those_who_sign_in_rightly_use_up_nobodys_tries() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let agency = agency_of(&world, PETRA).await;
        for _ in 0..3 {
            let mut petra = Browser::of(&world.app);
            let peer = || Peer("192.0.2.7:4000".parse().unwrap());
            let sends = Request::post("/sign-in/organisation")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .extension(peer());
            let page = petra.ask(sends, Body::from(format!("agency={agency}"))).await;
            let leads = page.headers["refresh"].to_str().unwrap().to_owned();
            let asked = serde_html_form::from_str(leads.split_once('?').unwrap().1).unwrap();
            // It takes two requests, and time goes on between them.
            let now = world.app.clock.now() + jiff::SignedDuration::from_secs(7);
            world.app.clock.set(now);
            let given = provider.gives(provider.of(&asked, "petra-1", PETRA, now));
            let at = back(&asked, &[("code", &given), ("iss", &provider.issuer)]);
            let page = petra.ask(Request::get(at).extension(peer()), Body::empty()).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        }
        let now = world.app.clock.now();
        let address = Some("192.0.2.7".parse().unwrap());
        let left = (0..=MOST_FOR_PEER)
            .take_while(|_| world.app.tries().begin_unnamed(address, now).is_ok())
            .count();
        assert_eq!(left, MOST_FOR_PEER);
        world
    });
}
