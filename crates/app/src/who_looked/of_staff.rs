//! What one member of staff looked at within a span of days, for a privacy officer of their agency, or
//! the hub manager who stands in: how many people's records on each day, by which rules, and which
//! looks stood out. It names no child and counts none who is hidden from whoever asks; but what their
//! other lists show them all the same is counted, so that nothing can be told from comparing the two.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ops::RangeInclusive,
};

use platform::db::{On, Row, Runs, sea_orm};
use practice::calendar::{Day, day_of};
use uuid::Uuid;

use super::Sort;
use crate::{
    access::{Action, officers::Officers},
    break_glass::reviewing::{self as glass_uses, Used},
    doors::{Glass, Look},
    error::{Error, Result},
    ids::{AgencyId, StaffId},
    limits,
    people::{hidden, kept_away},
    unusual::reviewing::{self, Seen},
};

/// How many days are looked at together at most: a quarter of a year.
pub const MOST_DAYS: i32 = 92;

/// Whose looks, and of which days.
#[derive(Debug, Clone)]
pub struct Span {
    /// Their e-mail address at work.
    pub who: String,
    /// From the first to the last.
    pub days: RangeInclusive<Day>,
}

impl Span {
    /// Refuses days that are none, or too many.
    fn check(&self) -> Result<()> {
        let days = self.days.start().until(*self.days.end());
        let days = days.map_err(|e| Error::fault("counting days", e))?;
        match days.get_days() {
            ..0 => Err(Error::beside("to", "The last day must not be before the first")),
            days if days >= MOST_DAYS => {
                Err(Error::beside("to", format!("Choose {MOST_DAYS} days or fewer")))
            }
            _ => Ok(()),
        }
    }
}

/// A look at what one member of staff looked at.
#[derive(Debug)]
pub struct SeeLooksOf {
    pub span: Span,
    /// What it is needed for, which the journal keeps.
    pub purpose: String,
}

/// What one member of staff looked at.
#[derive(Debug)]
pub struct LooksOf {
    pub who: String,
    /// Their job, and where they work.
    pub job: String,
    /// The newest day first, and on each what matters most.
    pub days: Vec<OfDay>,
    /// What stood out, as the officer's list has it, also what was settled.
    pub stood_out: Vec<Seen>,
}

/// What they did on one day, of one sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfDay {
    pub day: Day,
    pub sort: Sort,
    /// Of how many people.
    pub people: usize,
    /// By which rules, the last one of the day for each record.
    pub rules: BTreeSet<String>,
}

impl Look for SeeLooksOf {
    type Seen = LooksOf;
    const WHAT: &'static str = "who-looked:of-staff";
    const ACTION: Action = Action::ReadJournal;

    fn asked(&self) -> String {
        self.span.who.clone()
    }

