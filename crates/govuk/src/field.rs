//! What every field has around it: label, hint, error, fieldset, and the ids that tie them.

use maud::{Markup, html};
use serde::Deserialize;

use crate::value::{Html, classes};

/// A field's label.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Label {
    pub text: String,
    pub classes: String,
    pub is_page_heading: bool,
}

/// Help under a label.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Hint {
    pub text: String,
}

/// What is wrong with a field, and what to do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ErrorMessage {
    pub text: String,
}

/// What a group of fields asks together.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Legend {
    pub text: String,
    pub classes: String,
    pub is_page_heading: bool,
}

/// A group of fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Fieldset {
    pub legend: Legend,
    pub html: Option<Html>,
    pub described_by: String,
    pub classes: String,
    pub role: String,
}

impl Label {
    pub(crate) fn render_for(&self, id: &str) -> Markup {
        let label = html! {
            label class=(classes("govuk-label", &[&self.classes])) for=(id) { (self.text) }
        };
        if self.is_page_heading {
            return html! { h1 class="govuk-label-wrapper" { (label) } };
        }
        label
    }
}

impl Fieldset {
    /// The group, for conformance: its HTML comes as text.
    pub fn render(&self) -> Markup {
        let described_by = Some(self.described_by.clone()).filter(|d| !d.is_empty());
        self.around(described_by.as_deref(), &html! { @if let Some(html) = &self.html { (html) } })
    }

    pub(crate) fn around(&self, described_by: Option<&str>, content: &Markup) -> Markup {
        let role = Some(self.role.as_str()).filter(|r| !r.is_empty());
        let legend = &self.legend;
        html! {
            fieldset class=(classes("govuk-fieldset", &[&self.classes])) role=[role]
                aria-describedby=[described_by] {
                legend class=(classes("govuk-fieldset__legend", &[&legend.classes])) {
                    @if legend.is_page_heading {
                        h1 class="govuk-fieldset__heading" { (legend.text) }
                    } @else { (legend.text) }
                }
                (content)
            }
        }
    }
}

/// A hint and an error with their ids, and the ids that a field is described by.
pub(crate) struct Around {
    pub hint_and_error: Markup,
    pub described_by: Option<String>,
    pub has_error: bool,
}

impl Around {
    pub(crate) fn of(
        id: &str,
        described_by: &str,
        hint: Option<&Hint>,
        error: Option<&ErrorMessage>,
    ) -> Self {
        let hint_id = format!("{id}-hint");
        let error_id = format!("{id}-error");
        let ids: Vec<&str> = [
            Some(described_by).filter(|d| !d.is_empty()),
            hint.map(|_| hint_id.as_str()),
            error.map(|_| error_id.as_str()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let described_by = (!ids.is_empty()).then(|| ids.join(" "));
        let hint_and_error = html! {
            @if let Some(hint) = hint { div id=(hint_id) class="govuk-hint" { (hint.text) } }
            @if let Some(error) = error {
                p id=(error_id) class="govuk-error-message" {
                    span class="govuk-visually-hidden" { "Error:" } " " (error.text)
                }
            }
        };
        Self { hint_and_error, described_by, has_error: error.is_some() }
    }
}

pub(crate) fn form_group(has_error: bool, more: &str, content: &Markup) -> Markup {
    let error = if has_error { "govuk-form-group--error" } else { "" };
    html! { div class=(classes("govuk-form-group", &[error, more])) { (content) } }
}

/// A group whose field counts what is typed.
pub(crate) fn counting_group(
    has_error: bool,
    most: usize,
    threshold: Option<u8>,
    content: &Markup,
) -> Markup {
    let error = if has_error { "govuk-form-group--error" } else { "" };
    html! {
        div class=(classes("govuk-form-group", &[error, "govuk-character-count"]))
            data-module="govuk-character-count" data-maxlength=(most) data-threshold=[threshold] {
            (content)
        }
    }
}

/// The builder methods that every field with a label has.
macro_rules! labelled {
    ($field:ident) => {
        impl $field {
            /// A field of that name; its id is the name.
            pub fn new(name: &str) -> Self {
                Self { name: name.to_owned(), ..Self::default() }
            }

            /// What it asks.
            pub fn label(mut self, text: &str) -> Self {
                self.label.text = text.to_owned();
                self
            }

            /// The label is the page's heading.
            pub fn as_heading(mut self) -> Self {
                self.label.is_page_heading = true;
                self.label.classes = "govuk-label--l".to_owned();
                self
            }

            /// Help; none when it is empty.
            pub fn hint(mut self, text: &str) -> Self {
                self.hint = (!text.is_empty()).then(|| crate::Hint { text: text.to_owned() });
                self
            }

            /// What is wrong with it, if anything is.
            pub fn error(mut self, text: Option<&str>) -> Self {
                self.error_message = text.map(|text| crate::ErrorMessage { text: text.to_owned() });
                self
            }

            /// For a page with several fields of one name.
            pub fn with_id(mut self, id: &str) -> Self {
                self.id = Some(id.to_owned());
                self
            }

            fn id(&self) -> &str {
                self.id.as_deref().unwrap_or(&self.name)
            }
        }
    };
}
pub(crate) use labelled;
