//! Sessions: a random token in a cookie, of which the database keeps only a hash. A session is a
//! dated record: it ends by signing out, by signing out everywhere, or by itself when unused.

use jiff::{SignedDuration, Timestamp};
use platform::db::{At, Reads, Row, Runs, Tx, sea_orm};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    error::Result,
    ids::{StaffId, reference},
};

/// A session that nobody used for this long is over.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session is over after a shift, used or not.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// How often the use of a session is written down: a write for every page would be waste.
const TOUCH: SignedDuration = SignedDuration::from_mins(1);

/// A session that is going on.
#[derive(Debug, Clone, Row)]
pub struct Session {
    pub token_hash: Vec<u8>,
    pub staff_id: StaffId,
    pub form_token: String,
    pub begun_at: At,
    pub seen_at: At,
}

impl Session {
    /// Whether its use is worth writing down again.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at.0) > TOUCH
    }
}

/// A new token: 244 bits of randomness, to be kept by the browser alone.
pub fn new_token() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// What the database keeps of a token.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Begins a session.
pub async fn begin(tx: &Tx, token: &str, staff: StaffId, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO session (token_hash, staff_id, form_token, begun_at, seen_at) \
         VALUES ($1, $2, $3, $4, $4)",
        [
            hash(token).into(),
            staff.into(),
            format!("{}{}", reference(), reference()).into(),
            At(now).into(),
        ],
    )
    .await?;
    Ok(())
}

/// The session of a token, while it goes on.
pub async fn find(db: &Reads<'_>, token: &str, now: Timestamp) -> Result<Option<Session>> {
    Ok(db
        .one(
            "SELECT token_hash, staff_id, form_token, begun_at, seen_at FROM session \
             WHERE token_hash = $1 AND ended_at IS NULL AND seen_at > $2 AND begun_at > $3",
            [hash(token).into(), At(now - IDLE).into(), At(now - LONGEST).into()],
        )
        .await?)
}

/// Writes down that a session was used.
pub async fn touch(tx: &Tx, token_hash: Vec<u8>, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE session SET seen_at = $1 WHERE token_hash = $2",
        [At(now).into(), token_hash.into()],
    )
    .await?;
    Ok(())
}

/// Ends one session.
pub async fn end(tx: &Tx, token_hash: Vec<u8>, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE session SET ended_at = $1 WHERE token_hash = $2 AND ended_at IS NULL",
        [At(now).into(), token_hash.into()],
    )
    .await?;
    Ok(())
}

/// Ends every session of somebody.
pub async fn end_all(tx: &Tx, staff: StaffId, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE session SET ended_at = $1 WHERE staff_id = $2 AND ended_at IS NULL",
        [At(now).into(), staff.into()],
    )
    .await?;
    Ok(())
}
