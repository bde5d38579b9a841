//! Why two records are, or are not, taken for one person, as a practitioner reads it.

use ::matching::{
    bulk,
    linking::Linked,
    model::{Explanation, probability},
    pairs,
    population::Population,
};

use super::{Bar, Explain, in_words};
use crate::error::{Error, Result};

/// A finding that moves the log-odds by less is not worth a line.
const WORTH_A_LINE: f64 = 0.05;

/// Explains a pair of records of a file.
///
/// # Errors
/// When the file can't be read, or has no record of that id.
pub fn explain(asked: &Explain) -> Result<()> {
    let model = asked.using.model()?;
    let bar = Bar::new()?;
    let population = bulk::read_records(&asked.records, &bar).map_err(|fault| in_words(&fault))?;
    let (one, other) = (number(&population, &asked.one)?, number(&population, &asked.other)?);
    if one == other {
        return Err(Error::refusal("These are one record, not two"));
    }
    let (a, b) = (one.min(other), one.max(other));
    let linked = Linked::watched(&population, &model, false, &bar);
    bar.ends();
    let explained = linked.model.explain(&pairs::score(&population, &linked.model, a, b).0);
    if asked.csv {
        return as_csv(&explained);
    }
    let in_all = linked.pairs.iter().find(|pair| (pair.a, pair.b) == (a, b));
    in_words_of(asked, &explained, in_all.map(|pair| probability(pair.log_odds)));
    Ok(())
}

fn number(population: &Population, id: &str) -> Result<u32> {
    let place = population.ids.iter().position(|known| **known == *id);
    place
        .and_then(|place| u32::try_from(place).ok())
        .ok_or_else(|| Error::refusal(format!("There is no record {id} in the file")))
}

fn in_words_of(asked: &Explain, explained: &Explanation, in_all: Option<f32>) {
    println!("How likely it is that {} and {} are of one person:", asked.one, asked.other);
    println!("{:>8.3}  by what these two records say", explained.probability());
    match in_all {
        Some(in_all) => println!("{in_all:>8.3}  in the light of all records of both"),
        None => println!(" < 0.010  in the light of all records of both"),
    }
    println!("\nWhat speaks for it (+) and against it (−), as natural logarithms of odds:");
    for part in &explained.contributions {
        if part.log_odds.abs() >= WORTH_A_LINE {
            let (title, found) = (&part.title, &part.found);
            let found = if found.is_empty() { String::new() } else { format!(": {found}") };
            println!("{}  {title}{found}", signed(part.log_odds));
        }
    }
    println!("{}  in all", signed(explained.log_odds));
    if explained.relative > 0.5 {
        println!("\nIf it is wrong, it most likely takes a relative for the person.");
    } else {
        println!("\nIf it is wrong, it most likely takes a stranger for the person.");
    }
}

fn signed(log_odds: f64) -> String {
    let sign = if log_odds < 0.0 { '−' } else { '+' };
    format!("{:>8}", format!("{sign}{:.1}", log_odds.abs()))
}

fn as_csv(explained: &Explanation) -> Result<()> {
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    let mut rows = vec![["field".to_owned(), "found".to_owned(), "log_odds".to_owned()]];
    rows.extend(
        explained
            .contributions
            .iter()
            .map(|part| [part.title.clone(), part.found.clone(), part.log_odds.to_string()]),
    );
    rows.push(["in all".to_owned(), String::new(), explained.log_odds.to_string()]);
    rows.iter()
        .try_for_each(|row| out.write_record(row))
        .map_err(|why| Error::fault("writing the explanation", why))
}
