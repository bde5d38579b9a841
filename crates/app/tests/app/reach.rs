//! Who reaches which route: every role on every route, with the real references of a world in
//! which a teacher's request about two children was decided. The table is reviewed like code.

mod looks_and_lists;

use std::{collections::BTreeSet, fmt::Write};

use app::{
    doors::{
        self,
        journal::{self, Kind},
    },
    front_door::reading::OpenContact,
    people::conflicts::ConflictsToLookAt,
    web::routes::{self, Comes, Route},
};
use axum::http::{StatusCode, header};
use platform::db::{Row, Runs, sea_orm};
use practice::{
    processes::request_for_support::{Level, Outcome},
    roles::Role,
};

use crate::{
    browser::Page,
    front_door::{decision, sent},
    support::{World, on_both, reference_of},
};

/// Who comes: one person for each role, and a practitioner of another agency. Whoever made the
/// request comes last, so that what they change does not hide a route from the others.
pub const WHO: [(&str, &str); 11] = [
    ("elsewhere", "halima@health.example"),
    ("lead", "lena@marram.example"),
    ("hub worker", "sunil@hub.example"),
    ("duty worker", "dilys@hub.example"),
    ("manager", "marguerite@hub.example"),
    ("unit", "jo@unit.example"),
    ("officer", "priya@health.example"),
    ("link", "wren@links.example"),
    ("scrutineer", "sefa@scrutiny.example"),
    ("operator", "ossian@unit.example"),
    ("requester", "owen@marram.example"),
];

/// What stands behind `{reference}` in each part of the site.
pub struct Known {
    draft: String,
    pub contact: String,
    pathway: String,
    pub person: String,
    agency: String,
    team: String,
    place: String,
    staff: String,
    declared: String,
    asked: String,
    glass: String,
    family: String,
    data: String,
    disposal: String,
}

impl Known {
    pub fn path(&self, route: &Route) -> String {
        let reference = match route.path.split('/').nth(1) {
            Some("requests") => &self.draft,
            Some("contacts") => &self.contact,
            Some("pathways") => &self.pathway,
            Some("agencies") => &self.agency,
            Some("teams") => &self.team,
            Some("places") => &self.place,
            Some("staff") => &self.staff,
            Some("declared-conflicts") => &self.declared,
            Some("asked") => &self.asked,
            Some("break-glass" | "glass-reviews") => &self.glass,
            Some("family-pages") => &self.family,
            Some("data-requests") => &self.data,
            Some("disposals") => &self.disposal,
            _ => &self.person,
        };
        let path = route.path.replace("{reference}", reference);
        path.replace("{place}", "1")
            .replace("{file}", "22222-22222")
            .replace("{item}", "shared")
            .replace("{page}", "danger")
            .replace("{name}", "app.css")
    }
}

