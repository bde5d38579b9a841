//! Members of staff: adding one, changing what is known of them, and the day on which they leave.
//! Whoever has left is signed out at once and can't sign in again.

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::calendar::{Day, day_of};
use serde::Serialize;
use uuid::Uuid;

use super::{Person, agency_id, line, memberships, roles};
use crate::{
    access::{
        Action, first_sign_in,
        identity::whose::{self, Connected},
        sessions,
    },
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, SettingId, StaffId, reference},
};

/// What is known of somebody.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Details {
    pub name: String,
    /// By which they sign in; nobody else's.
    pub email: String,
    pub job: String,
    pub phone: Option<String>,
    /// The reference of the setting of their agency in which they work.
    pub setting: Option<String>,
    /// The last day on which their safeguarding training is current; `None` where nobody said.
    pub trained_until: Option<Day>,
    /// The work e-mail address of whoever leads them.
    pub manager: Option<String>,
}

/// Adds a member of staff to an agency. They can sign in when they have set a password themselves.
#[derive(Debug, Serialize)]
pub struct AddStaff {
    /// The agency's reference.
    pub agency: String,
    pub details: Details,
    pub joined: Day,
}

impl Change for AddStaff {
    /// Their reference.
    type Made = String;
    const WHAT: &'static str = "organisations:add-staff";
    const ACTION: Action = Action::LookAfterOrganisations;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let agency = agency_id(pen.tx, &self.agency).await?;
        let details = self.details.clone();
        let (_, reference) = insert(pen, Self::WHAT, &self, agency, details, self.joined).await?;
        Ok(reference)
    }
}

/// Adds somebody to an agency, with the entry of the change that does it. Answers with their id and reference.
///
/// # Errors
/// A refusal when they can't be somebody's of that agency.
pub(super) async fn insert(
    pen: &mut Pen<'_>,
    what: &'static str,
    change: &impl Serialize,
    agency: AgencyId,
    details: Details,
    joined: Day,
) -> Result<(StaffId, String)> {
    let Fits { setting, manager } = details.fit(pen, agency, "").await?;
    let (id, reference) = (StaffId::new(), reference());
    pen.journal(what, &[id.0, agency.0], &serde_json::to_vec(change)?).await?;
    let Details { name, email, job, phone, trained_until, .. } = details;
    pen.tx
        .run(
            "INSERT INTO staff (id, reference, agency_id, setting_id, name, email, phone, \
             job, joined_on, confirmed_on, confirmed_by, trained_until, manager_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [
                id.into(),
                reference.clone().into(),
                agency.into(),
                setting.into(),
                name.into(),
                email.into(),
                phone.into(),
                job.into(),
                On(joined).into(),
                On(day_of(pen.now)).into(),
                pen.actor.staff().map(|by| by.0).into(),
                trained_until.map(On).into(),
                manager.into(),
            ],
        )
        .await?;
    Ok((id, reference))
}

/// Changes what is known of somebody, as it was seen.
#[derive(Debug, Serialize)]
pub struct ChangeStaff {
    pub reference: String,
    pub revision: i64,
    pub details: Details,
}

impl Change for ChangeStaff {
    type Made = ();
    const WHAT: &'static str = "organisations:change-staff";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let person = Person::of(pen.tx, &self.reference).await?;
        let Fits { setting, manager } =
            self.details.fit(pen, person.agency_id, &self.reference).await?;
        pen.journal(Self::WHAT, &[person.id.0], &serde_json::to_vec(&self)?).await?;
        let Details { name, email, job, phone, trained_until, .. } = self.details;
        let changed = pen
            .tx
            .run(
                "UPDATE staff SET name = $1, email = $2, job = $3, phone = $4, setting_id = $5, \
                 trained_until = $6, manager_id = $7, revision = revision + 1 \
                 WHERE id = $8 AND revision = $9",
                [
                    name.into(),
                    email.into(),
                    job.into(),
                    phone.into(),
                    setting.into(),
                    trained_until.map(On).into(),
                    manager.into(),
                    person.id.into(),
                    self.revision.into(),
                ],
            )
            .await?;
        if changed.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
    }
}

/// What stands behind what was said of somebody.
struct Fits {
    setting: Option<Uuid>,
    manager: Option<Uuid>,
}

