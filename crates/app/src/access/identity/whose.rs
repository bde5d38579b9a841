//! Whom of ours a provider means. Of its own agency alone; by what it calls them once they are
//! connected, and by their e-mail address only to connect them. Why nobody is meant goes into the
//! journal, and nowhere else: outside every refusal is alike.

use jiff::Timestamp;
use platform::{
    db::{At, On, Row, Runs, Tx, sea_orm},
    seal::{Keys, Sealed},
};
use practice::calendar::day_of;
use uuid::Uuid;

use super::{Provider, asking::Said};
use crate::{
    access::{
        pages::of_session,
        sessions::{self, Through},
    },
    doors::journal,
    error::{Error, Result},
    ids::StaffId,
    organisations::staff::is_shared,
};

/// What is sealed of what a provider calls somebody, and what it is found by.
const PURPOSE: &str = "identity";

/// Somebody who is meant.
#[derive(Debug)]
pub struct Meant {
    pub staff: StaffId,
    pub identity: Uuid,
}

/// Why nobody is, and who would have been.
#[derive(Debug)]
pub struct Nobody {
    pub because: &'static str,
    pub meant: Option<StaffId>,
}

type Found = std::result::Result<Meant, Nobody>;

fn nobody(because: &'static str, meant: Option<StaffId>) -> Result<Found> {
    Ok(Err(Nobody { because, meant }))
}

/// Whom it means; connects them where it is the first time.
///
/// # Errors
/// When the database does.
pub async fn whose(
    tx: &Tx,
    keys: &Keys,
    provider: &Provider,
    said: &Said,
    now: Timestamp,
) -> Result<Found> {
    match connected(tx, keys, provider, said, now).await? {
        Some(found) => Ok(found),
        None => connects(tx, keys, provider, said, now).await,
    }
}

/// What somebody of that provider is found by.
fn fingerprint(keys: &Keys, provider: &Provider, subject: &str) -> Vec<u8> {
    keys.fingerprint(PURPOSE, &format!("{}\n{subject}", provider.id)).to_vec()
}

/// What a connection is bound to: itself, whose it is, and who says so.
fn bound_to(identity: Uuid, staff: StaffId, provider: Uuid) -> Vec<u8> {
    [identity.as_bytes().as_slice(), staff.0.as_bytes(), provider.as_bytes()].concat()
}

/// Whoever it calls so already; `None` where it has called nobody so.
async fn connected(
    tx: &Tx,
    keys: &Keys,
    provider: &Provider,
    said: &Said,
    now: Timestamp,
) -> Result<Option<Found>> {
    #[derive(Row)]
    struct Known {
        id: Uuid,
        staff_id: StaffId,
        sealed: Vec<u8>,
        is_here: bool,
    }
    let text = "SELECT i.id, i.staff_id, i.sealed, s.agency_id = p.agency_id \
        AND s.joined_on <= $3 AND (s.left_on IS NULL OR s.left_on > $3) AS is_here \
        FROM identity i JOIN staff s ON s.id = i.staff_id \
        JOIN identity_provider p ON p.id = i.provider_id \
        WHERE i.provider_id = $1 AND i.fingerprint = $2 AND i.ended_at IS NULL \
        AND p.ended_at IS NULL";
    let print = fingerprint(keys, provider, &said.subject);
    let values = [provider.id.into(), print.into(), On(day_of(now)).into()];
    let Some(known): Option<Known> = tx.one(text, values).await? else { return Ok(None) };
    let context = bound_to(known.id, known.staff_id, provider.id);
    let subject = keys
        .unseal(PURPOSE, &context, &Sealed(known.sealed))
        .map_err(|e| Error::fault("unsealing an identity", e))?;
    let meant = Some(known.staff_id);
    if *subject != said.subject.as_bytes() {
        return nobody("the provider calls somebody else so", meant).map(Some);
    }
    if !known.is_here {
        return nobody("whom the provider means does not work there", meant).map(Some);
    }
    let text = "UPDATE identity SET used_at = $1 WHERE id = $2";
    tx.run(text, [At(now).into(), known.id.into()]).await?;
    Ok(Some(Ok(Meant { staff: known.staff_id, identity: known.id })))
}

