//! The tables of people: accounts with their names, addresses and identifiers, the persons that
//! join them, households and relationships. How an account is written down stands in `rows`.

use platform::{
    db::{At, On, Row, Runs, fold, sea_orm},
    seal::{Keys, Protected, Sealed},
};
use uuid::Uuid;

use super::rows::{ADDRESS, FIRST, LINK, PERSON, link_row};
use crate::{
    doors::{Glass, Pen},
    error::{Error, Result},
    ids::{AccountId, PersonId, StaffId, reference},
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

async fn new_person(pen: &Pen<'_>, account: AccountId) -> Result<()> {
    let person = PersonId::new();
    pen.tx.insert(&PERSON, [person.into(), reference().into()]).await?;
    link(pen, account, person, FIRST).await
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
    Ok(pen.tx.insert(&LINK, row).await?)
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

impl ShownAddress {
    /// Whether a text speaks of this address although it must be kept secret: its street or its
    /// postcode stands in it.
    pub fn is_betrayed_by(&self, text: &str) -> bool {
        let packed = |text: &str| fold(text).replace(' ', "");
        let text = packed(text);
        let holds = |part: &str| {
            let part = packed(part);
            part.chars().count() >= 5 && text.contains(&part)
        };
        match self {
            Self::At(_) => false,
            Self::Protected(place) => place.answers(|(lines, postcode)| {
                holds(postcode) || holds(lines.split(',').next().unwrap_or_default())
            }),
        }
    }
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

/// Whether an address of an account must be kept secret.
pub async fn is_protected(glass: &Glass<'_>, account: AccountId) -> Result<bool> {
    let addresses = addresses(&glass.db, &glass.app.keys, account).await?;
    Ok(addresses.iter().any(|a| matches!(a, ShownAddress::Protected(_))))
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
