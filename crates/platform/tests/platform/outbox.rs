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

/// A lease that was given by a clock that was wrong is over when the clock is right again: no lease and no
/// pause is as long as a day. What is done stays done, whatever the clock says.
#[test]
fn r6_a_clock_that_jumps_by_a_day_extends_no_lease_and_brings_nothing_back() {
    on_both(async |url| {
        let db = Db::open(&url).await.unwrap();
        by_hand(&db, OUTBOX).await;
        let day = SignedDuration::from_hours(24);
        let take = async |at| outbox::take(&db, ALL, at, 20).await.unwrap();
        asked(&db, "mail", 1).await;
        assert_eq!(take(noon() - day).await.len(), 0, "what was never tried waits for its time");
        assert_eq!(
            take(noon() + day).await.len(),
            1,
            "a day early: nothing tells that it is wrong"
        );
        assert_eq!(take(noon() + day + SignedDuration::from_secs(100)).await.len(), 0, "leased");
        // The clock is put right, and the worker has died.
        let again = take(noon() + SignedDuration::from_mins(3)).await;
        assert_eq!(again.len(), 1, "the lease did not become a day longer");
        assert_eq!(take(noon() + SignedDuration::from_mins(4)).await.len(), 0, "leased anew");
        // A failure that was put off by the wrong clock comes again in time, too.
        let (job, late) = (again[0].clone(), noon() + day);
        let failed: Result<(), WriteFailed> = db
            .write(move |tx| async move { Ok(outbox::again(tx, &job, "no", late).await?) }.boxed())
            .await;
        failed.unwrap();
        let again = take(noon() + SignedDuration::from_mins(5)).await;
        assert_eq!(again.len(), 1);
        let (job, now) = (again[0].id, noon() + SignedDuration::from_mins(5));
        let done: Result<(), WriteFailed> =
            db.write(move |tx| async move { Ok(outbox::done(tx, job, now).await?) }.boxed()).await;
        done.unwrap();
        for at in [noon() - day, noon(), noon() + day] {
            assert_eq!(take(at).await.len(), 0, "what is done is not taken again");
        }
    });
}
