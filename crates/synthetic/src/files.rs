//! The files of a population: records in no order, the truth of each, queries and their truth.
//! About 200 bytes a record are held, since records are put into another order.

use std::{
    collections::BinaryHeap,
    fmt::{self, Display, Formatter},
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::{family::Family, person::Person, population::Population, record::Record};

/// How much is written.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// So many records exactly; `None`: those of the population's people.
    pub records: Option<usize>,
    /// So many queries, where there are people enough: seven of ten are about people of whom there
    /// are records.
    pub queries: usize,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    pub records: usize,
    /// Of whom there is a record.
    pub people: usize,
    pub families: usize,
    pub true_pairs: usize,
    pub queries: usize,
}

impl Display for Written {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let Self { records, people, families, true_pairs, queries } = self;
        write!(to, "{records} records of {people} people in {families} families")?;
        write!(to, ", {true_pairs} true pairs, {queries} queries")
    }
}

/// Writes `records.csv`, `truth.csv`, `queries.csv` and `query_truth.csv` into a folder.
///
/// # Errors
/// When a file can't be written.
pub fn write(population: &Population, wanted: Wanted, folder: &Path) -> io::Result<Written> {
    std::fs::create_dir_all(folder)?;
    let mut gathered = Gathered::of(wanted);
    match wanted.records {
        Some(_) => population.without_end().find(|family| gathered.take(population, family)),
        None => population.families().find(|family| gathered.take(population, family)),
    };
    gathered.write(population, folder)
}

/// Rows of records and truth one after the other, and where each begins.
struct Gathered {
    wanted: Wanted,
    rows: Vec<u8>,
    /// Where each record's row and truth end.
    ends: Vec<(usize, usize)>,
    written: Written,
    known: Chosen,
    new: Chosen,
}

impl Gathered {
    fn of(wanted: Wanted) -> Self {
        let known = wanted.queries * 7 / 10;
        Self {
            wanted,
            rows: Vec::new(),
            ends: Vec::new(),
            written: Written::default(),
            known: Chosen::of(known),
            new: Chosen::of(wanted.queries - known),
        }
    }

    /// Takes a family's records and queries; whether there are enough.
    fn take(&mut self, population: &Population, family: &Family) -> bool {
        let before = self.written.records;
        for (place, person) in family.people.iter().enumerate() {
            let left = self.wanted.records.map_or(usize::MAX, |most| most - self.written.records);
            let mut records = population.records(family, place);
            records.truncate(left);
            let count = records.len();
            for record in &records {
                self.row(record, &Truth::of(family, person), count);
            }
            self.written.people += usize::from(count > 0);
            self.written.true_pairs += count * count.saturating_sub(1) / 2;
            let queries = if count > 0 { &mut self.known } else { &mut self.new };
            queries.consider(population, family, place);
        }
        self.written.families += usize::from(self.written.records > before);
        self.wanted.records.is_some_and(|most| self.written.records >= most)
    }

    fn row(&mut self, record: &Record, truth: &Truth<'_>, count: usize) {
        csv_fields(&mut self.rows, &record.fields());
        let record_end = self.rows.len();
        truth.columns(&mut self.rows);
        self.rows.extend(format!(",{count},{},{}\n", truth.group(), record.source).bytes());
        self.ends.push((record_end, self.rows.len()));
        self.written.records += 1;
    }

