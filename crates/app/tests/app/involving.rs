//! Asking about a child whom one has no way to: a stored request with a reason, answered by the hub on a
//! clock, and never a way to learn whether there is such a child.

use app::{
    doors::{
        self,
        journal::{self, Kind},
    },
    front_door::screening::Claim,
    involving::answering::{AskersToAnswer, MUST_NOT_SEE, NOTHING},
    sharing::jobs,
};
use axum::http::StatusCode;
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
};
use practice::roles::Role;

use crate::{
    browser::Page,
    kept_away::keep,
    restricted::restrict_to,
    support::{World, on_both},
    walk::{Known, known, without_keys},
};

const HALIMA: &str = "halima@health.example";
const DEE: &str = "dee@hub.example";

/// The fields of a form about a child whom the record knows by this name and day.
const KNOWN: &str = "reference=&name=Arlo+Invented-Marsh&born.day=4&born.month=5&born.year=2017\
    &why=She+has+bruises+and+I+see+her+on+Thursday";
/// The same of a child whom it does not know.
const UNKNOWN: &str = "reference=&name=Nobody+Invented-Unknown&born.day=4&born.month=5\
    &born.year=2017&why=She+has+bruises+and+I+see+her+on+Thursday";

async fn asks(world: &World, who: &str, fields: &str) -> Page {
    let mut browser = world.signs_in(who).await;
    let sent = browser.fills("/ask", fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    browser.get(sent.location()).await
}

/// The workers turn; answers with to whom something was sent.
async fn workers_turn(world: &World) -> Vec<String> {
    let sink = Sink::start().await.unwrap();
    let mailer = Mailer::new(&sink.url(), "Sightline <sightline@seaholme.example>").unwrap();
    for _ in 0..3 {
        jobs::send_messages(&world.app, &mailer).await.unwrap();
    }
    sink.letters().into_iter().flat_map(|letter| letter.to).collect()
}

/// The reference of what that person asked, once the hub can see it.
pub async fn asks_and_is_looked_for(world: &World, who: &str) -> String {
    asks(world, who, UNKNOWN).await;
    workers_turn(world).await;
    to_answer(world, "marguerite@hub.example").await.remove(0)
}

/// As [`asks_and_is_looked_for`], about Arlo, whom the record knows.
pub async fn asks_about_arlo(world: &World, who: &str) -> String {
    asks(world, who, KNOWN).await;
    workers_turn(world).await;
    to_answer(world, "marguerite@hub.example").await.pop().unwrap()
}

fn is_among(letters: &[String], who: &str) -> bool {
    letters.iter().any(|to| to.contains(who))
}

/// The references of what waits for an answer by that person.
async fn to_answer(world: &World, who: &str) -> Vec<String> {
    let actor = world.actor(who).await;
    let seen = doors::open(&world.app, &actor, AskersToAnswer).await.unwrap();
    seen.waits.into_iter().map(|one| one.reference).collect()
}

pub async fn answers(world: &World, who: &str, asking: &str, fields: &str) -> Page {
    world.signs_in(who).await.fills(&format!("/asked/{asking}"), fields).await
}

#[test]
fn every_refusal_page_says_who_can_share_and_has_one_button_to_ask() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut halima = world.signs_in(HALIMA).await;
        for path in [
            format!("/people/{}", known.person),
            format!("/contacts/{}", known.contact),
            "/people/22222-22222".to_owned(),
            "/hub".to_owned(),
            "/nowhere".to_owned(),
        ] {
            let page = halima.get(&path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.reads("the hub can share what you need"), "{path}: {}", page.text);
            assert_eq!(page.text.matches("role=\"button\"").count(), 1, "{path}: {}", page.text);
            assert!(page.text.contains("href=\"/ask\" role=\"button\""), "{path}: {}", page.text);
        }
        world
    });
}

#[test]
fn what_is_answered_to_the_sender_is_the_same_for_a_known_an_unknown_and_a_hidden_child() {
    on_both(async |world| {
        let first = known(&world, false).await;
        keep(&world, &first, "owen@marram.example", None).await.unwrap();
        let by_reference = format!("reference={}&name=&why=She+has+bruises", first.person);
        let to_nobody = "reference=22222-22222&name=&why=She+has+bruises";
        let sent = |page: Page, typed: &[&str]| {
            let mut text = without_keys(&page);
            typed.iter().for_each(|typed| text = text.replace(typed, "-"));
            text
        };
        let arlo = ["Arlo Invented-Marsh", "Nobody Invented-Unknown"];
        let known_by_name = sent(asks(&world, HALIMA, KNOWN).await, &arlo);
        assert!(known_by_name.contains("Your request was sent"), "{known_by_name}");
        world.tamper("DELETE FROM asking").await;
        assert_eq!(known_by_name, sent(asks(&world, HALIMA, UNKNOWN).await, &arlo));
        for who in [HALIMA, "owen@marram.example"] {
            world.tamper("DELETE FROM asking").await;
            let given = sent(asks(&world, who, &by_reference).await, &[&first.person]);
            world.tamper("DELETE FROM asking").await;
            let none = sent(asks(&world, who, to_nobody).await, &["22222-22222"]);
            assert_eq!(given, none, "{who}");
        }
        // Nothing was looked up before the answer left.
        assert_eq!(world.count("asking_account").await, 0);
        world
    });
}

