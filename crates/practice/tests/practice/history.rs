//! Histories: what can and cannot have happened, and what follows from it.

use jiff::{SignedDuration, Timestamp};
use practice::{
    calendar::{Calendar, Calendars, Limit, hours, minutes, working_days},
    pathway::{ClockState, DutyCard, Entry, EntryNo, History, Local, Process, Strike},
    processes::{
        duty,
        request_for_support::{
            Channel, Decision, Event, Feedback, Level, Outcome, Receipt, RequestForSupport,
            Signature, Stage,
        },
    },
    roles::Role,
    timescales,
};
use proptest::prelude::*;

pub(crate) type Requests = History<RequestForSupport>;

pub(crate) fn monday(hour: i64) -> Timestamp {
    let start: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hour)
}

pub(crate) fn received(danger: bool) -> Event {
    Event::Received(Receipt { channel: Channel::Form, danger, level: Some(Level::Intensive) })
}

pub(crate) fn decided(signature: Signature) -> Event {
    Event::Decided(Decision {
        level: Some(Level::Specialist),
        outcome: Outcome::Assessment,
        thresholds: "edition 1".into(),
        role: Some(Role::HubWorker),
        signature,
    })
}

fn entry(no: i64, hour: i64, event: Event) -> Entry<Event> {
    Entry { no: EntryNo(no), at: monday(hour), recorded: monday(1000), event, struck: None }
}

pub(crate) fn history(events: &[(i64, Event)]) -> Requests {
    let entries = events.iter().zip(1..).map(|((hour, e), no)| entry(no, *hour, e.clone()));
    History::of(entries).unwrap()
}

pub(crate) fn calendars() -> Calendars {
    Calendars::beginning_with(Calendar::shipped().unwrap())
}

fn card(code: &str) -> DutyCard {
    duty(code, &Local::default(), "2026-01-01".parse().unwrap()).unwrap()
}

fn clock(history: &Requests, code: &str) -> practice::pathway::Clock {
    let clocks = history.clocks(&calendars(), &Local::default());
    clocks.into_iter().rfind(|c| c.code == code).unwrap()
}

#[test]
fn a_decision_that_waits_for_a_signature_does_not_meet_the_clock() {
    let proposed = history(&[(10, received(false)), (12, decided(Signature::Needed))]);
    assert_eq!(clock(&proposed, "REF-1WD").state, ClockState::Running);
    let signed =
        history(&[(10, received(false)), (12, decided(Signature::Needed)), (13, Event::Signed)]);
    assert_eq!(clock(&signed, "REF-1WD").met_in_time(), Some(true));
}

#[test]
fn a_decision_after_the_next_working_day_is_late() {
    let late = history(&[(10, received(false)), (10 + 48, decided(Signature::NotNeeded))]);
    assert_eq!(clock(&late, "REF-1WD").met_in_time(), Some(false));
}

#[test]
fn danger_is_to_be_read_within_fifteen_minutes_and_raised_twice() {
    let danger = clock(&history(&[(10, received(true))]), "REF-DANGER");
    let minutes: Vec<_> =
        danger.ladder.iter().map(|(at, _)| at.duration_since(danger.started).as_mins()).collect();
    assert_eq!(minutes, [15, 30]);
    assert!(danger.is_breached(monday(11)));
    assert!(!danger.is_breached(monday(10)));
}

#[test]
fn who_is_told_that_something_is_late_follows_a_tightened_length() {
    let danger = card("REF-DANGER");
    let told = |length| {
        let mut local = Local::default();
        local.set(&danger, minutes(length), "2026-01-01".parse().unwrap()).unwrap();
        let clocks = history(&[(10, received(true))]).clocks(&calendars(), &local);
        let danger = clocks.into_iter().find(|c| c.code == "REF-DANGER").unwrap();
        let minutes = |(at, _): &(Timestamp, _)| at.duration_since(danger.started).as_mins();
        danger.ladder.iter().map(minutes).collect::<Vec<_>>()
    };
    assert_eq!(told(10), [10, 30]);
    assert_eq!(told(15), [15, 30]);
}

