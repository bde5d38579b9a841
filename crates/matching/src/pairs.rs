//! All pairs of a population that share a key, each once, compared and weighed.

use rayon::prelude::*;

use crate::blocking::{Keys, Posting, Postings, SPACES, keys as keys_of, meet_earlier};
use crate::compare::{Comparison, compare};
use crate::model::{Model, Score};
use crate::population::Population;
use crate::progress::Progress;

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

/// Records by their keys, so that those which share one are compared.
pub struct Blocks<'a> {
    /// The records.
    pub population: &'a Population,
    postings: Postings,
    keys: Vec<Keys>,
    progress: &'a dyn Progress,
}

impl<'a> Blocks<'a> {
    /// Sorts a population by its keys.
    pub fn of(population: &'a Population) -> Self {
        Self::watched(population, &())
    }

    /// As [`Blocks::of`]; `progress` is told of each space whose pairs were made.
    pub fn watched(population: &'a Population, progress: &'a dyn Progress) -> Self {
        let mut keys: Vec<Keys> = population.people.par_iter().map(keys_of).collect();
        let postings = Postings::build(&population.people, &mut keys, MOST);
        Self { population, postings, keys, progress }
    }

    /// How many pairs aren't compared since too many records share their key.
    pub fn crowded_pairs(&self) -> u64 {
        self.postings.crowded_pairs()
    }

    /// What `make` makes of every wanted pair that shares a key, once, the smaller number first;
    /// in an order that does not depend on threads.
    pub fn each_pair<T: Send>(
        &self,
        wanted: impl Fn(u32, u32) -> bool + Sync,
        make: impl Fn(u32, u32) -> Option<T> + Sync,
    ) -> Vec<T> {
        let mut made = Vec::new();
        for space in 0..SPACES {
            let of_space: Vec<Vec<T>> = self
                .postings
                .blocks(space)
                .map(|block| self.of_block(space, block, &wanted, &make))
                .filter(|some| !some.is_empty())
                .collect();
            made.extend(of_space.into_iter().flatten());
            self.progress.done(1);
        }
        made
    }

    fn of_block<T>(
        &self,
        space: usize,
        block: &[Posting],
        wanted: &impl Fn(u32, u32) -> bool,
        make: &impl Fn(u32, u32) -> Option<T>,
    ) -> Vec<T> {
        let mut made = Vec::new();
        for (at, one) in block.iter().enumerate() {
            for other in block[at + 1..].iter().take(self.postings.most()) {
                let (a, b) = (one.record.min(other.record), one.record.max(other.record));
                let keys = |record: u32| &self.keys[record as usize];
                if a != b && wanted(a, b) && !meet_earlier(keys(a), keys(b), space, one.key) {
                    made.extend(make(a, b));
                }
            }
        }
        made
    }

    /// Every pair whose log-odds are at least `least`, in order of the records' numbers. Records of
    /// one source aren't compared when `across_sources`.
    pub fn score(&self, model: &Model, least: f32, across_sources: bool) -> Vec<Pair> {
        let population = self.population;
        let wanted = |a: u32, b: u32| !(across_sources && population.are_of_one_source(a, b));
        let score = |a: u32, b: u32| {
            let (_, score) = score(population, model, a, b);
            let log_odds = score.capped_log_odds();
            (log_odds >= least).then_some(Pair { a, b, log_odds })
        };
        let mut pairs = self.each_pair(wanted, score);
        pairs.par_sort_unstable_by_key(|pair| (pair.a, pair.b));
        pairs
    }
}

/// Compares and weighs two records of a population.
pub fn score(population: &Population, model: &Model, a: u32, b: u32) -> (Comparison, Score) {
    let people = &population.people;
    let comparison = compare(population.words(), &people[a as usize], &people[b as usize]);
    (comparison, model.score(&comparison))
}
