//! The front door, from a request to its answer, with the real database.

mod answering;
mod danger;
mod deciding;
mod every_event;

use app::{
    access::Actor,
    disclosing::basis_fields::Ground,
    doors::{self, Once},
    error::Error,
    front_door::{
        answers::Answer,
        caller::Caller,
        contacts::{NewAdult, NewContact, Taken, take_in},
        decisions::Decide,
        reading::OpenContact,
        screening::{AddInformation, Claim, ReadContact, Reopen, Strike},
        telephone::TakeDown,
    },
    pathways::Words,
    people::{Born, NewAddress, NewPerson, child::OpenChild, rows::Relationship},
    settings::partnership::{Partnership, SetPartnership},
    sharing::notices::OwnNotices,
};
use axum::http::StatusCode;
use jiff::civil::date;
use practice::{
    disclosure::{Body, Occasion},
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
        unnamed: None,
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
        made: None,
        level,
        outcome,
        risk: "Hungry on most days".into(),
        strengths: "Warm with the class".into(),
        voice: "Says there is no tea at home".into(),
        reasons: "The family needs more than school can give".into(),
    }
}

/// On the usual ground, with the usual reason where something is held back.
pub fn usual_ground() -> Ground {
    Ground::usual(Occasion::RequesterAnswered.usual(Body::Public))
}

/// What the requester is told in full, with nothing but the reason.
pub fn answer(pathway: &str, revision: i64, reason: &str) -> Answer {
    Answer {
        pathway: pathway.to_owned(),
        revision,
        made: None,
        feedback: Feedback::Full,
        reason: reason.to_owned(),
        contact_person: String::new(),
        meanwhile: String::new(),
        names_checked: false,
        ground: usual_ground(),
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
                contact_person: "Dee Marlowe-Demo, 01632 960 123".into(),
                meanwhile: "Keep the breakfast club place open".into(),
                ..answer(&taken.pathways[0], at, "A family worker will visit this week")
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

async fn unread(world: &World, actor: &Actor) -> Vec<String> {
    let notices = doors::open(&world.app, actor, OwnNotices).await.unwrap();
    notices.into_iter().map(|n| n.kind).collect()
}

pub async fn decided_and_answered(world: &World, dee: &Actor, taken: &Taken, child: usize) {
    let pathway = taken.pathways[child].clone();
    let at = revision(world, dee, &taken.reference, child).await;
    let decide = decision(&pathway, at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
    doors::record(&world.app, dee, decide).await.unwrap();
    let answer = answer(&pathway, at + 1, "School leads");
    doors::record(&world.app, dee, answer).await.unwrap();
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
        let more =
            AddInformation { contact, said: "A new bruise".into(), danger: false, said_at: None };
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
fn what_was_said_while_sightline_could_not_be_reached_says_when_and_counts_from_when_it_came() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let taken = sent(&world, &owen, false).await;
        let mut browser = world.signs_in("owen@marram.example").await;
        let path = format!("/contacts/{}/information", taken.reference);
        let at = |time: &str| {
            format!("said_at.day=1&said_at.month=11&said_at.year=2026&said_at.time={time}")
        };
        let page = browser.fills(&path, &format!("danger=no&said=A+bruise&{}", at("25:00"))).await;
        assert_eq!(page.errors_lead_to(), ["#said_at-day"], "{}", page.text);
        let page = browser.fills(&path, &format!("danger=no&said=A+bruise&{}", at("21:40"))).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let page = browser.get(&format!("/contacts/{}", taken.reference)).await;
        assert!(page.reads("Said on 1 November 2026 at 9:40pm"), "{}", page.text);
        let sunil = world.actor("sunil@hub.example").await;
        let look = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &sunil, look).await.unwrap();
        assert!(seen.is_unread_by(sunil.staff()), "the hub could read it only now");
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
            may_be_named: None,
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

/// The number that was given for a request is rung before that of the account.
#[test]
fn whoever_gives_another_number_is_rung_on_it() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let mut contact = two_siblings(&owen, true);
        contact.requester_said = Some(Caller::named("01632 960 444"));
        let taken = send(&world, &owen, contact).await;
        let mut hub = world.signs_in("dee@hub.example").await;
        let page = hub.get(&format!("/contacts/{}", taken.reference)).await;
        let (first, own) = (page.text.find("01632 960 444"), page.text.find("How to reach them"));
        assert!(page.reads("Ring them first on") && first < own, "{}", page.text);
        world
    });
}
