//! A request for support that begins with what is known: only what the asker saw on the child's
//! page, never where anybody lives, and never for somebody who may not see the child.

use app::{
    access::Actor,
    doors,
    front_door::{contacts::NewContact, reading::OpenContact},
    people::{
        Born, NewAddress, NewPhone, SafeFor, Span, child::OpenChild, keeping_away::KeepAway,
        links::LinkPeople,
    },
};
use axum::http::StatusCode;
use jiff::civil::date;
use practice::identifiers::Scheme;

use crate::{
    browser::{Browser, Page},
    front_door::{send, two_siblings},
    people::{found, kit, sent},
    support::{World, on_both},
};

const OWEN: &str = "owen@marram.example";
const REFUGE: &str = "7 Nowhere Gardens";
const NUMBER: &str = "01632 960 777";

/// The persons of the children of a contact, in order.
async fn persons(world: &World, contact: &str) -> Vec<String> {
    let dee = world.actor("dee@hub.example").await;
    let look = OpenContact { reference: contact.to_owned() };
    let seen = doors::open(&world.app, &dee, look).await.unwrap();
    seen.children.iter().map(|child| child.account.person.clone()).collect()
}

/// Takes in what Owen says, and answers with the first child's person.
async fn said(world: &World, owen: &Actor, contact: NewContact) -> String {
    let taken = send(world, owen, contact).await;
    persons(world, &taken.reference).await.remove(0)
}

/// Presses the button on the child's page, and answers with where the draft is.
async fn begins(browser: &mut Browser, person: &str) -> String {
    let action = format!("/people/{person}/requests");
    let page = browser.get(&format!("/people/{person}")).await;
    assert!(page.reads("Ask for support about this child") && page.has_form(&action));
    let begun = browser.send(&action, &page.form(&action)).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    begun.location().trim_end_matches("/danger").to_owned()
}

/// What a field holds when its page is opened.
async fn holds(browser: &mut Browser, draft: &str, page: &str, field: &str) -> String {
    let action = format!("{draft}/{page}");
    let form = browser.get(&action).await.chosen(&action);
    form.into_iter().find(|(name, _)| name == field).map_or_else(String::new, |(_, value)| value)
}

/// The checking of a draft, on which everything is that it holds.
async fn check(browser: &mut Browser, draft: &str) -> Page {
    browser.get(&format!("{draft}/check")).await
}

/// A family in hiding: the address and the telephones are kept secret, and the school was named
/// with the address of the refuge.
fn in_hiding(owen: &Actor) -> NewContact {
    let mut contact = two_siblings(owen, false);
    let phone = || NewPhone {
        number: NUMBER.into(),
        safe_for: SafeFor::Nothing,
        secret: true,
        span: Span::default(),
    };
    for child in &mut contact.children {
        let (lines, postcode) = (REFUGE.into(), "FY1 1AD".into());
        child.address = Some(NewAddress { lines, postcode, protected: true });
        child.phones = vec![phone()];
        child.setting = Some(format!("taught at {REFUGE}"));
    }
    contact.adults[0].person.phones = vec![phone()];
    contact.adults[0].relationship.what = format!("mother, ring {NUMBER}");
    contact
}

#[test]
fn a_draft_about_a_child_begins_with_what_the_asker_sees_of_them() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let mut contact = two_siblings(&owen, false);
        let upn = (Scheme::Upn, "not a number".to_owned());
        contact.children[0].identifiers.push(upn);
        contact.adults[0].relationship.what = "mother, said to be a possible source of risk".into();
        let taken = send(&world, &owen, contact).await;
        let (arlo, bea) = {
            let mut persons = persons(&world, &taken.reference).await;
            (persons.remove(0), persons.remove(0))
        };
        let mut browser = world.signs_in(OWEN).await;
        let draft = begins(&mut browser, &arlo).await;
        for (page, field, value) in [
            ("children-1", "children[0].given-name", "Arlo"),
            ("children-1", "children[0].family-name", "Invented-Marsh"),
            ("children-1", "children[0].unborn", "born"),
            ("children-1", "children[0].born.day", "4"),
            ("children-1", "children[0].born.month", "5"),
            ("children-1", "children[0].born.year", "2017"),
            ("children-1", "children[0].sex", "F"),
            ("children-1", "children[0].setting", "Marram Primary School"),
            ("children-1", "children[0].nhs-number", "943 476 5919"),
            ("children-1", "children[0].upn", ""),
            ("adults-1", "adults[0].adult-given-name", "Carys"),
            ("adults-1", "adults[0].adult-family-name", "Invented-Rowe"),
            ("adults-1", "adults[0].relationship", "mother"),
            ("adults-1", "adults[0].risk", "yes"),
            ("adults-1", "adults[0].responsibility", "yes"),
            ("adults-1", "adults[0].lives-with", "yes"),
            ("adults-2", "adults[1].adult-given-name", ""),
            ("family", "address", ""),
            ("family", "address-protected", ""),
            ("you", "your-email", OWEN),
        ] {
            assert_eq!(holds(&mut browser, &draft, page, field).await, value, "{field}");
        }
        let draft = begins(&mut browser, &bea).await;
        for (field, value) in [
            ("children[0].given-name", "Bea"),
            ("children[0].unborn", "unborn"),
            ("children[0].expected.day", "9"),
            ("children[0].expected.year", "2027"),
            ("children[0].born.year", ""),
        ] {
            assert_eq!(holds(&mut browser, &draft, "children-1", field).await, value, "{field}");
        }
        // Once the day has passed, whether the baby is born is left to be answered.
        world.it_is("2027-01-12T10:00:00Z");
        let mut browser = world.signs_in(OWEN).await;
        let draft = begins(&mut browser, &bea).await;
        assert_eq!(holds(&mut browser, &draft, "children-1", "children[0].unborn").await, "");
        world
    });
}

