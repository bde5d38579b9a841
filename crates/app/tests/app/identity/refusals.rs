//! Who does not come in by their agency's provider: each refusal reads alike.

use std::net::SocketAddr;

use app::{
    access::{identity::pending, tries::MOST_FOR_PEER},
    doors,
    organisations::confirming::{Confirm, Word},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use platform::serve::Peer;
use serde_json::json;

use super::{
    HALIMA, PETRA, agency_of, back, comes_back, entries_with, goes, goes_to, is, is_refused,
    set_for, signs_in, signs_in_as,
};
use crate::{
    browser::Browser,
    provider::{Provider, Signs, Token},
    support::{World, on_both, reference_of},
};

/// What is wrong with a token, and how it is made so.
type Spoils = (&'static str, fn(&mut Token));

/// What a test makes the provider say wrongly.
const WRONG: [Spoils; 15] = [
    ("asked long ago", |t| {
        t.claims["auth_time"] = json!(t.claims["iat"].as_i64().unwrap() - 16 * 60 - 1);
    }),
    ("asked nobody knows when", |t| t.claims["auth_time"] = json!(null)),
    ("another nonce", |t| t.claims["nonce"] = json!("another")),
    ("no nonce", |t| t.claims["nonce"] = json!(null)),
    ("for another client", |t| t.claims["aud"] = json!("another")),
    ("for another client as well", |t| t.claims["aud"] = json!(["sightline", "another"])),
    ("another party", |t| t.claims["azp"] = json!("another")),
    ("another issuer", |t| t.claims["iss"] = json!("https://login.another.example")),
    ("expired", |t| t.claims["exp"] = json!(t.claims["iat"].as_i64().unwrap() - 61)),
    ("of before", |t| t.claims["iat"] = json!(t.claims["iat"].as_i64().unwrap() - 3600)),
    ("of later", |t| t.claims["iat"] = json!(t.claims["iat"].as_i64().unwrap() + 3600)),
    ("not signed", |t| t.signs = Signs::Not),
    ("signed by the secret", |t| t.signs = Signs::BySecret),
    ("signed by another", |t| t.signs = Signs::Another),
    ("of nobody", |t| t.claims["sub"] = json!("")),
];

#[test]
fn what_is_not_signed_for_us_of_now_lets_nobody_in() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "its-word", "its-word").await;
        let (mut said, mut let_in) = (Vec::new(), Vec::new());
        for (what, changes) in WRONG {
            let who = ("petra-1", PETRA);
            let (mut browser, page) = signs_in_as(&world, &provider, who, changes).await;
            if page.status != StatusCode::FORBIDDEN || is(&mut browser, "Petra").await {
                let_in.push(what);
            }
            said.push(page.text);
        }
        assert_eq!(let_in, Vec::<&str>::new());
        assert_eq!(world.count("identity").await, 0);
        assert_eq!(entries_with(&world, "session:refused").await, WRONG.len());
        // Nobody tells from the page what it was.
        let (_, page) = signs_in(&world, &provider, ("nobody", "nobody@police.example")).await;
        said.push(page.text);
        said.dedup();
        assert_eq!(said.len(), 1, "{said:#?}");
        world
    });
}

#[test]
fn an_address_that_the_provider_does_not_vouch_for_connects_nobody() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        for verified in [json!(false), json!(null)] {
            let (_, page) = signs_in_as(&world, &provider, ("petra-1", PETRA), |token| {
                token.claims["email_verified"] = verified;
            })
            .await;
            is_refused(&page);
        }
        let (_, page) = signs_in_as(&world, &provider, ("petra-1", PETRA), |token| {
            token.claims.as_object_mut().unwrap().remove("email");
        })
        .await;
        is_refused(&page);
        assert_eq!(entries_with(&world, "vouches for no e-mail address").await, 3);
        world
    });
}

#[test]
fn where_the_business_unit_says_so_every_address_of_the_provider_counts() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "its-word", "its-word").await;
        let (_, page) = signs_in_as(&world, &provider, ("petra-1", PETRA), |token| {
            token.claims.as_object_mut().unwrap().remove("email_verified");
        })
        .await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        world
    });
}

