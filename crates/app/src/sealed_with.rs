//! Which keys a database was sealed with. They lie in it wrapped with the key of a file, which can be
//! changed without sealing anything anew. A mistyped key file must not pass unnoticed: what is sealed
//! with another key could not be read beside the rest. The database keeps a fingerprint of its first
//! key, from which the key can't be found; it refuses to work with any other.
//!
//! A database of an earlier release was sealed with the key of the file itself, until that is changed.

use std::path::Path;

use futures_util::FutureExt;
use platform::{
    db::{Db, Row, Runs, Tx, sea_orm, tables::hex},
    seal::{Keys, SealError, Sealed},
};

use crate::{
    error::{Error, Result},
    migrations,
};

/// What the fingerprint is made for, and of.
const PURPOSE: &str = "key check";
const TEXT: &str = "sightline";

/// What was said of a key that is not that of the database.
const ANOTHER: &str = "This is not the key that the database was sealed with. Say with --key where \
    that one is. Nothing was changed";

/// The keys of a database, by the key in a file: of an empty database that is made where it is
/// missing, of any other never.
///
/// # Errors
/// When the file is missing or holds no key, or another; a refusal says so.
pub async fn key_in(db: &Db, file: &Path) -> Result<Keys> {
    if fingerprint(db).await?.is_some() {
        let wrapping = Keys::from_file(file).map_err(|why| {
            Error::refusal(format!(
                "{}: {why}. The database holds what was sealed with a key: put that key there, or \
                 say with --key where it is. Nothing was changed",
                file.display()
            ))
        })?;
        return ring(db, &wrapping).await;
    }
    let wrapping =
        Keys::in_file(file).map_err(|why| Error::refusal(format!("{}: {why}", file.display())))?;
    if !is_empty(db).await? {
        return Ok(wrapping);
    }
    match begin(db, &wrapping).await {
        Ok(keys) => Ok(keys),
        // Another server began at the same moment, and was quicker.
        Err(_) if fingerprint(db).await?.is_some() => ring(db, &wrapping).await,
        Err(other) => Err(other),
    }
}

/// The keys of a database that is not empty, by the key of its file.
///
/// # Errors
/// A refusal when it is another.
pub async fn ring(db: &Db, wrapping: &Keys) -> Result<Keys> {
    let wrapped = wrapped(db).await?;
    let keys = match wrapped.is_empty() {
        true => wrapping.clone(),
        false => Keys::unwrapped(wrapping, &wrapped).map_err(|_| Error::refusal(ANOTHER))?,
    };
    prove(db, &keys).await?;
    Ok(keys)
}

/// Gives an empty database a key of its own.
async fn begin(db: &Db, wrapping: &Keys) -> Result<Keys> {
    let keys = Keys::random().map_err(unmade)?;
    let wrapped = keys.wrapped_by(wrapping).map_err(unmade)?;
    let print = keys.fingerprint(PURPOSE, TEXT).to_vec();
    db.write(move |tx| {
        async move {
            store(tx, wrapped).await?;
            keep(tx, print).await
        }
        .boxed()
    })
    .await?;
    Ok(keys)
}

/// Wraps the keys of a database with another key, and adds one with which everything is sealed from
/// then on. Whoever has only the key before opens nothing of the database any more.
///
/// # Errors
/// A refusal when the key before is another.
pub async fn wrap_anew(db: &Db, before: &Keys, wrapping: &Keys) -> Result<Keys> {
    let keys = ring(db, before).await?.with_another().map_err(unmade)?;
    let wrapped = keys.wrapped_by(wrapping).map_err(unmade)?;
    db.write(move |tx| {
        async move {
            tx.run("DELETE FROM data_key", []).await?;
            store(tx, wrapped).await
        }
        .boxed()
    })
    .await?;
    Ok(keys)
}

fn unmade(why: SealError) -> Error {
    Error::fault("making a key", why)
}

async fn store(tx: &Tx, wrapped: Vec<Sealed>) -> Result<()> {
    for (number, sealed) in (0_i64..).zip(wrapped) {
        let text = "INSERT INTO data_key (number, wrapped) VALUES ($1, $2)";
        tx.run(text, [number.into(), sealed.0.into()]).await?;
    }
    Ok(())
}

async fn wrapped(db: &Db) -> Result<Vec<Sealed>> {
    #[derive(Row)]
    struct Stored {
        wrapped: Vec<u8>,
    }
    // A backup may be taken before a database has this table.
    if !migrations::has(db, migrations::DATA_KEYS).await? {
        return Ok(Vec::new());
    }
    let stored: Vec<Stored> =
        db.reads().all("SELECT wrapped FROM data_key ORDER BY number", []).await?;
    Ok(stored.into_iter().map(|one| Sealed(one.wrapped)).collect())
}

/// Proves that this is the key of the database; an empty one takes it as its own.
///
/// # Errors
/// A refusal when it is another.
pub async fn prove(db: &Db, keys: &Keys) -> Result<()> {
    let print = keys.fingerprint(PURPOSE, TEXT).to_vec();
    match fingerprint(db).await? {
        Some(stored) if stored == print => Ok(()),
        Some(_) => Err(Error::refusal(ANOTHER)),
        None if is_empty(db).await? => db.write(move |tx| keep(tx, print).boxed()).await,
        None => Err(Error::refusal(
            "The database holds records but not which key they were sealed with. Restore it from \
             a backup",
        )),
    }
}

/// The fingerprint of a key in hexadecimal digits, for a file that says which key it needs.
pub fn print(keys: &Keys) -> String {
    hex(&keys.fingerprint(PURPOSE, TEXT))
}

async fn fingerprint(db: &Db) -> Result<Option<Vec<u8>>> {
    #[derive(Row)]
    struct Stored {
        fingerprint: Vec<u8>,
    }
    let stored: Option<Stored> =
        db.reads().one("SELECT fingerprint FROM key_check WHERE one = 1", []).await?;
    Ok(stored.map(|s| s.fingerprint))
}

/// Whether nothing was ever recorded.
async fn is_empty(db: &Db) -> Result<bool> {
    #[derive(Row)]
    struct Head {
        seq: i64,
    }
    let head: Option<Head> =
        db.reads().one("SELECT seq FROM journal_head WHERE one = 1", []).await?;
    Ok(head.is_some_and(|h| h.seq == 0))
}

async fn keep(tx: &Tx, print: Vec<u8>) -> Result<()> {
    // Two servers that start on one empty database with different keys: one of them fails.
    tx.run("INSERT INTO key_check (one, fingerprint) VALUES (1, $1)", [print.into()]).await?;
    Ok(())
}
