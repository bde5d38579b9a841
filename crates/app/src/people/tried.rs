//! How often somebody who is kept away tried to see what they are kept from. It follows from what the
//! journal has of every refusal, and so nothing is written, asked or timed otherwise because it was
//! them: only the hub's page of who is kept away reads it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use platform::{
    db::{At, Row, Runs, fold, sea_orm},
    seal::Keys,
};
use practice::calendar::{Day, day_of};
use uuid::Uuid;

use super::sticking::EXCLUSION;
use crate::{
    doors::journal::{self, Kind, Read},
    error::Result,
    ids::{StaffId, typed_reference},
    who_looked::folding,
};

/// How many tries of one person are read at most: the newest.
const MOST: i64 = 5_000;
/// How many entries that are not folded yet are read at most.
const TAIL: i64 = 20_000;
/// What goes with the look at a page, and is refused with it: one try counts once.
const BESIDE: [&str; 2] = ["people:moved", "people:may-be"];
/// By what a search for somebody is known, which is no refusal where it finds nobody.
const SEARCH: &str = "people:search";
/// Where somebody is also named.
const GLASS: &str = "break-glass:break";

/// Whether an entry says that somebody saw nothing of what they asked for.
pub fn is_vain(entry: &Read) -> bool {
    let is_vain = entry.kind == Kind::Refused
        || (entry.kind == Kind::Seen && entry.what == SEARCH && entry.subjects.is_empty());
    is_vain && !entry.actor.is_nil() && !BESIDE.contains(&entry.what.as_str())
}

/// On which days, the newest first, and how often somebody tried to see what an exclusion of theirs keeps
/// them from.
///
/// # Errors
/// When the database does.
pub async fn of(
    db: &impl Runs,
    keys: &Keys,
    exclusion: Uuid,
    staff: StaffId,
    since: Timestamp,
) -> Result<Vec<(Day, usize)>> {
    let kept_from = KeptFrom::read(db, exclusion).await?;
    let mut days: BTreeMap<Day, BTreeSet<i64>> = BTreeMap::new();
    for Entry { seq, entry, sealed } in entries(db, staff, since).await? {
        let Some(read) = journal::read(&entry) else { continue };
        if read.actor != staff.0 || read.at < since || !is_vain(&read) {
            continue;
        }
        let asked = journal::unseal(keys, seq, sealed)?;
        if kept_from.is_meant(&read.what, &String::from_utf8_lossy(&asked)) {
            days.entry(day_of(read.at)).or_default().insert(seq);
        }
    }
    Ok(days.into_iter().rev().map(|(day, tries)| (day, tries.len())).collect())
}

/// An entry of the journal with what was asked for.
#[derive(Row)]
struct Entry {
    seq: i64,
    entry: Vec<u8>,
    sealed: Vec<u8>,
}

/// What they saw nothing of since then, and whatever was journaled since the last fold.
async fn entries(db: &impl Runs, staff: StaffId, since: Timestamp) -> Result<Vec<Entry>> {
    let upto = folding::upto(db).await?;
    let text = "SELECT j.seq, j.entry, c.sealed FROM vain_look v JOIN journal j ON j.seq = v.seq \
        JOIN journal_content c ON c.seq = v.seq WHERE v.staff_id = $1 AND v.at >= $2 \
        ORDER BY v.seq DESC LIMIT $3";
    let mut found: Vec<Entry> = db.all(text, [staff.into(), At(since).into(), MOST.into()]).await?;
    let text = "SELECT j.seq, j.entry, c.sealed FROM journal j JOIN journal_content c \
        ON c.seq = j.seq WHERE j.seq > $1 ORDER BY j.seq LIMIT $2";
    found.extend(db.all::<Entry>(text, [upto.into(), TAIL.into()]).await?);
    Ok(found)
}

/// By what somebody asks for those whom an exclusion keeps them from.
struct KeptFrom {
    references: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl KeptFrom {
    async fn read(db: &impl Runs, exclusion: Uuid) -> Result<Self> {
        #[derive(Row)]
        struct Of {
            reference: String,
        }
        #[derive(Row)]
        struct Named {
            given: String,
            family: String,
        }
        let reached = EXCLUSION.accounts("AND x.id = $1");
        let text = format!(
            "SELECT p.reference FROM person p JOIN account_link l ON l.person_id = p.id \
             WHERE l.account_id IN ({reached}) AND (l.unlinked_at IS NULL OR NOT EXISTS \
             (SELECT 1 FROM account_link o WHERE o.person_id = p.id AND o.unlinked_at IS NULL)) \
             UNION SELECT a.reference FROM account a WHERE a.id IN ({reached}) \
             UNION SELECT w.reference FROM pathway w WHERE w.account_id IN ({reached}) \
             UNION SELECT c.reference FROM contact c JOIN pathway w ON w.contact_id = c.id \
             WHERE w.account_id IN ({reached})"
        );
        let references: Vec<Of> = db.all(&text, [exclusion.into()]).await?;
        let text =
            format!("SELECT given, family FROM account_name WHERE account_id IN ({reached})");
        let names: Vec<Named> = db.all(&text, [exclusion.into()]).await?;
        Ok(Self {
            references: references.into_iter().map(|of| of.reference).collect(),
            names: names.iter().map(|of| fold(&format!("{} {}", of.given, of.family))).collect(),
        })
    }

    /// Whether what was asked for is one of them: by a reference; over whom glass was to be broken, also
    /// by the whole name, whoever else has it.
    fn is_meant(&self, what: &str, asked: &str) -> bool {
        asked.split(", ").any(|part| {
            typed_reference(part).is_some_and(|reference| self.references.contains(&reference))
                || (what == GLASS && self.names.contains(&fold(part.trim())))
        })
    }
}
