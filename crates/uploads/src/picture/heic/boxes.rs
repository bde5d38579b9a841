//! Boxes: a length, a name of four letters, and what is in it.

use std::ops::Range;

use crate::bytes::{slice, u32_be};

/// More boxes in one than this has no photograph.
const MOST_BOXES: usize = 4_000;

/// A box, by where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Boxed {
    pub name: [u8; 4],
    /// Where it begins.
    pub at: usize,
    /// What is in it.
    pub content: Range<usize>,
}

/// The boxes that fill `range`, or nothing where something else does or they are too many.
pub(super) fn boxes(sent: &[u8], range: Range<usize>) -> Option<Vec<Boxed>> {
    let mut all = Vec::new();
    let mut at = range.start;
    while at < range.end {
        if all.len() == MOST_BOXES {
            return None;
        }
        let boxed = boxed(sent, at, range.end)?;
        at = boxed.content.end;
        all.push(boxed);
    }
    Some(all)
}

fn boxed(sent: &[u8], at: usize, end: usize) -> Option<Boxed> {
    let name = slice(sent, at + 4, 4)?.try_into().ok()?;
    let (head, len) = match u32_be(sent, at)? {
        0 => (8, end - at),
        1 if u32_be(sent, at + 8)? == 0 => (16, u32_be(sent, at + 12)? as usize),
        1 => return None,
        len => (8, len as usize),
    };
    let ends = at.checked_add(len).filter(|ends| *ends <= end && len >= head)?;
    Some(Boxed { name, at, content: at + head..ends })
}
