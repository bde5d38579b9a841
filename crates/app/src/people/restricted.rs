//! Whose record exists only for those who are named. The policies refuse everybody else
//! (`restricted`, unless `Tie::Named`); here stands for whom what is hidden, who is told in their
//! place, and that somebody is named where nobody is left.
//!
//! Of one person several restrictions may stand, once accounts were linked: who is named for any of
//! them is named for the person, as in `need_to_know::restriction`. A contact that names several
//! restricted persons exists for those alone who are named for each.

use std::collections::HashSet;

use platform::db::{At, Row, Runs, Table, Value, sea_orm};
use uuid::Uuid;

use super::{
    kept_away::{self, may_read},
    sticking::{ADDRESS, LOOKS, RESTRICTION},
};
use crate::{
    doors::Pen,
    error::Result,
    ids::{AccountId, ContactId, PersonId, StaffId},
};

pub(super) const NAMED: Table<5> =
    Table::new("restriction_named", ["id", "restriction_id", "staff_id", "named_at", "named_by"]);

/// Those who are named for a person, as the text of a query that can go on. The person is a column
/// or a value.
fn named(person: &str) -> String {
    format!(
        "SELECT z.staff_id FROM restriction_person w \
         JOIN restriction v ON v.id = w.restriction_id AND v.lifted_at IS NULL \
         AND v.covers = 'record' JOIN restriction_named z ON z.restriction_id = v.id AND z.ended_at IS NULL \
         WHERE w.person_id = {person}"
    )
}

/// The condition that somebody, whose id is that value, is not named.
fn unnamed(staff: usize) -> String {
    format!("AND NOT EXISTS ({} AND z.staff_id = ${staff})", named("y.person_id"))
}

/// The contacts that somebody is not named for, as the text of a query. Like what somebody is kept
/// away from it stands by itself: a database answers it once, whatever is asked for.
pub fn contacts(staff: usize) -> String {
    RESTRICTION.contacts("xp.contact_id", &unnamed(staff))
}

/// The accounts that somebody is not named for, as the text of a query.
pub fn accounts(staff: usize) -> String {
    RESTRICTION.accounts(&unnamed(staff))
}

/// The contacts of anybody restricted, as the text of a query.
pub fn all_contacts() -> String {
    RESTRICTION.contacts("xp.contact_id", "")
}

/// The accounts of anybody restricted, as the text of a query.
pub fn all_accounts() -> String {
    RESTRICTION.accounts("")
}

/// The accounts of anybody whose address is shown to few, and of whoever came in with them.
pub fn all_listed() -> String {
    ADDRESS.accounts("")
}

/// The restricted persons of whom a contact tells, as the text of a query.
fn persons_of_contact(contact: usize) -> String {
    let persons = RESTRICTION.contacts("y.person_id, xp.contact_id", "");
    format!("SELECT DISTINCT k.person_id FROM ({persons}) k WHERE k.contact_id = ${contact}")
}

/// The restricted persons of whom an account tells, or a contact that names it, likewise.
fn persons_of_account(account: usize) -> String {
    format!(
        "SELECT y.person_id {} UNION SELECT k.person_id FROM ({}) k \
         JOIN pathway q ON q.contact_id = k.contact_id \
         WHERE q.account_id = ${account} OR EXISTS (SELECT 1 FROM relationship r \
         WHERE r.of_account = q.account_id AND r.to_account = ${account})",
        RESTRICTION.direct("", &format!("AND xl.account_id = ${account}")),
        RESTRICTION.contacts("y.person_id, xp.contact_id", ""),
    )
}

/// Everybody who is named for each restricted person of a contact; `None` where nobody in it is
/// restricted.
///
/// # Errors
/// When the database does.
pub async fn named_for_contact(db: &impl Runs, contact: ContactId) -> Result<Option<Vec<StaffId>>> {
    named_for_each(db, &persons_of_contact(1), contact.into()).await
}

/// As [`named_for_contact`], of an account and the contacts that name it.
///
/// # Errors
/// When the database does.
pub async fn named_for_account(db: &impl Runs, account: AccountId) -> Result<Option<Vec<StaffId>>> {
    named_for_each(db, &persons_of_account(1), account.into()).await
}

async fn named_for_each(db: &impl Runs, persons: &str, of: Value) -> Result<Option<Vec<StaffId>>> {
    #[derive(Row)]
    struct Named {
        staff_id: Option<StaffId>,
        persons: i64,
    }
    // Beside each who is named, for how many; and without anybody, how many there are.
    let text = format!(
        "SELECT NULL AS staff_id, count(*) AS persons FROM ({persons}) p \
         UNION ALL SELECT s.id, count(*) FROM ({persons}) p \
         JOIN staff s ON s.id IN ({}) GROUP BY s.id",
        named("p.person_id")
    );
    let counted: Vec<Named> = db.all(&text, [of]).await?;
    let all = counted.iter().find(|named| named.staff_id.is_none()).map_or(0, |all| all.persons);
    let for_all = counted.iter().filter(|named| named.persons == all);
    let mut named: Vec<_> = for_all.filter_map(|named| named.staff_id).collect();
    named.sort_unstable();
    Ok((all > 0).then_some(named))
}

