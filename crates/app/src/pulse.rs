//! Signs of life of the server's workers, in memory alone: when each of them last turned. It
//! refuses to say what they did; the outbox knows.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use jiff::Timestamp;

/// A worker of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worker {
    /// Looks at clocks whose time has come.
    Raising,
    /// Sends e-mails.
    Messages,
}

impl Worker {
    /// Every worker.
    pub const ALL: [Self; 2] = [Self::Raising, Self::Messages];

    /// What it does, for the log and whoever asks after it.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Raising => "raising what is late",
            Self::Messages => "sending messages",
        }
    }

    /// How long it may be silent. A mail server that hangs holds one letter up for two minutes.
    const fn patience(self) -> Duration {
        match self {
            Self::Raising => Duration::from_mins(1),
            Self::Messages => Duration::from_mins(5),
        }
    }
}

/// When each worker last turned, in microseconds.
#[derive(Debug)]
pub struct Pulse([AtomicI64; 2]);

impl Pulse {
    /// Everybody is alive when the server starts.
    pub fn from(start: Timestamp) -> Self {
        Self(Worker::ALL.map(|_| AtomicI64::new(start.as_microsecond())))
    }

    /// A worker turns.
    pub fn beat(&self, worker: Worker, now: Timestamp) {
        self.0[worker as usize].store(now.as_microsecond(), Ordering::Relaxed);
    }

    /// The workers that have been silent for too long.
    pub fn silent(&self, now: Timestamp) -> Vec<Worker> {
        let is_silent = |worker: &Worker| {
            let since = now.as_microsecond() - self.0[*worker as usize].load(Ordering::Relaxed);
            u128::try_from(since).is_ok_and(|s| s > worker.patience().as_micros())
        };
        Worker::ALL.into_iter().filter(is_silent).collect()
    }
}
