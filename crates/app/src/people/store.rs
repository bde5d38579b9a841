//! The tables of people: accounts with their names, addresses and identifiers, the persons that
//! join them, households and relationships.

use platform::{
    db::{At, On, Row, Runs, fold, sea_orm},
    seal::{Keys, Protected, Sealed},
};
use practice::{calendar::day_of, identifiers};
use uuid::Uuid;

use super::{Born, NewAddress, NewPerson};
use crate::{
    doors::Pen,
    error::{Error, Result},
    ids::{AccountId, AgencyId, PersonId, StaffId, reference},
};

/// What a sealed address is for, in the key's derivation.
const ADDRESS: &str = "address";
/// As [`ADDRESS`], for what was said later.
const ADDENDUM: &str = "addendum";

/// An account with the name that it goes by.
#[derive(Debug, Clone, Row)]
pub struct Account {
    pub id: AccountId,
    pub reference: String,
    pub person_id: PersonId,
    pub person: String,
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

/// What every reading of accounts begins with.
pub(super) const ACCOUNTS: &str = "SELECT a.id, a.reference, l.person_id, p.reference AS person, \
    g.name AS agency, a.given_at, n.given, n.family, a.born_on, a.born_said, a.expected_on, \
    a.sex, a.setting_said \
    FROM account a JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
    JOIN person p ON p.id = l.person_id JOIN agency g ON g.id = a.agency_id \
    JOIN account_name n ON n.account_id = a.id AND n.kind = 'called'";

/// Puts what an agency says of a person on the record, as a person of its own until somebody
/// links it.
pub async fn insert(
    pen: &Pen<'_>,
    agency: AgencyId,
    source: &str,
    new: &NewPerson,
) -> Result<AccountId> {
    let account = AccountId::new();
    let (born_on, born_said, expected_on) = match &new.born {
        Born::On(day) => (Some(*day), None, None),
        Born::Said(said) => (None, Some(said.clone()), None),
        Born::NotKnown => (None, None, None),
        Born::Expected(day) => (None, Some("unborn".to_owned()), *day),
    };
    pen.tx
        .run(
            "INSERT INTO account (id, reference, agency_id, given_at, source, born_on, \
             born_said, expected_on, sex, setting_said) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [
                account.into(),
                reference().into(),
                agency.into(),
                At(pen.now).into(),
                source.into(),
                born_on.map(On).into(),
                born_said.into(),
                expected_on.map(On).into(),
                new.sex.clone().into(),
                new.setting.clone().into(),
            ],
        )
        .await?;
    new_person(pen, account).await?;
    insert_name(pen, account, "called", &new.given, &new.family).await?;
    for also in &new.also {
        insert_name(pen, account, "also", also, "").await?;
    }
    if let Some(address) = &new.address {
        insert_address(pen, account, address).await?;
    }
    for (scheme, said) in &new.identifiers {
        insert_identifier(pen, account, *scheme, said).await?;
    }
    Ok(account)
}

async fn new_person(pen: &Pen<'_>, account: AccountId) -> Result<()> {
    let person = PersonId::new();
    pen.tx
        .run(
            "INSERT INTO person (id, reference) VALUES ($1, $2)",
            [person.into(), reference().into()],
        )
        .await?;
    link(pen, account, person, "first account").await
}

/// Joins an account to a person.
pub(super) async fn link(
    pen: &Pen<'_>,
    account: AccountId,
    person: PersonId,
    reason: &str,
) -> Result<()> {
    let by: Option<Uuid> = pen.actor.staff().map(|s| s.0);
    pen.tx
        .run(
            "INSERT INTO account_link (id, account_id, person_id, reason, linked_at, linked_by) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            [
                Uuid::now_v7().into(),
                account.into(),
                person.into(),
                reason.into(),
                At(pen.now).into(),
                by.into(),
            ],
        )
        .await?;
    Ok(())
}

/// Ends the link of an account, which then belongs to a person of its own.
pub(super) async fn unlink(pen: &Pen<'_>, account: AccountId, reason: &str) -> Result<()> {
    end_link(pen, account, reason).await?;
    new_person(pen, account).await
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

async fn insert_name(
    pen: &Pen<'_>,
    account: AccountId,
    kind: &str,
    given: &str,
    family: &str,
) -> Result<()> {
    pen.tx
        .run(
            "INSERT INTO account_name (id, account_id, given, family, folded, kind) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            [
                Uuid::now_v7().into(),
                account.into(),
                given.into(),
                family.into(),
                fold(&format!("{family} {given}")).into(),
                kind.into(),
            ],
        )
        .await?;
    Ok(())
}

async fn insert_address(pen: &Pen<'_>, account: AccountId, address: &NewAddress) -> Result<()> {
    let id = Uuid::now_v7();
    let text = serde_json::to_vec(&(&address.lines, &address.postcode))?;
    let keys = &pen.app.keys;
    let sealed = keys
        .seal(ADDRESS, id.as_bytes(), &text)
        .map_err(|e| Error::fault("sealing an address", e))?;
    pen.tx
        .run(
            "INSERT INTO account_address \
             (id, account_id, sealed, fingerprint, protected_since, from_on) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            [
                id.into(),
                account.into(),
                sealed.0.into(),
                fingerprint(keys, address).into(),
                address.protected.then_some(At(pen.now)).into(),
                On(day_of(pen.now)).into(),
            ],
        )
        .await?;
    Ok(())
}

