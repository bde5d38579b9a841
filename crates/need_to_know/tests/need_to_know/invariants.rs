//! What must hold whatever the policies say, on random questions.

use std::sync::Arc;

use need_to_know::*;

use crate::{
    dice::{Dice, Question, how_many, question, question_of},
    model::POLICIES,
};

fn decide(question: &Question) -> Decision {
    POLICIES.decide(&question.request())
}

#[test]
fn who_is_excluded_is_refused_everything() {
    let mut dice = Dice::of(21);
    for _ in 0..how_many(20_000) {
        let mut question = question(&mut dice);
        question.ties = question.ties.with(Tie::Excluded);
        assert!(!decide(&question).allowed, "{question:#?}");
    }
}

#[test]
fn break_glass_never_opens_an_envelope_intelligence_or_a_protected_address() {
    let mut dice = Dice::of(22);
    let mut without_glass = 0;
    for n in 0..how_many(20_000) {
        let action = if n % 2 == 0 { Action::ReadItem } else { Action::SeeAddress };
        let mut question = question_of(&mut dice, action, action.on()[0]);
        match &mut question.about {
            About::Item(item) if item.marking == Marking::Standard => continue,
            About::Item(item) if item.marking == Marking::Restricted => {
                item.marking = Marking::Sealed;
            }
            About::Child(child) => child.address_listed = true,
            _ => {}
        }
        let before = {
            let at = Circumstances { glass: None, ..question.at.clone() };
            decide(&Question { at, ..question.clone() }).allowed
        };
        without_glass += usize::from(before);
        let child = question.about.child().unwrap();
        if child.restricted && !question.ties.contains(Tie::Named) {
            // Glass lifts the wall around the child, but not the second lock.
            let keys = [Tie::SealedHolder, Tie::Handler, Tie::Author, Tie::AddressNamed];
            question.ties = keys.into_iter().fold(question.ties, Ties::without);
        }
        let glass = Glass { child: child.id.clone(), from: question.at.now, until: i64::MAX };
        question.at.glass = Some(glass);
        let after = decide(&question).allowed;
        let has_key = [Tie::SealedHolder, Tie::Handler, Tie::Author, Tie::AddressNamed]
            .into_iter()
            .any(|tie| question.ties.contains(tie));
        assert!(!after || before || has_key, "{question:#?}");
    }
    assert!(without_glass > 100, "the questions were too strict to show anything");
}

#[test]
fn glass_for_one_child_opens_no_other_and_nothing_that_changes() {
    let mut dice = Dice::of(23);
    for _ in 0..how_many(20_000) {
        let mut question = question(&mut dice);
        let Some(child) = question.about.child().map(|c| c.id.clone()) else { continue };
        let plain = Question {
            at: Circumstances { glass: None, ..question.at.clone() },
            ..question.clone()
        };
        let before = decide(&plain).allowed;
        let writes = question.action.does() == Does::Writes;
        // Asking to be involved changes nothing of the record.
        if writes && question.action != Action::AskToBeInvolved {
            question.at.glass = Some(Glass { child, from: 0, until: i64::MAX });
        } else {
            question.at.glass =
                Some(Glass { child: ChildId::new("another"), from: 0, until: i64::MAX });
        }
        assert_eq!(decide(&question).allowed, before, "{question:#?}");
    }
}

#[test]
fn each_level_of_sight_contains_the_ones_before_it() {
    let mut dice = Dice::of(24);
    for _ in 0..how_many(5_000) {
        let question = question_of(&mut dice, Action::SeeFull, Kind::Child);
        let sees: Vec<_> = Sight::WIDEST_FIRST
            .iter()
            .map(|(_, action)| POLICIES.decide(&question.request().instead(*action)).allowed)
            .collect();
        assert!(sees.is_sorted(), "{sees:?}: {question:#?}");
        let level = POLICIES.sight(&question.request());
        assert_eq!(level as usize, sees.iter().filter(|sees| **sees).count());
    }
}

#[test]
fn somebody_kept_away_reads_the_same_words_as_where_there_is_nothing() {
    let mut dice = Dice::of(25);
    let mut kept_away = 0;
    for _ in 0..how_many(20_000) {
        let question = question(&mut dice);
        if !question.about.kind().is_of_a_child() {
            continue;
        }
        let restricted = match &question.about {
            About::Child(child) => child.restricted,
            About::Item(item) => item.child.restricted,
            About::Contact(of) | About::Account(of) | About::Pathway(of) => of.restricted,
            _ => false,
        };
        let sealed = matches!(&question.about, About::Item(item) if item.marking == Marking::Sealed)
            && !question.ties.contains(Tie::SealedHolder);
        let hidden = question.ties.contains(Tie::Excluded)
            || question.asker.partnership() != question.about.partnership()
            || sealed
            || (restricted && !question.ties.contains(Tie::Named) && question.at.glass.is_none());
        let decision = decide(&question);
        if hidden && !decision.allowed {
            kept_away += 1;
            let nothing = POLICIES.nothing_there(&question.asker, question.action, &question.at);
            assert_eq!(share(&question, &decision).as_deref(), Some(&*nothing), "{question:#?}");
        }
    }
    assert!(kept_away > 1_000);
}

#[test]
fn who_knows_of_the_child_reads_who_can_share() {
    let mut dice = Dice::of(26);
    let mut told = 0;
    for _ in 0..how_many(20_000) {
        let mut question = question_of(&mut dice, Action::ReadItem, Kind::Item);
        let About::Item(item) = &mut question.about else { continue };
        (item.marking, item.basis_recorded) = (Marking::Standard, false);
        let decision = decide(&question);
        if !decision.allowed && POLICIES.sight(&as_child(&question).request()) > Sight::Nothing {
            told += 1;
            let share = share(&question, &decision).unwrap();
            assert_eq!(&*share, Action::ReadItem.who_can_share(), "{question:#?}");
        }
    }
    assert!(told > 100);
}

fn share(question: &Question, decision: &Decision) -> Option<Arc<str>> {
    POLICIES.who_can_share(&question.request(), decision)
}

fn as_child(question: &Question) -> Question {
    let child = About::Child(question.about.child().unwrap().clone());
    Question { about: child, action: Action::SeePresence, ..question.clone() }
}

#[test]
fn every_decision_names_what_decided_it_and_every_refusal_who_can_help() {
    let mut dice = Dice::of(27);
    for _ in 0..how_many(5_000) {
        let question = question(&mut dice);
        let decision = decide(&question);
        assert!(
            decision.because.iter().all(|b| b.because.ends_with('.'))
                && !decision.because.is_empty()
        );
        assert_eq!(share(&question, &decision).is_some(), !decision.allowed);
    }
}

#[test]
fn the_role_that_is_answered_for_lets_them_do_it_alone() {
    let mut dice = Dice::of(28);
    let mut named = 0;
    for _ in 0..how_many(5_000) {
        let question = question(&mut dice);
        let Some(role) = POLICIES.role_for(&question.request()) else { continue };
        named += 1;
        let member = question.asker.member().unwrap();
        assert!(member.roles.contains(role));
        let only = Member { roles: Few::of(&[role]), ..member.clone() };
        assert!(decide(&Question { asker: Asker::Member(only), ..question.clone() }).allowed);
    }
    assert!(named > 100);
}
