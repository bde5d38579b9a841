//! The one writer of derived rows. Stage, holder, clocks and findings follow from a pathway's
//! entries; whoever appends or strikes an entry ends here, and `rederive` comes here to compare.

use jiff::SignedDuration;
use platform::{
    db::{At, On, Row, Runs, Table, Tx, Value, sea_orm},
    outbox,
};
use practice::{
    calendar::Moment,
    pathway::{Clock, ClockState, Stored},
    processes,
    roles::Role,
};
use uuid::Uuid;

use super::Pathway;
use crate::{
    App,
    error::{Error, Result},
    front_door,
    ids::{PathwayId, StaffId},
    settings::{self, Rules},
};

/// Everything that a pathway's entries lead to, as it stands in the tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    pub stage: String,
    pub since: Option<Moment>,
    pub ended_at: Option<Moment>,
    pub held_by: Option<i64>,
    pub clocks: Vec<ClockRow>,
    pub screening: Option<front_door::findings::Screening>,
}

/// A clock as it stands in its table.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct ClockRow {
    pub code: String,
    pub started_by: i64,
    pub started_at: At,
    pub target_at: Option<At>,
    pub breach_at: At,
    pub act_by: Option<On>,
    pub state: String,
    pub ended_at: Option<At>,
    pub ended_by: Option<i64>,
    /// The version of the list of bank holidays that it was counted by.
    pub calendar_version: i64,
    /// Who is told when, as JSON: what the outbox was asked to watch.
    pub ladder: String,
}

impl ClockRow {
    /// Whether this is the same clock, whatever it says.
    pub fn is_same_clock(&self, other: &Self) -> bool {
        self.code == other.code && self.started_by == other.started_by
    }

    fn order(&self) -> (At, i64, &str) {
        (self.started_at, self.started_by, &self.code)
    }

    /// The rungs that are to be watched: none once it has ended.
    pub(crate) fn watched(&self) -> Result<Vec<(Moment, Role)>> {
        if self.state == RUNNING { Ok(serde_json::from_str(&self.ladder)?) } else { Ok(Vec::new()) }
    }
}

const RUNNING: &str = "running";

impl TryFrom<&Clock> for ClockRow {
    type Error = Error;

    fn try_from(clock: &Clock) -> Result<Self> {
        let (state, ended_at, ended_by) = match clock.state {
            ClockState::Running => (RUNNING, None, None),
            ClockState::Met { by, at } => ("met", Some(At(at)), Some(by.0)),
            ClockState::Lapsed { at } => ("lapsed", Some(At(at)), None),
        };
        Ok(Self {
            code: clock.code.to_owned(),
            started_by: clock.started_by.0,
            started_at: At(clock.started),
            target_at: clock.limit.target_at.map(At),
            breach_at: At(clock.limit.breach_at),
            act_by: clock.limit.act_by.map(On),
            state: state.to_owned(),
            ended_at,
            ended_by,
            calendar_version: clock.calendar_version,
            ladder: serde_json::to_string(&clock.ladder)?,
        })
    }
}

/// What must be said of the limits of these clocks that still run.
pub fn caveat(rules: &Rules, clocks: &[ClockRow]) -> Option<String> {
    let mut running = clocks.iter().filter(|c| c.state == RUNNING);
    running.find_map(|c| rules.caveat(&c.code, c.breach_at.0))
}

/// What these entries lead to under these rules.
///
/// # Errors
/// When the process is unknown or the history can't be.
pub fn computed(process: &str, entries: &[Stored], rules: &Rules) -> Result<Derived> {
    let process = processes::process(process)
        .ok_or_else(|| Error::fault("deriving a pathway", "its process is unknown"))?;
    let folded = process.fold(entries, &rules.calendars, &rules.local)?;
    let mut clocks =
        folded.clocks.iter().map(ClockRow::try_from).collect::<Result<Vec<ClockRow>>>()?;
    clocks.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(Derived {
        stage: folded.stage.to_owned(),
        since: folded.since,
        ended_at: folded.ended,
        held_by: folded.held_by.map(|no| no.0),
        clocks,
        screening: front_door::findings::of(process.slug(), entries, &folded)?,
    })
}

