//! The timescale calculator: a code and what was typed after it become an answer with its
//! working and the days that were left out. It never pretends: where the calendar knows nothing of
//! bank holidays, the answer says so.

use std::fmt;

use super::{
    Rule, Timescale,
    read::{DueError, Typed, day, moment, offset_text},
    skipped::{self, Skipped, Why},
    table::{TIMESCALES, timescale},
};
use crate::calendar::{Calendar, Day, LONDON, Moment, Within, day_of, start_of};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A day: the limit, or the day on which something is so.
    Day(Day),
    /// A moment, where the length is counted in elapsed time.
    Moment(Moment),
    /// A word of the rule's own.
    Words(String),
}

/// To the letter, as `sightline due` prints it and figures take it.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Moment(moment) => f.write_str(&written(*moment)),
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub found: Found,
    /// The day by which somebody must act, where that is earlier.
    pub act_by: Option<Day>,
    /// The days in between that were left out, in order.
    pub skipped: Vec<Skipped>,
    /// How it was found, in words.
    pub working: Vec<String>,
}

impl Answer {
    fn plain(found: Found, working: impl Into<String>) -> Self {
        Self { found, act_by: None, skipped: Vec::new(), working: vec![working.into()] }
    }
}

/// Answers a code with its arguments, as they are typed on a command line.
///
/// # Errors
/// In words that say what to type instead.
pub fn due(code: &str, arguments: &[&str], calendar: &Calendar) -> Result<Answer, DueError> {
    let timescale = timescale(code).ok_or_else(|| unknown(code))?;
    let typed = Typed::read(arguments)?;
    let mut answer = match timescale.rule {
        Rule::Limit(within) | Rule::Begins(within) => {
            limit(&within, typed.one("the day it counts from")?, calendar)?
        }
        Rule::Receipt(within) => receipt(&within, &typed, calendar)?,
        Rule::SchoolDays(n) => school_days(n, &typed, calendar)?,
        Rule::NextOpening => next_opening(&typed, calendar)?,
        Rule::Again { months, yes, no } => again(months, yes, no, &typed, calendar)?,
        Rule::LastedMoreThan(days) => lasted(days, &typed)?,
        Rule::Quarter => quarter(day(typed.one("a day")?)?),
        Rule::YearlyReport => yearly_report(day(typed.one("the last day of the year")?)?)?,
        Rule::Age(age) => reaches(age, day(typed.one("the date of birth")?)?)?,
    };
    if typed.from_awareness {
        answer.working.push("Counted from awareness, the strict local reading.".to_owned());
    }
    warn_of_holidays(timescale, &mut answer, &typed, calendar);
    answer.working.push(format!("Source: {}.", timescale.source));
    Ok(answer)
}

fn unknown(code: &str) -> DueError {
    let stem = code.split('-').next().unwrap_or(code).to_uppercase();
    let near: Vec<_> = TIMESCALES.iter().map(|t| t.code).filter(|c| c.starts_with(&stem)).collect();
    let codes = if near.is_empty() { TIMESCALES.iter().map(|t| t.code).collect() } else { near };
    DueError(format!("There is no timescale “{code}”. Did you mean one of {}?", codes.join(", ")))
}

fn limit(within: &Within, from: &str, calendar: &Calendar) -> Result<Answer, DueError> {
    if within.needs_a_moment() {
        let from = moment(from)?;
        let limit = within.limit(from, calendar);
        let working = format!(
            "{} of elapsed time after {}: bank holidays and clock changes don’t move it.",
            within.describe(),
            moment_said(from)
        );
        return Ok(Answer::plain(Found::Moment(limit.breach_at), working));
    }
    counted(within, day(from)?, calendar)
}

fn counted(within: &Within, from: Day, calendar: &Calendar) -> Result<Answer, DueError> {
    let on = within.day(from, calendar);
    let act_by = within.limit(start_of(from), calendar).act_by;
    let skipped = skipped::between(within, from, on, act_by, calendar);
    let mut working = vec![format!("{}, counted from {}.", within.describe(), said(from))];
    let holidays: Vec<_> = skipped
        .iter()
        .filter_map(|s| match &s.why {
            Why::BankHoliday(name) => Some(format!("{} {name}", said(s.first))),
            Why::Weekend | Why::SchoolHoliday => None,
        })
        .collect();
    if !holidays.is_empty() {
        working.push(format!("Bank holidays in between: {}.", holidays.join("; ")));
    }
    let caveat = calendar.caveat(within, from, on);
    working.extend(caveat.map(|caveat| format!("{caveat}: load a newer list, or count by hand.")));
    Ok(Answer { found: Found::Day(on), act_by, skipped, working })
}

fn receipt(within: &Within, typed: &Typed, calendar: &Calendar) -> Result<Answer, DueError> {
    let text = typed.one("when it was received")?;
    let received = if text.contains(['T', ' ']) { moment(text)? } else { start_of(day(text)?) };
    if !typed.out_of_hours_next_day || calendar.hub_is_open(received) {
        let mut answer = counted(within, day_of(received), calendar)?;
        answer
            .working
            .push("Day 1 is the next working day after receipt, in or out of hours.".into());
        return Ok(answer);
    }
    let counts_from = calendar.working_day_after(day_of(received), 1);
    let mut answer = counted(within, counts_from, calendar)?;
    answer.working.push(format!(
        "Received outside hub hours, so it counts as received on {} (local reading).",
        said(counts_from)
    ));
    Ok(answer)
}

