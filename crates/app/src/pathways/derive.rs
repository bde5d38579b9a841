//! The one writer of derived rows. Stage, holder, clocks and findings follow from a pathway's
//! entries; whoever appends or strikes an entry ends here, and `rederive` comes here to compare.

use platform::{
    db::{At, On, Row, Runs, Table, Tx, Value, sea_orm},
    outbox,
};
use practice::{
    calendar::Moment,
    pathway::{Clock, ClockState, Stored},
    processes,
};
use uuid::Uuid;

use super::Pathway;
use crate::{
    App,
    doors::Pen,
    error::{Error, Result},
    front_door,
    ids::{PathwayId, StaffId},
    settings::Rules,
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
}

impl ClockRow {
    fn order(&self) -> (At, i64, &str) {
        (self.started_at, self.started_by, &self.code)
    }
}

impl From<&Clock> for ClockRow {
    fn from(clock: &Clock) -> Self {
        let (state, ended_at, ended_by) = match clock.state {
            ClockState::Running => ("running", None, None),
            ClockState::Met { by, at } => ("met", Some(At(at)), Some(by.0)),
            ClockState::Lapsed { at } => ("lapsed", Some(At(at)), None),
        };
        Self {
            code: clock.code.to_owned(),
            started_by: clock.started_by.0,
            started_at: At(clock.started),
            target_at: clock.limit.target_at.map(At),
            breach_at: At(clock.limit.breach_at),
            act_by: clock.limit.act_by.map(On),
            state: state.to_owned(),
            ended_at,
            ended_by,
        }
    }
}

/// What these entries lead to under these rules.
///
/// # Errors
/// When the process is unknown or the history can't be.
pub fn computed(process: &str, entries: &[Stored], rules: &Rules) -> Result<(Derived, Vec<Clock>)> {
    let process = processes::process(process)
        .ok_or_else(|| Error::fault("deriving a pathway", "its process is unknown"))?;
    let folded = process.fold(entries, &rules.calendar, &rules.local)?;
    let mut clocks: Vec<_> = folded.clocks.iter().map(ClockRow::from).collect();
    clocks.sort_by(|a, b| a.order().cmp(&b.order()));
    let derived = Derived {
        stage: folded.stage.to_owned(),
        since: folded.since,
        ended_at: folded.ended,
        held_by: folded.held_by.map(|no| no.0),
        clocks,
        screening: front_door::findings::of(process.slug(), entries)?,
    };
    Ok((derived, folded.clocks))
}

/// Rewrites the derived rows of a pathway, and asks for its new clocks to be watched.
pub(super) async fn derive(pen: &mut Pen<'_>, pathway: &Pathway, entries: &[Stored]) -> Result<()> {
    let rules = pen.app.rules();
    let (derived, clocks) = computed(&pathway.process, entries, &rules)?;
    let before =
        if pathway.revision == 0 { Vec::new() } else { clock_rows(pen.tx, pathway.id).await? };
    write(pen.tx, pathway.id, &derived, &before, rules.calendar.version(), pen.now).await?;
    for clock in clocks.iter().filter(|c| c.state == ClockState::Running) {
        let is_new =
            !before.iter().any(|b| b.code == clock.code && b.started_by == clock.started_by.0);
        if is_new {
            watch(pen, pathway.id, clock, Moment::MIN).await?;
        }
    }
    Ok(())
}

