//! The page on which one person of a family reads what was shared: begun empty, nothing on it that
//! nobody said was safe, none where something is marked at home, and no trace of what is not on it
//! (threat model V3, V4, V16, V17).

use app::disclosing::{family_items::TICK, marks::OFF};
use axum::http::StatusCode;
use practice::processes::request_for_support::{Level, Outcome};

use super::{DEE, HALIMA, answered_usually, shares};
use crate::{
    browser::{Browser, Page},
    front_door::{decision, revision},
    involving::{answers, asks_about_arlo},
    kept_away::keep,
    restricted::restrict_to,
    saying_more::kit_with,
    support::{World, on_both},
    walk::{Known, known, without_keys},
};

pub const CARYS: &str = "Carys Invented-Rowe";

/// Where the pages of a child's family are.
fn pages_of(person: &str) -> String {
    format!("/people/{person}/family-pages")
}

/// The value of the choice that reads so.
fn choice(page: &Page, name: &str) -> String {
    let (before, _) =
        page.text.rsplit_once(name).unwrap_or_else(|| panic!("{name}: {}", page.text));
    let input = before.rsplit("<input ").next().unwrap();
    input.split_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// Begins a page for that person; answers with where it is.
pub async fn begins(dee: &mut Browser, person: &str, name: &str) -> String {
    let list = dee.get(&pages_of(person)).await;
    let whom = choice(&list, name);
    let begun = dee.fills(&pages_of(person), &format!("whom={whom}")).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    begun.location().to_owned()
}

/// The references of what could be put on a page, the newest first.
async fn offered(dee: &mut Browser, page: &str) -> Vec<String> {
    let text = dee.get(page).await.text;
    let parts = text.split("name=\"safe-").skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

async fn puts_on(dee: &mut Browser, page: &str, item: &str) -> Page {
    dee.fills(page, &format!("do=put-on&item={item}&safe-{item}=yes")).await
}

/// Puts on a page whatever could be.
pub async fn puts_on_all(dee: &mut Browser, page: &str) {
    for item in offered(dee, page).await {
        puts_on(dee, page, &item).await;
    }
}

/// The paper, as it is printed: status, headers and every byte.
pub async fn paper(dee: &mut Browser, page: &str) -> (StatusCode, String, String) {
    let paper = dee.get(&format!("{page}/paper")).await;
    let mut headers: Vec<_> =
        paper.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.sort();
    (paper.status, headers.join("\n"), paper.text)
}

/// What Dee prints for the mother.
pub async fn prints(world: &World, known: &Known) -> Page {
    let mut dee = world.signs_in(DEE).await;
    let page = begins(&mut dee, &known.person, CARYS).await;
    puts_on_all(&mut dee, &page).await;
    dee.get(&format!("{page}/paper")).await
}

/// An answer to Owen and one to Halima, both about Arlo.
async fn shared_twice(world: &World) -> Known {
    let known = known(world, false).await;
    answered_usually(world, &known).await;
    shares(world, "involving:answer", &known).await;
    known
}

#[test]
fn a_page_is_for_one_person_begins_empty_and_holds_what_somebody_said_is_safe() {
    on_both(async |world| {
        let known = shared_twice(&world).await;
        let mut dee = world.signs_in(DEE).await;
        let nobody = dee.fills(&pages_of(&known.person), "whom=").await;
        assert_eq!(nobody.errors_lead_to(), ["#whom"], "{}", nobody.text);
        let mothers = begins(&mut dee, &known.person, CARYS).await;
        let empty = paper(&mut dee, &mothers).await.2;
        assert!(empty.contains("For Carys Invented-Rowe. About Arlo Invented-Marsh."), "{empty}");
        assert!(empty.contains("Nothing is on this page"), "{empty}");

        let all = offered(&mut dee, &mothers).await;
        assert_eq!(all.len(), 2, "what Halima and what Owen were told");
        let unticked = dee.fills(&mothers, &format!("do=put-on&item={}", all[1])).await;
        assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unticked.reads(TICK), "{}", unticked.text);
        assert_eq!(unticked.errors_lead_to(), [format!("#safe-{}", all[1])]);
        assert_eq!(paper(&mut dee, &mothers).await.2, empty);

        let put = puts_on(&mut dee, &mothers, &all[1]).await;
        assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.text);
        let full = paper(&mut dee, &mothers).await.2;
        for words in
            ["2 November 2026", "Marram Primary School", "What was decided", "To keep a child safe"]
        {
            assert!(full.contains(words), "{words}: {full}");
        }
        for words in ["A worker will ring", "Owen Pryce-Demo", "Ring me before Thursday", &all[1]] {
            assert!(!full.contains(words), "{words} is on the paper: {full}");
        }
        assert_eq!(offered(&mut dee, &mothers).await, all[..1]);

        let arlos = begins(&mut dee, &known.person, "Arlo Invented-Marsh, the child").await;
        assert_ne!(arlos, mothers);
        assert!(paper(&mut dee, &arlos).await.2.contains("Nothing is on this page"), "his own");
        assert_eq!(begins(&mut dee, &known.person, CARYS).await, mothers, "one page a person");

        let childs = begins(&mut dee, &known.person, "Arlo Invented-Marsh").await;
        let his = paper(&mut dee, &childs).await.2;
        assert!(his.contains("For Arlo Invented-Marsh.") && !his.contains("About Arlo"), "{his}");
        world
    });
}

