//! To whom it is shown where somebody lives, and how they are reached, where that is on a list of its
//! own: a refuge, the home of an adopted child, a witness. To see the record is not enough
//! (`address-list`, in the policies). Where nobody who is named can sign in any more, since they have
//! left or sleep, hub managers stand in: an address that nobody can open sends no help.

use platform::db::{On, Row, Runs, sea_orm};
use practice::{calendar::Day, confirmation::too_long_ago, roles::Role};
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

/// Who is named for a restriction (a column or a value), works here on that day, and is awake: was
/// confirmed after another day.
fn named(restriction: &str, today: usize) -> String {
    format!(
        "SELECT z.staff_id FROM restriction_named z JOIN staff s ON s.id = z.staff_id \
         WHERE z.restriction_id = {restriction} AND z.ended_at IS NULL AND {}",
        is_here(today)
    )
}

/// The condition that a row of `staff` (`s`) works here and is awake; the second value is the one after.
fn is_here(today: usize) -> String {
    format!(
        "s.joined_on <= ${today} AND (s.left_on IS NULL OR s.left_on > ${today}) \
         AND s.confirmed_on > ${}",
        today + 1
    )
}

/// The condition that a restriction's address is shown to somebody, whose values are who, today, and
/// after which day somebody who is awake was confirmed.
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
    let awake = On(too_long_ago(today));
    let values = [contact.into(), staff.into(), On(today).into(), awake.into()];
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
    let awake = On(too_long_ago(today));
    let values = [restriction.into(), staff.into(), On(today).into(), awake.into()];
    let shown: Option<Shown> = db.one(&text, values).await?;
    Ok(shown.is_some_and(|shown| shown.is_shown))
}

/// Somebody who can say where a family lives.
#[derive(Debug, Row)]
pub struct Named {
    pub name: String,
    pub job: String,
    pub phone: Option<String>,
}

/// Who can say what the lists keep that an address in a contact is on: those who are named and awake, or
/// the hub's managers where that is nobody. `None` where it is on no list.
///
/// # Errors
/// When the database does.
pub async fn who_can_say(
    db: &impl Runs,
    contact: ContactId,
    today: Day,
) -> Result<Option<Vec<Named>>> {
    if !of_contact(db, Uuid::nil(), contact, today).await?.is {
        return Ok(None);
    }
    let lists = ADDRESS.contacts("xp.contact_id, x.id AS list", "");
    let text = format!(
        "SELECT DISTINCT s.name, s.job, s.phone, s.id FROM ({lists}) k \
         JOIN restriction_named n ON n.restriction_id = k.list AND n.ended_at IS NULL \
         JOIN staff s ON s.id = n.staff_id WHERE k.contact_id = $1 AND {} ORDER BY s.name, s.id",
        is_here(2)
    );
    let (day, awake) = (On(today), On(too_long_ago(today)));
    let named: Vec<Named> = db.all(&text, [contact.into(), day.into(), awake.into()]).await?;
    if !named.is_empty() {
        return Ok(Some(named));
    }
    let text = format!(
        "SELECT s.name, s.job, s.phone FROM staff s JOIN staff_role r ON r.staff_id = s.id \
         WHERE r.role = $1 AND r.from_on <= $2 AND (r.until_on IS NULL OR r.until_on > $2) AND {} \
         ORDER BY s.name, s.id",
        is_here(2)
    );
    let role = Role::HubManager.slug();
    Ok(Some(db.all(&text, [role.into(), day.into(), awake.into()]).await?))
}
