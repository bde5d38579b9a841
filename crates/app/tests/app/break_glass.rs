//! Break-glass (threat model 4.6, test V19): one child, an hour, to read; told at once and reviewed by
//! somebody else; and never past an exclusion (V2), a protected address (V6b) or a clock that jumps.

mod in_numbers;
mod over_restricted;
mod reviewed;

use app::{
    break_glass::breaking::SEES_ANYWAY,
    doors::journal::{self, Kind},
    people::links::LinkPeople,
    sharing::jobs,
};
use axum::http::StatusCode;
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
};

use crate::{
    browser::Browser,
    front_door::{send, two_siblings},
    kept_away::keep,
    support::{World, on_both},
    walk::{Known, known, known_by, without_keys},
};

const HALIMA: &str = "halima@health.example";
const PAGE: &str = "/break-glass";
const REASON: &str = "purpose=medical-emergency&reason=She+is+unconscious+in+the+clinic";

/// Somebody with a printed list of codes, who has just given one; and the codes that are left.
pub async fn with_codes(world: &World, who: &str) -> (Browser, Vec<String>) {
    let mut browser = world.signs_in(who).await;
    let page = browser.post("/session/list/begin", &[]).await;
    let list = page.text.split_once("app-codes").expect("codes").1;
    let list = list.split_once("</ol>").unwrap().0;
    let codes = list.split("<li>").skip(1).filter_map(|li| li.split_once('<'));
    let mut codes: Vec<_> = codes.map(|(code, _)| code.to_owned()).collect();
    let done = browser.post("/session/list", &[("one-time-code", &codes.remove(0))]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    (browser, codes)
}

fn over(known: &Known) -> String {
    format!("reference={}&name=&{REASON}", known.person)
}

/// Breaks glass; answers with where the record stands open.
pub async fn breaks(browser: &mut Browser, known: &Known) -> String {
    let opened = browser.fills(PAGE, &over(known)).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    opened.location().to_owned()
}

async fn workers_turn(world: &World) -> Vec<String> {
    let sink = Sink::start().await.unwrap();
    let mailer = Mailer::new(&sink.url(), "Sightline <sightline@seaholme.example>").unwrap();
    for _ in 0..3 {
        jobs::send_messages(&world.app, &mailer).await.unwrap();
    }
    sink.letters().into_iter().flat_map(|letter| letter.to).collect()
}

fn is_among(letters: &[String], who: &str) -> bool {
    letters.iter().any(|to| to.contains(who))
}

/// The reference of a use by that person, over the first child of a request.
pub async fn used_by(world: &World, who: &str, contact: &str) -> String {
    let known = known_by(world, contact).await;
    let (mut browser, _) = with_codes(world, who).await;
    breaks(&mut browser, &known).await.replace("/break-glass/", "")
}

/// Tries to break glass over a child; answers with what came of it.
pub async fn tries(world: &World, who: &str, known: &Known) -> crate::browser::Page {
    let (mut browser, _) = with_codes(world, who).await;
    browser.fills(PAGE, &over(known)).await
}

#[test]
fn v19_glass_opens_one_child_for_an_hour_to_read() {
    on_both(async |world| {
        let first = known(&world, false).await;
        let owen = world.actor("owen@marram.example").await;
        let other = crate::support::somebody_elses(&world, &owen).await;
        let other = known_by(&world, &other).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let page = format!("/people/{}", first.person);
        assert_eq!(halima.get(&page).await.status, StatusCode::NOT_FOUND);

        let opened = breaks(&mut halima, &first).await;
        let seen = halima.get(&opened).await;
        assert!(
            seen.reads("Arlo Invented-Marsh") && seen.reads("1 Sample Street"),
            "{}",
            seen.text
        );
        assert!(seen.reads("Carys Invented-Rowe"), "who is related: {}", seen.text);
        assert!(seen.reads("60 minutes left") && seen.reads("to read"), "{}", seen.text);
        assert!(!seen.reads("Owen Pryce-Demo"), "who asked is not said: {}", seen.text);
        assert!(!seen.text.contains("href=\"/people/"), "no way on: {}", seen.text);
        assert!(!seen.reads("Unlike"), "no other child: {}", seen.text);
        // Nothing else is opened by it: no other page of this child, and no other child.
        for path in [page.clone(), format!("{page}/names"), format!("/people/{}", other.person)] {
            assert_eq!(halima.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let added = halima.fills(&format!("{page}/names"), "family=New&kind=other").await;
        assert_eq!(added.status, StatusCode::NOT_FOUND, "to read only");
        for somebody in ["owen@marram.example", "dee@hub.example"] {
            let theirs = world.signs_in(somebody).await.get(&opened).await;
            assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{somebody}");
        }

        for quarter in ["2026-11-02T10:13:00Z", "2026-11-02T10:26:00Z", "2026-11-02T10:39:00Z"] {
            world.it_is(quarter);
            assert_eq!(halima.get(&opened).await.status, StatusCode::OK, "{quarter}");
        }
        world.it_is("2026-11-02T10:50:00Z");
        assert!(halima.get(&opened).await.reads("10 minutes left"));
        world.it_is("2026-11-02T11:00:00Z");
        let over = halima.get(&opened).await;
        assert_eq!(over.location(), "/break-glass?done=glass-over", "{}", over.text);
        world
    });
}

#[test]
fn v19_a_clock_that_goes_back_ends_it_and_so_do_whoever_is_done_and_signing_out() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        world.it_is("2026-11-02T10:12:00Z");
        assert_eq!(halima.get(&opened).await.status, StatusCode::OK);
        world.it_is("2026-11-02T10:11:00Z");
        assert_eq!(halima.get(&opened).await.status, StatusCode::SEE_OTHER, "the clock went back");
        world.it_is("2026-11-02T10:13:00Z");
        assert_eq!(halima.get(&opened).await.status, StatusCode::SEE_OTHER, "it stays ended");

        world.it_is("2026-11-02T10:04:00Z");
        let again = breaks(&mut halima, &known).await;
        assert!(halima.get("/").await.reads("A record is open to you"));
        let done = halima.fills(&format!("{again}/end"), "").await;
        assert_eq!(done.location(), "/break-glass?done=glass-ended", "{}", done.text);
        assert_eq!(halima.get(&again).await.status, StatusCode::SEE_OTHER);
        assert!(!halima.get("/").await.reads("A record is open to you"));

        breaks(&mut halima, &known).await;
        let open = "broken_glass WHERE ended_at IS NULL";
        assert_eq!(world.count(open).await, 1);
        halima.fills("/sign-out", "").await;
        assert_eq!(world.count(open).await, 0, "signing out ends it");
        world
    });
}

