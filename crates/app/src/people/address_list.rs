//! To whom it is shown where somebody lives, and how they are reached, where that is on a list of its
//! own: a refuge, the home of an adopted child, a witness. To see the record is not enough
//! (`address-list`, in the policies). Where nobody who is named works here any more, hub managers
//! stand in: an address that nobody can open sends no help.

use platform::db::{On, Row, Runs, sea_orm};
use practice::{calendar::Day, roles::Role};
use uuid::Uuid;

use super::sticking::ADDRESS;
use crate::{
    error::Result,
    ids::{ContactId, StaffId},
};

/// Whether an address in a contact is on such a list, and is shown to somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listed {
    /// It is.
    pub is: bool,
    /// They are named for every one of whom it is.
    pub named: bool,
}

/// Who is named for a restriction (a column or a value) and works here on that day.
fn named(restriction: &str, today: usize) -> String {
    format!(
        "SELECT z.staff_id FROM restriction_named z JOIN staff s ON s.id = z.staff_id \
         WHERE z.restriction_id = {restriction} AND z.ended_at IS NULL \
         AND (s.left_on IS NULL OR s.left_on > ${today})"
    )
}

/// The condition that a restriction's address is shown to somebody, whose values are who and today.
fn shown_to(restriction: &str, staff: usize, today: usize) -> String {
    let named = named(restriction, today);
    format!(
        "(EXISTS ({named} AND z.staff_id = ${staff}) OR (NOT EXISTS ({named}) \
         AND EXISTS (SELECT 1 FROM staff_role r WHERE r.staff_id = ${staff} AND r.role = '{}' \
         AND r.from_on <= ${today} AND (r.until_on IS NULL OR r.until_on > ${today}))))",
        Role::HubManager.slug()
    )
}

/// Whether an address in a contact is on a list, and is shown to somebody.
///
/// Of one person several lists may stand, once accounts were linked: whoever is named for any of
/// them is named for the person. In a contact they are named for each person.
///
/// # Errors
/// When the database does.
pub async fn of_contact(
    db: &impl Runs,
    staff: Uuid,
    contact: ContactId,
    today: Day,
) -> Result<Listed> {
    #[derive(Row)]
    struct Each {
        is_shown: bool,
    }
    let persons = ADDRESS.contacts("xp.contact_id, y.person_id, x.id AS list", "");
    let text = format!(
        "SELECT max(CASE WHEN {} THEN 1 ELSE 0 END) = 1 AS is_shown \
         FROM ({persons}) k WHERE k.contact_id = $1 GROUP BY k.person_id",
        shown_to("k.list", 2, 3)
    );
    let values = [contact.into(), staff.into(), On(today).into()];
    let each: Vec<Each> = db.all(&text, values).await?;
    Ok(Listed { is: !each.is_empty(), named: each.iter().all(|one| one.is_shown) })
}

/// Whether somebody may be shown what one list keeps.
///
/// # Errors
/// When the database does.
pub(super) async fn is_shown_to(
    db: &impl Runs,
    restriction: Uuid,
    staff: StaffId,
    today: Day,
) -> Result<bool> {
    #[derive(Row)]
    struct Shown {
        is_shown: bool,
    }
    let text = format!("SELECT {} AS is_shown", shown_to("$1", 2, 3));
    let shown: Option<Shown> =
        db.one(&text, [restriction.into(), staff.into(), On(today).into()]).await?;
    Ok(shown.is_some_and(|shown| shown.is_shown))
}

/// Somebody who can say where a family lives.
#[derive(Debug, Row)]
pub struct Named {
    pub name: String,
    pub job: String,
    pub phone: Option<String>,
}

/// Who is named for the lists that an address in a contact is on, and works here.
///
/// # Errors
/// When the database does.
pub async fn named_for(db: &impl Runs, contact: ContactId, today: Day) -> Result<Vec<Named>> {
    let lists = ADDRESS.contacts("xp.contact_id, x.id AS list", "");
    let text = format!(
        "SELECT DISTINCT s.name, s.job, s.phone, s.id FROM ({lists}) k \
         JOIN restriction_named n ON n.restriction_id = k.list AND n.ended_at IS NULL \
         JOIN staff s ON s.id = n.staff_id AND (s.left_on IS NULL OR s.left_on > $2) \
         WHERE k.contact_id = $1 ORDER BY s.name, s.id"
    );
    Ok(db.all(&text, [contact.into(), On(today).into()]).await?)
}
