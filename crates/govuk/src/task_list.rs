//! A task list: the parts of a long form, each with how far it is.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{Hint, Tag, value::classes};

/// The list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TaskList {
    pub id_prefix: Option<String>,
    pub items: Vec<Option<Task>>,
    pub classes: String,
}

/// One part.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Task {
    pub title: Words,
    pub hint: Option<Hint>,
    pub href: Option<String>,
    pub status: Status,
    pub classes: String,
}

/// Words with a class.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Words {
    pub text: String,
    pub classes: String,
}

/// How far a part is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Status {
    pub text: String,
    pub tag: Option<Tag>,
    pub classes: String,
}

impl TaskList {
    pub fn new() -> Self {
        Self::default()
    }

    /// A part that is done.
    pub fn done(self, href: &str, title: &str) -> Self {
        let status = Status { text: "Completed".to_owned(), ..Status::default() };
        self.with(href, title, status)
    }

    /// A part that is still to be done.
    pub fn to_do(self, href: &str, title: &str) -> Self {
        let tag = Tag { text: "Incomplete".into(), classes: "govuk-tag--blue".to_owned() };
        self.with(href, title, Status { tag: Some(tag), ..Status::default() })
    }

    fn with(mut self, href: &str, title: &str, status: Status) -> Self {
        let title = Words { text: title.to_owned(), ..Words::default() };
        self.items.push(Some(Task {
            title,
            href: Some(href.to_owned()),
            status,
            ..Task::default()
        }));
        self
    }

    pub fn render(&self) -> Markup {
        let prefix = self.id_prefix.as_deref().unwrap_or("task-list");
        html! {
            ul class=(classes("govuk-task-list", &[&self.classes])) {
                @for (n, task) in (1..).zip(&self.items) {
                    @if let Some(task) = task { (task.render(&format!("{prefix}-{n}"))) }
                }
            }
        }
    }
}

impl Task {
    fn render(&self, id: &str) -> Markup {
        let link = if self.href.is_some() { "govuk-task-list__item--with-link" } else { "" };
        let hint = self.hint.as_ref().map_or(String::new(), |_| format!("{id}-hint "));
        html! {
            li class=(classes("govuk-task-list__item", &[link, &self.classes])) {
                div class="govuk-task-list__name-and-hint" {
                    @match &self.href {
                        Some(href) => {
                            a class=(classes("govuk-link govuk-task-list__link", &[&self.title.classes]))
                                href=(href) aria-describedby={ (hint) (id) "-status" } { (self.title.text) }
                        },
                        None => {
                            div class=[Some(&self.title.classes).filter(|c| !c.is_empty())] { (self.title.text) }
                        },
                    }
                    @if let Some(hint) = &self.hint {
                        div id={ (id) "-hint" } class="govuk-task-list__hint" { (hint.text) }
                    }
                }
                div class=(classes("govuk-task-list__status", &[&self.status.classes])) id={ (id) "-status" } {
                    @match &self.status.tag { Some(tag) => (tag.render()), None => (self.status.text) }
                }
            }
        }
    }
}
