//! Learning how the records of two groups speak together ([`Weighing`]): logistic regression over
//! the curves, which may only rise with what speaks for one person.

use rayon::prelude::*;

use super::order::never_rising;
use super::{CHUNK, Truth};
use crate::entities::{CURVES, EACH, Evidence, Judged, KNOTS, Weighing, parts};
use crate::linking::LEAST_HEARD;
use crate::model::Model;
use crate::pairs::Blocks;
use crate::population::Population;

/// A pair in the light of its groups, and whether it is one person.
#[derive(Debug, Clone, Copy)]
pub struct GroupExample {
    evidence: Evidence,
    is_one: bool,
}

/// Pairs of a population as the model judges them now.
pub fn examples(population: &Population, truth: &Truth, model: &Model) -> Vec<GroupExample> {
    let pairs = Blocks::of(population).score(model, LEAST_HEARD, false);
    let example = |judged: Judged| GroupExample {
        evidence: judged.evidence,
        is_one: truth.person[judged.pair.a as usize] == truth.person[judged.pair.b as usize],
    };
    crate::entities::judge(population, model, &pairs, &()).0.into_iter().map(example).collect()
}

/// How often all examples are gone through.
const ROUNDS: usize = 1_500;
/// How strongly curves are held to where they began, in examples.
const HELD: f64 = 0.3;

/// Learns a weighing, beginning with one.
pub fn learn(examples: &[GroupExample], from: &Weighing) -> Weighing {
    let began = from.to_row();
    let mut row = began.clone();
    let (mut mean, mut square) = (vec![0.0; row.len()], vec![0.0; row.len()]);
    for round in 1..=ROUNDS {
        let slope = slope(examples, &row, &began);
        let pace = 0.05 * (1.0 - round as f64 / (ROUNDS as f64 + 1.0)).max(0.01);
        for at in 0..row.len() {
            mean[at] = 0.9 * mean[at] + 0.1 * slope[at];
            square[at] = 0.99 * square[at] + 0.01 * slope[at].powi(2);
            let m = mean[at] / (1.0 - 0.9_f64.powi(round as i32));
            let s = square[at] / (1.0 - 0.99_f64.powi(round as i32));
            row[at] -= pace * m / (s.sqrt() + 1e-9);
        }
        keep_order(&mut row);
    }
    Weighing::of_row(&row)
}

/// Every curve rises.
fn keep_order(row: &mut [f64]) {
    for of_sizes in row.chunks_mut(EACH) {
        for values in of_sizes.chunks_mut(KNOTS.len()).take(CURVES.len()) {
            let falling: Vec<f64> = values.iter().map(|v| -v).collect();
            for (value, kept) in values.iter_mut().zip(never_rising(&falling)) {
                *value = -kept;
            }
        }
    }
}

fn slope(examples: &[GroupExample], row: &[f64], began: &[f64]) -> Vec<f64> {
    let chunks: Vec<Vec<f64>> = examples
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut slope = vec![0.0; row.len()];
            for example in chunk {
                let log_odds: f64 =
                    parts(&example.evidence).map(|(at, part)| row[at] * f64::from(part)).sum();
                let off = 1.0 / (1.0 + (-log_odds).exp()) - f64::from(u8::from(example.is_one));
                for (at, part) in parts(&example.evidence) {
                    slope[at] += off * f64::from(part);
                }
            }
            slope
        })
        .collect();
    let mut sum: Vec<f64> = row.iter().zip(began).map(|(r, b)| HELD * (r - b)).collect();
    for chunk in chunks {
        for (sum, each) in sum.iter_mut().zip(chunk) {
            *sum += each;
        }
    }
    sum
}
