//! How well records were linked, against the truth: precision, recall and F1 of pairs, false links
//! inside families, calibration, what is left for people to read, and whether all groups of names
//! fare alike. The figures are defined as in the scorer that peers were measured with.
//!
//! About 100 bytes a record and 16 bytes a listed pair are held.

mod clusters;
mod fairness;
mod pairs;
mod queries;
mod report;
mod truth;

pub use clusters::{Clusters, WithinClusters};
pub use fairness::{Fairness, fairness};
pub use pairs::{Auto, Calibration, Pair, Pairs, Ranking, Review, Scored, score};
pub use queries::{AtQuery, Latency, QueryScore, QueryTruth, score_queries};
pub use truth::Truth;

/// Why nothing can be scored.
#[derive(Debug, thiserror::Error)]
pub enum NotScored {
    #[error("the file can't be read")]
    Csv(#[from] csv::Error),
    #[error("there is no column {0}")]
    Column(&'static str),
    #[error("line {0}: {1}")]
    Line(u64, &'static str),
    #[error("there are more records than can be counted")]
    TooMany,
}

/// F1: the harmonic mean of precision and recall; 0 when both are.
pub fn f1(precision: f64, recall: f64) -> f64 {
    let sum = precision + recall;
    if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 }
}

/// One number by another; the second is at least 1.
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// How many pairs so many make.
fn pairs_of(count: usize) -> usize {
    count * count.saturating_sub(1) / 2
}
