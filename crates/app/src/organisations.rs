//! The agencies of the partnership, their teams and settings, and their staff with roles by date:
//! looked after by the Business Unit. It knows no child, and decides nothing about what a role may
//! see or do: that is `access`.

pub mod agencies;
pub mod confirming;
pub mod confirming_pages;
pub mod identity;
pub mod identity_pages;
pub mod lasting;
pub mod memberships;
pub mod pages;
pub mod part_pages;
pub mod places;
pub mod roles;
mod sheet;
pub mod staff;
pub mod staff_pages;
pub mod teams;
mod views;
pub mod vouching;
pub mod vouching_pages;

use platform::db::{On, Row, Runs, Tx, sea_orm};
use practice::calendar::Day;
use serde::Serialize;

use crate::{
    error::{Error, Result},
    ids::{AgencyId, SettingId, StaffId},
    limits::{LINE, filled},
};

/// The kind of the one agency that stands for members of the public. Nobody makes or changes it.
pub const PUBLIC: &str = "public";
/// The kind of setting that the hub works in.
const HUB: &str = "hub";
/// What an agency can be.
pub const AGENCY_KINDS: &[&str] = &[
    "council",
    "school",
    "early years",
    "health",
    "police",
    "probation",
    "housing",
    "youth justice",
    "charity",
    "other",
];
/// What a setting can be.
pub const SETTING_KINDS: &[&str] = &[
    HUB,
    "primary",
    "secondary",
    "special school",
    "alternative provision",
    "post-16",
    "nursery",
    "childminder",
    "hospital",
    "midwifery",
    "health visiting",
    "school nursing",
    "general practice",
    "police",
    "housing",
    "hostel",
    "youth justice",
    "charity",
    "other",
];
/// What a team can be.
pub const TEAM_KINDS: &[&str] = &[
    "hub screening",
    "duty",
    "early help locality",
    "assessment",
    "safeguarding",
    "health visiting",
    "school nursing",
    "midwifery",
    "referral desk",
    "other",
];

/// Which row a form is about: a new one of an agency, or a known one as it was seen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// A new one, of the agency with this reference.
    New { agency: String },
    /// The one with this reference, at this revision.
    Known { reference: String, revision: i64 },
}

/// The id of the agency with that reference.
async fn agency_id(db: &impl Runs, reference: &str) -> Result<AgencyId> {
    #[derive(Row)]
    struct Found {
        id: AgencyId,
    }
    let text = "SELECT id FROM agency WHERE reference = $1";
    let found: Option<Found> = db.one(text, [reference.into()]).await?;
    found.map(|f| f.id).ok_or(Error::NotFound)
}

/// A member of staff, as rules about them need it.
#[derive(Debug, Row)]
struct Person {
    id: StaffId,
    agency_id: AgencyId,
    setting_id: Option<SettingId>,
    setting_kind: Option<String>,
    confirmed_on: Option<On>,
    joined_on: On,
    left_on: Option<On>,
}

impl Person {
    async fn of(db: &impl Runs, reference: &str) -> Result<Self> {
        db.one(
            "SELECT s.id, s.agency_id, s.setting_id, t.kind AS setting_kind, s.confirmed_on, \
             s.joined_on, s.left_on \
             FROM staff s LEFT JOIN setting t ON t.id = s.setting_id WHERE s.reference = $1",
            [reference.into()],
        )
        .await?
        .ok_or(Error::NotFound)
    }

    fn has_left(&self, today: Day) -> bool {
        self.left_on.is_some_and(|On(left)| left <= today)
    }
}

/// The name of a row must be no other's: people and lists know it by its name.
///
/// # Errors
/// A refusal when another row that the text selects has it. `$1` is the row's own reference.
async fn is_free(tx: &Tx, text: &str, own: &str, rest: sea_orm::Value, name: &str) -> Result<()> {
    #[derive(Row)]
    struct Other {
        name: String,
    }
    let others: Vec<Other> = tx.all(text, [own.into(), rest]).await?;
    let folded = platform::db::fold(name);
    if others.iter().any(|other| platform::db::fold(&other.name) == folded) {
        return Err(Error::refusal(format!("There is already one called “{name}”")));
    }
    Ok(())
}

/// Whether a line is there and of a length that fits a page.
///
/// # Errors
/// A refusal when it is not: the pages say so beside the field before.
fn line(said: &str, what: &str) -> Result<()> {
    filled(said, LINE, &format!("Enter the {what}"))
}

/// The text that answers with the team of a member of staff on a day, and how it is reached: of
/// several, the one that they joined last.
pub fn team_of(staff: &str, day: usize) -> String {
    format!(
        "(SELECT tm.name || coalesce(', ' || tm.phone, '') FROM team_member mm \
         JOIN team tm ON tm.id = mm.team_id WHERE mm.staff_id = {staff} AND mm.from_on <= ${day} \
         AND (mm.until_on IS NULL OR mm.until_on > ${day}) \
         ORDER BY mm.from_on DESC, mm.id DESC LIMIT 1)"
    )
}
