//! Lawful basis: the combinations are those of the law, row by row, and no others; safeguarding rests
//! on nobody's consent; consent counts only where it was given.

use std::collections::BTreeSet;

use practice::disclosure::{
    Agreement, Article6, Article9, Basis, Body, Condition, Occasion, Part, Purpose, Withheld,
};
use rstest::rstest;

const BODIES: [(Body, &str); 3] =
    [(Body::Public, "public"), (Body::Police, "police"), (Body::Other, "other")];

const OCCASIONS: [Occasion; 10] = [
    Occasion::RequesterAnswered,
    Occasion::AskerAnswered,
    Occasion::ProtectedRevealed,
    Occasion::Emergency,
    Occasion::MedicalEmergency,
    Occasion::CourtAsks,
    Occasion::DataGiven,
    Occasion::FamilyTold,
    Occasion::IntelligenceShown,
    Occasion::OutOfHours,
];

/// The table of the statutory rules, written out: who, what for, article 6, article 9, the condition.
const OF_THE_LAW: &str = "\
public safeguarding 6(1)(e) 9(2)(g) 18
public safeguarding 6(1)(e) 9(2)(g) 6
public safeguarding 6(1)(c) 9(2)(g) 18
public safeguarding 6(1)(c) 9(2)(g) 6
police safeguarding 6(1)(e) 9(2)(g) 18
police safeguarding 6(1)(e) 9(2)(g) 6
police safeguarding 6(1)(c) 9(2)(g) 18
police safeguarding 6(1)(c) 9(2)(g) 6
other safeguarding 6(1)(f) 9(2)(g) 18
other safeguarding recognised 9(2)(g) 18
public health_and_care 6(1)(e) 9(2)(h) 2
public health_and_care 6(1)(a) 9(2)(a) -
police health_and_care 6(1)(a) 9(2)(a) -
other health_and_care 6(1)(a) 9(2)(a) -
public life_at_risk 6(1)(d) 9(2)(c) -
police life_at_risk 6(1)(d) 9(2)(c) -
other life_at_risk 6(1)(d) 9(2)(c) -
police police_investigation part-3 part-3 sch-8
public own_data 6(1)(c) 9(2)(g) 6
police own_data 6(1)(c) 9(2)(g) 6
other own_data 6(1)(c) 9(2)(g) 6";

fn of_6(article: Article6) -> &'static str {
    match article {
        Article6::PublicTask => "6(1)(e)",
        Article6::LegalDuty => "6(1)(c)",
        Article6::VitalInterests => "6(1)(d)",
        Article6::Consent => "6(1)(a)",
        Article6::LegitimateInterests => "6(1)(f)",
        Article6::RecognisedInterest => "recognised",
        Article6::LawEnforcement => "part-3",
    }
}

fn of_9(article: Article9) -> &'static str {
    match article {
        Article9::SubstantialPublicInterest => "9(2)(g)",
        Article9::HealthOrSocialCare => "9(2)(h)",
        Article9::VitalInterests => "9(2)(c)",
        Article9::ExplicitConsent => "9(2)(a)",
        Article9::NotUsed => "part-3",
    }
}

fn paragraph(condition: Condition) -> &'static str {
    match condition {
        Condition::SafeguardingAtRisk => "18",
        Condition::StatutoryFunction => "6",
        Condition::HealthOrSocialCare => "2",
        Condition::StrictlyNecessary => "sch-8",
        Condition::NoneNeeded => "-",
    }
}

/// Every basis that there can be, with that agreement, where no offence is told of.
fn every(agreement: Agreement) -> Vec<Basis> {
    let mut all = Vec::new();
    for purpose in Purpose::ALL.iter().copied() {
        for article_6 in Article6::ALL.iter().copied() {
            for article_9 in Article9::ALL.iter().copied() {
                for condition in Condition::ALL.iter().copied() {
                    let offences = false;
                    let basis =
                        Basis { purpose, article_6, article_9, condition, agreement, offences };
                    all.push(basis);
                }
            }
        }
    }
    all
}

#[test]
fn the_combinations_that_hold_are_those_of_the_law_and_no_others() {
    let mut hold = BTreeSet::new();
    for (body, who) in BODIES {
        for basis in every(Agreement::Given) {
            if basis.check(body).is_ok() {
                hold.insert(format!(
                    "{who} {} {} {} {}",
                    basis.purpose.slug(),
                    of_6(basis.article_6),
                    of_9(basis.article_9),
                    paragraph(basis.condition)
                ));
            }
        }
    }
    let law: BTreeSet<_> = OF_THE_LAW.lines().map(str::to_owned).collect();
    assert_eq!(hold, law);
}

#[test]
fn what_is_usual_holds_and_never_rests_on_consent() {
    for occasion in OCCASIONS {
        for (body, who) in BODIES {
            let usual = occasion.usual(body);
            assert_eq!(usual.check(body), Ok(()), "{occasion:?} {who}");
            assert_ne!(usual.article_6, Article6::Consent, "{occasion:?} {who}");
            assert_ne!(usual.article_9, Article9::ExplicitConsent, "{occasion:?} {who}");
            assert_eq!(usual.agreement, Agreement::NotRequired, "{occasion:?} {who}");
        }
    }
}

