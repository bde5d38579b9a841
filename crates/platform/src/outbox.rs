//! Work that must happen after a commit: messages to send, limits to watch. A row is written in
//! the transaction of the change that asks for it, taken by one worker under a lease, and taken
//! again by another when the lease runs out. A row is finished or given up on, never lost.

use std::{fmt, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use sea_orm::FromQueryResult;
use tokio::sync::watch;
use uuid::Uuid;

use crate::db::{At, Db, Error, Runs, Table, Tx, Value, WriteFailed};

/// How long a worker may take before another takes its work up.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// The first pause after a failure; it doubles up to `LONGEST_PAUSE`.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// A mail server may be down over a long weekend: a message is tried for this long.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(24 * 7);

const OUTBOX: Table<7> =
    Table::new("outbox", ["id", "kind", "about", "state", "tries", "asked_at", "due_at"]);

/// A piece of work, taken under a lease.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Job {
    /// Its id, also the idempotency key towards the outside.
    pub id: Uuid,
    /// What kind of work it is: the name that the worker dispatches on.
    pub kind: String,
    /// What it is about: ids only.
    pub about: String,
    /// How often it was tried before.
    pub tries: i32,
    /// When it was asked for.
    pub asked_at: At,
}

/// Asks for work, to be taken up at `due` at the earliest.
///
/// # Errors
/// When the database does.
pub async fn ask(
    tx: &Tx,
    kind: &str,
    about: &str,
    now: Timestamp,
    due: Timestamp,
) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let row = [
        id.into(),
        kind.into(),
        about.into(),
        "waiting".into(),
        0.into(),
        At(now).into(),
        At(due).into(),
    ];
    tx.insert(&OUTBOX, row).await?;
    Ok(id)
}

/// Which work a worker takes.
#[derive(Debug, Clone, Copy)]
pub enum Kinds {
    /// Work of one kind.
    Only(&'static str),
    /// Every kind but these.
    AllBut(&'static [&'static str]),
}

/// Takes up to `most` pieces of due work under a lease.
///
/// # Errors
/// When the database does.
pub async fn take(
    db: &Db,
    kinds: Kinds,
    now: Timestamp,
    most: u64,
) -> Result<Vec<Job>, WriteFailed> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let (which, kinds) = match kinds {
        Kinds::Only(kind) => ("IN", vec![kind]),
        Kinds::AllBut(kinds) => ("NOT IN", kinds.to_vec()),
    };
    let places: Vec<_> = (4..4 + kinds.len()).map(|place| format!("${place}")).collect();
    let text = format!(
        "SELECT id, kind, about, tries, asked_at FROM outbox WHERE state = 'waiting' \
         AND (due_at <= $1 OR (due_at > $2 AND tries > 0)) AND kind {which} ({}) \
         ORDER BY due_at, id LIMIT $3",
        places.join(", ")
    );
    db.write(move |tx| {
        Box::pin(async move {
            let mut values: Vec<Value> = vec![At(now).into(), wrong_from(now).into(), most.into()];
            values.extend(kinds.into_iter().map(Value::from));
            let due: Vec<Job> = tx.all(&text, values).await?;
            let mut taken = Vec::with_capacity(due.len());
            for job in due {
                if lease(tx, job.id, now).await? {
                    taken.push(job);
                }
            }
            Ok(taken)
        })
    })
    .await
}

/// From when on what was tried can't honestly be due: no lease and no pause is so long. It was leased, or
/// put off, by a clock that was wrong, and is due now.
fn wrong_from(now: Timestamp) -> At {
    At(now + LONGEST_PAUSE + LEASE)
}

