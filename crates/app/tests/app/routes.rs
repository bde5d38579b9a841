//! Every route and every kind of change, walked: nobody goes round a door.

use std::collections::{BTreeMap, BTreeSet};

use app::web::routes::{self, Comes};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use tower::ServiceExt;

use crate::{
    browser::Browser,
    support::{on_both, sources},
};

fn path_of(route: &routes::Route) -> String {
    route
        .path
        .replace("{reference}", "22222-22222")
        .replace("{page}", "danger")
        .replace("{place}", "1")
        .replace("{file}", "22222-22222")
        .replace("{name}", "app.css")
}

#[test]
fn nobody_comes_to_a_page_that_is_not_for_everybody() {
    on_both(async |world| {
        let router = routes::router(world.app.clone());
        for route in routes::all().iter().filter(|r| r.comes == Comes::SignedIn) {
            let request = Request::builder()
                .method(route.method.to_uppercase().as_str())
                .uri(path_of(route))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from("a=b"))
                .unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let refused = match route.method {
                "get" => response.status() == StatusCode::SEE_OTHER,
                _ => response.status() == StatusCode::UNAUTHORIZED,
            };
            assert!(refused, "{} {}: {}", route.method, route.path, response.status());
        }
        world
    });
}

#[test]
fn every_answer_carries_the_headers_that_keep_it_to_itself() {
    on_both(async |world| {
        let router = routes::router(world.app.clone());
        for path in ["/sign-in", "/nowhere", "/", "/timescales"] {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let headers = response.headers();
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{path}");
            let others = [
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("x-robots-tag", "noindex, nofollow"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ];
            for (name, value) in others {
                assert_eq!(headers[name], value, "{name} of {path}");
            }
            assert!(headers.contains_key("permissions-policy"), "{path}");
        }
        // Whoever has signed in is answered with the same.
        let page = world.signs_in("dee@hub.example").await.get("/hub").await;
        for (name, value) in
            [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")]
        {
            assert_eq!(page.header(name), value);
        }
        world
    });
}

/// What anybody may come to, and why: nobody is asked who they are before they could say it, nor whoever
/// reads what Sightline says of itself. A row that is new here is argued for.
const FOR_ANYBODY: [(&str, &str); 12] = [
    ("/healthz", "whoever watches the server holds no account"),
    ("/assets/{name}", "how pages look, the sign-in page too"),
    ("/sign-in", "to say who one is"),
    ("/first-sign-in", "to choose a password with a code that was handed over"),
    ("/sign-in/passkey", "to say who one is, with a passkey"),
    ("/sign-in/passkey/answer", "the same, answered"),
    ("/sign-in/organisation", "to say who one is, with one's organisation"),
    ("/timescales", "published for families and partners"),
    ("/timescales/calculator", "the same, for a day"),
    ("/guide-to-levels", "published for families and partners"),
    ("/privacy", "whoever is written about may read what is done with it"),
    ("/accessibility", "public bodies must publish it"),
];
/// How many there may be at most (threat model, V25).
const MOST_FOR_ANYBODY: usize = 12;

#[test]
fn v25_few_paths_are_for_anybody_and_each_says_why() {
    let anybody = routes::all().into_iter().filter(|route| route.comes == Comes::Anybody);
    let found: BTreeSet<_> = anybody.map(|route| route.path).collect();
    let named: BTreeMap<_, _> = FOR_ANYBODY.into_iter().collect();
    assert_eq!(found, named.keys().copied().collect());
    assert!(named.len() <= MOST_FOR_ANYBODY && named.values().all(|why| !why.is_empty()));
}

#[test]
fn nobody_takes_the_second_step_who_has_not_taken_the_first() {
    on_both(async |world| {
        // Neither nobody nor whoever has signed in is half signed in.
        for mut browser in [Browser::of(&world.app), world.signs_in("dee@hub.example").await] {
            let half = routes::all().into_iter().filter(|r| r.comes == Comes::HalfSignedIn);
            let mut tried = 0;
            for route in half {
                let page = match route.method {
                    "get" => browser.get(route.path).await,
                    _ => browser.send_text(route.path, "sign-in-code=123456&passkey=x").await,
                };
                assert_eq!(page.status, StatusCode::SEE_OTHER, "{} {}", route.method, route.path);
                assert_eq!(page.location(), "/sign-in");
                tried += 1;
            }
            assert_eq!(tried, 4);
        }
        world
    });
}

#[test]
fn v25_no_route_takes_a_form_without_end() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        // Of what comes, as what is said of it: either is too long.
        let endless = "a=".to_owned() + &"b".repeat(3 << 20);
        for route in routes::all().into_iter().filter(|route| route.method != "get") {
            let page = dee.send_text(&path_of(&route), endless.clone()).await;
            assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", route.path);
        }
        world
    });
}

