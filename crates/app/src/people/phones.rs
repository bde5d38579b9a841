//! Telephone numbers of people, and what each is safe for. A number that must not be used is kept
//! like an address that must be kept secret: for every account of the person, and for good.

use platform::{
    db::{Row, Runs, sea_orm},
    seal::Keys,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    rows::TELEPHONE,
    shown::{Shown, shown},
    span::{Span, SpanSeen},
    store::{Later, places, values},
};
use crate::{error::Result, ids::AccountId};

/// What a number is safe for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SafeFor {
    /// Ringing, and leaving a message.
    Messages,
    /// Ringing, without leaving a message.
    Ringing,
    /// Nothing: it must not be used.
    Nothing,
    /// Nobody has said.
    NotKnown,
}

impl SafeFor {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Messages, Self::Ringing, Self::Nothing, Self::NotKnown];

    /// The name that is stored, and that the questionnaire answers with. Never changed.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Messages => "message",
            Self::Ringing => "ring",
            Self::Nothing => "not",
            Self::NotKnown => "not-known",
        }
    }

    /// What people read beside the number.
    pub fn title(self) -> &'static str {
        match self {
            Self::Messages => "Safe to ring and to leave a message",
            Self::Ringing => "Safe to ring, but do not leave a message",
            Self::Nothing => "Do not use this number",
            Self::NotKnown => "Nobody has said whether it is safe to ring",
        }
    }

    /// What that name says; not known, where it says nothing.
    pub fn of_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|safe| safe.slug() == slug).unwrap_or(Self::NotKnown)
    }
}

/// A telephone number, before it is on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPhone {
    pub number: String,
    pub safe_for: SafeFor,
    /// It must be kept secret whatever it is safe for: it can betray where somebody lives.
    pub secret: bool,
    pub span: Span,
}

impl NewPhone {
    /// Whether it is kept from every page but the one that asks what for.
    pub fn is_protected(&self) -> bool {
        self.secret || self.safe_for == SafeFor::Nothing
    }
}

/// A number as it may be shown.
pub type ShownPhone = Shown<String>;

/// A telephone number of an account.
#[derive(Debug, Clone)]
pub struct PhoneSeen {
    /// The account by which it was asked for.
    pub of: AccountId,
    pub number: ShownPhone,
    pub safe_for: SafeFor,
    pub span: SpanSeen,
    pub later: Later,
}

impl PhoneSeen {
    /// The number; of one that is protected, only that.
    pub fn words(&self) -> String {
        match &self.number {
            Shown::At(number) => number.clone(),
            Shown::Protected(_) => "Protected number".to_owned(),
        }
    }
}

/// The digits of a number as it is dialled in this country, by which the same number is known.
pub fn digits(number: &str) -> String {
    let plus = number.trim_start().starts_with('+');
    let digits: String = number.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("44").filter(|_| plus).or(digits.strip_prefix("0044")) {
        Some(national) => format!("0{national}"),
        None => digits,
    }
}

#[derive(Row)]
struct PhoneRow {
    whose: Uuid,
    id: Uuid,
    sealed: Vec<u8>,
    safe_for: String,
    is_protected: bool,
    #[sea_orm(nested)]
    span: SpanSeen,
    #[sea_orm(nested)]
    later: Later,
}

/// What every reading of numbers begins with, but for whose they are.
const PHONES: &str = "f.id, f.sealed, f.safe_for, f.from_on, f.from_said, f.until_on, \
    f.until_said, f.said_at, s.name AS said_by, EXISTS (SELECT 1 FROM account_phone o \
      JOIN account_link l ON l.account_id = o.account_id AND l.unlinked_at IS NULL \
      JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
      WHERE m.account_id = f.account_id AND o.fingerprint = f.fingerprint \
      AND o.protected_since IS NOT NULL) AS is_protected \
    FROM account_phone f LEFT JOIN staff s ON s.id = f.said_by";

fn seen(keys: &Keys, row: PhoneRow) -> Result<PhoneSeen> {
    Ok(PhoneSeen {
        of: AccountId(row.whose),
        number: shown(keys, TELEPHONE, row.id, row.sealed, row.is_protected)?,
        safe_for: SafeFor::of_slug(&row.safe_for),
        span: row.span,
        later: row.later,
    })
}

/// The numbers of an account, those that are no longer so too.
pub async fn phones(db: &impl Runs, keys: &Keys, account: AccountId) -> Result<Vec<PhoneSeen>> {
    let text =
        format!("SELECT f.account_id AS whose, {PHONES} WHERE f.account_id = $1 ORDER BY f.id");
    let rows: Vec<PhoneRow> = db.all(&text, [account.into()]).await?;
    rows.into_iter().map(|row| seen(keys, row)).collect()
}

/// The numbers of each of these accounts; there is at least one.
pub(crate) async fn of_accounts(
    db: &impl Runs,
    keys: &Keys,
    accounts: &[AccountId],
) -> Result<Vec<PhoneSeen>> {
    let text = format!(
        "SELECT f.account_id AS whose, {PHONES} WHERE f.account_id IN ({}) ORDER BY f.id",
        places(accounts, 1)
    );
    let rows: Vec<PhoneRow> = db.all(&text, values(accounts)).await?;
    rows.into_iter().map(|row| seen(keys, row)).collect()
}

/// The numbers of everybody whom an account names as related: as the same agency says, or, for
/// whoever may see everything, as anybody says of the same person.
pub async fn of_relations(
    db: &impl Runs,
    keys: &Keys,
    account: AccountId,
    sees_all: bool,
) -> Result<Vec<PhoneSeen>> {
    let text = format!(
        "SELECT r.to_account AS whose, {PHONES} \
         JOIN account_link p ON p.account_id = f.account_id AND p.unlinked_at IS NULL \
         JOIN account_link q ON q.person_id = p.person_id AND q.unlinked_at IS NULL \
         JOIN relationship r ON r.to_account = q.account_id \
         WHERE r.of_account = $1 AND r.until_on IS NULL AND ($2 OR f.account_id = r.to_account) \
         ORDER BY f.id"
    );
    let rows: Vec<PhoneRow> = db.all(&text, [account.into(), sees_all.into()]).await?;
    rows.into_iter().map(|row| seen(keys, row)).collect()
}

/// Every number that anybody has given of an account's person.
pub async fn of_person(db: &impl Runs, keys: &Keys, account: AccountId) -> Result<Vec<PhoneSeen>> {
    let text = format!(
        "SELECT f.account_id AS whose, {PHONES} \
         JOIN account_link p ON p.account_id = f.account_id AND p.unlinked_at IS NULL \
         JOIN account_link q ON q.person_id = p.person_id AND q.unlinked_at IS NULL \
         WHERE q.account_id = $1 ORDER BY f.id"
    );
    let rows: Vec<PhoneRow> = db.all(&text, [account.into()]).await?;
    rows.into_iter().map(|row| seen(keys, row)).collect()
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn the_same_number_is_known_however_it_is_written() {
        for said in ["01632 960 199", "+44 1632 960199", "+44 (0)1632 960 199", "00441632960199"] {
            assert_eq!(digits(said), "01632960199", "{said}");
        }
        assert_ne!(digits("01632 960 198"), digits("01632 960 199"));
    }
}
