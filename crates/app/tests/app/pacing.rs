//! How many records somebody opens within an hour: past a hundred and fifty none opens before they said
//! why, and the privacy officers of their agency know.

use app::{doors, error::Error, front_door::reading::OpenContact, pacing::Counts};
use axum::http::StatusCode;
use need_to_know::Pace;
use uuid::Uuid;

use crate::{
    browser::Browser,
    support::{World, on_both},
    walk::known,
};

const DEE: &str = "dee@hub.example";
const INES: &str = "ines@hub.example";

/// Somebody opened so many other records just now.
async fn opened(world: &World, email: &str, many: usize) {
    let staff = world.actor(email).await.staff().unwrap();
    let now = world.app.clock.now().as_second();
    for _ in 0..many {
        world.app.paces().count(staff, Counts::Once, &[Uuid::new_v4()], now);
    }
}

async fn says(browser: &mut Browser, why: &str, code: &str) -> crate::browser::Page {
    let fields = format!("why={why}&one-time-code={code}&next=%2Fsession%2Fmany");
    browser.fills("/session/many", &fields).await
}

#[test]
fn v11_past_so_many_records_none_opens_before_one_says_why_and_the_officers_know() {
    on_both(async |world| {
        let child = known(&world, false).await;
        let contact = format!("/contacts/{}", child.contact);
        let (mut dee, mut elsewhere) = (world.signs_in(DEE).await, world.signs_in(DEE).await);
        opened(&world, DEE, 149).await;
        assert_eq!(dee.get(&contact).await.status, StatusCode::OK, "the hundred and fiftieth");
        let waits = world.count("outbox WHERE kind = 'mail'").await;

        let other = known(&world, false).await;
        let next = format!("/contacts/{}", other.contact);
        let page = dee.get(&next).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", page.text);
        assert!(page.reads("You have opened very many records"), "{}", page.text);
        assert!(!page.text.contains(&other.person), "{}", page.text);
        // What she saw within the hour stays open; another window of hers opens no more; others do.
        assert_eq!(dee.get(&contact).await.status, StatusCode::OK);
        assert_eq!(elsewhere.get(&next).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(
            world.signs_in("sunil@hub.example").await.get(&next).await.status,
            StatusCode::OK
        );
        assert_eq!(world.count("stopped_look").await, 1, "and one stop is one");
        let sent = "outbox WHERE kind = 'mail'";
        assert!(world.count(sent).await > waits, "her officers are told");

        let mut ines = world.signs_in(INES).await;
        let list = ines.get("/unusual-access").await;
        assert!(list.reads("Stopped after very many records"), "{}", list.text);
        assert!(list.reads("Dee Marlowe-Demo") && list.reads("Nothing yet"), "{}", list.text);
        // Nobody of another agency reads it.
        let jo = world.signs_in("jo@unit.example").await.get("/unusual-access").await;
        assert!(!jo.reads("Dee Marlowe-Demo"), "{}", jo.text);

        let page = says(&mut dee, "busy", "").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.reads("20 characters or more"), "{}", page.text);
        assert_eq!(dee.get(&next).await.status, StatusCode::TOO_MANY_REQUESTS);
        let page = says(&mut dee, "Zed+asked+me+for+a+list+of+every+open+request", "").await;
        assert_eq!(page.location(), "/", "{}", page.text);
        assert_eq!(dee.get(&next).await.status, StatusCode::OK);
        assert_eq!(elsewhere.get(&next).await.status, StatusCode::OK);
        let list = ines.get("/unusual-access").await;
        assert!(list.reads("Zed asked me for a list"), "{}", list.text);
        assert!(!world.holds("Zed asked me").await, "sealed");
        assert!(dee.get("/session/many").await.reads("Nothing is stopped"));
        world
    });
}

