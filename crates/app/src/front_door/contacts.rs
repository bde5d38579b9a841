//! Taking in a contact, whichever way it came: the children and adults go on the record as the
//! agency knows them, and each child gets a pathway whose clocks start at receipt.

use jiff::ToSpan;
use need_to_know::Kind;
use platform::{
    db::{At, Row, Runs, Table, Value, sea_orm},
    seal::Keys,
};
use practice::{
    calendar::{Moment, day_of},
    processes::request_for_support::{Channel, Event, Level, Receipt, RequestForSupport},
    roles::Role,
};
use serde::{Deserialize, Serialize};

use super::caller::{self, Caller};
use crate::{
    access::{Own, Scope, store::told},
    doors::Pen,
    error::{Error, Result},
    ids::{
        AccountId, AgencyId, ContactId, Fresh, Naming, ResponseId, SettingId, StaffId, reference,
    },
    limits::LINE,
    pathways::{self, Happening, Words, store::begin},
    people::{
        Born, NewPerson, declared, doubts,
        rows::{Giver, Joined, Known, PeopleRows, Relationship},
        secrecy, sticking,
    },
    sharing,
};

/// A contact that is about to be taken in.
#[derive(Debug, Serialize)]
pub struct NewContact {
    pub channel: Channel,
    /// Where it came from, for whoever reads the tables: a form, a call, a list, the demo.
    pub source: String,
    pub received: Moment,
    pub agency: AgencyId,
    pub setting: Option<SettingId>,
    pub requester: Option<StaffId>,
    /// Who asked, in words, when it is nobody who signs in; of somebody who does, another number.
    pub requester_said: Option<Caller>,
    /// Who asked, of somebody who signs in and must not be named to the family.
    pub unnamed: Option<String>,
    pub danger: bool,
    pub level: Option<Level>,
    pub response: Option<ResponseId>,
    pub list_reference: Option<String>,
    pub children: Vec<NewPerson>,
    pub adults: Vec<NewAdult>,
    /// What was said, when there is no questionnaire that holds it.
    pub words: Words,
}

/// An adult in the children's lives.
#[derive(Debug, Serialize)]
pub struct NewAdult {
    pub person: NewPerson,
    /// What the adult is to the children.
    pub relationship: Relationship,
    pub lives_with_them: bool,
}

/// What was said of one child on receipt.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The level of need that the requester suggested.
    pub level: Option<Level>,
    pub words: Words,
}

/// What a contact became.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Taken {
    pub reference: String,
    pub pathways: Vec<String>,
}

/// A contact as its row says.
#[derive(Debug, Clone, Row)]
pub struct Contact {
    pub id: ContactId,
    pub reference: String,
    pub channel: String,
    pub received_at: At,
    pub agency_id: AgencyId,
    pub requested_by: Option<StaffId>,
    pub requester_said: Option<String>,
    /// Whether there is somebody whom the family may not know of: nobody is said above.
    pub is_unnamed: bool,
    pub response_id: Option<ResponseId>,
    pub list_reference: Option<String>,
}

/// Takes a contact in.
///
/// # Errors
/// A refusal when it names no child, or was received in the future.
pub async fn take_in(pen: &mut Pen<'_>, new: NewContact) -> Result<Taken> {
    let heard = Heard { level: new.level, words: new.words.clone() };
    let of_each = vec![heard; new.children.len()];
    take_in_each(pen, new, of_each).await
}

