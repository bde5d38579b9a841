//! Intelligence about somebody, under a handling code: what a source told the police in confidence, say.
//! It is sealed whole, with its code. That it is there is told to nobody but whoever wrote it and those
//! whom its code names, and it is shown to them for a purpose that they write down. It stands in no
//! list, file, letter or copy, on no page for a family, and no broken glass shows it.
//!
//! Where its code names people of whom none can read it today, hub managers stand in: what nobody can
//! read protects no child.

pub mod pages;
pub mod reading;
pub mod writing;

use practice::{
    calendar::{Day, day_of},
    intelligence::{Handling, KnownHow, SourceGrade},
    roles::Role,
};
use serde::{Deserialize, Serialize};

use jiff::Timestamp;
use platform::db::Runs;

use crate::{
    access::store::{actor, holders},
    error::Result,
    ids::{AccountId, StaffId},
    people::hidden,
};

/// What it is sealed for, in the key's derivation.
const SEALED_FOR: &str = "intelligence";

/// What was told, how far it can be trusted, and who may read it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intelligence {
    pub source: SourceGrade,
    pub known: KnownHow,
    pub handling: Handling,
    /// On what conditions, where there are any.
    pub conditions: String,
    /// Whom the code names; nobody where the whole hub may read it.
    pub named: Vec<StaffId>,
    pub says: String,
}

/// Those of some people who work here that day, are awake, and from whom an account is not hidden.
async fn able(
    db: &impl Runs,
    some: &[StaffId],
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<StaffId>> {
    let mut able = Vec::new();
    for staff in some {
        let actor = actor(db, *staff, day_of(now)).await?;
        let is_here = actor.is_some_and(|actor| !actor.is_asleep());
        let hidden = hidden::each_account(db, staff.0, &[account], now).await?;
        let is_hidden = hidden.iter().any(|hidden| hidden.kept || hidden.unnamed);
        if is_here && !is_hidden {
            able.push(*staff);
        }
    }
    Ok(able)
}

/// Who reads it where its code names nobody who can: hub managers.
async fn stand_ins(db: &impl Runs, today: Day) -> Result<Vec<StaffId>> {
    holders(db, Role::HubManager, today).await
}
