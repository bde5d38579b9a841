//! The looks of four weeks, sorted so that the rules can compare: for each person the children
//! they opened without a reason on record, on which days; and what everybody does of that.

use std::collections::{BTreeMap, BTreeSet};

use practice::calendar::Day;

use super::{Look, Need, WINDOW, Who, Whom, days_between};

/// What was seen up to a day.
pub struct Seen {
    /// The day under review.
    pub day: Day,
    /// Everybody who looked at anything.
    pub lookers: BTreeMap<Who, Looker>,
    again: [Again; 2],
    /// How many unexplained looks at night a day brings to somebody who does not work then.
    pub nights: f64,
    /// A high number of children opened without a reason, on one day by one person: the one that
    /// 95 of 100 days stay below.
    pub many: usize,
}

/// One person's looks.
#[derive(Default)]
pub struct Looker {
    /// The children whom they opened without a reason on record.
    pub children: BTreeMap<Whom, Opened>,
    /// The days on which they looked at anything, with what was unexplained.
    pub days: BTreeMap<Day, Daily>,
    again: [Again; 2],
}

/// One child as opened by one person without a reason on record.
#[derive(Default)]
pub struct Opened {
    /// When their work with the child ended, where they had any.
    pub ended: Option<Day>,
    /// On which days.
    pub days: BTreeSet<Day>,
}

/// One person's day.
#[derive(Default)]
pub struct Daily {
    /// The children opened without a reason on record.
    pub children: BTreeSet<Whom>,
    /// Of them, those at night.
    pub at_night: BTreeSet<Whom>,
    /// Whether they looked at anything at night, with a reason or without.
    pub works_at_night: bool,
}

/// How often people come back to what they opened without a reason on record.
#[derive(Default, Clone, Copy)]
struct Again {
    days: usize,
    back: usize,
}

/// Before anything is known: one in four, as though twenty had been seen.
const BEFORE: (f64, f64) = (5.0, 20.0);
/// How much everybody's habit weighs beside a person's own, in days.
const OTHERS: f64 = 20.0;
/// Somebody works at night who did on so many days of the window.
const NIGHTS_OF_A_NIGHT_WORKER: usize = 3;

impl Again {
    fn add(&mut self, days: usize) {
        self.days += days;
        self.back += days.saturating_sub(1);
    }

    fn without(self, days: usize) -> Self {
        Self {
            days: self.days.saturating_sub(days),
            back: self.back.saturating_sub(days.saturating_sub(1)),
        }
    }

    /// The share of days after which another followed, where the belief was that before.
    fn share(self, (back, days): (f64, f64)) -> f64 {
        (self.back as f64 + back) / (self.days as f64 + days)
    }
}

impl Opened {
    /// Which habit it is compared with: coming back to somebody new, or to an old case.
    fn habit(&self) -> usize {
        usize::from(self.ended.is_some())
    }
}

impl Looker {
    /// How many children they opened without a reason on record that are like this one: old cases,
    /// or others.
    pub fn like(&self, opened: &Opened) -> usize {
        self.children.values().filter(|other| other.habit() == opened.habit()).count()
    }

    /// The days other than that one.
    fn others(&self, day: Day) -> impl Iterator<Item = &Daily> {
        self.days.iter().filter(move |(other, _)| **other != day).map(|(_, daily)| daily)
    }

    /// The most children that they opened without a reason on record on any other day.
    pub fn most_but_on(&self, day: Day) -> usize {
        self.others(day).map(|daily| daily.children.len()).max().unwrap_or(0)
    }

    /// On how many other days they worked at night.
    pub fn nights_but_on(&self, day: Day) -> usize {
        self.others(day).filter(|daily| daily.works_at_night).count()
    }

    /// Whether nights are usual for them, this one apart.
    pub fn works_at_night_but_on(&self, day: Day) -> bool {
        self.nights_but_on(day) >= NIGHTS_OF_A_NIGHT_WORKER
    }
}

impl Seen {
    /// Sorts what was seen in the window that ends with that day.
    pub fn until(day: Day, looks: &[Look]) -> Self {
        let mut lookers: BTreeMap<Who, Looker> = BTreeMap::new();
        for look in looks {
            if (0..WINDOW).contains(&days_between(look.day, day)) {
                lookers.entry(look.who).or_default().take_in(look);
            }
        }
        let mut again = [Again::default(); 2];
        for looker in lookers.values_mut() {
            for opened in looker.children.values() {
                looker.again[opened.habit()].add(opened.days.len());
                again[opened.habit()].add(opened.days.len());
            }
        }
        let nights = usual_nights(day, &lookers);
        let many = high_number(day, &lookers);
        Self { day, lookers, again, nights, many }
    }

    /// How likely it is that this person, in ordinary work, comes back to a child on as many days
    /// as they did to this one: the higher of everybody's habit and their own, both without this
    /// child, once for each day after the first.
    pub fn comes_back(&self, looker: &Looker, opened: &Opened) -> f64 {
        let (habit, days) = (opened.habit(), opened.days.len());
        let everybodys = self.again[habit].without(days).share(BEFORE);
        let own = looker.again[habit].without(days).share((everybodys * OTHERS, OTHERS));
        let power = i32::try_from(days.saturating_sub(1)).unwrap_or(i32::MAX);
        everybodys.max(own).powi(power)
    }
}

impl Looker {
    fn take_in(&mut self, look: &Look) {
        let daily = self.days.entry(look.day).or_default();
        daily.works_at_night |= look.is_at_night();
        if !look.is_unexplained() {
            return;
        }
        daily.children.insert(look.child);
        if look.is_at_night() {
            daily.at_night.insert(look.child);
        }
        let opened = self.children.entry(look.child).or_default();
        opened.days.insert(look.day);
        if let Need::Ended(on) = look.need {
            opened.ended = Some(on);
        }
    }
}

/// Taken over everybody who does not work at night, on the days but this one. Before anything is
/// known: once in 250 days, as though 500 had been seen.
fn usual_nights(day: Day, lookers: &BTreeMap<Who, Looker>) -> f64 {
    let by_day = lookers.values().filter(|looker| !looker.works_at_night_but_on(day));
    let (mut days, mut nights) = (0, 0);
    for daily in by_day.flat_map(|looker| looker.others(day)) {
        days += 1;
        nights += daily.at_night.len();
    }
    (nights as f64 + 2.0) / (f64::from(days) + 500.0)
}

fn high_number(day: Day, lookers: &BTreeMap<Who, Looker>) -> usize {
    let mut counts: Vec<_> =
        lookers.values().flat_map(|looker| looker.others(day)).map(|d| d.children.len()).collect();
    counts.sort_unstable();
    // The least that is ever held to be many: in the first weeks there is nothing to compare with.
    counts.get(counts.len() * 95 / 100).copied().unwrap_or(0).max(5)
}
