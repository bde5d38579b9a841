//! What a requester may know of their own request. The hub reads everything; a requester reads
//! that it arrived, that it was read, what they added, and the answer, as fully as the hub chose.
//! It is cut down where it is looked at, so that no page can show more by mistake.

use practice::{
    calendar::Moment,
    pathway::{EntryNo, Process},
    processes::request_for_support::{DANGER, Event, Feedback, RequestForSupport, Stage},
};

use super::findings::Screening;
use crate::{
    access::Scope,
    pathways::{Pathway, derive::ClockRow, store::Telling},
};

/// The name of the reason among the words of an answer.
pub const REASON: &str = "reason";

/// The name of the worry among the words of what was received, and in the questionnaire.
pub const WORRY: &str = "worry";

/// What is known of one child's request.
pub struct Known<'a> {
    pub pathway: &'a mut Pathway,
    pub tellings: &'a mut Vec<Telling>,
    pub screening: &'a mut Option<Screening>,
    pub clocks: &'a mut Vec<ClockRow>,
}

/// The clocks that a requester may see: how long until it is read, and until it is decided.
const FOR_REQUESTERS: [&str; 2] = [DANGER, "REF-1WD"];

/// Takes away what lies outside the scope: nothing for the hub.
pub fn cut_down(scope: &Scope, known: &mut Known<'_>) {
    if scope.is_all() {
        return;
    }
    if cut_down_entries(scope, known.tellings) != Some(Feedback::Full) {
        *known.screening = None;
    }
    known.clocks.retain(|c| c.state == "running" && FOR_REQUESTERS.contains(&c.code.as_str()));
    stage_for_requester(&known.pathway.stage).clone_into(&mut known.pathway.stage);
    known.pathway.holder_id = None;
}

/// As [`cut_down`], of the entries of one child's request alone. Answers with how fully the
/// requester was told.
pub fn cut_down_entries(scope: &Scope, tellings: &mut Vec<Telling>) -> Option<Feedback> {
    let feedback = feedback(tellings);
    if scope.is_all() {
        return feedback;
    }
    let may_know = what_may_be_known(tellings, feedback, scope);
    tellings.retain(|t| may_know.contains(&t.stored.no));
    for telling in tellings.iter_mut() {
        match event(telling) {
            Some(Event::Answered(Feedback::Full)) => {
                telling.words.retain(|what, _| what != "names_checked");
            }
            Some(Event::Answered(_)) => {
                telling.words.retain(|what, _| what != REASON && what != "names_checked");
            }
            Some(Event::InformationAdded { .. }) => {}
            _ => telling.words.clear(),
        }
    }
    feedback
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

/// How fully the last answer was given. It stays with the requester while the hub looks again.
fn feedback(tellings: &[Telling]) -> Option<Feedback> {
    tellings.iter().rev().filter(|t| t.stored.struck.is_none()).find_map(|t| match event(t) {
        Some(Event::Answered(feedback)) => Some(feedback),
        _ => None,
    })
}

/// Whether the requester was answered with something since then, and the answer stands.
pub fn is_answered_since(tellings: &[Telling], since: Moment) -> bool {
    tellings.iter().any(|t| {
        let told = matches!(event(t), Some(Event::Answered(Feedback::Full | Feedback::Limited)));
        told && t.stored.struck.is_none() && t.stored.recorded >= since
    })
}

/// The entries that a requester may know of: of decisions and answers only those that stand, never
/// what was proposed and sent back, or decided in a round before.
fn what_may_be_known(
    tellings: &[Telling],
    feedback: Option<Feedback>,
    scope: &Scope,
) -> Vec<EntryNo> {
    let standing = || tellings.iter().filter(|t| t.stored.struck.is_none());
    let last = |is: fn(&Event) -> bool| {
        standing().rfind(|t| event(t).is_some_and(|e| is(&e))).map(|t| t.stored.no)
    };
    let answered = last(|e| matches!(e, Event::Answered(_)));
    let decided = standing()
        .filter(|t| Some(t.stored.no) < answered)
        .rfind(|t| matches!(event(t), Some(Event::Decided(_))))
        .map(|t| t.stored.no);
    let told = matches!(feedback, Some(Feedback::Full | Feedback::Limited));
    let may_know = |t: &&Telling| match event(t) {
        Some(Event::Received(_) | Event::Acknowledged | Event::Read) => true,
        Some(Event::InformationAdded { .. }) => t.recorded_by == scope.staff(),
        Some(Event::Decided(_)) => feedback == Some(Feedback::Full) && Some(t.stored.no) == decided,
        Some(Event::Signed) => {
            feedback == Some(Feedback::Full)
                && Some(t.stored.no) > decided
                && Some(t.stored.no) < answered
        }
        Some(Event::Answered(_)) => told && Some(t.stored.no) == answered,
        _ => false,
    };
    standing().filter(may_know).map(|t| t.stored.no).collect()
}

/// Whether somebody in the hub has looked since immediate danger was spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Danger {
    Unread,
    /// At that moment; by whom, only the hub knows.
    Read {
        at: Moment,
        by: Option<String>,
    },
}

/// What danger was spoken of, as far as the asker knows of it: to be told before the tellings are
/// cut down, since a requester learns that the hub has looked, and not how.
pub fn danger(tellings: &[Telling], scope: &Scope) -> Option<Danger> {
    let mut danger = None;
    for telling in tellings.iter().filter(|t| t.stored.struck.is_none()) {
        let is_known = scope.is_all() || telling.recorded_by == scope.staff();
        match (event(telling), &danger) {
            (Some(Event::Received(receipt)), _) if receipt.danger => danger = Some(Danger::Unread),
            (Some(Event::InformationAdded { danger: true }), _) if is_known => {
                danger = Some(Danger::Unread);
            }
            (Some(Event::Read | Event::Claimed | Event::Decided(_)), Some(Danger::Unread)) => {
                let by = telling.recorder.clone().filter(|_| scope.is_all());
                danger = Some(Danger::Read { at: telling.stored.at, by });
            }
            _ => {}
        }
    }
    danger
}

/// What a telling tells.
pub fn event(telling: &Telling) -> Option<Event> {
    serde_json::from_str(&telling.stored.event).ok()
}
