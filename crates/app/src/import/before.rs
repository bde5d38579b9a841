//! What was taken in before, and what a row is known by when its list comes again. It keeps nothing
//! that could be read: only keyed hashes.

use std::collections::{HashMap, HashSet};

use platform::{
    db::{Row, Runs, sea_orm},
    seal::Keys,
};

use crate::error::Result;

/// What a row is known by when the list comes again: keyed hashes, so that they tell nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Of everything that the row says.
    pub row: Vec<u8>,
    /// Of the reference and the child's name.
    pub child: Vec<u8>,
}

impl Marks {
    /// The marks of a row. The order of columns, empty cells and spaces around a cell don't count.
    pub fn of(
        keys: &Keys,
        columns: &[String],
        cells: &[String],
        child: (&str, &str),
    ) -> Result<Self> {
        let mut said: Vec<_> = columns
            .iter()
            .map(String::as_str)
            .chain(std::iter::repeat(""))
            .zip(cells.iter().map(|cell| cell.trim()))
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        said.sort_unstable();
        let mark = |purpose, text: &str| keys.fingerprint(purpose, text).to_vec();
        Ok(Self {
            row: mark("imported row", &serde_json::to_string(&said)?),
            child: mark("imported child", &serde_json::to_string(&child)?),
        })
    }
}

/// What was taken in before.
#[derive(Debug, Default)]
pub struct Before {
    pub rows: HashSet<Vec<u8>>,
    /// The rows about each child under each reference.
    pub children: HashMap<Vec<u8>, Vec<Vec<u8>>>,
    pub references: HashSet<String>,
}

impl Before {
    /// Reads it.
    pub async fn of(db: &impl Runs) -> Result<Self> {
        #[derive(Row)]
        struct Imported {
            row_hash: Vec<u8>,
            child_hash: Vec<u8>,
            list_reference: Option<String>,
        }
        #[derive(Row)]
        struct Disposed {
            row_hash: Vec<u8>,
        }
        let rows: Vec<Imported> = db
            .all(
                "SELECT r.row_hash, r.child_hash, c.list_reference FROM imported_row r \
                 JOIN contact c ON c.id = r.contact_id",
                [],
            )
            .await?;
        let mut before = Self::default();
        for row in rows {
            before.children.entry(row.child_hash).or_default().push(row.row_hash.clone());
            before.rows.insert(row.row_hash);
            before.references.extend(row.list_reference);
        }
        // What was disposed of is not taken in again.
        let disposed: Vec<Disposed> = db.all("SELECT row_hash FROM disposed_row", []).await?;
        before.rows.extend(disposed.into_iter().map(|row| row.row_hash));
        Ok(before)
    }
}
