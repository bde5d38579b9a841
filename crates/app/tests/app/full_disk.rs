//! The disk is full while somebody sends a request: nothing is half written, nothing is
//! acknowledged, and the same form goes through once there is room.

use axum::http::StatusCode;

use crate::{
    drafts::{Draft, OWEN, Window, hidden},
    support::{World, on_both},
};

/// Lets the database take no more. SQLite meets its real limit; on PostgreSQL the journal answers as
/// it does where its disk is full.
async fn is_full(world: &World) {
    if world.app.db.is_embedded() {
        // The least that is taken: as many pages as there are.
        return world.tamper("PRAGMA max_page_count = 1").await;
    }
    world
        .tamper(
            "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100''; END'",
        )
        .await;
    world
        .tamper("CREATE TRIGGER is_full BEFORE INSERT ON journal EXECUTE FUNCTION is_full()")
        .await;
}

async fn has_room(world: &World) {
    world
        .tamper(match world.app.db.is_embedded() {
            true => "PRAGMA max_page_count = 4294967294",
            false => "DROP TRIGGER is_full ON journal",
        })
        .await;
}

#[test]
fn a_full_disk_acknowledges_nothing_and_the_same_form_goes_through_once_there_is_room() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        let long = "Shouting next door. ".repeat(95);
        owen.answers("danger", &[("in-danger", "yes"), ("danger-what", &long)]).await;
        owen.child(1, "Arlo").await;
        let to = format!("{}/send", owen.at);
        let page = owen.owen.get(&format!("{}/check", owen.at)).await;
        let check = Window { hidden: hidden(&page, &to), action: to };
        is_full(&world).await;
        let before = world.everything().await;
        let refused = owen.send(&check, &[]).await;
        assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", refused.text);
        for words in ["there is a problem with Sightline", "ring 999 now", "01632 960 100"] {
            assert!(refused.reads(words), "{words}: {}", refused.text);
        }
        assert!(!refused.reads("53100") && !refused.reads("disk"), "{}", refused.text);
        assert_eq!(world.everything().await, before, "nothing half written");
        has_room(&world).await;

        let again = Window { hidden: hidden(&refused, &check.action), action: check.action };
        let taken = owen.send(&again, &[]).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
        let read = world.signs_in("dee@hub.example").await.get("/hub").await;
        assert!(read.reads("Arlo Invented-Marsh"), "{}", read.text);
        assert_eq!(world.count("contact").await, 1);
        world
    });
}
