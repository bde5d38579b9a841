//! The server's outside: what somebody typed comes back to them whatever goes wrong, and every
//! answer is a page of ours.

use std::{
    fmt::{Debug, Write},
    sync::{Arc, Mutex},
};

use app::{
    error::Error,
    web::{Posted, headers, telling},
};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    middleware,
    routing::post,
};
use platform::db::{Row, Runs, sea_orm};

use crate::{
    browser::{Browser, Field, Page, owned},
    front_door::sent,
    people::found,
    support::{World, on_both},
};

const OWEN: &str = "owen@marram.example";

/// Everything that a person might type.
fn typed() -> Vec<Field> {
    let long = "Ω".repeat(10_000);
    let mut fields = owned(&[
        ("once", "a-key-of-its-own"),
        ("revision", "7"),
        ("worry-what", "He said: \"<b>no & never</b>\"\r\nand 'went' 🫥👩‍👧"),
        ("children[0].given-name", "محمد"),
        ("children[1].given-name", "Nguyễn Thị Ánh"),
        ("kinds", "neglect"),
        ("kinds", "harm & hurt"),
        ("kinds", "neglect"),
        ("empty", ""),
        ("plus+and=more", "1+1=2;%41"),
        ("password", "never shown"),
    ]);
    fields.push(("long".into(), long));
    fields
}

/// What must come back: everything but the password.
fn come_back(fields: &[Field]) -> Vec<Field> {
    sorted(fields.iter().filter(|(n, _)| n != "password").cloned().collect())
}

fn sorted(mut fields: Vec<Field>) -> Vec<Field> {
    fields.sort();
    fields
}

/// A router whose one page fails in the way that its address says.
fn failing(world: &World) -> Router {
    let fails = |axum::extract::Path(how): axum::extract::Path<String>, _: Posted| async move {
        Err::<(), Error>(match how.as_str() {
            "refusal" => Error::refusal("There is a reason against it"),
            "stale" => Error::Stale,
            "busy" => Error::Busy,
            "fault" => Error::fault("doing a thing", "SECRET-CHAIN"),
            "panic" => panic!("SECRET-CHAIN"),
            _ => Error::NotFound,
        })
    };
    let app = world.app.clone();
    app::web::routes::all()
        .into_iter()
        .filter(|route| route.path == "/session" || route.path.starts_with("/sign"))
        .fold(Router::new(), |router, route| route.add_to(router))
        .route("/fails/{how}", post(fails))
        .layer(middleware::from_fn_with_state(app.clone(), telling::tell))
        .layer(middleware::map_response(headers::add))
        .with_state(app)
}

async fn failed(world: &World, how: &str) -> (Page, Vec<Field>) {
    let mut owen = Browser::with(failing(world));
    owen.sign_in(OWEN, app::demo::PASSWORD).await;
    let mut fields = typed();
    fields.push(("token".into(), owen.token().await));
    (owen.send(&format!("/fails/{how}"), &fields).await, fields)
}

#[test]
fn what_was_typed_comes_back_whatever_goes_wrong() {
    on_both(async |world| {
        for (how, status) in [("refusal", 422), ("busy", 503), ("fault", 500), ("panic", 500)] {
            let (page, fields) = failed(&world, how).await;
            assert_eq!(page.status.as_u16(), status, "{how}");
            let again = sorted(page.form(&format!("/fails/{how}")));
            assert_eq!(again, come_back(&fields), "{how}: nothing is lost, nothing doubled");
            for words in ["محمد", "Nguyễn Thị Ánh", "🫥👩‍👧", "harm & hurt", &"Ω".repeat(10_000)]
            {
                assert!(page.reads(words), "{how}: {words} can be read and copied");
            }
            assert!(!page.text.contains("never shown"), "{how}: no password");
            assert!(!page.reads("a-key-of-its-own"), "{how}: what no person typed is not shown");
            assert!(!page.text.contains("SECRET-CHAIN"), "{how}: the chain is for the log");
            assert!(page.reads("Owen Pryce-Demo") && page.reads("Demo"), "{how}: a page of ours");
            assert!(page.reads("01632 960 199"), "{how}: whom to ring");
        }
        world
    });
}

