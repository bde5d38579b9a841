//! Stories of people who are easily taken for each other, and of records that are hard to read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod anything;
mod asking;
mod crowds;
mod explaining;
mod families;
mod looking_up;

use matching::linking::Linked;
use matching::model::{Model, probability};
use matching::population::Population;
use matching::record::Record;

/// A record by its fields: `first_name=Ada surname=Lovelace dob=1815-12-10`. An underscore in a
/// value is a space.
pub fn record(fields: &str) -> Record {
    let mut record = Record::default();
    for field in fields.split_whitespace() {
        let (name, value) = field.split_once('=').unwrap();
        let column = Record::COLUMNS.iter().position(|column| *column == name).unwrap();
        *record.field_mut(column).unwrap() = value.replace('_', " ");
    }
    record
}

/// People in the background, all different, so that names are as rare as in a town.
pub fn town(people: usize) -> Vec<Record> {
    let firsts = [
        "Poppy", "Alfie", "Wendy", "Omar", "Zofia", "Chidi", "Priya", "Huw", "Mairi", "Seren",
        "Callum",
    ];
    let lasts = [
        "Ashby", "Birch", "Cole", "Dunmore", "Ellery", "Frost", "Garner", "Holt", "Imrie",
        "Jessop", "Kemp", "Lyle", "Marsh",
    ];
    (0..people)
        .map(|n| {
            let (first, last) = (firsts[n % firsts.len()], lasts[n / firsts.len() % lasts.len()]);
            let (y, m, d) = (1950 + n * 7 % 70, 1 + n * 5 % 12, 1 + n * 11 % 28);
            let (house, street) = (1 + n % 90, n / 90);
            record(&format!(
                "record_id=town{n} first_name={first} surname={last}{} dob={y}-{m:02}-{d:02} address={house}_Street{street}_Road postcode=HU{}_{}AB",
                "aeiou".chars().nth(n % 5).unwrap(),
                1 + n % 9,
                n % 10
            ))
        })
        .collect()
}

/// The probability that the two records are of one person, in a town.
pub fn alike(a: &str, b: &str) -> f32 {
    let mut all = town(3_000);
    all.push(Record { record_id: "a".into(), ..record(a) });
    all.push(Record { record_id: "b".into(), ..record(b) });
    let population = Population::of(all);
    let linked = Linked::of(&population, &Model::kept().unwrap(), false);
    let pair = linked
        .pairs
        .iter()
        .find(|p| *population.ids[p.a as usize] == *"a" && *population.ids[p.b as usize] == *"b");
    pair.map_or(0.0, |pair| probability(pair.log_odds))
}
