//! The tables of people: accounts with their names, addresses and identifiers, the persons that
//! join them, households and relationships. How an account is written down stands in `rows`.

use platform::{
    db::{At, On, Row, Runs, Value, sea_orm},
    seal::{Keys, Sealed},
};
use uuid::Uuid;

use super::{
    rows::{ADDRESS, BACKGROUND, LINK, PERSON, link_row},
    shown::{Shown, ShownAddress, shown},
    span::SpanSeen,
    sticking,
};
use crate::{
    doors::Pen,
    error::{Error, Result},
    ids::{AccountId, AgencyId, PersonId, StaffId, reference},
};

/// What a sealed addendum is for, in the key's derivation.
const ADDENDUM: &str = "addendum";

/// An account with the name that it goes by.
#[derive(Debug, Clone, Row)]
pub struct Account {
    pub id: AccountId,
    pub reference: String,
    pub person_id: PersonId,
    pub person: String,
    pub agency_id: AgencyId,
    pub agency: String,
    pub given_at: At,
    pub given: String,
    pub family: String,
    pub born_on: Option<On>,
    pub born_said: Option<String>,
    pub expected_on: Option<On>,
    pub sex: Option<String>,
    pub setting_said: Option<String>,
}

impl Account {
    /// The name as it is read.
    pub fn name(&self) -> String {
        crate::front_door::views::name(&self.given, &self.family, self.expected_on.is_some())
    }
}

/// The columns of [`Account`].
pub(crate) const ACCOUNT: &str = "a.id, a.reference, l.person_id, p.reference AS person, \
    a.agency_id, g.name AS agency, a.given_at, n.given, n.family, a.born_on, a.born_said, a.expected_on, \
    a.sex, a.setting_said";

/// Where they stand.
pub(crate) const FROM_ACCOUNTS: &str = "FROM account a \
    JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
    JOIN person p ON p.id = l.person_id JOIN agency g ON g.id = a.agency_id \
    JOIN account_name n ON n.account_id = a.id AND n.kind = 'called'";

/// What every reading of accounts begins with.
pub(super) fn accounts() -> String {
    format!("SELECT {ACCOUNT} {FROM_ACCOUNTS}")
}

/// Makes a person, of whom no account speaks yet.
pub(super) async fn new_person(pen: &Pen<'_>) -> Result<PersonId> {
    let person = PersonId::new();
    pen.tx.insert(&PERSON, [person.into(), reference().into()]).await?;
    Ok(person)
}

/// Joins an account to a person.
pub(super) async fn link(
    pen: &Pen<'_>,
    account: AccountId,
    person: PersonId,
    reason: &str,
) -> Result<()> {
    let by = pen.actor.staff();
    let row = link_row(Uuid::now_v7(), account, person, reason, pen.now, by);
    pen.tx.insert(&LINK, row).await?;
    sticking::stays(pen, account, person).await
}

/// Ends the link of an account.
pub(super) async fn end_link(pen: &Pen<'_>, account: AccountId, reason: &str) -> Result<()> {
    let by: Option<Uuid> = pen.actor.staff().map(|s| s.0);
    pen.tx
        .run(
            "UPDATE account_link SET unlinked_at = $1, unlinked_by = $2, unlinked_reason = $3 \
             WHERE account_id = $4 AND unlinked_at IS NULL",
            [At(pen.now).into(), by.into(), reason.into(), account.into()],
        )
        .await?;
    Ok(())
}

/// The account of that id. The caller has found its pathway or contact in scope.
pub async fn account(db: &impl Runs, id: AccountId) -> Result<Account> {
    db.one(&format!("{} WHERE a.id = $1", accounts()), [id.into()]).await?.ok_or(Error::NotFound)
}

/// When something was said later than the account, and by whom; neither, when it came with it.
#[derive(Debug, Clone, Default, Row)]
pub struct Later {
    pub said_at: Option<At>,
    pub said_by: Option<String>,
}

/// An address of an account, with the days that it holds for.
#[derive(Debug, Clone)]
pub struct AddressSeen {
    /// The account by which it was given.
    pub of: AccountId,
    pub place: ShownAddress,
    pub span: SpanSeen,
    pub later: Later,
}

impl AddressSeen {
    /// The address as a line; of one that is protected, only that.
    pub fn words(&self) -> String {
        match &self.place {
            Shown::At((lines, postcode)) if postcode.is_empty() => lines.clone(),
            Shown::At((lines, postcode)) => format!("{lines}, {postcode}"),
            Shown::Protected(_) => "Protected address".to_owned(),
        }
    }
}

#[derive(Row)]
struct AddressRow {
    id: Uuid,
    account_id: AccountId,
    sealed: Vec<u8>,
    is_protected: bool,
    #[sea_orm(nested)]
    span: SpanSeen,
    #[sea_orm(nested)]
    later: Later,
}

