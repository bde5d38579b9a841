//! Asking a database who somebody could be: by keys that last, and by how common a name is there.

use matching::asking::{Everybody, MayBe, counted, keys, who};
use matching::model::{Model, Rule};
use matching::record::Record;

use super::record;

const CHILD: &str =
    "first_name=Jayden surname=Smyth dob=2014-03-12 sex=M address=12_Quarry_Lane postcode=HU3_4QP";

/// Who of several people, one account each, may be a child of a town of 5,000.
fn asked(child: &str, people: &[&str], smiths: u32) -> Vec<MayBe> {
    let child = record(child);
    let counts = counted(&child).into_iter().flatten().zip([4, smiths, 500]).collect();
    let everybody = Everybody { records: 5_000, counts };
    let people: Vec<_> = people.iter().map(|one| vec![vec![record(one)]]).collect();
    who(&[vec![child]], &people, &everybody, &Model::kept().unwrap())
}

fn share_a_key(one: &Record, other: &Record) -> bool {
    let others = keys(other);
    keys(one).iter().any(|key| others.contains(key))
}

#[test]
fn who_may_be_the_same_shares_a_key_however_they_are_written() {
    let child = record(CHILD);
    for other in [
        "first_name=Jaiden surname=Smith dob=2014-03-12",
        "first_name=JAYDEN surname=SMYTH address=12_quarry_ln postcode=HU34QP",
        "first_name=Smyth surname=Jayden dob=2014-12-03",
    ] {
        assert!(share_a_key(&child, &record(other)), "{other}");
    }
    assert!(!share_a_key(&child, &record("first_name=Poppy surname=Birch dob=2009-01-30")));
    assert_eq!(keys(&Record::default()), []);
    assert_eq!(counted(&record("first_name=Baby")), [None; 3]);
}

/// A database keeps them: other numbers would find nobody.
#[test]
fn keys_are_the_same_in_every_version() {
    let one = record("first_name=Ada surname=Birch dob=2014-03-12");
    assert_eq!(keys(&one).first(), Some(&20_076_475_690));
}

#[test]
fn the_likeliest_comes_first_with_its_reasons_in_words() {
    let found = asked(
        CHILD,
        &[
            "first_name=Poppy surname=Smyth dob=2011-07-02 address=12_Quarry_Lane postcode=HU3_4QP",
            "first_name=Jaiden surname=Smith dob=2014-03-12 address=12_Quarry_Lane postcode=HU3_4QP",
        ],
        40,
    );
    assert_eq!(found[0].person, 1);
    assert!(found[0].is_match(), "{found:?}");
    assert!(found[0].reasons.contains(&"Date of birth: the same".to_owned()), "{found:?}");
    assert!(found.iter().all(|one| one.person != 0), "a sister is not him: {found:?}");
}

#[test]
fn what_a_rule_forbids_is_no_match_and_is_said() {
    let found = asked(
        &format!("{CHILD} nhs_number=9434765919"),
        &[&format!("{CHILD} nhs_number=4505577104")],
        40,
    );
    assert!(!found[0].is_match());
    assert_eq!(found[0].rule, Some(Rule::TwoNhsNumbers));
}

#[test]
fn a_name_that_many_have_says_less_than_a_rare_one() {
    let child = "first_name=Jayden surname=Smyth dob=2014-03-12";
    let other = &["first_name=Jayden surname=Smyth"];
    let (rare, common) = (asked(child, other, 2), asked(child, other, 1_000));
    let log_odds = |found: &[MayBe]| found.first().map_or(f32::NEG_INFINITY, |one| one.log_odds);
    assert!(log_odds(&rare) > log_odds(&common), "{rare:?} {common:?}");
}

#[test]
fn of_two_who_could_be_meant_alike_each_is_only_possible() {
    let child = "first_name=Jayden surname=Smyth dob=2014-03-12";
    let found = asked(child, &[child, child], 40);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|one| one.probability() <= 0.5), "{found:?}");
}
