//! Files that people send with what they say of a request: looked through before anything is kept,
//! kept sealed, and given out only as downloads, once a scanner found nothing. A file belongs to the
//! entry that it came with: whoever sees the entry sees the file, and with the entry it is struck out.
//! What may be taken at all stands in the crate `uploads`.

pub mod giving_out;
pub mod receiving;
pub mod scanning;
pub mod sending;
pub mod store;
pub mod views;

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// The name among the words of an entry under which it says which file came with it: its reference.
pub const FILE: &str = "file";

/// How many files are held in memory at once while they arrive, and while they are given out: 25 MB
/// each, and copies of it.
const AT_ONCE: usize = 8;
/// How many pictures are made small at once: one may take 128 MB.
const DRAWN_AT_ONCE: usize = 2;

/// A place for one file in memory, kept as long as the file is there.
pub type Place = OwnedSemaphorePermit;

/// How much of the machine files may take.
#[derive(Debug, Clone)]
pub struct Room {
    arriving: Arc<Semaphore>,
    given: Arc<Semaphore>,
    drawn: Arc<Semaphore>,
}

impl Default for Room {
    fn default() -> Self {
        let places = |places| Arc::new(Semaphore::new(places));
        Self { arriving: places(AT_ONCE), given: places(AT_ONCE), drawn: places(DRAWN_AT_ONCE) }
    }
}

impl Room {
    /// A place for a file that arrives, if there is one: nobody waits with a connection open.
    pub fn to_take_in(&self) -> Option<Place> {
        Arc::clone(&self.arriving).try_acquire_owned().ok()
    }

    /// A place for a file that is given out.
    ///
    /// # Errors
    /// `Busy` while all are taken.
    pub fn to_give_out(&self) -> Result<Place> {
        Arc::clone(&self.given).try_acquire_owned().map_err(|_| Error::Busy)
    }

    /// A place to make a picture small in.
    ///
    /// # Errors
    /// As [`Room::to_give_out`].
    pub fn to_draw(&self) -> Result<Place> {
        Arc::clone(&self.drawn).try_acquire_owned().map_err(|_| Error::Busy)
    }
}

/// Runs what takes long on the processor where it holds up nobody else.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::fault("looking through a file", e))
}
