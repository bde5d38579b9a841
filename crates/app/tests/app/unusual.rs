//! Looks that stand out reach the privacy officer of the looker's agency and nobody else; least of
//! all whoever they are about.

use std::collections::BTreeSet;

use app::{
    access::Actor,
    doors,
    error::Error,
    front_door::reading::OpenContact,
    people::{child::OpenChild, links::LinkPeople, who_may::SeeWhoMay},
    unusual::{
        deriving, looks,
        reviewing::{OpenRow, OpenRows, Rows, Settle},
    },
};
use axum::http::StatusCode;
use need_to_know::unusual::{Rule, Who};
use practice::{calendar::day_of, roles::Role};

use crate::{
    front_door::{send, sent, two_siblings},
    people::found,
    support::{World, on_both, somebody_elses},
};

pub const OFFICER: &str = "priya@hub.example";
const SUNIL: &str = "sunil@hub.example";

/// An officer in the hub's agency, and one in another.
pub async fn with_officers(world: &World) {
    world.joins(OFFICER, SUNIL, Role::PrivacyOfficer).await;
    world.joins("rhys@health.example", "halima@health.example", Role::PrivacyOfficer).await;
}

/// They open the page of a child on so many days from that Monday on, and do nothing. Each morning
/// the rules run over the day before.
pub async fn come_back(world: &World, who: &[&str], person: &str, days: u32) {
    for day in 2..2 + days {
        world.it_is(&format!("2026-11-{day:02}T11:00:00Z"));
        deriving::turn(&world.app).await.unwrap();
        for email in who {
            let look = OpenChild { reference: person.to_owned() };
            doors::open(&world.app, &world.actor(email).await, look).await.unwrap();
        }
    }
}

async fn child(world: &World) -> String {
    let owen = world.actor("owen@marram.example").await;
    let taken = sent(world, &owen, false).await;
    let look = OpenContact { reference: taken.reference };
    let owens = doors::open(&world.app, &owen, look).await.unwrap();
    owens.children[0].account.person.clone()
}

pub async fn rows(world: &World, email: &str) -> Result<Rows, Error> {
    let actor = world.actor(email).await;
    doors::open(&world.app, &actor, OpenRows).await
}

/// A row about Sunil, and its reference.
async fn a_row(world: &World) -> String {
    with_officers(world).await;
    let person = child(world).await;
    come_back(world, &[SUNIL], &person, 5).await;
    world.it_is("2026-11-09T08:00:00Z");
    assert!(deriving::turn(&world.app).await.unwrap() > 0);
    let rows = rows(world, OFFICER).await.unwrap();
    assert_eq!(rows.rows.len(), 1, "one row for one person and child");
    let row = &rows.rows[0];
    assert_eq!(row.who, "Sunil Rao-Demo");
    assert_ne!(row.child.as_deref(), Some(person.as_str()), "it leads no officer to the record");
    assert_eq!(row.findings[0].rule, Rule::Repeated);
    row.reference.clone()
}

fn settle(row: &str) -> Settle {
    Settle {
        reference: row.to_owned(),
        outcome: "in-order".to_owned(),
        reason: "He waited for the school, his manager says".to_owned(),
    }
}

async fn settles(world: &World, actor: &Actor, row: &str) -> Result<(), Error> {
    doors::record(&world.app, actor, settle(row)).await
}

#[test]
fn somebody_who_comes_back_and_does_nothing_is_asked_about_once() {
    on_both(async |world| {
        let row = a_row(&world).await;
        assert_eq!(deriving::turn(&world.app).await.unwrap(), 0, "a day is done once");
        let officer = world.actor(OFFICER).await;
        settles(&world, &officer, &row).await.unwrap();
        assert!(rows(&world, OFFICER).await.unwrap().rows.is_empty());
        let seen = doors::open(&world.app, &officer, OpenRow { reference: row.clone() }).await;
        let settled = seen.unwrap().settled.expect("it is kept");
        assert_eq!(settled.reason, "He waited for the school, his manager says");
        assert!(matches!(settles(&world, &officer, &row).await, Err(Error::Stale)), "once");
        assert!(!world.holds("He waited for the school").await, "sealed");
        assert!(!world.holds("nothing was done").await, "sealed");
        world
    });
}