#[test]
fn what_is_kept_secret_never_reaches_a_draft() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let person = said(&world, &owen, in_hiding(&owen)).await;
        let mut browser = world.signs_in(OWEN).await;
        let draft = begins(&mut browser, &person).await;
        let everything = check(&mut browser, &draft).await;
        assert!(everything.reads("Arlo") && everything.reads("Carys"));
        for secret in [REFUGE, "FY1 1AD", NUMBER] {
            assert!(!everything.reads(secret), "{secret} is in the draft");
        }
        // It stays secret in what is asked now, and nobody is said to live where they fled to.
        let secret = holds(&mut browser, &draft, "family", "address-protected").await;
        let lives = holds(&mut browser, &draft, "adults-1", "adults[0].lives-with").await;
        assert_eq!((secret.as_str(), lives.as_str()), ("yes", ""));
        world
    });
}

#[test]
fn where_a_family_lives_is_asked_anew_even_where_it_is_open() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let person = said(&world, &owen, two_siblings(&owen, false)).await;
        let mut browser = world.signs_in(OWEN).await;
        let draft = begins(&mut browser, &person).await;
        assert!(!check(&mut browser, &draft).await.reads("1 Sample Street"));
        world
    });
}

#[test]
fn whoever_cannot_see_a_child_begins_no_draft_about_them() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let person = said(&world, &owen, two_siblings(&owen, false)).await;
        let nothing = async |who: &str| {
            let mut browser = world.signs_in(who).await;
            let refused = browser.fills(&format!("/people/{person}/requests"), "").await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{who}");
            let nobody = browser.fills("/people/22222-22222/requests", "").await;
            assert_eq!(refused.text.len(), nobody.text.len(), "{who}: the two look alike");
            assert_eq!(world.count("response").await, 0, "{who} began a draft");
        };
        nothing("halima@health.example").await;
        // Nor whoever saw the child until they were kept away.
        let marguerite = world.actor("marguerite@hub.example").await;
        let look = OpenChild { reference: person.clone() };
        let child = doors::open(&world.app, &marguerite, look).await.unwrap();
        let keep = KeepAway {
            person: person.clone(),
            account: child.accounts[0].account.reference.clone(),
            who: OWEN.into(),
            reason: "He is the father’s brother".into(),
            instead: None,
        };
        doors::record(&world.app, &marguerite, keep).await.unwrap();
        nothing(OWEN).await;
        world
    });
}

#[test]
fn what_another_agency_said_reaches_no_draft_of_somebody_who_does_not_see_it() {
    on_both(async |world| {
        let (owen, halima) = (world.actor(OWEN).await, world.actor("halima@health.example").await);
        let dee = world.actor("dee@hub.example").await;
        sent(&world, &owen, kit("Kit", "1 Sample Street", false)).await;
        let mut theirs = kit("Kitt", "1 Sample Street", false);
        (theirs.sex, theirs.born) = (Some("M".into()), Born::On(date(2013, 1, 1)));
        theirs.setting = Some("Nowhere College".into());
        sent(&world, &halima, theirs).await;
        let accounts = found(&world, &dee, "9434765919").await;
        let link = LinkPeople {
            from: accounts[1].person.clone(),
            account: accounts[1].reference.clone(),
            to: accounts[0].person.clone(),
            reason: "Same NHS number".into(),
        };
        let person = crate::support::links(&world, &dee, link).await.unwrap();
        for (who, given, year, sex) in [
            (OWEN, "Kit", "2014", ""),
            ("halima@health.example", "Kitt", "2013", "M"),
            // The hub sees both: the newest is filled in.
            ("dee@hub.example", "Kitt", "2013", "M"),
        ] {
            let mut browser = world.signs_in(who).await;
            let draft = begins(&mut browser, &person).await;
            for (field, value) in [("given-name", given), ("born.year", year), ("sex", sex)] {
                let field = format!("children[0].{field}");
                let held = holds(&mut browser, &draft, "children-1", &field).await;
                assert_eq!(held, value, "{who}: {field}");
            }
        }
        world
    });
}

