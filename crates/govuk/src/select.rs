//! Choosing one of many from a list that drops down.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    ErrorMessage, Hint, Label,
    field::{Around, form_group, labelled},
    value::{Text, classes},
};

/// The list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Select {
    pub id: Option<String>,
    pub name: String,
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub items: Vec<Item>,
    pub value: Option<Text>,
    pub classes: String,
    pub described_by: String,
}
labelled!(Select);

/// One choice.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Item {
    pub value: Option<Text>,
    pub text: String,
    pub selected: Option<bool>,
    pub disabled: bool,
}

impl Select {
    /// One more choice.
    pub fn item(mut self, value: &str, text: &str) -> Self {
        let item = Item { value: Some(value.into()), text: text.to_owned(), ..Item::default() };
        self.items.push(item);
        self
    }

    /// What was chosen before.
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(value.into());
        self
    }

    pub fn render(&self) -> Markup {
        let around = Around::of(
            self.id(),
            &self.described_by,
            self.hint.as_ref(),
            self.error_message.as_ref(),
        );
        let error = if around.has_error { "govuk-select--error" } else { "" };
        let content = html! {
            (self.label.render_for(self.id()))
            (around.hint_and_error)
            select class=(classes("govuk-select", &[&self.classes, error])) id=(self.id())
                name=(self.name) aria-describedby=[&around.described_by] {
                @for item in &self.items {
                    @let chosen = item.selected.unwrap_or(self.is_chosen(item));
                    option value=[item.value.as_ref().map(|v| v.0.as_str())] selected[chosen]
                        disabled[item.disabled] { (item.text) }
                }
            }
        };
        form_group(around.has_error, "", &content)
    }

    /// Without a value, an option is known by its text.
    fn is_chosen(&self, item: &Item) -> bool {
        let own = item.value.clone().unwrap_or_else(|| Text(item.text.clone()));
        self.value.as_ref() == Some(&own)
    }
}
