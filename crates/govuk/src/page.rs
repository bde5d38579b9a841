//! The page itself, forms, and the ways between pages.

use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use crate::{
    SkipLink, asset_url,
    value::{Html, classes},
};

/// A page of a service that has a look of its own.
#[derive(Debug, Clone, Default)]
pub struct Page {
    service: String,
    title: String,
    corner: Option<(String, String)>,
    navigation: Option<ServiceNavigation>,
    banner: Html,
    before: Html,
    content: Html,
    footer: Html,
}

impl Page {
    /// A page of a service, under a title.
    pub fn new(service: &str, title: &str) -> Self {
        Self { service: service.to_owned(), title: title.to_owned(), ..Self::default() }
    }

    /// What stands in the corner of the header, and where it leads: who is signed in, or the way
    /// to sign in.
    pub fn corner(mut self, text: &str, href: &str) -> Self {
        self.corner = Some((text.to_owned(), href.to_owned()));
        self
    }

    pub fn navigation(mut self, navigation: ServiceNavigation) -> Self {
        self.navigation = Some(navigation);
        self
    }

    pub fn banner(mut self, banner: Markup) -> Self {
        self.banner = banner.into();
        self
    }

    /// What stands between the navigation and the content: a link back.
    pub fn before(mut self, before: Markup) -> Self {
        self.before = before.into();
        self
    }

    pub fn content(mut self, content: Markup) -> Self {
        self.content = content.into();
        self
    }

    pub fn footer(mut self, footer: Markup) -> Self {
        self.footer = footer.into();
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" class="govuk-template" {
                head {
                    meta charset="utf-8";
                    title { (self.title) }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex, nofollow";
                    link rel="stylesheet" href=(asset_url("app.css"));
                    script type="module" src=(asset_url("start.js")) {}
                }
                body class="govuk-template__body app-body" {
                    (SkipLink { text: "Skip to main content".into(), href: Some(format!("#{}", crate::CONTENT)), ..SkipLink::default() }.render())
                    (self.header())
                    @if let Some(navigation) = &self.navigation { (navigation.render()) }
                    (self.banner)
                    div class="govuk-width-container" {
                        (self.before)
                        main class="govuk-main-wrapper" id=(crate::CONTENT) { (self.content) }
                    }
                    footer class="app-footer" {
                        div class="govuk-width-container" { (self.footer) }
                    }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        html! {
            header class="app-header" {
                div class="govuk-width-container app-header__row" {
                    div class="app-header__name" { a href="/" { (self.service) } }
                    @if let Some((text, href)) = &self.corner {
                        div class="app-header__who" { a href=(href) { (text) } }
                    }
                }
            }
        }
    }
}

/// A form that carries its session's token and a key of its own, so that sending it twice makes
/// one thing.
#[derive(Debug, Clone, Default)]
pub struct Form {
    action: String,
    token: Option<String>,
    once: Option<String>,
    hidden: Vec<(String, String)>,
    has_file: bool,
    content: Html,
}

impl Form {
    /// A form of a session.
    pub fn new(action: &str, token: &str) -> Self {
        Self {
            action: action.to_owned(),
            token: Some(token.to_owned()),
            once: Some(key()),
            ..Self::default()
        }
    }

    /// A form for anybody.
    pub fn public(action: &str) -> Self {
        Self { action: action.to_owned(), ..Self::default() }
    }

    /// Values that are sent without being shown. A key among them is kept.
    pub fn hidden(mut self, values: &[(String, String)]) -> Self {
        if values.iter().any(|(name, _)| name == "once") {
            self.once = None;
        }
        self.hidden.extend_from_slice(values);
        self
    }

    /// The key of a form that is shown again.
    pub fn once(mut self, key: Option<&str>) -> Self {
        if let Some(key) = key.filter(|k| !k.is_empty()) {
            self.once = Some(key.to_owned());
        }
        self
    }

    /// A file is sent with it.
    pub fn with_file(mut self) -> Self {
        self.has_file = true;
        self
    }

    pub fn content(mut self, content: Markup) -> Self {
        self.content = content.into();
        self
    }