/// Each source that says what an answer is, other than a page of ours: a new export is seen here, and
/// asked what stands in it and how its cells are kept from running (threat model, V24).
#[test]
fn v24_what_gives_out_a_file_is_known() {
    const GIVES_OUT: [(&str, &str); 5] = [
        ("data_requests/item_pages.rs", "the copy that was approved, as plain text"),
        ("files/giving_out.rs", "a file that somebody sent, as it is kept"),
        ("journal_tree/witness.rs", "a witness’s answer to another installation"),
        ("out_of_hours/pages.rs", "the file for the night, sealed"),
        ("web/routes.rs", "the design system’s files"),
    ];
    // How an answer comes to be anything else: by saying what kind, by being handed to be saved, as JSON,
    // or as bytes.
    const WAYS: [&str; 6] = [
        "(header::CONTENT_TYPE,",
        "(CONTENT_TYPE,",
        "CONTENT_DISPOSITION",
        "content-disposition",
        "use axum::Json",
        "uploads::{Download",
    ];
    let found: BTreeSet<String> = sources()
        .into_iter()
        .filter(|(_, text)| WAYS.iter().any(|way| text.contains(way)))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(found, GIVES_OUT.iter().map(|(file, _)| (*file).to_owned()).collect());
}

/// The routes and who comes to them, reviewed like code.
#[test]
fn the_list_of_routes_is_as_reviewed() {
    let list: Vec<String> = routes::all()
        .iter()
        .map(|r| {
            format!(
                "{:<4} {:<46} {:<12} {:?}",
                r.method,
                r.path,
                format!("{:?}", r.comes),
                r.class()
            )
        })
        .collect();
    insta::assert_snapshot!(list.join("\n"));
}

/// No slice writes to the database by itself: each way to do so is taken only by the doors, the
/// session that comes before any door, and the platform's own work. That the reading side can't
/// write is the database's business, proved in `doors`.
#[test]
fn only_the_doors_ask_for_the_writer() {
    const WAYS: [(&str, &[&str]); 4] = [
        (
            "db.write(",
            &[
                "access/identity/pending.rs",
                "access/identity/signing_in.rs",
                "access/pages.rs",
                "access/passkeys/challenges.rs",
                "access/passkeys/signing_in.rs",
                "access/second_step_pages.rs",
                "backup.rs",
                "conservation.rs",
                "doors.rs",
                "doors/looks.rs",
                "journal_tree/building.rs",
                "journal_tree/store.rs",
                "pathways/rederive.rs",
                "people/declared.rs",
                "people/home.rs",
                "recognising/keys.rs",
                "sealed_with.rs",
                "sharing/jobs.rs",
                "web/asking.rs",
                "web/health.rs",
                "who_looked/folding.rs",
            ],
        ),
        (".to_fill(", &["backup.rs", "bench/sizes.rs", "bench/submissions.rs"]),
        (".alone(", &["migrations.rs"]),
        (".connection(", &["migrations.rs"]),
    ];
    let sources: Vec<_> = sources()
        .into_iter()
        .map(|(file, text)| (file, text.split_whitespace().collect::<String>()))
        .collect();
    for (way, may) in WAYS {
        let asks = sources.iter().filter(|(_, text)| text.contains(way)).map(|(file, _)| file);
        let found: BTreeSet<_> = asks.map(String::as_str).collect();
        assert_eq!(found, may.iter().copied().collect(), "{way}");
    }
}

