//! Signing in, staying signed in, and being signed out.

use app::access::{sessions, tries};
use axum::{
    body::Body,
    http::{HeaderName, Request, StatusCode, header},
};
use platform::{
    db::{Row, Runs, sea_orm},
    serve::Peer,
};

use crate::{
    browser::{Browser, owned},
    support::{World, on_both},
};

const OWEN: &str = "owen@marram.example";
const RIGHT: &str = app::demo::PASSWORD;

/// How many journal entries hold these bytes.
async fn entries_with(world: &World, words: &str) -> usize {
    #[derive(Row)]
    struct Entry {
        entry: Vec<u8>,
    }
    let entries: Vec<Entry> =
        world.app.db.reads().all("SELECT entry FROM journal", []).await.unwrap();
    let holds = |e: &&Entry| e.entry.windows(words.len()).any(|w| w == words.as_bytes());
    entries.iter().filter(holds).count()
}

#[test]
fn ten_wrong_passwords_make_one_wait_and_then_the_right_one_works() {
    on_both(async |world| {
        let mut owen = Browser::of(&world.app);
        for _ in 0..tries::MOST_FOR_ADDRESS {
            let page = owen.sign_in(OWEN, "wrong").await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        // Even the right one waits, or guessing would go on.
        let page = owen.sign_in("  OWEN@marram.example ", RIGHT).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.reads("Wait 15 minutes"), "{}", page.text);
        assert!(page.reads("ring 999"));
        // Nobody else is held up by it.
        assert_eq!(owen.sign_in("dee@hub.example", RIGHT).await.status, StatusCode::SEE_OTHER);
        world.it_is("2026-11-02T10:15:00Z");
        assert_eq!(owen.sign_in(OWEN, RIGHT).await.status, StatusCode::SEE_OTHER);
        assert_eq!(entries_with(&world, "session:refused").await, tries::MOST_FOR_ADDRESS);
        world
    });
}

#[test]
fn a_right_password_forgives_the_wrong_ones_before_it() {
    on_both(async |world| {
        let mut owen = Browser::of(&world.app);
        for _ in 0..3 {
            for _ in 1..tries::MOST_FOR_ADDRESS {
                owen.sign_in(OWEN, "wrong").await;
            }
            assert_eq!(owen.sign_in(OWEN, RIGHT).await.status, StatusCode::SEE_OTHER);
        }
        world
    });
}

#[test]
fn an_address_that_nobody_has_is_refused_alike_and_written_nowhere() {
    on_both(async |world| {
        let mut nobody = Browser::of(&world.app);
        let unknown = nobody.sign_in("mistyped-secret@nowhere.example", "wrong").await;
        let known = nobody.sign_in(OWEN, "wrong").await;
        let plain = |page: crate::browser::Page, email: &str| {
            page.text.replace(&format!("value=\"{email}\""), "")
        };
        assert_eq!(unknown.status, known.status);
        assert_eq!(plain(unknown, "mistyped-secret@nowhere.example"), plain(known, OWEN));
        assert_eq!(entries_with(&world, "session:refused").await, 2);
        assert_eq!(entries_with(&world, "mistyped-secret").await, 0);
        world
    });
}

#[test]
fn one_peer_can_not_try_one_password_on_everybody() {
    on_both(async |world| {
        let mut peer = Browser::of(&world.app);
        peer.router = peer.router.layer(axum::Extension(Peer(([192, 0, 2, 7], 4000).into())));
        // Those who were never asked for a password are not counted, so this costs no hashing.
        for n in 0..tries::MOST_FOR_PEER {
            let _ = world.app.tries().begin(
                &format!("{n}@a.example"),
                Some([192, 0, 2, 7].into()),
                world.app.clock.now(),
            );
        }
        assert_eq!(peer.sign_in(OWEN, RIGHT).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(
            Browser::of(&world.app).sign_in(OWEN, RIGHT).await.status,
            StatusCode::SEE_OTHER
        );
        world
    });
}

#[test]
fn one_peer_behind_a_proxy_does_not_keep_the_others_out() {
    on_both(async |mut world| {
        world.app.proxies = [[10, 0, 0, 1].into()].into();
        let by_proxy = |said: &str| {
            let mut browser = Browser::of(&world.app);
            browser.router =
                browser.router.layer(axum::Extension(Peer(([10, 0, 0, 1], 4000).into())));
            browser.forwarded = Some(said.to_owned());
            browser
        };
        for n in 0..tries::MOST_FOR_PEER {
            let guesser = Some([192, 0, 2, 7].into());
            let _ =
                world.app.tries().begin(&format!("{n}@a.example"), guesser, world.app.clock.now());
        }
        let guesser = by_proxy("192.0.2.7").sign_in(OWEN, RIGHT).await;
        assert_eq!(guesser.status, StatusCode::TOO_MANY_REQUESTS);
        let forged = by_proxy("203.0.113.5, 192.0.2.7").sign_in(OWEN, RIGHT).await;
        assert_eq!(forged.status, StatusCode::TOO_MANY_REQUESTS, "what it wrote itself");
        let other = by_proxy("203.0.113.5").sign_in(OWEN, RIGHT).await;
        assert_eq!(other.status, StatusCode::SEE_OTHER);
        world
    });
}

/// A way in that another site could try.
async fn sent_with(owen: &mut Browser, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = headers.iter().fold(request, |r, (name, value)| r.header(*name, *value));
    owen.ask(request, Body::from(body.to_owned())).await.status.as_u16()
}

#[test]
fn another_site_can_send_nothing_in_somebodys_name() {
    on_both(async |world| {
        let mut owen = Browser::signed_in(&world.app, OWEN).await;
        let good = format!("token={}", owen.token().await);
        let sign_in = format!("email={OWEN}&password={RIGHT}");
        let foreign: [&[(&str, &str)]; 4] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://elsewhere.example")],
            &[("origin", "null")],
        ];
        for headers in foreign {
            for (path, body) in [("/requests", &good), ("/sign-in", &sign_in)] {
                let status = sent_with(&mut owen, path, headers, body).await;
                assert_eq!(status, 403, "{path} {headers:?}");
            }
        }
        // What another site typed is not handed back to be sent with one press.
        let request = Request::builder()
            .method("POST")
            .uri("/requests")
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let page = owen.ask(request, Body::from("said=planted")).await;
        assert!(!page.text.contains("planted"));
        // A browser that tells nothing of where a form comes from needs the token.
        assert_eq!(sent_with(&mut owen, "/requests", &[], "a=b").await, 403);
        assert_eq!(sent_with(&mut owen, "/requests", &[], &good).await, 303);
        let ours: &[(&str, &str)] = &[("origin", "http://localhost:8080")];
        assert_eq!(sent_with(&mut owen, "/requests", ours, &good).await, 303);
        world
    });
}

