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

/// A session that nobody used for this long is over: a tablet that somebody left lying is soon shut.
/// What was typed meanwhile is kept, and sent after signing in again (`web/kept.rs`).
pub const IDLE: SignedDuration = SignedDuration::from_mins(15);
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
    /// When the second step was last taken in it.
    pub second_at: Option<At>,
    /// Whether whoever it belongs to has a second step to take.
    pub has_second: bool,
    /// As whom their agency's provider knows them, where it was begun by that.
    pub identity_id: Option<Uuid>,
    /// When that provider said that it had asked for a second step, where its word counts.
    pub vouched_at: Option<At>,
}

impl Session {
    /// Whether only a first step was taken yet: that is good for nothing but the second.
    pub fn is_half(&self) -> bool {
        self.has_second && !self.has_taken_second()
    }

    /// Whether a second step was taken, here or before the agency's own provider.
    pub fn has_taken_second(&self) -> bool {
        self.second_at.is_some() || self.vouched_at.is_some()
    }

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

/// Begins a session. Any of theirs that was seen much later than now ends for good: the clock was wrong
/// then, or is wrong now, and nobody knows for how long it was unused. Those of others are left alone:
/// another server's clock may be the right one.
pub async fn begin(tx: &Tx, token: &str, staff: StaffId, now: Timestamp) -> Result<()> {
    let text = "UPDATE session SET ended_at = $1 \
                WHERE staff_id = $2 AND ended_at IS NULL AND seen_at > $3";
    tx.run(text, [At(now).into(), staff.into(), At(now + IDLE).into()]).await?;
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

/// Writes down by which passkey a session was begun.
pub async fn begun_by(tx: &Tx, token_hash: Vec<u8>, passkey: Uuid) -> Result<()> {
    tx.run(
        "UPDATE session SET passkey_id = $1 WHERE token_hash = $2",
        [passkey.into(), token_hash.into()],
    )
    .await?;
    Ok(())
}

/// Writes down as whom an agency's provider knows whoever a session was begun by, and when it asked
/// them for a second step.
pub async fn begun_through(
    tx: &Tx,
    token_hash: Vec<u8>,
    identity: Uuid,
    vouched_at: Option<Timestamp>,
) -> Result<()> {
    tx.run(
        "UPDATE session SET identity_id = $1, vouched_at = $2 WHERE token_hash = $3",
        [identity.into(), vouched_at.map(At).into(), token_hash.into()],
    )
    .await?;
    Ok(())
}

/// The session of a token, while it goes on. One that was seen much later than now does not: a clock that
/// goes back keeps nobody signed in.
pub async fn find(db: &Reads<'_>, token: &str, now: Timestamp) -> Result<Option<Session>> {
    Ok(db
        .one(
            "SELECT s.token_hash, s.staff_id, s.form_token, s.begun_at, s.seen_at, s.second_at, \
             s.identity_id, s.vouched_at, \
             EXISTS (SELECT 1 FROM second_step p WHERE p.staff_id = s.staff_id \
             AND p.confirmed_at IS NOT NULL AND p.ended_at IS NULL) \
             OR EXISTS (SELECT 1 FROM passkey p WHERE p.staff_id = s.staff_id \
             AND p.ended_at IS NULL) AS has_second \
             FROM session s \
             WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.seen_at > $2 AND s.begun_at > $3 \
             AND s.seen_at <= $4",
            [
                hash(token).into(),
                At(now - IDLE).into(),
                At(now - LONGEST).into(),
                // A clock that is corrected by a little signs nobody out, and extends nothing by more.
                At(now + IDLE).into(),
            ],
        )
        .await?)
}

/// A session as its owner sees it.
#[derive(Debug, Clone, Row)]
pub struct OwnSession {
    pub token_hash: Vec<u8>,
    pub begun_at: At,
    pub seen_at: At,
}

impl OwnSession {
    /// What a form calls it by: part of the hash, which opens nothing.
    pub fn handle(&self) -> String {
        self.token_hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Everything that goes on for somebody, newest first.
pub async fn going_on(db: &impl Runs, staff: StaffId, now: Timestamp) -> Result<Vec<OwnSession>> {
    Ok(db
        .all(
            "SELECT token_hash, begun_at, seen_at FROM session WHERE staff_id = $1 \
             AND ended_at IS NULL AND seen_at > $2 AND begun_at > $3 ORDER BY begun_at DESC",
            [staff.into(), At(now - IDLE).into(), At(now - LONGEST).into()],
        )
        .await?)
}

/// Writes down that the second step was taken in a session.
pub async fn second_taken(tx: &Tx, token_hash: Vec<u8>, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE session SET second_at = $1 WHERE token_hash = $2",
        [At(now).into(), token_hash.into()],
    )
    .await?;
    Ok(())
}

/// Writes down that a second step was set up in a session. It is taken with that, and fresh; but whoever
/// was let in by their agency's provider alone has shown nothing of their own yet: for them it is as the
/// provider's word, and what is grave asks for it.
pub async fn second_set_up(tx: &Tx, token_hash: Vec<u8>, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE session SET \
         second_at = CASE WHEN identity_id IS NULL THEN $1 ELSE second_at END, \
         vouched_at = CASE WHEN identity_id IS NULL THEN vouched_at ELSE $1 END \
         WHERE token_hash = $2",
        [At(now).into(), token_hash.into()],
    )
    .await?;
    Ok(())
}

/// From now on the word of a provider counts no more that it asked for a second step.
pub async fn unvouched(tx: &Tx, provider: Uuid) -> Result<()> {
    tx.run(
        "UPDATE session SET vouched_at = NULL WHERE ended_at IS NULL AND identity_id IN \
         (SELECT id FROM identity WHERE provider_id = $1)",
        [provider.into()],
    )
    .await?;
    Ok(())
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

/// Ends every session of somebody but one.
pub async fn end_others(tx: &Tx, staff: StaffId, this: &[u8], now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE session SET ended_at = $1 \
         WHERE staff_id = $2 AND ended_at IS NULL AND token_hash <> $3",
        [At(now).into(), staff.into(), this.to_vec().into()],
    )
    .await?;
    Ok(())
}

/// Ends every session but one that was begun by a passkey.
pub async fn end_begun_by(tx: &Tx, passkey: Uuid, this: &[u8], now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE session SET ended_at = $1 \
         WHERE passkey_id = $2 AND ended_at IS NULL AND token_hash <> $3",
        [At(now).into(), passkey.into(), this.to_vec().into()],
    )
    .await?;
    Ok(())
}

/// Ends every session that was begun through an identity that a provider has, or somebody.
pub async fn end_through(tx: &Tx, of: Through, now: Timestamp) -> Result<()> {
    let (which, id, since) = match of {
        Through::Provider(id) => ("provider_id = $2", id, None),
        Through::Since(id, since) => ("provider_id = $2 AND connected_at >= $3", id, Some(since)),
        Through::Staff(staff) => ("staff_id = $2", staff.0, None),
    };
    let text = format!(
        "UPDATE session SET ended_at = $1 WHERE ended_at IS NULL AND identity_id IN \
         (SELECT id FROM identity WHERE {which})"
    );
    let values = [At(now).into(), id.into()].into_iter().chain(since.map(|at| At(at).into()));
    tx.run(&text, values).await?;
    Ok(())
}

/// Whose identities.
#[derive(Debug, Clone, Copy)]
pub enum Through {
    Provider(Uuid),
    /// Those that this provider connected since then.
    Since(Uuid, Timestamp),
    Staff(StaffId),
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