#[test]
fn what_could_not_be_taken_as_it_is_can_be_copied_but_not_sent_again() {
    on_both(async |world| {
        for (how, status) in [("stale", 409), ("nothing", 404)] {
            let (page, _) = failed(&world, how).await;
            assert_eq!(page.status.as_u16(), status);
            assert!(page.reads("Nguyễn Thị Ánh"));
            assert!(!page.has_form(&format!("/fails/{how}")));
        }
        world
    });
}

#[test]
fn the_page_says_whether_anything_was_saved() {
    on_both(async |world| {
        let (refused, _) = failed(&world, "refusal").await;
        assert!(refused.reads("Nothing was saved."));
        let (busy, _) = failed(&world, "busy").await;
        assert!(busy.reads("If you sent something, it may not have been saved"));
        let (stale, _) = failed(&world, "stale").await;
        assert!(stale.reads("Nothing of yours was saved over theirs."));
        for how in ["fault", "panic"] {
            let (page, _) = failed(&world, how).await;
            assert!(page.reads("we do not know whether it was saved"), "{how}");
            assert!(!page.reads("Nothing was saved"), "{how}");
        }
        world
    });
}

/// Counts what is told as an error, and remembers the last of it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::ERROR
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::Id {
        tracing::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::Id, _: &tracing::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        struct Words(String);
        impl tracing::field::Visit for Words {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
                write!(self.0, "{field}={value:?} ").unwrap();
            }
        }
        let mut words = Words(String::new());
        event.record(&mut words);
        self.0.lock().unwrap().push(words.0);
    }
    fn enter(&self, _: &tracing::Id) {}
    fn exit(&self, _: &tracing::Id) {}
}

#[test]
fn a_fault_is_in_the_log_once_under_the_reference_that_the_page_gives() {
    on_both(async |world| {
        for how in ["fault", "panic"] {
            let log = Log::default();
            let listening = tracing::subscriber::set_default(log.clone());
            let (page, _) = failed(&world, how).await;
            drop(listening);
            let told = log.0.lock().unwrap().clone();
            assert_eq!(told.len(), 1, "{how}: {told:?}");
            // A panic may quote what somebody typed: its words are in no log.
            let has_chain = told[0].contains("SECRET-CHAIN");
            assert_eq!(has_chain, how == "fault", "{how}: {told:?}");
            let (_, after) = page.text.split_once("tell us this reference: ").unwrap();
            assert!(told[0].contains(&format!("reference={}", &after[..8])), "{told:?}");
        }
        world
    });
}

async fn drafts(world: &World) -> i64 {
    #[derive(Row)]
    struct Count {
        n: i64,
    }
    let db = world.app.db.reads();
    let count: Option<Count> = db.one("SELECT count(*) AS n FROM response", []).await.unwrap();
    count.unwrap().n
}

#[test]
fn a_form_sent_again_after_a_fault_is_taken_once() {
    on_both(async |world| {
        let mut owen = Browser::signed_in(&world.app, OWEN).await;
        let token = owen.token().await;
        world.tamper("ALTER TABLE response RENAME TO gone").await;
        let sent = owned(&[("token", &token), ("once", "one-key")]);
        let page = owen.send("/requests", &sent).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        world.tamper("ALTER TABLE gone RENAME TO response").await;
        let again = page.form("/requests");
        let made = owen.send("/requests", &again).await;
        let twice = owen.send("/requests", &again).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        assert_eq!(made.location(), twice.location());
        assert_eq!(drafts(&world).await, 1);
        world
    });
}