#[test]
fn v11_a_stolen_session_goes_on_with_nothing_since_it_has_no_second_step() {
    on_both(async |mut world| {
        let child = known(&world, false).await;
        let next = format!("/contacts/{}", child.contact);
        world.app.demo = false;
        let mut dee = world.signs_in(DEE).await;
        let list = dee.post("/session/list/begin", &[]).await;
        let codes: Vec<_> = list
            .text
            .split("<li>")
            .skip(1)
            .map(|one| one.split("</li>").next().unwrap().to_owned())
            .collect();
        dee.post("/session/list", &[("one-time-code", &codes[0])]).await;
        world.app.clock.set(world.app.clock.now() + jiff::SignedDuration::from_mins(6));
        opened(&world, DEE, 150).await;
        assert_eq!(dee.get(&next).await.status, StatusCode::TOO_MANY_REQUESTS);
        let why = "It+is+the+yearly+audit+of+requests";
        for code in ["", "abcde-fghjk", &codes[0]] {
            let page = says(&mut dee, why, code).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
            assert_eq!(dee.get(&next).await.status, StatusCode::TOO_MANY_REQUESTS);
        }
        let page = says(&mut dee, why, &codes[1]).await;
        assert_eq!(page.location(), "/", "{}", page.text);
        assert_eq!(dee.get(&next).await.status, StatusCode::OK);
        world
    });
}

#[test]
fn an_emergency_and_a_change_are_never_held_up_by_how_many_were_opened() {
    on_both(async |world| {
        let child = known(&world, false).await;
        opened(&world, "owen@marram.example", 150).await;
        opened(&world, "petra@police.example", 150).await;
        let mut petra = world.signs_in("petra@police.example").await;
        world.tamper("UPDATE session SET second_at = seen_at").await;
        petra.post("/session/list/begin", &[]).await;
        world.tamper("UPDATE second_step SET confirmed_at = begun_at").await;
        let why = "purpose=medical-emergency&reason=She+is+unconscious+in+the+clinic";
        let page =
            petra.fills("/break-glass", &format!("reference={}&name=&{why}", child.person)).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let through = petra.get(page.location()).await;
        assert_eq!(through.status, StatusCode::OK, "{}", through.text);

        let owen = world.actor("owen@marram.example").await;
        let taken = crate::front_door::sent(&world, &owen, true).await;
        let look = OpenContact { reference: taken.reference };
        let stopped = doors::open(&world.app, &owen, look).await;
        assert!(matches!(stopped, Err(Error::TooMany)), "sent, though not read: {stopped:?}");
        world
    });
}

#[test]
fn v11_the_pages_of_one_child_are_one_and_ten_names_are_as_good_as_a_record() {
    on_both(async |world| {
        let staff = world.actor(DEE).await.staff().unwrap();
        let (paces, now) = (world.app.paces(), world.app.clock.now().as_second());
        let (child, contact) = (Uuid::new_v4(), Uuid::new_v4());
        for subjects in
            [vec![contact, child], vec![child], vec![contact], vec![child, Uuid::new_v4()]]
        {
            assert_eq!(paces.count(staff, Counts::Once, &subjects, now), Pace::Free);
        }
        assert_eq!(paces.opened(staff, now), 1);
        let names: Vec<_> = (0..95).map(|_| Uuid::new_v4()).collect();
        paces.count(staff, Counts::Names, &names[..50], now);
        paces.count(staff, Counts::Names, &names, now);
        paces.count(staff, Counts::Names, &names, now);
        assert_eq!(paces.opened(staff, now), 11, "a record, and 95 names");
        // Forty are free, whatever they are, and those of an hour ago are forgotten.
        let count = |at| paces.count(staff, Counts::Once, &[Uuid::new_v4()], at);
        assert!((11..40).all(|_| count(now) == Pace::Free));
        assert!((40..150).all(|_| count(now) == Pace::Slow));
        assert_eq!(count(now), Pace::Stop);
        assert_eq!(count(now + 3_600), Pace::Free);
        world
    });
}
