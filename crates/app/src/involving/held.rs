//! What was asked about somebody, and what whoever asked was told: part of what is held about them.

use platform::{
    db::{At, Row, Runs, sea_orm},
    seal::Keys,
};
use uuid::Uuid;

use super::{
    answering::Answer,
    asking::{ANSWER, Asked, SAID},
    unsealed,
};
use crate::{
    error::Result,
    ids::{AccountId, StaffId},
    people::{
        hidden,
        store::{places, values},
    },
};

/// One asking about somebody.
pub struct AskedAbout {
    pub reference: String,
    pub at: At,
    pub by_id: StaffId,
    pub by: String,
    pub works_at: String,
    /// Why they asked.
    pub why: String,
    /// What they were told.
    pub told: Option<String>,
    /// Whether they may have meant somebody else: what was said then may be of that one.
    pub may_be_of_another: bool,
}

/// What was asked about those whom these accounts are of, the earliest first; but for what may be of
/// somebody who is hidden from the reader.
///
/// # Errors
/// When the database does, or what is sealed can't be opened.
pub async fn of_accounts(
    db: &impl Runs,
    keys: &Keys,
    reader: Uuid,
    accounts: &[AccountId],
) -> Result<Vec<AskedAbout>> {
    #[derive(Row)]
    struct Stored {
        id: Uuid,
        reference: String,
        asked_at: At,
        staff_id: StaffId,
        name: String,
        works_at: String,
        sealed: Vec<u8>,
        sealed_answer: Option<Vec<u8>>,
        may_be_of_another: bool,
    }
    let text = format!(
        "SELECT a.id, a.reference, a.asked_at, a.staff_id, s.name, \
         COALESCE(t.name, g.name) AS works_at, a.sealed, a.sealed_answer, EXISTS \
         (SELECT 1 FROM asking_account o WHERE o.asking_id = a.id AND o.account_id NOT IN ({0})) \
         AS may_be_of_another FROM asking a \
         JOIN staff s ON s.id = a.staff_id JOIN agency g ON g.id = s.agency_id \
         LEFT JOIN setting t ON t.id = s.setting_id WHERE a.id IN \
         (SELECT y.asking_id FROM asking_account y WHERE y.account_id IN ({0})) \
         AND NOT EXISTS (SELECT 1 FROM asking_account h WHERE h.asking_id = a.id \
         AND h.account_id IN ({1})) ORDER BY a.asked_at, a.id",
        places(accounts, 2),
        hidden::accounts(1)
    );
    let values = std::iter::once(reader.into()).chain(values(accounts));
    let all: Vec<Stored> = db.all(&text, values.collect::<Vec<_>>()).await?;
    let asked = all.into_iter().map(|one| {
        let asked: Asked = unsealed(keys, SAID, one.id, one.sealed)?;
        let answer = one.sealed_answer.map(|sealed| unsealed(keys, ANSWER, one.id, sealed));
        let answer: Option<Answer> = answer.transpose()?;
        Ok(AskedAbout {
            reference: one.reference,
            at: one.asked_at,
            by_id: one.staff_id,
            by: one.name,
            works_at: one.works_at,
            why: asked.why,
            told: answer.map(|answer| answer.says().to_owned()),
            may_be_of_another: one.may_be_of_another,
        })
    });
    asked.collect()
}