/// Connects whoever of that agency has the e-mail address that the provider vouches for.
async fn connects(
    tx: &Tx,
    keys: &Keys,
    provider: &Provider,
    said: &Said,
    now: Timestamp,
) -> Result<Found> {
    #[derive(Row)]
    struct There {
        id: StaffId,
        is_connected: bool,
    }
    // Where it says that it has not made sure of an address, the agency's word is no help.
    let counts = said.is_verified.unwrap_or(provider.vouches);
    let Some(email) = said.email.as_deref().filter(|_| counts) else {
        return nobody("the provider vouches for no e-mail address", None);
    };
    if is_shared(email) {
        return nobody("a mailbox that several people read is nobody", None);
    }
    let text = "SELECT s.id, EXISTS (SELECT 1 FROM identity i \
        WHERE i.staff_id = s.id AND i.ended_at IS NULL) AS is_connected \
        FROM staff s JOIN identity_provider p ON p.agency_id = s.agency_id \
        WHERE p.id = $1 AND p.ended_at IS NULL AND lower(s.email) = $2 \
        AND s.joined_on <= $3 AND (s.left_on IS NULL OR s.left_on > $3)";
    let values = [provider.id.into(), email.into(), On(day_of(now)).into()];
    let Some(there): Option<There> = tx.one(text, values).await? else {
        return nobody("nobody of that agency has that e-mail address", None);
    };
    if there.is_connected {
        return nobody("the provider calls them otherwise", Some(there.id));
    }
    let identity = connect(tx, keys, provider, there.id, &said.subject, now).await?;
    Ok(Ok(Meant { staff: there.id, identity }))
}

async fn connect(
    tx: &Tx,
    keys: &Keys,
    provider: &Provider,
    staff: StaffId,
    subject: &str,
    now: Timestamp,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let sealed = keys
        .seal(PURPOSE, &bound_to(id, staff, provider.id), subject.as_bytes())
        .map_err(|e| Error::fault("sealing an identity", e))?;
    tx.run(
        "INSERT INTO identity (id, provider_id, staff_id, fingerprint, sealed, connected_at, \
         used_at) VALUES ($1, $2, $3, $4, $5, $6, $6)",
        [
            id.into(),
            provider.id.into(),
            staff.into(),
            fingerprint(keys, provider, subject).into(),
            sealed.0.into(),
            At(now).into(),
        ],
    )
    .await?;
    let because = "their agency's provider vouches for their e-mail address";
    let subjects = [staff.0, id];
    let said = of_session("session:connected", because, staff.0, &subjects, now);
    journal::append(tx, keys, &said).await?;
    Ok(id)
}

/// Since when somebody is connected, and when it was last used.
#[derive(Debug, Clone, Copy, Row)]
pub struct Connected {
    pub connected_at: At,
    pub used_at: Option<At>,
}

/// The connection of somebody, if they have one.
///
/// # Errors
/// When the database does.
pub async fn of(db: &impl Runs, staff: StaffId) -> Result<Option<Connected>> {
    let text =
        "SELECT connected_at, used_at FROM identity WHERE staff_id = $1 AND ended_at IS NULL";
    Ok(db.one(text, [staff.into()]).await?)
}

/// Ends the connection of somebody, and the sessions that were begun through it.
///
/// # Errors
/// When the database does.
pub async fn disconnect(tx: &Tx, staff: StaffId, now: Timestamp) -> Result<()> {
    sessions::end_through(tx, Through::Staff(staff), now).await?;
    let text = "UPDATE identity SET ended_at = $1 WHERE staff_id = $2 AND ended_at IS NULL";
    tx.run(text, [At(now).into(), staff.into()]).await?;
    Ok(())
}

/// Ends what a provider connected since a moment by an address that it alone vouched for, and the
/// sessions that were begun through it.
///
/// # Errors
/// When the database does.
pub async fn disconnect_since(
    tx: &Tx,
    provider: Uuid,
    since: Timestamp,
    now: Timestamp,
) -> Result<()> {
    sessions::end_through(tx, Through::Since(provider, since), now).await?;
    let text = "UPDATE identity SET ended_at = $1 \
        WHERE provider_id = $2 AND connected_at >= $3 AND ended_at IS NULL";
    tx.run(text, [At(now).into(), provider.into(), At(since).into()]).await?;
    Ok(())
}

/// Ends every connection of a provider, and the sessions that were begun through it.
///
/// # Errors
/// When the database does.
pub async fn disconnect_all(tx: &Tx, provider: Uuid, now: Timestamp) -> Result<()> {
    sessions::end_through(tx, Through::Provider(provider), now).await?;
    let text = "UPDATE identity SET ended_at = $1 WHERE provider_id = $2 AND ended_at IS NULL";
    tx.run(text, [At(now).into(), provider.into()]).await?;
    Ok(())
}
