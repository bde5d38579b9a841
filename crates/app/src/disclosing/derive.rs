//! The rows that find what was shared. They follow from the entries of the journal that say so, and
//! are computed again from them (`pathways/rederive.rs`).

use jiff::Timestamp;
use platform::{
    db::{At, Reads, Row, Runs, Table, Tx, sea_orm},
    seal::Keys,
};
use uuid::Uuid;

use super::{Disclosure, WHAT};
use crate::{
    doors::journal::{self, Kind},
    error::Result,
    ids::AccountId,
    people::store::{places, values},
};

const TABLE: Table<7> = Table::new(
    "disclosure",
    ["seq", "reference", "occasion", "purpose", "made_at", "by_id", "to_id"],
);
const ACCOUNT: Table<2> = Table::new("disclosure_account", ["seq", "account_id"]);
/// How many entries of the journal are read at a time.
const AT_ONCE: i64 = 5_000;

/// The rows of one disclosure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    row: DisclosureRow,
    about: Vec<AccountId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Row)]
struct DisclosureRow {
    seq: i64,
    reference: String,
    occasion: String,
    purpose: String,
    made_at: At,
    by_id: Uuid,
    to_id: Option<Uuid>,
}

impl Derived {
    /// The rows of what an entry says, recorded at that moment by that person.
    pub fn of(seq: i64, at: Timestamp, by: Uuid, disclosure: &Disclosure) -> Self {
        let row = DisclosureRow {
            seq,
            reference: disclosure.reference.clone(),
            occasion: disclosure.occasion.slug().to_owned(),
            purpose: disclosure.basis.purpose.slug().to_owned(),
            made_at: At(disclosure.at.unwrap_or(at)),
            by_id: by,
            to_id: disclosure.to.staff.map(|staff| staff.0),
        };
        let mut about = disclosure.about.clone();
        about.sort_unstable();
        about.dedup();
        Self { row, about }
    }
}

/// Writes the rows.
///
/// # Errors
/// When the database does.
pub(super) async fn write(tx: &Tx, derived: &Derived) -> Result<()> {
    let row = derived.row.clone();
    let values = [
        row.seq.into(),
        row.reference.into(),
        row.occasion.into(),
        row.purpose.into(),
        row.made_at.into(),
        row.by_id.into(),
        row.to_id.into(),
    ];
    tx.insert(&TABLE, values).await?;
    let about = derived.about.iter().map(|account| [row.seq.into(), (*account).into()]).collect();
    tx.insert_all(&ACCOUNT, about).await?;
    Ok(())
}

/// A row that does not follow from the journal: the number of its entry, and what is wrong with it.
#[derive(Debug)]
pub struct Difference {
    pub seq: i64,
    pub says: String,
}

/// Every row that does not follow from the journal, or is missing.
///
/// # Errors
/// When the database does.
pub async fn differences(db: &Reads<'_>, keys: &Keys) -> Result<Vec<Difference>> {
    #[derive(Row)]
    struct Entry {
        seq: i64,
        entry: Vec<u8>,
    }
    let (mut found, mut after, mut known) = (Vec::new(), 0, 0);
    loop {
        let text =
            format!("SELECT seq, entry FROM journal WHERE seq > $1 ORDER BY seq LIMIT {AT_ONCE}");
        let entries: Vec<Entry> = db.all(&text, [after.into()]).await?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        for entry in &entries {
            let Some(computed) = computed(db, keys, entry.seq, &entry.entry).await? else {
                continue;
            };
            known += 1;
            let stored = stored(db, entry.seq).await?;
            if stored.as_ref() != Some(&computed)
                && stored != Some(without_the_gone(db, computed).await?)
            {
                let says = "its row does not follow from the journal".to_owned();
                found.push(Difference { seq: entry.seq, says });
            }
        }
    }
    found.extend(of_no_entry(db, keys, known).await?);
    Ok(found)
}

