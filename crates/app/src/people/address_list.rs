//! To whom it is shown where somebody lives, and how they are reached, where that is on a list of its
//! own: a refuge, the home of an adopted child, a witness. To see the record is not enough
//! (`address-list`, in the policies).
//!
//! A request is on a list where it names whoever is on it, or anybody who ever came in with them:
//! what is said of a sister's home tells of her brother's. It is shown to those who are named for each
//! of its lists, so that a link of two people lets nobody in. Where that is nobody who could open it
//! today, hub managers stand in, those who are named for one of them first: an address that nobody
//! can open sends no help.

use platform::db::{On, Row, Runs, sea_orm};
use practice::{calendar::Day, confirmation::too_long_ago, roles::Role};
use uuid::Uuid;

use super::{
    sticking::{ADDRESS, NAMED_IN},
    store::{places, values},
};
use crate::{
    error::Result,
    ids::{ContactId, StaffId},
};

/// Whether an address in a contact is on such a list, and is shown to somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listed {
    /// It is.
    pub is: bool,
    /// They are shown it.
    pub named: bool,
}

/// Somebody who can say where a family lives.
#[derive(Debug, Clone, Row)]
pub struct Reader {
    id: Uuid,
    pub name: String,
    pub job: String,
    pub phone: Option<String>,
    /// For how many of the lists they are named.
    named: i64,
    manages: bool,
}

/// Whether an address in a contact is on a list, and is shown to somebody.
///
/// # Errors
/// When the database does.
pub async fn of_contact(
    db: &impl Runs,
    staff: Uuid,
    contact: ContactId,
    today: Day,
) -> Result<Listed> {
    let readers = readers(db, contact, today).await?;
    let named = readers.iter().flatten().any(|one| one.id == staff);
    Ok(Listed { is: readers.is_some(), named })
}

/// Who is shown what the lists keep that an address in a contact is on, of those who work in the hub and
/// are awake. `None` where it is on no list.
///
/// # Errors
/// When the database does.
pub async fn readers(
    db: &impl Runs,
    contact: ContactId,
    today: Day,
) -> Result<Option<Vec<Reader>>> {
    #[derive(Row)]
    struct List {
        list: Uuid,
    }
    let text = format!(
        "SELECT DISTINCT a.standing AS list FROM ({}) a \
         JOIN account_link l ON l.account_id = a.account_id AND l.unlinked_at IS NULL \
         JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
         WHERE m.account_id IN ({NAMED_IN}) ORDER BY a.standing",
        ADDRESS.accounts_of_each()
    );
    let lists: Vec<List> = db.all(&text, [contact.into()]).await?;
    let lists: Vec<_> = lists.into_iter().map(|one| one.list).collect();
    if lists.is_empty() {
        return Ok(None);
    }
    let able = able(db, &lists, today).await?;
    let all = |one: &&Reader| usize::try_from(one.named).is_ok_and(|named| named == lists.len());
    let some = |one: &&Reader| one.manages && one.named > 0;
    let manages = |one: &&Reader| one.manages;
    let of = |is: &dyn Fn(&&Reader) -> bool| able.iter().filter(is).cloned().collect::<Vec<_>>();
    let in_turn = [of(&all), of(&some), of(&manages)];
    Ok(Some(in_turn.into_iter().find(|readers| !readers.is_empty()).unwrap_or_default()))
}

/// Everybody who works in the hub that day and is awake, with for how many of these lists they are named.
async fn able(db: &impl Runs, lists: &[Uuid], today: Day) -> Result<Vec<Reader>> {
    let roles = [Role::HubWorker, Role::DutyWorker, Role::HubManager].map(Role::slug).join("', '");
    let text = format!(
        "SELECT s.id, s.name, s.job, s.phone, count(DISTINCT n.restriction_id) AS named, \
         max(CASE WHEN r.role = '{}' THEN 1 ELSE 0 END) = 1 AS manages FROM staff s \
         JOIN staff_role r ON r.staff_id = s.id AND r.role IN ('{roles}') AND r.from_on <= $1 \
         AND (r.until_on IS NULL OR r.until_on > $1) \
         LEFT JOIN restriction_named n ON n.staff_id = s.id AND n.ended_at IS NULL \
         AND n.restriction_id IN ({}) \
         WHERE s.joined_on <= $1 AND (s.left_on IS NULL OR s.left_on > $1) AND s.confirmed_on > $2 \
         GROUP BY s.id, s.name, s.job, s.phone ORDER BY s.name, s.id",
        Role::HubManager.slug(),
        places(lists, 3)
    );
    let days = [On(today).into(), On(too_long_ago(today)).into()];
    Ok(db.all(&text, days.into_iter().chain(values(lists)).collect::<Vec<_>>()).await?)
}

/// Whether somebody may say who is named for a list: a hub manager who is, or any where none is who
/// could.
///
/// # Errors
/// When the database does.
pub(super) async fn may_name(
    db: &impl Runs,
    restriction: Uuid,
    staff: StaffId,
    today: Day,
) -> Result<bool> {
    let able = able(db, &[restriction], today).await?;
    let mut managers = able.iter().filter(|one| one.manages && one.named > 0).peekable();
    Ok(managers.peek().is_none() || managers.any(|one| one.id == staff.0))
}