/// Takes a contact in of which each child's own level and words were said, in the children's order.
///
/// # Errors
/// As [`take_in`].
pub async fn take_in_each(
    pen: &mut Pen<'_>,
    new: NewContact,
    of_each: Vec<Heard>,
) -> Result<Taken> {
    if new.channel != Channel::List && !new.danger {
        // A list is told so row by row, and keeps what it said. Danger waits for no date.
        births_can_be(&new)?;
    }
    if let Some(reference) = &new.list_reference {
        LINE.keep(reference)?;
    }
    if new.children.is_empty() {
        return Err(Error::refusal("Add at least one child: a decision is made for each child"));
    }
    let contact = ContactId::new();
    let taken = reference();
    let taken_by = pen.actor.staff().filter(|_| new.channel == Channel::Telephone);
    pen.tx.insert(&CONTACT, row(&pen.app.keys, contact, &taken, &new, pen.now, taken_by)?).await?;
    let people = people_of(pen, &new).await?;
    let subjects: Vec<_> =
        std::iter::once(contact.0).chain(people.iter().map(|child| child.0)).collect();
    pen.journal("front-door:contact", &subjects, &serde_json::to_vec(&new)?).await?;
    let mut pathways = Vec::with_capacity(people.len());
    for (child, heard) in people.into_iter().zip(of_each) {
        let receipt = Receipt { channel: new.channel, danger: new.danger, level: heard.level };
        let pathway = begin::<RequestForSupport>(pen, child, contact).await?;
        let mut happenings = vec![Happening {
            at: new.received,
            event: Event::Received(receipt),
            words: heard.words,
        }];
        if new.channel != Channel::List {
            // The page that the requester sees next says so, and an e-mail follows; on the
            // telephone it was said in the call.
            let words = Words::new();
            happenings.push(Happening { at: pen.now, event: Event::Acknowledged, words });
        }
        pathways::append::<RequestForSupport>(pen, &pathway, happenings).await?;
        pathways.push(pathway.reference);
    }
    let people = new.children.iter().chain(new.adults.iter().map(|adult| &adult.person));
    let names = people.map(|person| (person.given.as_str(), person.family.as_str()));
    declared::look(pen, contact, names, new.channel != Channel::List).await?;
    tell(pen, contact, &new).await?;
    Ok(Taken { reference: taken, pathways })
}

/// The columns of [`row`].
pub(crate) const CONTACT: Table<14> = Table::new(
    "contact",
    [
        "id",
        "reference",
        "channel",
        "source",
        "received_at",
        "recorded_at",
        "agency_id",
        "setting_id",
        "requested_by",
        "requester_said",
        "requester_sealed",
        "response_id",
        "list_reference",
        "taken_by",
    ],
);

/// A contact as its row, with whoever took it down from a call.
pub(crate) fn row(
    keys: &Keys,
    contact: ContactId,
    reference: &str,
    new: &NewContact,
    recorded: Moment,
    taken_by: Option<StaffId>,
) -> Result<[Value; 14]> {
    let [said, sealed] = Caller::columns(new.requester_said.as_ref(), keys, contact)?;
    let sealed = match &new.unnamed {
        Some(who) => caller::sealed(who, keys, contact)?.into(),
        None => sealed,
    };
    Ok([
        contact.into(),
        reference.into(),
        new.channel.slug().into(),
        new.source.clone().into(),
        At(new.received).into(),
        At(recorded).into(),
        new.agency.into(),
        new.setting.map(|s| s.0).into(),
        new.requester.map(|s| s.0).into(),
        said,
        sealed,
        new.response.map(|r| r.0).into(),
        new.list_reference.clone().into(),
        taken_by.map(|by| by.0).into(),
    ])
}

/// Puts everybody on the record and answers with the children.
async fn people_of(pen: &Pen<'_>, new: &NewContact) -> Result<Vec<AccountId>> {
    let by = pen.actor.staff();
    let giver = Giver { agency: new.agency, source: &new.source, at: pen.now, by };
    let mut rows = PeopleRows::default();
    let named = name_all(&mut rows, &mut Fresh, &pen.app.keys, &giver, new, &[])?;
    rows.insert(pen.tx, &pen.app.keys).await?;
    let accounts: Vec<_> = named.iter().map(|joined| joined.account).collect();
    sticking::carries_over(pen, &accounts).await?;
    if says_how_to_reach_them(new) {
        secrecy::carries_over(pen, &accounts).await?;
    }
    Ok(accounts.into_iter().take(new.children.len()).collect())
}

/// Whether there is an address or a number that nobody marked as secret.
fn says_how_to_reach_them(new: &NewContact) -> bool {
    let mut people = new.children.iter().chain(new.adults.iter().map(|adult| &adult.person));
    people.any(|person| {
        person.address.as_ref().is_some_and(|address| !address.protected)
            || !person.addresses_before.is_empty()
            || !person.phones.is_empty()
    })
}

/// Everybody whom a contact names, children first, as rows of the tables of people. Who is known
/// already stands in the same order.
pub(crate) fn name_all(
    rows: &mut PeopleRows,
    naming: &mut impl Naming,
    keys: &Keys,
    giver: &Giver<'_>,
    new: &NewContact,
    known: &[Option<Known>],
) -> Result<Vec<Joined>> {
    let mut named = Vec::with_capacity(new.children.len() + new.adults.len());
    for person in new.children.iter().chain(new.adults.iter().map(|adult| &adult.person)) {
        let known = known.get(named.len()).copied().flatten();
        named.push(rows.account(naming, keys, giver, person, known)?);
    }
    let (children, adults) = named.split_at(new.children.len());
    let mut household: Vec<_> = children.iter().map(|child| child.account).collect();
    for (adult, said) in adults.iter().zip(&new.adults) {
        for child in children {
            rows.relate(naming, giver.at, child.account, adult.account, &said.relationship);
        }
        if said.lives_with_them {
            household.push(adult.account);
        }
    }
    for one in children {
        for other in children.iter().filter(|other| other.account != one.account) {
            let said = Relationship { what: SAME_REQUEST.to_owned(), responsibility: None };
            rows.relate(naming, giver.at, one.account, other.account, &said);
        }
    }
    if household.len() > 1 {
        rows.household(naming, giver.at, &household);
    }
    Ok(named)
}

