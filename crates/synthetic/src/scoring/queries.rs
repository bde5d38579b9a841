//! Answers about one person at a time, against the truth: whether the best candidate is the right
//! person, and whether somebody new is taken for somebody known.

use std::{collections::HashMap, io::Read};

use csv::StringRecord;

use super::{NotScored, Truth, f1, share};

/// What is true of each query, by its id.
#[derive(Debug)]
pub struct QueryTruth(HashMap<Box<str>, Asked>);

#[derive(Debug)]
struct Asked {
    /// By the codes of the records' truth; `None` where no record is of them.
    person: Option<u32>,
    family: Option<u32>,
    in_index: bool,
}

impl QueryTruth {
    /// The truth of a file with `query_id`, `person_id`, `family_id` and `in_index`.
    ///
    /// # Errors
    /// When the file can't be read or a column is missing.
    pub fn read(file: impl Read, truth: &Truth) -> Result<Self, NotScored> {
        let mut reader = csv::Reader::from_reader(file);
        let headers = reader.headers()?.clone();
        let place = |name| {
            let place = headers.iter().position(|header| header == name);
            place.ok_or(NotScored::Column(name))
        };
        let (id, person) = (place("query_id")?, place("person_id")?);
        let (family, in_index) = (place("family_id")?, place("in_index")?);
        let families = truth.family.as_ref();
        let (mut asked, mut row) = (HashMap::new(), StringRecord::new());
        while reader.read_record(&mut row)? {
            let get = |place| row.get(place).unwrap_or_default();
            let one = Asked {
                person: truth.person_named(get(person)),
                family: families.and_then(|families| families.names.get(get(family))),
                in_index: get(in_index) == "1",
            };
            asked.insert(get(id).into(), one);
        }
        Ok(Self(asked))
    }
}

/// What accepting the best candidate from a threshold on comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct AtQuery {
    pub threshold: f64,
    pub right: usize,
    pub wrong: usize,
    pub missed: usize,
    /// Nobody known was asked for, and nobody was taken for them.
    pub new_ok: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    /// The share of queries about somebody new that were answered with somebody.
    pub false_match_rate_new: f64,
    /// Wrong answers that are of the family.
    pub wrong_in_family: usize,
}

/// All figures of one set of answers.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryScore {
    pub queries: usize,
    pub in_index: usize,
    /// At 0.5, 0.9, 0.95, 0.99 and 0.999.
    pub at: [AtQuery; 5],
    /// The share of queries about somebody known where the right person is among the first ten who
    /// are at least 0.05 probable.
    pub review_recall: f64,
}

/// Answers to one query: places of records and their probabilities, the best first.
type Candidates = Vec<(f64, u32)>;

/// Scores answers: `query_id`, `record_id` and `probability` in the first three columns.
///
/// # Errors
/// When the file can't be read, or speaks of a record that is not in the truth.
pub fn score_queries(
    truth: &Truth,
    asked: &QueryTruth,
    answers: impl Read,
) -> Result<QueryScore, NotScored> {
    let answers = read_answers(truth, answers)?;
    let in_index = asked.0.values().filter(|asked| asked.in_index).count();
    let at = [0.5, 0.9, 0.95, 0.99, 0.999].map(|threshold| at(truth, asked, &answers, threshold));
    let known = asked.0.iter().filter(|(_, asked)| asked.in_index);
    let listed = known
        .filter(|(id, asked)| first_ten(truth, answers.get(*id)).contains(&asked.person))
        .count();
    Ok(QueryScore { queries: asked.0.len(), in_index, at, review_recall: share(listed, in_index) })
}

fn read_answers(
    truth: &Truth,
    file: impl Read,
) -> Result<HashMap<Box<str>, Candidates>, NotScored> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let mut answers: HashMap<Box<str>, Candidates> = HashMap::new();
    let mut row = StringRecord::new();
    while reader.read_record(&mut row)? {
        let line = row.position().map_or(0, csv::Position::line);
        let get = |place| row.get(place).unwrap_or_default();
        let record = truth.place(get(1)).ok_or(NotScored::Line(line, "an unknown record"))?;
        let probability = get(2).trim().parse().ok().filter(|p: &f64| !p.is_nan());
        let probability = probability.ok_or(NotScored::Line(line, "no probability"))?;
        answers.entry(get(0).into()).or_default().push((probability, record));
    }
    for candidates in answers.values_mut() {
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
    }
    Ok(answers)
}

/// The first ten people, of those at least 0.05 probable.
fn first_ten(truth: &Truth, candidates: Option<&Candidates>) -> Vec<Option<u32>> {
    let mut seen = Vec::new();
    let likely = candidates.into_iter().flatten().filter(|(probability, _)| *probability >= 0.05);
    for (_, record) in likely {
        let person = Some(truth.person[*record as usize]);
        if !seen.contains(&person) {
            seen.push(person);
        }
    }
    seen.truncate(10);
    seen
}

fn at(
    truth: &Truth,
    asked: &QueryTruth,
    answers: &HashMap<Box<str>, Candidates>,
    threshold: f64,
) -> AtQuery {
    let (mut right, mut wrong, mut missed, mut new_ok) = (0, 0, 0, 0);
    let (mut wrong_new, mut wrong_in_family, mut in_index) = (0, 0, 0);
    for (id, asked) in &asked.0 {
        let best = answers.get(id).and_then(|candidates| candidates.first());
        let best = best.filter(|(probability, _)| *probability >= threshold).map(|(_, at)| *at);
        let is_right = best.is_some_and(|at| Some(truth.person[at as usize]) == asked.person);
        in_index += usize::from(asked.in_index);
        match best {
            Some(_) if asked.in_index && is_right => right += 1,
            Some(at) => {
                wrong += 1;
                wrong_new += usize::from(!asked.in_index);
                missed += usize::from(asked.in_index);
                let family = truth.family.as_ref().map(|family| family.codes[at as usize]);
                wrong_in_family += usize::from(family.is_some() && family == asked.family);
            }
            None if asked.in_index => missed += 1,
            None => new_ok += 1,
        }
    }
    let (precision, recall) = (share(right, right + wrong), share(right, in_index));
    AtQuery {
        threshold,
        right,
        wrong,
        missed,
        new_ok,
        precision,
        recall,
        f1: f1(precision, recall),
        false_match_rate_new: share(wrong_new, asked.0.len() - in_index),
        wrong_in_family,
    }
}

/// How long one answer took, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
    pub count: usize,
}

impl Latency {
    /// The times of a file with `query_id` and `micros`; `None` where it has none.
    ///
    /// # Errors
    /// When the file can't be read, or a time is no number.
    pub fn read(file: impl Read) -> Result<Option<Self>, NotScored> {
        let mut times = Vec::new();
        for row in csv::Reader::from_reader(file).records() {
            let row = row?;
            let line = row.position().map_or(0, csv::Position::line);
            let micros = row.get(1).and_then(|text| text.trim().parse::<f64>().ok());
            times.push(micros.ok_or(NotScored::Line(line, "no time"))?);
        }
        times.sort_by(f64::total_cmp);
        let Some(max) = times.last().copied() else { return Ok(None) };
        let at = |share: f64| times[((share * times.len() as f64) as usize).min(times.len() - 1)];
        let [p50, p95, p99, p999] = [0.5, 0.95, 0.99, 0.999].map(at);
        Ok(Some(Self { p50, p95, p99, p999, max, count: times.len() }))
    }
}
