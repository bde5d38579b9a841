//! The drill finds what would be found too late, and a server of real records starts on no other word.

use app::{
    drill::{self, Drill},
    web::health,
};
use tempfile::TempDir;

use crate::{
    support::{World, on_both},
    walk::known,
};

const OSSIAN: &str = "ossian@unit.example";

async fn held(world: &World) -> Drill {
    let folder = TempDir::new().unwrap();
    drill::hold(&world.app, &world.wrapping(), folder.path()).await.unwrap()
}

async fn why_not(world: &World) -> String {
    drill::must_count(&world.app).await.unwrap_err().to_string()
}

async fn reads_system(world: &World, words: &str) -> bool {
    world.signs_in(OSSIAN).await.get("/system").await.reads(words)
}

#[test]
fn what_a_restored_backup_lacks_is_found_and_nothing_real_is_served_over_it() {
    on_both(async |world| {
        known(&world, true).await;
        assert!(why_not(&world).await.contains("was ever restored"));
        assert!(reads_system(&world, "None was held").await);
        let sound = held(&world).await;
        assert!(sound.was_sound() && sound.rows > 100, "{sound:?}");
        drill::must_count(&world.app).await.unwrap();
        assert!(reads_system(&world, "rows were restored and proved").await);
        // Each is put right again by the statement behind it.
        for (harm, mends, wrong) in [
            (
                "UPDATE pathway SET stage = stage || 'x'",
                "UPDATE pathway SET stage = substr(stage, 1, length(stage) - 1)",
                "pathways differ from their history",
            ),
            (
                "UPDATE account_key SET key = -key",
                "UPDATE account_key SET key = -key",
                "can’t be found by what they say",
            ),
            (
                "UPDATE journal_node SET seq = seq + 100000 WHERE seq = 3",
                "UPDATE journal_node SET seq = seq - 100000 WHERE seq = 100003",
                "the journal does not fit its tree",
            ),
            (
                "UPDATE journal_content SET sealed = salt, salt = sealed WHERE seq = 1",
                "UPDATE journal_content SET sealed = salt, salt = sealed WHERE seq = 1",
                "contents of the journal can’t be unsealed",
            ),
        ] {
            world.tamper(harm).await;
            let found = held(&world).await;
            assert!(found.wrong.contains(wrong), "{harm}: {}", found.wrong);
            assert!(why_not(&world).await.contains("The last drill failed"), "{harm}");
            world.tamper(mends).await;
        }
        assert!(reads_system(&world, "It failed").await);
        assert!(held(&world).await.was_sound());
        drill::must_count(&world.app).await.unwrap();
        world
    });
}

#[test]
fn a_drill_that_was_missed_is_said_and_counts_no_more() {
    on_both(async |world| {
        let mut app = world.another_process().await;
        app.demo = false;
        held(&world).await;
        world.it_is("2026-12-02T10:00:00Z");
        drill::must_count(&app).await.unwrap();
        let says = async || health::of(&app).await.but.join(" ");
        assert!(!says().await.contains("sightline drill"));
        world.it_is("2026-12-03T10:01:00Z");
        assert!(says().await.contains("hold one with `sightline drill`"));
        assert!(why_not(&world).await.contains("more than 31 days ago"));
        world
    });
}