/// What every reading of addresses begins with. One that is protected for one account of a person
/// is protected for all of them, since whoever must not find it may read the other one; and for
/// good, since others live in the refuge that somebody has left.
const ADDRESSES: &str = "SELECT a.id, a.account_id, a.sealed, a.from_on, a.from_said, a.until_on, a.until_said, \
    a.said_at, s.name AS said_by, EXISTS (SELECT 1 FROM account_address o \
      JOIN account_link l ON l.account_id = o.account_id AND l.unlinked_at IS NULL \
      JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
      WHERE m.account_id = a.account_id AND o.fingerprint = a.fingerprint \
      AND o.protected_since IS NOT NULL) AS is_protected \
    FROM account_address a LEFT JOIN staff s ON s.id = a.said_by";

fn address(keys: &Keys, row: AddressRow) -> Result<AddressSeen> {
    Ok(AddressSeen {
        of: row.account_id,
        place: shown(keys, ADDRESS, row.id, row.sealed, row.is_protected)?,
        span: row.span,
        later: row.later,
    })
}

/// The addresses of an account, those that are no longer so too.
pub async fn addresses(
    db: &impl Runs,
    keys: &Keys,
    account: AccountId,
) -> Result<Vec<AddressSeen>> {
    let text = format!("{ADDRESSES} WHERE a.account_id = $1 ORDER BY a.id");
    let rows: Vec<AddressRow> = db.all(&text, [account.into()]).await?;
    rows.into_iter().map(|row| address(keys, row)).collect()
}

/// The addresses of each of these accounts; there is at least one.
pub(crate) async fn addresses_of(
    db: &impl Runs,
    keys: &Keys,
    accounts: &[AccountId],
) -> Result<Vec<AddressSeen>> {
    let text = format!("{ADDRESSES} WHERE a.account_id IN ({}) ORDER BY a.id", places(accounts, 1));
    let rows: Vec<AddressRow> = db.all(&text, values(accounts)).await?;
    rows.into_iter().map(|row| address(keys, row)).collect()
}

/// Ids as the values of a text.
pub(crate) fn values<T: Copy + Into<Value>>(ids: &[T]) -> Vec<Value> {
    ids.iter().map(|id| (*id).into()).collect()
}

/// The places of so many values in a text, from that number on.
pub(crate) fn places<T>(values: &[T], first: usize) -> String {
    let places: Vec<_> = (first..first + values.len()).map(|place| format!("${place}")).collect();
    places.join(", ")
}

/// Every address that anybody has given of an account's person.
pub async fn addresses_of_person(
    db: &impl Runs,
    keys: &Keys,
    account: AccountId,
) -> Result<Vec<AddressSeen>> {
    let text = format!(
        "{ADDRESSES} JOIN account_link p ON p.account_id = a.account_id \
           AND p.unlinked_at IS NULL \
         JOIN account_link q ON q.person_id = p.person_id AND q.unlinked_at IS NULL \
         WHERE q.account_id = $1 ORDER BY a.id"
    );
    let rows: Vec<AddressRow> = db.all(&text, [account.into()]).await?;
    rows.into_iter().map(|row| address(keys, row)).collect()
}

/// A name of an account besides the one that it goes by.
#[derive(Debug, Clone, Row)]
pub struct NameSeen {
    pub kind: String,
    pub given: String,
    pub family: String,
    #[sea_orm(nested)]
    pub span: SpanSeen,
    #[sea_orm(nested)]
    pub later: Later,
}

/// The names of an account besides the one that it goes by.
pub async fn names(db: &impl Runs, account: AccountId) -> Result<Vec<NameSeen>> {
    Ok(db
        .all(
            "SELECT n.kind, n.given, n.family, n.from_on, n.from_said, n.until_on, n.until_said, \
             n.said_at, s.name AS said_by FROM account_name n \
             LEFT JOIN staff s ON s.id = n.said_by \
             WHERE n.account_id = $1 AND n.kind <> 'called' ORDER BY n.id",
            [account.into()],
        )
        .await?)
}

/// What an account says of a person's ethnic background.
pub async fn ethnicity(db: &impl Runs, keys: &Keys, account: AccountId) -> Result<Option<String>> {
    #[derive(Row)]
    struct Background {
        id: Uuid,
        sealed: Vec<u8>,
    }
    let text = "SELECT id, sealed FROM account_ethnicity WHERE account_id = $1 ORDER BY id";
    let said: Option<Background> = db.one(text, [account.into()]).await?;
    let Some(Background { id, sealed }) = said else { return Ok(None) };
    match shown(keys, BACKGROUND, id, sealed, false)? {
        Shown::At(said) => Ok(Some(said)),
        Shown::Protected(_) => Ok(None),
    }
}

/// Somebody who lives, or lived, with the person of an account, as that account says.
#[derive(Debug, Clone, Row)]
pub struct Housemate {
    pub household: Uuid,
    pub said: Option<String>,
    pub person: String,
    pub given: String,
    pub family: String,
    pub expected_on: Option<On>,
    /// Whether the person is a child of a request, who has a page.
    pub has_page: bool,
    /// The day on which it was said.
    pub from_on: Option<On>,
    /// When the two no longer lived together, if they do not.
    pub until_on: Option<On>,
    pub until_said: Option<String>,
}