/// The rows for which no entry stands, where there are more rows than entries.
async fn of_no_entry(db: &Reads<'_>, keys: &Keys, known: i64) -> Result<Vec<Difference>> {
    #[derive(Row)]
    struct Rows {
        rows: i64,
    }
    #[derive(Row)]
    struct Stands {
        seq: i64,
        entry: Vec<u8>,
    }
    let rows: Option<Rows> = db.one("SELECT count(*) AS rows FROM disclosure", []).await?;
    if rows.is_none_or(|rows| rows.rows <= known) {
        return Ok(Vec::new());
    }
    let text = "SELECT d.seq, j.entry FROM disclosure d JOIN journal j ON j.seq = d.seq \
        ORDER BY d.seq";
    let all: Vec<Stands> = db.all(text, []).await?;
    let mut found = Vec::new();
    for Stands { seq, entry } in all {
        if computed(db, keys, seq, &entry).await?.is_none() {
            found.push(Difference { seq, says: "no entry of the journal says so".to_owned() });
        }
    }
    Ok(found)
}

/// Rewrites the rows of one entry as they follow from it: none where it says nothing of the kind.
///
/// # Errors
/// When the database does.
pub async fn rewrite(tx: &Tx, keys: &Keys, seq: i64) -> Result<()> {
    #[derive(Row)]
    struct Entry {
        entry: Vec<u8>,
    }
    for table in ["disclosure_account", "disclosure"] {
        tx.run(&format!("DELETE FROM {table} WHERE seq = $1"), [seq.into()]).await?;
    }
    let entry: Option<Entry> =
        tx.one("SELECT entry FROM journal WHERE seq = $1", [seq.into()]).await?;
    let Some(Entry { entry }) = entry else { return Ok(()) };
    match computed(tx, keys, seq, &entry).await? {
        Some(derived) => write(tx, &without_the_gone(tx, derived).await?).await,
        None => Ok(()),
    }
}

/// The same without those of whom nothing is kept any more: somebody else it is about may still be.
async fn without_the_gone(db: &impl Runs, mut derived: Derived) -> Result<Derived> {
    #[derive(Row)]
    struct Left {
        id: AccountId,
    }
    let text = format!("SELECT id FROM account WHERE id IN ({})", places(&derived.about, 1));
    let left: Vec<Left> = match derived.about.is_empty() {
        true => Vec::new(),
        false => db.all(&text, values(&derived.about)).await?,
    };
    derived.about.retain(|account| left.iter().any(|left| left.id == *account));
    Ok(derived)
}

/// What an entry says was shared; `None` where it says nothing of the kind.
async fn computed(db: &impl Runs, keys: &Keys, seq: i64, entry: &[u8]) -> Result<Option<Derived>> {
    #[derive(Row)]
    struct Content {
        sealed: Vec<u8>,
    }
    let read = journal::read(entry).filter(|read| read.kind == Kind::Changed && read.what == WHAT);
    let Some(read) = read else { return Ok(None) };
    let text = "SELECT sealed FROM journal_content WHERE seq = $1";
    let content: Option<Content> = db.one(text, [seq.into()]).await?;
    let Some(Content { sealed }) = content else { return Ok(None) };
    let disclosure = unsealed(keys, seq, sealed)?;
    Ok(Some(Derived::of(seq, read.at, read.actor, &disclosure)))
}

/// What the journal keeps of what was shared.
///
/// # Errors
/// When it was sealed with another key.
pub(super) fn unsealed(keys: &Keys, seq: i64, sealed: Vec<u8>) -> Result<Disclosure> {
    Ok(serde_json::from_slice(&journal::unseal(keys, seq, sealed)?)?)
}

async fn stored(db: &impl Runs, seq: i64) -> Result<Option<Derived>> {
    let text = "SELECT seq, reference, occasion, purpose, made_at, by_id, to_id FROM disclosure \
        WHERE seq = $1";
    let row: Option<DisclosureRow> = db.one(text, [seq.into()]).await?;
    let Some(row) = row else { return Ok(None) };
    let about = accounts(db, seq).await?;
    Ok(Some(Derived { row, about }))
}

/// About whom something was shared.
async fn accounts(db: &impl Runs, seq: i64) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct About {
        account_id: AccountId,
    }
    let text = "SELECT account_id FROM disclosure_account WHERE seq = $1";
    let about: Vec<About> = db.all(text, [seq.into()]).await?;
    let mut about: Vec<_> = about.into_iter().map(|about| about.account_id).collect();
    about.sort_unstable();
    Ok(about)
}
