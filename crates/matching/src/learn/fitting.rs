//! Fitting the model to a population whose truth nobody knows: how many of the pairs that share a
//! key are of one person, of relatives and of strangers there. What the tables' lines are worth
//! stays; only the shares are estimated, by expectation and maximisation over the pairs themselves
//! (Saerens, Latinne and Decaestecker, “Adjusting the outputs of a classifier to new a priori
//! probabilities”, Neural Computation 14, 2002). In a large town strangers of one name are common,
//! in a village they aren't; the pairs tell.

use rayon::prelude::*;

use crate::compare::compare;
use crate::lexicon::mix;
use crate::model::{Model, RELATIVE, STRANGER, Weight};
use crate::pairs::Blocks;

/// About how many pairs are looked at.
const ENOUGH: u32 = 400_000;
/// How many pairs the expectation beforehand counts for.
const BEFOREHAND: f64 = 50.0;
const ROUNDS: usize = 100;

/// The model with the start that fits a population, of whose records those of one source may be
/// left uncompared.
pub fn fit(model: &Model, blocks: &Blocks<'_>, across_sources: bool) -> Model {
    let population = blocks.population;
    let every = (population.records() / (ENOUGH / 3)).max(1);
    let wanted = |a: u32, b: u32| {
        mix(a, b).is_multiple_of(every) && !(across_sources && population.are_of_one_source(a, b))
    };
    let look = |a: u32, b: u32| {
        let people = &population.people;
        let comparison = compare(population.words(), &people[a as usize], &people[b as usize]);
        Some(model.against(&comparison, model.start))
    };
    let pairs = blocks.each_pair(wanted, look);
    let beforehand = shares_among(model, population.records());
    with_shares(model, shares(&pairs, model.shares.map(f64::from), beforehand))
}

/// The model with the start to expect among so many records, where there are no pairs to tell.
pub fn expected(model: &Model, records: u32) -> Model {
    with_shares(model, shares_among(model, records))
}

fn with_shares(model: &Model, shares: [f64; 3]) -> Model {
    let more = |mistake: usize| {
        let (was, is) = (model.shares.map(f64::from), shares);
        ((is[mistake + 1] / was[mistake + 1]) / (is[0] / was[0])).ln() as f32
    };
    let start = [model.start[RELATIVE] - more(RELATIVE), model.start[STRANGER] - more(STRANGER)];
    Model { start, ..model.clone() }
}

/// The shares to expect among so many records: strangers grow with them.
fn shares_among(model: &Model, records: u32) -> [f64; 3] {
    let [one, relatives, strangers] = model.shares.map(f64::from);
    let strangers = strangers * f64::from(records.max(2)) / f64::from(model.records.max(2));
    let all = one + relatives + strangers;
    [one / all, relatives / all, strangers / all]
}

/// The shares of one person, relatives and strangers that make the pairs likeliest.
fn shares(pairs: &[Weight], learned: [f64; 3], beforehand: [f64; 3]) -> [f64; 3] {
    let mut shares = beforehand;
    for _ in 0..ROUNDS {
        let times: Vec<f64> = (0..3).map(|class| shares[class] / learned[class]).collect();
        let sums: Vec<[f64; 3]> = pairs
            .par_chunks(8_192)
            .map(|chunk| {
                chunk.iter().fold([0.0; 3], |mut sum, against| {
                    let odds = [
                        times[0],
                        f64::from(-against[RELATIVE]).exp() * times[1],
                        f64::from(-against[STRANGER]).exp() * times[2],
                    ];
                    let all: f64 = odds.iter().sum();
                    (0..3).for_each(|class| sum[class] += odds[class] / all);
                    sum
                })
            })
            .collect();
        let all = pairs.len() as f64 + BEFOREHAND;
        let now: [f64; 3] = std::array::from_fn(|class| {
            (sums.iter().map(|sum| sum[class]).sum::<f64>() + BEFOREHAND * beforehand[class]) / all
        });
        let moved = (0..3).map(|class| (now[class] / shares[class]).ln().abs()).fold(0.0, f64::max);
        shares = now;
        if moved < 1e-5 {
            break;
        }
    }
    shares
}
