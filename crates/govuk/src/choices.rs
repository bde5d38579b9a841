//! Choosing one of several, or any of several.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    ErrorMessage, Fieldset, Hint, Legend,
    field::{Around, form_group},
    value::{Html, Text, classes},
};

/// One of the choices, or a divider between them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Choice {
    pub value: Option<Text>,
    pub text: String,
    pub id: Option<String>,
    pub name: Option<String>,
    pub hint: Option<Hint>,
    pub checked: Option<bool>,
    pub disabled: bool,
    pub divider: Option<String>,
    pub conditional: Option<Conditional>,
    pub behaviour: Option<String>,
}

/// What is asked only when a choice is made.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditional {
    pub html: Html,
}

/// Which kind of choosing.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    input: &'static str,
}

const ONE: Kind = Kind { name: "radios", input: "radio" };
const ANY: Kind = Kind { name: "checkboxes", input: "checkbox" };

macro_rules! choosing {
    ($(#[$doc:meta])* $name:ident, $kind:expr, $chosen:ident: $chosen_type:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name {
            pub name: String,
            pub id_prefix: Option<String>,
            pub fieldset: Option<Fieldset>,
            pub hint: Option<Hint>,
            pub error_message: Option<ErrorMessage>,
            pub items: Vec<Choice>,
            pub classes: String,
            pub described_by: String,
            pub $chosen: $chosen_type,
        }

        impl $name {
            /// A question of that name; its id is the name.
            pub fn new(name: &str) -> Self {
                Self { name: name.to_owned(), ..Self::default() }
            }

            /// Another id than the name.
            pub fn with_id(mut self, id: &str) -> Self {
                self.id_prefix = Some(id.to_owned());
                self
            }

            /// What it asks.
            pub fn legend(mut self, text: &str) -> Self {
                let legend = Legend {
                    text: text.to_owned(),
                    classes: "govuk-fieldset__legend--s".to_owned(),
                    ..Legend::default()
                };
                self.fieldset = Some(Fieldset { legend, ..Fieldset::default() });
                self
            }

            /// The question is the page's heading.
            pub fn as_heading(mut self) -> Self {
                if let Some(fieldset) = &mut self.fieldset {
                    fieldset.legend.is_page_heading = true;
                    fieldset.legend.classes = "govuk-fieldset__legend--l".to_owned();
                }
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

            /// The choices stand side by side.
            pub fn small(mut self) -> Self {
                self.classes = format!("govuk-{}--small", $kind.name);
                self
            }

            /// One more choice.
            pub fn item(self, value: &str, text: &str) -> Self {
                self.item_with_hint(value, text, "")
            }

            /// One more choice, with help.
            pub fn item_with_hint(mut self, value: &str, text: &str, hint: &str) -> Self {
                self.items.push(Choice {
                    value: Some(value.into()),
                    text: text.to_owned(),
                    hint: (!hint.is_empty()).then(|| Hint { text: hint.to_owned() }),
                    ..Choice::default()
                });
                self
            }

            pub fn render(&self) -> Markup {
                Group {
                    kind: $kind,
                    name: &self.name,
                    id_prefix: self.id_prefix.as_deref().unwrap_or(&self.name),
                    fieldset: self.fieldset.as_ref(),
                    hint: self.hint.as_ref(),
                    error: self.error_message.as_ref(),
                    items: &self.items,
                    classes: &self.classes,
                    described_by: &self.described_by,
                    is_chosen: &|value| self.is_chosen(value),
                }
                .render()
            }
        }
    };
}

choosing!(
    /// One of several.
    Radios, ONE, value: Option<Text>
);
choosing!(
    /// Any of several.
    Checkboxes, ANY, values: Vec<Text>
);

impl Radios {
    /// What was chosen before.
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(value.into());
        self
    }

    fn is_chosen(&self, value: &Text) -> bool {
        self.value.as_ref() == Some(value) && !value.0.is_empty()
    }
}

impl Checkboxes {
    /// What was chosen before.
    pub fn values(mut self, values: &[String]) -> Self {
        self.values = values.iter().map(|v| Text(v.clone())).collect();
        self
    }

    fn is_chosen(&self, value: &Text) -> bool {
        self.values.contains(value)
    }
}

struct Group<'a> {
    kind: Kind,
    name: &'a str,
    id_prefix: &'a str,
    fieldset: Option<&'a Fieldset>,
    hint: Option<&'a Hint>,
    error: Option<&'a ErrorMessage>,
    items: &'a [Choice],
    classes: &'a str,
    described_by: &'a str,
    is_chosen: &'a dyn Fn(&Text) -> bool,
}

impl Group<'_> {
    fn render(&self) -> Markup {
        let inherited = match self.fieldset {
            Some(fieldset) if !fieldset.described_by.is_empty() => &fieldset.described_by,
            _ => self.described_by,
        };
        let around = Around::of(self.id_prefix, inherited, self.hint, self.error);
        let kind = self.kind.name;
        let content = html! {
            (around.hint_and_error)
            div class=(classes(&format!("govuk-{kind}"), &[self.classes])) data-module={ "govuk-" (kind) } {
                @for (n, item) in (1..).zip(self.items) { (self.item(n, item, &around)) }
            }
        };
        let content = match self.fieldset {
            Some(fieldset) => fieldset.around(around.described_by.as_deref(), &content),
            None => content,
        };
        form_group(around.has_error, "", &content)
    }

    fn item(&self, n: usize, item: &Choice, around: &Around) -> Markup {
        let kind = self.kind.name;
        if let Some(divider) = &item.divider {
            return html! { div class={ "govuk-" (kind) "__divider" } { (divider) } };
        }
        let id = item.id.clone().unwrap_or_else(|| match n {
            1 => self.id_prefix.to_owned(),
            n => format!("{}-{n}", self.id_prefix),
        });
        let hint_id = format!("{id}-item-hint");
        let checked =
            item.checked.unwrap_or_else(|| item.value.as_ref().is_some_and(self.is_chosen));
        let conditional_id = format!("conditional-{id}");
        let controls = item.conditional.as_ref().map(|_| conditional_id.as_str());
        // Without a fieldset, each checkbox is itself described by the error and the hint.
        let own = around
            .described_by
            .as_deref()
            .filter(|_| self.fieldset.is_none() && self.kind.input == ANY.input);
        let described: Vec<&str> =
            own.into_iter().chain(item.hint.as_ref().map(|_| hint_id.as_str())).collect();
        let described_by = (!described.is_empty()).then(|| described.join(" "));
        html! {
            div class={ "govuk-" (kind) "__item" } {
                input class={ "govuk-" (kind) "__input" } id=(id)
                    name=(item.name.as_deref().unwrap_or(self.name)) type=(self.kind.input)
                    value=[item.value.as_ref().map(|v| v.0.as_str())] checked[checked]
                    disabled[item.disabled] data-aria-controls=[controls]
                    data-behaviour=[&item.behaviour] aria-describedby=[described_by];
                label class={ "govuk-label govuk-" (kind) "__label" } for=(id) { (item.text) }
                @if let Some(hint) = &item.hint {
                    div id=(hint_id) class={ "govuk-hint govuk-" (kind) "__hint" } { (hint.text) }
                }
            }
            @if let Some(conditional) = &item.conditional {
                @let hidden = if checked { String::new() } else { format!("govuk-{kind}__conditional--hidden") };
                div class=(classes(&format!("govuk-{kind}__conditional"), &[&hidden])) id=(conditional_id) {
                    (conditional.html)
                }
            }
        }
    }
}
