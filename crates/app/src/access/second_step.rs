//! The second step of signing in: something that somebody has, besides the password that they
//! know. An app on a phone shows a code that changes every half minute; whoever has no phone of
//! their own carries a printed list of codes, each good for once. Passkeys and security keys are a
//! second step too ([`super::passkeys`]). Nothing here knows of pages.

use jiff::{SignedDuration, Timestamp};
use platform::{
    db::{At, Row, Runs, Table, Tx, sea_orm},
    seal::{Keys, Sealed},
};
use serde::Serialize;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use super::{Action, identity, passkeys, sessions};
use crate::{
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{StaffId, reference},
};

/// What the shared key of an app is sealed for.
const PURPOSE: &str = "second step";
/// What the codes of a list are hashed for.
const CODE: &str = "one-time code";
/// How many codes a printed list has: a month of signing in once a working day.
pub const CODES: usize = 24;
/// How far a phone's clock may be off, in half minutes each way.
const SKEW: u16 = 1;
/// Signed in by half, one has this long to take the second step.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// The second step is fresh for this long: what is grave asks for it again (threat model, 4.6).
pub const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// Whether the second step was taken so lately that it is not asked for again.
pub fn is_fresh(second_at: Option<Timestamp>, now: Timestamp) -> bool {
    is_within(second_at, now, FRESH)
}

/// Whether it was taken within that time.
pub fn is_within(second_at: Option<Timestamp>, now: Timestamp, time: SignedDuration) -> bool {
    second_at.is_some_and(|at| at <= now && now.duration_since(at) <= time)
}

/// What somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// An app that shows codes.
    App,
    /// A printed list of codes.
    List,
}

impl Kind {
    fn slug(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::List => "list",
        }
    }
}

/// A second step of somebody, as it is stored.
#[derive(Debug, Clone, Row)]
struct Step {
    id: Uuid,
    kind: String,
    sealed: Option<Vec<u8>>,
    confirmed_at: Option<At>,
}

/// What somebody has set up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SetUp {
    /// Whether an app on a phone was set up.
    pub app: bool,
    /// How many codes are left on a printed list; none without one.
    pub codes_left: Option<i64>,
    /// Whether there is a passkey or a security key.
    pub passkeys: bool,
}

impl SetUp {
    /// Whether signing in takes a second step.
    pub fn is_any(self) -> bool {
        self.app || self.codes_left.is_some() || self.passkeys
    }

    /// Whether there is a code to type: of an app, or left on a list.
    pub fn has_codes(self) -> bool {
        self.app || self.codes_left.is_some_and(|left| left > 0)
    }
}

/// What somebody's own account holds.
pub struct Owns {
    pub set_up: SetUp,
    pub passkeys: Vec<passkeys::Own>,
    pub sessions: Vec<sessions::OwnSession>,
    /// Whether their agency's provider knows them.
    pub connected: Option<identity::whose::Connected>,
}

/// A look at one's own account: what is set up, and where one is signed in.
#[derive(Debug)]
pub struct OwnAccount;

impl Look for OwnAccount {
    type Seen = Owns;
    const WHAT: &'static str = "session:own";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Self::Seen, Vec<Uuid>)> {
        let staff = StaffId(glass.scope.own());
        let set_up = set_up(&glass.db, staff).await?;
        let passkeys = passkeys::own(&glass.db, staff).await?;
        let sessions = sessions::going_on(&glass.db, staff, glass.app.clock.now()).await?;
        let connected = identity::whose::of(&glass.db, staff).await?;
        Ok((Owns { set_up, passkeys, sessions, connected }, Vec::new()))
    }
}

/// What somebody has set up, confirmed.
///
/// # Errors
/// When the database does.
pub async fn set_up(db: &impl Runs, staff: StaffId) -> Result<SetUp> {
    #[derive(Row)]
    struct Left {
        codes: i64,
    }
    let confirmed = steps(db, staff, true).await?;
    let mut set_up = SetUp::default();
    for step in confirmed {
        if step.kind == Kind::App.slug() {
            set_up.app = true;
        } else {
            let left: Option<Left> = db
                .one(
                    "SELECT count(*) AS codes FROM one_time_code \
                     WHERE second_step_id = $1 AND used_at IS NULL",
                    [step.id.into()],
                )
                .await?;
            set_up.codes_left = left.map(|l| l.codes);
        }
    }
    set_up.passkeys = !passkeys::own(db, staff).await?.is_empty();
    Ok(set_up)
}

