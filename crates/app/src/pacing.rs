//! How many records somebody opens within an hour. At work it is a few dozen; a script that somebody let
//! loose, or a thief with their session, opens as many as there are. Past forty they come slowly. Past a
//! hundred and fifty none comes, the privacy officers of their agency are told, and whoever it was says
//! why, with a second step of their own, before more do (threat model, V11).
//!
//! It is counted in memory, by person, over all their sessions. It refuses to stop a change, an emergency,
//! or whoever is asked nothing: the platform.

pub mod pages;
pub mod stopping;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use need_to_know::{Action, Pace, pace};
use uuid::Uuid;

use crate::ids::StaffId;

/// How a look counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// As the record that it opens, unless something that it is about was seen within the hour: the
    /// pages of one child are one.
    Once,
    /// As the names that it lists: ten are as good as a record.
    Names,
    /// Not: it lists one's own work, or what a queue holds.
    Not,
}

impl Counts {
    /// As what it shows counts by itself.
    pub const fn of(action: Action) -> Self {
        match action {
            Action::ReadContact
            | Action::ReadChild
            | Action::RevealProtected
            | Action::Screen
            | Action::SeeWhoMay
            | Action::SeeWhoLooked
            | Action::ShareWithFamily
            | Action::KeepAway
            | Action::Restrict
            | Action::AddToAccount => Self::Once,
            Action::SearchPeople => Self::Names,
            _ => Self::Not,
        }
    }
}

/// How long what was seen counts, in seconds.
const HOUR: i64 = 3600;
/// How many names are as good as a record.
const NAMES: usize = 10;

/// What everybody opened within the last hour.
#[derive(Debug, Default)]
pub struct Paces(Mutex<HashMap<StaffId, Opened>>);

/// What somebody opened: when (seconds since 1970) they saw each first.
#[derive(Debug, Default)]
struct Opened {
    records: Vec<i64>,
    seen: HashMap<Uuid, i64>,
    names: HashMap<Uuid, i64>,
}

impl Opened {
    fn forgets(&mut self, now: i64) {
        let counts = |at: i64| at > now - HOUR;
        self.records.retain(|at| counts(*at));
        self.seen.retain(|_, at| counts(*at));
        self.names.retain(|_, at| counts(*at));
    }

    /// The moments that count.
    fn moments(&self) -> Vec<i64> {
        let mut names: Vec<_> = self.names.values().copied().collect();
        names.sort_unstable();
        self.records.iter().copied().chain(names.into_iter().step_by(NAMES)).collect()
    }

    fn is_known(&self, how: Counts, subjects: &[Uuid]) -> bool {
        match how {
            Counts::Once => subjects.iter().any(|id| self.seen.contains_key(id)),
            Counts::Names => subjects.iter().all(|id| self.names.contains_key(id)),
            Counts::Not => true,
        }
    }

    fn take(&mut self, how: Counts, subjects: &[Uuid], now: i64) {
        match how {
            Counts::Once => {
                self.records.push(now);
                self.seen.extend(subjects.iter().map(|id| (*id, now)));
            }
            Counts::Names => {
                for id in subjects {
                    self.names.entry(*id).or_insert(now);
                }
            }
            Counts::Not => {}
        }
    }
}

impl Paces {
    /// Counts a look, and says at what pace it may be shown. One that is stopped is not counted.
    pub fn count(&self, staff: StaffId, how: Counts, subjects: &[Uuid], now: i64) -> Pace {
        if how == Counts::Not || subjects.is_empty() {
            return Pace::Free;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = all.entry(staff).or_default();
        opened.forgets(now);
        if opened.is_known(how, subjects) {
            return Pace::Free;
        }
        let pace = pace(&opened.moments(), now);
        if pace != Pace::Stop {
            opened.take(how, subjects, now);
        }
        pace
    }

    /// Somebody said why: they begin anew.
    pub fn begins_anew(&self, staff: StaffId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&staff);
    }

    /// How many records somebody opened within the hour before.
    pub fn opened(&self, staff: StaffId, now: i64) -> usize {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get_mut(&staff).map_or(0, |opened| {
            opened.forgets(now);
            opened.moments().len()
        })
    }
}
