//! What is written later, or elsewhere, lowers nothing of what was written before.

use std::fs;

use app::{
    backup,
    ledger::{file::read, restored},
    people::{NewAddress, NewPerson, links::LinkPeople},
    sealed_with::print,
};
use axum::http::StatusCode;
use platform::mail::{Mailer, sink::Sink};
use practice::{processes::request_for_support::Outcome, roles::Role};
use tempfile::TempDir;

use super::{DEE, DILYS, MARGUERITE, OSSIAN, OWEN, SUNIL, opened, reads_page, sent, written};
use crate::{
    front_door::{send, two_siblings},
    restricted::{name, restrict_to},
    retention::{of_child, unlike},
    support::{World, on_both},
    walk::{Known, known, reads_as_nothing},
};

/// A child who lives where everybody may know.
async fn at_home(world: &World, given: &str) -> Known {
    let address = NewAddress {
        lines: "8 Invented Quay".into(),
        postcode: "FY1 1AD".into(),
        protected: false,
    };
    let child = NewPerson { address: Some(address), ..unlike(given) };
    of_child(world, child, Outcome::PartnerEarlyHelp).await
}

/// Dee says something more of them on that page.
async fn says(world: &World, of: &Known, page: &str, what: &str) {
    let to = format!("/people/{}/{page}", of.person);
    let said = format!("account={}&{what}", of.account);
    let page = world.signs_in(DEE).await.fills(&to, &said).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
}

#[test]
fn a_secret_number_takes_the_place_of_no_secret_address() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let (ledger, file) = (folder.path().join("ledger"), folder.path().join("backup"));
        let juno = at_home(&world, "Juno").await;
        backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await.unwrap();
        let refuge = "lines=9+Refuge+Road&postcode=FY1+1AE&secret=yes";
        says(&world, &juno, "addresses", refuge).await;
        written(&world, &ledger).await;
        world.it_is("2026-11-02T10:45:00Z");
        let number = "number=01632+960+007&safe_for=ring&secret=yes";
        says(&world, &juno, "telephones", number).await;
        written(&world, &ledger).await;
        let older = world.restored(&file).await;
        restored::was_said(&older.app).await.unwrap();
        let home = format!("/people/{}", juno.person);
        assert!(reads_page(&older, SUNIL, &home, "8 Invented Quay").await, "the backup shows it");
        opened(&older, &ledger).await.unwrap();
        assert!(!reads_page(&older, SUNIL, &home, "8 Invented Quay").await);
        older
    });
}

#[test]
fn whoever_is_linked_later_to_somebody_with_a_secret_address_keeps_theirs_secret() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let (ledger, file) = (folder.path().join("ledger"), folder.path().join("backup"));
        let juno = at_home(&world, "Juno").await;
        backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await.unwrap();
        let june = at_home(&world, "June").await;
        says(&world, &june, "addresses", "lines=9+Refuge+Road&postcode=FY1+1AE&secret=yes").await;
        written(&world, &ledger).await;
        world.it_is("2026-11-02T10:45:00Z");
        let link = LinkPeople {
            from: june.person.clone(),
            account: june.account.clone(),
            to: juno.person.clone(),
            reason: "The mother says so".into(),
        };
        crate::support::links(&world, &world.actor(DEE).await, link).await.unwrap();
        written(&world, &ledger).await;
        let older = world.restored(&file).await;
        restored::was_said(&older.app).await.unwrap();
        opened(&older, &ledger).await.unwrap();
        let home = format!("/people/{}", juno.person);
        assert!(!reads_page(&older, SUNIL, &home, "8 Invented Quay").await);
        older
    });
}

#[test]
fn an_old_ledger_names_nobody_who_was_taken_off_since() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let (ledger, old) = (folder.path().join("ledger"), folder.path().join("old"));
        world.joins(DILYS, DEE, Role::DutyWorker).await;
        let arlo = known(&world, true).await;
        restrict_to(&world, &arlo, &[DEE, DILYS]).await.unwrap();
        written(&world, &ledger).await;
        fs::copy(&ledger, &old).unwrap();
        world.it_is("2026-11-02T10:45:00Z");
        name(&world, &arlo, DILYS, false).await.unwrap();
        name(&world, &arlo, SUNIL, true).await.unwrap();
        let all = read(&old, &world.wrapping(), &print(&world.keys())).unwrap();
        let said = app::ledger::say_again(&world.app, &all).await.unwrap();
        assert!(!said.is_anything(), "{said}");
        reads_as_nothing(&world, DILYS, &arlo).await;
        let contact = format!("/contacts/{}", arlo.contact);
        for named in [MARGUERITE, DEE, SUNIL] {
            assert!(reads_page(&world, named, &contact, "Arlo").await, "{named} is named");
        }
        world
    });
}

#[test]
fn an_older_database_that_somebody_put_in_place_is_noticed_though_nothing_was_said_since() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let (ledger, file) = (folder.path().join("ledger"), folder.path().join("backup"));
        let (mut keeping, _) = opened(&world, &ledger).await.unwrap();
        keeping.turn().await.unwrap();
        backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await.unwrap();
        world.it_is("2026-11-02T10:06:00Z");
        // A look, and no more.
        assert!(reads_page(&world, DEE, "/hub", "Requests").await);
        keeping.turn().await.unwrap();
        drop(keeping);
        let older = world.restored(&file).await;
        restored::was_said(&older.app).await.unwrap();
        let (_, said) = opened(&older, &ledger).await.unwrap();
        assert!(said.is_some(), "what it lacks is noticed");
        older
    });
}

#[test]
fn what_was_sent_between_two_restores_is_not_sent_again() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("backup");
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <s@seaholme.example>").unwrap();
        // The backup is made while the letters of a first restore are held.
        restored::hold(&world.app, None).await.unwrap();
        world.it_is("2026-11-02T10:05:00Z");
        let owen = world.actor(OWEN).await;
        send(&world, &owen, two_siblings(&owen, true)).await;
        backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await.unwrap();
        let release = async |world: &World| {
            let mut ossian = world.signs_in(OSSIAN).await;
            let page = ossian.fills("/system/letters", "old=thrown-away").await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        };
        release(&world).await;
        let once = sent(&world, &mailer, &sink).await;
        assert!(once > 0, "they came after the first restore");
        world.it_is("2026-11-02T10:10:00Z");
        let older = world.restored(&file).await;
        restored::was_said(&older.app).await.unwrap();
        release(&older).await;
        assert_eq!(sent(&older, &mailer, &sink).await, once);
        older
    });
}

#[test]
fn what_an_older_database_that_is_put_in_place_holds_from_before_is_held_anew() {
    on_both(async |world| {
        restored::hold(&world.app, None).await.unwrap();
        world.it_is("2026-11-02T10:05:00Z");
        let until = world.app.clock.now();
        world.it_is("2026-11-02T10:10:00Z");
        restored::hold(&world.app, Some(until)).await.unwrap();
        assert_eq!(world.count("restored").await, 2, "it was held before the ledger ended");
        restored::hold(&world.app, Some(until)).await.unwrap();
        assert_eq!(world.count("restored").await, 2, "and is held since");
        world
    });
}
