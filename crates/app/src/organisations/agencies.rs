//! Agencies: adding one, changing its name and kind, and looking at what it has.

use platform::db::{On, Row, Runs, fold, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use super::{AGENCY_KINDS, PUBLIC, is_free, line};
use crate::{
    access::{Action, officers},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, reference},
};

/// How many members of staff a page shows.
pub const MOST: usize = 200;

/// Adds an agency, or changes one as it was seen.
#[derive(Debug, Serialize)]
pub struct SetAgency {
    /// Its reference and revision; `None` for a new one.
    pub known: Option<(String, i64)>,
    pub name: String,
    pub kind: String,
}

impl Change for SetAgency {
    /// Its reference.
    type Made = String;
    const WHAT: &'static str = "organisations:set-agency";
    const ACTION: Action = Action::LookAfterOrganisations;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        line(&self.name, "name")?;
        let own = self.known.as_ref().map_or("", |(reference, _)| reference);
        self.kind_is_free(pen, own).await?;
        let others = "SELECT name FROM agency WHERE reference <> $1 AND reference <> $2";
        is_free(pen.tx, others, own, own.into(), &self.name).await?;
        let content = serde_json::to_vec(&self)?;
        let Some((reference, revision)) = self.known else {
            let (id, reference) = (AgencyId::new(), reference());
            pen.journal(Self::WHAT, &[id.0], &content).await?;
            pen.tx
                .run(
                    "INSERT INTO agency (id, reference, name, kind) VALUES ($1, $2, $3, $4)",
                    [id.into(), reference.clone().into(), self.name.into(), self.kind.into()],
                )
                .await?;
            return Ok(reference);
        };
        let id = super::agency_id(pen.tx, &reference).await?;
        pen.journal(Self::WHAT, &[id.0], &content).await?;
        let changed = pen
            .tx
            .run(
                "UPDATE agency SET name = $1, kind = $2, revision = revision + 1 \
                 WHERE id = $3 AND revision = $4",
                [self.name.into(), self.kind.into(), id.into(), revision.into()],
            )
            .await?;
        if changed.rows_affected() == 1 { Ok(reference) } else { Err(Error::Stale) }
    }
}

/// Makes the one agency that stands for members of the public.
///
/// # Errors
/// When the database does.
pub async fn make_public(pen: &Pen<'_>, name: &str) -> Result<()> {
    let text = "INSERT INTO agency (id, reference, name, kind) VALUES ($1, $2, $3, $4)";
    let row = [AgencyId::new().into(), reference().into(), name.into(), PUBLIC.into()];
    pen.tx.run(text, row).await?;
    Ok(())
}

impl SetAgency {
    /// Calls from members of the public come to the one agency of that kind: there is never
    /// another, and it stays what it is.
    async fn kind_is_free(&self, pen: &Pen<'_>, own: &str) -> Result<()> {
        #[derive(Row)]
        struct Kind {
            kind: String,
        }
        let text = "SELECT kind FROM agency WHERE reference = $1";
        let before: Option<Kind> = pen.tx.one(text, [own.into()]).await?;
        let before = before.map(|b| b.kind);
        let is_public = before.as_deref() == Some(PUBLIC);
        let stays = before.as_deref() == Some(self.kind.as_str());
        if stays || !is_public && AGENCY_KINDS.contains(&self.kind.as_str()) {
            return Ok(());
        }
        Err(Error::refusal("Choose what kind of agency it is"))
    }
}

/// A look at the list of agencies.
#[derive(Debug)]
pub struct OpenAgencies;

/// An agency in the list.
#[derive(Debug, Row)]
pub struct Listed {
    pub id: AgencyId,
    pub reference: String,
    pub name: String,
    pub kind: String,
    pub teams: i64,
    pub settings: i64,
    pub staff: i64,
}

