//! Who is told that glass was broken, in the transaction in which it was: whoever has the record,
//! and the privacy officers of both agencies, or the hub managers where none of those can review it. By
//! reference only; an e-mail says no more than that
//! something waits.

use jiff::Timestamp;
use need_to_know::{
    TeamId,
    glass::{Concerned, GlassBroken},
};
use platform::db::{At, On, Row, Runs, Table, sea_orm};
use practice::{
    calendar::{Day, day_of},
    roles::Role,
};
use uuid::Uuid;

use crate::{
    access::{
        officers::{self, Officers},
        store::told,
    },
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
    /// The agency that holds the record.
    pub holders: AgencyId,
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
                if broken.holders != broken.users {
                    tell_officers(pen, broken, broken.holders).await?;
                }
            }
        }
        used.told(whom);
    }
    if !is_attended(pen.tx, broken, pen.now).await? {
        tell_stand_ins(pen, broken).await?;
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
    for officer in officers(pen.tx, broken, agency, pen.now).await? {
        sharing::mail(pen, officer, true).await?;
        note(pen, broken.id, officer, "privacy-officer").await?;
    }
    Ok(())
}

/// Tells the hub managers who review a use in the privacy officers' place, where none can or none did
/// in time.
pub(super) async fn tell_stand_ins(pen: &Pen<'_>, broken: &Broken) -> Result<()> {
    let managers = officers::stand_ins(pen.tx, broken.user, day_of(pen.now)).await?;
    let managers = not_kept(pen.tx, managers, broken.child, pen.now).await?;
    let managers = not_too_close(pen.tx, managers, broken.user, pen.now).await?;
    if managers.is_empty() {
        tracing::error!(glass = %broken.id, "nobody who could review it is told that glass was broken");
    }
    for manager in managers {
        sharing::mail(pen, manager, true).await?;
        note(pen, broken.id, manager, MANAGER).await?;
    }
    Ok(())
}

/// Whether any privacy officer of either agency may review a use.
pub(super) async fn is_attended(db: &impl Runs, broken: &Broken, now: Timestamp) -> Result<bool> {
    let mut all = officers(db, broken, broken.users, now).await?;
    all.extend(officers(db, broken, broken.holders, now).await?);
    Ok(!not_too_close(db, all, broken.user, now).await?.is_empty())
}

/// The privacy officers of an agency who are told of a use: not whoever it was, and nobody who must not
/// see the child. One who leads them or is in a team with them is told, and leaves the review to another.
pub(super) async fn officers(
    db: &impl Runs,
    broken: &Broken,
    agency: AgencyId,
    now: Timestamp,
) -> Result<Vec<StaffId>> {
    let officers = Officers::on(db, day_of(now)).await?;
    not_kept(db, officers.of(agency, broken.user).collect(), broken.child, now).await
}

/// Those of some staff who neither lead somebody nor are in a team with them, and so are not too close to
/// review what they did.
async fn not_too_close(
    db: &impl Runs,
    staff: Vec<StaffId>,
    user: StaffId,
    now: Timestamp,
) -> Result<Vec<StaffId>> {
    #[derive(Row)]
    struct Led {
        manager_id: Option<StaffId>,
    }
    let led: Option<Led> =
        db.one("SELECT manager_id FROM staff WHERE id = $1", [user.into()]).await?;
    let leads = led.and_then(|led| led.manager_id);
    let mut free = Vec::with_capacity(staff.len());
    for id in staff.into_iter().filter(|id| Some(*id) != leads) {
        if shared_team(db, user, id, day_of(now)).await?.is_none() {
            free.push(id);
        }
    }
    Ok(free)
}

/// A team in which both are that day.
///
/// # Errors
/// When the database does.
pub(super) async fn shared_team(
    db: &impl Runs,
    one: StaffId,
    other: StaffId,
    day: Day,
) -> Result<Option<TeamId>> {
    #[derive(Row)]
    struct Shared {
        team_id: Uuid,
    }
    let text = "SELECT x.team_id FROM team_member x JOIN team_member y ON y.team_id = x.team_id \
        WHERE x.staff_id = $1 AND y.staff_id = $2 \
        AND x.from_on <= $3 AND (x.until_on IS NULL OR x.until_on > $3) \
        AND y.from_on <= $3 AND (y.until_on IS NULL OR y.until_on > $3) ORDER BY x.team_id LIMIT 1";
    let shared: Option<Shared> = db.one(text, [one.into(), other.into(), On(day).into()]).await?;
    Ok(shared.map(|shared| TeamId::new(shared.team_id.to_string())))
}

/// Those of some staff who are not kept away from a child.
async fn not_kept(
    db: &impl Runs,
    staff: Vec<StaffId>,
    child: PersonId,
    now: Timestamp,
) -> Result<Vec<StaffId>> {
    let mut free = Vec::with_capacity(staff.len());
    for id in staff {
        if !hidden::person(db, id, child, now).await?.kept {
            free.push(id);
        }
    }
    Ok(free)
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
