//! Approving how somebody is answered who asked for what is held about them, by somebody who prepared
//! nothing of it and from whom nothing of it is hidden; the copy, which is made of what was decided
//! and of nothing else; and that it was handed over.

use platform::db::{At, Runs};
use practice::{calendar::Day, disclosure::Occasion};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    COPY, END, SENT_BACK, claims,
    deciding::{Parts, beside, betraying, digest, is_complete, parts, theirs},
    gathering, seal,
    store::{self, Outcome, Stands, Stored},
    unseal,
};
use crate::{
    access::Action,
    disclosing::{self, Disclosure, Recipient, Thing},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    limits::{TEXT, filled},
};

/// Approves how somebody is answered, or sends it back.
#[derive(Debug)]
pub struct Approve {
    pub reference: String,
    /// What stands for all that they read ([`digest`]).
    pub read: String,
    /// Why it is sent back; `None` where it is approved.
    pub sent_back: Option<String>,
}

/// What is said where it is not what somebody read who approves it.
pub const NOT_READ: &str =
    "It has changed since you read it. Read it again, and approve what is there now";
/// What is said where an approved copy speaks of what must be kept secret by now.
pub const BETRAYS_NOW: &str = "This copy speaks of an address or a telephone number that must be kept secret by \
     now, or of somebody who must not be named. Take it back, and decide again";

/// What is said where somebody would approve what is not there.
pub const NOT_PROPOSED: &str = "Nothing waits for approval here";

/// The data request, for somebody who may approve it: nothing of it is hidden from them.
async fn to_approve(pen: &Pen<'_>, reference: &str) -> Result<Stored> {
    let request = store::find(pen.app, pen.tx, &pen.scope, reference).await?;
    if request.is_hidden {
        return Err(Error::NotFound);
    }
    match request.stands() {
        Stands::WaitsForApproval => Ok(request),
        _ => Err(Error::beside("approve", NOT_PROPOSED)),
    }
}

impl Change for Approve {
    type Made = ();
    const WHAT: &'static str = "data-requests:approve";
    const ACTION: Action = Action::ApproveDataCopy;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = to_approve(pen, &self.reference).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        if let Some(why) = &self.sent_back {
            filled(why, TEXT, "Enter what must be changed")
                .map_err(|error| Error::beside("sent-back", error.to_string()))?;
            let sealed = seal(&pen.app.keys, SENT_BACK, request.id, why)?;
            let text = "UPDATE data_request SET sealed_sent_back = $1, sealed_proposal = NULL \
                WHERE id = $2";
            pen.tx.run(text, [sealed.clone().into(), request.id.into()]).await?;
            pen.journal(Self::WHAT, &[request.id], &sealed).await?;
            if let Some(proposed_by) = request.proposed_by {
                crate::sharing::mail(pen, proposed_by, false).await?;
            }
            return Ok(());
        }
        let proposal = request.proposal.as_ref().ok_or(Error::NotFound)?;
        let parts = is_complete(pen, &request, by, proposal.outcome)
            .await
            .map_err(|error| Error::beside("approve", error.to_string()))?;
        if digest(proposal, &parts)? != self.read {
            return Err(Error::beside("approve", NOT_READ));
        }
        let copy = seal(&pen.app.keys, COPY, request.id, &parts)?;
        let text = "UPDATE data_request SET approved_at = $1, approved_by = $2, sealed_copy = $3 \
            WHERE id = $4";
        let values = [At(pen.now).into(), by.into(), copy.clone().into(), request.id.into()];
        pen.tx.run(text, values).await?;
        pen.journal(Self::WHAT, &[request.id], &copy).await?;
        Ok(())
    }
}

/// Takes back what waits for approval, or what was approved and nobody has yet: it is prepared again.
#[derive(Debug)]
pub struct TakeBack {
    pub reference: String,
    pub why: String,
}

impl Change for TakeBack {
    type Made = ();
    const WHAT: &'static str = "data-requests:take-back";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = store::find(pen.app, pen.tx, &pen.scope, &self.reference).await?;
        if request.is_hidden {
            return Err(Error::NotFound);
        }
        if !matches!(request.stands(), Stands::WaitsForApproval | Stands::ToHandOver) {
            return Err(Error::beside("taken-back", "There is nothing to take back"));
        }
        filled(&self.why, TEXT, "Enter why it is taken back")
            .map_err(|error| Error::beside("taken-back", error.to_string()))?;
        let sealed = seal(&pen.app.keys, SENT_BACK, request.id, &self.why)?;
        let text = "UPDATE data_request SET sealed_sent_back = $1, sealed_proposal = NULL, \
            approved_at = NULL, approved_by = NULL, sealed_copy = NULL WHERE id = $2";
        pen.tx.run(text, [sealed.clone().into(), request.id.into()]).await?;
        pen.journal(Self::WHAT, &[request.id], &sealed).await?;
        Ok(())
    }
}

