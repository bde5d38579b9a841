//! Sealing: what may not lie readable in the database is ciphertext there, under a key that is
//! kept elsewhere, bound to its purpose and its row. A sealed value can be looked up by a keyed
//! hash, and a protected one can't be printed at all. It refuses to know who may see what.

mod protected;
mod stream;

use std::{
    fmt, fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use protected::{Protected, Reveals};
pub use stream::{Sealing, Unsealing};

/// The form of a value that was sealed with the first key of a ring.
const FORM: u8 = 1;
/// The form of one that was sealed with a later key, whose number in the ring follows.
const LATER: u8 = 2;
/// What keys are wrapped for, in the derivation of the key that wraps them.
const WRAPPED: &str = "data key";
const NONCE: usize = 24;
const KEY: usize = 32;
/// What SHA-256 works on at a time.
const BLOCK: usize = 64;
/// The bits of a file's mode that let others than its owner and group in.
const OTHERS: u32 = 0o007;

/// Why something could not be sealed or unsealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The machine has no randomness.
    #[error("no randomness")]
    NoRandomness,
    /// It was sealed with another key, for another purpose or row, or was altered.
    #[error("it was sealed with another key or for another row, or was altered")]
    NotOurs,
    /// What was to be sealed can't be written down as JSON, or what was unsealed isn't that type.
    #[error("its content does not have the form that was asked for")]
    Content,
    /// The key file can't be read or isn't one.
    #[error("the key file {0}")]
    KeyFile(String),
}

/// Ciphertext, as it stands in a column.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// A ring of keys, from each of which each purpose gets one of its own. What is sealed is sealed
/// with the newest; what was sealed with an earlier one opens as before. Where a text is looked up
/// by its fingerprint it is the first, since it must be found again.
///
/// The ring itself lies wrapped beside what it seals. What wraps it is a ring of one key, which is
/// kept elsewhere and can be changed without sealing anything anew.
#[derive(Clone)]
pub struct Keys {
    first: Zeroizing<[u8; KEY]>,
    later: Vec<Zeroizing<[u8; KEY]>>,
}

