//! How many records somebody opens within an hour. At work it is a few dozen; a script that somebody let
//! loose, or a thief with their session, opens as many as there are. Past forty they come slowly. Past a
//! hundred and fifty none comes, the privacy officers of their agency are told, and whoever it was says
//! why, with a second step of their own, before more do (threat model, V11).
//!
//! It is counted in memory, by person, over all their sessions. It refuses to stop a change, an emergency,
//! a danger that nobody has read, what somebody sent themselves, and the platform.

pub mod pages;
pub mod stopping;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use need_to_know::{Action, HOUR, Pace, pace};
use tokio::time::Instant;
use uuid::Uuid;

use crate::ids::StaffId;

/// How a look counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// As the record that it opens, unless something of it was opened within the hour: the pages of one
    /// child are one.
    Once,
    /// The same, unless all of it was: it shows several beside each other.
    All,
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
            | Action::ReadItem
            | Action::SeeDealtWith
            | Action::Screen
            | Action::SeeWhoMay
            | Action::SeeWhoLooked
            | Action::ShareWithFamily
            | Action::KeepAway
            | Action::Restrict
            | Action::AddToAccount
            | Action::AnswerDataRequests => Self::Once,
            Action::SearchPeople => Self::Names,
            _ => Self::Not,
        }
    }
}

/// How many names are as good as a record.
const NAMES: usize = 10;

/// What everybody opened within the last hour.
#[derive(Debug, Default)]
pub struct Paces(Mutex<HashMap<StaffId, Opened>>);

/// What somebody opened: when (seconds since 1970) they saw each first.
#[derive(Debug, Default)]
struct Opened {
    /// Whether they were stopped, and have not said why yet.
    is_stopped: bool,
    /// When the next slow look may be shown.
    next: Option<Instant>,
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
            Counts::All => subjects.iter().all(|id| self.seen.contains_key(id)),
            Counts::Names => subjects.iter().all(|id| self.names.contains_key(id)),
            Counts::Not => true,
        }
    }

    fn take(&mut self, how: Counts, subjects: &[Uuid], now: i64) {
        match how {
            Counts::Once | Counts::All => {
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
    /// Those who were stopped before the server started, and have not said why since.
    pub fn with_stopped(stopped: impl IntoIterator<Item = StaffId>) -> Self {
        let stopped = stopped.into_iter();
        let opened = |staff| (staff, Opened { is_stopped: true, ..Opened::default() });
        Self(Mutex::new(stopped.map(opened).collect()))
    }

    /// Remembers what somebody may open however many they opened: its other pages are open, too.
    pub fn let_open(&self, staff: StaffId, subjects: &[Uuid], now: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = all.entry(staff).or_default();
        opened.forgets(now);
        opened.seen.extend(subjects.iter().map(|id| (*id, now)));
    }

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
        let pace = if opened.is_stopped { Pace::Stop } else { pace(&opened.moments(), now) };
        match pace {
            Pace::Stop => opened.is_stopped = true,
            Pace::Free | Pace::Slow => opened.take(how, subjects, now),
        }
        pace
    }

    /// Whether somebody was stopped, and has not said why yet.
    pub fn is_stopped(&self, staff: StaffId) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&staff).is_some_and(|opened| opened.is_stopped)
    }

    /// When a slow look of somebody may be shown: one after the other, however many they ask for at once.
    pub fn shown_at(&self, staff: StaffId, slows_by: Duration) -> Instant {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = all.entry(staff).or_default();
        let now = Instant::now();
        let at = opened.next.map_or(now, |next| next.max(now)) + slows_by;
        opened.next = Some(at);
        at
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
