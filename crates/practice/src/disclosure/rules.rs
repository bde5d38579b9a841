//! Which bases go together, for whom and for what, and which are usual on which occasion. What keeps
//! a child safe never rests on consent, and consent is never the usual basis of anything.

use serde::{Deserialize, Serialize};

use super::{
    Agreement::{self, Given, NotRequired, Refused, Withdrawn},
    Article6, Article9,
    Body::{self, Other, Police, Public},
    Condition, Purpose, words,
};

/// When something is shared, which says what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The hub answers whoever asked for support.
    RequesterAnswered,
    /// The hub answers whoever asked about a child.
    AskerAnswered,
    /// Somebody sees protected details, for a purpose.
    ProtectedRevealed,
    /// Somebody opens a child's record in an emergency.
    Emergency,
    /// The same, where a child is being treated.
    MedicalEmergency,
    /// The same, where a court asks.
    CourtAsks,
    /// Somebody is given what is held about them.
    DataGiven,
    /// Somebody of a family is given the page of what was shared, with whom and why.
    FamilyTold,
    /// Intelligence is shown to somebody whom its handling code names.
    IntelligenceShown,
    /// What is open is taken out for a night on which Sightline can't be reached.
    OutOfHours,
}
impl Occasion {
    /// Whether somebody may be told of it whom it is about: that protected details were looked at
    /// tells that there are some, and what one of a family was given is not for another.
    pub fn may_be_told(self) -> bool {
        !matches!(self, Self::ProtectedRevealed | Self::FamilyTold | Self::IntelligenceShown)
    }
}
words! { Occasion {
    RequesterAnswered "requester_answered" "Answer to a request for support" "Working Together 2023, ch. 3";
    AskerAnswered "asker_answered" "Answer to somebody who asked about the child" "DfE advice 2024";
    ProtectedRevealed "protected_revealed" "Protected details were shown" "DPA sch. 1 para. 18";
    Emergency "emergency" "The record was opened in an emergency" "DPA sch. 1 para. 18";
    MedicalEmergency "medical_emergency" "The record was opened for treatment in an emergency" "UK GDPR art. 6(1)(d)";
    CourtAsks "court_asks" "The record was opened because a court asked" "UK GDPR art. 6(1)(c)";
    OutOfHours "out_of_hours" "What was open, for the out-of-hours team" "Working Together 2023, ch. 3";
    DataGiven "data_given" "They were given what is held about them" "UK GDPR art. 15";
    IntelligenceShown "intelligence_shown" "Intelligence was shown" "DPA sch. 1 para. 18";
    FamilyTold "family_told" "They were given the page of what was shared" "UK GDPR arts 13 and 14";
} }

/// On what ground something is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    pub purpose: Purpose,
    pub article_6: Article6,
    pub article_9: Article9,
    pub condition: Condition,
    pub agreement: Agreement,
    /// Whether it tells of an offence, or of one that is alleged (UK GDPR art. 10, DPA s. 10(5)).
    pub offences: bool,
}

/// A part of a basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What it is for.
    Purpose,
    /// The basis by article 6.
    Article6,
    /// The basis by article 9.
    Article9,
    /// The condition of the Data Protection Act.
    Condition,
    /// Whether they agreed.
    Agreement,
    /// Whether it tells of an offence.
    Offences,
}

/// Which part of a basis does not go with the others, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub part: Part,
    pub say: String,
}

/// What goes together. Where there are several, the first is usual.
struct Together {
    purpose: Purpose,
    bodies: &'static [Body],
    article_6: &'static [Article6],
    article_9: Article9,
    conditions: &'static [Condition],
}

/// Every combination that holds, row by row as the law has them.
const TOGETHER: [Together; 7] = [
    // Safeguarding by the council, health, the police and maintained schools.
    Together {
        purpose: Purpose::Safeguarding,
        bodies: &[Public, Police],
        article_6: &[Article6::PublicTask, Article6::LegalDuty],
        article_9: Article9::SubstantialPublicInterest,
        conditions: &[Condition::SafeguardingAtRisk, Condition::StatutoryFunction],
    },
    // Safeguarding by charities and other bodies that are not public.
    Together {
        purpose: Purpose::Safeguarding,
        bodies: &[Other],
        article_6: &[Article6::LegitimateInterests, Article6::RecognisedInterest],
        article_9: Article9::SubstantialPublicInterest,
        conditions: &[Condition::SafeguardingAtRisk],
    },
    // Health and social care, planned and given.
    Together {
        purpose: Purpose::HealthAndCare,
        bodies: &[Public],
        article_6: &[Article6::PublicTask],
        article_9: Article9::HealthOrSocialCare,
        conditions: &[Condition::HealthOrSocialCare],
    },
    // The same, where they consented to the sharing.
    Together {
        purpose: Purpose::HealthAndCare,
        bodies: &[Public, Police, Other],
        article_6: &[Article6::Consent],
        article_9: Article9::ExplicitConsent,
        conditions: &[Condition::NoneNeeded],
    },
    // A life is at risk, and the person can't consent.
    Together {
        purpose: Purpose::LifeAtRisk,
        bodies: &[Public, Police, Other],
        article_6: &[Article6::VitalInterests],
        article_9: Article9::VitalInterests,
        conditions: &[Condition::NoneNeeded],
    },
    // An investigation of the police.
    Together {
        purpose: Purpose::PoliceInvestigation,
        bodies: &[Police],
        article_6: &[Article6::LawEnforcement],
        article_9: Article9::NotUsed,
        conditions: &[Condition::StrictlyNecessary],
    },
    // What is held about somebody, for themselves.
    Together {
        purpose: Purpose::OwnData,
        bodies: &[Public, Police, Other],
        article_6: &[Article6::LegalDuty],
        article_9: Article9::SubstantialPublicInterest,
        conditions: &[Condition::StatutoryFunction],
    },
];

