//! Files in and out: records, pairs, questions and answers as CSV. The only place of this crate
//! that touches a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use thiserror::Error;

use crate::pairs::Pairs;
use crate::population::Population;
use crate::record::Record;

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
pub fn records<R: std::io::Read>(
    text: R,
) -> Result<impl Iterator<Item = Result<Record, csv::Error>>, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 20).from_reader(text);
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
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned)
}

/// Writes pairs as `id_l,id_r,probability`, six decimals.
///
/// # Errors
/// When the file can't be written.
pub fn write_pairs(path: &Path, population: &Population, pairs: &Pairs) -> Result<(), BulkFault> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(file, "id_l,id_r,probability")?;
    for pair in &pairs.pairs {
        let (a, b) = (&population.ids[pair.a as usize], &population.ids[pair.b as usize]);
        writeln!(file, "{},{},{:.6}", quoted(a), quoted(b), crate::model::probability(pair.log_odds))?;
    }
    file.flush()?;
    Ok(())
}

/// A value as CSV writes it.
pub(crate) fn quoted(value: &str) -> std::borrow::Cow<'_, str> {
    if value.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\"")).into()
    } else {
        value.into()
    }
}
