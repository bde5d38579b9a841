//! Everybody known, ready to be asked: who could this record be? An answer takes well under a
//! millisecond among a million records, and records can be added between two questions.

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

use crate::blocking::{Keys, Posting, Postings, SLOTS, keys, space_of};
use crate::compare::{Comparison, compare};
use crate::entities::{Groups, Held};
use crate::features::{Features, Words, clean};
use crate::linking::{LEAST_HEARD, Linked};
use crate::model::{Explanation, Model, Score, probability};
use crate::population::Population;
use crate::progress::Progress;
use crate::record::Record;

/// The most records of one key that an index compares with a question.
const MOST: usize = 400;
/// Below these log-odds, of the pair by itself, nobody is a candidate.
const LEAST: f32 = LEAST_HEARD;
/// The number of the record that is asked about.
const ASKED: u32 = u32::MAX;

/// Somebody who could be the person that is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The record's number in the index.
    pub record: u32,
    /// The group that it is taken to belong to: all records of one person.
    pub group: u32,
    /// The log-odds in the light of all records of that group, and of who else could be meant.
    pub log_odds: f32,
}

impl Candidate {
    /// The probability that it is the person asked about.
    pub fn probability(&self) -> f32 {
        probability(self.log_odds)
    }
}

/// Records by their keys, with the model fitted to them.
#[derive(Debug)]
pub struct Index {
    population: Population,
    model: Model,
    postings: Postings,
    groups: Groups,
    /// What was added since, by space and key.
    added: HashMap<(usize, u32), Vec<u32>>,
}

impl Index {
    /// Builds an index: fits the model, sorts the records by their keys, and groups those that are
    /// of one person.
    pub fn build(population: Population, model: &Model) -> Self {
        Self::watched(population, model, &())
    }

    /// As [`Index::build`], telling how far it is.
    pub fn watched(population: Population, model: &Model, progress: &dyn Progress) -> Self {
        let linked = Linked::watched(&population, model, false, progress);
        let mut keys: Vec<Keys> = population.people.par_iter().map(keys).collect();
        let postings = Postings::build(&population.people, &mut keys, MOST);
        Self {
            population,
            model: linked.model,
            postings,
            groups: linked.groups,
            added: HashMap::new(),
        }
    }

    /// How many records it holds.
    pub fn records(&self) -> u32 {
        self.population.records()
    }

    /// A record's own id.
    pub fn id(&self, record: u32) -> &str {
        self.population.ids.get(record as usize).map_or("", |id| id)
    }

    /// Adds a record, by itself; it is found from the next question on.
    pub fn add(&mut self, record: Record) -> u32 {
        let number = u32::try_from(self.population.people.len()).unwrap_or(ASKED);
        let person = self.population.vocabulary.learn(&clean(&record));
        let keys: Vec<(usize, u32)> = self.keys(&person).collect();
        for at in keys {
            self.added.entry(at).or_default().push(number);
        }
        self.population.people.push(person);
        self.population.ids.push(record.record_id.into_boxed_str());
        number
    }

    /// A person's keys, each with its space, as the index has them.
    fn keys<'a>(&'a self, person: &'a Features) -> impl Iterator<Item = (usize, u32)> + 'a {
        let all: Keys = keys(person);
        (0..SLOTS).filter(move |slot| all[*slot] != 0).map(move |slot| {
            let space = space_of(slot);
            (space, self.postings.refined(space, all[slot], person))
        })
    }

    /// Who a record could be, the likeliest first: every record whose probability is at least
    /// `least`.
    pub fn look_up(&self, record: &Record, least: f32) -> Vec<Candidate> {
        let (asked, unknown) = self.population.vocabulary.look_up(&clean(record));
        let words = Words::with(&self.population.vocabulary, &unknown);
        let score = |known: u32, _: u32| self.score(words, &asked, known);

        let mut groups: Vec<u32> = self
            .sharing_a_key(&asked)
            .into_iter()
            .filter(|known| score(*known, ASKED).1.log_odds >= LEAST)
            .map(|known| self.groups.of(known))
            .collect();
        groups.sort_unstable();
        groups.dedup();

        let mut candidates: Vec<Vec<Candidate>> = groups
            .into_iter()
            .map(|group| {
                let members = self.groups.members(group);
                let held = Held::new(&[ASKED], &members, score);
                let candidate = |record: &u32| {
                    let log_odds = held.judge(&self.model, *record, ASKED, score).pair.log_odds;
                    Candidate { record: *record, group, log_odds }
                };
                members.iter().map(candidate).collect()
            })
            .collect();
        only_one(&mut candidates);
        let least = (least / (1.0 - least)).ln();
        let mut all: Vec<Candidate> =
            candidates.into_iter().flatten().filter(|c| c.log_odds >= least).collect();
        all.sort_unstable_by(|x, y| {
            y.log_odds.total_cmp(&x.log_odds).then(x.record.cmp(&y.record))
        });
        all
    }

    /// Why a record could be another, field by field.
    pub fn explain(&self, record: &Record, known: u32) -> Option<Explanation> {
        let person = self.population.people.get(known as usize)?;
        let (asked, unknown) = self.population.vocabulary.look_up(&clean(record));
        let comparison =
            compare(Words::with(&self.population.vocabulary, &unknown), person, &asked);
        Some(self.model.explain(&comparison))
    }

    fn score(&self, words: Words<'_>, asked: &Features, known: u32) -> (Comparison, Score) {
        let comparison = compare(words, &self.population.people[known as usize], asked);
        let score = self.model.score(&comparison);
        (comparison, score)
    }

    fn sharing_a_key(&self, asked: &Features) -> Vec<u32> {
        let mut known: Vec<u32> = Vec::new();
        for (space, key) in self.keys(asked) {
            let sorted: &[Posting] = self.postings.under(space, key);
            known.extend(sorted.iter().take(4 * MOST).map(|posting| posting.record));
            known.extend(self.added.get(&(space, key)).into_iter().flatten());
        }
        known.sort_unstable();
        known.dedup();
        known
    }
}

/// A record is of one person at most: each group's odds count against the others'.
fn only_one(candidates: &mut [Vec<Candidate>]) {
    let best = |group: &Vec<Candidate>| {
        group.iter().map(|candidate| candidate.log_odds).fold(f32::NEG_INFINITY, f32::max)
    };
    let best: Vec<f32> = candidates.iter().map(best).collect();
    for (group, less) in candidates.iter_mut().zip(against_each_other(&best)) {
        group.iter_mut().for_each(|candidate| candidate.log_odds -= less);
    }
}

/// What each of several log-odds loses since at most one of them can be so.
pub(crate) fn against_each_other(log_odds: &[f32]) -> Vec<f32> {
    let odds: Vec<f64> = log_odds.iter().map(|one| f64::from(*one).exp()).collect();
    let all: f64 = odds.iter().sum();
    odds.iter().map(|own| (all - own).max(0.0).ln_1p() as f32).collect()
}
