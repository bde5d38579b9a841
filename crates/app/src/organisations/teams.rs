//! Teams: adding one to an agency, changing it, and looking at who is in it.

use platform::db::{On, Row, Runs, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use super::{Which, agency_id, is_free, line};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, TeamId, reference},
};

/// Adds a team to an agency, or changes one as it was seen.
#[derive(Debug, Serialize)]
pub struct SetTeam {
    pub which: Which,
    pub name: String,
    pub kind: String,
    pub phone: Option<String>,
}

impl Change for SetTeam {
    /// Its reference.
    type Made = String;
    const WHAT: &'static str = "organisations:set-team";
    const ACTION: Action = Action::LookAfterOrganisations;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        line(&self.name, "name")?;
        line(&self.kind, "kind")?;
        let content = serde_json::to_vec(&self)?;
        let (id, agency, reference, revision) = match self.which {
            Which::New { agency } => {
                (TeamId::new(), agency_id(pen.tx, &agency).await?, reference(), None)
            }
            Which::Known { reference, revision } => {
                let team = row(pen.tx, &reference).await?;
                (team.id, team.agency_id, reference, Some(revision))
            }
        };
        let others = "SELECT name FROM team WHERE reference <> $1 AND agency_id = $2";
        is_free(pen.tx, others, &reference, agency.into(), &self.name).await?;
        pen.journal(Self::WHAT, &[id.0, agency.0], &content).await?;
        let [name, kind, phone] = [self.name.into(), self.kind.into(), self.phone.into()];
        let done = match revision {
            None => {
                let insert = "INSERT INTO team (name, kind, phone, id, reference, agency_id) \
                     VALUES ($1, $2, $3, $4, $5, $6)";
                let row = [name, kind, phone, id.into(), reference.clone().into(), agency.into()];
                pen.tx.run(insert, row).await?
            }
            Some(revision) => {
                let update = "UPDATE team SET name = $1, kind = $2, phone = $3, \
                     revision = revision + 1 WHERE id = $4 AND revision = $5";
                pen.tx.run(update, [name, kind, phone, id.into(), revision.into()]).await?
            }
        };
        if done.rows_affected() == 1 { Ok(reference) } else { Err(Error::Stale) }
    }
}

/// A team's own row, with its agency.
#[derive(Debug, Row)]
pub struct TeamRow {
    pub id: TeamId,
    pub agency_id: AgencyId,
    pub agency: String,
    pub agency_reference: String,
    pub reference: String,
    pub name: String,
    pub kind: String,
    pub phone: Option<String>,
    pub revision: i64,
}

async fn row(db: &impl Runs, reference: &str) -> Result<TeamRow> {
    db.one(
        "SELECT t.id, t.agency_id, a.name AS agency, a.reference AS agency_reference, \
         t.reference, t.name, t.kind, t.phone, t.revision \
         FROM team t JOIN agency a ON a.id = t.agency_id WHERE t.reference = $1",
        [reference.into()],
    )
    .await?
    .ok_or(Error::NotFound)
}

/// A look at a team and everybody who is, was or will be in it.
#[derive(Debug)]
pub struct OpenTeam {
    pub reference: String,
}

/// A team.
#[derive(Debug)]
pub struct Team {
    pub row: TeamRow,
    pub members: Vec<Member>,
}

/// Somebody in it.
#[derive(Debug, Row)]
pub struct Member {
    pub reference: String,
    pub name: String,
    pub job: String,
    pub from_on: On,
    pub until_on: Option<On>,
}

impl Look for OpenTeam {
    type Seen = Team;
    const WHAT: &'static str = "organisations:team";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Team, Vec<Uuid>)> {
        let row = row(&glass.db, &self.reference).await?;
        let members = glass
            .db
            .all(
                "SELECT s.reference, s.name, s.job, m.from_on, m.until_on FROM team_member m \
                 JOIN staff s ON s.id = m.staff_id WHERE m.team_id = $1 \
                 ORDER BY s.name, m.from_on, m.id",
                [row.id.into()],
            )
            .await?;
        let subjects = vec![row.id.0];
        Ok((Team { row, members }, subjects))
    }
}
