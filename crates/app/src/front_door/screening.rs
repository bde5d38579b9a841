//! What the hub does with a request before it is decided: reads it, takes it on, gives it back,
//! adds what it learns, takes it up again, corrects the record. It refuses to decide anything.

use practice::{
    calendar::{Moment, day_of},
    pathway::EntryNo,
    processes::request_for_support::{Event, RequestForSupport, Stage},
    roles::Role,
};
use serde::Serialize;

use super::{
    contacts::{self, Contact},
    decisions::{contact_of, current},
    earlier, findings,
};
use crate::{
    access::{
        Action,
        store::{actor, told},
    },
    doors::{Change, Pen},
    error::{Error, Result},
    files::FILE,
    limits::{ADDITION, TEXT, filled},
    pathways::{self, Happening, Pathway, Words, store},
    sharing,
    web::words,
};

/// Notes that somebody in the hub has read what nobody had looked at yet. Reading it again changes
/// nothing, and nobody reads for the hub what they wrote themselves.
#[derive(Debug, Serialize)]
pub struct ReadContact {
    /// The contact's reference.
    pub contact: String,
}

impl Change for ReadContact {
    type Made = ();
    const WHAT: &'static str = "front-door:read";
    const ACTION: Action = Action::Screen;

    fn asked(&self) -> String {
        self.contact.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let contact = contacts::find(pen.tx, &pen.scope, &self.contact).await?;
        let mut read = false;
        for pathway in store::of_contact(pen.tx, contact.id).await? {
            let screening = findings::stored(pen.tx, pathway.id).await?;
            if screening.is_some_and(|s| s.unread_since.is_some()) {
                happen(pen, &pathway, Event::Read, Words::new()).await?;
                read = true;
            }
        }
        if !read {
            pen.journal(Self::WHAT, &[contact.id.0], &[]).await?;
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

    fn asked(&self) -> String {
        self.contact.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        each_open(pen, &self.contact, &Event::Claimed, can_be_claimed).await
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

    fn asked(&self) -> String {
        self.contact.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        each_open(pen, &self.contact, &Event::HandedBack, |p| {
            p.is_at::<RequestForSupport>(Stage::BeingScreened)
        })
        .await
    }
}

/// Whether somebody can take it on: it waits, or it was sent back and nobody holds it.
pub fn can_be_claimed(pathway: &Pathway) -> bool {
    pathway.is_at::<RequestForSupport>(Stage::Waiting)
        || (pathway.is_at::<RequestForSupport>(Stage::BeingScreened) && pathway.holder_id.is_none())
}

/// Under what name it stands among the words of an addition when it was said.
pub const SAID_AT: &str = "said_at";

/// Says more about a contact, by the requester or anybody who may read it.
#[derive(Debug, Serialize)]
pub struct AddInformation {
    /// The contact's reference.
    pub contact: String,
    /// What is to be added.
    pub said: String,
    /// Whether a child is in immediate danger.
    pub danger: bool,
    /// When it was said, where that was not just now: it counts from when the hub could read it.
    pub said_at: Option<Moment>,
}

impl Change for AddInformation {
    type Made = ();
    const WHAT: &'static str = "front-door:add-information";
    const ACTION: Action = Action::AddInformation;

    fn asked(&self) -> String {
        self.contact.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let contact = contacts::find(pen.tx, &pen.scope, &self.contact).await?;
        filled(&self.said, ADDITION, "Enter what you want to add")?;
        let at = self.said_at.map(|at| (SAID_AT.to_owned(), words::moment(at)));
        let words = std::iter::once(("said".to_owned(), self.said)).chain(at).collect();
        add(pen, &contact, words, self.danger).await
    }
}

/// Adds to the request of every child of a contact that was found in scope.
///
/// # Errors
/// When the database does.
pub async fn add(pen: &mut Pen<'_>, contact: &Contact, words: Words, danger: bool) -> Result<()> {
    let pathways = store::of_contact(pen.tx, contact.id).await?;
    for pathway in &pathways {
        happen(pen, pathway, Event::InformationAdded { danger }, words.clone()).await?;
        // What is said after the answer must not lie unread in a closed request, and danger not
        // behind a decision that did not know of it.
        let decided = pathway.is_at::<RequestForSupport>(Stage::Decided);
        if pathway.ended_at.is_some() || (decided && danger) {
            // The file came with what was added, and with that alone it is struck out.
            let mut why = words.clone();
            why.remove(FILE);
            happen(pen, pathway, Event::Reopened, why).await?;
        }
    }
    tell_the_hub(pen, contact, &pathways, danger).await
}

/// Tells whoever holds a request that there is more, and the duty workers when nobody does or a
/// child is in danger. Whoever said it knows.
async fn tell_the_hub(
    pen: &mut Pen<'_>,
    contact: &Contact,
    pathways: &[Pathway],
    danger: bool,
) -> Result<()> {
    let today = day_of(pen.now);
    let mut to = Vec::new();
    for holder in pathways.iter().filter_map(|p| p.holder_id) {
        // Whoever has left holds nothing any more that anybody would look at.
        to.extend(actor(pen.tx, holder, today).await?.and_then(|a| a.staff()));
    }
    if danger || to.is_empty() {
        let held = told(pen.tx, Role::DutyWorker, today).await?;
        to.extend(held.into_iter().flat_map(|(_, staff)| staff));
    }
    to.sort_unstable();
    to.dedup();
    let kind = if danger { sharing::Kind::Danger } else { sharing::Kind::Information };
    let actor = pen.actor.staff();
    for staff in to.into_iter().filter(|staff| Some(*staff) != actor) {
        sharing::notify(pen, staff, kind, contact.id).await?;
    }
    Ok(())
}

/// What is said when the reason is missing.
pub(super) const WHY_REOPENED: &str = "Enter why it is taken up again";
pub(super) const WHY_STRUCK: &str = "Enter why this entry is wrong";

/// Takes a decided request up again, for a reason.
#[derive(Debug, Serialize)]
pub struct Reopen {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the asker was looking at.
    pub revision: i64,
    /// Why.
    pub reason: String,
}

impl Change for Reopen {
    /// The reference of the contact.
    type Made = String;
    const WHAT: &'static str = "front-door:reopen";
    const ACTION: Action = Action::Screen;

    fn asked(&self) -> String {
        self.pathway.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        filled(&self.reason, TEXT, WHY_REOPENED)?;
        let pathway = current(pen, &self.pathway, self.revision).await?;
        let words = Words::from([("reason".to_owned(), self.reason)]);
        happen(pen, &pathway, Event::Reopened, words).await?;
        contact_of(pen, &pathway).await
    }
}

/// Strikes out an entry that was recorded wrongly. It stays readable, with the reason.
#[derive(Debug, Serialize)]
pub struct Strike {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the asker was looking at.
    pub revision: i64,
    /// The entry's place in the order of recording, from 1: its number in the journal would tell
    /// how much goes on.
    pub place: usize,
    /// Why it is wrong.
    pub reason: String,
}

impl Change for Strike {
    /// The reference of the contact.
    type Made = String;
    const WHAT: &'static str = "pathways:strike";
    const ACTION: Action = Action::Strike;

    fn asked(&self) -> String {
        self.pathway.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        filled(&self.reason, TEXT, WHY_STRUCK)?;
        let pathway = current(pen, &self.pathway, self.revision).await?;
        let entry = entry_at(pen, &pathway, self.place).await?;
        pathways::strike::<RequestForSupport>(pen, &pathway, entry, self.reason).await?;
        contact_of(pen, &pathway).await
    }
}

async fn entry_at(pen: &Pen<'_>, pathway: &Pathway, place: usize) -> Result<EntryNo> {
    let entries = store::entries(pen.tx, &pen.app.keys, pathway.id).await?;
    let entry = place.checked_sub(1).and_then(|at| entries.get(at));
    entry.map(|entry| entry.no).ok_or(Error::NotFound)
}

/// Records that something happened now.
pub(super) async fn happen(
    pen: &mut Pen<'_>,
    pathway: &Pathway,
    event: Event,
    words: Words,
) -> Result<()> {
    happened(pen, pathway, None, event, words).await
}

/// Records that something happened, where it was not now: at that moment, which then bears the blame
/// where it can't have happened so.
pub(super) async fn happened(
    pen: &mut Pen<'_>,
    pathway: &Pathway,
    made: Option<Moment>,
    event: Event,
    words: Words,
) -> Result<()> {
    if let Some(made) = made {
        earlier::knew_all(&store::tellings(pen.tx, &pen.app.keys, pathway.id).await?, made)?;
    }
    let happening = Happening { at: made.unwrap_or(pen.now), event, words };
    let append = pathways::append::<RequestForSupport>(pen, pathway, [happening]).await;
    append.map(|_| ()).map_err(|refused| earlier::beside(made, refused))
}

/// Records an event on each child of a contact to whom it applies.
async fn each_open(
    pen: &mut Pen<'_>,
    contact: &str,
    event: &Event,
    applies: impl Fn(&Pathway) -> bool + Send,
) -> Result<()> {
    let contact = contacts::find(pen.tx, &pen.scope, contact).await?;
    let pathways = store::of_contact(pen.tx, contact.id).await?;
    let open: Vec<_> = pathways.into_iter().filter(applies).collect();
    if open.is_empty() {
        return Err(Error::refusal("Somebody else has dealt with this request meanwhile"));
    }
    for pathway in open {
        happen(pen, &pathway, event.clone(), Words::new()).await?;
    }
    Ok(())
}
