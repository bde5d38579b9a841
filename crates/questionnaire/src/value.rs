//! What a typed answer means, or why it means nothing, in words that say what to do.

use std::cmp::Ordering;

use crate::{
    answers::Answers,
    enabled::ordering,
    item::{Expected, Item, Kind},
    moments,
};

/// The meaning of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Is(bool),
    Integer(i64),
    Decimal(f64),
    /// ISO: a day, or as much of one as was known (`2015`, `2015-03`).
    Date(String),
    /// Text, a web address, a time or a moment, as FHIR spells them.
    Text(String),
    /// A code of the item's options.
    Code(String),
}

/// How long a line and a text may be when the item does not say, in characters.
const LINE: usize = 200;
const TEXT: usize = 5000;

impl Item {
    /// What the field means; nothing when nothing was answered.
    ///
    /// # Errors
    /// In words that say what to do.
    pub fn values(&self, field: &str, answers: &Answers) -> Result<Vec<Value>, String> {
        let values: Vec<Value> = if self.kind == Kind::Date {
            self.date(field, answers)?.map(Value::Date).into_iter().collect()
        } else {
            answers.all(field).iter().map(|t| self.value(t)).collect::<Result<_, _>>()?
        };
        if values.len() > 1 && !self.repeats {
            return Err(format!("Give only one answer to “{}”", self.text));
        }
        values.iter().try_for_each(|value| self.in_bounds(value))?;
        Ok(values)
    }

    fn value(&self, typed: &str) -> Result<Value, String> {
        let subject = self.subject();
        let refuse = |what: &str| Err(format!("Enter {subject} as {what}"));
        match self.kind {
            Kind::Boolean => match typed {
                "yes" | "true" => Ok(Value::Is(true)),
                "no" | "false" => Ok(Value::Is(false)),
                _ => Err(format!("Choose yes or no for “{}”", self.text)),
            },
            Kind::Integer => match typed.parse::<i32>() {
                Ok(number) => Ok(Value::Integer(number.into())),
                Err(_) => refuse("a whole number, like 9"),
            },
            Kind::Decimal => match typed.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Value::Decimal(number)),
                _ => refuse("a number, like 9.5"),
            },
            Kind::Time => match moments::time(typed) {
                Some(time) => Ok(Value::Text(time)),
                None => refuse("a time, like 14:30"),
            },
            Kind::DateTime => match moments::moment(typed) {
                Some(moment) => Ok(Value::Text(moment)),
                None => refuse("a date and time, like 27 3 2015 14:30"),
            },
            Kind::Url if !is_web_address(typed) => {
                refuse("a full web address, like https://example.org")
            }
            Kind::Choice | Kind::OpenChoice if self.options.iter().any(|(c, _)| c == typed) => {
                Ok(Value::Code(typed.to_owned()))
            }
            Kind::Choice => Err(format!("Choose one of the answers to “{}”", self.text)),
            _ => self.text(typed).map(Value::Text),
        }
    }

    /// How long an answer may be, in characters.
    pub fn longest(&self) -> usize {
        self.max_length.unwrap_or(if self.kind == Kind::Text { TEXT } else { LINE })
    }

    fn text(&self, typed: &str) -> Result<String, String> {
        let most = self.longest();
        let least = self.min_length.unwrap_or(0);
        let length = typed.chars().count();
        let subject = capital(&self.subject());
        let refuse = |bound: usize, which: &str| {
            let (bound, length) = (thousands(bound), thousands(length));
            Err(format!("{subject} must be {bound} characters or {which}: you have {length}"))
        };
        match length {
            _ if length > most => refuse(most, "fewer"),
            _ if length < least => refuse(least, "more"),
            _ => Ok(typed.to_owned()),
        }
    }

    fn in_bounds(&self, value: &Value) -> Result<(), String> {
        let lies = |bound: &Expected, side| ordering(value, bound, self) == Some(side);
        let refuse = |bound: &Expected, of_numbers: &str, of_days: &str| {
            let bound = match bound {
                Expected::Text(day) => format!("{} or {of_days}", moments::in_words(day)),
                number => format!("{number} or {of_numbers}"),
            };
            Err(format!("{} must be {bound}", capital(&self.subject())))
        };
        match (&self.min, &self.max) {
            (Some(min), _) if lies(min, Ordering::Less) => refuse(min, "more", "later"),
            (_, Some(max)) if lies(max, Ordering::Greater) => refuse(max, "less", "earlier"),
            _ => Ok(()),
        }
    }

    fn date(&self, field: &str, answers: &Answers) -> Result<Option<String>, String> {
        let part = |name: &str| answers.get(&format!("{field}.{name}"));
        let [day, month, year] = ["day", "month", "year"].map(part);
        let date = moments::date(day, month, year, self.partial_date);
        date.map_err(|problem| format!("{} must {problem}", capital(&self.subject())))
    }

    /// What the item asks for, to stand inside a sentence.
    fn subject(&self) -> String {
        if self.short.is_none() && self.text.ends_with('?') {
            return format!("your answer to “{}”", self.text);
        }
        let text = self.short.as_deref().unwrap_or(&self.text).trim_end_matches(['.', ':']);
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| {
            let rest = letters.as_str();
            // An acronym keeps its capitals.
            if rest.starts_with(char::is_uppercase) {
                text.to_owned()
            } else {
                first.to_lowercase().chain(rest.chars()).collect()
            }
        })
    }
}

/// Only the web: an address that could run a script is none.
fn is_web_address(typed: &str) -> bool {
    let rest = typed.strip_prefix("https://").or(typed.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.starts_with(char::is_alphanumeric) && !rest.contains(char::is_whitespace)
    })
}

/// `10,000`.
fn thousands(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", thousands(number / 1000), number % 1000),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
