//! The keys by which accounts are found: derived from what they say, wherever that is written down
//! (`people::rows`), and for all who were there before when the server starts. They can be computed
//! again at any time, and nothing can be read in them.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::FutureExt;
use matching::{
    asking::{self, Key},
    record::Record,
};
use platform::{
    db::{Db, Reads, Row, Runs, Table, Tx, sea_orm},
    seal::Keys,
};
use uuid::Uuid;

use super::said::{self, Parts};
use crate::{
    App,
    error::{Error, Result},
    ids::AccountId,
    people::store::{places, values},
};

/// Which form the keys have. Another choice of keys in the engine needs another number here, and
/// then all are derived anew at the next start.
pub const FORM: i64 = 2;
/// What the fingerprints of keys are for, in the key's derivation.
const PURPOSE: &str = "recognising";
/// How many accounts are read at once.
const BATCH: usize = 500;

const TABLE: Table<2> = Table::new("account_key", ["key", "account_id"]);

/// A key as the database keeps it: a keyed fingerprint, cut to eight bytes.
pub(super) fn kept(keys: &Keys, key: Key) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = keys.fingerprint(PURPOSE, &key.to_string());
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

fn all(keys: &Keys, ways: &[Record]) -> BTreeSet<i64> {
    let counted = ways.iter().flat_map(|way| asking::counted(way).into_iter().flatten());
    let found = ways.iter().flat_map(asking::keys);
    found.chain(counted).collect::<BTreeSet<_>>().into_iter().map(|key| kept(keys, key)).collect()
}

/// Derives the keys of accounts that have none yet, from those parts of what they say.
///
/// # Errors
/// When the database does, or something can't be unsealed.
pub async fn begin(tx: &Tx, keys: &Keys, accounts: &[AccountId], parts: Parts) -> Result<()> {
    for some in accounts.chunks(BATCH) {
        let said = said::of(tx, keys, some, parts).await?;
        let rows = said.iter().flat_map(|(account, ways)| {
            all(keys, ways).into_iter().map(|key| [key.into(), (*account).into()])
        });
        tx.insert_all(&TABLE, rows.collect()).await?;
    }
    Ok(())
}

/// Derives the keys of these accounts anew from what they say now.
///
/// # Errors
/// As [`begin`].
pub async fn derive(tx: &Tx, keys: &Keys, accounts: &[AccountId]) -> Result<()> {
    for some in accounts.chunks(BATCH) {
        let these = places(some, 1);
        let text = format!("DELETE FROM account_key WHERE account_id IN ({these})");
        tx.run(&text, values(some)).await?;
        begin(tx, keys, some, Parts::ALL).await?;
        let text = format!("UPDATE account SET keys_form = {FORM} WHERE id IN ({these})");
        tx.run(&text, values(some)).await?;
    }
    Ok(())
}

#[derive(Row)]
struct Which {
    id: AccountId,
}

/// Derives the keys of all who were on the record before there were any, or have those of another
/// form. Goes on where it was interrupted.
///
/// # Errors
/// As [`begin`].
pub async fn take_up(db: &Db, keys: &Arc<Keys>) -> Result<()> {
    let text = format!("SELECT id FROM account WHERE keys_form < {FORM} ORDER BY id LIMIT {BATCH}");
    loop {
        let (text, keys) = (text.clone(), Arc::clone(keys));
        let done = db.write(move |tx| {
            async move {
                let some: Vec<Which> = tx.all(&text, []).await?;
                let some: Vec<_> = some.into_iter().map(|which| which.id).collect();
                derive(tx, &keys, &some).await?;
                Ok::<_, Error>(some.len())
            }
            .boxed()
        });
        if done.await? < BATCH {
            return Ok(());
        }
    }
}

/// Computes every account's keys again: how many accounts lack one that follows from what they
/// say. One that they have beside these is of an address that has become protected since.
///
/// # Errors
/// As [`begin`].
pub async fn check(app: &App) -> Result<u64> {
    #[derive(Row)]
    struct Kept {
        account_id: AccountId,
        key: i64,
    }
    let (db, mut last, mut lacking) = (app.db.reads(), AccountId(Uuid::nil()), 0);
    loop {
        let some = after(&db, last).await?;
        let Some(end) = some.last() else { return Ok(lacking) };
        last = *end;
        let text = format!(
            "SELECT account_id, key FROM account_key WHERE account_id IN ({})",
            places(&some, 1)
        );
        let kept: Vec<Kept> = db.all(&text, values(&some)).await?;
        let kept: BTreeSet<_> = kept.into_iter().map(|k| (k.account_id, k.key)).collect();
        for (account, ways) in said::of(&db, &app.keys, &some, Parts::ALL).await? {
            let follows = all(&app.keys, &ways);
            lacking += u64::from(follows.into_iter().any(|key| !kept.contains(&(account, key))));
        }
    }
}

async fn after(db: &Reads<'_>, last: AccountId) -> Result<Vec<AccountId>> {
    let text = format!("SELECT id FROM account WHERE id > $1 ORDER BY id LIMIT {BATCH}");
    let some: Vec<Which> = db.all(&text, [last.into()]).await?;
    Ok(some.into_iter().map(|which| which.id).collect())
}

/// Derives every account's keys anew.
///
/// # Errors
/// As [`begin`].
pub async fn rewrite(app: &App) -> Result<()> {
    let mut last = AccountId(Uuid::nil());
    loop {
        let some = after(&app.db.reads(), last).await?;
        let Some(end) = some.last() else { return Ok(()) };
        last = *end;
        let keys = Arc::clone(&app.keys);
        let derived = app.db.write(move |tx| async move { derive(tx, &keys, &some).await }.boxed());
        derived.await.map_err(|e: Error| e)?;
    }
}
