//! What two groups of records say about being one person, and what that comes to: the sum of a few
//! curves, which are learned like the other weights and kept in the same file.

use crate::compare::Comparison;
use crate::compare::tables::{NATIONAL, NHS, PHONE, PLACE, UPN, home, number, postcode};

/// Where the curves bend: log-odds.
pub const KNOTS: [f32; 10] = [-12.0, -6.0, -3.0, -1.0, 1.0, 3.0, 5.0, 7.0, 9.0, 13.0];

/// A value at each knot; straight between them, level beyond.
pub type Curve = [f32; KNOTS.len()];

/// The curves' names, in order: a pair's own log-odds, the best of all pairs, their mean, and the
/// worst.
pub const CURVES: [&str; 4] = ["own", "best", "mean", "worst"];

/// How many records the groups have: one and one, one and several, several and several.
const SIZES: usize = 3;
/// What the groups have in common besides names and dates.
const BRIDGES: usize = 5;

/// What speaks for and against two groups being one person, and for one pair of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// 0 one record and one, 1 one and several, 2 several and several.
    pub sizes: u8,
    /// The pair's own log-odds.
    pub own: f32,
    /// The best log-odds of all pairs.
    pub best: f32,
    /// The worst.
    pub worst: f32,
    sum: f32,
    heard: u32,
    /// The best that any pair has in common besides names and dates: 0 nothing to compare, 1
    /// nothing, 2 a postcode, 3 a home or a telephone, 4 a number of the person.
    pub bridge: u8,
    /// Whether two well-made numbers of the person differ.
    pub clash: bool,
    /// Whether two well-made NHS numbers do: then no pair of these groups matches by itself.
    pub two_nhs: bool,
}

impl Evidence {
    /// Nothing heard yet of two groups of these sizes.
    pub fn between(xs: usize, ys: usize) -> Self {
        Self {
            sizes: u8::from(xs > 1) + u8::from(ys > 1),
            own: 0.0,
            best: f32::NEG_INFINITY,
            worst: f32::INFINITY,
            sum: 0.0,
            heard: 0,
            bridge: 0,
            clash: false,
            two_nhs: false,
        }
    }

    /// Takes in one pair.
    pub fn hear(&mut self, log_odds: f32, comparison: &Comparison) {
        self.best = self.best.max(log_odds);
        self.worst = self.worst.min(log_odds);
        self.sum += log_odds.clamp(KNOTS[0], KNOTS[KNOTS.len() - 1]);
        self.heard += 1;
        self.bridge = self.bridge.max(bridge(comparison));
        self.two_nhs |= comparison.lines[NHS] == number::OTHER;
        self.clash |= [NHS, UPN].iter().any(|table| comparison.lines[*table] == number::OTHER);
    }

    /// The same groups, for a pair of them with these log-odds.
    pub fn of_pair(self, own: f32) -> Self {
        Self { own, ..self }
    }

    /// The mean log-odds of all pairs.
    pub fn mean(&self) -> f32 {
        if self.heard == 0 { 0.0 } else { self.sum / self.heard as f32 }
    }

    /// The values of [`CURVES`].
    pub fn values(&self) -> [f32; CURVES.len()] {
        [self.own, self.best, self.mean(), self.worst]
    }
}

fn bridge(comparison: &Comparison) -> u8 {
    let line = |table: usize| comparison.lines[table];
    let place = usize::from(line(PLACE));
    let (home_part, postcode_part) = (place / 6, place % 6);
    let is_same =
        |table: usize| matches!(line(table), number::SAME | number::SAME_UNCHECKED | number::SLIP);
    if [NHS, UPN, NATIONAL].iter().any(|table| is_same(*table)) {
        4
    } else if matches!(home_part, home::SAME | home::NEAR) || is_same(PHONE) {
        3
    } else if postcode_part == postcode::SAME {
        2
    } else {
        u8::from(
            home_part != home::UNSAID
                || postcode_part != postcode::UNSAID
                || line(PHONE) != number::UNSAID,
        )
    }
}

/// What evidence comes to, for each combination of sizes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighing {
    /// The curves of each combination of sizes.
    pub curves: [[Curve; CURVES.len()]; SIZES],
    /// What the bridge adds.
    pub bridges: [[f32; BRIDGES]; SIZES],
    /// What a clash of numbers adds.
    pub clash: [f32; SIZES],
}

