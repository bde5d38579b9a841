//! The outbox when two servers work it: each piece of work is taken by one of them.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use platform::{
    db::{Db, WriteFailed},
    outbox::{self, Kinds},
};

use tokio::sync::watch;

use crate::support::{by_hand, on_both};

/// The outbox as the application's first migration makes it.
const OUTBOX: &str = "CREATE TABLE outbox (id uuid PRIMARY KEY, kind text NOT NULL, \
    about text NOT NULL, state text NOT NULL, tries integer NOT NULL, asked_at timestamptz NOT NULL, \
    due_at timestamptz NOT NULL, ended_at timestamptz, trouble text)";
const ALL: Kinds = Kinds::AllBut(&["none"]);

fn noon() -> Timestamp {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

async fn asked(db: &Db, kind: &'static str, pieces: usize) {
    let done: Result<(), WriteFailed> = db
        .write(move |tx| {
            async move {
                for _ in 0..pieces {
                    outbox::ask(tx, kind, "", noon(), noon()).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await;
    done.unwrap();
}

#[test]
fn two_servers_never_take_the_same_work() {
    on_both(async |url| {
        let (one, other) = (Db::open(&url).await.unwrap(), Db::open(&url).await.unwrap());
        by_hand(&one, OUTBOX).await;
        asked(&one, "mail", 200).await;
        let mut taken = Vec::new();
        for _ in 0..20 {
            let (mine, theirs) = tokio::join!(
                outbox::take(&one, ALL, noon(), 20),
                outbox::take(&other, ALL, noon(), 20)
            );
            taken.extend(mine.unwrap().into_iter().chain(theirs.unwrap()).map(|job| job.id));
        }
        assert_eq!(taken.len(), 200, "each is taken once");
        taken.sort();
        taken.dedup();
        assert_eq!(taken.len(), 200, "and all are taken");
    });
}

#[test]
fn work_of_one_kind_is_taken_apart_from_the_rest() {
    on_both(async |url| {
        let db = Db::open(&url).await.unwrap();
        by_hand(&db, OUTBOX).await;
        asked(&db, "mail", 30).await;
        asked(&db, "rung", 1).await;
        let rungs = outbox::take(&db, Kinds::Only("rung"), noon(), 20).await.unwrap();
        assert_eq!(rungs.iter().map(|j| j.kind.as_str()).collect::<Vec<_>>(), ["rung"]);
        let rest = outbox::take(&db, Kinds::AllBut(&["rung"]), noon(), 99).await.unwrap();
        assert_eq!(rest.len(), 30);
    });
}

#[test]
fn work_whose_worker_died_is_taken_again_when_its_lease_runs_out() {
    on_both(async |url| {
        let db = Db::open(&url).await.unwrap();
        by_hand(&db, OUTBOX).await;
        asked(&db, "mail", 1).await;
        let take = async |at| outbox::take(&db, ALL, at, 20).await.unwrap();
        assert_eq!(take(noon()).await.len(), 1);
        assert_eq!(take(noon() + SignedDuration::from_secs(100)).await.len(), 0, "still leased");
        let again = take(noon() + Duration::from_secs(121)).await;
        assert_eq!(again[0].tries, 1, "tried once before");
    });
}

#[tokio::test]
async fn a_worker_that_panics_or_fails_turns_again() {
    let turns = AtomicUsize::new(0);
    let (stop, stopping) = watch::channel(false);
    let turn = async || match turns.fetch_add(1, Ordering::SeqCst) {
        0 => panic!("as a worker should not"),
        1 => Err("the database is away"),
        2 => Ok(1),
        _ => {
            stop.send_replace(true);
            Ok(0)
        }
    };
    outbox::work("testing", stopping, &turn).await;
    assert_eq!(turns.load(Ordering::SeqCst), 4);
}