#[test]
fn every_duty_of_a_request_is_raised_to_the_hub_manager_and_says_which_it_was() {
    for duty in RequestForSupport::DUTIES {
        let managers = duty.ladder.iter().filter(|r| r.tell == Role::HubManager);
        assert_eq!(managers.count(), 1, "{}", duty.code);
    }
    let raised = Event::Raised { duty: "REF-ACK".into(), to: Role::HubManager };
    assert_eq!(
        RequestForSupport::tell(&raised),
        "Not done in time: tell the requester that the request arrived: raised to the hub manager"
    );
}

#[test]
fn a_back_dated_entry_is_folded_where_it_happened() {
    let mut history = history(&[(10, received(false)), (12, Event::Claimed)]);
    history.record(entry(9, 11, Event::Read)).unwrap();
    let order: Vec<_> = history.entries().iter().map(|e| e.no.0).collect();
    assert_eq!(order, [1, 9, 2]);
}

#[test]
fn a_back_dated_entry_that_makes_a_later_one_impossible_is_refused() {
    let mut history = history(&[(10, received(false)), (14, Event::Claimed)]);
    let before = history.entries().to_vec();
    assert!(history.record(entry(9, 12, decided(Signature::NotNeeded))).is_err());
    assert_eq!(history.entries(), before, "nothing of it is there");
}

#[test]
fn nothing_happens_in_the_future_or_before_the_beginning() {
    let mut history = history(&[(10, received(false))]);
    assert!(history.record(entry(9, 1001, Event::Claimed)).is_err());
    assert!(history.record(entry(9, 9, Event::Claimed)).is_err());
}

#[test]
fn an_entry_on_which_a_later_one_depends_cannot_be_struck() {
    let mut history =
        history(&[(10, received(false)), (11, decided(Signature::Needed)), (12, Event::Signed)]);
    let strike = Strike { reason: "wrong child".into(), at: monday(20) };
    assert!(history.strike(EntryNo(2), strike.clone()).is_err());
    history.strike(EntryNo(3), strike.clone()).unwrap();
    assert_eq!(history.stage().0, Stage::ForSignature);
    assert!(history.strike(EntryNo(3), strike).is_err(), "struck once is struck");
}

#[test]
fn a_clock_that_the_end_overtakes_has_lapsed_and_counts_as_nothing() {
    let history = history(&[
        (10, received(false)),
        (11, decided(Signature::NotNeeded)),
        (12, Event::Answered(Feedback::Full)),
        (13, Event::InformationAdded { danger: false }),
    ]);
    let clocks = history.clocks(&calendars(), &Local::default());
    assert!(clocks.iter().all(|c| c.state != ClockState::Running));
}

#[test]
fn a_new_list_moves_what_still_runs_and_nothing_that_has_ended() {
    let shipped = include_str!("../../data/bank-holidays.csv");
    let proclaimed = format!("{shipped}2026-11-03,A day of mourning\n");
    let mut calendars = calendars();
    let newer = calendars.newest().with_bank_holidays(&proclaimed, 2).unwrap();
    // Tuesday 3 November is proclaimed a bank holiday on Monday the 2nd at two in the afternoon.
    calendars.take_up(newer, monday(14));
    let limit = |history: &Requests| {
        let clocks = history.clocks(&calendars, &Local::default());
        let decide = clocks.iter().find(|c| c.code == "REF-1WD").unwrap();
        (decide.limit.on.to_string(), decide.calendar_version)
    };
    let running = history(&[(10, received(false))]);
    assert_eq!(limit(&running), ("2026-11-04".into(), 2));
    let before = history(&[(10, received(false)), (12, decided(Signature::NotNeeded))]);
    assert_eq!(limit(&before), ("2026-11-03".into(), 1));
    let at_once = history(&[(10, received(false)), (14, decided(Signature::NotNeeded))]);
    assert_eq!(limit(&at_once), ("2026-11-03".into(), 1));
    let since = history(&[(10, received(false)), (15, decided(Signature::NotNeeded))]);
    assert_eq!(limit(&since), ("2026-11-04".into(), 2));
}

