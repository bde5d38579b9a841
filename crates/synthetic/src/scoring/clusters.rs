//! What pairs come to when whatever hangs together is taken for one person.

use std::collections::HashMap;

use super::{Pair, Truth, f1, pairs_of, share};

/// The figures of clusters: records that links join, directly or by way of others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clusters {
    /// Of all pairs within clusters; `None` where only pairs of two sources count.
    pub pairs: Option<WithinClusters>,
    /// The share of people with two records or more who are one cluster that holds nobody else.
    pub people_perfect: f64,
    pub records_in_mixed: usize,
}

/// The pairs that clusters come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WithinClusters {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl Clusters {
    /// The clusters of those links, and their pairs where all of them count.
    pub(super) fn of(truth: &Truth, links: &[Pair], counts_all: bool) -> Self {
        let roots = roots(truth.records(), links);
        let mut sizes = vec![0_u32; truth.records()];
        let mut shared: HashMap<(u32, u32), u32> = HashMap::with_capacity(truth.records());
        for (root, person) in roots.iter().zip(&truth.person) {
            sizes[*root as usize] += 1;
            *shared.entry((*root, *person)).or_default() += 1;
        }
        let of_people = truth.sizes();
        let (mut perfect, mut records_in_mixed) = (0, 0);
        for ((root, person), together) in &shared {
            let (cluster, whole) = (sizes[*root as usize], of_people[*person as usize]);
            perfect += usize::from(whole >= 2 && *together == whole && cluster == whole);
            records_in_mixed += if *together < cluster { *together as usize } else { 0 };
        }
        let several = of_people.iter().filter(|size| **size >= 2).count();
        let pairs = counts_all.then(|| WithinClusters::of(&sizes, &shared, &of_people));
        Self { pairs, people_perfect: share(perfect, several), records_in_mixed }
    }
}

impl WithinClusters {
    /// Of clusters of those sizes, of what each shares with each person, and of people's sizes.
    fn of(clusters: &[u32], shared: &HashMap<(u32, u32), u32>, people: &[u32]) -> Self {
        let pairs = |sizes: &mut dyn Iterator<Item = &u32>| -> usize {
            sizes.map(|size| pairs_of(*size as usize)).sum()
        };
        let within = pairs(&mut clusters.iter());
        let right = pairs(&mut shared.values());
        let precision = if within > 0 { share(right, within) } else { 1.0 };
        let recall = share(right, pairs(&mut people.iter()));
        Self { precision, recall, f1: f1(precision, recall) }
    }
}

/// The first record of the cluster that each is in.
fn roots(records: usize, links: &[Pair]) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..records).map(|at| u32::try_from(at).unwrap_or(0)).collect();
    for link in links {
        let (one, other) = (root(&mut parents, link.low), root(&mut parents, link.high));
        parents[one.max(other) as usize] = one.min(other);
    }
    (0..parents.len()).map(|at| root(&mut parents, u32::try_from(at).unwrap_or(0))).collect()
}

/// Follows parents, halving the path.
fn root(parents: &mut [u32], mut at: u32) -> u32 {
    while parents[at as usize] != at {
        parents[at as usize] = parents[parents[at as usize] as usize];
        at = parents[at as usize];
    }
    at
}
