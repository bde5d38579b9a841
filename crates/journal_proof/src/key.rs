//! Ed25519 keys and what each may sign: the log's key checkpoints, a witness's key cosignatures.
//! The types keep them apart. Where a secret comes from and is kept is the caller's affair; it is
//! wiped from memory when it is dropped, and can't be printed.

use std::{fmt, marker::PhantomData, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::note::{KeyId, KeyName, Signature, SignedNote};

/// How many bytes a secret has: the seed of RFC 8032.
pub const SEED_BYTES: usize = 32;
const KEY_BYTES: usize = 32;
/// A type byte and a key, and the same in base64.
const ENCODED_BYTES: usize = 1 + KEY_BYTES;
const ENCODED_CHARS: usize = 44;
const SIGNATURE_BYTES: usize = 64;
const TIME_BYTES: usize = 8;
const SECRET_PREFIX: &str = "PRIVATE+KEY+";

mod sealed {
    pub trait Sealed {}
}

/// What a key signs: [`Log`] or [`Witness`].
pub trait Purpose: sealed::Sealed {
    /// The signature type of c2sp.org/signed-note.
    const TYPE: u8;
}

/// The log's key signs checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {}

/// A witness's key co-signs checkpoints, with the time (c2sp.org/tlog-cosignature, version 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {}

impl sealed::Sealed for Log {}
impl Purpose for Log {
    const TYPE: u8 = 1;
}
impl sealed::Sealed for Witness {}
impl Purpose for Witness {
    const TYPE: u8 = 4;
}

/// With what the log's signatures are checked.
pub type LogKey = PublicKey<Log>;
/// With what the log signs.
pub type LogSecret = SecretKey<Log>;
/// With what a witness's cosignatures are checked.
pub type WitnessKey = PublicKey<Witness>;
/// With what a witness co-signs.
pub type WitnessSecret = SecretKey<Witness>;

/// Why a text is not a key, in a sentence that holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not the key that is needed: {0}")]
pub struct NotAKey(&'static str);

/// A moment in whole seconds since 1970, UTC. Not before, nor after 2^63 − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(u64);

impl Seconds {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A moment is before 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time is before 1970")]
pub struct Before1970;

impl TryFrom<i64> for Seconds {
    type Error = Before1970;

    fn try_from(seconds: i64) -> Result<Self, Before1970> {
        u64::try_from(seconds).map(Self).map_err(|_| Before1970)
    }
}

/// What the signatures of a note say of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBy<T> {
    /// This key signed, and nothing under its name is bad.
    Good(T),
    /// No signature claims to be by this key.
    Absent,
    /// A signature claims to be by this key and isn't.
    Forged,
}

/// A public key with its name. Written as `name+id+key` (a *vkey*).
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey<P> {
    name: KeyName,
    id: KeyId,
    key: VerifyingKey,
    purpose: PhantomData<P>,
}

impl<P: Purpose> PublicKey<P> {
    fn new(name: KeyName, key: VerifyingKey) -> Self {
        let id = key_id::<P>(&name, &key);
        Self { name, id, key, purpose: PhantomData }
    }

    /// Whose it is.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Its number, which is derived from name, purpose and key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether it is the same key, perhaps under another name.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// What the signatures that claim to be by this key say; the last of several good ones.
    fn reads<T: Ord>(
        &self,
        note: &SignedNote,
        good: impl Fn(&Signature) -> Option<T>,
    ) -> SignedBy<T> {
        let ours = note.signatures().iter().filter(|s| s.name == self.name && s.key == self.id);
        ours.map(good).fold(SignedBy::Absent, |before, next| match (before, next) {
            (SignedBy::Forged, _) | (_, None) => SignedBy::Forged,
            (SignedBy::Absent, Some(now)) => SignedBy::Good(now),
            (SignedBy::Good(one), Some(other)) => SignedBy::Good(one.max(other)),
        })
    }

    fn signed(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.key.verify_strict(message, &signature).is_ok()
    }
}

impl LogKey {
    /// Whether the log signed the note.
    #[must_use]
    pub fn signed_note(&self, note: &SignedNote) -> SignedBy<()> {
        self.reads(note, |signature| {
            let bytes = signature.bytes.as_slice().try_into().ok()?;
            self.signed(note.text().as_bytes(), bytes).then_some(())
        })
    }
}

impl WitnessKey {
    /// Whether the witness co-signed the note, and when.
    #[must_use]
    pub fn cosigned_note(&self, note: &SignedNote) -> SignedBy<Seconds> {
        self.reads(note, |signature| {
            let (time, bytes) = signature.bytes.split_first_chunk::<TIME_BYTES>()?;
            let at = Seconds::try_from(i64::from_be_bytes(*time)).ok()?;
            self.signed(&cosigned(at, note.text()), bytes.try_into().ok()?).then_some(at)
        })
    }
}

impl<P: Purpose> FromStr for PublicKey<P> {
    type Err = NotAKey;

    fn from_str(vkey: &str) -> Result<Self, NotAKey> {
        let (name, id, key) = parts::<P>(vkey)?;
        let key = VerifyingKey::from_bytes(&key)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or(NotAKey("its last part is no Ed25519 key"))?;
        let public = Self::new(name, key);
        if public.id == id { Ok(public) } else { Err(NotAKey("its parts do not belong together")) }
    }
}

impl<P> fmt::Display for PublicKey<P>
where
    P: Purpose,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode(encoded::<P>(self.key.as_bytes()));
        write!(f, "{}+{}+{key}", self.name, self.id)
    }
}

