//! Taking rows in: one contact with its children, in one transaction with what the rows are known
//! by, so that a run that was cut short goes on where it was. What a row says is kept word for
//! word beside what was made of it.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use platform::db::{At, Row, Runs, sea_orm};
use practice::processes::request_for_support::{
    Channel, Decision, Event, Level, Outcome, RequestForSupport, Signature,
};

use super::{agencies::Party, before::Marks, mapping::Agreement};
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    front_door::{
        caller::Caller,
        contacts::{Heard, NewContact, Taken, find, take_in_each, the_public},
        views,
    },
    ids::{AgencyId, ContactId},
    pathways::{self, Happening, Words},
    people::{Born, NewPerson},
    web::words,
};

/// What a row puts on the record.
#[derive(Debug)]
pub struct TakeRow {
    pub reference: String,
    pub party: Party,
    /// The list's word for who made the contact.
    pub agency_said: String,
    pub requester: String,
    pub received: Timestamp,
    pub suggested: Option<Level>,
    pub agreement: Option<Agreement>,
    pub child: NewPerson,
    pub decided: Option<Decided>,
    /// Everything that the row says.
    pub words: Words,
}

/// A decision that a row tells of.
#[derive(Debug, Clone, Copy)]
pub struct Decided {
    pub outcome: Outcome,
    /// The level that was decided, where the list has it.
    pub level: Option<Level>,
    pub at: Timestamp,
}

impl fmt::Display for TakeRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let child = &self.child;
        let unborn = matches!(child.born, Born::Expected(_));
        let who = views::name(&child.given, &child.family, unborn);
        let (said, party) = (&self.agency_said, self.party.name());
        let received = words::moment(self.received);
        write!(f, "{} {who}, from {said} ({party}), received {received}", self.reference)?;
        if let Some(level) = self.suggested {
            write!(f, ", level {} suggested", level.number())?;
        }
        if let Some(agreement) = self.agreement {
            write!(f, ", agreement {}", agreement.title())?;
        }
        let Some(decided) = self.decided else { return f.write_str(", waiting for a decision") };
        let outcome = decided.outcome.title().to_lowercase();
        write!(f, ", decided {}: {outcome}", words::moment(decided.at))?;
        match decided.level {
            Some(level) => write!(f, " at level {}", level.number()),
            None => f.write_str(", level not recorded"),
        }
    }
}

/// The rows of one contact, to be taken in.
#[derive(Debug)]
pub struct TakeFromList {
    /// What the list is called.
    pub list: String,
    pub rows: Vec<(TakeRow, Marks)>,
}

impl Change for TakeFromList {
    type Made = Taken;
    const WHAT: &'static str = "front-door:from-list";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Taken> {
        let Some((first, _)) = self.rows.first() else {
            return Err(Error::refusal("There are no rows to take in"));
        };
        let new = NewContact {
            channel: Channel::List,
            received: first.received,
            agency: agency(pen, &first.party).await?,
            setting: None,
            requester: None,
            requester_said: Some(Caller {
                said: requester(&self.rows),
                may_be_named: !self.rows.iter().any(|(row, _)| matches!(row.party, Party::Public)),
            }),
            unnamed: None,
            danger: false,
            level: None,
            response: None,
            list_reference: Some(first.reference.clone()),
            children: self.rows.iter().map(|(row, _)| row.child.clone()).collect(),
            adults: Vec::new(),
            words: Words::new(),
            source: self.list,
        };
        let (rows, marks): (Vec<_>, Vec<_>) = self.rows.into_iter().unzip();
        let heard = rows.iter().map(|row| Heard { level: row.suggested, words: row.words.clone() });
        let taken = take_in_each(pen, new, heard.collect()).await?;
        for (pathway, row) in taken.pathways.iter().zip(rows) {
            if let Some(decided) = row.decided {
                decide(pen, pathway, decided).await?;
            }
        }
        let contact = find(pen.tx, &pen.scope, &taken.reference).await?;
        for marks in marks {
            mark(pen, contact.id, marks).await?;
        }
        Ok(taken)
    }
}

/// Everybody whom the rows name, and the list's word for where they are from.
fn requester(rows: &[(TakeRow, Marks)]) -> String {
    let names: BTreeSet<_> = rows.iter().map(|(row, _)| row.requester.as_str()).collect();
    let from = rows.first().map_or("", |(row, _)| row.agency_said.as_str());
    names.into_iter().filter(|n| !n.is_empty()).chain([from]).collect::<Vec<_>>().join(", ")
}

async fn decide(pen: &mut Pen<'_>, pathway: &str, decided: Decided) -> Result<()> {
    let pathway = pathways::store::find(pen.tx, &pen.scope, pathway).await?;
    let event = Event::Decided(Decision {
        level: decided.level,
        outcome: decided.outcome,
        thresholds: "not recorded: from a list".to_owned(),
        role: None,
        signature: Signature::NotNeeded,
    });
    let happening = Happening { at: decided.at, event, words: Words::new() };
    pathways::append::<RequestForSupport>(pen, &pathway, [happening]).await?;
    Ok(())
}

async fn mark(pen: &Pen<'_>, contact: ContactId, marks: Marks) -> Result<()> {
    #[derive(Row)]
    struct There {
        contact_id: ContactId,
    }
    let text = "SELECT contact_id FROM imported_row WHERE row_hash = $1";
    let there: Option<There> = pen.tx.one(text, [marks.row.clone().into()]).await?;
    if there.is_some_and(|there| there.contact_id != contact) {
        return Err(Error::refusal(
            "Somebody else is taking in the same list. Run it again when they are done: what is \
             there by then is left alone",
        ));
    }
    pen.tx
        .run(
            "INSERT INTO imported_row (row_hash, child_hash, contact_id, at) \
             VALUES ($1, $2, $3, $4)",
            [marks.row.into(), marks.child.into(), contact.into(), At(pen.now).into()],
        )
        .await?;
    Ok(())
}

/// The agency under which the contact is kept. Members of the public are no agency: they get a
/// place of their own in the list of agencies when the first of them asks.
async fn agency(pen: &Pen<'_>, party: &Party) -> Result<AgencyId> {
    if let Party::Agency { id, .. } = party {
        return Ok(*id);
    }
    the_public(pen).await
}