    fn write(mut self, population: &Population, folder: &Path) -> io::Result<Written> {
        let mut order: Vec<u32> = (0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX)).collect();
        population.dice(0).shuffle(&mut order);
        let mut records = create(folder, "records.csv")?;
        let mut truth = create(folder, "truth.csv")?;
        writeln!(records, "record_id,{}", Record::COLUMNS.join(","))?;
        writeln!(truth, "record_id,{},n_records,name_group,source", Truth::COLUMNS)?;
        for (id, place) in order.into_iter().enumerate() {
            let place = place as usize;
            let begin = place.checked_sub(1).map_or(0, |before| self.ends[before].1);
            let (record_end, end) = self.ends[place];
            write!(records, "R{id:07},")?;
            records.write_all(&self.rows[begin..record_end])?;
            write!(truth, "R{id:07},")?;
            truth.write_all(&self.rows[record_end..end])?;
        }
        records.flush()?;
        truth.flush()?;
        self.written.queries = self.write_queries(population, folder)?;
        Ok(self.written)
    }

    fn write_queries(&mut self, population: &Population, folder: &Path) -> io::Result<usize> {
        let known = std::mem::take(&mut self.known.chosen).into_iter().map(|query| (query, '1'));
        let new = std::mem::take(&mut self.new.chosen).into_iter().map(|query| (query, '0'));
        let mut all: Vec<_> = known.chain(new).collect();
        all.sort_unstable();
        population.dice(1).shuffle(&mut all);
        let mut queries = create(folder, "queries.csv")?;
        let mut truth = create(folder, "query_truth.csv")?;
        writeln!(queries, "record_id,{}", Record::COLUMNS.join(","))?;
        writeln!(truth, "query_id,{},in_index,name_group", Truth::COLUMNS)?;
        for (id, (query, in_index)) in all.iter().enumerate() {
            write!(queries, "Q{id:06},")?;
            queries.write_all(&query.row)?;
            writeln!(truth, "Q{id:06},{},{in_index},{}", query.truth, query.group)?;
        }
        queries.flush()?;
        truth.flush()?;
        Ok(all.len())
    }
}

/// So many queries of all that were considered, each as likely: those that threw the least.
struct Chosen {
    most: usize,
    chosen: BinaryHeap<Query>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Query {
    thrown: (u32, u32),
    row: Vec<u8>,
    truth: String,
    group: &'static str,
}

impl Chosen {
    fn of(most: usize) -> Self {
        Self { most, chosen: BinaryHeap::new() }
    }

    fn consider(&mut self, population: &Population, family: &Family, place: usize) {
        let Some(person) = family.people.get(place) else { return };
        let mut dice = population.dice(2 + u64::from(person.number));
        let thrown = (dice.below(u32::MAX), person.number);
        let is_among = self.chosen.len() < self.most
            || self.chosen.peek().is_some_and(|last| thrown < last.thrown);
        if !is_among {
            return;
        }
        let truth = Truth::of(family, person);
        let (mut row, mut columns) = (Vec::new(), Vec::new());
        csv_fields(&mut row, &population.query(family, place).fields());
        truth.columns(&mut columns);
        let columns = String::from_utf8(columns).unwrap_or_default();
        self.chosen.push(Query { thrown, row, truth: columns, group: truth.group() });
        if self.chosen.len() > self.most {
            self.chosen.pop();
        }
    }
}

/// Who a record is really of.
struct Truth<'a> {
    family: &'a Family,
    person: &'a Person,
}

impl<'a> Truth<'a> {
    const COLUMNS: &'static str = "person_id,family_id,twin_group,role";

    fn of(family: &'a Family, person: &'a Person) -> Self {
        Self { family, person }
    }

    fn columns(&self, row: &mut Vec<u8>) {
        let Self { family, person } = self;
        let twins = person.twins.map_or_else(String::new, |first| format!("T{first:07}"));
        let (number, family, role) = (person.number, family.number, person.part.role());
        row.extend(format!("P{number:07},F{family:07},{twins},{role}").bytes());
    }

    fn group(&self) -> &'static str {
        self.person.group.slug()
    }
}

/// One row of CSV (RFC 4180, lines ended by a line feed).
fn csv_fields(row: &mut Vec<u8>, fields: &[&str]) {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            row.push(b',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            row.extend(format!("\"{}\"", field.replace('"', "\"\"")).bytes());
        } else {
            row.extend(field.bytes());
        }
    }
    row.push(b'\n');
}

fn create(folder: &Path, name: &str) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 20, File::create(folder.join(name))?))
}
