//! The keys of the log and of witnesses, each in a file that its owner alone can read, outside the
//! database: with the log's key somebody could sign another journal, with a witness's co-sign it.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use journal_proof::{KeyName, KnownLog, LogKey, LogSecret, Purpose, SEED_BYTES, SecretKey};
use platform::db::Db;
use zeroize::Zeroizing;

use super::store;
use crate::error::{Error, Result};

/// The bits of a file's mode that let others than its owner and group in.
const OTHERS: u32 = 0o007;

/// Makes a key and the file for it.
///
/// # Errors
/// A refusal when the file is there or can't be written.
pub fn create<P: Purpose>(path: &Path, name: KeyName) -> Result<SecretKey<P>> {
    let mut seed = Zeroizing::new([0; SEED_BYTES]);
    getrandom::fill(seed.as_mut_slice())
        .map_err(|_| Error::fault("making a key", "the machine has no randomness"))?;
    let key = SecretKey::from_seed(name, &seed);
    write(path, key.to_text().as_bytes()).map_err(|why| unusable(path, &why))?;
    Ok(key)
}

fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// The key in a file.
///
/// # Errors
/// A refusal when there is none, or everybody can read it.
pub fn read<P: Purpose>(path: &Path) -> Result<SecretKey<P>> {
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(|why| unusable(path, &why))?;
    let mode = fs::metadata(path).map_err(|why| unusable(path, &why))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(unusable(path, &"it is open to everybody: chmod 600"));
    }
    SecretKey::from_text(text.trim()).map_err(|why| unusable(path, &why))
}

/// The log's key: made where nothing was signed yet and the file is missing, and otherwise never.
///
/// # Errors
/// A refusal when the file is missing, holds no key, or another than the journal was signed with.
pub async fn of_the_log(db: &Db, path: &Path, partnership: &str) -> Result<LogSecret> {
    let signed = store::last_checkpoint(&db.reads()).await?;
    match signed {
        None if !path.exists() => create(path, name(partnership)?),
        None => read(path),
        Some(note) => {
            let key: LogSecret = read(path).map_err(|why| {
                Error::refusal(format!(
                    "{why}. Checkpoints of the journal were signed with a key: put that key there, \
                     or say with --log-key where it is. Nothing was changed"
                ))
            })?;
            known_by(vec![key.public().clone()]).open(note.as_bytes()).map_err(|why| {
                Error::refusal(format!(
                    "{}: this is not the key that the last checkpoint of the journal was signed \
                     with ({why}). Nothing was changed",
                    path.display()
                ))
            })?;
            Ok(key)
        }
    }
}

/// The log that signs with these keys, the one in use first: it is called as that key is.
pub fn known_by(keys: Vec<LogKey>) -> KnownLog {
    let origin = keys.first().map_or_else(String::new, |key| key.name().to_string());
    KnownLog { origin, keys }
}

/// What the log of a partnership is called, for ever: `sightline/` and its name as in an address.
fn name(partnership: &str) -> Result<KeyName> {
    let letters = partnership.to_lowercase();
    let words: Vec<_> =
        letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!("sightline/{}", words.join("-"))
        .parse()
        .map_err(|why| Error::fault("naming the journal's log", why))
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::refusal(format!("{}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_log_is_called_as_its_partnership_is() {
        let name = super::name("Seaholme & Marram Safeguarding Partnership").unwrap();
        assert_eq!(name.to_string(), "sightline/seaholme-marram-safeguarding-partnership");
    }
}