/// Nobody reads a record but by the doors, which journal the look first: whoever else reads the database is
/// on this list, with what they read it for. It is reviewed like code, and nothing of a case goes from there
/// to a page.
#[test]
fn r14_only_the_doors_read_what_is_shown_of_a_case() {
    const WHO_ELSE: [(&str, &[&str]); 8] = [
        ("the doors, which journal it", &["doors.rs"]),
        (
            "whose password, code, passkey or session it is, before anybody has come to a door",
            &[
                "access/account.rs",
                "access/first_sign_in.rs",
                "access/identity/signing_in.rs",
                "access/pages.rs",
                "access/passkeys/account_pages.rs",
                "access/passkeys/signing_in.rs",
                "access/second_step_pages.rs",
                "break_glass/pages.rs",
                "pacing/pages.rs",
                "pacing/stopping.rs",
                "web/asking.rs",
            ],
        ),
        (
            "rules, settings, keys and whether the server is well: nothing of a case",
            &[
                "cli/due.rs",
                "cli/serve.rs",
                "front_door/telephone.rs",
                "lib.rs",
                "sealed_with.rs",
                "settings.rs",
                "settings/lists.rs",
                "settings/term_dates.rs",
                "web/health.rs",
            ],
        ),
        (
            "the journal, its tree and what follows from them: numbers and hashes",
            &[
                "conservation.rs",
                "journal_tree/building.rs",
                "journal_tree/contents.rs",
                "journal_tree/keys.rs",
                "journal_tree/signing.rs",
                "journal_tree/verifying.rs",
                "pathways/rederive.rs",
                "recognising/keys.rs",
                "unusual/deriving.rs",
                "who_looked/folding.rs",
            ],
        ),
        (
            "what must outlast a restore, and the restore itself: sealed files",
            &["backup.rs", "drill.rs", "ledger.rs", "ledger/keeping.rs", "ledger/restored.rs"],
        ),
        (
            "whether a summary is all that is shown, before it is looked at: ids alone",
            &["people/summary.rs"],
        ),
        (
            "what is to be sent, taken in or destroyed, which goes by a door then",
            &["import.rs", "retention/destroying.rs", "retention/passing.rs", "sharing/jobs.rs"],
        ),
        (
            "invented people, and measurements of them",
            &["bench/bare.rs", "bench/pages.rs", "bench/sizes.rs", "demo.rs"],
        ),
    ];
    let reads = |text: &str| {
        let text: String = text.split_whitespace().collect();
        text.contains("db.reads()") || text.contains("db.as_it_is()")
    };
    let sources = sources();
    let found: BTreeSet<&str> =
        sources.iter().filter(|(_, text)| reads(text)).map(|(file, _)| file.as_str()).collect();
    let may: BTreeSet<&str> = WHO_ELSE.iter().flat_map(|(_, files)| *files).copied().collect();
    assert_eq!(found, may);
}

/// A refusal is journaled with what was asked for: whoever tries one reference after another is seen.
#[test]
fn what_asks_for_one_record_says_for_which_where_it_is_refused() {
    const NAMES_ONE: [&str; 7] =
        ["reference", "contact", "pathway", "person", "draft", "staff", "declaration"];
    let mut silent = Vec::new();
    for (file, text) in sources() {
        for door in ["Look", "Change"] {
            for part in text.split(&format!("impl {door} for ")).skip(1) {
                let name = part.split([' ', '<']).next().unwrap();
                let body = part.split("\n}\n").next().unwrap();
                let fields = text.split(&format!("struct {name} {{")).nth(1).unwrap_or_default();
                let fields = fields.split('}').next().unwrap();
                let names_one = NAMES_ONE.iter().any(|f| fields.contains(&format!(" {f}: String")));
                if names_one && !body.contains("fn asked(&self)") {
                    silent.push(format!("{file}: {name}"));
                }
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}
