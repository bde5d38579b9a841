//! Every look is in the journal before it is shown, however many look at once.

use app::{
    doors::{self, journal},
    error::{Error, Result},
    front_door::queue::{Filter, OpenQueue, Queue},
};
use futures_util::future::join_all;
use platform::db::{Row, Runs, sea_orm};

use crate::support::{World, on_both};

const TOGETHER: usize = 50;

async fn looks(world: &World) -> Vec<Result<Queue>> {
    let dee = world.actor("dee@hub.example").await;
    let look = || OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() };
    join_all((0..TOGETHER).map(|_| doors::open(&world.app, &dee, look()))).await
}

#[derive(Row)]
struct Entry {
    seq: i64,
    entry: Vec<u8>,
}

async fn entries(world: &World) -> Vec<Entry> {
    world.app.db.reads().all("SELECT seq, entry FROM journal ORDER BY seq", []).await.unwrap()
}

#[test]
fn looks_of_one_moment_are_all_in_the_journal_without_a_gap() {
    on_both(async |world| {
        let before = entries(&world).await.len();
        assert!(looks(&world).await.iter().all(Result::is_ok));
        let entries = entries(&world).await;
        assert_eq!(entries.len(), before + TOGETHER);
        for (entry, seq) in entries.iter().zip(1..) {
            assert_eq!(entry.seq, seq, "no gap");
            assert_eq!(entry.entry[2..10], seq.to_be_bytes(), "an entry says its number");
        }
        let seen = entries[before..].iter().all(|e| e.entry[1] == journal::Kind::Seen as u8);
        assert!(seen, "each is a look");
        world
    });
}

#[test]
fn a_look_that_can_not_be_journaled_is_not_shown_and_the_next_is() {
    on_both(async |world| {
        world.tamper("ALTER TABLE journal RENAME TO gone").await;
        let refused = looks(&world).await;
        assert!(refused.iter().all(|look| matches!(look, Err(Error::Busy))));
        world.tamper("ALTER TABLE gone RENAME TO journal").await;
        assert!(looks(&world).await.iter().all(Result::is_ok));
        world
    });
}