/// Who is told of a contact that tells of somebody restricted, in the place of somebody who is not
/// named: those who are, may read it and work here today, but for whoever did it. Where that is
/// nobody, since they have left, the hub's managers are named, so that a child never waits for people
/// who are gone.
///
/// # Errors
/// When the database does.
pub(super) async fn told(pen: &mut Pen<'_>, contact: ContactId) -> Result<Vec<StaffId>> {
    let mut told = readers(pen, contact).await?;
    if told.is_empty() {
        name_the_managers(pen, contact).await?;
        told = readers(pen, contact).await?;
    }
    if told.len() > 1 {
        told.retain(|staff| Some(*staff) != pen.actor.staff());
    }
    Ok(told)
}

async fn readers(pen: &Pen<'_>, contact: ContactId) -> Result<Vec<StaffId>> {
    let mut readers = Vec::new();
    for staff in named_for_contact(pen.tx, contact).await?.unwrap_or_default() {
        if may_read(pen, staff, contact).await? {
            readers.push(staff);
        }
    }
    Ok(readers)
}

async fn name_the_managers(pen: &mut Pen<'_>, contact: ContactId) -> Result<()> {
    #[derive(Row)]
    struct Which {
        restriction_id: Uuid,
    }
    let text = format!(
        "SELECT DISTINCT y.restriction_id FROM restriction_person y \
         JOIN restriction x ON x.id = y.restriction_id AND x.lifted_at IS NULL \
         AND x.covers = 'record' WHERE y.person_id IN ({})",
        persons_of_contact(1)
    );
    let restrictions: Vec<Which> = pen.tx.all(&text, [contact.into()]).await?;
    for manager in kept_away::managers(pen, contact).await? {
        for Which { restriction_id } in &restrictions {
            name(pen, *restriction_id, manager, None).await?;
        }
    }
    let subjects: Vec<_> = restrictions.iter().map(|which| which.restriction_id).collect();
    pen.journal("people:managers-named", &subjects, &[]).await?;
    Ok(())
}

/// Names somebody for a restriction, who is not named for it yet.
///
/// # Errors
/// When the database does.
pub(super) async fn name(
    pen: &Pen<'_>,
    restriction: Uuid,
    staff: StaffId,
    by: Option<StaffId>,
) -> Result<()> {
    if is_named(pen.tx, restriction, staff).await? {
        return Ok(());
    }
    let row = [
        Uuid::now_v7().into(),
        restriction.into(),
        staff.into(),
        At(pen.now).into(),
        by.map(|by| by.0).into(),
    ];
    pen.tx.insert(&NAMED, row).await?;
    Ok(())
}

/// Whether somebody is named for a restriction.
///
/// # Errors
/// When the database does.
pub(super) async fn is_named(db: &impl Runs, restriction: Uuid, staff: StaffId) -> Result<bool> {
    #[derive(Row)]
    struct Named {
        rows: i64,
    }
    let text = "SELECT count(*) AS rows FROM restriction_named \
        WHERE restriction_id = $1 AND staff_id = $2 AND ended_at IS NULL";
    let named: Option<Named> = db.one(text, [restriction.into(), staff.into()]).await?;
    Ok(named.is_some_and(|named| named.rows > 0))
}

/// For whom a restriction stands, of those who have accounts now.
///
/// # Errors
/// When the database does.
pub(super) async fn persons(db: &impl Runs, restriction: Uuid) -> Result<Vec<PersonId>> {
    #[derive(Row)]
    struct Stands {
        person_id: PersonId,
    }
    let text = "SELECT y.person_id FROM restriction_person y WHERE y.restriction_id = $1 AND EXISTS \
        (SELECT 1 FROM account_link l WHERE l.person_id = y.person_id AND l.unlinked_at IS NULL)";
    let persons: Vec<Stands> = db.all(text, [restriction.into()]).await?;
    Ok(persons.into_iter().map(|stands| stands.person_id).collect())
}

/// About which children looks are asked, whoever looks.
///
/// # Errors
/// When the database does.
pub async fn watched(db: &impl Runs) -> Result<HashSet<Uuid>> {
    #[derive(Row)]
    struct Watched {
        person_id: Uuid,
    }
    let joins = "JOIN pathway xp ON xp.account_id = xl.account_id";
    let text = format!("SELECT DISTINCT y.person_id {}", LOOKS.direct(joins, ""));
    let watched: Vec<Watched> = db.all(&text, []).await?;
    Ok(watched.into_iter().map(|one| one.person_id).collect())
}

/// The restrictions of the whole record that stand for a person.
///
/// # Errors
/// When the database does.
pub(super) async fn of_person(db: &impl Runs, person: PersonId) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Which {
        id: Uuid,
    }
    let text = "SELECT x.id FROM restriction x JOIN restriction_person y ON y.restriction_id = x.id \
        WHERE y.person_id = $1 AND x.lifted_at IS NULL AND x.covers = 'record' ORDER BY x.id";
    let which: Vec<Which> = db.all(text, [person.into()]).await?;
    Ok(which.into_iter().map(|which| which.id).collect())
}
