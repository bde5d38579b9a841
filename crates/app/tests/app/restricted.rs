//! A child whose record exists only for those who are named: everybody else reads, everywhere, what is
//! read where there is no such child, and nothing but two of those named makes it otherwise.

mod address;
mod linking;
mod looked_at;
mod naming;
mod telling;

use app::{
    doors,
    error::{Error, Result},
    front_door::{
        queue::{Filter, OpenQueue},
        reading::OpenContact,
        screening::Claim,
    },
    people::{
        restricting::{Name, Restrict},
        restriction::{Covers, OpenRestriction, Restriction, Sort},
    },
    sharing::notices::OwnNotices,
};
use axum::http::StatusCode;
use practice::roles::Role;

use crate::{
    support::{World, on_both},
    walk::{Known, known, lists, reads, reads_as_nothing},
};

const MARGUERITE: &str = "marguerite@hub.example";
const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const DILYS: &str = "dilys@hub.example";
const DEPUTY: &str = "deputy@hub.example";
const OWEN: &str = "owen@marram.example";
const LENA: &str = "lena@marram.example";

/// A second manager and duty worker in the hub, and a lead in Owen's school.
async fn others_join(world: &World) {
    world.joins(DEPUTY, MARGUERITE, Role::HubManager).await;
    world.joins(DILYS, DEE, Role::DutyWorker).await;
    world.joins(LENA, OWEN, Role::SafeguardingLead).await;
}

pub async fn restrict_to(world: &World, known: &Known, named: &[&str]) -> Result<()> {
    covers(world, known, Covers::Record, named).await
}

pub async fn covers(world: &World, known: &Known, covers: Covers, named: &[&str]) -> Result<()> {
    let change = Restrict {
        person: known.person.clone(),
        account: known.account.clone(),
        covers,
        sort: Sort::StaffFamily,
        reason: "He is the son of the deputy head".to_owned(),
        named: named.iter().map(|who| (*who).to_owned()).collect(),
    };
    doors::record(&world.app, &world.actor(MARGUERITE).await, change).await
}

/// Restricted to Marguerite and Dee.
async fn restrict(world: &World, known: &Known) {
    restrict_to(world, known, &[DEE]).await.unwrap();
}

async fn restriction(world: &World, known: &Known) -> Restriction {
    let look = OpenRestriction { person: known.person.clone() };
    doors::open(&world.app, &world.actor(MARGUERITE).await, look).await.unwrap()
}

pub async fn name(world: &World, known: &Known, who: &str, is_named: bool) -> Result<()> {
    let restriction = restriction(world, known).await.all[0].reference.clone();
    let change = Name { person: known.person.clone(), restriction, who: who.to_owned(), is_named };
    doors::record(&world.app, &world.actor(MARGUERITE).await, change).await
}

async fn may(world: &World, email: &str, contact: &str) -> bool {
    reads(world, &world.actor(email).await, contact).await
}

async fn notices(world: &World, email: &str) -> Vec<String> {
    let notices = doors::open(&world.app, &world.actor(email).await, OwnNotices).await.unwrap();
    notices.into_iter().map(|notice| notice.kind).collect()
}

#[test]
fn whoever_is_not_named_reads_what_is_read_where_there_is_no_such_child() {
    on_both(async |world| {
        others_join(&world).await;
        let unnamed = [SUNIL, DILYS, DEPUTY];
        let mut before = Vec::new();
        for email in unnamed {
            before.push(lists(&world, email).await);
        }
        let known = known(&world, true).await;
        for (email, before) in unnamed.iter().zip(&before) {
            assert_ne!(&lists(&world, email).await, before, "there is something to be hidden");
        }
        restrict(&world, &known).await;
        for (email, before) in unnamed.iter().zip(&before) {
            assert_eq!(&lists(&world, email).await, before, "{email}");
            reads_as_nothing(&world, email, &known).await;
        }
        assert_ne!(lists(&world, DEE).await, before[0], "Dee is named");
        let mut dee = world.signs_in(DEE).await;
        assert!(dee.searches("q=Arlo").await.reads("Arlo Invented-Marsh"));
        assert!(may(&world, DEE, &known.contact).await);
        assert!(!world.holds("deputy head").await, "the reason is sealed");
        assert!(!world.holds("staff-family").await, "and so is of what sort it is");
        world
    });
}

#[test]
fn whoever_asked_reads_what_they_asked_and_their_setting_does_not() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        assert!(may(&world, LENA, &known.contact).await, "the lead of the same school");
        let owens = async |path: String| {
            let mut owen = world.signs_in(OWEN).await;
            crate::walk::without_keys(&owen.get(&path).await)
        };
        let paths = || {
            [
                "/requests".to_owned(),
                format!("/contacts/{}", known.contact),
                format!("/contacts/{}/arrived", known.contact),
                format!("/people/{}", known.person),
            ]
        };
        let mut before = Vec::new();
        for path in paths() {
            before.push(owens(path).await);
        }
        restrict(&world, &known).await;
        for (path, before) in paths().into_iter().zip(before) {
            assert_eq!(owens(path.clone()).await, before, "{path}");
        }
        assert!(!may(&world, LENA, &known.contact).await);
        let mut lena = world.signs_in(LENA).await;
        assert!(!lena.get("/requests").await.reads("Arlo"));

        // Somebody of the hub reads of their own request no more than anybody who asked.
        let taken = crate::front_door::sent(&world, &world.actor(SUNIL).await, false).await;
        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &world.actor(SUNIL).await, look).await.unwrap();
        assert!(!seen.in_full);
        let claim = Claim { contact: taken.reference };
        let claimed = doors::record(&world.app, &world.actor(SUNIL).await, claim).await;
        assert!(matches!(claimed, Err(Error::NotFound)), "{claimed:?}");
        let queue = OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() };
        let queue = doors::open(&world.app, &world.actor(SUNIL).await, queue).await.unwrap();
        assert_eq!(queue.open, 0);
        world
    });
}

#[test]
fn whoever_takes_a_call_about_a_restricted_child_reads_what_they_took_down() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        restrict(&world, &known).await;
        let mut dilys = world.signs_in(DILYS).await;
        let fields = [
            ("danger", "yes"),
            ("caller", "Pat Invented, next door, 01632 960 002"),
            ("agency", "public"),
            ("worry", "Shouting again"),
            ("given.0", "Arlo"),
            ("family.0", "Invented-Marsh"),
            ("born.0.day", "4"),
            ("born.0.month", "5"),
            ("born.0.year", "2017"),
        ];
        let page = dilys.post("/contacts/by-telephone", &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let path = page.location().to_owned();
        let contact = path.rsplit('/').next().unwrap().to_owned();
        let page = dilys.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.reads("Arlo") && page.has_form(&format!("{path}/information")));
        assert!(!page.has_form(&format!("{path}/claim")));
        assert!(!dilys.get("/hub").await.reads("Arlo"));
        assert!(!may(&world, SUNIL, &contact).await && may(&world, DEE, &contact).await);
        assert_eq!(notices(&world, DEE).await, ["danger"]);
        world
    });
}
