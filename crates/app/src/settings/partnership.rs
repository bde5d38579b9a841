//! The partnership's own record: its name, its telephone numbers, the hub's hours and the
//! threshold document. Each version counts from a moment on; none is edited or forgotten.

use std::sync::Arc;

use jiff::Timestamp;
use platform::db::{At, Row, Runs, sea_orm};
use practice::calendar::{Day, HubHours, day_of, start_of};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    in_force,
    withdrawing::{self, Withdrawn},
};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    limits::LINE,
};

/// What the partnership calls itself and how it is reached.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Partnership {
    pub name: String,
    /// Whom to ring while the hub is open.
    pub hub_phone: String,
    /// Whom to ring when it is not: the Emergency Duty Team.
    pub out_of_hours_phone: String,
    /// When the hub is open.
    pub hub_hours: HubHours,
    /// The threshold document that decisions are made by, with its version.
    pub thresholds: String,
}

impl Partnership {
    /// What stands in each of [`LINES`].
    pub(super) fn lines(&self) -> [&str; 4] {
        [&self.name, &self.hub_phone, &self.out_of_hours_phone, &self.thresholds]
    }

    /// The invented partnership of the demo.
    pub fn demo() -> Self {
        Self {
            name: "Seaholme Safeguarding Children Partnership".into(),
            hub_phone: "01632 960 100".into(),
            out_of_hours_phone: "01632 960 199".into(),
            hub_hours: HubHours::default(),
            thresholds: "Working Well with Children and Families, demo edition 1".into(),
        }
    }
}

/// The lines of the record that every partnership has, and what each is called.
pub(super) const LINES: [(&str, &str); 4] = [
    ("name", "Name of the partnership"),
    ("hub-phone", "Telephone number of the hub"),
    ("out-of-hours-phone", "Telephone number when the hub is closed"),
    ("thresholds", "Threshold document, with its edition"),
];

/// What is wrong with a line of the record; `None` where nothing is.
pub(super) fn wrong_line(title: &str, said: &str) -> Option<String> {
    if said.trim().is_empty() {
        return Some(format!("Enter the {}", title.to_lowercase()));
    }
    LINE.exceeded_by(said)
}

/// Every version of the record, each with the moment from which it counts, in the order of
/// setting.
#[derive(Debug, Clone)]
pub struct Records(Vec<(Timestamp, Arc<Partnership>)>);

impl Records {
    /// The record in force at that moment: of those that count by then the latest, and of two from
    /// one moment the one that was set last.
    pub fn at(&self, now: Timestamp) -> Arc<Partnership> {
        let counting = self.0.iter().filter(|(from, _)| *from <= now);
        counting
            .max_by_key(|(from, _)| *from)
            .map_or_else(|| Arc::new(Partnership::demo()), |(_, record)| Arc::clone(record))
    }
}

/// Every version as it stands in the database.
pub(super) async fn records(db: &impl Runs) -> Result<Records> {
    #[derive(Row)]
    struct Stored {
        from_at: At,
        body: String,
    }
    let stored: Vec<Stored> = db
        .all(
            "SELECT from_at, body FROM partnership WHERE withdrawn_at IS NULL ORDER BY version",
            [],
        )
        .await?;
    let records = stored.into_iter().map(|s| Ok((s.from_at.0, serde_json::from_str(&s.body)?)));
    Ok(Records(records.collect::<Result<_>>()?))
}

/// Sets the record from a day on.
#[derive(Debug, Serialize)]
pub struct SetPartnership {
    pub record: Partnership,
    /// Today, which is at once, or a later day.
    pub from: Day,
    /// The last version that whoever sets it has seen ([`PartnershipHistory::version`]).
    #[serde(skip)]
    pub seen: i64,
}

impl Change for SetPartnership {
    type Made = ();
    const WHAT: &'static str = "settings:partnership";
    const ACTION: Action = Action::SetLocalRules;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        #[derive(Row)]
        struct Last {
            version: i64,
        }
        let today = day_of(pen.now);
        if self.from < today {
            return Err(Error::refusal("The first day must be today or later"));
        }
        let lines = self.record.lines().into_iter().zip(LINES);
        if let Some(say) = lines.into_iter().find_map(|(said, (_, title))| wrong_line(title, said))
        {
            return Err(Error::refusal(say));
        }
        for number in [&self.record.hub_phone, &self.record.out_of_hours_phone] {
            // Whom to ring stands on every page: words must not take its place.
            if number.chars().filter(char::is_ascii_digit).count() < 3 {
                return Err(Error::refusal("Enter telephone numbers that can be rung, in digits"));
            }
        }
        let from = if self.from == today { pen.now } else { start_of(self.from) };
        let last: Option<Last> =
            pen.tx.one("SELECT coalesce(max(version), 0) AS version FROM partnership", []).await?;
        let last = last.map_or(0, |l| l.version);
        if last > self.seen {
            return Err(Error::Stale);
        }
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        pen.tx
            .run(
                "INSERT INTO partnership (version, from_at, body, set_at, set_by) \
                 VALUES ($1, $2, $3, $4, $5)",
                [
                    (last + 1).into(),
                    At(from).into(),
                    serde_json::to_string(&self.record)?.into(),
                    At(pen.now).into(),
                    pen.actor.staff().map(|s| s.0).into(),
                ],
            )
            .await?;
        Ok(())
    }
}

