//! The front door, from a request to its answer, with the real database.

use app::{
    access::Actor,
    doors::{self, Once},
    error::Error,
    front_door::{
        answers::Answer,
        contacts::{NewAdult, NewContact, Taken, take_in},
        decisions::{Decide, Sign},
        queue::{Filter, OpenQueue},
        reading::OpenContact,
        screening::{AddInformation, Claim, HandBack, ReadContact, Reopen, Strike},
        telephone::TakeDown,
        telling::Danger,
    },
    pathways::Words,
    people::{Born, NewAddress, NewPerson, child::OpenChild, rows::Relationship},
    settings::partnership::{Partnership, SetPartnership},
    sharing::notices::OwnNotices,
};
use jiff::civil::date;
use practice::{
    identifiers::Scheme,
    processes::request_for_support::{Channel, Feedback, Level, Outcome},
};
use serde::Serialize;

use crate::support::{World, on_both};

/// Owen, a teacher, is worried about Arlo and Bea Invented-Marsh, who live with their mother.
pub fn two_siblings(actor: &Actor, danger: bool) -> NewContact {
    let member = actor.signed_in().expect("somebody");
    let child = |given: &str, born| NewPerson {
        given: given.into(),
        family: "Invented-Marsh".into(),
        born,
        sex: Some("F".into()),
        identifiers: vec![(Scheme::Nhs, "943 476 5919".into())],
        address: Some(NewAddress {
            lines: "1 Sample Street".into(),
            postcode: "FY1 1AD".into(),
            protected: false,
        }),
        setting: Some("Marram Primary School".into()),
        ..NewPerson::default()
    };
    let mother =
        NewPerson { given: "Carys".into(), family: "Invented-Rowe".into(), ..NewPerson::default() };
    NewContact {
        channel: Channel::Form,
        source: "a test".into(),
        received: "2026-11-02T10:00:00Z".parse().expect("a moment"),
        agency: member.agency,
        setting: member.setting,
        requester: Some(member.staff),
        requester_said: None,
        danger,
        level: Some(Level::Intensive),
        response: None,
        list_reference: None,
        children: vec![
            child("Arlo", Born::On(date(2017, 5, 4))),
            child("Bea", Born::Expected(Some(date(2027, 1, 9)))),
        ],
        adults: vec![NewAdult {
            person: mother,
            relationship: Relationship {
                what: "mother".into(),
                responsibility: Some("yes".into()),
            },
            lives_with_them: true,
        }],
        words: Words::from([("worry".into(), "Arlo comes to school hungry".into())]),
    }
}

/// Takes in a contact, as the form does.
#[derive(Serialize)]
struct Send {
    #[serde(skip)]
    contact: Option<NewContact>,
}

impl doors::Change for Send {
    type Made = Taken;
    const WHAT: &'static str = "test:send";
    const ACTION: app::access::Action = app::access::Action::AskForSupport;

    async fn make(self, pen: &mut doors::Pen<'_>) -> app::error::Result<Taken> {
        take_in(pen, self.contact.expect("a contact")).await
    }
}

pub async fn sent(world: &World, actor: &Actor, danger: bool) -> Taken {
    send(world, actor, two_siblings(actor, danger)).await
}

pub async fn send(world: &World, actor: &Actor, contact: NewContact) -> Taken {
    let send = Send { contact: Some(contact) };
    doors::record(&world.app, actor, send).await.expect("it is taken in")
}

pub fn decision(pathway: &str, revision: i64, level: Level, outcome: Outcome) -> Decide {
    Decide {
        pathway: pathway.into(),
        revision,
        level,
        outcome,
        risk: "Hungry on most days".into(),
        strengths: "Warm with the class".into(),
        voice: "Says there is no tea at home".into(),
        reasons: "The family needs more than school can give".into(),
    }
}

pub async fn revision(world: &World, actor: &Actor, contact: &str, child: usize) -> i64 {
    let look = OpenContact { reference: contact.into() };
    let seen = doors::open(&world.app, actor, look).await.expect("the contact");
    seen.children[child].pathway.revision
}

