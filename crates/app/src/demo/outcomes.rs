//! What the hub makes of a worry: the level, what happens next, and the words for both. The shares
//! name where they are from, or say that they are assumed.

use practice::processes::request_for_support::{
    Feedback,
    Level::{self, Intensive, Specialist, Universal, UniversalPlus},
    Outcome::{
        self, AddedToOpenCase, AnotherAuthority, Assessment, ImmediateProtection,
        InformationAndAdvice, IntensiveFamilySupport, NoFurtherAction, PartnerEarlyHelp,
        SpecialistAssessment, StrategyDiscussion,
    },
};

use super::{dice::Dice, worries::Worry};
use crate::pathways::Words;

/// How many of a hundred children are at which level, before the worry narrows it: assumed, so
/// that about a quarter of the children become referrals. Nobody publishes contacts.
const LEVELS: [(Level, u32); 4] =
    [(Universal, 24), (UniversalPlus, 33), (Intensive, 23), (Specialist, 20)];

/// What happens next at level 4, in a thousand. Section 47 enquiries were 33 to 40 % of Blackpool's
/// referrals in the years to March 2025 and 2024 (benchmarks.csv, Section_47 over
/// CPP_Total_Rateper10,000), and none was closed without action (CIN_Refferals_NFA); the rest of
/// this table and the others are assumed.
const AT_FOUR: [(Outcome, u32); 6] = [
    (Assessment, 510),
    (StrategyDiscussion, 320),
    (AddedToOpenCase, 95),
    (SpecialistAssessment, 40),
    (AnotherAuthority, 20),
    (ImmediateProtection, 15),
];
const AT_THREE: [(Outcome, u32); 4] = [
    (IntensiveFamilySupport, 700),
    (PartnerEarlyHelp, 160),
    (AddedToOpenCase, 120),
    (AnotherAuthority, 20),
];
const AT_TWO: [(Outcome, u32); 4] = [
    (PartnerEarlyHelp, 640),
    (InformationAndAdvice, 260),
    (NoFurtherAction, 60),
    (AddedToOpenCase, 40),
];
const AT_ONE: [(Outcome, u32); 3] =
    [(InformationAndAdvice, 620), (NoFurtherAction, 340), (AnotherAuthority, 40)];

/// The level of a child about whom somebody has this worry.
pub fn level(dice: &mut Dice, worry: &Worry) -> Level {
    let (least, most) = worry.levels;
    let weights = LEVELS
        .iter()
        .map(|(level, weight)| if (least..=most).contains(&level.number()) { *weight } else { 0 });
    dice.place(weights).map_or(UniversalPlus, |place| LEVELS[place].0)
}

/// What happens next for a child at this level.
pub fn outcome(dice: &mut Dice, level: Level) -> Outcome {
    match level {
        Universal => dice.weighted(&AT_ONE),
        UniversalPlus => dice.weighted(&AT_TWO),
        Intensive => dice.weighted(&AT_THREE),
        Specialist => dice.weighted(&AT_FOUR),
    }
}

/// The level that the requester thinks it is, by what it turns out to be: most are right or ask
/// for more, some are not sure (assumed).
pub fn asked(dice: &mut Dice, level: Level) -> Option<Level> {
    let asked =
        dice.weighted(&[(None, 25), (Some(0), 45), (Some(1), 17), (Some(-1), 9), (Some(2), 4)]);
    asked.and_then(|more: i8| {
        Level::of_number(level.number().saturating_add_signed(more).clamp(1, 4))
    })
}

/// How fully the requester is told: a relative less than a practitioner (assumed).
pub fn feedback(dice: &mut Dice, is_practitioner: bool) -> Feedback {
    match is_practitioner {
        true => dice.weighted(&[
            (Feedback::Full, 930),
            (Feedback::Limited, 50),
            (Feedback::Nothing, 20),
        ]),
        false => dice.weighted(&[(Feedback::Limited, 850), (Feedback::Nothing, 150)]),
    }
}

/// The words of a decision.
pub fn decided(worry: &Worry, outcome: Outcome) -> Words {
    words([
        ("risk", worry.risk),
        ("strengths", worry.strengths),
        ("voice", worry.voice),
        ("reasons", reasons(outcome)),
    ])
}

/// The words of an answer.
pub fn answered(feedback: Feedback, outcome: Outcome) -> Words {
    let (reason, meanwhile) = match feedback {
        Feedback::Full => (reasons(outcome), meanwhile(outcome)),
        Feedback::Limited => {
            ("Thank you. It was looked into, and the family is being spoken to.", RING)
        }
        Feedback::Nothing => {
            return words([("reason", "Telling the requester could put somebody at risk.")]);
        }
    };
    let contact = "The Request for Support Hub, on its usual number";
    words([("reason", reason), ("contact_person", contact), ("meanwhile", meanwhile)])
}

/// Words by name.
pub fn words<const N: usize>(words: [(&str, &str); N]) -> Words {
    words.map(|(name, said)| (name.to_owned(), said.to_owned())).into()
}

const RING: &str = "Ring the hub if anything changes, and 999 if a child is in danger.";

const fn meanwhile(outcome: Outcome) -> &'static str {
    match outcome {
        ImmediateProtection | StrategyDiscussion => {
            "Do not speak with the family about it before you have heard from the social worker."
        }
        PartnerEarlyHelp => "Ask the family whether they agree to an early help assessment.",
        InformationAndAdvice | NoFurtherAction => {
            "Stay in touch with the family, and ask again if your worry grows."
        }
        _ => RING,
    }
}

const fn reasons(outcome: Outcome) -> &'static str {
    match outcome {
        ImmediateProtection => {
            "The child is not safe tonight, and nobody at home can make it safe. Police and social \
             care act together now."
        }
        StrategyDiscussion => {
            "There is reasonable cause to suspect significant harm, so police, health and social \
             care decide together today what to ask and whom."
        }
        Assessment => {
            "What is known does not show how the child is at home. Without an assessment the \
             child’s health or development is likely to suffer."
        }
        SpecialistAssessment => {
            "The child’s needs are such that a specialist has to see what lies behind them."
        }
        AddedToOpenCase => {
            "The family has a social worker already, who has this now and will take it up at the \
             next visit."
        }
        IntensiveFamilySupport => {
            "Several needs come together and the family agrees to help. A family worker visits \
             every week before it becomes worse."
        }
        PartnerEarlyHelp => {
            "The family would accept help from those who know them already. An early help \
             assessment brings them together."
        }
        InformationAndAdvice => {
            "What the child needs can be given by the services that every child has. The family \
             was told whom to ask."
        }
        AnotherAuthority => {
            "The child lives in another area, and its front door has the whole request."
        }
        NoFurtherAction => {
            "What was seen has an explanation that fits, and the family is supported by its own."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_goes_with_its_level() {
        let fit = |level: Level, outcomes: &[(Outcome, u32)]| {
            outcomes.iter().all(|(outcome, _)| outcome.fits(level))
        };
        assert!(fit(Universal, &AT_ONE) && fit(UniversalPlus, &AT_TWO));
        assert!(fit(Intensive, &AT_THREE) && fit(Specialist, &AT_FOUR));
    }
}
