//! V20 of the threat model: whom nobody confirms for 90 days is not let in, nor whoever is put to
//! sleep, from the next request on; somebody else wakes them with one press.

use app::{
    access::{Actor, store},
    doors,
    error::Error,
    organisations::confirming::{Confirm, MembersToConfirm, Wake, Word},
};
use axum::http::StatusCode;
use jiff::{SignedDuration, ToSpan};
use platform::db::{On, Runs};
use practice::{
    calendar::{Day, day_of},
    confirmation::{ASKED_BEFORE, STANDS},
    roles::Role,
};

use crate::{
    browser::Browser,
    support::{World, on_both, reference_of},
};

const JO: &str = "jo@unit.example";
const OWEN: &str = "owen@marram.example";
const TAMSIN: &str = "tamsin@marram.example";
const INES: &str = "ines@hub.example";
const HALIMA: &str = "halima@health.example";
const DEE: &str = "dee@hub.example";

/// That person was last confirmed so many days before today.
async fn confirmed(world: &World, email: &'static str, days_ago: i32) {
    let today = day_of(world.app.clock.now());
    let on: Day = today.saturating_sub(days_ago.days());
    world
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let text = "UPDATE staff SET confirmed_on = $1 WHERE email = $2";
                tx.run(text, [On(on).into(), email.into()]).await?;
                Ok::<_, Error>(())
            })
        })
        .await
        .expect("confirmed");
}

/// Whoever can't sign in was confirmed today, and is asked of nobody.
async fn others_confirmed(world: &World) {
    let today = On(day_of(world.app.clock.now()));
    let text = "UPDATE staff SET confirmed_on = $1 WHERE password IS NULL";
    let done = world.app.db.write(move |tx| {
        Box::pin(async move {
            tx.run(text, [today.into()]).await?;
            Ok::<_, Error>(())
        })
    });
    done.await.expect("confirmed");
}

async fn reference(world: &World, email: &str) -> String {
    let name = world.actor(email).await.signed_in().expect("a person").name.clone();
    reference_of(world, "staff", &name).await
}

async fn say(world: &World, by: &str, of: &str, word: Word) -> Result<(), Error> {
    let staff = vec![reference(world, of).await];
    let by = world.actor(by).await;
    doors::record(&world.app, &by, Confirm { staff, word }).await
}

async fn still_here(world: &World, by: &str, of: &str) -> Result<(), Error> {
    say(world, by, of, Word::StillHere).await
}

async fn listed(world: &World, by: &str) -> Result<Vec<String>, Error> {
    let actor = world.actor(by).await;
    let look = MembersToConfirm::of(actor.signed_in().expect("a person"));
    let all = doors::open(&world.app, &actor, look).await?;
    Ok(all.members.into_iter().map(|one| one.row.name).collect())
}

#[test]
fn v20_whom_nobody_confirmed_for_ninety_days_sees_nothing_but_how_it_can_be_put_right() {
    on_both(|world| async move {
        let mut owen: Browser = world.signs_in(OWEN).await;
        confirmed(&world, OWEN, STANDS - 1).await;
        assert_eq!(owen.get("/requests").await.status, StatusCode::OK);
        let said = owen.get("/").await.text;
        assert!(said.contains("unless somebody confirms that you still work here"), "he is told");

        confirmed(&world, OWEN, STANDS).await;
        for path in ["/", "/requests", "/requests-on-paper", "/ask", "/break-glass"] {
            let page = owen.get(path).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
            assert_eq!(page.location(), "/session", "{path}");
        }
        let said = owen.get("/session").await.text;
        assert!(said.contains("nobody has confirmed for 90 days"), "he reads why");

        still_here(&world, JO, OWEN).await.unwrap();
        assert_eq!(owen.get("/requests").await.status, StatusCode::OK, "he is let in at once");
        world
    });
}

#[test]
fn v20_whoever_is_put_to_sleep_is_signed_out_and_finds_nothing_open() {
    on_both(|world| async move {
        let mut owen = world.signs_in(OWEN).await;
        say(&world, TAMSIN, OWEN, Word::Sleep).await.unwrap();
        assert_eq!(owen.get("/requests").await.location(), "/sign-in?next=%2Frequests");
        let mut again = world.signs_in(OWEN).await;
        assert_eq!(again.get("/requests").await.location(), "/session");
        world
    });
}

/// Somebody who sleeps would never read that a child is in danger.
#[test]
fn whoever_sleeps_is_not_told_in_the_name_of_a_role() {
    on_both(|world| async move {
        let today = day_of(world.app.clock.now());
        let db = world.app.db.reads();
        let managers = store::holders(&db, Role::HubManager, today).await.unwrap();
        assert!(!managers.is_empty());
        confirmed(&world, "marguerite@hub.example", STANDS).await;
        let awake = store::holders(&db, Role::HubManager, today).await.unwrap();
        assert_eq!(awake.len(), managers.len() - 1);
        world
    });
}

