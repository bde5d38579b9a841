//! An invented partnership at work: staff with caseloads, shifts and honest untidiness, and among
//! them 25 who snoop, of the six kinds of V1. The same for a seed for ever.
//!
//! Honest people here cover for colleagues and write nothing down, wait for an answer and look
//! again, open the wrong child, work late, look back at closed cases, are called to a briefing on a
//! case in the news, and cover a whole caseload in one day.

use std::collections::HashMap;

use need_to_know::unusual::{Child, Facts, GRACE, Look, Need, Staff, Who, Whom};
use practice::calendar::Day;

use crate::dice::Dice;

/// How much of it there is.
#[derive(Clone, Copy)]
pub struct Size {
    pub staff: usize,
    pub children: usize,
    pub days: usize,
    /// How many looks a person takes on a day at work, on average.
    pub looks: usize,
}

/// A million and more looks by 400 people.
pub const MILLION: Size = Size { staff: 400, children: 20_000, days: 182, looks: 21 };
/// What an ordinary run can afford: a quarter of the people, and some two fifths of the days.
pub const SMALL: Size = Size { staff: 100, children: 5_000, days: 70, looks: 21 };

/// The six kinds of V1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Snoops {
    Surname,
    Postcode,
    Repeatedly,
    AfterItEnded,
    HighProfile,
    Broadly,
}

const KINDS: [Snoops; 6] = [
    Snoops::Surname,
    Snoops::Postcode,
    Snoops::Repeatedly,
    Snoops::AfterItEnded,
    Snoops::HighProfile,
    Snoops::Broadly,
];

/// Somebody who was planted.
pub struct Snooper {
    pub who: Who,
    pub kind: Snoops,
    /// At whom they looked.
    pub children: Vec<Whom>,
    /// The first and last day of it, counted from the beginning.
    pub from: usize,
    looks: Vec<(usize, u8, Whom)>,
}

/// Somebody at work.
struct Worker {
    post: Post,
    /// Their children, with the day on which each is handed on.
    cases: Vec<(usize, usize)>,
    /// Children they had, with the day on which it ended.
    ended: Vec<(usize, usize)>,
    /// Whom they will look at again, waiting for something.
    waits: Vec<(usize, Whom)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Post {
    Caseworker,
    Hub,
    Shifts,
}

/// The partnership.
pub struct Partnership {
    pub size: Size,
    pub facts: Facts,
    pub snoopers: Vec<Snooper>,
    pub day: Day,
    dice: Dice,
    staff: Vec<Worker>,
    /// The children of each family beside each child.
    siblings: Vec<Vec<usize>>,
    high_profile: Vec<usize>,
    /// How many days have passed.
    passed: usize,
}

/// A number that is small more often than large: names are like that. About one in a hundred has
/// the commonest of 4,000.
fn skewed(dice: &mut Dice, of: usize) -> usize {
    let part = dice.below(1 << 20) as f64 / f64::from(1 << 20);
    (12.0 * ((of as f64 / 12.0 + 1.0).powf(part) - 1.0)) as usize
}

fn family(dice: &mut Dice) -> String {
    format!("name{}", skewed(dice, 4000))
}

impl Partnership {
    pub fn of(seed: u64, size: Size) -> Self {
        let mut dice = Dice::of(seed);
        let (children, siblings) = families(&mut dice, size.children);
        let mut staff = HashMap::new();
        let mut workers = Vec::new();
        for n in 0..size.staff {
            let place = dice.below(size.children / 4);
            // Three in four live where the children live.
            let place = dice.in_a_hundred(75).then(|| format!("place{place}"));
            staff.insert(Who(n as u128), Staff { families: vec![family(&mut dice)], place });
            let post = match dice.below(100) {
                0..20 => Post::Hub,
                20..35 => Post::Shifts,
                _ => Post::Caseworker,
            };
            let cases = if post == Post::Hub { 5 } else { 12 + dice.below(13) };
            let cases =
                (0..cases).map(|_| (dice.below(size.children), 1 + dice.below(180))).collect();
            workers.push(Worker { post, cases, ended: Vec::new(), waits: Vec::new() });
        }
        let high_profile: Vec<_> = (0..size.children / 1000).map(|n| n * 997 + 11).collect();
        let mut children = children;
        for child in &high_profile {
            children.get_mut(&Whom(*child as u128)).unwrap().high_profile = true;
        }
        let facts = Facts::of(staff.clone(), children.clone());
        let mut partnership = Self {
            size,
            facts,
            snoopers: Vec::new(),
            day: Day::constant(2026, 1, 5),
            dice,
            staff: workers,
            siblings,
            high_profile,
            passed: 0,
        };
        for n in 0..25 {
            let snooper = partnership.plant(KINDS[n % KINDS.len()], &staff, &children);
            partnership.snoopers.push(snooper);
        }
        partnership
    }

