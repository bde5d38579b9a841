//! Somebody who must not see a child reads, everywhere, what somebody reads for whom there is no
//! such child; and what would have gone to them goes to somebody else.

mod every_route;
mod seeing_again;
mod tried;

use app::{
    doors::{
        self,
        journal::{self, Kind},
    },
    error::{Error, Result},
    front_door::screening::{AddInformation, Claim},
    organisations::{
        roles::{EndRole, GiveRole},
        staff::OpenStaff,
    },
    people::{
        child::OpenChild,
        keeping_away::{KeepAway, LetSeeAgain, OpenKeptAway},
        links::{LinkPeople, SplitPerson},
        who_may::SeeWhoMay,
    },
    sharing::{jobs, notices::OwnNotices},
};
use axum::http::StatusCode;
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
};
use practice::{calendar::Day, roles::Role};

use crate::{
    support::{World, on_both, reference_of},
    walk::{Known, known, known_by, lists, reads, reads_as_nothing},
};

pub async fn keep(world: &World, known: &Known, who: &str, instead: Option<&str>) -> Result<()> {
    let marguerite = world.actor("marguerite@hub.example").await;
    let change = KeepAway {
        person: known.person.clone(),
        account: known.account.clone(),
        who: who.to_owned(),
        reason: "He is the father’s brother".to_owned(),
        instead: instead.map(str::to_owned),
    };
    doors::record(&world.app, &marguerite, change).await
}

#[test]
fn whoever_is_kept_away_reads_what_is_read_where_there_is_no_such_child() {
    on_both(async |world| {
        let before = lists(&world, "sunil@hub.example").await;
        let known = known(&world, true).await;
        let after = lists(&world, "sunil@hub.example").await;
        assert_ne!(after, before, "there is something to be kept from");
        keep(&world, &known, "sunil@hub.example", None).await.unwrap();
        assert_eq!(lists(&world, "sunil@hub.example").await, before);
        reads_as_nothing(&world, "sunil@hub.example", &known).await;
        world
    });
}

#[test]
fn the_hub_reads_who_is_kept_away_and_why_and_can_let_them_see_again() {
    on_both(async |world| {
        let known = known(&world, false).await;
        keep(&world, &known, "sunil@hub.example", None).await.unwrap();
        let again = keep(&world, &known, "sunil@hub.example", None).await;
        assert!(matches!(again, Err(Error::Beside { field: "who", .. })), "{again:?}");
        assert!(!world.holds("father’s brother").await, "the reason is sealed");

        let mut browser = world.signs_in("dee@hub.example").await;
        let path = format!("/people/{}/kept-away", known.person);
        let page = browser.get(&path).await;
        assert!(page.reads("Sunil") || page.text.contains("He is the father’s brother"));
        let page = browser.get(&format!("/people/{}/who-may-see", known.person)).await;
        assert!(page.reads("Owen Pryce-Demo") && page.reads("Requesters read their own requests"));
        assert!(!page.text.contains("Sunil"), "{}", page.text);

        let dee = world.actor("dee@hub.example").await;
        let who = doors::open(&world.app, &dee, SeeWhoMay::Contact(known.contact.clone())).await;
        let names = format!("{:?}", who.unwrap());
        assert!(names.contains("Marguerite") && !names.contains("Sunil"), "{names}");

        let sunil = world.actor("sunil@hub.example").await;
        assert!(!reads(&world, &sunil, &known.contact).await);
        let look = OpenKeptAway { person: known.person.clone() };
        let seen = doors::open(&world.app, &dee, look).await.unwrap();
        let exclusion = seen.all[0].reference.clone();
        let lift = || LetSeeAgain { person: known.person.clone(), exclusion: exclusion.clone() };
        let own = doors::record(&world.app, &sunil, lift()).await;
        assert!(matches!(own, Err(Error::NotFound)), "nobody lets themselves in: {own:?}");
        doors::record(&world.app, &dee, lift()).await.unwrap();
        assert!(reads(&world, &sunil, &known.contact).await);
        world
    });
}

