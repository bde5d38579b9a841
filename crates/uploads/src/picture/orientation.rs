//! Which way is up: the one thing that is kept of what a camera writes about a picture.
//!
//! Source: Exif 3.0 (CIPA DC-008), 4.6.5, tag 0x0112; TIFF 6.0, section 2.

use crate::bytes::slice;

const TAG: u16 = 0x0112;
const UNSIGNED_SHORT: u16 = 3;

/// Which way is up, as Exif numbers it: 1 is as it is, 2 to 8 are turned or mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orientation(u8);

impl Orientation {
    /// As it is.
    pub(crate) const AS_IT_IS: Self = Self(1);

    /// Read from the TIFF in which Exif is written; as it is where that says nothing one can use.
    pub(crate) fn read(tiff: &[u8]) -> Self {
        find(tiff).filter(|number| (1..=8).contains(number)).map_or(Self::AS_IT_IS, Self)
    }

    /// The TIFF that says this and nothing else; none where there is nothing to say.
    pub(crate) fn written(self) -> Option<[u8; 26]> {
        let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
        tiff[19] = self.0;
        (self != Self::AS_IT_IS).then_some(tiff)
    }
}

fn find(tiff: &[u8]) -> Option<u8> {
    let little = match slice(tiff, 0, 4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, len: usize| {
        let bytes = slice(tiff, at, len)?;
        let digit = |all: usize, byte: &u8| all << 8 | usize::from(*byte);
        Some(if little { bytes.iter().rev().fold(0, digit) } else { bytes.iter().fold(0, digit) })
    };
    let directory = number(4, 4)?;
    let entries = number(directory, 2)?;
    let at = (0..entries)
        .map(|entry| directory + 2 + 12 * entry)
        .take_while(|at| *at < tiff.len())
        .find(|at| number(*at, 2) == Some(usize::from(TAG)))?;
    (number(at + 2, 2)? == usize::from(UNSIGNED_SHORT))
        .then(|| number(at + 8, 2))?
        .and_then(|n| u8::try_from(n).ok())
}