    fn purpose(&self) -> String {
        self.purpose.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(LooksOf, Vec<Uuid>)> {
        limits::reason("purpose", &self.purpose)?;
        self.span.check()?;
        let found = whose(&glass.db, &self.span.who).await?.ok_or(Error::NotFound)?;
        let officers = Officers::on(&glass.db, day_of(glass.scope.now()?)).await?;
        glass.scope.ask_about(&officers.looks_of(found.agency_id, found.id))?;
        let days = days_of(glass, found.id, &self.span.days).await?;
        let stood_out = reviewing::of_staff(glass, &officers, found.id, &self.span.days).await?;
        let seen = LooksOf { who: found.name, job: found.job, days, stood_out };
        Ok((seen, vec![found.id.0]))
    }
}

/// A member of staff, also one who has left.
#[derive(Row)]
struct Found {
    id: StaffId,
    agency_id: AgencyId,
    name: String,
    job: String,
}

/// Whoever has that address, or had it last.
async fn whose(db: &impl Runs, email: &str) -> Result<Option<Found>> {
    let text = "SELECT s.id, s.agency_id, s.name, s.job || ', ' || g.name AS job \
        FROM staff s JOIN agency g ON g.id = s.agency_id WHERE lower(s.email) = $1 \
        ORDER BY s.joined_on DESC, s.id DESC LIMIT 1";
    Ok(db.one(text, [email.trim().to_lowercase().into()]).await?)
}

/// Somebody whom they looked at, as the fold has it.
#[derive(Row)]
struct Looked {
    day: On,
    sort: String,
    because: String,
    person_id: Uuid,
}

/// By which rows of the journal somebody is meant: they themselves, and for a child the requests, with
/// their answers and files.
const ABOUT: [&str; 5] = [
    "JOIN account a ON a.id = d.subject",
    "JOIN pathway w ON w.id = d.subject JOIN account a ON a.id = w.account_id",
    "JOIN pathway w ON w.contact_id = d.subject JOIN account a ON a.id = w.account_id",
    "JOIN contact c ON c.response_id = d.subject JOIN pathway w ON w.contact_id = c.id \
     JOIN account a ON a.id = w.account_id",
    "JOIN file f ON f.id = d.subject JOIN pathway w ON w.contact_id = f.contact_id \
     JOIN account a ON a.id = w.account_id",
];

async fn days_of(
    glass: &Glass<'_>,
    staff: StaffId,
    days: &RangeInclusive<Day>,
) -> Result<Vec<OfDay>> {
    let parts = ABOUT.map(|about| {
        format!(
            "SELECT d.day, d.sort, d.because, l.person_id FROM look_of_day d {about} \
             JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
             WHERE d.staff_id = $1 AND d.day >= $2 AND d.day <= $3"
        )
    });
    let values = [staff.into(), On(*days.start()).into(), On(*days.end()).into()];
    let looked: Vec<Looked> = glass.db.all(&parts.join(" UNION "), values).await?;
    let hidden = persons(glass, &hidden::accounts(1)).await?;
    let shown = shown_elsewhere(glass, staff).await?;
    let mut days: BTreeMap<(Day, Sort), (HashSet<Uuid>, BTreeSet<String>)> = BTreeMap::new();
    for Looked { day, sort, because, person_id } in looked {
        let Some(sort) = Sort::of_slug(&sort) else { continue };
        if hidden.contains(&person_id) && !shown.contains(&(person_id, sort)) {
            continue;
        }
        let (people, rules) = days.entry((day.0, sort)).or_default();
        people.insert(person_id);
        if !because.is_empty() {
            rules.insert(because);
        }
    }
    let mut days: Vec<_> = days
        .into_iter()
        .map(|((day, sort), (people, rules))| OfDay { day, sort, people: people.len(), rules })
        .collect();
    days.sort_by(|one, other| other.day.cmp(&one.day).then(one.sort.cmp(&other.sort)));
    Ok(days)
}

#[derive(Row)]
struct Person {
    person_id: Uuid,
}

/// Whose accounts these are, or were.
async fn persons(glass: &Glass<'_>, accounts: &str) -> Result<HashSet<Uuid>> {
    let text =
        format!("SELECT DISTINCT person_id FROM account_link WHERE account_id IN ({accounts})");
    let persons: Vec<Person> = glass.db.all(&text, [glass.scope.own().into()]).await?;
    Ok(persons.into_iter().map(|person| person.person_id).collect())
}

/// Of whom, though hidden, the officer's lists of what stood out and of emergencies show that this
/// member of staff looked. Whom they are kept away from stands on the first of them alone.
async fn shown_elsewhere(glass: &Glass<'_>, staff: StaffId) -> Result<BTreeSet<(Uuid, Sort)>> {
    let text = "SELECT DISTINCT person_id FROM unusual_access \
        WHERE staff_id = $1 AND person_id IS NOT NULL AND shown_on IS NOT NULL";
    let asked_about: Vec<Person> = glass.db.all(text, [staff.into()]).await?;
    let text = "SELECT DISTINCT person_id FROM broken_glass WHERE staff_id = $1";
    let broken: Vec<Person> = glass.db.all(text, [staff.into()]).await?;
    let kept = persons(glass, &kept_away::accounts(1)).await?;
    let asked_about = asked_about
        .into_iter()
        .flat_map(|Person { person_id }| [(person_id, Sort::Opened), (person_id, Sort::Emergency)]);
    let broken = broken.into_iter().map(|of| of.person_id).filter(|of| !kept.contains(of));
    Ok(asked_about.chain(broken.map(|of| (of, Sort::Emergency))).collect())
}

/// A look at what the same member of staff opened in an emergency within those days: what the asker may
/// review of it.
#[derive(Debug)]
pub struct SeeUsesOf {
    pub span: Span,
}

impl Look for SeeUsesOf {
    type Seen = Vec<Used>;
    const WHAT: &'static str = "break-glass:uses-of";
    const ACTION: Action = Action::ReviewGlass;

    fn asked(&self) -> String {
        self.span.who.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Used>, Vec<Uuid>)> {
        self.span.check()?;
        let found = whose(&glass.db, &self.span.who).await?.ok_or(Error::NotFound)?;
        glass_uses::of_staff(glass, found.id, &self.span.days).await
    }
}