/// Whether somebody had a second step set up before a moment, which they still have.
///
/// # Errors
/// When the database does.
pub async fn was_set_up_before(db: &impl Runs, staff: StaffId, at: Timestamp) -> Result<bool> {
    let steps = steps(db, staff, true).await?;
    if steps.iter().any(|step| step.confirmed_at.is_some_and(|confirmed| confirmed.0 <= at)) {
        return Ok(true);
    }
    Ok(passkeys::own(db, staff).await?.iter().any(|passkey| passkey.added_at.0 <= at))
}

/// A look at the key of an app that one is setting up, to be read into the app.
#[derive(Debug)]
pub struct NewKey {
    /// Whose it is, as the app will show it.
    pub email: String,
}

/// A key as an app takes it.
pub struct KeyToRead {
    /// In the letters that are typed.
    pub letters: String,
    /// As the address that a square of dots holds.
    pub address: String,
}

impl Look for NewKey {
    type Seen = KeyToRead;
    const WHAT: &'static str = "session:new-key";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(KeyToRead, Vec<Uuid>)> {
        let begun = steps(&glass.db, StaffId(glass.scope.own()), false).await?;
        let step = begun.iter().find(|s| s.kind == Kind::App.slug()).ok_or(Error::NotFound)?;
        let app = shown_by_app(&glass.app.keys, step, &self.email)?;
        let address = app.to_url().map_err(|e| Error::fault("writing a key for an app", e))?;
        Ok((KeyToRead { letters: app.secret().to_base32(), address }, Vec::new()))
    }
}

/// Begins to set up an app. It counts once a code of it was typed.
#[derive(Debug)]
pub struct BeginApp;

impl Change for BeginApp {
    type Made = ();
    const WHAT: &'static str = "second-step:begin-app";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let id = begin(pen, Kind::App, Some(new_secret()?)).await?;
        pen.journal(Self::WHAT, &[id], &[]).await?;
        Ok(())
    }
}

/// Begins a printed list. It counts once a code of it was typed.
pub struct BeginList {
    /// The codes: shown once, and never stored.
    pub codes: Vec<String>,
}

impl BeginList {
    /// With new codes.
    pub fn new() -> Self {
        Self { codes: (0..CODES).map(|_| reference()).collect() }
    }
}

impl Default for BeginList {
    fn default() -> Self {
        Self::new()
    }
}

const ONE_TIME_CODE: Table<2> = Table::new("one_time_code", ["code_hash", "second_step_id"]);

impl Change for BeginList {
    type Made = ();
    const WHAT: &'static str = "second-step:begin-list";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let id = begin(pen, Kind::List, None).await?;
        let rows = self.codes.iter().map(|code| [hash(&pen.app.keys, code).into(), id.into()]);
        pen.tx.insert_all(&ONE_TIME_CODE, rows.collect()).await?;
        pen.journal(Self::WHAT, &[id], &[]).await?;
        Ok(())
    }
}

/// Confirms what one has begun to set up, by a code of it. Other sessions, which were begun with a
/// password alone, end.
#[derive(Debug)]
pub struct Confirm {
    pub kind: Kind,
    pub code: String,
    /// The session in which it is confirmed.
    pub session: Vec<u8>,
}

impl Change for Confirm {
    type Made = ();
    const WHAT: &'static str = "second-step:confirm";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        let begun = steps(pen.tx, staff, false).await?;
        let step = begun.iter().find(|s| s.kind == self.kind.slug()).ok_or(Error::NotFound)?;
        if !takes(pen.tx, &pen.app.keys, step, &self.code, pen.now).await? {
            return Err(Error::refusal(WRONG_CODE));
        }
        // A new list, or a new phone, is instead of the one before.
        pen.tx
            .run(
                "UPDATE second_step SET ended_at = $1 WHERE staff_id = $2 AND kind = $3 \
                 AND id <> $4 AND ended_at IS NULL",
                [At(pen.now).into(), staff.into(), self.kind.slug().into(), step.id.into()],
            )
            .await?;
        pen.tx
            .run(
                "UPDATE second_step SET confirmed_at = $1 WHERE id = $2",
                [At(pen.now).into(), step.id.into()],
            )
            .await?;
        sessions::end_others(pen.tx, staff, &self.session, pen.now).await?;
        sessions::second_set_up(pen.tx, self.session, pen.now).await?;
        pen.journal(Self::WHAT, &[step.id], &[]).await?;
        Ok(())
    }
}

/// What is said of a code that is not taken.
pub const WRONG_CODE: &str = "That code is not right, or it was used already. Enter the code that your app shows now, or \
     the next one on your list";

