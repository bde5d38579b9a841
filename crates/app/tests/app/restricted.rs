//! A child whose record exists only for those who are named: everybody else reads, everywhere, what is
//! read where there is no such child, and nothing but two of those named makes it otherwise.

use app::{
    doors,
    error::{Error, Result},
    front_door::{
        queue::{Filter, OpenQueue},
        reading::OpenContact,
        screening::{AddInformation, Claim},
    },
    people::{
        child::OpenChild,
        links::{LinkPeople, UnlinkAccount},
        restricting::{Lift, Name, Restrict},
        restriction::{OpenRestriction, Restriction, Sort},
        who_may::SeeWhoMay,
    },
    sharing::{jobs, notices::OwnNotices},
};
use axum::http::StatusCode;
use platform::mail::{Mailer, sink::Sink};
use practice::roles::Role;

use crate::{
    kept_away::written,
    support::{World, on_both, somebody_elses},
    walk::{Known, known, known_by, lists, reads, reads_as_nothing},
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
    let change = Restrict {
        person: known.person.clone(),
        account: known.account.clone(),
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

async fn name(world: &World, known: &Known, who: &str, is_named: bool) -> Result<()> {
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

async fn add(world: &World, contact: &str, danger: bool) {
    let said = "He is at the gate".to_owned();
    let add = AddInformation { contact: contact.to_owned(), said, danger };
    doors::record(&world.app, &world.actor(OWEN).await, add).await.unwrap();
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
        assert!(dee.fills("/people", "q=Arlo").await.reads("Arlo Invented-Marsh"));
        assert!(may(&world, DEE, &known.contact).await);
        assert!(!world.holds("deputy head").await, "the reason is sealed");
        assert!(!world.holds("staff-family").await, "and so is of what sort it is");
        world
    });
}

#[test]
fn a_manager_who_is_named_reads_why_and_names_others_and_two_of_the_hub_stay() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let alone = restrict_to(&world, &known, &[OWEN]).await;
        assert!(matches!(alone, Err(Error::Beside { field: "named", .. })), "{alone:?}");
        let nobody = restrict_to(&world, &known, &["nobody@hub.example"]).await;
        assert!(matches!(nobody, Err(Error::Beside { field: "named", .. })), "{nobody:?}");
        restrict(&world, &known).await;
        let again = restrict_to(&world, &known, &[DEE]).await;
        assert!(matches!(again, Err(Error::Beside { field: "named", .. })), "{again:?}");

        let seen = restriction(&world, &known).await;
        assert_eq!(seen.all[0].reason, "He is the son of the deputy head");
        assert_eq!(seen.all[0].named.len(), 2);
        let look = || OpenRestriction { person: known.person.clone() };
        let by_dee = doors::open(&world.app, &world.actor(DEE).await, look()).await;
        assert!(matches!(by_dee, Err(Error::NotFound)), "only a manager reads why");

        let one_left = name(&world, &known, DEE, false).await;
        assert!(matches!(one_left, Err(Error::Beside { field: "end", .. })), "{one_left:?}");
        assert!(!may(&world, SUNIL, &known.contact).await);
        name(&world, &known, SUNIL, true).await.unwrap();
        assert!(may(&world, SUNIL, &known.contact).await);
        name(&world, &known, DEE, false).await.unwrap();
        assert!(!may(&world, DEE, &known.contact).await);

        let who = SeeWhoMay::Contact(known.contact.clone());
        let who = doors::open(&world.app, &world.actor(SUNIL).await, who).await.unwrap();
        let names = format!("{who:?}");
        assert!(names.contains("Marguerite") && names.contains("Sunil"), "{names}");
        assert!(!names.contains("Dee ") && !names.contains("Dilys"), "{names}");
        assert!(names.contains("Owen"), "who asked reads what they asked: {names}");
        world
    });
}

