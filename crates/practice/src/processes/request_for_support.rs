//! Request for support: a worry about a child, screened and decided by the hub, and answered.
//!
//! Implements the front door of *Working Together to Safeguard Children* (2023), chapter 3, and
//! *Keeping Children Safe in Education* (2024), part one. Where they disagree, this file is wrong.
//! A request about three siblings is one contact and three of these pathways: each child gets a
//! decision of its own.

mod turn;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

pub use turn::{Turn, Urgency, WAITS_FOR};

use crate::calendar::{Moment, minutes, working_days};
use crate::pathway::{Duty, Hand, History, Process, Rung, Strength};
use crate::retention::Class;
use crate::roles::Role;

/// The process.
#[derive(Debug, Clone, Copy)]
pub struct RequestForSupport;

/// Where a child's request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Unsent,
    Waiting,
    BeingScreened,
    ForSignature,
    Decided,
    Answered,
}

/// What happens on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The request reached the hub, by whatever channel, whether or not anybody was there.
    Received(Receipt),
    /// The requester was told that it arrived, or knows it from the call in which it came.
    Acknowledged,
    /// Somebody in the hub has read it.
    Read,
    /// The duty of that code was not done in time, so this role was told.
    Raised { duty: String, to: Role },
    /// A screener took it on.
    Claimed,
    /// The screener gave it back to the queue.
    HandedBack,
    /// The requester, or another agency, said more; perhaps that a child is in immediate danger.
    InformationAdded { danger: bool },
    /// The screener decided the level of need and what happens next.
    Decided(Decision),
    /// A manager signed the decision.
    Signed,
    /// A manager sent the decision back to the screener.
    SentBack,
    /// The requester was told the decision, as fully as is safe.
    Answered(Feedback),
    /// It was taken up again, for a reason: the clock of one working day starts anew.
    Reopened,
}

/// How a request came in, and what the requester said of its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// By which way it came.
    pub channel: Channel,
    /// The requester says that a child is in immediate danger.
    pub danger: bool,
    /// The level of need that the requester thinks it is; `None` when they were not sure.
    pub level: Option<Level>,
}

/// By which way a contact came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The form, by a signed-in practitioner.
    Form,
    /// Taken down by the hub during a call.
    Telephone,
    /// From a list that an agency or an earlier system kept.
    List,
}

impl Channel {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Form, Self::Telephone, Self::List];

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Telephone => "telephone",
            Self::List => "list",
        }
    }

    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Form => "By the form",
            Self::Telephone => "By telephone",
            Self::List => "From a list",
        }
    }
}

/// The level of need: *Working Well with Children and Families*, the local threshold document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Universal,
    UniversalPlus,
    Intensive,
    Specialist,
}

/// What happens next for the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    ImmediateProtection,
    StrategyDiscussion,
    Assessment,
    SpecialistAssessment,
    AddedToOpenCase,
    IntensiveFamilySupport,
    PartnerEarlyHelp,
    InformationAndAdvice,
    AnotherAuthority,
    NoFurtherAction,
}

/// A decision about one child. Its reasons are a record that the entry carries beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The level of need; `None` only where a list or an earlier system kept the outcome without
    /// it. Nobody decides so here.
    pub level: Option<Level>,
    /// What happens next.
    pub outcome: Outcome,
    /// The version of the threshold document that it was decided by.
    pub thresholds: String,
    /// The role in which whoever recorded it decided; `None` when a list does not say.
    pub role: Option<Role>,
    /// Whether it stands without a manager's signature.
    pub signature: Signature,
}

/// Whether a decision waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    Needed,
    NotNeeded,
}

/// How much of the decision the requester is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feedback {
    /// The outcome and the reasons.
    Full,
    /// That it was dealt with and whom to talk to; as for a relative.
    Limited,
    /// Nothing, because telling would put somebody at risk or nobody can be told.
    Nothing,
}

use Event::{
    Acknowledged, Claimed, Decided, HandedBack, InformationAdded, Raised, Read, Received, Reopened,
    SentBack, Signed,
};
use Stage::{BeingScreened, ForSignature, Unsent, Waiting};

/// The duty to read what speaks of immediate danger.
pub const DANGER: &str = "REF-DANGER";

impl Process for RequestForSupport {
    type Stage = Stage;
    type Event = Event;

