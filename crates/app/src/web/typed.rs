//! A form as it was typed, with what is wrong with each field: shown again, every word in its
//! place, every error beside its field. And days and times as people type them. It decides nothing.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{DateInput, ErrorSummary, TextInput, Textarea};
use jiff::civil::Time;
use maud::Markup;
use practice::calendar::Day;

use super::Fields;
use crate::{
    error::{Error, Result},
    limits::Limit,
};

/// What a form is answered with that can't be taken: its page again, as it was typed.
pub fn given_back(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// What a form is answered with once a door has said yes or no: where it leads, or its page again with
/// what is wrong beside the field that the refusal names, or else beside that one.
///
/// # Errors
/// Whatever is no refusal.
pub async fn leads_on<Page: Future<Output = Result<Markup>>>(
    made: Result<String>,
    beside: &str,
    again: impl FnOnce(Problems) -> Page,
) -> Result<Response> {
    match made {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(error) => Ok(given_back(again(Problems::refused(error, beside)?).await?)),
    }
}

/// What is wrong with a form, in the order of the page: which field, and what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    field: String,
    say: String,
}

impl Problems {
    /// One problem.
    pub fn of(field: &str, say: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(field, say);
        problems
    }

    /// What a refusal says is wrong, beside the field that it names or else beside that one.
    ///
    /// # Errors
    /// Every other error, as it is.
    pub fn refused(error: Error, beside: &str) -> Result<Self> {
        match error {
            Error::Refusal(say) => Ok(Self::of(beside, say)),
            Error::Beside { field, say } => Ok(Self::of(field, say)),
            other => Err(other),
        }
    }

    /// A field is wrong.
    pub fn add(&mut self, field: &str, say: impl Into<String>) {
        self.0.push(Problem { field: field.into(), say: say.into() });
    }

    /// A field is wrong, if there is something to say of it.
    pub fn add_any(&mut self, field: &str, say: Option<impl Into<String>>) {
        if let Some(say) = say {
            self.add(field, say);
        }
    }

    /// These are wrong as well, further down the page.
    pub fn append(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// What to say beside a field.
    pub fn beside(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|p| p.field == field).map(|p| p.say.as_str())
    }

    /// What to say of the first field that is wrong.
    pub fn first(&self) -> Option<&str> {
        self.0.first().map(|p| p.say.as_str())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The title of the page, which says first that something is wrong.
    pub fn title(&self, title: &str) -> String {
        if self.is_empty() { title.to_owned() } else { format!("Error: {title}") }
    }
}

/// What was typed, and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    pub fields: &'a Fields,
    pub problems: &'a Problems,
}

impl<'a> Typed<'a> {
    /// What was typed into a field.
    pub fn get(self, name: &str) -> &'a str {
        self.fields.get(name)
    }

    /// What is wrong with a field, if anything is.
    pub fn error(self, name: &str) -> Option<&'a str> {
        self.problems.beside(name)
    }

    /// One line of text.
    pub fn line(self, name: &str, label: &str) -> TextInput {
        TextInput::new(name).label(label).value(self.get(name)).error(self.error(name))
    }

    /// Several lines of text, with how much can be said.
    pub fn lines(self, name: &str, label: &str, hint: &str, most: Limit) -> Textarea {
        let area = Textarea::new(name).label(label).hint(hint).most(most.characters());
        area.value(self.get(name)).error(self.error(name))
    }

    /// A date in its three fields.
    pub fn date(self, name: &str, legend: &str, hint: &str) -> Markup {
        let [day, month, year] = parts(self.fields, name);
        let input = DateInput::new(name).legend(legend).hint(hint);
        input.values(day, month, year).error(self.error(name)).render()
    }

    /// What is wrong, above the page's heading; nothing when nothing is. Each line leads to its
    /// field, that of a date to the day.
    pub fn summary(self) -> Markup {
        let to = |problem: &Problem| format!("#{}", self.input(&problem.field));
        summary(self.problems.0.iter().map(|problem| (to(problem), problem.say.as_str())))
    }

    /// The revision that a form carries as a hidden field: the one that it was made from. A form
    /// that is put right and sent again must not overwrite unseen what was saved meanwhile. One
    /// that is new, or shows what was saved ([`Fields::seen_anew`]), carries that of now.
    pub fn revision(self, now: i64) -> (String, String) {
        let made_from = self.fields.some("revision");
        ("revision".to_owned(), made_from.unwrap_or_else(|| now.to_string()))
    }

    /// The id of a field's first input. A date was sent as three.
    fn input(self, field: &str) -> String {
        let day = format!("{field}.day");
        let is_date = self.fields.0.iter().any(|(name, _)| *name == day);
        if is_date { format!("{field}-day") } else { field.to_owned() }
    }
}

