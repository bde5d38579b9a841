//! What a witness answers when a log asks it to co-sign (c2sp.org/tlog-witness): a function of
//! what it has seen so far and of the request. It co-signs nothing but the continuation of the one
//! tree that it has seen, ever.
//!
//! # `add-checkpoint`
//!
//! `POST <prefix>/add-checkpoint`, with a body of lines that each end in `\n`: `old` and the size
//! of the checkpoint that this witness co-signed last; the hashes of the consistency proof from
//! there, in base64, at most 63; an empty line; the new checkpoint as a signed note.
//!
//! ```text
//! old 20852014
//! PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
//! 5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
//!
//! example.com/behind-the-sofa
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```
//!
//! | Answer | Body | When |
//! | --- | --- | --- |
//! | 200 | lines of cosignatures | it is the continuation |
//! | 400 | why | the request is malformed, or `old` is above the checkpoint's size |
//! | 403 | why | the log did not sign it |
//! | 404 | why | it is of another log |
//! | 409 | the size co-signed last and `\n`, as `text/x.tlog.size` | `old` is another size, or it is another tree of the same size |
//! | 422 | why | the proof does not hold |

use std::fmt;

use crate::{
    checkpoint::{KnownLog, NotACheckpoint, SignedCheckpoint, decimal},
    hash::Hash,
    key::{Seconds, WitnessSecret},
    note::{MOST_NOTE_BYTES, NotANote, SignedNote},
    proof::verify_consistency,
    state::{Fork, State},
};

/// How many hashes a proof may have.
pub const MOST_PROOF_LINES: usize = 63;
/// How many bytes a request may have: beside the note, `old` and 63 lines of 45.
pub const MOST_REQUEST_BYTES: usize = MOST_NOTE_BYTES + 4096;

/// The media type of a 409.
pub const SIZE_MEDIA_TYPE: &str = "text/x.tlog.size";

/// Why a request can't be read, in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotARequest {
    /// Before the checkpoint.
    #[error("the request is malformed: {0}")]
    Form(&'static str),
    /// The note.
    #[error(transparent)]
    Note(#[from] NotANote),
}

/// A request to co-sign. Written as its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Of how many entries the checkpoint was that this witness co-signed last.
    pub old: u64,
    /// The consistency proof from there.
    pub proof: Vec<Hash>,
    /// The new checkpoint, whose signatures are not checked yet.
    pub note: SignedNote,
}

impl AddCheckpoint {
    /// Reads a request's body.
    ///
    /// # Errors
    /// When it is malformed or too large.
    pub fn parse(body: &[u8]) -> Result<Self, NotARequest> {
        if body.len() > MOST_REQUEST_BYTES {
            return Err(NotARequest::Form("it is too long"));
        }
        let blank = body.windows(2).position(|pair| pair == b"\n\n");
        let blank = blank.ok_or(NotARequest::Form("no blank line is before the checkpoint"))?;
        let head = str::from_utf8(&body[..blank]).map_err(|_| NotARequest::Form("not UTF-8"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
        let old = old.ok_or(NotARequest::Form("its first line is not the old size"))?;
        if lines.clone().count() > MOST_PROOF_LINES {
            return Err(NotARequest::Form("its proof is too long"));
        }
        let proof = lines.map(str::parse).collect::<Result<_, _>>();
        let proof = proof.map_err(|_| NotARequest::Form("its proof has a line that is no hash"))?;
        Ok(Self { old, proof, note: SignedNote::parse(&body[blank + 2..])? })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

/// Why a witness does not co-sign, in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It can't be read.
    #[error(transparent)]
    Malformed(NotARequest),
    /// It is signed and is no checkpoint.
    #[error(transparent)]
    NotACheckpoint(NotACheckpoint),
    /// The request contradicts itself.
    #[error("the old size is larger than the new one")]
    Shrinks,
    /// It is of a log that this witness doesn't watch.
    #[error("this log is not watched here")]
    OtherLog,
    /// The log's key did not sign it.
    #[error("the log did not sign this checkpoint")]
    Unsigned,
    /// It does not follow from what was co-signed.
    #[error("the proof does not show that this tree continues the one that was co-signed")]
    Unproven,
}

/// What a witness answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It co-signs: the lines of its signatures.
    Cosigned(String),
    /// It has co-signed another size last; the log may ask again from there.
    Conflict {
        /// That size.
        size: u64,
    },
    /// The log has signed two trees of one size. This one is not co-signed, now or later.
    Fork {
        /// That size.
        size: u64,
    },
    /// It does not co-sign.
    Refused(Refused),
}

impl Answer {
    /// The status of HTTP.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosigned(_) => 200,
            Self::Conflict { .. } | Self::Fork { .. } => 409,
            Self::Refused(Refused::Unsigned) => 403,
            Self::Refused(Refused::OtherLog) => 404,
            Self::Refused(Refused::Unproven) => 422,
            Self::Refused(_) => 400,
        }
    }

    /// The body of the answer.
    #[must_use]
    pub fn body(&self) -> String {
        match self {
            Self::Cosigned(lines) => lines.clone(),
            Self::Conflict { size } | Self::Fork { size } => format!("{size}\n"),
            Self::Refused(why) => format!("{why}\n"),
        }
    }
}

/// An answer, and what must be on the disk before it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// The state that takes the place of the one that was asked with; nothing when it stays. Two
    /// requests must not be answered from one state: reading, answering and storing are one step.
    pub keep: Option<State>,
}

impl From<Answer> for Answered {
    fn from(answer: Answer) -> Self {
        Self { answer, keep: None }
    }
}

/// A witness of one log.
#[derive(Debug)]
pub struct Watching {
    /// The log.
    pub log: KnownLog,
    /// What this witness signs with.
    pub key: WitnessSecret,
}

impl Watching {
    /// Answers a request, given what was seen so far and the time.
    #[must_use]
    pub fn answer(&self, state: &State, body: &[u8], at: Seconds) -> Answered {
        self.decide(state, body, at).unwrap_or_else(|refused| Answer::Refused(refused).into())
    }

    fn decide(&self, state: &State, body: &[u8], at: Seconds) -> Result<Answered, Refused> {
        let AddCheckpoint { old, proof, note } =
            AddCheckpoint::parse(body).map_err(Refused::Malformed)?;
        let new = self.log.check(note).map_err(|why| match why {
            NotACheckpoint::OtherLog => Refused::OtherLog,
            NotACheckpoint::Unsigned => Refused::Unsigned,
            why => Refused::NotACheckpoint(why),
        })?;
        let (size, root) = (new.checkpoint().size(), new.checkpoint().root());
        if old > size {
            return Err(Refused::Shrinks);
        }
        let (seen, seen_root) = state.size_and_root();
        if let Some(latest) = state.latest().filter(|_| size == seen && root != seen_root) {
            return self.fork(state, latest, &new);
        }
        if old != seen {
            return Ok(Answer::Conflict { size: seen }.into());
        }
        verify_consistency((seen, seen_root), (size, root), &proof)
            .map_err(|_| Refused::Unproven)?;
        self.cosign(state, &new, at)
    }

    /// Two trees of one size under the log's signature: the proof that it lied is kept for people.
    fn fork(
        &self,
        state: &State,
        latest: &SignedCheckpoint,
        new: &SignedCheckpoint,
    ) -> Result<Answered, Refused> {
        let answer = Answer::Fork { size: new.checkpoint().size() };
        if state.fork().is_some() {
            return Ok(answer.into());
        }
        let fork = Fork { cosigned: latest.clone(), contradicts: self.bare(new)? };
        Ok(Answered { answer, keep: Some(State { fork: Some(fork), ..state.clone() }) })
    }

    fn cosign(
        &self,
        state: &State,
        new: &SignedCheckpoint,
        at: Seconds,
    ) -> Result<Answered, Refused> {
        let signature = self.key.cosign(new.note().text(), at);
        let lines = format!("{signature}\n");
        let mut latest = self.bare(new)?;
        latest.note_mut().add(signature).map_err(|e| Refused::NotACheckpoint(e.into()))?;
        let keep = Some(State { latest: Some(latest), ..state.clone() });
        Ok(Answered { answer: Answer::Cosigned(lines), keep })
    }

    /// Without what strangers signed, so that the state stays small.
    fn bare(&self, new: &SignedCheckpoint) -> Result<SignedCheckpoint, Refused> {
        new.signed_only_by(&self.log).map_err(|e| Refused::NotACheckpoint(e.into()))
    }
}
