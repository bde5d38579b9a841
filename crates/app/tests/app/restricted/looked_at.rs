//! Looks at a child who was restricted since are asked about like any others: an officer who is not
//! named reads who looked and how often, and not at whom.

use app::{
    doors,
    people::child::OpenChild,
    unusual::{
        deriving,
        reviewing::{OpenRow, Seen},
    },
};

use super::{DEE, OWEN, SUNIL, name, restrict};
use crate::{
    front_door::{send, two_siblings},
    support::{World, on_both},
    unusual::{OFFICER, come_back, rows, with_officers},
    walk::{known, without_keys},
};

/// What the officer reads on the list and on the only row.
async fn officer_reads(world: &World, row: &str) -> [String; 2] {
    let mut browser = world.signs_in(OFFICER).await;
    let list = browser.get("/unusual-access").await;
    let page = browser.get(&format!("/unusual-access/{row}")).await;
    [without_keys(&list), without_keys(&page)]
}

async fn found_by(world: &World, email: &str, typed: &str) -> bool {
    let mut browser = world.signs_in(email).await;
    browser.searches(&format!("q={typed}")).await.reads("Arlo")
}

async fn only_row(world: &World) -> Seen {
    let mut rows = rows(world, OFFICER).await.unwrap().rows;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn an_officer_reads_of_a_restricted_child_what_they_read_of_any_and_the_hub_finds_it_when_named() {
    on_both(async |world| {
        with_officers(&world).await;
        let known = known(&world, false).await;
        come_back(&world, &[SUNIL], &known.person, 5).await;
        world.it_is("2026-11-09T08:00:00Z");
        deriving::turn(&world.app).await.unwrap();
        let row = only_row(&world).await;
        let before = officer_reads(&world, &row.reference).await;
        assert!(before[1].contains("Opened on 3 days of four weeks"), "{}", before[1]);
        let called = row.child.unwrap();
        assert!(found_by(&world, SUNIL, &called).await);

        restrict(&world, &known).await;
        assert_eq!(officer_reads(&world, &row.reference).await, before);
        for reference in [&known.person, &known.account, &known.contact, &known.pathway] {
            assert!(!before.iter().any(|page| page.contains(reference)), "{reference}");
        }
        assert!(!found_by(&world, SUNIL, &called).await);
        assert!(found_by(&world, DEE, &called).await, "Dee is named");
        world
    });
}

#[test]
fn that_a_restricted_child_has_the_lookers_name_is_read_by_nobody_who_is_not_named() {
    on_both(async |world| {
        with_officers(&world).await;
        let known = known(&world, false).await;
        let owen = world.actor(OWEN).await;
        for n in 0..12 {
            let mut other = two_siblings(&owen, false);
            for child in &mut other.children {
                child.family = format!("Other{n}");
            }
            send(&world, &owen, other).await;
        }
        world
            .tamper("UPDATE staff SET name = 'Sunil Marsh' WHERE email = 'sunil@hub.example'")
            .await;
        let look = OpenChild { reference: known.person.clone() };
        doors::open(&world.app, &world.actor(SUNIL).await, look).await.unwrap();
        world.it_is("2026-11-03T08:00:00Z");
        deriving::turn(&world.app).await.unwrap();
        let row = only_row(&world).await.reference;
        let says = |pages: &[String; 2]| pages.iter().any(|page| page.contains("family name"));
        assert!(says(&officer_reads(&world, &row).await));

        restrict(&world, &known).await;
        let pages = officer_reads(&world, &row).await;
        assert!(!says(&pages), "{pages:?}");
        for page in &pages {
            assert!(page.contains("Sunil Marsh") && page.contains("without a reason on record"));
        }
        name(&world, &known, OFFICER, true).await.unwrap();
        assert!(says(&officer_reads(&world, &row).await), "an officer who is named");
        let look = OpenRow { reference: row };
        let officer = world.actor(OFFICER).await;
        assert_eq!(doors::open(&world.app, &officer, look).await.unwrap().findings.len(), 1);
        world
    });
}