#[test]
fn a_requester_and_a_lead_are_kept_away_like_anybody() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let known = known(&world, false).await;
        assert!(reads(&world, &owen, &known.contact).await);
        keep(&world, &known, "owen@marram.example", None).await.unwrap();
        assert!(!reads(&world, &owen, &known.contact).await);
        let add = AddInformation {
            contact: known.contact.clone(),
            said: "More".to_owned(),
            danger: false,
            said_at: None,
        };
        let added = doors::record(&world.app, &owen, add).await;
        assert!(matches!(added, Err(Error::NotFound)), "{added:?}");
        world
    });
}

#[test]
fn who_may_be_the_same_child_is_kept_away_too_and_linking_lifts_nothing() {
    on_both(async |world| {
        let (sunil, dee) =
            (world.actor("sunil@hub.example").await, world.actor("dee@hub.example").await);
        let (before, first) = (known(&world, false).await, known(&world, false).await);
        keep(&world, &first, "sunil@hub.example", None).await.unwrap();
        // Sent before and after, by somebody who gave the same number, and not linked yet.
        let after = known(&world, false).await;
        for known in [&before, &first, &after] {
            assert!(!reads(&world, &sunil, &known.contact).await);
        }

        let halima = world.actor("halima@health.example").await;
        let other = crate::support::somebody_elses(&world, &halima).await;
        let other = known_by(&world, &other).await;
        assert!(reads(&world, &sunil, &other.contact).await, "somebody else");
        let link = LinkPeople {
            from: first.person.clone(),
            account: first.account.clone(),
            to: other.person.clone(),
            reason: "The same child".to_owned(),
        };
        crate::support::links(&world, &dee, link).await.unwrap();
        assert!(!reads(&world, &sunil, &other.contact).await, "it went with the accounts");
        let part = SplitPerson {
            person: other.person.clone(),
            accounts: vec![first.account.clone()],
            reason: "They are not".to_owned(),
        };
        doors::record(&world.app, &dee, part).await.unwrap();
        assert!(!reads(&world, &sunil, &first.contact).await, "it stays with the child");
        let look = OpenChild { reference: first.person.clone() };
        assert!(doors::open(&world.app, &sunil, look).await.is_err());
        world
    });
}

async fn notices(world: &World, email: &str) -> Vec<String> {
    let actor = world.actor(email).await;
    let notices = doors::open(&world.app, &actor, OwnNotices).await.unwrap();
    notices.into_iter().map(|notice| notice.kind).collect()
}

#[test]
fn what_waits_for_somebody_goes_to_whoever_receives_it_instead() {
    on_both(async |world| {
        let known = known(&world, true).await;
        let dee = world.actor("dee@hub.example").await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &dee, claim).await.unwrap();
        assert_eq!(notices(&world, "dee@hub.example").await, ["danger"]);
        assert!(notices(&world, "sunil@hub.example").await.is_empty());
        keep(&world, &known, "dee@hub.example", Some("sunil@hub.example")).await.unwrap();
        assert!(notices(&world, "dee@hub.example").await.is_empty());
        let mut to_sunil = notices(&world, "sunil@hub.example").await;
        to_sunil.sort_unstable();
        to_sunil.dedup();
        assert_eq!(to_sunil, ["danger", "instead"], "at once");
        let held = "pathway WHERE holder_id IS NOT NULL AND ended_at IS NULL";
        assert_eq!(world.count(held).await, 0, "what she held is in the queue again");

        // The e-mail was asked for before; it is asked once more when it is sent.
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <sightline@seaholme.example>").unwrap();
        for _ in 0..3 {
            jobs::send_messages(&world.app, &mailer).await.unwrap();
        }
        let to: Vec<_> = sink.letters().into_iter().flat_map(|letter| letter.to).collect();
        assert!(!to.iter().any(|to| to.contains("dee@hub.example")), "{to:?}");
        assert!(to.iter().any(|to| to.contains("sunil@hub.example")), "{to:?}");
        world
    });
}

