//! What the requester is told, and what an answer never holds.

use app::{
    doors,
    error::Error,
    front_door::{
        answers::Answer,
        decisions::Sign,
        queue::{Filter, OpenQueue},
        reading::OpenContact,
        screening::AddInformation,
    },
    people::child::OpenChild,
};
use practice::processes::request_for_support::{Feedback, Level, Outcome};

use super::{answer, decided_and_answered, decision, revision, send, sent, two_siblings};
use crate::support::on_both;

#[test]
fn an_answer_never_names_another_child_or_adult() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let answer = |reason: &str| answer(&taken.pathways[0], 2, reason);
        for telling in
            ["Because Bea’s birth is near", "CARYS told us more", "Her friend Mr Invented-Rowe"]
        {
            let refused = doors::record(&world.app, &dee, answer(telling)).await;
            assert!(
                matches!(refused, Err(Error::Beside { field: "names_checked", .. })),
                "{telling}: {refused:?}"
            );
        }
        doors::record(&world.app, &dee, answer("Arlo will be seen by school")).await.unwrap();
        world
    });
}

#[test]
fn what_is_said_after_the_answer_takes_the_request_up_again() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        doors::record(
            &world.app,
            &dee,
            Answer { feedback: Feedback::Limited, ..answer(&taken.pathways[0], 2, "Dealt with") },
        )
        .await
        .unwrap();
        let more = AddInformation {
            contact: taken.reference.clone(),
            said: "A new bruise".into(),
            danger: false,
            said_at: None,
        };
        doors::record(&world.app, &owen, more).await.unwrap();
        let look = OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() };
        let queue = doors::open(&world.app, &dee, look).await.unwrap();
        assert_eq!(queue.waiting.len(), 2, "the answered one is back in the queue");
        world
    });
}

#[test]
fn a_requester_reads_no_more_of_the_decision_than_the_hub_chose_to_tell() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        for (child, feedback) in [(0, Feedback::Nothing), (1, Feedback::Limited)] {
            let pathway = taken.pathways[child].clone();
            let decide = decision(&pathway, 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
            doors::record(&world.app, &dee, decide).await.unwrap();
            doors::record(
                &world.app,
                &dee,
                Answer { feedback, ..answer(&pathway, 2, "The reason that is kept or told") },
            )
            .await
            .unwrap();
        }
        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &owen, look).await.unwrap();
        let shown = format!("{seen:?}");
        assert!(!shown.contains("Hungry on most days"), "the analysis stays in the hub");
        assert!(!shown.contains("partner_early_help") && !shown.contains("partner-early-help"));
        let told: Vec<bool> = seen
            .children
            .iter()
            .map(|c| format!("{:?}", c.tellings).contains("The reason that is kept or told"))
            .collect();
        assert_eq!(told, [false, false], "the reason is told with full feedback only");
        let person = seen.children[0].account.person.clone();
        let child = doors::open(&world.app, &owen, OpenChild { reference: person }).await.unwrap();
        assert!(!format!("{:?}", child.pathways).contains("The reason that is kept or told"));
        world
    });
}

#[test]
fn an_answer_may_name_somebody_once_the_decider_has_checked_the_names() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let answer = |names_checked| Answer {
            contact_person: "Bea Demo at the nursery".into(),
            names_checked,
            ..answer(&taken.pathways[0], 2, "Carys House will offer a place")
        };
        let refused = doors::record(&world.app, &dee, answer(false)).await;
        assert!(
            matches!(refused, Err(Error::Beside { field: "names_checked", say }) if say.contains("name Carys. "))
        );
        doors::record(&world.app, &dee, answer(true)).await.unwrap();
        world
    });
}

#[test]
fn a_requester_reads_the_decision_that_stands_and_none_before_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let marguerite = world.actor("marguerite@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        let pathway = taken.pathways[0].clone();
        let proposed = decision(&pathway, 1, Level::Specialist, Outcome::StrategyDiscussion);
        doors::record(&world.app, &dee, proposed).await.unwrap();
        let back = Sign { pathway, revision: 2, made: None, sent_back: Some("Look again".into()) };
        doors::record(&world.app, &marguerite, back).await.unwrap();
        decided_and_answered(&world, &dee, &taken, 0).await;
        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &owen, look).await.unwrap();
        let told = format!("{:?}", seen.children[0].tellings);
        assert!(told.contains("partner_early_help"), "the decision that stands");
        assert!(!told.contains("strategy_discussion"), "what was proposed stays in the hub");
        world
    });
}

#[test]
fn an_answer_stays_with_the_requester_while_the_hub_looks_again() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        decided_and_answered(&world, &dee, &taken, 0).await;
        let contact = taken.reference.clone();
        let more =
            AddInformation { contact, said: "A new bruise".into(), danger: false, said_at: None };
        doors::record(&world.app, &owen, more).await.unwrap();
        let at = revision(&world, &dee, &taken.reference, 0).await;
        let anew = decision(&taken.pathways[0], at, Level::Specialist, Outcome::Assessment);
        doors::record(&world.app, &dee, anew).await.unwrap();
        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &owen, look).await.unwrap();
        let told = format!("{:?}", seen.children[0].tellings);
        assert!(seen.children[0].looks_again && told.contains("School leads"));
        assert!(told.contains("partner_early_help"), "what was decided then");
        assert!(!told.contains("assessment"), "what is decided now is not told yet");
        assert!(told.contains("A new bruise"), "they read what they added");
        world
    });
}

#[test]
fn an_answer_never_holds_an_address_that_must_be_kept_secret() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let mut contact = two_siblings(&owen, false);
        for child in &mut contact.children {
            if let Some(address) = &mut child.address {
                address.protected = true;
            }
        }
        let taken = send(&world, &owen, contact).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        for words in
            ["We will visit 1 SAMPLE street", "at 1 Sample St.", "near fy11ad", "at FY1  1AD"]
        {
            let answer = Answer { names_checked: true, ..answer(&taken.pathways[0], 2, words) };
            let refused = doors::record(&world.app, &dee, answer).await;
            assert!(matches!(refused, Err(Error::Refusal(_))), "{words}");
        }
        world
    });
}

#[test]
fn an_answer_speaks_of_a_relative_only_on_purpose() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let mut hub = world.signs_in("dee@hub.example").await;
        let form = "revision=2&feedback=full&reason=Mum+and+her+brother+will+be+seen&meanwhile=";
        let at = format!("/pathways/{}/answer", taken.pathways[0]);
        let asked = hub.fills(&at, form).await;
        assert_eq!(asked.status.as_u16(), 422);
        assert!(asked.reads("Your words speak of “Mum”, “brother”. "), "{}", asked.text);
        assert!(asked.text.contains("name=\"names_checked\""), "and lets the decider confirm");
        let sent = hub.fills(&at, &format!("{form}&names_checked=yes")).await;
        assert_eq!(sent.status.as_u16(), 303, "{}", sent.text);
        let contact = format!("/contacts/{}", taken.reference);
        let checked = "Names and relatives that the decider has checked";
        assert!(hub.get(&contact).await.reads(checked));
        let read = world.signs_in("owen@marram.example").await.get(&contact).await;
        assert!(read.reads("Mum and her brother will be seen") && !read.reads(checked));
        world
    });
}
