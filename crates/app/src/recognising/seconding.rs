//! Four eyes: where something is open about both, what one person takes for one child is linked by another.
//! What was asked for waits where pairs wait, for whoever sees both, and is never linked by whoever asked.

use platform::{
    db::{At, Row, Runs, Table, sea_orm},
    seal::Sealed,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Action,
    doors::{Change, Glass, Pen},
    error::{Error, Result},
    ids::{AccountId, StaffId, reference},
    limits::{REASON, filled},
    people::{
        child,
        links::{self, LinkPeople},
        store::{Account, places, values},
    },
};

/// What the reason is sealed for, in the key's derivation.
const WHY: &str = "link-asked";

const TABLE: Table<7> = Table::new(
    "link_asked",
    ["id", "reference", "from_account", "to_account", "sealed", "asked_at", "asked_by"],
);

/// What came of linking two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Came {
    /// They are linked: the person's reference.
    Linked(String),
    /// Something is open about both, and somebody else must agree.
    Waits,
}

impl Change for LinkPeople {
    type Made = Came;
    const WHAT: &'static str = "people:link";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.account.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<Came> {
        let (from, to) = self.sides(pen).await?;
        let (ones, others) = (ids(&from), ids(&to));
        if !(is_open(pen.tx, &ones).await? && is_open(pen.tx, &others).await?) {
            return links::join(pen, Self::WHAT, &self, &from, &to).await.map(Came::Linked);
        }
        if !between(pen.tx, &ones, &others).await?.is_empty() {
            let say = "Somebody asked for this already. Load the page again";
            return Err(Error::refusal(say));
        }
        let (Some(one), Some(other)) = (ones.first(), others.first()) else {
            return Err(Error::NotFound);
        };
        let id = Uuid::now_v7();
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let sealed = pen
            .app
            .keys
            .seal(WHY, id.as_bytes(), self.reason.trim().as_bytes())
            .map_err(|e| Error::fault("sealing why two are to be linked", e))?;
        let subjects: Vec<_> = ones.iter().chain(&others).map(|id| id.0).collect();
        let subjects = [&[id][..], &subjects].concat();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        let row = [
            id.into(),
            reference().into(),
            (*one).into(),
            (*other).into(),
            sealed.0.into(),
            At(pen.now).into(),
            by.into(),
        ];
        pen.tx.insert(&TABLE, row).await?;
        Ok(Came::Waits)
    }
}

fn ids(accounts: &[Account]) -> Vec<AccountId> {
    accounts.iter().map(|account| account.id).collect()
}

/// Whether something is open about these accounts. What the asker does not see is not among them: that it must
/// wait would tell of it.
async fn is_open(db: &impl Runs, accounts: &[AccountId]) -> Result<bool> {
    #[derive(Row)]
    struct Open {
        pathways: i64,
    }
    let text = format!(
        "SELECT count(*) AS pathways FROM pathway WHERE ended_at IS NULL AND account_id IN ({})",
        places(accounts, 1)
    );
    let open: Option<Open> = db.one(&text, values(accounts)).await?;
    Ok(open.is_some_and(|open| open.pathways > 0))
}

#[derive(Row)]
struct AskedRow {
    id: Uuid,
    reference: String,
    sealed: Vec<u8>,
    asked_at: At,
    asked_by: StaffId,
    by: String,
    from_person: String,
    to_person: String,
}

/// What every reading of what was asked for begins with: of whom, as they are linked now.
const ASKED: &str = "SELECT x.id, x.reference, x.sealed, x.asked_at, x.asked_by, s.name AS by, \
    p.reference AS from_person, q.reference AS to_person FROM link_asked x \
    JOIN staff s ON s.id = x.asked_by \
    JOIN account_link l ON l.account_id = x.from_account AND l.unlinked_at IS NULL \
    JOIN person p ON p.id = l.person_id \
    JOIN account_link m ON m.account_id = x.to_account AND m.unlinked_at IS NULL \
    JOIN person q ON q.id = m.person_id WHERE x.ended_at IS NULL";

/// What was asked for between the people of these accounts, either way round.
async fn between(
    db: &impl Runs,
    ones: &[AccountId],
    others: &[AccountId],
) -> Result<Vec<AskedRow>> {
    let (a, b) = (places(ones, 1), places(others, ones.len() + 1));
    let text = format!(
        "{ASKED} AND ((x.from_account IN ({a}) AND x.to_account IN ({b})) \
         OR (x.from_account IN ({b}) AND x.to_account IN ({a}))) ORDER BY x.asked_at, x.id"
    );
    Ok(db.all(&text, values(&[ones, others].concat())).await?)
}

