//! From the text of a list to its rows, each cell as it came. It knows commas, quotes and line
//! breaks in a cell; it knows nothing of what a cell means.

use csv::{ReaderBuilder, StringRecord};

use super::encoding::{Encoding, decode};
use crate::error::{Error, Result};

/// The last column of the file in which refused rows come back. A file that has it is one of ours:
/// the column is left out when it is read again, and the apostrophes before formulas are too.
pub const REASON: &str = "Why it was refused";

/// What separates cells, with its name.
const SEPARATORS: [(u8, &str); 3] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs")];

/// A list, as it was sent.
#[derive(Debug, Clone)]
pub struct List {
    pub encoding: Encoding,
    /// What separates its cells, in words.
    pub separated_by: &'static str,
    /// The headings.
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// One row, each cell as it came.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number in a spreadsheet: the headings are row 1.
    pub number: u64,
    pub cells: Vec<String>,
}

/// Reads a list. Rows in which nothing is said are left out.
///
/// # Errors
/// A refusal when it has no headings.
pub fn read(bytes: &[u8]) -> Result<List> {
    let (text, encoding) = decode(bytes);
    // One kind of line break, so that a list that was saved elsewhere says the same.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (separator, separated_by) = separator(&text);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let mut columns: Vec<String> = match records.next() {
        Some(record) => {
            cells(&record.map_err(|e| unreadable(&e))?).map(|c| c.trim().to_owned()).collect()
        }
        None => return Err(Error::refusal("The list is empty: it needs a row of headings")),
    };
    let mut breaks = columns.iter().map(|c| line_breaks(c)).sum();
    let is_ours = columns.last().is_some_and(|last| last == REASON);
    if is_ours {
        columns.pop();
    }
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(|e| unreadable(&e))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row {
            number: line.saturating_sub(breaks),
            cells: said(&record, columns.len(), is_ours),
        };
        breaks += record.iter().map(line_breaks).sum::<u64>();
        if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(row);
        }
    }
    Ok(List { encoding, separated_by, columns, rows })
}

/// What stands most often in the headings.
fn separator(text: &str) -> (u8, &'static str) {
    let headings = text.lines().next().unwrap_or_default();
    let count = |separator: u8| headings.bytes().filter(|b| *b == separator).count();
    SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(|(separator, _)| count(*separator))
        .unwrap_or(SEPARATORS[0])
}

fn cells(record: &StringRecord) -> impl Iterator<Item = String> {
    record.iter().map(str::to_owned)
}

/// The cells of a row; of a file of ours without the reason and with formulas as they came.
fn said(record: &StringRecord, columns: usize, is_ours: bool) -> Vec<String> {
    if is_ours {
        cells(record).take(columns).map(|cell| revived(&cell)).collect()
    } else {
        cells(record).collect()
    }
}

fn line_breaks(cell: &str) -> u64 {
    cell.bytes().map(|b| u64::from(b == b'\n')).sum()
}

fn unreadable(error: &csv::Error) -> Error {
    Error::refusal(format!("The list can’t be read: {error}"))
}

/// Whether a spreadsheet would run this cell.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The cell with an apostrophe before it where a spreadsheet would run it.
pub fn neutral(cell: &str) -> String {
    if is_formula(cell) || is_neutral(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// What [`neutral`] was made of.
fn revived(cell: &str) -> String {
    if is_neutral(cell) { cell[1..].to_owned() } else { cell.to_owned() }
}

fn is_neutral(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    bare.len() < cell.len() && is_formula(bare)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{neutral, read, revived};

    #[test]
    fn a_cell_may_hold_line_breaks_commas_and_quotes() {
        let list = read(b"Ref,Worry\nA1,\"one\ntwo, \"\"three\"\"\"\nA2,four\n").unwrap();
        assert_eq!(list.rows[0].cells[1], "one\ntwo, \"three\"");
    }

    #[test]
    fn a_row_has_the_number_that_a_spreadsheet_gives_it() {
        let list = read(b"Ref,Worry\r\nA1,\"one\r\ntwo\"\r\n\r\n,\r\nA2,three\r\n").unwrap();
        let numbers: Vec<_> = list.rows.iter().map(|r| (r.number, r.cells[0].as_str())).collect();
        assert_eq!(numbers, [(2, "A1"), (5, "A2")]);
    }

    #[test]
    fn semicolons_and_tabs_separate_as_well() {
        assert_eq!(read(b"Ref;Worry\nA1;one, two\n").unwrap().rows[0].cells, ["A1", "one, two"]);
        assert_eq!(read(b"Ref\tWorry\nA1\tone\n").unwrap().separated_by, "tabs");
    }

    #[test]
    fn a_list_without_headings_is_refused() {
        assert!(read(b"").is_err());
    }

    #[test]
    fn a_file_of_refused_rows_is_read_as_the_rows_came() {
        let list = read(b"Ref,Name,Why it was refused\nA1,'=SUM(1),no date\n").unwrap();
        assert_eq!(list.columns, ["Ref", "Name"]);
        assert_eq!(list.rows[0].cells, ["A1", "=SUM(1)"]);
    }

    #[test]
    fn no_cell_that_begins_as_a_formula_does_is_written_as_it_is() {
        for begins in ["=", "+", "-", "@", "\t", "\r"] {
            assert_eq!(neutral(&format!("{begins}1+1")), format!("'{begins}1+1"), "{begins:?}");
        }
        assert_eq!(neutral("1-1"), "1-1");
    }

    proptest! {
        #[test]
        fn a_neutral_cell_comes_back_as_it_was(cell in "['=+@a\\t\\r-]{0,4}") {
            prop_assert_eq!(revived(&neutral(&cell)), cell);
        }
    }
}
