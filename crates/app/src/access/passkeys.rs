//! Passkeys and security keys: adding, listing and removing them. One that verified whose it is
//! when it was added (a finger, a face, a number) signs in by itself, being both what somebody has
//! and what only they can open; one that did not is a second step after the password. Which it is,
//! the authenticator signed. The last second step is not taken away.

pub mod account_pages;
pub mod again;
pub mod challenges;
pub mod doubts;
pub mod page;
pub mod signing_in;

use jiff::Timestamp;
use platform::{
    db::{At, On, Row, Runs, Tx, sea_orm},
    seal::{Keys, Sealed},
};
use practice::calendar::day_of;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use webauthn_rs::prelude::{AuthenticationResult, Credential, SecurityKey};

use super::{Action, second_step, sessions};
use crate::{
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{StaffId, reference},
    limits::{self, LINE},
    sharing,
};

/// What credentials are sealed for.
const PURPOSE: &str = "passkey";
/// How many somebody may have.
const MOST: usize = 20;

/// What it is good for, by what it said of itself when it was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// It verifies whose it is: it signs in by itself.
    Passkey,
    /// It shows only that somebody has it: a second step after the password.
    Key,
}

impl Kind {
    fn of(credential: &Credential) -> Self {
        if credential.user_verified { Self::Passkey } else { Self::Key }
    }

    const fn slug(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Key => "key",
        }
    }
}

/// A passkey, as its owner sees it.
#[derive(Debug, Clone, Row)]
pub struct Own {
    pub reference: String,
    pub name: String,
    kind: String,
    pub added_at: At,
    pub used_at: Option<At>,
    pub doubted_at: Option<At>,
}

impl Own {
    /// Whether it signs in without a password.
    pub fn signs_in(&self) -> bool {
        self.kind == Kind::Passkey.slug()
    }
}

/// Those that somebody has, the newest first; also those that may have been copied.
///
/// # Errors
/// When the database does.
pub async fn own(db: &impl Runs, staff: StaffId) -> Result<Vec<Own>> {
    Ok(db
        .all(
            "SELECT reference, name, kind, added_at, used_at, doubted_at FROM passkey \
             WHERE staff_id = $1 AND ended_at IS NULL ORDER BY added_at DESC, id DESC",
            [staff.into()],
        )
        .await?)
}

/// A look at one of one's own.
#[derive(Debug)]
pub struct OpenOwn {
    pub reference: String,
}

impl Look for OpenOwn {
    type Seen = Own;
    const WHAT: &'static str = "passkeys:own";
    const ACTION: Action = Action::MindOwnSession;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Own, Vec<Uuid>)> {
        let all = own(&glass.db, StaffId(glass.scope.own())).await?;
        let one = all.into_iter().find(|one| one.reference == self.reference);
        Ok((one.ok_or(Error::NotFound)?, Vec::new()))
    }
}

/// A passkey that opens something today, with whose it is.
pub struct Held {
    pub id: Uuid,
    pub staff: StaffId,
    pub email: String,
    pub kind: Kind,
    pub credential: Credential,
}

#[derive(Row)]
struct Stored {
    id: Uuid,
    staff_id: StaffId,
    email: String,
    kind: String,
    sealed: Vec<u8>,
}

/// Neither removed nor in doubt, of somebody who has not left ($1: today).
const OPENS: &str = "SELECT p.id, p.staff_id, s.email, p.kind, p.sealed \
    FROM passkey p JOIN staff s ON s.id = p.staff_id \
    WHERE p.ended_at IS NULL AND p.doubted_at IS NULL \
    AND s.joined_on <= $1 AND (s.left_on IS NULL OR s.left_on > $1)";

impl Stored {
    fn held(self, keys: &Keys) -> Result<Held> {
        let bytes = keys
            .unseal(PURPOSE, &bound_to(self.id, self.staff_id), &Sealed(self.sealed))
            .map_err(|e| Error::fault("unsealing a passkey", e))?;
        let kind = if self.kind == Kind::Passkey.slug() { Kind::Passkey } else { Kind::Key };
        let credential = serde_json::from_slice(&bytes)?;
        Ok(Held { id: self.id, staff: self.staff_id, email: self.email, kind, credential })
    }
}

/// Those of somebody that open something.
///
/// # Errors
/// When the database does.
pub async fn held_by(
    db: &impl Runs,
    keys: &Keys,
    staff: StaffId,
    now: Timestamp,
) -> Result<Vec<Held>> {
    let text = format!("{OPENS} AND p.staff_id = $2 ORDER BY p.id");
    let stored: Vec<Stored> = db.all(&text, [On(day_of(now)).into(), staff.into()]).await?;
    stored.into_iter().map(|one| one.held(keys)).collect()
}

/// The one that calls itself so, if it opens something.
///
/// # Errors
/// When the database does.
pub async fn held_as(
    db: &impl Runs,
    keys: &Keys,
    credential: &[u8],
    now: Timestamp,
) -> Result<Option<Held>> {
    let text = format!("{OPENS} AND p.credential_hash = $2");
    let stored: Option<Stored> =
        db.one(&text, [On(day_of(now)).into(), hash(credential).into()]).await?;
    stored.map(|one| one.held(keys)).transpose()
}

