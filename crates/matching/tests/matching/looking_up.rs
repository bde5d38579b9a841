//! Asking an index who a record could be.

use std::sync::RwLock;

use matching::index::Index;
use matching::model::Model;
use matching::population::Population;

use super::{record, town};

const CHILD: &str =
    "first_name=Jaiden surname=Smith dob=2014-03-12 sex=M address=12_Quarry_Lane postcode=HU3_4QP";

fn index() -> Index {
    let known = record(&format!("record_id=known {CHILD}"));
    Index::build(Population::of(town(3_000).into_iter().chain([known])), &Model::kept().unwrap())
}

#[test]
fn whoever_is_known_is_found_first() {
    let index = index();
    let found = index.look_up(
        &record(
            &CHILD
                .to_uppercase()
                .replace("FIRST_NAME", "first_name")
                .replace("SURNAME", "surname")
                .replace("DOB", "dob")
                .replace("SEX", "sex")
                .replace("ADDRESS", "address")
                .replace("POSTCODE", "postcode"),
        ),
        0.01,
    );
    assert_eq!(index.id(found[0].record), "known");
    assert!(found[0].probability() > 0.9, "{found:?}");
}

#[test]
fn whoever_is_new_is_not_taken_for_somebody() {
    let found = index().look_up(
        &record("first_name=Persephone surname=Quill dob=2001-11-05 postcode=EX4_4AA"),
        0.5,
    );
    assert_eq!(found, []);
}

#[test]
fn a_record_is_found_from_the_moment_it_is_added() {
    let mut index = index();
    let new = record(
        "record_id=new first_name=Persephone surname=Quill dob=2001-11-05 postcode=EX4_4AA phone=07700900456",
    );
    assert_eq!(index.look_up(&new, 0.5), []);
    let number = index.add(new.clone());
    assert_eq!(index.look_up(&new, 0.5)[0].record, number);
}

#[test]
fn questions_and_additions_go_on_side_by_side() {
    let index = RwLock::new(index());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..200 {
                let new = record(&format!(
                    "record_id=n{n} first_name=Ada surname=Newcomer dob=1999-05-{:02}",
                    1 + n % 28
                ));
                index.write().unwrap().add(new);
            }
        });
        for _ in 0..200 {
            let found = index.read().unwrap().look_up(&record(CHILD), 0.01);
            assert!(!found.is_empty());
        }
    });
    assert_eq!(index.read().unwrap().records(), 3_201);
}

#[test]
fn one_record_is_of_one_person_at_most() {
    let two = [
        "record_id=x first_name=Mary surname=Jones town=Hull",
        "record_id=y first_name=Mary surname=Jones town=Hull sex=F",
    ];
    let index = Index::build(
        Population::of(town(3_000).into_iter().chain(two.map(record))),
        &Model::kept().unwrap(),
    );
    let found = index.look_up(&record("first_name=Mary surname=Jones town=Hull"), 0.001);
    let by_group: std::collections::BTreeMap<u32, f32> =
        found.iter().map(|c| (c.group, c.probability())).collect();
    assert!(by_group.values().sum::<f32>() <= 1.001, "{found:?}");
}
