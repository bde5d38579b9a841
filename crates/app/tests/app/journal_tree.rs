//! The tree over the journal: it is the journal's after whatever happened, tampering of each kind is
//! found and named, and witnesses co-sign nothing but the continuation of what they have seen.

use app::{
    access::Actor,
    doors::{self, Change, Pen},
    error::{Error, Result},
    front_door::queue::{Filter, OpenQueue},
    journal_tree::{building, store},
};
use futures_util::future::join_all;
use journal_proof::{CompactRange, Hash, Position};
use platform::db::{Row, Runs, sea_orm};

use crate::support::{World, on_both};

/// A change that says so many things and then may be refused.
struct Says {
    things: usize,
    is_refused: bool,
}

impl Change for Says {
    type Made = ();
    const WHAT: &'static str = "test:says";
    const ACTION: app::access::Action = app::access::Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        for thing in 0..self.things {
            let content = if thing % 2 == 0 { "" } else { "something" };
            pen.journal("test:said", &[], content.as_bytes()).await?;
        }
        if self.is_refused { Err(Error::refusal("No")) } else { Ok(()) }
    }
}

async fn says(world: &World, things: usize, is_refused: bool) -> Result<()> {
    doors::record(&world.app, &Actor::platform(), Says { things, is_refused }).await
}

#[derive(Row)]
struct Entry {
    seq: i64,
    entry: Vec<u8>,
}

/// The tree computed from the entries as they stand, and the nodes of each.
async fn recomputed(world: &World) -> (CompactRange, Vec<(i64, Vec<u8>)>) {
    let text = "SELECT seq, entry FROM journal ORDER BY seq";
    let entries: Vec<Entry> = world.app.db.reads().all(text, []).await.unwrap();
    let (mut tree, mut rows) = (CompactRange::new(), Vec::new());
    for (Entry { seq, entry }, number) in entries.into_iter().zip(1..) {
        assert_eq!(seq, number, "no gap");
        let mut hashes: Vec<u8> = Vec::new();
        tree.push_telling(Hash::leaf(&entry), |_: Position, hash| hashes.extend(hash.as_bytes()));
        rows.push((seq, hashes));
    }
    (tree, rows)
}

async fn stored(world: &World) -> (CompactRange, Vec<(i64, Vec<u8>)>) {
    #[derive(Row)]
    struct Node {
        seq: i64,
        hashes: Vec<u8>,
    }
    let db = world.app.db.reads();
    let text = "SELECT seq, hashes FROM journal_node ORDER BY seq";
    let nodes: Vec<Node> = db.all(text, []).await.unwrap();
    let head = store::head(&db).await.unwrap();
    (head.tree().unwrap(), nodes.into_iter().map(|n| (n.seq, n.hashes)).collect())
}

/// The same course of looks, changes and refusals each time, and in no order that anybody chose.
async fn traffic(world: &World, rounds: u64) {
    let dee = world.actor("dee@hub.example").await;
    let mut dice = 20_261_102_u64;
    let mut throw = move |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    for _ in 0..rounds {
        let changes: Vec<_> =
            (0..throw(8)).map(|_| (1 + throw(5) as usize, throw(3) == 0)).collect();
        let looks = throw(6);
        let look = || OpenQueue { filter: Filter::Open, page: 1 };
        let (said, seen) = tokio::join!(
            join_all(changes.iter().map(|(things, refused)| says(world, *things, *refused))),
            join_all((0..looks).map(|_| doors::open(&world.app, &dee, look())))
        );
        for (said, (_, is_refused)) in said.iter().zip(&changes) {
            assert_eq!(said.is_err(), *is_refused, "{said:?}");
        }
        assert!(seen.iter().all(Result::is_ok));
    }
}

#[test]
fn the_tree_is_that_of_the_entries_after_whatever_happened() {
    on_both(async |world| {
        traffic(&world, 40).await;
        let (tree, nodes) = recomputed(&world).await;
        assert!(tree.size() > 100, "there was traffic: {}", tree.size());
        assert_eq!(stored(&world).await, (tree, nodes));
        // Another process goes on from what is stored.
        let other = world.another_process().await;
        doors::record(&other, &Actor::platform(), Says { things: 3, is_refused: false })
            .await
            .unwrap();
        says(&world, 2, false).await.unwrap();
        assert_eq!(stored(&world).await, recomputed(&world).await);
        other.db.close().await;
        world
    });
}

#[test]
fn a_journal_that_was_there_before_the_tree_is_taken_into_it_once() {
    on_both(async |world| {
        says(&world, 20, false).await.unwrap();
        world.tamper("DELETE FROM journal_node").await;
        world.tamper("UPDATE journal_head SET tree = NULL").await;
        // Until it is, nothing is added, rather than a tree begun in the middle.
        let refused = says(&world, 1, false).await;
        assert!(
            matches!(&refused, Err(Error::Fault(why)) if why.contains("start again")),
            "{refused:?}"
        );
        let other = world.another_process().await;
        assert_eq!(stored(&world).await, recomputed(&world).await);
        building::build(&other.db, false).await.unwrap();
        says(&world, 1, false).await.unwrap();
        assert_eq!(stored(&world).await, recomputed(&world).await);
        other.db.close().await;
        world
    });
}

#[test]
fn no_tree_is_made_over_a_journal_with_a_gap() {
    on_both(async |world| {
        says(&world, 5, false).await.unwrap();
        world.tamper("DELETE FROM journal_node").await;
        world.tamper("UPDATE journal_head SET tree = NULL").await;
        world.tamper("DELETE FROM journal_content WHERE seq = 3").await;
        world.tamper("DELETE FROM journal WHERE seq = 3").await;
        let refused = building::build(&world.app.db, false).await;
        assert!(
            matches!(&refused, Err(Error::Refusal(why)) if why.contains("Entry 3 ")),
            "{refused:?}"
        );
        world
    });
}
