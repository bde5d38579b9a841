//! Files in and out: records, pairs, questions and answers as CSV. The only place of this crate
//! that touches a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use thiserror::Error;

use crate::index::Index;
use crate::linking::Linked;
use crate::model::{Model, probability};
use crate::pairs::Pair;
use crate::population::Population;
use crate::record::Record;

/// The least probability that is written.
const LEAST: f32 = 0.01;

/// Why a file could not be read or written.
#[derive(Debug, Error)]
pub enum BulkFault {
    /// The file itself.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// Its rows.
    #[error("{0}")]
    Csv(#[from] csv::Error),
}

/// Reads records: columns by common name in any order, missing ones empty, `agency` the same as
/// `source`, unknown ones passed over, and bytes that aren't UTF-8 taken as Latin-1.
///
/// # Errors
/// When the file can't be read.
pub fn read_records(path: &Path) -> Result<Population, BulkFault> {
    Ok(Population::read(records(File::open(path)?)?)?)
}

/// The records of a CSV text, one after the other.
///
/// # Errors
/// When its first row can't be read.
pub fn records<R: std::io::Read + Send>(
    text: R,
) -> Result<impl Iterator<Item = Result<Record, csv::Error>> + Send, csv::Error> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 20).from_reader(text);
    let columns: Vec<Option<usize>> = reader.byte_headers()?.iter().map(column_named).collect();
    Ok(reader.into_byte_records().map(move |row| {
        let row = row?;
        let mut record = Record::default();
        for (value, column) in row.iter().zip(&columns) {
            if let Some(field) = column.and_then(|column| record.field_mut(column)) {
                *field = text_of(value);
            }
        }
        Ok(record)
    }))
}

fn column_named(name: &[u8]) -> Option<usize> {
    let name = text_of(name).trim().trim_start_matches('\u{feff}').to_lowercase();
    let name = match name.as_str() {
        "agency" => "source",
        "query_id" | "id" => "record_id",
        name => name,
    };
    Record::COLUMNS.iter().position(|column| *column == name)
}

/// UTF-8, or else each byte as the Latin-1 letter that it stands for.
fn text_of(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes)
        .map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned)
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
) -> Result<Linked, BulkFault> {
    let population = read_records(records)?;
    let linked = Linked::of(&population, model, across_sources);
    write_pairs(out, &population, &linked.pairs)?;
    Ok(linked)
}

fn write_pairs(path: &Path, population: &Population, pairs: &[Pair]) -> Result<(), BulkFault> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(file, "id_l,id_r,probability")?;
    for pair in pairs {
        let (a, b) = (&population.ids[pair.a as usize], &population.ids[pair.b as usize]);
        writeln!(file, "{},{},{:.6}", quoted(a), quoted(b), probability(pair.log_odds))?;
    }
    file.flush()?;
    Ok(())
}

/// Looks a file of questions up in an index: every answer whose probability is at least 0.01, as
/// `query_id,record_id,probability`, and how long each question took, as `query_id,micros`, by
/// the clock that is given (microseconds from any beginning).
///
/// # Errors
/// When a file can't be read or written.
pub fn look_up(
    index: &Index,
    questions: &Path,
    out: &Path,
    times: &Path,
    micros: impl Fn() -> u128,
) -> Result<(), BulkFault> {
    let mut answers = BufWriter::new(File::create(out)?);
    let mut took = BufWriter::new(File::create(times)?);
    writeln!(answers, "query_id,record_id,probability")?;
    writeln!(took, "query_id,micros")?;
    for record in self::records(File::open(questions)?)? {
        let record = record?;
        let began = micros();
        let found = index.look_up(&record, LEAST);
        writeln!(took, "{},{}", quoted(&record.record_id), micros() - began)?;
        for candidate in found {
            let (id, known) = (quoted(&record.record_id), quoted(index.id(candidate.record)));
            writeln!(answers, "{id},{known},{:.6}", candidate.probability())?;
        }
    }
    answers.flush()?;
    took.flush()?;
    Ok(())
}

/// A value as CSV writes it.
fn quoted(value: &str) -> std::borrow::Cow<'_, str> {
    if value.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\"")).into()
    } else {
        value.into()
    }
}
