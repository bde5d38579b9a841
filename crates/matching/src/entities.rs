//! From pairs of records to people: groups of records are joined one by one, the surest first, and
//! before each joining **every** record of one group is held against every record of the other.
//! One wrong pair can't chain two people together, because the other pairs speak too; and a record
//! that says little by itself is known by what the others of its group say.
//!
//! Nothing is merged. What comes out is a log-odds for each pair, which knows of the other records,
//! and the groups, for looking up.

mod evidence;
mod grouping;

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

pub use evidence::{CURVES, Curve, EACH, Evidence, KNOTS, Weighing, parts};
pub use grouping::Held;
use grouping::{Grouped, Grouping};

use crate::model::Model;
use crate::pairs::{Pair, score};
use crate::population::Population;
use crate::progress::Progress;

/// From these log-odds on a pair may join two groups.
const JOINS: f32 = -1.0;

/// What was found about a pair, and what that comes to.
#[derive(Debug, Clone, Copy)]
pub struct Judged {
    /// The two records and the log-odds in the light of both groups.
    pub pair: Pair,
    /// What spoke.
    pub evidence: Evidence,
}

/// Which records are taken for one person.
#[derive(Debug, Default)]
pub struct Groups {
    /// The group of each record: the smallest number in it.
    of: Vec<u32>,
    /// The records of each group that has several.
    members: HashMap<u32, Vec<u32>>,
}

impl Groups {
    /// Each record by itself.
    pub fn alone(records: usize) -> Self {
        Self { of: (0..).take(records).collect(), members: HashMap::new() }
    }

    /// The group of a record.
    pub fn of(&self, record: u32) -> u32 {
        self.of.get(record as usize).copied().unwrap_or(record)
    }

    /// The records of a group.
    pub fn members(&self, group: u32) -> Vec<u32> {
        self.members.get(&group).cloned().unwrap_or_else(|| vec![group])
    }

    /// How many groups of several records there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether every record is by itself.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    fn take(&mut self, group: Vec<u32>) {
        for record in &group {
            self.of[*record as usize] = group[0];
        }
        if group.len() > 1 {
            self.members.insert(group[0], group);
        }
    }
}

/// Judges pairs in the light of all others. Groups are made within what hangs together, so that
/// the parts are independent and the answer is the same for any number of threads.
pub fn judge(
    population: &Population,
    model: &Model,
    pairs: &[Pair],
    progress: &dyn Progress,
) -> (Vec<Judged>, Groups) {
    let records = population.people.len();
    let hanging_together = hanging_together(records, pairs);
    progress.begins("Grouping", hanging_together.len() as u64);
    let group = |edges: &Vec<u32>| {
        let grouped = Grouping::new(population, model).run(pairs, edges);
        progress.done(1);
        grouped
    };
    let grouped: Vec<Grouped> = hanging_together.par_iter().map(group).collect();
    let mut groups = Groups::alone(records);
    let mut judged: Vec<Judged> = Vec::with_capacity(pairs.len());
    for part in grouped {
        judged.extend(part.judged);
        part.groups.into_iter().for_each(|group| groups.take(group));
    }
    judged.extend(between(population, model, pairs, &groups));
    judged.par_sort_unstable_by_key(|j| (j.pair.a, j.pair.b));
    (judged, groups)
}

/// Pairs of records that stayed in different groups.
fn between(population: &Population, model: &Model, pairs: &[Pair], groups: &Groups) -> Vec<Judged> {
    let of = |pair: &Pair| {
        let (a, b) = (groups.of(pair.a), groups.of(pair.b));
        (a.min(b), a.max(b))
    };
    let is_between = |pair: &&Pair| of(pair).0 != of(pair).1;
    let mut apart: Vec<&Pair> = pairs.par_iter().filter(is_between).collect();
    apart.par_sort_unstable_by_key(|p| (of(p), p.a, p.b));
    let score = |x: u32, y: u32| score(population, model, x, y);
    let of_two = |run: &[&Pair]| {
        let (a, b) = of(run[0]);
        let held = Held::new(&groups.members(a), &groups.members(b), score);
        run.iter().map(|pair| held.judge(model, pair.a, pair.b, score)).collect::<Vec<_>>()
    };
    apart.par_chunk_by(|x, y| of(x) == of(y)).flat_map_iter(of_two).collect()
}

/// The pairs that may join, by what hangs together through them; each part's surest pair first.
fn hanging_together(records: usize, pairs: &[Pair]) -> Vec<Vec<u32>> {
    let mut root: Vec<u32> = (0..).take(records).collect();
    fn find(root: &mut [u32], mut at: u32) -> u32 {
        while root[at as usize] != at {
            root[at as usize] = root[root[at as usize] as usize];
            at = root[at as usize];
        }
        at
    }
    let joining = || (0..).zip(pairs).filter(|(_, p): &(u32, &Pair)| p.log_odds > JOINS);
    for (_, pair) in joining() {
        let (a, b) = (find(&mut root, pair.a), find(&mut root, pair.b));
        root[a.max(b) as usize] = a.min(b);
    }
    let mut by_root: Vec<(u32, u32)> =
        joining().map(|(at, p)| (find(&mut root, p.a), at)).collect();
    by_root.par_sort_unstable();
    by_root
        .par_chunk_by(|x, y| x.0 == y.0)
        .map(|run| {
            let mut edges: Vec<u32> = run.iter().map(|(_, at)| *at).collect();
            edges.sort_by(|x, y| {
                pairs[*y as usize].log_odds.total_cmp(&pairs[*x as usize].log_odds)
            });
            edges
        })
        .collect()
}
