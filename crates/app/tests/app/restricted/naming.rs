//! A hub manager says who is named and why; two of the hub stay named, and two managers who are named
//! make it otherwise.

use app::{
    doors,
    error::Error,
    people::{restricting::Lift, restriction::OpenRestriction, who_may::SeeWhoMay},
};
use axum::http::StatusCode;

use super::{
    DEE, DEPUTY, MARGUERITE, OWEN, SUNIL, may, name, others_join, restrict, restrict_to,
    restriction,
};
use crate::{kept_away::written, support::on_both, walk::known};

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
        assert!(matches!(again, Err(Error::Beside { field: "covers", .. })), "{again:?}");

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
fn the_pages_refuse_beside_the_field_that_is_wrong() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut browser = world.signs_in(MARGUERITE).await;
        let path = format!("/people/{}/restriction", known.person);
        let good = [
            ("account", known.account.as_str()),
            ("covers", "record"),
            ("sort", "adoption"),
            ("reason", "He was adopted in May"),
            ("named", "dee@hub.example"),
        ];
        for (name, value) in
            [("covers", ""), ("sort", ""), ("reason", ""), ("named", ""), ("named", OWEN)]
        {
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