#[test]
fn a_partnership_may_tighten_a_statutory_duty_and_never_loosen_it() {
    let (decide, danger, answer) = (card("REF-1WD"), card("REF-DANGER"), card("REF-FB"));
    let from = "2026-01-01".parse().unwrap();
    let mut local = Local::default();
    assert!(local.set(&decide, working_days(2), from).is_err());
    assert!(local.set(&decide, hours(24), from).is_err(), "not surely shorter: clocks change");
    assert!(local.set(&decide, working_days(1), from).is_ok());
    assert!(local.set(&decide, hours(8), from).is_ok());
    assert!(local.set(&danger, minutes(20), from).is_err(), "nor what keeps children safe");
    assert!(local.set(&danger, minutes(10), from).is_ok());
    assert!(local.set(&answer, working_days(3), from).is_ok(), "a local length is free");
    let length = |day: &str| duty("REF-DANGER", &local, day.parse().unwrap()).unwrap().within;
    assert_eq!(length("2026-02-01"), minutes(10));
    assert_eq!(length("2025-12-31"), minutes(15));
}

#[test]
fn a_duty_and_the_calculator_give_the_same_length() {
    let calendar = Calendar::shipped().unwrap();
    for duty in RequestForSupport::DUTIES {
        if timescales::timescale(duty.code).is_some() {
            let answer = timescales::due(duty.code, &["2026-11-02"], &calendar).unwrap();
            let on = duty.within.day("2026-11-02".parse().unwrap(), &calendar);
            assert_eq!(answer.found.to_string(), on.to_string(), "{}", duty.code);
        }
    }
}

type Said = (&'static str, Timestamp, Limit, Option<bool>, Option<Timestamp>);

/// What the clocks say, without the numbers that the journal gave to their entries.
fn said(history: &Requests) -> Vec<Said> {
    let clocks = history.clocks(&calendars(), &Local::default());
    clocks.iter().map(|c| (c.code, c.started, c.limit, c.met_in_time(), c.state.ended())).collect()
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        any::<bool>().prop_map(received),
        Just(Event::Acknowledged),
        Just(Event::Read),
        Just(Event::Claimed),
        Just(Event::HandedBack),
        Just(Event::InformationAdded { danger: false }),
        Just(decided(Signature::Needed)),
        Just(decided(Signature::NotNeeded)),
        Just(Event::Signed),
        Just(Event::SentBack),
        Just(Event::Answered(Feedback::Full)),
        Just(Event::Reopened),
        Just(Event::Raised { duty: "REF-1WD".into(), to: Role::HubManager }),
    ]
}

