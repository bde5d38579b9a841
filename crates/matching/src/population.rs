//! Many records, cleaned, numbered and sorted by their keys.

use rayon::prelude::*;

use crate::features::{Cleaned, Features, Vocabulary, Words, clean};
use crate::record::Record;

/// How many records are cleaned at once.
const BATCH: usize = 20_000;

/// Records as they are compared, in the order in which they came.
#[derive(Debug, Default)]
pub struct Population {
    /// Each record's own id.
    pub ids: Vec<Box<str>>,
    /// Each record as numbers.
    pub people: Vec<Features>,
    /// The words that the numbers stand for.
    pub vocabulary: Vocabulary,
}

fn cleaned_with_id(record: Record) -> (Box<str>, Cleaned) {
    let cleaned = clean(&record);
    (record.record_id.into_boxed_str(), cleaned)
}

impl Population {
    /// Takes in records. While one batch is read, the one before is cleaned and the one before that
    /// numbered, in order, so that the same records give the same numbers.
    ///
    /// # Errors
    /// The first error that the records' reader gives.
    pub fn read<E: Send>(
        mut records: impl Iterator<Item = Result<Record, E>> + Send,
    ) -> Result<Self, E> {
        let mut population = Self::default();
        let (mut read, mut cleaned) = (Vec::new(), Vec::new());
        loop {
            let read_on = || records.by_ref().take(BATCH).collect::<Result<Vec<Record>, E>>();
            let clean_on = || read.into_par_iter().map(cleaned_with_id).collect::<Vec<_>>();
            let number_on = || population.number(cleaned);
            let (next, (now_clean, ())) = rayon::join(read_on, || rayon::join(clean_on, number_on));
            (read, cleaned) = (next?, now_clean);
            if read.is_empty() && cleaned.is_empty() {
                return Ok(population);
            }
        }
    }

    fn number(&mut self, cleaned: Vec<(Box<str>, Cleaned)>) {
        for (id, cleaned) in cleaned {
            self.ids.push(id);
            self.people.push(self.vocabulary.learn(&cleaned));
        }
    }

    /// Takes in records that are at hand.
    pub fn of(records: impl IntoIterator<Item = Record, IntoIter: Send>) -> Self {
        let all = records.into_iter().map(Ok::<_, std::convert::Infallible>);
        match Self::read(all) {
            Ok(population) => population,
            Err(never) => match never {},
        }
    }

    /// The words of all records.
    pub fn words(&self) -> Words<'_> {
        Words::of(&self.vocabulary)
    }

    /// How many records there are.
    pub fn records(&self) -> u32 {
        self.vocabulary.records()
    }

    /// Whether two records come from one source.
    pub fn are_of_one_source(&self, a: u32, b: u32) -> bool {
        self.people[a as usize].source == self.people[b as usize].source
    }
}
