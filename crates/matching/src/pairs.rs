//! All pairs of a population that share a key, each once, compared and weighed.

use rayon::prelude::*;

use crate::blocking::{Keys, Posting, Postings, SPACES, meet_earlier};
use crate::compare::{Comparison, compare};
use crate::model::{Model, Score};
use crate::population::Population;

/// The most records of one key that are all compared with each other.
pub const MOST: usize = 150;

/// Two records by their numbers, the smaller first, and the log-odds that they are one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The smaller number.
    pub a: u32,
    /// The larger number.
    pub b: u32,
    /// The log-odds, after any rule.
    pub log_odds: f32,
}

/// Scored pairs and what was left out.
#[derive(Debug, Default)]
pub struct Pairs {
    /// In order of their numbers.
    pub pairs: Vec<Pair>,
    /// How many pairs were not compared since too many records share their key.
    pub crowded: u64,
}

/// Every pair whose log-odds are at least `least`. Records of one source aren't compared when
/// `across_sources`.
pub fn score_all(population: &Population, model: &Model, least: f32, across_sources: bool) -> Pairs {
    let score = |a: u32, b: u32| {
        let (_, score) = score(population, model, a, b);
        let log_odds = score.capped_log_odds();
        (log_odds >= least).then_some(Pair { a, b, log_odds })
    };
    let (mut pairs, crowded) = each_pair(population, across_sources, score);
    pairs.par_sort_unstable_by_key(|pair| (pair.a, pair.b));
    Pairs { pairs, crowded }
}

/// Compares and weighs two records of a population.
pub fn score(population: &Population, model: &Model, a: u32, b: u32) -> (Comparison, Score) {
    let people = &population.people;
    let comparison = compare(population.words(), &people[a as usize], &people[b as usize]);
    (comparison, model.score(&comparison))
}

/// What `make` makes of every pair that shares a key, the smaller number first; in an order that
/// does not depend on threads.
pub fn each_pair<T: Send>(
    population: &Population,
    across_sources: bool,
    make: impl Fn(u32, u32) -> Option<T> + Sync,
) -> (Vec<T>, u64) {
    let (postings, keys) = population.postings(MOST);
    let mut made = Vec::new();
    for space in 0..SPACES {
        let of_space: Vec<Vec<T>> = postings
            .blocks(space)
            .map(|block| of_block(population, &postings, &keys, space, block, across_sources, &make))
            .filter(|some| !some.is_empty())
            .collect();
        made.extend(of_space.into_iter().flatten());
    }
    (made, postings.crowded_pairs())
}

fn of_block<T>(
    population: &Population,
    postings: &Postings,
    keys: &[Keys],
    space: usize,
    block: &[Posting],
    across_sources: bool,
    make: &impl Fn(u32, u32) -> Option<T>,
) -> Vec<T> {
    let mut made = Vec::new();
    for (at, one) in block.iter().enumerate() {
        for other in block[at + 1..].iter().take(postings.most()) {
            let (a, b) = (one.record as usize, other.record as usize);
            let same_source = || {
                let (x, y) = (population.people[a].source, population.people[b].source);
                x == y
            };
            if a == b || meet_earlier(&keys[a], &keys[b], space, one.key) || (across_sources && same_source()) {
                continue;
            }
            made.extend(make(one.record.min(other.record), one.record.max(other.record)));
        }
    }
    made
}
