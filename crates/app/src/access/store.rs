//! Staff and the roles that they hold by date.

use platform::db::{On, Row, Runs, sea_orm};
use practice::{
    calendar::Day,
    confirmation::{Standing, too_long_ago},
    roles::Role,
};

use super::{Actor, Member};
use crate::{
    error::Result,
    ids::{AgencyId, SettingId, StaffId},
};

#[derive(Row)]
struct StaffRow {
    id: StaffId,
    name: String,
    email: String,
    job: String,
    phone: Option<String>,
    agency_id: AgencyId,
    agency_name: String,
    setting_id: Option<SettingId>,
    setting_name: Option<String>,
    confirmed_on: Option<On>,
    trained_until: Option<On>,
    role: Option<String>,
}

/// The stored password of whoever has this e-mail address and has not left.
pub async fn password_of(
    db: &impl Runs,
    email: &str,
    today: Day,
) -> Result<Option<(StaffId, String)>> {
    #[derive(Row)]
    struct Found {
        id: StaffId,
        password: String,
    }
    let found: Option<Found> = db
        .one(
            "SELECT id, password FROM staff WHERE email = $1 AND password IS NOT NULL \
             AND joined_on <= $2 AND (left_on IS NULL OR left_on > $2)",
            [email.into(), On(today).into()],
        )
        .await?;
    Ok(found.map(|f| (f.id, f.password)))
}

/// Somebody who signs in, with the roles that they hold on that day; `None` when they have left.
pub async fn actor(db: &impl Runs, staff: StaffId, today: Day) -> Result<Option<Actor>> {
    // A row for each role, or one without: every page asks this, so it is asked at once.
    let rows: Vec<StaffRow> = db
        .all(
            "SELECT s.id, s.name, s.email, s.job, s.phone, s.agency_id, a.name AS agency_name, \
             s.setting_id, t.name AS setting_name, s.confirmed_on, s.trained_until, r.role \
             FROM staff s JOIN agency a ON a.id = s.agency_id \
             LEFT JOIN setting t ON t.id = s.setting_id \
             LEFT JOIN staff_role r ON r.staff_id = s.id AND r.from_on <= $2 \
             AND (r.until_on IS NULL OR r.until_on > $2) \
             WHERE s.id = $1 AND s.joined_on <= $2 AND (s.left_on IS NULL OR s.left_on > $2) \
             ORDER BY r.role",
            [staff.into(), On(today).into()],
        )
        .await?;
    let roles = rows.iter().filter_map(|row| Role::of_slug(row.role.as_deref()?)).collect();
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    Ok(Some(Actor::member(Member {
        staff: row.id,
        name: row.name,
        email: row.email,
        job: row.job,
        phone: row.phone,
        agency: row.agency_id,
        agency_name: row.agency_name,
        setting: row.setting_id,
        setting_name: row.setting_name,
        roles,
        standing: Standing::of(row.confirmed_on.map(|on| on.0), today),
        lapsed_on: row.trained_until.map(|on| on.0).filter(|last| *last < today),
    })))
}

/// Everybody who holds a role today and can act in it: for messages and raising. Whoever sleeps
/// would never read them.
pub async fn holders(db: &impl Runs, role: Role, today: Day) -> Result<Vec<StaffId>> {
    let held = holders_by_agency(db, role, today).await?;
    Ok(held.into_iter().map(|(_, staff)| staff).collect())
}

/// The same, each with their agency: of a role that is held for one, as its privacy officer's.
pub async fn holders_by_agency(
    db: &impl Runs,
    role: Role,
    today: Day,
) -> Result<Vec<(AgencyId, StaffId)>> {
    #[derive(Row)]
    struct Held {
        agency_id: AgencyId,
        id: StaffId,
    }
    let text = "SELECT DISTINCT s.agency_id, s.id FROM staff s \
         JOIN staff_role r ON r.staff_id = s.id \
         WHERE r.role = $1 AND r.from_on <= $2 AND (r.until_on IS NULL OR r.until_on > $2) \
         AND (s.left_on IS NULL OR s.left_on > $2) AND s.confirmed_on > $3 ORDER BY s.id";
    let values = [role.slug().into(), On(today).into(), On(too_long_ago(today)).into()];
    let held: Vec<Held> = db.all(text, values).await?;
    Ok(held.into_iter().map(|held| (held.agency_id, held.id)).collect())
}

/// Who is told today of something in a role's name, with the role in which they are told: the rule
/// on who stands in is [`Role::told`].
pub async fn told(db: &impl Runs, role: Role, today: Day) -> Result<Option<(Role, Vec<StaffId>)>> {
    let mut held = Vec::new();
    for role in role.told_in_turn() {
        held.push((role, holders(db, role, today).await?));
    }
    let is_held = |role| held.iter().any(|(r, staff)| *r == role && !staff.is_empty());
    let told = role.told(is_held);
    Ok(held.into_iter().find(|(role, _)| Some(*role) == told))
}
