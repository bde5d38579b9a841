//! The tree as it grows: of all that was hashed before, only the few roots of its complete parts
//! are kept. Where the nodes are stored is the caller's affair.

use std::ops::Range;

use crate::hash::{HASH_BYTES, Hash};

/// How many entries a tree can have: what sizes in checkpoints and databases allow.
pub const MOST_ENTRIES: u64 = i64::MAX as u64;

/// Where a complete node stands: `level` 0 are the entries, and node `index` of a level is over
/// the entries `index << level` to `(index + 1) << level`, the last excluded. Counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// How far above the entries; at most 62.
    pub level: u8,
    /// The how manieth of its level.
    pub index: u64,
}

/// A tree so far, in O(log n) hashes: what one who appends entries must remember.
///
/// A transaction that may be rolled back appends to a clone, or reads this back from the row in
/// which it wrote it ([`CompactRange::to_bytes`]).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    /// The roots of the complete parts, from the left: one for each bit that is set in `size`.
    peaks: Vec<Hash>,
}

/// Bytes are not what [`CompactRange::to_bytes`] wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the state of the tree is not one that was written here")]
pub struct NotARange;

impl CompactRange {
    /// Before the first entry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends the hash of an entry.
    pub fn push(&mut self, leaf: Hash) {
        self.push_telling(leaf, |_, _| ());
    }

    /// Appends the hash of an entry and tells of each node that is complete by it, the entry's own
    /// first. None of them ever changes again: they are what proofs are made of.
    pub fn push_telling(&mut self, leaf: Hash, mut complete: impl FnMut(Position, Hash)) {
        let mut at = Position { level: 0, index: self.size };
        let mut hash = leaf;
        complete(at, hash);
        // Each bit that is set at the end of the size is a part that now gets its other half.
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            hash = Hash::node(left, hash);
            at = Position { level: at.level + 1, index: at.index >> 1 };
            complete(at, hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree as it is.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(self.peaks.iter().copied()).unwrap_or_else(Hash::of_nothing)
    }

    /// For a row in a database: the size in eight bytes, big-endian, and the hashes from the left.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.peaks.iter().flat_map(Hash::as_bytes));
        bytes
    }

    /// From such a row.
    ///
    /// # Errors
    /// When it holds another number of hashes than its size asks for, or an impossible size.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotARange> {
        let (size, hashes) = bytes.split_first_chunk::<8>().ok_or(NotARange)?;
        let size = u64::from_be_bytes(*size);
        let (hashes, []) = hashes.as_chunks::<HASH_BYTES>() else { return Err(NotARange) };
        if size > MOST_ENTRIES || hashes.len() != size.count_ones() as usize {
            return Err(NotARange);
        }
        Ok(Self { size, peaks: hashes.iter().copied().map(Hash::from_bytes).collect() })
    }
}

/// The hash over neighbouring parts, the larger to the left; nothing of nothing.
pub(crate) fn fold(parts: impl DoubleEndedIterator<Item = Hash>) -> Option<Hash> {
    parts.rev().reduce(|right, left| Hash::node(left, right))
}

/// The complete nodes, from the left, that together are over these entries. The range must begin
/// where one of the tree's parts does.
pub(crate) fn cover(entries: &Range<u64>) -> Vec<Position> {
    let mut nodes = Vec::new();
    let mut at = entries.start;
    while at < entries.end {
        let fits = (entries.end - at).ilog2();
        let level = if at == 0 { fits } else { fits.min(at.trailing_zeros()) };
        nodes.push(Position { level: level as u8, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// Where a tree of so many entries, at least two, divides: the largest power of two below it.
pub(crate) fn left_half(entries: u64) -> u64 {
    1 << (entries - 1).ilog2()
}
