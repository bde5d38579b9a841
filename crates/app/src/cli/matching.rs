//! Who is one person, in files of records. These commands need no server, no database and no key;
//! nothing is kept, and nothing is merged. What comes out is the same on every run, for any number
//! of threads.

mod bar;
mod explaining;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use ::matching::{
    bulk::{self, BulkFault, LookUp},
    index::Index,
    learn,
    linking::Linked,
    model::Model,
};
use clap::{Args, Subcommand};

use crate::error::{Error, Result};
use bar::Bar;

#[derive(Subcommand)]
pub enum Match {
    /// Link a file of records: every pair at 0.01 and above, as `id_l,id_r,probability`.
    Link(Link),
    /// Look a file of records up in another: `query_id,record_id,probability`.
    Query(Query),
    /// Say in words why two records of a file are, or are not, taken for one person.
    Explain(Explain),
    /// Learn what findings are worth from records whose people are known, or fit the model that
    /// comes with Sightline to records whose people nobody knows.
    Train(Train),
}

/// Which model.
#[derive(Args)]
struct Using {
    /// The file of a model that was trained; without it, the one that comes with Sightline.
    #[arg(long)]
    model: Option<PathBuf>,
}

#[derive(Args)]
pub struct Link {
    /// CSV with the usual columns (record_id, source, first_name, middle_name, surname, dob, sex,
    /// address, address2, town, region, postcode, phone, nhs_number, upn, national_id), any of them
    /// missing.
    #[arg(long)]
    records: PathBuf,
    /// Where the pairs go.
    #[arg(long)]
    out: PathBuf,
    /// Link between sources only: records of one source are different people.
    #[arg(long)]
    link_only: bool,
    #[command(flatten)]
    using: Using,
}

#[derive(Args)]
pub struct Query {
    /// CSV of everybody known.
    #[arg(long)]
    index: PathBuf,
    /// CSV of the records to look up.
    #[arg(long)]
    queries: PathBuf,
    /// Where the answers go.
    #[arg(long)]
    out: PathBuf,
    /// Where `query_id,micros` goes: how long each look-up took.
    #[arg(long)]
    times: PathBuf,
    #[command(flatten)]
    using: Using,
}

#[derive(Args)]
pub struct Explain {
    /// CSV of everybody known.
    #[arg(long)]
    records: PathBuf,
    /// The id of one record.
    one: String,
    /// The id of the other.
    other: String,
    /// As CSV with every digit: what each finding adds to the log-odds.
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    using: Using,
}

#[derive(Args)]
pub struct Train {
    /// CSV of records; may be said several times.
    #[arg(long, required = true)]
    records: Vec<PathBuf>,
    /// CSV with record_id, person_id and family_id, one for each `--records`, in their order.
    /// Without any, nothing is learned: how many of the pairs are of one person, of relatives and of
    /// strangers is estimated from the records alone.
    #[arg(long)]
    truth: Vec<PathBuf>,
    /// Where the model goes.
    #[arg(long)]
    out: PathBuf,
    /// What the model is to be called.
    #[arg(long, default_value = "trained here")]
    version: String,
}

/// Runs one of the commands.
///
/// # Errors
/// When a file can't be read or written, or is no model.
pub fn run(asked: Match) -> Result<ExitCode> {
    match asked {
        Match::Link(asked) => link(&asked)?,
        Match::Query(asked) => query(&asked)?,
        Match::Explain(asked) => explaining::explain(&asked)?,
        Match::Train(asked) => train(&asked)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Using {
    fn model(&self) -> Result<Model> {
        let Some(path) = &self.model else {
            return Model::kept().map_err(|why| Error::fault("reading the model", why));
        };
        let text = std::fs::read_to_string(path).map_err(|why| no_file(path, why))?;
        Model::parse(&text).map_err(|why| Error::refusal(format!("{}: {why}", path.display())))
    }
}

fn no_file(path: &std::path::Path, why: impl std::fmt::Display) -> Error {
    Error::refusal(format!("{}: {why}", path.display()))
}

fn in_words(fault: &BulkFault) -> Error {
    Error::refusal(fault.to_string())
}

fn link(asked: &Link) -> Result<()> {
    let model = asked.using.model()?;
    let bar = Bar::new()?;
    let linked = bulk::link(&asked.records, &asked.out, &model, asked.link_only, &bar)
        .map_err(|fault| in_words(&fault))?;
    bar.ends();
    println!("{} pairs at 0.01 and above", linked.pairs.len());
    if linked.crowded > 0 {
        println!(
            "{} pairs were not compared: too many records share what they have in common",
            linked.crowded
        );
    }
    Ok(())
}

fn query(asked: &Query) -> Result<()> {
    let model = asked.using.model()?;
    let bar = Bar::new()?;
    let population = bulk::read_records(&asked.index, &bar).map_err(|fault| in_words(&fault))?;
    let index = Index::watched(population, &model, &bar);
    let files = LookUp { queries: &asked.queries, out: &asked.out, times: &asked.times };
    let began = Instant::now();
    bulk::look_up(&index, files, || began.elapsed().as_micros(), &bar)
        .map_err(|fault| in_words(&fault))?;
    bar.ends();
    Ok(())
}

fn train(asked: &Train) -> Result<()> {
    let bar = Bar::new()?;
    let read = |path: &PathBuf| bulk::read_records(path, &bar).map_err(|fault| in_words(&fault));
    let model = if asked.truth.is_empty() {
        let [records] = &asked.records[..] else {
            return Err(Error::refusal(
                "Without --truth, a model is fitted to one file of records",
            ));
        };
        let kept = Using { model: None }.model()?;
        let fitted = Linked::watched(&read(records)?, &kept, false, &bar).model;
        Model { version: asked.version.clone(), ..fitted }
    } else {
        if asked.truth.len() != asked.records.len() {
            return Err(Error::refusal("Each --records needs its --truth"));
        }
        let sets = asked.records.iter().zip(&asked.truth).map(|(records, truth)| -> Result<_> {
            let population = read(records)?;
            let truth = bulk::read_truth(truth, &population).map_err(|fault| in_words(&fault))?;
            Ok((population, truth))
        });
        let sets: Vec<_> = sets.collect::<Result<_>>()?;
        let beforehand =
            Model::beforehand().map_err(|why| Error::fault("reading the model", why))?;
        learn::train(&sets, &beforehand, &asked.version, &bar)
    };
    bar.ends();
    std::fs::write(&asked.out, model.to_text()).map_err(|why| no_file(&asked.out, why))
}
