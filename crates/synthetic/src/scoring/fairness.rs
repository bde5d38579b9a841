//! Whether everybody fares alike: recall and false links by the heritage of names, and of children
//! against adults, at 0.9.

use super::{
    Pairs, Truth, pairs_of, share,
    truth::{Codes, Column},
};

/// How those of one group fare.
#[derive(Debug, Clone, PartialEq)]
pub struct Fairness {
    /// `name:` or `role:`, and the word of the truth.
    pub group: String,
    pub records: usize,
    pub true_pairs: usize,
    pub recall: f64,
    /// False links of which one record or both are of the group.
    pub false_links_per_1000_records: f64,
}

/// The figures of each group that the truth tells.
pub fn fairness(truth: &Truth, pairs: &Pairs) -> Vec<Fairness> {
    let columns = [("name", &truth.group), ("role", &truth.role)];
    let told = columns.into_iter().filter_map(|(kind, column)| column.as_ref().map(|c| (kind, c)));
    told.flat_map(|(kind, column)| of_column(truth, pairs, kind, column)).collect()
}

fn of_column(truth: &Truth, pairs: &Pairs, kind: &str, column: &Column) -> Vec<Fairness> {
    let of = |place: u32| column.codes[place as usize];
    let mut counts = vec![Counts::default(); column.names.count()];
    for pair in pairs.at_least(0.9) {
        let (low, high) = (of(pair.low), of(pair.high));
        if truth.is_true(pair.low, pair.high) {
            count(&mut counts, low, |counts| counts.right += 1);
            continue;
        }
        count(&mut counts, low, |counts| counts.wrong += 1);
        if high != low {
            count(&mut counts, high, |counts| counts.wrong += 1);
        }
    }
    // All records of a person are of one group, so each person is counted where the first is.
    let sizes = truth.sizes();
    let mut is_counted = vec![false; sizes.len()];
    for (code, person) in column.codes.iter().zip(&truth.person) {
        count(&mut counts, *code, |counts| counts.records += 1);
        let person = *person as usize;
        if !std::mem::replace(&mut is_counted[person], true) {
            let pairs = pairs_of(sizes[person] as usize);
            count(&mut counts, *code, |counts| counts.true_pairs += pairs);
        }
    }
    fares(kind, &column.names, &counts)
}

#[derive(Clone, Default)]
struct Counts {
    records: usize,
    true_pairs: usize,
    right: usize,
    wrong: usize,
}

fn count(counts: &mut [Counts], code: u32, with: impl FnOnce(&mut Counts)) {
    if let Some(counts) = counts.get_mut(code as usize) {
        with(counts);
    }
}

fn fares(kind: &str, names: &Codes, counts: &[Counts]) -> Vec<Fairness> {
    let fares = names.in_order().into_iter().filter_map(|(name, code)| {
        let Counts { records, true_pairs, right, wrong } = counts.get(code as usize)?.clone();
        Some(Fairness {
            group: format!("{kind}:{name}"),
            records,
            true_pairs,
            recall: share(right, true_pairs),
            false_links_per_1000_records: 1000.0 * share(wrong, records),
        })
    });
    fares.collect()
}
