//! The hub's queue as it is narrowed: what it shows, what it says that it hides, and that it asks
//! the database by its indexes.

use app::{
    access::{Action, Scope},
    doors,
    front_door::{
        queue::{By, Filter, Narrowing, OpenQueue, Part, Queue},
        screening::{Claim, ReadContact},
    },
};
use platform::db::{Row, Runs, sea_orm};

use crate::{
    front_door::sent,
    support::{World, on_both, reference_of},
};

/// Narrowed in these ways.
pub fn narrowed(ways: &[(By, &str)]) -> Narrowing {
    let said = |by| ways.iter().find(|(way, _)| *way == by).map_or("", |(_, said)| *said);
    Narrowing::of(said)
}

pub async fn queue(world: &World, narrowing: Narrowing) -> Queue {
    let dee = world.actor("dee@hub.example").await;
    let look = OpenQueue { narrowing, page: 1, ..OpenQueue::default() };
    doors::open(&world.app, &dee, look).await.unwrap()
}

#[test]
fn the_queue_is_narrowed_by_agency_level_holder_and_danger_and_counts_all() {
    on_both(async |world| {
        let (owen, halima) =
            (world.actor("owen@marram.example").await, world.actor("halima@health.example").await);
        let schools = sent(&world, &owen, false).await;
        sent(&world, &halima, true).await;
        let dee = world.actor("dee@hub.example").await;
        doors::record(&world.app, &dee, Claim { contact: schools.reference.clone() })
            .await
            .unwrap();
        let everything = queue(&world, Narrowing::default()).await;
        assert_eq!((everything.here, everything.open), (4, 4));
        let agency = reference_of(&world, "agency", "Seaholme schools").await;
        let hers = reference_of(&world, "staff", "Dee Marlowe-Demo").await;
        let level = everything.waiting[0].level_asked.unwrap().to_string();
        let all_alike = everything
            .waiting
            .iter()
            .all(|w| w.level_asked.map(|l| l.to_string()) == Some(level.clone()));
        assert!(all_alike, "every one of them asks for the same level");
        for (narrowing, here) in [
            (narrowed(&[(By::Agency, &agency)]), 2),
            (narrowed(&[(By::Level, &level)]), 4),
            (narrowed(&[(By::Level, "not-sure")]), 0),
            (narrowed(&[(By::Holder, "nobody")]), 2),
            (narrowed(&[(By::Holder, &hers)]), 2),
            (narrowed(&[(By::Danger, "yes")]), 2),
            (narrowed(&[(By::Channel, "form")]), 4),
            (narrowed(&[(By::Channel, "list")]), 0),
            (narrowed(&[(By::Agency, &agency), (By::Danger, "yes")]), 0),
            (narrowed(&[(By::Agency, "22222-22222")]), 0),
        ] {
            let seen = queue(&world, narrowing.clone()).await;
            assert_eq!((seen.here, seen.open), (here, 4), "{narrowing:?}");
            assert_eq!(i64::try_from(seen.waiting.len()), Ok(here), "{narrowing:?}");
        }
        assert_eq!(everything.choices.holders.len(), 1, "whoever has something");
        world
    });
}

#[test]
fn an_empty_part_of_the_queue_says_which_choice_hides_what() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        sent(&world, &owen, false).await;
        let agency = reference_of(&world, "agency", "Seaholme schools").await;
        let narrowing = narrowed(&[(By::Agency, &agency), (By::Danger, "yes")]);
        let seen = queue(&world, narrowing.clone()).await;
        assert_eq!(seen.hidden, [(By::Agency, 0), (By::Danger, 2)]);
        assert_eq!(seen.unnarrowed, 2);
        let mut dee = world.signs_in("dee@hub.example").await;
        let page = dee.get(&narrowing.address(Filter::Open, 1)).await;
        assert!(page.reads("0 of 2 open requests"), "{}", page.text);
        assert!(page.reads("Without any choice there are 2."), "{}", page.text);
        assert!(page.reads("Without “Immediate danger only”"), "{}", page.text);
        assert!(!narrowing.address(Filter::Open, 1).contains("Seaholme"), "no names in addresses");
        let all = dee.get("/hub").await;
        assert!(all.reads("2 open requests"), "{}", all.text);
        world
    });
}

