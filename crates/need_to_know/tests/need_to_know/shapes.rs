//! The code and the policies speak of the same things in the same words.

use std::collections::BTreeSet;

use cedar_policy::{Schema, SchemaFragment};
use need_to_know::*;

use crate::{
    dice::{Dice, question},
    model::POLICIES,
};

#[test]
fn what_is_put_to_cedar_holds_to_the_schema_and_the_quick_way_decides_as_the_slow_one() {
    let mut dice = Dice::of(11);
    for n in 0..10_000 {
        let question = question(&mut dice);
        // Cedar refuses to be asked what the schema has no shape for; so do we, by deciding no.
        let Ok(by_all) = POLICIES.allows_by_all(&question.request()) else {
            assert!(
                !matches!(
                    (&question.asker, question.action),
                    (Asker::Member(_), a) if a != Action::RunThePlatform && a != Action::ReadReleased
                ),
                "question {n}: {question:#?}: {:?}",
                POLICIES.allows_by_all(&question.request())
            );
            assert!(!POLICIES.decide(&question.request()).allowed);
            continue;
        };
        assert_eq!(
            POLICIES.decide(&question.request()).allowed,
            by_all,
            "question {n}: {question:#?}"
        );
    }
}

fn words<T: Word>() -> BTreeSet<String> {
    T::ALL.iter().map(|w| w.word().to_owned()).collect()
}

#[test]
fn every_word_stands_in_the_schema_and_every_word_of_the_schema_in_the_code() {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(SCHEMA).unwrap();
    let schema = fragment.to_json_value().unwrap();
    let listed = |kind: &str| -> BTreeSet<String> {
        let list = schema[""]["entityTypes"][kind]["enum"].as_array().unwrap();
        list.iter().map(|w| w.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed("Role"), words::<Role>());
    assert_eq!(listed("Tie"), words::<Tie>());
    assert_eq!(listed("Stage"), words::<Stage>());
    assert_eq!(listed("ItemKind"), words::<ItemKind>());
    assert_eq!(listed("Marking"), words::<Marking>());
    assert_eq!(listed("Purpose"), words::<Purpose>());
}

#[test]
fn every_action_of_the_schema_is_in_the_code_about_the_same_things() {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
    for uid in schema.actions() {
        let kinds: BTreeSet<_> =
            schema.resources_for_action(uid).unwrap().map(ToString::to_string).collect();
        match Action::of_word(uid.id().unescaped()) {
            Some(action) => {
                let ours: BTreeSet<_> = action.on().iter().map(|k| k.name().to_owned()).collect();
                assert_eq!(kinds, ours, "{action:?}");
            }
            None => assert!(kinds.is_empty(), "{uid} is missing in the code"),
        }
    }
}

#[test]
fn each_of_practices_roles_has_the_same_word_here() {
    for role in practice::roles::Role::ALL {
        assert_eq!(Role::from(role).word(), role.slug());
    }
}

#[test]
fn an_action_that_is_not_about_this_is_refused() {
    let mut dice = Dice::of(12);
    for action in Action::ALL {
        for kind in Kind::ALL.into_iter().filter(|kind| !action.is_on(*kind)) {
            let question = crate::dice::question_of(&mut dice, *action, kind);
            let decision = POLICIES.decide(&question.request());
            assert!(!decision.allowed && decision.rests_on("not-a-question"));
        }
    }
}

#[test]
fn a_policy_that_misspells_a_word_or_gives_no_reason_is_not_read() {
    let refused = |text: &str| Policies::read(&[("wrong", text)]).err().map(|e| e.problem);
    let because = r#"@id("a") @because("A.") permit (principal, action, resource)"#;
    assert!(
        refused(&format!("{because} when {{ context.ties.contains(Tie::\"alocated\") }};"))
            .is_some()
    );
    assert!(
        refused(&format!("{because} when {{ principal.rolls.contains(Role::\"auditor\") }};"))
            .is_some()
    );
    assert!(
        refused(r#"@id("a") permit (principal, action == Action::"sign", resource);"#).is_some()
    );
    assert!(
        refused(r#"@because("A.") permit (principal, action == Action::"sign", resource);"#)
            .is_some()
    );
    let once = r#"@id("a") @because("A.") permit (principal, action == Action::"sign", resource);"#;
    assert!(refused(once).is_none());
    assert!(refused(&format!("{once}{once}")).is_some());
}
