//! A backup of an earlier release is restored by this one, with all that was in it (threat model, R12): the
//! tables as they were then hold what a morning leaves, and are backed up as they are.

use std::fs;

use app::{
    App, backup, conservation,
    journal_tree::{contents, verifying::verify},
    migrations::{migrate_by, names},
    pathways::rederive,
};
use platform::{
    clock::Clock,
    db::{
        Db,
        tables::{Cell, Table, tables},
    },
};
use tempfile::TempDir;

use super::{a_morning, empty_ones};
use crate::{
    browser::Browser,
    support::{World, monday_morning, on_both},
};

/// How many migrations ago: of before anybody counted rows. `SIGHTLINE_RELEASES` asks for each since then.
const AGO: usize = 8;

/// The rows of a table, without the columns that another release has of it and this one has not.
async fn rows_as(db: &Db, then: &Table) -> Vec<Vec<Cell>> {
    let whole = db.as_it_is().await.unwrap();
    let now = tables(&whole).await.unwrap().into_iter().find(|table| table.name == then.name);
    let now = now.unwrap_or_else(|| panic!("{} is there still", then.name));
    let places: Vec<_> = then
        .columns
        .iter()
        .map(|column| now.columns.iter().position(|of_now| of_now == column).unwrap())
        .collect();
    let rows = now.rows(&whole, None, i64::MAX).await.unwrap();
    rows.into_iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect()
}

/// Makes the tables of so many migrations, and fills them with what the world has for them. Answers with
/// them.
async fn as_it_was(world: &World, db: &Db, migrations: usize) -> Vec<Table> {
    migrate_by(db, migrations).await.unwrap();
    let filling = db.to_fill().await.unwrap();
    let whole = filling.begin().await.unwrap();
    let then = tables(&whole).await.unwrap();
    for table in &then {
        table.clear(&whole).await.unwrap();
        table.insert(&whole, &rows_as(&world.app.db, table).await).await.unwrap();
    }
    whole.commit().await.unwrap();
    then
}

#[test]
fn r12_a_backup_of_an_earlier_release_is_restored_with_all_its_records() {
    on_both(async |world| {
        a_morning(&world).await;
        let folder = TempDir::new().unwrap();
        let since = match std::env::var("SIGHTLINE_RELEASES") {
            Ok(_) => 1..=AGO,
            Err(_) => AGO..=AGO,
        };
        for ago in since {
            let earlier = names().len() - ago;
            // Of the kind that the world is of; into the other leads another test.
            let is_lite = world.app.db.url().starts_with("sqlite");
            let empty = async || {
                let mut dbs = empty_ones(&folder).await;
                if is_lite { dbs.remove(0) } else { dbs.remove(dbs.len() - 1) }
            };
            let old = empty().await;
            let then = as_it_was(&world, &old, earlier).await;
            let file = folder.path().join(format!("backup-{}", uuid::Uuid::now_v7()));
            let clock = &world.app.clock;
            let counts = backup::back_up(&old, &world.wrapping(), clock, &file).await.unwrap();
            assert_eq!(counts.len(), then.len());
            assert!(counts["contact"] > 60 && counts["journal"] > 60, "{counts:?}");
            let head = fs::read(&file).unwrap();
            let head = head.split(|byte| *byte == b'\n').next().unwrap();
            let head: backup::Header = serde_json::from_slice(head).unwrap();
            assert_eq!(head.schema, names()[..earlier], "it is of an earlier release");
            comes_up(&world, &empty().await, &file, &then).await;
        }
        world
    });
}

/// Restored, it has every row, fits its journal, counts whole, and lets people in.
async fn comes_up(world: &World, db: &Db, file: &std::path::Path, then: &[Table]) {
    backup::restore(db, &world.wrapping(), file, monday_morning()).await.unwrap();
    for table in then.iter().filter(|table| table.name != "restored") {
        let (was, is) = (rows_as(&world.app.db, table).await, rows_as(db, table).await);
        assert!(was == is, "the rows of {} differ", table.name);
    }
    let app = App::over(
        db.clone(),
        Clock::stopped_at(monday_morning()),
        world.keys(),
        "http://localhost:8080".to_owned(),
    );
    let app = app.await.unwrap();
    let report = rederive::check(&app).await.unwrap();
    assert!(report.pathways > 120 && report.differences.is_empty(), "{:?}", report.differences);
    assert!(verify(&app.db, None, false).await.unwrap().is_sound());
    let contents = contents::compare(&app.db, &app.keys, false).await.unwrap();
    assert!(contents.unread.is_none() && contents.altered.is_none());
    assert_eq!(conservation::count(&app).await.unwrap().wrong, Vec::<String>::new());
    let mut dee = Browser::of(&app);
    assert_eq!(dee.sign_in("dee@hub.example", "demo-only-password").await.status.as_u16(), 303);
}
