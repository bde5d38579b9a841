//! Passwords: Argon2id, checked away from the async threads since it is meant to be slow.

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

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

/// What a password is checked against where nobody has that address: as dear as any other.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$z+4lkh6ZlcyxQqsqmQcaWA$+XrudMEpH5OkCHs1Mtg4mM2gHhbS2JSLXsybKxQCmq8";
/// How many passwords are checked at once: each takes 19 MiB, and a flood must not take them all.
static CHECKS: Semaphore = Semaphore::const_new(8);

/// Whether the password is the one of that hash. Without a hash it takes as long and says no, so
/// that the time does not tell who has an account.
///
/// # Errors
/// When the stored hash can't be read.
pub async fn is_right(password: String, stored: Option<String>) -> Result<bool> {
    let _place = CHECKS.acquire().await.map_err(|e| Error::fault("checking a password", e))?;
    tokio::task::spawn_blocking(move || {
        let known = stored.is_some();
        let stored = stored.as_deref().unwrap_or(NOBODY);
        let stored =
            PasswordHash::new(stored).map_err(|e| Error::fault("reading a password hash", e))?;
        let right = Argon2::default().verify_password(password.as_bytes(), &stored).is_ok();
        Ok(right && known)
    })
    .await
    .map_err(|e| Error::fault("checking a password", e))?
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, hash, is_right};

    /// The part of a hash that says what it costs to check.
    fn costs(hash: &str) -> Vec<&str> {
        hash.split('$').take(4).collect()
    }

    #[test]
    fn an_unknown_address_costs_as_much_as_a_known_one() {
        assert_eq!(costs(&hash("some password").unwrap()), costs(NOBODY));
        assert!(argon2::PasswordHash::new(NOBODY).is_ok());
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        assert!(!is_right("nobody has this password".into(), None).await.unwrap());
    }
}
