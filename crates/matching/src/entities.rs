//! From pairs of records to people: groups of records are joined one by one, the surest first, and
//! before each joining **every** record of one group is held against every record of the other.
//! One wrong pair can't chain two people together, because the other pairs speak too; and a record
//! that says little by itself is known by what the others of its group say.
//!
//! Nothing is merged. What comes out is a log-odds for each pair, which knows of the other records.

mod evidence;

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

pub use evidence::{CURVES, Curve, EACH, Evidence, KNOTS, Weighing, parts};

use crate::model::Model;
use crate::pairs::{Pair, score};
use crate::population::Population;

/// From these log-odds on a pair may join two groups.
const JOINS: f32 = -1.0;
/// The most records of a group that are held against another group.
const SPEAK: usize = 24;

/// What was found about a pair, and what that comes to.
#[derive(Debug, Clone, Copy)]
pub struct Judged {
    /// The two records and the log-odds in the light of both groups.
    pub pair: Pair,
    /// What spoke.
    pub evidence: Evidence,
}

/// Judges pairs in the light of all others. Groups are made within what hangs together, so that
/// the parts are independent and the answer is the same for any number of threads.
pub fn judge(population: &Population, model: &Model, pairs: &[Pair]) -> Vec<Judged> {
    let near = Near::of(population.people.len(), pairs);
    let parts = hanging_together(population.people.len(), pairs);
    let grouped: Vec<Grouped> =
        parts.par_iter().map(|edges| Grouping::new(population, model, &near).run(pairs, edges)).collect();
    let mut group_of: Vec<u32> = (0..).take(population.people.len()).collect();
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut judged: Vec<Judged> = Vec::with_capacity(pairs.len());
    for part in grouped {
        judged.extend(part.judged);
        for group in part.groups {
            for record in &group {
                group_of[*record as usize] = group[0];
            }
            members.insert(group[0], group);
        }
    }
    judged.extend(between(population, model, &near, pairs, &group_of, &members));
    judged.par_sort_unstable_by_key(|j| (j.pair.a, j.pair.b));
    judged
}

/// Pairs of records that stayed in different groups.
fn between(
    population: &Population,
    model: &Model,
    near: &Near,
    pairs: &[Pair],
    group_of: &[u32],
    members: &HashMap<u32, Vec<u32>>,
) -> Vec<Judged> {
    let groups = |pair: &Pair| {
        let (a, b) = (group_of[pair.a as usize], group_of[pair.b as usize]);
        (a.min(b), a.max(b))
    };
    let mut apart: Vec<&Pair> = pairs.par_iter().filter(|p| { let (a, b) = groups(p); a != b }).collect();
    apart.par_sort_unstable_by_key(|p| (groups(p), p.a, p.b));
    apart
        .par_chunk_by(|x, y| groups(x) == groups(y))
        .flat_map_iter(|run| {
            let (a, b) = groups(run[0]);
            let alone = |record: u32| vec![record];
            let (xs, ys) = (members.get(&a).cloned().unwrap_or_else(|| alone(a)), members.get(&b).cloned().unwrap_or_else(|| alone(b)));
            let held = Held::new(population, model, near, &xs, &ys);
            run.iter().map(|pair| held.judge(model, pair.a, pair.b, pair.log_odds)).collect::<Vec<_>>()
        })
        .collect()
}

/// Whom each record is like, the likest first.
struct Near {
    starts: Vec<u32>,
    others: Vec<(u32, f32)>,
}

impl Near {
    fn of(records: usize, pairs: &[Pair]) -> Self {
        let mut starts = vec![0_u32; records + 1];
        let likely = || pairs.iter().filter(|p| p.log_odds > JOINS);
        for pair in likely() {
            starts[pair.a as usize + 1] += 1;
            starts[pair.b as usize + 1] += 1;
        }
        for at in 0..records {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut others = vec![(0, 0.0); *starts.last().unwrap_or(&0) as usize];
        for pair in likely() {
            for (one, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
                let at = &mut next[one as usize];
                others[*at as usize] = (other, pair.log_odds);
                *at += 1;
            }
        }
        let mut near = Self { starts, others };
        for record in 0..records {
            let (from, to) = (near.starts[record] as usize, near.starts[record + 1] as usize);
            near.others[from..to].sort_unstable_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        }
        near
    }

    fn to(&self, record: u32) -> &[(u32, f32)] {
        &self.others[self.starts[record as usize] as usize..self.starts[record as usize + 1] as usize]
    }
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
    let mut by_root: Vec<(u32, u32)> = joining().map(|(at, p)| (find(&mut root, p.a), at)).collect();
    by_root.par_sort_unstable();
    by_root
        .par_chunk_by(|x, y| x.0 == y.0)
        .map(|run| {
            let mut edges: Vec<u32> = run.iter().map(|(_, at)| *at).collect();
            edges.sort_by(|x, y| pairs[*y as usize].log_odds.total_cmp(&pairs[*x as usize].log_odds));
            edges
        })
        .collect()
}

/// The groups of one part and the pairs within them.
struct Grouped {
    groups: Vec<Vec<u32>>,
    judged: Vec<Judged>,
}

/// Groups in the making.
struct Grouping<'a> {
    population: &'a Population,
    model: &'a Model,
    near: &'a Near,
    group_of: HashMap<u32, usize>,
    groups: Vec<Vec<u32>>,
    /// Groups that were held against each other, with their sizes then, and not joined.
    refused: HashMap<(usize, usize), (usize, usize)>,
    judged: Vec<Judged>,
}

