//! Links, looks up and learns from files, for measuring.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::panic,
    clippy::disallowed_methods
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use matching::bulk;
use matching::index::Index;
use matching::learn::{Truth, examples, groups, learn};
use matching::model::Model;
use matching::population::Population;

fn main() {
    let all: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| all.iter().position(|a| a == name).map(|at| all[at + 1].clone());
    let path =
        |name: &str| PathBuf::from(option(name).unwrap_or_else(|| panic!("{name} is missing")));
    let model = || match option("--model") {
        Some(path) => Model::parse(&std::fs::read_to_string(path).unwrap()).unwrap(),
        None => Model::kept().unwrap(),
    };
    match all[0].as_str() {
        "link" => {
            link(&path("--records"), &path("--out"), &model(), all.contains(&"--link-only".into()))
        }
        "learn" => {
            let folders: Vec<PathBuf> =
                option("--from").unwrap().split(',').map(PathBuf::from).collect();
            let part = option("--part").map(|p| p.parse().unwrap());
            std::fs::write(path("--out"), learned(&folders, part).to_text()).unwrap();
        }
        "query" => {
            query(&path("--index"), &path("--queries"), &path("--out"), &path("--times"), &model())
        }
        other => panic!("{other}?"),
    }
}

fn link(records: &Path, out: &Path, model: &Model, across: bool) {
    let start = Instant::now();
    let linked = bulk::link(records, out, model, across).unwrap();
    let took = start.elapsed().as_secs_f64();
    eprintln!(
        "{} pairs, {} crowded, {} groups, {took:.2} s",
        linked.pairs.len(),
        linked.crowded,
        linked.groups.len()
    );
}

fn query(records: &Path, queries: &Path, out: &Path, times: &Path, model: &Model) {
    let start = Instant::now();
    let index = Index::build(bulk::read_records(records).unwrap(), model);
    eprintln!("built {:.2} s", start.elapsed().as_secs_f64());
    bulk::look_up(&index, queries, out, times, || start.elapsed().as_micros()).unwrap();
}

/// Learns from folders with records.csv and truth.csv; `part` keeps the families whose number is
/// even (0) or odd (1), to test on the others.
fn learned(folders: &[PathBuf], part: Option<u32>) -> Model {
    let mut all = Vec::new();
    let sets: Vec<(Population, Truth)> = folders
        .iter()
        .map(|folder| {
            let population = bulk::read_records(&folder.join("records.csv")).unwrap();
            let truth = truth(&folder.join("truth.csv"), &population);
            (population, truth)
        })
        .collect();
    for (population, truth) in &sets {
        let mut some = examples(population, truth, 20_000);
        if let Some(part) = part {
            some.retain(|e| e.family % 2 == part);
        }
        eprintln!("{} examples", some.len());
        all.extend(some);
    }
    let mut model = learn(&all, &Model::beforehand().unwrap(), "1");
    for _ in 0..3 {
        let mut all = Vec::new();
        for (population, truth) in &sets {
            let mut some = groups::examples(population, truth, &model);
            if let Some(part) = part {
                some.retain(|e| e.family % 2 == part);
            }
            all.extend(some);
        }
        model.weighing = groups::learn(&all, &model.weighing);
    }
    model
}

fn truth(path: &Path, population: &Population) -> Truth {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let head = reader.headers().unwrap().clone();
    let at = |name: &str| head.iter().position(|h| h == name).unwrap();
    let (record, person, family) = (at("record_id"), at("person_id"), at("family_id"));
    let by_id: HashMap<String, (u32, u32)> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let number = |text: &str| {
                text.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
            };
            (row[record].to_owned(), (number(&row[person]), number(&row[family])))
        })
        .collect();
    let of = |id: &str| by_id[id];
    Truth {
        person: population.ids.iter().map(|id| of(id).0).collect(),
        family: population.ids.iter().map(|id| of(id).1).collect(),
    }
}
