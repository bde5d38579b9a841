//! The proof that a journal was not changed: a Merkle tree over its entries (RFC 6962, RFC 9162),
//! checkpoints of it that the log signs and witnesses co-sign (C2SP signed-note, tlog-checkpoint,
//! tlog-cosignature, tlog-witness), and the check of a whole journal against them. Pure: it knows
//! no database, no network, no clock, no randomness, and nothing of what an entry says but its
//! number.
//!
//! - Whoever **writes** entries keeps a [`CompactRange`] and the nodes that it tells of, in the
//!   transaction that writes the entries; signs a [`Checkpoint`] now and then; sends it to the
//!   witnesses as [`AddCheckpoint`] with a proof ([`consistency`]); and adds their answers
//!   ([`Quorum::take`]).
//! - A **witness** answers with [`Watching::answer`] and remembers its [`State`], whose file and
//!   whose duties are described there.
//! - Whoever **doubts** runs [`Verifying`] over the entries and reads the [`Report`].
//!
//! What it can't do: find a change in entries that no witness had co-signed yet, or one that was
//! made before an entry was first hashed; or help where as many witnesses lie as are asked for.

mod checkpoint;
mod hash;
mod key;
mod note;
mod proof;
mod quorum;
pub mod state;
mod tree;
mod verify;
pub mod witness;

pub use checkpoint::{Checkpoint, KnownLog, NotACheckpoint, SignedCheckpoint};
pub use hash::{HASH_BYTES, Hash, NotAHash};
pub use key::{
    Before1970, Log, LogKey, LogSecret, NotAKey, PublicKey, Purpose, SEED_BYTES, Seconds,
    SecretKey, SignedBy, Witness, WitnessKey, WitnessSecret,
};
pub use note::{
    KeyId, KeyName, MOST_NOTE_BYTES, MOST_SIGNATURES, NotANote, Signature, SignedNote,
    read_signatures,
};
pub use proof::{
    DoesNotHold, NoProof, Nodes, consistency, inclusion, nodes_for_consistency,
    nodes_for_inclusion, verify_consistency, verify_inclusion,
};
pub use quorum::{AnswerNotTaken, Cosigners, NotAQuorum, Quorum};
pub use state::{Fork, NotAState, State};
pub use tree::{CompactRange, MOST_ENTRIES, NotARange, Position};
pub use verify::{
    Finding, LastCosigned, NumberIn, Place, Report, Row, Trust, Verifying, number_in_form_1, rows,
};
pub use witness::{AddCheckpoint, Answer, Answered, NotARequest, Refused, Watching};