/// The list of agencies.
#[derive(Debug)]
pub struct Agencies {
    pub listed: Vec<Listed>,
    /// The names of those with staff of whom none is a privacy officer.
    pub without_officer: Vec<String>,
}

impl Look for OpenAgencies {
    type Seen = Agencies;
    const WHAT: &'static str = "organisations:agencies";
    const ACTION: Action = Action::LookAfterOrganisations;

    async fn see(self, glass: &Glass<'_>) -> Result<(Agencies, Vec<Uuid>)> {
        let today = practice::calendar::day_of(glass.app.clock.now());
        let listed: Vec<Listed> = glass
            .db
            .all(
                "SELECT a.id, a.reference, a.name, a.kind, \
                 (SELECT count(*) FROM team t WHERE t.agency_id = a.id) AS teams, \
                 (SELECT count(*) FROM setting g WHERE g.agency_id = a.id) AS settings, \
                 (SELECT count(*) FROM staff s WHERE s.agency_id = a.id \
                   AND (s.left_on IS NULL OR s.left_on > $1)) AS staff \
                 FROM agency a ORDER BY a.name, a.id",
                [On(today).into()],
            )
            .await?;
        let subjects = listed.iter().map(|a| a.id.0).collect();
        let without_officer = officers::missing(&glass.db, today).await?;
        Ok((Agencies { listed, without_officer }, subjects))
    }
}

/// A look at one agency with its teams, settings and staff.
#[derive(Debug)]
pub struct OpenAgency {
    pub reference: String,
    /// A part of the names of staff; everybody when it is empty.
    pub words: String,
}

/// An agency.
#[derive(Debug)]
pub struct Agency {
    pub row: AgencyRow,
    pub teams: Vec<Part>,
    pub settings: Vec<Part>,
    /// At most [`MOST`].
    pub staff: Vec<Worker>,
    /// How many there are of those who were looked for.
    pub found: usize,
}

/// Its own row.
#[derive(Debug, Row)]
pub struct AgencyRow {
    pub id: AgencyId,
    pub reference: String,
    pub name: String,
    pub kind: String,
    pub revision: i64,
}

/// A team or a setting of it.
#[derive(Debug, Row)]
pub struct Part {
    pub reference: String,
    pub name: String,
    pub kind: String,
    pub phone: Option<String>,
}

/// Somebody who works there.
#[derive(Debug, Row)]
pub struct Worker {
    pub reference: String,
    pub name: String,
    pub job: String,
    pub setting: Option<String>,
    pub joined_on: On,
    pub left_on: Option<On>,
}

impl Look for OpenAgency {
    type Seen = Agency;
    const WHAT: &'static str = "organisations:agency";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Agency, Vec<Uuid>)> {
        let db = &glass.db;
        let row: Option<AgencyRow> = db
            .one(
                "SELECT id, reference, name, kind, revision FROM agency WHERE reference = $1",
                [self.reference.into()],
            )
            .await?;
        let row = row.ok_or(Error::NotFound)?;
        let parts = |table: &str| {
            format!(
                "SELECT reference, name, kind, phone FROM {table} WHERE agency_id = $1 \
                 ORDER BY name, id"
            )
        };
        let teams = db.all(&parts("team"), [row.id.into()]).await?;
        let settings = db.all(&parts("setting"), [row.id.into()]).await?;
        let mut staff: Vec<Worker> = db
            .all(
                "SELECT s.reference, s.name, s.job, t.name AS setting, s.joined_on, s.left_on \
                 FROM staff s LEFT JOIN setting t ON t.id = s.setting_id \
                 WHERE s.agency_id = $1 ORDER BY s.name, s.id",
                [row.id.into()],
            )
            .await?;
        let words = fold(&self.words);
        staff.retain(|s| fold(&s.name).contains(&words));
        let found = staff.len();
        staff.truncate(MOST);
        let subjects = vec![row.id.0];
        Ok((Agency { row, teams, settings, staff, found }, subjects))
    }
}
