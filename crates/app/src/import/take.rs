//! Taking rows in: one contact with its children, decided where the list says so, with its own
//! dates. What the row says is kept word for word beside what was made of it.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
};

use jiff::Timestamp;
use platform::db::{At, Row, Runs, sea_orm};
use practice::processes::request_for_support::{
    Channel, Decision, Event, Level, Outcome, RequestForSupport, Signature,
};

use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    front_door::contacts::{NewContact, Taken, find, take_in},
    ids::{AgencyId, reference},
    pathways::{self, Happening, Words},
    people::NewPerson,
};

/// A row to be taken in.
#[derive(Debug)]
pub struct TakeRow {
    /// What the row is known by when the list comes again.
    pub hash: Vec<u8>,
    pub reference: String,
    /// The agency's name in the partnership, and the list's word for it.
    pub agency: String,
    pub agency_said: String,
    pub received: Timestamp,
    pub requester: String,
    pub level: Option<Level>,
    pub child: NewPerson,
    pub decision: Option<(Outcome, Level, Timestamp)>,
    pub said: BTreeMap<String, String>,
}

impl fmt::Display for TakeRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (given, family) = (&self.child.given, &self.child.family);
        write!(
            f,
            "{} {given} {family}, from {}, received {}",
            self.reference, self.agency_said, self.received
        )?;
        match &self.decision {
            Some((outcome, _, at)) => write!(f, ", {} on {at}", outcome.title().to_lowercase()),
            None => write!(f, ", waiting for a decision"),
        }
    }
}

/// The rows of one contact.
#[derive(Debug)]
pub struct TakeFromList {
    pub rows: Vec<TakeRow>,
}

impl Change for TakeFromList {
    type Made = Taken;
    const WHAT: &'static str = "front-door:from-list";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Taken> {
        let Some(first) = self.rows.first() else {
            return Err(Error::refusal("There are no rows to take in"));
        };
        let (received, list_reference) = (first.received, first.reference.clone());
        let requester = [first.requester.as_str(), first.agency_said.as_str()].join(", ");
        let new = NewContact {
            channel: Channel::List,
            source: "a list".to_owned(),
            received,
            agency: agency(pen, &first.agency).await?,
            setting: None,
            requester: None,
            requester_said: Some(requester.trim_start_matches(", ").to_owned()),
            danger: false,
            level: first.level,
            response: None,
            list_reference: Some(list_reference),
            children: Vec::new(),
            adults: Vec::new(),
            words: Words::new(),
        };
        take_rows(pen, new, self.rows).await
    }
}

async fn take_rows(pen: &mut Pen<'_>, mut new: NewContact, rows: Vec<TakeRow>) -> Result<Taken> {
    let mut decisions = Vec::new();
    let mut hashes = Vec::new();
    // Rows of one contact may differ in their words; each is kept under its child's number.
    for (n, row) in (1..).zip(rows) {
        for (heading, said) in row.said {
            new.words.insert(format!("child {n}: {heading}"), said);
        }
        new.children.push(row.child);
        decisions.push(row.decision);
        hashes.push(row.hash);
    }
    let taken = take_in(pen, new).await?;
    let contact = find(pen.tx, &pen.scope, &taken.reference).await?;
    let pathways = pathways::store::of_contact(pen.tx, &pen.scope, contact.id).await?;
    for (pathway, decision) in pathways.iter().zip(decisions) {
        if let Some((outcome, level, at)) = decision {
            let event = Event::Decided(Decision {
                level: Some(level),
                outcome,
                thresholds: "as the list says".to_owned(),
                signature: Signature::NotNeeded,
            });
            let happening = Happening { at, event, words: Words::new() };
            pathways::append::<RequestForSupport>(pen, pathway, [happening]).await?;
        }
    }
    for hash in hashes {
        pen.tx
            .run(
                "INSERT INTO imported_row (row_hash, contact_id, at) VALUES ($1, $2, $3)",
                [hash.into(), contact.id.into(), At(pen.now).into()],
            )
            .await?;
    }
    Ok(taken)
}

#[derive(Row)]
struct Found {
    id: AgencyId,
}

/// The agency of that name. Members of the public are no agency: they get a place in the list of
/// agencies when the first of them asks.
async fn agency(pen: &Pen<'_>, name: &str) -> Result<AgencyId> {
    let found: Option<Found> =
        pen.tx.one("SELECT id FROM agency WHERE name = $1", [name.into()]).await?;
    if let Some(found) = found {
        return Ok(found.id);
    }
    if name != PUBLIC {
        return Err(Error::refusal(format!(
            "The partnership has no agency “{name}”: add it, or map the word to another"
        )));
    }
    let id = AgencyId::new();
    pen.tx
        .run(
            "INSERT INTO agency (id, reference, name, kind) VALUES ($1, $2, $3, 'public')",
            [id.into(), reference().into(), PUBLIC.into()],
        )
        .await?;
    Ok(id)
}

/// The place of requesters who belong to no agency.
const PUBLIC: &str = "Members of the public";

/// What the rows that were taken in before are known by.
pub async fn hashes_there(db: &impl Runs) -> Result<HashSet<Vec<u8>>> {
    #[derive(Row)]
    struct Hash {
        row_hash: Vec<u8>,
    }
    let hashes: Vec<Hash> = db.all("SELECT row_hash FROM imported_row", []).await?;
    Ok(hashes.into_iter().map(|h| h.row_hash).collect())
}
