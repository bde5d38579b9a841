//! Members of one family are told apart, and one child is known in several agencies' words.

use matching::linking::Linked;
use matching::model::{Model, probability};
use matching::population::Population;

use super::{alike, record};

const HOME: &str = "address=12_Quarry_Lane postcode=HU3_4QP phone=07700900123";

#[test]
fn jayden_smyth_of_the_police_is_jaiden_smith_of_the_school() {
    let p = alike(
        &format!("first_name=JAYDEN surname=SMYTH dob=2014-03-12 sex=M {HOME}"),
        "first_name=Jaiden surname=Smith dob=2014-03-12 sex=M address=12_Quarry_Ln postcode=HU34QP",
    );
    assert!(p > 0.9, "{p}");
}

#[test]
fn day_and_month_may_be_exchanged() {
    let p = alike(
        &format!("first_name=Bethany surname=Arkwright dob=2014-03-12 sex=F {HOME}"),
        &format!("first_name=Bethany surname=Arkwright dob=2014-12-03 sex=F {HOME}"),
    );
    assert!(p > 0.9, "{p}");
}

#[test]
fn twins_are_never_linked_without_a_person() {
    let p = alike(
        &format!("first_name=Rowan surname=Tarleton dob=2016-05-02 sex=M {HOME}"),
        &format!("first_name=Jasper surname=Tarleton dob=2016-05-02 sex=M {HOME}"),
    );
    assert!(p < 0.5, "{p}");
}

#[test]
fn a_parent_and_a_child_of_one_name_are_never_linked_without_a_person() {
    let p = alike(
        &format!("first_name=Gareth surname=Penhallow dob=1979-08-30 sex=M {HOME}"),
        &format!("first_name=Gareth surname=Penhallow dob=2008-02-11 sex=M {HOME}"),
    );
    assert!(p <= 0.5, "{p}");
}

#[test]
fn brothers_with_names_alike_stay_two() {
    let p = alike(
        &format!("first_name=Jamie surname=Penhallow dob=2011-01-20 sex=M {HOME}"),
        &format!("first_name=James surname=Penhallow dob=2013-06-07 sex=M {HOME}"),
    );
    assert!(p < 0.5, "{p}");
}

#[test]
fn two_different_nhs_numbers_are_never_linked_without_a_person() {
    let p = alike(
        &format!(
            "first_name=Edith surname=Wainscott dob=2012-09-09 sex=F nhs_number=9434765919 {HOME}"
        ),
        &format!(
            "first_name=Edith surname=Wainscott dob=2012-09-09 sex=F nhs_number=4505577104 {HOME}"
        ),
    );
    assert!(p < 0.9, "{p}");
}

#[test]
fn the_mothers_nhs_number_does_not_make_the_baby_her() {
    let p = alike(
        &format!(
            "first_name=Carys surname=Wainscott dob=1990-04-17 sex=F nhs_number=9434765919 {HOME}"
        ),
        &format!(
            "first_name=Baby surname=Wainscott dob=2023-10-02 sex=F nhs_number=9434765919 {HOME}"
        ),
    );
    assert!(p < 0.9, "{p}");
}

#[test]
fn unknown_is_nobodys_name() {
    let p = alike(
        "first_name=Unknown surname=Unknown dob=1900-01-01 address=NFA",
        "first_name=Unknown surname=Unknown dob=1900-01-01 address=NFA",
    );
    assert!(p < 0.5, "{p}");
}

#[test]
fn twins_with_names_somewhat_alike_are_never_linked_without_a_person() {
    let p = alike(
        &format!("first_name=Shazia surname=Mohammed dob=2005-12-12 sex=F {HOME}"),
        &format!("first_name=Shabana surname=Mohammed dob=2005-12-12 sex=F {HOME}"),
    );
    assert!(p < 0.9, "{p}");
}

#[test]
fn a_sisters_nhs_number_does_not_make_the_brother_her() {
    let p = alike(
        &format!("first_name=Carys surname=Wainscott dob=2012-04-17 nhs_number=9434765919 {HOME}"),
        &format!("first_name=Huw surname=Wainscott dob=2015-10-02 nhs_number=9434765919 {HOME}"),
    );
    assert!(p < 0.9, "{p}");
}

