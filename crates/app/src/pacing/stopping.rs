//! Whoever opened too many records is stopped: the privacy officers of their agency are told at once, and
//! more is opened once they have said why. What they say is read by the officers alone, or by a hub manager
//! where the agency has none.

use jiff::{SignedDuration, Timestamp};
use platform::{
    db::{At, Row, Runs, Table, sea_orm},
    seal::{Keys, Sealed},
};
use practice::calendar::day_of;
use uuid::Uuid;

use crate::{
    App,
    access::{
        Action, Actor,
        officers::Officers,
        second_step::{self, WRONG_CODE},
    },
    doors::{self, Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, StaffId},
    limits, sharing,
};

/// What their words are sealed for.
const PURPOSE: &str = "stopped look";
/// For how long the officers read of it.
const READ_FOR: SignedDuration = SignedDuration::from_hours(28 * 24);

const ROW: Table<4> = Table::new("stopped_look", ["id", "staff_id", "stopped_at", "opened"]);

/// That somebody was stopped.
#[derive(Debug, Row)]
pub struct Stopped {
    id: Uuid,
    pub stopped_at: At,
    /// How many records they had opened within the hour before.
    pub opened: i64,
}

/// Stops somebody. Of one stop they are told once.
///
/// # Errors
/// When the database does.
pub async fn stop(app: &App, staff: StaffId) -> Result<()> {
    if unsaid(&app.db.reads(), staff).await?.is_some() {
        return Ok(());
    }
    let opened = app.paces().opened(staff, app.clock.now().as_second());
    let opened = i64::try_from(opened).unwrap_or(i64::MAX);
    doors::record(app, &Actor::platform(), Stop { staff, opened }).await
}

/// That somebody was stopped, and did not say why yet.
async fn unsaid(db: &impl Runs, staff: StaffId) -> Result<Option<Stopped>> {
    let text = "SELECT id, stopped_at, opened FROM stopped_look \
                WHERE staff_id = $1 AND said_at IS NULL ORDER BY stopped_at DESC LIMIT 1";
    Ok(db.one(text, [staff.into()]).await?)
}

/// Everybody who was stopped, and did not say why yet.
///
/// # Errors
/// When the database does.
pub async fn all_unsaid(db: &impl Runs) -> Result<Vec<StaffId>> {
    #[derive(Row)]
    struct Unsaid {
        staff_id: StaffId,
    }
    let text = "SELECT DISTINCT staff_id FROM stopped_look WHERE said_at IS NULL";
    let all: Vec<Unsaid> = db.all(text, []).await?;
    Ok(all.into_iter().map(|one| one.staff_id).collect())
}

/// Whoever got a new code from the Business Unit begins anew: they are known to be who they are.
///
/// # Errors
/// When the database does.
pub async fn settle(pen: &Pen<'_>, staff: StaffId) -> Result<()> {
    let text = "UPDATE stopped_look SET said_at = $1 WHERE staff_id = $2 AND said_at IS NULL";
    pen.tx.run(text, [At(pen.now).into(), staff.into()]).await?;
    pen.app.paces().begins_anew(staff);
    Ok(())
}

/// Stops somebody, and tells.
struct Stop {
    staff: StaffId,
    opened: i64,
}

impl Change for Stop {
    type Made = ();
    const WHAT: &'static str = "pacing:stop";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        #[derive(Row)]
        struct Where {
            agency_id: AgencyId,
        }
        pen.journal(Self::WHAT, &[self.staff.0], &[]).await?;
        // Two windows may come to it at once.
        if unsaid(pen.tx, self.staff).await?.is_some() {
            return Ok(());
        }
        let row =
            [Uuid::now_v7().into(), self.staff.into(), At(pen.now).into(), self.opened.into()];
        pen.tx.insert(&ROW, row).await?;
        let text = "SELECT agency_id FROM staff WHERE id = $1";
        let found: Option<Where> = pen.tx.one(text, [self.staff.into()]).await?;
        let agency = found.ok_or(Error::NotFound)?.agency_id;
        sharing::mail_officers(pen, self.staff, agency, "somebody opened too many records").await
    }
}

/// A look at whether one is stopped oneself.
#[derive(Debug)]
pub struct OwnStop;

impl Look for OwnStop {
    type Seen = Option<Stopped>;
    const WHAT: &'static str = "pacing:own";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Self::Seen, Vec<Uuid>)> {
        Ok((unsaid(&glass.db, StaffId(glass.scope.own())).await?, Vec::new()))
    }
}

/// Says why so many were opened; more are opened from then on.
pub struct SayWhy {
    pub why: String,
    /// When they took their own second step last.
    pub second_at: Option<Timestamp>,
}

