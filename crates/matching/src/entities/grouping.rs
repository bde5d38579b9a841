//! Groups in the making, and two of them held against each other.

use foldhash::{HashMap, HashMapExt};

use super::{Evidence, Judged};
use crate::compare::Comparison;
use crate::model::{Model, Score};
use crate::pairs::{Pair, score};
use crate::population::Population;

/// The most records of a group that are held against another group.
const SPEAK: usize = 24;

/// The groups of one part and the pairs within them.
pub(super) struct Grouped {
    pub groups: Vec<Vec<u32>>,
    pub judged: Vec<Judged>,
}

/// Groups in the making.
pub(super) struct Grouping<'a> {
    population: &'a Population,
    model: &'a Model,
    group_of: HashMap<u32, usize>,
    groups: Vec<Vec<u32>>,
    /// Groups that were held against each other, with their sizes then, and not joined.
    refused: HashMap<(usize, usize), (usize, usize)>,
    judged: Vec<Judged>,
}

impl<'a> Grouping<'a> {
    pub fn new(population: &'a Population, model: &'a Model) -> Self {
        Self {
            population,
            model,
            group_of: HashMap::new(),
            groups: Vec::new(),
            refused: HashMap::new(),
            judged: Vec::new(),
        }
    }

    /// Goes through the pairs of one part, the surest first.
    pub fn run(mut self, pairs: &[Pair], edges: &[u32]) -> Grouped {
        for edge in edges {
            let pair = pairs[*edge as usize];
            let (a, b) = (self.group(pair.a), self.group(pair.b));
            if a != b {
                self.consider(a.min(b), a.max(b));
            }
        }
        let mut groups = self.groups;
        groups.retain(|group| !group.is_empty());
        for group in &mut groups {
            group.sort_unstable();
        }
        Grouped { groups, judged: self.judged }
    }

    fn group(&mut self, record: u32) -> usize {
        let groups = &mut self.groups;
        *self.group_of.entry(record).or_insert_with(|| {
            groups.push(vec![record]);
            groups.len() - 1
        })
    }

    /// Holds two groups against each other and joins them when that speaks for one person.
    fn consider(&mut self, a: usize, b: usize) {
        let sizes = (self.groups[a].len(), self.groups[b].len());
        if self.refused.get(&(a, b)) == Some(&sizes) {
            return;
        }
        let score = |x: u32, y: u32| score(self.population, self.model, x, y);
        let held = Held::new(&self.groups[a], &self.groups[b], score);
        if held.log_odds(self.model) <= 0.0 {
            self.refused.insert((a, b), sizes);
            return;
        }
        for x in &self.groups[a] {
            for y in &self.groups[b] {
                let own = held
                    .own(*x, *y)
                    .unwrap_or_else(|| score(*x.min(y), *x.max(y)).1.capped_log_odds());
                self.judged.push(held.judge(self.model, *x, *y, own));
            }
        }
        let joined = std::mem::take(&mut self.groups[b]);
        for record in &joined {
            self.group_of.insert(*record, a);
        }
        self.groups[a].extend(joined);
    }
}

/// Two groups held against each other.
#[derive(Debug)]
pub struct Held {
    /// Each pair's own log-odds, by the two numbers, the smaller first.
    own: Vec<(u32, u32, f32)>,
    evidence: Evidence,
}

impl Held {
    /// Holds every record of one group against every record of the other; `score` is asked with
    /// the smaller number first. Of large groups the first few dozen speak.
    pub fn new(xs: &[u32], ys: &[u32], score: impl Fn(u32, u32) -> (Comparison, Score)) -> Self {
        let mut evidence = Evidence::between(xs.len(), ys.len());
        let mut own = Vec::with_capacity(xs.len().min(SPEAK) * ys.len().min(SPEAK));
        for x in xs.iter().take(SPEAK) {
            for y in ys.iter().take(SPEAK) {
                let (a, b) = (*x.min(y), *x.max(y));
                let (comparison, score) = score(a, b);
                let log_odds = score.capped_log_odds();
                evidence.hear(log_odds, &comparison);
                own.push((a, b, log_odds));
            }
        }
        Self { own, evidence }
    }

    /// The log-odds that both groups are one person.
    pub fn log_odds(&self, model: &Model) -> f32 {
        model.weighing.weigh(&self.evidence.of_pair(self.evidence.mean()))
    }

    /// The log-odds of a pair of them by itself, if it spoke.
    pub fn own(&self, x: u32, y: u32) -> Option<f32> {
        let (a, b) = (x.min(y), x.max(y));
        self.own.iter().find(|one| (one.0, one.1) == (a, b)).map(|one| one.2)
    }

    /// A pair of them in the light of all.
    pub fn judge(&self, model: &Model, x: u32, y: u32, own: f32) -> Judged {
        let evidence = self.evidence.of_pair(own);
        let pair = Pair { a: x.min(y), b: x.max(y), log_odds: model.weighing.weigh(&evidence) };
        Judged { pair, evidence }
    }
}