impl Details {
    /// Whether they can be somebody's of that agency.
    async fn fit(&self, pen: &Pen<'_>, agency: AgencyId, own: &str) -> Result<Fits> {
        #[derive(Row)]
        struct Found {
            id: SettingId,
        }
        line(&self.name, "name")?;
        line(&self.job, "job")?;
        if !is_address(&self.email) {
            return Err(Error::refusal("Enter a work e-mail address, like ann@school.example"));
        }
        if is_shared(&self.email) {
            return Err(Error::refusal(SHARED));
        }
        let theirs: Option<Found> = pen
            .tx
            .one(
                "SELECT id FROM staff WHERE lower(email) = $1 AND reference <> $2",
                [self.email.clone().into(), own.into()],
            )
            .await?;
        if theirs.is_some() {
            return Err(Error::refusal("Somebody else signs in with this e-mail address"));
        }
        let manager = self.led_by(pen, own).await?;
        let Some(setting) = &self.setting else { return Ok(Fits { setting: None, manager }) };
        let found: Option<Found> = pen
            .tx
            .one(
                "SELECT id FROM setting WHERE reference = $1 AND agency_id = $2",
                [setting.clone().into(), agency.into()],
            )
            .await?;
        let found = found.ok_or_else(|| Error::refusal("Choose a setting of their agency"))?;
        Ok(Fits { setting: Some(found.id.0), manager })
    }

    /// Whoever leads them, of whichever agency.
    async fn led_by(&self, pen: &Pen<'_>, own: &str) -> Result<Option<Uuid>> {
        #[derive(Row)]
        struct Leads {
            id: Uuid,
            reference: String,
        }
        let Some(email) = &self.manager else { return Ok(None) };
        // Who led them stays, also once they have left, until somebody says who does now.
        let text = "SELECT m.id, m.reference FROM staff m WHERE lower(m.email) = $1 \
            AND (m.left_on IS NULL OR m.left_on > $2 \
            OR m.id IN (SELECT s.manager_id FROM staff s WHERE s.reference = $3))";
        let values = [email.to_lowercase().into(), On(day_of(pen.now)).into(), own.into()];
        let found: Option<Leads> = pen.tx.one(text, values).await?;
        let found = found.ok_or_else(|| {
            Error::beside("manager", "Nobody who works here has this e-mail address")
        })?;
        if found.reference == own {
            return Err(Error::beside("manager", "Nobody leads themselves"));
        }
        Ok(Some(found.id))
    }
}

/// Whether a text can be an e-mail address that somebody signs in with: lower case, so that one
/// address is never two.
pub(super) fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    let is_plain = text.chars().all(|c| c.is_ascii_graphic() && !c.is_ascii_uppercase());
    is_plain
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@')
        })
}

/// What is said of a mailbox that several people read.
pub(super) const SHARED: &str = "Enter an address that only they read. Nobody can tell who signs in \
    with a mailbox that several people share";
/// What mailboxes are called that several people read.
const READ_BY_MANY: &[&str] = &[
    "admin",
    "administration",
    "contact",
    "dsl",
    "duty",
    "enquiries",
    "enquiry",
    "helpdesk",
    "hub",
    "info",
    "mail",
    "mailbox",
    "mash",
    "noreply",
    "nursery",
    "office",
    "post",
    "reception",
    "safeguarding",
    "school",
    "secretary",
    "shared",
    "support",
    "team",
];

/// Whether an address is, by its name, a mailbox that several people read: nobody signs in by one.
/// A name beside such a word makes it somebody's.
pub fn is_shared(address: &str) -> bool {
    let name = address.split('@').next().unwrap_or_default();
    let mut parts =
        name.split(|c: char| !c.is_ascii_alphabetic()).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(|part| READ_BY_MANY.contains(&part))
}

/// Says on which day somebody leaves, or takes that back.
#[derive(Debug, Serialize)]
pub struct Leave {
    pub reference: String,
    /// As it was seen.
    pub revision: i64,
    /// The first day on which they are gone; `None` when they stay.
    pub on: Option<Day>,
}

impl Change for Leave {
    type Made = ();
    const WHAT: &'static str = "organisations:leave";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let person = Person::of(pen.tx, &self.reference).await?;
        roles::is_somebody_else(pen, &person)?;
        if self.on.is_some_and(|on| on < person.joined_on.0) {
            return Err(Error::refusal("They can’t leave before the day on which they joined"));
        }
        pen.journal(Self::WHAT, &[person.id.0], &serde_json::to_vec(&self)?).await?;
        let changed = pen
            .tx
            .run(
                "UPDATE staff SET left_on = $1, revision = revision + 1 \
                 WHERE id = $2 AND revision = $3",
                [self.on.map(On).into(), person.id.into(), self.revision.into()],
            )
            .await?;
        if changed.rows_affected() != 1 {
            return Err(Error::Stale);
        }
        if self.on.is_some_and(|on| on <= day_of(pen.now)) {
            sessions::end_all(pen.tx, person.id, pen.now).await?;
            first_sign_in::withdraw(pen.tx, person.id, pen.now).await?;
        }
        Ok(())
    }
}