#[test]
fn a_provider_signs_in_nobody_of_another_agency() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "its-word", "its-word").await;
        let (mut browser, page) = signs_in(&world, &provider, ("halima", HALIMA)).await;
        is_refused(&page);
        assert!(!is(&mut browser, "Halima Yusuf-Demo").await);
        assert_eq!(world.count("identity").await, 0);

        // Nor where she was connected, and works elsewhere since.
        let (_, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        let police = agency_of(&world, PETRA).await;
        let health = "(SELECT agency_id FROM staff WHERE email = 'halima@health.example')";
        world
            .tamper(&format!("UPDATE staff SET agency_id = {health} WHERE email = '{PETRA}'"))
            .await;
        let mut petra = Browser::of(&world.app);
        let asked = goes_to(&mut petra, &police).await;
        let token = provider.of(&asked, "petra-1", PETRA, world.app.clock.now());
        is_refused(&comes_back(&mut petra, &provider, &asked, token).await);
        assert!(!is(&mut petra, "Petra Lindqvist-Demo").await);
        world
    });
}

#[test]
fn who_comes_back_twice_late_or_in_another_browser_is_not_let_in() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let now = world.app.clock.now();
        let mut petra = Browser::of(&world.app);
        let asked = goes(&world, &mut petra, PETRA).await;
        let before = petra.clone();
        let token = || provider.of(&asked, "petra-1", PETRA, now);

        // Another browser, with a state of its own or without any, and a state that nobody has.
        let mut other = Browser::of(&world.app);
        is_refused(&comes_back(&mut other, &provider, &asked, token()).await);
        goes(&world, &mut other, PETRA).await;
        is_refused(&comes_back(&mut other, &provider, &asked, token()).await);
        let mut another = asked.clone();
        another.insert("state".into(), "another".into());
        is_refused(&comes_back(&mut petra, &provider, &another, token()).await);

        let page = comes_back(&mut petra, &provider, &asked, token()).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        let mut again = before;
        is_refused(&comes_back(&mut again, &provider, &asked, token()).await);

        let mut late = Browser::of(&world.app);
        let asked = goes(&world, &mut late, PETRA).await;
        world.app.clock.set(now + pending::LASTS);
        let token = provider.of(&asked, "petra-1", PETRA, world.app.clock.now());
        is_refused(&comes_back(&mut late, &provider, &asked, token).await);
        world
    });
}

#[test]
fn another_provider_that_answers_is_not_believed() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        for issuer in [&[("iss", "https://login.another.example")][..], &[]] {
            let mut petra = Browser::of(&world.app);
            let asked = goes(&world, &mut petra, PETRA).await;
            let code = provider.gives(provider.of(&asked, "petra-1", PETRA, world.app.clock.now()));
            let said = [&[("code", code.as_str())], issuer].concat();
            is_refused(&petra.get(&back(&asked, &said)).await);
        }
        assert_eq!(entries_with(&world, "another provider answered").await, 2);

        // A provider that sends people on to another's: the answer comes back to the other's address.
        let mut petra = Browser::of(&world.app);
        let mut asked = goes(&world, &mut petra, PETRA).await;
        let health = agency_of(&world, HALIMA).await;
        let token = provider.of(&asked, "petra-1", PETRA, world.app.clock.now());
        asked.insert(
            "redirect_uri".into(),
            format!("http://localhost:8080/sign-in/organisation?agency={health}"),
        );
        is_refused(&comes_back(&mut petra, &provider, &asked, token).await);
        assert_eq!(entries_with(&world, "they came back from another").await, 1);
        world
    });
}

async fn connected(world: &World) -> Provider {
    let provider = set_for(world, PETRA, "ours", "its-word").await;
    let (_, page) = signs_in(world, &provider, ("petra-1", PETRA)).await;
    assert_eq!(page.location(), "/requests", "{}", page.text);
    provider
}

