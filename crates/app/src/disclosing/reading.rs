//! What was shared of a child, read for the hub's page of the child. Whoever must not see one of
//! those about whom something was shared reads nothing of it; why something was held back is not for
//! whoever it was held back from.

use platform::{
    db::{At, Row, Runs, Value, sea_orm},
    seal::Keys,
};
use practice::disclosure::Occasion;
use uuid::Uuid;

use super::{Disclosure, derive::unsealed};
use crate::{
    doors::Glass,
    error::Result,
    ids::AccountId,
    people::{
        hidden,
        store::{places, values},
    },
};

/// How many are read: the newest.
pub const MOST: usize = 50;
/// More than were ever shared of anybody.
const EVERY: usize = 100_000;

/// What was shared of a child, the newest first.
#[derive(Debug, Default)]
pub struct WhatWasShared {
    /// At most [`MOST`].
    pub all: Vec<Shared>,
    /// Whether there is more.
    pub more: bool,
}

/// Something that was shared.
#[derive(Debug)]
pub struct Shared {
    pub(super) seq: i64,
    pub at: At,
    /// By whom: Sightline itself where nobody signed in.
    pub by: Option<String>,
    pub what: Disclosure,
}

#[derive(Row)]
struct Stored {
    seq: i64,
    made_at: At,
    by: Option<String>,
    sealed: Vec<u8>,
}

/// What was shared of these accounts, for somebody who may see them.
///
/// # Errors
/// When the database does.
pub async fn of_accounts(
    db: &impl Runs,
    keys: &Keys,
    reader: Uuid,
    accounts: &[AccountId],
) -> Result<WhatWasShared> {
    if accounts.is_empty() {
        return Ok(WhatWasShared::default());
    }
    read(db, keys, reader, &of_these(accounts), values(accounts), MOST).await
}

/// The condition that something is of these accounts, whose values begin at the second.
fn of_these(accounts: &[AccountId]) -> String {
    format!(
        "d.seq IN (SELECT y.seq FROM disclosure_account y WHERE y.account_id IN ({}))",
        places(accounts, 2)
    )
}

/// As [`of_accounts`], however much it is.
///
/// # Errors
/// When the database does.
pub async fn all_of_accounts(glass: &Glass<'_>, accounts: &[AccountId]) -> Result<Vec<Shared>> {
    let (db, keys, reader) = (&glass.db, &glass.app.keys, glass.scope.own());
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(read(db, keys, reader, &of_these(accounts), values(accounts), EVERY).await?.all)
}

/// What was put on a page for a family and not taken off, likewise.
///
/// # Errors
/// When the database does.
pub(super) async fn on_page(
    db: &impl Runs,
    keys: &Keys,
    reader: Uuid,
    page: Uuid,
) -> Result<Vec<Shared>> {
    let on_it = "d.seq IN (SELECT i.seq FROM family_page_item i \
        WHERE i.page_id = $2 AND i.taken_off_at IS NULL)";
    Ok(read(db, keys, reader, on_it, vec![page.into()], MOST).await?.all)
}

/// What meets a condition whose values begin at the second.
async fn read(
    db: &impl Runs,
    keys: &Keys,
    reader: Uuid,
    condition: &str,
    values: Vec<Value>,
    most: usize,
) -> Result<WhatWasShared> {
    let text = format!(
        "SELECT d.seq, d.made_at, s.name AS by, c.sealed FROM disclosure d \
         JOIN journal_content c ON c.seq = d.seq LEFT JOIN staff s ON s.id = d.by_id \
         WHERE {condition} AND d.occasion <> '{}' AND (d.occasion = '{}' OR NOT EXISTS (SELECT 1 FROM disclosure_account z \
         WHERE z.seq = d.seq AND z.account_id IN ({}))) ORDER BY d.seq DESC LIMIT {}",
        // That somebody read intelligence tells that there is some.
        Occasion::IntelligenceShown.slug(),
        // It is about everybody of whom something was open, and tells of one nothing of another.
        Occasion::OutOfHours.slug(),
        hidden::accounts(1),
        most + 1
    );
    let values: Vec<Value> = std::iter::once(reader.into()).chain(values).collect();
    let mut stored: Vec<Stored> = db.all(&text, values).await?;
    let more = stored.len() > most;
    stored.truncate(most);
    let all = stored.into_iter().map(|row| {
        let mut what = unsealed(keys, row.seq, row.sealed)?;
        let is_own = what.to.staff.is_some_and(|to| to.0 == reader);
        if let Some(held_back) = what.held_back.as_mut().filter(|_| is_own) {
            held_back.words.clear();
        }
        Ok(Shared { seq: row.seq, at: row.made_at, by: row.by, what })
    });
    Ok(WhatWasShared { all: all.collect::<Result<_>>()?, more })
}
