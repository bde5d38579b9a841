//! The one place that knows what time it is, so that tests can stop it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

/// Tells the time in whole microseconds, which is what both databases keep.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    stopped: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is moved.
    pub fn stopped_at(moment: Timestamp) -> Self {
        Self { stopped: Some(Arc::new(AtomicI64::new(moment.as_microsecond()))) }
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask the machine")]
    pub fn now(&self) -> Timestamp {
        let micros = match &self.stopped {
            Some(at) => at.load(Ordering::SeqCst),
            None => Timestamp::now().as_microsecond(),
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a stopped clock to that moment. The machine's clock is not moved.
    pub fn set(&self, moment: Timestamp) {
        if let Some(at) = &self.stopped {
            at.store(moment.as_microsecond(), Ordering::SeqCst);
        }
    }
}
