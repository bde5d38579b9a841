//! The values that options have in the design system's fixtures: text, numbers and booleans that
//! stand for text, and HTML that is already safe.

use maud::{Markup, PreEscaped, Render, html};
use serde::{Deserialize, Deserializer, de};

/// Text, also where a fixture writes a number or a boolean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Text;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text, a number or a boolean")
            }
            fn visit_str<E>(self, v: &str) -> Result<Text, E> {
                Ok(Text(v.to_owned()))
            }
            fn visit_u64<E>(self, v: u64) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_bool<E>(self, v: bool) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Render for Text {
    fn render(&self) -> Markup {
        html! { (self.0) }
    }
}

/// HTML that was made by components.
#[derive(Debug, Clone, Default)]
pub struct Html(pub String);

impl<'de> Deserialize<'de> for Html {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl From<Markup> for Html {
    fn from(markup: Markup) -> Self {
        Self(markup.into_string())
    }
}

impl Render for Html {
    fn render(&self) -> Markup {
        PreEscaped(self.0.clone())
    }
}

/// A class and, if there are any, further classes.
pub(crate) fn classes(first: &str, more: &[&str]) -> String {
    let more = more.iter().filter(|c| !c.is_empty());
    std::iter::once(&first).chain(more).copied().collect::<Vec<_>>().join(" ")
}
