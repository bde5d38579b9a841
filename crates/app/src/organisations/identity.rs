//! The identity provider of an agency: where its staff sign in with its own accounts. One at a time,
//! set and removed by the Business Unit. Its secret is sealed, and never shown again. Another issuer
//! or client is another provider: nobody stays connected by what the one before called them.

use jiff::Timestamp;
use platform::db::{At, Row, Runs, Tx, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use super::{PUBLIC, Person, line, roles::is_somebody_else};
use crate::{
    access::{
        Action,
        identity::{
            asking::{Issuer, at_home},
            sealed_secret, whose,
        },
        second_step::{WRONG_CODE, is_fresh},
        sessions,
    },
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::AgencyId,
};

/// A look at how the staff of an agency sign in with its own accounts.
#[derive(Debug)]
pub struct OpenProvider {
    pub agency: String,
}

/// What is set of it.
#[derive(Debug)]
pub struct Own {
    pub agency: AgencyRow,
    pub set: Option<Set>,
    /// How often it was set or removed: what a form is made from.
    pub revision: i64,
    /// How many are connected.
    pub connected: i64,
}

/// The agency itself.
#[derive(Debug, Row)]
pub struct AgencyRow {
    id: AgencyId,
    pub reference: String,
    pub name: String,
    kind: String,
}

/// The provider in use, without its secret.
#[derive(Debug, Row)]
pub struct Set {
    id: Uuid,
    pub issuer: String,
    pub client_id: String,
    pub vouches_since: Option<At>,
    pub second_step_since: Option<At>,
    pub set_at: At,
}

impl Look for OpenProvider {
    type Seen = Own;
    const WHAT: &'static str = "organisations:identity-provider";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.agency.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Own, Vec<Uuid>)> {
        #[derive(Row)]
        struct Count {
            rows: i64,
        }
        let db = &glass.db;
        let agency = agency(db, &self.agency).await?;
        let (set, revision) = as_it_is(db, agency.id).await?;
        let text = "SELECT count(*) AS rows FROM identity i \
            JOIN identity_provider p ON p.id = i.provider_id \
            WHERE p.agency_id = $1 AND i.ended_at IS NULL";
        let count: Option<Count> = db.one(text, [agency.id.into()]).await?;
        let subjects = vec![agency.id.0];
        Ok((Own { agency, set, revision, connected: count.map_or(0, |c| c.rows) }, subjects))
    }
}

async fn agency(db: &impl Runs, reference: &str) -> Result<AgencyRow> {
    let text = "SELECT id, reference, name, kind FROM agency WHERE reference = $1";
    let found: Option<AgencyRow> = db.one(text, [reference.into()]).await?;
    found.filter(|agency| agency.kind != PUBLIC).ok_or(Error::NotFound)
}

async fn as_it_is(db: &impl Runs, agency: AgencyId) -> Result<(Option<Set>, i64)> {
    #[derive(Row)]
    struct Last {
        revision: i64,
    }
    let text = "SELECT id, issuer, client_id, vouches_since, second_step_since, set_at \
                FROM identity_provider WHERE agency_id = $1 AND ended_at IS NULL";
    let set = db.one(text, [agency.into()]).await?;
    let text = "SELECT revision FROM identity_provider WHERE agency_id = $1 \
                ORDER BY revision DESC LIMIT 1";
    let last: Option<Last> = db.one(text, [agency.into()]).await?;
    Ok((set, last.map_or(0, |last| last.revision)))
}

/// Sets the provider of an agency, as it was seen.
#[derive(Serialize)]
pub struct SetProvider {
    /// The agency's reference.
    pub agency: String,
    pub revision: i64,
    pub issuer: String,
    pub client_id: String,
    /// A new one; without one it stays what it was.
    #[serde(skip)]
    pub secret: Option<String>,
    /// Whether every e-mail address that it sends counts.
    pub vouches: bool,
    /// Whether its word counts that it asked for a second step.
    pub second_step: bool,
    /// When whoever sets it took their own second step last.
    #[serde(skip)]
    pub second_at: Option<Timestamp>,
}

impl Change for SetProvider {
    type Made = ();
    const WHAT: &'static str = "organisations:set-identity-provider";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.agency.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        Issuer::parse(&self.issuer, at_home(pen.app)).map_err(Error::refusal)?;
        line(&self.client_id, "client ID")?;
        // Whoever sets it decides as whom people come in: no screen that was left open is enough.
        if !pen.app.demo && !is_fresh(self.second_at, pen.now) {
            return Err(Error::beside("one-time-code", WRONG_CODE));
        }
        let agency = agency(pen.tx, &self.agency).await?;
        let (set, revision) = as_it_is(pen.tx, agency.id).await?;
        if revision != self.revision {
            return Err(Error::Stale);
        }
        pen.journal(Self::WHAT, &[agency.id.0], &serde_json::to_vec(&self)?).await?;
        match set {
            Some(set) if set.issuer == self.issuer && set.client_id == self.client_id => {
                self.changes(pen, &set).await
            }
            before => {
                if let Some(before) = before {
                    end(pen.tx, before.id, revision, pen.now).await?;
                }
                self.adds(pen, agency.id).await
            }
        }
    }
}