/// What should have been told longer ago than this when it is recorded, as from an old list, is
/// history: it shows as late in the queue, and telling all of it at once would bury what is new.
const LONG_PAST: SignedDuration = SignedDuration::from_hours(24);

/// Whether something happened on the pathway. Counting its clocks again must not make the form
/// stale that somebody is filling in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revision {
    Next,
    Kept,
}

/// Rewrites the derived rows of a pathway by the rules in force, and asks for its clocks to be
/// watched where they have not been or say another moment than before.
pub(super) async fn derive(
    app: &App,
    tx: &Tx,
    pathway: &Pathway,
    entries: &[Stored],
    now: Moment,
    revision: Revision,
) -> Result<()> {
    let rules = settings::in_force(app, tx).await?;
    let derived = computed(&pathway.process, entries, &rules)?;
    let before =
        if pathway.revision == 0 { Vec::new() } else { clock_rows(tx, pathway.id).await? };
    write(tx, pathway.id, &derived, &before, now, revision).await?;
    for clock in &derived.clocks {
        let watched = match before.iter().find(|b| b.is_same_clock(clock)) {
            Some(same) => same.watched()?,
            None => Vec::new(),
        };
        let is_due = |(at, _): &(Moment, Role)| now.duration_since(*at) < LONG_PAST;
        for rung in clock.watched()?.into_iter().filter(|r| !watched.contains(r)).filter(is_due) {
            watch(tx, pathway.id, clock, rung, now).await?;
        }
    }
    Ok(())
}

/// Writes the derived rows as they follow from the entries.
async fn write(
    tx: &Tx,
    pathway: PathwayId,
    derived: &Derived,
    before: &[ClockRow],
    now: Moment,
    revision: Revision,
) -> Result<()> {
    tx.run(
        "UPDATE pathway SET revision = revision + $1, stage = $2, since = $3, ended_at = $4, \
         holder_id = (SELECT recorded_by FROM event WHERE seq = $5) WHERE id = $6",
        [
            i64::from(revision == Revision::Next).into(),
            derived.stage.clone().into(),
            derived.since.map(At).into(),
            derived.ended_at.map(At).into(),
            derived.held_by.into(),
            pathway.into(),
        ],
    )
    .await?;
    for gone in before.iter().filter(|b| !derived.clocks.iter().any(|c| b.is_same_clock(c))) {
        tx.run(
            "DELETE FROM clock WHERE pathway_id = $1 AND code = $2 AND started_by = $3",
            [pathway.into(), gone.code.clone().into(), gone.started_by.into()],
        )
        .await?;
    }
    for clock in &derived.clocks {
        match before.iter().find(|b| b.is_same_clock(clock)) {
            Some(same) if same == clock => {}
            Some(other) => {
                if other.breach_at != clock.breach_at {
                    keep_what_it_said(tx, pathway, clock, now).await?;
                }
                tx.run(UPDATE_CLOCK, clock_row(pathway, clock)).await?;
            }
            None => tx.insert(&CLOCK, clock_row(pathway, clock)).await?,
        }
    }
    front_door::findings::write(tx, pathway, derived.screening.as_ref()).await
}

/// The columns of [`clock_row`].
pub(crate) const CLOCK: Table<12> = Table::new(
    "clock",
    [
        "pathway_id",
        "code",
        "started_by",
        "started_at",
        "target_at",
        "breach_at",
        "act_by",
        "state",
        "ended_at",
        "ended_by",
        "calendar_version",
        "ladder",
    ],
);
const UPDATE_CLOCK: &str = "UPDATE clock SET started_at = $4, target_at = $5, breach_at = $6, \
    act_by = $7, state = $8, ended_at = $9, ended_by = $10, calendar_version = $11, \
    ladder = $12 WHERE pathway_id = $1 AND code = $2 AND started_by = $3";

