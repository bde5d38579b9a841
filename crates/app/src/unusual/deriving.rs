//! Each morning the rules run over the day before, and the few rows of the day are chosen for each
//! agency. A day that was missed is made up for; a day that was done is not done again.

use std::{collections::HashMap, time::Duration};

use need_to_know::unusual::{A_DAY, Finding, QUIET, Queue, Row as Found, Who, Whom, of_day};
use platform::db::{At, On, Row, Runs, Table, Value, sea_orm};
use practice::calendar::{Day, day_of};
use tokio::sync::watch;
use uuid::Uuid;

use super::{looks, seal, unseal};
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::{AgencyId, reference},
};

/// How often it is asked whether a day is over.
const EACH: Duration = Duration::from_mins(10);
/// How many missed days are made up for at most: looks from before them are outside every window.
const MOST_MISSED: i32 = 28;

const ROW: Table<9> = Table::new(
    "unusual_access",
    [
        "id",
        "reference",
        "agency_id",
        "staff_id",
        "person_id",
        "known_as",
        "since",
        "shown_on",
        "sealed",
    ],
);
const DAY: Table<3> = Table::new("unusual_access_day", ["day", "found", "derived_at"]);

/// Works until it is stopped.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = turn(&app).await {
            tracing::error!(%error, "unusual access could not be looked for");
        }
        tokio::select! {
            () = tokio::time::sleep(EACH) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// Runs the rules over every day that is over and was not done, up to yesterday. Answers with how
/// many days that were.
///
/// # Errors
/// When the database does; what was done until then stands.
pub async fn turn(app: &App) -> Result<usize> {
    #[derive(Row)]
    struct Last {
        day: Option<On>,
    }
    let db = app.db.reads();
    let last: Option<Last> = db.one("SELECT max(day) AS day FROM unusual_access_day", []).await?;
    let today = day_of(app.clock.now());
    let back = |days: i32| today.checked_sub(jiff::Span::new().days(days));
    let back = |days| back(days).map_err(|e| Error::fault("counting days", e));
    let mut day = match last.and_then(|last| last.day) {
        None => back(1)?,
        Some(On(last)) => next(last)?.max(back(MOST_MISSED)?),
    };
    let mut days = 0;
    while day < today {
        let window = looks::of(&app.db.reads(), day).await?;
        let found = of_day(day, &window.looks, &window.facts);
        match doors::record(app, &Actor::platform(), Derive { day, found }).await {
            // Another process was first.
            Ok(()) | Err(Error::Stale) => {}
            Err(error) => return Err(error),
        }
        days += 1;
        day = next(day)?;
    }
    Ok(days)
}

fn next(day: Day) -> Result<Day> {
    day.tomorrow().map_err(|e| Error::fault("counting days", e))
}

#[derive(Row)]
struct Count {
    rows: i64,
}

/// Keeps what stood out on a day, and chooses the rows of today.
struct Derive {
    day: Day,
    found: Vec<Finding>,
}

impl Change for Derive {
    type Made = ();
    const WHAT: &'static str = "unusual:derive";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        // Whoever writes this entry first goes first; the other finds the day done.
        pen.journal(Self::WHAT, &[], &[]).await?;
        let done = "SELECT count(*) AS rows FROM unusual_access_day WHERE day = $1";
        let done: Option<Count> = pen.tx.one(done, [On(self.day).into()]).await?;
        if done.is_some_and(|done| done.rows > 0) {
            return Err(Error::Stale);
        }
        let count = i64::try_from(self.found.len()).unwrap_or(i64::MAX);
        pen.tx.insert(&DAY, [On(self.day).into(), count.into(), At(pen.now).into()]).await?;
        let mut of_agency: HashMap<AgencyId, Vec<Finding>> = HashMap::new();
        let agencies = agencies(pen).await?;
        for finding in self.found {
            if let Some(agency) = agencies.get(&finding.who) {
                of_agency.entry(*agency).or_default().push(finding);
            }
        }
        // Where nothing was found, what waits moves up all the same.
        for agency in agencies.into_values() {
            of_agency.entry(agency).or_default();
        }
        for (agency, found) in of_agency {
            queue_of(pen, self.day, agency, found).await?;
        }
        Ok(())
    }
}

async fn agencies(pen: &Pen<'_>) -> Result<HashMap<Who, AgencyId>> {
    #[derive(Row)]
    struct Works {
        id: Uuid,
        agency_id: AgencyId,
    }
    let works: Vec<Works> = pen.tx.all("SELECT id, agency_id FROM staff", []).await?;
    Ok(works.into_iter().map(|works| (Who(works.id.as_u128()), works.agency_id)).collect())
}

