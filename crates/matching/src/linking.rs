//! Everything in one go: a population, its pairs with their probabilities, and its groups.

use crate::blocking::SPACES;
use crate::entities::{Groups, judge};
use crate::learn::fitting::fit;
use crate::model::Model;
use crate::pairs::{Blocks, Pair};
use crate::population::Population;
use crate::progress::Progress;

/// The log-odds of the least probability that is told: 0.01.
const LEAST: f32 = -4.595_12;
/// Pairs below these log-odds can't be raised to [`LEAST`] by any other record.
pub const LEAST_HEARD: f32 = -7.0;

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
        Self::watched(population, model, across_sources, &())
    }

    /// As [`Linked::of`], telling how far it is.
    pub fn watched(
        population: &Population,
        model: &Model,
        across_sources: bool,
        progress: &dyn Progress,
    ) -> Self {
        progress.begins("Sorting by keys", 1);
        let blocks = Blocks::watched(population, progress);
        let crowded = blocks.crowded_pairs();
        progress.begins("Fitting the model", SPACES as u64);
        let model = fit(model, &blocks, across_sources);
        progress.begins("Comparing", SPACES as u64);
        if across_sources {
            let groups = Groups::alone(population.people.len());
            return Self { pairs: blocks.score(&model, LEAST, true), groups, crowded, model };
        }
        let scored = blocks.score(&model, LEAST_HEARD, false);
        drop(blocks);
        let (judged, groups) = judge(population, &model, &scored, progress);
        let pairs = judged.iter().map(|j| j.pair).filter(|pair| pair.log_odds >= LEAST).collect();
        Self { pairs, groups, crowded, model }
    }
}
