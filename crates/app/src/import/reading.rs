//! Reading one row: what it would put on the record, or why it is refused. What can be read in
//! more than one way says so; nothing is made up for what a row does not say.

use jiff::Timestamp;
use practice::{calendar::day_of, processes::request_for_support::Level};

use super::{
    agencies::{Agencies, Party},
    dates::ReadMoment,
    mapping::{Dictionary, Field, Mapping, Places},
    rows::{List, Row, is_formula},
    take::{Decided, TakeRow},
};
use crate::{
    front_door::telling::WORRY,
    limits::{LINE, turns_text},
    pathways::Words,
    web::words,
};

/// What a cell can hold at most, in characters.
const LONGEST: usize = 10_000;

/// What a list's rows are read with.
#[derive(Debug)]
pub struct Reading<'a> {
    pub list: &'a List,
    pub mapping: &'a Mapping,
    pub places: Places<'a>,
    pub agencies: Agencies,
    pub now: Timestamp,
}

/// What is wrong with a row, and what is worth knowing about how it was read.
#[derive(Debug, Default)]
pub struct Findings {
    pub refusals: Vec<String>,
    pub notes: Vec<String>,
}

impl Findings {
    pub(super) fn refuse(&mut self, why: impl Into<String>) {
        self.refusals.push(why.into());
    }

    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.notes.push(what.into());
    }

    pub(super) fn keep<T>(&mut self, read: Result<T, String>) -> Option<T> {
        read.map_err(|why| self.refusals.push(why)).ok()
    }
}

impl<'a> Reading<'a> {
    /// Reads a row. Nothing where it is refused; the findings say why.
    pub fn row(&self, row: &Row) -> (Option<TakeRow>, Findings) {
        let mut found = Findings::default();
        self.shape(row, &mut found);
        let read = self.contents(&row.cells, &mut found);
        (read.filter(|_| found.refusals.is_empty()), found)
    }