impl Keys {
    /// A new key, for this process alone until it is written down.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn random() -> Result<Self, SealError> {
        Ok(Self::of(random()?))
    }

    const fn of(first: Zeroizing<[u8; KEY]>) -> Self {
        Self { first, later: Vec::new() }
    }

    /// The ring with a new key, with which everything is sealed from then on.
    ///
    /// # Errors
    /// When the machine has no randomness, or the ring has as many keys as can be told apart.
    pub fn with_another(mut self) -> Result<Self, SealError> {
        if self.later.len() == usize::from(u8::MAX) {
            return Err(SealError::Content);
        }
        self.later.push(random()?);
        Ok(self)
    }

    /// Each key of the ring, wrapped with another, the first one first.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn wrapped_by(&self, wrapping: &Self) -> Result<Vec<Sealed>, SealError> {
        let all = std::iter::once(&self.first).chain(&self.later);
        (0_u64..)
            .zip(all)
            .map(|(number, key)| wrapping.seal(WRAPPED, &number.to_be_bytes(), key.as_slice()))
            .collect()
    }

    /// The ring that was wrapped so.
    ///
    /// # Errors
    /// `NotOurs` when it was wrapped with another key, or is not whole.
    pub fn unwrapped(wrapping: &Self, wrapped: &[Sealed]) -> Result<Self, SealError> {
        let opened = (0_u64..).zip(wrapped).map(|(number, sealed)| {
            let key = wrapping.unseal(WRAPPED, &number.to_be_bytes(), sealed)?;
            let mut whole = Zeroizing::new([0; KEY]);
            if key.len() != KEY {
                return Err(SealError::NotOurs);
            }
            whole.copy_from_slice(&key);
            Ok(whole)
        });
        let mut all = opened.collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() {
            return Err(SealError::NotOurs);
        }
        let first = all.remove(0);
        Ok(Self { first, later: all })
    }

    /// The key in 64 hexadecimal digits.
    ///
    /// # Errors
    /// When they are something else.
    pub fn from_hex(text: &str) -> Result<Self, SealError> {
        let wrong = || SealError::KeyFile("does not hold 64 hexadecimal digits".to_owned());
        let mut key = Zeroizing::new([0; KEY]);
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(wrong()) };
        if pairs.len() != KEY {
            return Err(wrong());
        }
        for (byte, [high, low]) in key.iter_mut().zip(pairs) {
            *byte = digit(*high).ok_or_else(wrong)? * 16 + digit(*low).ok_or_else(wrong)?;
        }
        Ok(Self::of(key))
    }

    /// The key in a file. The production server uses this: with a new key in place of a lost one,
    /// nothing that was sealed could be read again.
    ///
    /// # Errors
    /// When the file can't be read, can be read by everybody, or holds no key.
    pub fn from_file(path: &Path) -> Result<Self, SealError> {
        Self::read(path).map_err(|e| unreadable(&e))?
    }

    /// Makes a key and a file for it, readable by its owner alone.
    ///
    /// # Errors
    /// When the file is there already or can't be written.
    pub fn create_file(path: &Path) -> Result<Self, SealError> {
        let keys = Self::random()?;
        keys.write(path).map_err(|e| SealError::KeyFile(format!("can't be made: {e}")))?;
        Ok(keys)
    }

    /// The key in a file, which is made if it isn't there: for the demo.
    ///
    /// # Errors
    /// As `from_file` and `create_file`.
    pub fn in_file(path: &Path) -> Result<Self, SealError> {
        match Self::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create_file(path),
            read => read.map_err(|e| unreadable(&e))?,
        }
    }

    fn read(path: &Path) -> io::Result<Result<Self, SealError>> {
        let text = Zeroizing::new(fs::read_to_string(path)?);
        if fs::metadata(path)?.permissions().mode() & OTHERS != 0 {
            return Ok(Err(SealError::KeyFile("is open to everybody: chmod 600".to_owned())));
        }
        Ok(Self::from_hex(text.trim()))
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let hex = Zeroizing::new(self.first.iter().map(|b| format!("{b:02x}")).collect::<String>());
        writeln!(file, "{}", hex.as_str())?;
        file.sync_all()
    }

    /// Seals a value for a purpose and a row (`context`: only there can it be unsealed).
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn seal(
        &self,
        purpose: &'static str,
        context: &[u8],
        value: &[u8],
    ) -> Result<Sealed, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let payload = Payload { msg: value, aad: context };
        let newest = self.later.last().unwrap_or(&self.first);
        let text = cipher(newest, purpose)
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| SealError::NotOurs)?;
        let number = u8::try_from(self.later.len()).map_err(|_| SealError::Content)?;
        let form: &[u8] = if number == 0 { &[FORM] } else { &[LATER, number] };
        Ok(Sealed([form, &nonce, &text].concat()))
    }

    /// The value that was sealed for this purpose and row.
    ///
    /// # Errors
    /// When it wasn't, or was altered.
    pub fn unseal(
        &self,
        purpose: &'static str,
        context: &[u8],
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (key, bytes) = match sealed.0.as_slice() {
            [FORM, bytes @ ..] => (Some(&self.first), bytes),
            [LATER, number, bytes @ ..] => {
                (usize::from(*number).checked_sub(1).and_then(|n| self.later.get(n)), bytes)
            }
            _ => (None, &[][..]),
        };
        let key = key.ok_or(SealError::NotOurs)?;
        let (nonce, text) = bytes.split_at_checked(NONCE).ok_or(SealError::NotOurs)?;
        cipher(key, purpose)
            .decrypt(XNonce::from_slice(nonce), Payload { msg: text, aad: context })
            .map(Zeroizing::new)
            .map_err(|_| SealError::NotOurs)
    }

    /// What the same text is found by, without being readable. The caller normalises it first.
    pub fn fingerprint(&self, purpose: &'static str, text: &str) -> [u8; KEY] {
        mac(&self.derived(&["fingerprint", purpose]), &[text.as_bytes()])
    }

    /// From the first key.
    fn derived(&self, labels: &[&str]) -> Zeroizing<[u8; KEY]> {
        derived(&self.first, labels)
    }
}

fn random() -> Result<Zeroizing<[u8; KEY]>, SealError> {
    let mut key = Zeroizing::new([0; KEY]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| SealError::NoRandomness)?;
    Ok(key)
}

fn cipher(key: &[u8; KEY], purpose: &'static str) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(derived(key, &["seal", purpose]).as_slice().into())
}

fn derived(key: &[u8; KEY], labels: &[&str]) -> Zeroizing<[u8; KEY]> {
    let labels: Vec<&[u8]> = labels.iter().map(|l| l.as_bytes()).collect();
    Zeroizing::new(mac(key, &labels))
}