#[test]
fn the_journal_has_references_of_a_restriction_and_not_why() {
    on_both(async |world| {
        let known = known(&world, false).await;
        restrict(&world, &known).await;
        name(&world, &known, SUNIL, true).await.unwrap();
        let written = written(&world).await;
        let said = |what: &str| {
            let (_, said) = written.iter().find(|(read, _)| read.what == what).unwrap();
            assert!(said.contains(&known.person), "{said}");
            said.clone()
        };
        for what in ["people:restrict", "people:name-for-restricted"] {
            let said = said(what);
            for word in ["deputy", "staff-family", "@", "Arlo"] {
                assert!(!said.contains(word), "{said}");
            }
        }
        world
    });
}

#[test]
fn two_managers_who_are_named_lift_it_together_and_nobody_else() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        restrict(&world, &known).await;
        let reference = restriction(&world, &known).await.all[0].reference.clone();
        let lift = async |email: &str| {
            let change = Lift {
                person: known.person.clone(),
                restriction: reference.clone(),
                reason: "His mother works elsewhere now".to_owned(),
            };
            doors::record(&world.app, &world.actor(email).await, change).await
        };
        for email in [DEE, DEPUTY, OWEN] {
            assert!(matches!(lift(email).await, Err(Error::NotFound)), "{email}");
        }
        assert!(!lift(MARGUERITE).await.unwrap(), "it is asked for");
        let alone = lift(MARGUERITE).await;
        assert!(matches!(alone, Err(Error::Beside { field: "lift", .. })), "{alone:?}");
        assert!(!may(&world, SUNIL, &known.contact).await);
        name(&world, &known, DEPUTY, true).await.unwrap();
        assert!(lift(DEPUTY).await.unwrap());
        assert!(may(&world, SUNIL, &known.contact).await);
        assert!(restriction(&world, &known).await.all.is_empty());
        assert!(!world.holds("elsewhere now").await, "the reason is sealed");
        world
    });
}

#[test]
fn who_may_be_the_same_child_is_restricted_too_and_linking_lifts_nothing() {
    on_both(async |world| {
        let (before, first) = (known(&world, false).await, known(&world, false).await);
        restrict(&world, &first).await;
        let sent = crate::front_door::sent(&world, &world.actor(OWEN).await, false).await;
        for contact in [&before.contact, &first.contact, &sent.reference] {
            assert!(!may(&world, SUNIL, contact).await && may(&world, DEE, contact).await);
        }

        let other = somebody_elses(&world, &world.actor("halima@health.example").await).await;
        let other = known_by(&world, &other).await;
        assert!(may(&world, SUNIL, &other.contact).await, "somebody else");
        let link = |from: &Known, to: &Known| LinkPeople {
            from: from.person.clone(),
            account: from.account.clone(),
            to: to.person.clone(),
            reason: "The same child".to_owned(),
        };
        let sunil = world.actor(SUNIL).await;
        for (from, to) in [(&other, &first), (&first, &other)] {
            let linked = doors::record(&world.app, &sunil, link(from, to)).await;
            assert!(matches!(linked, Err(Error::NotFound)), "as to nobody: {linked:?}");
        }
        let dee = world.actor(DEE).await;
        doors::record(&world.app, &dee, link(&first, &other)).await.unwrap();
        assert!(!may(&world, SUNIL, &other.contact).await, "it went with the accounts");
        let part = UnlinkAccount {
            person: other.person.clone(),
            account: first.account.clone(),
            reason: "They are not".to_owned(),
        };
        doors::record(&world.app, &dee, part).await.unwrap();
        for known in [&first, &other] {
            assert!(!may(&world, SUNIL, &known.contact).await, "it stays with both");
            let look = OpenChild { reference: known.person.clone() };
            assert!(doors::open(&world.app, &sunil, look).await.is_err());
        }
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
fn what_waits_goes_to_those_who_are_named_and_so_does_what_comes_later() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, true).await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &world.actor(SUNIL).await, claim).await.unwrap();
        assert!(!notices(&world, DILYS).await.is_empty(), "the duty worker was told of danger");
        restrict(&world, &known).await;
        for email in [SUNIL, DILYS] {
            assert!(notices(&world, email).await.is_empty(), "{email}");
        }
        let mut to_dee = notices(&world, DEE).await;
        to_dee.sort_unstable();
        assert_eq!(to_dee, ["danger", "instead"], "at once");
        let held = "pathway WHERE holder_id IS NOT NULL AND ended_at IS NULL";
        assert_eq!(world.count(held).await, 0, "what Sunil held is in the queue again");

        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <sightline@seaholme.example>").unwrap();
        for _ in 0..3 {
            jobs::send_messages(&world.app, &mailer).await.unwrap();
        }
        let to: Vec<_> = sink.letters().into_iter().flat_map(|letter| letter.to).collect();
        assert!(to.iter().any(|to| to.contains(DEE)), "{to:?}");
        assert!(!to.iter().any(|to| to.contains(SUNIL) || to.contains(DILYS)), "{to:?}");

        // More danger, a clock that nobody minds, and a new request: all of it to those named.
        let marguerites = notices(&world, MARGUERITE).await.len();
        world.it_is("2026-11-02T10:20:00Z");
        add(&world, &known.contact, true).await;
        world.it_is("2026-11-02T10:40:00Z");
        jobs::raise_what_is_late(&world.app).await.unwrap();
        crate::front_door::sent(&world, &world.actor(OWEN).await, true).await;
        for email in [SUNIL, DILYS] {
            assert!(notices(&world, email).await.is_empty(), "{email}");
        }
        assert!(notices(&world, DEE).await.iter().any(|kind| kind == "danger-unread"));
        assert!(notices(&world, MARGUERITE).await.len() > marguerites);
        world
    });
}

