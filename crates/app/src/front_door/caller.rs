//! Who asked without signing in, in words. Somebody whom the family may not know of is sealed, and
//! shown only to whoever says what for: a page is left open, printed and taken to meetings. Whoever signs
//! in and asked that the family is not told has their name sealed in the same place: the hub sees on its
//! pages who it is, and nothing that is handed over says so.

use std::collections::BTreeSet;

use platform::{
    db::{Row, Runs, Value, sea_orm},
    seal::{Keys, Protected, Sealed},
};
use serde::Serialize;

use crate::{
    error::{Error, Result},
    ids::{AccountId, ContactId, StaffId},
    people::store::{places, values},
};

/// What pages read in the place of somebody whom the family may not know of.
pub const UNNAMED: &str = "Somebody who must not be named to the family";
/// What the hub reads beside somebody who signs in and must not be named to the family.
pub const MUST_NOT_BE_NAMED: &str =
    "Must not be named. They asked not to be, nor where they work: don’t hand this page over";
/// What it is sealed for, in the key's derivation.
const CALLER: &str = "caller";

/// Who asked, or how they are reached for this request, in words.
#[derive(Debug, Clone, Serialize)]
pub struct Caller {
    pub said: String,
    /// Whether the family may know of them.
    pub may_be_named: bool,
}

impl Caller {
    /// Somebody who may be named, as whoever works with families.
    pub fn named(said: impl Into<String>) -> Self {
        Self { said: said.into(), may_be_named: true }
    }

    /// The columns `requester_said` and `requester_sealed`: one of them says who it is.
    ///
    /// # Errors
    /// When it can't be sealed.
    pub fn columns(this: Option<&Self>, keys: &Keys, contact: ContactId) -> Result<[Value; 2]> {
        let nobody: Option<String> = None;
        let in_the_open: Option<Vec<u8>> = None;
        match this {
            Some(caller) if !caller.may_be_named => {
                Ok([nobody.into(), sealed(&caller.said, keys, contact)?.into()])
            }
            other => Ok([other.map(|caller| caller.said.clone()).into(), in_the_open.into()]),
        }
    }
}

/// Who must not be named of the staff, where something is handed over about these accounts: whoever asked for
/// them and must not be named to the family, and who works where they do.
///
/// # Errors
/// When the database does.
pub async fn unnamed_staff(db: &impl Runs, accounts: &[AccountId]) -> Result<BTreeSet<StaffId>> {
    #[derive(Row)]
    struct Of {
        id: StaffId,
    }
    if accounts.is_empty() {
        return Ok(BTreeSet::new());
    }
    let these = places(accounts, 1);
    let text = format!(
        "SELECT DISTINCT s.id FROM contact c JOIN staff s ON s.id = c.requested_by \
         OR (c.setting_id IS NOT NULL AND s.setting_id = c.setting_id) \
         OR (c.setting_id IS NULL AND s.setting_id IS NULL AND s.agency_id = c.agency_id) \
         WHERE c.requester_sealed IS NOT NULL AND c.requested_by IS NOT NULL AND c.id IN \
         (SELECT w.contact_id FROM pathway w WHERE w.account_id IN ({these}) OR w.account_id IN \
          (SELECT r.of_account FROM relationship r WHERE r.to_account IN ({these})))"
    );
    let all: Vec<Of> = db.all(&text, values(accounts)).await?;
    Ok(all.into_iter().map(|of| of.id).collect())
}

/// Who asked, sealed for that contact.
///
/// # Errors
/// When it can't be sealed.
pub fn sealed(said: &str, keys: &Keys, contact: ContactId) -> Result<Vec<u8>> {
    let said = serde_json::to_vec(said)?;
    let sealed = keys.seal(CALLER, contact.0.as_bytes(), &said);
    Ok(sealed.map_err(|e| Error::fault("sealing who asked", e))?.0)
}

/// Who asked, where pages do not name them.
///
/// # Errors
/// When the database can't be read, or what is sealed can't be opened.
pub async fn unnamed(
    db: &impl Runs,
    keys: &Keys,
    contact: ContactId,
) -> Result<Option<Protected<String>>> {
    #[derive(Row)]
    struct Stored {
        requester_sealed: Option<Vec<u8>>,
    }
    let text = "SELECT requester_sealed FROM contact WHERE id = $1";
    let stored: Option<Stored> = db.one(text, [contact.into()]).await?;
    let Some(sealed) = stored.and_then(|stored| stored.requester_sealed) else { return Ok(None) };
    let kept = Protected::unseal(keys, CALLER, contact.0.as_bytes(), &Sealed(sealed));
    kept.map(Some).map_err(|e| Error::fault("unsealing who asked", e))
}