#[test]
fn where_nobody_receives_it_instead_the_hubs_managers_are_told_at_once() {
    on_both(async |world| {
        let known = known(&world, true).await;
        // Whoever was named, and must not see it either, is passed over.
        keep(&world, &known, "sunil@hub.example", Some("dee@hub.example")).await.unwrap();
        keep(&world, &known, "dee@hub.example", None).await.unwrap();
        assert_eq!(notices(&world, "marguerite@hub.example").await, ["danger"]);
        let owen = world.actor("owen@marram.example").await;
        let add = AddInformation {
            contact: known.contact.clone(),
            said: "He is at the gate".to_owned(),
            danger: true,
            said_at: None,
        };
        world.it_is("2026-11-02T10:30:00Z");
        doors::record(&world.app, &owen, add).await.unwrap();
        assert!(notices(&world, "dee@hub.example").await.is_empty());
        assert!(notices(&world, "sunil@hub.example").await.is_empty());
        assert_eq!(notices(&world, "marguerite@hub.example").await, ["danger", "danger"]);
        world
    });
}

#[test]
fn whoever_left_the_hub_receives_nothing_instead() {
    on_both(async |world| {
        let known = known(&world, false).await;
        keep(&world, &known, "dee@hub.example", Some("sunil@hub.example")).await.unwrap();
        let jo = world.actor("jo@unit.example").await;
        let staff = reference_of(&world, "staff", "Sunil Rao-Demo").await;
        let until: Day = "2026-11-03".parse().unwrap();
        let role = |role: Role| role.slug().to_owned();
        let gives = GiveRole {
            staff: staff.clone(),
            role: role(Role::Practitioner),
            from: until,
            until: None,
        };
        doors::record(&world.app, &jo, gives).await.unwrap();
        let look = OpenStaff { reference: staff.clone() };
        let held = doors::open(&world.app, &jo, look).await.unwrap().roles;
        let from = held.iter().find(|held| held.role == role(Role::HubWorker)).unwrap().from_on.0;
        let ends = EndRole { staff, role: role(Role::HubWorker), from, seen: None, until };
        doors::record(&world.app, &jo, ends).await.unwrap();
        world.it_is("2026-11-04T10:00:00Z");
        let sunil = world.actor("sunil@hub.example").await;
        assert!(!reads(&world, &sunil, &known.contact).await, "he works elsewhere now");

        let owen = world.actor("owen@marram.example").await;
        let add = AddInformation {
            contact: known.contact.clone(),
            said: "He is at the gate".to_owned(),
            danger: true,
            said_at: None,
        };
        doors::record(&world.app, &owen, add).await.unwrap();
        let unread = notices(&world, "sunil@hub.example").await;
        assert!(!unread.iter().any(|kind| kind == "danger"), "{unread:?}");
        assert_eq!(notices(&world, "marguerite@hub.example").await, ["danger"]);
        world
    });
}

#[test]
fn an_exclusion_is_refused_beside_the_field_that_is_wrong() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut browser = world.signs_in("marguerite@hub.example").await;
        let path = format!("/people/{}/kept-away", known.person);
        for (who, instead, beside) in [
            ("nobody@hub.example", "dee@hub.example", "who"),
            ("sunil@hub.example", "nobody@hub.example", "instead"),
            ("sunil@hub.example", "sunil@hub.example", "instead"),
            // Works elsewhere, and could open nothing that they were told of.
            ("sunil@hub.example", "halima@health.example", "instead"),
        ] {
            let fields = [
                ("account", known.account.as_str()),
                ("who", who),
                ("instead", instead),
                ("reason", "He is the father’s brother"),
            ];
            let page = browser.post(&path, &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{who} {instead}");
            assert_eq!(page.errors_lead_to(), [format!("#{beside}")], "{who} {instead}");
        }
        assert_eq!(world.count("exclusion").await, 0);
        world
    });
}

#[test]
fn nobody_keeps_themselves_away_by_mistake() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut browser = world.signs_in("dee@hub.example").await;
        let path = format!("/people/{}/kept-away", known.person);
        let mut fields = vec![
            ("account", known.account.as_str()),
            ("who", "Dee@hub.example"),
            ("reason", "My sister’s child"),
        ];
        let asked = browser.post(&path, &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(asked.errors_lead_to(), ["#myself"]);
        assert_eq!(world.count("exclusion").await, 0);
        fields.push(("myself", "yes"));
        assert_eq!(browser.post(&path, &fields).await.location(), "/");
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
        world
    });
}

