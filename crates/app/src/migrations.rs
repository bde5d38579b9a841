//! The migrations, in order. One text each for both databases; a landed one is never edited.

use platform::db::Db;
use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::{DbErr, MigrationName, SchemaManager, async_trait},
    sea_orm::ConnectionTrait,
};

use crate::people::name_words;

/// Brings a database up to date, over a connection of its own.
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
    let connection = db.connection().await?;
    Migrator::up(&connection, steps).await?;
    connection.close().await
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
        vec![Box::new(Foundation), Box::new(People)]
    }
}

struct Foundation;

impl MigrationName for Foundation {
    fn name(&self) -> &'static str {
        "0001_foundation"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Foundation {
    /// Wholly or not at all: left to itself the library uses a transaction on PostgreSQL alone.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    #[expect(elided_lifetimes_in_paths, reason = "the trait's macro can't match a written one")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = include_str!("../migrations/0001_foundation.sql");
        manager.get_connection().execute_unprepared(text).await.map(|_| ())
    }
}

/// What is said of people later, and the words that they are found by.
struct People;

impl MigrationName for People {
    fn name(&self) -> &'static str {
        "0002_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for People {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    #[expect(elided_lifetimes_in_paths, reason = "the trait's macro can't match a written one")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = include_str!("../migrations/0002_people.sql");
        manager.get_connection().execute_unprepared(text).await?;
        name_words::take_up(manager.get_connection()).await
    }
}