#[test]
fn only_what_was_shared_of_this_child_with_somebody_who_signs_in_is_offered() {
    on_both(async |world| {
        let known = shared_twice(&world).await;
        let mut dee = world.signs_in(DEE).await;
        let page = begins(&mut dee, &known.person, CARYS).await;
        let before = offered(&mut dee, &page).await;
        shares(&world, "front-door:reveal", &known).await;
        let asking = asks_about_arlo(&world, HALIMA).await;
        answers(&world, DEE, &asking, "outcome=nothing&words=&why=She+does+not+need+it").await;
        assert_eq!(world.count("disclosure").await, 4);
        assert_eq!(
            offered(&mut dee, &page).await,
            before,
            "no reveal, and nothing that was not shared"
        );
        let asking = asks_about_arlo(&world, HALIMA).await;
        let unsafe_to_know = "outcome=told&words=Ring+me&why=&basis-family=unsafe";
        answers(&world, DEE, &asking, unsafe_to_know).await;
        assert_eq!(world.count("disclosure").await, 5);
        assert_eq!(offered(&mut dee, &page).await, before, "nothing that is not safe to know");
        // There are two children of that name and day: the answer may have been about either.
        crate::walk::known(&world, false).await;
        let asking = asks_about_arlo(&world, HALIMA).await;
        answers(&world, DEE, &asking, "outcome=told&words=Ring+me&why=").await;
        assert_eq!(world.count("disclosure").await, 6);
        assert_eq!(offered(&mut dee, &page).await, before, "nothing that may be of another child");
        let page_of_nobody = puts_on(&mut dee, "/family-pages/22222-22222", &before[0]).await;
        assert_eq!(page_of_nobody.status, StatusCode::NOT_FOUND);
        let nothing = puts_on(&mut dee, &page, "22222-22222").await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
        world
    });
}