/// Writes down that one was used, with what it said of its counter.
///
/// # Errors
/// When the database does.
pub async fn used(
    tx: &Tx,
    keys: &Keys,
    held: Held,
    result: &AuthenticationResult,
    now: Timestamp,
) -> Result<()> {
    let mut credential = SecurityKey::from(held.credential);
    // Nothing is to be changed in one that keeps no counter.
    let _ = credential.update_credential(result);
    let sealed = sealed(keys, held.id, held.staff, &credential.into())?;
    tx.run(
        "UPDATE passkey SET used_at = $1, sealed = $2 WHERE id = $3",
        [At(now).into(), sealed.into(), held.id.into()],
    )
    .await?;
    Ok(())
}

/// Ends every passkey of somebody.
///
/// # Errors
/// When the database does.
pub async fn end_all(tx: &Tx, staff: StaffId, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE passkey SET ended_at = $1 WHERE staff_id = $2 AND ended_at IS NULL",
        [At(now).into(), staff.into()],
    )
    .await?;
    Ok(())
}

/// Adds a passkey to one's account. Other sessions, which may have been begun with a password alone,
/// end; this one has taken the second step.
pub struct AddPasskey {
    pub name: String,
    pub credential: Credential,
    /// The session in which it is added.
    pub session: Vec<u8>,
}

/// What is said where a passkey has no name.
pub const NAME_IT: &str = "Enter a name for it, such as “Tablet in the nursery office”";

impl Change for AddPasskey {
    type Made = ();
    const WHAT: &'static str = "passkeys:add";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        limits::filled(&self.name, LINE, NAME_IT)?;
        if own(pen.tx, staff).await?.len() >= MOST {
            return Err(Error::refusal(format!(
                "You have {MOST} passkeys: remove one that you no longer use first"
            )));
        }
        let id = Uuid::now_v7();
        let (keys, kind) = (&pen.app.keys, Kind::of(&self.credential));
        let credential_hash = hash(&self.credential.cred_id);
        if is_known(pen.tx, &credential_hash).await? {
            return Err(Error::refusal("This passkey is on an account already. Use another one"));
        }
        pen.tx
            .run(
                "INSERT INTO passkey (id, reference, staff_id, name, kind, credential_hash, \
                 sealed, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                [
                    id.into(),
                    reference().into(),
                    staff.into(),
                    self.name.into(),
                    kind.slug().into(),
                    credential_hash.into(),
                    sealed(keys, id, staff, &self.credential)?.into(),
                    At(pen.now).into(),
                ],
            )
            .await?;
        sessions::end_others(pen.tx, staff, &self.session, pen.now).await?;
        sessions::second_taken(pen.tx, self.session, pen.now).await?;
        pen.journal(Self::WHAT, &[staff.0, id], kind.slug().as_bytes()).await?;
        sharing::mail(pen, staff, false).await
    }
}

/// Removes a passkey of one's own. Whoever was signed in by it elsewhere is signed out.
#[derive(Debug)]
pub struct RemovePasskey {
    pub reference: String,
    /// The session in which it is removed.
    pub session: Vec<u8>,
}

/// What is said of the last second step.
pub const THE_LAST: &str = "This is the only second step that you have, and you need one to get \
    in. Add another passkey, set up an app or print a list of codes first; then remove this one";

impl Change for RemovePasskey {
    type Made = ();
    const WHAT: &'static str = "passkeys:remove";
    const ACTION: Action = Action::MindOwnSession;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        #[derive(Row)]
        struct Found {
            id: Uuid,
        }
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        let found: Option<Found> = pen
            .tx
            .one(
                "SELECT id FROM passkey \
                 WHERE reference = $1 AND staff_id = $2 AND ended_at IS NULL",
                [self.reference.into(), staff.into()],
            )
            .await?;
        let id = found.ok_or(Error::NotFound)?.id;
        let others = held_by(pen.tx, &pen.app.keys, staff, pen.now).await?;
        let has_another = others.iter().any(|other| other.id != id)
            || second_step::set_up(pen.tx, staff).await?.has_codes();
        if !has_another {
            return Err(Error::refusal(THE_LAST));
        }
        let now = At(pen.now);
        let end = "UPDATE passkey SET ended_at = $1 WHERE id = $2";
        pen.tx.run(end, [now.into(), id.into()]).await?;
        sessions::end_begun_by(pen.tx, id, &self.session, pen.now).await?;
        pen.journal(Self::WHAT, &[staff.0, id], &[]).await?;
        sharing::mail(pen, staff, false).await
    }
}

async fn is_known(db: &impl Runs, credential_hash: &[u8]) -> Result<bool> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = "SELECT count(*) AS rows FROM passkey WHERE credential_hash = $1";
    let count: Option<Count> = db.one(text, [credential_hash.to_vec().into()]).await?;
    Ok(count.is_some_and(|count| count.rows > 0))
}

fn sealed(keys: &Keys, id: Uuid, staff: StaffId, credential: &Credential) -> Result<Vec<u8>> {
    let sealed = keys
        .seal(PURPOSE, &bound_to(id, staff), &serde_json::to_vec(credential)?)
        .map_err(|e| Error::fault("sealing a passkey", e))?;
    Ok(sealed.0)
}

/// A credential counts only in its own row, for whom it was added.
fn bound_to(id: Uuid, staff: StaffId) -> Vec<u8> {
    [id.as_bytes().as_slice(), staff.0.as_bytes()].concat()
}

/// What a credential is found by.
fn hash(credential: &[u8]) -> Vec<u8> {
    Sha256::digest(credential).to_vec()
}
