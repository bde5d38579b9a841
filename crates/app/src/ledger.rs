//! What must outlast a restore, written down outside the database while it happens: who is kept away from
//! whom, whose record is for few, what is secret, what was destroyed, who has left. An older backup knows
//! nothing of it; before the server opens it is said again. It refuses to lower anything.

pub mod file;
pub mod keeping;
pub mod pages;
pub mod restored;

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::Result,
    organisations::lasting::{Left, left},
    people::lasting::{
        Again, KeptAway, Restricted, Secret, kept_away_since, restricted_since, secret_since,
    },
    retention::{
        gone::{Contents, Gone},
        lasting::{Destroyed, destroyed_since},
    },
};

/// Something that must outlast a restore and that is said again by itself, as it is now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    Left(Left),
    KeptAway(KeptAway),
    Restricted(Restricted),
    Secret(Secret),
}

/// What something that is written down is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    Left,
    KeptAway,
    Restricted,
    SecretAddress,
    SecretPhone,
    Destroyed,
}

impl Fact {
    const fn of(&self) -> (Of, Uuid) {
        match self {
            Self::Left(one) => (Of::Left, one.staff.0),
            Self::KeptAway(one) => (Of::KeptAway, one.id),
            Self::Restricted(one) => (Of::Restricted, one.id),
            Self::Secret(one) if one.is_address => (Of::SecretAddress, one.account.0),
            Self::Secret(one) => (Of::SecretPhone, one.account.0),
        }
    }

    async fn again(&self, pen: &mut Pen<'_>, as_of: Timestamp) -> Result<Again> {
        match self {
            Self::Left(one) => one.again(pen).await,
            Self::KeptAway(one) => one.again(pen).await,
            Self::Restricted(one) => one.again(pen, as_of).await,
            Self::Secret(one) => one.again(pen).await,
        }
    }
}

/// How far a database was when the ledger was written last: an entry of its journal, by which it is
/// known whether a database went on from there or is an older one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub seq: i64,
    /// SHA-256 of the entry, in hexadecimal digits.
    pub entry: String,
    pub at: Timestamp,
}

/// A line of the ledger.
#[derive(Clone, Serialize, Deserialize)]
pub struct Line {
    /// Of which database, by what its keys are known by: one file of keys may open several.
    of: String,
    said: Entry,
}

/// What a line says.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    Fact(Box<Fact>),
    /// It is destroyed again once everything else was said: nothing can be said of it afterwards.
    Destroyed(Destroyed),
    Position(Position),
}

/// What stands in a ledger of one database: of each thing what was written last.
#[derive(Default)]
pub struct Written {
    facts: BTreeMap<(Of, Uuid), Fact>,
    destroyed: BTreeMap<Uuid, Destroyed>,
    pub position: Option<Position>,
}

impl Written {
    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Fact(fact) => drop(self.facts.insert(fact.of(), *fact)),
            Entry::Destroyed(one) => drop(self.destroyed.insert(one.id, one)),
            Entry::Position(position) => self.position = Some(position),
        }
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.destroyed.is_empty()
    }

    fn has(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Fact(fact) => self.facts.get(&fact.of()) == Some(fact),
            Entry::Destroyed(one) => self.destroyed.get(&one.id) == Some(one),
            Entry::Position(position) => self.position.as_ref() == Some(position),
        }
    }

    /// Of whom it was written that they leave, and who stay after all, since they are not among these.
    fn stay(&self, leave: &[Left]) -> Vec<Left> {
        let stays = |fact: &Fact| match fact {
            Fact::Left(one) if one.on.is_some() => {
                let leaves = leave.iter().any(|left| left.staff == one.staff);
                (!leaves).then_some(Left { staff: one.staff, on: None })
            }
            _ => None,
        };
        self.facts.values().filter_map(stays).collect()
    }
}

/// What must outlast a restore, as far as it came or changed since a moment and is not written yet.
///
/// # Errors
/// When the database does.
async fn unwritten(app: &App, written: &Written, since: Timestamp) -> Result<Vec<Entry>> {
    let db = app.db.reads();
    let mut leave = left(&db).await?;
    leave.extend(written.stay(&leave));
    let mut facts: Vec<_> = leave.into_iter().map(Fact::Left).collect();
    facts.extend(kept_away_since(&db, &app.keys, since).await?.into_iter().map(Fact::KeptAway));
    facts.extend(restricted_since(&db, &app.keys, since).await?.into_iter().map(Fact::Restricted));
    facts.extend(secret_since(&db, since).await?.into_iter().map(Fact::Secret));
    let mut entries: Vec<_> = facts.into_iter().map(|fact| Entry::Fact(Box::new(fact))).collect();
    entries.extend(destroyed_since(&db, since).await?.into_iter().map(Entry::Destroyed));
    entries.retain(|entry| !written.has(entry));
    Ok(entries)
}

