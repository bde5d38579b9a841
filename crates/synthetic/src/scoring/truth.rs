//! Who each record is of: a file with `record_id` and `person_id`, and, where there are, `source`,
//! `family_id`, `twin_group`, `role` and `name_group`.

use std::{collections::HashMap, io::Read};

use csv::StringRecord;

use super::{NotScored, pairs_of};

/// The truth of a set of records. Each is known by its place in the file.
#[derive(Debug)]
pub struct Truth {
    places: HashMap<Box<str>, u32>,
    /// The person, and where they are told the source, family and twins, each by a code.
    pub(super) person: Vec<u32>,
    pub(super) source: Option<Column>,
    pub(super) family: Option<Column>,
    pub(super) twins: Option<Column>,
    pub(super) role: Option<Column>,
    pub(super) group: Option<Column>,
    people: Codes,
}

/// A column by codes: whose values repeat.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub codes: Vec<u32>,
    pub names: Codes,
}

/// What stands in a column where nothing does.
pub(super) const NOTHING: u32 = u32::MAX;

/// Words and their numbers, in the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct Codes(HashMap<Box<str>, u32>);

impl Codes {
    fn of(&mut self, word: &str) -> u32 {
        if let Some(code) = self.0.get(word) {
            return *code;
        }
        let code = u32::try_from(self.0.len()).unwrap_or(NOTHING);
        self.0.insert(word.into(), code);
        code
    }

    /// The code of a word that came.
    pub fn get(&self, word: &str) -> Option<u32> {
        self.0.get(word).copied()
    }

    /// Words and codes in the order of the alphabet.
    pub fn in_order(&self) -> Vec<(&str, u32)> {
        let mut words: Vec<_> = self.0.iter().map(|(word, code)| (&**word, *code)).collect();
        words.sort_unstable();
        words
    }

    /// How many words came.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl Column {
    fn push(&mut self, word: &str) {
        let code = if word.is_empty() { NOTHING } else { self.names.of(word) };
        self.codes.push(code);
    }

    /// Whether both places have the same, and have any.
    pub fn same(&self, one: u32, other: u32) -> bool {
        let code = self.codes[one as usize];
        code != NOTHING && code == self.codes[other as usize]
    }
}

impl Truth {
    /// The truth of a file.
    ///
    /// # Errors
    /// When the file can't be read, a column is missing, or a record has no person.
    pub fn read(file: impl Read) -> Result<Self, NotScored> {
        let mut reader = csv::Reader::from_reader(file);
        let headers = reader.headers()?.clone();
        let place = |name| headers.iter().position(|header| header == name);
        let id = place("record_id").ok_or(NotScored::Column("record_id"))?;
        let person = place("person_id").ok_or(NotScored::Column("person_id"))?;
        let mut others = ["source", "family_id", "twin_group", "role", "name_group"]
            .map(|name| place(name).map(|place| (place, Column::default())));
        let (mut places, mut people) = (HashMap::new(), Codes::default());
        let (mut persons, mut row) = (Vec::new(), StringRecord::new());
        while reader.read_record(&mut row)? {
            let at = u32::try_from(persons.len()).ok().filter(|at| *at < NOTHING);
            places.insert(row.get(id).unwrap_or_default().into(), at.ok_or(NotScored::TooMany)?);
            let who = row.get(person).filter(|who| !who.is_empty());
            let line = row.position().map_or(0, csv::Position::line);
            persons.push(people.of(who.ok_or(NotScored::Line(line, "no person"))?));
            for (place, column) in others.iter_mut().flatten() {
                column.push(row.get(*place).unwrap_or_default());
            }
        }
        let [source, family, twins, role, group] = others.map(|other| other.map(|(_, c)| c));
        Ok(Self { places, person: persons, source, family, twins, role, group, people })
    }

    /// The place of a record.
    pub fn place(&self, record: &str) -> Option<u32> {
        self.places.get(record).copied()
    }

    /// How many records there are.
    pub fn records(&self) -> usize {
        self.person.len()
    }

    /// The code of a person of the file.
    pub(super) fn person_named(&self, person: &str) -> Option<u32> {
        self.people.get(person)
    }

    /// Whether two records are of one person.
    pub(super) fn is_true(&self, one: u32, other: u32) -> bool {
        self.person[one as usize] == self.person[other as usize]
    }

    /// How many records each person has.
    pub(super) fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.people.count()];
        for person in &self.person {
            sizes[*person as usize] += 1;
        }
        sizes
    }

    /// How many pairs of records are of one person; only those of two sources, if so wished.
    pub(super) fn true_pairs(&self, between_sources: bool) -> usize {
        let pairs = |sizes: &mut dyn Iterator<Item = u32>| -> usize {
            sizes.map(|size| pairs_of(size as usize)).sum()
        };
        let all = pairs(&mut self.sizes().into_iter());
        let Some(source) = self.source.as_ref().filter(|_| between_sources) else { return all };
        let mut within: HashMap<(u32, u32), u32> = HashMap::new();
        for both in self.person.iter().copied().zip(source.codes.iter().copied()) {
            *within.entry(both).or_default() += 1;
        }
        all - pairs(&mut within.into_values())
    }
}
