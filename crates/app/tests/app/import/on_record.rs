//! What a list puts on the record: whose it is, what it says, when it was decided, and where it is shown.

use app::{
    front_door::queue::Filter,
    import::{self, Mapping, SHIPPED},
};
use platform::db::{Row, Runs, sea_orm};

use super::{Cells, count, list, plan, reasons, take, the_contact};
use crate::support::on_both;

#[test]
fn siblings_are_one_contact_and_each_keeps_what_was_said_of_them() {
    on_both(async |world| {
        let rows = list(&[
            &[("Level suggested", "4 - CP"), ("Received", "23/07/25 10:30 AM")],
            &[("Child forename", "Leo"), ("Level suggested", "2"), ("Worry", "one\ntwo")],
        ]);
        assert_eq!(take(&world, &rows).await.taken, 2);
        let seen = the_contact(&world, Filter::Open).await;
        assert_eq!(seen.contact.list_reference.as_deref(), Some("C1"));
        let said = |n: usize, what: &str| seen.children[n].tellings[0].words.get(what).cloned();
        assert_eq!(said(0, "Received").as_deref(), Some("23/07/25 10:30 AM"));
        assert_eq!(said(0, "worry").as_deref(), Some("Comes to school hungry"));
        assert_eq!(said(0, "Consent").as_deref(), Some("Y"));
        assert_eq!(said(0, "Consent, as it was understood").as_deref(), Some("given"));
        assert_eq!(said(1, "worry").as_deref(), Some("one\ntwo"));
        let levels = |n: usize| seen.children[n].screening.as_ref().and_then(|s| s.level_asked);
        assert_eq!((levels(0), levels(1)), (Some(4), Some(2)));
        world
    });
}

/// Where somebody decides, the worry stands as it does when it came by the form.
#[test]
fn the_worry_of_a_row_stands_where_it_is_decided() {
    on_both(async |world| {
        take(&world, &list(&[&[]])).await;
        let seen = the_contact(&world, Filter::Open).await;
        let mut dee = world.signs_in("dee@hub.example").await;
        let decision = format!("/pathways/{}/decision", seen.children[0].pathway.reference);
        for path in [format!("/contacts/{}", seen.contact.reference), decision] {
            let page = dee.get(&path).await.text;
            let (said, form) =
                (page.find("What was said"), page.find("Reasons").or(Some(usize::MAX)));
            assert!(said.is_some() && said < form, "{path}: before anything is asked");
            assert!(page.contains("Comes to school hungry"), "{path}");
        }
        world
    });
}

/// Somebody in hiding whom a list names with the address: no page has it from the list's row.
#[test]
fn an_address_in_a_list_is_kept_where_an_address_is_kept() {
    on_both(async |world| {
        let lives = [("Address", "77 Hidden Mews"), ("Postcode", "FY1 9ZZ")];
        take(&world, &list(&[&lives])).await;
        let seen = the_contact(&world, Filter::Open).await;
        assert_eq!(world.count("account_address").await, 1, "with the child, where it can be kept");
        for telling in &seen.children[0].tellings {
            let said: Vec<_> = telling.words.values().collect();
            assert!(!said.iter().any(|said| said.contains("Hidden Mews")), "{said:?}");
            assert!(!said.iter().any(|said| said.contains("FY1 9ZZ")), "{said:?}");
        }
        world
    });
}

/// What an earlier system left is years late, and would keep what comes today out of sight.
#[test]
fn what_a_list_tells_of_long_ago_waits_behind_what_comes_today() {
    on_both(async |world| {
        take(&world, &list(&[&[("Child forename", "Old")]])).await;
        let mut dee = world.signs_in("dee@hub.example").await;
        let call = "caller=A&agency=public&danger=no&worry=W&given.0=New&family.0=Invented";
        dee.fills("/contacts/by-telephone", call).await;
        for path in ["/hub", "/"] {
            let page = dee.get(path).await.text;
            let (new, old) = (page.find("New Invented"), page.find("Old Invented"));
            assert!(new.is_some() && old.is_some() && new < old, "{path}: {new:?} {old:?}");
        }
        world
    });
}

