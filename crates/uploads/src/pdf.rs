//! PDF, looked through for what runs, fetches or hides: names of actions in the bytes themselves,
//! and in every stream that unpacks (so also in object streams), with `#` written out. It reads no
//! table of objects and believes no length, so that what a PDF says of itself can't lead it past
//! anything; it finds rather too much than too little.
//!
//! Not found: what is packed by other filters than Flate, or by several (object streams like that
//! make a PDF [`Active::NotLookedThrough`]); flaws of the programs that open PDFs, as in fonts and
//! pictures; links that somebody must click; and what a form does with what is typed into it beyond
//! the names below. Who wrote the document and with what stays in it.
//!
//! Source: ISO 32000-2, 7.3.5 (names), 7.5.7 (object streams), 12.6 (actions).

use std::collections::BTreeSet;

use crate::{
    Kind, Limits, Refusal,
    bytes::{find, find_last, tail},
    inflate::{Ended, Inflater},
};

/// Why a PDF is for downloading only, and no preview of it may ever be made or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Active {
    /// It holds JavaScript.
    JavaScript,
    /// It does something when it is opened beyond showing a page.
    WhenOpened,
    /// It holds a form of the XFA kind, which is a document of its own.
    Xfa,
    /// It can send what is typed into it, or take it from elsewhere.
    Sends,
    /// It opens other documents.
    OpensOthers,
    /// It plays sound or film.
    Plays,
    /// It is larger inside, or packed otherwise, than what is looked through.
    NotLookedThrough,
}

/// What a name in a PDF tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    Marked(Active),
    Refused(Told),
    ObjectStream,
    Parameters,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Locked,
    FileInside,
    Program,
}

/// The names that tell something. `JS` and `AA` are too short to be looked for among packed bytes,
/// and need not be: what they hold is an action, which has one of the names here.
const NAMES: [(&[u8], Tells); 21] = [
    (b"Encrypt", Tells::Refused(Told::Locked)),
    (b"Launch", Tells::Refused(Told::Program)),
    (b"EmbeddedFile", Tells::Refused(Told::FileInside)),
    (b"EmbeddedFiles", Tells::Refused(Told::FileInside)),
    (b"RichMedia", Tells::Refused(Told::FileInside)),
    (b"JavaScript", Tells::Marked(Active::JavaScript)),
    (b"OpenAction", Tells::Marked(Active::WhenOpened)),
    (b"XFA", Tells::Marked(Active::Xfa)),
    (b"SubmitForm", Tells::Marked(Active::Sends)),
    (b"ImportData", Tells::Marked(Active::Sends)),
    (b"GoToR", Tells::Marked(Active::OpensOthers)),
    (b"GoToE", Tells::Marked(Active::OpensOthers)),
    (b"Rendition", Tells::Marked(Active::Plays)),
    (b"Movie", Tells::Marked(Active::Plays)),
    (b"Sound", Tells::Marked(Active::Plays)),
    (b"GoTo3DView", Tells::Marked(Active::Plays)),
    (b"ObjStm", Tells::ObjectStream),
    (b"DecodeParms", Tells::Parameters),
    (b"DP", Tells::Parameters),
    (b"Crypt", Tells::Parameters),
    (b"Predictor", Tells::Parameters),
];
/// As many bytes as a name of the table takes at most, each written as `#xx`, and what follows it.
const NAME_BYTES: usize = 64;
/// What a stream counts beside what it unpacks to, so that many small ones are bounded too.
const ATTEMPT: u64 = 4 * 1024;
/// How far before a stream its dictionary is looked for.
const DICTIONARY: usize = 2 * 1024;
/// Within so many bytes from the end a PDF says where its objects are listed.
const END: usize = 2 * 1024;

/// What runs in this PDF: empty when nothing was found.
///
/// # Errors
/// When it is damaged, has something before or behind it, is locked, starts a program or brings
/// files along.
pub(crate) fn look_through(bytes: &[u8], limits: &Limits) -> Result<BTreeSet<Active>, Refusal> {
    is_one_pdf(bytes)?;
    let mut found = Found::default();
    tell(bytes, 0..bytes.len(), &mut found);
    streams(bytes, limits, &mut found);
    match found.refused.first() {
        Some(Told::Locked) => Err(Refusal::Locked),
        Some(Told::FileInside) => Err(Refusal::FileInside),
        Some(Told::Program) => Err(Refusal::StartsAProgram),
        None => Ok(found.marked),
    }
}

/// A PDF begins at the first byte, and nothing but white space stands behind its end.
fn is_one_pdf(bytes: &[u8]) -> Result<(), Refusal> {
    let not_whole = Refusal::NotWhole(Kind::Pdf);
    if !(bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2.")) {
        return Err(not_whole);
    }
    let end = find_last(bytes, b"%%EOF").ok_or(not_whole.clone())?;
    let behind = &bytes[end + 5..];
    if behind.len() > 64 || !behind.iter().all(|byte| matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)) {
        return Err(Refusal::TwoThings(Kind::Pdf));
    }
    if find_last(tail(bytes, END), b"startxref").is_none() {
        return Err(not_whole);
    }
    Ok(())
}