    const SLUG: &'static str = "request-for-support";
    const TITLE: &'static str = "Request for support";
    const BEGINS: Stage = Unsent;
    const ENDS: Stage = Stage::Answered;
    const STAGES: &'static [Stage] =
        &[Unsent, Waiting, BeingScreened, ForSignature, Stage::Decided, Stage::Answered];

    const DUTIES: &'static [Duty<Event>] = &[
        Duty {
            code: DANGER,
            what: "Read a request that speaks of immediate danger",
            within: minutes(15),
            of: speaks_of_danger,
            met_by: |e| matches!(e, Read | Claimed | Decided(_)),
            withdrawn_by: |_| false,
            owner: Role::DutyWorker,
            ladder: &[
                Rung::at_the_limit(Role::DutyWorker),
                Rung::after(minutes(30), Role::HubManager),
            ],
            strength: Strength::Safeguard,
            source: "Local rule; Working Together 2023, ch. 3: immediate protection",
        },
        Duty {
            code: "REF-ACK",
            what: "Tell the requester that the request arrived",
            within: working_days(1),
            // A list tells of requests that were acknowledged long ago, or never will be.
            of: |e| matches!(e, Received(receipt) if receipt.channel != Channel::List),
            met_by: |e| matches!(e, Acknowledged | Event::Answered(_)),
            withdrawn_by: |_| false,
            owner: Role::HubWorker,
            ladder: &[Rung::at_the_limit(Role::HubManager)],
            strength: Strength::Statutory,
            source: "Keeping Children Safe in Education 2024, part one",
        },
        Duty {
            code: "REF-1WD",
            what: "Decide the level of need and what happens next",
            within: working_days(1),
            of: |e| matches!(e, Received(_) | Reopened),
            met_by: |e| stands(e) || matches!(e, Signed),
            withdrawn_by: |_| false,
            owner: Role::HubWorker,
            ladder: &[Rung::at_the_limit(Role::HubManager)],
            strength: Strength::Statutory,
            source: "Working Together 2023, ch. 3; Keeping Children Safe in Education 2024, part one",
        },
        Duty {
            code: "REF-FB",
            what: "Tell the requester what was decided and why",
            within: working_days(1),
            of: |e| (stands(e) && !is_from_a_list(e)) || matches!(e, Signed),
            met_by: |e| matches!(e, Event::Answered(_)),
            withdrawn_by: |e| matches!(e, Reopened),
            owner: Role::HubWorker,
            ladder: &[Rung::at_the_limit(Role::HubManager)],
            strength: Strength::Local,
            source: "Working Together 2023, ch. 3: feedback to the referrer; length is local",
        },
    ];

    fn after(stage: Stage, event: &Event) -> Option<Stage> {
        Some(match (stage, event) {
            (Unsent, Received(_)) => Waiting,
            (Waiting | BeingScreened, Claimed) => BeingScreened,
            (BeingScreened, HandedBack) => Waiting,
            (Waiting | BeingScreened, Decided(d)) if d.signature == Signature::Needed => {
                ForSignature
            }
            (Waiting | BeingScreened, Decided(_)) if is_from_a_list(event) => Stage::Answered,
            (Waiting | BeingScreened, Decided(_)) => Stage::Decided,
            (ForSignature, Signed) => Stage::Decided,
            (ForSignature, SentBack) => BeingScreened,
            (Stage::Decided, Event::Answered(_)) => Stage::Answered,
            (Stage::Decided | Stage::Answered, Reopened) => Waiting,
            (Unsent, _) => return None,
            (_, Acknowledged | Read | Raised { .. } | InformationAdded { .. }) => stage,
            _ => return None,
        })
    }

    fn name(stage: Stage) -> &'static str {
        match stage {
            Unsent => "Not sent yet",
            Waiting => "Waiting to be screened",
            BeingScreened => "Being screened",
            ForSignature => "Waiting for a manager’s signature",
            Stage::Decided => "Decided, answer due",
            Stage::Answered => "Dealt with",
        }
    }

    fn tell(event: &Event) -> String {
        match event {
            Received(receipt) => {
                let danger = if receipt.danger { ": immediate danger" } else { "" };
                let how = match receipt.channel {
                    Channel::Form => "Request for support received",
                    Channel::Telephone => "Request for support taken by telephone",
                    Channel::List => "Request for support taken from a list",
                };
                format!("{how}{danger}")
            }
            // Told by a page and an e-mail; whoever rang knows it from the call, and is sent nothing.
            Acknowledged => "Requester knows that it arrived".into(),
            Read => "Read by the hub".into(),
            Raised { duty, to } => {
                let to = to.title().to_lowercase();
                format!("Not done in time: {}: raised to the {to}", instruction(duty))
            }
            Claimed => "Taken on for screening".into(),
            HandedBack => "Given back to the queue".into(),
            InformationAdded { danger: false } => "More information added".into(),
            InformationAdded { danger: true } => "More information added: immediate danger".into(),
            Decided(d) => format!(
                "{}: {}, {}{}",
                if d.signature == Signature::Needed { "Proposed" } else { "Decided" },
                d.level.map_or("level not recorded".into(), |l| l.title().to_lowercase()),
                d.outcome.title().to_lowercase(),
                d.role.map_or(String::new(), |r| format!(" (by a {})", r.title().to_lowercase())),
            ),
            Signed => "Decision signed by a manager".into(),
            SentBack => "Sent back to the screener by a manager".into(),
            Event::Answered(Feedback::Full) => "Requester told the decision and the reasons".into(),
            Event::Answered(Feedback::Limited) => "Requester told that it was dealt with".into(),
            Event::Answered(Feedback::Nothing) => "Requester not told, for a reason".into(),
            Reopened => "Taken up again".into(),
        }
    }

    fn hand(event: &Event) -> Hand {
        match event {
            Claimed => Hand::Takes,
            HandedBack | Reopened | Event::Answered(_) => Hand::Drops,
            _ => Hand::Keeps,
        }
    }
}