#[test]
fn each_child_of_a_contact_gets_a_decision_of_its_own_and_the_requester_an_answer() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        assert_eq!(taken.pathways.len(), 2);

        doors::record(&world.app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
        world.it_is("2026-11-02T11:00:00Z");
        let at = revision(&world, &dee, &taken.reference, 0).await;
        let decide =
            decision(&taken.pathways[0], at, Level::Intensive, Outcome::IntensiveFamilySupport);
        let waits = doors::record(&world.app, &dee, decide).await.unwrap();
        assert!(!waits.waits, "level 3 as asked stands without a signature");
        let at = revision(&world, &dee, &taken.reference, 0).await;
        doors::record(
            &world.app,
            &dee,
            Answer {
                pathway: taken.pathways[0].clone(),
                revision: at,
                feedback: Feedback::Full,
                reason: "A family worker will visit this week".into(),
                contact_person: "Dee Marlowe-Demo, 01632 960 123".into(),
                meanwhile: "Keep the breakfast club place open".into(),
                names_checked: false,
            },
        )
        .await
        .unwrap();

        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &owen, look).await.unwrap();
        assert_eq!(seen.children[0].pathway.stage, "Dealt with by the hub");
        assert_eq!(seen.children[1].pathway.stage, "With the hub");
        assert!(seen.children[0].clocks.is_empty(), "how far the hub is inside is not shown");
        let look = OpenContact { reference: taken.reference.clone() };
        let inside = doors::open(&world.app, &dee, look).await.unwrap();
        let met = |code: &str| {
            inside.children[0].clocks.iter().find(|c| c.code == code).map(|c| c.state.clone())
        };
        assert_eq!(met("REF-1WD").as_deref(), Some("met"));
        assert_eq!(met("REF-FB").as_deref(), Some("met"));

        let person = seen.children[0].account.person.clone();
        let child = doors::open(&world.app, &owen, OpenChild { reference: person }).await.unwrap();
        assert_eq!(child.pathways[0].tellings.len(), 4, "not that it was taken on inside");
        world
    });
}

#[test]
fn a_level_4_decision_waits_for_a_manager_who_did_not_make_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let marguerite = world.actor("marguerite@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        let decide = decision(&taken.pathways[0], 1, Level::Specialist, Outcome::Assessment);
        assert!(doors::record(&world.app, &dee, decide).await.unwrap().waits);
        let sign = |at| Sign { pathway: taken.pathways[0].clone(), revision: at, sent_back: None };
        assert!(matches!(doors::record(&world.app, &dee, sign(2)).await, Err(Error::NotFound)));
        doors::record(&world.app, &marguerite, sign(2)).await.unwrap();

        // A manager's own decision is signed by another.
        let decide = decision(&taken.pathways[1], 1, Level::Specialist, Outcome::Assessment);
        doors::record(&world.app, &marguerite, decide).await.unwrap();
        let own = Sign { pathway: taken.pathways[1].clone(), revision: 2, sent_back: None };
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
fn a_form_sent_twice_makes_one_contact() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let send = || Send { contact: Some(two_siblings(&owen, false)) };
        let form = |said: &[u8]| {
            Some(Once { key: "the-same-form".into(), said: said.into(), alike: None })
        };
        let (one, two) = tokio::join!(
            doors::record_once(&world.app, &owen, form(b"a worry"), send()),
            doors::record_once(&world.app, &owen, form(b"a worry"), send()),
        );
        assert_eq!(one.unwrap().reference, two.unwrap().reference);
        let edited = doors::record_once(&world.app, &owen, form(b"another"), send()).await;
        assert!(matches!(edited, Err(Error::Stale)), "what was typed since is not dropped unseen");
        let dee = world.actor("dee@hub.example").await;
        let hers = doors::record_once(&world.app, &dee, form(b"a worry"), send()).await;
        assert!(hers.is_ok(), "nobody's key stands in another's way");
        world
    });
}

#[test]
fn a_request_belongs_to_its_requester_their_lead_and_the_hub_and_to_nobody_else() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let taken = sent(&world, &owen, false).await;
        let reads = async |email: &str| {
            let actor = world.actor(email).await;
            let look = OpenContact { reference: taken.reference.clone() };
            doors::open(&world.app, &actor, look).await.is_ok()
        };
        assert!(reads("owen@marram.example").await);
        assert!(reads("tamsin@marram.example").await, "the lead of the same school");
        assert!(reads("sunil@hub.example").await);
        assert!(!reads("halima@health.example").await, "a health visitor elsewhere");
        assert!(!reads("jo@unit.example").await, "the Business Unit sees no case");
        world
    });
}

