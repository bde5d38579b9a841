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
    people::store::{places, values},
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
}

/// What was asked about those whom these accounts are of, the earliest first.
///
/// # Errors
/// When the database does, or what is sealed can't be opened.
pub async fn of_accounts(
    db: &impl Runs,
    keys: &Keys,
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
    }
    let text = format!(
        "SELECT a.id, a.reference, a.asked_at, a.staff_id, s.name, \
         COALESCE(t.name, g.name) AS works_at, a.sealed, a.sealed_answer FROM asking a \
         JOIN staff s ON s.id = a.staff_id JOIN agency g ON g.id = s.agency_id \
         LEFT JOIN setting t ON t.id = s.setting_id WHERE a.id IN \
         (SELECT y.asking_id FROM asking_account y WHERE y.account_id IN ({})) \
         ORDER BY a.asked_at, a.id",
        places(accounts, 1)
    );
    let all: Vec<Stored> = db.all(&text, values(accounts)).await?;
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
        })
    });
    asked.collect()
}