proptest! {
    /// However entries arrive, a history holds only what can have happened, and says the same
    /// when it is read again from what is stored.
    #[test]
    fn a_history_says_the_same_in_whatever_order_it_was_recorded(
        events in prop::collection::vec((0_i64..40, any_event()), 1..25),
    ) {
        let mut history = Requests::default();
        for ((hour, event), no) in events.into_iter().zip(1..) {
            let _ = history.record(entry(no, hour, event));
        }
        let mut entries = history.entries().to_vec();
        entries.reverse();
        let again = Requests::of(entries).unwrap();
        prop_assert_eq!(again.stage(), history.stage());
        prop_assert_eq!(again.entries(), history.entries());
        let clocks = history.clocks(&calendars(), &Local::default());
        for clock in clocks {
            prop_assert_eq!(clock.state == ClockState::Running && history.ended().is_some(), false);
        }
    }

    /// The same things happened at the same times: in whatever order they were written down, the
    /// clocks say the same.
    #[test]
    fn clocks_do_not_depend_on_the_order_of_recording(
        events in prop::collection::vec(any_event(), 1..20),
        order in Just((1..20_i64).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut happened = Requests::default();
        for ((event, hour), no) in events.into_iter().zip(1..).zip(1..) {
            let _ = happened.record(entry(no, hour, event));
        }
        let written = happened.entries().iter().cloned().zip(order);
        let otherwise = Requests::of(written.map(|(e, no)| Entry { no: EntryNo(no), ..e })).unwrap();
        prop_assert_eq!(said(&otherwise), said(&happened));
    }

    /// What was entered late leads to what it would have led to at once.
    #[test]
    fn a_back_dated_entry_leads_to_what_it_would_have_led_to_in_time(
        events in prop::collection::vec((0_i64..40, any_event()), 1..25),
    ) {
        let mut late = Requests::default();
        for ((hour, event), no) in events.into_iter().zip(1..) {
            let before = late.entries().to_vec();
            if late.record(entry(no, hour, event)).is_err() {
                prop_assert_eq!(late.entries(), before, "what is refused leaves nothing");
            }
        }
        let mut in_time = Requests::default();
        for entry in late.entries() {
            prop_assert!(in_time.record(entry.clone()).is_ok());
        }
        prop_assert_eq!(in_time.stage(), late.stage());
        prop_assert_eq!(in_time.held_by(), late.held_by());
        prop_assert_eq!(said(&in_time), said(&late));
    }

    /// A struck entry is still told, and nothing follows from it.
    #[test]
    fn a_strike_leaves_what_would_have_been_without_the_entry(
        events in prop::collection::vec((0_i64..40, any_event()), 1..25),
        which in any::<prop::sample::Index>(),
    ) {
        let mut history = Requests::default();
        for ((hour, event), no) in events.into_iter().zip(1..) {
            let _ = history.record(entry(no, hour, event));
        }
        prop_assume!(!history.entries().is_empty());
        let before = history.entries().to_vec();
        let no = before[which.index(before.len())].no;
        let without = Requests::of(before.iter().filter(|e| e.no != no).cloned());
        let strike = Strike { reason: "the wrong child".into(), at: monday(999) };
        let struck = history.strike(no, strike.clone());
        prop_assert_eq!(struck.is_ok(), without.is_ok(), "refused when another depends on it");
        match without {
            Ok(without) => {
                prop_assert_eq!(history.entries().len(), before.len());
                prop_assert_eq!(history.stage(), without.stage());
                prop_assert_eq!(history.held_by(), without.held_by());
                prop_assert_eq!(said(&history), said(&without));
                prop_assert!(history.strike(no, strike).is_err(), "struck once is struck");
            }
            Err(_) => prop_assert_eq!(history.entries(), before),
        }
    }
}

#[test]
fn a_decision_that_is_taken_up_again_need_not_be_answered_any_more() {
    let again = history(&[
        (9, received(false)),
        (10, decided(Signature::NotNeeded)),
        (11, Event::Reopened),
    ]);
    assert_eq!(clock(&again, "REF-FB").state, ClockState::Lapsed { at: monday(11) });
    assert_eq!(clock(&again, "REF-1WD").state, ClockState::Running, "it is decided anew");
}

#[test]
fn a_decision_of_the_past_from_a_list_asks_for_nothing_any_more() {
    let receipt = Receipt { channel: Channel::List, danger: false, level: None };
    let past = Event::Decided(Decision {
        level: None,
        outcome: Outcome::InformationAndAdvice,
        thresholds: "not recorded".into(),
        role: None,
        signature: Signature::NotNeeded,
    });
    let listed = history(&[(9, Event::Received(receipt)), (10, past)]);
    let clocks = listed.clocks(&calendars(), &Local::default());
    assert!(clocks.iter().all(|c| c.state != ClockState::Running), "{clocks:?}");
    assert_eq!(listed.stage().0, Stage::Answered);
}
