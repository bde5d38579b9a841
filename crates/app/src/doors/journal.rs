//! The journal: one gap-free sequence of what was seen and what was changed. An entry is bytes of
//! our own, which commit by salted hash to content in a row of its own, so that content can be
//! disposed of without rewriting history. Each entry is in the tree (`journal_tree.rs`) as soon as
//! it is in the journal.

use jiff::Timestamp;
use journal_proof::Hash;
use platform::db::{Counter, Runs, Table, Tx};
use platform::seal::Keys;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    journal_tree,
};

/// The form of an entry's bytes. A new form gets a new number; old entries keep theirs.
const FORM: u8 = 1;
/// What sealed contents are for, in the key's derivation.
const PURPOSE: &str = "journal content";

/// The number of the last entry, with the state of the tree over all entries. Whoever appends holds
/// it until the commit, and others wait.
pub(crate) const HEAD: Counter = Counter::carrying("journal_head", "tree");
const JOURNAL: Table<2> = Table::new("journal", ["seq", "entry"]);
const CONTENT: Table<3> = Table::new("journal_content", ["seq", "salt", "sealed"]);

/// What makes the commitment to a content tell nothing of it.
pub type Salt = [u8; 16];
/// The salt of an entry without content.
pub const NO_SALT: Salt = [0; 16];

/// The two kinds of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Seen = 1,
    Changed = 2,
}

/// What one entry says.
#[derive(Debug, Clone)]
pub struct Said<'a> {
    /// Seen or changed.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// Who; nil for the platform itself.
    pub actor: Uuid,
    /// What was done: the name of the look or change.
    pub what: &'a str,
    /// The rule that allowed it.
    pub because: &'a str,
    /// The rows that it was about.
    pub subjects: &'a [Uuid],
    /// What was said, committed to and kept apart. It may hold anything.
    pub content: &'a [u8],
}

/// Appends an entry and answers with its number.
///
/// # Errors
/// When the database or the seal does.
pub async fn append(tx: &Tx, keys: &Keys, said: &Said<'_>) -> Result<i64> {
    append_all(tx, keys, &[(said.clone(), Uuid::new_v4().into_bytes())]).await
}

/// Appends entries in their order, each with the salt of its commitment, and answers with the
/// number of the first; the others follow it without a gap.
///
/// # Errors
/// When the database or the seal does.
pub async fn append_all(tx: &Tx, keys: &Keys, all: &[(Said<'_>, Salt)]) -> Result<i64> {
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let last = tx.count(&HEAD, count).await?;
    let first = last - count + 1;
    let (mut entries, mut contents) = (Vec::with_capacity(all.len()), Vec::new());
    let mut leaves = Vec::with_capacity(all.len());
    for (seq, (said, salt)) in (first..).zip(all) {
        let has_content = !said.content.is_empty();
        let entry = bytes(seq, said, if has_content { salt } else { &NO_SALT });
        leaves.push(Hash::leaf(&entry));
        entries.push([seq.into(), entry.into()]);
        if !has_content {
            continue;
        }
        let sealed = keys
            .seal(PURPOSE, &seq.to_be_bytes(), said.content)
            .map_err(|e| Error::fault("sealing a journal content", e))?;
        contents.push([seq.into(), salt.to_vec().into(), sealed.0.into()]);
    }
    tx.insert_all(&JOURNAL, entries).await?;
    tx.insert_all(&CONTENT, contents).await?;
    journal_tree::push(tx, first, &leaves).await?;
    Ok(first)
}

/// Waits until no other change is under way in any process, and makes later ones wait: for the
/// platform's own work that must read everything before it writes, and appends nothing.
///
/// # Errors
/// When the database does.
pub async fn wait_for_others(tx: &Tx) -> Result<()> {
    tx.run("UPDATE journal_head SET seq = seq WHERE one = 1", []).await?;
    Ok(())
}

/// The content of an entry, unsealed.
///
/// # Errors
/// When it was sealed with another key or for another entry.
pub fn unseal(keys: &Keys, seq: i64, sealed: Vec<u8>) -> Result<Vec<u8>> {
    keys.unseal(PURPOSE, &seq.to_be_bytes(), &platform::seal::Sealed(sealed))
        .map(|content| content.to_vec())
        .map_err(|e| Error::fault("unsealing a journal content", e))
}

/// The canonical bytes of an entry: big-endian numbers, texts and lists behind their length.
fn bytes(seq: i64, said: &Said<'_>, salt: &Salt) -> Vec<u8> {
    let mut bytes = vec![FORM, said.kind as u8];
    bytes.extend(seq.to_be_bytes());
    bytes.extend(said.at.as_microsecond().to_be_bytes());
    bytes.extend(said.actor.as_bytes());
    for text in [said.what, said.because] {
        bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(u32::try_from(said.subjects.len()).unwrap_or(u32::MAX).to_be_bytes());
    for subject in said.subjects {
        bytes.extend(subject.as_bytes());
    }
    bytes.extend(Sha256::new().chain_update(salt).chain_update(said.content).finalize());
    bytes
}
