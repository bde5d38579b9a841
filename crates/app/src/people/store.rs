//! The tables of people: accounts with their names, addresses and identifiers, the persons that
//! join them, households and relationships. How an account is written down stands in `rows`.

use platform::{
    db::{At, On, Row, Runs, sea_orm},
    seal::Keys,
};
use uuid::Uuid;

use super::rows::{ADDRESS, FIRST, LINK, PERSON, link_row};
use crate::{
    doors::Pen,
    error::{Error, Result},
    ids::{AccountId, PersonId, reference},
};

/// An account with the name that it goes by.
#[derive(Debug, Clone, Row)]
pub struct Account {
    pub id: AccountId,
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
pub(super) const ACCOUNTS: &str = "SELECT a.id, l.person_id, p.reference AS person, \
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

/// An address as it may be shown: a protected one only as the fact that it is.
#[derive(Debug, Clone)]
pub enum ShownAddress {
    /// Where.
    At { lines: String, postcode: String },
    /// It is kept from this page.
    Protected,
}

/// The addresses of an account. A protected one is not opened here: that takes a reveal.
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
            "SELECT id, sealed, protected_since FROM account_address \
             WHERE account_id = $1 AND until_on IS NULL ORDER BY id",
            [account.into()],
        )
        .await?;
    rows.into_iter()
        .map(|row| {
            if row.protected_since.is_some() {
                return Ok(ShownAddress::Protected);
            }
            let text = keys
                .unseal(ADDRESS, row.id.as_bytes(), &platform::seal::Sealed(row.sealed))
                .map_err(|e| Error::fault("unsealing an address", e))?;
            let (lines, postcode) = serde_json::from_slice(&text)?;
            Ok(ShownAddress::At { lines, postcode })
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

/// Somebody related to an account, in the words of whoever said it.
#[derive(Debug, Clone, Row)]
pub struct Relation {
    pub said: String,
    pub person: String,
    pub given: String,
    pub family: String,
}

/// Everybody whom this account names as related.
pub async fn relations(db: &impl Runs, account: AccountId) -> Result<Vec<Relation>> {
    Ok(db
        .all(
            "SELECT r.said, p.reference AS person, n.given, n.family FROM relationship r \
             JOIN account_name n ON n.account_id = r.to_account AND n.kind = 'called' \
             JOIN account_link l ON l.account_id = r.to_account AND l.unlinked_at IS NULL \
             JOIN person p ON p.id = l.person_id \
             WHERE r.of_account = $1 AND r.until_on IS NULL ORDER BY r.id",
            [account.into()],
        )
        .await?)
}
