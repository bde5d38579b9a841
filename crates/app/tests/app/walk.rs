//! A child whom somebody may not know of, and a walk over every route and list: they must read what is
//! read where there is no such child, byte for byte.

use app::{
    access::Actor,
    doors,
    error::Error,
    front_door::reading::OpenContact,
    people::{
        opening::OpenAgain,
        summary::{self, Of},
    },
    web::routes::{self, Comes, Route},
};
use axum::http::header;

use crate::{
    browser::{Browser, Page},
    front_door::sent,
    support::World,
};

/// A request that was sent, and its first child.
pub struct Known {
    pub contact: String,
    pub pathway: String,
    pub person: String,
    pub account: String,
}

pub async fn known(world: &World, danger: bool) -> Known {
    let owen = world.actor("owen@marram.example").await;
    let taken = sent(world, &owen, danger).await;
    known_by(world, &taken.reference).await
}

/// Says what a request is opened for, if it was dealt with.
pub async fn open_again(world: &World, hub: &Actor, contact: &str) {
    let of = Of::Contact(contact.to_owned());
    if summary::is_all_of(&world.app, hub, &of).await.unwrap() {
        let purpose = "Somebody has told us something about them".to_owned();
        doors::record(&world.app, hub, OpenAgain { of, purpose }).await.unwrap();
    }
}

pub async fn known_by(world: &World, contact: &str) -> Known {
    let marguerite = world.actor("marguerite@hub.example").await;
    let look = OpenContact { reference: contact.to_owned() };
    open_again(world, &marguerite, contact).await;
    let seen = doors::open(&world.app, &marguerite, look).await.unwrap();
    let first = &seen.children[0];
    Known {
        contact: contact.to_owned(),
        pathway: first.pathway.reference.clone(),
        person: first.account.person.clone(),
        account: first.account.reference.clone(),
    }
}

pub async fn reads(world: &World, actor: &Actor, contact: &str) -> bool {
    let look = OpenContact { reference: contact.to_owned() };
    match doors::open(&world.app, actor, look).await {
        Ok(_) => true,
        Err(Error::NotFound) => false,
        Err(other) => panic!("{other:?}"),
    }
}

fn path_of(route: &Route, known: &Known) -> String {
    let reference = match route.path.split('/').nth(1) {
        Some("contacts") => &known.contact,
        Some("pathways") => &known.pathway,
        _ => &known.person,
    };
    route
        .path
        .replace("{reference}", reference)
        .replace("{place}", "1")
        .replace("{other}", &known.person)
        .replace("{file}", "22222-22222")
}

/// An answer without what differs between any two: the reference that was asked for, and the keys
/// of the session and of a form.
fn told_apart_by_nothing(page: &Page, known: &Known) -> String {
    let mut text = without_keys(page);
    for reference in [&known.contact, &known.pathway, &known.person] {
        text = text.replace(reference, "REFERENCE");
    }
    text
}

/// An answer, its headers too, without the keys of the session and of a form. How long it is follows
/// from its words, of which some are left out afterwards.
pub fn without_keys(page: &Page) -> String {
    let headers = page.headers.iter().filter(|(name, _)| *name != header::CONTENT_LENGTH);
    let mut headers: Vec<_> = headers.map(|(name, said)| format!("{name}: {said:?}\n")).collect();
    headers.sort();
    let mut text = format!("{}\n{}\n{}", page.status, headers.concat(), page.text);
    for name in ["name=\"token\" value=\"", "name=\"once\" value=\""] {
        let parts: Vec<_> = text.split(name).map(str::to_owned).collect();
        let rest = parts.iter().skip(1).filter_map(|p| p.split_once('"')).map(|(_, rest)| rest);
        text = std::iter::once(parts[0].as_str()).chain(rest).collect::<Vec<_>>().join(name);
    }
    text
}

/// What somebody says whom a page asks what they need protected details for.
pub const VISIT: &str = "purpose=A+visit+to+them+this+afternoon";

pub const FIELDS: &str = "said=More&reason=A+reason&purpose=A+visit+to+them+this+afternoon&who=dee%40hub.example&family=New\
    &covers=record&sort=press&named=dee%40hub.example&whom=dee%40hub.example&restriction=33333-33333&lift=A+reason\
    &kind=other&from=33333-33333&account=33333-33333&exclusion=33333-33333&q=Arlo&revision=1";

async fn answer(browser: &mut Browser, route: &Route, known: &Known, fields: &str) -> String {
    let path = path_of(route, known);
    let page = match route.method {
        "get" => browser.get(&path).await,
        _ => browser.fills(&path, fields).await,
    };
    told_apart_by_nothing(&page, known)
}

/// A request that nobody made.
fn nothing() -> Known {
    Known {
        contact: "22222-22222".into(),
        pathway: "22222-22223".into(),
        person: "22222-22224".into(),
        account: String::new(),
    }
}

/// What somebody in the hub reads where records are listed, counted and searched for.
pub async fn lists(world: &World, email: &str) -> Vec<String> {
    let mut browser = world.signs_in(email).await;
    let mut lists = Vec::new();
    let shown = ["/", "/hub", "/hub?show=unclaimed", "/hub?show=danger", "/requests", "/figures"];
    for path in shown {
        lists.push(told_apart_by_nothing(&browser.get(path).await, &nothing()));
    }
    for typed in ["Arlo", "Invented-Marsh", "Carys", "4+5+2017", "943+476+5919"] {
        let page = browser.searches(&format!("q={typed}")).await;
        lists.push(told_apart_by_nothing(&page, &nothing()));
    }
    lists
}

/// Walks every route of a record, with and without something typed, and searches for its references.
pub async fn reads_as_nothing(world: &World, email: &str, known: &Known) {
    let places = ["/contacts/{reference}", "/pathways/{reference}", "/people/{reference}"];
    let mut walked = 0;
    for route in routes::all().iter().filter(|r| r.comes == Comes::SignedIn) {
        if !places.iter().any(|place| route.path.starts_with(place)) {
            continue;
        }
        for fields in ["", FIELDS] {
            let mut browser = world.signs_in(email).await;
            let kept = answer(&mut browser, route, known, fields).await;
            let none = answer(&mut browser, route, &nothing(), fields).await;
            assert_eq!(kept, none, "{} {} {fields}", route.method, route.path);
            assert!(!kept.contains("Invented-Marsh"), "{}", route.path);
        }
        walked += 1;
    }
    assert!(walked > 35, "the routes were walked: {walked}");

    let mut browser = world.signs_in(email).await;
    for reference in [&known.contact, &known.person, &known.account] {
        let page = browser.searches(&format!("q={reference}")).await;
        assert!(!page.reads("Arlo") && !page.reads("Invented-Marsh"), "{}", page.text);
    }
}
