//! Folding the journal into who looked at what on which day. It goes on where it was, adds nothing twice
//! when two processes do it at once, and says nothing that is not in the journal.

use std::{collections::BTreeMap, time::Duration};

use futures_util::FutureExt;
use jiff::Timestamp;
use platform::db::{At, Db, On, Row, Runs, Table, Tx, Value, sea_orm};
use practice::calendar::{Day, day_of};
use tokio::sync::watch;
use uuid::Uuid;

use super::{Sort, TOLD_TO_FEW};
use crate::{App, doors::journal, error::Result, people::tried};

/// How often it is folded.
const EACH: Duration = Duration::from_secs(30);
/// How many entries are folded with one commit.
const AT_ONCE: i64 = 2_000;
/// How many rows stand in one statement.
const ROWS: usize = 200;

/// Where those entries are found again, which nobody but the hub's page of who is kept away reads.
const VAIN: Table<3> = Table::new("vain_look", ["seq", "staff_id", "at"]);

/// What is folded: of whom, when, by whom, what.
pub type Key = (Uuid, Day, Uuid, Sort);

/// How often, from when to when, and by which rule the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    pub looks: i64,
    pub first: Timestamp,
    pub last: Timestamp,
    pub because: String,
}

impl Looks {
    /// Takes in others of the same day.
    pub fn take(&mut self, others: Self) {
        self.first = self.first.min(others.first);
        if others.last >= self.last {
            (self.last, self.because) = (others.last, others.because);
        }
    }
}

/// What entries come to.
#[derive(Debug, Default)]
pub struct Folded {
    pub found: BTreeMap<Key, Looks>,
    /// Which entries say that somebody saw nothing of what they asked for, of whom, and when.
    pub vain: Vec<(i64, Uuid, Timestamp)>,
    /// The number of the last entry that was looked at.
    pub upto: i64,
}

#[derive(Row)]
struct Entry {
    seq: i64,
    entry: Vec<u8>,
}

/// Folds the entries after that one, at most so many, of which a subject is wanted.
///
/// # Errors
/// When the database does.
pub async fn after(
    db: &impl Runs,
    seq: i64,
    most: i64,
    is_wanted: impl Fn(&Uuid) -> bool,
) -> Result<Folded> {
    let text = "SELECT seq, entry FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2";
    let entries: Vec<Entry> = db.all(text, [seq.into(), most.into()]).await?;
    let mut folded = Folded { upto: seq, ..Folded::default() };
    for Entry { seq, entry } in entries {
        folded.upto = seq;
        // An entry of another form is a later version's, which folds it anew.
        let Some(read) = journal::read(&entry) else { continue };
        if tried::is_vain(&read) {
            folded.vain.push((seq, read.actor, read.at));
        }
        let Some(sort) = Sort::of(&read) else { continue };
        let mut subjects = read.subjects;
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects.into_iter().filter(&is_wanted) {
            let key = (subject, day_of(read.at), read.actor, sort);
            let is_for_few = read.what.starts_with(TOLD_TO_FEW);
            let because = if is_for_few { String::new() } else { read.because.clone() };
            let one = Looks { looks: 0, first: read.at, last: read.at, because };
            let looks = folded.found.entry(key).or_insert_with(|| one.clone());
            looks.looks += 1;
            looks.take(one);
        }
    }
    Ok(folded)
}

/// The number of the last entry that is folded in.
///
/// # Errors
/// When the database does.
pub async fn upto(db: &impl Runs) -> Result<i64> {
    #[derive(Row)]
    struct Upto {
        seq: i64,
    }
    let upto: Option<Upto> = db.one("SELECT seq FROM look_folded WHERE one = 1", []).await?;
    Ok(upto.map_or(0, |upto| upto.seq))
}

/// Works until it is stopped.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = fold(&app.db).await {
            tracing::error!(%error, "who looked at what could not be folded");
        }
        tokio::select! {
            () = tokio::time::sleep(EACH) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// Folds in all that is not yet.
///
/// # Errors
/// When the database does; what was folded until then stands.
pub async fn fold(db: &Db) -> Result<()> {
    loop {
        let from = upto(&db.reads()).await?;
        // It is read before the writer is asked for, which has others waiting.
        let folded = after(&db.reads(), from, AT_ONCE, |_| true).await?;
        if folded.upto == from {
            return Ok(());
        }
        db.write(move |tx| async move { keep(tx, from, folded).await }.boxed()).await?;
    }
}

/// Adds what was folded, unless another process was first.
async fn keep(tx: &Tx, from: i64, folded: Folded) -> Result<()> {
    let text = "INSERT INTO look_folded (one, seq) VALUES (1, $1) \
        ON CONFLICT (one) DO UPDATE SET seq = excluded.seq WHERE look_folded.seq = $2";
    if tx.run(text, [folded.upto.into(), from.into()]).await?.rows_affected() == 0 {
        return Ok(());
    }
    // Folded anew, they are there already.
    let before = "DELETE FROM vain_look WHERE seq > $1 AND seq <= $2";
    tx.run(before, [from.into(), folded.upto.into()]).await?;
    let vain = folded.vain.into_iter();
    let vain = vain.map(|(seq, staff, at)| [seq.into(), staff.into(), At(at).into()]);
    tx.insert_all(&VAIN, vain.collect()).await?;
    let rows: Vec<_> = folded.found.into_iter().collect();
    for some in rows.chunks(ROWS) {
        let places: Vec<_> = (0..some.len())
            .map(|row| {
                let place = |of: usize| format!("${}", row * 8 + of);
                format!("({})", (1..=8).map(place).collect::<Vec<_>>().join(", "))
            })
            .collect();
        let text = format!(
            "INSERT INTO look_of_day (subject, day, staff_id, sort, looks, first_at, last_at, because) \
             VALUES {} ON CONFLICT (subject, day, staff_id, sort) DO UPDATE SET \
             looks = look_of_day.looks + excluded.looks, last_at = excluded.last_at, \
             because = excluded.because",
            places.join(", ")
        );
        let values = some.iter().flat_map(|((subject, day, staff, sort), looks)| -> [Value; 8] {
            [
                (*subject).into(),
                On(*day).into(),
                (*staff).into(),
                sort.slug().into(),
                looks.looks.into(),
                At(looks.first).into(),
                At(looks.last).into(),
                looks.because.clone().into(),
            ]
        });
        tx.run(&text, values.collect::<Vec<_>>()).await?;
    }
    Ok(())
}
