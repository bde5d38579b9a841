//! The page on how the system runs: what an administrator must know, and nothing of a case.

use axum::http::StatusCode;

use crate::{front_door::sent, support::on_both};

#[test]
fn an_administrator_reads_what_waits_and_what_was_given_up_and_nothing_of_a_case() {
    on_both(async |world| {
        let taken = sent(&world, &world.actor("owen@marram.example").await, true).await;
        let mut ossian = world.signs_in("ossian@unit.example").await;
        let page = ossian.get("/system").await;
        assert!(page.reads("Waits to be sent or done") && !page.reads("work was given up"));
        assert!(page.reads("By nobody yet"), "no witness has co-signed: {}", page.text);
        for of_a_case in ["Invented", "Arlo", "Owen", &taken.reference, &taken.pathways[0]] {
            assert!(!page.text.contains(of_a_case), "{of_a_case}: {}", page.text);
        }
        world.tamper("UPDATE outbox SET state = 'given up' WHERE kind = 'mail'").await;
        let given_up = world.count("outbox WHERE state = 'given up'").await;
        assert!(given_up > 0);
        let page = ossian.get("/system").await;
        assert!(page.reads(&format!("work was given up: {given_up}")), "{}", page.text);
        for other in ["dee@hub.example", "jo@unit.example", "sefa@scrutiny.example"] {
            let page = world.signs_in(other).await.get("/system").await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{other}");
        }
        world
    });
}
