//! What the rules ask for, read from the journal and the record: who looked at which child, what
//! the record knows of why, and whether something was done. It decides nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use need_to_know::unusual::{Child, Common, Facts, Look, Need, Staff, WINDOW, Who, Whom};
use platform::db::{At, Reads, Row, Runs, fold, sea_orm, tables::hex};
use practice::calendar::{Day, LONDON, day_of, start_of};
use uuid::Uuid;

use crate::{
    doors::journal::{self, Kind, Read},
    error::Result,
    people::{home, restricted::watched},
};

/// The looks that open one record. A list, a search or one's own page opens none.
const OPENS: [&str; 20] = [
    "front-door:contact",
    "front-door:request",
    "front-door:reveal",
    "intelligence:reveal",
    "people:child",
    "people:summary",
    "people:side-by-side",
    "people:to-add",
    "people:kept-away",
    "people:restriction",
    "people:who-looked",
    "disclosing:family-pages",
    "disclosing:family-page",
    "disclosing:print-family-page",
    "access:who-may",
    "files:take-out",
    "break-glass:child",
    "data-requests:open",
    "data-requests:item",
    "data-requests:copy",
];
/// What is recorded because somebody looked, and so is nothing that they did. A draft that begins
/// with what was seen is no request yet.
const BY_LOOKING: [&str; 9] = [
    "front-door:read",
    "disclosing:disclosed",
    "notices:read",
    "people:open-again",
    "questionnaires:begin-about",
    "break-glass:break",
    "break-glass:look",
    "data-requests:take-down",
    "data-requests:say-whose",
];
/// How many entries of the journal are read at a time.
const AT_ONCE: i64 = 5_000;

/// The looks of the window that ends with a day, and what is known of everybody in it.
pub struct Window {
    pub looks: Vec<Look>,
    pub facts: Facts,
}