/// Takes back every record that was set from a day that has not come.
#[derive(Debug, Serialize)]
pub struct WithdrawPartnership {
    /// The day from which it was to count.
    pub from: Day,
    /// How many were set for that day, as whoever withdraws them has seen.
    pub standing: i64,
    pub why: String,
}

impl Change for WithdrawPartnership {
    type Made = ();
    const WHAT: &'static str = "settings:withdraw-partnership";
    const ACTION: Action = Action::SetLocalRules;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if self.from <= day_of(pen.now) {
            return Err(Error::refusal("It counts already. Set the record anew instead"));
        }
        withdrawing::reason(&self.why)?;
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        let [at, by, why] = withdrawing::mark(pen, self.why);
        let withdrawn = pen
            .tx
            .run(
                "UPDATE partnership SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_why = $3 \
                 WHERE from_at = $4 AND withdrawn_at IS NULL",
                [at, by, why, At(start_of(self.from)).into()],
            )
            .await?;
        withdrawing::as_seen(withdrawn.rows_affected(), self.standing)
    }
}

/// A look at the record and its history.
#[derive(Debug)]
pub struct OpenPartnership;

/// The record in force and every version that was set, newest first.
#[derive(Debug)]
pub struct PartnershipHistory {
    pub in_force: Arc<Partnership>,
    /// What is to count from a later day, a line for each day.
    pub later: Vec<Later>,
    pub set: Vec<Set>,
    /// The last version that was set, withdrawn or not; none is 0.
    pub version: i64,
}

/// A record that is to count from a later day.
#[derive(Debug)]
pub struct Later {
    pub name: String,
    pub from: Day,
    /// How many were set for that day; the last one counts.
    pub standing: i64,
}

/// A version that somebody set.
#[derive(Debug)]
pub struct Set {
    pub record: Partnership,
    pub from: Timestamp,
    pub at: Timestamp,
    pub by: Option<String>,
    pub withdrawn: Option<Withdrawn>,
}

/// What was set for later, of what was set, newest first.
fn later(set: &[Set], today: Day) -> Vec<Later> {
    let mut later: Vec<Later> = Vec::new();
    let standing = set.iter().filter(|s| s.withdrawn.is_none());
    for (one, from) in standing.map(|s| (s, day_of(s.from))).filter(|(_, from)| *from > today) {
        match later.iter_mut().find(|l| l.from == from) {
            Some(known) => known.standing += 1,
            None => later.push(Later { name: one.record.name.clone(), from, standing: 1 }),
        }
    }
    later
}

impl Look for OpenPartnership {
    type Seen = PartnershipHistory;
    const WHAT: &'static str = "settings:partnership-history";
    const ACTION: Action = Action::SetLocalRules;

    async fn see(self, glass: &Glass<'_>) -> Result<(PartnershipHistory, Vec<Uuid>)> {
        #[derive(Row)]
        struct Stored {
            version: i64,
            from_at: At,
            body: String,
            set_at: At,
            set_by: Option<String>,
            withdrawn_at: Option<At>,
            withdrawn_by: Option<String>,
            withdrawn_why: Option<String>,
        }
        let rules = in_force(glass.app, &glass.db).await?;
        let stored: Vec<Stored> = glass
            .db
            .all(
                "SELECT p.version, p.from_at, p.body, p.set_at, s.name AS set_by, p.withdrawn_at, \
                 w.name AS withdrawn_by, p.withdrawn_why FROM partnership p \
                 LEFT JOIN staff s ON s.id = p.set_by \
                 LEFT JOIN staff w ON w.id = p.withdrawn_by ORDER BY p.version DESC",
                [],
            )
            .await?;
        let version = stored.first().map_or(0, |newest| newest.version);
        let set = stored.into_iter().map(|row| {
            let record = serde_json::from_str(&row.body)?;
            let withdrawn = Withdrawn::of(row.withdrawn_at, row.withdrawn_by, row.withdrawn_why);
            Ok(Set { record, from: row.from_at.0, at: row.set_at.0, by: row.set_by, withdrawn })
        });
        let set: Vec<Set> = set.collect::<Result<_>>()?;
        let now = glass.app.clock.now();
        let (in_force, later) = (rules.partnership(now), later(&set, day_of(now)));
        Ok((PartnershipHistory { in_force, later, set, version }, Vec::new()))
    }
}