#[test]
fn a_session_ends_after_a_quarter_of_an_hour_without_use() {
    on_both(async |world| {
        let mut owen = Browser::signed_in(&world.app, OWEN).await;
        for (moment, status) in [
            ("2026-11-02T10:14:00Z", StatusCode::OK),
            ("2026-11-02T10:28:59Z", StatusCode::OK),
            ("2026-11-02T10:43:59Z", StatusCode::SEE_OTHER),
        ] {
            world.it_is(moment);
            assert_eq!(owen.get("/requests").await.status, status, "{moment}");
        }
        assert_eq!(sessions::IDLE.as_mins(), 15);
        world
    });
}

#[test]
fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
    on_both(async |world| {
        let mut owen = Browser::signed_in(&world.app, OWEN).await;
        for step in 1..72 {
            world
                .app
                .clock
                .set(crate::support::monday_morning() + jiff::SignedDuration::from_mins(10 * step));
            assert_eq!(owen.get("/requests").await.status, StatusCode::OK, "{step}");
        }
        world.it_is("2026-11-02T22:00:00Z");
        assert_eq!(owen.get("/requests").await.status, StatusCode::SEE_OTHER);
        world
    });
}

#[test]
fn v10_signing_out_leaves_nothing_in_the_browser() {
    on_both(async |world| {
        for path in ["/sign-out", "/sign-out-everywhere"] {
            let mut owen = Browser::signed_in(&world.app, OWEN).await;
            let page = owen.post(path, &[]).await;
            assert_eq!(page.location(), "/sign-in");
            let cleared = page.header(HeaderName::from_static("clear-site-data"));
            assert_eq!(cleared, "\"cache\", \"cookies\", \"storage\"", "{path}");
            assert_eq!(page.header(header::CACHE_CONTROL), "no-store", "{path}");
            // A cookie that was kept all the same opens nothing.
            assert_eq!(owen.get("/requests").await.status, StatusCode::SEE_OTHER);
        }
        world
    });
}

#[test]
fn signing_out_everywhere_ends_every_session_and_no_one_elses() {
    on_both(async |world| {
        let mut desk = Browser::signed_in(&world.app, OWEN).await;
        let mut telephone = Browser::signed_in(&world.app, OWEN).await;
        let mut dee = Browser::signed_in(&world.app, "dee@hub.example").await;
        let page = telephone.post("/sign-out-everywhere", &[]).await;
        assert_eq!(page.location(), "/sign-in");
        assert_eq!(desk.get("/requests").await.status, StatusCode::SEE_OTHER);
        assert_eq!(telephone.get("/requests").await.status, StatusCode::SEE_OTHER);
        assert_eq!(dee.get("/requests").await.status, StatusCode::OK);
        world
    });
}

#[test]
fn under_tls_the_plain_cookie_is_nobodys() {
    on_both(async |mut world| {
        let plain = Browser::signed_in(&world.app, OWEN).await.cookie.unwrap();
        assert!(plain.starts_with("sightline="));
        world.app.address = "https://sightline.example".into();
        let mut owen = Browser::of(&world.app);
        owen.cookie = Some(plain.clone());
        assert_eq!(owen.get("/requests").await.status, StatusCode::SEE_OTHER);
        owen.cookie = Some(plain.replace("sightline=", "__Host-sightline="));
        assert_eq!(owen.get("/requests").await.status, StatusCode::OK);
        let fields = owned(&[("email", OWEN), ("password", RIGHT)]);
        let page = Browser::of(&world.app).send("/sign-in", &fields).await;
        let cookie = page.header(header::SET_COOKIE);
        assert!(cookie.starts_with("__Host-sightline=") && cookie.contains("Secure"), "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        world
    });
}