#[test]
fn whoever_holds_an_open_request_is_told_and_otherwise_whoever_is_on_duty() {
    on_both(async |world| {
        let known = known(&world, false).await;
        workers_turn(&world).await;
        asks(&world, HALIMA, UNKNOWN).await;
        let letters = workers_turn(&world).await;
        assert!(is_among(&letters, DEE) && letters.len() == 1, "who is on duty: {letters:?}");

        let sunil = world.actor("sunil@hub.example").await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &sunil, claim).await.unwrap();
        workers_turn(&world).await;
        asks(&world, HALIMA, KNOWN).await;
        let letters = workers_turn(&world).await;
        assert!(is_among(&letters, "sunil@hub.example") && letters.len() == 1, "{letters:?}");
        assert_eq!(to_answer(&world, DEE).await.len(), 2, "the whole hub can answer");
        assert!(!world.holds("She has bruises").await, "what was asked is sealed");
        world
    });
}

#[test]
fn who_asks_is_answered_in_words_and_reads_them_on_their_own_page() {
    on_both(async |world| {
        let known = known(&world, false).await;
        asks(&world, HALIMA, KNOWN).await;
        workers_turn(&world).await;
        let asking = to_answer(&world, DEE).await.remove(0);
        let page = world.signs_in(DEE).await.get(&format!("/asked/{asking}")).await;
        assert!(page.reads("She has bruises and I see her on Thursday"), "{}", page.text);
        assert!(page.text.contains(&format!("/people/{}", known.person)), "{}", page.text);
        assert!(!page.reads("must not see"), "{}", page.text);

        let bare = answers(&world, DEE, &asking, "outcome=told&words=&why=").await;
        assert!(bare.reads("Enter what you tell them"), "{}", bare.text);
        let said = "outcome=told&words=Ring+me+before+Thursday&why=";
        let sent = answers(&world, DEE, &asking, said).await;
        assert_eq!(sent.location(), "/asked?done=answered", "{}", sent.text);
        assert!(is_among(&workers_turn(&world).await, HALIMA));
        assert!(to_answer(&world, DEE).await.is_empty());
        assert!(!world.holds("before Thursday").await, "the answer is sealed");

        let mut halima = world.signs_in(HALIMA).await;
        assert!(halima.get("/").await.reads("The hub has answered you."));
        assert!(halima.get("/ask").await.reads("Ring me before Thursday"));
        assert!(!halima.get("/").await.reads("The hub has answered you."), "it was read");
        let owen = world.signs_in("owen@marram.example").await.get("/ask").await;
        assert!(!owen.reads("Ring me before Thursday"), "nobody reads another's");
        let twice = answers(&world, DEE, &asking, said).await;
        assert_eq!(twice.status, StatusCode::NOT_FOUND, "it is answered once");
        world
    });
}

/// Somebody who must not see the child asks, beside somebody who asks about a child nobody knows.
async fn both_ask(world: &World) -> (Known, String, String) {
    let known = known(world, false).await;
    keep(world, &known, "owen@marram.example", None).await.unwrap();
    asks(world, "owen@marram.example", KNOWN).await;
    workers_turn(world).await;
    let kept = to_answer(world, DEE).await.remove(0);
    asks(world, HALIMA, UNKNOWN).await;
    workers_turn(world).await;
    let unknown = to_answer(world, DEE).await.into_iter().find(|one| *one != kept).unwrap();
    (known, kept, unknown)
}

#[test]
fn the_hub_alone_reads_that_who_asks_must_not_see_the_child() {
    on_both(async |world| {
        let (_, kept, unknown) = both_ask(&world).await;
        let page = world.signs_in(DEE).await.get(&format!("/asked/{kept}")).await;
        assert!(
            page.reads("Owen Pryce-Demo must not see a child who may be meant"),
            "{}",
            page.text
        );
        let told = answers(&world, DEE, &kept, "outcome=told&words=Ring+me&why=").await;
        assert!(told.reads(MUST_NOT_SEE), "{}", told.text);
        for asking in [&kept, &unknown] {
            let fields = "outcome=nothing&words=&why=He+is+the+uncle";
            let sent = answers(&world, DEE, asking, fields).await;
            assert_eq!(sent.location(), "/asked?done=answered", "{}", sent.text);
        }
        let mut pages = Vec::new();
        for (who, name) in
            [("owen@marram.example", "Arlo Invented-Marsh"), (HALIMA, "Nobody Invented-Unknown")]
        {
            let page = world.signs_in(who).await.get("/ask").await;
            assert!(page.reads(NOTHING) && !page.reads("uncle"), "{}", page.text);
            let own = page.text.split_once("What you asked").unwrap().1;
            let (own, _) = own.split_once("app-only-printed").expect("who prints it");
            pages.push(own.replace(name, "-"));
        }
        assert_eq!(pages[0], pages[1]);
        world
    });
}

