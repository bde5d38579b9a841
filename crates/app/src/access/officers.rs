//! Who looks into what stood out in an agency, and reviews what was opened in an emergency: its
//! privacy officers; and, where none is there who could, a hub manager.

use need_to_know::About;
use platform::db::{On, Row, Runs, sea_orm};
use practice::{calendar::Day, roles::Role};

use super::{policies, store};
use crate::{
    error::Result,
    ids::{AgencyId, StaffId},
};

/// The privacy officers of every agency on one day.
#[derive(Debug)]
pub struct Officers(Vec<(AgencyId, StaffId)>);

impl Officers {
    /// Those of that day.
    ///
    /// # Errors
    /// When the database does.
    pub async fn on(db: &impl Runs, day: Day) -> Result<Self> {
        Ok(Self(store::holders_by_agency(db, Role::PrivacyOfficer, day).await?))
    }

    /// Those of an agency, but for whom it is about.
    pub fn of(&self, agency: AgencyId, about: StaffId) -> impl Iterator<Item = StaffId> {
        let of = self.0.iter().filter(move |(of, staff)| *of == agency && *staff != about);
        of.map(|(_, staff)| *staff)
    }

    /// The looks of one person of an agency, as the policies know them.
    pub fn looks_of(&self, agency: AgencyId, staff: StaffId) -> About {
        let is_unattended = self.of(agency, staff).next().is_none();
        policies::looks_of(agency.0, staff.0, is_unattended)
    }
}

/// Who is told of what somebody of an agency did: its privacy officers, or the hub managers who stand
/// in for them; never whoever it was. Nobody where there is neither.
///
/// # Errors
/// When the database does.
pub async fn told_of(
    db: &impl Runs,
    agency: AgencyId,
    about: StaffId,
    day: Day,
) -> Result<Vec<StaffId>> {
    let officers: Vec<_> = Officers::on(db, day).await?.of(agency, about).collect();
    if officers.is_empty() { stand_ins(db, about, day).await } else { Ok(officers) }
}

/// The hub managers who stand in where no privacy officer can, but for whom it is about.
///
/// # Errors
/// When the database does.
pub async fn stand_ins(db: &impl Runs, about: StaffId, day: Day) -> Result<Vec<StaffId>> {
    let managers = store::holders(db, Role::HubManager, day).await?;
    Ok(managers.into_iter().filter(|staff| *staff != about).collect())
}

/// The names of the agencies with staff of whom none is a privacy officer.
///
/// # Errors
/// When the database does.
pub async fn missing(db: &impl Runs, day: Day) -> Result<Vec<String>> {
    #[derive(Row)]
    struct Agency {
        id: AgencyId,
        name: String,
    }
    let text = "SELECT a.id, a.name FROM agency a WHERE EXISTS (SELECT 1 FROM staff s \
        WHERE s.agency_id = a.id AND (s.left_on IS NULL OR s.left_on > $1)) ORDER BY a.name, a.id";
    let agencies: Vec<Agency> = db.all(text, [On(day).into()]).await?;
    let Officers(officers) = Officers::on(db, day).await?;
    let has_none = |agency: &Agency| !officers.iter().any(|(of, _)| *of == agency.id);
    Ok(agencies.into_iter().filter(has_none).map(|agency| agency.name).collect())
}