fn term_calendar(typed: &Typed) -> Result<&str, DueError> {
    typed.calendar.as_deref().ok_or_else(|| {
        DueError::new("Name the setting’s terms, like --calendar lancashire-2025-26")
    })
}

fn is_school_day(name: &str, day: Day, calendar: &Calendar) -> Result<bool, DueError> {
    calendar.is_school_day(name, day).map_err(|e| DueError(e.to_string()))
}

fn school_days(n: u32, typed: &Typed, calendar: &Calendar) -> Result<Answer, DueError> {
    let name = term_calendar(typed)?;
    let mut at = day(typed.one("the first day of absence")?)?;
    let first = at;
    let mut counted = 0;
    loop {
        counted += u32::from(is_school_day(name, at, calendar)?);
        if counted == n {
            let working =
                format!("School day {n} of absence, the first from {} being day 1.", said(first));
            let skipped = skipped::no_school(name, first, at, calendar);
            return Ok(Answer { skipped, ..Answer::plain(Found::Day(at), working) });
        }
        at = next(at)?;
    }
}

/// When schools open: an incident in the small hours is due that same morning.
const OPENING: jiff::civil::Time = jiff::civil::time(9, 0, 0, 0);

fn next_opening(typed: &Typed, calendar: &Calendar) -> Result<Answer, DueError> {
    let name = term_calendar(typed)?;
    let incident = moment(typed.one("the moment of the incident")?)?;
    let wall = incident.to_zoned(LONDON.clone());
    let first = if wall.time() < OPENING { wall.date() } else { next(wall.date())? };
    let mut at = first;
    while !is_school_day(name, at, calendar)? {
        at = next(at)?;
    }
    let working = "The setting’s first opening after the incident. The duty is to tell it as soon \
                   as reasonably practicable: send it now.";
    let skipped = skipped::no_school(name, first, at, calendar);
    Ok(Answer { skipped, ..Answer::plain(Found::Day(at), working) })
}

fn next(day: Day) -> Result<Day, DueError> {
    day.tomorrow().map_err(|_| DueError::new("The calendar ends before the answer"))
}

fn again(
    months: u32,
    yes: &str,
    no: &str,
    typed: &Typed,
    calendar: &Calendar,
) -> Result<Answer, DueError> {
    let (earlier, later) = typed.two("the earlier date", "the later date")?;
    let last = crate::calendar::months(months).day(earlier, calendar);
    let answer = if later <= last { yes } else { no };
    let (earlier, last) = (said(earlier), said(last));
    let working = format!("{months} months from {earlier} run to {last}, that day included.");
    Ok(Answer::plain(Found::Words(answer.to_owned()), working))
}

fn lasted(days: i32, typed: &Typed) -> Result<Answer, DueError> {
    let (start, end) = typed.two("the first day", "the last day")?;
    let lasted = start.until(end).map_err(|e| DueError(e.to_string()))?.get_days() + 1;
    let answer = if lasted > days { "counts" } else { "does not count" };
    let working = format!("{lasted} days, the last included; more than {days} count.");
    Ok(Answer::plain(Found::Words(answer.to_owned()), working))
}

fn quarter(day: Day) -> Answer {
    let (year, quarter) = match day.month() {
        1..=3 => (day.year() - 1, 4),
        month => (day.year(), (month - 1) / 3),
    };
    let answer = format!("{year}-{:02} Q{quarter}", (year + 1).rem_euclid(100));
    Answer::plain(Found::Words(answer), "The financial year begins on 1 April.")
}

fn yearly_report(end: Day) -> Result<Answer, DueError> {
    let mut report = Day::new(end.year(), 9, 30).map_err(|e| DueError(e.to_string()))?;
    if report <= end {
        report = Day::new(end.year() + 1, 9, 30).map_err(|e| DueError(e.to_string()))?;
    }
    let working = format!("The 30 September that follows {}.", said(end));
    Ok(Answer::plain(Found::Day(report), working))
}

fn reaches(age: i16, born: Day) -> Result<Answer, DueError> {
    let year = born.year() + age;
    let birthday = Day::new(year, born.month(), born.day())
        .or_else(|_| Day::new(year, 3, 1))
        .map_err(|e| DueError(e.to_string()))?;
    let working = format!(
        "Age {age} is reached at the start of the birthday; born on 29 February, on 1 March of an ordinary year."
    );
    Ok(Answer::plain(Found::Day(birthday), working))
}

/// A family's review that falls into the school holidays is only warned of.
fn warn_of_holidays(
    timescale: &Timescale,
    answer: &mut Answer,
    typed: &Typed,
    calendar: &Calendar,
) {
    if timescale.code != "TAF-REV" {
        return;
    }
    let Found::Day(on) = answer.found else { return };
    let warning = match typed.calendar.as_deref() {
        Some(name) if calendar.is_school_day(name, on) == Ok(true) => return,
        Some(name) => {
            format!("{} is no school day by {name}: agree another day with the family.", said(on))
        }
        None => "Check that it does not fall into the school holidays.".to_owned(),
    };
    answer.working.push(warning);
}

/// A day in a sentence: `Monday 18 March 2024`.
fn said(day: Day) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// A moment in a sentence, as the clocks in London show it.
fn moment_said(moment: Moment) -> String {
    let at = moment.to_zoned(LONDON.clone());
    format!("{} at {}", said(at.date()), at.strftime("%-I:%M%P"))
}

/// A moment with its offset in London.
fn written(moment: Moment) -> String {
    let at = moment.to_zoned(LONDON.clone());
    let format = if at.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    format!("{}{}", at.strftime(format), offset_text(at.offset()))
}
