//! Word and Excel files and OpenDocument, looked through from outside: which they are, and whether
//! they bring something along that runs, fetches or hides. Nothing is converted or shown.
//!
//! Not found: fields that a split of their text hides (`DDEAUTO` in two runs), what an OpenDocument
//! fetches, formulas that fetch, links that somebody must click, flaws of the programs that open
//! them, and who wrote the document, its comments, hidden sheets and tracked changes, which all
//! stay in it. Pictures inside keep what the camera wrote about them.
//!
//! Sources: ECMA-376 part 2 (packages) and part 1 (relationships); OpenDocument 1.3 part 2.

use crate::{
    Kind, Limits, Refusal,
    archive::{Entry, entries},
    bytes::{Search, has_any_case, head},
    markup::elements,
    sniff,
};

const TYPES: &str = "[content_types].xml";
const MANIFEST: &str = "meta-inf/manifest.xml";
/// Endings of parts that are not searched as text.
const NO_XML: [&str; 14] = [
    ".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".wdp", ".emf", ".wmf", ".svg",
    ".bin", ".odttf", ".ttf",
];
const WORD: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const ODT: &[u8] = b"application/vnd.oasis.opendocument.text";
const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
/// What no part of a document has: a document type may define text that grows without bound, and
/// the rest starts or fetches something.
const NEVER_IN_XML: [&[u8]; 2] = [b"<!DOCTYPE", b"<!ENTITY"];
const FETCHES_IN_XML: [&[u8]; 2] = [b"DDEAUTO", b"ddeLink "];
const LISTENS_IN_XML: [&[u8]; 1] = [b"script:event-listener"];

/// Which document this is.
///
/// # Errors
/// With the reason, when it is none, or none that is taken.
pub(crate) fn look_through(bytes: &[u8], limits: &Limits) -> Result<Kind, Refusal> {
    let all = entries(bytes, limits)?;
    if all.first().is_some_and(|first| first.name == "mimetype") {
        open_document(&all, limits)
    } else if all.iter().any(|entry| entry.name.eq_ignore_ascii_case(TYPES)) {
        open_xml(&all, limits)
    } else {
        Err(Refusal::Archive)
    }
}

