//! What a typed answer means, or why it means nothing, in words that say what to do.

use jiff::civil::Date;

use crate::{
    answers::Answers,
    item::{Item, Kind},
};

/// The meaning of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Is(bool),
    Integer(i64),
    Decimal(f64),
    /// ISO: a day, or as much of one as was known (`2015`, `2015-03`).
    Date(String),
    Text(String),
    /// A code of the item's options.
    Code(String),
}

/// How long a line and a text may be when the item does not say, in characters.
const LINE: usize = 200;
const TEXT: usize = 5000;

impl Item {
    /// What the field means; `None` when nothing was answered.
    ///
    /// # Errors
    /// In words that say what to do.
    pub fn values(&self, field: &str, answers: &Answers) -> Result<Vec<Value>, String> {
        if self.kind == Kind::Date {
            return self.date(field, answers).map(|d| d.map(Value::Date).into_iter().collect());
        }
        answers.all(field).iter().map(|typed| self.value(typed)).collect()
    }

    fn value(&self, typed: &str) -> Result<Value, String> {
        let subject = self.subject();
        match self.kind {
            Kind::Boolean => match typed {
                "yes" | "true" => Ok(Value::Is(true)),
                "no" | "false" => Ok(Value::Is(false)),
                _ => Err(format!("Choose yes or no for {subject}")),
            },
            Kind::Integer => {
                let number = typed
                    .parse()
                    .map_err(|_| format!("Enter {subject} as a whole number, like 9"))?;
                self.in_bounds(number).map(Value::Integer)
            }
            Kind::Decimal => typed
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite())
                .map(Value::Decimal)
                .ok_or_else(|| format!("Enter {subject} as a number, like 9.5")),
            Kind::Choice => {
                if self.options.iter().any(|(code, _)| code == typed) {
                    Ok(Value::Code(typed.to_owned()))
                } else {
                    Err(format!("Choose one of the answers for {subject}"))
                }
            }
            _ => self.text(typed).map(Value::Text),
        }
    }

    fn text(&self, typed: &str) -> Result<String, String> {
        let most = self.max_length.unwrap_or(if self.kind == Kind::Text { TEXT } else { LINE });
        let length = typed.chars().count();
        if length > most {
            return Err(format!(
                "Shorten your answer to “{}” to {most} characters or fewer: it has {length}",
                self.text
            ));
        }
        Ok(typed.to_owned())
    }

    fn in_bounds(&self, number: i64) -> Result<i64, String> {
        let subject = self.subject();
        match (self.min, self.max) {
            (Some(min), _) if number < min => Err(format!("Enter {subject} as {min} or more")),
            (_, Some(max)) if number > max => Err(format!("Enter {subject} as {max} or less")),
            _ => Ok(number),
        }
    }

    fn date(&self, field: &str, answers: &Answers) -> Result<Option<String>, String> {
        let part = |name: &str| answers.get(&format!("{field}.{name}")).to_owned();
        let (day, month, year) = (part("day"), part("month"), part("year"));
        let subject = capital(&self.subject());
        let number = |text: &str| text.parse::<i8>().ok();
        match (day.is_empty(), month.is_empty(), year.is_empty()) {
            (true, true, true) => return Ok(None),
            (true, true, false) if self.partial_date => {
                return whole_year(&year)
                    .map(|y| Some(format!("{y:04}")))
                    .ok_or_else(|| four(&subject));
            }
            (true, false, false) if self.partial_date => {
                let year = whole_year(&year).ok_or_else(|| four(&subject))?;
                let month = month_number(&month)
                    .ok_or_else(|| format!("{subject} must have a real month, like 3 or March"))?;
                return Ok(Some(format!("{year:04}-{month:02}")));
            }
            (true, ..) => return Err(format!("{subject} must include a day")),
            (_, true, _) => return Err(format!("{subject} must include a month")),
            (_, _, true) => return Err(format!("{subject} must include a year")),
            (false, false, false) => {}
        }
        let year = whole_year(&year).ok_or_else(|| four(&subject))?;
        let real = number(&day)
            .zip(month_number(&month))
            .and_then(|(day, month)| Date::new(year, month, day).ok());
        match real {
            Some(date) => Ok(Some(date.to_string())),
            None => Err(format!("{subject} must be a real date, like 27 3 2015")),
        }
    }

    /// What the item asks for, to stand inside a sentence.
    fn subject(&self) -> String {
        let text = self.text.trim_end_matches(['?', '.', ':']);
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| {
            // An acronym keeps its capitals.
            let rest: String = letters.collect();
            if rest.starts_with(char::is_uppercase) {
                text.to_owned()
            } else {
                first.to_lowercase().chain(rest.chars()).collect()
            }
        })
    }
}

fn four(subject: &str) -> String {
    format!("{subject} must have a year of four digits, like 2015")
}

fn whole_year(text: &str) -> Option<i16> {
    let year = text.parse().ok().filter(|_| text.len() == 4)?;
    (1900..=2100).contains(&year).then_some(year)
}

fn month_number(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Ok(number) = text.parse::<i8>() {
        return (1..=12).contains(&number).then_some(number);
    }
    let name: String = text.to_lowercase().chars().take(3).collect();
    (1..).zip(MONTHS).find(|(_, month)| *month == name).map(|(number, _)| number)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
