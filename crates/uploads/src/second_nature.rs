//! Files that are two things at once: an archive behind a picture, a page at the beginning of a
//! PDF. Each reader already takes a file from its first byte to its last; this finds what other
//! programs look for in places of their own.

use crate::{
    Kind, Refusal,
    bytes::{find, find_last, has_any_case, head, slice, tail, u16_le, u32_le},
};

/// The end of an archive is looked for so many bytes before the end of a file.
const ARCHIVE_END: usize = 66 * 1024;

/// Refuses `bytes`, which were read as `kind` and are to be kept, when another program would read
/// them as something else.
pub(crate) fn refuse(kind: Kind, bytes: &[u8]) -> Result<(), Refusal> {
    let is_document = matches!(kind, Kind::Docx | Kind::Xlsx | Kind::Odt | Kind::Ods);
    let is_second = (!is_document && (ends_like_zip(bytes) || has_other_archive(bytes)))
        || is_disk_or_tape(bytes)
        || (kind != Kind::Text && begins_like_page(bytes))
        || (kind != Kind::Pdf && !is_document && find(head(bytes, 1024), b"%PDF-", 0).is_some());
    if is_second { Err(Refusal::TwoThings(kind)) } else { Ok(()) }
}

/// Whether a reader of ZIP, which begins at the end, would find a list of entries.
fn ends_like_zip(bytes: &[u8]) -> bool {
    let mut rest = tail(bytes, ARCHIVE_END);
    let before = bytes.len() - rest.len();
    while let Some(at) = find_last(rest, b"PK\x05\x06") {
        if is_end_of_zip(bytes, before + at) {
            return true;
        }
        rest = &rest[..at];
    }
    false
}

fn is_end_of_zip(bytes: &[u8], at: usize) -> bool {
    let list_bytes = u32_le(bytes, at + 12).map_or(0, |len| len as usize);
    let comment = u16_le(bytes, at + 20).map(usize::from);
    let list = at.checked_sub(list_bytes);
    comment.is_some_and(|comment| at + 22 + comment <= bytes.len())
        && (list_bytes == 0 || list.and_then(|list| slice(bytes, list, 4)) == Some(b"PK\x01\x02"))
}

/// Programs for these look for their mark anywhere.
fn has_other_archive(bytes: &[u8]) -> bool {
    find(bytes, b"Rar!\x1a\x07", 0).is_some() || find(bytes, b"7z\xbc\xaf\x27\x1c", 0).is_some()
}

fn is_disk_or_tape(bytes: &[u8]) -> bool {
    slice(bytes, 257, 6).is_some_and(|mark| mark == b"ustar\0" || mark == b"ustar ")
        || slice(bytes, 0x8001, 5) == Some(b"CD001")
}

fn begins_like_page(bytes: &[u8]) -> bool {
    let pages: [&[u8]; 6] = [b"<!doctype", b"<html", b"<script", b"<svg", b"<iframe", b"<?php"];
    pages.iter().any(|page| has_any_case(head(bytes, 1024), page))
}
