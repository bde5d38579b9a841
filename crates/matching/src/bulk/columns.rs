//! Records from the text of a file, whatever its columns are called and in whatever order they
//! stand. What isn't there is empty.

use std::io::{BufRead, BufReader, Read};

use encoding_rs::WINDOWS_1252;

use crate::record::Record;

/// Other names of the columns in [`Record::COLUMNS`], all in the shape of [`plain`].
const ALSO: &[(&str, &str)] = &[
    ("queryid", "record_id"),
    ("id", "record_id"),
    ("agency", "source"),
    ("givenname", "first_name"),
    ("forename", "first_name"),
    ("middlenames", "middle_name"),
    ("lastname", "surname"),
    ("familyname", "surname"),
    ("dateofbirth", "dob"),
    ("birthdate", "dob"),
    ("gender", "sex"),
    ("addressline1", "address"),
    ("address1", "address"),
    ("addressline2", "address2"),
    ("suburb", "town"),
    ("city", "town"),
    ("state", "region"),
    ("county", "region"),
    ("zip", "postcode"),
    ("telephone", "phone"),
    ("mobile", "phone"),
    ("nhs", "nhs_number"),
    ("nhsno", "nhs_number"),
    ("uniquepupilnumber", "upn"),
    ("socsecid", "national_id"),
    ("uln", "national_id"),
    ("uniquelearnernumber", "national_id"),
];
/// A house's number in a column of its own: it goes before the address.
const HOUSE: [&str; 2] = ["streetnumber", "housenumber"];
/// What parts values, the likeliest first.
const PARTED_BY: [u8; 4] = *b",;\t|";

/// Where a column goes.
#[derive(Clone, Copy)]
enum Goes {
    Into(usize),
    House,
    Nowhere,
}

/// The records of a CSV text, one after the other: columns by common name in any order, unknown
/// ones passed over, the first that says something where two have one name. Values may be parted by
/// semicolons, tabs or bars instead of commas, and bytes that aren't UTF-8 are taken as Windows-1252. A
/// record without an id goes by the number of its row, from 1.
///
/// # Errors
/// When its first row can't be read.
pub fn records<R: Read + Send>(
    text: R,
) -> Result<impl Iterator<Item = Result<Record, csv::Error>> + Send, csv::Error> {
    let mut text = BufReader::with_capacity(1 << 20, text);
    let parted_by = parted_by(text.fill_buf()?);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(parted_by).from_reader(text);
    let columns: Vec<Goes> = reader.byte_headers()?.iter().map(goes).collect();
    Ok(reader.into_byte_records().zip(1_u64..).map(move |(row, number)| {
        let row = row?;
        let mut record = Record::default();
        let mut house = String::new();
        for (value, goes) in row.iter().zip(&columns) {
            let field = match goes {
                Goes::Into(column) => record.field_mut(*column),
                Goes::House => Some(&mut house),
                Goes::Nowhere => None,
            };
            if let Some(field) = field.filter(|field| field.is_empty()) {
                *field = text_of(value);
            }
        }
        if !house.trim().is_empty() {
            record.address = format!("{} {}", house.trim(), record.address);
        }
        if record.record_id.is_empty() {
            record.record_id = number.to_string();
        }
        Ok(record)
    }))
}

/// What parts the values of the first row most often; a comma, where nothing does.
fn parted_by(text: &[u8]) -> u8 {
    let first = text.split(|b| *b == b'\n').next().unwrap_or_default();
    let times = |mark: u8| first.iter().filter(|b| **b == mark).count();
    // Of equals the last is the greatest, so the likeliest comes last.
    PARTED_BY.into_iter().rev().max_by_key(|mark| times(*mark)).unwrap_or(b',')
}

fn goes(name: &[u8]) -> Goes {
    let name = plain(&text_of(name));
    if HOUSE.contains(&name.as_str()) {
        return Goes::House;
    }
    let also = ALSO.iter().find(|(also, _)| *also == name).map(|(_, column)| plain(column));
    let name = also.unwrap_or(name);
    Record::COLUMNS
        .iter()
        .position(|column| plain(column) == name)
        .map_or(Goes::Nowhere, Goes::Into)
}

/// A column's name in letters and digits alone, all small.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// UTF-8, or else each byte as what it stands for in Windows-1252, which has all of Latin-1's letters.
fn text_of(bytes: &[u8]) -> String {
    let windows = |_| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    std::str::from_utf8(bytes).map_or_else(windows, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Record> {
        records(text.as_bytes()).and_then(Iterator::collect).unwrap()
    }

    #[test]
    fn columns_are_known_by_their_usual_names_in_any_order() {
        let read = read(
            "\u{feff}Given Name;DATE_OF_BIRTH;shoe size;Agency;Street_Number;address_1;id\nAda;1815-12-10;38;police;12;Quarry Lane;a\n",
        );
        let ada = Record {
            record_id: "a".into(),
            source: "police".into(),
            first_name: "Ada".into(),
            dob: "1815-12-10".into(),
            address: "12 Quarry Lane".into(),
            ..Record::default()
        };
        assert_eq!(read, [ada]);
    }

    #[test]
    fn a_record_without_an_id_goes_by_its_row() {
        let ids: Vec<String> =
            read("surname\nLovelace\nByron\n").into_iter().map(|r| r.record_id).collect();
        assert_eq!(ids, ["1", "2"]);
    }

    #[test]
    fn of_two_columns_of_one_name_the_first_that_says_something_counts() {
        assert_eq!(read("phone,mobile\n,07700900123\n")[0].phone, "07700900123");
        assert_eq!(read("phone,mobile\n07700900456,07700900123\n")[0].phone, "07700900456");
    }

    #[test]
    fn a_learners_number_is_a_number_of_the_person_and_a_windows_apostrophe_is_read() {
        assert_eq!(read("ULN,surname\n1234567890,Byron\n")[0].national_id, "1234567890");
        let read = records(&b"surname\nO\x92Brien\n"[..]).unwrap().next().unwrap().unwrap();
        assert_eq!(read.surname, "O’Brien");
    }

    #[test]
    fn an_empty_file_has_no_records() {
        assert_eq!(read(""), []);
        assert_eq!(read("record_id,surname\n"), []);
    }
}
