//! Everything in one go: a population, its pairs with their probabilities, and its groups.

use crate::entities::{Groups, judge};
use crate::learn::fitting::fit;
use crate::model::Model;
use crate::pairs::{Pair, score_all};
use crate::population::Population;

/// The log-odds of the least probability that is told: 0.01.
const LEAST: f32 = -4.595_12;
/// Pairs below these log-odds can't be raised to [`LEAST`] by any other record.
const LEAST_HEARD: f32 = -7.0;

/// A population, linked.
#[derive(Debug)]
pub struct Linked {
    /// Every pair whose probability is at least 0.01, in the order of the records' numbers.
    pub pairs: Vec<Pair>,
    /// Which records are taken for one person; each by itself when linked across sources.
    pub groups: Groups,
    /// How many pairs were not compared since too many records share their key.
    pub crowded: u64,
    /// The model as it fits this population.
    pub model: Model,
}

impl Linked {
    /// Links a population. With `across_sources`, records of one source are never linked, and
    /// each pair is judged by itself.
    pub fn of(population: &Population, model: &Model, across_sources: bool) -> Self {
        let model = fit(model, population, across_sources);
        if across_sources {
            let scored = score_all(population, &model, LEAST, true);
            let groups = Groups::alone(population.people.len());
            return Self { pairs: scored.pairs, groups, crowded: scored.crowded, model };
        }
        let scored = score_all(population, &model, LEAST_HEARD, false);
        let (judged, groups) = judge(population, &model, &scored.pairs);
        let pairs = judged.iter().map(|j| j.pair).filter(|pair| pair.log_odds >= LEAST).collect();
        Self { pairs, groups, crowded: scored.crowded, model }
    }
}
