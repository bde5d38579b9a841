//! HEIC, the photographs of iPhones: cleaned where they stand, without moving a byte. The bytes
//! that packed pixels take are left as they are, and so are the boxes that say how to unpack and
//! turn them; all else is overwritten with nothing (Exif, XMP, further boxes, films, names, colour
//! profiles, and bytes that belong to nothing). Which way is up is not in Exif here, so it stays.
//!
//! It is kept only: what unpacks HEVC is neither small nor safe enough to make previews with.
//!
//! Sources: ISO/IEC 14496-12 (boxes, `meta`, `iloc`, `iinf`), ISO/IEC 23008-12 (properties).

mod boxes;
mod items;

use std::ops::Range;

use self::{
    boxes::{Boxed, boxes},
    items::{Extent, Item, Within},
};
use super::fits;
use crate::{
    Kind, Limits, Refusal,
    bytes::{slice, u32_be},
};

/// Items that are pixels, or say how pixels of others are put together.
const PIXELS: [&[u8; 4]; 6] = [b"hvc1", b"hev1", b"grid", b"iovl", b"iden", b"tmap"];
/// Properties that say how pixels are unpacked and turned.
const PROPERTIES: [&[u8; 4]; 9] =
    [b"ispe", b"hvcC", b"pixi", b"irot", b"imir", b"clap", b"pasp", b"auxC", b"clli"];
/// Exif that says nothing: where it begins, and a TIFF with an empty directory.
const EMPTY_EXIF: &[u8] = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0";
/// In a handler: what may be written about who made the file, behind its kind.
const HANDLER_KIND: Range<usize> = 8..12;

/// A picture without what was written about it, of the same length.
pub(super) fn clean(sent: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let cleaned = Cleaning { sent, all: sent.to_vec(), limits, is_sized: false }.clean();
    match cleaned {
        Ok(Some(all)) => Ok(all),
        Ok(None) => Err(Refusal::NotWhole(Kind::Heic)),
        Err(refusal) => Err(refusal),
    }
}

struct Cleaning<'a> {
    sent: &'a [u8],
    all: Vec<u8>,
    limits: &'a Limits,
    is_sized: bool,
}

/// Nothing where it is not built as it should be.
type Whole<T> = Result<Option<T>, Refusal>;