/// What the same address is found by, without being readable.
fn fingerprint(keys: &Keys, address: &NewAddress) -> Vec<u8> {
    let postcode = identifiers::postcode(&address.postcode).unwrap_or_default();
    keys.fingerprint(ADDRESS, &fold(&format!("{} {postcode}", address.lines))).to_vec()
}

async fn insert_identifier(
    pen: &Pen<'_>,
    account: AccountId,
    scheme: identifiers::Scheme,
    said: &str,
) -> Result<()> {
    let (normal, problem) = match scheme.check(said) {
        Ok(normal) => (Some(normal), None),
        Err(problem) => (None, Some(problem.to_owned())),
    };
    pen.tx
        .run(
            "INSERT INTO account_identifier (id, account_id, scheme, said, normal, problem) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            [
                Uuid::now_v7().into(),
                account.into(),
                scheme.slug().into(),
                said.into(),
                normal.into(),
                problem.into(),
            ],
        )
        .await?;
    Ok(())
}

/// Says how one person is related to another, in the words of whoever said it.
pub async fn relate(pen: &Pen<'_>, of: AccountId, to: AccountId, said: &str) -> Result<()> {
    pen.tx
        .run(
            "INSERT INTO relationship (id, of_account, to_account, said, from_on) \
             VALUES ($1, $2, $3, $4, $5)",
            [Uuid::now_v7().into(), of.into(), to.into(), said.into(), On(day_of(pen.now)).into()],
        )
        .await?;
    Ok(())
}

/// Puts people into one household.
pub async fn household(pen: &Pen<'_>, members: &[AccountId]) -> Result<()> {
    let household = Uuid::now_v7();
    pen.tx.run("INSERT INTO household (id) VALUES ($1)", [household.into()]).await?;
    for member in members {
        pen.tx
            .run(
                "INSERT INTO household_member (household_id, account_id, from_on) \
                 VALUES ($1, $2, $3)",
                [household.into(), (*member).into(), On(day_of(pen.now)).into()],
            )
            .await?;
    }
    Ok(())
}

/// The account of that id. The caller has found its pathway or contact in scope.
pub async fn account(db: &impl Runs, id: AccountId) -> Result<Account> {
    db.one(&format!("{ACCOUNTS} WHERE a.id = $1"), [id.into()]).await?.ok_or(Error::NotFound)
}

/// Where somebody lives: street and town, and the postcode.
pub type Place = (String, String);

/// An address as it may be shown: a protected one only to whoever holds a decision.
#[derive(Clone)]
pub enum ShownAddress {
    At(Place),
    Protected(Protected<Place>),
}

impl std::fmt::Debug for ShownAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::At(_) => "an address",
            Self::Protected(_) => "a protected address",
        })
    }
}

/// The addresses of an account. An address that is protected for one account of a person is
/// protected for all of them: whoever must not find it may read the other one.
pub async fn addresses(
    db: &impl Runs,
    keys: &Keys,
    account: AccountId,
) -> Result<Vec<ShownAddress>> {
    #[derive(Row)]
    struct AddressRow {
        id: Uuid,
        sealed: Vec<u8>,
        protected_since: Option<At>,
    }
    let rows: Vec<AddressRow> = db
        .all(
            "SELECT a.id, a.sealed, (SELECT min(o.protected_since) FROM account_address o \
               JOIN account_link l ON l.account_id = o.account_id AND l.unlinked_at IS NULL \
               JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
               WHERE m.account_id = $1 AND o.fingerprint = a.fingerprint \
               AND o.until_on IS NULL) AS protected_since \
             FROM account_address a WHERE a.account_id = $1 AND a.until_on IS NULL ORDER BY a.id",
            [account.into()],
        )
        .await?;
    rows.into_iter()
        .map(|row| {
            let sealed = Sealed(row.sealed);
            let fault = |e| Error::fault("unsealing an address", e);
            if row.protected_since.is_some() {
                return Protected::unseal(keys, ADDRESS, row.id.as_bytes(), &sealed)
                    .map(ShownAddress::Protected)
                    .map_err(fault);
            }
            let text = keys.unseal(ADDRESS, row.id.as_bytes(), &sealed).map_err(fault)?;
            Ok(ShownAddress::At(serde_json::from_slice(&text)?))
        })
        .collect()
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
    }
    let rows: Vec<AddendumRow> = db
        .all(
            "SELECT d.id, d.sealed, d.at, s.name AS by FROM account_addendum d \
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
            Ok(Addendum { said, at: row.at, by: row.by })
        })
        .collect()
}

/// Somebody related to an account, in the words of whoever said it.
#[derive(Debug, Clone, Row)]
pub struct Relation {
    pub said: String,
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
            "SELECT r.said, p.reference AS person, n.given, n.family, a.expected_on, \
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
