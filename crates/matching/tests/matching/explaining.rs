//! A score is explained in words, and the numbers add up.

use matching::index::Index;
use matching::model::Model;
use matching::population::Population;
use proptest::prelude::*;

use super::{record, town};

fn index() -> Index {
    let known = record(
        "record_id=k first_name=Jaiden surname=Smith dob=2014-03-12 sex=M address=12_Quarry_Lane postcode=HU3_4QP nhs_number=9434765919",
    );
    Index::build(Population::of(town(2_000).into_iter().chain([known])), &Model::kept().unwrap())
}

#[test]
fn the_reasons_read_as_words() {
    let explained = index()
        .explain(
            &record("first_name=JAYDEN surname=SMITH dob=2014-12-03 nhs_number=943_476_5919"),
            2_000,
        )
        .unwrap();
    let said: Vec<String> =
        explained.contributions.iter().map(|c| format!("{}: {}", c.title, c.found)).collect();
    assert!(said.contains(&"NHS number: the same".to_owned()), "{said:?}");
    assert!(said.contains(&"Date of birth: day and month exchanged".to_owned()), "{said:?}");
    let first = "First name: a short form or another spelling";
    assert!(said.iter().any(|said| said.starts_with(first)), "{said:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn contributions_add_up_to_the_log_odds(
        first in "[A-Z][a-z]{0,9}", surname in "(Smith|Smyth|[A-Z][a-z]{2,8})", year in 1930..2024, day in 1..29, nhs in "(|9434765919|4505577104)",
    ) {
        static INDEX: std::sync::LazyLock<Index> = std::sync::LazyLock::new(index);
        let asked = record(&format!("first_name={first} surname={surname} dob={year}-03-{day:02} nhs_number={nhs}"));
        let explained = INDEX.explain(&asked, 2_000).unwrap();
        let sum: f64 = explained.contributions.iter().map(|c| c.log_odds).sum();
        let p = explained.probability();
        prop_assert!((sum - explained.log_odds).abs() < 1e-6);
        prop_assert!((sum - (p / (1.0 - p)).ln()).abs() < 1e-6 || explained.log_odds.abs() > 15.0);
    }
}