/// What is wrong with a page, above its heading, each with where it leads; nothing when nothing is.
pub fn summary<'p>(wrong: impl Iterator<Item = (String, &'p str)>) -> Markup {
    let summary = wrong.fold(ErrorSummary::new(), |summary, (to, say)| summary.item(&to, say));
    if summary.error_list.is_empty() { Markup::default() } else { summary.render() }
}

/// The parts of a date as they were typed: day, month, year.
pub fn parts<'f>(fields: &'f Fields, name: &str) -> [&'f str; 3] {
    ["day", "month", "year"].map(|part| fields.get(&format!("{name}.{part}")))
}

/// Whether nothing was typed into any part of a date.
pub fn is_empty_date(fields: &Fields, name: &str) -> bool {
    parts(fields, name).iter().all(|said| said.is_empty())
}

/// The day that was typed, if there is such a day between 1900 and 2100: a year of two figures
/// would be one of antiquity.
pub fn real_date(fields: &Fields, name: &str) -> Option<Day> {
    let [day, month, year] = parts(fields, name);
    let year = year.parse().ok().filter(|y| (1900..=2100).contains(y))?;
    Day::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The day that was typed into a field that is called so, or a problem.
pub fn day(fields: &Fields, name: &str, title: &str, problems: &mut Problems) -> Option<Day> {
    let day = real_date(fields, name);
    if day.is_none() {
        problems.add(name, format!("{title} must be a real date, like 27 3 2027"));
    }
    day
}

/// As [`day`], where nothing may stand.
pub fn day_or_none(
    fields: &Fields,
    name: &str,
    title: &str,
    problems: &mut Problems,
) -> Option<Day> {
    if is_empty_date(fields, name) { None } else { day(fields, name, title, problems) }
}

/// A time of day as people type it: `14:30`, `2:30pm`, `9am`, `14.30`.
pub fn time(said: &str) -> Option<Time> {
    let said = said.replace('.', ":").replace(' ', "").to_lowercase();
    ["%H:%M", "%I:%M%p", "%I%p"].iter().find_map(|form| Time::strptime(form, &said).ok())
}

#[cfg(test)]
mod tests {
    use jiff::civil::time as at;

    use super::{Fields, Problems, Typed, day_or_none, real_date, time};

    fn fields(text: &str) -> Fields {
        Fields::read(text.as_bytes()).unwrap()
    }

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
        let read = |text: &str| real_date(&fields(text), "d");
        assert!(read("d.day=28&d.month=2&d.year=2026").is_some());
        assert!(read("d.day=29&d.month=2&d.year=2026").is_none());
        assert!(read("d.day=1&d.month=1&d.year=26").is_none());
    }

    #[test]
    fn a_date_that_may_be_empty_is_still_refused_when_it_is_begun() {
        let read = |text: &str| {
            let mut problems = Problems::default();
            day_or_none(&fields(text), "d", "Until", &mut problems);
            problems
        };
        assert!(read("d.day=&d.month=&d.year=").is_empty());
        let say = "Until must be a real date, like 27 3 2027";
        assert_eq!(read("d.day=1&d.month=&d.year=").beside("d"), Some(say));
    }

    #[test]
    fn the_summary_leads_to_the_field_and_for_a_date_to_its_day() {
        let fields = fields("name=&from.day=31&from.month=2&from.year=2026");
        let mut problems = Problems::of("name", "Enter the name");
        problems.add("from", "Enter a real date");
        let summary = Typed { fields: &fields, problems: &problems }.summary().into_string();
        assert!(summary.contains("href=\"#name\""), "{summary}");
        assert!(summary.contains("href=\"#from-day\""), "{summary}");
    }

    #[test]
    fn the_title_of_a_refused_page_says_so_first() {
        assert_eq!(Problems::default().title("People"), "People");
        assert_eq!(Problems::of("q", "Enter a name").title("People"), "Error: People");
    }
}