/// That no page is made, shown or printed, nothing is offered and nothing can be put on one.
async fn is_off(dee: &mut Browser, known: &Known, page: &str, item: &str, why: &str) {
    let off = maud::html! { (OFF) }.into_string();
    for path in [pages_of(&known.person), page.to_owned(), format!("{page}/paper")] {
        let read = dee.get(&path).await;
        assert!(read.text.contains(&off), "{why} {path}: {}", read.text);
        for words in ["Marram Primary School", "Carys", "name=\"safe-", "name=\"whom\""] {
            assert!(
                !read.text.contains(words) || path == page && words == "Carys",
                "{why} {path}: {words}"
            );
        }
    }
    assert_eq!(puts_on(dee, page, item).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    let begun = dee.fills(&pages_of(&known.person), "whom=22222-22222").await;
    assert!(begun.text.contains(&off), "{why}: {}", begun.text);
}

#[test]
fn no_page_is_made_where_something_is_marked_for_anybody_at_home() {
    on_both(async |world| {
        let known = shared_twice(&world).await;
        let mut dee = world.signs_in(DEE).await;
        let page = begins(&mut dee, &known.person, CARYS).await;
        let all = offered(&mut dee, &page).await;
        puts_on(&mut dee, &page, &all[1]).await;
        let before = paper(&mut dee, &page).await;
        // A brother's or sister's address, which the child's own account has not.
        let bea = "account_id IN (SELECT account_id FROM account_name WHERE given = 'Bea')";
        world.tamper(&format!("UPDATE account_address SET protected_since = '2026-11-02 10:00:00+00:00' WHERE {bea}")).await;
        is_off(&mut dee, &known, &page, &all[0], "a protected address").await;
        world.tamper("UPDATE account_address SET protected_since = NULL").await;
        assert_eq!(paper(&mut dee, &page).await, before, "nothing is left of it");

        let siblings = world.actor(DEE).await;
        let at = revision(&world, &siblings, &known.contact, 1).await;
        let second = siblings_pathway(&world, &known).await;
        let strategy = decision(&second, at, Level::Specialist, Outcome::StrategyDiscussion);
        app::doors::record(&world.app, &siblings, strategy).await.unwrap();
        is_off(&mut dee, &known, &page, &all[0], "section 47 for her sister").await;
        world
    });
}

async fn siblings_pathway(world: &World, known: &Known) -> String {
    let look = app::front_door::reading::OpenContact { reference: known.contact.clone() };
    let seen = app::doors::open(&world.app, &world.actor(DEE).await, look).await.unwrap();
    seen.children[1].pathway.reference.clone()
}

#[test]
fn no_page_is_made_where_few_may_see_somebody_at_home() {
    on_both(async |world| {
        let known = shared_twice(&world).await;
        let mut dee = world.signs_in(DEE).await;
        let page = begins(&mut dee, &known.person, CARYS).await;
        let all = offered(&mut dee, &page).await;
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        is_off(&mut dee, &known, &page, &all[0], "few may see him").await;
        world
    });
}

#[test]
fn no_page_is_made_where_the_request_speaks_of_abuse_exploitation_or_who_must_not_know() {
    for (also, is_off) in [
        (("worries", "worry=Hungry&kinds=neglect"), false),
        (("worries", "worry=Shouting&kinds=neglect&kinds=domestic-abuse"), true),
        (("worries", "worry=New+phones&kinds=exploitation"), true),
        (("safety", "must-not-know=His+uncle"), true),
    ] {
        on_both(async |world| {
            let off = maud::html! { (OFF) }.into_string();
            let child = kit_with(&world, also).await;
            let page = world.signs_in(DEE).await.get(&pages_of(&child.reference)).await;
            assert_eq!(page.text.contains(&off), is_off, "{also:?}: {}", page.text);
            assert_eq!(page.text.contains("name=\"whom\""), !is_off, "{also:?}");
            world
        });
    }
}

#[test]
fn v17_a_paper_with_things_held_back_is_byte_for_byte_one_that_never_had_them() {
    on_both(async |world| {
        let known = known(&world, false).await;
        answered_usually(&world, &known).await;
        let mut dee = world.signs_in(DEE).await;
        let page = begins(&mut dee, &known.person, CARYS).await;
        let only = offered(&mut dee, &page).await.remove(0);
        puts_on(&mut dee, &page, &only).await;
        let never_had = paper(&mut dee, &page).await;
        assert!(never_had.2.contains("Marram Primary School"), "{}", never_had.2);

        // More is shared: one thing is held back, one was on the page and is taken off, one is on
        // another's page, and one is a look at protected details.
        shares(&world, "involving:answer", &known).await;
        shares(&world, "break-glass:break", &known).await;
        shares(&world, "front-door:reveal", &known).await;
        let all = offered(&mut dee, &page).await;
        assert_eq!(all.len(), 2, "the hub could put them on");
        puts_on(&mut dee, &page, &all[0]).await;
        assert_ne!(paper(&mut dee, &page).await.2, never_had.2, "while it is on it, it shows");
        let off = dee.fills(&page, &format!("do=take-off&item={}", all[0])).await;
        assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.text);
        let arlos = begins(&mut dee, &known.person, "Arlo Invented-Marsh, the child").await;
        puts_on(&mut dee, &arlos, &all[1]).await;
        assert_eq!(paper(&mut dee, &page).await, never_had);

        // And in another world, in which nothing else was ever shared.
        let other = World::another().await;
        let theirs = crate::walk::known(&other, false).await;
        answered_usually(&other, &theirs).await;
        let mut others_dee = other.signs_in(DEE).await;
        let others = begins(&mut others_dee, &theirs.person, CARYS).await;
        let item = offered(&mut others_dee, &others).await.remove(0);
        puts_on(&mut others_dee, &others, &item).await;
        let there = paper(&mut others_dee, &others).await;
        assert_eq!((there.0, there.1), (never_had.0, never_had.1), "status and headers");
        assert_eq!(there.2.replace(&others, "/PAGE"), never_had.2.replace(&page, "/PAGE"));
        world
    });
}

#[test]
fn whoever_is_kept_away_reaches_no_page_of_the_family() {
    on_both(async |world| {
        let known = shared_twice(&world).await;
        let mut dee = world.signs_in(DEE).await;
        let page = begins(&mut dee, &known.person, CARYS).await;
        keep(&world, &known, super::SUNIL, None).await.unwrap();
        let mut sunil = world.signs_in(super::SUNIL).await;
        let nothing = without_keys(&sunil.get("/family-pages/22222-22222").await);
        for path in [page.clone(), format!("{page}/paper")] {
            let kept = without_keys(&sunil.get(&path).await);
            let known_as = path.trim_start_matches("/family-pages/").trim_end_matches("/paper");
            assert_eq!(
                kept.replace(known_as, "22222-22222").replace("/paper", ""),
                nothing,
                "{path}"
            );
        }
        let list = sunil.get(&pages_of(&known.person)).await;
        assert_eq!(list.status, StatusCode::NOT_FOUND);
        for somebody in [super::OWEN, "jo@unit.example", HALIMA] {
            let theirs = world.signs_in(somebody).await.get(&page).await;
            assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{somebody}");
        }
        world
    });
}
