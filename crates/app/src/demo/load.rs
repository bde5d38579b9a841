//! Loading invented families by the hundred: the same rows that the doors write, computed by the
//! same functions, inserted many at once. A batch is one change; it keeps nothing of the batch
//! before, so that a million people take no more memory than a thousand.

use std::{collections::HashMap, sync::Arc};

use platform::db::{At, Value};
use practice::{
    pathway::{EntryNo, Process, Stored},
    processes::request_for_support::RequestForSupport,
};
use serde::{Deserialize, Serialize};

use super::{
    approaches::Backdrop,
    cast::Cast,
    families::Family,
    history::{Story, Told},
    numbers::Thrown,
};
use crate::{
    access::{self, Action, Actor},
    doors::{
        Change, Pen,
        journal::{self, Kind, Said, Salt},
    },
    error::{Error, Result},
    front_door::{contacts, findings},
    ids::{ContactId, Naming, PathwayId, StaffId},
    pathways::{
        Pathway,
        derive::{self, ClockRow},
        store::{self, Kept},
    },
    people::rows::{Giver, Known, PeopleRows},
    settings::Rules,
};

/// Makes the families from that number on.
pub struct MakeFamilies {
    /// The number of the first.
    pub from: u32,
    /// How many families at most.
    pub families: u32,
    /// How many people are wanted: no further family is begun once there are as many.
    pub people: u64,
    pub backdrop: Arc<Backdrop>,
    pub cast: Arc<Cast>,
}

/// What has been made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// How many families.
    pub families: u32,
    /// How many people are in them.
    pub people: u64,
}

impl Change for MakeFamilies {
    type Made = Made;
    const WHAT: &'static str = "demo:families";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Made> {
        let mut made = Made::default();
        let mut sheet = Sheet::default();
        while made.families < self.families && made.people < self.people {
            let family = Family::of(self.from + made.families, &self.backdrop);
            made.people += sheet.family(pen, &family, &self.backdrop, &self.cast)?;
            made.families += 1;
        }
        sheet.write(pen).await?;
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(made)
    }
}

/// The rows of one batch.
#[derive(Default)]
struct Sheet {
    people: PeopleRows,
    contacts: Vec<[Value; 14]>,
    pathways: Vec<Pathway>,
    entries: Vec<Entry>,
    because: HashMap<(Option<StaffId>, Action), Arc<str>>,
}

/// One entry of the journal, and the place of its pathway.
struct Entry {
    pathway: usize,
    told: Told,
    kept: Kept,
    because: Arc<str>,
    salt: Salt,
}

/// An entry as it is stored, and who recorded it.
type Recorded = (Stored, Option<StaffId>);

impl Sheet {
    /// Takes up a family with everything that happened to it, and answers with how many people it
    /// put on the record.
    fn family(
        &mut self,
        pen: &Pen<'_>,
        family: &Family,
        backdrop: &Backdrop,
        cast: &Cast,
    ) -> Result<u64> {
        let mut known: HashMap<usize, Known> = HashMap::new();
        for (place, approach) in family.approaches.iter().enumerate() {
            let story = Story::of(family, place, backdrop, cast)?;
            let mut naming = Thrown::of(family.number, place, approach.at);
            let persons: Vec<usize> = family.named(approach).collect();
            let before: Vec<_> = persons.iter().map(|person| known.get(person).copied()).collect();
            let joined = self.contact(pen, &mut naming, story, &before, cast)?;
            for (person, joined) in persons.into_iter().zip(joined) {
                known.entry(person).or_insert(Known {
                    person: joined.person,
                    reason: SAME,
                    by: None,
                });
            }
        }
        Ok(known.len() as u64)
    }

    fn contact(
        &mut self,
        pen: &Pen<'_>,
        naming: &mut Thrown,
        story: Story,
        known: &[Option<Known>],
        cast: &Cast,
    ) -> Result<Vec<crate::people::rows::Joined>> {
        let Story { contact: new, recorder, children } = story;
        let contact = ContactId(naming.id());
        self.contacts.push(contacts::row(
            &pen.app.keys,
            contact,
            &naming.reference(),
            &new,
            new.received,
            None,
        )?);
        let giver =
            Giver { agency: new.agency, source: &new.source, at: new.received, by: Some(recorder) };
        let keys = &pen.app.keys;
        let joined = contacts::name_all(&mut self.people, naming, keys, &giver, &new, known)?;
        for (told, child) in children.into_iter().zip(&joined) {
            self.pathways.push(Pathway {
                id: PathwayId(naming.id()),
                reference: naming.reference(),
                process: RequestForSupport::SLUG.to_owned(),
                account_id: child.account,
                contact_id: contact,
                // What arrived and was acknowledged is one change; each further entry is another.
                revision: i64::try_from(told.len().saturating_sub(1)).unwrap_or(0),
                stage: String::new(),
                since: None,
                ended_at: None,
                holder_id: None,
            });
            for one in told {
                self.entry(naming, one, cast)?;
            }
        }
        Ok(joined)
    }

