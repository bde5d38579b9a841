//! What was dealt with is a summary to the hub until somebody says what they open it again for
//! (issue of need to know, levels of sight; policies `dealt-with-is-closed` and its neighbours).

use std::fmt::Write;

use app::{
    access::{Action, Actor, Scope},
    doors,
    front_door::{contacts::Taken, reading::OpenContact, screening::AddInformation},
    ids::{AccountId, ContactId},
    people::{
        Born,
        addenda::AddToAccount,
        hidden,
        links::LinkPeople,
        opening::OpenAgain,
        summary::{Of, SeeSummary, asked_of_requests},
    },
};
use axum::http::StatusCode;
use practice::{
    processes::request_for_support::{Level, Outcome},
    roles::Role,
};

use crate::{
    break_glass::{breaks, with_codes},
    browser::Page,
    front_door::{answer, decided_and_answered, decision, revision, send, sent, two_siblings},
    kept_away::keep,
    queue::plan,
    reach::{WHO, everybody_joins},
    restricted::restrict_to,
    support::{World, on_both, somebody_elses},
    walk::{Known, known_by, without_keys},
};

const OWEN: &str = "owen@marram.example";
const HALIMA: &str = "halima@health.example";
const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";

/// What the hub wrote for itself, where the child lives, and what the decider weighed.
const NOTE: &str = "The neighbour rang about her again";
const STREET: &str = "1 Sample Street";
const RISK: &str = "Hungry on most days";
/// What a requester wrote and reads of their own.
const WORRY: &str = "Arlo comes to school hungry";
const ANSWER: &str = "School leads";
const NEWS: &str = "purpose=news";

/// Both children of a request of Owen's, of which Dee wrote a note and with which she dealt.
async fn dealt_with(world: &World) -> (Taken, Known) {
    let (owen, dee) = (world.actor(OWEN).await, world.actor(DEE).await);
    let taken = sent(world, &owen, false).await;
    let known = known_by(world, &taken.reference).await;
    let (person, account) = (known.person.clone(), known.account.clone());
    let note = AddToAccount { person, account, said: NOTE.to_owned() };
    doors::record(&world.app, &dee, note).await.unwrap();
    answered(world, &dee, &taken).await;
    (taken, known)
}

