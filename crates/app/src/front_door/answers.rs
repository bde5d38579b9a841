//! The answer to the requester: what was decided, why, whom to talk to and what to do meanwhile,
//! as fully as is safe. A reason never names anybody else on the request.

use platform::db::{Row, Runs, fold, sea_orm};
use practice::processes::request_for_support::{Event, Feedback};
use serde::Serialize;

use super::{contacts, decisions::current, screening::happen};
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    ids::AccountId,
    pathways::{Pathway, Words},
    sharing,
};

/// An answer about one child.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the decider was looking at.
    pub revision: i64,
    pub feedback: Feedback,
    /// Why it was decided so, in words for the requester; for nothing, why nothing is told.
    pub reason: String,
    /// Whom to talk to.
    pub contact_person: String,
    /// What to do meanwhile.
    pub meanwhile: String,
}

impl Change for Answer {
    type Made = ();
    const WHAT: &'static str = "front-door:answer";
    const ACTION: Action = Action::Answer;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let pathway = current(pen, &self.pathway, self.revision).await?;
        if self.reason.trim().is_empty() {
            return Err(Error::refusal(match self.feedback {
                Feedback::Nothing => "Enter why the requester is told nothing",
                Feedback::Full | Feedback::Limited => "Enter the reason in words for the requester",
            }));
        }
        if self.feedback != Feedback::Nothing {
            let text = format!("{} {} {}", self.reason, self.contact_person, self.meanwhile);
            names_nobody_else(pen, &pathway, &text).await?;
        }
        let feedback = self.feedback;
        let words = [
            ("reason", self.reason),
            ("contact_person", self.contact_person),
            ("meanwhile", self.meanwhile),
        ];
        let words: Words = words.map(|(name, said)| (name.to_owned(), said)).into();
        happen(pen, &pathway, Event::Answered(feedback), words).await?;
        let contact = contacts::of(pen.tx, pathway.contact_id).await?;
        match contact.requested_by {
            Some(requester) if feedback != Feedback::Nothing => {
                sharing::notify(pen, requester, sharing::Kind::Answered, contact.id).await
            }
            _ => Ok(()),
        }
    }
}

/// Refuses a text that names another child or adult of the same request: the answer about one
/// child may be read by people who know nothing of the others.
async fn names_nobody_else(pen: &Pen<'_>, pathway: &Pathway, text: &str) -> Result<()> {
    let said = phrase(text);
    for other in others(pen, pathway).await? {
        let own = [phrase(&other.own_given), phrase(&other.own_family)];
        for name in [&other.given, &other.family] {
            let phrase = phrase(name);
            if !phrase.trim().is_empty() && said.contains(&phrase) && !own.contains(&phrase) {
                return Err(Error::refusal(format!(
                    "Your words name {name}. Write the answer so that it speaks of this child only"
                )));
            }
        }
    }
    Ok(())
}

/// Words by themselves, so that `Bea’s` is found to name Bea, and `beach` is not.
fn phrase(text: &str) -> String {
    format!(" {} ", fold(&text.replace(['\'', '’'], " ")))
}

#[derive(Row)]
struct Other {
    given: String,
    family: String,
    own_given: String,
    own_family: String,
}

/// Everybody related to the child, and every other child of the contact.
async fn others(pen: &Pen<'_>, pathway: &Pathway) -> Result<Vec<Other>> {
    let own: AccountId = pathway.account_id;
    Ok(pen
        .tx
        .all(
            "SELECT n.given, n.family, o.given AS own_given, o.family AS own_family \
             FROM account_name n \
             JOIN account_name o ON o.account_id = $1 AND o.kind = 'called' \
             WHERE n.account_id <> $1 AND n.account_id IN ( \
               SELECT account_id FROM pathway WHERE contact_id = $2 \
               UNION SELECT to_account FROM relationship WHERE of_account = $1)",
            [own.into(), pathway.contact_id.into()],
        )
        .await?)
}