impl SetProvider {
    /// Since when something counts that is wanted: since it was first, where it already did.
    fn since(wanted: bool, before: Option<At>, now: Timestamp) -> Option<At> {
        wanted.then(|| before.unwrap_or(At(now)))
    }

    async fn changes(self, pen: &Pen<'_>, set: &Set) -> Result<()> {
        pen.tx
            .run(
                "UPDATE identity_provider SET vouches_since = $1, second_step_since = $2, \
                 revision = $3, set_at = $4 WHERE id = $5",
                [
                    Self::since(self.vouches, set.vouches_since, pen.now).into(),
                    Self::since(self.second_step, set.second_step_since, pen.now).into(),
                    (self.revision + 1).into(),
                    At(pen.now).into(),
                    set.id.into(),
                ],
            )
            .await?;
        // What was trusted and is not any more has made nothing that stays.
        if let Some(since) = set.vouches_since.filter(|_| !self.vouches) {
            whose::disconnect_since(pen.tx, set.id, since.0, pen.now).await?;
        }
        if set.second_step_since.is_some() && !self.second_step {
            sessions::unvouched(pen.tx, set.id).await?;
        }
        if let Some(secret) = &self.secret {
            let sealed = sealed_secret(&pen.app.keys, set.id, secret)?;
            let text = "UPDATE identity_provider SET secret = $1 WHERE id = $2";
            pen.tx.run(text, [sealed.into(), set.id.into()]).await?;
        }
        Ok(())
    }

    async fn adds(self, pen: &Pen<'_>, agency: AgencyId) -> Result<()> {
        let id = Uuid::now_v7();
        let secret = self.secret.as_deref().ok_or_else(|| {
            Error::beside("client-secret", "Enter the client secret that the provider gave out")
        })?;
        let sealed = sealed_secret(&pen.app.keys, id, secret)?;
        pen.tx
            .run(
                "INSERT INTO identity_provider (id, agency_id, issuer, client_id, secret, \
                 vouches_since, second_step_since, set_at, revision) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                [
                    id.into(),
                    agency.into(),
                    self.issuer.into(),
                    self.client_id.into(),
                    sealed.into(),
                    Self::since(self.vouches, None, pen.now).into(),
                    Self::since(self.second_step, None, pen.now).into(),
                    At(pen.now).into(),
                    (self.revision + 1).into(),
                ],
            )
            .await?;
        Ok(())
    }
}

/// Ends a provider: its secret goes, and so does everybody's connection.
async fn end(tx: &Tx, id: Uuid, revision: i64, now: Timestamp) -> Result<()> {
    whose::disconnect_all(tx, id, now).await?;
    tx.run(
        "UPDATE identity_provider SET ended_at = $1, secret = $2, revision = $3 WHERE id = $4",
        [At(now).into(), Vec::<u8>::new().into(), (revision + 1).into(), id.into()],
    )
    .await?;
    Ok(())
}

/// Removes the provider of an agency, as it was seen.
#[derive(Debug, Serialize)]
pub struct RemoveProvider {
    pub agency: String,
    pub revision: i64,
}

impl Change for RemoveProvider {
    type Made = ();
    const WHAT: &'static str = "organisations:remove-identity-provider";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.agency.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let agency = agency(pen.tx, &self.agency).await?;
        let (set, revision) = as_it_is(pen.tx, agency.id).await?;
        let set = set.filter(|_| revision == self.revision).ok_or(Error::Stale)?;
        pen.journal(Self::WHAT, &[agency.id.0], &serde_json::to_vec(&self)?).await?;
        end(pen.tx, set.id, revision, pen.now).await
    }
}

/// Ends the connection of a member of staff with their agency's own sign-in.
#[derive(Debug, Serialize)]
pub struct EndConnection {
    /// Their reference.
    pub staff: String,
}

impl Change for EndConnection {
    type Made = ();
    const WHAT: &'static str = "organisations:end-connection";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.staff.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let person = Person::of(pen.tx, &self.staff).await?;
        is_somebody_else(pen, &person)?;
        pen.journal(Self::WHAT, &[person.id.0], &serde_json::to_vec(&self)?).await?;
        whose::disconnect(pen.tx, person.id, pen.now).await
    }
}