async fn answered(world: &World, by: &Actor, taken: &Taken) {
    decided_and_answered(world, by, taken, 0).await;
    let at = revision(world, by, &taken.reference, 1).await;
    let pathway = &taken.pathways[1];
    let decide = decision(pathway, at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
    doors::record(&world.app, by, decide).await.unwrap();
    doors::record(&world.app, by, answer(pathway, at + 1, ANSWER)).await.unwrap();
    assert_eq!(world.count("pathway WHERE ended_at IS NULL").await, 0, "nothing is open");
}

fn pages(known: &Known) -> [String; 2] {
    [format!("/contacts/{}", known.contact), format!("/people/{}", known.person)]
}

/// Whether it is the summary alone: who it is about and what came of it, and no more.
fn is_summary(page: &Page) -> bool {
    let all = [NOTE, STREET, RISK, WORRY, ANSWER, "943 476 5919", "Carys"];
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let more = all.iter().any(|words| page.reads(words));
    let is = page.reads("This is a summary.");
    assert!(is != more, "{}", page.text);
    assert!(page.reads("Arlo Invented-Marsh"), "{}", page.text);
    is
}

async fn is_summary_to(world: &World, who: &str, known: &Known) -> [bool; 2] {
    let mut browser = world.signs_in(who).await;
    let [contact, person] = pages(known);
    [is_summary(&browser.get(&contact).await), is_summary(&browser.get(&person).await)]
}

#[test]
fn the_hub_reads_a_summary_of_what_was_dealt_with_until_somebody_says_what_for() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [true, true]);
        let mut sunil = world.signs_in(SUNIL).await;
        let [contact, person] = pages(&known);
        let page = sunil.get(&person).await;
        for words in
            ["Marram Primary School", "Level 2 Universal Plus: Early help led by a partner"]
        {
            assert!(page.reads(words), "{}", page.text);
        }
        // Nothing in it is reached by another way.
        for path in [
            format!("{contact}/protected"),
            format!("/pathways/{}/entries/1/strike", known.pathway),
            format!("/pathways/{}/reopening", known.pathway),
            format!("{person}/addresses"),
        ] {
            let page = sunil.get(&path).await;
            assert!(!page.reads(STREET) && !page.reads(RISK), "{path}: {}", page.text);
        }
        let revealed = sunil.fills(&format!("{contact}/protected"), crate::walk::VISIT).await;
        assert_eq!(revealed.status, StatusCode::CONFLICT);
        assert!(revealed.reads("This is closed") && !revealed.reads(STREET), "{}", revealed.text);

        let opening = format!("{person}/opening");
        for (fields, say) in [
            ("", "Choose what you open it for"),
            ("purpose=other", "Choose what you open it for"),
            ("purpose=else&why=Because", "Enter why, in 20 characters or more"),
        ] {
            let page = sunil.fills(&opening, fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.reads(say) && page.reads("This is a summary."), "{}", page.text);
        }
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [true, true]);
        let page = sunil.fills(&opening, "purpose=else&why=Her+aunt+asks+who+helped+them").await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, person.as_str()));
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [false, false]);
        assert!(sunil.get(&person).await.reads(NOTE));
        // To nobody else, and what for is in the journal.
        assert_eq!(is_summary_to(&world, MARGUERITE, &known).await, [true, true]);
        assert_eq!(world.count("opened_again").await, 2, "of each child of the request");
        let looked = crate::who_looked::rows(&world, &known).await;
        let says = |what| {
            let theirs = looked.iter().filter(|row| row.contains("Sunil Rao-Demo Social worker"));
            theirs.into_iter().any(|row| row.contains(what))
        };
        assert!(!says("Changed"), "{looked:#?}");
        let looked = format!("{person}/who-looked");
        let looked = world.signs_in(MARGUERITE).await.get(&looked).await;
        assert!(looked.reads("Sunil Rao-Demo: Her aunt asks who helped them"), "{}", looked.text);
        world
    });
}

#[test]
fn what_is_opened_again_is_open_for_four_hours_as_it_is_to_whoever_worked_on_it() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        assert_eq!(is_summary_to(&world, DEE, &known).await, [false, false], "she dealt with it");
        let mut sunil = world.signs_in(SUNIL).await;
        let [contact, person] = pages(&known);
        let page = sunil.fills(&format!("{contact}/opening"), NEWS).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, contact.as_str()));
        world.it_is("2026-11-02T13:59:00Z");
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [false, false]);
        world.it_is("2026-11-02T14:01:00Z");
        for who in [SUNIL, DEE] {
            assert_eq!(is_summary_to(&world, who, &known).await, [true, true], "{who}");
        }
        let mut dee = world.signs_in(DEE).await;
        dee.fills(&format!("{person}/opening"), NEWS).await;
        assert_eq!(is_summary_to(&world, DEE, &known).await, [false, false]);
        // What she adds is work on it, too: four hours from then on.
        world.it_is("2026-11-02T17:50:00Z");
        let mut dee = world.signs_in(DEE).await;
        let said = format!("account={}&said=The+aunt+was+rung+back", known.account);
        dee.fills(&format!("{person}/addenda"), &said).await;
        world.it_is("2026-11-02T18:30:00Z");
        assert_eq!(is_summary_to(&world, DEE, &known).await, [false, false]);
        world.it_is("2026-11-02T21:51:00Z");
        assert_eq!(is_summary_to(&world, DEE, &known).await, [true, true]);
        world
    });
}