#[test]
fn v19_it_takes_a_purpose_a_reason_of_ones_own_and_a_code_of_the_last_five_minutes() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut without = world.signs_in(HALIMA).await;
        assert!(without.get(PAGE).await.reads("You need a second step of signing in"));
        let bare = without.fills(PAGE, &over(&known)).await;
        assert!(bare.reads("Enter a code from your app"), "{}", bare.text);

        let (mut halima, codes) = with_codes(&world, HALIMA).await;
        let child = format!("reference={}&name=", known.person);
        for (fields, say) in [
            (format!("{child}&reason=She+is+unconscious+in+the+clinic"), "Choose what it is for"),
            (format!("{child}&purpose=court&reason=Because"), "20 characters or more"),
            (format!("reference=&name=&{REASON}"), "Enter a reference or a number"),
        ] {
            let refused = halima.fills(PAGE, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{say}");
            assert!(refused.reads(say), "{say}: {}", refused.text);
        }
        world.it_is("2026-11-02T10:05:01Z");
        let stale = halima.fills(PAGE, &over(&known)).await;
        assert!(stale.reads("Enter a code from your app"), "{}", stale.text);
        let wrong = format!("{}&one-time-code=22222-22222", over(&known));
        assert!(halima.fills(PAGE, &wrong).await.reads("That code is not right"));
        assert_eq!(world.count("broken_glass").await, 0);
        let right = format!("{}&one-time-code={}", over(&known), codes[0]);
        let opened = halima.fills(PAGE, &right).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
        assert!(!world.holds("unconscious").await, "the reason is sealed");
        // Whoever works with no children, and whoever sees the child anyway, has no use for it.
        assert_eq!(
            world.signs_in("jo@unit.example").await.get(PAGE).await.status,
            StatusCode::NOT_FOUND
        );
        let (mut owen, _) = with_codes(&world, "owen@marram.example").await;
        assert!(owen.fills(PAGE, &over(&known)).await.reads(SEES_ANYWAY));
        world
    });
}

/// A child of whom Halima says one thing and a school another.
async fn of_two_agencies(world: &World) -> Known {
    let known = known(world, false).await;
    let halima = world.actor(HALIMA).await;
    let hers = crate::support::somebody_elses(world, &halima).await;
    let hers = known_by(world, &hers).await;
    let link = LinkPeople {
        from: known.person,
        account: known.account,
        to: hers.person.clone(),
        reason: "The same child".to_owned(),
    };
    crate::support::links(world, &world.actor("dee@hub.example").await, link).await.unwrap();
    hers
}

