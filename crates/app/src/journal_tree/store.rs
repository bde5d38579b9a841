//! What is stored of the tree: its state beside the journal's head, its nodes, and the checkpoints
//! that were signed.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use jiff::Timestamp;
use journal_proof::{CompactRange, HASH_BYTES, Hash, Position, SignedCheckpoint};
use platform::db::{At, Db, Row, Runs, Value, sea_orm};

use super::number;
use crate::error::{Error, Result};

/// The journal's head.
#[derive(Debug, Row)]
pub struct Head {
    /// The number of the last entry.
    pub seq: i64,
    tree: Option<Vec<u8>>,
}

impl Head {
    /// The tree over the entries.
    ///
    /// # Errors
    /// When it isn't what was stored here.
    pub fn tree(&self) -> Result<CompactRange> {
        self.tree.as_deref().map_or_else(|| Ok(CompactRange::new()), super::tree)
    }
}

/// The journal's head as it is.
///
/// # Errors
/// When the database does.
pub async fn head(db: &impl Runs) -> Result<Head> {
    let head = db.one("SELECT seq, tree FROM journal_head WHERE one = 1", []).await?;
    head.ok_or_else(|| Error::fault("reading the journal's head", "it is not there"))
}

/// The nodes that stand there. One that isn't stored is left out.
///
/// # Errors
/// When the database does.
pub async fn nodes(db: &impl Runs, wanted: &[Position]) -> Result<BTreeMap<Position, Hash>> {
    #[derive(Row)]
    struct Node {
        seq: i64,
        hashes: Vec<u8>,
    }
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let places: Vec<String> = (1..=wanted.len()).map(|place| format!("${place}")).collect();
    let text = format!("SELECT seq, hashes FROM journal_node WHERE seq IN ({})", places.join(", "));
    let values: Vec<Value> = wanted.iter().map(|at| completed_by(*at).into()).collect();
    let rows: Vec<Node> = db.all(&text, values).await?;
    let rows: BTreeMap<i64, Vec<u8>> = rows.into_iter().map(|row| (row.seq, row.hashes)).collect();
    let known = wanted.iter().filter_map(|at| {
        let hashes = rows.get(&completed_by(*at))?;
        Some((*at, nth(hashes, usize::from(at.level))?))
    });
    Ok(known.collect())
}

/// The number of the entry with which a node was complete.
fn completed_by(at: Position) -> i64 {
    number((at.index + 1) << at.level)
}

/// One of the hashes that stand in a row one behind the other.
pub(super) fn nth(hashes: &[u8], place: usize) -> Option<Hash> {
    let (hashes, []) = hashes.as_chunks::<HASH_BYTES>() else { return None };
    hashes.get(place).copied().map(Hash::from_bytes)
}

#[derive(Row)]
struct Note {
    note: String,
}

/// The notes of all checkpoints that are kept, in the order of their sizes.
///
/// # Errors
/// When the database does.
pub async fn checkpoints(db: &impl Runs) -> Result<Vec<String>> {
    let notes: Vec<Note> = db.all("SELECT note FROM journal_checkpoint ORDER BY size", []).await?;
    Ok(notes.into_iter().map(|n| n.note).collect())
}

/// The note of the last checkpoint.
///
/// # Errors
/// When the database does.
pub async fn last_checkpoint(db: &impl Runs) -> Result<Option<String>> {
    let text = "SELECT note FROM journal_checkpoint ORDER BY size DESC LIMIT 1";
    let note: Option<Note> = db.one(text, []).await?;
    Ok(note.map(|n| n.note))
}

/// Keeps a checkpoint, in place of the one of the same size and of those before it that nobody
/// co-signed.
///
/// # Errors
/// When the database does.
pub async fn keep(
    db: &Db,
    checkpoint: &SignedCheckpoint,
    cosignatures: usize,
    at: Timestamp,
) -> Result<()> {
    let size = number(checkpoint.checkpoint().size());
    let cosignatures = i64::try_from(cosignatures).unwrap_or(i64::MAX);
    let note = checkpoint.to_string();
    db.write(move |tx| {
        async move {
            tx.run(
                "DELETE FROM journal_checkpoint WHERE size = $1 OR (size < $1 AND cosignatures = 0)",
                [size.into()],
            )
            .await?;
            tx.run(
                "INSERT INTO journal_checkpoint (size, at, cosignatures, note) \
                 VALUES ($1, $2, $3, $4)",
                [size.into(), At(at).into(), cosignatures.into(), note.into()],
            )
            .await?;
            Ok(())
        }
        .boxed()
    })
    .await
}
