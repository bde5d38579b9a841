//! The stored form of every event of every process, held by a golden file: what lies in the
//! journal must be readable for ever, so a variant is added, never renamed.

use practice::{
    pathway::Process,
    processes::{
        PROCESSES,
        request_for_support::{
            Channel, Decision, Event, Feedback, Level, Outcome, Receipt, RequestForSupport,
            Signature,
        },
    },
    roles::Role,
};
use serde::{Serialize, de::DeserializeOwned};

/// Every value that a chain of `next` leads to. The chain is a `match` without a wildcard, so a
/// variant that was added does not compile until it stands in the golden file too.
fn chain<T: Clone>(next: impl Fn(Option<&T>) -> Option<T>) -> Vec<T> {
    std::iter::successors(next(None), |last| next(Some(last))).collect()
}

fn requests() -> Vec<Event> {
    chain(|last| {
        Some(match last {
            None => Event::Received(Receipt {
                channel: Channel::Form,
                danger: true,
                level: Some(Level::Intensive),
            }),
            Some(Event::Received(_)) => Event::Acknowledged,
            Some(Event::Acknowledged) => Event::Read,
            Some(Event::Read) => Event::Raised { duty: "REF-DANGER".into(), to: Role::HubManager },
            Some(Event::Raised { .. }) => Event::Claimed,
            Some(Event::Claimed) => Event::HandedBack,
            Some(Event::HandedBack) => Event::InformationAdded { danger: true },
            Some(Event::InformationAdded { .. }) => Event::Decided(Decision {
                level: Some(Level::Specialist),
                role: Some(Role::HubWorker),
                outcome: Outcome::StrategyDiscussion,
                thresholds: "Demo edition 1".into(),
                signature: Signature::Needed,
            }),
            Some(Event::Decided(_)) => Event::Signed,
            Some(Event::Signed) => Event::SentBack,
            Some(Event::SentBack) => Event::Answered(Feedback::Limited),
            Some(Event::Answered(_)) => Event::Reopened,
            Some(Event::Reopened) => return None,
        })
    })
}

fn channels() -> Vec<Channel> {
    chain(|last| match last {
        None => Some(Channel::Form),
        Some(Channel::Form) => Some(Channel::Telephone),
        Some(Channel::Telephone) => Some(Channel::List),
        Some(Channel::List) => None,
    })
}

fn feedbacks() -> Vec<Feedback> {
    chain(|last| match last {
        None => Some(Feedback::Full),
        Some(Feedback::Full) => Some(Feedback::Limited),
        Some(Feedback::Limited) => Some(Feedback::Nothing),
        Some(Feedback::Nothing) => None,
    })
}

fn signatures() -> Vec<Signature> {
    chain(|last| match last {
        None => Some(Signature::Needed),
        Some(Signature::Needed) => Some(Signature::NotNeeded),
        Some(Signature::NotNeeded) => None,
    })
}

/// Each value as it is stored, a line each, after reading it back.
fn stored<T: Serialize + DeserializeOwned>(title: &str, values: &[T]) -> String {
    let mut lines = format!("{title}\n");
    for value in values {
        let line = serde_json::to_string(value).unwrap();
        let again: T = serde_json::from_str(&line).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), line);
        lines.push_str(&format!("  {line}\n"));
    }
    lines
}

#[test]
fn every_event_is_stored_as_reviewed() {
    let golden = [
        stored(RequestForSupport::SLUG, &requests()),
        stored("channel", &channels()),
        stored("level", &Level::ALL),
        stored("outcome", &Outcome::ALL),
        stored("signature", &signatures()),
        stored("feedback", &feedbacks()),
        stored("role", &Role::ALL),
    ];
    insta::assert_snapshot!(golden.concat());
    let covered = [RequestForSupport::SLUG];
    let processes: Vec<_> = PROCESSES.iter().map(|p| p.slug()).collect();
    assert_eq!(processes, covered, "a process that was added stands here too");
}