/// Reads it. What is kept meanwhile grows with the looks of four weeks, and not with the record.
///
/// # Errors
/// When the database does.
pub async fn of(db: &Reads<'_>, day: Day) -> Result<Window> {
    let (opened, changed): (Vec<_>, Vec<_>) =
        entries(db, day).await?.into_iter().partition(|entry| entry.is_look);
    let children = Children::opened_by(db, &opened).await?;
    let mut did = HashSet::new();
    for entry in &changed {
        let on = day_of(entry.at);
        did.extend(children.of(&entry.subjects).into_iter().map(|c| (entry.actor, c, on)));
    }
    let mut looks = Vec::new();
    for entry in &opened {
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
    let facts = facts(db, &children.all).await?;
    Ok(Window { looks, facts })
}

/// What matters here of an entry of the journal: a record that somebody opened, or something that
/// they did about one.
struct Entry {
    is_look: bool,
    at: Timestamp,
    actor: Uuid,
    subjects: Vec<Uuid>,
}

impl Entry {
    fn of(read: Read) -> Option<Self> {
        let is_look = match read.kind {
            Kind::Seen if OPENS.contains(&read.what.as_str()) => true,
            Kind::Changed if !BY_LOOKING.contains(&read.what.as_str()) => false,
            _ => return None,
        };
        let Read { at, actor, subjects, .. } = read;
        // The platform has no curiosity.
        (!actor.is_nil()).then_some(Self { is_look, at, actor, subjects })
    }
}

/// The entries of the window that matter, read backwards from the end. Moments follow the numbers but
/// for the seconds by which two processes differ; a day more is read than is used.
async fn entries(db: &Reads<'_>, day: Day) -> Result<Vec<Entry>> {
    #[derive(Row)]
    struct Stored {
        seq: i64,
        entry: Vec<u8>,
    }
    let days = jiff::SignedDuration::from_hours(24 * (WINDOW + 1));
    let from = start_of(day) - days;
    let (mut before, mut found) = (i64::MAX, Vec::new());
    loop {
        let rows: Vec<Stored> = db
            .all(
                "SELECT seq, entry FROM journal WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
                [before.into(), AT_ONCE.into()],
            )
            .await?;
        let Some(last) = rows.last() else { return Ok(found) };
        before = last.seq;
        let read: Vec<_> = rows.iter().filter_map(|row| journal::read(&row.entry)).collect();
        let is_over = read.last().is_some_and(|entry| entry.at < from);
        let within = read.into_iter().filter(|entry| entry.at >= from);
        found.extend(within.filter_map(Entry::of));
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

/// Which children the rows of the journal are about, and who has to do with them: of those alone
/// whom somebody opened.
#[derive(Default)]
struct Children {
    of: HashMap<Uuid, BTreeSet<Uuid>>,
    need: HashMap<(Uuid, Uuid), Need>,
    all: BTreeSet<Uuid>,
    /// The setting of each child's requests, whose safeguarding lead reads them.
    settings: HashMap<Uuid, HashSet<Uuid>>,
    works_at: HashMap<Uuid, Uuid>,
}

/// Every pathway with its child.
const PATHWAYS: &str = "FROM pathway p JOIN contact c ON c.id = p.contact_id \
     JOIN account_link l ON l.account_id = p.account_id AND l.unlinked_at IS NULL";

impl Children {
    async fn opened_by(db: &Reads<'_>, opened: &[Entry]) -> Result<Self> {
        #[derive(Row)]
        struct Works {
            id: Uuid,
            setting_id: Uuid,
        }
        let mut children = Self::default();
        let rows: BTreeSet<_> = opened.iter().flat_map(|entry| &entry.subjects).copied().collect();
        for row in rows {
            children.look_up(db, row).await?;
        }
        let works: Vec<Works> =
            db.all("SELECT id, setting_id FROM staff WHERE setting_id IS NOT NULL", []).await?;
        children.works_at = works.into_iter().map(|w| (w.id, w.setting_id)).collect();
        Ok(children)
    }

    /// Takes in every child whom a row is about, whole.
    async fn look_up(&mut self, db: &Reads<'_>, row: Uuid) -> Result<()> {
        #[derive(Row)]
        struct Of {
            person_id: Uuid,
        }
        let text = format!(
            "SELECT DISTINCT l.person_id {PATHWAYS} \
             WHERE p.id = $1 OR p.contact_id = $1 OR p.account_id = $1"
        );
        let of: Vec<Of> = db.all(&text, [row.into()]).await?;
        for Of { person_id } in of {
            if self.all.insert(person_id) {
                let text = format!(
                    "SELECT p.id, p.contact_id, p.account_id, l.person_id, p.holder_id, \
                     p.ended_at, c.requested_by, c.setting_id {PATHWAYS} WHERE l.person_id = $1"
                );
                let pathways: Vec<Pathway> = db.all(&text, [person_id.into()]).await?;
                pathways.iter().for_each(|pathway| self.take_in(pathway));
            }
        }
        Ok(())
    }

    fn take_in(&mut self, pathway: &Pathway) {
        let child = pathway.person_id;
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

/// Names and homes of staff and of the children who were opened, how many have those that they share,
/// and about which of them looks are asked whoever it is.
async fn facts(db: &Reads<'_>, opened: &BTreeSet<Uuid>) -> Result<Facts> {
    #[derive(Row)]
    struct Named {
        id: Uuid,
        name: String,
    }
    let named: Vec<Named> = db.all("SELECT id, name FROM staff", []).await?;
    let homes: HashMap<_, _> = home::of_staff(db).await?.into_iter().collect();
    let mut staff = HashMap::new();
    for of in named {
        let families = parts(of.name.split_whitespace().last().unwrap_or_default());
        let place = homes.get(&of.id).map(|place| hex(place));
        staff.insert(Who(of.id.as_u128()), Staff { families, place });
    }
    let of_staff: HashSet<_> = staff.values().flat_map(|one| one.families.clone()).collect();
    let of_homes: HashSet<_> = homes.values().cloned().collect();
    let (mut children, mut shared) = (HashMap::new(), BTreeSet::new());
    let watched = watched(db).await?;
    let high_profile = watched.len();
    let mut common =
        Common { children: all_children(db).await?, high_profile, ..Common::default() };
    for id in opened {
        let families = families(db, *id).await?;
        shared.extend(families.iter().filter(|name| of_staff.contains(*name)).cloned());
        let mut places = Vec::new();
        for place in home::of_child(db, *id).await? {
            // Of a place where no member of staff lives nothing need be known.
            if of_homes.contains(&place) {
                let have = home::children_at(db, &place).await?;
                common.places.insert(hex(&place), have);
                places.push(hex(&place));
            }
        }
        let child = Child { families, places, high_profile: watched.contains(id) };
        children.insert(Whom(id.as_u128()), child);
    }
    for name in shared {
        let have = having(db, &name).await?;
        common.families.insert(name, have);
    }
    Ok(Facts { staff, children, common })
}

#[derive(Row)]
struct Family {
    person_id: Uuid,
    family: String,
}

async fn families(db: &Reads<'_>, person: Uuid) -> Result<Vec<String>> {
    let names: Vec<Family> = db
        .all(
            "SELECT l.person_id, n.family FROM account_link l \
             JOIN account_name n ON n.account_id = l.account_id \
             WHERE l.person_id = $1 AND l.unlinked_at IS NULL",
            [person.into()],
        )
        .await?;
    Ok(names.iter().flat_map(|name| parts(&name.family)).collect())
}

/// How many children have that part of a family name, or had.
async fn having(db: &Reads<'_>, part: &str) -> Result<usize> {
    let word = part.split(' ').next().unwrap_or_default().as_bytes().to_vec();
    let names: Vec<Family> = db
        .all(
            "SELECT l.person_id, n.family FROM account_name_word w \
             JOIN account_name n ON n.id = w.name_id \
             JOIN account_link l ON l.account_id = n.account_id AND l.unlinked_at IS NULL \
             WHERE w.word = $1 AND EXISTS (SELECT 1 FROM pathway p \
             JOIN account_link own ON own.account_id = p.account_id \
             WHERE own.person_id = l.person_id AND own.unlinked_at IS NULL)",
            [word.into()],
        )
        .await?;
    let have = names.iter().filter(|name| parts(&name.family).iter().any(|one| one == part));
    Ok(have.map(|name| name.person_id).collect::<HashSet<_>>().len())
}

async fn all_children(db: &Reads<'_>) -> Result<usize> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = "SELECT count(DISTINCT l.person_id) AS rows FROM pathway p \
         JOIN account_link l ON l.account_id = p.account_id AND l.unlinked_at IS NULL";
    let count: Option<Count> = db.one(text, []).await?;
    Ok(count.map_or(0, |count| usize::try_from(count.rows).unwrap_or(0)))
}

/// The parts of a family name, folded: whoever is called Bell-Marsh has both names.
fn parts(family: &str) -> Vec<String> {
    let parts = family.split(|c: char| c == '-' || c.is_whitespace());
    parts.map(fold).filter(|part| part.chars().count() > 1).collect()
}