/// A look at a member of staff.
#[derive(Debug)]
pub struct OpenStaff {
    pub reference: String,
}

/// A member of staff.
#[derive(Debug)]
pub struct Staff {
    pub row: StaffRow,
    pub roles: Vec<roles::Held>,
    pub teams: Vec<memberships::In>,
    /// Every team of the partnership: people of several agencies work in one.
    pub all_teams: Vec<memberships::Choice>,
    /// The settings of their agency.
    pub settings: Vec<Place>,
    /// How many open requests they have taken on.
    pub holds: i64,
    /// When a sign-in code was made that can still be used.
    pub code_waits: Option<At>,
    /// Whether their agency's provider knows them.
    pub connected: Option<Connected>,
    /// Whether it is whoever looks.
    pub is_own: bool,
}

/// Their own row.
#[derive(Debug, Row)]
pub struct StaffRow {
    pub id: StaffId,
    pub reference: String,
    pub agency: String,
    pub agency_reference: String,
    pub setting: Option<String>,
    pub setting_reference: Option<String>,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub job: String,
    pub has_password: bool,
    pub joined_on: On,
    pub left_on: Option<On>,
    pub trained_until: Option<On>,
    pub manager: Option<String>,
    pub manager_email: Option<String>,
    pub revision: i64,
}

/// A setting that somebody can work in.
#[derive(Debug, Row)]
pub struct Place {
    pub reference: String,
    pub name: String,
}

impl Look for OpenStaff {
    type Seen = Staff;
    const WHAT: &'static str = "organisations:staff";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Staff, Vec<Uuid>)> {
        let db = &glass.db;
        let row: Option<StaffRow> = db
            .one(
                "SELECT s.id, s.reference, a.name AS agency, a.reference AS agency_reference, \
                 t.name AS setting, t.reference AS setting_reference, s.name, s.email, s.phone, \
                 s.job, s.password IS NOT NULL AS has_password, s.joined_on, s.left_on, s.revision, \
                 s.trained_until, m.name AS manager, m.email AS manager_email \
                 FROM staff s JOIN agency a ON a.id = s.agency_id \
                 LEFT JOIN staff m ON m.id = s.manager_id \
                 LEFT JOIN setting t ON t.id = s.setting_id WHERE s.reference = $1",
                [self.reference.into()],
            )
            .await?;
        let row = row.ok_or(Error::NotFound)?;
        let settings = db
            .all(
                "SELECT t.reference, t.name FROM setting t JOIN agency a ON a.id = t.agency_id \
                 WHERE a.reference = $1 ORDER BY t.name, t.id",
                [row.agency_reference.clone().into()],
            )
            .await?;
        let staff = Staff {
            roles: roles::of(db, row.id).await?,
            teams: memberships::of(db, row.id).await?,
            all_teams: memberships::choices(db).await?,
            settings,
            holds: holds(db, row.id).await?,
            code_waits: first_sign_in::waits(db, row.id, glass.app.clock.now()).await?,
            connected: whose::of(db, row.id).await?,
            is_own: glass.scope.staff() == Some(row.id),
            row,
        };
        let subjects = vec![staff.row.id.0];
        Ok((staff, subjects))
    }
}

/// How many open requests somebody has taken on. How many, and nothing about them.
async fn holds(db: &impl Runs, staff: StaffId) -> Result<i64> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = "SELECT count(*) AS rows FROM pathway WHERE holder_id = $1 AND ended_at IS NULL";
    let count: Option<Count> = db.one(text, [staff.into()]).await?;
    Ok(count.map_or(0, |c| c.rows))
}

#[cfg(test)]
mod tests {
    use super::is_shared;

    #[test]
    fn a_mailbox_that_several_people_read_is_told_by_its_name() {
        for shared in [
            "office@a.example",
            "duty.team@a.example",
            "safeguarding-2@a.example",
            "school.office@a.example",
        ] {
            assert!(is_shared(shared), "{shared}");
        }
        for own in
            ["ann@a.example", "jane.duty@a.example", "office.manager.bo@a.example", "a1@a.example"]
        {
            assert!(!is_shared(own), "{own}");
        }
    }
}
