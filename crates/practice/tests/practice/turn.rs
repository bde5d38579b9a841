//! In which order the hub takes what is not yet answered.

use practice::{
    pathway::Local,
    processes::request_for_support::{Event, Feedback, Findings, Signature, Turn, Urgency},
};

use crate::history::{Requests, calendars, decided, history, received};

fn turn(events: &[(i64, Event)]) -> Option<Turn> {
    let history: Requests = history(events);
    let findings = Findings::of(&history).unwrap();
    Turn::of(&findings, history.ended(), &history.clocks(&calendars(), &Local::default()))
}

#[test]
fn danger_that_nobody_has_read_comes_before_danger_and_danger_before_any_limit() {
    let unread = turn(&[(50, received(true))]).unwrap();
    let read = turn(&[(9, received(true)), (10, Event::Read)]).unwrap();
    let late = turn(&[(-200, received(false))]).unwrap();
    let fresh = turn(&[(40, received(false))]).unwrap();
    let mut turns = [fresh, late, read, unread];
    turns.sort();
    assert_eq!(turns, [unread, read, late, fresh]);
}

#[test]
fn danger_added_later_hurries_what_waited_and_a_decision_takes_the_hurry_away() {
    let urgency = |events: &[(i64, Event)]| turn(events).map(|turn| turn.urgency);
    let mut events = vec![(9, received(false)), (10, Event::Read)];
    assert_eq!(urgency(&events), Some(Urgency::ByLimit));
    events.push((11, Event::InformationAdded { danger: true }));
    assert_eq!(urgency(&events), Some(Urgency::UnreadDanger));
    events.push((12, Event::Claimed));
    assert_eq!(urgency(&events), Some(Urgency::Danger));
    events.push((13, decided(Signature::Needed)));
    assert_eq!(urgency(&events), Some(Urgency::Danger), "it waits for a signature");
    events.push((14, Event::Signed));
    assert_eq!(urgency(&events), Some(Urgency::ByLimit), "it waits for its answer");
    events.push((15, Event::Reopened));
    assert_eq!(urgency(&events), Some(Urgency::Danger));
}

#[test]
fn what_is_decided_waits_by_the_limit_of_its_answer_and_what_is_answered_not_at_all() {
    let waits = turn(&[(9, received(false))]).unwrap();
    let answer_due = [(9, received(false)), (34, decided(Signature::NotNeeded))];
    assert!(turn(&answer_due).unwrap().limit > waits.limit);
    let [receipt, decision] = answer_due;
    assert_eq!(turn(&[receipt, decision, (35, Event::Answered(Feedback::Full))]), None);
}

/// Nothing is to sink to the end because nobody is reminded of it.
#[test]
fn what_no_limit_runs_for_waits_from_when_it_was_received() {
    let history: Requests = history(&[(9, received(false))]);
    let findings = Findings::of(&history).unwrap();
    let turn = Turn::of(&findings, None, &[]).unwrap();
    assert_eq!((turn.limit, turn.received), (findings.received, findings.received));
}
