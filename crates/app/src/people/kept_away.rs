//! Who must not see somebody: a relative, the person alleged, a declared conflict. The policies
//! refuse whoever is kept away (`Tie::Excluded`); here stands what is kept from them, and who is
//! told in their place. What reached the hub is kept whole: a contact that names the person, with
//! every account and pathway of it, since one child of a request tells of the other.

use platform::db::{At, On, Row, Runs, Table, Value, sea_orm};
use practice::{calendar::day_of, roles::Role};
use uuid::Uuid;

use crate::{
    access::{
        Action, Scope,
        store::{actor, told},
    },
    doors::Pen,
    error::{Error, Result},
    front_door::contacts,
    ids::{AccountId, ContactId, PersonId, StaffId},
};

/// From exclusions to the accounts of whoever is kept from somebody.
const DIRECT: &str = "FROM exclusion x JOIN exclusion_person y ON y.exclusion_id = x.id \
    JOIN account_link xl ON xl.person_id = y.person_id AND xl.unlinked_at IS NULL";

/// The contacts that somebody is kept away from, as the text of a query: those that began a
/// pathway of the person, and those that name the person beside a child. It stands by itself, so
/// that a database answers it once for a whole list.
pub fn contacts(staff: usize) -> String {
    reaching("xp.contact_id", &format!("AND x.staff_id = ${staff}"))
}

fn reaching(columns: &str, whose: &str) -> String {
    let standing = format!("WHERE x.lifted_at IS NULL {whose}");
    format!(
        "SELECT {columns} {DIRECT} JOIN pathway xp ON xp.account_id = xl.account_id {standing} \
         UNION SELECT {columns} {DIRECT} JOIN relationship xr ON xr.to_account = xl.account_id \
         JOIN pathway xp ON xp.account_id = xr.of_account {standing}"
    )
}

/// The accounts that somebody is kept away from, as the text of a query: the person's own, and
/// those of everybody whom a contact names that they are kept away from.
pub fn accounts(staff: usize) -> String {
    let contacts = contacts(staff);
    format!(
        "SELECT xl.account_id {DIRECT} WHERE x.staff_id = ${staff} AND x.lifted_at IS NULL \
         UNION SELECT xq.account_id FROM pathway xq WHERE xq.contact_id IN ({contacts}) \
         UNION SELECT xs.to_account FROM relationship xs \
         JOIN pathway xq ON xq.account_id = xs.of_account WHERE xq.contact_id IN ({contacts})"
    )
}

/// Who is kept away from a contact, as the text of a query.
pub(super) fn from_contact(contact: usize) -> String {
    format!(
        "SELECT DISTINCT k.staff_id FROM ({}) k WHERE k.contact_id = ${contact}",
        reaching("x.staff_id, xp.contact_id", "")
    )
}

