//! What can be wrong with a journal, each in a sentence.

use std::fmt;

use crate::{checkpoint::NotACheckpoint, note::KeyName};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Entries that were there are not.
    Missing {
        /// The first of them.
        first: u64,
        /// The last.
        last: u64,
    },
    /// The entry is not the one that the witnesses saw.
    Altered {
        /// Its number.
        seq: u64,
    },
    /// The entry does not have the hash that was stored beside it; no co-signed checkpoint says
    /// which of the two was changed.
    Unlike {
        /// Its number.
        seq: u64,
    },
    /// The entry is the one that the witnesses saw, and the hash beside it was changed.
    StoredHash {
        /// Its number.
        seq: u64,
    },
    /// The entry gives itself another number than it stands under.
    Misnumbered {
        /// Where it stands.
        seq: u64,
        /// What it says.
        says: u64,
    },
    /// The entry comes again, or too late.
    OutOfOrder {
        /// Its number.
        seq: u64,
        /// The number that came just before.
        after: u64,
    },
    /// The entries up to here do not have the root of this checkpoint.
    RootDiffers {
        /// The checkpoint's size.
        size: u64,
        /// Up to where they still had that of a co-signed one; 0 for none.
        after: u64,
        /// Whether enough witnesses co-signed it.
        is_cosigned: bool,
    },
    /// What is kept as a checkpoint can't be used.
    NotACheckpoint {
        /// The how manieth, counted from 1.
        place: u64,
        /// Whether a witness brought it.
        is_outside: bool,
        /// Why not.
        why: NotACheckpoint,
    },
    /// A checkpoint stands where an older one can't.
    CheckpointOutOfOrder {
        /// The how manieth, counted from 1.
        place: u64,
        /// Its size.
        size: u64,
        /// The size of one before it.
        after: u64,
    },
    /// The log has signed two trees of one size.
    TwoRoots {
        /// That size.
        size: u64,
    },
    /// A signature in the name of a witness is not theirs.
    ForgedCosignature {
        /// The checkpoint's size.
        size: u64,
        /// The witness.
        witness: KeyName,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { first, last } if first == last => {
                write!(f, "Entry {first} is missing.")
            }
            Self::Missing { first, last } => write!(f, "Entries {first} to {last} are missing."),
            Self::Altered { seq } => {
                write!(f, "Entry {seq} was changed after the witnesses saw the journal.")
            }
            Self::Unlike { seq } => write!(
                f,
                "Entry {seq} does not have the hash that was stored beside it: one of the two was \
                 changed."
            ),
            Self::StoredHash { seq } => write!(
                f,
                "The hash stored beside entry {seq} was changed. The entry itself is as the \
                 witnesses saw it."
            ),
            Self::Misnumbered { seq, says } => {
                write!(f, "What stands as entry {seq} was written as entry {says}.")
            }
            Self::OutOfOrder { seq, after } => {
                write!(
                    f,
                    "Entry {seq} comes after entry {after}: it stands there twice or too late."
                )
            }
            Self::RootDiffers { size, after, is_cosigned } => {
                let by = if *is_cosigned {
                    "the witnesses co-signed"
                } else {
                    "the log signed without enough witnesses"
                };
                write!(
                    f,
                    "Entries {} to {size} do not add up to the checkpoint of {size} entries that \
                     {by}.",
                    after + 1
                )
            }
            Self::NotACheckpoint { place, is_outside, why } => {
                let whose = if *is_outside { "that the witnesses brought" } else { "kept here" };
                write!(f, "Checkpoint {place} of those {whose} can't be used: {why}.")
            }
            Self::CheckpointOutOfOrder { place, size, after } => write!(
                f,
                "Checkpoint {place} of those kept here is of {size} entries, though one before it \
                 is of {after}: it was put in the place of another."
            ),
            Self::TwoRoots { size } => {
                write!(f, "The log has signed two different journals of {size} entries.")
            }
            Self::ForgedCosignature { size, witness } => write!(
                f,
                "The signature in the name of {witness} on the checkpoint of {size} entries is not \
                 theirs."
            ),
        }
    }
}
