//! What the hub does with a request before it is decided: reads it, takes it on, gives it back,
//! adds what it learns, takes it up again, corrects the record.

use practice::{
    calendar::Moment,
    pathway::EntryNo,
    processes::request_for_support::{Event, RequestForSupport},
};
use serde::Serialize;

use super::contacts;
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    pathways::{self, Happening, Pathway, Words, store},
};

/// Notes that somebody in the hub has read a contact. Reading it again changes nothing.
#[derive(Debug, Serialize)]
pub struct ReadContact {
    /// The contact's reference.
    pub contact: String,
}

impl Change for ReadContact {
    type Made = ();
    const WHAT: &'static str = "front-door:read";
    const ACTION: Action = Action::Screen;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let contact = contacts::find(pen.tx, &pen.scope, &self.contact).await?;
        for pathway in store::of_contact(pen.tx, &pen.scope, contact.id).await? {
            happen(pen, &pathway, Event::Read, Words::new()).await?;
        }
        Ok(())
    }
}

/// Takes on every child of a contact, so that siblings are screened together.
#[derive(Debug, Serialize)]
pub struct Claim {
    /// The contact's reference.
    pub contact: String,
}

impl Change for Claim {
    type Made = ();
    const WHAT: &'static str = "front-door:claim";
    const ACTION: Action = Action::Screen;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        each_open(pen, &self.contact, &Event::Claimed, |p| {
            p.holder_id.is_none() || p.stage == "Waiting to be screened"
        })
        .await
    }
}

/// Gives every child of a contact back to the queue.
#[derive(Debug, Serialize)]
pub struct HandBack {
    /// The contact's reference.
    pub contact: String,
}

impl Change for HandBack {
    type Made = ();
    const WHAT: &'static str = "front-door:hand-back";
    const ACTION: Action = Action::Screen;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        each_open(pen, &self.contact, &Event::HandedBack, |p| p.stage == "Being screened").await
    }
}

/// Says more about a contact, by the requester or anybody who may read it.
#[derive(Debug, Serialize)]
pub struct AddInformation {
    /// The contact's reference.
    pub contact: String,
    /// What is to be added.
    pub said: String,
}

impl Change for AddInformation {
    type Made = ();
    const WHAT: &'static str = "front-door:add-information";
    const ACTION: Action = Action::AddInformation;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if self.said.trim().is_empty() {
            return Err(Error::refusal("Enter what you want to add"));
        }
        let contact = contacts::find(pen.tx, &pen.scope, &self.contact).await?;
        for pathway in store::of_contact(pen.tx, &pen.scope, contact.id).await? {
            let words = Words::from([("said".to_owned(), self.said.clone())]);
            happen(pen, &pathway, Event::InformationAdded, words.clone()).await?;
            // What is said after the answer must not lie unread in a closed request.
            if pathway.ended_at.is_some() {
                happen(pen, &pathway, Event::Reopened, words).await?;
            }
        }
        Ok(())
    }
}

/// Takes a decided request up again, for a reason.
#[derive(Debug, Serialize)]
pub struct Reopen {
    /// The pathway's reference.
    pub pathway: String,
    /// Why.
    pub reason: String,
}

impl Change for Reopen {
    type Made = ();
    const WHAT: &'static str = "front-door:reopen";
    const ACTION: Action = Action::Screen;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if self.reason.trim().is_empty() {
            return Err(Error::refusal("Enter why it is taken up again"));
        }
        let pathway = store::find(pen.tx, &pen.scope, &self.pathway).await?;
        let words = Words::from([("reason".to_owned(), self.reason)]);
        happen(pen, &pathway, Event::Reopened, words).await
    }
}

/// Strikes out an entry that was recorded wrongly. It stays readable, with the reason.
#[derive(Debug, Serialize)]
pub struct Strike {
    /// The pathway's reference.
    pub pathway: String,
    /// The number of the entry.
    pub entry: i64,
    /// Why it is wrong.
    pub reason: String,
}

impl Change for Strike {
    type Made = ();
    const WHAT: &'static str = "pathways:strike";
    const ACTION: Action = Action::Strike;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if self.reason.trim().is_empty() {
            return Err(Error::refusal("Enter why this entry is wrong"));
        }
        let pathway = store::find(pen.tx, &pen.scope, &self.pathway).await?;
        pathways::strike::<RequestForSupport>(pen, &pathway, EntryNo(self.entry), self.reason).await
    }
}

/// Records that something happened now.
pub(super) async fn happen(
    pen: &mut Pen<'_>,
    pathway: &Pathway,
    event: Event,
    words: Words,
) -> Result<()> {
    let at: Moment = pen.now;
    let happening = Happening { at, event, words };
    pathways::append::<RequestForSupport>(pen, pathway, [happening]).await.map(|_| ())
}

/// Records an event on each child of a contact to whom it applies.
async fn each_open(
    pen: &mut Pen<'_>,
    contact: &str,
    event: &Event,
    applies: impl Fn(&Pathway) -> bool + Send,
) -> Result<()> {
    let contact = contacts::find(pen.tx, &pen.scope, contact).await?;
    let pathways = store::of_contact(pen.tx, &pen.scope, contact.id).await?;
    let open: Vec<_> = pathways.into_iter().filter(applies).collect();
    if open.is_empty() {
        return Err(Error::refusal("Somebody else has dealt with this request meanwhile"));
    }
    for pathway in open {
        happen(pen, &pathway, event.clone(), Words::new()).await?;
    }
    Ok(())
}
