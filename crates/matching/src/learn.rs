//! Learning the model from records whose people and families are known (generated ones): which of
//! three things a pair is – one person, relatives, strangers – by multinomial logistic regression
//! over the tables' lines. Weights stay near 0 unless the pairs say otherwise, and in the order
//! that sense demands ([`order`]).

pub mod fitting;
pub mod groups;
mod order;

use rayon::prelude::*;

use crate::compare::tables::{RARITIES, TABLES};
use crate::compare::{Comparison, compare};
use crate::model::{Model, OFFSETS, RELATIVE, STRANGER, Weight};
use crate::pairs::Blocks;
use crate::population::Population;
use crate::progress::Progress;

/// Who each record really is.
#[derive(Debug, Default, Clone)]
pub struct Truth {
    /// The person's number, by the record's.
    pub person: Vec<u32>,
    /// The family's number, by the record's.
    pub family: Vec<u32>,
}

/// What a pair really is, with how it compares.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    comparison: Comparison,
    /// 0 one person, 1 relatives, 2 strangers.
    class: u8,
    /// How much more numerous strangers are in its set than in the model's, as a logarithm.
    more: f32,
}

/// The pairs of a population that share a key, with what they really are.
pub fn examples(population: &Population, truth: &Truth, among: u32) -> Vec<Example> {
    let more = (population.records().max(2) as f32 / among.max(2) as f32).ln();
    let example = |a: u32, b: u32| {
        let people = &population.people;
        let comparison = compare(population.words(), &people[a as usize], &people[b as usize]);
        let same = |of: &[u32]| of[a as usize] == of[b as usize];
        let class = if same(&truth.person) {
            0
        } else if same(&truth.family) {
            1
        } else {
            2
        };
        Some(Example { comparison, class, more })
    };
    Blocks::of(population).each_pair(|_, _| true, example)
}

/// How often the groups are made anew with what was learned of them.
const REGROUPED: usize = 3;
/// Among how many records strangers are counted: the model says so, and is fitted to other numbers.
const AMONG: u32 = 20_000;

/// A model from populations whose truth is known: first what each finding is worth, then how the
/// records of two groups speak together.
pub fn train(
    sets: &[(Population, Truth)],
    from: &Model,
    version: &str,
    progress: &dyn Progress,
) -> Model {
    progress.begins("Learning", 1 + REGROUPED as u64);
    let pairs: Vec<Example> =
        sets.iter().flat_map(|(population, truth)| examples(population, truth, AMONG)).collect();
    let mut model = learn(&pairs, from, version);
    progress.done(1);
    for _ in 0..REGROUPED {
        let of_set =
            |(population, truth): &(Population, Truth)| groups::examples(population, truth, &model);
        let pairs: Vec<_> = sets.iter().flat_map(of_set).collect();
        model.weighing = groups::learn(&pairs, &model.weighing);
        progress.done(1);
    }
    model
}

/// How often all examples are gone through.
const ROUNDS: usize = 500;

/// How strongly weights are held to where they began, in examples.
const HELD: f64 = 1.0;
const CHUNK: usize = 8_192;

/// All parameters in one row: weights, rarities, start.
const ROW: usize = OFFSETS[TABLES.len()] + RARITIES + 1;
type Row = Vec<[f64; 2]>;

/// Learns weights, beginning with those of `from`: lines that no example is on keep them.
pub fn learn(examples: &[Example], from: &Model, version: &str) -> Model {
    let began = row_of(from);
    let mut row = began.clone();
    let (mut mean, mut square) = (vec![[0.0; 2]; ROW], vec![[0.0; 2]; ROW]);
    for round in 1..=ROUNDS {
        let slope = slope(examples, &row, &began);
        // Adam, with steps that shrink.
        let pace = 0.1 * (1.0 - round as f64 / (ROUNDS as f64 + 1.0)).max(0.01);
        for at in 0..ROW {
            for side in 0..2 {
                mean[at][side] = 0.9 * mean[at][side] + 0.1 * slope[at][side];
                square[at][side] = 0.99 * square[at][side] + 0.01 * slope[at][side].powi(2);
                let m = mean[at][side] / (1.0 - 0.9_f64.powi(round as i32));
                let s = square[at][side] / (1.0 - 0.99_f64.powi(round as i32));
                row[at][side] -= pace * m / (s.sqrt() + 1e-9);
            }
        }
        order::keep(&mut row);
    }
    let share = |class: u8| {
        examples.iter().filter(|e| e.class == class).count() as f32 / examples.len().max(1) as f32
    };
    model_of(&row, from, version, [0, 1, 2].map(|class| share(class).max(1e-6)))
}

fn row_of(model: &Model) -> Row {
    let all = model.weights.iter().chain(&model.rare).chain([&model.start]);
    all.map(|w| w.map(f64::from)).collect()
}

fn model_of(row: &Row, from: &Model, version: &str, shares: [f32; 3]) -> Model {
    let weight = |w: &[f64; 2]| -> Weight { w.map(|x| x as f32) };
    let lines = OFFSETS[TABLES.len()];
    let mut rare = from.rare;
    for (each, learned) in rare.iter_mut().zip(&row[lines..]) {
        *each = weight(learned);
    }
    Model {
        version: version.into(),
        records: from.records,
        shares,
        start: weight(&row[ROW - 1]),
        weights: row[..lines].iter().map(weight).collect(),
        rare,
        weighing: from.weighing,
    }
}

/// The slope of the loss: where the parameters should go less. Summed in chunks of a fixed size and
/// order, so that it is the same for any number of threads.
fn slope(examples: &[Example], row: &Row, began: &Row) -> Row {
    let chunks: Vec<Row> = examples
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut slope = vec![[0.0; 2]; ROW];
            for example in chunk {
                slope_of(example, row, &mut slope);
            }
            slope
        })
        .collect();
    let mut sum: Row =
        (0..ROW).map(|at| [0, 1].map(|s| HELD * (row[at][s] - began[at][s]))).collect();
    sum[ROW - 1] = [0.0; 2];
    for chunk in chunks {
        for (sum, each) in sum.iter_mut().zip(chunk) {
            sum[0] += each[0];
            sum[1] += each[1];
        }
    }
    sum
}

fn slope_of(example: &Example, row: &Row, slope: &mut Row) {
    let Example { comparison, class, more, .. } = example;
    let lines = (0..TABLES.len()).map(|t| (OFFSETS[t] + usize::from(comparison.lines[t]), 1.0));
    let rare = comparison
        .rarities
        .iter()
        .enumerate()
        .map(|(r, v)| (OFFSETS[TABLES.len()] + r, f64::from(*v)));
    let active =
        || lines.clone().chain(rare.clone()).chain([(ROW - 1, 1.0)]).filter(|(_, v)| *v != 0.0);
    let mut against = [0.0, -f64::from(*more)];
    for (at, value) in active() {
        against[0] += row[at][0] * value;
        against[1] += row[at][1] * value;
    }
    let odds = against.map(|a| (-a).exp().min(1e30));
    let all = 1.0 + odds[0] + odds[1];
    // d(-log likelihood) / d(against) is what is true less what is thought.
    let off = [
        f64::from(*class == 1) - odds[RELATIVE] / all,
        f64::from(*class == 2) - odds[STRANGER] / all,
    ];
    for (at, value) in active() {
        slope[at][0] += off[0] * value;
        slope[at][1] += off[1] * value;
    }
}