    /// What a row says in a field, and the field's heading in the list.
    pub fn cell<'r>(&self, field: Field, cells: &'r [String]) -> (&'r str, &'a str) {
        self.places.cell(field, cells)
    }

    pub(super) fn said<'r>(&self, field: Field, cells: &'r [String]) -> &'r str {
        self.cell(field, cells).0
    }

    /// What is wrong with the cells, whatever they mean.
    fn shape(&self, row: &Row, found: &mut Findings) {
        let (cells, columns) = (&row.cells, self.list.columns.len());
        if cells.iter().skip(columns).any(|cell| !cell.trim().is_empty()) {
            found.refuse(format!("it has {} cells and the list {columns} columns", cells.len()));
        }
        if cells.len() < columns && cells.iter().any(|cell| cell.contains('\n')) {
            found.refuse(format!(
                "it has {} cells and the list {columns} columns: a quotation mark that ends a \
                 text may be missing",
                cells.len()
            ));
        }
        for (cell, heading) in cells.iter().zip(&self.list.columns) {
            if cell.contains(char::REPLACEMENT_CHARACTER) {
                let encoding = self.list.encoding;
                found.refuse(format!(
                    "“{heading}” holds a character that can’t be read (the list was read as \
                     {encoding})"
                ));
            }
            if cell
                .contains(|c: char| turns_text(c) || (c.is_control() && !matches!(c, '\n' | '\t')))
            {
                found.refuse(format!("“{heading}” holds a control character"));
            }
            if cell.chars().nth(LONGEST).is_some() {
                found.refuse(format!("“{heading}” has more than {LONGEST} characters"));
            }
            if is_formula(cell) {
                found.note(format!(
                    "{} in “{heading}” is a formula to a spreadsheet: kept as text",
                    quoted(cell)
                ));
            }
        }
    }

    fn contents(&self, cells: &[String], found: &mut Findings) -> Option<TakeRow> {
        let reference = self.said(Field::Reference, cells);
        if reference.is_empty() {
            found.refuse("it has no reference");
        }
        if LINE.exceeded_by(reference).is_some() {
            found.refuse("its reference is longer than a line: it may be another column");
        }
        let received = self.moment(Field::Received, cells, found);
        let party = self.party(cells, found);
        let suggested =
            self.word(&self.mapping.words.level, Field::LevelSuggested, cells, found).copied();
        let agreement =
            self.word(&self.mapping.words.agreement, Field::Agreement, cells, found).copied();
        let child = self.child(cells, received, found);
        let decided = self.decided(cells, received, suggested, found);
        let mut words = self.words(cells);
        if let Some(agreement) = agreement {
            let heading = self.cell(Field::Agreement, cells).1;
            words.insert(format!("{heading}, as it was understood"), agreement.title().to_owned());
        }
        Some(TakeRow {
            reference: reference.to_owned(),
            party: party?,
            agency_said: self.said(Field::Agency, cells).to_owned(),
            requester: self.said(Field::Requester, cells).to_owned(),
            received: received?.at,
            suggested,
            agreement,
            child,
            decided,
            words,
        })
    }

    /// What a word of the list means. An empty cell says nothing; an unknown word is refused.
    pub(super) fn word<'d, T>(
        &self,
        dictionary: &'d Dictionary<T>,
        field: Field,
        cells: &[String],
        found: &mut Findings,
    ) -> Option<&'d T> {
        let (said, heading) = self.cell(field, cells);
        let meaning = dictionary.meaning(said);
        if meaning.is_none() && !said.is_empty() {
            found.refuse(format!("“{heading}”: {} is not in the mapping file", quoted(said)));
        }
        meaning
    }

    fn party(&self, cells: &[String], found: &mut Findings) -> Option<Party> {
        let (said, heading) = self.cell(Field::Agency, cells);
        if said.is_empty() {
            found.refuse("it does not say who made the contact");
        }
        let whose = self.word(&self.mapping.words.agency, Field::Agency, cells, found)?;
        let party = self.agencies.party(whose);
        found.keep(party.map_err(|why| format!("“{heading}”: {}: {why}", quoted(said))))
    }

    fn moment(&self, field: Field, cells: &[String], found: &mut Findings) -> Option<ReadMoment> {
        let (said, heading) = self.cell(field, cells);
        let what = format!("“{heading}”: {}", quoted(said));
        let read = self.mapping.dates.moment(said).map_err(|why| format!("{what}: {why}"));
        let read = found.keep(read)?;
        if read.two_ways {
            let day = words::day(day_of(read.at));
            found.note(format!("{what} reads two ways: taken as {day}"));
        }
        if read.no_time {
            found.note(format!("{what} has no time of day: taken as the start of the day"));
        }
        if read.shown_twice {
            found.note(format!(
                "{what}: the clocks went back and showed this time twice: taken as the first"
            ));
        }
        if read.at > self.now {
            found.refuse(format!("{what} is in the future"));
        }
        Some(read)
    }

    /// The decision that the row tells of. An outcome without a date, or a date without an outcome,
    /// is none: the words are kept, and the child waits for a decision.
    fn decided(
        &self,
        cells: &[String],
        received: Option<ReadMoment>,
        suggested: Option<Level>,
        found: &mut Findings,
    ) -> Option<Decided> {
        let outcome = self.word(&self.mapping.words.outcome, Field::Outcome, cells, found).copied();
        let level =
            self.word(&self.mapping.words.level, Field::LevelDecided, cells, found).copied();
        let dated = !self.said(Field::Decided, cells).is_empty();
        let at = if dated { self.decided_at(cells, received, found) } else { None };
        let said = quoted(self.said(Field::Outcome, cells));
        match (outcome, dated) {
            (Some(_), false) => found.note(format!(
                "the outcome {said} has no date: kept in words, waiting for a decision"
            )),
            (None, true) => found.note(
                "a decision is dated, but there is no outcome: kept in words, waiting for a \
                 decision",
            ),
            (None, false) if level.is_some() => found.note(
                "a level was decided, but there is no outcome: kept in words, waiting for a \
                 decision",
            ),
            _ => {}
        }
        let (outcome, at) = (outcome?, at?);
        match level {
            Some(level) if !outcome.fits(level) => found.refuse(format!(
                "the outcome {said} does not go with the level that was decided, {}",
                level.number()
            )),
            Some(_) => {}
            None => found.note(match suggested {
                Some(suggested) if !outcome.fits(suggested) => format!(
                    "the list has no level that was decided, so the record has none; the outcome \
                     {said} does not go with the level suggested, {}",
                    suggested.number()
                ),
                _ => "the list has no level that was decided, so the record has none".to_owned(),
            }),
        }
        Some(Decided { outcome, level, at })
    }

    fn decided_at(
        &self,
        cells: &[String],
        received: Option<ReadMoment>,
        found: &mut Findings,
    ) -> Option<Timestamp> {
        let read = self.moment(Field::Decided, cells, found)?;
        let received = received?.at;
        if read.at >= received {
            return Some(read.at);
        }
        let (said, heading) = self.cell(Field::Decided, cells);
        if read.no_time && day_of(read.at) == day_of(received) {
            found.note(format!(
                "“{heading}”: the day on which it was received: taken as the moment of receipt"
            ));
            return Some(received);
        }
        found.refuse(format!("“{heading}”: {} is before it was received", quoted(said)));
        None
    }

    /// Everything that the row says, under the list's headings; the worry under the name by which
    /// it is shown where somebody decides. Where the family lives stands with the child alone, where it
    /// is kept from pages as soon as anybody says that it must be; who asked, with the request, where the
    /// family may not know of them.
    fn words(&self, cells: &[String]) -> Words {
        let mut words = Words::new();
        for (n, (cell, heading)) in (1..).zip(cells.iter().zip(&self.list.columns)) {
            if cell.trim().is_empty() {
                continue;
            }
            match self.places.field(n - 1) {
                Some(Field::Address | Field::Postcode | Field::Requester) => continue,
                Some(Field::Worry) => {
                    words.insert(WORRY.to_owned(), cell.clone());
                    continue;
                }
                _ => {}
            }
            let heading = if heading.is_empty() || words.contains_key(heading) {
                format!("{heading} (column {n})")
            } else {
                heading.clone()
            };
            words.insert(heading, cell.clone());
        }
        words
    }
}

/// What somebody said, short enough for a line.
pub fn quoted(said: &str) -> String {
    const MOST: usize = 60;
    match said.char_indices().nth(MOST) {
        Some((end, _)) => format!("“{}…”", &said[..end]),
        None => format!("“{said}”"),
    }
}
