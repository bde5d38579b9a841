//! Groups in the making, and two of them held against each other.

use foldhash::{HashMap, HashMapExt};

use super::{Evidence, Judged};
use crate::compare::Comparison;
use crate::model::{Model, Rule, Score};
use crate::pairs::{Pair, score};
use crate::population::Population;

/// The log-odds of 0.9: from here two records match by themselves.
const MATCHES: f32 = 2.197_225;

/// The most records of a group that are held against another group.
const SPEAK: usize = 24;

/// The most records of one group: nobody has more, and as many that are word for word the same
/// would make pairs without end.
const MOST: usize = 200;

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
        if sizes.0 + sizes.1 > MOST || self.refused.get(&(a, b)) == Some(&sizes) {
            return;
        }
        let score = |x: u32, y: u32| score(self.population, self.model, x, y);
        let held = Held::new(&self.groups[a], &self.groups[b], score);
        if held.evidence.two_nhs || held.log_odds(self.model) <= 0.0 {
            self.refused.insert((a, b), sizes);
            return;
        }
        for x in &self.groups[a] {
            for y in &self.groups[b] {
                self.judged.push(held.judge(self.model, *x, *y, score));
            }
        }
        let joined = std::mem::take(&mut self.groups[b]);
        for record in &joined {
            self.group_of.insert(*record, a);
        }
        self.groups[a].extend(joined);
    }
}

/// A pair by itself: the two numbers, the smaller first, its log-odds, and the rule that caps them.
#[derive(Debug, Clone, Copy)]
struct Own {
    a: u32,
    b: u32,
    log_odds: f32,
    rule: Option<Rule>,
}

impl Own {
    fn of(a: u32, b: u32, score: &Score) -> Self {
        Self { a, b, log_odds: score.capped_log_odds(), rule: score.rule }
    }

    fn matches_by_itself(&self) -> bool {
        self.rule.is_none() && self.log_odds >= MATCHES
    }
}

/// Two groups held against each other.
#[derive(Debug)]
pub struct Held {
    own: Vec<Own>,
    evidence: Evidence,
    /// Whether a record of one and a record of the other match by themselves, and no rule is
    /// against it.
    is_bridged: bool,
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
                let one = Own::of(a, b, &score);
                evidence.hear(one.log_odds, &comparison);
                own.push(one);
            }
        }
        let is_bridged = own.iter().any(Own::matches_by_itself);
        Self { own, evidence, is_bridged }
    }

    /// The log-odds that both groups are one person.
    pub fn log_odds(&self, model: &Model) -> f32 {
        model.weighing.weigh(&self.evidence.of_pair(self.evidence.mean()))
    }

    /// A pair of them in the light of all. Records of groups that have two NHS numbers never match
    /// by themselves, and no other record lifts what a rule forbids; but for two first names of one
    /// birthday, where a further record shows that one person goes by both.
    pub fn judge(
        &self,
        model: &Model,
        x: u32,
        y: u32,
        score: impl Fn(u32, u32) -> (Comparison, Score),
    ) -> Judged {
        let (a, b) = (x.min(y), x.max(y));
        let spoke = self.own.iter().find(|one| (one.a, one.b) == (a, b)).copied();
        let own = spoke.unwrap_or_else(|| Own::of(a, b, &score(a, b).1));
        let evidence = self.evidence.of_pair(own.log_odds);
        let rule = own.rule.filter(|rule| *rule != Rule::Twins || !self.is_bridged);
        let rules = rule.into_iter().chain(evidence.two_nhs.then_some(Rule::TwoNhsNumbers));
        let log_odds = rules.map(Rule::most).fold(model.weighing.weigh(&evidence), f32::min);
        Judged { pair: Pair { a, b, log_odds }, evidence }
    }
}
