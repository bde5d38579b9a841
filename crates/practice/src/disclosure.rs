//! On what ground something is shared: what it is for, by which bases of data protection law, with
//! whose agreement, and why something is held back. Each in words that a practitioner understands,
//! with its source. Which of them go together, and which are usual, stands in [`rules`]. It refuses
//! to know what is shared, or with whom.
//!
//! Sources: UK GDPR, articles 6, 9 and 10; Data Protection Act 2018 (DPA), schedules 1, 2, 3, 4 and 8;
//! Data (Use and Access) Act 2025 (DUAA), schedule 4; the Department for Education's advice on
//! information sharing (2024); the Caldicott principles (2020).

mod rules;

use serde::{Deserialize, Serialize};

pub use rules::{Basis, Occasion, Part, Wrong};

/// The words of each value: how it is stored and sent, what a practitioner reads, and its source.
macro_rules! words {
    ($type:ident { $($name:ident $slug:literal $title:literal $source:literal;)+ }) => {
        impl $type {
            /// All of them, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As it is stored and sent.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// As a practitioner reads it.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// Where it stands.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$name => $source),+ }
            }

            /// The one that is stored so.
            pub fn of_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.slug() == slug)
            }
        }
    };
}
use words;

/// What something is shared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To keep a child, or an adult at risk, from harm, or well.
    Safeguarding,
    /// To plan or give help, where nobody is at risk of harm.
    HealthAndCare,
    /// To save a life, where whoever it is about can't agree.
    LifeAtRisk,
    /// For an investigation by the police themselves.
    PoliceInvestigation,
    /// To give somebody what is held about them, who asked for it.
    OwnData,
}
words! { Purpose {
    Safeguarding "safeguarding" "To keep a child, or an adult at risk, safe" "DPA sch. 1 para. 18";
    HealthAndCare "health_and_care" "To plan or give help, where nobody is at risk of harm" "DPA sch. 1 para. 2";
    LifeAtRisk "life_at_risk" "To save a life, where the person can’t agree" "UK GDPR art. 6(1)(d)";
    PoliceInvestigation "police_investigation" "For an investigation of the police, who share it" "DPA part 3";
    OwnData "own_data" "To give somebody what is held about them" "UK GDPR art. 15";
} }

impl Purpose {
    /// Whether something is shared for it with somebody who asks about another.
    pub fn is_chosen(self) -> bool {
        self != Self::OwnData
    }
}

/// The basis that all personal data need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Article6 {
    /// The task that the law gives a public body.
    PublicTask,
    /// An Act compels it.
    LegalDuty,
    /// It saves a life.
    VitalInterests,
    /// They consented.
    Consent,
    /// A body that is not public has good reason to.
    LegitimateInterests,
    /// Safeguarding by a body that is not public.
    RecognisedInterest,
    /// None: law enforcement has rules of its own.
    LawEnforcement,
}
words! { Article6 {
    PublicTask "public_task" "It is our public task" "UK GDPR art. 6(1)(e), DPA s. 8";
    LegalDuty "legal_duty" "An Act requires it" "UK GDPR art. 6(1)(c)";
    VitalInterests "vital_interests" "It saves a life" "UK GDPR art. 6(1)(d)";
    Consent "consent" "They consented to the sharing" "UK GDPR art. 6(1)(a)";
    LegitimateInterests "legitimate_interests" "A charity or company has good reason to" "UK GDPR art. 6(1)(f)";
    RecognisedInterest "recognised_interest" "A charity or company safeguards somebody" "DUAA sch. 4";
    LawEnforcement "law_enforcement" "Law enforcement, strictly necessary" "DPA part 3";
} }

/// The basis that health, ethnic background and other special categories need besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Article9 {
    /// Everybody has an interest in it, by a condition of schedule 1.
    SubstantialPublicInterest,
    /// Health or social care.
    HealthOrSocialCare,
    /// It saves the life of somebody who can't consent.
    VitalInterests,
    /// They consented, in so many words.
    ExplicitConsent,
    /// None: law enforcement has rules of its own.
    NotUsed,
}
words! { Article9 {
    SubstantialPublicInterest "substantial_public_interest" "It is in everybody’s interest" "UK GDPR art. 9(2)(g)";
    HealthOrSocialCare "health_or_social_care" "It is health or social care" "UK GDPR art. 9(2)(h)";
    VitalInterests "vital_interests" "It saves the life of somebody who can’t agree" "UK GDPR art. 9(2)(c)";
    ExplicitConsent "explicit_consent" "They consented, in so many words" "UK GDPR art. 9(2)(a)";
    NotUsed "not_used" "None: law enforcement" "DPA part 3";
} }