#[test]
fn nobody_rings_whoever_asked_and_must_not_see_it_any_more() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut hub = world.signs_in("dee@hub.example").await;
        let pages = [
            format!("/contacts/{}", known.contact),
            format!("/pathways/{}/decision", known.pathway),
            format!("/people/{}", known.person),
        ];
        let dialled = "href=\"tel:01632960123\"".to_owned();
        const DO_NOT_RING: &str = "Asked for this, and must not see it any more";
        for page in &pages {
            let page = hub.get(page).await;
            assert!(page.status.is_success() && !page.text.contains(DO_NOT_RING));
        }
        assert!(hub.get(&pages[0]).await.text.contains(&dialled), "and can be rung");
        assert!(hub.get(&pages[2]).await.text.contains(&dialled), "and can be rung");
        keep(&world, &known, "owen@marram.example", None).await.unwrap();
        for path in &pages {
            let page = hub.get(path).await;
            assert!(page.text.contains(DO_NOT_RING), "{path}: {}", page.text);
            assert!(page.reads("Owen Pryce-Demo. Don’t ring"), "{path}");
            assert!(!page.text.contains(&dialled), "no number of theirs can be pressed: {path}");
        }
        let fields = [("purpose", "To ring the family before a visit")];
        let page = hub.post(&format!("/contacts/{}/protected", known.contact), &fields).await;
        assert!(page.text.contains(DO_NOT_RING), "{}", page.text);
        world
    });
}

#[test]
fn the_journal_keeps_the_sentence_of_the_policy_that_decided() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let known = known(&world, false).await;
        assert!(reads(&world, &owen, &known.contact).await);
        assert!(world.holds("Requesters read their own requests and what those led to").await);
        assert!(world.holds("The hub reads every contact that reached it").await);
        world
    });
}

#[derive(Row)]
struct Written {
    seq: i64,
    entry: Vec<u8>,
    sealed: Option<Vec<u8>>,
}

/// What stands in the journal, with what was said.
pub async fn written(world: &World) -> Vec<(journal::Read, String)> {
    let text = "SELECT j.seq, j.entry, c.sealed FROM journal j \
                LEFT JOIN journal_content c ON c.seq = j.seq ORDER BY j.seq";
    let rows: Vec<Written> = world.app.db.reads().all(text, []).await.unwrap();
    rows.into_iter()
        .map(|row| {
            let said = row.sealed.map(|s| journal::unseal(&world.app.keys, row.seq, s).unwrap());
            let said = String::from_utf8_lossy(&said.unwrap_or_default()).into_owned();
            (journal::read(&row.entry).unwrap(), said)
        })
        .collect()
}

/// Who was refused what is in the journal, in the same words whether there is nothing or it is kept
/// from them (threat model, T2; ASVS 16.3.2).
#[test]
fn a_refusal_is_in_the_journal_and_does_not_tell_what_is_kept_from_what_is_not_there() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let sunil = world.actor("sunil@hub.example").await;
        keep(&world, &known, "sunil@hub.example", None).await.unwrap();
        for contact in [known.contact.as_str(), "22222-22222"] {
            let before = written(&world).await.len();
            assert!(!reads(&world, &sunil, contact).await);
            let claim = Claim { contact: contact.to_owned() };
            let claimed = doors::record(&world.app, &sunil, claim).await;
            assert!(matches!(claimed, Err(Error::NotFound)));
            let entries = written(&world).await.split_off(before);
            let whats: Vec<_> = entries.iter().map(|(read, _)| read.what.as_str()).collect();
            assert_eq!(whats, ["front-door:contact", "front-door:claim"]);
            for (read, said) in &entries {
                assert_eq!((read.kind, read.actor), (Kind::Refused, sunil.id()));
                assert_eq!(said, contact);
                assert!(read.subjects.is_empty(), "not even by an id");
            }
        }
        world
    });
}