#[test]
fn whatever_nobody_has_read_yet_opens_it_to_the_whole_hub() {
    on_both(async |world| {
        let (taken, known) = dealt_with(&world).await;
        let more = |said: &str| AddInformation {
            contact: taken.reference.clone(),
            said: said.into(),
            danger: false,
            said_at: None,
        };
        doors::record(&world.app, &world.actor(OWEN).await, more("A new bruise")).await.unwrap();
        let sunil = world.actor(SUNIL).await;
        let closed = async |who: &Actor, of| {
            app::people::summary::is_all_of(&world.app, who, &of).await.unwrap()
        };
        let contact = || Of::Contact(known.contact.clone());
        let person = || Of::Person(known.person.clone());
        // Her mother’s page is open with it, which names nobody else.
        let found = world.signs_in(DEE).await.searches("q=Carys+Invented-Rowe").await;
        let (_, mother) = found.text.split_once("href=\"/people/").expect("she is found");
        let mother = Of::Person(mother[..11].to_owned());
        assert!(!closed(&sunil, mother).await);
        assert!(!closed(&sunil, contact()).await && !closed(&sunil, person()).await);
        let page = world.signs_in(SUNIL).await.get(&pages(&known)[0]).await;
        assert!(page.reads("A new bruise"), "{}", page.text);
        // Unread is enough, were it not taken up again by it.
        let ended = "UPDATE pathway SET ended_at = since WHERE ended_at IS NULL";
        world.tamper(ended).await;
        let marguerite = world.actor(MARGUERITE).await;
        assert!(closed(&marguerite, contact()).await, "it was read");
        world.tamper("UPDATE screening SET unread_since = received_at").await;
        assert!(!closed(&marguerite, contact()).await && !closed(&marguerite, person()).await);
        world.tamper("UPDATE screening SET unread_since = NULL").await;
        world.tamper("UPDATE pathway SET ended_at = NULL").await;
        world
    });
}

#[test]
fn another_request_about_the_same_child_opens_the_first_and_about_somebody_else_does_not() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        let hers = somebody_elses(&world, &world.actor(HALIMA).await).await;
        let hers = known_by(&world, &hers).await;
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [true, true], "not linked");
        let link = LinkPeople {
            from: hers.person,
            account: hers.account,
            to: known.person.clone(),
            reason: "The same child".to_owned(),
        };
        crate::support::links(&world, &world.actor(DEE).await, link).await.unwrap();
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [false, false]);
        world
    });
}

#[test]
fn to_open_one_child_opens_nobody_of_another_request() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        let owen = world.actor(OWEN).await;
        let other = sent(&world, &owen, false).await;
        let others = known_by(&world, &other.reference).await;
        answered(&world, &world.actor(DEE).await, &other).await;
        let sunil = world.actor(SUNIL).await;
        let of = Of::Person(known.person.clone());
        let open = |purpose: &str| OpenAgain { of: of.clone(), purpose: purpose.to_owned() };
        assert!(doors::record(&world.app, &sunil, open("Nothing")).await.is_err(), "by the policy");
        doors::record(&world.app, &sunil, open("Her aunt asks who helped them")).await.unwrap();
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [false, false]);
        assert_eq!(is_summary_to(&world, SUNIL, &others).await, [true, true]);
        // Nor to whoever is not of the hub: they see no summary, and open nothing.
        for who in [OWEN, HALIMA, "jo@unit.example", "ossian@unit.example"] {
            let actor = world.actor(who).await;
            let see = doors::open(&world.app, &actor, SeeSummary(of.clone())).await;
            assert!(see.is_err(), "{who}");
            let opened = doors::record(&world.app, &actor, open("Her aunt asks who helped them"));
            assert!(opened.await.is_err(), "{who}");
        }
        world
    });
}

#[test]
fn what_is_restricted_has_no_summary_for_whoever_is_not_named() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        assert_eq!(is_summary_to(&world, DEE, &known).await, [false, false]);
        let mut sunil = world.signs_in(SUNIL).await;
        for (path, nothing) in
            pages(&known).into_iter().zip(["/contacts/22222-22222", "/people/22222-22222"])
        {
            let (here, there) = (sunil.get(&path).await, sunil.get(nothing).await);
            assert_eq!(here.status, StatusCode::NOT_FOUND);
            assert_eq!(without_keys(&here), without_keys(&there));
            let here = sunil.fills(&format!("{path}/opening"), NEWS).await;
            let there = sunil.fills(&format!("{nothing}/opening"), NEWS).await;
            // Where nothing is to be opened they are led to the page, which is there or not.
            assert_eq!((here.status, here.location()), (StatusCode::SEE_OTHER, path.as_str()));
            assert_eq!((there.status, there.location()), (StatusCode::SEE_OTHER, nothing));
        }
        world.it_is("2026-11-02T15:01:00Z");
        assert_eq!(
            is_summary_to(&world, DEE, &known).await,
            [true, true],
            "named, and hours later"
        );
        world
    });
}