/// A clock as its row.
pub(crate) fn clock_row(pathway: PathwayId, clock: &ClockRow) -> [Value; 12] {
    [
        pathway.into(),
        clock.code.clone().into(),
        clock.started_by.into(),
        clock.started_at.into(),
        clock.target_at.into(),
        clock.breach_at.into(),
        clock.act_by.into(),
        clock.state.clone().into(),
        clock.ended_at.into(),
        clock.ended_by.into(),
        clock.calendar_version.into(),
        clock.ladder.clone().into(),
    ]
}

/// A clock never says something else silently: what it said before stays.
async fn keep_what_it_said(
    tx: &Tx,
    pathway: PathwayId,
    clock: &ClockRow,
    now: Moment,
) -> Result<()> {
    tx.run(
        "INSERT INTO clock_before \
         (id, pathway_id, code, started_by, breach_at, calendar_version, replaced_at) \
         SELECT $5, pathway_id, code, started_by, breach_at, calendar_version, $4 FROM clock \
         WHERE pathway_id = $1 AND code = $2 AND started_by = $3",
        [
            pathway.into(),
            clock.code.clone().into(),
            clock.started_by.into(),
            At(now).into(),
            Uuid::now_v7().into(),
        ],
    )
    .await?;
    Ok(())
}

/// The clocks of a pathway as they stand in the table, in the order of starting.
pub async fn clock_rows(db: &impl Runs, pathway: PathwayId) -> Result<Vec<ClockRow>> {
    Ok(db
        .all(
            "SELECT code, started_by, started_at, target_at, breach_at, act_by, state, ended_at, \
             ended_by, calendar_version, ladder FROM clock WHERE pathway_id = $1 ORDER BY started_at, started_by, code",
            [pathway.into()],
        )
        .await?)
}

/// The derived rows of a pathway as they stand in the tables.
pub async fn stored(db: &impl Runs, pathway: &Pathway) -> Result<Derived> {
    Ok(Derived {
        stage: pathway.stage.clone(),
        since: pathway.since.map(|at| at.0),
        ended_at: pathway.ended_at.map(|at| at.0),
        held_by: None,
        clocks: clock_rows(db, pathway.id).await?,
        screening: front_door::findings::stored(db, pathway.id).await?,
    })
}

/// Who the holder should be: whoever recorded the entry that took the pathway on.
pub async fn holder(db: &impl Runs, held_by: Option<i64>) -> Result<Option<StaffId>> {
    #[derive(Row)]
    struct By {
        recorded_by: Option<StaffId>,
    }
    let Some(seq) = held_by else { return Ok(None) };
    let by: Option<By> =
        db.one("SELECT recorded_by FROM event WHERE seq = $1", [seq.into()]).await?;
    Ok(by.and_then(|b| b.recorded_by))
}

/// Asks the outbox to look at a clock when a rung of its ladder is reached.
pub(crate) async fn watch(
    tx: &Tx,
    pathway: PathwayId,
    clock: &ClockRow,
    (due, tell): (Moment, Role),
    now: Moment,
) -> Result<()> {
    let about = Rung {
        pathway: pathway.0,
        code: clock.code.clone(),
        started_by: clock.started_by,
        due,
        tell,
    };
    outbox::ask(tx, RUNG, &serde_json::to_string(&about)?, now, due).await?;
    Ok(())
}

/// The outbox's name for looking at a clock.
pub const RUNG: &str = "rung";

/// Which clock to look at, when, and who is told if it still runs.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Rung {
    pub pathway: Uuid,
    pub code: String,
    pub started_by: i64,
    pub due: Moment,
    pub tell: Role,
}

/// Whether a rung is one of its clock's as it is derived now: the clock still runs, and neither a
/// change of calendar nor of its length has moved the moment.
pub async fn still_stands(db: &impl Runs, rung: &Rung) -> Result<bool> {
    let clocks = clock_rows(db, PathwayId(rung.pathway)).await?;
    let clock = clocks.iter().find(|c| c.code == rung.code && c.started_by == rung.started_by);
    clock.map_or(Ok(false), |c| Ok(c.watched()?.contains(&(rung.due, rung.tell))))
}
