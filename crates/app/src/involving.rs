//! Asking about a child whom one has no way to: a stored request with a reason, answered by the hub
//! on a clock. Whoever asks reads the same words whether or not there is such a child, and whether
//! or not they must not see it.

pub mod answering;
pub mod asking;
pub mod held;
pub mod hub_pages;
pub mod late;
pub mod pages;

use platform::seal::{Keys, Sealed};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Within how many working days somebody is answered. No guidance gives a length for it; a decision on
/// a referral takes one (Working Together 2023, ch. 3), and whoever asks is worried now.
pub const ANSWERED_WITHIN: u32 = 1;

/// What is sealed with the id of the row that it stands in.
fn sealed<T: Serialize>(keys: &Keys, what: &'static str, id: Uuid, said: &T) -> Result<Vec<u8>> {
    let sealed = keys.seal(what, id.as_bytes(), &serde_json::to_vec(said)?);
    Ok(sealed.map_err(|e| Error::fault("sealing what was asked", e))?.0)
}

fn unsealed<T: DeserializeOwned>(
    keys: &Keys,
    what: &'static str,
    id: Uuid,
    sealed: Vec<u8>,
) -> Result<T> {
    let said = keys.unseal(what, id.as_bytes(), &Sealed(sealed));
    Ok(serde_json::from_slice(&said.map_err(|e| Error::fault("unsealing what was asked", e))?)?)
}
