//! Pictures: kept without what was written about them, and shown as a small picture made anew.
//!
//! What is kept has the very pixels that were sent: what packs them is copied byte for byte, and
//! everything else is left out (place, time, camera, comments, thumbnails, colour profiles, further
//! pictures, and whatever stands behind the end). Which way is up is written anew, as the one thing
//! that is said of a picture; in a preview it is applied.
//!
//! Pixels are not made anew to be kept, because a photograph of an injury or of a room may be
//! evidence. The price: bytes that somebody hid with skill inside the packed pixels stay, unseen.
//! Without its colour profile, a photograph of a wide range of colours looks a little duller.

mod heic;
mod jpeg;
mod orientation;
mod png;
mod preview;
mod webp;

use crate::{Kind, Limits, Refusal, sniff::Reader};
pub use preview::{NoPreview, preview};

/// Reads a picture from its first byte to its last and writes it anew without what was written
/// about it.
///
/// # Errors
/// When it is damaged, larger than allowed, or of a kind that is not taken.
pub(crate) fn clean(
    reader: Reader,
    sent: &[u8],
    limits: &Limits,
) -> Result<(Kind, Vec<u8>), Refusal> {
    let read = match reader {
        Reader::Jpeg => (Kind::Jpeg, jpeg::clean(sent, limits)?),
        Reader::Png => (Kind::Png, png::clean(sent, limits)?),
        Reader::Webp => (Kind::Webp, webp::clean(sent, limits)?),
        Reader::Heic => (Kind::Heic, heic::clean(sent, limits)?),
        Reader::Pdf | Reader::Packed | Reader::Text => return Err(Refusal::Unknown),
    };
    Ok(read)
}

/// Refuses more pixels than are allowed, and none.
fn fits(kind: Kind, width: u32, height: u32, limits: &Limits) -> Result<(), Refusal> {
    if width == 0 || height == 0 {
        return Err(Refusal::NotWhole(kind));
    }
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > limits.side || pixels > limits.pixels {
        return Err(Refusal::TooManyPixels { most: limits.pixels, side: limits.side });
    }
    Ok(())
}
