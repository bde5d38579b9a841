//! The name of a file, made safe: for any disk, for a header and for reading. Letters of every
//! script stay as they are.
//!
//! Sources: RFC 6266; Windows' rules for names; Unicode 16, 23.8 and UAX 9 (characters that turn
//! the direction of what follows, by which `exe.pdf` is read where `fdp.exe` stands).

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::Kind;

/// Bytes of a name in UTF-8, its ending included. Disks take 255, and programs add “ (1)”.
const MOST_BYTES: usize = 200;
/// What is called so when nothing of a name is left.
const NAMELESS: &str = "file";
/// Names that Windows keeps for itself, whatever ending follows.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name without a path, without control characters and characters that turn its direction, that
/// ends as its content does: `letter.exe` of a PDF is `letter.exe.pdf`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileName(String);

impl FileName {
    /// The safe form of a name that somebody's browser sent, for a file of this kind.
    #[must_use]
    pub fn new(sent: &str, kind: Kind) -> Self {
        let last =
            sent.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
        let spaced = last.chars().filter(|c| !is_left_out(*c)).map(plain).nfc().collect::<String>();
        let name = tidy(&spaced);
        let (stem, ending) = split_ending(&name, kind);
        // Room for the dot, and for a `_` before it.
        let stem = tidy(cut(stem, MOST_BYTES - 2 - ending.len()));
        let stem = if stem.is_empty() { NAMELESS } else { &stem };
        let before = if is_reserved(stem) { "_" } else { "" };
        Self(format!("{before}{stem}.{ending}"))
    }

    /// As it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of `Content-Disposition`, with the name in both forms: in ASCII for old programs,
    /// and in UTF-8 as RFC 8187 writes it.
    #[must_use]
    pub fn attachment(&self) -> String {
        format!("attachment; filename=\"{}\"; filename*=UTF-8''{}", self.in_ascii(), self.in_utf8())
    }

    /// Without marks above and below letters, and `_` for what is not ASCII. No `%`, which some
    /// programs take as a beginning of something.
    fn in_ascii(&self) -> String {
        let bare = self.0.nfd().filter(|c| !is_combining_mark(*c));
        bare.map(|c| if c.is_ascii() && c != '%' { c } else { '_' }).collect()
    }

    /// Percent-encoded but for `attr-char` (RFC 8187, 3.2.1).
    fn in_utf8(&self) -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
        self.0.bytes().fold(String::new(), |mut all, byte| {
            if is_plain(byte) {
                all.push(char::from(byte));
            } else {
                all.push_str(&format!("%{byte:02X}"));
            }
            all
        })
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is not seen or changes how the rest is seen. The two joiners (U+200C, U+200D) stay: Persian
/// and several scripts of India are misspelt without them.
fn is_left_out(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{10ffff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// One plain space for any, and `_` for what disks or headers take as something else.
fn plain(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' => '_',
        _ => c,
    }
}

/// One space between words, and neither spaces nor dots at the ends.
fn tidy(name: &str) -> String {
    let words = name.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    words.trim_matches(['.', ' ']).to_owned()
}

/// What stands before the ending, and the ending: its own where it is one of the kind, or else the
/// kind's, behind all of the name.
fn split_ending(name: &str, kind: Kind) -> (&str, &'static str) {
    let own = name.rsplit_once('.').and_then(|(stem, ending)| {
        let is_kinds = |known: &&&str| ending.eq_ignore_ascii_case(known);
        kind.endings().iter().find(is_kinds).map(|known| (stem, *known))
    });
    own.unwrap_or((name, kind.endings()[0]))
}

/// At most so many bytes, without parting a letter from its marks.
fn cut(name: &str, most: usize) -> &str {
    if name.len() <= most {
        return name;
    }
    let mut ends = name.char_indices().rev().skip_while(|(at, _)| *at > most);
    let (last, _) = ends.clone().next().unwrap_or_default();
    // A letter with a hundred marks is nobody's name.
    let end = ends.find(|(_, c)| !is_combining_mark(*c)).map_or(0, |(at, _)| at);
    let end = if end == 0 { last } else { end };
    &name[..end]
}

fn is_reserved(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim().to_lowercase();
    let is_port = |name: &str| {
        let number = first.strip_prefix(name).unwrap_or_default();
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    RESERVED.contains(&first.as_str()) || is_port("com") || is_port("lpt")
}
