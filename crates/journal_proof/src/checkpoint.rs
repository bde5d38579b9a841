//! Checkpoints (c2sp.org/tlog-checkpoint): which log, how many entries, which root, signed by the
//! log. And the log as others know it: by its origin and its key.

use std::{fmt, str::FromStr};

use crate::{
    hash::Hash,
    key::{LogKey, LogSecret, SignedBy},
    note::{NotANote, Signature, SignedNote},
    tree::{CompactRange, MOST_ENTRIES},
};

/// Why something is not a checkpoint of this log, in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACheckpoint {
    /// It is no signed note at all.
    #[error(transparent)]
    Note(#[from] NotANote),
    /// Its text has another form.
    #[error("it is not a checkpoint: {0}")]
    Form(&'static str),
    /// It is of another log.
    #[error("it is of another log")]
    OtherLog,
    /// The log's key did not sign it.
    #[error("the log did not sign it")]
    Unsigned,
}

/// What a checkpoint says. Written as its text, with the newline at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    /// Lines without meaning to us, kept because they are signed.
    extensions: Vec<String>,
}

impl Checkpoint {
    /// What there is to sign of a tree.
    ///
    /// # Errors
    /// When the origin is empty or has control characters in it.
    pub fn new(origin: &str, tree: &CompactRange) -> Result<Self, NotACheckpoint> {
        Self::of(origin, tree.size(), tree.root())
    }

    pub(crate) fn of(origin: &str, size: u64, root: Hash) -> Result<Self, NotACheckpoint> {
        if size > MOST_ENTRIES {
            return Err(NotACheckpoint::Form("it has too many entries"));
        }
        if size == 0 && root != Hash::of_nothing() {
            return Err(NotACheckpoint::Form("a tree without entries has another root"));
        }
        let origin = line(origin)?.to_owned();
        Ok(Self { origin, size, root, extensions: Vec::new() })
    }

    /// Which log it is of.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Signs it.
    ///
    /// # Errors
    /// Never for a checkpoint that was read or made here.
    pub fn sign(self, secret: &LogSecret) -> Result<SignedCheckpoint, NotACheckpoint> {
        let text = self.to_string();
        let note = SignedNote::new(text.clone(), secret.sign(&text))?;
        Ok(SignedCheckpoint { checkpoint: self, note })
    }
}

impl FromStr for Checkpoint {
    type Err = NotACheckpoint;

    fn from_str(text: &str) -> Result<Self, NotACheckpoint> {
        let text =
            text.strip_suffix('\n').ok_or(NotACheckpoint::Form("its last line has no end"))?;
        let mut lines = text.split('\n').map(line);
        let mut next = || lines.next().unwrap_or(Err(NotACheckpoint::Form("a line is missing")));
        let origin = next()?;
        let size = decimal(next()?).ok_or(NotACheckpoint::Form("its second line is no size"))?;
        let root =
            next()?.parse().map_err(|_| NotACheckpoint::Form("its third line is no hash"))?;
        let checkpoint = Self::of(origin, size, root)?;
        let extensions = lines.map(|line| line.map(str::to_owned)).collect::<Result<_, _>>()?;
        Ok(Self { extensions, ..checkpoint })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A checkpoint with the log's good signature. Others' signatures on it may be good or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: SignedNote,
}

impl SignedCheckpoint {
    /// What it says.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// As it is stored and sent.
    #[must_use]
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    pub(crate) fn note_mut(&mut self) -> &mut SignedNote {
        &mut self.note
    }

    /// Without the signatures of all but this log.
    pub(crate) fn signed_only_by(&self, log: &KnownLog) -> Result<Self, NotANote> {
        let is_ours =
            |s: &&Signature| log.keys.iter().any(|key| *key.name() == s.name && key.id() == s.key);
        let mut ours = self.note.signatures().iter().filter(is_ours).cloned();
        let first = ours.next().ok_or(NotANote("the log's signature is missing"))?;
        let mut note = SignedNote::new(self.note.text().to_owned(), first)?;
        ours.try_for_each(|signature| note.add(signature))?;
        Ok(Self { checkpoint: self.checkpoint.clone(), note })
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

/// A log as others know it.
#[derive(Debug, Clone)]
pub struct KnownLog {
    /// The first line of its checkpoints.
    pub origin: String,
    /// What its signatures are checked with: the key in use, and those before it, under which the
    /// older checkpoints stand.
    pub keys: Vec<LogKey>,
}

impl KnownLog {
    /// Reads a checkpoint of this log.
    ///
    /// # Errors
    /// When it is malformed, of another log, or not signed by this one.
    pub fn open(&self, note: &[u8]) -> Result<SignedCheckpoint, NotACheckpoint> {
        self.check(SignedNote::parse(note)?)
    }

    pub(crate) fn check(&self, note: SignedNote) -> Result<SignedCheckpoint, NotACheckpoint> {
        let checkpoint: Checkpoint = note.text().parse()?;
        if checkpoint.origin != self.origin {
            return Err(NotACheckpoint::OtherLog);
        }
        let signed: Vec<_> = self.keys.iter().map(|key| key.signed_note(&note)).collect();
        if signed.contains(&SignedBy::Forged) || !signed.contains(&SignedBy::Good(())) {
            return Err(NotACheckpoint::Unsigned);
        }
        Ok(SignedCheckpoint { checkpoint, note })
    }
}

/// A number of entries as checkpoints and requests write it: no sign, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text == "0" || !text.starts_with('0');
    let number = text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())??;
    (plain && number <= MOST_ENTRIES).then_some(number)
}

fn line(line: &str) -> Result<&str, NotACheckpoint> {
    if line.is_empty() || line.contains(|c: char| c < ' ') {
        return Err(NotACheckpoint::Form("a line is empty or has control characters in it"));
    }
    Ok(line)
}
