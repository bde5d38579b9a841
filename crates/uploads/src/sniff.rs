//! What a file begins like: which reader looks at it, or why it is refused. Beginnings alone prove
//! nothing; each kind that is taken is then read by its structure.

use crate::{
    Refusal,
    bytes::{find, has_any_case, head, slice},
};

/// Who looks at a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    Pdf,
    Jpeg,
    Png,
    Webp,
    Heic,
    /// A ZIP file: a document, or an archive by itself.
    Packed,
    Text,
}

/// Beginnings of what is never taken.
const REFUSED: [(&[u8], Refusal); 32] = [
    (b"MZ", Refusal::Program),
    (b"\x7fELF", Refusal::Program),
    (b"#!AMR", Refusal::Recording),
    (b"#!", Refusal::Program),
    (b"\xca\xfe\xba\xbe", Refusal::Program),
    (b"\xfe\xed\xfa", Refusal::Program),
    (b"\xcf\xfa\xed\xfe", Refusal::Program),
    (b"\xce\xfa\xed\xfe", Refusal::Program),
    (b"\x4c\0\0\0\x01\x14\x02\0", Refusal::Program),
    (b"\0asm", Refusal::Program),
    (b"dex\n", Refusal::Program),
    (b"!<arch>", Refusal::Program),
    (b"Rar!\x1a\x07", Refusal::Archive),
    (b"7z\xbc\xaf\x27\x1c", Refusal::Archive),
    (b"\x1f\x8b", Refusal::Archive),
    (b"BZh", Refusal::Archive),
    (b"\xfd7zXZ\0", Refusal::Archive),
    (b"\x28\xb5\x2f\xfd", Refusal::Archive),
    (b"MSCF", Refusal::Archive),
    (b"PK\x05\x06", Refusal::Archive),
    (b"PK\x07\x08", Refusal::Archive),
    (b"GIF8", Refusal::OtherPicture),
    (b"BM", Refusal::OtherPicture),
    (b"II*\0", Refusal::OtherPicture),
    (b"MM\0*", Refusal::OtherPicture),
    (b"{\\rtf", Refusal::OldDocument),
    (b"ID3", Refusal::Recording),
    (b"OggS", Refusal::Recording),
    (b"fLaC", Refusal::Recording),
    (b"\x1a\x45\xdf\xa3", Refusal::Recording),
    (b"\xfe\xff", Refusal::OtherText),
    (b"\xff\xfe", Refusal::OtherText),
];
/// The older form of Office, which also wraps what is locked with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// A stream of that name in it, in UTF-16, says that it is locked.
const LOCKED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
/// Brands of HEIF whose pictures are HEVC, and those of the same container that are something else.
const HEIC: [&[u8; 4]; 7] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"msf1"];
const AVIF: [&[u8; 4]; 2] = [b"avif", b"avis"];

/// Who looks at a file that begins like this.
///
/// # Errors
/// With the reason, when it is of a kind that is never taken.
pub(crate) fn reader(bytes: &[u8]) -> Result<Reader, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.starts_with(COMPOUND) {
        let is_locked = find(bytes, LOCKED, 0).is_some();
        return Err(if is_locked { Refusal::Locked } else { Refusal::OldDocument });
    }
    if let Some(reader) = taken(bytes)? {
        return Ok(reader);
    }
    // A text may begin with any two letters, so those are told from text by what follows.
    let is_text = crate::text::is_utf8_text(bytes);
    match REFUSED.iter().find(|(begins, _)| bytes.starts_with(begins)) {
        Some((begins, _)) if is_text && matches!(*begins, b"MZ" | b"BM" | b"ID3" | b"BZh") => {}
        Some((_, refusal)) => return Err(refusal.clone()),
        None => {}
    }
    if slice(bytes, 257, 5) == Some(b"ustar") {
        return Err(Refusal::Archive);
    }
    if is_text { Ok(Reader::Text) } else { Err(Refusal::Unknown) }
}

/// The reader of what begins like a kind that is taken.
fn taken(bytes: &[u8]) -> Result<Option<Reader>, Refusal> {
    Ok(Some(if bytes.starts_with(b"%PDF-") {
        Reader::Pdf
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Reader::Jpeg
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Reader::Png
    } else if bytes.starts_with(b"PK\x03\x04") {
        Reader::Packed
    } else if bytes.starts_with(b"RIFF") {
        match slice(bytes, 8, 4) {
            Some(b"WEBP") => Reader::Webp,
            _ => return Err(Refusal::Recording),
        }
    } else if slice(bytes, 4, 4) == Some(b"ftyp") {
        match slice(bytes, 8, 4) {
            Some(brand) if HEIC.iter().any(|known| known[..] == *brand) => Reader::Heic,
            Some(brand) if AVIF.iter().any(|known| known[..] == *brand) => {
                return Err(Refusal::OtherPicture);
            }
            _ => return Err(Refusal::Recording),
        }
    } else {
        return Ok(None);
    }))
}

/// Whether a part of a document begins like a file that is no part of one.
pub(crate) fn is_a_file_inside(beginning: &[u8]) -> bool {
    let files: [&[u8]; 8] = [
        COMPOUND,
        b"PK\x03\x04",
        b"%PDF-",
        b"\x7fELF",
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b",
        b"{\\rtf",
    ];
    files.iter().any(|file| beginning.starts_with(file))
        || (beginning.starts_with(b"MZ") && beginning.contains(&0))
}

/// The e-mail, web page or drawing that a text is, if it is one.
pub(crate) fn in_text(text: &[u8]) -> Option<Refusal> {
    let pages: [&[u8]; 4] = [b"<!doctype", b"<?xml", b"<?php", b"<hta:"];
    let tags: [&[u8]; 4] = [b"<html", b"<script", b"<svg", b"<iframe"];
    let begins_with_tag = matches!(text.trim_ascii_start(), [b'<', next, ..]
        if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?'));
    if begins_with_tag
        || pages.iter().any(|page| has_any_case(text, page))
        || tags.iter().any(|tag| has_tag(text, tag))
    {
        return Some(Refusal::WebPage);
    }
    let letter_head = head(text, 8 * 1024);
    let is_email = has_any_case(letter_head, b"\nmime-version:")
        && has_any_case(letter_head, b"\ncontent-type:");
    is_email.then_some(Refusal::Email)
}

/// Whether an element of that name begins anywhere: `<script>`, but not `<scripted>`.
fn has_tag(text: &[u8], tag: &[u8]) -> bool {
    text.windows(tag.len() + 1).any(|window| {
        window[..tag.len()].eq_ignore_ascii_case(tag) && !window[tag.len()].is_ascii_alphanumeric()
    })
}