#[test]
fn nobody_answers_themselves_and_who_is_kept_away_reads_nothing_of_who_asks() {
    on_both(async |world| {
        let known = known(&world, false).await;
        keep(&world, &known, "sunil@hub.example", None).await.unwrap();
        asks(&world, HALIMA, KNOWN).await;
        asks(&world, DEE, UNKNOWN).await;
        workers_turn(&world).await;
        let all = to_answer(&world, "marguerite@hub.example").await;
        assert_eq!(all.len(), 2);
        // Sunil sees what Dee asked, and nothing of whom he is kept away from; Dee the other one.
        let (sunil, dee) =
            (to_answer(&world, "sunil@hub.example").await, to_answer(&world, DEE).await);
        assert!(sunil.len() == 1 && dee.len() == 1 && sunil != dee, "{sunil:?} {dee:?}");
        for (who, hidden) in [("sunil@hub.example", &dee[0]), (DEE, &sunil[0])] {
            let mut browser = world.signs_in(who).await;
            let theirs = browser.get(&format!("/asked/{hidden}")).await;
            let nothing = browser.get("/asked/22222-22222").await;
            assert_eq!(without_keys(&theirs), without_keys(&nothing), "{who}");
            let fields = "outcome=nothing&words=&why=Because";
            let sent = answers(&world, who, hidden, fields).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND, "{who}");
        }
        world
    });
}

#[test]
fn who_asks_about_a_restricted_child_is_read_and_told_of_by_those_alone_who_are_named() {
    on_both(async |world| {
        world.joins("dilys@hub.example", DEE, Role::DutyWorker).await;
        world.joins("deputy@hub.example", "marguerite@hub.example", Role::HubManager).await;
        let known = known(&world, false).await;
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        workers_turn(&world).await;
        asks(&world, HALIMA, KNOWN).await;
        assert_eq!(workers_turn(&world).await, [DEE], "of those on duty");
        let asking = to_answer(&world, DEE).await.remove(0);
        for who in ["sunil@hub.example", "dilys@hub.example", "deputy@hub.example"] {
            assert!(to_answer(&world, who).await.is_empty(), "{who}");
            let mut browser = world.signs_in(who).await;
            let theirs = browser.get(&format!("/asked/{asking}")).await;
            let nothing = browser.get("/asked/22222-22222").await;
            assert_eq!(without_keys(&theirs), without_keys(&nothing), "{who}");
        }
        world.it_is("2026-11-04T00:01:00Z");
        let letters = workers_turn(&world).await;
        assert!(is_among(&letters, "marguerite@hub.example"), "{letters:?}");
        assert!(!is_among(&letters, "deputy@hub.example"), "{letters:?}");
        world
    });
}

#[test]
fn what_is_not_answered_by_the_end_of_the_next_working_day_is_raised_to_the_managers_once() {
    on_both(async |world| {
        known(&world, false).await;
        asks(&world, HALIMA, KNOWN).await;
        workers_turn(&world).await;
        world.it_is("2026-11-03T23:59:00Z");
        assert!(workers_turn(&world).await.is_empty(), "there is still time");
        world.it_is("2026-11-04T00:01:00Z");
        let letters = workers_turn(&world).await;
        assert!(is_among(&letters, "marguerite@hub.example"), "{letters:?}");
        let page = world.signs_in("marguerite@hub.example").await.get("/").await;
        assert!(page.reads("1 to answer, 1 late"), "{}", page.text);
        world.it_is("2026-11-05T10:00:00Z");
        assert!(workers_turn(&world).await.is_empty(), "once");
        world
    });
}

#[test]
fn asking_and_answering_are_journaled_by_reference_alone() {
    #[derive(Row)]
    struct Written {
        entry: Vec<u8>,
    }
    on_both(async |world| {
        known(&world, false).await;
        asks(&world, HALIMA, KNOWN).await;
        workers_turn(&world).await;
        let asking = to_answer(&world, DEE).await.remove(0);
        world.signs_in(DEE).await.get(&format!("/asked/{asking}")).await;
        answers(&world, DEE, &asking, "outcome=told&words=Ring+me&why=").await;
        let text = "SELECT entry FROM journal ORDER BY seq";
        let entries: Vec<Written> = world.app.db.reads().all(text, []).await.unwrap();
        let read: Vec<_> = entries.iter().filter_map(|e| journal::read(&e.entry)).collect();
        for (kind, what) in [
            (Kind::Changed, "involving:ask"),
            (Kind::Changed, "involving:look"),
            (Kind::Seen, "involving:to-answer"),
            (Kind::Seen, "involving:open"),
            (Kind::Changed, "involving:answer"),
        ] {
            assert!(read.iter().any(|e| e.kind == kind && e.what == what), "{what}");
        }
        world
    });
}
