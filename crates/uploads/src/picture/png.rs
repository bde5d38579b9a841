//! PNG, from its beginning to its end: the chunks that pixels need are copied, all else is left
//! out, and whatever stands behind the end is cut off. The packed pixels are unpacked once, thrown
//! away, and must be exactly as many as the head says.
//!
//! Source: W3C PNG, third edition, sections 5, 10 and 11.

use flate2::Crc;

use super::{fits, orientation::Orientation};
use crate::{
    Kind, Limits, Refusal,
    bytes::{slice, u32_be},
    inflate::{Ended, Inflater},
};

const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";
/// What chunks bring beside their content: length, name, checksum.
const AROUND: usize = 12;

/// What the head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub width: u32,
    pub height: u32,
    /// Bits of one pixel.
    pub bits: u64,
    is_interlaced: bool,
}

/// A picture without what was written about it.
pub(super) fn clean(sent: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let not_whole = || Refusal::NotWhole(Kind::Png);
    let head = head(sent).ok_or_else(not_whole)?;
    fits(Kind::Png, head.width, head.height, limits)?;
    if head.unpacked() > limits.unpacked_bytes {
        return Err(Refusal::TooManyPixels { most: limits.pixels, side: limits.side });
    }
    let mut pixels = Pixels::new(head.unpacked());
    let mut orientation = Orientation::AS_IT_IS;
    let mut before = Vec::new();
    let mut packed: Vec<u8> = Vec::new();
    let mut at = MARK.len();
    loop {
        let chunk = chunk(sent, at).ok_or_else(not_whole)?;
        let is_first = at == MARK.len();
        match chunk.name {
            b"IHDR" if is_first => write(&mut before, chunk.name, chunk.content),
            b"PLTE" | b"tRNS" | b"gAMA" | b"sRGB"
                if chunk.is_short_enough() && packed.is_empty() =>
            {
                write(&mut before, chunk.name, chunk.content);
            }
            b"eXIf" => orientation = Orientation::read(chunk.content),
            b"IDAT" => {
                pixels.feed(chunk.content)?;
                write(&mut packed, chunk.name, chunk.content);
            }
            b"IEND" => break,
            [first, ..] if first.is_ascii_lowercase() => {}
            _ => return Err(not_whole()),
        }
        at += AROUND + chunk.content.len();
    }
    pixels.end()?;
    let mut all = Vec::with_capacity(MARK.len() + before.len() + packed.len() + 64);
    all.extend_from_slice(MARK);
    all.extend_from_slice(&before);
    if let Some(tiff) = orientation.written() {
        write(&mut all, b"eXIf", &tiff);
    }
    all.extend_from_slice(&packed);
    write(&mut all, b"IEND", b"");
    Ok(all)
}

struct Chunk<'a> {
    name: &'a [u8; 4],
    content: &'a [u8],
}

impl Chunk<'_> {
    /// Whether it is as long as such a chunk can be.
    fn is_short_enough(&self) -> bool {
        let most = match self.name {
            b"PLTE" => 768,
            b"tRNS" => 256,
            b"gAMA" => 4,
            _ => 1,
        };
        self.content.len() <= most
    }
}

/// The chunk at `at`, when it is what its checksum says.
fn chunk(sent: &[u8], at: usize) -> Option<Chunk<'_>> {
    let len = u32_be(sent, at)? as usize;
    let name: &[u8; 4] = slice(sent, at + 4, 4)?.try_into().ok()?;
    let content = slice(sent, at + 8, len)?;
    (u32_be(sent, at + 8 + len)? == checksum(name, content)).then_some(Chunk { name, content })
}

fn write(all: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    // A chunk that was read is shorter than 4 GiB, and so is one that is written here.
    all.extend_from_slice(&(content.len() as u32).to_be_bytes());
    all.extend_from_slice(name);
    all.extend_from_slice(content);
    all.extend_from_slice(&checksum(name, content).to_be_bytes());
}

fn checksum(name: &[u8; 4], content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(content);
    crc.sum()
}

/// The head of a picture.
pub(super) fn head(sent: &[u8]) -> Option<Head> {
    let chunk = chunk(sent, MARK.len()).filter(|chunk| chunk.name == b"IHDR")?;
    let &[.., depth, colour, 0, 0, interlace @ (0 | 1)] = chunk.content else { return None };
    let samples = match (colour, depth) {
        (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) => 1,
        (2, 8 | 16) => 3,
        (4, 8 | 16) => 2,
        (6, 8 | 16) => 4,
        _ => return None,
    };
    let head = Head {
        width: u32_be(chunk.content, 0)?,
        height: u32_be(chunk.content, 4)?,
        bits: samples * u64::from(depth),
        is_interlaced: interlace == 1,
    };
    (chunk.content.len() == 13).then_some(head)
}

impl Head {
    /// How many bytes the pixels unpack to: each row with one byte before it.
    fn unpacked(self) -> u64 {
        let rows = |width: u64, height: u64| match width {
            0 => 0,
            _ => height * (1 + (width * self.bits).div_ceil(8)),
        };
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        if !self.is_interlaced {
            return rows(width, height);
        }
        // Adam7: where each of the seven passes begins, and its steps, across and down.
        let passes = [
            (0, 8, 0, 8),
            (4, 8, 0, 8),
            (0, 4, 4, 8),
            (2, 4, 0, 4),
            (0, 2, 2, 4),
            (1, 2, 0, 2),
            (0, 1, 1, 2),
        ];
        let in_pass = |len: u64, begins: u64, step: u64| len.saturating_sub(begins).div_ceil(step);
        passes
            .into_iter()
            .map(|(x, across, y, down)| rows(in_pass(width, x, across), in_pass(height, y, down)))
            .sum()
    }
}

/// Unpacks pixels and counts them.
struct Pixels {
    inflater: Inflater,
    left: u64,
    is_whole: bool,
}

impl Pixels {
    fn new(unpacked: u64) -> Self {
        Self { inflater: Inflater::new(true), left: unpacked, is_whole: false }
    }

    fn feed(&mut self, packed: &[u8]) -> Result<(), Refusal> {
        let most = self.left.max(packed.len() as u64);
        let inflated = self.inflater.feed(packed, most, |_| {});
        let is_more = inflated.gave > self.left || inflated.took < packed.len() as u64;
        if self.is_whole || is_more || matches!(inflated.ended, Ended::Broken | Ended::TooMuch) {
            return Err(Refusal::NotWhole(Kind::Png));
        }
        self.left -= inflated.gave;
        self.is_whole = inflated.ended == Ended::Whole;
        Ok(())
    }

    fn end(self) -> Result<(), Refusal> {
        if self.is_whole && self.left == 0 { Ok(()) } else { Err(Refusal::NotWhole(Kind::Png)) }
    }
}
