//! Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of signatures. Reading one
//! says nothing of whether any signature is good: that takes a key.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};

/// How many bytes a note may have, so that nobody can make a reader work for long.
pub const MOST_NOTE_BYTES: usize = 256 * 1024;
/// How many signatures a note may have; the specification asks for at least 16.
pub const MOST_SIGNATURES: usize = 64;
const DASH: &str = "\u{2014} ";
const KEY_ID_BYTES: usize = 4;

/// Why something is not a signed note, in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a signed note: {0}")]
pub struct NotANote(pub(crate) &'static str);

/// The name of a key: not empty, without spaces, plus signs or control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl FromStr for KeyName {
    type Err = NotANote;

    fn from_str(name: &str) -> Result<Self, NotANote> {
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(NotANote("the name of a key is empty or has a space in it"));
        }
        if name.contains('+') {
            return Err(NotANote("the name of a key has a plus sign in it"));
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Four bytes that, with its name, tell a key from others. Not a proof of anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(crate) [u8; KEY_ID_BYTES]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// One line of signature, good or not. Written without its newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whose.
    pub name: KeyName,
    /// By which of their keys.
    pub key: KeyId,
    /// What the key's algorithm made.
    pub bytes: Vec<u8>,
}

impl FromStr for Signature {
    type Err = NotANote;

    fn from_str(line: &str) -> Result<Self, NotANote> {
        let line = line.strip_prefix(DASH).ok_or(NotANote("a signature has no dash before it"))?;
        let (name, signature) =
            line.split_once(' ').ok_or(NotANote("a signature has no space after its name"))?;
        let name = name.parse()?;
        let both = STANDARD.decode(signature).map_err(|_| NotANote("a signature is not base64"))?;
        match both.split_first_chunk::<KEY_ID_BYTES>() {
            Some((key, bytes)) if !bytes.is_empty() => {
                Ok(Self { name, key: KeyId(*key), bytes: bytes.to_vec() })
            }
            _ => Err(NotANote("a signature is too short")),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let both = [&self.key.0[..], &self.bytes].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(both))
    }
}

/// Lines of signatures, each with its newline, as a witness answers with them.
///
/// # Errors
/// When one of them is no signature, or there are none or too many.
pub fn read_signatures(lines: &str) -> Result<Vec<Signature>, NotANote> {
    let lines = lines.strip_suffix('\n').ok_or(NotANote("its last line has no end"))?;
    // Counted before they are read.
    if lines.split('\n').count() > MOST_SIGNATURES {
        return Err(NotANote("it has too many signatures"));
    }
    lines.split('\n').map(str::parse).collect()
}

/// A text and the signatures below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

impl SignedNote {
    /// A note with its first signature.
    ///
    /// # Errors
    /// When the text does not end in a newline, or has other control characters in it.
    pub fn new(text: String, signature: Signature) -> Result<Self, NotANote> {
        check_text(&text)?;
        Ok(Self { text, signatures: vec![signature] })
    }

    /// Reads a note. The text is not to be believed before a signature was found good.
    ///
    /// # Errors
    /// When it is malformed or too large.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotANote> {
        if bytes.len() > MOST_NOTE_BYTES {
            return Err(NotANote("it is too long"));
        }
        let note = str::from_utf8(bytes).map_err(|_| NotANote("it is not UTF-8"))?;
        // Texts may have blank lines in them; the last one parts text and signatures.
        let blank = note.rfind("\n\n").ok_or(NotANote("no blank line is before signatures"))?;
        let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
        check_text(text)?;
        Ok(Self { text: text.to_owned(), signatures: read_signatures(signatures)? })
    }

    /// The text, with the newline at its end.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, good or not.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Puts another signature below, if it isn't there yet.
    ///
    /// # Errors
    /// When there are too many.
    pub fn add(&mut self, signature: Signature) -> Result<(), NotANote> {
        if self.signatures.contains(&signature) {
            return Ok(());
        }
        if self.signatures.len() >= MOST_SIGNATURES {
            return Err(NotANote("it has too many signatures"));
        }
        self.signatures.push(signature);
        Ok(())
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

fn check_text(text: &str) -> Result<(), NotANote> {
    if text.contains(|c: char| c < ' ' && c != '\n') {
        return Err(NotANote("it has control characters in it"));
    }
    if text.ends_with('\n') { Ok(()) } else { Err(NotANote("its text does not end its last line")) }
}
