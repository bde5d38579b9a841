//! The model: what each finding is worth, and from that the probability that two records are of
//! one person.
//!
//! There are two ways of being wrong, and they are weighed apart. The other record may be of a
//! **relative**: who shares surname, home and telephone anyway, so that these say nothing, and only
//! first name, date of birth and sex tell the two apart. Or it may be of a **stranger** of the same
//! name or birthday, of whom there are the more the more people there are. Every line of every
//! table has a weight against each (natural logarithms of odds):
//!
//! `odds against a relative = exp(Σ weights against relatives)`, the same for strangers with the
//! number of records counted in; `1 / odds = 1 / odds(relative) + 1 / odds(stranger)`.

mod explanation;
mod file;
mod rules;

pub use explanation::{Contribution, Explanation};
pub use file::NotAModel;
pub use rules::Rule;

use crate::compare::Comparison;
use crate::compare::tables::{RARITIES, TABLES};
use crate::entities::Weighing;

/// A weight against each of the two mistakes: taking a relative, or a stranger, for the person.
pub type Weight = [f32; 2];

/// The mistake of taking a relative for the person.
pub const RELATIVE: usize = 0;
/// The mistake of taking a stranger for the person.
pub const STRANGER: usize = 1;

/// Where the weights of each table begin in [`Model::weights`]; last, how many there are.
pub const OFFSETS: [usize; TABLES.len() + 1] = {
    let mut offsets = [0; TABLES.len() + 1];
    let mut table = 0;
    while table < TABLES.len() {
        offsets[table + 1] = offsets[table] + TABLES[table].len();
        table += 1;
    }
    offsets
};

/// The parameters, as a file keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Which learning made it.
    pub version: String,
    /// How many records it was learned among: strangers are the more numerous in larger sets.
    pub records: u32,
    /// The shares of one person, of relatives and of strangers among the pairs that it was learned
    /// from.
    pub shares: [f32; 3],
    /// What is counted before anything is compared.
    pub start: Weight,
    /// Of each line of each table, by [`OFFSETS`].
    pub weights: Vec<Weight>,
    /// Of each bit of each rarity.
    pub rare: [Weight; RARITIES],
    /// How the records of two groups speak together.
    pub weighing: Weighing,
}

/// What a comparison is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The log-odds that it isn't a relative, and that it isn't a stranger.
    pub against: Weight,
    /// The log-odds that it is one person, before any rule.
    pub log_odds: f32,
    /// The rule that caps the probability, if one does.
    pub rule: Option<Rule>,
}

impl Score {
    /// The probability that both are of one person, at most what the rule allows.
    pub fn probability(&self) -> f32 {
        probability(self.capped_log_odds())
    }

    /// The log-odds, at most what the rule allows.
    pub fn capped_log_odds(&self) -> f32 {
        self.rule.map_or(self.log_odds, |rule| self.log_odds.min(rule.most()))
    }
}

/// `1 / (1 + exp(-log_odds))`.
pub fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds of being neither of two things, by those of being neither one by one.
pub fn against_both(against: Weight) -> f32 {
    let (low, high) =
        if against[0] < against[1] { (against[0], against[1]) } else { (against[1], against[0]) };
    low - (low - high).exp().ln_1p()
}

impl Model {
    /// A model with no weights but those given for the start.
    pub fn blank(records: u32) -> Self {
        Self {
            version: String::new(),
            records,
            shares: [1.0 / 3.0; 3],
            start: [0.0; 2],
            weights: vec![[0.0; 2]; OFFSETS[TABLES.len()]],
            rare: [[0.0; 2]; RARITIES],
            weighing: Weighing::default(),
        }
    }

    /// What a table's line is worth, with the rarities that count in it.
    pub fn weight(&self, comparison: &Comparison, table: usize) -> Weight {
        self.weights[OFFSETS[table] + usize::from(comparison.lines[table])]
    }

    /// Weighs a comparison.
    pub fn score(&self, comparison: &Comparison) -> Score {
        let against = self.against(comparison, self.start);
        Score { against, log_odds: against_both(against), rule: rules::caps(comparison) }
    }

    /// The log-odds that it isn't a relative and that it isn't a stranger, from a start.
    pub fn against(&self, comparison: &Comparison, start: Weight) -> Weight {
        let mut against = start;
        for table in 0..TABLES.len() {
            add(&mut against, self.weight(comparison, table), 1.0);
        }
        for (rarity, weight) in comparison.rarities.iter().zip(&self.rare) {
            add(&mut against, *weight, *rarity);
        }
        against
    }
}

fn add(sum: &mut Weight, weight: Weight, times: f32) {
    sum[0] += weight[0] * times;
    sum[1] += weight[1] * times;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_of_being_wrong_add_up() {
        assert!((against_both([0.0, 0.0]) - -(2.0_f32.ln())).abs() < 1e-6);
        assert!((against_both([3.0, 60.0]) - 3.0).abs() < 1e-6);
        assert!((against_both([60.0, -3.0]) - -3.0).abs() < 1e-6);
    }
}