pub async fn known(world: &World) -> Known {
    let owen = world.actor("owen@marram.example").await;
    let dee = world.actor("dee@hub.example").await;
    let taken = sent(world, &owen, false).await;
    for pathway in &taken.pathways {
        let decide = decision(pathway, 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
    }
    let look = OpenContact { reference: taken.reference.clone() };
    let seen = doors::open(&world.app, &dee, look).await.unwrap();
    Known {
        draft: draft(world).await,
        contact: taken.reference.clone(),
        pathway: taken.pathways[0].clone(),
        person: seen.children[0].account.person.clone(),
        agency: reference_of(world, "agency", "Seaholme schools").await,
        team: reference_of(world, "team", "Duty team").await,
        place: reference_of(world, "setting", "Marram Primary School").await,
        staff: reference_of(world, "staff", "Owen Pryce-Demo").await,
        declared: declared(world).await,
        asked: asked(world).await,
        glass: glass(world, &taken.reference).await,
        data: crate::data_requests::one(world).await,
        // Nothing here is old enough to be disposed of: its own tests walk one.
        disposal: "22222-22222".to_owned(),
        family: crate::disclosing::page_for_carys(world, &seen.children[0].account.person).await,
    }
}

/// Somebody else's record and a reference that nobody has are answered alike: not found, or a
/// form that is refused for what it lacks before anything is looked up.
async fn tells_nothing(world: &World, route: &Route, status: StatusCode) {
    let nobody = || "22222-22222".to_owned();
    let nothing = Known {
        draft: nobody(),
        contact: nobody(),
        pathway: nobody(),
        person: nobody(),
        agency: nobody(),
        team: nobody(),
        place: nobody(),
        staff: nobody(),
        declared: nobody(),
        asked: nobody(),
        glass: nobody(),
        family: nobody(),
        data: nobody(),
        disposal: nobody(),
    };
    let mut browser = world.signs_in("halima@health.example").await;
    let path = nothing.path(route);
    let answer = match route.method {
        "get" => browser.get(&path).await,
        _ => browser.fills(&path, "").await,
    };
    assert_eq!(status, answer.status, "{} {}", route.method, route.path);
    let refused = [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY];
    assert!(refused.contains(&status), "{} {}: {status}", route.method, route.path);
    assert!(route.method == "post" || status == StatusCode::NOT_FOUND, "{}", route.path);
}

/// Forms to begin with, on which nothing of any record stands: nothing is looked at.
const SHOWS_NO_RECORD: [&str; 8] = [
    "/looks-of-staff",
    "/out-of-hours",
    "/data-requests/new",
    "/session/password",
    "/requests-on-paper",
    "/people",
    "/contacts/by-telephone",
    "/contacts/{reference}/protected",
];
/// What changes nothing here though it leads on: somebody else has taken the request already, and it is
/// open as it is.
const CHANGES_NOTHING: [&str; 3] =
    ["/contacts/{reference}/claim", "/contacts/{reference}/opening", "/people/{reference}/opening"];
/// Where a draft was looked at, and has nothing on that page that could be removed.
const FINDS_NO_PART: [&str; 1] = ["/requests/{reference}/{page}/remove"];

/// A page that was shown was looked at, what was done is a change, and what is not there for them
/// is a refusal: each stands in the journal, or it went round the doors.
fn went_by_a_door(route: &Route, status: StatusCode, kinds: &[Kind]) {
    let (wanted, but_for): (_, &[&str]) = match (route.method, status) {
        ("get", StatusCode::OK) => (Kind::Seen, &SHOWS_NO_RECORD),
        ("post", StatusCode::SEE_OTHER) => (Kind::Changed, &CHANGES_NOTHING),
        (_, StatusCode::NOT_FOUND) => (Kind::Refused, &FINDS_NO_PART),
        _ => return,
    };
    let (method, path) = (route.method, route.path);
    assert!(
        kinds.contains(&wanted) || but_for.contains(&path),
        "{method} {path}: {status}, and the journal has {kinds:?}"
    );
}

/// Nothing that is answered to whoever has signed in is kept by a browser or told elsewhere, and it is a
/// page, or leads to one: what gives out a file has a test of its own (threat model, V10 and V24).
fn keeps_to_itself(route: &Route, answer: &Page) {
    let (method, path) = (route.method, route.path);
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        assert_eq!(answer.header(name.clone()), value, "{method} {path}: {name}");
    }
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{path}: {policy}"
    );
    let is_page = answer.header(header::CONTENT_TYPE).starts_with("text/html");
    assert!(is_page || answer.status.is_redirection(), "{method} {path}");
    assert!(!answer.headers.contains_key(header::CONTENT_DISPOSITION), "{method} {path}");
}

#[derive(Row)]
struct Written {
    seq: i64,
    entry: Vec<u8>,
}

async fn written(world: &World, after: i64) -> Vec<Written> {
    let text = "SELECT seq, entry FROM journal WHERE seq > $1 ORDER BY seq";
    world.app.db.reads().all(text, [after.into()]).await.unwrap()
}

