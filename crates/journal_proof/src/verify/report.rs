//! What a verification comes to, to be read by people.

use std::fmt;

use super::Finding;
use crate::{key::Seconds, note::KeyName};

/// How many findings are listed; the others are counted.
const MOST_FINDINGS: usize = 200;

/// Where the first wrong entry stands: not before `from` and not after `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The first number that it can have.
    pub from: u64,
    /// The last.
    pub to: u64,
}

impl Place {
    /// The number, where there is no doubt.
    #[must_use]
    pub fn exactly(self) -> Option<u64> {
        (self.from == self.to).then_some(self.from)
    }
}

/// The largest checkpoint that enough witnesses co-signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastCosigned {
    /// Of how many entries.
    pub size: u64,
    /// By whom, and when.
    pub by: Vec<(KeyName, Seconds)>,
}

/// What was found. Written in plain English.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The number of the last entry that came.
    pub entries: u64,
    /// Entries 1 to this are as the witnesses saw them.
    pub protected: u64,
    /// The last checkpoint that was co-signed, met or not.
    pub cosigned: Option<LastCosigned>,
    /// Where the first wrong entry stands. Nothing when none is, or only checkpoints are wrong.
    /// Behind the protected entries it supposes that the checkpoint or the stored hash which
    /// differs is right, and the entries are not.
    pub first: Option<Place>,
    /// What is wrong, as it was found.
    pub findings: Vec<Finding>,
    /// How many more findings are not listed.
    pub not_listed: u64,
}

impl Report {
    /// Whether nothing is wrong. Of entries that are not protected that says little.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// The entries that a change would not be found in: after the last co-signed checkpoint that
    /// was met.
    #[must_use]
    pub fn unprotected(&self) -> Option<Place> {
        (self.protected < self.entries)
            .then(|| Place { from: self.protected + 1, to: self.entries })
    }

    pub(super) fn found(&mut self, finding: Finding) {
        if let (Some(Finding::Missing { last, .. }), Finding::Missing { first, last: more }) =
            (self.findings.last_mut(), &finding)
            && *last + 1 == *first
        {
            *last = *more;
        } else if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.not_listed += 1;
        }
    }

    /// Says where the first wrong entry stands, unless that is known.
    pub(super) fn first_is_within(&mut self, from: u64, to: u64) {
        self.first.get_or_insert(Place { from: from.min(to), to });
    }

    /// Says that the first wrong entry is this one, if no earlier one is.
    pub(super) fn first_is_at_most(&mut self, seq: u64) {
        let first = self.first.get_or_insert(Place { from: seq, to: seq });
        *first = Place { from: first.from.min(seq), to: first.to.min(seq) };
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_sound() {
            writeln!(f, "Nothing wrong was found in {}.", entries(self.entries))?;
        } else {
            writeln!(f, "THE JOURNAL OR ITS PROOF WAS CHANGED.")?;
            self.first_wrong(f)?;
            for finding in &self.findings {
                writeln!(f, "- {finding}")?;
            }
            if self.not_listed > 0 {
                writeln!(f, "- And {} more findings.", self.not_listed)?;
            }
        }
        self.protection(f)
    }
}

impl Report {
    fn first_wrong(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first {
            None => writeln!(f, "No entry is known to be wrong."),
            Some(Place { from, to }) if from == to => {
                writeln!(f, "The first wrong entry is {from}.")
            }
            Some(Place { from, to }) => {
                writeln!(f, "The first wrong entry is one of {from} to {to}.")
            }
        }
    }

    fn protection(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cosigned {
            None => writeln!(f, "No checkpoint was co-signed by enough witnesses.")?,
            Some(LastCosigned { size, by }) => {
                let names: Vec<_> = by.iter().map(|(name, _)| name.to_string()).collect();
                let names = names.join(", ");
                writeln!(f, "The last co-signed checkpoint is of {}, by {names}.", entries(*size))?;
            }
        }
        match self.protected {
            0 => writeln!(f, "No entry is proven to be as the witnesses saw it.")?,
            1 => writeln!(f, "Entry 1 is as the witnesses saw it.")?,
            last => writeln!(f, "Entries 1 to {last} are as the witnesses saw them.")?,
        }
        match self.unprotected() {
            None => Ok(()),
            Some(Place { from, to }) if from == to => {
                writeln!(f, "Entry {from} is not protected: a change in it may not be found.")
            }
            Some(Place { from, to }) => writeln!(
                f,
                "Entries {from} to {to} are not protected: a change in them may not be found."
            ),
        }
    }
}

fn entries(number: u64) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}
