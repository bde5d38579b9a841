//! What each row of a list would become, before anything is done.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
};

use jiff::Timestamp;
use practice::{
    calendar::day_of,
    identifiers::{self, Scheme},
    processes::request_for_support::{Level, Outcome},
};
use sha2::{Digest, Sha256};

use super::{
    dates,
    mapping::Mapping,
    take::{TakeFromList, TakeRow},
};
use crate::{
    error::{Error, Result},
    people::{Born, NewAddress, NewPerson},
};

/// A list, row by row.
#[derive(Debug)]
pub struct Plan {
    pub headings: Vec<String>,
    pub rows: Vec<Planned>,
}

/// What a row would become.
#[derive(Debug)]
pub struct Planned {
    /// Its line in the list, the heading being 1.
    pub line: usize,
    pub cells: Vec<String>,
    pub fate: Fate,
    pub warnings: Vec<String>,
}

/// What is to be done with a row.
#[derive(Debug)]
pub enum Fate {
    Take(Box<TakeRow>),
    Refuse(Vec<String>),
    /// It stands in the list already, on that line.
    Twice(usize),
    /// It was taken in before.
    ThereAlready,
}

/// Plans a list.
pub(super) fn of(
    text: &str,
    mapping: &Mapping,
    there: &HashSet<Vec<u8>>,
    now: Timestamp,
) -> Result<Plan> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headings: Vec<String> = reader
        .headers()
        .map_err(|e| Error::refusal(format!("The list can’t be read: {e}")))?
        .iter()
        .map(str::to_owned)
        .collect();
    let reading = Reading { places: places(&headings, mapping)?, mapping, now };
    let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        let line = rows.len() + 2;
        let (cells, fate, warnings) = match record {
            Err(error) => (Vec::new(), Fate::Refuse(vec![error.to_string()]), Vec::new()),
            Ok(record) => {
                let cells: Vec<String> = record.iter().map(str::to_owned).collect();
                let hash = hash(&cells);
                let (fate, warnings) = match seen.insert(hash.clone(), line) {
                    Some(first) => (Fate::Twice(first), Vec::new()),
                    None if there.contains(&hash) => (Fate::ThereAlready, Vec::new()),
                    None => reading.row(&cells, hash),
                };
                (cells, fate, warnings)
            }
        };
        rows.push(Planned { line, cells, fate, warnings });
    }
    let mut plan = Plan { headings, rows };
    plan.warn_of_two_agencies();
    Ok(plan)
}

/// Where each column stands.
fn places(headings: &[String], mapping: &Mapping) -> Result<BTreeMap<String, usize>> {
    let wanted = [
        &mapping.columns.reference,
        &mapping.columns.received,
        &mapping.columns.agency,
        &mapping.columns.requester,
        &mapping.columns.given,
        &mapping.columns.family,
        &mapping.columns.born,
        &mapping.columns.sex,
        &mapping.columns.nhs_number,
        &mapping.columns.upn,
        &mapping.columns.address,
        &mapping.columns.postcode,
        &mapping.columns.school,
        &mapping.columns.worry,
        &mapping.columns.level,
        &mapping.columns.agreement,
        &mapping.columns.outcome,
        &mapping.columns.decided,
    ];
    wanted
        .into_iter()
        .map(|heading| {
            let place = headings.iter().position(|h| h.trim() == heading).ok_or_else(|| {
                Error::refusal(format!(
                    "The list has no column “{heading}”. Its columns are {}. Name yours in a \
                     mapping file",
                    headings.join(", ")
                ))
            })?;
            Ok((heading.clone(), place))
        })
        .collect()
}

fn hash(cells: &[String]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for cell in cells {
        hasher.update((cell.len() as u64).to_be_bytes());
        hasher.update(cell.as_bytes());
    }
    hasher.finalize().to_vec()
}

struct Reading<'m> {
    places: BTreeMap<String, usize>,
    mapping: &'m Mapping,
    now: Timestamp,
}

/// What is wrong with a row, and what is only worth knowing.
#[derive(Default)]
struct Findings {
    refusals: Vec<String>,
    warnings: Vec<String>,
}

impl Findings {
    fn keep<T>(&mut self, read: Result<T, String>) -> Option<T> {
        read.map_err(|reason| self.refusals.push(reason)).ok()
    }
}