#[test]
fn v20_whoever_has_left_or_not_begun_comes_in_by_no_provider() {
    on_both(async |world| {
        let provider = connected(&world).await;
        world.joins("anna@police.example", PETRA, practice::roles::Role::Practitioner).await;
        world
            .tamper("UPDATE staff SET joined_on = '2026-11-03' WHERE email = 'anna@police.example'")
            .await;
        is_refused(&signs_in(&world, &provider, ("anna-2", "anna@police.example")).await.1);
        world
            .tamper("UPDATE staff SET left_on = '2026-11-02' WHERE email = 'petra@police.example'")
            .await;
        let (mut petra, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        is_refused(&page);
        assert_eq!(petra.get("/requests").await.status, StatusCode::SEE_OTHER);
        world.it_is("2026-11-03T10:00:00Z");
        let (_, page) = signs_in(&world, &provider, ("anna-2", "anna@police.example")).await;
        assert_eq!(page.location(), "/requests", "on her first day: {}", page.text);
        world
    });
}

#[test]
fn v20_a_provider_wakes_no_account_that_sleeps() {
    on_both(async |world| {
        let provider = connected(&world).await;
        let jo = world.actor(super::JO).await;
        let staff = vec![reference_of(&world, "staff", "Petra Lindqvist-Demo").await];
        doors::record(&world.app, &jo, Confirm { staff, word: Word::Sleep }).await.unwrap();
        let (mut petra, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(page.location(), "/requests");
        assert_eq!(petra.get("/requests").await.location(), "/session", "and no further");
        assert!(petra.get("/session").await.reads("Your account sleeps"));
        world
    });
}

#[test]
fn nobody_signs_in_as_a_mailbox_that_several_people_read() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        // From before anybody was asked for an address of their own.
        world.joins("duty.office@police.example", PETRA, practice::roles::Role::Practitioner).await;
        let (_, page) = signs_in(&world, &provider, ("office", "duty.office@police.example")).await;
        is_refused(&page);
        assert_eq!(entries_with(&world, "a mailbox that several people read").await, 1);

        let agency = agency_of(&world, PETRA).await;
        let fields = "name=Duty+Office&email=duty.office2%40police.example&job=Office&setting=\
                      &joined.day=2&joined.month=11&joined.year=2026";
        let page = world
            .signs_in(super::JO)
            .await
            .fills(&format!("/agencies/{agency}/staff"), fields)
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.reads("Enter an address that only they read"), "{}", page.text);
        world
    });
}

#[test]
fn what_a_provider_says_instead_is_told_in_plain_words() {
    on_both(async |world| {
        let _provider = set_for(&world, PETRA, "ours", "its-word").await;
        for (error, words) in [
            ("access_denied", "It was cancelled there"),
            ("temporarily_unavailable", "It has trouble of its own"),
            ("login_required", "It needs something more from you"),
            ("unauthorized_client", "It does not know Sightline as it should"),
            ("<script>", "It does not know Sightline as it should"),
        ] {
            let mut petra = Browser::of(&world.app);
            let asked = goes(&world, &mut petra, PETRA).await;
            let at = back(&asked, &[("error", error)]);
            let page = petra.get(&at).await;
            assert!(page.reads("Your organisation did not sign you in"), "{}", page.text);
            assert!(page.reads(words) && !page.text.contains("<script>"), "{error}: {}", page.text);
            // It is used up.
            is_refused(&petra.get(&at).await);
        }
        world
    });
}

#[test]
fn a_provider_that_does_not_answer_is_told_with_what_works_instead() {
    on_both(async |world| {
        let provider = connected(&world).await;
        let mut petra = Browser::of(&world.app);
        let asked = goes(&world, &mut petra, PETRA).await;
        let at = back(&asked, &[("code", "x"), ("iss", &provider.issuer)]);
        provider.stops().await;
        let page = petra.get(&at).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert!(page.reads("Your organisation’s sign-in does not answer"), "{}", page.text);
        assert!(page.reads("Sign in with your password or a passkey instead"));

        let agency = agency_of(&world, PETRA).await;
        let begin = crate::browser::owned(&[("agency", &agency), ("next", "/requests")]);
        let page = Browser::of(&world.app).send("/sign-in/organisation", &begin).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert!(page.text.contains("value=\"/requests\""), "it is tried again from there");
        world
    });
}

#[test]
fn tries_by_a_provider_count_for_the_peer_alone() {
    on_both(async |world| {
        let mut somebody = Browser::of(&world.app);
        let mut begins = async |from: &str| {
            let peer: SocketAddr = from.parse().unwrap();
            let request = Request::post("/sign-in/organisation")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .extension(Peer(peer));
            somebody.ask(request, Body::from("agency=none")).await.status
        };
        for _ in 0..MOST_FOR_PEER {
            assert_eq!(begins("192.0.2.7:4000").await, StatusCode::OK);
        }
        assert_eq!(begins("192.0.2.7:4000").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(begins("192.0.2.8:4000").await, StatusCode::OK);
        // Nobody's password waits for it.
        let page = Browser::of(&world.app).sign_in(PETRA, app::demo::PASSWORD).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        world
    });
}
