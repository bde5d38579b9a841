//! Small pieces that say something: buttons, tags, banners, warnings, summaries of errors.

use maud::{Markup, html};
use serde::Deserialize;

use crate::value::{Html, Text, classes};

/// A button that sends a form, or a link that looks like one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Button {
    pub text: String,
    pub classes: String,
    pub href: Option<String>,
    pub name: Option<String>,
    pub value: Option<Text>,
    #[serde(rename = "type")]
    pub button_type: Option<String>,
    pub id: Option<String>,
    pub disabled: bool,
    pub prevent_double_click: Option<bool>,
    #[serde(skip)]
    sends_to: Option<String>,
}

impl Button {
    /// A button that can't be pressed twice by accident.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), prevent_double_click: Some(true), ..Self::default() }
    }

    /// For what is not the main thing to do.
    pub fn secondary(mut self) -> Self {
        "govuk-button--secondary".clone_into(&mut self.classes);
        self
    }

    /// For what can't be undone.
    pub fn warning(mut self) -> Self {
        "govuk-button--warning".clone_into(&mut self.classes);
        self
    }

    /// Sends this value under this name.
    pub fn sends(mut self, name: &str, value: &str) -> Self {
        self.name = Some(name.to_owned());
        self.value = Some(value.into());
        self
    }

    /// Sends its form there, and not where the form goes by itself.
    pub fn sends_to(mut self, action: &str) -> Self {
        self.sends_to = Some(action.to_owned());
        self
    }

    /// Goes there instead of sending a form.
    pub fn href(mut self, href: &str) -> Self {
        self.href = Some(href.to_owned());
        self
    }

    pub fn render(&self) -> Markup {
        let class = classes("govuk-button", &[&self.classes]);
        if let Some(href) = &self.href {
            return html! {
                a href=(href) role="button" draggable="false" class=(class)
                    data-module="govuk-button" id=[&self.id] { (self.text) }
            };
        }
        let prevents = self.prevent_double_click.map(|p| p.to_string());
        html! {
            button type=(self.button_type.as_deref().unwrap_or("submit"))
                formaction=[&self.sends_to]
                value=[self.value.as_ref().map(|v| &v.0)] name=[&self.name] disabled[self.disabled]
                aria-disabled=[self.disabled.then_some("true")]
                data-prevent-double-click=[prevents] class=(class) data-module="govuk-button"
                id=[&self.id] { (self.text) }
        }
    }
}

/// A word that marks something.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tag {
    pub text: Text,
    pub classes: String,
}

impl Tag {
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn red(mut self) -> Self {
        "govuk-tag--red".clone_into(&mut self.classes);
        self
    }

    pub fn grey(mut self) -> Self {
        "govuk-tag--grey".clone_into(&mut self.classes);
        self
    }

    pub fn render(&self) -> Markup {
        html! { strong class=(classes("govuk-tag", &[&self.classes])) { (self.text) } }
    }
}

/// Words set apart.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InsetText {
    pub text: String,
    pub html: Option<Html>,
    pub id: Option<String>,
    pub classes: String,
}

impl InsetText {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    pub fn render(&self) -> Markup {
        html! {
            div id=[&self.id] class=(classes("govuk-inset-text", &[&self.classes])) {
                @match &self.html { Some(html) => (html), None => (self.text) }
            }
        }
    }
}

/// A warning.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WarningText {
    pub text: String,
    pub icon_fallback_text: Option<String>,
    pub classes: String,
}

impl WarningText {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            icon_fallback_text: Some("Warning".into()),
            ..Self::default()
        }
    }

    pub fn render(&self) -> Markup {
        html! {
            div class=(classes("govuk-warning-text", &[&self.classes])) {
                span class="govuk-warning-text__icon" aria-hidden="true" { "!" }
                strong class="govuk-warning-text__text" {
                    span class="govuk-visually-hidden" { (self.icon_fallback_text.as_deref().unwrap_or("Warning")) }
                    " " (self.text)
                }
            }
        }
    }
}

/// That something was done, large.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Panel {
    pub title_text: String,
    pub text: Option<String>,
    pub html: Option<Html>,
}

impl Panel {
    pub fn new(title: &str) -> Self {
        Self { title_text: title.to_owned(), ..Self::default() }
    }

    pub fn text(mut self, text: &str) -> Self {
        self.text = Some(text.to_owned());
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            div class="govuk-panel govuk-panel--confirmation" {
                h1 class="govuk-panel__title" { (self.title_text) }
                @if let Some(html) = &self.html { div class="govuk-panel__body" { (html) } }
                @else if let Some(text) = &self.text { div class="govuk-panel__body" { (text) } }
            }
        }
    }
}

/// What can be opened by whoever wants to read it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Details {
    pub summary_text: String,
    pub text: String,
    pub html: Option<Html>,
    pub id: Option<String>,
    pub classes: String,
    pub open: bool,
}

impl Details {
    pub fn new(summary: &str) -> Self {
        Self { summary_text: summary.to_owned(), ..Self::default() }
    }

    /// Whether it is open already.
    pub fn open(mut self, open: bool) -> Self {
        self.open = open;
        self
    }

