//! Which key a database was sealed with. A mistyped key file must not pass unnoticed: what is
//! sealed with another key could not be read beside the rest. The database keeps a fingerprint of
//! the key, from which the key can't be found; it refuses to work with any other.

use std::path::Path;

use futures_util::FutureExt;
use platform::{
    db::{Db, Row, Runs, sea_orm, tables::hex},
    seal::Keys,
};

use crate::error::{Error, Result};

/// What the fingerprint is made for, and of.
const PURPOSE: &str = "key check";
const TEXT: &str = "sightline";

/// The key of a database: of an empty one it is made where it is missing, of any other never.
///
/// # Errors
/// When the file is missing or holds no key; a refusal says so.
pub async fn key_in(db: &Db, file: &Path) -> Result<Keys> {
    if fingerprint(db).await?.is_some() {
        Keys::from_file(file).map_err(|why| {
            Error::refusal(format!(
                "{}: {why}. The database holds what was sealed with a key: put that key there, or \
                 say with --key where it is. Nothing was changed",
                file.display()
            ))
        })
    } else {
        Keys::in_file(file).map_err(|why| Error::refusal(format!("{}: {why}", file.display())))
    }
}

/// Proves that this is the key of the database; an empty one takes it as its own.
///
/// # Errors
/// A refusal when it is another.
pub async fn prove(db: &Db, keys: &Keys) -> Result<()> {
    let print = keys.fingerprint(PURPOSE, TEXT).to_vec();
    match fingerprint(db).await? {
        Some(stored) if stored == print => Ok(()),
        Some(_) => Err(Error::refusal(
            "This is not the key that the database was sealed with. Say with --key where that one \
             is. Nothing was changed",
        )),
        None if is_empty(db).await? => keep(db, print).await,
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

async fn keep(db: &Db, print: Vec<u8>) -> Result<()> {
    db.write(move |tx| {
        async move {
            // Two servers that start on one empty database with different keys: one of them fails.
            let text = "INSERT INTO key_check (one, fingerprint) VALUES (1, $1)";
            tx.run(text, [print.into()]).await?;
            Ok(())
        }
        .boxed()
    })
    .await
}