/// What children of one request are to each other.
pub(crate) const SAME_REQUEST: &str = "in the same request";

/// Refuses a birth that lies in the future, and an expected one that is long past.
fn births_can_be(new: &NewContact) -> Result<()> {
    let day = day_of(new.received);
    let people = new.children.iter().chain(new.adults.iter().map(|a| &a.person));
    for person in people {
        let who = format!("{} {}", person.given, person.family);
        let who = who.trim();
        match person.born {
            Born::On(born) if born > day => {
                return Err(Error::refusal(format!(
                    "The date of birth of {who} is in the future. If the baby is not born yet, say \
                     so and give the expected date"
                )));
            }
            Born::Expected(Some(expected))
                if expected < day.saturating_sub(doubts::OVERDUE.days()) =>
            {
                return Err(Error::refusal(format!(
                    "The baby {who} was expected more than two months ago. If the baby was born, \
                     say so and give the date of birth"
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Tells the requester that it arrived, and the duty workers at once when a child is in danger;
/// on a day without one, the hub's managers.
async fn tell(pen: &mut Pen<'_>, contact: ContactId, new: &NewContact) -> Result<()> {
    if let (Some(requester), Channel::Form) = (new.requester, new.channel) {
        sharing::notify(pen, requester, sharing::Kind::Arrived, contact).await?;
    }
    if new.danger && new.channel != Channel::List {
        let today = day_of(pen.now);
        let told = told(pen.tx, Role::DutyWorker, today).await?;
        for staff in told.into_iter().flat_map(|(_, staff)| staff) {
            sharing::notify(pen, staff, sharing::Kind::Danger, contact).await?;
        }
    }
    Ok(())
}

/// What the place of requesters who belong to no agency is called, also in lists that are taken in.
pub const THE_PUBLIC: &str = "Members of the public";

/// The place of requesters who belong to no agency, made when the first of them asks.
pub async fn the_public(pen: &Pen<'_>) -> Result<AgencyId> {
    #[derive(Row)]
    struct Found {
        id: AgencyId,
    }
    let found: Option<Found> =
        pen.tx.one("SELECT id FROM agency WHERE kind = 'public'", []).await?;
    if let Some(found) = found {
        return Ok(found.id);
    }
    let id = AgencyId::new();
    pen.tx
        .run(
            "INSERT INTO agency (id, reference, name, kind) VALUES ($1, $2, $3, 'public')",
            [id.into(), reference().into(), THE_PUBLIC.into()],
        )
        .await?;
    Ok(id)
}

/// The columns of [`Contact`].
const COLUMNS: &str = "c.id, c.reference, c.channel, c.received_at, c.agency_id, c.requested_by, \
     c.requester_said, c.requester_sealed IS NOT NULL AS is_unnamed, c.response_id, \
     c.list_reference";

/// The contact of that reference, if the policies let it be reached.
pub async fn find(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Contact> {
    #[derive(Row)]
    struct Found {
        #[sea_orm(nested)]
        contact: Contact,
        #[sea_orm(nested)]
        own: Own,
    }
    let text =
        format!("SELECT {COLUMNS}, {} FROM contact c WHERE c.reference = $1", Own::columns("c", 2));
    let values: Vec<_> = std::iter::once(reference.into()).chain(scope.ties_of()).collect();
    let found: Option<Found> = db.one(&text, values).await?;
    let asked = found.as_ref().map(|found| (found.contact.id.0, found.contact.id, found.own));
    scope.ask_found(db, Kind::Contact, asked).await?;
    found.map(|found| found.contact).ok_or(Error::NotFound)
}

/// The contact of that id, for changes of one of its pathways, which was found in scope.
pub(crate) async fn of(db: &impl Runs, id: ContactId) -> Result<Contact> {
    let text = format!("SELECT {COLUMNS} FROM contact c WHERE c.id = $1");
    db.one(&text, [id.into()]).await?.ok_or(Error::NotFound)
}