    pub fn render(&self) -> Markup {
        let encoding = self.has_file.then_some("multipart/form-data");
        html! {
            form method="post" action=(self.action) enctype=[encoding] novalidate {
                @if let Some(token) = &self.token { input type="hidden" name="token" value=(token); }
                @if let Some(once) = &self.once { input type="hidden" name="once" value=(once); }
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                (self.content)
            }
        }
    }
}

/// A key that no other form has: 128 bits from the hasher's own randomness.
fn key() -> String {
    use std::hash::{BuildHasher, RandomState};
    let half = || RandomState::new().hash_one(std::thread::current().id());
    format!("{:016x}{:016x}", half(), half())
}

/// The service's main navigation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceNavigation {
    pub navigation: Vec<NavigationItem>,
    pub classes: String,
}

/// One place to go.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NavigationItem {
    pub href: Option<String>,
    pub text: String,
    pub active: bool,
    pub current: bool,
}

impl ServiceNavigation {
    pub fn new() -> Self {
        Self::default()
    }

    /// One more place to go.
    pub fn item(mut self, href: &str, text: &str) -> Self {
        self.navigation.push(NavigationItem {
            href: Some(href.to_owned()),
            text: text.to_owned(),
            ..NavigationItem::default()
        });
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            div class=(classes("govuk-service-navigation", &[&self.classes])) data-module="govuk-service-navigation" {
                div class="govuk-width-container" {
                    div class="govuk-service-navigation__container" {
                        @if !self.navigation.is_empty() {
                            nav aria-label="Menu" class="govuk-service-navigation__wrapper" {
                                @if self.navigation.len() > 1 {
                                    button type="button" class="govuk-service-navigation__toggle govuk-js-service-navigation-toggle" aria-controls="navigation" hidden aria-hidden="true" { "Menu" }
                                }
                                ul class="govuk-service-navigation__list" id="navigation" {
                                    @for item in &self.navigation { (item.render()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl NavigationItem {
    fn render(&self) -> Markup {
        let is_here = self.active || self.current;
        let here = is_here.then_some(if self.current { "page" } else { "true" });
        let active = if is_here { "govuk-service-navigation__item--active" } else { "" };
        let words = html! {
            @if is_here { strong class="govuk-service-navigation__active-fallback" { (self.text) } }
            @else { (self.text) }
        };
        html! {
            li class=(classes("govuk-service-navigation__item", &[active])) {
                @match &self.href {
                    Some(href) => a class="govuk-service-navigation__link" href=(href) aria-current=[here] { (words) },
                    None => span class="govuk-service-navigation__text" aria-current=[here] { (words) },
                }
            }
        }
    }
}

/// The pages before and after this one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Pagination {
    pub previous: Option<PageLink>,
    pub next: Option<PageLink>,
    pub classes: String,
    pub landmark_label: Option<String>,
}

/// A link to a page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PageLink {
    pub href: String,
    pub text: Option<String>,
    pub label_text: Option<String>,
}

impl Pagination {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn previous(mut self, href: &str) -> Self {
        self.previous = Some(PageLink { href: href.to_owned(), ..PageLink::default() });
        self
    }

    pub fn next(mut self, href: &str) -> Self {
        self.next = Some(PageLink { href: href.to_owned(), ..PageLink::default() });
        self
    }

    pub fn render(&self) -> Markup {
        if self.previous.is_none() && self.next.is_none() {
            return html! {};
        }
        let label = self.landmark_label.as_deref().unwrap_or("Pagination");
        html! {
            nav class=(classes("govuk-pagination govuk-pagination--block", &[&self.classes])) aria-label=(label) {
                @if let Some(previous) = &self.previous { (previous.render("prev", "Previous")) }
                @if let Some(next) = &self.next { (next.render("next", "Next")) }
            }
        }
    }
}

impl PageLink {
    fn render(&self, way: &str, word: &str) -> Markup {
        let plain =
            if self.label_text.is_none() { "govuk-pagination__link-title--decorated" } else { "" };
        let arrow = match way {
            "prev" => {
                "m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z"
            }
            _ => {
                "m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z"
            }
        };
        html! {
            div class={ "govuk-pagination__" (way) } {
                a class="govuk-link govuk-pagination__link" href=(self.href) rel=(way) {
                    svg class={ "govuk-pagination__icon govuk-pagination__icon--" (way) } xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13" {
                        path d=(arrow) {}
                    }
                    span class=(classes("govuk-pagination__link-title", &[plain])) {
                        @match &self.text {
                            Some(text) => (text),
                            None => { (word) span class="govuk-visually-hidden" { " page" } },
                        }
                    }
                    @if let Some(label) = &self.label_text {
                        span class="govuk-visually-hidden" { ":" }
                        span class="govuk-pagination__link-label" { (label) }
                    }
                }
            }
        }
    }
}
