//! Signing in with the accounts of one's own agency: its identity provider says who somebody is, by
//! OpenID Connect. It never makes an account: the first time, the provider's word for somebody's
//! e-mail address connects them with the member of staff of that agency who has it; from then on
//! they are who the provider calls so, whatever their address becomes.

pub mod asking;
pub mod pending;
pub mod signing_in;
mod turned_away;
pub mod whose;

use platform::{
    db::{At, Row, Runs, sea_orm},
    fetch::AtHome,
    seal::{Keys, Sealed},
    sensitive::Password,
};
use uuid::Uuid;

use crate::{
    App,
    error::{Error, Result},
    ids::AgencyId,
};

/// What a provider's secret is sealed for.
const SECRET: &str = "identity provider";

/// A provider, as it is asked.
pub struct Provider {
    pub id: Uuid,
    pub agency: AgencyId,
    /// The agency's reference.
    pub reference: String,
    /// What the agency is called.
    pub name: String,
    pub issuer: String,
    /// Whether it may lie on this machine.
    pub at_home: AtHome,
    pub client_id: String,
    pub secret: Password,
    /// Whether every e-mail address that it sends counts.
    pub vouches: bool,
    /// Whether its word counts that it asked for a second step.
    pub second_step: bool,
}

#[derive(Row)]
struct Stored {
    id: Uuid,
    agency_id: AgencyId,
    reference: String,
    name: String,
    issuer: String,
    client_id: String,
    secret: Vec<u8>,
    vouches_since: Option<At>,
    second_step_since: Option<At>,
}

/// Those that are in use. None is, where a backup was restored that nobody has looked through yet: it
/// may hold one that was removed since, or connect somebody who was disconnected.
const LIVE: &str = "SELECT p.id, p.agency_id, a.reference, a.name, p.issuer, p.client_id, p.secret, \
    p.vouches_since, p.second_step_since \
    FROM identity_provider p JOIN agency a ON a.id = p.agency_id WHERE p.ended_at IS NULL \
    AND NOT EXISTS (SELECT 1 FROM restored WHERE released_at IS NULL)";

impl Stored {
    fn opened(self, app: &App) -> Result<Provider> {
        let secret = app
            .keys
            .unseal(SECRET, self.id.as_bytes(), &Sealed(self.secret))
            .map_err(|e| Error::fault("unsealing a provider's secret", e))?;
        let secret = String::from_utf8(secret.to_vec())
            .map_err(|_| Error::fault("unsealing a provider's secret", "it is no text"))?;
        Ok(Provider {
            id: self.id,
            agency: self.agency_id,
            reference: self.reference,
            name: self.name,
            issuer: self.issuer,
            at_home: asking::at_home(app),
            client_id: self.client_id,
            secret: Password::new(secret),
            vouches: self.vouches_since.is_some(),
            second_step: self.second_step_since.is_some(),
        })
    }
}

/// The secret of a provider, sealed for its row.
///
/// # Errors
/// When the machine has no randomness.
pub fn sealed_secret(keys: &Keys, provider: Uuid, secret: &str) -> Result<Vec<u8>> {
    let sealed = keys.seal(SECRET, provider.as_bytes(), secret.as_bytes());
    Ok(sealed.map_err(|e| Error::fault("sealing a provider's secret", e))?.0)
}

/// The provider of the agency with that reference.
///
/// # Errors
/// When the database does.
pub async fn of_agency(db: &impl Runs, app: &App, reference: &str) -> Result<Option<Provider>> {
    let text = format!("{LIVE} AND a.reference = $1");
    let stored: Option<Stored> = db.one(&text, [reference.into()]).await?;
    stored.map(|one| one.opened(app)).transpose()
}

/// The provider with that id, while it is in use.
///
/// # Errors
/// When the database does.
pub async fn with_id(db: &impl Runs, app: &App, id: Uuid) -> Result<Option<Provider>> {
    let text = format!("{LIVE} AND p.id = $1");
    let stored: Option<Stored> = db.one(&text, [id.into()]).await?;
    stored.map(|one| one.opened(app)).transpose()
}

/// An agency whose staff can sign in so.
#[derive(Debug, Row)]
pub struct Agency {
    pub reference: String,
    pub name: String,
}

/// Every agency whose staff can sign in so, by name.
///
/// # Errors
/// When the database does.
pub async fn agencies(db: &impl Runs) -> Result<Vec<Agency>> {
    let text = format!("SELECT reference, name FROM ({LIVE}) live ORDER BY name, agency_id");
    Ok(db.all(&text, []).await?)
}