#[test]
fn what_is_hidden_from_somebody_opens_nothing_to_them() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        let halima = world.actor(HALIMA).await;
        let mut request = two_siblings(&halima, false);
        request.adults.clear();
        for (child, given) in request.children.iter_mut().zip(["Zed", "Rue"]) {
            (child.given, child.family) = (given.to_owned(), "Unlike".to_owned());
            child.born = Born::NotKnown;
            child.identifiers.clear();
        }
        let hers = send(&world, &halima, request).await.reference;
        let seen = OpenContact { reference: hers.clone() };
        let seen = doors::open(&world.app, &world.actor(MARGUERITE).await, seen).await.unwrap();
        let [zed, rue] = [0, 1].map(|n| Known {
            contact: hers.clone(),
            pathway: seen.children[n].pathway.reference.clone(),
            person: seen.children[n].account.person.clone(),
            account: seen.children[n].account.reference.clone(),
        });
        let link = LinkPeople {
            from: zed.person,
            account: zed.account,
            to: known.person.clone(),
            reason: "The same child".to_owned(),
        };
        crate::support::links(&world, &world.actor(DEE).await, link).await.unwrap();
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [false, false]);
        // The other child of the second request is restricted, and with her all of it.
        restrict_to(&world, &rue, &[DEE]).await.unwrap();
        let hidden = world.signs_in(SUNIL).await.get(&format!("/contacts/{hers}")).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert_eq!(is_summary_to(&world, SUNIL, &known).await, [true, true], "as before it came");
        world
    });
}

#[test]
fn whoever_took_it_down_reads_what_became_restricted_without_being_named() {
    on_both(async |world| {
        let sunil = world.actor(SUNIL).await;
        let taken = sent(&world, &sunil, false).await;
        let known = known_by(&world, &taken.reference).await;
        answered(&world, &world.actor(DEE).await, &taken).await;
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        world.it_is("2026-11-02T15:01:00Z");
        let mut browser = world.signs_in(SUNIL).await;
        for path in pages(&known) {
            let page = browser.get(&path).await;
            assert!(page.status == StatusCode::OK && !page.reads("This is a summary."), "{path}");
            assert!(!page.reads(RISK), "no more than any requester");
        }
        world
    });
}

#[test]
fn whatever_is_sent_too_late_is_given_back_with_the_way_to_open_it_again() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        let mut sunil = world.signs_in(SUNIL).await;
        let [contact, person] = pages(&known);
        let account = known.account.as_str();
        let said = format!("account={account}&said=Seen+in+the+park");
        let page = sunil.fills(&format!("{person}/addenda"), &said).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.reads("This is closed") && page.reads("Seen in the park"), "{}", page.text);
        assert!(page.text.contains(&format!("href=\"{person}\"")), "{}", page.text);
        // To say more of it is asked nothing: the form stands on the summary.
        let information = format!("{contact}/information");
        assert!(sunil.get(&contact).await.has_form(&information));
        let page = sunil.fills(&information, "said=Seen+in+the+park").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.reads("Choose whether a child is in immediate danger"), "{}", page.text);
        assert!(page.text.contains("Seen in the park"), "{}", page.text);
        let names = format!("{person}/names");
        assert_eq!(sunil.get(&names).await.location(), person);
        let file = format!("{contact}/files/22222-22222");
        assert_eq!(sunil.get(&file).await.location(), contact);
        let strike = format!("/pathways/{}/entries/1/strike", known.pathway);
        assert_eq!(sunil.get(&strike).await.location(), contact);
        // Said whole, it is taken: nobody opens anything to say that a child is in danger.
        let page = sunil.fills(&format!("{contact}/information"), "danger=yes&said=Now").await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, contact.as_str()));
        // It is open to everybody now, and what was said of it before is not said any more.
        let page = sunil.fills(&format!("{contact}/opening"), "").await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, contact.as_str()));
        assert_eq!(world.count("opened_again").await, 0);
        world
    });
}

