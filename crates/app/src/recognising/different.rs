//! That two people are different: said by somebody in the hub with a reason, remembered of every
//! account of both, and taken back by somebody who sees both. As long as it stands they are not
//! offered as the same person, and can't be linked.

use platform::{
    db::{At, Row, Runs, Table, sea_orm},
    seal::Sealed,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    access::{Action, Scope},
    doors::{Change, Glass, Pen},
    error::{Error, Result},
    ids::{AccountId, reference},
    limits::{REASON, filled},
    people::{
        child,
        store::{Account, places, values},
    },
};

/// What the reason is sealed for, in the key's derivation.
const WHY: &str = "different-people";

const TABLE: Table<5> =
    Table::new("different_people", ["id", "reference", "sealed", "said_at", "said_by"]);
const PAIR: Table<3> = Table::new("different_pair", ["one_id", "other_id", "different_id"]);

/// The accounts of whom it stands that they are of other people than these, as the text of a query.
pub(super) fn from(these: &str) -> String {
    format!(
        "SELECT y.other_id FROM different_pair y JOIN different_people x ON x.id = y.different_id \
         AND x.taken_back_at IS NULL WHERE y.one_id IN ({these})"
    )
}

/// Says that two are different people.
#[derive(Debug, Serialize)]
pub struct SayDifferent {
    /// The reference of one of them.
    pub person: String,
    /// The reference of the other.
    pub other: String,
    /// The references of an account of each that the asker saw.
    pub accounts: [String; 2],
    /// Why they are not the same.
    pub reason: String,
}

impl Change for SayDifferent {
    type Made = ();
    const WHAT: &'static str = "people:different";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        filled(&self.reason, REASON, "Enter why these are different people")?;
        let ones = child::accounts(pen.tx, &pen.scope, &self.person).await?;
        let others = child::accounts(pen.tx, &pen.scope, &self.other).await?;
        if ones.is_empty() || others.is_empty() || self.person == self.other {
            return Err(Error::NotFound);
        }
        let [one, other] = &self.accounts;
        let has = |accounts: &[Account], seen: &str| accounts.iter().any(|a| a.reference == seen);
        if !has(&ones, one) || !has(&others, other) {
            return Err(Error::Stale);
        }
        let ids = |accounts: &[Account]| accounts.iter().map(|a| a.id).collect::<Vec<_>>();
        let (ones, others) = (ids(&ones), ids(&others));
        if stands_between(pen.tx, &ones, &others).await? {
            return Err(Error::refusal("It was said already that these are different people"));
        }
        let said = remember(pen, &ones, &others, &self.reason).await?;
        let subjects: Vec<_> = ones.iter().chain(&others).map(|id| id.0).collect();
        pen.journal(Self::WHAT, &[&[said][..], &subjects].concat(), &serde_json::to_vec(&self)?)
            .await?;
        Ok(())
    }
}

/// Remembers that all of these accounts are of other people than those.
///
/// # Errors
/// When the database does.
pub async fn remember(
    pen: &Pen<'_>,
    ones: &[AccountId],
    others: &[AccountId],
    reason: &str,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let by = pen.actor.staff().ok_or(Error::SignedOut)?;
    let sealed = pen
        .app
        .keys
        .seal(WHY, id.as_bytes(), reason.trim().as_bytes())
        .map_err(|e| Error::fault("sealing why two are different", e))?;
    let row = [id.into(), reference().into(), sealed.0.into(), At(pen.now).into(), by.into()];
    pen.tx.insert(&TABLE, row).await?;
    let pairs = ones.iter().flat_map(|one| others.iter().map(move |other| (*one, *other)));
    let rows = pairs.flat_map(|(one, other)| {
        [[one.into(), other.into(), id.into()], [other.into(), one.into(), id.into()]]
    });
    pen.tx.insert_all(&PAIR, rows.collect()).await?;
    Ok(id)
}

/// Refuses to link those of whom it stands that they are different people.
///
/// # Errors
/// A refusal; or when the database does not answer.
pub async fn refuse_to_link(db: &impl Runs, ones: &[Account], others: &[Account]) -> Result<()> {
    let ids = |accounts: &[Account]| accounts.iter().map(|a| a.id).collect::<Vec<_>>();
    if stands_between(db, &ids(ones), &ids(others)).await? {
        return Err(Error::refusal(
            "Somebody said that these are different people. Read why on the page of either, and \
             take it back there if it is wrong",
        ));
    }
    Ok(())
}