/// The conditions that hold for what tells of an offence: those of schedule 1, part 2.
const OF_OFFENCES: [Condition; 2] = [Condition::SafeguardingAtRisk, Condition::StatutoryFunction];

impl Occasion {
    /// The usual basis, for such a body.
    pub fn usual(self, body: Body) -> Basis {
        let is_public = body != Other;
        match self {
            Self::MedicalEmergency => Basis::usual(Purpose::LifeAtRisk, body),
            Self::DataGiven | Self::FamilyTold => Basis::usual(Purpose::OwnData, body),
            Self::CourtAsks if is_public => Basis {
                article_6: Article6::LegalDuty,
                condition: Condition::StatutoryFunction,
                ..Basis::usual(Purpose::Safeguarding, body)
            },
            _ => Basis::usual(Purpose::Safeguarding, body),
        }
    }
}

impl Basis {
    /// The usual basis of what is shared for that; where such a body has none, of safeguarding.
    fn usual(purpose: Purpose, body: Body) -> Self {
        let usual = |row: &&Together| row.purpose == purpose && row.bodies.contains(&body);
        let [safeguarding, ..] = &TOGETHER;
        let row = TOGETHER.iter().find(usual).unwrap_or(safeguarding);
        Self {
            purpose: row.purpose,
            article_6: row.article_6.first().copied().unwrap_or(Article6::PublicTask),
            article_9: row.article_9,
            condition: row.conditions.first().copied().unwrap_or(Condition::SafeguardingAtRisk),
            agreement: NotRequired,
            offences: false,
        }
    }

    /// Whether its parts go together where such a body shares.
    ///
    /// # Errors
    /// The first part, in the order of the form, that does not go with those before it.
    pub fn check(self, body: Body) -> Result<(), Wrong> {
        let rows: Vec<_> = TOGETHER
            .iter()
            .filter(|row| row.purpose == self.purpose && row.bodies.contains(&body))
            .collect();
        if rows.is_empty() {
            return Err(Wrong { part: Part::Purpose, say: NOT_THEIRS.to_owned() });
        }
        let of_6: Vec<_> =
            rows.iter().filter(|row| row.article_6.contains(&self.article_6)).collect();
        if of_6.is_empty() {
            let titles = rows.iter().flat_map(|row| row.article_6).map(|a| a.title());
            return Err(Wrong { part: Part::Article6, say: choose(titles) });
        }
        let of_9: Vec<_> = of_6.iter().filter(|row| row.article_9 == self.article_9).collect();
        if of_9.is_empty() {
            let titles = of_6.iter().map(|row| row.article_9.title());
            return Err(Wrong { part: Part::Article9, say: choose(titles) });
        }
        if !of_9.iter().any(|row| row.conditions.contains(&self.condition)) {
            let titles = of_9.iter().flat_map(|row| row.conditions).map(|c| c.title());
            return Err(Wrong { part: Part::Condition, say: choose(titles) });
        }
        self.check_agreement()?;
        self.check_offences()
    }

    fn rests_on_consent(self) -> bool {
        self.article_6 == Article6::Consent || self.article_9 == Article9::ExplicitConsent
    }

    /// Consent that nobody gave is none. Where they said no and nobody is at risk, it is not shared;
    /// where somebody is, it is shared all the same.
    fn check_agreement(self) -> Result<(), Wrong> {
        let say = match (self.rests_on_consent(), self.purpose, self.agreement) {
            (true, _, agreement) if agreement != Given => NOBODY_AGREED,
            (_, Purpose::HealthAndCare, Refused | Withdrawn) => THEY_SAID_NO,
            _ => return Ok(()),
        };
        Err(Wrong { part: Part::Agreement, say: say.to_owned() })
    }

    fn check_offences(self) -> Result<(), Wrong> {
        let is_the_polices_own = self.purpose == Purpose::PoliceInvestigation;
        if !self.offences || is_the_polices_own || OF_OFFENCES.contains(&self.condition) {
            return Ok(());
        }
        Err(Wrong { part: Part::Offences, say: OFFENCES_NEED.to_owned() })
    }
}

const NOT_THEIRS: &str = "Your agency does not share for that. Choose another purpose";
const NOBODY_AGREED: &str = "Consent is a basis only where it was given. Choose that they agreed to \
     the sharing, or another basis";
const THEY_SAID_NO: &str = "They said no, and nobody is at risk: don’t share it. If somebody is at \
     risk, choose that it keeps them safe";
const OFFENCES_NEED: &str = "What tells of an offence is shared to keep somebody safe, or by a \
     function that an Act gives. Choose that condition";

fn choose<'t>(titles: impl Iterator<Item = &'t str>) -> String {
    let titles: Vec<_> = titles.map(|title| format!("“{title}”")).collect();
    format!("That does not go with what it is for. Choose {}", titles.join(" or "))
}
