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

/// As [`hash`], away from the async threads.
///
/// # Errors
/// As [`hash`].
pub async fn hashed(password: String) -> Result<String> {
    let _place = CHECKS.acquire().await.map_err(|e| Error::fault("hashing a password", e))?;
    tokio::task::spawn_blocking(move || hash(&password))
        .await
        .map_err(|e| Error::fault("hashing a password", e))?
}

/// How long a new password is at least, in characters: it is often the only thing that somebody
/// on a shared computer has (NIST SP 800-63B-4, 3.1.1.2).
pub const SHORTEST: usize = 15;
/// And at most: hashing a novel would keep the machine from its work.
pub const LONGEST: usize = 200;

/// Whether a new password will do for somebody of whom these words are known. There is no rule
/// about digits or capitals, which only makes passwords that are forgotten.
///
/// # Errors
/// What is wrong with it, as it is said beside the field.
pub fn judge(new: &str, known: &[&str]) -> std::result::Result<(), String> {
    let length = new.chars().count();
    if length < SHORTEST {
        return Err(format!("Enter a password of at least {SHORTEST} characters"));
    }
    if length > LONGEST {
        return Err(format!("Enter a password of at most {LONGEST} characters"));
    }
    let known = known.iter().flat_map(|k| k.split([' ', '@', '.', '-']));
    let known: Vec<_> =
        known.chain(["sightline", "safeguarding"]).filter(|k| k.len() > 2).collect();
    let without = known
        .iter()
        .fold(new.to_lowercase(), |left, known| left.replace(&known.to_lowercase(), ""));
    let is_guessed = zxcvbn::zxcvbn(new, &known).score() < zxcvbn::Score::Three;
    if is_guessed || without.chars().count() < SHORTEST / 2 {
        return Err("Enter a password that is harder to guess: it is on the list of those that \
                    everybody tries first, or made of your name or of few words that belong \
                    together"
            .to_owned());
    }
    Ok(())
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
    use super::{NOBODY, hash, is_right, judge};

    /// The part of a hash that says what it costs to check.
    fn costs(hash: &str) -> Vec<&str> {
        hash.split('$').take(4).collect()
    }

    #[test]
    fn an_unknown_address_costs_as_much_as_a_known_one() {
        assert_eq!(costs(&hash("some password").unwrap()), costs(NOBODY));
        assert!(argon2::PasswordHash::new(NOBODY).is_ok());
    }

    #[test]
    fn a_password_that_everybody_tries_first_is_refused() {
        let known = ["Owen Invented-Hale", "owen@marram.example", "Marram Primary School"];
        for bad in ["short", "passwordpassword", "123456789012345", "qwertyuiopasdfg"] {
            assert!(judge(bad, &known).is_err(), "{bad}");
        }
        assert!(judge("OwenMarramPrimary", &known).is_err(), "made of what is known of him");
        assert!(judge(&"ж".repeat(201), &known).is_err());
        judge("copper lantern seventeen herons", &known).unwrap();
        judge("кот идёт домой по снегу", &known).unwrap();
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        assert!(!is_right("nobody has this password".into(), None).await.unwrap());
    }
}
