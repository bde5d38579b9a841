//! That invented people are what they are said to be: the same for one seed, families that could be,
//! numbers that are valid and nobody's, mistakes as often as the table says.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use synthetic::{
    Agency, Family, Mistake, Part, Population, Rates, Sex,
    files::{self, Wanted, Written},
};

fn population(seed: u64, people: u32) -> Population {
    Population::of(seed, people, Rates::assumed().unwrap())
}

fn written(population: &Population, records: Option<usize>, folder: &Path) -> Written {
    files::write(population, Wanted { records, queries: 200 }, folder).unwrap()
}

const FILES: [&str; 4] = ["records.csv", "truth.csv", "queries.csv", "query_truth.csv"];

fn contents(folder: &Path) -> [String; 4] {
    FILES.map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
}

/// The rows of a file by the names of its columns.
fn rows(text: &str) -> Vec<HashMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

fn year_of(person: &synthetic::Person) -> i16 {
    person.born.year()
}

#[test]
fn one_seed_makes_the_same_bytes_and_another_seed_others() {
    let folders: [tempfile::TempDir; 3] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
    for (folder, seed) in folders.iter().zip([5, 5, 6]) {
        written(&population(seed, 1500), None, folder.path());
    }
    let [once, again, other] = folders.each_ref().map(|folder| contents(folder.path()));
    assert_eq!(once, again);
    assert!(once.iter().zip(&other).all(|(one, other)| one != other));
}

#[test]
fn a_few_rows_are_as_they_were_when_this_was_written() {
    let folder = tempfile::tempdir().unwrap();
    written(&population(1, 1000), Some(400), folder.path());
    let [records, truth, queries, _] = contents(folder.path());
    let first = |text: &str| text.lines().take(5).collect::<Vec<_>>().join("\n");
    let sample = [first(&records), first(&truth), first(&queries)].join("\n\n");
    assert_eq!(sample, include_str!("golden.txt").trim_end());
}

#[test]
fn as_many_records_and_queries_are_written_as_were_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let told = written(&population(2, 3000), Some(4321), folder.path());
    let [records, truth, queries, query_truth] = contents(folder.path());
    assert_eq!((told.records, told.queries), (4321, 200));
    assert_eq!(rows(&records).len(), 4321);
    let truth = rows(&truth);
    let people: HashMap<&str, &str> =
        truth.iter().map(|row| (&*row["person_id"], &*row["n_records"])).collect();
    assert_eq!(people.len(), told.people);
    let pairs: usize =
        people.values().map(|n| n.parse::<usize>().unwrap()).map(|n| n * (n - 1) / 2).sum();
    assert_eq!(pairs, told.true_pairs);
    let asked = rows(&query_truth);
    assert_eq!((rows(&queries).len(), asked.len()), (200, 200));
    let known = asked.iter().filter(|row| row["in_index"] == "1").count();
    assert_eq!(known, 140);
    assert!(
        asked.iter().all(|row| people.contains_key(&*row["person_id"]) == (row["in_index"] == "1"))
    );
    let families: HashSet<&str> = truth.iter().map(|row| &*row["family_id"]).collect();
    let relatives = asked
        .iter()
        .filter(|row| row["in_index"] == "0" && families.contains(&*row["family_id"]))
        .count();
    assert!(relatives >= 45, "{relatives} of 60 new people are relatives of somebody known");
}

#[test]
fn parents_are_older_than_their_children() {
    let (mut parents, mut grandparents) = (0, 0);
    for family in population(3, 8000).families() {
        let with = |is: fn(Part) -> bool| family.people.iter().filter(move |p| is(p.part));
        for child in with(|part| part == Part::Child) {
            for parent in with(|part| matches!(part, Part::Mother | Part::Father)) {
                let years = parent.born.until(child.born).unwrap().get_days() / 365;
                assert!((16..60).contains(&years), "{parent:?} {child:?}");
                parents += 1;
            }
            for elder in with(|part| matches!(part, Part::Grandmother | Part::Grandfather)) {
                assert!(year_of(child) - year_of(elder) >= 33, "{elder:?} {child:?}");
                grandparents += 1;
            }
        }
    }
    assert!(parents > 5000 && grandparents > 500, "{parents} {grandparents}");
}

#[test]
fn twins_are_born_on_one_day_and_have_two_names() {
    let mut twins: HashMap<u32, Vec<synthetic::Person>> = HashMap::new();
    let mut children = 0;
    for family in population(4, 20_000).families() {
        children += family.people.iter().filter(|person| person.part == Part::Child).count();
        for person in family.people {
            if let Some(number) = person.twins {
                twins.entry(number).or_default().push(person);
            }
        }
    }
    assert!(twins.values().all(|twins| match twins.as_slice() {
        [one, other] => one.born == other.born && one.given != other.given,
        _ => false,
    }));
    let in_thousand = 2000 * twins.len() / children;
    assert!((22..45).contains(&in_thousand), "{in_thousand}");
}