/// Takes one piece of work unless somebody else has. A lease is a due time in the future: if this
/// worker dies, the row is due again.
async fn lease(tx: &Tx, job: Uuid, now: Timestamp) -> Result<bool, Error> {
    let leased = tx
        .run(
            "UPDATE outbox SET due_at = $1, tries = tries + 1 WHERE id = $2 \
             AND state = 'waiting' AND (due_at <= $3 OR (due_at > $4 AND tries > 0))",
            [At(now + LEASE).into(), job.into(), At(now).into(), wrong_from(now).into()],
        )
        .await?;
    Ok(leased.rows_affected() == 1)
}

/// Marks work as done.
///
/// # Errors
/// When the database does.
pub async fn done(tx: &Tx, job: Uuid, now: Timestamp) -> Result<(), Error> {
    end(tx, job, "done", None, now).await
}

/// Marks work as impossible, with the reason: for a person to see.
///
/// # Errors
/// When the database does.
pub async fn given_up(tx: &Tx, job: Uuid, why: &str, now: Timestamp) -> Result<(), Error> {
    end(tx, job, "given up", Some(why), now).await
}

/// Withdraws work of a kind that still waits and was asked for before a moment. How many pieces it was.
///
/// # Errors
/// When the database does.
pub async fn withdraw(
    tx: &Tx,
    kind: &str,
    asked_before: Timestamp,
    now: Timestamp,
) -> Result<u64, Error> {
    let text = "UPDATE outbox SET state = 'withdrawn', ended_at = $1 \
        WHERE state = 'waiting' AND kind = $2 AND asked_at < $3";
    let withdrawn = tx.run(text, [At(now).into(), kind.into(), At(asked_before).into()]).await?;
    Ok(withdrawn.rows_affected())
}

/// Puts work back after a failure that may pass, with a growing pause.
///
/// # Errors
/// When the database does.
pub async fn again(tx: &Tx, job: &Job, why: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(
        "UPDATE outbox SET due_at = $1, trouble = $2 WHERE id = $3",
        [At(now + pause(job.tries)).into(), why.into(), job.id.into()],
    )
    .await?;
    Ok(())
}

/// How many pieces of work were given up.
///
/// # Errors
/// When the database does.
pub async fn given_up_pieces(db: &Db) -> Result<i64, Error> {
    #[derive(FromQueryResult)]
    struct Count {
        pieces: i64,
    }
    let text = "SELECT count(*) AS pieces FROM outbox WHERE state = 'given up'";
    let count: Option<Count> = db.reads().one(text, []).await?;
    Ok(count.map_or(0, |c| c.pieces))
}

/// How long a worker sleeps when nothing is due.
const IDLE: Duration = Duration::from_millis(500);
/// How long it sleeps when a turn went wrong.
const WRONG: Duration = Duration::from_secs(1);

/// Turns until it is told to stop: a turn takes due work, does it, and answers with how much it
/// was. One that fails or panics is logged, and the next comes all the same.
pub async fn work<T, E>(what: &'static str, mut stop: watch::Receiver<bool>, turn: impl Fn() -> T)
where
    T: Future<Output = Result<usize, E>>,
    E: fmt::Display,
{
    while !*stop.borrow() {
        let pause = match AssertUnwindSafe(turn()).catch_unwind().await {
            Ok(Ok(0)) => IDLE,
            Ok(Ok(_)) => Duration::ZERO,
            Ok(Err(error)) => {
                tracing::error!(what, %error, "the outbox could not be worked");
                WRONG
            }
            Err(_) => {
                tracing::error!(what, "the worker of the outbox panicked and begins again");
                WRONG
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

async fn end(
    tx: &Tx,
    job: Uuid,
    state: &str,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(
        "UPDATE outbox SET state = $1, trouble = $2, ended_at = $3 WHERE id = $4",
        [state.into(), why.map(str::to_owned).into(), At(now).into(), job.into()],
    )
    .await?;
    Ok(())
}

fn pause(tries: i32) -> SignedDuration {
    let doublings = tries.clamp(0, 12).unsigned_abs();
    FIRST_PAUSE.saturating_mul(2_i32.saturating_pow(doublings)).min(LONGEST_PAUSE)
}