#[test]
fn only_of_those_who_were_opened_is_anything_read_and_what_they_share_is_counted_among_all() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let opened = child(&world).await;
        let mut contact = two_siblings(&owen, false);
        contact.adults[0].person.family = "Marsh".to_owned();
        send(&world, &owen, contact).await;
        let halima = world.actor("halima@health.example").await;
        somebody_elses(&world, &halima).await;
        world
            .tamper("UPDATE staff SET name = 'Sunil Marsh' WHERE email = 'sunil@hub.example'")
            .await;
        let sunil = world.actor(SUNIL).await;
        let look = OpenChild { reference: opened };
        doors::open(&world.app, &sunil, look).await.unwrap();

        let window = looks::of(&world.app.db.reads(), day_of(world.app.clock.now())).await.unwrap();
        let by_sunil = Who(sunil.signed_in().unwrap().staff.0.as_u128());
        let marshes: Vec<_> = window.looks.iter().filter(|look| look.who == by_sunil).collect();
        let [look] = marshes.as_slice() else { panic!("one look: {marshes:?}") };
        assert!(look.is_unexplained());
        assert!(window.facts.children[&look.child].families.contains(&"marsh".to_owned()));
        // Arlo and Bea of two requests, and somebody else’s child; a grown-up is no child.
        assert_eq!(window.facts.common.children, 5);
        assert_eq!(window.facts.common.families["marsh"], 4);
        assert!(window.facts.children.len() < 5, "{:?}", window.facts.children);
        world
    });
}

#[test]
fn whoever_opens_a_request_opens_every_child_of_it() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let (sunil, dee) = (world.actor(SUNIL).await, world.actor("dee@hub.example").await);
        sent(&world, &owen, false).await;
        let known = found(&world, &dee, "Arlo").await.remove(0);
        let taken = sent(&world, &owen, false).await;
        let told = found(&world, &dee, "Arlo").await;
        let told = told.into_iter().find(|one| one.reference != known.reference).unwrap();
        let link = LinkPeople {
            from: told.person,
            account: told.reference,
            to: known.person.clone(),
            reason: "The same child".to_owned(),
        };
        crate::support::links(&world, &dee, link).await.unwrap();

        // Of the second look the journal has only the request; Arlo is known from the first.
        let look = OpenChild { reference: known.person };
        doors::open(&world.app, &sunil, look).await.unwrap();
        let look = SeeWhoMay::Contact(taken.reference.clone());
        doors::open(&world.app, &sunil, look).await.unwrap();

        let window = looks::of(&world.app.db.reads(), day_of(world.app.clock.now())).await.unwrap();
        let by_sunil = Who(sunil.signed_in().unwrap().staff.0.as_u128());
        let looks = window.looks.iter().filter(|look| look.who == by_sunil);
        let children: Vec<_> = looks.map(|look| look.child).collect();
        let distinct: BTreeSet<_> = children.iter().collect();
        assert_eq!((children.len(), distinct.len()), (3, 2), "Arlo twice, and Bea");
        world
    });
}

