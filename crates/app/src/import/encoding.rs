//! From the bytes of a list to its text. It says which encoding it took, and refuses to guess at a
//! character: what can't be read becomes U+FFFD, and the row that holds one is refused.

use std::fmt;

/// How a list was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16Little,
    Utf16Big,
    Windows1252,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Marked => "UTF-8 with a byte-order mark",
            Self::Utf16Little => "UTF-16 (little-endian)",
            Self::Utf16Big => "UTF-16 (big-endian)",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

/// The text of a list. Without a byte-order mark it is UTF-8 if it can be, else Windows-1252.
pub fn decode(bytes: &[u8]) -> (String, Encoding) {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            (String::from_utf8_lossy(rest).into_owned(), Encoding::Utf8Marked)
        }
        [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes), Encoding::Utf16Little),
        [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes), Encoding::Utf16Big),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), Encoding::Utf8),
            Err(_) => (bytes.iter().map(|b| windows_1252(*b)).collect(), Encoding::Windows1252),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let mut text = String::from_utf16_lossy(&units);
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

/// What Windows-1252 has where Latin-1 has control characters, from 0x80 on. Five bytes stand for
/// nothing.
const FROM_0X80: &[char; 32] = &[
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž',
    '\u{FFFD}', '\u{FFFD}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}',
    'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => FROM_0X80[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Encoding, decode};

    #[test]
    fn a_list_is_read_in_whichever_encoding_it_was_saved() {
        let name = "Siân O’Shea";
        let utf16 = |bytes: fn(u16) -> [u8; 2], mark: u16| -> Vec<u8> {
            std::iter::once(mark).chain(name.encode_utf16()).flat_map(bytes).collect()
        };
        let marked = [b"\xEF\xBB\xBF", name.as_bytes()].concat();
        assert_eq!(decode(name.as_bytes()), (name.into(), Encoding::Utf8));
        assert_eq!(decode(&marked), (name.into(), Encoding::Utf8Marked));
        assert_eq!(decode(&utf16(u16::to_le_bytes, 0xFEFF)), (name.into(), Encoding::Utf16Little));
        assert_eq!(decode(&utf16(u16::to_be_bytes, 0xFEFF)), (name.into(), Encoding::Utf16Big));
        assert_eq!(decode(b"Si\xE2n O\x92Shea"), (name.into(), Encoding::Windows1252));
    }

    #[test]
    fn a_byte_that_stands_for_nothing_is_not_guessed_at() {
        assert_eq!(decode(b"Si\xE2n\x81").0, "Siân\u{FFFD}");
        assert_eq!(decode(b"\xEF\xBB\xBFMia\xFF").0, "Mia\u{FFFD}");
        assert_eq!(decode(b"\xFF\xFEM\0i").0, "M\u{FFFD}");
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_every_encoding_that_can_hold_it(text in "[^\u{FEFF}]\\PC{0,40}") {
            let utf16: Vec<u8> =
                "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
            prop_assert_eq!(decode(text.as_bytes()).0, text.clone());
            prop_assert_eq!(decode(&utf16).0, text);
        }

        #[test]
        fn no_bytes_make_decoding_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode(&bytes);
        }
    }
}
