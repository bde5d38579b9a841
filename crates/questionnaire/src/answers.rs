//! What was answered so far, as it was typed. A draft may hold what makes no sense yet: it is
//! kept, shown again, and judged when it matters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Answers by field: `given-name`, `children[0].given-name`, `children[0].born.day`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Vec<String>>);

impl Answers {
    /// How often a group can be repeated. More is a mistake or an attack.
    pub const MOST_REPETITIONS: usize = 100;

    /// What was typed into a field; empty when nothing was.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).and_then(|v| v.first()).map_or("", String::as_str)
    }

    /// Everything that was chosen in a field.
    pub fn all(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// Sets what was typed into a field; what is empty is taken away.
    pub fn set(&mut self, field: &str, values: Vec<String>) {
        let values: Vec<String> =
            values.into_iter().map(|v| clean(&v)).filter(|v| !v.is_empty()).collect();
        if values.is_empty() {
            self.0.remove(field);
        } else {
            self.0.insert(field.to_owned(), values);
        }
    }

    /// Whether anything under that prefix was answered.
    pub fn has_any(&self, prefix: &str) -> bool {
        self.under(prefix).next().is_some()
    }

    /// Takes away everything under that prefix.
    pub fn remove(&mut self, prefix: &str) {
        self.0.retain(|field, _| !is_under(field, prefix));
    }

    /// How often a group has been repeated: one more than the highest number that was used.
    pub fn repetitions(&self, group: &str) -> usize {
        let start = format!("{group}[");
        self.0
            .keys()
            .filter_map(|field| {
                field.strip_prefix(&start)?.split(']').next()?.parse::<usize>().ok()
            })
            .filter(|number| *number < Self::MOST_REPETITIONS)
            .max()
            .map_or(0, |last| last + 1)
    }

    /// Takes a repetition away and moves the later ones up.
    pub fn remove_repetition(&mut self, group: &str, index: usize) {
        let start = format!("{group}[");
        let moved = |field: &str| -> Option<(usize, String)> {
            let (number, rest) = field.strip_prefix(&start)?.split_once(']')?;
            Some((number.parse().ok()?, rest.to_owned()))
        };
        let before = std::mem::take(&mut self.0);
        for (field, values) in before {
            match moved(&field) {
                Some((n, _)) if n == index => {}
                Some((n, rest)) if n > index => {
                    self.0.insert(format!("{group}[{}]{rest}", n - 1), values);
                }
                _ => {
                    self.0.insert(field, values);
                }
            }
        }
    }

    /// Every field under that prefix, with what was typed.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [String])> {
        self.0
            .iter()
            .filter(move |(field, _)| is_under(field, prefix))
            .map(|(field, values)| (field.as_str(), values.as_slice()))
    }

    /// The fields in which two sets of answers differ.
    pub fn differing<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let mut fields: Vec<&str> = self
            .0
            .keys()
            .chain(other.0.keys())
            .filter(|f| self.0.get(*f) != other.0.get(*f))
            .map(String::as_str)
            .collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }
}

fn is_under(field: &str, prefix: &str) -> bool {
    field.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Without the space around it and without control characters other than line breaks; a tab
/// becomes a space. Nothing else is changed: names are as people write them.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    trimmed(&text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>()).to_owned()
}

/// A text without the space around it, also that which nobody sees: a name of nothing but joiners is
/// none.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

/// Whether a character shows nothing. Between letters some of them have a meaning, around a text none.
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}')
}