/// She lives round the corner, and looks at the child of her street.
#[test]
fn whoever_opens_a_child_of_their_own_postcode_is_asked_about() {
    on_both(async |world| {
        with_officers(&world).await;
        let person = child(&world).await;
        for n in 0..30 {
            let owen = world.actor("owen@marram.example").await;
            let mut other = two_siblings(&owen, false);
            other.children.truncate(1);
            other.adults.clear();
            let one = &mut other.children[0];
            (one.family, one.identifiers) = (format!("Elsewhere{n}"), Vec::new());
            one.address.as_mut().unwrap().postcode = format!("FY4 {}AB", n % 10);
            send(&world, &owen, other).await;
        }
        let mut sunil = world.signs_in(SUNIL).await;
        let wrong = sunil.fills("/session/conflicts", "knows=none&postcode=FY1").await;
        assert!(wrong.reads("Enter a whole postcode"), "{}", wrong.text);
        let said = sunil.fills("/session/conflicts", "knows=none&postcode=fy11ad").await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        assert!(!world.holds("FY1 1AD").await && !world.holds("fy11ad").await, "nobody reads it");
        come_back(&world, &[SUNIL, "dee@hub.example"], &person, 1).await;
        world.it_is("2026-11-03T08:00:00Z");
        deriving::turn(&world.app).await.unwrap();
        let seen = rows(&world, OFFICER).await.unwrap().rows;
        let [row] = seen.as_slice() else { panic!("one of them lives there: {seen:?}") };
        assert!(row.who.contains("Sunil"), "{row:?}");
        let rules: Vec<_> = row.findings.iter().map(|found| found.rule).collect();
        assert_eq!(rules, [Rule::SamePlace]);
        assert!(row.findings[0].evidence.contains("2 of 32 children"), "{row:?}");
        // Of addresses from before there were places they are noted when the server starts.
        let of = "account_address WHERE place = (SELECT place FROM staff_home)";
        let noted = world.count(of).await;
        world.tamper("UPDATE account_address SET place = NULL").await;
        app::people::home::take_up(&world.app.db, &world.app.keys).await.unwrap();
        assert_eq!(world.count(of).await, noted);
        // An address that must be kept secret says nothing of where somebody lives.
        world
            .tamper("UPDATE account_address SET protected_since = (SELECT said_at FROM staff_home)")
            .await;
        come_back(&world, &[SUNIL], &person, 1).await;
        let window = looks::of(&world.app.db.reads(), day_of(world.app.clock.now())).await.unwrap();
        assert!(window.facts.children.values().all(|child| child.places.is_empty()));
        world
    });
}

#[test]
fn who_did_something_with_what_they_opened_is_not_asked_about() {
    on_both(async |world| {
        with_officers(&world).await;
        let person = child(&world).await;
        come_back(&world, &[SUNIL], &person, 2).await;
        world.it_is("2026-11-09T08:00:00Z");
        deriving::turn(&world.app).await.unwrap();
        let seen = rows(&world, OFFICER).await.unwrap();
        assert!(seen.rows.is_empty(), "to look twice is to wait for an answer");
        assert!(seen.until.is_some());
        let mut browser = world.signs_in(OFFICER).await;
        let page = browser.get("/unusual-access").await;
        assert!(page.text.contains("There is nothing to ask about now"), "{}", page.text);
        world
    });
}

#[test]
fn a_child_has_one_name_in_the_rows_of_an_agency_and_the_hub_finds_the_child_by_it() {
    on_both(async |world| {
        with_officers(&world).await;
        let person = child(&world).await;
        come_back(&world, &[SUNIL, "dee@hub.example"], &person, 5).await;
        world.it_is("2026-11-09T08:00:00Z");
        deriving::turn(&world.app).await.unwrap();
        let rows = rows(&world, OFFICER).await.unwrap().rows;
        let called: BTreeSet<_> = rows.iter().map(|row| row.child.clone().unwrap()).collect();
        assert_eq!((rows.len(), called.len()), (2, 1), "two of them, at one child");
        let dee = world.actor("dee@hub.example").await;
        let called = found(&world, &dee, called.first().unwrap()).await;
        assert_eq!(called.len(), 1);
        assert_eq!(called[0].person, person);
        world
    });
}

#[test]
fn nobody_but_another_officer_of_the_same_agency_opens_it() {
    on_both(async |world| {
        let row = a_row(&world).await;
        // Sunil becomes a privacy officer: his own looks are still not his to see.
        world.joins("again@hub.example", SUNIL, Role::PrivacyOfficer).await;
        world
            .tamper(
                "UPDATE staff_role SET staff_id = (SELECT id FROM staff WHERE email = \
                 'sunil@hub.example') WHERE staff_id = (SELECT id FROM staff WHERE email = \
                 'again@hub.example')",
            )
            .await;
        let own = rows(&world, SUNIL).await.unwrap();
        assert!(own.rows.is_empty() && own.waiting == 0, "it looks as though there were nothing");
        for email in [
            SUNIL,
            "rhys@health.example",
            "dee@hub.example",
            "marguerite@hub.example",
            "jo@unit.example",
            "owen@marram.example",
            "halima@health.example",
            "tamsin@marram.example",
        ] {
            let actor = world.actor(email).await;
            let look = OpenRow { reference: row.clone() };
            let seen = doors::open(&world.app, &actor, look).await;
            assert!(matches!(seen, Err(Error::NotFound)), "{email}");
            let settled = settles(&world, &actor, &row).await;
            assert!(matches!(settled, Err(Error::NotFound)), "{email}");
        }
        assert!(rows(&world, "rhys@health.example").await.unwrap().rows.is_empty());
        world
    });
}

