//! Fields that are typed into.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    ErrorMessage, Hint, Label,
    field::{Around, counting_group, form_group, labelled},
    value::classes,
};

/// One line of text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TextInput {
    pub id: Option<String>,
    pub name: String,
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub value: Option<String>,
    #[serde(rename = "type")]
    pub input_type: Option<String>,
    pub classes: String,
    pub described_by: String,
    pub spellcheck: Option<bool>,
    pub disabled: bool,
    pub autocomplete: Option<String>,
    pub autocapitalize: Option<String>,
    pub pattern: Option<String>,
    pub inputmode: Option<String>,
}
labelled!(TextInput);

impl TextInput {
    /// What was typed before.
    pub fn value(mut self, value: &str) -> Self {
        self.value = (!value.is_empty()).then(|| value.to_owned());
        self
    }

    /// `email`, `tel` …
    pub fn input_type(mut self, input_type: &str) -> Self {
        self.input_type = Some(input_type.to_owned());
        self
    }

    /// What a browser may fill in.
    pub fn autocomplete(mut self, purpose: &str) -> Self {
        self.autocomplete = Some(purpose.to_owned());
        self
    }

    /// Digits are typed: phones show them.
    pub fn numeric(mut self) -> Self {
        self.inputmode = Some("numeric".to_owned());
        self
    }

    /// About this many characters wide: 2, 3, 4, 5, 10, 20 or 30.
    pub fn width(mut self, characters: u8) -> Self {
        self.classes = format!("govuk-input--width-{characters}");
        self
    }

    pub fn render(&self) -> Markup {
        let around = Around::of(
            self.id(),
            &self.described_by,
            self.hint.as_ref(),
            self.error_message.as_ref(),
        );
        let content = html! {
            (self.label.render_for(self.id()))
            (around.hint_and_error)
            (self.element(&around))
        };
        form_group(around.has_error, "", &content)
    }

    pub(crate) fn element(&self, around: &Around) -> Markup {
        let error = if around.has_error { "govuk-input--error" } else { "" };
        let spellcheck = self.spellcheck.map(|s| s.to_string());
        html! {
            input class=(classes("govuk-input", &[&self.classes, error])) id=(self.id())
                name=(self.name) type=(self.input_type.as_deref().unwrap_or("text"))
                spellcheck=[spellcheck] value=[&self.value] disabled[self.disabled]
                aria-describedby=[&around.described_by] autocomplete=[&self.autocomplete]
                autocapitalize=[&self.autocapitalize] pattern=[&self.pattern]
                inputmode=[&self.inputmode];
        }
    }
}

/// A password, which can be shown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PasswordInput {
    pub id: Option<String>,
    pub name: String,
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub classes: String,
    pub autocomplete: Option<String>,
    pub described_by: String,
    pub value: Option<String>,
}
labelled!(PasswordInput);

impl PasswordInput {
    /// A password that is being chosen: a browser offers to make and keep one, and fills in none.
    pub fn newly_chosen(mut self) -> Self {
        self.autocomplete = Some("new-password".to_owned());
        self
    }

    pub fn render(&self) -> Markup {
        let around = Around::of(
            self.id(),
            &self.described_by,
            self.hint.as_ref(),
            self.error_message.as_ref(),
        );
        let input = TextInput {
            id: self.id.clone(),
            name: self.name.clone(),
            input_type: Some("password".to_owned()),
            spellcheck: Some(false),
            autocapitalize: Some("none".to_owned()),
            autocomplete: Some(self.autocomplete.clone().unwrap_or("current-password".to_owned())),
            value: self.value.clone(),
            classes: classes(
                "govuk-password-input__input govuk-js-password-input-input",
                &[&self.classes],
            ),
            ..TextInput::default()
        };
        let error = if around.has_error { "govuk-form-group--error" } else { "" };
        html! {
            div class=(classes("govuk-form-group", &[error, "govuk-password-input"])) data-module="govuk-password-input" {
                (self.label.render_for(self.id()))
                (around.hint_and_error)
                div class="govuk-input__wrapper govuk-password-input__wrapper" {
                    (input.element(&around))
                    button type="button" class="govuk-button govuk-button--secondary govuk-password-input__toggle govuk-js-password-input-toggle" data-module="govuk-button" aria-controls=(self.id()) aria-label="Show password" hidden {
                        "Show"
                    }
                }
            }
        }
    }
}

