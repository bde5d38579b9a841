//! Every kind of event goes through the door, and none round it: it stands in the journal under the
//! number of its row, sealed, and everything derived follows from it.

use std::collections::BTreeSet;

use app::{
    doors,
    front_door::{
        decisions::Sign,
        reading::OpenContact,
        screening::{AddInformation, Claim, HandBack, ReadContact, Reopen, Strike},
        telling,
    },
    pathways::rederive,
    sharing::jobs,
};
use practice::processes::request_for_support::{Event, Level, Outcome};

use super::{answer, decision, revision, sent};
use crate::support::{on_both, sources};

/// Every kind of event.
const KINDS: [&str; 12] = [
    "received",
    "acknowledged",
    "read",
    "raised",
    "claimed",
    "handed back",
    "information added",
    "decided",
    "signed",
    "sent back",
    "answered",
    "reopened",
];

/// Where a kind stands among [`KINDS`]. A new kind does not compile until it has a place.
const fn kind(event: &Event) -> &'static str {
    KINDS[match event {
        Event::Received(_) => 0,
        Event::Acknowledged => 1,
        Event::Read => 2,
        Event::Raised { .. } => 3,
        Event::Claimed => 4,
        Event::HandedBack => 5,
        Event::InformationAdded { .. } => 6,
        Event::Decided(_) => 7,
        Event::Signed => 8,
        Event::SentBack => 9,
        Event::Answered(_) => 10,
        Event::Reopened => 11,
    }]
}

#[test]
fn every_kind_of_event_stands_in_the_journal_and_everything_follows_from_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let marguerite = world.actor("marguerite@hub.example").await;
        let taken = sent(&world, &owen, true).await;
        let contact = taken.reference.clone();
        let first = taken.pathways[0].clone();
        let at = async || revision(&world, &dee, &contact, 0).await;
        world.it_is("2026-11-02T10:16:00Z");
        jobs::raise_what_is_late(&world.app).await.unwrap();
        doors::record(&world.app, &dee, ReadContact { contact: contact.clone() }).await.unwrap();
        doors::record(&world.app, &dee, Claim { contact: contact.clone() }).await.unwrap();
        doors::record(&world.app, &dee, HandBack { contact: contact.clone() }).await.unwrap();
        let said = "He is back".to_owned();
        let more = AddInformation { contact: contact.clone(), said, danger: false, said_at: None };
        doors::record(&world.app, &owen, more).await.unwrap();
        for sent_back in [Some("Look again".to_owned()), None] {
            let decide = decision(&first, at().await, Level::Specialist, Outcome::Assessment);
            doors::record(&world.app, &dee, decide).await.unwrap();
            let sign = Sign { pathway: first.clone(), revision: at().await, made: None, sent_back };
            doors::record(&world.app, &marguerite, sign).await.unwrap();
        }
        doors::record(&world.app, &dee, answer(&first, at().await, "She is seen")).await.unwrap();
        let reason = "The school rang".to_owned();
        let reopen = Reopen { pathway: first.clone(), revision: at().await, reason };
        doors::record(&world.app, &dee, reopen).await.unwrap();
        let last = {
            let look = OpenContact { reference: contact.clone() };
            doors::open(&world.app, &dee, look).await.unwrap().children[0].tellings.len()
        };
        let reason = "Of another child".to_owned();
        let strike = Strike { pathway: first.clone(), revision: at().await, place: last, reason };
        doors::record(&world.app, &marguerite, strike).await.unwrap();

        let look = OpenContact { reference: contact.clone() };
        let seen = doors::open(&world.app, &dee, look).await.unwrap();
        let walked: BTreeSet<_> =
            seen.children[0].tellings.iter().filter_map(telling::event).map(|e| kind(&e)).collect();
        assert_eq!(walked, KINDS.into(), "each of them was walked");
        let astray = "event e WHERE NOT EXISTS (SELECT 1 FROM journal j JOIN journal_content c \
             ON c.seq = j.seq WHERE j.seq = e.seq)";
        assert_eq!(world.count(astray).await, 0, "an event that the journal does not hold");
        assert_eq!(world.count("event WHERE struck_by IS NOT NULL").await, 1);
        let report = rederive::check(&world.app).await.unwrap();
        assert!(report.differences.is_empty(), "{:?}", report.differences);
        world
    });
}

/// Nothing else writes a row of a history: neither a page nor a job.
#[test]
fn a_history_is_written_in_one_place() {
    let packed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sources: Vec<_> = sources().into_iter().map(|(file, text)| (file, packed(&text))).collect();
    let writers = |ways: &[&str]| {
        let writes = |text: &&(String, String)| ways.iter().any(|way| text.1.contains(way));
        sources.iter().filter(writes).map(|(file, _)| file.as_str()).collect::<BTreeSet<_>>()
    };
    assert_eq!(
        writers(&["INSERT INTO event ", "UPDATE event ", "DELETE FROM event "]),
        BTreeSet::from(["pathways/store.rs"]),
    );
    let by_table = BTreeSet::from(["demo/load.rs", "pathways/store.rs"]);
    assert_eq!(writers(&["&EVENT,", "store::EVENT,", "&store::EVENT"]), by_table);
    assert_eq!(writers(&["store::insert::<P>("]), BTreeSet::from(["pathways.rs"]));
}
