//! What a witness remembers, and the file that it stands in.
//!
//! ```text
//! sightline-witness/v1
//! latest 347
//! <the 347 bytes of the checkpoint that was co-signed last, as a signed note>
//! cosigned 345
//! <the 345 bytes of one that was co-signed earlier, if the log has contradicted itself>
//! contradicts 241
//! <the 241 bytes of the other that the log has signed of the same size>
//! ```
//!
//! All are signed by the log, and the co-signed ones by the witness as well: a file that was damaged
//! or edited is refused when it is read. A file that was put back to an earlier state is not, and one
//! that is lost makes the witness believe the next tree that it is shown. So whoever runs a witness
//! writes the new file beside the old one, syncs it, renames it over the old one and syncs the
//! folder before answering; makes the first file by a command of its own, never because it is
//! missing; and restores no backup of it.

use std::fmt;

use crate::{
    checkpoint::{KnownLog, NotACheckpoint, SignedCheckpoint},
    hash::Hash,
    key::{SignedBy, WitnessKey},
    note::MOST_NOTE_BYTES,
};

const FORM: &str = "sightline-witness/v1\n";
const LATEST: &str = "latest";
const COSIGNED: &str = "cosigned";
const CONTRADICTS: &str = "contradicts";
/// How many bytes the file may have.
pub const MOST_STATE_BYTES: usize = 3 * MOST_NOTE_BYTES + 1024;

/// Why a file is not a witness's state, in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAState {
    /// Its form.
    #[error("the file is not the state of a witness: {0}")]
    Form(&'static str),
    /// A checkpoint in it.
    #[error("a checkpoint in the file can't be used: {0}")]
    Checkpoint(#[from] NotACheckpoint),
    /// The witness did not sign what it is said to have co-signed.
    #[error(
        "this witness did not co-sign the checkpoint in the file: it was edited, or is another witness's"
    )]
    NotOurs,
    /// The fork is none.
    #[error("the two checkpoints in the file do not contradict each other")]
    NoFork,
}

/// Two trees of one size, both signed by the log: the proof that somebody tried to put another
/// journal in the place of the one that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The one that this witness had co-signed.
    pub cosigned: SignedCheckpoint,
    /// The one that it was shown later, and did not co-sign.
    pub contradicts: SignedCheckpoint,
}

/// What a witness has seen of one log. Written as its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    pub(crate) latest: Option<SignedCheckpoint>,
    pub(crate) fork: Option<Fork>,
}

impl State {
    /// Before the first checkpoint.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The checkpoint that was co-signed last.
    #[must_use]
    pub fn latest(&self) -> Option<&SignedCheckpoint> {
        self.latest.as_ref()
    }

    /// The first time that the log contradicted itself. It is kept for ever.
    #[must_use]
    pub fn fork(&self) -> Option<&Fork> {
        self.fork.as_ref()
    }

    pub(crate) fn size_and_root(&self) -> (u64, Hash) {
        self.latest.as_ref().map_or((0, Hash::of_nothing()), |latest| {
            (latest.checkpoint().size(), latest.checkpoint().root())
        })
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it has another form, or does not bear the signatures of this log and this witness.
    pub fn parse(bytes: &[u8], log: &KnownLog, witness: &WitnessKey) -> Result<Self, NotAState> {
        if bytes.len() > MOST_STATE_BYTES {
            return Err(NotAState::Form("it is too long"));
        }
        let rest = bytes.strip_prefix(FORM.as_bytes());
        let mut rest = rest.ok_or(NotAState::Form("its first line is not the one of the form"))?;
        let ours = |note| {
            let checkpoint = log.open(note)?;
            match witness.cosigned_note(checkpoint.note()) {
                SignedBy::Good(_) => Ok(checkpoint),
                SignedBy::Absent | SignedBy::Forged => Err(NotAState::NotOurs),
            }
        };
        let latest = section(&mut rest, LATEST)?.map(ours).transpose()?;
        let cosigned = section(&mut rest, COSIGNED)?.map(ours).transpose()?;
        let contradicts = section(&mut rest, CONTRADICTS)?.map(|n| log.open(n)).transpose()?;
        if !rest.is_empty() {
            return Err(NotAState::Form("something stands where a checkpoint should begin or end"));
        }
        let fork = match (cosigned, contradicts) {
            (Some(cosigned), Some(contradicts)) => Some(fork(cosigned, contradicts)?),
            (None, None) => None,
            _ => return Err(NotAState::NoFork),
        };
        Ok(Self { latest, fork })
    }
}

fn fork(cosigned: SignedCheckpoint, contradicts: SignedCheckpoint) -> Result<Fork, NotAState> {
    let (one, other) = (cosigned.checkpoint(), contradicts.checkpoint());
    if one.size() != other.size() || one.root() == other.root() {
        return Err(NotAState::NoFork);
    }
    Ok(Fork { cosigned, contradicts })
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FORM)?;
        let fork = self.fork.as_ref();
        let sections = [
            (LATEST, self.latest.as_ref()),
            (COSIGNED, fork.map(|fork| &fork.cosigned)),
            (CONTRADICTS, fork.map(|fork| &fork.contradicts)),
        ];
        for (name, checkpoint) in sections {
            if let Some(note) = checkpoint.map(ToString::to_string) {
                write!(f, "{name} {}\n{note}", note.len())?;
            }
        }
        Ok(())
    }
}

/// The checkpoints in a file that is a witness's state, whoever signed them; `None` of any other file.
#[must_use]
pub fn notes(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = bytes.strip_prefix(FORM.as_bytes())?;
    let mut notes = Vec::new();
    for name in [LATEST, COSIGNED, CONTRADICTS] {
        notes.extend(section(&mut rest, name).ok()?);
    }
    rest.is_empty().then_some(notes)
}

/// The bytes of a section, if the file goes on with it.
fn section<'a>(rest: &mut &'a [u8], name: &str) -> Result<Option<&'a [u8]>, NotAState> {
    let head = rest.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b" "));
    let Some(behind) = head else { return Ok(None) };
    let wrong = NotAState::Form("it does not say how long a checkpoint is");
    let end = behind.iter().position(|byte| *byte == b'\n').ok_or(wrong)?;
    let length = str::from_utf8(&behind[..end]).ok().and_then(crate::checkpoint::decimal);
    let length = length.and_then(|n| usize::try_from(n).ok()).ok_or(wrong)?;
    let (note, after) = behind[end + 1..]
        .split_at_checked(length)
        .ok_or(NotAState::Form("it is shorter than it says"))?;
    *rest = after;
    Ok(Some(note))
}