/// How many parameters a [`Weighing`] has for each combination of sizes.
pub const EACH: usize = CURVES.len() * KNOTS.len() + BRIDGES + 1;

impl Default for Weighing {
    /// The mean of a pair's own log-odds and the mean and best of all.
    fn default() -> Self {
        let part = |of: f32| KNOTS.map(|knot| knot * of);
        let curves = [part(0.4), part(0.2), part(0.4), [0.0; KNOTS.len()]];
        Self { curves: [curves; SIZES], bridges: [[0.0; BRIDGES]; SIZES], clash: [-2.0; SIZES] }
    }
}

impl Weighing {
    /// The log-odds that evidence comes to.
    pub fn weigh(&self, evidence: &Evidence) -> f32 {
        let row = self.row();
        parts(evidence).map(|(at, part)| row(at) * part).sum()
    }

    fn row(&self) -> impl Fn(usize) -> f32 + '_ {
        move |at| {
            let (size, at) = (at / EACH, at % EACH);
            match at.checked_sub(CURVES.len() * KNOTS.len()) {
                None => self.curves[size][at / KNOTS.len()][at % KNOTS.len()],
                Some(bridge) if bridge < BRIDGES => self.bridges[size][bridge],
                Some(_) => self.clash[size],
            }
        }
    }

    /// All parameters in one row, for learning.
    pub fn to_row(self) -> Vec<f64> {
        (0..EACH * SIZES).map(|at| f64::from(self.row()(at))).collect()
    }

    /// From such a row.
    pub fn of_row(row: &[f64]) -> Self {
        let at = |size: usize, at: usize| row.get(size * EACH + at).map_or(0.0, |v| *v as f32);
        let curves = std::array::from_fn(|size| {
            std::array::from_fn(|curve| {
                std::array::from_fn(|knot| at(size, curve * KNOTS.len() + knot))
            })
        });
        let after = CURVES.len() * KNOTS.len();
        Self {
            curves,
            bridges: std::array::from_fn(|size| std::array::from_fn(|b| at(size, after + b))),
            clash: std::array::from_fn(|size| at(size, after + BRIDGES)),
        }
    }
}

/// The parameters that evidence goes by, and how much of each.
pub fn parts(evidence: &Evidence) -> impl Iterator<Item = (usize, f32)> {
    let start = usize::from(evidence.sizes) * EACH;
    let after = start + CURVES.len() * KNOTS.len();
    let curves = evidence.values().into_iter().enumerate().flat_map(move |(curve, value)| {
        let (knot, share) = place(value);
        let at = start + curve * KNOTS.len() + knot;
        [(at, 1.0 - share), (at + 1, share)]
    });
    let clash = (after + BRIDGES, f32::from(u8::from(evidence.clash)));
    curves.chain([(after + usize::from(evidence.bridge), 1.0), clash])
}

/// Between which knots a value lies: the lower one, and how far to the next.
fn place(value: f32) -> (usize, f32) {
    let value = value.clamp(KNOTS[0], KNOTS[KNOTS.len() - 1]);
    let knot = KNOTS[1..KNOTS.len() - 1].partition_point(|k| *k <= value);
    (knot, (value - KNOTS[knot]) / (KNOTS[knot + 1] - KNOTS[knot]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_straight_between_its_knots() {
        assert_eq!(place(-40.0), (0, 0.0));
        assert_eq!(place(40.0), (KNOTS.len() - 2, 1.0));
        assert_eq!(place(4.0), (5, 0.5));
    }

    #[test]
    fn a_weighing_is_the_same_when_laid_out_in_a_row_and_back() {
        let weighing = Weighing::default();
        assert_eq!(Weighing::of_row(&weighing.to_row()), weighing);
    }

    #[test]
    fn one_pair_alone_weighs_what_it_weighed() {
        let mut evidence = Evidence::between(1, 1);
        evidence.hear(4.2, &Comparison::default());
        evidence.own = 4.2;
        assert!((Weighing::default().weigh(&evidence) - 4.2).abs() < 1e-4);
    }
}
