//! The migrations, in order. One text each for both databases; a landed one is never edited.

use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::{DbErr, MigrationName, SchemaManager, async_trait},
    sea_orm::ConnectionTrait,
};

/// Brings a database up to date.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Foundation)]
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
