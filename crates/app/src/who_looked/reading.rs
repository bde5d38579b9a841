//! Who looked at one child: what is folded, and what was journaled since.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::calendar::Day;
use uuid::Uuid;

use super::{
    Sort,
    folding::{self, Key},
};
use crate::{
    access::Action,
    doors::{Glass, Look},
    error::{Error, Result},
    people::{
        child,
        opening::{self, Opened},
        store::{places, values},
    },
};

/// How many entries that are not folded yet are read at most: far more than come between two turns.
const TAIL: i64 = 20_000;
/// How many rows are shown: the newest.
const MOST: usize = 500;

/// A look at who looked at a child.
#[derive(Debug)]
pub struct SeeWhoLooked {
    /// The person's reference.
    pub person: String,
}

/// Who looked at a child.
#[derive(Debug)]
pub struct WhoLooked {
    pub person: String,
    pub name: String,
    /// The newest first.
    pub looks: Vec<Looked>,
    /// Whether there are more, which are older.
    pub more: bool,
    /// Whether the newest are not counted yet.
    pub behind: bool,
    /// Who opened it again when all was dealt with, and what for.
    pub opened: Vec<Opened>,
}

/// What somebody did on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    pub day: Day,
    pub who: String,
    pub job: String,
    pub agency: String,
    pub sort: Sort,
    pub looks: i64,
    pub first: At,
    pub last: At,
    /// By which rule, the last time.
    pub because: String,
}

impl Look for SeeWhoLooked {
    type Seen = WhoLooked;
    const WHAT: &'static str = "people:who-looked";
    const ACTION: Action = Action::SeeWhoLooked;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(WhoLooked, Vec<Uuid>)> {
        let accounts = child::accounts(&glass.db, &glass.scope, &self.person).await?;
        let first = accounts.first().ok_or(Error::NotFound)?;
        let ids: Vec<_> = accounts.iter().map(|account| account.id.0).collect();
        let about = about(&glass.db, &ids).await?;
        let (rows, behind) = all_of(&glass.db, &about).await?;
        let mut found = Found::new();
        for ((_, day, staff, sort), looks) in rows {
            add(&mut found, (day, staff, sort), looks);
        }
        let (looks, more) = named(&glass.db, found).await?;
        let opened = opening::of_accounts(&glass.db, &glass.app.keys, &ids).await?;
        let (person, name) = (self.person, first.name());
        let seen = WhoLooked { person, name, looks, more, behind, opened };
        Ok((seen, ids))
    }
}

/// The rows by which the journal speaks of these accounts: themselves, their part of each request, the
/// requests, with their answers and files.
async fn about(db: &impl Runs, accounts: &[Uuid]) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Id {
        id: Uuid,
    }
    let these = places(accounts, 1);
    let contacts = format!("SELECT contact_id FROM pathway WHERE account_id IN ({these})");
    let text = format!(
        "SELECT id FROM pathway WHERE account_id IN ({these}) \
         UNION SELECT contact_id FROM pathway WHERE account_id IN ({these}) \
         UNION SELECT response_id FROM contact WHERE response_id IS NOT NULL AND id IN ({contacts}) \
         UNION SELECT id FROM file WHERE contact_id IN ({contacts})"
    );
    let found: Vec<Id> = db.all(&text, values(accounts)).await?;
    let all: BTreeSet<_> =
        found.into_iter().map(|found| found.id).chain(accounts.iter().copied()).collect();
    Ok(all.into_iter().collect())
}

/// What somebody did on a day. The same look may be about several rows of one child: it counts as often
/// as it was about the row that it was about most.
type Found = BTreeMap<(Day, Uuid, Sort), folding::Looks>;

fn add(found: &mut Found, key: (Day, Uuid, Sort), looks: folding::Looks) {
    let one = found.entry(key).or_insert_with(|| looks.clone());
    one.looks = one.looks.max(looks.looks);
    one.take(looks);
}

/// What is folded of these rows and what came since, and whether that is not all of it. What is folded
/// while it is read is read again.
async fn all_of(db: &impl Runs, about: &[Uuid]) -> Result<(BTreeMap<Key, folding::Looks>, bool)> {
    let wanted: HashSet<_> = about.iter().copied().collect();
    let mut upto = folding::upto(db).await?;
    loop {
        let mut rows = folded(db, about).await?;
        let still = folding::upto(db).await?;
        if still != upto {
            upto = still;
            continue;
        }
        let tail = folding::after(db, upto, TAIL, |id| wanted.contains(id)).await?;
        let behind = folding::after(db, tail.upto, 1, |_| false).await?.upto > tail.upto;
        for (key, looks) in tail.found {
            match rows.get_mut(&key) {
                None => drop(rows.insert(key, looks)),
                Some(before) => {
                    before.looks += looks.looks;
                    before.take(looks);
                }
            }
        }
        return Ok((rows, behind));
    }
}

async fn folded(db: &impl Runs, about: &[Uuid]) -> Result<BTreeMap<Key, folding::Looks>> {
    #[derive(Row)]
    struct Stored {
        subject: Uuid,
        day: On,
        staff_id: Uuid,
        sort: String,
        looks: i64,
        first_at: At,
        last_at: At,
        because: String,
    }
    let text = format!(
        "SELECT subject, day, staff_id, sort, looks, first_at, last_at, because FROM look_of_day \
         WHERE subject IN ({})",
        places(about, 1)
    );
    let stored: Vec<Stored> = db.all(&text, values(about)).await?;
    let row = |one: Stored| {
        let (first, last) = (one.first_at.0, one.last_at.0);
        let looks = folding::Looks { looks: one.looks, first, last, because: one.because };
        Some(((one.subject, one.day.0, one.staff_id, Sort::of_slug(&one.sort)?), looks))
    };
    Ok(stored.into_iter().filter_map(row).collect())
}

/// The newest, with who they were.
async fn named(db: &impl Runs, found: Found) -> Result<(Vec<Looked>, bool)> {
    #[derive(Row)]
    struct Staff {
        id: Uuid,
        name: String,
        job: String,
        agency: String,
    }
    let more = found.len() > MOST;
    let newest: Vec<_> = found.into_iter().rev().take(MOST).collect();
    let who: BTreeSet<_> = newest.iter().map(|((_, staff, _), _)| *staff).collect();
    let who: Vec<_> = who.into_iter().collect();
    let staff: Vec<Staff> = match who.is_empty() {
        true => Vec::new(),
        false => {
            let text = format!(
                "SELECT s.id, s.name, s.job, g.name AS agency FROM staff s \
                 JOIN agency g ON g.id = s.agency_id WHERE s.id IN ({})",
                places(&who, 1)
            );
            db.all(&text, values(&who)).await?
        }
    };
    let looked = |((day, who, sort), looks): ((Day, Uuid, Sort), folding::Looks)| {
        let staff = staff.iter().find(|staff| staff.id == who);
        Looked {
            day,
            who: staff
                .map_or_else(|| "Somebody who is not on the record".into(), |s| s.name.clone()),
            job: staff.map_or_else(String::new, |s| s.job.clone()),
            agency: staff.map_or_else(String::new, |s| s.agency.clone()),
            sort,
            looks: looks.looks,
            first: At(looks.first),
            last: At(looks.last),
            because: looks.because,
        }
    };
    Ok((newest.into_iter().map(looked).collect(), more))
}
