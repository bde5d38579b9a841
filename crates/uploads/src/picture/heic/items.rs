//! Items: what they are (`iinf`) and which bytes are theirs (`iloc`).

use std::ops::Range;

use super::boxes::boxes;
use crate::bytes::{slice, u16_be, u32_be};

/// More items than this has no photograph: one of 48 million pixels has some two hundred.
const MOST_ITEMS: usize = 4_000;

/// What an item is.
pub(super) struct Item {
    pub id: u32,
    pub kind: [u8; 4],
    /// Where its name stands, and what else is said in words.
    pub words: Range<usize>,
}

/// Within what the bytes of an item are counted.
pub(super) enum Within {
    File,
    /// The space of the list of items itself (`idat`).
    Own,
}

/// Some of the bytes of an item.
pub(super) struct Extent {
    pub item: u32,
    pub within: Within,
    pub bytes: Range<usize>,
}

/// What the items are.
pub(super) fn told(sent: &[u8], content: &Range<usize>) -> Option<Vec<Item>> {
    let counted = if *sent.get(content.start)? == 0 { 2 } else { 4 };
    let entries = boxes(sent, content.start.checked_add(4 + counted)?..content.end)?;
    if entries.len() > MOST_ITEMS {
        return None;
    }
    entries
        .into_iter()
        .map(|entry| {
            let at = entry.content.start;
            let version = *sent.get(at).filter(|_| entry.name == *b"infe")?;
            let (id, id_bytes) = match version {
                2 => (u32::from(u16_be(sent, at + 4)?), 2),
                3 => (u32_be(sent, at + 4)?, 4),
                _ => return None,
            };
            let behind = at + 4 + id_bytes;
            let is_plain = u16_be(sent, behind)? == 0;
            let kind = slice(sent, behind + 2, 4)?.try_into().ok()?;
            let words = behind + 6..entry.content.end;
            (is_plain && words.start <= words.end).then_some(Item { id, kind, words })
        })
        .collect()
}

/// Which bytes are the items'.
pub(super) fn placed(sent: &[u8], content: &Range<usize>) -> Option<Vec<Extent>> {
    let mut numbers = Numbers { bytes: sent.get(content.clone())? };
    let version = numbers.next(1)?;
    numbers.next(3)?;
    let sizes = numbers.next(2)?;
    let size = |shift: u32| sizes >> shift & 15;
    let (offset_bytes, length_bytes, base_bytes) = (size(12), size(8), size(4));
    let index_bytes = if version == 0 { 0 } else { size(0) };
    let id_bytes = if version < 2 { 2 } else { 4 };
    let count = numbers.next(id_bytes)?;
    let mut all = Vec::new();
    for _ in 0..count {
        let item = u32::try_from(numbers.next(id_bytes)?).ok()?;
        let method = if version == 0 { 0 } else { numbers.next(2)? & 15 };
        let file = numbers.next(2)?;
        let base = numbers.next(base_bytes)?;
        for _ in 0..numbers.next(2)? {
            numbers.next(index_bytes)?;
            let begins = usize::try_from(base.checked_add(numbers.next(offset_bytes)?)?).ok()?;
            let len = usize::try_from(numbers.next(length_bytes)?).ok()?;
            let within = match method {
                0 => Within::File,
                1 => Within::Own,
                _ => return None,
            };
            if file != 0 || len == 0 || all.len() >= MOST_ITEMS {
                return None;
            }
            all.push(Extent { item, within, bytes: begins..begins.checked_add(len)? });
        }
    }
    (version <= 2).then_some(all)
}

/// Numbers one after the other, each of none to eight bytes, the highest first.
struct Numbers<'a> {
    bytes: &'a [u8],
}

impl Numbers<'_> {
    fn next(&mut self, len: u64) -> Option<u64> {
        let len = usize::try_from(len).ok().filter(|len| *len <= 8)?;
        let (number, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(number.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)))
    }
}
