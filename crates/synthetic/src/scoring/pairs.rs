//! Pairs that a matcher lists, each with its probability, against the truth.

use std::io::Read;

use csv::StringRecord;

use super::{Clusters, NotScored, Truth, f1, share};

/// Two records, by their places in the truth, and how probably they are of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub low: u32,
    pub high: u32,
    pub probability: f64,
}

/// Every listed pair once, the most probable first.
#[derive(Debug)]
pub struct Pairs {
    sorted: Vec<Pair>,
    between_sources: bool,
    /// Rows about records that are not in the truth.
    pub unknown: usize,
}

impl Pairs {
    /// The pairs of a file: two records and a probability in its first three columns, in any order;
    /// of a pair that is listed twice, the highest counts. Pairs of one source are left out, if
    /// only those between sources count.
    ///
    /// # Errors
    /// When the file can't be read, or a probability is no number.
    pub fn read(file: impl Read, truth: &Truth, between_sources: bool) -> Result<Self, NotScored> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let (mut row, mut pairs) = (StringRecord::new(), Vec::new());
        let mut unknown = 0;
        while reader.read_record(&mut row)? {
            let line = row.position().map_or(0, csv::Position::line);
            let probability = row.get(2).and_then(|text| text.trim().parse::<f64>().ok());
            let probability = probability
                .filter(|probability| !probability.is_nan())
                .ok_or(NotScored::Line(line, "no probability"))?;
            let [one, other] = [0, 1].map(|at| row.get(at).and_then(|id| truth.place(id)));
            match one.zip(other) {
                None => unknown += 1,
                Some((one, other)) => {
                    pairs.push(Pair { low: one.min(other), high: one.max(other), probability });
                }
            }
        }
        Ok(Self { unknown, ..Self::of(pairs, truth, between_sources) })
    }

    /// Pairs in any order.
    pub fn of(mut pairs: Vec<Pair>, truth: &Truth, between_sources: bool) -> Self {
        let source = truth.source.as_ref().filter(|_| between_sources);
        pairs.retain(|pair| {
            pair.low != pair.high && !source.is_some_and(|s| s.same(pair.low, pair.high))
        });
        pairs.sort_unstable_by(|a, b| {
            (a.low, a.high).cmp(&(b.low, b.high)).then(b.probability.total_cmp(&a.probability))
        });
        pairs.dedup_by_key(|pair| (pair.low, pair.high));
        pairs.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        Self { sorted: pairs, between_sources, unknown: 0 }
    }

    /// Those at least as probable.
    pub(super) fn at_least(&self, threshold: f64) -> &[Pair] {
        &self.sorted[..self.sorted.partition_point(|pair| pair.probability >= threshold)]
    }
}

/// What linking at a threshold comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub threshold: f64,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    pub links: usize,
    pub false_links: usize,
    /// Where the truth tells families, and twins.
    pub false_in_family: Option<usize>,
    pub false_of_twins: Option<usize>,
    pub clusters: Clusters,
}

/// The threshold whose precision is high enough to link without a person, with the most recall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auto {
    pub precision: f64,
    pub recall: f64,
    /// `None` where no threshold is.
    pub threshold: Option<f64>,
}

/// The pairs that people would have to look at: from 0.05 to below 0.99.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Review {
    pub pairs: usize,
    pub per_1000_records: f64,
    /// `None` where there are no pairs.
    pub true_share: Option<f64>,
}

/// Whether a probability is what it says, over the listed pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// The expected calibration error, in 20 bands.
    pub ece: f64,
    pub brier: f64,
}

/// All figures of one list.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    pub records: usize,
    pub true_pairs: usize,
    pub listed: usize,
    /// The share of the true pairs that is listed.
    pub completeness: f64,
    /// At 0.5, 0.9 and 0.99.
    pub fixed: [Scored; 3],
    /// What follows is `None` for an empty list. At the threshold with the highest F1:
    pub best: Option<Scored>,
    /// At a precision of 0.999 and of 0.9999.
    pub auto: [Auto; 2],
    pub review: Review,
    pub calibration: Option<Calibration>,
}

