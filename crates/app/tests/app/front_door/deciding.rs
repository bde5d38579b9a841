//! Deciding for each child: one at a time, signed where the rule says so, struck out where it was wrong.

use app::{
    doors,
    error::Error,
    front_door::{
        decisions::Sign,
        reading::OpenContact,
        screening::{Claim, HandBack, Strike},
    },
};
use practice::processes::request_for_support::{Level, Outcome};

use super::{decided_and_answered, decision, sent, unread};
use crate::support::on_both;

#[test]
fn a_level_4_decision_waits_for_a_manager_who_did_not_make_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let marguerite = world.actor("marguerite@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        let decide = decision(&taken.pathways[0], 1, Level::Specialist, Outcome::Assessment);
        assert!(doors::record(&world.app, &dee, decide).await.unwrap().waits);
        let sign = |at| Sign {
            pathway: taken.pathways[0].clone(),
            revision: at,
            made: None,
            sent_back: None,
        };
        assert!(matches!(doors::record(&world.app, &dee, sign(2)).await, Err(Error::NotFound)));
        doors::record(&world.app, &marguerite, sign(2)).await.unwrap();

        // A manager's own decision is signed by another.
        let decide = decision(&taken.pathways[1], 1, Level::Specialist, Outcome::Assessment);
        doors::record(&world.app, &marguerite, decide).await.unwrap();
        let own =
            Sign { pathway: taken.pathways[1].clone(), revision: 2, made: None, sent_back: None };
        let refused = doors::record(&world.app, &marguerite, own).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");
        world
    });
}

#[test]
fn two_people_who_decide_at_once_do_not_overwrite_each_other() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let sunil = world.actor("sunil@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        let first =
            decision(&taken.pathways[0], 1, Level::Universal, Outcome::InformationAndAdvice);
        let second =
            decision(&taken.pathways[0], 1, Level::Intensive, Outcome::IntensiveFamilySupport);
        let (first, second) = tokio::join!(
            doors::record(&world.app, &dee, first),
            doors::record(&world.app, &sunil, second),
        );
        assert!(first.is_ok());
        assert!(matches!(second, Err(Error::Stale)), "{second:?}");
        world
    });
}

#[test]
fn a_struck_entry_stays_readable_and_the_stage_follows() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        doors::record(&world.app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
        doors::record(&world.app, &dee, HandBack { contact: taken.reference.clone() })
            .await
            .unwrap();
        let look = || OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &dee, look()).await.unwrap();
        let strike = Strike {
            pathway: taken.pathways[0].clone(),
            revision: seen.children[0].pathway.revision,
            place: 4,
            reason: "Pressed by mistake".into(),
        };
        doors::record(&world.app, &dee, strike).await.unwrap();
        let seen = doors::open(&world.app, &dee, look()).await.unwrap();
        assert_eq!(seen.children[0].pathway.stage, "Being screened");
        assert_eq!(seen.children[0].pathway.holder_id, dee.staff());
        assert_eq!(seen.children[0].tellings.len(), 4, "the struck entry is still told");
        world
    });
}

#[test]
fn a_request_can_be_taken_on_while_a_sibling_is_answered_already() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        decided_and_answered(&world, &dee, &taken, 0).await;
        doors::record(&world.app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &dee, look).await.unwrap();
        let stages: Vec<_> = seen.children.iter().map(|c| c.pathway.stage.as_str()).collect();
        assert_eq!(stages, ["Dealt with", "Being screened"]);
        world
    });
}

#[test]
fn a_decision_that_is_sent_back_reaches_whoever_made_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let marguerite = world.actor("marguerite@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        let decide = decision(&taken.pathways[0], 1, Level::Specialist, Outcome::Assessment);
        doors::record(&world.app, &dee, decide).await.unwrap();
        assert_eq!(unread(&world, &marguerite).await, ["to-sign"]);
        let back = Sign {
            made: None,
            pathway: taken.pathways[0].clone(),
            revision: 2,
            sent_back: Some("Speak to the school nurse first".into()),
        };
        doors::record(&world.app, &marguerite, back).await.unwrap();
        assert_eq!(unread(&world, &dee).await, ["sent-back"], "who had not taken it on");
        doors::record(&world.app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
        world
    });
}

#[test]
fn striking_out_is_offered_only_where_the_door_would_do_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let pathway = &taken.pathways[0];
        doors::record(&world.app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
        let decide = decision(pathway, 2, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let seen =
            doors::open(&world.app, &dee, OpenContact { reference: taken.reference.clone() })
                .await
                .unwrap();
        let (count, revision) =
            (seen.children[0].tellings.len(), seen.children[0].pathway.revision);
        let mut browser = world.signs_in("dee@hub.example").await;
        let page = browser.get(&format!("/contacts/{}", taken.reference)).await.text;
        let (mut offered, mut refused) = (0, 0);
        for place in 1..=count {
            let address = format!("/pathways/{pathway}/entries/{place}/strike");
            let form = browser.get(&address).await;
            let is_offered = page.contains(&address);
            assert_eq!(form.has_form(&address), is_offered, "{place}: page and form agree");
            if is_offered {
                offered += 1;
                continue;
            }
            refused += 1;
            assert!(form.text.contains("something later depends on it"), "{place}");
            let strike =
                Strike { pathway: pathway.clone(), revision, place, reason: "A mistake".into() };
            let said = doors::record(&world.app, &dee, strike).await.unwrap_err().to_string();
            assert!(said.contains("something later depends on it"), "{place}: {said}");
        }
        // Received carries everything else; that it was acknowledged carries nothing.
        assert!(offered >= 1 && refused >= 1, "{offered} offered, {refused} refused");
        for place in 1..=count {
            let address = format!("/pathways/{pathway}/entries/{place}/strike");
            if page.contains(&address) {
                let strike = Strike {
                    pathway: pathway.clone(),
                    revision,
                    place,
                    reason: "A mistake".into(),
                };
                doors::record(&world.app, &dee, strike).await.unwrap();
                break;
            }
        }
        world
    });
}

#[test]
fn whoever_signs_for_one_child_sees_what_was_decided_for_the_others() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let [arlo, bea] = taken.pathways.as_slice() else { panic!("two children") };
        let decide = decision(arlo, 1, Level::Specialist, Outcome::StrategyDiscussion);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let mut marguerite = world.signs_in("marguerite@hub.example").await;
        let page = marguerite.get(&format!("/pathways/{arlo}/signature")).await;
        assert!(page.reads("The other children in this request"));
        assert!(page.reads("Unborn baby Invented-Marsh") || page.reads("Bea Invented-Marsh"));
        assert!(page.reads("Nothing yet"));
        let decide = decision(bea, 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let page = marguerite.get(&format!("/pathways/{arlo}/signature")).await;
        assert!(!page.reads("Nothing yet"));
        assert!(page.reads("level 2 universal plus, early help led by a partner"));
        world
    });
}
