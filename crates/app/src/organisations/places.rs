//! Settings of agencies: schools, clinics and other places, each with the term calendar that it
//! goes by.

use platform::db::{Row, Runs, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use super::{Which, agency_id, is_free, line};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, SettingId, reference},
    settings::in_force,
};

/// Adds a setting to an agency, or changes one as it was seen.
#[derive(Debug, Serialize)]
pub struct SetPlace {
    pub which: Which,
    pub name: String,
    pub kind: String,
    pub phone: Option<String>,
    /// The name of its term calendar; `None` where it has no terms.
    pub term_calendar: Option<String>,
}

impl Change for SetPlace {
    /// Its reference.
    type Made = String;
    const WHAT: &'static str = "organisations:set-setting";
    const ACTION: Action = Action::LookAfterOrganisations;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        line(&self.name, "name")?;
        line(&self.kind, "kind")?;
        if let Some(calendar) = &self.term_calendar {
            let rules = in_force(pen.app, pen.tx).await?;
            if !rules.calendar().term_dates().calendars().contains_key(calendar) {
                return Err(Error::refusal("Choose a term calendar that is in force"));
            }
        }
        let content = serde_json::to_vec(&self)?;
        let (id, agency, reference, revision) = match self.which {
            Which::New { agency } => {
                (SettingId::new(), agency_id(pen.tx, &agency).await?, reference(), None)
            }
            Which::Known { reference, revision } => {
                let place = row(pen.tx, &reference).await?;
                (place.id, place.agency_id, reference, Some(revision))
            }
        };
        let others = "SELECT name FROM setting WHERE reference <> $1 AND agency_id = $2";
        is_free(pen.tx, others, &reference, agency.into(), &self.name).await?;
        pen.journal(Self::WHAT, &[id.0, agency.0], &content).await?;
        let [name, kind] = [self.name.into(), self.kind.into()];
        let [phone, calendar] = [self.phone.into(), self.term_calendar.into()];
        let done = match revision {
            None => {
                let insert = "INSERT INTO setting \
                     (name, kind, phone, term_calendar, id, reference, agency_id) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7)";
                let own = [id.into(), reference.clone().into(), agency.into()];
                pen.tx.run(insert, [name, kind, phone, calendar].into_iter().chain(own)).await?
            }
            Some(revision) => {
                let update = "UPDATE setting SET name = $1, kind = $2, phone = $3, \
                     term_calendar = $4, revision = revision + 1 WHERE id = $5 AND revision = $6";
                let own = [id.into(), revision.into()];
                pen.tx.run(update, [name, kind, phone, calendar].into_iter().chain(own)).await?
            }
        };
        if done.rows_affected() == 1 { Ok(reference) } else { Err(Error::Stale) }
    }
}

/// A setting, with its agency.
#[derive(Debug, Row)]
pub struct PlaceRow {
    pub id: SettingId,
    pub agency_id: AgencyId,
    pub agency: String,
    pub agency_reference: String,
    pub reference: String,
    pub name: String,
    pub kind: String,
    pub phone: Option<String>,
    pub term_calendar: Option<String>,
    pub revision: i64,
}

async fn row(db: &impl Runs, reference: &str) -> Result<PlaceRow> {
    db.one(
        "SELECT t.id, t.agency_id, a.name AS agency, a.reference AS agency_reference, \
         t.reference, t.name, t.kind, t.phone, t.term_calendar, t.revision \
         FROM setting t JOIN agency a ON a.id = t.agency_id WHERE t.reference = $1",
        [reference.into()],
    )
    .await?
    .ok_or(Error::NotFound)
}

/// A look at a setting.
#[derive(Debug)]
pub struct OpenPlace {
    pub reference: String,
}

impl Look for OpenPlace {
    type Seen = PlaceRow;
    const WHAT: &'static str = "organisations:setting";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(PlaceRow, Vec<Uuid>)> {
        let row = row(&glass.db, &self.reference).await?;
        let subjects = vec![row.id.0];
        Ok((row, subjects))
    }
}