impl Reading<'_> {
    fn cell<'c>(&self, cells: &'c [String], heading: &str) -> &'c str {
        self.places.get(heading).and_then(|p| cells.get(*p)).map_or("", |c| c.trim())
    }

    fn row(&self, cells: &[String], hash: Vec<u8>) -> (Fate, Vec<String>) {
        let (columns, mut found) = (&self.mapping.columns, Findings::default());
        let cell = |heading: &str| self.cell(cells, heading);
        let received = found.keep(self.received(cell(&columns.received)));
        let agency = found.keep(
            Mapping::word(&self.mapping.agencies, "agency", cell(&columns.agency))
                .and_then(|a| a.ok_or_else(|| "it does not say which agency asked".to_owned())),
        );
        let level = found.keep(self.mapping.level(cell(&columns.level)));
        let agreement =
            Mapping::word(&self.mapping.agreements, "consent", cell(&columns.agreement));
        found.keep(agreement.map(|_| ()));
        let child = self.child(cells, received, &mut found);
        let decision = received.and_then(|r| self.decision(cells, r, &mut found));
        if cell(&columns.reference).is_empty() {
            found.refusals.push("it has no reference".into());
        }
        for text in cells.iter().filter(|c| c.starts_with(['=', '+', '@'])) {
            found.warnings.push(format!("“{text}” looks like a formula: kept as text"));
        }
        let (Some(received), Some(agency), Some(level), Some(child), true) =
            (received, agency, level, child, found.refusals.is_empty())
        else {
            return (Fate::Refuse(found.refusals), found.warnings);
        };
        let row = TakeRow {
            hash,
            reference: cell(&columns.reference).to_owned(),
            agency: agency.to_owned(),
            agency_said: cell(&columns.agency).to_owned(),
            received,
            requester: cell(&columns.requester).to_owned(),
            level,
            child,
            decision,
            said: self.said(cells),
        };
        (Fate::Take(Box::new(row)), found.warnings)
    }

    fn received(&self, text: &str) -> Result<Timestamp, String> {
        let received = dates::moment(text, self.mapping.century_pivot)
            .map_err(|reason| format!("when it was received: {reason}"))?;
        if received > self.now {
            return Err(format!("it was received in the future: {text}"));
        }
        Ok(received)
    }

    fn child(
        &self,
        cells: &[String],
        received: Option<Timestamp>,
        found: &mut Findings,
    ) -> Option<NewPerson> {
        let columns = &self.mapping.columns;
        let cell = |heading: &str| self.cell(cells, heading);
        let (given, family) = (cell(&columns.given), cell(&columns.family));
        let unborn = given == self.mapping.unborn;
        if given.is_empty() && family.is_empty() {
            found.refusals.push("it names no child".into());
        } else if family.is_empty() {
            found.warnings.push("no family name".into());
        }
        let sex = found.keep(Mapping::word(&self.mapping.sexes, "sex", cell(&columns.sex)))?;
        if unborn && sex.is_some_and(|s| s != "U") {
            found.warnings.push("a sex is given for a child who is not born yet".into());
        }
        let born = self.born(cell(&columns.born), unborn, received, found)?;
        let mut identifiers = Vec::new();
        for (scheme, column) in [(Scheme::Nhs, &columns.nhs_number), (Scheme::Upn, &columns.upn)] {
            let said = cell(column);
            if !said.is_empty() {
                if let Err(problem) = scheme.check(said) {
                    found.warnings.push(format!("“{said}”: {problem}. Kept as it was said"));
                }
                identifiers.push((scheme, said.to_owned()));
            }
        }
        let (address, postcode) = (cell(&columns.address), cell(&columns.postcode));
        if !postcode.is_empty()
            && let Err(problem) = identifiers::postcode(postcode)
        {
            found.warnings.push(format!("“{postcode}”: {problem}. Kept as it was said"));
        }
        let address = (!address.is_empty() || !postcode.is_empty()).then(|| NewAddress {
            lines: address.to_owned(),
            postcode: postcode.to_owned(),
            protected: false,
        });
        Some(NewPerson {
            given: if unborn { String::new() } else { given.to_owned() },
            family: family.to_owned(),
            born,
            sex: sex.map(str::to_owned),
            identifiers,
            address,
            setting: Some(cell(&columns.school).to_owned()).filter(|s| !s.is_empty()),
            ..NewPerson::default()
        })
    }

    fn born(
        &self,
        said: &str,
        unborn: bool,
        received: Option<Timestamp>,
        found: &mut Findings,
    ) -> Option<Born> {
        if said.is_empty() {
            found.warnings.push("no date of birth".into());
            return Some(if unborn { Born::Expected(None) } else { Born::NotKnown });
        }
        let what = if unborn { "expected date" } else { "date of birth" };
        let day = found.keep(
            dates::day(said, self.mapping.century_pivot).map_err(|r| format!("{what}: {r}")),
        )?;
        let asked = day_of(received?);
        let in_time = if unborn { day >= asked } else { day <= asked };
        if !in_time {
            let when = if unborn { "before" } else { "after" };
            found.refusals.push(format!("{what}: {said} is {when} the day of the request"));
            return None;
        }
        Some(if unborn { Born::Expected(Some(day)) } else { Born::On(day) })
    }

    fn decision(
        &self,
        cells: &[String],
        received: Timestamp,
        found: &mut Findings,
    ) -> Option<(Outcome, Level, Timestamp)> {
        let columns = &self.mapping.columns;
        let (word, decided) =
            (self.cell(cells, &columns.outcome), self.cell(cells, &columns.decided));
        let outcome = found.keep(self.mapping.outcome(word))?;
        if decided.is_empty() {
            if outcome.is_some() {
                found.warnings.push(format!(
                    "the outcome “{word}” has no date: taken in as not decided yet, the word is kept"
                ));
            }
            return None;
        }
        let at = found.keep(
            dates::moment(decided, self.mapping.century_pivot)
                .map_err(|reason| format!("when it was decided: {reason}")),
        )?;
        if at < received {
            found.refusals.push(format!("it was decided ({decided}) before it was received"));
            return None;
        }
        if at > self.now {
            found.refusals.push(format!("it was decided in the future: {decided}"));
            return None;
        }
        match outcome {
            Some((outcome, level)) => {
                found.warnings.push(format!("decided at level {} by the mapping", level.number()));
                Some((outcome, level, at))
            }
            None => {
                found
                    .warnings
                    .push("a decision is dated but not named: taken in as not decided yet".into());
                None
            }
        }
    }

    /// Everything that the row says, to be kept beside what was made of it.
    fn said(&self, cells: &[String]) -> BTreeMap<String, String> {
        self.places
            .iter()
            .filter_map(|(heading, place)| Some((heading.clone(), cells.get(*place)?.clone())))
            .filter(|(_, said)| !said.is_empty())
            .collect()
    }
}

