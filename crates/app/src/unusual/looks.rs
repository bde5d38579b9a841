//! What the rules ask for, read from the journal and the record: who looked at which child, what
//! the record knows of why, and whether something was done. It decides nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use need_to_know::unusual::{Child, Facts, Look, Need, Staff, WINDOW, Who, Whom};
use platform::db::{At, Reads, Row, Runs, fold, sea_orm};
use practice::calendar::{Day, LONDON, day_of, start_of};
use uuid::Uuid;

use crate::{
    doors::journal::{self, Kind, Read},
    error::Result,
};

/// The looks that open one record. A list, a search or one's own page opens none.
const OPENS: [&str; 4] =
    ["front-door:contact", "front-door:reveal", "people:child", "access:who-may"];
/// What is recorded because somebody looked, and so is nothing that they did. A draft that begins
/// with what was seen is no request yet.
const BY_LOOKING: [&str; 3] = ["front-door:read", "notices:read", "questionnaires:begin-about"];
/// How many entries of the journal are read at a time.
const AT_ONCE: i64 = 5_000;

/// The looks of the window that ends with a day, and what is known of everybody in it.
pub struct Window {
    pub looks: Vec<Look>,
    pub facts: Facts,
}

/// Reads it.
///
/// # Errors
/// When the database does.
pub async fn of(db: &Reads<'_>, day: Day) -> Result<Window> {
    let entries = entries(db, day).await?;
    let children = Children::read(db).await?;
    let mut did = HashSet::new();
    for entry in &entries {
        if entry.kind == Kind::Changed && !BY_LOOKING.contains(&entry.what.as_str()) {
            let on = day_of(entry.at);
            did.extend(children.of(&entry.subjects).into_iter().map(|c| (entry.actor, c, on)));
        }
    }
    let mut looks = Vec::new();
    for entry in &entries {
        if entry.kind != Kind::Seen || !OPENS.contains(&entry.what.as_str()) {
            continue;
        }
        let at = entry.at.to_zoned(LONDON.clone());
        for child in children.of(&entry.subjects) {
            looks.push(Look {
                who: Who(entry.actor.as_u128()),
                child: Whom(child.as_u128()),
                day: at.date(),
                hour: u8::try_from(at.hour()).unwrap_or(0),
                need: children.need(entry.actor, child),
                acted: did.contains(&(entry.actor, child, at.date())),
            });
        }
    }
    let facts = facts(db, &children).await?;
    Ok(Window { looks, facts })
}

/// The entries of the window by people, read backwards from the end. Moments follow the numbers but
/// for the seconds by which two processes differ; a day more is read than is used.
async fn entries(db: &Reads<'_>, day: Day) -> Result<Vec<Read>> {
    #[derive(Row)]
    struct Entry {
        seq: i64,
        entry: Vec<u8>,
    }
    let days = jiff::SignedDuration::from_hours(24 * (WINDOW + 1));
    let from = start_of(day) - days;
    let (mut before, mut found) = (i64::MAX, Vec::new());
    loop {
        let rows: Vec<Entry> = db
            .all(
                "SELECT seq, entry FROM journal WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
                [before.into(), AT_ONCE.into()],
            )
            .await?;
        let Some(last) = rows.last() else { return Ok(found) };
        before = last.seq;
        let read: Vec<_> = rows.iter().filter_map(|row| journal::read(&row.entry)).collect();
        let is_over = read.last().is_some_and(|entry| entry.at < from);
        found.extend(read.into_iter().filter(|entry| !entry.actor.is_nil() && entry.at >= from));
        if is_over {
            return Ok(found);
        }
    }
}

/// One pathway of a child: what it came with, and whose it is or was.
#[derive(Row)]
struct Pathway {
    id: Uuid,
    contact_id: Uuid,
    account_id: Uuid,
    person_id: Uuid,
    holder_id: Option<Uuid>,
    ended_at: Option<At>,
    requested_by: Option<Uuid>,
    setting_id: Option<Uuid>,
}

/// Which children the rows of the journal are about, and who has to do with them.
#[derive(Default)]
struct Children {
    of: HashMap<Uuid, BTreeSet<Uuid>>,
    need: HashMap<(Uuid, Uuid), Need>,
    all: HashSet<Uuid>,
    /// The setting of each child's requests, whose safeguarding lead reads them.
    settings: HashMap<Uuid, HashSet<Uuid>>,
    works_at: HashMap<Uuid, Uuid>,
}