#[test]
fn an_answer_never_names_another_child_or_adult() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let answer = |reason: &str| Answer {
            pathway: taken.pathways[0].clone(),
            revision: 2,
            feedback: Feedback::Full,
            reason: reason.into(),
            contact_person: String::new(),
            meanwhile: String::new(),
            names_checked: false,
        };
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
            Answer {
                pathway: taken.pathways[0].clone(),
                revision: 2,
                feedback: Feedback::Limited,
                reason: "Dealt with".into(),
                contact_person: String::new(),
                meanwhile: String::new(),
                names_checked: false,
            },
        )
        .await
        .unwrap();
        let more = AddInformation {
            contact: taken.reference.clone(),
            said: "A new bruise".into(),
            danger: false,
        };
        doors::record(&world.app, &owen, more).await.unwrap();
        let look = OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() };
        let queue = doors::open(&world.app, &dee, look).await.unwrap();
        assert_eq!(queue.waiting.len(), 2, "the answered one is back in the queue");
        world
    });
}

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
                Answer {
                    pathway,
                    revision: 2,
                    feedback,
                    reason: "The reason that is kept or told".into(),
                    contact_person: String::new(),
                    meanwhile: String::new(),
                    names_checked: false,
                },
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

async fn unread(world: &World, actor: &Actor) -> Vec<String> {
    let notices = doors::open(&world.app, actor, OwnNotices).await.unwrap();
    notices.into_iter().map(|n| n.kind).collect()
}

async fn decided_and_answered(world: &World, dee: &Actor, taken: &Taken, child: usize) {
    let pathway = taken.pathways[child].clone();
    let at = revision(world, dee, &taken.reference, child).await;
    let decide = decision(&pathway, at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
    doors::record(&world.app, dee, decide).await.unwrap();
    let answer = Answer {
        pathway,
        revision: at + 1,
        feedback: Feedback::Full,
        reason: "School leads".into(),
        contact_person: String::new(),
        meanwhile: String::new(),
        names_checked: false,
    };
    doors::record(&world.app, dee, answer).await.unwrap();
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
fn what_is_added_reaches_whoever_holds_the_request_and_waits_until_they_read_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let sunil = world.actor("sunil@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        doors::record(&world.app, &sunil, Claim { contact: taken.reference.clone() })
            .await
            .unwrap();
        let contact = taken.reference.clone();
        let more = AddInformation { contact, said: "A new bruise".into(), danger: false };
        doors::record(&world.app, &owen, more).await.unwrap();
        assert_eq!(unread(&world, &sunil).await, ["information"], "one notice for two siblings");
        assert_eq!(unread(&world, &dee).await, Vec::<String>::new());
        let look = || OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &sunil, look()).await.unwrap();
        assert!(seen.is_unread_by(sunil.staff()) && !seen.is_unread_by(owen.staff()));
        let read = ReadContact { contact: taken.reference.clone() };
        doors::record(&world.app, &sunil, read).await.unwrap();
        let seen = doors::open(&world.app, &sunil, look()).await.unwrap();
        assert!(!seen.is_unread_by(sunil.staff()));
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
        let more = AddInformation { contact, said: "He has a knife".into(), danger: true };
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
fn an_answer_may_name_somebody_once_the_decider_has_checked_the_names() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, false).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let answer = |names_checked| Answer {
            pathway: taken.pathways[0].clone(),
            revision: 2,
            feedback: Feedback::Full,
            reason: "Carys House will offer a place".into(),
            contact_person: "Bea Demo at the nursery".into(),
            meanwhile: String::new(),
            names_checked,
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
        let more = AddInformation { contact, said: "He has a knife".into(), danger: true };
        doors::record(&world.app, &owen, more).await.unwrap();
        assert_eq!(danger(&owen).await, Some(Danger::Unread), "the claim came before");
        world.it_is("2026-11-02T15:05:00Z");
        let sunil = world.actor("sunil@hub.example").await;
        let read = ReadContact { contact: taken.reference.clone() };
        doors::record(&world.app, &sunil, read).await.unwrap();
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
        let more = AddInformation { contact, said: "He has a knife".into(), danger: true };
        doors::record(&world.app, &owen, more).await.unwrap();
        let at = revision(&world, &dee, &taken.reference, 0).await;
        let nothing =
            decision(&taken.pathways[0], at, Level::UniversalPlus, Outcome::NoFurtherAction);
        assert!(doors::record(&world.app, &dee, nothing).await.unwrap().waits);
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
        let back = Sign { pathway, revision: 2, sent_back: Some("Look again".into()) };
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
        let more = AddInformation { contact, said: "A new bruise".into(), danger: false };
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
            let answer = Answer {
                pathway: taken.pathways[0].clone(),
                revision: 2,
                feedback: Feedback::Full,
                reason: words.into(),
                contact_person: String::new(),
                meanwhile: String::new(),
                names_checked: true,
            };
            let refused = doors::record(&world.app, &dee, answer).await;
            assert!(matches!(refused, Err(Error::Refusal(_))), "{words}");
        }
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
fn what_a_page_refuses_as_too_long_the_door_refuses_as_well() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let jo = world.actor("jo@unit.example").await;
        let taken = sent(&world, &owen, false).await;
        let pathway = taken.pathways[0].clone();
        let shorten = |n: usize| format!("Shorten this to {n} characters or fewer");
        let long = "a".repeat(5001);

        let good = || decision(&pathway, 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        let said = refused(&world, &dee, Decide { voice: long.clone(), ..good() }).await;
        assert_eq!(said, shorten(5000));
        let said = refused(&world, &dee, Decide { risk: " ".into(), ..good() }).await;
        assert!(said.starts_with("Enter what could harm the child"), "{said}");
        let strike =
            Strike { pathway: pathway.clone(), revision: 1, place: 2, reason: long.clone() };
        assert_eq!(refused(&world, &dee, strike).await, shorten(5000));
        let reopen = Reopen { pathway: pathway.clone(), revision: 1, reason: long.clone() };
        assert_eq!(refused(&world, &dee, reopen).await, shorten(5000));

        let call = |caller: &str, worry: &str, given: &str| TakeDown {
            agency: "public".into(),
            caller: caller.into(),
            received: None,
            danger: false,
            level: None,
            children: vec![NewPerson { given: given.into(), ..NewPerson::default() }],
            adults: Vec::new(),
            words: Words::from([("worry".into(), worry.into())]),
        };
        let line = "a".repeat(201);
        for (call, n) in [
            (call(&line, "Shouting at night", "Arlo"), 200),
            (call("Mr Invented-Neighbour", &long, "Arlo"), 5000),
            (call("Mr Invented-Neighbour", "Shouting at night", &line), 200),
        ] {
            assert_eq!(refused(&world, &dee, call).await, shorten(n));
        }

        let record = Partnership { name: line.clone(), ..Partnership::demo() };
        let set = SetPartnership { record, from: date(2026, 11, 3), seen: 0 };
        assert_eq!(refused(&world, &jo, set).await, shorten(200));
        let listed = NewContact {
            channel: Channel::List,
            list_reference: Some(line),
            ..two_siblings(&owen, false)
        };
        assert_eq!(refused(&world, &owen, Send { contact: Some(listed) }).await, shorten(200));
        world
    });
}

