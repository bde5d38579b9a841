//! Reading: the shared pool, one text for both databases. Its connections refuse to write.

use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::Runs;

/// The pool for reading.
#[derive(Clone, Copy)]
pub struct Reads<'d>(&'d DatabaseConnection);

impl<'d> Reads<'d> {
    pub(super) fn new(connection: &'d DatabaseConnection) -> Self {
        Self(connection)
    }
}

impl Runs for Reads<'_> {
    fn connection(&self) -> &impl ConnectionTrait {
        self.0
    }
}
