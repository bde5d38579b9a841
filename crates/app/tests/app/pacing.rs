//! How many records somebody opens within an hour: past a hundred and fifty none opens before they said
//! why, and the privacy officers of their agency know.

use app::{
    doors::{self, journal::Kind},
    error::Error,
    front_door::reading::OpenContact,
    pacing::Counts,
};
use axum::http::StatusCode;
use need_to_know::Pace;
use platform::db::{Row, Runs, sea_orm};
use uuid::Uuid;

use crate::{
    browser::{Browser, Page},
    kept_away::written,
    organisations::{code_on, first_sign_in},
    support::{World, on_both},
    walk::{known, known_by},
};

const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const INES: &str = "ines@hub.example";

/// Somebody opened so many other records just now.
async fn opened(world: &World, email: &str, many: usize) {
    let staff = world.actor(email).await.staff().unwrap();
    let now = world.app.clock.now().as_second();
    for _ in 0..many {
        world.app.paces().count(staff, Counts::Once, &[Uuid::new_v4()], now);
    }
}

/// To whom letters were asked for, in order.
async fn letters(world: &World) -> Vec<Uuid> {
    #[derive(Row)]
    struct Asked {
        about: String,
    }
    let text = "SELECT about FROM outbox WHERE kind = 'mail' ORDER BY id";
    let asked: Vec<Asked> = world.app.db.reads().all(text, []).await.unwrap();
    let to = |asked: Asked| {
        let said: serde_json::Value = serde_json::from_str(&asked.about).unwrap();
        said["to"].as_str().unwrap().parse().unwrap()
    };
    asked.into_iter().map(to).collect()
}

async fn says(browser: &mut Browser, why: &str, code: &str) -> Page {
    let fields = format!("why={why}&one-time-code={code}&next=%2Fsession%2Fmany");
    browser.fills("/session/many", &fields).await
}

