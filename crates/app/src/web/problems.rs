//! What is wrong with what was typed: shown in a summary over the page and beside each field.
//! What is right is for the slices to say.

use govuk::ErrorSummary;
use maud::Markup;
use practice::calendar::Day;

use super::Fields;

/// The field's name and what to do, in the order of the page.
pub type Problems = Vec<(String, String)>;

/// All of them, each with a link to its field; nothing when there are none.
pub fn summary(problems: &Problems) -> Markup {
    if problems.is_empty() {
        return Markup::default();
    }
    let summary = problems
        .iter()
        .fold(ErrorSummary::new(), |summary, (name, say)| summary.item(&format!("#{name}"), say));
    summary.render()
}

/// What is wrong with a field.
pub fn wrong<'p>(problems: &'p Problems, name: &str) -> Option<&'p str> {
    problems.iter().find(|(field, _)| field == name).map(|(_, say)| say.as_str())
}

/// The three fields of a day, as they were typed.
pub fn typed_day<'f>(fields: &'f Fields, name: &str) -> [&'f str; 3] {
    ["day", "month", "year"].map(|part| fields.get(&format!("{name}.{part}")))
}

/// The day that was typed into a field.
pub fn day(fields: &Fields, name: &str, title: &str, problems: &mut Problems) -> Option<Day> {
    let [day, month, year] = typed_day(fields, name);
    let day = day.parse().ok().zip(month.parse().ok()).zip(year.parse().ok());
    let day = day.and_then(|((day, month), year)| Day::new(year, month, day).ok());
    // A year with two digits would be one of antiquity.
    let day = day.filter(|day| (1900..=2200).contains(&day.year()));
    if day.is_none() {
        let say = format!("{title} must be a real date, like 27 3 2027");
        problems.push((name.to_owned(), say));
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
    let is_empty = typed_day(fields, name).iter().all(|part| part.is_empty());
    if is_empty { None } else { day(fields, name, title, problems) }
}
