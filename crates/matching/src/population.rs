//! Many records, cleaned, numbered and sorted by their keys.

use rayon::prelude::*;

use crate::blocking::{Keys, Postings, keys};
use crate::features::{Features, Vocabulary, Words, clean};
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

impl Population {
    /// Takes in records. Cleaning is shared among threads; numbering goes in order, so that the
    /// same records give the same numbers.
    ///
    /// # Errors
    /// The first error that the records' reader gives.
    pub fn read<E>(mut records: impl Iterator<Item = Result<Record, E>>) -> Result<Self, E> {
        let mut population = Self::default();
        loop {
            let batch: Vec<Record> = records.by_ref().take(BATCH).collect::<Result<_, E>>()?;
            if batch.is_empty() {
                return Ok(population);
            }
            let cleaned: Vec<_> = batch.par_iter().map(clean).collect();
            for (record, cleaned) in batch.into_iter().zip(&cleaned) {
                population.ids.push(record.record_id.into_boxed_str());
                population.people.push(population.vocabulary.learn(cleaned));
            }
        }
    }

    /// Takes in records that are at hand.
    pub fn of(records: impl IntoIterator<Item = Record>) -> Self {
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

    /// The records by their keys, each key with about `most` of them, and the keys of each.
    pub fn postings(&self, most: usize) -> (Postings, Vec<Keys>) {
        let mut all: Vec<Keys> = self.people.par_iter().map(keys).collect();
        let postings = Postings::build(&self.people, &mut all, most);
        (postings, all)
    }
}
