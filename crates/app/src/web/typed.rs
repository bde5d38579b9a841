//! A form as it was typed, with what is wrong with each field: shown again, every word in its
//! place and every error beside its field. It decides nothing.

use govuk::{DateInput, ErrorSummary, TextInput, Textarea};
use maud::{Markup, html};

use super::Fields;

/// What is wrong with a form: the field, and what to do.
pub type Problems = Vec<(String, String)>;

/// What was typed, and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    pub fields: &'a Fields,
    pub problems: &'a Problems,
}

impl Typed<'_> {
    /// What is wrong with a field, if anything is.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|(field, _)| field == name).map(|(_, say)| say.as_str())
    }

    /// One line of text.
    pub fn line(&self, name: &str, label: &str) -> TextInput {
        TextInput::new(name).label(label).value(self.fields.get(name)).error(self.error(name))
    }

    /// Several lines of text.
    pub fn lines(&self, name: &str, label: &str, hint: &str, rows: u8) -> Markup {
        let area = Textarea::new(name).label(label).hint(hint).rows(rows);
        area.value(self.fields.get(name)).error(self.error(name)).render()
    }

    /// A date in its three fields.
    pub fn date(&self, name: &str, legend: &str, hint: &str) -> Markup {
        let part = |which: &str| self.fields.get(&format!("{name}.{which}"));
        DateInput::new(name)
            .legend(legend)
            .hint(hint)
            .values(part("day"), part("month"), part("year"))
            .error(self.error(name))
            .render()
    }

    /// What is wrong, at the head of the page; nothing when nothing is. Each line leads to its
    /// field, for a date to the first of the three that `is_date` knows it by.
    pub fn summary(&self, is_date: impl Fn(&str) -> bool) -> Markup {
        let target = |field: &str| match is_date(field) {
            true => format!("#{field}-day"),
            false => format!("#{field}"),
        };
        let summary = self
            .problems
            .iter()
            .fold(ErrorSummary::new(), |s, (field, say)| s.item(&target(field), say));
        html! { @if !self.problems.is_empty() { (summary.render()) } }
    }
}