/// A file that is chosen. A browser never fills one in again: what was chosen has to be chosen anew.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileUpload {
    pub id: Option<String>,
    pub name: String,
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub classes: String,
    pub described_by: String,
    pub disabled: bool,
}
labelled!(FileUpload);

impl FileUpload {
    pub fn render(&self) -> Markup {
        let around = Around::of(
            self.id(),
            &self.described_by,
            self.hint.as_ref(),
            self.error_message.as_ref(),
        );
        let error = if around.has_error { "govuk-file-upload--error" } else { "" };
        let content = html! {
            (self.label.render_for(self.id()))
            (around.hint_and_error)
            input class=(classes("govuk-file-upload", &[&self.classes, error])) id=(self.id())
                name=(self.name) type="file" disabled[self.disabled]
                aria-describedby=[&around.described_by];
        };
        form_group(around.has_error, "", &content)
    }
}

/// Several lines of text. With a limit it is what the design system calls a character count: it says
/// how much can be entered, and counts while somebody types.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Textarea {
    pub id: Option<String>,
    pub name: String,
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub value: Option<String>,
    pub rows: Option<crate::value::Text>,
    pub classes: String,
    pub described_by: String,
    pub spellcheck: Option<bool>,
    pub autocomplete: Option<String>,
    pub maxlength: Option<usize>,
    pub threshold: Option<u8>,
}
labelled!(Textarea);

impl Textarea {
    /// What was typed before.
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(value.to_owned());
        self
    }

    /// How many lines are shown.
    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = Some(crate::value::Text(rows.to_string()));
        self
    }

    /// How many characters can be entered at most. They are counted once most of them are used.
    pub fn most(mut self, characters: usize) -> Self {
        self.maxlength = Some(characters);
        self.threshold = Some(COUNTED_FROM);
        self
    }

    pub fn render(&self) -> Markup {
        let info = self.maxlength.map(|most| (format!("{}-info", self.id()), most));
        let described_by: Vec<&str> = [self.described_by.as_str()]
            .into_iter()
            .chain(info.as_ref().map(|(id, _)| id.as_str()))
            .filter(|id| !id.is_empty())
            .collect();
        let around = Around::of(
            self.id(),
            &described_by.join(" "),
            self.hint.as_ref(),
            self.error_message.as_ref(),
        );
        let error = if around.has_error { "govuk-textarea--error" } else { "" };
        let counted = if info.is_some() { "govuk-js-character-count" } else { "" };
        let rows = self.rows.as_ref().map_or("5", |rows| &rows.0);
        let spellcheck = self.spellcheck.map(|s| s.to_string());
        let content = html! {
            (self.label.render_for(self.id()))
            (around.hint_and_error)
            textarea class=(classes("govuk-textarea", &[error, counted, &self.classes]))
                id=(self.id()) name=(self.name) rows=(rows) spellcheck=[spellcheck]
                aria-describedby=[&around.described_by] autocomplete=[&self.autocomplete] {
                (self.value.as_deref().unwrap_or_default())
            }
            @if let Some((id, most)) = &info {
                div id=(id) class="govuk-hint govuk-character-count__message" {
                    "You can enter up to " (most) " characters"
                }
            }
        };
        match self.maxlength {
            None => form_group(around.has_error, "", &content),
            Some(most) => counting_group(around.has_error, most, self.threshold, &content),
        }
    }
}

/// Which part of a limit is used, in per cent, when the characters that are left are shown.
const COUNTED_FROM: u8 = 75;