#[test]
fn a_session_that_ended_loses_nothing() {
    on_both(async |world| {
        let mut owen = Browser::with(failing(&world));
        let page = owen.send("/fails/busy", &typed()).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.reads("nothing of it is saved yet"));
        let mut form = page.form("/sign-in");
        // The password is mistyped first; what waits goes on waiting.
        for (password, status) in [("wrong", 422), (app::demo::PASSWORD, 200)] {
            form.retain(|(name, _)| name != "email" && name != "password");
            form.extend(owned(&[("email", OWEN), ("password", password)]));
            let page = owen.send("/sign-in", &form).await;
            assert_eq!(page.status.as_u16(), status);
            if status == 422 {
                form = page.form("/sign-in");
                continue;
            }
            assert!(page.reads("Nguyễn Thị Ánh") && page.reads("محمد"));
            let mut again = page.form("/fails/busy");
            assert_eq!(again.iter().filter(|(name, _)| name == "token").count(), 1);
            again.retain(|(name, _)| name != "token");
            assert_eq!(sorted(again), come_back(&typed()));
        }
        world
    });
}

#[test]
fn a_form_of_an_earlier_session_is_asked_about_before_it_is_taken() {
    on_both(async |world| {
        let mut owen = Browser::signed_in(&world.app, OWEN).await;
        let sent = owned(&[("token", "of another session"), ("once", "a-key")]);
        let page = owen.send("/requests", &sent).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.reads("Owen Pryce-Demo"));
        assert_eq!(drafts(&world).await, 0);
        let made = owen.send("/requests", &page.form("/requests")).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER);
        world
    });
}
#[test]
fn what_cannot_be_read_at_all_is_answered_by_a_page_of_ours() {
    on_both(async |world| {
        let mut dee = Browser::signed_in(&world.app, "dee@hub.example").await;
        let mut pages = Vec::new();
        for (path, status) in [
            ("/hub?page=x", 400),
            ("/hub?page=99999999999999999999", 400),
            ("/contacts/%FF", 400),
            ("/nowhere", 404),
            ("/sign-out", 405),
        ] {
            pages.push((path, status, dee.get(path).await));
        }
        let large = "a=".to_owned() + &"b".repeat(2 << 20);
        pages.push(("large", 413, dee.send_text("/requests", large).await));
        pages.push(("no text", 422, dee.send_text("/requests", "a=%FF").await));
        let request = Request::builder().method("DELETE").uri("/requests");
        pages.push(("DELETE", 405, dee.ask(request, Body::empty()).await));
        for (what, status, page) in pages {
            assert_eq!(page.status.as_u16(), status, "{what}");
            assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"), "{what}");
            assert!(page.reads("01632 960 199") && page.reads("Demo"), "{what}");
            assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'self'"));
            assert_eq!(page.header(header::CACHE_CONTROL), "no-store", "{what}");
        }
        world
    });
}

