//! Who the records of an invented population really are, for learning.

use std::path::Path;

use foldhash::{HashMap, HashMapExt};

use super::{BulkFault, text};
use crate::learn::Truth;
use crate::population::Population;

/// Reads `record_id`, `person_id` and `family_id` of every record of a population. Where there is
/// no column of families, everybody is a family of their own.
///
/// # Errors
/// When the file can't be read, lacks a column, or says nothing of a record.
pub fn read_truth(path: &Path, population: &Population) -> Result<Truth, BulkFault> {
    let bytes = text(path)?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let head = reader.headers()?.clone();
    let column = |name| head.iter().position(|column| column == name);
    let needed = |name| column(name).ok_or(BulkFault::Column(name));
    let (record, person) = (needed("record_id")?, needed("person_id")?);
    let family = column("family_id").unwrap_or(person);
    let (mut people, mut families) = (Codes::default(), Codes::default());
    let mut told: HashMap<Box<str>, (u32, u32)> = HashMap::new();
    for row in reader.records() {
        let row = row?;
        let get = |place| row.get(place).unwrap_or_default();
        told.insert(get(record).into(), (people.code(get(person)), families.code(get(family))));
    }
    let of = |id: &str| told.get(id).copied().ok_or_else(|| BulkFault::Untold(id.to_owned()));
    let all: Vec<(u32, u32)> = population.ids.iter().map(|id| of(id)).collect::<Result<_, _>>()?;
    let (person, family) = all.into_iter().unzip();
    Ok(Truth { person, family })
}

/// Numbers for words, in the order in which they come.
#[derive(Default)]
struct Codes(HashMap<Box<str>, u32>);

impl Codes {
    fn code(&mut self, word: &str) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(word.into()).or_insert(next)
    }
}
