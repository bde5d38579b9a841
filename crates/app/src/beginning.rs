//! The beginning of a partnership of its own: its record, the council, and whoever looks after agencies and
//! staff from then on, with a code by which they sign in. It happens once, on an empty database.

use platform::db::{Row, Runs, sea_orm};
use practice::{
    calendar::{Day, HubHours, day_of},
    roles::Role,
};
use serde::{Deserialize, Serialize};

use crate::{
    access::{Action, first_sign_in},
    demo::partnership::SetUp,
    doors::{Change, Pen, journal},
    error::{Error, Result},
    front_door::contacts::THE_PUBLIC,
    ids::StaffId,
    organisations::{
        agencies::{SetAgency, make_public},
        roles::GiveRole,
        staff::{AddStaff, Details},
    },
    settings::partnership::{Partnership, SetPartnership},
};

/// Where what says whether a partnership is invented stands in the journal: among its first entries.
const FIRST: i64 = 50;

/// What a database is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Nobody is there yet.
    Nobodys,
    /// The invented partnership's.
    Invented,
    /// A partnership's own.
    Real,
}

/// What a database is of.
///
/// # Errors
/// When the database does.
pub async fn whose(db: &impl Runs) -> Result<Whose> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    #[derive(Row)]
    struct Entry {
        entry: Vec<u8>,
    }
    let staff: Option<Count> = db.one("SELECT count(*) AS rows FROM staff", []).await?;
    if staff.is_none_or(|staff| staff.rows == 0) {
        return Ok(Whose::Nobodys);
    }
    let text = "SELECT entry FROM journal WHERE seq <= $1 ORDER BY seq";
    let entries: Vec<Entry> = db.all(text, [FIRST.into()]).await?;
    let mut read = entries.iter().filter_map(|one| journal::read(&one.entry));
    Ok(if read.any(|entry| entry.what == SetUp::WHAT) { Whose::Invented } else { Whose::Real })
}

/// Begins a partnership.
#[derive(Debug, Serialize)]
pub struct Begin {
    pub record: Record,
    /// What the council is called.
    pub council: String,
    /// Who looks after agencies and staff from then on.
    pub first: Details,
    /// Of the code by which they sign in first.
    #[serde(skip)]
    pub code_hash: Vec<u8>,
}

/// What stands on every page of a partnership.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub name: String,
    pub hub_phone: String,
    pub out_of_hours_phone: String,
    pub thresholds: String,
}

impl Change for Begin {
    type Made = ();
    const WHAT: &'static str = "partnership:begin";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if whose(pen.tx).await? != Whose::Nobodys {
            return Err(Error::refusal(
                "Somebody is there already. Whoever looks after staff adds others in the browser; to \
                 begin anew, give the address of an empty database",
            ));
        }
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        let today = day_of(pen.now);
        let Record { name, hub_phone, out_of_hours_phone, thresholds } = self.record;
        let hub_hours = HubHours::default();
        let record = Partnership { name, hub_phone, out_of_hours_phone, hub_hours, thresholds };
        SetPartnership { record, from: today, seen: 0 }.make(pen).await?;
        make_public(pen, THE_PUBLIC).await?;
        let council =
            SetAgency { known: None, name: self.council, kind: "council".into() }.make(pen).await?;
        let staff = first(pen, council, self.first, today).await?;
        // Nobody else is there whose code it could be.
        first_sign_in::make(pen.tx, staff, self.code_hash, staff.0, pen.now).await
    }
}

async fn first(pen: &mut Pen<'_>, agency: String, details: Details, today: Day) -> Result<StaffId> {
    #[derive(Row)]
    struct Found {
        id: StaffId,
    }
    let staff = AddStaff { agency, details, joined: today }.make(pen).await?;
    let role = Role::BusinessUnit.slug().to_owned();
    GiveRole { staff: staff.clone(), role, from: today, until: None }.make(pen).await?;
    let text = "SELECT id FROM staff WHERE reference = $1";
    let found: Option<Found> = pen.tx.one(text, [staff.into()]).await?;
    found.map(|found| found.id).ok_or(Error::NotFound)
}
