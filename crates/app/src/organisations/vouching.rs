//! Vouching: a link worker, who knows the nurseries, schools and charities of the partnership, gives somebody
//! there an account at once, and answers for it. Such an account asks for support and sees its own requests;
//! every other role is the Business Unit's to give, which reads who was vouched for.

use jiff::SignedDuration;
use platform::db::{At, Row, Runs, sea_orm};
use practice::{calendar::day_of, roles::Role};
use serde::Serialize;
use uuid::Uuid;

use super::{
    HUB, PUBLIC, roles,
    staff::{Details, insert},
};
use crate::{
    access::{Action, first_sign_in},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::AgencyId,
    limits,
};

/// For how many people one may vouch in a day: more than a nursery has, and few enough to be looked at.
pub const MOST_A_DAY: i64 = 10;
/// How long the Business Unit reads of each.
const LATELY: SignedDuration = SignedDuration::from_hours(24 * 31);

/// A look at the places for whose people one may vouch.
#[derive(Debug)]
pub struct PlacesToVouchFor;

/// A setting, with its agency.
#[derive(Debug, Clone, Row)]
pub struct Setting {
    pub reference: String,
    pub name: String,
    pub agency: String,
}

impl Look for PlacesToVouchFor {
    type Seen = Vec<Setting>;
    const WHAT: &'static str = "organisations:to-vouch-for";
    const ACTION: Action = Action::Vouch;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Setting>, Vec<Uuid>)> {
        let text = "SELECT t.reference, t.name, a.name AS agency FROM setting t \
            JOIN agency a ON a.id = t.agency_id WHERE t.kind <> $1 AND a.kind <> $2 \
            ORDER BY t.name, t.id";
        let settings = glass.db.all(text, [HUB.into(), PUBLIC.into()]).await?;
        Ok((settings, Vec::new()))
    }
}

/// Gives somebody who works in a setting an account, and a code for the first sign-in.
#[derive(Debug, Serialize)]
pub struct VouchFor {
    /// Who they are, and in which setting.
    pub details: Details,
    /// How whoever vouches knows that it is they.
    pub knows: String,
    #[serde(skip)]
    pub code_hash: Vec<u8>,
}

impl Change for VouchFor {
    /// When, in microseconds: whoever presses again much later is not shown the code again.
    type Made = i64;
    const WHAT: &'static str = "organisations:vouch";
    const ACTION: Action = Action::Vouch;

    async fn make(self, pen: &mut Pen<'_>) -> Result<i64> {
        limits::reason("knows", &self.knows)?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let agency = agency_of(pen, self.details.setting.as_deref()).await?;
        if lately(pen, by.0).await? >= MOST_A_DAY {
            let say = format!(
                "You vouched for {MOST_A_DAY} people today. Ask the Business Unit to add more"
            );
            return Err(Error::beside("name", say));
        }
        let today = day_of(pen.now);
        let details = self.details.clone();
        let (staff, _) = insert(pen, Self::WHAT, &self, agency, details, today).await?;
        let text = "UPDATE staff SET vouched_by = $1, vouched_at = $2 WHERE id = $3";
        pen.tx.run(text, [by.into(), At(pen.now).into(), staff.into()]).await?;
        roles::hold(pen, staff, Role::Practitioner, today, None).await?;
        first_sign_in::make(pen.tx, staff, self.code_hash, by.0, pen.now).await?;
        Ok(pen.now.as_microsecond())
    }
}

/// The agency of a setting for whose people one may vouch.
async fn agency_of(pen: &Pen<'_>, setting: Option<&str>) -> Result<AgencyId> {
    #[derive(Row)]
    struct Found {
        agency_id: AgencyId,
    }
    let text = "SELECT t.agency_id FROM setting t JOIN agency a ON a.id = t.agency_id \
        WHERE t.reference = $1 AND t.kind <> $2 AND a.kind <> $3";
    let values = [setting.unwrap_or_default().into(), HUB.into(), PUBLIC.into()];
    let found: Option<Found> = pen.tx.one(text, values).await?;
    found
        .map(|found| found.agency_id)
        .ok_or_else(|| Error::beside("setting", "Choose the place where they work"))
}

/// For how many one vouched within a day.
async fn lately(pen: &Pen<'_>, by: Uuid) -> Result<i64> {
    #[derive(Row)]
    struct Count {
        people: i64,
    }
    let text = "SELECT count(*) AS people FROM staff WHERE vouched_by = $1 AND vouched_at > $2";
    let since = pen.now - SignedDuration::from_hours(24);
    let count: Option<Count> = pen.tx.one(text, [by.into(), At(since).into()]).await?;
    Ok(count.map_or(0, |count| count.people))
}

/// A look at those for whom somebody vouched lately.
#[derive(Debug)]
pub struct VouchedForLately;

/// Somebody for whom another vouched.
#[derive(Debug, Clone, Row)]
pub struct Vouched {
    pub reference: String,
    pub name: String,
    pub setting: Option<String>,
    pub by: String,
    pub at: At,
}

impl Look for VouchedForLately {
    /// The newest first.
    type Seen = Vec<Vouched>;
    const WHAT: &'static str = "organisations:vouched-for";
    const ACTION: Action = Action::LookAfterOrganisations;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Vouched>, Vec<Uuid>)> {
        let since = glass.app.clock.now() - LATELY;
        let text = "SELECT s.reference, s.name, t.name AS setting, b.name AS by, \
            s.vouched_at AS at FROM staff s JOIN staff b ON b.id = s.vouched_by \
            LEFT JOIN setting t ON t.id = s.setting_id WHERE s.vouched_at > $1 \
            ORDER BY s.vouched_at DESC, s.id DESC LIMIT 200";
        Ok((glass.db.all(text, [At(since).into()]).await?, Vec::new()))
    }
}
