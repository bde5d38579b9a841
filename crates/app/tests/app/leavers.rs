//! V20 of the threat model, by chance: people join, move, are put to sleep and leave while sessions of
//! theirs go on in two processes over one database. A plain model says who may be answered; from the
//! next request on nobody else is.

use std::collections::BTreeMap;

use app::{
    App,
    access::sessions::{IDLE, LONGEST},
    doors::{self, Change},
    error::Error,
    organisations::{
        confirming::{Confirm, Word},
        roles::{EndRole, GiveRole},
        staff::{AddStaff, Details, Leave, OpenStaff},
    },
};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp, ToSpan};
use practice::{
    calendar::{Day, day_of, start_of},
    confirmation::STANDS,
    roles::Role,
};

use crate::{
    browser::Browser,
    sticky::Dice,
    support::{World, on_both, reference_of},
};

/// Who looks after staff.
const JO: &str = "jo@unit.example";
/// How many events a story has.
const EVENTS: usize = 16;
/// How many people can be in one.
const PEOPLE: usize = 3;
/// A use of a session is written down when the last one is longer ago.
const TOUCH: SignedDuration = SignedDuration::from_mins(1);

/// How many stories are told on each database; `SIGHTLINE_STORIES` asks for more.
fn stories() -> u64 {
    std::env::var("SIGHTLINE_STORIES").ok().and_then(|said| said.parse().ok()).unwrap_or(8)
}

/// What the model knows of somebody.
struct Person {
    reference: String,
    email: String,
    left: Option<Day>,
    confirmed: Option<Day>,
    /// Since when they work in the hub, and until before which day.
    role: Option<(Day, Option<Day>)>,
}

impl Person {
    fn has_left(&self, today: Day) -> bool {
        self.left.is_some_and(|left| left <= today)
    }

    fn sleeps(&self, today: Day) -> bool {
        self.confirmed.is_none_or(|on| on.saturating_add(STANDS.days()) <= today)
    }

    fn works_in_the_hub(&self, today: Day) -> bool {
        self.role
            .is_some_and(|(from, until)| from <= today && until.is_none_or(|until| today < until))
    }
}

/// A session that was begun, in one of the processes.
struct Session {
    whose: usize,
    browser: Browser,
    begun: Timestamp,
    seen: Timestamp,
    ended: bool,
}

struct Story<'a> {
    world: &'a World,
    other: &'a App,
    hub: &'a str,
    seed: u64,
    dice: Dice,
    people: Vec<Person>,
    sessions: Vec<Session>,
    counted: &'a mut BTreeMap<&'static str, usize>,
}

