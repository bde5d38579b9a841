//! The review of each use: by a privacy officer of either agency, or a hub manager where none can or
//! none did in time; never by whoever it was, nor by
//! somebody of their team, nor by anybody who must not see the child. Of the child there is nothing,
//! not even a reference: by one, an officer who works in the hub would find out that a child is
//! restricted. Whoever has the record is named instead, and tells them.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use need_to_know::{
    Purpose, Tie, Ties,
    glass::{Finding, NotNow},
};
use platform::db::{At, Runs};
use practice::calendar::{Day, day_of, start_of};
use serde::Serialize;
use uuid::Uuid;

use super::{
    FINDINGS, REASON, REVIEW, STORED, Stored, THEMES, finding_of, person, sealed, telling, unsealed,
};
use crate::{
    access::{Action, Scope, policies},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, StaffId},
    limits::{TEXT, filled},
    people::hidden,
};

/// A use, for whoever reviews it.
#[derive(Debug)]
pub struct Used {
    pub reference: String,
    pub who: String,
    pub job: String,
    pub agency: String,
    /// Who had the child's record, and was told of the use.
    pub holders: Vec<String>,
    pub purpose: Purpose,
    pub reason: String,
    pub opened_at: Timestamp,
    /// When it was over, as far as it is.
    pub over_at: Timestamp,
    pub looks: i64,
    pub due_at: Timestamp,
    pub review: Option<Reviewed>,
}

/// A review that was done.
#[derive(Debug)]
pub struct Reviewed {
    pub finding: Finding,
    /// What it comes to, in the words of [`THEMES`]; none of a review from before these were asked for.
    pub theme: Option<&'static str>,
    pub words: String,
    pub at: Timestamp,
    pub by: String,
}

impl Used {
    /// Whether it should have been reviewed by then, and was not.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.review.is_none() && self.due_at < now
    }
}

impl Stored {
    async fn shown(self, glass: &Glass<'_>) -> Result<Used> {
        let keys = &glass.app.keys;
        let holders = telling::told_as_holders(&glass.db, self.id).await?;
        let review = match (&self.finding, self.sealed_review, self.reviewed_at, self.reviewer) {
            (Some(finding), Some(words), Some(at), Some(by)) => Some(Reviewed {
                finding: finding_of(finding)?,
                theme: THEMES
                    .into_iter()
                    .find(|(slug, _)| self.theme.as_deref() == Some(*slug))
                    .map(|(_, says)| says),
                words: unsealed(keys, REVIEW, self.id, words)?,
                at: at.0,
                by,
            }),
            _ => None,
        };
        let until = super::until(self.opened_at.0);
        Ok(Used {
            purpose: super::purpose_of(&self.purpose)
                .ok_or_else(|| Error::fault("reading a purpose", &self.purpose))?,
            reason: unsealed(keys, REASON, self.id, self.sealed_reason)?,
            reference: self.reference,
            who: self.who,
            job: self.job,
            agency: self.agency,
            holders,
            opened_at: self.opened_at.0,
            over_at: self.ended_at.map_or(until, |at| at.0.min(until)),
            looks: self.looks,
            due_at: self.due_at.0,
            review,
        })
    }
}

/// Asks the policies whether somebody may review a use.
pub(super) async fn ask(db: &impl Runs, scope: &Scope, stored: &Stored) -> Result<()> {
    let now = scope.now()?;
    let is_unattended =
        stored.raised_at.is_some() || !telling::is_attended(db, &stored.broken(), now).await?;
    let user = (stored.staff_id.0, stored.manager_id, stored.users_agency_id.0);
    let about = policies::glass_use(stored.id, user, stored.holders_agency_id.0, is_unattended);
    let is_kept = hidden::person(db, StaffId(scope.own()), stored.person_id, now).await?.kept;
    let ties = if is_kept { Ties::of(&[Tie::Excluded]) } else { Ties::NONE };
    scope.ask_tied(&about, ties).map(drop)
}

/// A look at the uses of break-glass that wait for a review, and the last ones that were reviewed.
#[derive(Debug)]
pub struct OpenUses;

/// How many that were reviewed are listed.
const MOST_REVIEWED: usize = 20;

impl Look for OpenUses {
    type Seen = Vec<Used>;
    const WHAT: &'static str = "break-glass:uses";
    const ACTION: Action = Action::ReviewGlass;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Used>, Vec<Uuid>)> {
        // Every one that waits is listed, however old: none may be forgotten.
        let text = format!(
            "{STORED} WHERE b.reviewed_at IS NULL OR b.id IN (SELECT id FROM broken_glass \
             WHERE reviewed_at IS NOT NULL ORDER BY reviewed_at DESC LIMIT {MOST_REVIEWED}) \
             ORDER BY b.due_at, b.id"
        );
        let all: Vec<Stored> = glass.db.all(&text, []).await?;
        to_review(glass, all).await
    }
}