impl<'a> Grouping<'a> {
    fn new(population: &'a Population, model: &'a Model, near: &'a Near) -> Self {
        Self {
            population,
            model,
            near,
            group_of: HashMap::new(),
            groups: Vec::new(),
            refused: HashMap::new(),
            judged: Vec::new(),
        }
    }

    fn run(mut self, pairs: &[Pair], edges: &[u32]) -> Grouped {
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
        let held = Held::new(self.population, self.model, self.near, &self.groups[a], &self.groups[b]);
        if held.log_odds(self.model) <= 0.0 {
            self.refused.insert((a, b), sizes);
            return;
        }
        for (x, y, own) in held.each(self.population, self.model) {
            self.judged.push(held.judge(self.model, x, y, own));
        }
        let joined = std::mem::take(&mut self.groups[b]);
        for record in &joined {
            self.group_of.insert(*record, a);
        }
        self.groups[a].extend(joined);
    }
}

/// Two groups held against each other.
struct Held<'a> {
    xs: &'a [u32],
    ys: &'a [u32],
    pairs: HashMap<(u32, u32), f32>,
    evidence: Evidence,
}

impl<'a> Held<'a> {
    fn new(population: &Population, model: &Model, near: &Near, xs: &'a [u32], ys: &'a [u32]) -> Self {
        let mut evidence = Evidence::between(xs.len(), ys.len());
        let mut pairs = HashMap::new();
        for x in xs.iter().take(SPEAK) {
            for y in ys.iter().take(SPEAK) {
                let (comparison, score) = score(population, model, *x.min(y), *x.max(y));
                let log_odds = score.capped_log_odds();
                evidence.hear(log_odds, &comparison);
                pairs.insert((*x.min(y), *x.max(y)), log_odds);
            }
        }
        let mut held = Self { xs, ys, pairs, evidence };
        held.evidence.rival = held.rival(population, model, near);
        held
    }

    /// How well somebody else fits one of the groups who can't be the other: the highest log-odds.
    fn rival(&self, population: &Population, model: &Model, near: &Near) -> f32 {
        let mut rival = Evidence::NOBODY;
        for (ones, others) in [(self.xs, self.ys), (self.ys, self.xs)] {
            for one in ones.iter().take(SPEAK) {
                for (third, log_odds) in near.to(*one).iter().take(12) {
                    if *log_odds <= rival {
                        break;
                    }
                    if self.xs.contains(third) || self.ys.contains(third) {
                        continue;
                    }
                    let other = others[0];
                    let fits = score(population, model, other.min(*third), other.max(*third)).1;
                    if fits.log_odds < -3.0 {
                        rival = *log_odds;
                    }
                }
            }
        }
        rival
    }

    fn log_odds(&self, model: &Model) -> f32 {
        model.weighing.weigh(&self.evidence.of_pair(self.evidence.mean()))
    }

    fn judge(&self, model: &Model, x: u32, y: u32, own: f32) -> Judged {
        let evidence = self.evidence.of_pair(own);
        let pair = Pair { a: x.min(y), b: x.max(y), log_odds: model.weighing.weigh(&evidence) };
        Judged { pair, evidence }
    }

    fn each<'s>(
        &'s self,
        population: &'s Population,
        model: &'s Model,
    ) -> impl Iterator<Item = (u32, u32, f32)> + 's {
        self.xs.iter().flat_map(move |x| {
            self.ys.iter().map(move |y| {
                let (a, b) = (*x.min(y), *x.max(y));
                let own = self.pairs.get(&(a, b)).copied();
                (a, b, own.unwrap_or_else(|| score(population, model, a, b).1.capped_log_odds()))
            })
        })
    }
}