#[test]
fn a_page_of_the_queue_beyond_every_number_is_empty() {
    on_both(async |world| {
        let mut dee = Browser::signed_in(&world.app, "dee@hub.example").await;
        for page in ["0", "18446744073709551615", "9223372036854775807"] {
            let page = dee.get(&format!("/hub?page={page}")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        }
        world
    });
}

#[test]
fn signing_in_leads_to_where_one_wanted_to_go_and_never_elsewhere() {
    on_both(async |world| {
        let mut owen = Browser::of(&world.app);
        let wanted = "/requests?show=a%20b&page=2";
        let page = owen.get(wanted).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        let form = owen.get(page.location()).await.form("/sign-in");
        assert!(form.contains(&("next".into(), wanted.into())), "{form:?}");
        for (next, to) in [
            (wanted, wanted),
            ("//elsewhere.example", "/"),
            ("https://elsewhere.example", "/"),
            ("/\\elsewhere.example", "/"),
            ("/\t/elsewhere.example", "/"),
            ("/\r\nSet-Cookie: a=b", "/"),
            ("/é", "/"),
            ("", "/"),
        ] {
            let fields = [("email", OWEN), ("password", app::demo::PASSWORD), ("next", next)];
            let page = Browser::of(&world.app).send("/sign-in", &owned(&fields)).await;
            assert_eq!(page.location(), to, "{next:?}");
            let query = serde_html_form::to_string([("next", next)]).unwrap();
            let page = Browser::of(&world.app).get(&format!("/sign-in?{query}")).await;
            assert!(page.form("/sign-in").contains(&("next".into(), to.into())), "{next:?}");
        }
        world
    });
}

#[test]
fn the_calculator_asks_in_plain_words_and_shows_the_days_that_it_left_out() {
    on_both(async |world| {
        let mut anybody = Browser::of(&world.app);
        let choices = anybody.get("/timescales/calculator").await;
        assert!(choices.reads("Hold the initial child protection conference"));
        assert!(!choices.reads("--calendar"), "no command line");

        let form = "/timescales/calculator?rule=ICPC-15WD";
        assert!(anybody.get(form).await.reads("When was the strategy discussion"));
        let answer = "&asked=yes&first.day=18&first.month=3&first.year=2024";
        let page = anybody.get(&format!("{form}{answer}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.reads("Hold the initial child protection conference by Wednesday 10 April 2024.")
        );
        assert!(page.reads("Bank holiday: Good Friday"));
        assert!(page.reads("Saturday 23 March 2024 to Sunday 24 March 2024"));

        for (typed, beside) in [
            ("rule=ICPC-15WD", "Enter a day, month and year"),
            ("rule=ICPC-15WD&first.day=30&first.month=2&first.year=2026", "Enter a real date"),
            (
                "rule=RHI-72H&first.day=28&first.month=3&first.year=2026&first.time=late",
                "Enter a time, like 14:30 or 2:30pm",
            ),
            (
                "rule=RHI-72H&first.day=25&first.month=10&first.year=2026&first.time=1:30am",
                "Choose which of the two it was",
            ),
            (
                "rule=RHI-72H&first.day=29&first.month=3&first.year=2026&first.time=1:30am",
                "There was no such time that night",
            ),
            (
                "rule=CME-10SD&first.day=9&first.month=2&first.year=2026",
                "Choose the terms of the school or setting",
            ),
            (
                "rule=CME-10SD&first.day=9&first.month=2&first.year=2020&terms=lancashire-2025-26",
                "The terms Lancashire 2025-26 are known from 1 September 2025 to 20 July 2026",
            ),
            (
                "rule=REREF-12M&first.day=2&first.month=2&first.year=2026&second.day=1\
                 &second.month=2&second.year=2026",
                "This must not be before 2 February 2026",
            ),
            (
                "rule=REF-1WD&first.day=2&first.month=2&first.year=2026&out-of-hours=yes",
                "Enter a time",
            ),
        ] {
            let page = anybody.get(&format!("/timescales/calculator?asked=yes&{typed}")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(page.reads(beside), "{typed}: {beside}");
            assert!(page.reads("There is a problem"), "{typed}");
        }
        // The hour that comes twice is answered once it is said which one it was.
        let page = anybody
            .get(
                "/timescales/calculator?rule=RHI-72H&asked=yes&first.day=25&first.month=10\
                 &first.year=2026&first.time=1:30am&which=later",
            )
            .await;
        assert!(page.reads("Offer and hold the return interview by 28 October 2026 at 1:30am."));
        assert_eq!(
            anybody.get("/timescales/calculator?rule=NONE").await.status,
            StatusCode::NOT_FOUND
        );
        world
    });
}

#[test]
fn every_page_leads_to_signing_in_and_to_what_the_service_says_of_itself() {
    on_both(async |world| {
        let mut anybody = Browser::of(&world.app);
        for path in ["/timescales", "/privacy", "/accessibility", "/guide-to-levels", "/nowhere"] {
            let page = anybody.get(path).await;
            assert!(page.text.contains("href=\"/sign-in\""), "{path}: the way to sign in");
            for statement in ["/privacy", "/accessibility"] {
                assert!(page.text.contains(&format!("href=\"{statement}\"")), "{path}");
            }
            assert!(page.text.contains("href=\"tel:01632960100\""), "{path}: the hub is rung");
            assert!(page.text.contains("href=\"tel:01632960199\""), "{path}: and the duty team");
        }
        let privacy = anybody.get("/privacy").await;
        assert!(privacy.reads("Seaholme Safeguarding Children Partnership on 01632 960 100"));
        let mut owen = world.signs_in(OWEN).await;
        let page = owen.get("/privacy").await;
        assert!(page.reads("Owen Pryce-Demo") && !page.text.contains("href=\"/sign-in\""));
        world
    });
}

/// Somebody who uses a keyboard or hears the page goes from what is wrong to where it is.
#[test]
fn every_error_leads_to_an_id_on_its_page_and_the_title_says_error_first() {
    on_both(async |world| {
        let mut owen = world.signs_in(OWEN).await;
        let begun = owen.post("/requests", &[("once", "begin")]).await;
        let draft = begun.location().trim_end_matches("/danger").to_owned();
        sent(&world, &world.actor(OWEN).await, false).await;
        let known = &found(&world, &world.actor("dee@hub.example").await, "Arlo").await[0];
        let (person, account) = (&known.person, &known.reference);
        let (danger, child) = (format!("{draft}/danger"), format!("{draft}/children-1"));
        let (send, adding) = (format!("{draft}/send"), format!("/people/{person}/telephones"));
        let (addenda, call) = (format!("/people/{person}/addenda"), "/contacts/by-telephone");
        let addendum = format!("account={account}&said=");
        let send_form = owen.get(&format!("{draft}/check")).await.form(&send);
        let revision = send_form.iter().find(|(name, _)| name == "revision").expect("a revision");
        let send_form = format!("revision={}&once=send", revision.1);
        for (who, path, form) in [
            (OWEN, send.as_str(), send_form.as_str()),
            (OWEN, &danger, ""),
            (OWEN, &child, "children[0].date-of-birth.day=31"),
            ("dee@hub.example", call, "children=2&received.day=31"),
            ("dee@hub.example", "/people", "q="),
            ("dee@hub.example", &adding, ""),
            ("dee@hub.example", &addenda, &addendum),
            ("jo@unit.example", "/settings/timescales", ""),
            ("jo@unit.example", "/settings/partnership", ""),
            ("jo@unit.example", "/agencies", ""),
            ("jo@unit.example", "/sign-in", "email=jo%40unit.example&password=wrong"),
        ] {
            let mut browser = world.signs_in(who).await;
            let mut page = browser.fills(path, form).await;
            // What was saved all the same is asked for again.
            if page.location().ends_with("?again=true") {
                page = browser.get(page.location()).await;
            } else {
                assert!(page.status.is_client_error(), "{path}: {}: {}", page.status, page.text);
            }
            assert!(page.text.contains("<title>Error: "), "{path}: {}", page.text);
            let links = page.errors_lead_to();
            assert!(!links.is_empty(), "{path}: {}", page.text);
            for link in links {
                let (on, id) = link.split_once('#').expect("an id");
                let there = if on.is_empty() { None } else { Some(browser.get(on).await) };
                let page = there.as_ref().unwrap_or(&page);
                assert!(page.has_id(id), "{path} leads to {link}: {}", page.text);
            }
        }
        world
    });
}

/// V25: each route has a rate class; a session that goes on faster than people do waits, and holds up
/// nobody else behind the same address.
#[test]
fn v25_a_session_that_goes_too_fast_waits_and_nobody_else_does() {
    on_both(async |mut world| {
        world.app.rates = Some(std::sync::Arc::default());
        let (mut owen, mut dee) =
            (world.signs_in("owen@marram.example").await, world.signs_in("dee@hub.example").await);
        let mut sent = 0;
        let stopped = loop {
            let page = owen.fills("/people/22222-22222/addenda", "said=Typed+with+care").await;
            if page.status != StatusCode::NOT_FOUND || sent > 200 {
                break page;
            }
            sent += 1;
        };
        assert!(sent >= 50, "{sent}");
        assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS, "{}", stopped.text);
        assert!(stopped.reads("Wait a moment") && stopped.reads("Typed with care"));
        assert_eq!(stopped.headers["retry-after"], "5");
        assert_eq!(owen.get("/requests").await.status, StatusCode::OK, "reading goes on");
        assert_eq!(dee.get("/hub").await.status, StatusCode::OK);
        world
    });
}