/// Scores a list.
pub fn score(truth: &Truth, pairs: &Pairs) -> Ranking {
    let true_pairs = truth.true_pairs(pairs.between_sources);
    let found = pairs.sorted.iter().filter(|pair| truth.is_true(pair.low, pair.high)).count();
    let curve = Curve::of(truth, pairs, true_pairs);
    let at = |threshold| at(truth, pairs, true_pairs, threshold);
    Ranking {
        records: truth.records(),
        true_pairs,
        listed: pairs.sorted.len(),
        completeness: share(found, true_pairs),
        fixed: [0.5, 0.9, 0.99].map(at),
        best: curve.best().map(at),
        auto: [0.999, 0.9999].map(|precision| curve.auto(precision)),
        review: review(truth, pairs),
        calibration: calibration(truth, pairs),
    }
}

fn at(truth: &Truth, pairs: &Pairs, true_pairs: usize, threshold: f64) -> Scored {
    let links = pairs.at_least(threshold);
    let wrong = || links.iter().filter(|pair| !truth.is_true(pair.low, pair.high));
    let false_links = wrong().count();
    let precision =
        if links.is_empty() { 1.0 } else { share(links.len() - false_links, links.len()) };
    let recall = share(links.len() - false_links, true_pairs);
    let within = |column: &super::truth::Column| {
        wrong().filter(|pair| column.same(pair.low, pair.high)).count()
    };
    Scored {
        threshold,
        precision,
        recall,
        f1: f1(precision, recall),
        links: links.len(),
        false_links,
        false_in_family: truth.family.as_ref().map(within),
        false_of_twins: truth.twins.as_ref().map(within),
        clusters: Clusters::of(truth, links, !pairs.between_sources),
    }
}

/// Precision and recall at each probability that is listed, the highest first.
struct Curve(Vec<Point>);

struct Point {
    threshold: f64,
    precision: f64,
    recall: f64,
}

impl Curve {
    fn of(truth: &Truth, pairs: &Pairs, true_pairs: usize) -> Self {
        let mut right = 0;
        let mut points = Vec::new();
        for (at, pair) in pairs.sorted.iter().enumerate() {
            right += usize::from(truth.is_true(pair.low, pair.high));
            let next = pairs.sorted.get(at + 1);
            if next.is_none_or(|next| next.probability != pair.probability) {
                points.push(Point {
                    threshold: pair.probability,
                    precision: share(right, at + 1),
                    recall: share(right, true_pairs),
                });
            }
        }
        Self(points)
    }

    /// The highest threshold with the best F1.
    fn best(&self) -> Option<f64> {
        let f1 = |point: &Point| f1(point.precision, point.recall);
        let better = |best, point| if f1(point) > f1(best) { point } else { best };
        self.0.iter().reduce(better).map(|best| best.threshold)
    }

    fn auto(&self, precision: f64) -> Auto {
        let good = self.0.iter().filter(|point| point.precision >= precision);
        let best = good.reduce(|best, point| if point.recall > best.recall { point } else { best });
        let recall = best.map_or(0.0, |best| best.recall);
        Auto { precision, recall, threshold: best.map(|best| best.threshold) }
    }
}

fn review(truth: &Truth, pairs: &Pairs) -> Review {
    let (sure, all) = (pairs.at_least(0.99).len(), pairs.at_least(0.05));
    let band = &all[sure..];
    let right = band.iter().filter(|pair| truth.is_true(pair.low, pair.high)).count();
    Review {
        pairs: band.len(),
        per_1000_records: 1000.0 * share(band.len(), truth.records()),
        true_share: (!band.is_empty()).then(|| share(right, band.len())),
    }
}

/// How many bands of probability are compared.
const BANDS: usize = 20;

fn calibration(truth: &Truth, pairs: &Pairs) -> Option<Calibration> {
    #[derive(Clone, Copy, Default)]
    struct Band {
        said: f64,
        right: f64,
    }
    let (mut bands, mut squares) = ([Band::default(); BANDS], 0.0);
    for pair in &pairs.sorted {
        let right = f64::from(u8::from(truth.is_true(pair.low, pair.high)));
        let band = &mut bands[((pair.probability * BANDS as f64) as usize).min(BANDS - 1)];
        band.said += pair.probability;
        band.right += right;
        squares += (pair.probability - right).powi(2);
    }
    let listed = pairs.sorted.len() as f64;
    // A band's share of all times the distance of its means is the distance of its sums over all.
    let error: f64 = bands.iter().map(|band| (band.said - band.right).abs()).sum();
    (listed > 0.0).then(|| Calibration { ece: error / listed, brier: squares / listed })
}
