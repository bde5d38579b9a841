//! What is hidden from somebody: what they are kept away from, and what tells of somebody restricted
//! for whom they are not named. Every list, count, search and notice asks it in the text of its own
//! query, so that what is hidden is where nothing is. What somebody asked for, or took down from a
//! call, a restriction does not hide from them; to be kept away does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{At, Row, Runs, Value, sea_orm};
use uuid::Uuid;

use super::{dealt_with, kept_away, restricted};
use crate::{
    doors::Pen,
    error::{Error, Result},
    ids::{AccountId, ContactId, PersonId, StaffId},
};

/// The contacts that are hidden from somebody, as the text of a query, also what they asked for.
pub fn contacts(staff: usize) -> String {
    format!("{} UNION {}", kept_away::contacts(staff), restricted::contacts(staff))
}

/// The accounts that are hidden from somebody, as the text of a query, likewise.
pub fn accounts(staff: usize) -> String {
    format!("{} UNION {}", kept_away::accounts(staff), restricted::accounts(staff))
}

/// Whether something is hidden from somebody, and why, as the policies ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Row)]
pub struct Hidden {
    /// They are kept away from it.
    pub kept: bool,
    /// It tells of somebody restricted.
    pub restricted: bool,
    /// They are not named for somebody restricted of whom it tells.
    pub unnamed: bool,
    /// The hub has dealt with it, and nothing else is open about anybody in it.
    pub dealt_with: bool,
    /// They opened it again, or worked on it, in the last hours.
    pub opened: bool,
}

/// Who the staff are, `$1`, and since when they must have opened what was dealt with, `$2`.
fn columns(of: &str, [kept, restricted, unnamed]: [String; 3], persons: &str) -> String {
    let is_hidden = format!("{of} IN ({kept}) OR {of} IN ({unnamed})");
    format!(
        "{of} IN ({kept}) AS kept, {of} IN ({restricted}) AS restricted, \
         {of} IN ({unnamed}) AS unnamed, {}",
        dealt_with::columns(persons, &is_hidden, 1, 2)
    )
}

/// Whether a contact is hidden from somebody, or that of no contact, which takes as long.
///
/// # Errors
/// When the database does.
pub async fn contact(
    db: &impl Runs,
    staff: Uuid,
    contact: ContactId,
    now: Timestamp,
) -> Result<Hidden> {
    let (text, values) = asked_of_contact(staff, contact, now);
    let hidden: Option<Hidden> = db.one(&text, values).await?;
    hidden.ok_or_else(|| Error::fault("asking what is hidden", "no answer"))
}

/// The query of [`contact`].
pub fn asked_of_contact(staff: Uuid, contact: ContactId, now: Timestamp) -> (String, Vec<Value>) {
    let hidden = [kept_away::contacts(1), restricted::all_contacts(), restricted::contacts(1)];
    let text = format!("SELECT {}", columns("$3", hidden, &dealt_with::persons_of_contact(3)));
    (text, vec![staff.into(), At(dealt_with::since(now)).into(), contact.into()])
}

/// The query of [`each_account`], of one or more.
pub fn asked_of_accounts(
    staff: Uuid,
    accounts: &[AccountId],
    now: Timestamp,
) -> (String, Vec<Value>) {
    let these: Vec<_> =
        (3..accounts.len() + 3).map(|place| format!("SELECT ${place} AS id")).collect();
    let hidden = [kept_away::accounts(1), restricted::all_accounts(), restricted::accounts(1)];
    let text = format!(
        "SELECT a.id, {} FROM ({}) a",
        columns("a.id", hidden, &dealt_with::persons_of_account("a.id")),
        these.join(" UNION ALL ")
    );
    let since = At(dealt_with::since(now)).into();
    let values = [staff.into(), since].into_iter().chain(accounts.iter().map(|id| (*id).into()));
    (text, values.collect())
}