impl Plan {
    /// How many rows have such a fate.
    pub fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.rows.iter().filter(|r| is(&r.fate)).count()
    }

    /// One reference under which several agencies stand is shown as such: each becomes a contact
    /// of its own.
    fn warn_of_two_agencies(&mut self) {
        let mut agencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in &self.rows {
            if let Fate::Take(take) = &row.fate {
                agencies
                    .entry(take.reference.clone())
                    .or_default()
                    .insert(take.agency_said.clone());
            }
        }
        for row in &mut self.rows {
            let Fate::Take(take) = &row.fate else { continue };
            let Some(all) = agencies.get(&take.reference).filter(|a| a.len() > 1) else { continue };
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            row.warnings.push(format!(
                "{} stands with {}: each becomes a contact of its own",
                take.reference,
                all.join(" and ")
            ));
        }
    }

    /// The refused rows as a list with a last column that says why. A cell that a spreadsheet
    /// would run as a formula gets an apostrophe before it.
    pub fn bad_rows(&self) -> Result<String> {
        let fault = |e: &dyn fmt::Display| Error::fault("writing the refused rows", e);
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let headings = self.headings.iter().map(String::as_str).chain(["Why it was refused"]);
        writer.write_record(headings).map_err(|e| fault(&e))?;
        for row in &self.rows {
            let Fate::Refuse(reasons) = &row.fate else { continue };
            let reasons = reasons.join("; ");
            let cells = row.cells.iter().map(|c| without_formula(c)).chain([reasons]);
            writer.write_record(cells).map_err(|e| fault(&e))?;
        }
        let bytes = writer.into_inner().map_err(|e| fault(&e))?;
        String::from_utf8(bytes).map_err(|e| fault(&e))
    }

    /// The rows to take in, as contacts: one for each reference, agency and moment.
    pub(super) fn into_contacts(self) -> Vec<TakeFromList> {
        let mut contacts: BTreeMap<(String, String, Timestamp), Vec<TakeRow>> = BTreeMap::new();
        for row in self.rows {
            if let Fate::Take(take) = row.fate {
                let key = (take.reference.clone(), take.agency_said.clone(), take.received);
                contacts.entry(key).or_default().push(*take);
            }
        }
        contacts.into_values().map(|rows| TakeFromList { rows }).collect()
    }
}

fn without_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fate {
            Fate::Take(take) => write!(f, "row {}: take in {take}", self.line)?,
            Fate::Refuse(reasons) => {
                write!(f, "row {}: REFUSE: {}", self.line, reasons.join("; "))?;
            }
            Fate::Twice(first) => write!(f, "row {}: leave, the same as row {first}", self.line)?,
            Fate::ThereAlready => write!(f, "row {}: leave, taken in before", self.line)?,
        }
        for warning in &self.warnings {
            write!(f, "\n    note: {warning}")?;
        }
        Ok(())
    }
}
