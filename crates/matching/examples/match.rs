//! Links, looks up and learns from files, for measuring.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::panic,
    clippy::disallowed_methods
)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use matching::bulk;
use matching::index::Index;
use matching::learn::Truth;
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
            std::fs::write(path("--out"), learned(&folders, "2").to_text()).unwrap();
        }
        "query" => {
            query(&path("--index"), &path("--queries"), &path("--out"), &path("--times"), &model())
        }
        other => panic!("{other}?"),
    }
}

fn link(records: &Path, out: &Path, model: &Model, across: bool) {
    let start = Instant::now();
    let linked = bulk::link(records, out, model, across, &()).unwrap();
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
    let index = Index::build(bulk::read_records(records, &()).unwrap(), model);
    eprintln!("built {:.2} s", start.elapsed().as_secs_f64());
    bulk::look_up(
        &index,
        bulk::LookUp { queries, out, times },
        || start.elapsed().as_micros(),
        &(),
    )
    .unwrap();
}

fn learned(folders: &[PathBuf], version: &str) -> Model {
    let sets: Vec<(Population, Truth)> = folders
        .iter()
        .map(|folder| {
            let population = bulk::read_records(&folder.join("records.csv"), &()).unwrap();
            let truth = bulk::read_truth(&folder.join("truth.csv"), &population).unwrap();
            (population, truth)
        })
        .collect();
    matching::learn::train(&sets, &Model::beforehand().unwrap(), version, &())
}
