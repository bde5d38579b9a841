//! R12 of the threat model: whichever byte of a backup was damaged, a restore finds it, and nothing of
//! the backup is then in the database.

use std::fs;

use app::{backup, doors, error::Error};
use platform::db::{Db, Runs};
use tempfile::TempDir;

use super::{Rows, Worries, empty_ones};
use crate::{
    sticky::Dice,
    support::{World, monday_morning},
};

/// How many bytes are damaged; `SIGHTLINE_DAMAGES` asks for more. The embedded database alone, since the
/// file is the same for either.
fn damages() -> usize {
    std::env::var("SIGHTLINE_DAMAGES").ok().and_then(|said| said.parse().ok()).unwrap_or(40)
}

/// How many rows a restore left of what every backup holds.
async fn rows(db: &Db) -> i64 {
    let rows = db.reads().one::<Rows>("SELECT count(*) AS rows FROM agency", []).await;
    rows.map_or(0, |rows| rows.expect("a count").rows)
}

/// Enough for several chunks of the sealed stream.
async fn a_week(world: &World) {
    let owen = world.actor("owen@marram.example").await;
    for _ in 0..8 {
        doors::record(&world.app, &owen, Worries("Hungry")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_one_damaged_byte_of_a_backup_is_found_wherever_it_is() {
    let (world, folder) = (World::another().await, TempDir::new().unwrap());
    a_week(&world).await;
    let (file, keys) = (folder.path().join("backup"), world.wrapping());
    backup::back_up(&world.app.db, &keys, &world.app.clock, &file).await.unwrap();
    let whole = fs::read(&file).unwrap();
    let db = empty_ones(&folder).await.remove(0);
    let mut dice = Dice::of(12);
    for n in 0..damages() {
        let (place, bits) = match n % 4 {
            // What comes before the first chunk says what the rest is, and one bit may make another date of it.
            0 => (dice.below(64), 1 << dice.below(2)),
            1 => (dice.below(4096.min(whole.len())), 1 + dice.below(255)),
            _ => (dice.below(whole.len()), 1 + dice.below(255)),
        };
        let mut damaged = whole.clone();
        damaged[place] ^= u8::try_from(bits).unwrap();
        fs::write(&file, damaged).unwrap();
        let refused = backup::restore(&db, &keys, &file, monday_morning()).await;
        let what = format!("byte {place} of {}, {bits:#x}", whole.len());
        assert!(matches!(refused, Err(Error::Refusal(_))), "{what}: {refused:?}");
        assert_eq!(rows(&db).await, 0, "{what}");
    }
    fs::write(&file, &whole).unwrap();
    backup::restore(&db, &keys, &file, monday_morning()).await.unwrap();
    assert!(rows(&db).await > 0, "undamaged, it is taken");
}
