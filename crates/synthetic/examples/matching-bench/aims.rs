//! Which figures are printed, and what each should be. The aims for 20,000 and for 1,000,000 records
//! were set from what the best peers reach there; sets of other sizes are printed without.

use synthetic::scoring::{AtQuery, Fairness, Latency, QueryScore, Ranking, Scored};

use super::{Took, table::Aim, table::Table};
use Aim::{AtLeast, AtMost};

/// Which aims there are for a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 20,000 records.
    Usual,
    /// 1,000,000 records.
    Large,
    Other,
}

impl Size {
    pub fn of(records: u32) -> Self {
        match records {
            20_000 => Self::Usual,
            1_000_000 => Self::Large,
            _ => Self::Other,
        }
    }

    /// The aim of this size.
    fn aim(self, usual: Aim, large: Aim) -> Aim {
        match self {
            Self::Usual => usual,
            Self::Large => large,
            Self::Other => Aim::None,
        }
    }
}

/// A group of fewer records than one in fifty tells nothing but chance.
const SMALLEST_GROUP: usize = 50;

/// F1 at one threshold for all of these sets.
pub fn febrl(table: &mut Table, set: &str, ranking: &Ranking, aim: f64) {
    table.figure(set, "F1 at 0.5", at(ranking, 0.5).f1, AtLeast(aim));
    table.figure(set, "F1 at 0.9", at(ranking, 0.9).f1, Aim::None);
}

/// Where everything goes wrong twice as often.
pub fn stress(table: &mut Table, set: &str, ranking: &Ranking) {
    let set = format!("{set}, doubled mistakes");
    let best = ranking.best.as_ref().map_or(0.0, |best| best.f1);
    table.figure(&set, "best F1", best, AtLeast(0.94));
    table.figure(&set, "F1 at 0.9", at(ranking, 0.9).f1, AtLeast(0.935));
}

/// How well a set was linked.
pub fn linked(table: &mut Table, set: &str, size: Size, ranking: &Ranking, groups: &[Fairness]) {
    let sure = at(ranking, 0.9);
    let mut figure = |what: &str, number: f64, usual: Aim, large: Aim| {
        table.figure(set, what, number, size.aim(usual, large));
    };
    figure("F1 at 0.9", sure.f1, AtLeast(0.98), AtLeast(0.975));
    figure("recall at 0.9", sure.recall, Aim::None, AtLeast(0.94));
    figure("recall at precision 0.999", ranking.auto[0].recall, AtLeast(0.85), AtLeast(0.8));
    figure("false links at 0.9", sure.false_links as f64, Aim::None, AtMost(15_000.0));
    if let Some(in_family) = sure.false_in_family {
        figure("of them in the family", in_family as f64, Aim::None, AtMost(4_000.0));
    }
    if let Some(twins) = sure.false_of_twins {
        figure("of them between twins", twins as f64, Aim::None, Aim::None);
    }
    let perfect = sure.clusters.people_perfect;
    figure("people perfect at 0.9", perfect, AtLeast(0.955), AtLeast(0.94));
    let ece = ranking.calibration.as_ref().map_or(1.0, |calibration| calibration.ece);
    figure("calibration error", ece, AtMost(0.008), AtMost(0.01));
    let review = ranking.review.per_1000_records;
    figure("pairs to review for each 1,000 records", review, AtMost(60.0), Aim::None);
    fairness(table, set, size, ranking.records, groups);
}

fn at(ranking: &Ranking, threshold: f64) -> &Scored {
    let [first, ..] = &ranking.fixed;
    ranking.fixed.iter().find(|scored| scored.threshold == threshold).unwrap_or(first)
}

/// Every group of names against the largest: only the worst has an aim.
fn fairness(table: &mut Table, set: &str, size: Size, records: usize, groups: &[Fairness]) {
    let names = || groups.iter().filter(|group| group.group.starts_with("name:"));
    let Some(largest) = names().max_by_key(|group| group.records) else { return };
    let others = || names().filter(|g| g.records * SMALLEST_GROUP >= records && *g != largest);
    for group in names() {
        let Fairness { group: name, false_links_per_1000_records: wrong, recall, .. } = group;
        let what = format!("{name}: false links for each 1,000 records");
        table.figure(set, &what, *wrong, Aim::None);
        table.figure(set, &format!("{name}: recall"), *recall, Aim::None);
    }
    let of_largest = largest.false_links_per_1000_records.max(f64::MIN_POSITIVE);
    let times = others().map(|g| g.false_links_per_1000_records / of_largest).fold(0.0, f64::max);
    let gap = others().map(|group| largest.recall - group.recall).fold(0.0, f64::max);
    let what = "false links of the worst group (2 % of records and more) against the largest";
    table.figure(set, what, times, size.aim(Aim::None, AtMost(1.5)));
    let what = "recall that the worst group (2 % and more) lacks";
    table.figure(set, what, gap, size.aim(Aim::None, AtMost(0.01)));
}

/// What linking took.
pub fn took(table: &mut Table, set: &str, size: Size, took: Took) {
    let Took { seconds, processor_seconds, megabytes } = took;
    table.figure(set, "linked in, s", seconds, size.aim(Aim::None, AtMost(20.0)));
    table.figure(set, "processor time, s", processor_seconds, Aim::None);
    table.figure(set, "memory, MB", megabytes, size.aim(Aim::None, AtMost(1_500.0)));
}

/// How well queries were answered, and how fast.
pub fn looked_up(table: &mut Table, set: &str, size: Size, score: &QueryScore, latency: &Latency) {
    let mut figure = |what: &str, number: f64, large: Aim| {
        table.figure(set, &format!("look-up: {what}"), number, size.aim(Aim::None, large));
    };
    for AtQuery { threshold, precision, recall, false_match_rate_new, .. } in
        score.at.iter().filter(|at| [0.9, 0.99].contains(&at.threshold))
    {
        let aim = |aim| if *threshold == 0.99 { aim } else { Aim::None };
        figure(&format!("precision at {threshold}"), *precision, aim(AtLeast(0.99)));
        figure(&format!("recall at {threshold}"), *recall, aim(AtLeast(0.965)));
        let what = format!("new people falsely matched at {threshold}");
        figure(&what, *false_match_rate_new, aim(AtMost(0.01)));
    }
    figure("right person listed", score.review_recall, AtLeast(0.992));
    let (p50, p99, max) = (latency.p50 / 1e3, latency.p99 / 1e3, latency.max / 1e3);
    figure("median, ms", p50, AtMost(1.0));
    figure("99 of 100 within, ms", p99, AtMost(5.0));
    figure("slowest, ms", max, AtMost(20.0));
}