#[test]
fn the_queue_says_who_read_of_a_danger_and_that_an_aim_has_passed() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let taken = sent(&world, &owen, true).await;
        let mut sunil = world.signs_in("sunil@hub.example").await;
        let page = sunil.get("/hub").await;
        assert!(page.reads("Nobody in the hub has read it yet"), "{}", page.text);
        world.it_is("2026-11-02T10:05:00Z");
        let dee = world.actor("dee@hub.example").await;
        doors::record(&world.app, &dee, ReadContact { contact: taken.reference }).await.unwrap();
        let page = sunil.get("/hub").await;
        assert!(page.reads("Read by Dee Marlowe-Demo, today at 10:05am"), "{}", page.text);
        assert!(!page.reads("Nobody in the hub has read it yet"), "{}", page.text);
        assert!(page.reads("aim tomorrow at 10am"), "{}", page.text);
        world.it_is("2026-11-03T10:20:00Z");
        let mut sunil = world.signs_in("sunil@hub.example").await;
        let page = sunil.get("/hub").await;
        assert!(page.reads("aim was today at 10am, 20 minutes ago"), "{}", page.text);
        world
    });
}

/// What a database says that it would do for a text, a line each.
pub async fn plan(world: &World, (text, values): (String, Vec<sea_orm::Value>)) -> Vec<String> {
    #[derive(Row)]
    struct Lite {
        detail: String,
    }
    #[derive(Row)]
    struct Postgres {
        #[sea_orm(from_alias = "QUERY PLAN")]
        line: String,
    }
    if world.app.db.is_embedded() {
        let text = format!("EXPLAIN QUERY PLAN {text}");
        let lines: Vec<Lite> = world.app.db.reads().all(&text, values).await.unwrap();
        return lines.into_iter().map(|l| l.detail).collect();
    }
    // With so few rows it would read whole tables whatever the indexes: what it could do counts.
    let explain = format!("EXPLAIN {text}");
    let lines: Vec<Postgres> = world
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                tx.run("SET LOCAL enable_seqscan = off", []).await?;
                let lines = tx.all(&explain, values).await?;
                tx.run("SET LOCAL enable_seqscan = on", []).await?;
                Ok::<_, app::error::Error>(lines)
            })
        })
        .await
        .unwrap();
    lines.into_iter().map(|l| l.line).collect()
}

/// Only what is open is looked through, however many requests were dealt with: the tables that
/// grow are never read whole.
#[test]
fn the_queue_reads_no_growing_table_whole() {
    on_both(async |world| {
        let dee = world.actor("dee@hub.example").await;
        let now = world.app.clock.now();
        let scope = Scope::of(&dee, Action::ReadQueue, now, 0).unwrap();
        let every_way = narrowed(&[
            (By::Agency, "22222-22222"),
            (By::Level, "3"),
            (By::Holder, "22222-22223"),
            (By::Danger, "yes"),
            (By::Channel, "list"),
        ]);
        for (filter, ..) in Filter::ALL {
            for narrowing in [Narrowing::default(), every_way.clone()] {
                let part = || Part::of(&scope, filter, &narrowing, now);
                for text in [part().count(), part().rows(1)] {
                    let lines = plan(&world, text).await;
                    assert!(lines.iter().any(|l| l.contains("INDEX") || l.contains("Index")));
                    for table in ["p", "s", "c", "k", "pathway", "screening", "contact", "clock"] {
                        let whole = |l: &&String| {
                            let l = l.trim_start_matches([' ', '-', '>']);
                            l == format!("SCAN {table}")
                                || l.contains(&format!("Seq Scan on {table} "))
                        };
                        assert_eq!(lines.iter().find(whole), None, "{filter:?}: {lines:#?}");
                    }
                }
            }
        }
        world
    });
}
