//! Passwords: Argon2id, checked away from the async threads since it is meant to be slow.

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};

use crate::error::{Error, Result};

/// The hash of a password, to be stored.
///
/// # Errors
/// When the machine has no randomness.
pub fn hash(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| Error::fault("hashing a password", e))
}

/// Whether the password is the one of that hash. Without a hash it takes as long and says no, so
/// that the time does not tell who has an account.
///
/// # Errors
/// When the stored hash can't be read.
pub async fn is_right(password: String, stored: Option<String>) -> Result<bool> {
    tokio::task::spawn_blocking(move || {
        let known = stored.is_some();
        let stored = match stored {
            Some(stored) => stored,
            None => hash("nobody has this password")?,
        };
        let stored =
            PasswordHash::new(&stored).map_err(|e| Error::fault("reading a password hash", e))?;
        let right = Argon2::default().verify_password(password.as_bytes(), &stored).is_ok();
        Ok(right && known)
    })
    .await
    .map_err(|e| Error::fault("checking a password", e))?
}
