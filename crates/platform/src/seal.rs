//! Sealing: what may not lie readable in the database is ciphertext there, under a key that is
//! kept elsewhere, bound to its purpose and its row. A sealed value can be looked up by a keyed
//! hash, and a protected one can't be printed at all.

mod protected;

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
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

/// The form of a sealed value: which algorithm and which key. Another key gets another number.
const FORM: u8 = 1;
const NONCE: usize = 24;

/// Why something could not be sealed or unsealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The machine has no randomness.
    #[error("no randomness")]
    NoRandomness,
    /// It was sealed with another key, for another purpose or row, or was altered.
    #[error("it was sealed with another key or for another row, or was altered")]
    NotOurs,
    /// The key file can't be read or isn't one.
    #[error("the key file {0}")]
    KeyFile(String),
}

/// Ciphertext, as it stands in a column.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// The key from which each purpose gets one of its own.
pub struct Keys(Zeroizing<[u8; 32]>);

impl Keys {
    /// A key for this process alone: tests.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(|_| SealError::NoRandomness)?;
        Ok(Self(key))
    }

    /// The key in a file; a file that isn't there is made, readable by its owner alone.
    ///
    /// # Errors
    /// When the file can't be read or written, or holds no key.
    pub fn in_file(path: &Path) -> Result<Self, SealError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::from_hex(text.trim()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let keys = Self::random()?;
                keys.write(path).map_err(|e| SealError::KeyFile(format!("can't be made: {e}")))?;
                Ok(keys)
            }
            Err(error) => Err(SealError::KeyFile(format!("can't be read: {error}"))),
        }
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let hex: Zeroizing<String> =
            Zeroizing::new(self.0.iter().map(|b| format!("{b:02x}")).collect());
        writeln!(file, "{}", hex.as_str())?;
        file.sync_all()
    }

    fn from_hex(text: &str) -> Result<Self, SealError> {
        let wrong = || SealError::KeyFile("does not hold 64 hexadecimal digits".to_owned());
        let digits: Vec<u8> = text
            .chars()
            .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] * 16 + pair[1]).collect();
        let key: [u8; 32] = bytes.try_into().map_err(|_| wrong())?;
        Ok(Self(Zeroizing::new(key)))
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
        let text = self
            .cipher(purpose)
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| SealError::NotOurs)?;
        Ok(Sealed([&[FORM][..], &nonce, &text].concat()))
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
        let bytes = sealed.0.strip_prefix(&[FORM]).ok_or(SealError::NotOurs)?;
        let (nonce, text) = bytes.split_at_checked(NONCE).ok_or(SealError::NotOurs)?;
        self.cipher(purpose)
            .decrypt(XNonce::from_slice(nonce), Payload { msg: text, aad: context })
            .map(Zeroizing::new)
            .map_err(|_| SealError::NotOurs)
    }

    /// What the same text is found by, without being readable. The caller normalises it first.
    pub fn fingerprint(&self, purpose: &'static str, text: &str) -> [u8; 32] {
        let key = self.derived(&["fingerprint", purpose]);
        mac(key.as_slice(), &[text.as_bytes()])
    }

    fn cipher(&self, purpose: &'static str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.derived(&["seal", purpose]).as_slice().into())
    }

    fn derived(&self, labels: &[&str]) -> Zeroizing<[u8; 32]> {
        let labels: Vec<&[u8]> = labels.iter().map(|l| l.as_bytes()).collect();
        Zeroizing::new(mac(self.0.as_slice(), &labels))
    }
}

/// HMAC-SHA256 over parts, each behind its length so that no two lists of parts are alike.
fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length, so this never fails.
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::{Keys, Sealed};

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
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("key");
        let sealed = Keys::in_file(&path).unwrap().seal("p", b"", b"v").unwrap();
        assert_eq!(*Keys::in_file(&path).unwrap().unseal("p", b"", &sealed).unwrap(), b"v");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "not a key").unwrap();
        assert!(Keys::in_file(&path).is_err());
    }

    #[test]
    fn the_same_text_has_the_same_fingerprint_under_one_key_only() {
        let (a, b) = (Keys::random().unwrap(), Keys::random().unwrap());
        assert_eq!(a.fingerprint("address", "x"), a.fingerprint("address", "x"));
        assert_ne!(a.fingerprint("address", "x"), a.fingerprint("phone", "x"));
        assert_ne!(a.fingerprint("address", "x"), b.fingerprint("address", "x"));
    }
}