impl<P: Purpose> fmt::Debug for PublicKey<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A secret key with its name. It can't be copied, and is wiped when it is dropped.
pub struct SecretKey<P> {
    key: SigningKey,
    public: PublicKey<P>,
}

impl<P: Purpose> SecretKey<P> {
    /// The key from 32 secret bytes, which must be random.
    #[must_use]
    pub fn from_seed(name: KeyName, seed: &Zeroizing<[u8; SEED_BYTES]>) -> Self {
        let key = SigningKey::from_bytes(seed);
        let public = PublicKey::new(name, key.verifying_key());
        Self { key, public }
    }

    /// From `PRIVATE+KEY+name+id+key` (an *skey*), as golang.org/x/mod/sumdb/note writes it.
    ///
    /// # Errors
    /// When it is something else, or a key for another purpose.
    pub fn from_text(skey: &str) -> Result<Self, NotAKey> {
        let rest = skey.strip_prefix(SECRET_PREFIX).ok_or(NotAKey("it is no secret key"))?;
        let (name, id, seed) = parts::<P>(rest)?;
        let secret = Self::from_seed(name, &seed);
        if secret.public.id == id {
            Ok(secret)
        } else {
            Err(NotAKey("its parts do not belong together"))
        }
    }

    /// The secret, written down for a file that its owner alone can read.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut encoded = Zeroizing::new([P::TYPE; ENCODED_BYTES]);
        encoded[1..].copy_from_slice(self.key.as_bytes());
        let mut chars = Zeroizing::new([0; ENCODED_CHARS]);
        // It fits, and base64 is text: neither can fail.
        let _ = STANDARD.encode_slice(encoded.as_slice(), chars.as_mut_slice());
        let head = format!("{SECRET_PREFIX}{}+{}+", self.public.name, self.public.id);
        // As large as it gets from the start, so that no copy is left behind by growing.
        let mut text = Zeroizing::new(String::with_capacity(head.len() + ENCODED_CHARS));
        text.push_str(&head);
        text.push_str(str::from_utf8(chars.as_slice()).unwrap_or_default());
        text
    }

    /// What others check its signatures with.
    #[must_use]
    pub fn public(&self) -> &PublicKey<P> {
        &self.public
    }

    fn signature(&self, bytes: Vec<u8>) -> Signature {
        Signature { name: self.public.name.clone(), key: self.public.id, bytes }
    }
}

impl LogSecret {
    /// Signs the text of a note.
    #[must_use]
    pub fn sign(&self, text: &str) -> Signature {
        self.signature(self.key.sign(text.as_bytes()).to_bytes().to_vec())
    }
}

impl WitnessSecret {
    /// Co-signs the text of a checkpoint.
    #[must_use]
    pub fn cosign(&self, text: &str, at: Seconds) -> Signature {
        let signature = self.key.sign(&cosigned(at, text)).to_bytes();
        self.signature([&at.0.to_be_bytes()[..], &signature].concat())
    }
}

/// Tells which key it is and nothing of the secret.
impl<P: Purpose> fmt::Debug for SecretKey<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}+{})", self.public.name, self.public.id)
    }
}

/// What a witness signs (c2sp.org/tlog-cosignature).
fn cosigned(at: Seconds, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {}\n{text}", at.0).into_bytes()
}

fn key_id<P: Purpose>(name: &KeyName, key: &VerifyingKey) -> KeyId {
    let hash = Sha256::new()
        .chain_update(name.to_string())
        .chain_update(b"\n")
        .chain_update(encoded::<P>(key.as_bytes()))
        .finalize();
    let [a, b, c, d, ..]: [u8; 32] = hash.into();
    KeyId([a, b, c, d])
}

fn encoded<P: Purpose>(key: &[u8; KEY_BYTES]) -> [u8; ENCODED_BYTES] {
    let mut encoded = [P::TYPE; ENCODED_BYTES];
    encoded[1..].copy_from_slice(key);
    encoded
}

/// Name, number and key of `name+id+key`; the key, which may be a secret one, is wiped after use.
fn parts<P: Purpose>(text: &str) -> Result<(KeyName, KeyId, Zeroizing<[u8; KEY_BYTES]>), NotAKey> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NotAKey("it does not have its three parts"));
    };
    let name = name.parse().map_err(|_| NotAKey("its name is none"))?;
    let id = key_id_of(id).ok_or(NotAKey("its number is not eight hexadecimal digits"))?;
    let mut bytes = Zeroizing::new([0; ENCODED_BYTES]);
    if key.len() != ENCODED_CHARS
        || STANDARD.decode_slice(key, bytes.as_mut_slice()) != Ok(ENCODED_BYTES)
    {
        return Err(NotAKey("its last part is no Ed25519 key"));
    }
    if bytes[0] != P::TYPE {
        return Err(NotAKey("it is for another purpose"));
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    key.copy_from_slice(&bytes[1..]);
    Ok((name, id, key))
}

fn key_id_of(hex: &str) -> Option<KeyId> {
    let digit = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    let right = hex.len() == 8 && hex.bytes().all(digit);
    right.then(|| u32::from_str_radix(hex, 16).ok())?.map(|id| KeyId(id.to_be_bytes()))
}