fn open_xml(all: &[Entry<'_>], limits: &Limits) -> Result<Kind, Refusal> {
    let mut kind = None;
    for entry in all {
        let name = entry.name.to_lowercase();
        name_of_open_xml(&name)?;
        let read = read(entry, limits)?;
        if name == TYPES {
            kind = Some(main_part(&text(&read)?, all)?);
        } else if name.ends_with(".rels") {
            relationships(&text(&read)?)?;
        }
    }
    kind.ok_or(Refusal::OddlyBuilt)
}

/// What the name of a part tells. `name` is in lower case.
fn name_of_open_xml(name: &str) -> Result<(), Refusal> {
    let has = |part: &str| name.contains(part);
    if has("vbaproject")
        || has("vbadata")
        || has("macrosheets/")
        || has("activex")
        || has("customui")
    {
        return Err(Refusal::Macro);
    }
    if has("externallinks/") || has("connections.xml") || has("querytables/") {
        return Err(Refusal::Fetches);
    }
    let is_strange = name.ends_with(".bin") && !has("printersettings/");
    if has("].piece") {
        return Err(Refusal::OddlyBuilt);
    }
    if has("embeddings/") || is_strange { Err(Refusal::FileInside) } else { Ok(()) }
}

/// Which document the list of types says, when its main part is there.
fn main_part(types: &str, all: &[Entry<'_>]) -> Result<Kind, Refusal> {
    let mut kinds = Vec::new();
    for element in elements(types, "Override").chain(elements(types, "Default")) {
        let named = element.get("ContentType").unwrap_or_default();
        let lower = named.to_lowercase();
        if ["macroenabled", "vbaproject", "activex"].iter().any(|word| lower.contains(word)) {
            return Err(Refusal::Macro);
        }
        let kind = match named {
            WORD => Kind::Docx,
            EXCEL => Kind::Xlsx,
            _ => continue,
        };
        let part = element.get("PartName").and_then(|part| part.strip_prefix('/'));
        if part.is_some_and(|part| all.iter().any(|entry| entry.name.eq_ignore_ascii_case(part))) {
            kinds.push(kind);
        }
    }
    match kinds[..] {
        [kind] => Ok(kind),
        [] => Err(Refusal::OtherDocument),
        [kind, ..] => Err(Refusal::TwoThings(kind)),
    }
}

/// What a document refers to outside: links that somebody clicks are usual, all else is fetched.
fn relationships(text: &str) -> Result<(), Refusal> {
    for element in elements(text, "Relationship") {
        let outside =
            element.get("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
        let kind = element.get("Type").unwrap_or_default();
        let target = element.get("Target").unwrap_or_default();
        let is_usual = kind.ends_with("/hyperlink")
            || (kind.ends_with("/attachedTemplate") && is_on_own_disk(target));
        if outside && !is_usual {
            return Err(Refusal::Fetches);
        }
    }
    Ok(())
}

/// Whether a template is looked for on the reader's own disk, as Word writes it for every letter
/// made from one: `file:///C:\Users\…`.
fn is_on_own_disk(target: &str) -> bool {
    target.strip_prefix("file:///").is_some_and(|path| {
        path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path[1..].starts_with(':')
    })
}

fn open_document(all: &[Entry<'_>], limits: &Limits) -> Result<Kind, Refusal> {
    let first = all.first().filter(|first| first.is_stored()).ok_or(Refusal::OddlyBuilt)?;
    let kind = match &read(first, limits)?[..] {
        ODT => Kind::Odt,
        ODS => Kind::Ods,
        _ => return Err(Refusal::OtherDocument),
    };
    for entry in &all[1..] {
        let name = entry.name.to_lowercase();
        if ["basic/", "scripts/", "dialogs/"].iter().any(|folder| name.starts_with(folder)) {
            return Err(Refusal::Macro);
        }
        let read = read(entry, limits)?;
        if name == MANIFEST && has_any_case(&read, b"encryption-data") {
            return Err(Refusal::Locked);
        }
    }
    let has = |name: &str| all.iter().any(|entry| entry.name.eq_ignore_ascii_case(name));
    if has("content.xml") && has(MANIFEST) { Ok(kind) } else { Err(Refusal::OddlyBuilt) }
}

/// Unpacks an entry whole, past every check, and gives its first [`Limits::part_bytes`] back.
fn read(entry: &Entry<'_>, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut kept = Vec::new();
    let mut never = Search::new(&NEVER_IN_XML);
    let mut fetches = Search::new(&FETCHES_IN_XML);
    let mut listens = Search::new(&LISTENS_IN_XML);
    let name = entry.name.to_lowercase();
    let is_xml = !NO_XML.iter().any(|ending| name.ends_with(ending));
    let is_read = is_list(&name);
    let mut len = 0_u64;
    entry.unpack(|piece| {
        let most = if is_read { limits.part_bytes } else { 1024 };
        let room = usize::try_from(most.saturating_sub(kept.len() as u64)).unwrap_or(0);
        kept.extend_from_slice(head(piece, room));
        len += piece.len() as u64;
        if is_xml {
            never.feed(piece);
            fetches.feed(piece);
            listens.feed(piece);
        }
    })?;
    if sniff::is_a_file_inside(&kept) {
        return Err(Refusal::FileInside);
    }
    if is_xml && (never.found() || !is_utf8_xml(&kept)) || is_read && len > limits.part_bytes {
        return Err(Refusal::OddlyBuilt);
    }
    if fetches.found() {
        return Err(Refusal::Fetches);
    }
    if listens.found() { Err(Refusal::Macro) } else { Ok(kept) }
}

/// Whether a part says what the document is made of, and so is read whole. `name` is in lower
/// case, as everywhere here: programs take names in any.
fn is_list(name: &str) -> bool {
    matches!(name, TYPES | "mimetype" | MANIFEST) || name.ends_with(".rels")
}

/// Whether the beginning of XML says that it is UTF-8, as text that is searched must be.
fn is_utf8_xml(beginning: &[u8]) -> bool {
    let beginning = head(beginning, 256);
    let declared = String::from_utf8_lossy(beginning).to_lowercase();
    let other = declared
        .trim_start_matches('\u{feff}')
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .is_some_and(|(declaration, _)| {
            declaration.contains("encoding")
                && !["utf-8", "utf8", "us-ascii"].iter().any(|known| declaration.contains(known))
        });
    !beginning.contains(&0)
        && !beginning.starts_with(b"\xfe\xff")
        && !beginning.starts_with(b"\xff\xfe")
        && !other
}

fn text(part: &[u8]) -> Result<String, Refusal> {
    String::from_utf8(part.to_vec()).map_err(|_| Refusal::OddlyBuilt)
}
