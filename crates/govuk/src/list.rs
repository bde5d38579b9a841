//! A summary list: what is known, each with its name, and how to change it.

use maud::{Markup, html};
use serde::Deserialize;

use crate::value::{Html, classes};

/// The list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SummaryList {
    pub rows: Vec<Option<Row>>,
    pub classes: String,
}

/// One thing that is known.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Row {
    pub key: Cell,
    pub value: Cell,
    pub actions: Option<Actions>,
    pub classes: String,
}

/// Words or components.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Cell {
    pub text: String,
    pub html: Option<Html>,
    pub classes: String,
}

/// What can be done with a row.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Actions {
    pub items: Vec<Action>,
    pub classes: String,
}

/// One thing that can be done.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Action {
    pub href: String,
    pub text: String,
    pub visually_hidden_text: Option<String>,
    pub classes: String,
}

impl Cell {
    fn render(&self) -> Markup {
        html! { @match &self.html { Some(html) => (html), None => (self.text) } }
    }
}

impl SummaryList {
    pub fn new() -> Self {
        Self::default()
    }

    /// One more row.
    pub fn row(self, key: &str, value: &str) -> Self {
        let value = Cell { text: value.to_owned(), ..Cell::default() };
        self.with(key, value)
    }

    /// One more row whose value is made of components.
    pub fn content_row(self, key: &str, value: Markup) -> Self {
        self.with(key, Cell { html: Some(value.into()), ..Cell::default() })
    }

    /// What can be done with the row that was added last.
    pub fn action(mut self, href: &str, text: &str, about: &str) -> Self {
        if let Some(Some(row)) = self.rows.last_mut() {
            row.actions.get_or_insert_default().items.push(Action {
                href: href.to_owned(),
                text: text.to_owned(),
                visually_hidden_text: Some(about.to_owned()),
                classes: String::new(),
            });
        }
        self
    }

    fn with(mut self, key: &str, value: Cell) -> Self {
        let key = Cell { text: key.to_owned(), ..Cell::default() };
        self.rows.push(Some(Row { key, value, ..Row::default() }));
        self
    }

    pub fn render(&self) -> Markup {
        let has = |row: &Row| row.actions.as_ref().is_some_and(|a| !a.items.is_empty());
        let any = self.rows.iter().flatten().any(has);
        html! {
            dl class=(classes("govuk-summary-list", &[&self.classes])) {
                @for row in self.rows.iter().flatten() {
                    @let no_actions = if any && !has(row) { "govuk-summary-list__row--no-actions" } else { "" };
                    div class=(classes("govuk-summary-list__row", &[no_actions, &row.classes])) {
                        dt class=(classes("govuk-summary-list__key", &[&row.key.classes])) { (row.key.render()) }
                        dd class=(classes("govuk-summary-list__value", &[&row.value.classes])) { (row.value.render()) }
                        @if let Some(actions) = &row.actions { (actions.render()) }
                    }
                }
            }
        }
    }
}

impl Actions {
    fn render(&self) -> Markup {
        html! {
            @match self.items.as_slice() {
                [] => {},
                [one] => {
                    dd class=(classes("govuk-summary-list__actions", &[&self.classes])) { (one.render()) }
                },
                [..] => {
                    dd class=(classes("govuk-summary-list__actions", &[&self.classes])) {
                        ul class="govuk-summary-list__actions-list" {
                            @for item in &self.items {
                                li class="govuk-summary-list__actions-list-item" { (item.render()) }
                            }
                        }
                    }
                },
            }
        }
    }
}

impl Action {
    fn render(&self) -> Markup {
        html! {
            a class=(classes("govuk-link", &[&self.classes])) href=(self.href) {
                (self.text)
                @if let Some(about) = &self.visually_hidden_text {
                    span class="govuk-visually-hidden" { " " (about) }
                }
            }
        }
    }
}