    /// Somebody who does this, on days of their own, in the way of their own.
    fn plant(
        &mut self,
        kind: Snoops,
        staff: &HashMap<Who, Staff>,
        children: &HashMap<Whom, Child>,
    ) -> Snooper {
        loop {
            let n = self.dice.below(self.staff.len());
            let who = Who(n as u128);
            if self.snoopers.iter().any(|s| s.who == who) || self.staff[n].post == Post::Shifts {
                continue;
            }
            let own = &staff[&who];
            let mut like: Vec<Whom> = match kind {
                Snoops::Surname => {
                    let is = |c: &Child| c.families == own.families;
                    children.iter().filter(|(_, c)| is(c)).map(|(id, _)| *id).collect()
                }
                Snoops::Postcode => {
                    let is = |c: &Child| own.place.as_ref().is_some_and(|p| c.places.contains(p));
                    children.iter().filter(|(_, c)| is(c)).map(|(id, _)| *id).collect()
                }
                Snoops::HighProfile => self.high_profile.iter().map(|c| Whom(*c as u128)).collect(),
                _ => (0..90).map(|_| Whom(self.dice.below(self.size.children) as u128)).collect(),
            };
            like.sort_unstable();
            // Whoever has it on their caseload does not snoop on it.
            like.retain(|c| !self.staff[n].cases.iter().any(|(case, _)| *case as u128 == c.0));
            if like.is_empty() {
                continue;
            }
            let dice = &mut self.dice;
            let (count, days) = match kind {
                Snoops::Surname => (1 + dice.below(2), 2 + dice.below(3)),
                Snoops::Postcode => (1 + dice.below(2), 1 + dice.below(3)),
                Snoops::Repeatedly => (1, 5 + dice.below(5)),
                Snoops::AfterItEnded => (1, 4 + dice.below(4)),
                Snoops::HighProfile => (1 + dice.below(2), 1 + dice.below(3)),
                Snoops::Broadly => (25 + dice.below(36), 1),
            };
            let first = dice.below(like.len());
            let children: Vec<_> =
                (0..count.min(like.len())).map(|c| like[(first + c) % like.len()]).collect();
            let from = 30 + dice.below(self.size.days - 30 - 28);
            let mut looks = Vec::new();
            for child in &children {
                let mut day = from;
                for _ in 0..days {
                    let hour = 9 + dice.below(9) as u8;
                    looks.push((weekday(day), hour, *child));
                    day += 1 + dice.below(4);
                }
            }
            if kind == Snoops::AfterItEnded {
                // It was theirs until some weeks before.
                let ended = from - GRACE as usize - 1 - self.dice.below(10);
                self.staff[n].ended.push((children[0].0 as usize, ended));
            }
            return Snooper { who, kind, children, from, looks };
        }
    }

    /// The looks of the next day; `None` when it is over.
    pub fn next_day(&mut self) -> Option<Vec<Look>> {
        if self.passed == self.size.days {
            return None;
        }
        if self.passed > 0 {
            self.day = self.day.tomorrow().unwrap();
        }
        let mut looks = Vec::new();
        let is_weekend = self.passed % 7 >= 5;
        for n in 0..self.staff.len() {
            let works = match self.staff[n].post {
                Post::Shifts => (self.passed + n) % 7 < 5,
                Post::Hub => !is_weekend || (self.passed / 7 + n).is_multiple_of(8),
                Post::Caseworker => !is_weekend && self.dice.in_a_hundred(92),
            };
            self.hands_on(n);
            if works {
                self.works(n, &mut looks);
            }
        }
        for snooper in &self.snoopers {
            for (_, hour, child) in snooper.looks.iter().filter(|(day, ..)| *day == self.passed) {
                looks.push(self.look(snooper.who.0 as usize, child.0 as usize, *hour, false));
            }
        }
        self.passed += 1;
        Some(looks)
    }

    /// Cases that end today, each with another in its place.
    fn hands_on(&mut self, n: usize) {
        let today = self.passed;
        let worker = &mut self.staff[n];
        for case in &mut worker.cases {
            if case.1 == today {
                worker.ended.push(*case);
                *case = (self.dice.below(self.size.children), today + 30 + self.dice.below(180));
            }
        }
    }

