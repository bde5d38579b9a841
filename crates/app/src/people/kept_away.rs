//! Who must not see somebody: a relative, the person alleged, a declared conflict. The policies
//! refuse whoever is kept away (`Tie::Excluded`); here stands what is kept from them, and who is
//! told in their place.

use platform::db::{On, Row, Runs, sea_orm};
use practice::{calendar::day_of, roles::Role};

use super::sticking::EXCLUSION;
use crate::{
    access::{
        Action, Scope,
        store::{actor, holders},
    },
    doors::Pen,
    error::{Error, Result},
    front_door::contacts,
    ids::{ContactId, StaffId},
};

/// The condition that it is somebody, whose id is that value, who is kept away.
fn whose(staff: usize) -> String {
    format!("AND x.staff_id = ${staff}")
}

/// The contacts that somebody is kept away from, as the text of a query.
pub fn contacts(staff: usize) -> String {
    EXCLUSION.contacts("xp.contact_id", &whose(staff))
}

/// The contacts that anybody is kept away from who works in the agency of somebody, whose id is that
/// value, as the text of a query.
pub fn contacts_of_colleagues(staff: usize) -> String {
    let colleagues = format!(
        "AND x.staff_id IN (SELECT v.id FROM staff v JOIN staff u ON u.agency_id = v.agency_id \
         WHERE u.id = ${staff})"
    );
    EXCLUSION.contacts("xp.contact_id", &colleagues)
}

/// The accounts that somebody is kept away from, as the text of a query.
pub fn accounts(staff: usize) -> String {
    EXCLUSION.accounts(&whose(staff))
}

/// Who is kept away from a contact, as the text of a query.
pub(super) fn from_contact(contact: usize) -> String {
    format!(
        "SELECT DISTINCT k.staff_id FROM ({}) k WHERE k.contact_id = ${contact}",
        EXCLUSION.contacts("x.staff_id, xp.contact_id", "")
    )
}

/// Who is kept away from an account, as the text of a query.
pub(crate) fn from_account(account: usize) -> String {
    format!(
        "SELECT x.staff_id {} \
         UNION SELECT k.staff_id FROM ({}) k JOIN pathway q ON q.contact_id = k.contact_id \
         WHERE q.account_id = ${account} OR EXISTS (SELECT 1 FROM relationship r \
         WHERE r.of_account = q.account_id AND r.to_account = ${account})",
        EXCLUSION.direct("", &format!("AND xl.account_id = ${account}")),
        EXCLUSION.contacts("x.staff_id, xp.contact_id", "")
    )
}

/// The name of whoever made a request and must not see it any more: whom nobody may ring about it.
///
/// # Errors
/// When the database does.
pub async fn requester(db: &impl Runs, contact: ContactId) -> Result<Option<String>> {
    #[derive(Row)]
    struct Named {
        name: String,
    }
    let text = format!(
        "SELECT s.name FROM contact c JOIN staff s ON s.id = c.requested_by \
         WHERE c.id = $1 AND c.requested_by IN ({})",
        from_contact(1)
    );
    let named: Option<Named> = db.one(&text, [contact.into()]).await?;
    Ok(named.map(|named| named.name))
}

/// An exclusion that keeps somebody from a contact.
#[derive(Row)]
struct Keeps {
    receives_instead: Option<StaffId>,
}

async fn keeping(db: &impl Runs, staff: StaffId, contact: ContactId) -> Result<Vec<Keeps>> {
    let text = format!(
        "SELECT k.receives_instead FROM ({}) k WHERE k.contact_id = $2",
        EXCLUSION.contacts("x.receives_instead, xp.contact_id", &whose(1))
    );
    Ok(db.all(&text, [staff.into(), contact.into()]).await?)
}

/// Whether somebody is kept away from a contact.
///
/// # Errors
/// When the database does.
pub async fn is_kept(db: &impl Runs, staff: StaffId, contact: ContactId) -> Result<bool> {
    Ok(!keeping(db, staff, contact).await?.is_empty())
}

/// Who was named to receive what would go to somebody who is kept away, and may see it.
///
/// # Errors
/// When the database does.
pub(super) async fn instead(
    pen: &Pen<'_>,
    staff: StaffId,
    contact: ContactId,
) -> Result<Vec<StaffId>> {
    let keeping = keeping(pen.tx, staff, contact).await?;
    let mut instead = Vec::new();
    for named in keeping.iter().filter_map(|keeps| keeps.receives_instead) {
        if may_read(pen, named, contact).await? {
            instead.push(named);
        }
    }
    Ok(instead)
}

/// Who in the hub is told where there is nobody else, in turn.
pub(super) const IN_TURN: [Role; 3] = [Role::HubManager, Role::DutyWorker, Role::HubWorker];

/// The hub's managers but for those who are kept away themselves; where that leaves nobody, the duty
/// workers, and then everybody in the hub.
///
/// # Errors
/// When the database does.
pub(super) async fn managers(pen: &Pen<'_>, contact: ContactId) -> Result<Vec<StaffId>> {
    let mut managers = Vec::new();
    for role in IN_TURN {
        for holder in holders(pen.tx, role, day_of(pen.now)).await? {
            if !is_kept(pen.tx, holder, contact).await? {
                managers.push(holder);
            }
        }
        if !managers.is_empty() {
            break;
        }
    }
    Ok(managers)
}

/// Whether somebody who is here today may read a contact, by the policies: who may not is told of
/// nothing that would lead them to a page that is closed to them.
///
/// # Errors
/// When the database does.
pub(super) async fn may_read(pen: &Pen<'_>, staff: StaffId, contact: ContactId) -> Result<bool> {
    let Some(actor) = actor(pen.tx, staff, day_of(pen.now)).await? else { return Ok(false) };
    let reference = contacts::of(pen.tx, contact).await?.reference;
    let found = match Scope::of(&actor, Action::ReadContact, pen.now, 0) {
        Ok(scope) => contacts::find(pen.tx, &scope.as_if_opened(), &reference).await.map(drop),
        Err(error) => Err(error),
    };
    match found {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Who works here with that address today.
///
/// # Errors
/// When the database does.
pub(crate) async fn working(db: &impl Runs, email: &str, today: On) -> Result<Option<StaffId>> {
    #[derive(Row)]
    struct Found {
        id: StaffId,
    }
    let text = "SELECT id FROM staff WHERE lower(email) = $1 AND (left_on IS NULL OR left_on > $2)";
    let found: Option<Found> = db.one(text, [email.to_lowercase().into(), today.into()]).await?;
    Ok(found.map(|found| found.id))
}