/// Who is kept away from an account, as the text of a query.
pub(crate) fn from_account(account: usize) -> String {
    let contacts = reaching("x.staff_id, xp.contact_id", "");
    format!(
        "SELECT x.staff_id {DIRECT} WHERE x.lifted_at IS NULL AND xl.account_id = ${account} \
         UNION SELECT k.staff_id FROM ({contacts}) k JOIN pathway q ON q.contact_id = k.contact_id \
         WHERE q.account_id = ${account} OR EXISTS (SELECT 1 FROM relationship r \
         WHERE r.of_account = q.account_id AND r.to_account = ${account})"
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
        reaching("x.receives_instead, xp.contact_id", "AND x.staff_id = $1")
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

/// Whether somebody is kept away from any account of a person.
///
/// # Errors
/// When the database does.
pub async fn is_kept_from(db: &impl Runs, staff: StaffId, person: PersonId) -> Result<bool> {
    #[derive(Row)]
    struct Kept {
        rows: i64,
    }
    let text = format!(
        "SELECT count(*) AS rows FROM account_link kl WHERE kl.person_id = $2 \
         AND kl.unlinked_at IS NULL AND kl.account_id IN ({})",
        accounts(1)
    );
    let kept: Option<Kept> = db.one(&text, [staff.into(), person.into()]).await?;
    Ok(kept.is_some_and(|kept| kept.rows > 0))
}

/// Who is told of a contact when somebody would be: themselves; where they are kept away, whoever
/// was named to receive it instead; where that is nobody who is here and may see it, the hub's
/// managers.
///
/// # Errors
/// When the database does.
pub async fn told_for(pen: &Pen<'_>, staff: StaffId, contact: ContactId) -> Result<Vec<StaffId>> {
    let keeping = keeping(pen.tx, staff, contact).await?;
    if keeping.is_empty() {
        return Ok(vec![staff]);
    }
    let today = day_of(pen.now);
    let mut instead = Vec::new();
    for named in keeping.iter().filter_map(|keeps| keeps.receives_instead) {
        if may_read(pen, named, contact).await? {
            instead.push(named);
        }
    }
    if instead.is_empty() {
        let managers = told(pen.tx, Role::HubManager, today).await?;
        for manager in managers.into_iter().flat_map(|(_, staff)| staff) {
            if !is_kept(pen.tx, manager, contact).await? {
                instead.push(manager);
            }
        }
    }
    if instead.is_empty() {
        tracing::error!(contact = %contact.0, "nobody is left to be told instead");
    }
    instead.sort_unstable();
    instead.dedup();
    Ok(instead)
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
        Ok(scope) => contacts::find(pen.tx, &scope, &reference).await.map(drop),
        Err(error) => Err(error),
    };
    match found {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

pub(super) const PERSON: Table<3> =
    Table::new("exclusion_person", ["exclusion_id", "person_id", "since"]);

/// An exclusion by its id.
#[derive(Row)]
struct Which {
    exclusion_id: Uuid,
}

/// Lets every exclusion of those whose account this once was stand for the person who has it now:
/// to link or unlink lifts none.
///
/// # Errors
/// When the database does.
pub(super) async fn stays(pen: &Pen<'_>, account: AccountId, person: PersonId) -> Result<()> {
    let which = "SELECT DISTINCT y.exclusion_id FROM exclusion_person y \
        JOIN exclusion x ON x.id = y.exclusion_id AND x.lifted_at IS NULL \
        JOIN account_link l ON l.person_id = y.person_id WHERE l.account_id = $1 \
        AND NOT EXISTS (SELECT 1 FROM exclusion_person z \
        WHERE z.exclusion_id = y.exclusion_id AND z.person_id = $2)";
    let found: Vec<Which> = pen.tx.all(which, [account.into(), person.into()]).await?;
    for which in found {
        stand_for(pen, which.exclusion_id, person).await?;
    }
    Ok(())
}

/// Which accounts (`account_id`) may be of the same person as one of the first so many values
/// (`like_of`): they have a number in common, or a date of birth and a word of a name. An account that
/// has a number or a date of birth is among those that it is like.
pub(super) fn alike(accounts: usize) -> String {
    let places: Vec<String> = (1..=accounts).map(|place| format!("${place}")).collect();
    let these = places.join(", ");
    format!(
        "SELECT i.account_id AS like_of, j.account_id FROM account_identifier i \
         JOIN account_identifier j ON j.normal = i.normal AND j.scheme = i.scheme \
         WHERE i.account_id IN ({these}) \
         UNION SELECT a.id, b.id FROM account a JOIN account b ON b.born_on = a.born_on \
         WHERE a.id IN ({these}) AND EXISTS (SELECT 1 FROM account_name_word v \
         JOIN account_name_word w ON w.word = v.word \
         WHERE v.account_id = a.id AND w.account_id = b.id)"
    )
}

/// Lets exclusions stand for those among new people who may be a person from whom somebody is kept
/// away. Nobody has linked the two yet, and until a person has looked, the stricter holds.
///
/// # Errors
/// When the database does.
pub async fn carries_over(pen: &Pen<'_>, accounts: &[AccountId]) -> Result<()> {
    #[derive(Row)]
    struct Carried {
        exclusion_id: Uuid,
        person_id: PersonId,
    }
    let text = format!(
        "SELECT DISTINCT y.exclusion_id, m.person_id FROM exclusion x \
         JOIN exclusion_person y ON y.exclusion_id = x.id \
         JOIN account_link l ON l.person_id = y.person_id AND l.unlinked_at IS NULL \
         JOIN ({}) k ON k.account_id = l.account_id AND k.like_of <> l.account_id \
         JOIN account_link m ON m.account_id = k.like_of AND m.unlinked_at IS NULL \
         WHERE x.lifted_at IS NULL AND NOT EXISTS (SELECT 1 FROM exclusion_person z \
         WHERE z.person_id = m.person_id AND z.exclusion_id = y.exclusion_id)",
        alike(accounts.len())
    );
    let values: Vec<Value> = accounts.iter().map(|account| (*account).into()).collect();
    let carried: Vec<Carried> = pen.tx.all(&text, values).await?;
    for Carried { exclusion_id, person_id } in carried {
        stand_for(pen, exclusion_id, person_id).await?;
    }
    Ok(())
}

async fn stand_for(pen: &Pen<'_>, exclusion: Uuid, person: PersonId) -> Result<()> {
    pen.tx.insert(&PERSON, [exclusion.into(), person.into(), At(pen.now).into()]).await?;
    Ok(())
}

/// Who works here with that address today.
///
/// # Errors
/// When the database does.
pub(super) async fn working(db: &impl Runs, email: &str, today: On) -> Result<Option<StaffId>> {
    #[derive(Row)]
    struct Found {
        id: StaffId,
    }
    let text = "SELECT id FROM staff WHERE lower(email) = $1 AND (left_on IS NULL OR left_on > $2)";
    let found: Option<Found> = db.one(text, [email.to_lowercase().into(), today.into()]).await?;
    Ok(found.map(|found| found.id))
}
