//! What each row of a list would become, seen beside the other rows and what was taken in before.
//! It only plans: nothing is done here.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
};

use jiff::Timestamp;
use platform::{db::fold, seal::Keys};
use practice::identifiers::Scheme;

use super::{
    before::{Before, Marks},
    mapping::{Field, plain},
    reading::{Reading, quoted},
    rows::{REASON, Row, neutral},
    take::{TakeFromList, TakeRow},
};
use crate::error::{Error, Result};

/// A list, row by row.
#[derive(Debug)]
pub struct Plan {
    /// What the list is called.
    list: String,
    columns: Vec<String>,
    pub rows: Vec<Planned>,
}

/// What a row would become.
#[derive(Debug)]
pub struct Planned {
    /// Its number in a spreadsheet.
    pub number: u64,
    pub fate: Fate,
    pub notes: Vec<String>,
    cells: Vec<String>,
    marks: Marks,
    about: About,
}

/// What is to be done with a row.
#[derive(Debug)]
pub enum Fate {
    Take(Box<TakeRow>),
    Refuse(Vec<String>),
    /// It says the same as that row.
    Twice(u64),
    /// It was taken in before.
    ThereAlready,
}

/// Whom a row is about, as far as rows are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct About {
    reference: String,
    name: String,
    agency: String,
    born: String,
}

impl About {
    fn of(reading: &Reading<'_>, cells: &[String]) -> Self {
        let said = |field| reading.cell(field, cells).0;
        let born = said(Field::Born);
        Self {
            reference: said(Field::Reference).to_owned(),
            name: fold(&format!("{} {}", said(Field::Family), said(Field::Given))),
            agency: plain(said(Field::Agency)),
            born: reading.mapping.dates.day(born).map_or(born.into(), |read| read.day.to_string()),
        }
    }

    fn child(&self) -> (&str, &str) {
        (&self.reference, &self.name)
    }
}

/// Plans a list.
///
/// # Errors
/// Only a fault of ours.
pub(super) fn of(reading: &Reading<'_>, before: &Before, keys: &Keys) -> Result<Plan> {
    let columns = &reading.list.columns;
    let marked = |row: &Row| {
        let about = About::of(reading, &row.cells);
        let marks = Marks::of(keys, columns, &row.cells, about.child())?;
        Ok((marks, about))
    };
    let known: Vec<(Marks, About)> = reading.list.rows.iter().map(marked).collect::<Result<_>>()?;
    let standing: HashSet<&[u8]> = known.iter().map(|(marks, _)| marks.row.as_slice()).collect();
    let mut beside = Beside { before, standing, rows: HashMap::new(), children: HashMap::new() };
    for (row, (marks, about)) in reading.list.rows.iter().zip(&known) {
        if before.rows.contains(&marks.row) {
            beside.children.entry(&marks.child).or_default().push((row.number, about));
        }
    }
    let mut rows = Vec::with_capacity(known.len());
    for (row, (marks, about)) in reading.list.rows.iter().zip(&known) {
        let (fate, notes) = beside.fate(reading, row, marks, about);
        let (marks, about, cells) = (marks.clone(), about.clone(), row.cells.clone());
        rows.push(Planned { number: row.number, fate, notes, cells, marks, about });
    }
    let mut plan = Plan { list: reading.mapping.list.clone(), columns: columns.clone(), rows };
    plan.note_contacts(before);
    plan.note_shared_identifiers();
    Ok(plan)
}

/// The rows so far and what was taken in before, beside which a row is seen.
struct Beside<'a> {
    before: &'a Before,
    /// Every row of the list, also those to come.
    standing: HashSet<&'a [u8]>,
    rows: HashMap<&'a [u8], u64>,
    /// The rows about each child that are on the record or will be.
    children: HashMap<&'a [u8], Vec<(u64, &'a About)>>,
}

impl<'a> Beside<'a> {
    fn fate(
        &mut self,
        reading: &Reading<'_>,
        row: &Row,
        marks: &'a Marks,
        about: &'a About,
    ) -> (Fate, Vec<String>) {
        if let Some(first) = self.rows.get(marks.row.as_slice()) {
            return (Fate::Twice(*first), Vec::new());
        }
        self.rows.insert(&marks.row, row.number);
        if self.before.rows.contains(&marks.row) {
            return (Fate::ThereAlready, Vec::new());
        }
        let (read, mut found) = reading.row(row);
        found.refusals.extend(self.changed(marks));
        self.same_child(marks, about, &mut found.refusals, &mut found.notes);
        let fate = match read {
            Some(read) if found.refusals.is_empty() => {
                self.children.entry(&marks.child).or_default().push((row.number, about));
                Fate::Take(Box::new(read))
            }
            _ => Fate::Refuse(found.refusals),
        };
        (fate, found.notes)
    }

    /// Whether this is what became of a row that was taken in: then that row no longer stands in
    /// the list.
    fn changed(&self, marks: &Marks) -> Option<String> {
        let earlier = self.before.children.get(&marks.child)?;
        let gone = earlier.iter().any(|row| !self.standing.contains(row.as_slice()));
        gone.then(|| {
            "it changed since it was taken in: what is on the record is not changed by a list. \
             Add what is new to the contact by hand"
                .to_owned()
        })
    }

    /// Other rows under the same reference that bear the same name.
    fn same_child(
        &self,
        marks: &Marks,
        about: &About,
        refusals: &mut Vec<String>,
        notes: &mut Vec<String>,
    ) {
        for (number, other) in self.children.get(marks.child.as_slice()).into_iter().flatten() {
            if other.born != about.born {
                notes.push(format!(
                    "row {number} has the same name with another date of birth: taken as another \
                     child"
                ));
            } else if other.agency == about.agency {
                refusals.push(format!(
                    "row {number} tells of the same child under the same reference in other words"
                ));
            } else {
                notes.push(format!("row {number} tells of the same child from another agency"));
            }
        }
    }
}