/// Those uses that the policies let the asker review, with what the journal says of the look.
async fn to_review(glass: &Glass<'_>, all: Vec<Stored>) -> Result<(Vec<Used>, Vec<Uuid>)> {
    let (mut used, mut subjects) = (Vec::new(), Vec::new());
    for stored in all {
        match ask(&glass.db, &glass.scope, &stored).await {
            Ok(()) => {
                subjects.push(stored.id);
                used.push(stored.shown(glass).await?);
            }
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok((used, subjects))
}

/// The uses of one member of staff within some days, likewise.
///
/// # Errors
/// When the database does.
pub async fn of_staff(
    glass: &Glass<'_>,
    staff: StaffId,
    days: &RangeInclusive<Day>,
) -> Result<(Vec<Used>, Vec<Uuid>)> {
    let after = days.end().tomorrow().map_err(|e| Error::fault("counting days", e))?;
    let text = format!(
        "{STORED} WHERE b.staff_id = $1 AND b.opened_at >= $2 AND b.opened_at < $3 \
         ORDER BY b.opened_at, b.id"
    );
    let within = [At(start_of(*days.start())).into(), At(start_of(after)).into()];
    let all = glass.db.all(&text, std::iter::once(staff.into()).chain(within)).await?;
    to_review(glass, all).await
}

/// A look at one use.
#[derive(Debug)]
pub struct OpenUse {
    pub reference: String,
}

impl Look for OpenUse {
    type Seen = Used;
    const WHAT: &'static str = "break-glass:use";
    const ACTION: Action = Action::ReviewGlass;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Used, Vec<Uuid>)> {
        let stored = super::find(&glass.db, "b.reference = $1", [self.reference.into()]).await?;
        ask(&glass.db, &glass.scope, &stored).await?;
        let id = stored.id;
        Ok((stored.shown(glass).await?, vec![id]))
    }
}

/// Reviews a use.
#[derive(Debug, Serialize)]
pub struct Review {
    pub reference: String,
    /// The stored form of the finding.
    pub finding: String,
    /// The stored form of what it comes to.
    pub theme: String,
    pub words: String,
}

/// What is said to somebody who works with whoever it was.
pub const TOO_CLOSE: &str = "You are in a team with whoever used it. Somebody of another team, or of the other agency, reviews it";

impl Change for Review {
    type Made = ();
    const WHAT: &'static str = "break-glass:review";
    const ACTION: Action = Action::ReviewGlass;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let by = pen.actor.signed_in()?.clone();
        let own = [self.reference.clone().into()];
        let stored = super::find(pen.tx, "b.reference = $1", own).await?;
        ask(pen.tx, &pen.scope, &stored).await?;
        let finding = FINDINGS.into_iter().find(|(_, slug, _)| *slug == self.finding);
        let (finding, slug, _) =
            finding.ok_or_else(|| Error::beside("finding", "Choose what you found"))?;
        let theme = THEMES.into_iter().find(|(slug, _)| *slug == self.theme);
        let (theme, _) = theme.ok_or_else(|| Error::beside("theme", "Choose what it comes to"))?;
        filled(&self.words, TEXT, "Enter what you learned")
            .map_err(|error| Error::beside("words", error.to_string()))?;
        let team = telling::shared_team(pen.tx, stored.staff_id, by.staff, day_of(pen.now)).await?;
        let close_to = |staff, agency: AgencyId| need_to_know::glass::Person {
            team: team.clone(),
            ..person(staff, agency)
        };
        let mut used = stored.used_by(close_to(stored.staff_id, stored.users_agency_id))?;
        match used.review(&close_to(by.staff, by.agency), finding, pen.now) {
            Ok(()) => {}
            Err(NotNow::TooClose) => return Err(Error::refusal(TOO_CLOSE)),
            Err(_) => return Err(Error::Stale),
        }
        let words = sealed(&pen.app.keys, REVIEW, stored.id, &self.words)?;
        pen.journal(Self::WHAT, &[stored.id], &serde_json::to_vec(&self)?).await?;
        pen.tx
            .run(
                "UPDATE broken_glass SET finding = $1, sealed_review = $2, reviewed_at = $3, \
                 reviewed_by = $4, theme = $5 WHERE id = $6",
                [
                    slug.into(),
                    words.into(),
                    At(pen.now).into(),
                    by.staff.into(),
                    theme.into(),
                    stored.id.into(),
                ],
            )
            .await?;
        Ok(())
    }
}
