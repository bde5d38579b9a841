//! Backing up and restoring: every row of every table in one encrypted file that either database
//! takes. It is taken at one moment while the server runs, and restored wholly or not at all. The
//! partnership's key is not in it: without that key nothing in it can be read.

mod file;
pub mod nightly;

use std::{collections::BTreeMap, path::Path};

use futures_util::FutureExt;
use platform::{
    clock::Clock,
    db::{
        Db, Row, Runs, Whole, sea_orm,
        tables::{Cell, Table, tables},
    },
    seal::Keys,
};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    ledger::restored,
    migrations, sealed_with,
};
use file::{Backup, Reading};

/// How many rows are read or written at a time.
const PAGE: i64 = 200;

/// The tables whose rows are large: read and written one by one.
const LARGE: [&str; 1] = ["file"];

/// How many rows of a table are read or written at a time.
fn page_of(table: &Table) -> i64 {
    if LARGE.contains(&table.name.as_str()) { 1 } else { PAGE }
}

/// How many rows each table has.
pub type Counts = BTreeMap<String, u64>;

/// What a backup says of itself before the key is asked for, in plain JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The form of the file. Another form gets another number.
    pub form: u32,
    /// When it was taken.
    pub taken_at: jiff::Timestamp,
    /// The migrations that made its tables, in order.
    pub schema: Vec<String>,
    /// The fingerprint of the key that it was sealed with, in hexadecimal digits.
    pub key: String,
}

/// One line of what is sealed. A table is followed by its rows, one JSON array a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Table { name: String, columns: Vec<String> },
    Row(Vec<serde_json::Value>),
    End { rows: Counts, digest: String },
}

/// Writes a backup to a file that isn't there yet. Answers with how many rows of which table.
///
/// # Errors
/// When the database can't be read, or the file is there or can't be written; then no file is
/// left behind.
pub async fn back_up(db: &Db, wrapping: &Keys, clock: &Clock, to: &Path) -> Result<Counts> {
    sealed_with::ring(db, wrapping).await?;
    let whole = db.as_it_is().await?;
    let header = Header {
        form: file::FORM,
        taken_at: clock.now(),
        schema: schema(&whole).await?,
        key: sealed_with::print(wrapping),
    };
    let mut backup = Backup::begin(to, wrapping, &header)?;
    let mut counts = Counts::new();
    for table in tables(&whole).await? {
        let columns = table.columns.iter().map(|c| c.name.clone()).collect();
        backup.write(&Line::Table { name: table.name.clone(), columns })?;
        let rows = write_rows(&whole, &table, &mut backup).await?;
        counts.insert(table.name, rows);
    }
    backup.finish(counts.clone())?;
    Ok(counts)
}

/// The migrations that made the tables, as the migration library's ledger says.
async fn schema(db: &impl Runs) -> Result<Vec<String>> {
    #[derive(Row)]
    struct Applied {
        version: String,
    }
    let text = "SELECT version FROM seaql_migrations ORDER BY version";
    let applied: Vec<Applied> = db.all(text, []).await?;
    Ok(applied.into_iter().map(|a| a.version).collect())
}

/// The tables of who is signed in, and of who is signing in. A backup does not carry them: whoever
/// comes by one must not come by a way in, and a restore signs everybody out.
const SESSIONS: [&str; 3] = ["session", "passkey_challenge", "pending_sign_in"];

async fn write_rows(whole: &Whole, table: &Table, backup: &mut Backup) -> Result<u64> {
    let mut written = 0;
    if SESSIONS.contains(&table.name.as_str()) {
        return Ok(written);
    }
    let mut last: Option<Vec<Cell>> = None;
    loop {
        let rows = table.rows(whole, last.as_deref(), page_of(table)).await?;
        for row in &rows {
            backup.write(&Line::Row(row.iter().map(Cell::written).collect()))?;
            written += 1;
        }
        match rows.into_iter().next_back() {
            Some(row) => last = Some(row),
            None => return Ok(written),
        }
    }
}

/// Fills an empty database from a backup, at that moment. Answers with how many rows of which table.
///
/// # Errors
/// A refusal when the database is not empty, the key is another, the backup is of a release that
/// this one does not know, or the file is not whole; then no row of it is there.
pub async fn restore(
    db: &Db,
    wrapping: &Keys,
    from: &Path,
    now: jiff::Timestamp,
) -> Result<Counts> {
    let mut backup = Reading::open(from, wrapping)?;
    prepare(db, &backup.header.schema).await?;
    let filling = db.to_fill().await?;
    let whole = filling.begin().await?;
    let tables = tables(&whole).await?;
    empty(&whole, &tables).await?;
    let counts = fill(&whole, &tables, &mut backup).await?;
    // Backups of an earlier release carried them.
    whole.run("DELETE FROM session", []).await?;
    let taken_at = backup.header.taken_at;
    // In the same transaction, where the backup's own release has the table.
    let is_marked = tables.iter().any(|table| table.name == "restored");
    if is_marked {
        restored::mark(&whole, now, taken_at).await?;
    }
    whole.look_over().await?;
    whole.commit().await?;
    migrations::migrate(db).await?;
    if !is_marked {
        db.write(move |tx| async move { restored::mark(tx, now, taken_at).await }.boxed()).await?;
    }
    sealed_with::ring(db, wrapping).await?;
    Ok(counts)
}

