//! JPEG, from its beginning to its end: what packs the pixels is copied, all else is left out, and
//! whatever stands behind the end is cut off.
//!
//! Source: ITU-T T.81, annex B; JFIF 1.02; Exif 3.0, 4.7.

use super::{fits, orientation::Orientation};
use crate::{
    Kind, Limits, Refusal,
    bytes::{slice, u16_be},
};

const EXIF: &[u8] = b"Exif\0\0";
/// Photographs have one to twelve; each is a walk over all pixels for whoever decodes it.
const MOST_SCANS: usize = 100;
/// That colours are as in every photograph, of no density, without a thumbnail.
const JFIF: &[u8] = b"\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0";

/// What the head of the pixels says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub width: u32,
    pub height: u32,
    pub colours: u8,
    /// Sent in several passes, each sharper, as on slow lines; decoding takes more memory.
    pub is_progressive: bool,
}

/// What was read of a picture.
#[derive(Default)]
struct Read {
    frame: Option<Frame>,
    scans: usize,
    is_jfif: bool,
    /// Which colours four or three numbers mean, as Adobe's programs say it.
    adobe: Option<u8>,
    orientation: Option<Orientation>,
    /// The segments that are kept, and the packed pixels.
    kept: Vec<u8>,
}

/// A picture without what was written about it.
pub(super) fn clean(sent: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let read = read(sent, limits)?;
    let mut all = Vec::with_capacity(read.kept.len() + 96);
    all.extend_from_slice(b"\xff\xd8");
    if read.is_jfif {
        all.extend_from_slice(JFIF);
    }
    if let Some(tiff) = read.orientation.and_then(Orientation::written) {
        all.extend_from_slice(b"\xff\xe1\0\x22");
        all.extend_from_slice(EXIF);
        all.extend_from_slice(&tiff);
    }
    if let Some(transform) = read.adobe {
        all.extend_from_slice(b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0");
        all.push(transform);
    }
    all.extend_from_slice(&read.kept);
    all.extend_from_slice(b"\xff\xd9");
    Ok(all)
}

/// The head of the pixels of a picture.
pub(super) fn frame(content: &[u8], limits: &Limits) -> Result<Frame, Refusal> {
    read(content, limits)?.frame.ok_or(Refusal::NotWhole(Kind::Jpeg))
}

fn read(sent: &[u8], limits: &Limits) -> Result<Read, Refusal> {
    let not_whole = || Refusal::NotWhole(Kind::Jpeg);
    let mut read = Read::default();
    let mut at = 2;
    loop {
        let (marker, begins) = marker(sent, at).ok_or_else(not_whole)?;
        if marker == 0xd9 {
            let is_whole = read.frame.is_some() && read.scans > 0;
            return if is_whole { Ok(read) } else { Err(not_whole()) };
        }
        let len = usize::from(u16_be(sent, begins).ok_or_else(not_whole)?);
        let segment = slice(sent, begins, len).filter(|_| len >= 2).ok_or_else(not_whole)?;
        read.take(marker, &segment[2..], limits)?;
        at = begins + len;
        if matches!(marker, 0xc0..=0xc2 | 0xc4 | 0xda | 0xdb | 0xdd) {
            read.kept.extend_from_slice(&[0xff, marker]);
            read.kept.extend_from_slice(segment);
        }
        if marker == 0xda {
            at = read.take_pixels(sent, at).ok_or_else(not_whole)?;
        }
    }
}

/// The marker at `at`, past bytes that only fill, and where what follows it begins.
fn marker(sent: &[u8], at: usize) -> Option<(u8, usize)> {
    let fill = sent.get(at..)?.iter().take_while(|byte| **byte == 0xff).count();
    let marker = *sent.get(at + fill)?;
    (fill > 0).then_some((marker, at + fill + 1))
}

impl Read {
    /// Takes what a segment says, or refuses it.
    fn take(&mut self, marker: u8, body: &[u8], limits: &Limits) -> Result<(), Refusal> {
        let not_whole = Err(Refusal::NotWhole(Kind::Jpeg));
        match marker {
            0xc0..=0xc2 => {
                let Some(frame) = frame_in(marker, body) else { return not_whole };
                fits(Kind::Jpeg, frame.width, frame.height, limits)?;
                if self.frame.replace(frame).is_some() {
                    return not_whole;
                }
            }
            // Ways to pack pixels that browsers can't unpack.
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(Refusal::OtherPicture),
            0xc4 if !is_huffman(body) => return not_whole,
            0xdb if !is_quantisation(body) => return not_whole,
            0xdd if body.len() != 2 => return not_whole,
            0xda => {
                self.scans += 1;
                let colours = body.first().map_or(0, |count| usize::from(*count));
                let is_scan = (1..=4).contains(&colours) && body.len() == 4 + 2 * colours;
                if self.frame.is_none() || self.scans > MOST_SCANS || !is_scan {
                    return not_whole;
                }
            }
            0xe0 => self.is_jfif |= body.starts_with(b"JFIF\0"),
            0xe1 => {
                if let Some(tiff) = body.strip_prefix(EXIF) {
                    self.orientation.get_or_insert(Orientation::read(tiff));
                }
            }
            0xee if body.starts_with(b"Adobe") => self.adobe = body.get(11).copied(),
            0xc4 | 0xdb | 0xdd | 0xe2..=0xef | 0xfe => {}
            _ => return not_whole,
        }
        Ok(())
    }

    /// Copies packed pixels from `at` to the next marker, and says where that is.
    fn take_pixels(&mut self, sent: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let run = sent.get(at..)?.iter().position(|byte| *byte == 0xff)?;
            self.kept.extend_from_slice(&sent[at..at + run]);
            at += run;
            match *sent.get(at + 1)? {
                next @ (0x00 | 0xd0..=0xd7) => {
                    self.kept.extend_from_slice(&[0xff, next]);
                    at += 2;
                }
                0xff => at += 1,
                _ => return Some(at),
            }
        }
    }
}

fn frame_in(marker: u8, body: &[u8]) -> Option<Frame> {
    let colours = *body.get(5)?;
    let is_frame = body[0] == 8 && (1..=4).contains(&colours);
    let frame = Frame {
        width: u32::from(u16_be(body, 3)?),
        height: u32::from(u16_be(body, 1)?),
        colours,
        is_progressive: marker == 0xc2,
    };
    (is_frame && body.len() == 6 + 3 * usize::from(colours)).then_some(frame)
}

/// Whether a segment holds whole tables of quantisation, and nothing else.
fn is_quantisation(mut body: &[u8]) -> bool {
    while let Some(first) = body.first() {
        let len = if first >> 4 == 0 { 65 } else { 129 };
        let Some(rest) = body.get(len..).filter(|_| first >> 4 <= 1 && first & 15 <= 3) else {
            return false;
        };
        body = rest;
    }
    true
}

/// Whether a segment holds whole Huffman tables, and nothing else.
fn is_huffman(mut body: &[u8]) -> bool {
    while let Some(first) = body.first() {
        let counts = body.get(1..17).unwrap_or_default();
        let codes: usize = counts.iter().map(|count| usize::from(*count)).sum();
        let is_table = first >> 4 <= 1 && first & 15 <= 3 && counts.len() == 16 && codes <= 256;
        let Some(rest) = body.get(17 + codes..).filter(|_| is_table) else { return false };
        body = rest;
    }
    true
}