    /// Takes up something that happened on the last pathway, if whoever did it may do it.
    fn entry(&mut self, naming: &mut Thrown, told: Told, cast: &Cast) -> Result<()> {
        let key = (told.by, told.action);
        let because = match self.because.get(&key) {
            Some(because) => Arc::clone(because),
            None => {
                let platform = Actor::platform();
                let somebody = told.by.and_then(|by| cast.known(by));
                let actor = somebody.map_or(&platform, |somebody| &somebody.actor);
                let because = access::because(actor, told.action, told.at)?;
                Arc::clone(self.because.entry(key).or_insert(because))
            }
        };
        self.entries.push(Entry {
            pathway: self.pathways.len() - 1,
            kept: store::kept::<RequestForSupport>(told.at, &told.event, told.words.clone())?,
            because,
            salt: naming.salt(),
            told,
        });
        Ok(())
    }

    /// Writes the rows. The entries of a batch stand in the journal in the order of their moments.
    async fn write(mut self, pen: &Pen<'_>) -> Result<()> {
        self.entries.sort_by_key(|entry| entry.told.at);
        let subjects: Vec<[uuid::Uuid; 1]> =
            self.entries.iter().map(|entry| [self.pathways[entry.pathway].id.0]).collect();
        let said: Vec<_> = self.entries.iter().zip(&subjects).map(Entry::said).collect();
        let first = journal::append_all(pen.tx, &pen.app.keys, &said).await?;
        let mut histories: Vec<Vec<Recorded>> = vec![Vec::new(); self.pathways.len()];
        let mut events = Vec::with_capacity(self.entries.len());
        for (seq, Entry { pathway, told, kept, .. }) in (first..).zip(self.entries) {
            let stored = Stored {
                no: EntryNo(seq),
                at: told.at,
                recorded: told.at,
                event: kept.event,
                struck: None,
            };
            events.push(store::event_row(self.pathways[pathway].id, &stored, told.by));
            histories[pathway].push((stored, told.by));
        }
        self.people.insert(pen.tx, &pen.app.keys).await?;
        pen.tx.insert_all(&contacts::CONTACT, self.contacts).await?;
        let mut derived = DerivedRows::default();
        let rules = pen.app.rules();
        for (pathway, history) in self.pathways.into_iter().zip(histories) {
            derived.pathway(pathway, history, &rules)?;
        }
        derived.write(pen, events).await
    }
}

impl Entry {
    fn said<'a>((entry, subjects): (&'a Self, &'a [uuid::Uuid; 1])) -> (Said<'a>, Salt) {
        let said = Said {
            kind: Kind::Changed,
            at: entry.told.at,
            actor: entry.told.by.map_or(uuid::Uuid::nil(), |by| by.0),
            what: &entry.kept.what,
            because: &entry.because,
            subjects,
            content: &entry.kept.content,
        };
        (said, entry.salt)
    }
}

/// Why a later account is joined to somebody who is known.
const SAME: &str = "invented as the same person";

/// What follows from the histories of a batch.
#[derive(Default)]
struct DerivedRows {
    pathways: Vec<[Value; 10]>,
    clocks: Vec<[Value; 12]>,
    screenings: Vec<[Value; 11]>,
    running: Vec<(PathwayId, ClockRow)>,
}

impl DerivedRows {
    fn pathway(&mut self, pathway: Pathway, history: Vec<Recorded>, rules: &Rules) -> Result<()> {
        let (entries, by): (Vec<_>, Vec<_>) = history.into_iter().unzip();
        let derived = derive::computed(&pathway.process, &entries, rules)?;
        let place = entries.iter().position(|entry| Some(entry.no.0) == derived.held_by);
        let id = pathway.id;
        self.pathways.push(store::row(&Pathway {
            stage: derived.stage,
            since: derived.since.map(At),
            ended_at: derived.ended_at.map(At),
            holder_id: place.and_then(|place| by[place]),
            ..pathway
        }));
        self.clocks.extend(derived.clocks.iter().map(|c| derive::clock_row(id, c)));
        self.screenings.extend(derived.screening.iter().map(|s| findings::row(id, s)));
        let running = derived.clocks.into_iter().filter(|clock| clock.state == "running");
        self.running.extend(running.map(|clock| (id, clock)));
        Ok(())
    }

    async fn write(self, pen: &Pen<'_>, events: Vec<[Value; 5]>) -> Result<()> {
        pen.tx.insert_all(&store::PATHWAY, self.pathways).await?;
        pen.tx.insert_all(&store::EVENT, events).await?;
        pen.tx.insert_all(&derive::CLOCK, self.clocks).await?;
        pen.tx.insert_all(&findings::SCREENING, self.screenings).await?;
        for (pathway, clock) in self.running {
            // What is past was raised in the history already.
            for rung in clock.watched()?.into_iter().filter(|(due, _)| *due > pen.now) {
                derive::watch(pen.tx, pathway, &clock, rung, pen.now).await?;
            }
        }
        Ok(())
    }
}

/// Refuses a database that holds anybody who was not invented here.
///
/// # Errors
/// A refusal, which says what to do instead.
pub async fn refuse_real_people(db: &impl platform::db::Runs) -> Result<()> {
    use platform::db::{Row, sea_orm};
    #[derive(Row)]
    struct Somebody {
        #[expect(dead_code, reason = "that there is one is enough")]
        source: String,
    }
    let somebody: Option<Somebody> = db
        .one("SELECT source FROM account WHERE source <> $1 LIMIT 1", [super::INVENTED.into()])
        .await?;
    match somebody {
        None => Ok(()),
        Some(_) => Err(Error::refusal(
            "This database holds people whom the demo did not invent, so nobody is added to it. \
             Serve it as it is with --scale 0, or name another file with --database",
        )),
    }
}
