//! The decision about one child: level of need, what happens next, the analysis, and a manager's
//! signature where the rule asks for one.

use practice::{
    pathway::History,
    processes::request_for_support::{
        Decision, Event, Level, Outcome, RequestForSupport, Signature, needs_signature,
    },
};
use serde::Serialize;

use super::screening::happen;
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    pathways::{Pathway, Words, store},
    sharing,
};

/// A decision about one child, as the screener wrote it.
#[derive(Debug, Serialize)]
pub struct Decide {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the screener was looking at.
    pub revision: i64,
    pub level: Level,
    pub outcome: Outcome,
    /// What could harm the child, how likely and how badly.
    pub risk: String,
    /// What protects the child.
    pub strengths: String,
    /// What the child says, or why the child was not asked.
    pub voice: String,
    /// Why this level and this outcome.
    pub reasons: String,
}

impl Change for Decide {
    /// Whether it waits for a manager's signature.
    type Made = bool;
    const WHAT: &'static str = "front-door:decide";
    const ACTION: Action = Action::Decide;

    async fn make(self, pen: &mut Pen<'_>) -> Result<bool> {
        let pathway = current(pen, &self.pathway, self.revision).await?;
        if !self.outcome.fits(self.level) {
            return Err(Error::refusal(format!(
                "“{}” does not go with {}: choose another outcome or another level",
                self.outcome.title(),
                self.level.title(),
            )));
        }
        let history = history(pen, &pathway).await?;
        let receipt = history
            .standing()
            .find_map(|e| match &e.event {
                Event::Received(receipt) => Some(*receipt),
                _ => None,
            })
            .ok_or_else(|| Error::refusal("This request was never received"))?;
        let signature = match needs_signature(self.level, self.outcome, &receipt) {
            Some(_) => Signature::Needed,
            None => Signature::NotNeeded,
        };
        let decision = Decision {
            level: Some(self.level),
            outcome: self.outcome,
            thresholds: pen.app.partnership().thresholds.clone(),
            signature,
        };
        let words = [
            ("risk", self.risk),
            ("strengths", self.strengths),
            ("voice", self.voice),
            ("reasons", self.reasons),
        ];
        let words = words.map(|(name, said)| (name.to_owned(), said)).into();
        happen(pen, &pathway, Event::Decided(decision), words).await?;
        Ok(signature == Signature::Needed)
    }
}

/// A manager's word on a proposed decision.
#[derive(Debug, Serialize)]
pub struct Sign {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the manager was looking at.
    pub revision: i64,
    /// Why it goes back to the screener; `None` when it is signed.
    pub sent_back: Option<String>,
}

impl Change for Sign {
    type Made = ();
    const WHAT: &'static str = "front-door:sign";
    const ACTION: Action = Action::Sign;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let pathway = current(pen, &self.pathway, self.revision).await?;
        let tellings = store::tellings(pen.tx, &pen.app.keys, pathway.id).await?;
        let proposed_by = tellings
            .iter()
            .rev()
            .find(|t| t.stored.struck.is_none() && t.stored.event.contains("\"decided\""))
            .and_then(|t| t.recorded_by);
        if proposed_by.is_some() && proposed_by == pen.actor.staff() {
            return Err(Error::refusal("You made this decision, so another manager must sign it"));
        }
        match self.sent_back {
            None => happen(pen, &pathway, Event::Signed, Words::new()).await,
            Some(reason) if reason.trim().is_empty() => {
                Err(Error::refusal("Enter what the screener should look at again"))
            }
            Some(reason) => {
                let words = Words::from([("reason".to_owned(), reason)]);
                happen(pen, &pathway, Event::SentBack, words).await?;
                match pathway.holder_id {
                    Some(holder) => {
                        sharing::notify(pen, holder, sharing::Kind::SentBack, pathway.contact_id)
                            .await
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

/// The pathway, if nobody has changed it since the asker looked.
pub(super) async fn current(pen: &Pen<'_>, reference: &str, revision: i64) -> Result<Pathway> {
    let pathway = store::find(pen.tx, &pen.scope, reference).await?;
    if pathway.revision == revision { Ok(pathway) } else { Err(Error::Stale) }
}

/// The history of a pathway.
pub(super) async fn history(
    pen: &Pen<'_>,
    pathway: &Pathway,
) -> Result<History<RequestForSupport>> {
    let entries = store::entries(pen.tx, &pen.app.keys, pathway.id).await?;
    Ok(History::stored(&entries)?)
}
