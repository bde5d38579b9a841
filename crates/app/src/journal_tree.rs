//! The tree over the journal, kept: each entry is pushed into it in the transaction that writes the
//! entry, and the nodes that it completes are stored beside it. What the tree proves stands in the
//! crate `journal_proof`; what its checkpoints, witnesses and verification are, in the files of this
//! folder. It refuses to know what an entry says.

pub mod building;
pub mod contents;
pub mod keys;
pub mod signing;
pub mod store;
pub mod verifying;
pub mod witness;

use journal_proof::{CompactRange, Hash};
use platform::db::{Table, Tx, Value};

use crate::{
    doors::journal::HEAD,
    error::{Error, Result},
};

const NODE: Table<2> = Table::new("journal_node", ["seq", "hashes"]);

/// Pushes the hashes of entries that were just numbered, the first of them `first`. The state is
/// carried by the transaction with the journal's numbers and written once, before its commit.
///
/// # Errors
/// When the tree is not over exactly the entries before, or the database does not take it.
pub(crate) async fn push(tx: &Tx, first: i64, leaves: &[Hash]) -> Result<()> {
    let mut tree = carried(tx)?;
    if number(tree.size()) + 1 != first {
        return Err(Error::fault(
            "growing the tree over the journal",
            format!("it is of {} entries and entry {first} comes: start again", tree.size()),
        ));
    }
    tx.insert_all(&NODE, grow(&mut tree, leaves)).await?;
    Ok(tx.carry(&HEAD, tree.to_bytes())?)
}

/// The tree of which a transaction holds the head; without entries where nothing was stored yet.
fn carried(tx: &Tx) -> Result<CompactRange> {
    tx.carried(&HEAD).map_or_else(|| Ok(CompactRange::new()), |bytes| tree(&bytes))
}

fn tree(bytes: &[u8]) -> Result<CompactRange> {
    CompactRange::from_bytes(bytes).map_err(|e| Error::fault("reading the journal's tree", e))
}

/// Pushes hashes and answers with the rows of the nodes that they completed.
fn grow(tree: &mut CompactRange, leaves: &[Hash]) -> Vec<[Value; 2]> {
    leaves
        .iter()
        .map(|leaf| {
            let mut hashes: Vec<u8> = Vec::new();
            tree.push_telling(*leaf, |_, hash| hashes.extend(hash.as_bytes()));
            [number(tree.size()).into(), hashes.into()]
        })
        .collect()
}

/// A number of entries as the database keeps it. A tree has at most `i64::MAX` of them.
fn number(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A number of the database as the tree counts. One below zero is never given, and passes for 0,
/// which isn't either.
fn size(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
