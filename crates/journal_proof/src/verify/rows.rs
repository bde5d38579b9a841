//! Entries and stored hashes, which lie in two tables, brought together by their numbers.

use crate::hash::Hash;

/// Joins two streams that each rise in their numbers. One number comes once where both have it.
/// Feed each item to [`super::Verifying::row`].
pub fn rows<B>(
    entries: impl IntoIterator<Item = (u64, B)>,
    leaves: impl IntoIterator<Item = (u64, Hash)>,
) -> impl Iterator<Item = (u64, Option<B>, Option<Hash>)> {
    let mut entries = entries.into_iter().peekable();
    let mut leaves = leaves.into_iter().peekable();
    std::iter::from_fn(move || {
        let leaf = leaves.peek().map(|(seq, _)| *seq);
        let entry = entries.next_if(|(seq, _)| leaf.is_none_or(|leaf| *seq <= leaf));
        let seq = entry.as_ref().map(|(seq, _)| *seq).or(leaf)?;
        let leaf = leaves.next_if(|(at, _)| *at == seq).map(|(_, hash)| hash);
        Some((seq, entry.map(|(_, bytes)| bytes), leaf))
    })
}