#[test]
fn where_an_agency_has_no_officer_a_hub_manager_asks_and_never_of_themselves() {
    on_both(async |world| {
        let row = a_row(&world).await;
        let manager = "marguerite@hub.example";
        assert!(rows(&world, manager).await.unwrap().rows.is_empty(), "the officer asks");
        let ends = "UPDATE staff_role SET until_on = from_on WHERE role = 'privacy-officer' \
            AND staff_id IN (SELECT id FROM staff WHERE agency_id = \
            (SELECT agency_id FROM staff WHERE email = 'sunil@hub.example'))";
        world.tamper(ends).await;
        let seen = rows(&world, manager).await.unwrap().rows;
        assert_eq!(seen.len(), 1, "and nobody else would");
        assert!(rows(&world, "dee@hub.example").await.is_err(), "nobody else of the hub");
        // Looks of her own: nobody is left who asks about them, and she least of all.
        let own = "UPDATE unusual_access SET staff_id = \
            (SELECT id FROM staff WHERE email = 'marguerite@hub.example')";
        let before = "UPDATE unusual_access SET staff_id = \
            (SELECT id FROM staff WHERE email = 'sunil@hub.example')";
        world.tamper(own).await;
        let theirs = rows(&world, manager).await.unwrap();
        assert!(theirs.rows.is_empty() && theirs.waiting == 0);
        world.tamper(before).await;
        let actor = world.actor(manager).await;
        settles(&world, &actor, &row).await.unwrap();
        world
    });
}

#[test]
fn an_agency_without_a_privacy_officer_stands_on_the_page_of_agencies() {
    on_both(async |world| {
        let mut jo = world.signs_in("jo@unit.example").await;
        let page = jo.get("/agencies").await;
        let (_, without) = page.text.split_once("Agencies without a privacy officer").unwrap();
        let without = &without[..without.find("</ul>").unwrap()];
        assert!(without.contains("Police") && !without.contains("Council"), "{without}");
        world
    });
}

#[test]
fn the_pages_say_what_stood_out_and_nothing_of_the_child() {
    on_both(async |world| {
        let row = a_row(&world).await;
        let path = format!("/unusual-access/{row}");
        let mut browser = world.signs_in(OFFICER).await;
        let list = browser.get("/unusual-access").await;
        assert!(list.text.contains("Sunil Rao-Demo"), "{}", list.text);
        let page = browser.get(&path).await;
        assert!(page.text.contains("Opened on 3 days of four weeks, and nothing was done"));
        assert!(page.text.contains("It may be that they waited"), "an innocent reason beside it");
        for text in [&list.text, &page.text] {
            for name in ["Arlo", "Invented-Marsh", "Carys"] {
                assert!(!text.contains(name), "{name} is on the page");
            }
        }
        let empty = browser.fills(&path, "reason=He+waited").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text.contains("Choose what came of it") && empty.text.contains("He waited"));
        let done = browser.fills(&path, "outcome=ask-manager&reason=He+is+away").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        let list = browser.get(done.location()).await;
        assert!(list.text.contains("What came of it was recorded"), "{}", list.text);
        let page = browser.get(&path).await;
        assert!(page.text.contains("Ask the person’s manager") && !page.text.contains("<textarea"));
        let his =
            "notice WHERE staff_id = (SELECT id FROM staff WHERE email = 'sunil@hub.example')";
        assert_eq!(world.count(his).await, 0, "whoever looked is told nothing");
        world
    });
}