#[rstest]
#[case(Occasion::RequesterAnswered, Purpose::Safeguarding, "6(1)(e)", "18")]
#[case(Occasion::AskerAnswered, Purpose::Safeguarding, "6(1)(e)", "18")]
#[case(Occasion::ProtectedRevealed, Purpose::Safeguarding, "6(1)(e)", "18")]
#[case(Occasion::Emergency, Purpose::Safeguarding, "6(1)(e)", "18")]
#[case(Occasion::MedicalEmergency, Purpose::LifeAtRisk, "6(1)(d)", "-")]
#[case(Occasion::CourtAsks, Purpose::Safeguarding, "6(1)(c)", "6")]
fn what_is_usual_on_each_occasion(
    #[case] occasion: Occasion,
    #[case] purpose: Purpose,
    #[case] article_6: &str,
    #[case] condition: &str,
) {
    let usual = occasion.usual(Body::Public);
    let found = (usual.purpose, of_6(usual.article_6), paragraph(usual.condition));
    assert_eq!(found, (purpose, article_6, condition));
}

#[test]
fn safeguarding_rests_on_nobodys_consent_and_goes_on_where_they_said_no() {
    for (body, _) in BODIES {
        for agreement in Agreement::ALL.iter().copied() {
            for basis in every(agreement) {
                let rests_on_consent = basis.article_6 == Article6::Consent
                    || basis.article_9 == Article9::ExplicitConsent;
                let safeguards = basis.purpose == Purpose::Safeguarding;
                assert!(!(safeguards && rests_on_consent && basis.check(body).is_ok()));
            }
            let usual = Basis { agreement, ..Occasion::RequesterAnswered.usual(body) };
            assert_eq!(usual.check(body), Ok(()), "shared all the same: {agreement:?}");
        }
    }
}

#[test]
fn consent_counts_only_where_it_was_given_and_a_no_is_heard_where_nobody_is_at_risk() {
    let consent = |agreement| Basis {
        purpose: Purpose::HealthAndCare,
        article_6: Article6::Consent,
        article_9: Article9::ExplicitConsent,
        condition: Condition::NoneNeeded,
        agreement,
        offences: false,
    };
    let task = |agreement| Basis {
        article_6: Article6::PublicTask,
        article_9: Article9::HealthOrSocialCare,
        condition: Condition::HealthOrSocialCare,
        ..consent(agreement)
    };
    let wrong = |basis: Basis| basis.check(Body::Public).err().map(|wrong| wrong.part);
    for agreement in Agreement::ALL.iter().copied() {
        let given = agreement == Agreement::Given;
        assert_eq!(wrong(consent(agreement)).is_none(), given, "{agreement:?}");
        let refused = matches!(agreement, Agreement::Refused | Agreement::Withdrawn);
        let part = refused.then_some(Part::Agreement);
        assert_eq!(wrong(task(agreement)), part, "{agreement:?}");
    }
}

#[test]
fn what_tells_of_an_offence_needs_a_condition_that_holds_for_offences() {
    let wrong = |basis: Basis, body| {
        Basis { offences: true, ..basis }.check(body).err().map(|wrong| wrong.part)
    };
    let offences = Some(Part::Offences);
    assert_eq!(wrong(Occasion::RequesterAnswered.usual(Body::Public), Body::Public), None);
    assert_eq!(wrong(Occasion::CourtAsks.usual(Body::Public), Body::Public), None);
    assert_eq!(wrong(Occasion::MedicalEmergency.usual(Body::Public), Body::Public), offences);
}

#[test]
fn what_does_not_go_together_is_said_of_the_first_part_that_is_wrong() {
    let usual = Occasion::RequesterAnswered.usual(Body::Public);
    let wrong = |basis: Basis| {
        let wrong = basis.check(Body::Public).unwrap_err();
        (wrong.part, wrong.say)
    };
    let (part, say) = wrong(Basis { article_6: Article6::Consent, ..usual });
    assert_eq!(part, Part::Article6);
    assert!(say.contains("“It is our public task” or “An Act requires it”"), "{say}");
    let (part, _) = wrong(Basis { article_9: Article9::HealthOrSocialCare, ..usual });
    assert_eq!(part, Part::Article9);
    let (part, _) = wrong(Basis { condition: Condition::NoneNeeded, ..usual });
    assert_eq!(part, Part::Condition);
    let (part, _) = wrong(Basis { purpose: Purpose::PoliceInvestigation, ..usual });
    assert_eq!(part, Part::Purpose);
}

/// Every value is found again by what it is stored as, and says where it stands.
#[test]
fn every_word_is_stored_as_its_own_and_has_a_source() {
    macro_rules! each {
        ($($type:ident)+) => {$(
            let slugs: BTreeSet<_> = $type::ALL.iter().map(|one| one.slug()).collect();
            assert_eq!(slugs.len(), $type::ALL.len());
            for one in $type::ALL.iter().copied() {
                assert_eq!($type::of_slug(one.slug()), Some(one));
                assert!(!one.title().is_empty() && !one.source().is_empty());
            }
        )+};
    }
    each!(Purpose Article6 Article9 Condition Agreement Withheld Occasion);
    assert_eq!(Occasion::ALL.len(), OCCASIONS.len());
}
