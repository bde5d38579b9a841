//! Threat model V1, second part: whoever may not know of a child reads, wherever somebody is asked for by
//! name, what they read of a name that nobody has, byte for byte.

use axum::http::StatusCode;
use practice::{calendar::Day, roles::Role};

use crate::{
    break_glass::with_codes,
    browser::Browser,
    reach::{WHO, everybody_joins},
    same_predicate::{REQUESTS, Sent, by_the_policies, nth},
    support::on_both,
    walk::without_keys,
};

const MARGUERITE: &str = "marguerite@hub.example";
/// A second manager, who is named for nothing.
const DEPUTY: &str = "deputy@hub.example";
/// Somebody who may break glass and knows none of them.
const HESTER: &str = "hester@health.example";

const SEARCH: &str = "/people";
const ASK: &str = "/ask";
const GLASS: &str = "/break-glass";
const DATA: &str = "/data-requests/new";

/// Where somebody is asked for by name, and what is typed there.
const PLACES: [(&str, &str); 4] = [
    (SEARCH, "q=NAME"),
    (ASK, "reference=&name=NAME&BORN&why=She+came+to+the+clinic"),
    (
        GLASS,
        "reference=&name=NAME&BORN&purpose=medical-emergency&reason=She+is+unconscious+in+the+clinic",
    ),
    (
        DATA,
        "who=Carys+Invented-Rowe&right=parent&is-known=yes&received.day=26&received.month=10\
         &received.year=2026&reference=&name=NAME&BORN&what=&reach=By+hand+at+the+family+hub",
    ),
];

/// A name that nobody has, as long as that of the child.
fn nobodys(name: &str) -> String {
    name.replace("Nth", "Qxz").replace("Predicate", "Unheardof")
}

/// Whether somebody may not even know that there is such a child.
fn is_hidden(sent: &Sent, email: &str) -> bool {
    let knows =
        |named: &[&str]| named.contains(&email) || email == MARGUERITE || email == sent.requester;
    sent.kept_from == Some(email) || sent.named.is_some_and(|named| !knows(named))
}

/// What is answered where somebody of that name is asked for, without what differs between any two.
async fn answer(
    browser: &mut Browser,
    token: &str,
    (path, fields): (&str, &str),
    (name, born): (&str, Day),
) -> (StatusCode, String) {
    let (day, month, year) = (born.day(), born.month(), born.year());
    let fields = fields
        .replace("NAME", &name.replace(' ', "+"))
        .replace("BORN", &format!("born.day={day}&born.month={month}&born.year={year}"));
    let sent = browser.send_text(path, format!("token={token}&{fields}")).await;
    let mut said = without_sealed(&without_keys(&sent));
    // What was asked of the hub is listed below the form with what was asked before.
    if sent.status == StatusCode::SEE_OTHER && path != ASK {
        let led_to = sent.location().to_owned();
        said += &without_sealed(&without_keys(&browser.get(&led_to).await));
        let reference = led_to.split(['/', '?']).nth(2).unwrap_or_default();
        said = if reference.is_empty() { said } else { said.replace(reference, "REFERENCE") };
    }
    (sent.status, said.replace(name, "NAME"))
}

/// What was searched for stands sealed in an address, and is sealed anew each time: how long it is stays.
fn without_sealed(said: &str) -> String {
    let mut parts = said.split("?for=");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find('"').unwrap_or(part.len());
        kept += &format!("?for={}{}", "x".repeat(end), &part[end..]);
    }
    kept
}

#[test]
fn v1_whoever_may_not_know_of_a_child_reads_of_their_name_what_they_read_of_nobodys() {
    on_both(async |world| {
        everybody_joins(&world).await;
        world.joins(DEPUTY, MARGUERITE, Role::HubManager).await;
        world.joins(HESTER, "halima@health.example", Role::Practitioner).await;
        let mut all = Vec::new();
        for n in 0..REQUESTS {
            all.push(nth(&world, n).await);
        }
        // Nobody has opened or worked on anything of late.
        world.it_is("2026-11-02T18:00:00Z");
        let (mut told, mut found) = ([0; PLACES.len()], [0; PLACES.len()]);
        let others = ["dee@hub.example", DEPUTY, HESTER];
        for email in WHO.iter().map(|(_, email)| *email).chain(others) {
            let (_, seen) = by_the_policies(&world, &world.actor(email).await, &all).await;
            let (mut browser, _) = with_codes(&world, email).await;
            let token = browser.token().await;
            for (n, sent) in all.iter().enumerate() {
                for (at, place) in PLACES.into_iter().enumerate() {
                    let may_know = match place.0 {
                        ASK => false,
                        GLASS => !is_hidden(sent, email),
                        _ => seen.contains(&n),
                    };
                    if may_know && place.0 == GLASS {
                        continue;
                    }
                    let mut asks = async |name: &str| {
                        answer(&mut browser, &token, place, (name, sent.born)).await
                    };
                    let (status, theirs) = asks(&sent.name).await;
                    let (_, nobodys) = asks(&nobodys(&sent.name)).await;
                    if !may_know {
                        assert_eq!(
                            theirs, nobodys,
                            "{email} asks for {} at {}",
                            sent.name, place.0
                        );
                        told[at] += usize::from(status != StatusCode::NOT_FOUND);
                    } else if status == StatusCode::SEE_OTHER {
                        assert_ne!(
                            theirs, nobodys,
                            "{email} asks for {} at {}",
                            sent.name, place.0
                        );
                        found[at] += 1;
                    }
                }
            }
            if email == HESTER {
                is_broken_by_name(&mut browser, &token, &all).await;
            }
        }
        // In the hub there is much to be found and some not; everybody else searches nothing. Glass is not
        // there for whoever must not know.
        assert!(told[0] > 10 && found[0] > 60, "searched: {told:?}, {found:?}");
        assert!(told[1] > 40 && told[3] > 10 && found[3] > 60, "{told:?}, {found:?}");
        world
    });
}

/// A child who is hidden from nobody is found by the same words in an emergency.
async fn is_broken_by_name(browser: &mut Browser, token: &str, all: &[Sent]) {
    assert!(all.iter().any(|sent| is_hidden(sent, HESTER)), "and there are some who are hidden");
    let is_open = |sent: &&Sent| sent.is_open && sent.named.is_none() && sent.kept_from.is_none();
    let open = all.iter().find(is_open).unwrap();
    let (status, _) = answer(browser, token, PLACES[2], (&open.name, open.born)).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}
