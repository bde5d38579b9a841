//! Danger that a request speaks of, or that is added to it.

use app::{
    access::Actor,
    doors,
    front_door::{
        queue::{Filter, OpenQueue},
        reading::OpenContact,
        screening::{AddInformation, Claim, ReadContact},
        telling::Danger,
    },
};
use practice::processes::request_for_support::{Level, Outcome};

use super::{decision, revision, send, sent, two_siblings, unread};
use crate::support::on_both;

#[test]
fn danger_comes_first_in_the_queue_whatever_the_clock_says() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let calm = sent(&world, &owen, false).await;
        world.it_is("2026-11-02T10:30:00Z");
        let danger = sent(&world, &owen, true).await;
        let look = OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() };
        let queue = doors::open(&world.app, &dee, look).await.unwrap();
        let order: Vec<_> = queue.waiting.iter().map(|w| w.contact.as_str()).collect();
        assert_eq!(order, [&danger.reference, &danger.reference, &calm.reference, &calm.reference]);
        doors::record(&world.app, &dee, ReadContact { contact: danger.reference }).await.unwrap();
        world
    });
}

#[test]
fn danger_that_is_added_later_runs_a_clock_and_takes_a_decided_request_up_again() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let at = revision(&world, &dee, &taken.reference, 0).await;
        let decide =
            decision(&taken.pathways[0], at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let contact = taken.reference.clone();
        let more =
            AddInformation { contact, said: "He has a knife".into(), danger: true, said_at: None };
        doors::record(&world.app, &owen, more).await.unwrap();
        assert!(unread(&world, &dee).await.contains(&"danger".to_owned()));
        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &dee, look).await.unwrap();
        for child in &seen.children {
            assert_eq!(child.pathway.stage, "Waiting to be screened");
            assert!(child.clocks.iter().any(|c| c.code == "REF-DANGER" && c.state == "running"));
        }
        let look = OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() };
        let queue = doors::open(&world.app, &dee, look).await.unwrap();
        assert!(queue.waiting.iter().all(|w| w.danger), "first in the queue");
        world
    });
}

#[test]
fn danger_is_unread_until_somebody_looks_after_it_was_spoken_of() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        doors::record(&world.app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
        let danger = async |by: &Actor| {
            let look = OpenContact { reference: taken.reference.clone() };
            doors::open(&world.app, by, look).await.unwrap().children[0].danger.clone()
        };
        assert_eq!(danger(&owen).await, None);
        world.it_is("2026-11-02T15:00:00Z");
        let contact = taken.reference.clone();
        let more =
            AddInformation { contact, said: "He has a knife".into(), danger: true, said_at: None };
        doors::record(&world.app, &owen, more).await.unwrap();
        assert_eq!(danger(&owen).await, Some(Danger::Unread), "the claim came before");
        world.it_is("2026-11-02T15:05:00Z");
        let sunil = world.actor("sunil@hub.example").await;
        let mut hub = world.signs_in("dee@hub.example").await;
        let told = "Somebody in the hub has read it";
        assert!(!hub.get("/").await.reads(told), "nobody has");
        let read = ReadContact { contact: taken.reference.clone() };
        doors::record(&world.app, &sunil, read).await.unwrap();
        assert!(hub.get("/").await.reads(told), "whoever was told reads that somebody has");
        let at = "2026-11-02T15:05:00Z".parse().unwrap();
        let unnamed = Danger::Read { at, by: None };
        assert_eq!(danger(&owen).await, Some(unnamed), "a requester is not told who");
        let by = Some("Sunil Rao-Demo".to_owned());
        assert_eq!(danger(&dee).await, Some(Danger::Read { at, by }));
        world
    });
}

#[test]
fn danger_that_was_added_weighs_in_the_rule_for_signatures() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let contact = taken.reference.clone();
        let more =
            AddInformation { contact, said: "He has a knife".into(), danger: true, said_at: None };
        doors::record(&world.app, &owen, more).await.unwrap();
        let at = revision(&world, &dee, &taken.reference, 0).await;
        let nothing =
            decision(&taken.pathways[0], at, Level::UniversalPlus, Outcome::NoFurtherAction);
        assert!(doors::record(&world.app, &dee, nothing).await.unwrap().waits);
        world
    });
}

/// Whoever decides about danger reads what it is without looking for it (hazard 1).
#[test]
fn the_decision_shows_what_the_danger_is() {
    on_both(async |world| {
        let dee = world.actor("dee@hub.example").await;
        let mut contact = two_siblings(&dee, true);
        contact.words.insert("worry".into(), "There was a fire in the kitchen".into());
        let taken = send(&world, &dee, contact).await;
        let mut hub = world.signs_in("dee@hub.example").await;
        let page = hub.get(&format!("/pathways/{}/decision", taken.pathways[0])).await;
        assert!(page.reads("Immediate danger") && page.reads("There was a fire in the kitchen"));
        let before = page.text.split("There was a fire").next().unwrap_or_default();
        let folded = |tag: &str| before.matches(tag).count();
        assert_eq!(folded("<details"), folded("</details>"), "in no folded part: {}", page.text);
        world
    });
}