/// What makes rows one contact.
type ContactKey<'a> = (&'a str, &'a str, Timestamp);

impl Planned {
    fn contact_key(&self) -> Option<ContactKey<'_>> {
        let Fate::Take(take) = &self.fate else { return None };
        Some((&self.about.reference, &self.about.agency, take.received))
    }
}

impl Plan {
    /// How many rows have such a fate.
    pub fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.rows.iter().filter(|row| is(&row.fate)).count()
    }

    /// Says where one reference becomes several contacts.
    fn note_contacts(&mut self, before: &Before) {
        let mut parties: BTreeMap<&str, BTreeSet<(&str, Timestamp)>> = BTreeMap::new();
        let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in &self.rows {
            let (Some((reference, agency, at)), Fate::Take(take)) = (row.contact_key(), &row.fate)
            else {
                continue;
            };
            parties.entry(reference).or_default().insert((agency, at));
            said.entry(reference).or_default().insert(&take.agency_said);
        }
        let mut notes = Vec::new();
        for (n, row) in self.rows.iter().enumerate() {
            let Some((reference, ..)) = row.contact_key() else { continue };
            let agencies: Vec<_> = said[reference].iter().copied().collect();
            let agencies = agencies.join(" and ");
            let contacts = parties[reference].len();
            if contacts > 1 {
                notes.push((
                    n,
                    format!(
                        "{reference} stands with {agencies} and becomes {contacts} contacts: one \
                         for each agency and time of receipt"
                    ),
                ));
            }
            if before.references.contains(reference) {
                notes.push((
                    n,
                    format!("{reference} was taken in before: this becomes another contact"),
                ));
            }
        }
        for (n, note) in notes {
            self.rows[n].notes.push(note);
        }
    }

    /// Says where an identifier stands with several names. Nobody is joined to anybody by it.
    fn note_shared_identifiers(&mut self) {
        let mut holders: HashMap<(Scheme, String), Vec<usize>> = HashMap::new();
        for (n, row) in self.rows.iter().enumerate() {
            let Fate::Take(take) = &row.fate else { continue };
            for (scheme, said) in &take.child.identifiers {
                holders.entry((*scheme, digits(said))).or_default().push(n);
            }
        }
        let mut notes = Vec::new();
        for ((scheme, _), rows) in &holders {
            let names: HashSet<_> = rows.iter().map(|n| &self.rows[*n].about.name).collect();
            if names.len() > 1 {
                let title = scheme.title();
                notes.extend(rows.iter().map(|n| (*n, *scheme, shared(title, names.len()))));
            }
        }
        notes.sort_unstable_by_key(|(n, scheme, _)| (*n, *scheme));
        for (n, _, note) in notes {
            self.rows[n].notes.push(note);
        }
    }

    /// The refused rows as a list with a last column that says why. A cell that a spreadsheet
    /// would run as a formula gets an apostrophe before it, which is taken off again when the list
    /// is read. It begins with a byte-order mark, by which spreadsheets know it for UTF-8.
    ///
    /// # Errors
    /// Only a fault of ours.
    pub fn bad_rows(&self) -> Result<String> {
        let fault = |e: &dyn fmt::Display| Error::fault("writing the refused rows", e);
        let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
        let headings = self.columns.iter().map(String::as_str).chain([REASON]);
        writer.write_record(headings).map_err(|e| fault(&e))?;
        for row in &self.rows {
            let Fate::Refuse(reasons) = &row.fate else { continue };
            let reasons = neutral(&reasons.join("; "));
            let cells = (0..self.columns.len())
                .map(|n| neutral(row.cells.get(n).map_or("", String::as_str)))
                .chain([reasons]);
            writer.write_record(cells).map_err(|e| fault(&e))?;
        }
        let bytes = writer.into_inner().map_err(|e| fault(&e))?;
        String::from_utf8(bytes).map_err(|e| fault(&e))
    }

    /// The rows to take in, as contacts, in the order of the list.
    pub(super) fn into_contacts(self) -> Vec<TakeFromList> {
        let mut places: HashMap<(String, String, Timestamp), usize> = HashMap::new();
        let mut contacts: Vec<TakeFromList> = Vec::new();
        for row in self.rows {
            let Fate::Take(take) = row.fate else { continue };
            let key = (row.about.reference, row.about.agency, take.received);
            let place = *places.entry(key).or_insert(contacts.len());
            if place == contacts.len() {
                contacts.push(TakeFromList { list: self.list.clone(), rows: Vec::new() });
            }
            contacts[place].rows.push((*take, row.marks));
        }
        contacts
    }
}

fn shared(title: &str, names: usize) -> String {
    format!("its {title} stands with {names} different names in this list: nobody is joined by it")
}

/// An identifier as it is compared.
fn digits(said: &str) -> String {
    said.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number;
        match &self.fate {
            Fate::Take(take) => write!(f, "row {number}: take in {take}")?,
            Fate::Refuse(reasons) => {
                let reference = quoted(&self.about.reference);
                write!(f, "row {number}: REFUSE {reference}: {}", reasons.join("; "))?;
            }
            Fate::Twice(first) => write!(f, "row {number}: leave, the same as row {first}")?,
            Fate::ThereAlready => write!(f, "row {number}: leave, taken in before")?,
        }
        for note in &self.notes {
            write!(f, "\n    note: {note}")?;
        }
        Ok(())
    }
}