#[test]
fn a_decision_is_taken_with_its_date_and_without_a_level_that_the_list_does_not_say() {
    on_both(async |world| {
        let row: Cells<'_> =
            &[("Level suggested", "2"), ("Outcome", "NFA"), ("Decided", "2025-07-24T09:00")];
        assert_eq!(take(&world, &list(&[row])).await.taken, 1);
        let text = "screening WHERE outcome = 'no-further-action' AND level IS NULL \
                    AND level_asked = 2 AND decided_at IS NOT NULL";
        assert_eq!(count(&world.app, text).await, 1);
        world
    });
}

#[test]
fn a_level_that_a_list_says_was_decided_must_go_with_the_outcome() {
    on_both(async |world| {
        let ours = SHIPPED.replace(
            "\"level_suggested\": \"Level suggested\"",
            "\"level_decided\": \"Level suggested\"",
        );
        let mapping = Mapping::read(&ours).unwrap();
        let decided = |level| {
            list(&[&[
                ("Level suggested", level),
                ("Outcome", "NFA"),
                ("Decided", "24/07/2025 09:00"),
            ]])
        };
        let refused = import::planned(&world.app, &decided("4"), &mapping).await.unwrap();
        assert!(
            reasons(&refused)[0].contains("“NFA” does not go with the level that was decided, 4")
        );
        let plan = import::planned(&world.app, &decided("2"), &mapping).await.unwrap();
        import::carry_out(&world.app, plan, false).await.unwrap();
        let text = "screening WHERE level = 2 AND level_asked IS NULL";
        assert_eq!(count(&world.app, text).await, 1);
        world
    });
}

#[derive(Row)]
struct Taken {
    contact: String,
    person: String,
}

#[test]
fn members_of_the_public_are_no_council_staff() {
    on_both(async |world| {
        let row = |reference, agency| {
            [("Contact ref", reference), ("From agency", agency), ("Contact name", "A. Example")]
        };
        let rows = ["Self", "Member of the public", "Anonymous"].map(|agency| row(agency, agency));
        let rows: Vec<Cells<'_>> = rows.iter().map(<[_; 3]>::as_slice).collect();
        assert_eq!(take(&world, &list(&rows)).await.taken, 3);
        assert_eq!(count(&world.app, "agency WHERE kind = 'public'").await, 1);
        let text = "contact c JOIN agency a ON a.id = c.agency_id WHERE a.kind = 'public' \
                    AND c.requester_said IS NULL AND c.requester_sealed IS NOT NULL";
        assert_eq!(count(&world.app, text).await, 3, "and the family may not know of them");
        let mut dee = world.signs_in("dee@hub.example").await;
        let text = "SELECT c.reference AS contact, p.reference AS person FROM contact c \
             JOIN pathway w ON w.contact_id = c.id JOIN account_link l ON l.account_id = w.account_id \
             JOIN person p ON p.id = l.person_id ORDER BY c.id LIMIT 1";
        let taken: Option<Taken> = world.app.db.reads().one(text, []).await.unwrap();
        let Taken { contact, person } = taken.unwrap();
        let (contact, person) = (format!("/contacts/{contact}"), format!("/people/{person}"));
        for path in [contact, person] {
            let page = dee.get(&path).await;
            assert!(!page.reads("A. Example"), "{path}: {}", page.text);
        }
        world
    });
}

#[test]
fn an_identifier_of_two_names_is_noted_and_joins_nobody() {
    on_both(async |world| {
        let rows = list(&[
            &[("NHS No", "943 476 5919")],
            &[("NHS No", "9434765919"), ("Child forename", "Leo"), ("Contact ref", "C2")],
            &[("NHS No", "9434765919"), ("Contact ref", "C3"), ("Child surname", "invented")],
        ]);
        let plan = plan(&world, &rows).await;
        for row in &plan.rows {
            let note = "its NHS number stands with 2 different names in this list";
            assert!(row.notes.iter().any(|n| n.contains(note)), "{row}");
        }
        import::carry_out(&world.app, plan, false).await.unwrap();
        assert_eq!(count(&world.app, "person").await, 3);
        world
    });
}
