//! Reading what was typed after a code: days, moments, and the few options. Whatever can't be
//! read is refused in words that say what to type.

use jiff::{
    civil::DateTime,
    tz::{AmbiguousOffset, Offset},
};

use crate::calendar::{Day, LONDON, Moment};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DueError(pub String);

impl DueError {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

/// What was typed: the days and moments in order, and the options.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub values: Vec<String>,
    pub calendar: Option<String>,
    pub out_of_hours_next_day: bool,
    pub from_awareness: bool,
}

impl Typed {
    pub(super) fn read(arguments: &[&str]) -> Result<Self, DueError> {
        let mut typed = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--out-of-hours-next-day" => typed.out_of_hours_next_day = true,
                "--from-awareness" => typed.from_awareness = true,
                "--calendar" => {
                    let name = rest
                        .next()
                        .ok_or_else(|| DueError::new("Name the term calendar after --calendar"))?;
                    typed.calendar = Some((*name).to_owned());
                }
                option if option.starts_with("--") => {
                    return Err(DueError(format!(
                        "There is no option {option}: the options are --calendar NAME, \
                         --out-of-hours-next-day and --from-awareness"
                    )));
                }
                value => typed.values.push(value.to_owned()),
            }
        }
        Ok(typed)
    }

    /// Exactly one value.
    pub(super) fn one(&self, what: &str) -> Result<&str, DueError> {
        match self.values.as_slice() {
            [one] => Ok(one),
            [] => Err(DueError(format!("Give {what} after the code, like 2026-03-28"))),
            [..] => Err(DueError(format!("Give only {what} after the code"))),
        }
    }

    /// Exactly two days, the earlier first.
    pub(super) fn two(&self, first: &str, second: &str) -> Result<(Day, Day), DueError> {
        let [a, b] = self.values.as_slice() else {
            return Err(DueError(format!("Give {first} and {second} after the code")));
        };
        let (a, b) = (day(a)?, day(b)?);
        if b < a {
            return Err(DueError(format!("{second} ({b}) is before {first} ({a})")));
        }
        Ok((a, b))
    }
}

/// A day, or the day of a moment in London.
pub(super) fn day(text: &str) -> Result<Day, DueError> {
    if let Ok(moment) = text.parse::<Moment>() {
        return Ok(crate::calendar::day_of(moment));
    }
    let date = text.split(['T', ' ']).next().unwrap_or(text);
    let parts: Vec<&str> = date.split('-').collect();
    let well_shaped = matches!(parts.as_slice(), [y, m, d]
        if y.len() == 4 && m.len() == 2 && d.len() == 2
        && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit())));
    if !well_shaped {
        return Err(DueError(format!("“{text}” is not a date: write it like 2026-03-28")));
    }
    if text.len() > date.len() {
        civil(text)?;
    }
    date.parse().map_err(|_| DueError(format!("{date} does not exist: check the day and month")))
}

/// A moment: with an offset, or as the clocks in London show it.
pub(super) fn moment(text: &str) -> Result<Moment, DueError> {
    let text = text.replacen(' ', "T", 1);
    if let Ok(moment) = text.parse::<Moment>() {
        return Ok(moment);
    }
    day(&text)?;
    if !text.contains('T') {
        return Err(DueError(format!(
            "This is counted in hours, so give the time as well, like {text}T12:00"
        )));
    }
    let wall = civil(&text)?;
    let ambiguous = LONDON.to_ambiguous_timestamp(wall);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => {}
        AmbiguousOffset::Gap { before, after } => {
            return Err(DueError(format!(
                "{text} does not exist, since the clocks go forward then: write {} or {}",
                with(wall, before),
                with(wall, after)
            )));
        }
        AmbiguousOffset::Fold { before, after } => {
            return Err(DueError(format!(
                "{text} happens twice, since the clocks go back then: write {} or {}",
                with(wall, before),
                with(wall, after)
            )));
        }
    }
    ambiguous.unambiguous().map_err(|e| DueError(e.to_string()))
}

fn civil(text: &str) -> Result<DateTime, DueError> {
    text.replacen(' ', "T", 1).parse().map_err(|_| {
        DueError(format!("“{text}” is not a date and time: write it like 2026-03-28T12:00"))
    })
}

fn with(wall: DateTime, offset: Offset) -> String {
    format!("{}{}", wall.strftime("%Y-%m-%dT%H:%M"), offset_text(offset))
}

/// An offset as the answers write it: `+01:00`.
pub(super) fn offset_text(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}
