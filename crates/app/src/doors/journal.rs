//! The journal: one gap-free sequence of what was seen and what was changed. An entry is bytes of
//! our own, which commit by salted hash to content in a row of its own, so that content can be
//! disposed of without rewriting history. Each entry is in the tree (`journal_tree.rs`) as soon as
//! it is in the journal.

use std::sync::LazyLock;

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

/// The kinds of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Seen = 1,
    Changed = 2,
    /// Somebody asked for what is not there, or not for them: the two are written alike.
    Refused = 3,
}

/// What one entry says.
#[derive(Debug, Clone)]
pub struct Said<'a> {
    /// Seen, changed or refused.
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

/// Whether an entry commits to that content, with that salt.
pub fn commits_to(entry: &[u8], salt: &[u8], content: &[u8]) -> bool {
    let commitment = Sha256::new().chain_update(salt).chain_update(content).finalize();
    entry.ends_with(&commitment)
}

/// What an entry ends with that has no content.
pub fn no_content() -> &'static [u8] {
    static NONE: LazyLock<[u8; 32]> =
        LazyLock::new(|| Sha256::new().chain_update(NO_SALT).finalize().into());
    NONE.as_slice()
}

/// What an entry says of itself: all of it but the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Seen, changed or refused.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// Who; nil for the platform itself.
    pub actor: Uuid,
    /// What was done.
    pub what: String,
    /// The sentence of the policy that allowed it.
    pub because: String,
    /// The rows that it was about.
    pub subjects: Vec<Uuid>,
}

/// Reads an entry; `None` for one of another form, or that is none.
pub fn read(entry: &[u8]) -> Option<Read> {
    let mut rest = entry;
    let [form, kind] = take(&mut rest)?;
    let kinds = [Kind::Seen, Kind::Changed, Kind::Refused];
    let kind = kinds.into_iter().find(|k| *k as u8 == kind)?;
    if form != FORM {
        return None;
    }
    let _seq: [u8; 8] = take(&mut rest)?;
    let at = Timestamp::from_microsecond(i64::from_be_bytes(take(&mut rest)?)).ok()?;
    let actor = Uuid::from_bytes(take(&mut rest)?);
    let what = text(&mut rest)?.to_owned();
    let because = text(&mut rest)?.to_owned();
    let count = u32::from_be_bytes(take(&mut rest)?);
    let subjects =
        (0..count).map(|_| take(&mut rest).map(Uuid::from_bytes)).collect::<Option<_>>()?;
    Some(Read { kind, at, actor, what, because, subjects })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*first)
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(u32::from_be_bytes(take(rest)?)).ok()?;
    let (text, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    std::str::from_utf8(text).ok()
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

#[cfg(test)]
mod tests {
    use super::{Kind, NO_SALT, Read, Said, bytes, read};
    use jiff::Timestamp;
    use uuid::Uuid;

    #[test]
    fn an_entry_is_read_as_it_was_said_and_half_of_one_is_none() {
        let at = Timestamp::from_second(1_793_000_000).unwrap();
        let (actor, subjects) = (Uuid::from_u128(7), vec![Uuid::from_u128(8), Uuid::nil()]);
        let (kind, what, because) = (Kind::Seen, "people:child", "Anybody may.");
        let said =
            Said { kind, at, actor, what, because, subjects: &subjects, content: b"A visit" };
        let entry = bytes(3, &said, &NO_SALT);
        let (what, because) = (what.to_owned(), because.to_owned());
        assert_eq!(read(&entry), Some(Read { kind, at, actor, what, because, subjects }));
        assert_eq!(read(&entry[..60]), None);
        assert_eq!(read(&[2; 90]), None, "another form");
    }
}