/// Takes the second step in a session.
///
/// # Errors
/// When the database does.
pub async fn take(
    tx: &Tx,
    keys: &Keys,
    staff: StaffId,
    token_hash: Vec<u8>,
    code: &str,
    now: Timestamp,
) -> Result<bool> {
    for step in steps(tx, staff, true).await? {
        if takes(tx, keys, &step, code, now).await? {
            sessions::second_taken(tx, token_hash, now).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a step takes this code. It takes each only once.
async fn takes(tx: &Tx, keys: &Keys, step: &Step, code: &str, now: Timestamp) -> Result<bool> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let taken = if step.kind == Kind::App.slug() {
        let app = shown_by_app(keys, step, "")?;
        let now = u64::try_from(now.as_second()).unwrap_or_default();
        let Some(half_minute) = app.check(&code, now) else { return Ok(false) };
        let half_minute = i64::try_from(half_minute).unwrap_or(i64::MAX);
        tx.run(
            "UPDATE second_step SET last_step = $1 \
             WHERE id = $2 AND (last_step IS NULL OR last_step < $1)",
            [half_minute.into(), step.id.into()],
        )
        .await?
    } else {
        tx.run(
            "UPDATE one_time_code SET used_at = $1 \
             WHERE code_hash = $2 AND second_step_id = $3 AND used_at IS NULL",
            [At(now).into(), hash(keys, &code.to_lowercase()).into(), step.id.into()],
        )
        .await?
    };
    Ok(taken.rows_affected() == 1)
}

/// Ends every second step of somebody, passkeys too.
///
/// # Errors
/// When the database does.
pub async fn end_all(tx: &Tx, staff: StaffId, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE second_step SET ended_at = $1 WHERE staff_id = $2 AND ended_at IS NULL",
        [At(now).into(), staff.into()],
    )
    .await?;
    passkeys::end_all(tx, staff, now).await
}

async fn steps(db: &impl Runs, staff: StaffId, confirmed: bool) -> Result<Vec<Step>> {
    let all: Vec<Step> = db
        .all(
            "SELECT id, kind, sealed, confirmed_at FROM second_step \
             WHERE staff_id = $1 AND ended_at IS NULL ORDER BY begun_at DESC, id DESC",
            [staff.into()],
        )
        .await?;
    Ok(all.into_iter().filter(|step| step.confirmed_at.is_some() == confirmed).collect())
}

async fn begin(pen: &Pen<'_>, kind: Kind, secret: Option<[u8; 20]>) -> Result<Uuid> {
    let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
    let id = Uuid::now_v7();
    let sealed = secret
        .map(|secret| pen.app.keys.seal(PURPOSE, id.as_bytes(), &secret))
        .transpose()
        .map_err(|e| Error::fault("sealing the key of an app", e))?;
    pen.tx
        .run(
            "UPDATE second_step SET ended_at = $1 WHERE staff_id = $2 AND kind = $3 \
             AND confirmed_at IS NULL AND ended_at IS NULL",
            [At(pen.now).into(), staff.into(), kind.slug().into()],
        )
        .await?;
    pen.tx
        .run(
            "INSERT INTO second_step (id, staff_id, kind, sealed, begun_at) \
             VALUES ($1, $2, $3, $4, $5)",
            [
                id.into(),
                staff.into(),
                kind.slug().into(),
                sealed.map(|s| s.0).into(),
                At(pen.now).into(),
            ],
        )
        .await?;
    Ok(id)
}

/// What an app with this key shows.
fn shown_by_app(keys: &Keys, step: &Step, email: &str) -> Result<Totp> {
    let sealed = Sealed(step.sealed.clone().unwrap_or_default());
    let secret = keys
        .unseal(PURPOSE, step.id.as_bytes(), &sealed)
        .map_err(|e| Error::fault("unsealing the key of an app", e))?;
    Builder::new()
        .with_secret(Secret::new(secret.as_slice().into()))
        .with_skew(SKEW)
        .with_issuer(Some("Sightline"))
        .with_account_name(if email.is_empty() { "Sightline" } else { email })
        .build()
        .map_err(|e| Error::fault("reading the key of an app", e))
}

fn new_secret() -> Result<[u8; 20]> {
    let mut secret = [0; 20];
    getrandom::fill(&mut secret).map_err(|e| Error::fault("making a key for an app", e))?;
    Ok(secret)
}

fn hash(keys: &Keys, code: &str) -> Vec<u8> {
    keys.fingerprint(CODE, code).to_vec()
}