#[test]
fn whoever_sees_what_their_own_agency_says_opens_what_others_say_in_an_emergency() {
    on_both(async |world| {
        let hers = of_two_agencies(&world).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let page = halima.get(&format!("/people/{}", hers.person)).await;
        assert!(page.reads("Zed Unlike") && !page.reads("Arlo Invented-Marsh"), "{}", page.text);
        let opened = breaks(&mut halima, &hers).await;
        assert!(halima.get(&opened).await.reads("Arlo Invented-Marsh"));
        world
    });
}

#[test]
fn v2_whoever_must_not_see_the_child_reads_what_is_read_where_there_is_none() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        assert_eq!(halima.get(&opened).await.status, StatusCode::OK);
        keep(&world, &known, HALIMA, None).await.unwrap();
        let closed = halima.get(&opened).await;
        assert_eq!(closed.status, StatusCode::NOT_FOUND, "an exclusion ends it at once");

        let nothing =
            Known { person: "22222-22222".to_owned(), ..known_by(&world, &known.contact).await };
        let mut told = Vec::new();
        for known in [&known, &nothing] {
            let page = halima.fills(PAGE, &over(known)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.text);
            told.push(without_keys(&page).replace(&known.person, "REFERENCE"));
        }
        assert_eq!(told[0], told[1]);
        assert_eq!(world.count("broken_glass").await, 1);
        world
    });
}

#[test]
fn v6b_a_protected_address_stays_protected_through_broken_glass() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let mut request = two_siblings(&owen, false);
        for child in &mut request.children {
            child.address.iter_mut().for_each(|address| address.protected = true);
        }
        let known = known_by(&world, &send(&world, &owen, request).await.reference).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        let seen = halima.get(&opened).await;
        assert!(
            seen.reads("Arlo Invented-Marsh") && seen.reads("Kept from this page"),
            "{}",
            seen.text
        );
        assert!(!seen.text.contains("Sample Street") && !seen.text.contains("FY1 1AD"));
        let revealed = halima
            .fills(&format!("/contacts/{}/protected", known.contact), crate::walk::VISIT)
            .await;
        assert_eq!(revealed.status, StatusCode::NOT_FOUND);
        world
    });
}

#[test]
fn where_more_than_one_child_may_be_meant_nothing_is_opened() {
    on_both(async |world| {
        let first = known(&world, false).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        // A request names two children, and both gave one number.
        for meant in [&first.contact, "943+476+5919"] {
            let page = halima.fills(PAGE, &format!("reference={meant}&name=&{REASON}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{meant}");
        }
        let by_name = "reference=&name=Arlo+Invented-Marsh&born.day=4&born.month=5&born.year=2017";
        let opened = halima.fills(PAGE, &format!("{by_name}&{REASON}")).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
        // Arlo alone, and not by a part of the name.
        let part = by_name.replace("Arlo+Invented-Marsh", "Arl+Invented");
        let page = halima.fills(PAGE, &format!("{part}&{REASON}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        world
    });
}

#[test]
fn every_look_through_glass_is_journaled_with_its_reference() {
    #[derive(Row)]
    struct Written {
        seq: i64,
        entry: Vec<u8>,
        sealed: Option<Vec<u8>>,
    }
    on_both(async |world| {
        let known = known(&world, false).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        halima.get(&opened).await;
        halima.get(&opened).await;
        let reference = opened.rsplit('/').next().unwrap();
        let text = "SELECT j.seq, j.entry, c.sealed FROM journal j \
            LEFT JOIN journal_content c ON c.seq = j.seq ORDER BY j.seq";
        let entries: Vec<Written> = world.app.db.reads().all(text, []).await.unwrap();
        let mut looks = 0;
        for entry in entries {
            let read = journal::read(&entry.entry).unwrap();
            if (read.kind, read.what.as_str()) != (Kind::Seen, "break-glass:child") {
                continue;
            }
            let said = journal::unseal(&world.keys(), entry.seq, entry.sealed.unwrap()).unwrap();
            assert!(String::from_utf8(said).unwrap().contains(reference));
            assert!(read.subjects.len() > 1, "the use, and what was looked at");
            looks += 1;
        }
        assert_eq!(looks, 2);
        assert_eq!(world.count("broken_glass WHERE looks = 2").await, 1);
        world
    });
}