/// Makes the tables as they were when the backup was taken; newer ones come afterwards.
async fn prepare(db: &Db, schema: &[String]) -> Result<()> {
    let is_known = migrations::names().starts_with(schema);
    if !is_known || schema.is_empty() {
        return Err(Error::refusal(
            "The backup was taken by a release that this one does not know. Restore it with that \
             release or a later one",
        ));
    }
    let there = migrations::made(db).await?;
    let missing = schema.len().checked_sub(there).ok_or_else(not_empty)?;
    Ok(migrations::migrate_by(db, missing).await?)
}

fn not_empty() -> Error {
    Error::refusal(
        "The database is not empty. A backup is restored into an empty one, so that nothing is \
         ever written over: give the address of a new database",
    )
}

/// Makes sure that there is nothing in the database but what its tables begin with, and takes
/// that away.
async fn empty(whole: &Whole, tables: &[Table]) -> Result<()> {
    #[derive(Row)]
    struct Head {
        seq: i64,
    }
    let head: Option<Head> = whole.one("SELECT seq FROM journal_head", []).await?;
    if head.is_none_or(|head| head.seq != 0) {
        return Err(not_empty());
    }
    for table in tables.iter().filter(|table| table.name != "journal_head") {
        if !table.rows(whole, None, 1).await?.is_empty() {
            return Err(not_empty());
        }
    }
    for table in tables.iter().rev() {
        table.clear(whole).await?;
    }
    Ok(())
}

/// What points to another row of its own table, which may come later in it.
const OWN: (&str, &str) = ("staff", "confirmed_by");

/// What points so, taken out of the rows until all of them are there: each row's id, and where it points.
#[derive(Default)]
struct Pointing(Vec<(Cell, Cell)>);

impl Pointing {
    /// Takes it out of the rows of a page.
    fn take(&mut self, table: &Table, rows: &mut [Vec<Cell>]) {
        let place = |name: &str| table.columns.iter().position(|column| column.name == name);
        let (Some(id), Some(points)) = (place("id"), place(OWN.1)) else { return };
        for row in rows.iter_mut().filter(|row| table.name == OWN.0 && row[points] != Cell::Empty) {
            let to = std::mem::replace(&mut row[points], Cell::Empty);
            self.0.push((row[id].clone(), to));
        }
    }

    /// Puts it back.
    async fn put(&mut self, whole: &Whole) -> Result<()> {
        let text = format!("UPDATE {} SET {} = $1 WHERE id = $2", OWN.0, OWN.1);
        for (id, to) in self.0.drain(..) {
            if let (Cell::Uuid(id), Cell::Uuid(to)) = (id, to) {
                whole.run(&text, [to.into(), id.into()]).await?;
            }
        }
        Ok(())
    }
}

async fn fill(whole: &Whole, tables: &[Table], backup: &mut Reading) -> Result<Counts> {
    let mut counts = Counts::new();
    let mut pointing = Pointing::default();
    let mut waiting: Option<(&Table, Vec<Vec<Cell>>)> = None;
    loop {
        match backup.next()? {
            Line::Table { name, columns } => {
                insert(whole, waiting.take(), &mut counts, &mut pointing).await?;
                pointing.put(whole).await?;
                let table = tables.iter().find(|table| table.name == name);
                let table = table.filter(|t| t.columns.iter().map(|c| &c.name).eq(&columns));
                let table = table.ok_or_else(|| Error::fault("restoring a table", name))?;
                counts.insert(table.name.clone(), 0);
                waiting = Some((table, Vec::new()));
            }
            Line::Row(row) => {
                let Some((table, mut rows)) = waiting.take() else {
                    return Err(Error::fault("restoring a row", "it is in no table"));
                };
                rows.push(cells(table, &row)?);
                if rows.len() < usize::try_from(page_of(table)).unwrap_or(usize::MAX) {
                    waiting = Some((table, rows));
                } else {
                    insert(whole, Some((table, rows)), &mut counts, &mut pointing).await?;
                    waiting = Some((table, Vec::new()));
                }
            }
            Line::End { rows, .. } => {
                insert(whole, waiting.take(), &mut counts, &mut pointing).await?;
                pointing.put(whole).await?;
                return if rows == counts && counts.len() == tables.len() {
                    Ok(counts)
                } else {
                    Err(Error::fault("restoring", "its rows are not as many as it says"))
                };
            }
        }
    }
}

fn cells(table: &Table, row: &[serde_json::Value]) -> Result<Vec<Cell>> {
    let cells: Option<Vec<Cell>> =
        table.columns.iter().zip(row).map(|(column, json)| column.kind.read(json)).collect();
    cells
        .filter(|_| row.len() == table.columns.len())
        .ok_or_else(|| Error::fault("restoring a row", format!("it is none of {}", table.name)))
}

async fn insert(
    whole: &Whole,
    waiting: Option<(&Table, Vec<Vec<Cell>>)>,
    counts: &mut Counts,
    pointing: &mut Pointing,
) -> Result<()> {
    let Some((table, mut rows)) = waiting else { return Ok(()) };
    pointing.take(table, &mut rows);
    table.insert(whole, &rows).await?;
    *counts.entry(table.name.clone()).or_default() += rows.len() as u64;
    Ok(())
}