impl Housemate {
    /// The name as it is read.
    pub fn name(&self) -> String {
        crate::front_door::views::name(&self.given, &self.family, self.expected_on.is_some())
    }
}

/// Who lives with the person of an account, and who did.
pub async fn housemates(db: &impl Runs, account: AccountId) -> Result<Vec<Housemate>> {
    Ok(db
        .all(
            "SELECT m.household_id AS household, r.said, p.reference AS person, n.given, \
             n.family, a.expected_on, m.from_on, \
             COALESCE(me.until_on, m.until_on) AS until_on, \
             CASE WHEN me.until_on IS NULL THEN m.until_said ELSE me.until_said END \
               AS until_said, \
             EXISTS (SELECT 1 FROM pathway w WHERE w.account_id = m.account_id) AS has_page \
             FROM household_member me \
             JOIN household_member m ON m.household_id = me.household_id \
               AND m.account_id <> me.account_id \
             JOIN account a ON a.id = m.account_id \
             JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' \
             JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
             JOIN person p ON p.id = l.person_id \
             LEFT JOIN relationship r ON r.of_account = me.account_id \
               AND r.to_account = m.account_id AND r.until_on IS NULL \
             WHERE me.account_id = $1 ORDER BY m.household_id, m.account_id",
            [account.into()],
        )
        .await?)
}

/// The identifiers of an account, with what is wrong with each.
#[derive(Debug, Clone, Row)]
pub struct Identifier {
    pub scheme: String,
    pub said: String,
    pub problem: Option<String>,
}

/// The identifiers of an account.
pub async fn identifiers(db: &impl Runs, account: AccountId) -> Result<Vec<Identifier>> {
    Ok(db
        .all(
            "SELECT scheme, said, problem FROM account_identifier WHERE account_id = $1 \
             ORDER BY scheme, id",
            [account.into()],
        )
        .await?)
}

/// Something that was said about a person later.
#[derive(Debug, Clone)]
pub struct Addendum {
    pub by_id: StaffId,
    pub said: String,
    pub at: At,
    pub by: String,
}

/// Adds to an account what was said about the person later.
pub(super) async fn add(pen: &Pen<'_>, account: AccountId, by: StaffId, said: &str) -> Result<()> {
    let id = Uuid::now_v7();
    let sealed = pen
        .app
        .keys
        .seal(ADDENDUM, id.as_bytes(), said.as_bytes())
        .map_err(|e| Error::fault("sealing an addendum", e))?;
    pen.tx
        .run(
            "INSERT INTO account_addendum (id, account_id, sealed, at, by_id) \
             VALUES ($1, $2, $3, $4, $5)",
            [id.into(), account.into(), sealed.0.into(), At(pen.now).into(), by.into()],
        )
        .await?;
    Ok(())
}

/// What was said about an account's person later, the earliest first.
pub async fn addenda(db: &impl Runs, keys: &Keys, account: AccountId) -> Result<Vec<Addendum>> {
    #[derive(Row)]
    struct AddendumRow {
        id: Uuid,
        sealed: Vec<u8>,
        at: At,
        by: String,
        by_id: StaffId,
    }
    let rows: Vec<AddendumRow> = db
        .all(
            "SELECT d.id, d.sealed, d.at, s.name AS by, d.by_id FROM account_addendum d \
             JOIN staff s ON s.id = d.by_id WHERE d.account_id = $1 ORDER BY d.at, d.id",
            [account.into()],
        )
        .await?;
    rows.into_iter()
        .map(|row| {
            let said = keys
                .unseal(ADDENDUM, row.id.as_bytes(), &Sealed(row.sealed))
                .map_err(|e| Error::fault("unsealing an addendum", e))?;
            let said = String::from_utf8_lossy(&said).into_owned();
            Ok(Addendum { said, at: row.at, by: row.by, by_id: row.by_id })
        })
        .collect()
}

/// Somebody related to an account, in the words of whoever said it.
#[derive(Debug, Clone, Row)]
pub struct Relation {
    pub account: AccountId,
    pub said: String,
    /// Whether the person has parental responsibility, as said: `yes`, `no` or `not-known`.
    pub responsibility: Option<String>,
    pub person: String,
    pub given: String,
    pub family: String,
    pub expected_on: Option<On>,
    /// Whether the person is a child of a request, who has a page.
    pub has_page: bool,
}

/// Everybody whom this account names as related.
pub async fn relations(db: &impl Runs, account: AccountId) -> Result<Vec<Relation>> {
    Ok(db
        .all(
            "SELECT r.to_account AS account, r.said, r.responsibility, p.reference AS person, \
             n.given, n.family, a.expected_on, \
             EXISTS (SELECT 1 FROM pathway w WHERE w.account_id = r.to_account) AS has_page \
             FROM relationship r JOIN account a ON a.id = r.to_account \
             JOIN account_name n ON n.account_id = r.to_account AND n.kind = 'called' \
             JOIN account_link l ON l.account_id = r.to_account AND l.unlinked_at IS NULL \
             JOIN person p ON p.id = l.person_id \
             WHERE r.of_account = $1 AND r.until_on IS NULL ORDER BY r.id",
            [account.into()],
        )
        .await?)
}
