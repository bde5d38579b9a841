//! Invented people on the command line: writes a population's files, and scores what linked them.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use synthetic::{
    Population, Rates,
    files::{self, Wanted},
};

#[derive(Parser)]
enum Command {
    /// Writes records.csv, truth.csv, queries.csv and query_truth.csv.
    Generate(Generate),
}

#[derive(clap::Args)]
struct Generate {
    /// How many people there are.
    #[arg(long, required_unless_present = "records")]
    people: Option<u32>,
    /// How many records there are, exactly; then people as many as they are of.
    #[arg(long, conflicts_with = "people")]
    records: Option<u32>,
    #[arg(long)]
    seed: u64,
    #[arg(long)]
    out: PathBuf,
    #[arg(long, default_value_t = 2000)]
    queries: usize,
    /// What goes wrong goes wrong twice as often.
    #[arg(long)]
    stress: bool,
}

fn main() -> ExitCode {
    let Command::Generate(generate) = Command::parse();
    match generate.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("{failed}");
            ExitCode::FAILURE
        }
    }
}

impl Generate {
    fn run(&self) -> Result<(), Box<dyn std::error::Error>> {
        let rates = if self.stress { Rates::stress()? } else { Rates::assumed()? };
        let population = match self.records {
            Some(records) => Population::with_records(self.seed, records, rates),
            None => Population::of(self.seed, self.people.unwrap_or(0), rates),
        };
        let records = self.records.map(|records| records as usize);
        let wanted = Wanted { records, queries: self.queries };
        let written = files::write(&population, wanted, &self.out)?;
        println!("{written:?}");
        Ok(())
    }
}