/// Writes the derived rows as they follow from the entries.
pub async fn write(
    tx: &Tx,
    pathway: PathwayId,
    derived: &Derived,
    before: &[ClockRow],
    calendar_version: i64,
    now: Moment,
) -> Result<()> {
    tx.run(
        "UPDATE pathway SET revision = revision + 1, stage = $1, since = $2, ended_at = $3, \
         holder_id = (SELECT recorded_by FROM event WHERE seq = $4) WHERE id = $5",
        [
            derived.stage.clone().into(),
            derived.since.map(At).into(),
            derived.ended_at.map(At).into(),
            derived.held_by.into(),
            pathway.into(),
        ],
    )
    .await?;
    for gone in before.iter().filter(|b| !derived.clocks.iter().any(|c| same_clock(b, c))) {
        tx.run(
            "DELETE FROM clock WHERE pathway_id = $1 AND code = $2 AND started_by = $3",
            [pathway.into(), gone.code.clone().into(), gone.started_by.into()],
        )
        .await?;
    }
    for clock in &derived.clocks {
        match before.iter().find(|b| same_clock(b, clock)) {
            Some(same) if same == clock => {}
            Some(other) => {
                if other.breach_at != clock.breach_at {
                    keep_what_it_said(tx, pathway, clock, now).await?;
                }
                tx.run(UPDATE_CLOCK, clock_row(pathway, clock, calendar_version)).await?;
            }
            None => tx.insert(&CLOCK, clock_row(pathway, clock, calendar_version)).await?,
        }
    }
    front_door::findings::write(tx, pathway, derived.screening.as_ref()).await
}

/// The columns of [`clock_row`].
pub(crate) const CLOCK: Table<11> = Table::new(
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
    ],
);
const UPDATE_CLOCK: &str = "UPDATE clock SET started_at = $4, target_at = $5, breach_at = $6, \
    act_by = $7, state = $8, ended_at = $9, ended_by = $10, calendar_version = $11 \
    WHERE pathway_id = $1 AND code = $2 AND started_by = $3";

/// A clock as its row.
pub(crate) fn clock_row(
    pathway: PathwayId,
    clock: &ClockRow,
    calendar_version: i64,
) -> [Value; 11] {
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
        calendar_version.into(),
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
         (pathway_id, code, started_by, breach_at, calendar_version, replaced_at) \
         SELECT pathway_id, code, started_by, breach_at, calendar_version, $4 FROM clock \
         WHERE pathway_id = $1 AND code = $2 AND started_by = $3",
        [pathway.into(), clock.code.clone().into(), clock.started_by.into(), At(now).into()],
    )
    .await?;
    Ok(())
}

/// The clocks of a pathway as they stand in the table, in the order of starting.
pub async fn clock_rows(db: &impl Runs, pathway: PathwayId) -> Result<Vec<ClockRow>> {
    Ok(db
        .all(
            "SELECT code, started_by, started_at, target_at, breach_at, act_by, state, ended_at, \
             ended_by FROM clock WHERE pathway_id = $1 ORDER BY started_at, started_by, code",
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

fn same_clock(a: &ClockRow, b: &ClockRow) -> bool {
    a.code == b.code && a.started_by == b.started_by
}

/// Asks the outbox to look at a clock when each rung of its ladder is reached, of those that are
/// reached after that moment.
pub(crate) async fn watch(
    pen: &Pen<'_>,
    pathway: PathwayId,
    clock: &Clock,
    after: Moment,
) -> Result<()> {
    for (rung, (due, _)) in clock.ladder.iter().enumerate().filter(|(_, (due, _))| *due > after) {
        let about = Rung {
            pathway: pathway.0,
            code: clock.code.into(),
            started_by: clock.started_by.0,
            rung,
        };
        outbox::ask(pen.tx, RUNG, &serde_json::to_string(&about)?, pen.now, *due).await?;
    }
    Ok(())
}

/// The outbox's name for looking at a clock.
pub const RUNG: &str = "rung";

/// Which clock to look at, and which rung of its ladder was reached.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Rung {
    pub pathway: Uuid,
    pub code: String,
    pub started_by: i64,
    pub rung: usize,
}

impl App {
    /// Whether a clock still runs.
    pub(crate) async fn still_runs(&self, rung: &Rung) -> Result<bool> {
        #[derive(Row)]
        struct State {
            state: String,
        }
        let state: Option<State> = self
            .db
            .reads()
            .one(
                "SELECT state FROM clock WHERE pathway_id = $1 AND code = $2 AND started_by = $3",
                [rung.pathway.into(), rung.code.clone().into(), rung.started_by.into()],
            )
            .await?;
        Ok(state.is_some_and(|s| s.state == "running"))
    }
}