/// That somebody asked for two to be linked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub reference: String,
    pub why: String,
    pub by: String,
    pub at: At,
    /// Whether whoever looks asked for it themselves.
    pub is_own: bool,
    /// What is said of the two, as far as the asker may see it.
    pub from: Vec<Account>,
    pub to: Vec<Account>,
}

/// What waits for a second person between these two.
///
/// # Errors
/// When the database does, or a reason can't be unsealed.
pub async fn standing(
    glass: &Glass<'_>,
    one: &[Account],
    other: &[Account],
) -> Result<Option<Asked>> {
    let rows = between(&glass.db, &ids(one), &ids(other)).await?;
    Ok(seen(glass, rows).await?.into_iter().next())
}

/// All that waits for a second person, the longest first.
///
/// # Errors
/// As [`standing`].
pub async fn all(glass: &Glass<'_>) -> Result<Vec<Asked>> {
    let text = format!("{ASKED} ORDER BY x.asked_at, x.id LIMIT 50");
    let rows = glass.db.all(&text, []).await?;
    seen(glass, rows).await
}

/// Of those whom the asker sees both.
async fn seen(glass: &Glass<'_>, rows: Vec<AskedRow>) -> Result<Vec<Asked>> {
    let mut asked = Vec::new();
    for row in rows {
        let from = child::accounts(&glass.db, &glass.scope, &row.from_person).await?;
        let to = child::accounts(&glass.db, &glass.scope, &row.to_person).await?;
        // Who was linked since in another way is asked about no more.
        if from.is_empty() || to.is_empty() || row.from_person == row.to_person {
            continue;
        }
        let why = glass
            .app
            .keys
            .unseal(WHY, row.id.as_bytes(), &Sealed(row.sealed))
            .map_err(|e| Error::fault("unsealing why two are to be linked", e))?;
        asked.push(Asked {
            reference: row.reference,
            why: String::from_utf8_lossy(&why).into_owned(),
            by: row.by,
            at: row.asked_at,
            is_own: glass.scope.staff() == Some(row.asked_by),
            from,
            to,
        });
    }
    Ok(asked)
}

/// What a second person says, or the first once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// They are one: they are linked.
    Agree,
    /// They are not linked. That they are different is not said by it.
    Refuse,
}

/// Settles what was asked for.
#[derive(Debug, Serialize)]
pub struct Settle {
    /// The reference of one of them, as it was seen.
    pub person: String,
    /// The reference of the other.
    pub other: String,
    /// The reference of what was asked for.
    pub asked: String,
    pub word: Word,
    /// Why, in the words of whoever settles it.
    pub reason: String,
}

impl Change for Settle {
    /// The person's reference, where they are linked.
    type Made = Option<String>;
    const WHAT: &'static str = "people:settle-link";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<Option<String>> {
        filled(&self.reason, REASON, "Enter what you looked at, and what it told you")?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let one = child::accounts(pen.tx, &pen.scope, &self.person).await?;
        let other = child::accounts(pen.tx, &pen.scope, &self.other).await?;
        if one.is_empty() || other.is_empty() {
            return Err(Error::NotFound);
        }
        let rows = between(pen.tx, &ids(&one), &ids(&other)).await?;
        let row = rows.into_iter().find(|row| row.reference == self.asked).ok_or(Error::Stale)?;
        if self.word == Word::Agree && row.asked_by == by {
            return Err(Error::refusal("Somebody else must agree: you asked for it yourself"));
        }
        let outcome = match (self.word, row.asked_by == by) {
            (Word::Agree, _) => "linked",
            (Word::Refuse, true) => "withdrawn",
            (Word::Refuse, false) => "refused",
        };
        let text = "UPDATE link_asked SET ended_at = $1, ended_by = $2, outcome = $3 WHERE id = $4";
        pen.tx.run(text, [At(pen.now).into(), by.into(), outcome.into(), row.id.into()]).await?;
        if self.word == Word::Refuse {
            let subjects: Vec<_> = one.iter().chain(&other).map(|account| account.id.0).collect();
            let subjects = [&[row.id][..], &subjects].concat();
            pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
            return Ok(None);
        }
        let from = if row.from_person == self.person { &one } else { &other };
        let link = LinkPeople {
            from: row.from_person,
            account: from.first().map_or_else(String::new, |account| account.reference.clone()),
            to: row.to_person,
            reason: self.reason.clone(),
        };
        let (from, to) = link.sides(pen).await?;
        links::join(pen, Self::WHAT, &link, &from, &to).await.map(Some)
    }
}
