//! What a database's error means for whoever asked: that it passes by itself, that the disk is
//! at fault, or neither. The codes of both databases are known here and nowhere else.

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// SQLSTATE classes and codes of PostgreSQL that pass by themselves: connections lost or refused,
/// a server that stops or starts, serialisation and deadlocks, locks and statements that took too
/// long, too many connections.
const PASSING: [&str; 11] = [
    "08", "40001", "40P01", "53300", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03",
];
/// `SQLITE_BUSY` and `SQLITE_LOCKED`: another connection or process holds the database.
const LOCKED: [i64; 2] = [5, 6];
/// PostgreSQL's `disk_full`, and its system errors.
const DISK: [&str; 2] = ["53100", "58"];
/// `SQLITE_READONLY`, `SQLITE_IOERR`, `SQLITE_CORRUPT`, `SQLITE_FULL` and `SQLITE_CANTOPEN`.
const LITE_DISK: [i64; 5] = [8, 10, 11, 13, 14];

/// Whether the same request may well go through in a moment: the database is locked by somebody
/// else, too busy, or not reachable just now.
pub(super) fn passes(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        _ => match beneath(error) {
            Some(sqlx::Error::Database(said)) => is_one_of(said.as_ref(), &PASSING, &LOCKED),
            Some(error) => matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
            ),
            None => false,
        },
    }
}

/// Whether the disk beneath the database is full or broken.
pub(super) fn is_the_disk(error: &DbErr) -> bool {
    match beneath(error) {
        Some(sqlx::Error::Database(said)) => is_one_of(said.as_ref(), &DISK, &LITE_DISK),
        _ => false,
    }
}

fn beneath(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => Some(e),
        _ => None,
    }
}

/// SQLite's codes are numbers whose low byte is the kind; PostgreSQL's are five letters.
fn is_one_of(error: &dyn sqlx::error::DatabaseError, states: &[&str], kinds: &[i64]) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return code.parse::<i64>().is_ok_and(|c| kinds.contains(&(c & 0xff)));
    }
    states.iter().any(|state| code.starts_with(state))
}