#[test]
fn a_lead_confirms_her_school_an_officer_her_agency_and_the_unit_anybody() {
    on_both(|world| async move {
        for (by, of) in [(TAMSIN, OWEN), (INES, DEE), (JO, OWEN), (JO, HALIMA), (JO, INES)] {
            still_here(&world, by, of).await.unwrap_or_else(|e| panic!("{by} {of}: {e}"));
        }
        for (by, of) in [
            (TAMSIN, DEE),
            (TAMSIN, HALIMA),
            (INES, OWEN),
            (OWEN, TAMSIN),
            (DEE, INES),
            ("marguerite@hub.example", DEE),
        ] {
            let refused = still_here(&world, by, of).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{by} confirms {of}");
        }
        world
    });
}

#[test]
fn nobody_confirms_themselves_nor_one_of_several_whom_they_may_not() {
    on_both(|world| async move {
        for email in [JO, TAMSIN, INES] {
            let refused = still_here(&world, email, email).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{email}");
        }
        confirmed(&world, OWEN, STANDS).await;
        let staff = vec![reference(&world, OWEN).await, reference(&world, DEE).await];
        let tamsin = world.actor(TAMSIN).await;
        let both = Confirm { staff, word: Word::StillHere };
        let refused = doors::record(&world.app, &tamsin, both).await;
        assert!(matches!(refused, Err(Error::NotFound)), "Dee is not of her school");
        let owen = world.actor(OWEN).await;
        assert!(owen.is_asleep(), "half of it was not done");
        world
    });
}

#[test]
fn each_is_asked_of_those_whom_they_may_confirm_once_it_is_time() {
    on_both(|world| async move {
        others_confirmed(&world).await;
        for email in [OWEN, DEE, HALIMA, TAMSIN] {
            confirmed(&world, email, STANDS - ASKED_BEFORE - 1).await;
        }
        for by in [JO, TAMSIN, INES] {
            assert!(listed(&world, by).await.unwrap().is_empty(), "{by}: it is not time");
        }
        for (days, email) in [(89, OWEN), (90, DEE), (60, HALIMA), (45, TAMSIN)] {
            confirmed(&world, email, days).await;
        }
        let names =
            ["Dee Marlowe-Demo", "Owen Pryce-Demo", "Halima Yusuf-Demo", "Tamsin Okafor-Demo"];
        assert_eq!(listed(&world, JO).await.unwrap(), names, "whoever sleeps first comes first");
        assert_eq!(listed(&world, TAMSIN).await.unwrap(), ["Owen Pryce-Demo"], "not herself");
        assert_eq!(listed(&world, INES).await.unwrap(), ["Dee Marlowe-Demo"]);
        assert!(matches!(listed(&world, OWEN).await, Err(Error::NotFound)));

        let mut tamsin = world.signs_in(TAMSIN).await;
        let page = tamsin.get("/still-here").await.text;
        assert!(page.contains("Owen Pryce-Demo, Year 4 teacher, Marram Primary School"));
        assert!(!page.contains("Dee Marlowe"));
        let nobody = tamsin.post("/still-here", &[("word", "still-here")]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text.contains("Tick at least one person"));
        let who = reference(&world, OWEN).await;
        let done = tamsin.post("/still-here", &[("who", &who), ("word", "still-here")]).await;
        assert_eq!(done.location(), "/still-here?done=confirmed");
        assert!(listed(&world, TAMSIN).await.unwrap().is_empty());
        world
    });
}

#[test]
fn when_everybody_sleeps_who_could_wake_them_the_server_does() {
    on_both(|world| async move {
        confirmed(&world, JO, STANDS).await;
        let unknown = Wake { email: "nobody@unit.example".into() };
        let refused = doors::record(&world.app, &Actor::platform(), unknown).await;
        assert!(matches!(refused, Err(Error::Refusal(_))));
        let jo = Wake { email: "Jo@unit.example".into() };
        doors::record(&world.app, &Actor::platform(), jo).await.unwrap();
        assert!(!world.actor(JO).await.is_asleep());
        world
    });
}

/// A demonstration that lay about for a year is still one that everybody can sign in to.
#[test]
fn a_demonstration_that_starts_confirms_whom_nobody_put_to_sleep() {
    on_both(|world| async move {
        say(&world, JO, OWEN, Word::Sleep).await.unwrap();
        let year = SignedDuration::from_hours(24 * 365);
        world.app.clock.set(world.app.clock.now() + year);
        assert!(world.actor(DEE).await.is_asleep());
        world.everybody_stays().await;
        assert!(!world.actor(DEE).await.is_asleep());
        assert!(world.actor(OWEN).await.is_asleep());
        world
    });
}