impl SayWhy {
    /// Refuses what was not said well enough.
    ///
    /// # Errors
    /// A refusal beside its field.
    pub fn check(&self) -> Result<()> {
        limits::reason("why", &self.why)
    }
}

impl Change for SayWhy {
    /// Whether it ended a stop.
    type Made = bool;
    const WHAT: &'static str = "pacing:say-why";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<bool> {
        self.check()?;
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        pen.journal(Self::WHAT, &[staff.0], self.why.as_bytes()).await?;
        let stopped = unsaid(pen.tx, staff).await?;
        if let Some(stopped) = &stopped {
            // A stolen session goes no further: it has no second step to take. In a demo not everybody
            // has one.
            if !pen.app.demo {
                proved(pen, staff, stopped, self.second_at).await?;
            }
            let sealed = pen
                .app
                .keys
                .seal(PURPOSE, stopped.id.as_bytes(), self.why.as_bytes())
                .map_err(|e| Error::fault("sealing why so many were opened", e))?;
            let text = "UPDATE stopped_look SET said_at = $1, said = $2 WHERE id = $3";
            pen.tx.run(text, [At(pen.now).into(), sealed.0.into(), stopped.id.into()]).await?;
        }
        Ok(stopped.is_some())
    }
}

/// Whether their second step was taken since the stop, by something that they had before it.
async fn proved(
    pen: &Pen<'_>,
    staff: StaffId,
    stopped: &Stopped,
    second_at: Option<Timestamp>,
) -> Result<()> {
    if !second_step::was_set_up_before(pen.tx, staff, stopped.stopped_at.0).await? {
        return Err(Error::refusal(
            "You had no second step before this stopped. Ring the Business Unit: they make sure that it is you, \
             and give you a new code",
        ));
    }
    match second_at {
        Some(at) if at >= stopped.stopped_at.0 => Ok(()),
        _ => Err(Error::beside("one-time-code", WRONG_CODE)),
    }
}

/// Somebody who was stopped, as the privacy officers of their agency see it.
#[derive(Debug)]
pub struct WasStopped {
    pub who: String,
    pub job: String,
    pub stopped_at: At,
    pub opened: i64,
    /// What they said, if they have.
    pub said: Option<String>,
    /// Whether they open records again.
    pub goes_on: bool,
}

#[derive(Row)]
struct Stored {
    id: Uuid,
    who: String,
    job: String,
    stopped_at: At,
    opened: i64,
    said_at: Option<At>,
    said: Option<Vec<u8>>,
    staff_id: StaffId,
    agency_id: AgencyId,
}

impl Stored {
    fn opened(self, keys: &Keys) -> Result<WasStopped> {
        let open = |sealed| {
            let said = keys
                .unseal(PURPOSE, self.id.as_bytes(), &Sealed(sealed))
                .map_err(|e| Error::fault("unsealing why so many were opened", e))?;
            Ok::<_, Error>(String::from_utf8_lossy(&said).into_owned())
        };
        Ok(WasStopped {
            goes_on: self.said_at.is_some(),
            said: self.said.map(open).transpose()?,
            who: self.who,
            job: self.job,
            stopped_at: self.stopped_at,
            opened: self.opened,
        })
    }
}

/// A look at those who were stopped lately, of the agency whose looks one reads.
#[derive(Debug)]
pub struct StoppedLately;

impl Look for StoppedLately {
    type Seen = Vec<WasStopped>;
    const WHAT: &'static str = "pacing:stopped";
    const ACTION: Action = Action::ReadJournal;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<WasStopped>, Vec<Uuid>)> {
        let text = "SELECT l.id, s.name AS who, s.job || ', ' || g.name AS job, l.stopped_at, l.opened, l.said_at, l.said, l.staff_id, \
            s.agency_id FROM stopped_look l JOIN staff s ON s.id = l.staff_id JOIN agency g ON g.id = s.agency_id \
            WHERE l.stopped_at > $1 \
            ORDER BY l.stopped_at DESC, l.id DESC";
        let since = At(glass.app.clock.now() - READ_FOR);
        let mut all: Vec<Stored> = glass.db.all(text, [since.into()]).await?;
        let officers = Officers::on(&glass.db, day_of(glass.scope.now()?)).await?;
        all.retain(|one| {
            glass.scope.ask_about(&officers.looks_of(one.agency_id, one.staff_id)).is_ok()
        });
        let whose = all.iter().map(|one| one.staff_id.0).collect();
        let keys = &glass.app.keys;
        let seen = all.into_iter().map(|one| one.opened(keys)).collect::<Result<_>>()?;
        Ok((seen, whose))
    }
}