    pub fn content(mut self, content: Markup) -> Self {
        self.html = Some(content.into());
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            details id=[&self.id] class=(classes("govuk-details", &[&self.classes])) open[self.open] {
                summary class="govuk-details__summary" {
                    span class="govuk-details__summary-text" { (self.summary_text) }
                }
                div class="govuk-details__text" {
                    @match &self.html { Some(html) => (html), None => (self.text) }
                }
            }
        }
    }
}

/// A line under the header that says what kind of service this is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PhaseBanner {
    pub tag: Tag,
    pub text: String,
    pub html: Option<Html>,
    pub classes: String,
}

impl PhaseBanner {
    pub fn new(tag: &str) -> Self {
        Self { tag: Tag::new(tag), ..Self::default() }
    }

    pub fn text(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self
    }

    pub fn render(&self) -> Markup {
        let tag = Tag {
            classes: classes("govuk-phase-banner__content__tag", &[&self.tag.classes]),
            ..self.tag.clone()
        };
        html! {
            div class=(classes("govuk-phase-banner govuk-width-container", &[&self.classes])) {
                p class="govuk-phase-banner__content" {
                    (tag.render())
                    span class="govuk-phase-banner__text" {
                        @match &self.html { Some(html) => (html), None => (self.text) }
                    }
                }
            }
        }
    }
}

/// A banner over a page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NotificationBanner {
    pub text: Option<String>,
    pub html: Option<Html>,
    pub title_text: Option<String>,
    #[serde(rename = "type")]
    pub banner_type: Option<String>,
    pub classes: String,
    pub role: Option<String>,
    pub title_id: Option<String>,
    pub disable_auto_focus: Option<bool>,
}

impl NotificationBanner {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn title(mut self, title: &str) -> Self {
        self.title_text = Some(title.to_owned());
        self
    }

    pub fn text(mut self, text: &str) -> Self {
        self.text = Some(text.to_owned());
        self
    }

    /// Something went well.
    pub fn success(mut self) -> Self {
        self.banner_type = Some("success".to_owned());
        self
    }

    pub fn render(&self) -> Markup {
        let success = self.banner_type.as_deref() == Some("success");
        let kind = if success { "govuk-notification-banner--success" } else { "" };
        let role = self.role.as_deref().unwrap_or(if success { "alert" } else { "region" });
        let title =
            self.title_text.as_deref().unwrap_or(if success { "Success" } else { "Important" });
        let title_id = self.title_id.as_deref().unwrap_or("govuk-notification-banner-title");
        html! {
            div class=(classes("govuk-notification-banner", &[kind, &self.classes])) role=(role)
                aria-labelledby=(title_id) data-module="govuk-notification-banner"
                data-disable-auto-focus=[self.disable_auto_focus.map(|d| d.to_string())] {
                div class="govuk-notification-banner__header" {
                    h2 class="govuk-notification-banner__title" id=(title_id) { (title) }
                }
                div class="govuk-notification-banner__content" {
                    @if let Some(html) = &self.html { (html) }
                    @else if let Some(text) = &self.text {
                        p class="govuk-notification-banner__heading" { (text.trim()) }
                    }
                }
            }
        }
    }
}

/// A link back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BackLink {
    pub text: Option<String>,
    pub href: Option<String>,
    pub classes: String,
}

impl BackLink {
    pub fn new(href: &str) -> Self {
        Self { href: Some(href.to_owned()), ..Self::default() }
    }

    pub fn text(mut self, text: &str) -> Self {
        self.text = Some(text.to_owned());
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            a href=(self.href.as_deref().unwrap_or("#")) class=(classes("govuk-back-link", &[&self.classes])) {
                (self.text.as_deref().unwrap_or("Back"))
            }
        }
    }
}

/// A link past everything that repeats.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SkipLink {
    pub text: String,
    pub href: Option<String>,
    pub classes: String,
}

impl SkipLink {
    pub fn render(&self) -> Markup {
        html! {
            a href=(self.href.as_deref().unwrap_or("#content"))
                class=(classes("govuk-skip-link", &[&self.classes])) data-module="govuk-skip-link" {
                (self.text)
            }
        }
    }
}

/// What is wrong on a page, each with a link to its field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ErrorSummary {
    pub title_text: String,
    pub description_text: Option<String>,
    pub error_list: Vec<ErrorItem>,
    pub classes: String,
    pub disable_auto_focus: Option<bool>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ErrorItem {
    pub text: String,
    pub href: Option<String>,
}

impl ErrorSummary {
    pub fn new() -> Self {
        Self { title_text: "There is a problem".to_owned(), ..Self::default() }
    }

    /// One more thing that is wrong, with the field that it is about.
    pub fn item(mut self, href: &str, text: &str) -> Self {
        self.error_list.push(ErrorItem { text: text.to_owned(), href: Some(href.to_owned()) });
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            div class=(classes("govuk-error-summary", &[&self.classes]))
                data-disable-auto-focus=[self.disable_auto_focus.map(|d| d.to_string())]
                data-module="govuk-error-summary" {
                div role="alert" {
                    h2 class="govuk-error-summary__title" { (self.title_text) }
                    div class="govuk-error-summary__body" {
                        @if let Some(text) = &self.description_text { p { (text) } }
                        @if !self.error_list.is_empty() {
                            ul class="govuk-list govuk-error-summary__list" {
                                @for item in &self.error_list {
                                    li {
                                        @match &item.href {
                                            Some(href) => a href=(href) { (item.text) },
                                            None => (item.text),
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
