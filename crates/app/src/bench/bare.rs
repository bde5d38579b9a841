//! The rows that one submission writes, and the same rows written by plain SQL in one commit and
//! nothing else: no session, no rules, no seal, no journal head. What the database can do at best.

use std::collections::HashSet;

use platform::db::{
    Db, Filling,
    tables::{Cell, Column, Kind, Table, tables},
};
use uuid::Uuid;

use crate::{error::Result, ids::reference};

/// Numbers of copied journal entries begin here, far from any that the journal gives.
const FIRST: i64 = 1_000_000_000;
/// Columns whose texts are unique, and are made anew for each copy.
const UNIQUE: [&str; 2] = ["reference", "form_key"];

/// Every row of a small database, by table.
pub struct Everything(Vec<(Table, Vec<Vec<Cell>>)>);

impl Everything {
    pub async fn in_the(db: &Db) -> Result<Self> {
        let whole = db.as_it_is().await?;
        let mut all = Vec::new();
        for table in tables(&whole).await? {
            let rows = table.rows(&whole, None, i64::MAX).await?;
            all.push((table, rows));
        }
        Ok(Self(all))
    }

    /// The rows that were not there before.
    pub fn since(self, before: &Self) -> Written {
        let new = self.0.into_iter().zip(&before.0).map(|((table, rows), (_, old))| {
            let known: Vec<_> = old.iter().map(|row| table.key_of(row)).collect();
            let rows: Vec<_> =
                rows.into_iter().filter(|row| !known.contains(&table.key_of(row))).collect();
            (table, rows)
        });
        Written::of(new.filter(|(_, rows)| !rows.is_empty()).collect())
    }
}

/// The rows that one submission wrote.
pub struct Written {
    rows: Vec<(Table, Vec<Vec<Cell>>)>,
    ids: HashSet<Uuid>,
    entries: HashSet<i64>,
}

impl Written {
    fn of(rows: Vec<(Table, Vec<Vec<Cell>>)>) -> Self {
        // A key of several columns names rows of other tables, which may have been there before.
        let keys = || {
            let keys = rows.iter().flat_map(|(t, rows)| rows.iter().map(|row| t.key_of(row)));
            keys.filter(|key| key.len() == 1).flatten()
        };
        let ids = keys().filter_map(|c| if let Cell::Uuid(id) = c { Some(id) } else { None });
        let entries = keys().filter_map(|c| if let Cell::Number(n) = c { Some(n) } else { None });
        let (ids, entries) = (ids.collect(), entries.collect());
        Self { rows, ids, entries }
    }

    /// How many rows in how many tables.
    pub fn count(&self) -> (usize, usize) {
        (self.rows.iter().map(|(_, rows)| rows.len()).sum(), self.rows.len())
    }

    /// Writes the rows once more, as the nth copy, and sees them on the disk.
    pub async fn write_again(&self, filling: &Filling, nth: i64) -> Result<()> {
        let copies = self.copies(nth);
        let whole = filling.begin().await?;
        for ((table, _), rows) in self.rows.iter().zip(&copies) {
            table.insert(&whole, rows).await?;
        }
        Ok(whole.commit().await?)
    }

    fn copies(&self, nth: i64) -> Vec<Vec<Vec<Cell>>> {
        let mask = Uuid::now_v7().as_u128();
        let first = self.entries.iter().min().copied().unwrap_or_default();
        let last = self.entries.iter().max().copied().unwrap_or_default();
        let shift = FIRST + nth * (last - first + 1) - first;
        let copy = |column: &Column, cell: &Cell| match cell {
            Cell::Uuid(id) if self.ids.contains(id) => Cell::Uuid(moved(*id, mask)),
            Cell::Number(n) if column.kind == Kind::BigInteger && self.entries.contains(n) => {
                Cell::Number(n + shift)
            }
            Cell::Text(_) if UNIQUE.contains(&column.name.as_str()) => Cell::Text(reference()),
            other => other.clone(),
        };
        let row = |table: &Table, row: &Vec<Cell>| -> Vec<Cell> {
            table.columns.iter().zip(row).map(|(column, cell)| copy(column, cell)).collect()
        };
        self.rows
            .iter()
            .map(|(table, rows)| rows.iter().map(|one| row(table, one)).collect())
            .collect()
    }
}

/// The same id under another time: ids of one copy differ from each other as those of the first
/// do, and follow those of the copy before in the index, as new ids do.
fn moved(id: Uuid, time: u128) -> Uuid {
    const TIME: u128 = !0 << 64;
    Uuid::from_u128((time & TIME) | ((id.as_u128() ^ (id.as_u128() >> 64) ^ time) & !TIME))
}
