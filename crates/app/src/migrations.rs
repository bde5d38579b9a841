//! The migrations, in order. One text each for both databases; a landed one is never edited.

use platform::db::Db;
use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::{DbErr, MigrationName, SchemaManager, async_trait},
    sea_orm::ConnectionTrait,
};

use crate::people::name_words;

/// Brings a database up to date, in a transaction of its own: of two servers that start at once,
/// the second waits and finds nothing left to do.
///
/// # Errors
/// When the database can't be reached or does not take a migration.
pub async fn migrate(db: &Db) -> Result<(), DbErr> {
    up(db, None).await
}

/// Makes so many further migrations, for a backup that knows no more.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_by(db: &Db, steps: usize) -> Result<(), DbErr> {
    up(db, Some(u32::try_from(steps).unwrap_or(u32::MAX))).await
}

async fn up(db: &Db, steps: Option<u32>) -> Result<(), DbErr> {
    let (tx, connection) = db.alone().await?;
    Migrator::up(&tx, steps).await?;
    tx.commit().await?;
    connection.close().await
}

/// Whether a database has it already.
///
/// # Errors
/// As [`migrate`].
pub async fn has(db: &Db, name: &str) -> Result<bool, DbErr> {
    let connection = db.connection().await?;
    let made = Migrator::get_applied_migrations(&connection).await?;
    connection.close().await?;
    Ok(made.iter().any(|one| one.name() == name))
}

/// The names of all migrations, in order.
pub fn names() -> Vec<String> {
    Migrator::get_migration_files().iter().map(|file| file.name().to_owned()).collect()
}

/// How many a database has.
///
/// # Errors
/// As [`migrate`].
pub async fn made(db: &Db) -> Result<usize, DbErr> {
    let connection = db.connection().await?;
    let made = Migrator::get_applied_migrations(&connection).await?.len();
    connection.close().await?;
    Ok(made)
}

/// The list.
struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        ALL.iter().map(|one| Box::new(*one) as Box<dyn MigrationTrait>).collect()
    }
}

/// A migration: its name, and its text for both databases.
#[derive(Clone, Copy)]
struct Migration(&'static str, &'static str);

/// What it was that names got words of their own to be found by.
const PEOPLE: &str = "0002_people";
/// What it was that the keys came to lie in the database, wrapped.
pub const DATA_KEYS: &str = "0016_data_keys";
const ALL: [Migration; 36] = [
    Migration("0001_foundation", include_str!("../migrations/0001_foundation.sql")),
    Migration(PEOPLE, include_str!("../migrations/0002_people.sql")),
    Migration("0003_organisations", include_str!("../migrations/0003_organisations.sql")),
    Migration("0004_corrections", include_str!("../migrations/0004_corrections.sql")),
    Migration("0005_second_step", include_str!("../migrations/0005_second_step.sql")),
    Migration("0006_journal_tree", include_str!("../migrations/0006_journal_tree.sql")),
    Migration("0007_kept_away", include_str!("../migrations/0007_kept_away.sql")),
    Migration("0008_unusual_access", include_str!("../migrations/0008_unusual_access.sql")),
    Migration("0009_conflicts", include_str!("../migrations/0009_conflicts.sql")),
    Migration("0010_turns", include_str!("../migrations/0010_turns.sql")),
    Migration("0012_restricted", include_str!("../migrations/0012_restricted.sql")),
    Migration("0013_break_glass", include_str!("../migrations/0013_break_glass.sql")),
    Migration("0014_recognised", include_str!("../migrations/0014_recognised.sql")),
    Migration("0015_disclosures", include_str!("../migrations/0015_disclosures.sql")),
    Migration(DATA_KEYS, include_str!("../migrations/0016_data_keys.sql")),
    Migration("0017_passkeys", include_str!("../migrations/0017_passkeys.sql")),
    Migration("0018_confirmed", include_str!("../migrations/0018_confirmed.sql")),
    Migration("0019_callers", include_str!("../migrations/0019_callers.sql")),
    Migration("0020_births", include_str!("../migrations/0020_births.sql")),
    Migration("0021_files", include_str!("../migrations/0021_files.sql")),
    Migration("0022_data_requests", include_str!("../migrations/0022_data_requests.sql")),
    Migration("0023_disposal", include_str!("../migrations/0023_disposal.sql")),
    Migration("0024_gravest", include_str!("../migrations/0024_gravest.sql")),
    Migration("0025_preparers", include_str!("../migrations/0025_preparers.sql")),
    Migration("0026_who_looked", include_str!("../migrations/0026_who_looked.sql")),
    Migration("0028_restored", include_str!("../migrations/0028_restored.sql")),
    Migration("0029_identity_providers", include_str!("../migrations/0029_identity_providers.sql")),
    Migration("0030_stopped_looks", include_str!("../migrations/0030_stopped_looks.sql")),
    Migration("0031_kept_rows", include_str!("../migrations/0031_kept_rows.sql")),
    Migration("0032_vouched", include_str!("../migrations/0032_vouched.sql")),
    Migration("0033_link_asked", include_str!("../migrations/0033_link_asked.sql")),
    Migration("0034_opened_again", include_str!("../migrations/0034_opened_again.sql")),
    Migration("0035_declared_names", include_str!("../migrations/0035_declared_names.sql")),
    Migration("0036_covers", include_str!("../migrations/0036_covers.sql")),
    Migration("0037_intelligence", include_str!("../migrations/0037_intelligence.sql")),
    Migration("0038_officers", include_str!("../migrations/0038_officers.sql")),
];

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Wholly or not at all: left to itself the library uses a transaction on PostgreSQL alone.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    #[expect(elided_lifetimes_in_paths, reason = "the trait's macro can't match a written one")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(self.1).await?;
        if self.0 == PEOPLE { name_words::take_up(connection).await } else { Ok(()) }
    }
}
