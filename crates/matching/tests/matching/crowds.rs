//! Many who share a name, a birthday or a telephone don't make the work explode.

use matching::linking::Linked;
use matching::model::Model;
use matching::pairs::{Blocks, MOST};
use matching::population::Population;
use matching::record::Record;

use super::record;

/// `people` of one name: of many ages, in a few towns, half of them without a date of birth.
fn namesakes(people: usize) -> Vec<Record> {
    (0..people)
        .map(|n| {
            let dob = if n % 2 == 0 {
                String::new()
            } else {
                format!("dob={}-{:02}-{:02}", 1940 + n % 80, 1 + n / 80 % 12, 1 + n / 960 % 28)
            };
            record(&format!(
                "record_id=m{n} first_name=Mohammed surname=Smith {dob} town=Hull postcode=HU{}",
                n % 9
            ))
        })
        .collect()
}

#[test]
fn fifty_thousand_mohammeds_are_compared_in_small_blocks() {
    let people = 50_000;
    let population = Population::of(namesakes(people));
    let blocks = Blocks::of(&population);
    let pairs = blocks.each_pair(|_, _| true, |a, b| Some((a, b)));
    // All pairs would be 1,250 million.
    assert!(pairs.len() < people * MOST, "{}", pairs.len());
    assert!(blocks.crowded_pairs() > 0, "what was left out is told");
}

#[test]
fn thousands_without_anything_to_tell_them_apart_are_not_linked() {
    let same = "first_name=Mohammed surname=Smith town=Hull";
    let population = Population::of((0..3_000).map(|n| record(&format!("record_id=s{n} {same}"))));
    let linked = Linked::of(&population, &Model::kept().unwrap(), false);
    let sure = linked.pairs.iter().filter(|pair| pair.log_odds > 2.2).count();
    assert_eq!(sure, 0);
}

#[test]
fn the_same_records_give_the_same_pairs_with_one_thread_and_with_four() {
    let population = Population::of(super::town(2_000).into_iter().chain(namesakes(2_000)));
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Linked::of(&population, &Model::kept().unwrap(), false).pairs)
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn each_pair_is_made_once() {
    let population = Population::of(super::town(1_500).into_iter().chain(namesakes(1_500)));
    let mut pairs = Blocks::of(&population).each_pair(|_, _| true, |a, b| Some((a, b)));
    let all = pairs.len();
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(pairs.len(), all);
    assert!(all > 100);
}

#[test]
fn thousands_of_rows_that_are_word_for_word_the_same_make_no_pairs_without_end() {
    let same =
        "first_name=Ada surname=Lovelace dob=1990-12-10 postcode=HU1_1AA nhs_number=9434765919";
    let rows = (0..2_000).map(|n| record(&format!("record_id=s{n} {same}")));
    let population = Population::of(super::town(1_000).into_iter().chain(rows));
    let linked = Linked::of(&population, &Model::kept().unwrap(), false);
    // All pairs would be two million.
    assert!(linked.pairs.len() < 900_000, "{}", linked.pairs.len());
}
