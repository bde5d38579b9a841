//! Measures `sightline match` on invented people, and on other sets with truth where a folder of
//! them is named, and prints each figure beside its aim, met or missed. It knows nothing of how
//! anybody matches: it runs the program, and scores what it wrote.

mod aims;
mod program;
mod table;

use std::{
    error::Error,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use synthetic::{
    Population, Rates,
    files::{self, Wanted},
    scoring::{self, Latency, Pairs, QueryScore, QueryTruth, Ranking, Truth},
};

use aims::Size;
use program::{Program, Took};
use table::Table;

type Done<T> = Result<T, Box<dyn Error>>;

/// Seeds of sets that no model was trained on: training takes those from 101 to 199.
const USUAL: u64 = 9_001;
const DOUBLED: u64 = 9_002;
const LARGE: u64 = 9_003;

#[derive(Parser)]
struct Bench {
    /// The program whose `match` is measured.
    #[arg(long)]
    sightline: PathBuf,
    /// How many records the usual set has.
    #[arg(long, default_value_t = 20_000)]
    records: u32,
    /// How many records the large set has; 0 leaves it out.
    #[arg(long, default_value_t = 1_000_000)]
    large: u32,
    /// A folder with `people` and `febrl`, read in place.
    #[arg(long, env = "SIGHTLINE_CONFORMANCE")]
    conformance: Option<PathBuf>,
}

fn main() -> ExitCode {
    match Bench::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            println!("{failed}");
            ExitCode::FAILURE
        }
    }
}

impl Bench {
    fn run(&self) -> Done<()> {
        let folder = tempfile::tempdir()?;
        let program = Program { path: &self.sightline, folder: folder.path() };
        let mut table = Table::begin();
        match &self.conformance {
            Some(conformance) => of_others(&program, conformance, &mut table)?,
            None => table.not_measured("SIGHTLINE_CONFORMANCE is not set", "FEBRL, people"),
        }
        let usual = generate(folder.path(), USUAL, self.records, Rates::assumed()?)?;
        measure(&program, &usual, Size::of(self.records), &mut table)?;
        let doubled = generate(folder.path(), DOUBLED, self.records, Rates::stress()?)?;
        let (ranking, ..) = link(&program, &doubled)?;
        aims::stress(&mut table, &doubled.name, &ranking);
        if self.large > 0 {
            let large = generate(folder.path(), LARGE, self.large, Rates::assumed()?)?;
            measure(&program, &large, Size::of(self.large), &mut table)?;
        }
        table.end();
        Ok(())
    }
}

/// A set with truth.
struct Set {
    name: String,
    records: PathBuf,
    truth: PathBuf,
    /// Queries and who they are.
    queries: Option<(PathBuf, PathBuf)>,
}

fn generate(folder: &Path, seed: u64, records: u32, rates: Rates) -> Done<Set> {
    let name = format!("{records} records, seed {seed}");
    let folder = folder.join(seed.to_string());
    let population = Population::with_records(seed, records, rates);
    let wanted = Wanted { records: Some(records as usize), queries: 2_000 };
    files::write(&population, wanted, &folder)?;
    Ok(Set::of(name, &folder))
}

impl Set {
    fn of(name: String, folder: &Path) -> Self {
        let queries = (folder.join("queries.csv"), folder.join("query_truth.csv"));
        Self {
            name,
            records: folder.join("records.csv"),
            truth: folder.join("truth.csv"),
            queries: Some(queries),
        }
    }
}

fn of_others(program: &Program<'_>, conformance: &Path, table: &mut Table) -> Done<()> {
    for (number, aim) in [(1, 1.0), (2, 0.9992), (3, 0.9995)] {
        let folder = conformance.join(format!("febrl/febrl{number}"));
        let set = Set {
            name: format!("FEBRL {number}"),
            records: folder.join("records_common.csv"),
            truth: folder.join("truth_common.csv"),
            queries: None,
        };
        if set.records.exists() {
            let (ranking, ..) = link(program, &set)?;
            aims::febrl(table, &set.name, &ranking, aim);
        } else {
            table.not_measured("it is not in the folder", &set.name);
        }
    }
    let people = Set::of("people, 20000 records".into(), &conformance.join("people"));
    if people.records.exists() {
        measure(program, &people, Size::Usual, table)?;
    } else {
        table.not_measured("it is not in the folder", &people.name);
    }
    Ok(())
}

fn measure(program: &Program<'_>, set: &Set, size: Size, table: &mut Table) -> Done<()> {
    let (ranking, groups, took) = link(program, set)?;
    aims::linked(table, &set.name, size, &ranking, &groups);
    aims::took(table, &set.name, size, took);
    if let Some((queries, truth)) = &set.queries {
        let (score, latency) = look_up(program, set, queries, truth)?;
        aims::looked_up(table, &set.name, size, &score, &latency);
    }
    Ok(())
}

fn link(program: &Program<'_>, set: &Set) -> Done<(Ranking, Vec<scoring::Fairness>, Took)> {
    let out = program.folder.join("pairs.csv");
    let took = program.run(&["link"], &[("--records", &set.records), ("--out", &out)])?;
    let truth = Truth::read(open(&set.truth)?)?;
    let pairs = Pairs::read(open(&out)?, &truth, false)?;
    Ok((scoring::score(&truth, &pairs), scoring::fairness(&truth, &pairs), took))
}

fn look_up(
    program: &Program<'_>,
    set: &Set,
    queries: &Path,
    query_truth: &Path,
) -> Done<(QueryScore, Latency)> {
    let (out, times) = (program.folder.join("answers.csv"), program.folder.join("times.csv"));
    let files = [
        ("--index", set.records.as_path()),
        ("--queries", queries),
        ("--out", &out),
        ("--times", &times),
    ];
    program.run(&["query"], &files)?;
    let truth = Truth::read(open(&set.truth)?)?;
    let asked = QueryTruth::read(open(query_truth)?, &truth)?;
    let score = scoring::score_queries(&truth, &asked, open(&out)?)?;
    let latency = Latency::read(open(&times)?)?.ok_or("nothing was looked up")?;
    Ok((score, latency))
}

fn open(path: &Path) -> std::io::Result<BufReader<File>> {
    File::open(path).map(BufReader::new)
}