#[test]
fn what_was_filled_in_says_so_until_the_hub_reads_it_and_can_be_changed() {
    on_both(async |world| {
        const SAYS: &str = "Filled in from the record on 2 November 2026";
        let owen = world.actor(OWEN).await;
        let person = said(&world, &owen, two_siblings(&owen, false)).await;
        let mut browser = world.signs_in(OWEN).await;
        let draft = begins(&mut browser, &person).await;
        for page in ["children-1", "children", "adults-1", "check"] {
            assert!(browser.get(&format!("{draft}/{page}")).await.reads(SAYS), "{page}");
        }
        assert!(!browser.get(&format!("{draft}/worries")).await.reads(SAYS));
        for (page, typed) in [
            ("danger", vec![("in-danger", "yes"), ("danger-what", "Hurt")]),
            ("children-1", vec![("children[0].given-name", "Arlo Jay")]),
        ] {
            let path = format!("{draft}/{page}");
            let mut form = browser.get(&path).await.chosen(&path);
            form.retain(|(name, _)| !typed.iter().any(|(typed, _)| name == typed));
            form.extend(typed.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())));
            let saved = browser.send(&path, &form).await;
            assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        }
        let page = check(&mut browser, &draft).await;
        assert!(page.reads("Arlo Jay") && page.reads("Invented-Marsh"));
        let send = format!("{draft}/send");
        let arrived = browser.send(&send, &page.form(&send)).await;
        let contact = arrived.location().trim_end_matches("/arrived").to_owned();
        let read = world.signs_in("dee@hub.example").await.get(&contact).await;
        assert!(
            read.reads("This began as what the record said on 2 November 2026"),
            "{}",
            read.text
        );
        world
    });
}

#[test]
fn a_double_click_begins_one_draft_about_a_child() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let person = said(&world, &owen, two_siblings(&owen, false)).await;
        let mut browser = world.signs_in(OWEN).await;
        let action = format!("/people/{person}/requests");
        let form = browser.get(&format!("/people/{person}")).await.form(&action);
        let once = browser.send(&action, &form).await.location().to_owned();
        assert_eq!(browser.send(&action, &form).await.location(), once);
        assert_eq!(world.count("response").await, 1);
        world
    });
}

#[test]
fn another_child_is_offered_the_family_name_of_the_first_and_keeps_what_is_typed() {
    on_both(async |world| {
        const SAYS: &str = "The family name of the first child is filled in";
        let mut browser = world.signs_in(OWEN).await;
        let begun = browser.fills("/requests", "").await;
        let draft = begun.location().trim_end_matches("/danger").to_owned();
        let saves = async |browser: &mut Browser, page: &str, given: &str, family: Option<&str>| {
            let path = format!("{draft}/{page}");
            let mut form = browser.get(&path).await.chosen(&path);
            // A field that is empty is not among them.
            for (field, value) in [("given-name", Some(given)), ("family-name", family)] {
                let Some(value) = value else { continue };
                form.retain(|(name, _)| !name.ends_with(field));
                let number: usize = page.trim_start_matches("children-").parse().unwrap();
                form.push((format!("children[{}].{field}", number - 1), value.to_owned()));
            }
            browser.send(&path, &form).await;
        };
        let first = browser.get(&format!("{draft}/children-1")).await;
        assert!(!first.reads(SAYS), "the first child is offered no name");
        saves(&mut browser, "children-1", "Arlo", Some("Invented-Marsh")).await;
        let second = browser.get(&format!("{draft}/children-2")).await;
        assert!(second.reads(SAYS));
        saves(&mut browser, "children-2", "Bea", None).await;
        saves(&mut browser, "children-3", "Cai", Some("Invented-Rowe")).await;
        for (number, family) in [(1, "Invented-Marsh"), (2, "Invented-Marsh"), (3, "Invented-Rowe")]
        {
            let (page, field) =
                (format!("children-{number}"), format!("children[{}].family-name", number - 1));
            assert_eq!(holds(&mut browser, &draft, &page, &field).await, family, "{number}");
            assert!(
                !browser.get(&format!("{draft}/{page}")).await.reads(SAYS),
                "{number} is saved"
            );
        }
        world
    });
}