/// Whether each of these accounts is hidden from somebody, in their order; for none of them, as
/// [`contact`].
///
/// # Errors
/// When the database does.
pub async fn each_account(
    db: &impl Runs,
    staff: Uuid,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<Vec<Hidden>> {
    #[derive(Row)]
    struct Found {
        id: AccountId,
        #[sea_orm(nested)]
        hidden: Hidden,
    }
    let asked = if accounts.is_empty() { &[AccountId(Uuid::nil())] } else { accounts };
    let (text, values) = asked_of_accounts(staff, asked, now);
    let found: Vec<Found> = db.all(&text, values).await?;
    let found: BTreeMap<_, _> = found.into_iter().map(|found| (found.id, found.hidden)).collect();
    Ok(accounts.iter().filter_map(|id| found.get(id).copied()).collect())
}

/// Whether anything that is said of a person is hidden from somebody, and why.
///
/// # Errors
/// When the database does.
pub async fn person(
    db: &impl Runs,
    staff: StaffId,
    person: PersonId,
    now: Timestamp,
) -> Result<Hidden> {
    let accounts = accounts_of(db, person).await?;
    let each = each_account(db, staff.0, &accounts, now).await?;
    // That it was dealt with is of the whole person as it is of each account.
    Ok(each.into_iter().fold(Hidden::default(), |all, one| Hidden {
        kept: all.kept || one.kept,
        restricted: all.restricted || one.restricted,
        unnamed: all.unnamed || one.unnamed,
        ..one
    }))
}

/// What is said of a person.
///
/// # Errors
/// When the database does.
pub async fn accounts_of(db: &impl Runs, person: PersonId) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Linked {
        account_id: AccountId,
    }
    let text = "SELECT account_id FROM account_link WHERE person_id = $1 AND unlinked_at IS NULL \
        ORDER BY account_id";
    let linked: Vec<Linked> = db.all(text, [person.into()]).await?;
    Ok(linked.into_iter().map(|linked| linked.account_id).collect())
}

/// Whether somebody asked for support for a person, or took a call about them: who did knows that
/// there is a record, however few may see it now.
///
/// # Errors
/// When the database does.
pub async fn is_known_to(db: &impl Runs, staff: StaffId, person: PersonId) -> Result<bool> {
    #[derive(Row)]
    struct Own {
        rows: i64,
    }
    let text = format!(
        "SELECT count(*) AS rows FROM account_link l JOIN pathway w ON w.account_id = l.account_id \
         JOIN contact c ON c.id = w.contact_id \
         WHERE l.person_id = $2 AND l.unlinked_at IS NULL AND {}",
        is_own("c", 1)
    );
    let own: Option<Own> = db.one(&text, [staff.into(), person.into()]).await?;
    Ok(own.is_some_and(|own| own.rows > 0))
}

/// The condition that a row of `contact` under this alias is not hidden from whoever that value is.
/// What the other value asked for or took down, no restriction hides: the same, or nobody.
pub fn shows(alias: &str, staff: usize, own: usize) -> String {
    format!(
        "{alias}.id NOT IN ({}) AND ({alias}.id NOT IN ({}) OR {})",
        kept_away::contacts(staff),
        restricted::contacts(staff),
        is_own(alias, own),
    )
}

/// The condition that whoever that value is asked for it, or took it down from a call.
pub fn is_own(alias: &str, own: usize) -> String {
    format!(
        "(COALESCE({alias}.requested_by = ${own}, FALSE) OR COALESCE({alias}.taken_by = ${own}, FALSE))"
    )
}

/// Who is told of a contact when somebody would be: themselves; where it is hidden from them, whoever
/// was named to receive it instead; else those who are named for somebody restricted in it, or the
/// hub's managers.
///
/// # Errors
/// When the database does.
pub async fn told_for(
    pen: &mut Pen<'_>,
    staff: StaffId,
    contact: ContactId,
) -> Result<Vec<StaffId>> {
    if !is_hidden(pen.tx, staff, contact).await? {
        return Ok(vec![staff]);
    }
    let mut told = kept_away::instead(pen, staff, contact).await?;
    if told.is_empty() {
        told = match restricted::named_for_contact(pen.tx, contact).await? {
            Some(_) => restricted::told(pen, contact).await?,
            None => kept_away::managers(pen, contact).await?,
        };
    }
    if told.is_empty() {
        tracing::error!(contact = %contact.0, "nobody is left to be told instead");
    }
    told.sort_unstable();
    told.dedup();
    Ok(told)
}

/// Whether a contact is hidden from somebody.
///
/// # Errors
/// When the database does.
pub async fn is_hidden(db: &impl Runs, staff: StaffId, contact: ContactId) -> Result<bool> {
    #[derive(Row)]
    struct Shown {
        rows: i64,
    }
    let shows = shows("c", 1, 1);
    let text = format!("SELECT count(*) AS rows FROM contact c WHERE c.id = $2 AND {shows}");
    let shown: Option<Shown> = db.one(&text, [staff.into(), contact.into()]).await?;
    Ok(shown.is_none_or(|shown| shown.rows == 0))
}