/// What a list tells of this long after it was received is what an earlier system left, and waits
/// behind what comes today. Local rule.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(28 * 24);

/// What a request has come to, for lists and figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Findings {
    /// What was said on receipt.
    pub receipt: Receipt,
    /// When it was received.
    pub received: Moment,
    /// Whether a list told of it long after it was received.
    pub long_ago: bool,
    /// Whether immediate danger was spoken of, on receipt or since.
    pub danger: bool,
    /// Since when there has been information that nobody in the hub has looked at.
    pub unread_since: Option<Moment>,
    /// The decision that stands: the level if it is known, the outcome, and when it came to stand.
    pub decided: Option<(Option<Level>, Outcome, Moment)>,
    /// The gravest class of what was ever decided, also where it was taken up again since.
    pub gravest: Option<Class>,
}

impl Findings {
    /// What this history says; `None` before anything was received.
    pub fn of(history: &History<RequestForSupport>) -> Option<Self> {
        let mut findings: Option<Self> = None;
        let mut proposed = None;
        for entry in history.standing() {
            match (&entry.event, &mut findings) {
                (Received(receipt), _) => {
                    findings = Some(Self {
                        receipt: *receipt,
                        received: entry.at,
                        long_ago: receipt.channel == Channel::List
                            && entry.recorded.duration_since(entry.at) >= LONG_AGO,
                        danger: receipt.danger,
                        unread_since: receipt.danger.then_some(entry.at),
                        decided: None,
                        gravest: None,
                    });
                }
                (InformationAdded { danger }, Some(f)) => {
                    f.danger |= danger;
                    f.unread_since = f.unread_since.or(Some(entry.at));
                }
                (Read | Claimed, Some(f)) => f.unread_since = None,
                (Decided(d), Some(f)) => {
                    f.unread_since = None;
                    f.gravest = f.gravest.max(Some(Class::of(d.outcome)));
                    proposed = Some((d.level, d.outcome));
                    if stands(&entry.event) {
                        f.decided = Some((d.level, d.outcome, entry.at));
                    }
                }
                (Signed, Some(f)) => {
                    f.decided = proposed.map(|(level, outcome)| (level, outcome, entry.at));
                }
                (Reopened, Some(f)) => f.decided = None,
                _ => {}
            }
        }
        findings
    }
}

/// Whether this says that a child is in immediate danger.
fn speaks_of_danger(event: &Event) -> bool {
    matches!(event, Received(receipt) if receipt.danger)
        || matches!(event, InformationAdded { danger: true })
}

/// The instruction of a duty inside a sentence; its code when there is no such duty any more.
fn instruction(code: &str) -> String {
    let what = RequestForSupport::DUTIES.iter().find(|d| d.code == code).map(|d| d.what);
    let Some((first, rest)) = what.and_then(|w| w.split_at_checked(1)) else {
        return code.to_owned();
    };
    format!("{}{rest}", first.to_lowercase())
}