#[test]
fn names_are_handed_on_and_shared_in_families() {
    let families: Vec<Family> = population(5, 20_000).families().collect();
    let sons_named_after = families.iter().filter(|family| {
        let fathers = || family.people.iter().filter(|p| p.part == Part::Father);
        let sons = family.people.iter().filter(|p| p.part == Part::Child && p.sex == Sex::M);
        sons.into_iter().any(|son| fathers().any(|father| father.given == son.given))
    });
    let in_thousand = 1000 * sons_named_after.count() / families.len();
    assert!((20..60).contains(&in_thousand), "{in_thousand} of 1000 families");
    let surnames = |is: fn(&str) -> bool| {
        let people = families.iter().flat_map(|family| &family.people);
        people.filter(|person| person.surnames.iter().any(|(_, name)| is(name))).count()
    };
    assert!(surnames(|name| name.contains('-')) > 200);
    assert!(surnames(|name| name.contains('\'')) > 50);
    let changed = families.iter().flat_map(|f| &f.people).filter(|p| p.surnames.len() > 1).count();
    assert!(changed > 300, "{changed}");
}

#[test]
fn numbers_are_valid_and_each_is_one_persons() {
    let (mut nhs, mut upns) = (HashSet::new(), HashSet::new());
    for person in population(6, 30_000).families().flat_map(|family| family.people) {
        let digits: Vec<u32> = person.nhs_number.chars().map(|c| c.to_digit(10).unwrap()).collect();
        let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(d, weight)| d * weight).sum();
        assert_eq!((11 - sum % 11) % 11, digits[9]);
        assert!(person.nhs_number.starts_with("999"));
        assert!(nhs.insert(person.nhs_number));
        if let Some(upn) = person.upn {
            assert_eq!(practice::identifiers::Scheme::Upn.check(&upn), Ok(upn.clone()));
            assert!(upns.insert(upn));
        }
    }
}

/// How often each mistake could have been made by each agency, and was.
fn counted(population: &Population) -> HashMap<(&'static str, Agency), (u32, u32)> {
    let mut counted: HashMap<_, (u32, u32)> = HashMap::new();
    for family in population.families() {
        for record in (0..family.people.len()).flat_map(|place| population.records(&family, place))
        {
            let agency = Agency::ALL.into_iter().find(|agency| agency.slug() == record.source);
            for mistake in Mistake::ALL.iter().filter(|mistake| record.could.has(**mistake)) {
                let (could, made) = counted.entry((mistake.slug(), agency.unwrap())).or_default();
                *could += 1;
                *made += u32::from(record.made.has(*mistake));
            }
        }
    }
    counted
}

#[test]
fn mistakes_are_made_as_often_as_the_table_says() {
    for rates in [Rates::assumed().unwrap(), Rates::stress().unwrap()] {
        let counted = counted(&Population::of(7, 60_000, rates.clone()));
        for mistake in Mistake::ALL {
            let could: u32 = Agency::ALL
                .iter()
                .filter_map(|agency| counted.get(&(mistake.slug(), *agency)))
                .map(|(could, _)| could)
                .sum();
            assert!(could > 20, "{} could seldom be made: {could} times", mistake.slug());
            for agency in Agency::ALL {
                let Some((could, made)) = counted.get(&(mistake.slug(), agency)) else { continue };
                let rate = f64::from(rates.of(*mistake, agency)) / 10_000.0;
                let expected = f64::from(*could) * rate;
                // Five standard deviations, and two for the small ones.
                let tolerance = 5.0 * (expected * (1.0 - rate)).sqrt() + 2.0;
                let off = (f64::from(*made) - expected).abs();
                assert!(off <= tolerance, "{} {agency:?} {made} of {could}", mistake.slug());
            }
        }
    }
}

#[test]
fn what_a_field_shows_is_what_was_made_of_it() {
    let population = population(8, 10_000);
    for family in population.families() {
        for (place, person) in family.people.iter().enumerate() {
            for record in population.records(&family, place) {
                assert_eq!(record.dob.is_empty(), record.made.has(Mistake::DobMissing));
                assert_eq!(record.sex.is_empty(), record.made.has(Mistake::SexMissing));
                let is_whole = [
                    "nhs_number_of_sibling",
                    "nhs_number_of_mother",
                    "nhs_number_typed_wrong",
                    "nhs_number_missing",
                ];
                let slipped = Mistake::ALL
                    .iter()
                    .any(|m| record.made.has(*m) && is_whole.contains(&m.slug()));
                assert_eq!(record.nhs_number != person.nhs_number, slipped, "{record:?}");
            }
        }
    }
}
