//! What a privacy officer is shown: a few rows a day, the strangest first. What finds no place today
//! waits and is counted; nothing is dropped.

use std::collections::BTreeMap;

use practice::calendar::Day;

use super::{Finding, Rule, Who, Whom, days_between};

/// How many rows one privacy officer is shown on one day: what can be asked about with care.
pub const A_DAY: usize = 5;
/// For how many days the same rule says nothing more of the same person and child, once it was shown.
pub const QUIET: i64 = 28;

/// What one person did with one child, or with many, by all the rules that say something of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who looked.
    pub who: Who,
    /// At whom; `None` where it is about many.
    pub child: Option<Whom>,
    /// Since when it waits.
    pub since: Day,
    /// What was found, the strangest first. Never empty.
    pub findings: Vec<Finding>,
}

impl Row {
    /// How strange the strangest of it is.
    fn chance(&self) -> f64 {
        self.findings.iter().map(|finding| finding.chance).fold(f64::MAX, f64::min)
    }

    fn is_of(&self, finding: &Finding) -> bool {
        self.who == finding.who && self.child == finding.child
    }

    /// Takes up what another day, or another rule, says of the same. What a rule said last stands.
    fn take_in(&mut self, finding: Finding) {
        self.findings.retain(|before| before.rule != finding.rule);
        self.findings.push(finding);
        self.findings.sort_by(|a, b| a.chance.total_cmp(&b.chance).then(a.rule.cmp(&b.rule)));
    }
}

/// What was shown before: who, which child, by which rule.
pub type Told = (Who, Option<Whom>, Rule);

/// The rows that wait for one privacy officer, and what they were shown lately.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Vec<Row>,
    told: BTreeMap<Told, Day>,
}

impl Queue {
    /// The queue as it was kept.
    pub fn kept(waiting: Vec<Row>, told: impl IntoIterator<Item = (Told, Day)>) -> Self {
        let mut queue = Self { waiting, told: BTreeMap::new() };
        for (what, day) in told {
            let last = queue.told.entry(what).or_insert(day);
            *last = day.max(*last);
        }
        queue
    }

    /// The rows that wait.
    pub fn waiting(&self) -> &[Row] {
        &self.waiting
    }

    /// Takes up what stood out on a day. What a rule said of the same person and child within
    /// [`QUIET`] days of being shown is already being asked about.
    pub fn take_in(&mut self, day: Day, found: Vec<Finding>) {
        for finding in found {
            let told = self.told.get(&(finding.who, finding.child, finding.rule));
            if told.is_some_and(|shown| days_between(*shown, day) < QUIET) {
                continue;
            }
            match self.waiting.iter_mut().find(|row| row.is_of(&finding)) {
                Some(row) => row.take_in(finding),
                None => self.waiting.push(Row {
                    who: finding.who,
                    child: finding.child,
                    since: day,
                    findings: vec![finding],
                }),
            }
        }
    }

    /// The rows of a day, at most so many: the strangest, and in the last place the one that has
    /// waited longest, so that nothing waits for ever.
    pub fn of_day(&mut self, day: Day, most: usize) -> Vec<Row> {
        self.waiting.sort_by(|a, b| {
            let place = |row: &Row| (row.since, row.who, row.child);
            a.chance().total_cmp(&b.chance()).then_with(|| place(a).cmp(&place(b)))
        });
        let rest = self.waiting.split_off(self.waiting.len().min(most.saturating_sub(1)));
        let mut shown = std::mem::replace(&mut self.waiting, rest);
        let oldest = self.waiting.iter().enumerate().min_by_key(|(_, row)| row.since);
        if let Some((place, _)) = oldest.filter(|_| most > 0) {
            shown.push(self.waiting.remove(place));
        }
        for row in &shown {
            for finding in &row.findings {
                self.told.insert((row.who, row.child, finding.rule), day);
            }
        }
        shown
    }
}