#[test]
fn where_everybody_named_has_gone_the_hubs_managers_are_named() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        restrict(&world, &known).await;
        world
            .tamper("UPDATE staff SET left_on = '2026-11-02' WHERE email LIKE 'marguerite@%' OR email LIKE 'dee@%'")
            .await;
        assert!(!may(&world, DEPUTY, &known.contact).await);
        add(&world, &known.contact, true).await;
        assert!(may(&world, DEPUTY, &known.contact).await);
        assert_eq!(notices(&world, DEPUTY).await, ["danger"]);
        assert!(!may(&world, SUNIL, &known.contact).await, "nobody else");
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

#[test]
fn the_pages_refuse_beside_the_field_that_is_wrong() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut browser = world.signs_in(MARGUERITE).await;
        let path = format!("/people/{}/restriction", known.person);
        let good = [
            ("account", known.account.as_str()),
            ("sort", "adoption"),
            ("reason", "He was adopted in May"),
            ("named", "dee@hub.example"),
        ];
        for (name, value) in [("sort", ""), ("reason", ""), ("named", ""), ("named", OWEN)] {
            let mut fields = good;
            fields.iter_mut().filter(|(n, _)| *n == name).for_each(|field| field.1 = value);
            let page = browser.post(&path, &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}");
            assert_eq!(page.errors_lead_to(), [format!("#{name}")], "{name} {value}");
        }
        assert_eq!(browser.post(&path, &good).await.status, StatusCode::SEE_OTHER);
        let page = browser.get(&path).await;
        assert!(page.reads("He was adopted in May") && page.reads("Adopted, or to be adopted"));
        let restriction = page.form(&format!("{path}/lift"));
        let restriction = restriction.iter().find(|(n, _)| n == "restriction").unwrap().1.clone();
        let of = ("restriction", restriction.as_str());
        for (part, fields, beside) in [
            ("named", [of, ("who", "")], "who"),
            ("named", [of, ("who", "nobody@hub.example")], "who"),
            ("named/end", [of, ("whom", DEE)], "end"),
            ("lift", [of, ("lift", "")], "lift"),
        ] {
            let page = browser.post(&format!("{path}/{part}"), &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{part}");
            assert_eq!(page.errors_lead_to(), [format!("#{beside}")], "{part}");
            assert!(page.has_id(beside), "{part}");
        }
        world
    });
}