impl Story<'_> {
    fn now(&self) -> Timestamp {
        self.world.app.clock.now()
    }

    fn today(&self) -> Day {
        day_of(self.now())
    }

    fn tomorrow(&self) -> Day {
        self.today().saturating_add(1.day())
    }

    /// What the Business Unit does; whether it was taken.
    async fn done<C: Change>(&mut self, what: &'static str, change: C) -> bool {
        let jo = self.world.actor(JO).await;
        match doors::record(&self.world.app, &jo, change).await {
            Ok(_) => {
                *self.counted.entry(what).or_default() += 1;
                true
            }
            Err(Error::Refusal(_) | Error::Beside { .. } | Error::NotFound) => false,
            Err(other) => panic!("seed {}, {what}: {other:?}", self.seed),
        }
    }

    async fn joins(&mut self) {
        let (number, today) = (self.people.len(), self.today());
        let email = format!("joiner-{}-{number}@hub.example", self.seed);
        let details = Details {
            name: format!("Joiner {} {number}", self.seed),
            email: email.clone(),
            job: "Duty worker".into(),
            ..Details::default()
        };
        let jo = self.world.actor(JO).await;
        let add = AddStaff { agency: self.hub.to_owned(), details, joined: today };
        let reference = doors::record(&self.world.app, &jo, add).await.unwrap();
        let confirmed = Some(today);
        self.people.push(Person { reference, email, left: None, confirmed, role: None });
        self.moves_in(number).await;
        self.signs_in(number).await;
    }

    async fn signs_in(&mut self, whose: usize) {
        if self.people[whose].has_left(self.today()) {
            return;
        }
        let mut browser = self.world.signs_in(&self.people[whose].email).await;
        if self.dice.below(2) == 0 {
            let cookie = browser.cookie.take();
            browser = Browser { cookie, ..Browser::of(self.other) };
        }
        let now = self.now();
        self.sessions.push(Session { whose, browser, begun: now, seen: now, ended: false });
    }

    async fn leaves(&mut self, who: usize, on: Option<Day>) {
        let reference = self.people[who].reference.clone();
        let jo = self.world.actor(JO).await;
        let look = OpenStaff { reference: reference.clone() };
        let revision = doors::open(&self.world.app, &jo, look).await.unwrap().row.revision;
        let what = if on.is_some() { "left" } else { "stayed after all" };
        if self.done(what, Leave { reference, revision, on }).await {
            self.people[who].left = on;
            if self.people[who].has_left(self.today()) {
                self.end_all(who);
            }
        }
    }

    fn end_all(&mut self, who: usize) {
        for session in self.sessions.iter_mut().filter(|session| session.whose == who) {
            session.ended = true;
        }
    }

    async fn is_said(&mut self, who: usize, word: Word) {
        let staff = vec![self.people[who].reference.clone()];
        let what = if word == Word::Sleep { "put to sleep" } else { "confirmed" };
        if self.done(what, Confirm { staff, word }).await {
            self.people[who].confirmed = (word == Word::StillHere).then(|| self.today());
            if word == Word::Sleep {
                self.end_all(who);
            }
        }
    }

    async fn moves_in(&mut self, who: usize) {
        let (from, staff) = (self.today(), self.people[who].reference.clone());
        let role = Role::HubWorker.slug().to_owned();
        if self.done("moved in", GiveRole { staff, role, from, until: None }).await {
            self.people[who].role = Some((from, None));
        }
    }

    async fn moves_on(&mut self, who: usize, until: Day) {
        let Some((from, seen)) = self.people[who].role else { return };
        let staff = self.people[who].reference.clone();
        let role = Role::HubWorker.slug().to_owned();
        if self.done("moved on", EndRole { staff, role, from, seen, until }).await {
            self.people[who].role = Some((from, Some(until.max(from))));
        }
    }

    async fn time_passes(&mut self) {
        let late = SignedDuration::from_mins(2);
        let to = match self.dice.below(8) {
            0 => start_of(self.tomorrow()) - late,
            1 => start_of(self.today().saturating_add(50.days())) - late,
            _ => self.now() + SignedDuration::from_mins(2 + self.dice.below(6) as i64),
        };
        self.world.app.clock.set(to.max(self.now()));
        self.world.everybody_stays().await;
    }

    async fn event(&mut self) {
        if self.people.len() < PEOPLE && self.dice.below(4) == 0 || self.people.is_empty() {
            return self.joins().await;
        }
        let who = self.dice.below(self.people.len());
        match self.dice.below(14) {
            0..=2 => self.signs_in(who).await,
            3 => self.leaves(who, Some(self.today())).await,
            4 => self.leaves(who, Some(self.tomorrow())).await,
            5 => self.leaves(who, None).await,
            6 => self.is_said(who, Word::Sleep).await,
            7 => self.is_said(who, Word::StillHere).await,
            8 => self.moves_on(who, self.today()).await,
            9 => self.moves_on(who, self.tomorrow()).await,
            10 => self.moves_in(who).await,
            _ => self.time_passes().await,
        }
    }

    /// Every session that was ever begun asks for a page: whoever may not be answered is not.
    async fn everybody_asks(&mut self, step: usize) {
        let (now, today) = (self.now(), self.today());
        for session in &mut self.sessions {
            let person = &self.people[session.whose];
            let goes_on = !session.ended
                && now.duration_since(session.seen) < IDLE
                && now.duration_since(session.begun) < LONGEST;
            let known = goes_on && !person.has_left(today);
            let may = known && !person.sleeps(today);
            let pages =
                [("/session", known), ("/", may), ("/hub", may && person.works_in_the_hub(today))];
            // Whoever is turned away everywhere is asked about one page.
            let (from, most) = if known { (0, pages.len()) } else { (self.dice.below(3), 1) };
            for (path, answered) in pages.into_iter().skip(from).take(most) {
                let status = session.browser.get(path).await.status;
                let told = format!("seed {}, step {step}: {} at {path}", self.seed, person.email);
                assert_eq!(status == StatusCode::OK, answered, "{told}: {status}");
                let what = if answered { "answered" } else { "turned away" };
                *self.counted.entry(what).or_default() += 1;
            }
            if known && now.duration_since(session.seen) > TOUCH {
                session.seen = now;
            }
        }
    }
}

#[test]
fn v20_nobody_is_answered_from_the_moment_that_they_leave_sleep_or_move() {
    on_both(async |world| {
        let other = world.another_process().await;
        let hub = "Seaholme Council Children’s Services";
        let hub = reference_of(&world, "agency", hub).await;
        let mut counted = BTreeMap::new();
        for seed in 0..stories() {
            let mut story = Story {
                world: &world,
                other: &other,
                hub: &hub,
                seed,
                dice: Dice::of(seed),
                people: Vec::new(),
                sessions: Vec::new(),
                counted: &mut counted,
            };
            for step in 0..EVENTS {
                story.event().await;
                story.everybody_asks(step).await;
            }
        }
        println!("{counted:?}");
        for what in ["answered", "turned away", "left", "put to sleep", "moved on"] {
            assert!(counted.get(what).is_some_and(|count| *count >= 3), "{counted:?}");
        }
        world
    });
}
