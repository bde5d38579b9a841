//! A date in three fields: day, month, year.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    ErrorMessage, Fieldset, Hint, Label, Legend, TextInput,
    field::{Around, form_group},
    value::{Text, classes},
};

/// A date.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DateInput {
    pub id: String,
    pub name_prefix: Option<String>,
    pub fieldset: Option<Fieldset>,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub classes: String,
    pub values: DateValues,
    /// How names are joined to their prefix; the design system's is `-`.
    #[serde(skip)]
    pub joined_by: Option<&'static str>,
}

/// What was typed into each field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DateValues {
    pub day: Option<Text>,
    pub month: Option<Text>,
    pub year: Option<Text>,
}

impl DateInput {
    /// A date whose fields are called `name.day`, `name.month` and `name.year`.
    pub fn new(name: &str) -> Self {
        Self {
            id: name.to_owned(),
            name_prefix: Some(name.to_owned()),
            joined_by: Some("."),
            ..Self::default()
        }
    }

    /// What it asks.
    pub fn legend(mut self, text: &str) -> Self {
        let classes = "govuk-fieldset__legend--s".to_owned();
        let legend = Legend { text: text.to_owned(), classes, ..Legend::default() };
        self.fieldset = Some(Fieldset { legend, role: "group".to_owned(), ..Fieldset::default() });
        self
    }

    /// Help; none when it is empty.
    pub fn hint(mut self, text: &str) -> Self {
        self.hint = (!text.is_empty()).then(|| Hint { text: text.to_owned() });
        self
    }

    /// What is wrong, if anything is.
    pub fn error(mut self, text: Option<&str>) -> Self {
        self.error_message = text.map(|text| ErrorMessage { text: text.to_owned() });
        self
    }

    /// What was typed before.
    pub fn values(mut self, day: &str, month: &str, year: &str) -> Self {
        let typed = |text: &str| (!text.is_empty()).then(|| Text::from(text));
        self.values = DateValues { day: typed(day), month: typed(month), year: typed(year) };
        self
    }

    pub fn render(&self) -> Markup {
        let inherited = self.fieldset.as_ref().map_or("", |f| &f.described_by);
        let around =
            Around::of(&self.id, inherited, self.hint.as_ref(), self.error_message.as_ref());
        let content = html! {
            (around.hint_and_error)
            div class=(classes("govuk-date-input", &[&self.classes])) id=(self.id) {
                (self.part("day", "Day", self.values.day.as_ref(), 2))
                (self.part("month", "Month", self.values.month.as_ref(), 2))
                (self.part("year", "Year", self.values.year.as_ref(), 4))
            }
        };
        let content = match &self.fieldset {
            Some(fieldset) => Fieldset { role: "group".to_owned(), ..fieldset.clone() }
                .around(around.described_by.as_deref(), &content),
            None => content,
        };
        form_group(around.has_error, "", &content)
    }

    fn part(&self, name: &str, label: &str, value: Option<&Text>, width: u8) -> Markup {
        let joined_by = self.joined_by.unwrap_or("-");
        let full = match &self.name_prefix {
            Some(prefix) => format!("{prefix}{joined_by}{name}"),
            None => name.to_owned(),
        };
        let error = if self.error_message.is_some() { "govuk-input--error " } else { "" };
        let input = TextInput {
            id: Some(format!("{}-{name}", self.id)),
            name: full,
            label: Label {
                text: label.to_owned(),
                classes: "govuk-date-input__label".to_owned(),
                is_page_heading: false,
            },
            value: value.map(|v| v.0.clone()),
            classes: format!("govuk-date-input__input {error}govuk-input--width-{width}"),
            inputmode: Some("numeric".to_owned()),
            ..TextInput::default()
        };
        html! { div class="govuk-date-input__item" { (input.render()) } }
    }
}
