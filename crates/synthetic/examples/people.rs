//! Invented people on the command line: writes a population's files, and scores what linked them.

use std::{
    error::Error,
    fs::File,
    io::{BufReader, Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use synthetic::{
    Population, Rates,
    files::{self, Wanted},
    scoring::{self, Latency, Pairs, QueryTruth, Truth},
};

#[derive(Parser)]
enum Command {
    /// Writes records.csv, truth.csv, queries.csv and query_truth.csv.
    Generate(Generate),
    /// Scores pairs of records.
    Score(Score),
    /// Scores answers to queries.
    ScoreQueries(ScoreQueries),
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

#[derive(clap::Args)]
struct Score {
    /// record_id, person_id, and perhaps source, family_id, twin_group, role, name_group.
    #[arg(long)]
    truth: PathBuf,
    /// id_l, id_r, probability.
    #[arg(long)]
    pairs: PathBuf,
    /// Only pairs of two sources count.
    #[arg(long)]
    link_only: bool,
}

#[derive(clap::Args)]
struct ScoreQueries {
    #[arg(long)]
    truth: PathBuf,
    #[arg(long)]
    query_truth: PathBuf,
    /// query_id, record_id, probability.
    #[arg(long)]
    answers: PathBuf,
    /// query_id, micros.
    #[arg(long)]
    times: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Generate(generate) => generate.run(),
        Command::Score(score) => score.run(),
        Command::ScoreQueries(score) => score.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            let _ = writeln!(std::io::stderr(), "{failed}");
            ExitCode::FAILURE
        }
    }
}

impl Generate {
    fn run(&self) -> Result<(), Box<dyn Error>> {
        let rates = if self.stress { Rates::stress()? } else { Rates::assumed()? };
        let population = match self.records {
            Some(records) => Population::with_records(self.seed, records, rates),
            None => Population::of(self.seed, self.people.unwrap_or(0), rates),
        };
        let records = self.records.map(|records| records as usize);
        let wanted = Wanted { records, queries: self.queries };
        let written = files::write(&population, wanted, &self.out)?;
        writeln!(stdout(), "{written}")?;
        Ok(())
    }
}

impl Score {
    fn run(&self) -> Result<(), Box<dyn Error>> {
        let truth = Truth::read(open(&self.truth)?)?;
        let pairs = Pairs::read(open(&self.pairs)?, &truth, self.link_only)?;
        let mut out = stdout().lock();
        write!(out, "{}", scoring::score(&truth, &pairs))?;
        for group in scoring::fairness(&truth, &pairs) {
            writeln!(out, "{group}")?;
        }
        if pairs.unknown > 0 {
            writeln!(out, "{} pairs of unknown records were left out", pairs.unknown)?;
        }
        Ok(())
    }
}

impl ScoreQueries {
    fn run(&self) -> Result<(), Box<dyn Error>> {
        let truth = Truth::read(open(&self.truth)?)?;
        let asked = QueryTruth::read(open(&self.query_truth)?, &truth)?;
        let mut out = stdout().lock();
        write!(out, "{}", scoring::score_queries(&truth, &asked, open(&self.answers)?)?)?;
        if let Some(times) = &self.times
            && let Some(latency) = Latency::read(open(times)?)?
        {
            writeln!(out, "{latency}")?;
        }
        Ok(())
    }
}

fn open(path: &Path) -> std::io::Result<BufReader<File>> {
    File::open(path).map(BufReader::new)
}