    fn works(&mut self, n: usize, looks: &mut Vec<Look>) {
        let post = self.staff[n].post;
        let is_on_nights = post == Post::Shifts && (self.passed / 7 + n).is_multiple_of(2);
        let count = self.size.looks * (60 + self.dice.below(80)) / 100;
        // Three in a thousand days bring a colleague's whole caseload.
        let covers = self.dice.below(1000) < 3;
        for _ in 0..if covers { 12 + self.dice.below(12) } else { 0 } {
            let mate = n / 8 * 8 + self.dice.below(8.min(self.staff.len() - n / 8 * 8));
            let (child, _) = *self.dice.one_of(&self.staff[mate].cases);
            let acted = self.dice.in_a_hundred(60);
            looks.push(self.look(n, child, 11, acted));
        }
        for _ in 0..count {
            let late = !is_on_nights && self.dice.below(1000) < 4;
            let hour = match (is_on_nights, late) {
                (true, _) => [22, 23, 0, 1, 2, 3, 4, 5][self.dice.below(8)],
                (_, true) => 22,
                _ => 8 + self.dice.below(10) as u8,
            };
            let throw = self.dice.below(1000);
            let own = if post == Post::Hub { 300 } else { 850 };
            if throw < own {
                let (child, _) = *self.dice.one_of(&self.staff[n].cases);
                let acted = self.dice.in_a_hundred(40);
                looks.push(self.look(n, child, hour, acted));
            } else if throw < 975 {
                self.covers(n, hour, looks);
            } else if throw < 995 {
                self.looks_back(n, hour, looks);
            } else {
                let child = self.dice.below(self.size.children);
                looks.push(self.look(n, child, hour, false));
            }
        }
        // A briefing on a case in the news, about once a month in the whole partnership.
        if self.dice.below(self.size.staff * 22) == 0 {
            let child = *self.dice.one_of(&self.high_profile);
            looks.push(self.look(n, child, 10, false));
        }
        let due: Vec<_> = self.staff[n].waits.extract_if(.., |w| w.0 <= self.passed).collect();
        for (_, child) in due {
            let acted = self.dice.in_a_hundred(50);
            looks.push(self.look(n, child.0 as usize, 14, acted));
            if !acted {
                self.waits_for_more(n, child);
            }
        }
    }

    /// Screens somebody new, or does something for a colleague of the team; mostly it is written
    /// down.
    fn covers(&mut self, n: usize, hour: u8, looks: &mut Vec<Look>) {
        let mate = n / 8 * 8 + self.dice.below(8.min(self.staff.len() - n / 8 * 8));
        let is_mates = self.staff[n].post != Post::Hub && self.dice.in_a_hundred(70);
        let child = if is_mates {
            self.dice.one_of(&self.staff[mate].cases).0
        } else {
            self.dice.below(self.size.children)
        };
        let acted = self.dice.in_a_hundred(75);
        looks.push(self.look(n, child, hour, acted));
        if self.dice.in_a_hundred(25)
            && let Some(sibling) = self.siblings[child].first()
        {
            looks.push(self.look(n, *sibling, hour, acted && self.dice_is_even(n)));
        }
        if !acted {
            self.waits_for_more(n, Whom(child as u128));
        }
    }

    fn dice_is_even(&self, n: usize) -> bool {
        (self.passed + n).is_multiple_of(2)
    }

    /// A closed case: mostly in the first days, and sometimes long after.
    fn looks_back(&mut self, n: usize, hour: u8, looks: &mut Vec<Look>) {
        if self.staff[n].ended.is_empty() {
            return;
        }
        let (child, ended) = *self.dice.one_of(&self.staff[n].ended);
        let is_recent = self.passed < ended + GRACE as usize;
        if is_recent || self.dice.in_a_hundred(35) {
            let acted = self.dice.in_a_hundred(50);
            looks.push(self.look(n, child, hour, acted));
        }
    }

    /// One in four looks again some days later.
    fn waits_for_more(&mut self, n: usize, child: Whom) {
        if self.dice.in_a_hundred(25) {
            let again = self.passed + 1 + self.dice.below(5);
            self.staff[n].waits.push((again, child));
        }
    }

    fn look(&self, n: usize, child: usize, hour: u8, acted: bool) -> Look {
        let worker = &self.staff[n];
        let is = |(case, _): &&(usize, usize)| *case == child;
        let need = match worker.ended.iter().rfind(is) {
            _ if worker.cases.iter().any(|case| is(&case)) => Need::Tied,
            Some((_, ended)) => Need::Ended(self.on(*ended)),
            None => Need::Nothing,
        };
        let (who, child) = (Who(n as u128), Whom(child as u128));
        Look { who, child, day: self.day, hour, need, acted }
    }

    /// The day that was so many after the beginning.
    fn on(&self, passed: usize) -> Day {
        let back = self.passed.saturating_sub(passed) as u32;
        self.day.checked_sub(std::time::Duration::from_hours(24 * u64::from(back))).unwrap()
    }
}

/// That day, or the Monday after it.
fn weekday(day: usize) -> usize {
    day + [0, 0, 0, 0, 0, 2, 1][day % 7]
}

/// Children in families of one to three, who have a name and a place in common.
fn families(dice: &mut Dice, count: usize) -> (HashMap<Whom, Child>, Vec<Vec<usize>>) {
    let (mut children, mut siblings) = (HashMap::new(), vec![Vec::new(); count]);
    let mut next = 0;
    while next < count {
        let name = family(dice);
        let place = format!("place{}", dice.below(count / 4));
        let all: Vec<_> = (next..count.min(next + 1 + dice.below(3))).collect();
        for child in &all {
            let (families, places) = (vec![name.clone()], vec![place.clone()]);
            let one = Child { families, places, high_profile: false };
            children.insert(Whom(*child as u128), one);
            siblings[*child] = all.iter().copied().filter(|other| other != child).collect();
        }
        next += all.len();
    }
    (children, siblings)
}
