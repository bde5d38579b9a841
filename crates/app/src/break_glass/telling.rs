//! Who is told that glass was broken, in the transaction in which it was: whoever has the record,
//! and the privacy officers of both agencies. By reference only; an e-mail says no more than that
//! something waits.

use need_to_know::glass::{Concerned, GlassBroken};
use platform::db::{At, Row, Runs, Table, sea_orm};
use practice::{calendar::day_of, roles::Role};
use uuid::Uuid;

use crate::{
    access::store::{holders_in, told},
    doors::Pen,
    error::Result,
    ids::{AgencyId, ContactId, PersonId, StaffId},
    people::{hidden, restricted},
    sharing::{self, Kind},
};

const TOLD: Table<4> =
    Table::new("broken_glass_told", ["glass_id", "staff_id", "as_whom", "told_at"]);

/// As whom those are told who have the record, and the hub's managers where nobody has it.
const HOLDER: &str = "holder";
const MANAGER: &str = "hub-manager";

/// Who has a child's record, and of which agency they are.
pub(super) struct Holders {
    /// Each with the request by whose reference they are told.
    has: Vec<Holds>,
    /// As whom they are told.
    as_whom: &'static str,
    pub agency: Option<AgencyId>,
}

#[derive(Row)]
struct Holds {
    staff: StaffId,
    agency: AgencyId,
    contact: ContactId,
}

/// Whoever has an open request about the child; where nobody has, the hub's managers, by the
/// request that came last.
pub(super) async fn holders(pen: &Pen<'_>, child: PersonId) -> Result<Holders> {
    let open = "SELECT DISTINCT w.holder_id AS staff, s.agency_id AS agency, w.contact_id AS contact \
        FROM account_link l JOIN pathway w ON w.account_id = l.account_id \
        JOIN staff s ON s.id = w.holder_id WHERE l.person_id = $1 AND l.unlinked_at IS NULL \
        AND w.ended_at IS NULL";
    let mut has: Vec<Holds> = pen.tx.all(open, [child.into()]).await?;
    let as_whom = if has.is_empty() { MANAGER } else { HOLDER };
    if has.is_empty() {
        let last = "SELECT s.id AS staff, s.agency_id AS agency, w.contact_id AS contact \
            FROM account_link l JOIN pathway w ON w.account_id = l.account_id \
            JOIN staff s ON s.id = $2 WHERE l.person_id = $1 AND l.unlinked_at IS NULL \
            ORDER BY w.id DESC LIMIT 1";
        let managers = told(pen.tx, Role::HubManager, day_of(pen.now)).await?;
        for manager in managers.into_iter().flat_map(|(_, staff)| staff) {
            let hidden = hidden::person(pen.tx, manager, child, pen.now).await?;
            if hidden.kept || hidden.unnamed {
                continue;
            }
            let holds: Option<Holds> = pen.tx.one(last, [child.into(), manager.into()]).await?;
            has.extend(holds);
        }
    }
    let agency = has.first().map(|holds| holds.agency);
    Ok(Holders { has, as_whom, agency })
}

/// A use of which somebody is told.
pub(super) struct Broken {
    pub id: Uuid,
    pub user: StaffId,
    pub users: AgencyId,
    pub child: PersonId,
}

/// Tells everybody whom the rules name.
pub(super) async fn tell(
    pen: &mut Pen<'_>,
    used: &mut GlassBroken,
    broken: &Broken,
    holders: &Holders,
) -> Result<()> {
    for whom in used.to_tell().collect::<Vec<_>>() {
        match whom {
            Concerned::Named => tell_named(pen, broken, holders).await?,
            Concerned::Allocated => {
                for holds in &holders.has {
                    sharing::notify(pen, holds.staff, Kind::GlassBroken, holds.contact).await?;
                    note(pen, broken.id, holds.staff, holders.as_whom).await?;
                }
            }
            Concerned::UsersPrivacyOfficer => tell_officers(pen, broken, broken.users).await?,
            Concerned::HoldersPrivacyOfficer => {
                if let Some(agency) = holders.agency.filter(|agency| *agency != broken.users) {
                    tell_officers(pen, broken, agency).await?;
                }
            }
        }
        used.told(whom);
    }
    Ok(())
}

/// Everybody for whom the record of somebody restricted exists, by the same requests.
async fn tell_named(pen: &mut Pen<'_>, broken: &Broken, holders: &Holders) -> Result<()> {
    for holds in &holders.has {
        let named = restricted::named_for_contact(pen.tx, holds.contact).await?;
        for staff in named.into_iter().flatten().filter(|staff| *staff != broken.user) {
            sharing::notify(pen, staff, Kind::GlassBroken, holds.contact).await?;
            note(pen, broken.id, staff, "named").await?;
        }
    }
    Ok(())
}

async fn tell_officers(pen: &Pen<'_>, broken: &Broken, agency: AgencyId) -> Result<()> {
    let officers = officers(pen, broken, agency).await?;
    if officers.is_empty() {
        tracing::error!(agency = %agency.0, "no privacy officer is told that glass was broken");
    }
    for officer in officers {
        sharing::mail(pen, officer, true).await?;
        note(pen, broken.id, officer, "privacy-officer").await?;
    }
    Ok(())
}

/// The privacy officers of an agency who may review a use: not whoever it was, and nobody who must not
/// see the child.
pub(super) async fn officers(
    pen: &Pen<'_>,
    broken: &Broken,
    agency: AgencyId,
) -> Result<Vec<StaffId>> {
    let today = day_of(pen.now);
    let all = holders_in(pen.tx, Role::PrivacyOfficer, agency, today).await?;
    let mut officers = Vec::with_capacity(all.len());
    for id in all.into_iter().filter(|id| *id != broken.user) {
        if !hidden::person(pen.tx, id, broken.child, pen.now).await?.kept {
            officers.push(id);
        }
    }
    Ok(officers)
}

/// Notes that somebody was told, once.
async fn note(pen: &Pen<'_>, glass: Uuid, staff: StaffId, as_whom: &str) -> Result<()> {
    #[derive(Row)]
    struct Noted {
        rows: i64,
    }
    let text =
        "SELECT count(*) AS rows FROM broken_glass_told WHERE glass_id = $1 AND staff_id = $2";
    let noted: Option<Noted> = pen.tx.one(text, [glass.into(), staff.into()]).await?;
    if noted.is_none_or(|noted| noted.rows == 0) {
        let row = [glass.into(), staff.into(), as_whom.into(), At(pen.now).into()];
        pen.tx.insert(&TOLD, row).await?;
    }
    Ok(())
}

/// The names of those who were told because they had the record.
pub(super) async fn told_as_holders(db: &impl Runs, glass: Uuid) -> Result<Vec<String>> {
    #[derive(Row)]
    struct Told {
        name: String,
    }
    let text = "SELECT s.name FROM broken_glass_told t JOIN staff s ON s.id = t.staff_id \
        WHERE t.glass_id = $1 AND t.as_whom = $2 ORDER BY s.name";
    let told: Vec<Told> = db.all(text, [glass.into(), HOLDER.into()]).await?;
    Ok(told.into_iter().map(|told| told.name).collect())
}
