//! What a timescale must be told before it can be answered: a form asks these and no more.

use super::{Rule, Timescale};

/// One thing that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// A day, asked in these words.
    Day(&'static str),
    /// A day and a time of day.
    Moment(&'static str),
    /// A day, and a time of day where it matters.
    Receipt(&'static str),
    /// The terms of the setting.
    Terms,
    /// The terms of the child's school, if there are some: only for a warning.
    TermsIfAny,
    /// Whether receipt out of hours counts as the next working day here.
    OutOfHours,
    /// Whether the day is that of awareness, by the strict local reading.
    Awareness,
}

impl Timescale {
    /// What it asks, in the order in which it is answered.
    pub fn questions(&self) -> Vec<Question> {
        let days = self.asks.iter().copied();
        let mut questions: Vec<_> = match self.rule {
            Rule::Limit(within) | Rule::Begins(within) if within.needs_a_moment() => {
                days.map(Question::Moment).collect()
            }
            Rule::NextOpening => days.map(Question::Moment).collect(),
            Rule::Receipt(_) => days.map(Question::Receipt).collect(),
            _ => days.map(Question::Day).collect(),
        };
        match self.rule {
            Rule::Receipt(_) => questions.push(Question::OutOfHours),
            Rule::SchoolDays(_) | Rule::NextOpening => questions.push(Question::Terms),
            _ => {}
        }
        match self.code {
            "RR-15WD" => questions.push(Question::Awareness),
            "TAF-REV" => questions.push(Question::TermsIfAny),
            _ => {}
        }
        questions
    }
}
