//! Files in and out: records, truth, pairs, questions and answers as CSV. The only place of this
//! crate that touches a file.

mod columns;
mod truth;

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use thiserror::Error;

pub use columns::records;
pub use truth::read_truth;

use crate::index::Index;
use crate::linking::Linked;
use crate::model::{Model, probability};
use crate::pairs::Pair;
use crate::population::Population;
use crate::progress::{Progress, Told};

/// The least probability that is written.
const LEAST: f32 = 0.01;
/// How many pairs are written between two words about how far it is.
const OFTEN: usize = 10_000;

/// Why a file could not be read or written.
#[derive(Debug, Error)]
pub enum BulkFault {
    /// The file itself.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// Writing to it.
    #[error("{0}")]
    Written(#[from] std::io::Error),
    /// Its rows.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// A column that has to be there.
    #[error("there is no column {0} in the truth")]
    Column(&'static str),
    /// A record of whom the truth says nothing.
    #[error("the truth says nothing of the record {0}")]
    Untold(String),
}

fn open(path: &Path) -> Result<File, BulkFault> {
    File::open(path).map_err(|why| BulkFault::File(path.display().to_string(), why))
}

fn create(path: &Path) -> Result<BufWriter<File>, BulkFault> {
    let file =
        File::create(path).map_err(|why| BulkFault::File(path.display().to_string(), why))?;
    Ok(BufWriter::with_capacity(1 << 20, file))
}

/// Reads a file of records, as [`records`] reads its text.
///
/// # Errors
/// When the file can't be read.
pub fn read_records(path: &Path, progress: &dyn Progress) -> Result<Population, BulkFault> {
    let file = open(path)?;
    progress.begins("Reading", file.metadata().map_or(0, |about| about.len()));
    Ok(Population::read(records(Told { file, progress })?)?)
}

/// Links a file of records: every pair whose probability is at least 0.01, as
/// `id_l,id_r,probability`. With `across_sources`, records of one source are never linked, and a
/// pair stands by itself.
///
/// # Errors
/// When a file can't be read or written.
pub fn link(
    records: &Path,
    out: &Path,
    model: &Model,
    across_sources: bool,
    progress: &dyn Progress,
) -> Result<Linked, BulkFault> {
    let population = read_records(records, progress)?;
    let out = create(out)?;
    let linked = Linked::watched(&population, model, across_sources, progress);
    write_pairs(out, &population, &linked.pairs, progress)?;
    Ok(linked)
}

fn write_pairs(
    mut file: impl Write,
    population: &Population,
    pairs: &[Pair],
    progress: &dyn Progress,
) -> Result<(), BulkFault> {
    progress.begins("Writing", pairs.len() as u64);
    writeln!(file, "id_l,id_r,probability")?;
    for some in pairs.chunks(OFTEN) {
        for pair in some {
            let [a, b] = [pair.a, pair.b].map(|record| quoted(&population.ids[record as usize]));
            writeln!(file, "{a},{b},{:.6}", probability(pair.log_odds))?;
        }
        progress.done(some.len() as u64);
    }
    file.flush()?;
    Ok(())
}

/// The files of a look-up.
#[derive(Debug, Clone, Copy)]
pub struct LookUp<'a> {
    /// The records that are asked about.
    pub queries: &'a Path,
    /// Where `query_id,record_id,probability` goes.
    pub out: &'a Path,
    /// Where `query_id,micros` goes.
    pub times: &'a Path,
}

/// Looks a file of questions up in an index: every answer whose probability is at least 0.01, and
/// how long each question took, by the clock that is given (microseconds from any beginning).
///
/// # Errors
/// When a file can't be read or written.
pub fn look_up(
    index: &Index,
    files: LookUp<'_>,
    micros: impl Fn() -> u128,
    progress: &dyn Progress,
) -> Result<(), BulkFault> {
    let file = open(files.queries)?;
    let (mut answers, mut took) = (create(files.out)?, create(files.times)?);
    progress.begins("Looking up", file.metadata().map_or(0, |about| about.len()));
    writeln!(answers, "query_id,record_id,probability")?;
    writeln!(took, "query_id,micros")?;
    for record in records(Told { file, progress })? {
        let record = record?;
        let id = quoted(&record.record_id);
        let began = micros();
        let found = index.look_up(&record, LEAST);
        writeln!(took, "{id},{}", micros() - began)?;
        for candidate in found {
            let known = quoted(index.id(candidate.record));
            writeln!(answers, "{id},{known},{:.6}", candidate.probability())?;
        }
    }
    answers.flush()?;
    took.flush()?;
    Ok(())
}

/// A value as CSV writes it.
fn quoted(value: &str) -> Cow<'_, str> {
    if value.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\"")).into()
    } else {
        value.into()
    }
}

/// All of a file as text, for what is small.
fn text(path: &Path) -> Result<Vec<u8>, BulkFault> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}