#[derive(Default)]
struct Found {
    marked: BTreeSet<Active>,
    refused: BTreeSet<Told>,
}

impl Found {
    fn take(&mut self, tells: Tells) {
        match tells {
            Tells::Marked(active) => drop(self.marked.insert(active)),
            Tells::Refused(told) => drop(self.refused.insert(told)),
            Tells::ObjectStream | Tells::Parameters => {}
        }
    }
}

/// Finds names in what comes piece by piece.
#[derive(Default)]
struct Names {
    held: Vec<u8>,
}

impl Names {
    /// Looks at all names but those too near the end, which are held for the next piece.
    fn feed(&mut self, piece: &[u8], found: &mut Found) {
        self.held.extend_from_slice(piece);
        let ends = self.held.len().saturating_sub(NAME_BYTES);
        tell(&self.held, 0..ends, found);
        self.held.drain(..ends);
    }

    /// Looks at what was held.
    fn end(&mut self, found: &mut Found) {
        tell(&self.held, 0..self.held.len(), found);
        self.held.clear();
    }
}

/// Takes what the names tell that begin in `range`.
fn tell(bytes: &[u8], range: std::ops::Range<usize>, found: &mut Found) {
    for at in slashes(bytes, range) {
        if let Some((tells, ends)) = name_at(bytes, at)
            && !(tells == Tells::Marked(Active::WhenOpened) && shows_a_page(&bytes[ends..]))
        {
            found.take(tells);
        }
    }
}

fn slashes(bytes: &[u8], range: std::ops::Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let begins = range.start;
    bytes[range]
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .map(move |(at, _)| begins + at)
}

/// What the name tells that begins with the `/` at `at`, and where it ends.
fn name_at(bytes: &[u8], at: usize) -> Option<(Tells, usize)> {
    let mut name = [0_u8; 16];
    let (mut len, mut next) = (0, at + 1);
    while let Some(&byte) = bytes.get(next).filter(|byte| !ends_a_name(**byte)) {
        let digits = crate::bytes::slice(bytes, next + 1, 2).filter(|_| byte == b'#');
        let written = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        *name.get_mut(len)? = written.unwrap_or(byte);
        len += 1;
        next += if written.is_some() { 3 } else { 1 };
    }
    let (_, tells) = NAMES.iter().find(|(known, _)| *known == &name[..len])?;
    Some((*tells, next))
}

fn ends_a_name(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
        || matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Whether what follows `/OpenAction` only says which page is shown, as most PDFs do: `[3 0 R /Fit]`.
fn shows_a_page(after: &[u8]) -> bool {
    after.iter().find(|byte| !matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)) == Some(&b'[')
}

/// Unpacks every stream that is packed with Flate, whatever it says that it is.
fn streams(bytes: &[u8], limits: &Limits, found: &mut Found) {
    let mut inflater = Inflater::new(true);
    let mut left = limits.pdf_unpacked_bytes;
    let mut from = 0;
    while let Some(at) = find(bytes, b"stream", from) {
        from = at + b"stream".len();
        if bytes[..at].ends_with(b"end") {
            continue;
        }
        let dictionary = dictionary_before(bytes, at);
        let is_objects = dictionary.contains_objects;
        let packed = behind_line_end(&bytes[from..]);
        left = left.saturating_sub(ATTEMPT);
        if left == 0 || (is_objects && !is_zlib(packed)) {
            found.marked.insert(Active::NotLookedThrough);
        }
        if left == 0 {
            return;
        }
        if !is_zlib(packed) {
            continue;
        }
        inflater.begin();
        let mut names = Names::default();
        let inflated = inflater.feed(packed, left, |piece| names.feed(piece, found));
        names.end(found);
        left = left.saturating_sub(inflated.gave.max(inflated.took));
        let is_unread = is_objects && (inflated.ended != Ended::Whole || dictionary.has_parameters);
        if is_unread || inflated.ended == Ended::TooMuch {
            found.marked.insert(Active::NotLookedThrough);
        }
    }
}

/// What the dictionary of a stream says of how the stream is packed.
struct Dictionary {
    contains_objects: bool,
    has_parameters: bool,
}

/// The dictionary before the stream that begins at `at`, as far as the word `obj` before it.
fn dictionary_before(bytes: &[u8], at: usize) -> Dictionary {
    let before = tail(&bytes[..at], DICTIONARY);
    let own = find_last(before, b"obj").map_or(before, |begins| &before[begins..]);
    let told = |wanted| {
        slashes(own, 0..own.len())
            .any(|at| name_at(own, at).is_some_and(|(tells, _)| tells == wanted))
    };
    Dictionary {
        contains_objects: told(Tells::ObjectStream),
        has_parameters: told(Tells::Parameters),
    }
}

fn behind_line_end(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let bytes = &bytes[blank..];
    bytes
        .strip_prefix(b"\r\n")
        .or_else(|| bytes.strip_prefix(b"\n"))
        .or_else(|| bytes.strip_prefix(b"\r"))
        .unwrap_or(bytes)
}

/// Whether bytes begin as zlib does (RFC 1950, 2.2).
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [form, check, ..]
        if form & 0x0f == 8 && (u16::from(*form) << 8 | u16::from(*check)).is_multiple_of(31))
}