#[test]
fn v11_past_so_many_records_none_opens_before_one_says_why_and_the_officers_know() {
    on_both(async |world| {
        let child = known(&world, false).await;
        let contact = format!("/contacts/{}", child.contact);
        let (mut dee, mut elsewhere) = (world.signs_in(DEE).await, world.signs_in(DEE).await);
        let other = known(&world, false).await;
        let next = format!("/contacts/{}", other.contact);
        opened(&world, DEE, 149).await;
        assert_eq!(dee.get(&contact).await.status, StatusCode::OK, "the hundred and fiftieth");
        let waits = letters(&world).await;
        let page = dee.get(&next).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", page.text);
        assert!(page.reads("You have opened very many records"), "{}", page.text);
        assert!(!page.text.contains(&other.person), "{}", page.text);
        // What she saw within the hour stays open; another window of hers opens no more; others do.
        assert_eq!(dee.get(&contact).await.status, StatusCode::OK);
        assert_eq!(elsewhere.get(&next).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.signs_in(SUNIL).await.get(&next).await.status, StatusCode::OK);
        assert_eq!(world.count("stopped_look").await, 1, "and one stop is one");
        let ines = world.actor(INES).await.id();
        assert_eq!(letters(&world).await[waits.len()..], [ines], "her officer is told, once");
        // Nor is it told whether there is anybody of a name.
        for name in ["q=Invented-Marsh", "q=Nobody-At-All"] {
            assert_eq!(dee.searches(name).await.status, StatusCode::TOO_MANY_REQUESTS, "{name}");
        }
        let refused = written(&world).await;
        let refused = refused.iter().filter(|(read, _)| read.kind == Kind::Refused);
        assert_eq!(refused.count(), 4, "two looks and two searches");

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
fn of_an_agency_without_a_privacy_officer_a_hub_manager_knows_that_somebody_was_stopped() {
    on_both(async |world| {
        let ends = "UPDATE staff_role SET until_on = from_on WHERE role = 'privacy-officer'";
        world.tamper(ends).await;
        let child = known(&world, false).await;
        opened(&world, DEE, 150).await;
        let waits = letters(&world).await;
        let contact = format!("/contacts/{}", child.contact);
        let mut dee = world.signs_in(DEE).await;
        assert_eq!(dee.get(&contact).await.status, StatusCode::TOO_MANY_REQUESTS);
        let manager = world.actor("marguerite@hub.example").await.id();
        assert!(letters(&world).await[waits.len()..].contains(&manager));
        let page = world.signs_in("marguerite@hub.example").await.get("/unusual-access").await;
        assert!(page.reads("Dee Marlowe-Demo"), "{}", page.text);
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
        let codes = codes_on(&list);
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
        // Nor does it make itself one: that ends the one before, and takes it.
        for path in ["/session/list/begin", "/session/app/begin"] {
            let page = dee.post(path, &[]).await;
            assert_eq!(page.location(), "/sign-in/code?next=%2Fsession", "{path}: {}", page.text);
        }
        // Hours later it is stopped as ever, though what was opened is forgotten.
        world.app.clock.set(world.app.clock.now() + jiff::SignedDuration::from_mins(14));
        dee.get("/").await;
        world.app.clock.set(world.app.clock.now() + jiff::SignedDuration::from_mins(14));
        let far = world.app.clock.now() + jiff::SignedDuration::from_hours(2);
        let staff = world.actor(DEE).await.staff().unwrap();
        let pace = world.app.paces().count(staff, Counts::Once, &[Uuid::new_v4()], far.as_second());
        assert_eq!(pace, Pace::Stop);
        // Nor does it help that the server was started again meanwhile.
        let another = world.another_process().await;
        let pace = another.paces().count(staff, Counts::Once, &[Uuid::new_v4()], far.as_second());
        assert_eq!(pace, Pace::Stop);

        let page = says(&mut dee, why, &codes[1]).await;
        assert_eq!(page.location(), "/", "{}", page.text);
        assert_eq!(dee.get(&next).await.status, StatusCode::OK);
        // Said once more, where nothing is stopped, it begins nothing anew.
        opened(&world, DEE, 20).await;
        let page = says(&mut dee, why, &codes[2]).await;
        assert_eq!(page.location(), "/", "{}", page.text);
        let now = world.app.clock.now().as_second();
        assert_eq!(world.app.paces().opened(staff, now), 21);
        world
    });
}

#[test]
fn whoever_has_no_second_step_from_before_the_stop_goes_to_the_business_unit() {
    on_both(async |mut world| {
        let child = known(&world, false).await;
        let next = format!("/contacts/{}", child.contact);
        let mut dee = world.signs_in(DEE).await;
        opened(&world, DEE, 150).await;
        assert_eq!(dee.get(&next).await.status, StatusCode::TOO_MANY_REQUESTS);
        world.app.clock.set(world.app.clock.now() + jiff::SignedDuration::from_mins(1));
        let list = dee.post("/session/list/begin", &[]).await;
        let codes = codes_on(&list);
        dee.post("/session/list", &[("one-time-code", &codes[0])]).await;
        world.app.demo = false;
        let mut dee = Browser { cookie: dee.cookie.clone(), ..Browser::of(&world.app) };
        let page = dee.get("/session/many").await;
        assert!(
            page.reads("ring the Business Unit") && !page.has_form("/session/many"),
            "{}",
            page.text
        );
        let page = says(&mut dee, "It+is+the+yearly+audit+of+requests", &codes[1]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
        assert_eq!(dee.get(&next).await.status, StatusCode::TOO_MANY_REQUESTS);

        let person = crate::support::reference_of(&world, "staff", "Dee Marlowe-Demo").await;
        world.app.demo = true;
        let mut jo = world.signs_in("jo@unit.example").await;
        let given = jo.fills(&format!("/staff/{person}/code"), "once=a").await;
        let fields = first_sign_in(DEE, &code_on(&given), "thirteen green kettles");
        let set = Browser::of(&world.app).send("/first-sign-in", &fields).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        assert_eq!(world.signs_in(DEE).await.get(&next).await.status, StatusCode::OK);
        let list = world.signs_in(INES).await.get("/unusual-access").await;
        assert!(list.reads("they were given a new code"), "{}", list.text);
        world
    });
}

/// The codes of a list that was just made.
fn codes_on(list: &Page) -> Vec<String> {
    let items = list.text.split("<li>").skip(1);
    items.filter_map(|item| item.split_once("</li>")).map(|(code, _)| code.to_owned()).collect()
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

        // What one sends oneself one reads, and whoever comes first reads a danger.
        let owen = world.actor("owen@marram.example").await;
        let taken = crate::front_door::sent(&world, &owen, true).await;
        let look = || OpenContact { reference: taken.reference.clone() };
        doors::open(&world.app, &owen, look()).await.unwrap();
        opened(&world, DEE, 151).await;
        opened(&world, SUNIL, 151).await;
        let mut dee = world.signs_in(DEE).await;
        let contact = format!("/contacts/{}", taken.reference);
        assert_eq!(dee.get(&contact).await.status, StatusCode::OK);
        let claimed = dee.post(&format!("{contact}/claim"), &[]).await;
        assert_eq!(claimed.status, StatusCode::SEE_OTHER, "{}", claimed.text);
        // She goes on with it, the child's own page too; to somebody else it is a request like another.
        let danger = known_by(&world, &taken.reference).await;
        for path in [
            contact.clone(),
            format!("/pathways/{}/decision", danger.pathway),
            format!("/people/{}", danger.person),
        ] {
            assert_eq!(dee.get(&path).await.status, StatusCode::OK, "{path}");
        }
        let sunil = world.actor(SUNIL).await;
        let read = doors::open(&world.app, &sunil, look()).await;
        assert!(matches!(read, Err(Error::TooMany)), "{read:?}");
        world
    });
}

#[test]
fn v11_every_page_of_one_child_is_one_record() {
    on_both(async |world| {
        let child = known(&world, false).await;
        let mut sunil = world.signs_in(SUNIL).await;
        for path in [
            format!("/contacts/{}", child.contact),
            format!("/people/{}", child.person),
            format!("/pathways/{}/decision", child.pathway),
            format!("/people/{}/who-may-see", child.person),
        ] {
            assert_eq!(sunil.get(&path).await.status, StatusCode::OK, "{path}");
        }
        let staff = world.actor(SUNIL).await.staff().unwrap();
        assert_eq!(world.app.paces().opened(staff, world.app.clock.now().as_second()), 1);
        world
    });
}

#[test]
fn v11_slow_looks_come_one_after_the_other_however_many_are_asked_for_at_once() {
    on_both(async |world| {
        let staff = world.actor(DEE).await.staff().unwrap();
        let two = std::time::Duration::from_secs(2);
        let all: Vec<_> = (0..5).map(|_| world.app.paces().shown_at(staff, two)).collect();
        assert!(all.windows(2).all(|pair| pair[1] - pair[0] == two));
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
        assert_eq!(count(now + 3_600), Pace::Stop, "until they say why");
        paces.begins_anew(staff);
        assert!((0..40).all(|_| count(now) == Pace::Free) && count(now) == Pace::Slow);
        assert_eq!(count(now + 3_600), Pace::Free);
        world
    });
}