/// The probability of each pair of one child's records, of which two have different NHS numbers.
fn with_two_numbers() -> Vec<(String, String, f32)> {
    let child = format!("first_name=Edith surname=Wainscott dob=2012-09-09 sex=F {HOME}");
    let numbers =
        ["nhs_number=9434765919", "nhs_number=9434765919", "", "", "nhs_number=4505577104"];
    let records = numbers
        .iter()
        .enumerate()
        .map(|(n, number)| record(&format!("record_id=e{n} {child} {number}")));
    let population = Population::of(super::town(3_000).into_iter().chain(records));
    let id = |record: u32| population.ids[record as usize].to_string();
    let linked = Linked::of(&population, &Model::kept().unwrap(), false);
    linked
        .pairs
        .iter()
        .map(|p| (id(p.a), id(p.b), probability(p.log_odds)))
        .filter(|(a, ..)| a.starts_with('e'))
        .collect()
}

#[test]
fn other_records_do_not_lift_what_two_nhs_numbers_forbid() {
    let pairs = with_two_numbers();
    let with_the_other: Vec<_> = pairs.iter().filter(|(_, b, _)| b == "e4").collect();
    assert!(!with_the_other.is_empty());
    assert!(with_the_other.iter().all(|(_, _, p)| *p < 0.9), "{pairs:?}");
    assert!(pairs.iter().any(|(_, b, p)| b != "e4" && *p > 0.9), "{pairs:?}");
}

/// The probability of each pair of these records of one family, in a town of others.
fn among_others(family: &[(&str, &str)]) -> Vec<(String, String, f32)> {
    let records = family.iter().map(|(id, said)| {
        record(&format!("record_id=z{id} surname=Tarleton dob=2016-05-02 sex=M {HOME} {said}"))
    });
    let population = Population::of(super::town(3_000).into_iter().chain(records));
    let id = |record: u32| population.ids[record as usize].to_string();
    let linked = Linked::of(&population, &Model::kept().unwrap(), false);
    linked
        .pairs
        .iter()
        .map(|p| (id(p.a), id(p.b), probability(p.log_odds)))
        .filter(|(a, ..)| a.starts_with('z'))
        .collect()
}

/// Several agencies know each twin. None of their records bears the other's name, so none of them
/// lifts what the rule forbids.
#[test]
fn twins_whom_several_agencies_know_stay_two() {
    let pairs = among_others(&[
        ("r1", "first_name=Rowan"),
        ("r2", "first_name=Rowan"),
        ("r3", "first_name=ROWAN"),
        ("j1", "first_name=Jasper"),
        ("j2", "first_name=Jasper"),
        ("j3", "first_name=JASPER"),
    ]);
    let of = |a: &str, b: &str| a.starts_with("zr") != b.starts_with("zr");
    assert!(pairs.iter().all(|(a, b, p)| !of(a, b) || *p < 0.9), "{pairs:?}");
    assert!(pairs.iter().any(|(a, b, p)| !of(a, b) && *p > 0.9), "{pairs:?}");
}

/// A record that could be of either twin makes no bridge between them.
#[test]
fn a_record_that_could_be_of_either_does_not_make_one_of_twins() {
    for unsaid in ["first_name=Baby", "first_name=R", "middle_name=Jasper first_name=Rowan"] {
        let pairs = among_others(&[
            ("r1", "first_name=Rowan"),
            ("r2", "first_name=Rowan"),
            ("j1", "first_name=Jasper"),
            ("j2", "first_name=Jasper"),
            ("u1", unsaid),
        ]);
        let of_both =
            |a: &str, b: &str| a[..2] != b[..2] && [a, b].iter().all(|id| !id.starts_with("zu"));
        let wrong: Vec<_> = pairs.iter().filter(|(a, b, p)| of_both(a, b) && *p >= 0.9).collect();
        assert!(wrong.is_empty(), "{unsaid}: {wrong:?}");
    }
}