/// HMAC-SHA256 over parts, each behind its length so that no two lists of parts are alike.
fn mac(key: &[u8; KEY], parts: &[&[u8]]) -> [u8; KEY] {
    // HMAC itself fills a key up to its block with zeros; doing so here leaves it no way to fail.
    let mut block = Zeroizing::new([0; BLOCK]);
    block[..KEY].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(block.as_slice().into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

fn unreadable(error: &io::Error) -> SealError {
    SealError::KeyFile(format!("can't be read: {error}"))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::{Keys, Sealed};

    // Computed by another implementation, with the nonce 00 01 02 … 17.
    const SEALED: &str = "01000102030405060708090a0b0c0d0e0f10111213141516172ea4d8da30c373\
        18488b97df6ad3e35e0f5cfa33287dacc2cbf75101bcd2db";
    const FINGERPRINT: &str = "5e2a6f2c5a73c2ee393b07c5a0581d59aebcebd1cbec0557a319d8301dbd1d05";

    #[test]
    fn a_sealed_value_opens_only_for_its_purpose_and_row() {
        let keys = Keys::random().unwrap();
        let sealed = keys.seal("address", b"row 1", b"1 Sample Street").unwrap();
        assert!(!sealed.0.windows(6).any(|w| w == b"Sample"));
        let opens = |purpose, row: &[u8]| keys.unseal(purpose, row, &sealed).is_ok();
        assert!(opens("address", b"row 1"));
        assert!(!opens("address", b"row 2"));
        assert!(!opens("phone", b"row 1"));
        assert!(Keys::random().unwrap().unseal("address", b"row 1", &sealed).is_err());
        let mut altered = sealed.0.clone();
        altered[30] ^= 1;
        assert!(keys.unseal("address", b"row 1", &Sealed(altered)).is_err());
        assert!(keys.unseal("address", b"row 1", &Sealed(vec![1, 2])).is_err());
    }

    #[test]
    fn a_key_file_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("key");
        assert!(Keys::from_file(&path).is_err(), "nothing is made by reading");
        let sealed = Keys::in_file(&path).unwrap().seal("p", b"", b"v").unwrap();
        assert_eq!(*Keys::in_file(&path).unwrap().unseal("p", b"", &sealed).unwrap(), b"v");
        assert_eq!(*Keys::from_file(&path).unwrap().unseal("p", b"", &sealed).unwrap(), b"v");
        assert!(Keys::create_file(&path).is_err(), "a key is never written over");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Keys::from_file(&path).is_err(), "a key that everybody knows is none");
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        let same = Keys::from_hex(&"0f".repeat(32)).unwrap();
        assert_eq!(*same.first, [15; 32]);
        for wrong in ["", "0f", "not a key", &"0f".repeat(33), &"0g".repeat(32), &"é".repeat(32)] {
            assert!(Keys::from_hex(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_ring_seals_with_its_newest_key_and_opens_what_any_of_them_sealed() {
        let first = Keys::random().unwrap();
        let (old, print) = (first.seal("p", b"r", b"old").unwrap(), first.fingerprint("p", "x"));
        let ring = first.clone().with_another().unwrap();
        let new = ring.seal("p", b"r", b"new").unwrap();
        assert_eq!(*ring.unseal("p", b"r", &old).unwrap(), b"old");
        assert_eq!(*ring.unseal("p", b"r", &new).unwrap(), b"new");
        assert!(first.unseal("p", b"r", &new).is_err(), "the first key does not open it");
        assert_eq!(ring.fingerprint("p", "x"), print, "what is looked up is found as before");
        for other in [&[][..], &[2], &[2, 0], &[2, 2], &[3, 1]] {
            let altered = Sealed([other, &new.0[2..]].concat());
            assert!(ring.unseal("p", b"r", &altered).is_err(), "{other:?}");
        }
    }

    #[test]
    fn a_ring_is_unwrapped_whole_and_only_by_what_wrapped_it() {
        let ring = Keys::random().unwrap().with_another().unwrap();
        let sealed = ring.seal("p", b"r", b"v").unwrap();
        let (wrapping, other) = (Keys::random().unwrap(), Keys::random().unwrap());
        let wrapped = ring.wrapped_by(&wrapping).unwrap();
        let again = Keys::unwrapped(&wrapping, &wrapped).unwrap();
        assert_eq!(*again.unseal("p", b"r", &sealed).unwrap(), b"v");
        assert!(Keys::unwrapped(&other, &wrapped).is_err());
        assert!(Keys::unwrapped(&wrapping, &[]).is_err());
        let reversed: Vec<_> = wrapped.iter().rev().cloned().collect();
        assert!(Keys::unwrapped(&wrapping, &reversed).is_err(), "each has its place");
    }

    /// What was sealed by yesterday's release must open today: the stored form is a promise.
    #[test]
    fn the_stored_form_does_not_change() {
        let keys = Keys::from_hex(&"0f".repeat(32)).unwrap();
        let sealed = Sealed(bytes(SEALED));
        assert_eq!(*keys.unseal("address", b"row 1", &sealed).unwrap(), b"1 Sample Street");
        assert_eq!(keys.fingerprint("address", "1 sample street").to_vec(), bytes(FINGERPRINT));
    }

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks_exact(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn the_same_text_has_the_same_fingerprint_under_one_key_only() {
        let (a, b) = (Keys::random().unwrap(), Keys::random().unwrap());
        assert_eq!(a.fingerprint("address", "x"), a.fingerprint("address", "x"));
        assert_ne!(a.fingerprint("address", "x"), a.fingerprint("phone", "x"));
        assert_ne!(a.fingerprint("address", "x"), b.fingerprint("address", "x"));
    }
}
