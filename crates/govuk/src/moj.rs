//! Components of the Ministry of Justice's design system: a timeline and a navigation within a
//! page's subject. Their package ships no fixtures of expected HTML.

use maud::{Markup, html};

use crate::value::Html;

/// What happened, in order.
#[derive(Debug, Clone, Default)]
pub struct Timeline(Vec<Item>);

#[derive(Debug, Clone)]
struct Item {
    title: String,
    by: String,
    at: String,
    description: Html,
}

impl Timeline {
    pub fn new() -> Self {
        Self::default()
    }

    /// One thing that happened.
    pub fn item(mut self, title: &str, by: &str, at: &str, description: &Markup) -> Self {
        self.0.push(Item {
            title: title.to_owned(),
            by: by.to_owned(),
            at: at.to_owned(),
            description: description.clone().into(),
        });
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            div class="moj-timeline" {
                @for item in &self.0 {
                    div class="moj-timeline__item" {
                        div class="moj-timeline__header" {
                            h3 class="moj-timeline__title" { (item.title) }
                            p class="moj-timeline__byline" { "by " (item.by) }
                        }
                        p class="moj-timeline__date" { (item.at) }
                        div class="moj-timeline__description" { (item.description) }
                    }
                }
            }
        }
    }
}

/// A navigation between parts of one subject.
#[derive(Debug, Clone, Default)]
pub struct SubNavigation {
    label: String,
    items: Vec<(String, String, bool)>,
}

impl SubNavigation {
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), items: Vec::new() }
    }

    /// One more part; whether it is the one that is shown.
    pub fn item(mut self, href: &str, text: &str, is_current: bool) -> Self {
        self.items.push((href.to_owned(), text.to_owned(), is_current));
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            nav class="moj-sub-navigation" aria-label=(self.label) {
                ul class="moj-sub-navigation__list" {
                    @for (href, text, is_current) in &self.items {
                        li class="moj-sub-navigation__item" {
                            a class="moj-sub-navigation__link" aria-current=[is_current.then_some("page")]
                                href=(href) { (text) }
                        }
                    }
                }
            }
        }
    }
}