async fn stands_between(db: &impl Runs, ones: &[AccountId], others: &[AccountId]) -> Result<bool> {
    #[derive(Row)]
    struct Standing {
        rows: i64,
    }
    let text = format!(
        "SELECT count(*) AS rows FROM ({}) k WHERE k.other_id IN ({})",
        from(&places(ones, 1)),
        places(others, ones.len() + 1)
    );
    let both = values(&[ones, others].concat());
    let standing: Option<Standing> = db.one(&text, both).await?;
    Ok(standing.is_some_and(|standing| standing.rows > 0))
}

/// That somebody is said not to be another.
#[derive(Debug, Clone)]
pub struct Different {
    /// Its reference.
    pub reference: String,
    /// What is said of the other, as far as the asker may see it.
    pub other: Vec<Account>,
    pub why: String,
    pub by: String,
    pub at: At,
}

/// Of whom it stands that they are not the person of these accounts, the latest first.
///
/// # Errors
/// When the database does, or a reason can't be unsealed.
pub async fn standing(glass: &Glass<'_>, accounts: &[Account]) -> Result<Vec<Different>> {
    #[derive(Row)]
    struct Said {
        id: Uuid,
        reference: String,
        sealed: Vec<u8>,
        said_at: At,
        by: String,
        person: String,
    }
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
    let text = format!(
        "SELECT DISTINCT x.id, x.reference, x.sealed, x.said_at, s.name AS by, \
         p.reference AS person FROM different_pair y \
         JOIN different_people x ON x.id = y.different_id AND x.taken_back_at IS NULL \
         JOIN staff s ON s.id = x.said_by \
         JOIN account_link l ON l.account_id = y.other_id AND l.unlinked_at IS NULL \
         JOIN person p ON p.id = l.person_id \
         WHERE y.one_id IN ({}) ORDER BY x.said_at DESC, x.id DESC",
        places(&ids, 1)
    );
    let said: Vec<Said> = glass.db.all(&text, values(&ids)).await?;
    let mut standing = Vec::new();
    for Said { id, reference, sealed, said_at, by, person } in said {
        // Of whoever is hidden from the asker nothing tells that they are there.
        let other = child::accounts(&glass.db, &glass.scope, &person).await?;
        if other.is_empty() {
            continue;
        }
        let why = glass
            .app
            .keys
            .unseal(WHY, id.as_bytes(), &Sealed(sealed))
            .map_err(|e| Error::fault("unsealing why two are different", e))?;
        let why = String::from_utf8_lossy(&why).into_owned();
        standing.push(Different { reference, other, why, by, at: said_at });
    }
    Ok(standing)
}

/// Takes back that two are different people.
#[derive(Debug, Serialize)]
pub struct TakeBack {
    /// The reference of one of them.
    pub person: String,
    /// The reference of what was said.
    pub different: String,
    /// Why it was wrong.
    pub reason: String,
}

impl Change for TakeBack {
    type Made = ();
    const WHAT: &'static str = "people:different-taken-back";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        filled(&self.reason, REASON, "Enter why that was wrong")?;
        let (id, subjects) = seen_whole(pen.tx, &pen.scope, &self).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        pen.tx
            .run(
                "UPDATE different_people SET taken_back_at = $1, taken_back_by = $2 WHERE id = $3",
                [At(pen.now).into(), by.into(), id.into()],
            )
            .await?;
        let subjects = [&[id][..], &subjects].concat();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

/// What was said, for whoever sees the person and somebody of whom it was said.
async fn seen_whole(db: &impl Runs, scope: &Scope, back: &TakeBack) -> Result<(Uuid, Vec<Uuid>)> {
    #[derive(Row)]
    struct Said {
        id: Uuid,
        other: String,
    }
    let accounts = child::accounts(db, scope, &back.person).await?;
    if accounts.is_empty() {
        return Err(Error::NotFound);
    }
    let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
    let text = format!(
        "SELECT DISTINCT x.id, p.reference AS other FROM different_pair y \
         JOIN different_people x ON x.id = y.different_id AND x.taken_back_at IS NULL \
         JOIN account_link l ON l.account_id = y.other_id AND l.unlinked_at IS NULL \
         JOIN person p ON p.id = l.person_id WHERE x.reference = $1 AND y.one_id IN ({})",
        places(&ids, 2)
    );
    let reference = std::iter::once(back.different.clone().into());
    let said: Vec<Said> = db.all(&text, reference.chain(values(&ids)).collect::<Vec<_>>()).await?;
    for Said { id, other } in said {
        let others = child::accounts(db, scope, &other).await?;
        if !others.is_empty() {
            let subjects = accounts.iter().chain(&others).map(|account| account.id.0).collect();
            return Ok((id, subjects));
        }
    }
    Err(Error::Stale)
}
