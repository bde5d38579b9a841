//! How a session begins, whichever way somebody came: one place, so that a leaver is let in by no
//! way, and each beginning stands in the journal.

use jiff::Timestamp;
use platform::{db::Tx, seal::Keys};
use practice::calendar::day_of;
use uuid::Uuid;

use super::{pages::of_session, sessions, store};
use crate::{
    doors::journal,
    error::{Error, Result},
    ids::StaffId,
};

/// What somebody signed in by.
#[derive(Debug, Clone, Copy)]
pub enum By {
    /// What they know.
    Password,
    /// What verified whose it is: a second step at once.
    Passkey(Uuid),
    /// Their agency's own provider, which knows them so; `vouched` where it asked for a second step,
    /// and its word counts.
    Organisation { identity: Uuid, vouched: bool },
}

impl By {
    const fn because(self) -> &'static str {
        match self {
            Self::Password => "the password was right",
            Self::Passkey(_) => "the passkey was right",
            Self::Organisation { vouched: false, .. } => "their agency's provider knows them",
            Self::Organisation { vouched: true, .. } => {
                "their agency's provider knows them, and asked for a second step"
            }
        }
    }
}

/// Begins a session of somebody who showed who they are; answers with its token.
///
/// # Errors
/// `SignedOut` when they have left or not begun; else when the database does.
pub async fn come_in(
    tx: &Tx,
    keys: &Keys,
    staff: StaffId,
    by: By,
    now: Timestamp,
) -> Result<String> {
    store::actor(tx, staff, day_of(now)).await?.ok_or(Error::SignedOut)?;
    let token = sessions::new_token();
    let hash = sessions::hash(&token);
    sessions::begin(tx, &token, staff, now).await?;
    let subjects = match by {
        By::Password => Vec::new(),
        By::Passkey(id) => {
            sessions::begun_by(tx, hash.clone(), id).await?;
            sessions::second_taken(tx, hash, now).await?;
            vec![staff.0, id]
        }
        By::Organisation { identity, vouched } => {
            sessions::begun_through(tx, hash, identity, vouched.then_some(now)).await?;
            vec![staff.0, identity]
        }
    };
    let said = of_session("session:begin", by.because(), staff.0, &subjects, now);
    journal::append(tx, keys, &said).await?;
    Ok(token)
}
