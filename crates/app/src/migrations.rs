//! The migrations, in order. One text each for both databases; a landed one is never edited.

use platform::db::Db;
use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager, async_trait},
    sea_orm::ConnectionTrait,
};

/// Brings a database up to date, over a connection of its own.
///
/// # Errors
/// When the database can't be reached or does not take a migration.
pub async fn migrate(db: &Db) -> Result<(), DbErr> {
    let connection = db.connection().await?;
    Migrator::up(&connection, None).await?;
    connection.close().await
}

/// The list.
struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Foundation)]
    }
}

#[derive(DeriveMigrationName)]
struct Foundation;

#[async_trait::async_trait]
impl MigrationTrait for Foundation {
    #[expect(elided_lifetimes_in_paths, reason = "the trait's macro can't match a written one")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = include_str!("../migrations/0001_foundation.sql");
        manager.get_connection().execute_unprepared(text).await.map(|_| ())
    }
}
