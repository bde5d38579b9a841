//! What forms have in common: what is wrong with them, and days and times as people type them.

use govuk::{DateInput, ErrorSummary};
use jiff::civil::Time;
use maud::Markup;
use practice::calendar::Day;

use super::Fields;

/// What is wrong with a form: which field, and what to do.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<Problem>);

#[derive(Debug, Clone)]
struct Problem {
    field: String,
    /// The id of the input that the summary leads to.
    input: String,
    say: String,
}

impl Problems {
    /// One problem, of a field whose id is its name.
    pub fn of(field: &str, say: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(field, say);
        problems
    }

    /// A field is wrong.
    pub fn add(&mut self, field: &str, say: impl Into<String>) {
        self.0.push(Problem { field: field.into(), input: field.into(), say: say.into() });
    }

    /// A date is wrong: the summary leads to its day.
    pub fn add_to_date(&mut self, field: &str, say: impl Into<String>) {
        self.0.push(Problem {
            field: field.into(),
            input: format!("{field}-day"),
            say: say.into(),
        });
    }

    /// What to say beside a field.
    pub fn beside(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|p| p.field == field).map(|p| p.say.as_str())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, above the page's heading; nothing when nothing is wrong.
    pub fn summary(&self) -> Markup {
        if self.is_empty() {
            return Markup::default();
        }
        self.0
            .iter()
            .fold(ErrorSummary::new(), |s, p| s.item(&format!("#{}", p.input), &p.say))
            .render()
    }
}

/// The parts of a date as they were typed: day, month, year.
fn parts<'f>(fields: &'f Fields, name: &str) -> [&'f str; 3] {
    ["day", "month", "year"].map(|part| fields.get(&format!("{name}.{part}")))
}

/// Whether nothing was typed into any part of a date.
pub fn is_empty_date(fields: &Fields, name: &str) -> bool {
    parts(fields, name).iter().all(|said| said.is_empty())
}

/// The day that was typed, if there is such a day between 1900 and 2100.
pub fn real_date(fields: &Fields, name: &str) -> Option<Day> {
    let [day, month, year] = parts(fields, name);
    let year = year.parse().ok().filter(|y| (1900..=2100).contains(y))?;
    Day::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The input for a date, with what was typed and what is wrong with it.
pub fn date_input(fields: &Fields, problems: &Problems, name: &str) -> DateInput {
    let [day, month, year] = parts(fields, name);
    DateInput::new(name).values(day, month, year).error(problems.beside(name))
}

/// A time of day as people type it: `14:30`, `2:30pm`, `9am`, `14.30`.
pub fn time(said: &str) -> Option<Time> {
    let said = said.replace('.', ":").replace(' ', "").to_lowercase();
    ["%H:%M", "%I:%M%p", "%I%p"].iter().find_map(|form| Time::strptime(form, &said).ok())
}

#[cfg(test)]
mod tests {
    use jiff::civil::time as at;

    use super::{Fields, real_date, time};

    #[test]
    fn a_time_is_read_as_people_type_it() {
        for (said, hour, minute) in [
            ("14:30", 14, 30),
            ("2:30pm", 14, 30),
            ("9 am", 9, 0),
            ("14.30", 14, 30),
            ("12am", 0, 0),
        ] {
            assert_eq!(time(said), Some(at(hour, minute, 0, 0)), "{said}");
        }
        for said in ["", "25:00", "noon", "14:30:61"] {
            assert_eq!(time(said), None, "{said}");
        }
    }

    #[test]
    fn a_date_that_is_not_there_is_no_date() {
        let read = |text: &str| real_date(&Fields::read(text.as_bytes()).unwrap(), "d");
        assert!(read("d.day=28&d.month=2&d.year=2026").is_some());
        assert!(read("d.day=29&d.month=2&d.year=2026").is_none());
        assert!(read("d.day=1&d.month=1&d.year=26").is_none());
    }
}