/// Whether this is a decision of the past, which a list tells of: whoever made it has answered the
/// requester or not, and nobody is asked to do it now.
fn is_from_a_list(event: &Event) -> bool {
    matches!(event, Decided(d) if d.role.is_none())
}

/// Whether this is a decision that stands without a signature.
fn stands(event: &Event) -> bool {
    matches!(event, Decided(d) if d.signature == Signature::NotNeeded)
}

impl Level {
    /// Every level, lowest need first.
    pub const ALL: [Self; 4] =
        [Self::Universal, Self::UniversalPlus, Self::Intensive, Self::Specialist];

    /// 1 to 4.
    pub const fn number(self) -> u8 {
        match self {
            Self::Universal => 1,
            Self::UniversalPlus => 2,
            Self::Intensive => 3,
            Self::Specialist => 4,
        }
    }

    /// The level of that number.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.number() == number)
    }

    /// The name that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Universal => "Level 1 Universal",
            Self::UniversalPlus => "Level 2 Universal Plus",
            Self::Intensive => "Level 3 Intensive",
            Self::Specialist => "Level 4 Specialist",
        }
    }
}

impl Outcome {
    /// Every outcome, most urgent first.
    pub const ALL: [Self; 10] = [
        Self::ImmediateProtection,
        Self::StrategyDiscussion,
        Self::Assessment,
        Self::SpecialistAssessment,
        Self::AddedToOpenCase,
        Self::IntensiveFamilySupport,
        Self::PartnerEarlyHelp,
        Self::InformationAndAdvice,
        Self::AnotherAuthority,
        Self::NoFurtherAction,
    ];

    /// The name that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ImmediateProtection => "Immediate protection",
            Self::StrategyDiscussion => "Strategy discussion (section 47)",
            Self::Assessment => "Child and family assessment (section 17)",
            Self::SpecialistAssessment => "Specialist assessment",
            Self::AddedToOpenCase => "Added to the case that is already open",
            Self::IntensiveFamilySupport => "Intensive family support",
            Self::PartnerEarlyHelp => "Early help led by a partner",
            Self::InformationAndAdvice => "Information and advice",
            Self::AnotherAuthority => "Passed to another authority",
            Self::NoFurtherAction => "No further action",
        }
    }

    /// The stored form, also used in addresses and forms.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ImmediateProtection => "immediate-protection",
            Self::StrategyDiscussion => "strategy-discussion",
            Self::Assessment => "assessment",
            Self::SpecialistAssessment => "specialist-assessment",
            Self::AddedToOpenCase => "added-to-open-case",
            Self::IntensiveFamilySupport => "intensive-family-support",
            Self::PartnerEarlyHelp => "partner-early-help",
            Self::InformationAndAdvice => "information-and-advice",
            Self::AnotherAuthority => "another-authority",
            Self::NoFurtherAction => "no-further-action",
        }
    }

    /// The outcome of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.slug() == slug)
    }

    /// Whether the contact becomes a referral: only when it goes to assessment by children's
    /// social care. Contacts never count as referrals (DfE methodology; local counting).
    pub const fn is_referral(self) -> bool {
        matches!(
            self,
            Self::ImmediateProtection
                | Self::StrategyDiscussion
                | Self::Assessment
                | Self::SpecialistAssessment
        )
    }

    /// Whether the outcome can go with the level: what children's social care takes up is level 4,
    /// and level 4 is not left with advice or nothing.
    pub const fn fits(self, level: Level) -> bool {
        match level {
            Level::Specialist => {
                self.is_referral() || matches!(self, Self::AddedToOpenCase | Self::AnotherAuthority)
            }
            _ => !self.is_referral(),
        }
    }
}

/// Why a decision needs a manager's signature; `None` when it stands by itself.
///
/// Source: "a local authority social worker, with manager decision" (Working Together 2023,
/// ch. 3); which decisions are signed is a local choice.
pub fn needs_signature(level: Level, outcome: Outcome, receipt: &Receipt) -> Option<&'static str> {
    if level == Level::Specialist {
        return Some("Every level 4 decision is signed by a manager");
    }
    if receipt.danger && outcome == Outcome::NoFurtherAction {
        return Some("The requester spoke of danger and nothing further is to be done");
    }
    match receipt.level {
        Some(asked) if asked.number() >= level.number() + 2 => {
            Some("The level is two or more below what the requester thought")
        }
        _ => None,
    }
}