async fn refused<C: doors::Change>(world: &World, actor: &Actor, change: C) -> String
where
    C::Made: std::fmt::Debug,
{
    match doors::record(&world.app, actor, change).await {
        Err(Error::Refusal(say)) => say,
        other => panic!("not refused: {other:?}"),
    }
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

#[test]
fn the_hub_reads_which_number_does_not_check_and_which_birth_is_no_childs() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let mut contact = two_siblings(&owen, false);
        let arlo = &mut contact.children[0];
        arlo.born = Born::On(date(1950, 5, 4));
        arlo.identifiers =
            vec![(Scheme::Nhs, "943 476 5918".into()), (Scheme::Upn, "A890200024001".into())];
        let taken = send(&world, &owen, contact).await;
        let page = format!("/contacts/{}", taken.reference);
        let hub = world.signs_in("dee@hub.example").await.get(&page).await;
        for doubt in [
            "The NHS number does not check: ask again before you use it.",
            "The unique pupil number (UPN) does not check: ask again before you use it.",
            "By the date of birth this child would be 76: ask again before you go by it.",
        ] {
            assert!(hub.reads(doubt), "{doubt}: {}", hub.text);
        }
        assert_eq!(hub.text.matches("does not check").count(), 2, "Bea’s number checks");
        let unchecked = "account_identifier WHERE normal IS NULL AND problem IS NOT NULL";
        assert_eq!(world.count(unchecked).await, 2, "kept as they came, and not checked");
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
        assert!(page.text.contains("<details class=\"govuk-details\" open"), "{}", page.text);
        world
    });
}

/// The number that was given for a request is rung before that of the account.
#[test]
fn whoever_gives_another_number_is_rung_on_it() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let mut contact = two_siblings(&owen, true);
        contact.requester_said = Some("01632 960 444".into());
        let taken = send(&world, &owen, contact).await;
        let mut hub = world.signs_in("dee@hub.example").await;
        let page = hub.get(&format!("/contacts/{}", taken.reference)).await;
        let (first, own) = (page.text.find("01632 960 444"), page.text.find("How to reach them"));
        assert!(page.reads("Ring them first on") && first < own, "{}", page.text);
        world
    });
}
