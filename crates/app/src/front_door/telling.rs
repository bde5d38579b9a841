//! What a requester may know of their own request. The hub reads everything; a requester reads
//! that it arrived, that it was read, what they added, and the answer, as fully as the hub chose.
//! It is cut down where it is looked at, so that no page can show more by mistake.

use practice::{
    pathway::Process,
    processes::request_for_support::{Event, Feedback, RequestForSupport, Stage},
};

use super::findings::Screening;
use crate::{
    access::Scope,
    pathways::{Pathway, derive::ClockRow, store::Telling},
};

/// The name of the reason among the words of an answer.
pub const REASON: &str = "reason";

/// What is known of one child's request.
pub struct Known<'a> {
    pub pathway: &'a mut Pathway,
    pub tellings: &'a mut Vec<Telling>,
    pub screening: &'a mut Option<Screening>,
    pub clocks: &'a mut Vec<ClockRow>,
}

/// The clocks that a requester may see: how long until it is read, and until it is decided.
const FOR_REQUESTERS: [&str; 2] = ["REF-DANGER", "REF-1WD"];

/// Takes away what lies outside the scope: nothing for the hub.
pub fn cut_down(scope: &Scope, known: &mut Known<'_>) {
    if scope.is_all() {
        return;
    }
    let feedback = feedback(known.tellings);
    let full = feedback == Some(Feedback::Full);
    known.tellings.retain(|t| may_know(t, feedback));
    for telling in known.tellings.iter_mut() {
        match event(telling) {
            Some(Event::Answered(Feedback::Full)) => {}
            Some(Event::Answered(_)) => telling.words.retain(|what, _| what != REASON),
            Some(Event::InformationAdded { .. }) if telling.recorded_by == scope.staff() => {}
            _ => telling.words.clear(),
        }
    }
    if !full {
        *known.screening = None;
    }
    known.clocks.retain(|c| c.state == "running" && FOR_REQUESTERS.contains(&c.code.as_str()));
    stage_for_requester(&known.pathway.stage).clone_into(&mut known.pathway.stage);
    known.pathway.holder_id = None;
}

/// The stage as a requester reads it: not how far the hub is inside, and not whether anybody was
/// told nothing.
pub fn stage_for_requester(stage: &str) -> &'static str {
    match stage {
        _ if stage == RequestForSupport::name(Stage::Answered) => "Dealt with by the hub",
        _ if stage == RequestForSupport::name(Stage::Waiting) => "Waiting for the hub",
        _ => "With the hub",
    }
}

/// How fully the answer that stands was given.
fn feedback(tellings: &[Telling]) -> Option<Feedback> {
    tellings.iter().rev().filter(|t| t.stored.struck.is_none()).find_map(|t| match event(t) {
        Some(Event::Answered(feedback)) => Some(Some(feedback)),
        Some(Event::Reopened) => Some(None),
        _ => None,
    })?
}

fn may_know(telling: &Telling, feedback: Option<Feedback>) -> bool {
    if telling.stored.struck.is_some() {
        return false;
    }
    match event(telling) {
        Some(
            Event::Received(_) | Event::Acknowledged | Event::Read | Event::InformationAdded { .. },
        ) => true,
        Some(Event::Decided(_) | Event::Signed) => feedback == Some(Feedback::Full),
        Some(Event::Answered(Feedback::Full | Feedback::Limited)) => {
            matches!(feedback, Some(Feedback::Full | Feedback::Limited))
        }
        _ => false,
    }
}

/// What a telling tells.
pub fn event(telling: &Telling) -> Option<Event> {
    serde_json::from_str(&telling.stored.event).ok()
}
