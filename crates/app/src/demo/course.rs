//! The course of a request through the hub: what is done with it, and when. It knows working
//! hours and how often something goes another way; who does it, and in which words, is told
//! elsewhere.

use jiff::SignedDuration;
use practice::calendar::{Calendar, Moment, day_of, start_of};

use super::{
    dice::Dice,
    open::{Open, Reached},
};

/// What is done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Read,
    Claimed,
    HandedBack,
    Added,
    Decided,
    SentBack,
    DecidedAgain,
    Signed,
    Answered,
    Reopened,
}

/// When it was done.
pub type Done = (Step, Moment);

/// What the course depends on.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub received: Moment,
    /// The requester spoke of danger: then the hub does not wait for the morning.
    pub danger: bool,
    /// A manager signs the decision about one of the children at least.
    pub is_signed: bool,
    /// Nothing goes another way than it should.
    pub is_smooth: bool,
}

/// How many decisions in a thousand are late. Nobody publishes it; Blackpool did 87.3 % of
/// assessments in time in the year to March 2025 (benchmarks.csv, Continue_Assess_Comp), which is
/// the nearest.
const LATE: u32 = 127;
/// How many working days late, by weight: assumed.
const DAYS_LATE: [(u32, u32); 4] = [(1, 60), (2, 22), (3, 12), (4, 6)];
/// How often in a thousand, each assumed: the answer takes longer than a working day; the screener
/// gives it back; somebody says more; the manager sends it back; it is taken up again.
const ANSWERED_LATE: u32 = 110;
const HANDED_BACK: u32 = 40;
const ADDED_TO: u32 = 80;
const SENT_BACK: u32 = 50;
const REOPENED: u32 = 20;

/// The course of a request that nothing is laid down for, in the order in which it goes. It may
/// go beyond the present.
pub fn usual(dice: &mut Dice, case: Case, calendar: &Calendar) -> Vec<Done> {
    let mut course = Course { dice, case, calendar, at: case.received, done: Vec::new() };
    course.round(case.received);
    if course.happens(REOPENED) {
        let days = i64::from(course.dice.between(2, 30));
        course.at += SignedDuration::from_hours(24 * days);
        course.case.danger = false;
        course.then(Step::Reopened, 5, 200);
        course.round(course.at);
    }
    course.done
}

/// The course of a request that has come so far, spread over the time that it lies there.
pub fn so_far(open: &Open, received: Moment, now: Moment) -> Vec<Done> {
    let steps: &[(Step, i64)] = match open.reached {
        Reached::Waiting | Reached::Answered => &[],
        Reached::Read => &[(Step::Read, 40)],
        Reached::Screening => &[(Step::Read, 30), (Step::Claimed, 45)],
        Reached::ForSignature | Reached::Decided => {
            &[(Step::Read, 20), (Step::Claimed, 35), (Step::Decided, 75)]
        }
    };
    let lies = now.duration_since(received).as_secs();
    let at = |percent: i64| received + SignedDuration::from_secs(lies * percent / 100);
    steps.iter().map(|(step, percent)| (*step, at(*percent))).collect()
}

struct Course<'a> {
    dice: &'a mut Dice,
    case: Case,
    calendar: &'a Calendar,
    at: Moment,
    done: Vec<Done>,
}

impl Course<'_> {
    /// From the queue to the answer.
    fn round(&mut self, from: Moment) {
        // One request in twelve that speaks of danger is not read in a quarter of an hour (assumed).
        let (least, most) = match (self.case.danger, self.happens(80)) {
            (true, true) => (17, 45),
            (true, false) => (2, 13),
            (false, _) => (3, 45),
        };
        self.then(Step::Read, least, most);
        self.then(Step::Claimed, 2, 45);
        if self.happens(HANDED_BACK) {
            self.then(Step::HandedBack, 5, 40);
            self.then(Step::Claimed, 5, 45);
        }
        if self.happens(ADDED_TO) {
            self.then(Step::Added, 3, 40);
        }
        if !self.case.danger && self.happens(LATE) {
            self.wait_until_late(from);
        }
        self.then(Step::Decided, 20, 140);
        if self.case.is_signed {
            if self.happens(SENT_BACK) {
                self.then(Step::SentBack, 5, 40);
                self.then(Step::DecidedAgain, 15, 60);
            }
            self.then(Step::Signed, 5, 60);
        }
        if self.happens(ANSWERED_LATE) {
            let days = self.dice.between(2, 4);
            self.at = start_of(self.calendar.working_day_after(day_of(self.at), days));
        }
        self.then(Step::Answered, 5, 140);
    }

    fn happens(&mut self, often: u32) -> bool {
        self.dice.in_thousand(often) && !self.case.is_smooth
    }

    /// Lets the working day pass in which the decision was due, and some more.
    fn wait_until_late(&mut self, from: Moment) {
        let days = 1 + self.dice.weighted(&DAYS_LATE);
        self.at = start_of(self.calendar.working_day_after(day_of(from), days));
    }

    /// The next step, so many minutes later: when the hub is open, unless a child is in danger.
    fn then(&mut self, step: Step, least: u32, most: u32) {
        let minutes = i64::from(self.dice.between(least, most));
        let seconds = minutes * 60 + i64::from(self.dice.below(60));
        let opens = if self.case.danger { self.at } else { self.calendar.next_opening(self.at) };
        let mut at = opens + SignedDuration::from_secs(seconds);
        if !self.case.danger && !self.calendar.hub_is_open(at) {
            // What is not done by the evening is done first thing on the next morning.
            let minutes = i64::from(self.dice.between(1, 25));
            at = self.calendar.next_opening(at)
                + SignedDuration::from_secs(minutes * 60 + seconds % 60);
        }
        self.at = at;
        self.done.push((step, at));
    }
}
