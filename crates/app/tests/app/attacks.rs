//! Threat model V11: somebody with a session that works tries to carry the records away, by the pages that
//! are there. What stops each way stands with its test.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use app::{doors::journal::Kind, pacing::Counts, people::Born};
use axum::http::StatusCode;
use need_to_know::Pace;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    browser::{Browser, Page},
    front_door::{send, two_siblings},
    kept_away::written,
    support::{World, on_both},
};

const DEE: &str = "dee@hub.example";
const HALIMA: &str = "halima@health.example";
/// More than one person may open within an hour.
const CROWD: usize = 160;

/// So many requests about a child each, whom nothing joins to another; answers with their references.
async fn crowd(world: &World) -> BTreeSet<String> {
    let owen = world.actor("owen@marram.example").await;
    let mut all = BTreeSet::new();
    for n in 0..CROWD {
        let mut contact = two_siblings(&owen, false);
        contact.adults.clear();
        contact.children.truncate(1);
        let child = &mut contact.children[0];
        let letter = |n: usize| char::from(b"bcdfghjklmnpqrstvwxz"[n % 20]);
        child.given = format!("Q{}o{}u{}a", letter(n), letter(n / 20), letter(n / 3));
        child.family = format!("Invented{}", child.given.to_lowercase());
        child.born = Born::NotKnown;
        child.identifiers.clear();
        child.address = None;
        all.insert(send(world, &owen, contact).await.reference);
    }
    all
}

/// What a page leads to below a path.
fn leads_to(page: &Page, path: &str) -> BTreeSet<String> {
    let begins = format!("href=\"{path}/");
    let parts = page.text.split(&begins).skip(1);
    parts.filter_map(|part| part.split(['"', '/', '?', '#']).next()).map(str::to_owned).collect()
}

/// Paging: the list of work may be read from end to end, and what it leads to opens no further than one
/// person’s work takes, in however many windows.
#[test]
fn v11_whoever_walks_the_queue_page_by_page_is_slowed_then_stopped_in_every_window() {
    on_both(async |mut world| {
        let crowd = crowd(&world).await;
        let slowly = Duration::from_millis(30);
        world.app.slows_by = Some(slowly);
        let mut windows = [world.signs_in(DEE).await, world.signs_in(DEE).await];
        let mut found = BTreeSet::new();
        for page in 1.. {
            let listed = leads_to(&windows[0].get(&format!("/hub?page={page}")).await, "/contacts");
            let before = found.len();
            found.extend(listed.into_iter().filter(|one| crowd.contains(one)));
            if found.len() == before {
                break;
            }
        }
        assert_eq!(found, crowd, "the queue names them all");
        let (mut opened, mut took) = (0, Vec::new());
        for (n, contact) in found.iter().enumerate() {
            let begun = Instant::now();
            let page = windows[n % 2].get(&format!("/contacts/{contact}")).await;
            if page.status == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            opened += 1;
            took.push(begun.elapsed());
        }
        assert_eq!(opened, 150);
        assert!(took[40..].iter().all(|took| *took >= slowly), "slow after forty: {took:?}");
        // Nor a third window, nor another way to the same.
        let last = found.last().unwrap();
        let mut third = world.signs_in(DEE).await;
        for browser in windows.iter_mut().chain([&mut third]) {
            let page = browser.get(&format!("/contacts/{last}")).await;
            assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        }
        let searched = third.searches("q=Invented").await;
        assert_eq!(searched.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.count("stopped_look").await, 1, "her officers are told, once");
        world
    });
}

/// Search: it shows fifty and no next page, and ten names count as a record.
#[test]
fn v11_whoever_walks_the_search_by_the_letters_is_shown_fifty_at_a_time_and_counted() {
    on_both(async |world| {
        crowd(&world).await;
        let mut dee = world.signs_in(DEE).await;
        let staff = world.actor(DEE).await.staff().unwrap();
        let paces = world.app.paces();
        let now = world.app.clock.now().as_second();
        let mut found = BTreeSet::new();
        let all = dee.searches("q=Invented").await;
        found.extend(leads_to(&all, "/people"));
        assert_eq!(found.len(), app::people::search::MOST);
        let further = dee.searches("q=Invented&page=2").await;
        assert_eq!(leads_to(&further, "/people"), found, "there is no next page");
        assert_eq!(paces.opened(staff, now), found.len().div_ceil(10));
        for letter in "bcdfghjklmnpqrstvwxz".chars() {
            found.extend(leads_to(&dee.searches(&format!("q=Q{letter}")).await, "/people"));
        }
        assert_eq!(found.len(), CROWD, "letter by letter they are all named");
        assert_eq!(paces.opened(staff, now), CROWD / 10, "and each was counted once");
        let others: Vec<_> = (0..1_500 - CROWD).map(|_| Uuid::new_v4()).collect();
        assert_ne!(paces.count(staff, Counts::Names, &others, now), Pace::Stop);
        assert_eq!(paces.count(staff, Counts::Names, &[Uuid::new_v4()], now), Pace::Stop);
        world
    });
}

/// Guessing: what is there and what is not are answered alike, every try stands in the journal, and after
/// three hundred the next must wait.
#[test]
fn v11_whoever_guesses_references_learns_nothing_is_written_down_and_must_wait() {
    on_both(async |mut world| {
        let owen = world.actor("owen@marram.example").await;
        let there = send(&world, &owen, two_siblings(&owen, false)).await.reference;
        world.app.rates = Some(Arc::default());
        let cookie = world.signs_in(HALIMA).await.cookie;
        let mut halima = Browser { cookie, ..Browser::of(&world.app) };
        let before = written(&world).await.len();
        let mut tried = 0;
        for n in 0..1_000 {
            let guess = if n == 0 { there.clone() } else { app::ids::reference() };
            let place = ["contacts", "people", "pathways"][n % 3];
            let ending = if place == "pathways" { "/decision" } else { "" };
            let page = halima.get(&format!("/{place}/{guess}{ending}")).await;
            if page.status == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.text);
            tried += 1;
        }
        assert!((300..1_000).contains(&tried), "{tried}");
        let entries = written(&world).await.split_off(before);
        let refused = entries.iter().filter(|(read, _)| read.kind == Kind::Refused);
        assert!(refused.count() >= tried, "every one of {tried}");
        world
    });
}