impl Children {
    async fn read(db: &Reads<'_>) -> Result<Self> {
        #[derive(Row)]
        struct Works {
            id: Uuid,
            setting_id: Uuid,
        }
        let mut children = Self::default();
        let pathways: Vec<Pathway> = db
            .all(
                "SELECT p.id, p.contact_id, p.account_id, l.person_id, p.holder_id, p.ended_at, \
                 c.requested_by, c.setting_id FROM pathway p JOIN contact c ON c.id = p.contact_id \
                 JOIN account_link l ON l.account_id = p.account_id AND l.unlinked_at IS NULL",
                [],
            )
            .await?;
        pathways.iter().for_each(|pathway| children.take_in(pathway));
        let works: Vec<Works> =
            db.all("SELECT id, setting_id FROM staff WHERE setting_id IS NOT NULL", []).await?;
        children.works_at = works.into_iter().map(|w| (w.id, w.setting_id)).collect();
        Ok(children)
    }

    fn take_in(&mut self, pathway: &Pathway) {
        let child = pathway.person_id;
        self.all.insert(child);
        for row in [pathway.id, pathway.contact_id, pathway.account_id] {
            self.of.entry(row).or_default().insert(child);
        }
        if let Some(setting) = pathway.setting_id {
            self.settings.entry(child).or_default().insert(setting);
        }
        if let Some(requester) = pathway.requested_by {
            self.need.insert((requester, child), Need::Tied);
        }
        if let Some(holder) = pathway.holder_id {
            let need = pathway.ended_at.map_or(Need::Tied, |at| Need::Ended(day_of(at.0)));
            let before = self.need.entry((holder, child)).or_insert(need);
            *before = later(*before, need);
        }
    }

    /// The children that an entry's rows are about, each once.
    fn of(&self, rows: &[Uuid]) -> BTreeSet<Uuid> {
        rows.iter().filter_map(|row| self.of.get(row)).flatten().copied().collect()
    }

    /// As the record knows it today: what somebody took on after they looked explains the look.
    fn need(&self, who: Uuid, child: Uuid) -> Need {
        let settings = self.settings.get(&child);
        let is_from_there =
            self.works_at.get(&who).zip(settings).is_some_and(|(w, s)| s.contains(w));
        if is_from_there {
            return Need::Tied;
        }
        self.need.get(&(who, child)).copied().unwrap_or(Need::Nothing)
    }
}

/// The one that explains more.
fn later(one: Need, other: Need) -> Need {
    match (one, other) {
        (Need::Tied, _) | (_, Need::Tied) => Need::Tied,
        (Need::Ended(one), Need::Ended(other)) => Need::Ended(one.max(other)),
        (Need::Nothing, need) | (need, Need::Nothing) => need,
    }
}

/// Names of everybody. Where staff live, and which cases are in the news, is not recorded; so the
/// rules on them find nothing here.
async fn facts(db: &Reads<'_>, children: &Children) -> Result<Facts> {
    #[derive(Row)]
    struct Named {
        id: Uuid,
        name: String,
    }
    let staff: Vec<Named> = db.all("SELECT id, name FROM staff", []).await?;
    let staff = staff.into_iter().map(|of| {
        let family = of.name.split_whitespace().last().unwrap_or_default();
        (Who(of.id.as_u128()), Staff { families: parts(family), place: None })
    });
    let names: Vec<Named> = db
        .all(
            "SELECT l.person_id AS id, n.family AS name FROM account_name n \
             JOIN account_link l ON l.account_id = n.account_id AND l.unlinked_at IS NULL",
            [],
        )
        .await?;
    let mut named: HashMap<Whom, Child> =
        children.all.iter().map(|id| (Whom(id.as_u128()), Child::default())).collect();
    for name in names {
        if let Some(child) = named.get_mut(&Whom(name.id.as_u128())) {
            child.families.extend(parts(&name.name));
        }
    }
    Ok(Facts::of(staff.collect(), named))
}

/// The parts of a family name, folded: whoever is called Bell-Marsh has both names.
fn parts(family: &str) -> Vec<String> {
    let parts = family.split(|c: char| c == '-' || c.is_whitespace());
    parts.map(fold).filter(|part| part.chars().count() > 1).collect()
}