/// The condition of the Data Protection Act that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Safeguarding of children and of individuals at risk.
    SafeguardingAtRisk,
    /// A function that an Act gives.
    StatutoryFunction,
    /// Health or social care, under professional secrecy.
    HealthOrSocialCare,
    /// Strictly necessary for law enforcement.
    StrictlyNecessary,
    /// None is needed.
    NoneNeeded,
}
words! { Condition {
    SafeguardingAtRisk "safeguarding_at_risk" "Safeguarding of children and people at risk" "DPA sch. 1 para. 18";
    StatutoryFunction "statutory_function" "A function that an Act gives us" "DPA sch. 1 para. 6";
    HealthOrSocialCare "health_or_social_care" "Health or social care, under professional secrecy" "DPA sch. 1 para. 2, s. 11";
    StrictlyNecessary "strictly_necessary" "Strictly necessary for law enforcement" "DPA sch. 8";
    NoneNeeded "none_needed" "None is needed" "UK GDPR art. 9(2)";
} }

/// Whether whoever it is about agreed to the sharing. To agree to help is something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Nobody has to agree.
    NotRequired,
    /// To ask would put somebody at risk.
    Unsafe,
    /// They agreed.
    Given,
    /// They said no.
    Refused,
    /// They agreed, and do so no more.
    Withdrawn,
    /// They have yet to be asked.
    NotYetSought,
}
words! { Agreement {
    NotRequired "not_sought_not_required" "Not asked: it needs no agreement" "DfE advice 2024, rule 3";
    Unsafe "not_sought_unsafe" "Not asked: asking would put somebody at risk" "DPA sch. 1 para. 18(2)";
    Given "given" "They agreed to the sharing" "DfE advice 2024, rule 2";
    Refused "refused" "They said no" "DfE advice 2024, rule 3";
    Withdrawn "withdrawn" "They agreed, and took it back" "UK GDPR art. 7(3)";
    NotYetSought "not_yet_sought" "Not asked yet" "DfE advice 2024, rule 2";
} }

/// Whether the family was told of the sharing, as far as whoever shares says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FamilyTold {
    /// Nobody said.
    #[default]
    NotRecorded,
    /// They know.
    Told,
    /// Somebody is to tell them.
    ToBeTold,
    /// To tell them would put somebody at risk.
    Unsafe,
    /// Nobody could be reached.
    NotReached,
}
words! { FamilyTold {
    NotRecorded "not_recorded" "Not recorded" "Caldicott principle 8";
    Told "told" "They were told" "Caldicott principle 8";
    ToBeTold "to_be_told" "They are to be told" "Caldicott principle 8";
    Unsafe "unsafe" "Not told: telling them would put somebody at risk" "UK GDPR art. 14(5)";
    NotReached "not_reached" "Not told: they could not be reached" "Caldicott principle 8";
} }

/// Why something was held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// They do not need it.
    NotNeeded,
    /// It would seriously harm somebody's health.
    SeriousHarm,
    /// It is about somebody else.
    ThirdParty,
    /// It tells of the abuse of a child, and telling it is not in the child's interest.
    ChildAbuse,
    /// It would stand in the way of a crime's being prevented or found out.
    Crime,
    /// A lawyer advised, or may.
    Privilege,
    /// It belongs to an adoption, or to a court.
    AdoptionOrCourt,
}
words! { Withheld {
    NotNeeded "not_needed" "They do not need more" "Caldicott principle 3";
    SeriousHarm "serious_harm" "It could seriously harm somebody" "DPA sch. 3";
    ThirdParty "third_party" "It is about somebody else" "DPA sch. 2 para. 16";
    ChildAbuse "child_abuse" "It is about the abuse of a child" "DPA sch. 3 para. 21";
    Crime "crime" "It could stand in the way of the police" "DPA sch. 2 para. 2";
    Privilege "privilege" "It is a lawyer’s advice" "DPA sch. 2 para. 19";
    AdoptionOrCourt "adoption_or_court" "It belongs to an adoption or a court" "DPA sch. 4";
} }

/// Who shares: for which bodies a basis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// A council, a health body, a maintained school, and others whom an Act gives tasks.
    Public,
    /// The police: a public body, and besides one that enforces the law.
    Police,
    /// A charity, a company.
    Other,
}