async fn last_entry(world: &World) -> i64 {
    written(world, 0).await.last().map_or(0, |entry| entry.seq)
}

async fn journaled_since(world: &World, before: i64) -> Vec<Kind> {
    let entries = written(world, before).await;
    entries.iter().filter_map(|e| Some(journal::read(&e.entry)?.kind)).collect()
}

/// What the teacher declared of whom he knows.
async fn declared(world: &World) -> String {
    world.declares("owen@marram.example", "Somebody Invented").await;
    let marguerite = world.actor("marguerite@hub.example").await;
    let seen = doors::open(&world.app, &marguerite, ConflictsToLookAt).await.unwrap();
    seen.waits[0].reference.clone()
}

/// What the teacher asked the hub about a child.
async fn asked(world: &World) -> String {
    crate::involving::asks_and_is_looked_for(world, "owen@marram.example").await
}

/// The use of break-glass by a health visitor who is in none of the columns.
async fn glass(world: &World, contact: &str) -> String {
    world.joins("hester@health.example", "halima@health.example", Role::Practitioner).await;
    crate::break_glass::used_by(world, "hester@health.example", contact).await
}

/// A request that the teacher has begun and not sent.
async fn draft(world: &World) -> String {
    let begun = world.signs_in("owen@marram.example").await.fills("/requests", "").await;
    let draft = begun.location().split('/').nth(2).unwrap_or_default().to_owned();
    assert!(draft.len() > 5, "a draft was begun: {}", begun.text);
    draft
}

/// Whoever plays a part that nobody in the demo plays alone.
pub async fn everybody_joins(world: &World) {
    world.joins("lena@marram.example", "tamsin@marram.example", Role::SafeguardingLead).await;
    world.joins("dilys@hub.example", "dee@hub.example", Role::DutyWorker).await;
    world.joins("priya@health.example", "halima@health.example", Role::PrivacyOfficer).await;
}

#[test]
fn who_reaches_what_is_as_reviewed() {
    on_both(async |world| {
        everybody_joins(&world).await;
        let mut played = BTreeSet::new();
        for (_, email) in WHO {
            let actor = world.actor(email).await;
            let roles = &actor.signed_in().unwrap().roles;
            assert_eq!(roles.len(), 1, "{email} plays one part");
            played.extend(roles.iter().copied());
        }
        assert_eq!(played, BTreeSet::from(Role::ALL), "every role comes");
        let mut known = known(&world).await;
        let mut table = String::new();
        write!(table, "{:<46}", "").unwrap();
        for (who, _) in WHO {
            write!(table, "{who:>12}").unwrap();
        }
        let routes = routes::all();
        let reading = routes.iter().filter(|r| r.method == "get");
        let sending = routes.iter().filter(|r| r.method != "get");
        for route in reading.chain(sending).filter(|r| r.comes == Comes::SignedIn) {
            write!(table, "\n{:<46}", format!("{} {}", route.method, route.path)).unwrap();
            if route.method != "get" {
                // Sending and discarding use a draft up.
                known.draft = draft(&world).await;
            }
            for (who, email) in WHO {
                // A fresh session each time: signing out is one of the routes.
                let mut browser = world.signs_in(email).await;
                let path = known.path(route);
                let before = last_entry(&world).await;
                let answer = match route.method {
                    "get" => browser.get(&path).await,
                    _ => browser.fills(&path, "").await,
                };
                let kinds = journaled_since(&world, before).await;
                keeps_to_itself(route, &answer);
                went_by_a_door(route, answer.status, &kinds);
                write!(table, "{:>12}", answer.status.as_u16()).unwrap();
                if who == "elsewhere" && route.path.contains("{reference}") {
                    tells_nothing(&world, route, answer.status).await;
                }
            }
        }
        insta::assert_snapshot!("who_reaches_what", table);
        world
    });
}
