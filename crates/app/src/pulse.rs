//! Signs of life of the server's workers, in memory alone: when each of them last turned. It
//! refuses to say what they did; the outbox knows.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use jiff::Timestamp;

/// A worker of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worker {
    /// Looks at clocks whose time has come.
    Raising,
    /// Sends e-mails.
    Messages,
    /// Writes down outside the database what must outlast a restore.
    Ledger,
    /// Counts the rows of what is kept.
    Counting,
}

impl Worker {
    /// Every worker.
    pub const ALL: [Self; 4] = [Self::Raising, Self::Messages, Self::Ledger, Self::Counting];

    /// What it does, for the log and whoever asks after it.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Raising => "raising what is late",
            Self::Messages => "sending messages",
            Self::Ledger => "keeping the ledger",
            Self::Counting => "counting what is kept",
        }
    }

    /// How long it may be silent. A mail server that hangs holds one letter up for two minutes.
    const fn patience(self) -> Duration {
        match self {
            Self::Raising | Self::Ledger => Duration::from_mins(1),
            Self::Messages => Duration::from_mins(5),
            Self::Counting => Duration::from_hours(2),
        }
    }
}

/// When each worker last turned, in microseconds.
#[derive(Debug)]
pub struct Pulse([AtomicI64; Worker::ALL.len()]);

impl Pulse {
    /// The outbox's workers are alive when the server starts. Who keeps the ledger or counts is missed once
    /// they began: nothing does so beside a test.
    pub fn from(start: Timestamp) -> Self {
        let start = start.as_microsecond();
        let began = |worker| match worker {
            Worker::Ledger | Worker::Counting => i64::MAX,
            Worker::Raising | Worker::Messages => start,
        };
        Self(Worker::ALL.map(|worker| AtomicI64::new(began(worker))))
    }

    /// A worker turns.
    pub fn beat(&self, worker: Worker, now: Timestamp) {
        self.0[worker as usize].store(now.as_microsecond(), Ordering::Relaxed);
    }

    /// The workers that have been silent for too long.
    pub fn silent(&self, now: Timestamp) -> Vec<Worker> {
        let is_silent = |worker: &Worker| {
            let last = self.0[*worker as usize].load(Ordering::Relaxed);
            let since = now.as_microsecond().saturating_sub(last);
            u128::try_from(since).is_ok_and(|s| s > worker.patience().as_micros())
        };
        Worker::ALL.into_iter().filter(is_silent).collect()
    }
}