#[test]
fn a_summary_says_that_something_was_added_and_which_requests_name_a_parent() {
    on_both(async |world| {
        let (_, known) = dealt_with(&world).await;
        let mut sunil = world.signs_in(SUNIL).await;
        let page = sunil.get(&pages(&known)[1]).await;
        assert!(
            page.reads("Something was last added to what is known of them on"),
            "{}",
            page.text
        );
        let mother = world.signs_in(DEE).await.searches("q=Carys+Invented-Rowe").await;
        let (_, mother) = mother.text.split_once("href=\"/people/").expect("she is found");
        let page = sunil.get(&format!("/people/{}", &mother[..11])).await;
        assert!(page.reads("The hub has nothing open about them."), "{}", page.text);
        assert!(page.text.contains(&format!("/contacts/{}", known.contact)), "{}", page.text);
        assert!(page.reads("Arlo Invented-Marsh") && !page.reads(STREET), "{}", page.text);
        world
    });
}

#[test]
fn a_notice_that_leads_to_a_summary_waits_no_longer() {
    on_both(async |world| {
        let sunil = world.actor(SUNIL).await;
        let taken = sent(&world, &sunil, false).await;
        answered(&world, &world.actor(DEE).await, &taken).await;
        let waiting = "notice n JOIN staff s ON s.id = n.staff_id \
            WHERE s.email = 'sunil@hub.example' AND n.read_at IS NULL";
        assert!(world.count(waiting).await > 0, "he is answered");
        world.it_is("2026-11-02T15:01:00Z");
        let page = world.signs_in(SUNIL).await.get(&format!("/contacts/{}", taken.reference)).await;
        assert!(page.reads("This is a summary."), "{}", page.text);
        assert_eq!(world.count(waiting).await, 0);
        world
    });
}

/// What grows with the history, by the names that it has in what is asked of one record.
const OF_ONE: &str = "dl dv dp dc ds de da dg ql qs qr qk qp";

/// To ask whether one record is hidden or was dealt with costs no more in a large history: what grows is
/// found by its index.
#[test]
fn whether_something_was_dealt_with_is_found_without_reading_a_growing_table_whole() {
    on_both(async |world| {
        let now = world.app.clock.now();
        let staff = world.actor(SUNIL).await.id();
        let accounts = [AccountId(staff), AccountId(staff)];
        let scope = Scope::of(&world.actor(SUNIL).await, Action::SeeDealtWith, now, 0).unwrap();
        for (asked, grows) in [
            (hidden::asked_of_contact(staff, ContactId(staff), now), OF_ONE),
            (hidden::asked_of_accounts(staff, &accounts, now), OF_ONE),
            (asked_of_requests(&scope, &accounts), "w a n c s own r"),
        ] {
            let lines = plan(&world, asked).await;
            let whole = |line: &&String| {
                let line = line.trim_start_matches([' ', '-', '>']);
                let of = line.strip_prefix("SCAN ").or(line.strip_prefix("Seq Scan on "));
                let is_grown = |word: &str| grows.split(' ').any(|name| name == word);
                of.is_some_and(|of| of.split(' ').take(2).any(is_grown))
            };
            assert_eq!(lines.iter().find(whole), None, "{lines:#?}");
            assert!(lines.iter().any(|line| line.contains("pathway")), "{lines:#?}");
        }
        world
    });
}

