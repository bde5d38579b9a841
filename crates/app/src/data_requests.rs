//! Somebody asks for what is held about them (UK GDPR, art. 15). The hub takes it down, says which
//! accounts are theirs, and decides of each thing that is held whether they get it, whole or with
//! parts hidden, and why not. Somebody else reads the whole copy and approves it. Nothing is given
//! out of which nobody decided. By when it must be is in `practice::data_request`.

pub mod approving;
mod beside;
pub mod claims;
pub mod deciding;
pub mod gathering;
pub mod item_pages;
pub mod late;
pub mod marking;
pub mod pages;
pub mod store;
pub mod taking_down;
pub mod views;

use platform::seal::{Keys, Sealed};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::error::{Error, Result};

/// What is sealed, each with the id of its row, in the key's derivation.
const ASKED: &str = "data request";
const EXTENSION: &str = "data request extension";
const PROPOSAL: &str = "data request proposal";
const SENT_BACK: &str = "data request sent back";
const COPY: &str = "data request copy";
const END: &str = "data request end";
const DECISION: &str = "data request decision";

fn seal<T: Serialize>(keys: &Keys, what: &'static str, id: Uuid, said: &T) -> Result<Vec<u8>> {
    let sealed = keys.seal(what, id.as_bytes(), &serde_json::to_vec(said)?);
    Ok(sealed.map_err(|e| Error::fault("sealing a data request", e))?.0)
}

fn unseal<T: DeserializeOwned>(
    keys: &Keys,
    what: &'static str,
    id: Uuid,
    sealed: Vec<u8>,
) -> Result<T> {
    let said = keys.unseal(what, id.as_bytes(), &Sealed(sealed));
    Ok(serde_json::from_slice(&said.map_err(|e| Error::fault("unsealing a data request", e))?)?)
}