impl Cleaning<'_> {
    fn clean(mut self) -> Whole<Vec<u8>> {
        let Some(outer) = boxes(self.sent, 0..self.sent.len()) else { return Ok(None) };
        let mut meta = None;
        let mut spaces = Vec::new();
        for (number, boxed) in outer.into_iter().enumerate() {
            match &boxed.name {
                b"ftyp" if number == 0 && boxed.content.len() <= 64 => {}
                b"meta" if meta.is_none() => meta = Some(boxed),
                b"mdat" => spaces.push(boxed.content),
                _ => self.forget(&boxed),
            }
        }
        let Some(meta) = meta else { return Ok(None) };
        let Some((kept, exif)) = self.meta(&meta, &spaces)? else { return Ok(None) };
        for space in spaces {
            self.blank_but(space, &kept);
        }
        for exif in exif {
            self.empty(exif, &kept);
        }
        Ok(self.is_sized.then_some(self.all))
    }

    /// Cleans what is said of the items, and tells which bytes are packed pixels and which Exif.
    fn meta(&mut self, meta: &Boxed, spaces: &[Range<usize>]) -> Whole<(Ranges, Ranges)> {
        let inside = meta.content.start + 4..meta.content.end;
        let Some(inner) = boxes(self.sent, inside) else { return Ok(None) };
        let mut own_space = None;
        let (mut told, mut placed) = (None, None);
        for boxed in &inner {
            match &boxed.name {
                b"pitm" | b"iref" => {}
                b"hdlr" => {
                    if !self.handler(boxed) {
                        return Ok(None);
                    }
                }
                b"idat" if own_space.is_none() => own_space = Some(boxed.content.clone()),
                b"iinf" if told.is_none() => told = items::told(self.sent, &boxed.content),
                b"iloc" if placed.is_none() => placed = items::placed(self.sent, &boxed.content),
                b"iprp" => {
                    if self.properties(boxed)?.is_none() {
                        return Ok(None);
                    }
                }
                _ => self.forget(boxed),
            }
        }
        let (Some(told), Some(placed)) = (told, placed) else { return Ok(None) };
        for item in &told {
            self.blank(item.words.clone());
        }
        let own_space = own_space.unwrap_or(0..0);
        let Some((kept, exif)) = extents(&told, &placed, spaces, &own_space) else {
            return Ok(None);
        };
        self.blank_but(own_space, &kept);
        Ok(Some((kept, exif)))
    }

    /// Leaves of a handler that it is of pictures.
    fn handler(&mut self, boxed: &Boxed) -> bool {
        let kind = slice(self.sent, boxed.content.start + HANDLER_KIND.start, HANDLER_KIND.len());
        if kind != Some(b"pict") || boxed.content.len() < HANDLER_KIND.end {
            return false;
        }
        self.blank(boxed.content.start + HANDLER_KIND.end..boxed.content.end);
        true
    }

    /// Leaves of the properties those that pixels need, each under its number.
    fn properties(&mut self, boxed: &Boxed) -> Whole<()> {
        let Some(lists) = boxes(self.sent, boxed.content.clone()) else { return Ok(None) };
        for list in lists {
            match &list.name {
                b"ipma" => continue,
                b"ipco" => {}
                _ => {
                    self.forget(&list);
                    continue;
                }
            }
            let Some(properties) = boxes(self.sent, list.content) else { return Ok(None) };
            for property in properties {
                let at = property.content.start;
                let is_numbers = slice(self.sent, at, 4) == Some(b"nclx");
                if property.name == *b"ispe" {
                    let (width, height) = (u32_be(self.sent, at + 4), u32_be(self.sent, at + 8));
                    fits(Kind::Heic, width.unwrap_or(0), height.unwrap_or(0), self.limits)?;
                    self.is_sized = true;
                }
                let is_kept = PROPERTIES.contains(&&property.name);
                if !(is_kept || property.name == *b"colr" && is_numbers) {
                    self.forget(&property);
                }
            }
        }
        Ok(Some(()))
    }

    /// Writes Exif that says nothing where Exif was, so that programs that read it find no fault.
    fn empty(&mut self, exif: Range<usize>, kept: &[Range<usize>]) {
        // What one item calls Exif may be the pixels of another.
        let is_free = kept.iter().all(|kept| kept.end <= exif.start || exif.end <= kept.start);
        let beginning = self.all[exif].get_mut(..EMPTY_EXIF.len());
        if let Some(beginning) = beginning.filter(|_| is_free) {
            beginning.copy_from_slice(EMPTY_EXIF);
        }
    }

    /// Makes a box one that every program passes over, with nothing in it.
    fn forget(&mut self, boxed: &Boxed) {
        self.all[boxed.at + 4..boxed.at + 8].copy_from_slice(b"free");
        self.blank(boxed.content.clone());
    }

    fn blank(&mut self, range: Range<usize>) {
        self.all[range].fill(0);
    }

    /// Overwrites `space` but for the ranges that are kept.
    fn blank_but(&mut self, space: Range<usize>, kept: &[Range<usize>]) {
        let mut from = space.start;
        let inside = |range: &&Range<usize>| space.start <= range.start && range.end <= space.end;
        for range in kept.iter().filter(inside) {
            if from < range.start {
                self.blank(from..range.start);
            }
            from = from.max(range.end);
        }
        self.blank(from..space.end);
    }
}

/// Bytes in a file, in order.
type Ranges = Vec<Range<usize>>;

/// Which bytes are packed pixels, in order, and which are Exif; none where an item lies elsewhere
/// than in the spaces for it.
fn extents(
    told: &[Item],
    placed: &[Extent],
    spaces: &[Range<usize>],
    own: &Range<usize>,
) -> Option<(Ranges, Ranges)> {
    let (mut pixels, mut exif) = (Vec::new(), Vec::new());
    for extent in placed {
        let item = told.iter().find(|item| item.id == extent.item)?;
        let range = match extent.within {
            Within::File => extent.bytes.clone(),
            Within::Own => {
                own.start.checked_add(extent.bytes.start)?
                    ..own.start.checked_add(extent.bytes.end)?
            }
        };
        let holds = |space: &Range<usize>| space.start <= range.start && range.end <= space.end;
        if !spaces.iter().chain([own]).any(holds) {
            return None;
        }
        if PIXELS.contains(&&item.kind) {
            pixels.push(range);
        } else if item.kind == *b"Exif" {
            exif.push(range);
        }
    }
    pixels.sort_by_key(|range| (range.start, range.end));
    (!pixels.is_empty()).then_some((pixels, exif))
}