/// How many things of each sort were said again, and about how many nobody is there.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub left: usize,
    pub kept_away: usize,
    pub restricted: usize,
    pub secret: usize,
    pub destroyed: usize,
    /// About people who came later than the backup.
    pub nobody_there: usize,
}

impl Said {
    /// Whether the database lacked any of it.
    pub const fn is_anything(&self) -> bool {
        self.left + self.kept_away + self.restricted + self.secret + self.destroyed > 0
    }

    fn add(&mut self, more: &Self) {
        self.left += more.left;
        self.kept_away += more.kept_away;
        self.restricted += more.restricted;
        self.secret += more.secret;
        self.destroyed += more.destroyed;
        self.nobody_there += more.nobody_there;
    }

    fn count(&mut self, of: Of, again: Again) {
        let counted = match (again, of) {
            (Again::Stood, _) => return,
            (Again::NobodyThere, _) => &mut self.nobody_there,
            (Again::Stands, Of::Left) => &mut self.left,
            (Again::Stands, Of::KeptAway) => &mut self.kept_away,
            (Again::Stands, Of::Restricted) => &mut self.restricted,
            (Again::Stands, Of::SecretAddress | Of::SecretPhone) => &mut self.secret,
            (Again::Stands, Of::Destroyed) => &mut self.destroyed,
        };
        *counted += 1;
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Said again from the ledger:")?;
        for (count, what) in [
            (self.left, "people have left"),
            (self.kept_away, "people are kept away from somebody"),
            (self.restricted, "records are for few"),
            (self.secret, "addresses or numbers are secret"),
            (self.destroyed, "disposals were carried out"),
        ] {
            writeln!(f, "{count:>10}  {what}")?;
        }
        write!(
            f,
            "{:>10}  could not be said: those whom they are about came later than the backup",
            self.nobody_there
        )
    }
}

/// How many facts are said in one change: each holds up whoever else writes.
const AT_ONCE: usize = 50;

/// Says again what stands in a ledger, over a database that may be older: a few at a time, each of which
/// may be said twice.
///
/// # Errors
/// When the database does; then it is to be said once more from the beginning.
pub async fn say_again(app: &App, written: &Written) -> Result<Said> {
    let as_of = written.position.as_ref().map_or(Timestamp::MAX, |position| position.at);
    let facts: Vec<_> = written.facts.values().cloned().collect();
    let mut said = Said::default();
    for facts in facts.chunks(AT_ONCE) {
        let change = SayAgain { facts: facts.to_vec(), as_of };
        said.add(&doors::record(app, &Actor::platform(), change).await?);
    }
    for one in written.destroyed.values().cloned() {
        // The journal is read before the writer is asked for, which has others waiting.
        let (gone, contents) = one.look(&app.db.reads()).await?;
        let change = DestroyAgain { one, gone, contents };
        said.add(&doors::record(app, &Actor::platform(), change).await?);
    }
    if said.destroyed > 0 && !app.db.forgets().await? {
        tracing::warn!("what was destroyed stands in the database's own log until nobody reads it");
    }
    Ok(said)
}

/// Says again some of what must outlast a restore.
struct SayAgain {
    facts: Vec<Fact>,
    as_of: Timestamp,
}

impl Change for SayAgain {
    type Made = Said;
    const WHAT: &'static str = "ledger:say-again";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Said> {
        let mut said = Said::default();
        for fact in &self.facts {
            let again = fact.again(pen, self.as_of).await?;
            said.count(fact.of().0, again);
        }
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&said)?).await?;
        Ok(said)
    }
}

/// Destroys again what came back with a backup.
struct DestroyAgain {
    one: Destroyed,
    gone: Gone,
    contents: Contents,
}

impl Change for DestroyAgain {
    type Made = Said;
    const WHAT: &'static str = "ledger:destroy-again";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Said> {
        let mut said = Said::default();
        let again = self.one.again(pen, &self.gone, self.contents).await?;
        said.count(Of::Destroyed, again);
        pen.journal(Self::WHAT, &[self.one.id], &serde_json::to_vec(&said)?).await?;
        Ok(said)
    }
}
