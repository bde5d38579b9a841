//! Who is in which team, by date. A team gives nobody access: it says who works together and how
//! they are reached.

use platform::db::{On, Row, Runs, sea_orm};
use practice::calendar::{Day, day_of};
use serde::Serialize;
use uuid::Uuid;

use super::{Person, roles::ending};
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    ids::{StaffId, TeamId},
};

/// A team that somebody is, was or will be in.
#[derive(Debug, Row)]
pub struct In {
    pub reference: String,
    pub name: String,
    pub from_on: On,
    /// The first day on which they are in it no more.
    pub until_on: Option<On>,
}

/// A team that somebody can join.
#[derive(Debug, Row)]
pub struct Choice {
    pub reference: String,
    pub name: String,
    pub agency: String,
}

/// Every team of somebody, the newest first.
pub(super) async fn of(db: &impl Runs, staff: StaffId) -> Result<Vec<In>> {
    Ok(db
        .all(
            "SELECT t.reference, t.name, m.from_on, m.until_on FROM team_member m \
             JOIN team t ON t.id = m.team_id WHERE m.staff_id = $1 \
             ORDER BY m.from_on DESC, t.name, m.id",
            [staff.into()],
        )
        .await?)
}

/// Every team of the partnership.
pub(super) async fn choices(db: &impl Runs) -> Result<Vec<Choice>> {
    Ok(db
        .all(
            "SELECT t.reference, t.name, a.name AS agency FROM team t \
             JOIN agency a ON a.id = t.agency_id ORDER BY a.name, t.name, t.id",
            [],
        )
        .await?)
}

async fn team(db: &impl Runs, reference: &str) -> Result<TeamId> {
    #[derive(Row)]
    struct Found {
        id: TeamId,
    }
    let text = "SELECT id FROM team WHERE reference = $1";
    let found: Option<Found> = db.one(text, [reference.into()]).await?;
    found.map(|f| f.id).ok_or_else(|| Error::refusal("Choose the team"))
}

/// Puts somebody into a team from a day on.
#[derive(Debug, Serialize)]
pub struct JoinTeam {
    /// Whose reference.
    pub staff: String,
    /// The team's reference.
    pub team: String,
    pub from: Day,
    /// The first day on which they are in it no more; `None` when no end is known.
    pub until: Option<Day>,
}

impl Change for JoinTeam {
    type Made = ();
    const WHAT: &'static str = "organisations:join-team";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.staff.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let person = Person::of(pen.tx, &self.staff).await?;
        let team = team(pen.tx, &self.team).await?;
        if person.has_left(day_of(pen.now)) {
            return Err(Error::refusal("They have left, and can’t join a team"));
        }
        if self.from < person.joined_on.0 {
            return Err(Error::refusal("They can’t be in it before the day on which they joined"));
        }
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(Error::refusal("Their time in a team ends after it began"));
        }
        let teams = of(pen.tx, person.id).await?;
        let meets = |t: &In| {
            self.until.is_none_or(|until| t.from_on.0 < until)
                && t.until_on.is_none_or(|On(ends)| ends > self.from)
        };
        if teams.iter().any(|t| t.reference == self.team && meets(t)) {
            return Err(Error::refusal("They are in this team on some of those days already"));
        }
        pen.journal(Self::WHAT, &[person.id.0, team.0], &serde_json::to_vec(&self)?).await?;
        pen.tx
            .run(
                "INSERT INTO team_member (id, team_id, staff_id, from_on, until_on) \
                 VALUES ($1, $2, $3, $4, $5)",
                [
                    Uuid::now_v7().into(),
                    team.into(),
                    person.id.into(),
                    On(self.from).into(),
                    self.until.map(On).into(),
                ],
            )
            .await?;
        Ok(())
    }
}

/// Ends somebody's time in a team on a day, today at the earliest.
#[derive(Debug, Serialize)]
pub struct LeaveTeam {
    pub staff: String,
    pub team: String,
    /// Since when they are in it: the team and this day say which time is meant.
    pub from: Day,
    /// When it was to end, as it was seen.
    pub seen: Option<Day>,
    /// The first day on which they are in it no more.
    pub until: Day,
}

impl Change for LeaveTeam {
    type Made = ();
    const WHAT: &'static str = "organisations:leave-team";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.staff.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let person = Person::of(pen.tx, &self.staff).await?;
        let teams = of(pen.tx, person.id).await?;
        let time = teams.iter().find(|t| t.reference == self.team && t.from_on.0 == self.from);
        if time.ok_or(Error::NotFound)?.until_on.map(|u| u.0) != self.seen {
            return Err(Error::Stale);
        }
        let team = team(pen.tx, &self.team).await?;
        let until = ending(self.from, self.seen, self.until, day_of(pen.now))?;
        pen.journal(Self::WHAT, &[person.id.0, team.0], &serde_json::to_vec(&self)?).await?;
        pen.tx
            .run(
                "UPDATE team_member SET until_on = $1 \
                 WHERE staff_id = $2 AND team_id = $3 AND from_on = $4",
                [On(until).into(), person.id.into(), team.into(), On(self.from).into()],
            )
            .await?;
        Ok(())
    }
}
