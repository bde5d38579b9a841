//! A value that must never be shown without a decision: a refuge's address, safe contact details,
//! a source of intelligence. It has no `Display`, `Debug`, `Serialize` or `Deref`, so a page, a
//! log or an export that would leak it does not compile.

use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{Keys, SealError, Sealed};

/// A decision that lets protected values be seen. The application implements it for the one type
/// that its access rules hand out, and for no other.
pub trait Reveals {}

/// A protected value.
#[derive(Clone)]
pub struct Protected<T>(T);

impl<T> Protected<T> {
    /// Protects a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The answer to a question about it, where nothing of it is shown: whether a text holds it.
    pub fn answers(&self, question: impl FnOnce(&T) -> bool) -> bool {
        question(&self.0)
    }

    /// The value, for whoever holds a decision.
    pub fn reveal(&self, _decision: &impl Reveals) -> &T {
        &self.0
    }
}

impl<T: Serialize> Protected<T> {
    /// The value as ciphertext (of its JSON), for a purpose and a row as in `Keys::seal`.
    ///
    /// # Errors
    /// When it can't be written as JSON, or the machine has no randomness.
    pub fn seal(
        &self,
        keys: &Keys,
        purpose: &'static str,
        context: &[u8],
    ) -> Result<Sealed, SealError> {
        let content = serde_json::to_vec(&self.0).map_err(|_| SealError::Content)?;
        keys.seal(purpose, context, &Zeroizing::new(content))
    }
}

impl<T: DeserializeOwned> Protected<T> {
    /// The value that `seal` made ciphertext of, still protected.
    ///
    /// # Errors
    /// When it was not sealed by these keys for this purpose and row, or is of another type.
    pub fn unseal(
        keys: &Keys,
        purpose: &'static str,
        context: &[u8],
        sealed: &Sealed,
    ) -> Result<Self, SealError> {
        let content = keys.unseal(purpose, context, sealed)?;
        serde_json::from_slice(&content).map(Self).map_err(|_| SealError::Content)
    }
}