/// How much somebody reads on a page, by what of it is there: the words of the levels in
/// `need_to_know::Sight`.
fn level(page: &Page) -> &'static str {
    let reads = |words: &[&str]| words.iter().any(|words| page.reads(words));
    let (hubs, theirs) =
        (reads(&[NOTE, RISK]), reads(&[STREET, ANSWER, "943 476 5919", "Carys", WORRY]));
    match page.status {
        StatusCode::OK if !page.reads("Arlo Invented-Marsh") => "something else",
        StatusCode::OK if page.reads("minutes left") && theirs => "to read",
        StatusCode::OK if page.text.contains("/who-may-see") && theirs => "full",
        StatusCode::OK if page.reads("This is a summary.") && !hubs && !theirs => "summary",
        StatusCode::OK if !hubs && !page.reads("This is a summary.") => "fields",
        StatusCode::NOT_FOUND if !hubs && !theirs && !page.reads("Invented-Marsh") => "nothing",
        _ => "something else",
    }
}

#[test]
fn who_reads_how_much_at_each_stage_is_as_reviewed() {
    on_both(async |world| {
        everybody_joins(&world).await;
        let (owen, dee) = (world.actor(OWEN).await, world.actor(DEE).await);
        let taken = sent(&world, &owen, false).await;
        let known = known_by(&world, &taken.reference).await;
        let (person, account) = (known.person.clone(), known.account.clone());
        let note = AddToAccount { person, account, said: NOTE.to_owned() };
        doors::record(&world.app, &dee, note).await.unwrap();
        let decide =
            |at| decision(&taken.pathways[0], at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        let mut table = String::new();
        let both = || ["request", "child"].into_iter().zip(pages(&known)).collect::<Vec<_>>();
        let mut seen = async |name: &str, pages: Vec<(&str, String)>| {
            for (page, path) in pages {
                let mut alike: Vec<(&str, Vec<&str>)> = Vec::new();
                for (who, email) in WHO {
                    let level = level(&world.signs_in(email).await.get(&path).await);
                    match alike.iter_mut().find(|(same, _)| *same == level) {
                        Some((_, all)) => all.push(who),
                        None => alike.push((level, vec![who])),
                    }
                }
                alike.sort_unstable();
                for (level, who) in alike {
                    let _ = writeln!(table, "{name:34}{page:10}{level:10}{}", who.join(", "));
                }
            }
        };
        seen("waiting", both()).await;
        let at = revision(&world, &dee, &taken.reference, 0).await;
        doors::record(&world.app, &dee, decide(at)).await.unwrap();
        seen("decided, not answered", both()).await;
        doors::record(&world.app, &dee, answer(&taken.pathways[0], at + 1, ANSWER)).await.unwrap();
        seen("one of two children dealt with", both()).await;
        let at = revision(&world, &dee, &taken.reference, 1).await;
        let second = &taken.pathways[1];
        let decide = decision(second, at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        doors::record(&world.app, &dee, answer(second, at + 1, ANSWER)).await.unwrap();
        seen("dealt with", both()).await;
        let mut sunil = world.signs_in(SUNIL).await;
        sunil.fills(&format!("/people/{}/opening", known.person), NEWS).await;
        seen("opened again by a hub worker", both()).await;
        let contact = taken.reference.clone();
        let more = AddInformation { contact, said: "More".into(), danger: false, said_at: None };
        doors::record(&world.app, &owen, more).await.unwrap();
        seen("more said by the requester", both()).await;
        world.joins("nia@health.example", HALIMA, Role::Practitioner).await;
        let (mut nia, _) = with_codes(&world, "nia@health.example").await;
        let glass = breaks(&mut nia, &known).await;
        let mut through_glass = String::new();
        for (page, path) in both().into_iter().chain([("glass", glass.clone())]) {
            let level = level(&nia.get(&path).await);
            let _ = writeln!(
                through_glass,
                "{:34}{page:10}{level:10}whoever broke it",
                "glass is broken"
            );
        }
        seen("glass is broken", vec![("glass", glass)]).await;
        keep(&world, &known, SUNIL, None).await.unwrap();
        seen("a hub worker is kept away", both()).await;
        restrict_to(&world, &known, &["dilys@hub.example"]).await.unwrap();
        seen("restricted to a duty worker", both()).await;
        insta::assert_snapshot!("who_reads_how_much_by_stage", table + &through_glass);
        world
    });
}
