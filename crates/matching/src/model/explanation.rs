//! Why a pair scored as it did, in words and in numbers that add up.

use super::{Model, RELATIVE, Rule, STRANGER, Weight};
use crate::compare::Comparison;
use crate::compare::tables::{RARE, TABLES};

/// What one field added to the log-odds.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The field, or where the sum starts.
    pub title: String,
    /// What was found, in words.
    pub found: String,
    /// Natural logarithm of odds: above 0 speaks for one person, below against.
    pub log_odds: f64,
}

/// A pair's score, field by field.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Every field that says something; the numbers add up to [`Explanation::log_odds`].
    pub contributions: Vec<Contribution>,
    /// The log-odds that both are of one person, after any rule.
    pub log_odds: f64,
    /// Of the two mistakes, how likely it is that it would be taking a relative for the person.
    pub relative: f64,
    /// The rule that capped it.
    pub rule: Option<Rule>,
}

impl Explanation {
    /// The probability that both are of one person.
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.log_odds).exp())
    }
}

impl Model {
    /// Explains a comparison. What a finding is worth depends on which
    /// mistake is the likelier here, so each contribution is the mean of its two weights by that.
    pub fn explain(&self, comparison: &Comparison) -> Explanation {
        let score = self.score(comparison);
        let [relative, stranger] = score.against.map(f64::from);
        let share = 1.0 / (1.0 + (relative - stranger).exp());
        let mean =
            |w: Weight| f64::from(w[RELATIVE]) * share + f64::from(w[STRANGER]) * (1.0 - share);

        let mut contributions = Vec::new();
        for (number, table) in TABLES.iter().enumerate() {
            let line = usize::from(comparison.lines[number]);
            let mut found = vec![table.words_of(line)];
            let mut log_odds = mean(self.weight(comparison, number));
            for (at, rare) in RARE.iter().enumerate().filter(|(_, rare)| rare.table == number) {
                log_odds += mean(self.rare[at]) * f64::from(comparison.rarities[at]);
                if comparison.rarities[at] > 9.0 {
                    found.push(rare.words.to_owned());
                }
            }
            found.retain(|words| !words.is_empty());
            if log_odds != 0.0 || !found.is_empty() {
                contributions.push(Contribution {
                    title: table.title.into(),
                    found: found.join(", "),
                    log_odds,
                });
            }
        }
        let fields: f64 = contributions.iter().map(|c| c.log_odds).sum();
        let uncapped = f64::from(score.log_odds);
        contributions.insert(
            0,
            Contribution {
                title: "Before anything was compared".into(),
                found: "two records that share something".into(),
                log_odds: uncapped - fields,
            },
        );
        let log_odds = f64::from(score.capped_log_odds());
        let rule = score.rule.filter(|_| log_odds < uncapped);
        if let Some(rule) = rule {
            contributions.push(Contribution {
                title: "Rule".into(),
                found: rule.words().into(),
                log_odds: log_odds - uncapped,
            });
        }
        Explanation { contributions, log_odds, relative: share, rule }
    }
}
