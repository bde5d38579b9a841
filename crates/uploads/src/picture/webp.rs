//! WebP: the packed pixels are copied into a new file, all else is left out. Pictures that move are
//! not taken.
//!
//! Source: RFC 9649, section 2; RFC 6386, 9.1; WebP lossless bitstream, section 3.

use super::{fits, orientation::Orientation};
use crate::{
    Kind, Limits, Refusal,
    bytes::{slice, u16_le, u32_le},
};

const ALPHA: u8 = 0x10;
const EXIF: u8 = 0x08;

/// What is kept of a picture.
#[derive(Default)]
struct Read<'a> {
    /// Packed with loss or without, with the name of the chunk.
    pixels: Option<(&'a [u8; 4], &'a [u8])>,
    alpha: Option<&'a [u8]>,
    orientation: Option<Orientation>,
}

/// Width and height of packed pixels, and whether they can be seen through by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub width: u32,
    pub height: u32,
    has_alpha: bool,
}

/// A picture without what was written about it.
pub(super) fn clean(sent: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let not_whole = || Refusal::NotWhole(Kind::Webp);
    let read = read(sent)?;
    let (name, pixels) = read.pixels.ok_or_else(not_whole)?;
    let head = head_of(name, pixels).ok_or_else(not_whole)?;
    fits(Kind::Webp, head.width, head.height, limits)?;
    let tiff = read.orientation.and_then(Orientation::written);
    let mut chunks = Vec::with_capacity(pixels.len() + 128);
    if read.alpha.is_some() || tiff.is_some() {
        let has_alpha = read.alpha.is_some() || head.has_alpha;
        let flags = if has_alpha { ALPHA } else { 0 } | if tiff.is_some() { EXIF } else { 0 };
        let mut extended = vec![flags, 0, 0, 0];
        extended.extend_from_slice(&(head.width - 1).to_le_bytes()[..3]);
        extended.extend_from_slice(&(head.height - 1).to_le_bytes()[..3]);
        write(&mut chunks, b"VP8X", &extended);
    }
    if let Some(alpha) = read.alpha {
        write(&mut chunks, b"ALPH", alpha);
    }
    write(&mut chunks, name, pixels);
    if let Some(tiff) = tiff {
        write(&mut chunks, b"EXIF", &tiff);
    }
    let mut all = b"RIFF".to_vec();
    all.extend_from_slice(&(chunks.len() as u32 + 4).to_le_bytes());
    all.extend_from_slice(b"WEBP");
    all.extend_from_slice(&chunks);
    Ok(all)
}

/// The head of the pixels of a picture.
pub(super) fn head(content: &[u8]) -> Result<Head, Refusal> {
    let pixels = read(content)?.pixels;
    pixels.and_then(|(name, pixels)| head_of(name, pixels)).ok_or(Refusal::NotWhole(Kind::Webp))
}

fn read(sent: &[u8]) -> Result<Read<'_>, Refusal> {
    let not_whole = || Refusal::NotWhole(Kind::Webp);
    let len = u32_le(sent, 4).ok_or_else(not_whole)? as usize;
    let mut rest = slice(sent, 8, len).and_then(|riff| riff.get(4..)).ok_or_else(not_whole)?;
    let mut read = Read::default();
    while !rest.is_empty() {
        let name: &[u8; 4] =
            slice(rest, 0, 4).and_then(|name| name.try_into().ok()).ok_or_else(not_whole)?;
        let len = u32_le(rest, 4).ok_or_else(not_whole)? as usize;
        let content = slice(rest, 8, len).ok_or_else(not_whole)?;
        match name {
            b"ANIM" | b"ANMF" => return Err(Refusal::OtherPicture),
            b"VP8 " | b"VP8L" if read.pixels.is_some() => return Err(not_whole()),
            b"VP8 " | b"VP8L" => read.pixels = Some((name, content)),
            b"ALPH" => read.alpha = Some(content),
            b"EXIF" => {
                // Some write it as JPEG has it.
                let tiff = content.strip_prefix(b"Exif\0\0").unwrap_or(content);
                read.orientation = Some(Orientation::read(tiff));
            }
            _ => {}
        }
        // Chunks of odd length are followed by one byte; the last may lack it.
        rest = rest.get(8 + len + len % 2..).unwrap_or_default();
    }
    Ok(read)
}

fn head_of(name: &[u8; 4], pixels: &[u8]) -> Option<Head> {
    if name == b"VP8L" {
        let bits = u32_le(pixels, 1)?;
        let head = Head {
            width: (bits & 0x3fff) + 1,
            height: (bits >> 14 & 0x3fff) + 1,
            has_alpha: bits >> 28 & 1 == 1,
        };
        return (pixels[0] == 0x2f && bits >> 29 == 0).then_some(head);
    }
    let is_picture = pixels.first()? & 1 == 0 && slice(pixels, 3, 3)? == b"\x9d\x01\x2a";
    let side = |at| u16_le(pixels, at).map(|side| u32::from(side & 0x3fff));
    let head = Head { width: side(6)?, height: side(8)?, has_alpha: false };
    is_picture.then_some(head)
}

fn write(all: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    all.extend_from_slice(name);
    all.extend_from_slice(&(content.len() as u32).to_le_bytes());
    all.extend_from_slice(content);
    if !content.len().is_multiple_of(2) {
        all.push(0);
    }
}
