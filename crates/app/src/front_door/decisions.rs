//! The decision about one child: level of need, what happens next, the analysis, and a manager's
//! signature where the rule asks for one.

use practice::{
    calendar::{Moment, day_of},
    pathway::History,
    processes::request_for_support::{
        Decision, Event, Findings, Level, Outcome, Receipt, RequestForSupport, Signature, Stage,
        needs_signature,
    },
    roles::Role,
};
use serde::{Deserialize, Serialize};

use super::{contacts, screening::happened, telling::event};
use crate::{
    access::{Action, store::holders},
    doors::{Change, Pen},
    error::{Error, Result},
    limits::{TEXT, filled},
    pathways::{Pathway, Words, store},
    sharing,
};

/// The parts of the analysis, each with what is said when it is missing.
pub(super) const ANALYSIS: [(&str, &str); 4] = [
    ("risk", "Enter what could harm the child, and how likely and serious it is"),
    ("strengths", "Enter what protects the child, or that you found nothing"),
    ("voice", "Enter what the child says, or why the child was not asked"),
    ("reasons", "Enter why you chose this level and this outcome"),
];

/// A decision about one child, as the screener wrote it.
#[derive(Debug, Serialize)]
pub struct Decide {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the screener was looking at.
    pub revision: i64,
    /// When it was decided, where that was not now.
    pub made: Option<Moment>,
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

/// What came of a decision.
#[derive(Debug, Serialize, Deserialize)]
pub struct Decided {
    /// Whether it waits for a manager's signature.
    pub waits: bool,
    /// The reference of the contact.
    pub contact: String,
}

impl Change for Decide {
    type Made = Decided;
    const WHAT: &'static str = "front-door:decide";
    const ACTION: Action = Action::Decide;

    fn asked(&self) -> String {
        self.pathway.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<Decided> {
        let pathway = current(pen, &self.pathway, self.revision).await?;
        if !pathway.is_at::<RequestForSupport>(Stage::Waiting)
            && !pathway.is_at::<RequestForSupport>(Stage::BeingScreened)
        {
            return Err(Error::refusal(
                "It is decided already. To decide anew, a decision that waits is sent back where it is \
                 signed, and one that stands is taken up again on the request’s page",
            ));
        }
        let said = [&self.risk, &self.strengths, &self.voice, &self.reasons];
        for (said, (_, say)) in said.into_iter().zip(ANALYSIS) {
            filled(said, TEXT, say)?;
        }
        if !self.outcome.fits(self.level) {
            return Err(Error::refusal(format!(
                "“{}” does not go with {}: choose another outcome or another level",
                self.outcome.title(),
                self.level.title(),
            )));
        }
        let history = history(pen, &pathway).await?;
        let findings = Findings::of(&history)
            .ok_or_else(|| Error::refusal("This request was never received"))?;
        // Danger that was spoken of since weighs as much as on receipt.
        let receipt = Receipt { danger: findings.danger, ..findings.receipt };
        let signature = match needs_signature(self.level, self.outcome, &receipt) {
            Some(_) => Signature::Needed,
            None => Signature::NotNeeded,
        };
        let decision = Decision {
            level: Some(self.level),
            outcome: self.outcome,
            thresholds: pen.app.partnership().thresholds.clone(),
            role: pen.actor.role_for(Action::Decide),
            signature,
        };
        let said = [self.risk, self.strengths, self.voice, self.reasons];
        let words: Words = ANALYSIS
            .into_iter()
            .zip(said)
            .map(|((name, _), said)| (name.to_owned(), said))
            .collect();
        happened(pen, &pathway, self.made, Event::Decided(decision), words).await?;
        if signature == Signature::Needed {
            ask_for_a_signature(pen, &pathway).await?;
        }
        let contact = contact_of(pen, &pathway).await?;
        Ok(Decided { waits: signature == Signature::Needed, contact })
    }
}

async fn ask_for_a_signature(pen: &mut Pen<'_>, pathway: &Pathway) -> Result<()> {
    let managers = holders(pen.tx, Role::HubManager, day_of(pen.now)).await?;
    let actor = pen.actor.staff();
    for manager in managers.into_iter().filter(|m| Some(*m) != actor) {
        sharing::notify(pen, manager, sharing::Kind::ToSign, pathway.contact_id).await?;
    }
    Ok(())
}

/// A manager's word on a proposed decision.
#[derive(Debug, Serialize)]
pub struct Sign {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the manager was looking at.
    pub revision: i64,
    /// When it was signed or sent back, where that was not now.
    pub made: Option<Moment>,
    /// Why it goes back to the screener; `None` when it is signed.
    pub sent_back: Option<String>,
}

impl Change for Sign {
    /// The reference of the contact.
    type Made = String;
    const WHAT: &'static str = "front-door:sign";
    const ACTION: Action = Action::Sign;

    fn asked(&self) -> String {
        self.pathway.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let pathway = current(pen, &self.pathway, self.revision).await?;
        let tellings = store::tellings(pen.tx, &pen.app.keys, pathway.id).await?;
        let proposed_by = tellings
            .iter()
            .rev()
            .find(|t| t.stored.struck.is_none() && matches!(event(t), Some(Event::Decided(_))))
            .and_then(|t| t.recorded_by);
        if proposed_by.is_some() && proposed_by == pen.actor.staff() {
            return Err(Error::refusal("You made this decision, so another manager must sign it"));
        }
        match self.sent_back {
            None => happened(pen, &pathway, self.made, Event::Signed, Words::new()).await?,
            Some(reason) => {
                filled(&reason, TEXT, "Enter what the screener should look at again")?;
                let words = Words::from([("reason".to_owned(), reason)]);
                happened(pen, &pathway, self.made, Event::SentBack, words).await?;
                if let Some(screener) = proposed_by {
                    sharing::notify(pen, screener, sharing::Kind::SentBack, pathway.contact_id)
                        .await?;
                }
            }
        }
        contact_of(pen, &pathway).await
    }
}

/// The reference of the contact that began a pathway.
pub(super) async fn contact_of(pen: &Pen<'_>, pathway: &Pathway) -> Result<String> {
    Ok(contacts::of(pen.tx, pathway.contact_id).await?.reference)
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