/// A look at the copy, as it is handed over.
#[derive(Debug)]
pub struct OpenCopy {
    pub reference: String,
}

/// A copy of what is held about somebody.
#[derive(Debug)]
pub struct Copy {
    pub reference: String,
    /// Who asked.
    pub who: String,
    /// Whether it is approved: before that it is only looked at.
    pub is_approved: bool,
    pub received: Day,
    /// What they get. Of what is left out nothing is here.
    pub parts: Parts,
    /// What stands for all of it, where the reader may approve it.
    pub read: Option<String>,
}

impl Look for OpenCopy {
    type Seen = Copy;
    const WHAT: &'static str = "data-requests:copy";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Copy, Vec<Uuid>)> {
        let request = store::find(glass.app, &glass.db, &glass.scope, &self.reference).await?;
        if request.is_hidden {
            return Err(Error::NotFound);
        }
        let is_copy = request.proposal.as_ref().is_some_and(|p| p.outcome == Outcome::Copy);
        if !is_copy {
            return Err(Error::NotFound);
        }
        let may_be = claims::may_be(&glass.db, glass.scope.own(), &request.claims).await?;
        let accounts = theirs(&may_be);
        let waits = request.stands() == Stands::WaitsForApproval;
        let is_preparer = glass.scope.staff().is_some_and(|by| request.preparers.contains(&by));
        let parts: Parts = match request.sealed_copy {
            Some(sealed) => unseal(&glass.app.keys, COPY, request.id, sealed)?,
            None => {
                let items = gathering::of_request(glass, &request, &accounts).await?;
                let decisions = store::decisions(glass.app, &glass.db, request.id).await?;
                parts(beside(items, decisions).into_iter().filter_map(|(_, of)| of))
            }
        };
        if betraying(&glass.db, &glass.app.keys, &accounts, &parts).await?.is_some() {
            return Err(Error::refusal(BETRAYS_NOW));
        }
        let read = match &request.proposal {
            Some(proposal) if waits && !is_preparer => Some(digest(proposal, &parts)?),
            _ => None,
        };
        let subjects =
            std::iter::once(request.id).chain(accounts.into_iter().map(|id| id.0)).collect();
        let copy = Copy {
            reference: self.reference,
            is_approved: request.approved_by.is_some(),
            received: request.course.received,
            who: request.asked.who,
            parts,
            read,
        };
        Ok((copy, subjects))
    }
}

/// That somebody has the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandOver {
    pub reference: String,
    /// The day on which they had it.
    pub on: Day,
    /// How, and how it was seen that it was they.
    pub how: String,
}

/// What is said where nobody has approved it.
pub const NOT_APPROVED: &str = "Somebody else must approve it before they get anything";

impl Change for HandOver {
    type Made = ();
    const WHAT: &'static str = "data-requests:hand-over";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = store::find(pen.app, pen.tx, &pen.scope, &self.reference).await?;
        if request.stands() != Stands::ToHandOver || request.is_hidden {
            return Err(Error::beside("how", NOT_APPROVED));
        }
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let today = practice::calendar::day_of(pen.now);
        let on = store::has_been(self.on, today, "handed-over")?;
        if on < request.course.received {
            return Err(Error::beside("handed-over", "This day is before they asked"));
        }
        if request.approved_at.is_some_and(|at| on < practice::calendar::day_of(at.0)) {
            return Err(Error::beside("handed-over", "This day is before it was approved"));
        }
        let accounts = theirs(&claims::may_be(pen.tx, by.0, &request.claims).await?);
        if let Some(sealed) = &request.sealed_copy {
            let parts: Parts = unseal(&pen.app.keys, COPY, request.id, sealed.clone())?;
            if betraying(pen.tx, &pen.app.keys, &accounts, &parts).await?.is_some() {
                return Err(Error::beside("how", BETRAYS_NOW));
            }
        }
        filled(&self.how, TEXT, "Enter how they had it, and how you saw that it was they")
            .map_err(|error| Error::beside("how", error.to_string()))?;
        let sealed = seal(&pen.app.keys, END, request.id, &self)?;
        let text = "UPDATE data_request SET sealed_end = $1, ended_at = $2, ended_by = $3 \
            WHERE id = $4";
        let values = [sealed.clone().into(), At(pen.now).into(), by.into(), request.id.into()];
        pen.tx.run(text, values).await?;
        pen.journal(Self::WHAT, &[request.id], &sealed).await?;
        if request.proposal.as_ref().is_some_and(|p| p.outcome == Outcome::Copy) {
            let body = disclosing::body_of(pen.tx, Some(by)).await?;
            let who = request.asked.who.clone();
            let to = Recipient { staff: None, works_at: who.clone(), who };
            let occasion = Occasion::DataGiven;
            let new = Disclosure::new(occasion, to, accounts, occasion.usual(body));
            let disclosure = Disclosure { shared: vec![Thing::CopyOfData], ..new };
            disclosing::record(pen, &disclosure).await?;
        }
        Ok(())
    }
}