/// A row as it is stored.
#[derive(Row)]
struct Stored {
    id: Uuid,
    staff_id: Uuid,
    person_id: Option<Uuid>,
    since: On,
    shown_on: Option<On>,
    sealed: Vec<u8>,
}

impl Stored {
    fn who(&self) -> Who {
        Who(self.staff_id.as_u128())
    }

    fn child(&self) -> Option<Whom> {
        self.person_id.map(|person| Whom(person.as_u128()))
    }
}

/// Takes what was found into the queue of an agency, and chooses today's rows of it on a working
/// day.
async fn queue_of(pen: &Pen<'_>, day: Day, agency: AgencyId, found: Vec<Finding>) -> Result<()> {
    let today = day_of(pen.now);
    let stored = stored(pen, agency, today).await?;
    if stored.is_empty() && found.is_empty() {
        return Ok(());
    }
    // Days that are made up for have their rows on one morning, and it is one morning's number.
    let shown_today = stored.iter().filter(|row| row.shown_on == Some(On(today))).count();
    let (mut waiting, mut told, mut ids) = (Vec::new(), Vec::new(), HashMap::new());
    for row in stored {
        let (who, child) = (row.who(), row.child());
        let findings = unseal(&pen.app.keys, row.id, who, child, row.sealed)?;
        match row.shown_on {
            Some(On(shown)) => {
                told.extend(findings.iter().map(|f| ((who, child, f.rule), shown)));
            }
            None => {
                ids.insert((who, child), row.id);
                waiting.push(Found { who, child, since: row.since.0, findings });
            }
        }
    }
    let mut queue = Queue::kept(waiting, told);
    queue.take_in(day, found);
    let is_at_work = pen.app.calendar().is_working_day(today);
    let most = if is_at_work { A_DAY.saturating_sub(shown_today) } else { 0 };
    let shown = queue.of_day(today, most);
    for row in &shown {
        keep(pen, agency, row, ids.get(&(row.who, row.child)), Some(On(today))).await?;
    }
    for row in queue.waiting() {
        keep(pen, agency, row, ids.get(&(row.who, row.child)), None).await?;
    }
    Ok(())
}

/// What waits, and what was shown so lately that it is still being asked about.
async fn stored(pen: &Pen<'_>, agency: AgencyId, today: Day) -> Result<Vec<Stored>> {
    let lately = today.checked_sub(jiff::SignedDuration::from_hours(24 * QUIET));
    let lately = lately.map_err(|e| Error::fault("counting days", e))?;
    Ok(pen
        .tx
        .all(
            "SELECT id, staff_id, person_id, since, shown_on, sealed FROM unusual_access \
             WHERE agency_id = $1 AND (shown_on IS NULL OR shown_on > $2) ORDER BY id",
            [agency.into(), On(lately).into()],
        )
        .await?)
}

async fn keep(
    pen: &Pen<'_>,
    agency: AgencyId,
    row: &Found,
    before: Option<&Uuid>,
    shown: Option<On>,
) -> Result<()> {
    let id = before.copied().unwrap_or_else(Uuid::now_v7);
    let sealed = seal(&pen.app.keys, id, &row.findings)?;
    if before.is_some() {
        let text = "UPDATE unusual_access SET sealed = $1, shown_on = $2 WHERE id = $3";
        pen.tx.run(text, [sealed.into(), shown.into(), id.into()]).await?;
        return Ok(());
    }
    let known_as = match row.child {
        Some(child) => Some(known_as(pen, agency, child).await?),
        None => None,
    };
    let values: [Value; 9] = [
        id.into(),
        reference().into(),
        agency.into(),
        Uuid::from_u128(row.who.0).into(),
        row.child.map(|child| Uuid::from_u128(child.0)).into(),
        known_as.into(),
        On(row.since).into(),
        shown.into(),
        sealed.into(),
    ];
    pen.tx.insert(&ROW, values).await?;
    Ok(())
}

/// What a child is called in the rows of an agency: as in every other of them, so that an officer
/// sees that several people looked at one child.
async fn known_as(pen: &Pen<'_>, agency: AgencyId, child: Whom) -> Result<String> {
    #[derive(Row)]
    struct Called {
        known_as: String,
    }
    let text = "SELECT known_as FROM unusual_access \
        WHERE person_id = $1 AND agency_id = $2 AND known_as IS NOT NULL LIMIT 1";
    let values = [Uuid::from_u128(child.0).into(), agency.into()];
    let called: Option<Called> = pen.tx.one(text, values).await?;
    Ok(called.map_or_else(reference, |called| called.known_as))
}
