//! A progress bar for work that comes in stretches.

use ::matching::progress::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::error::{Error, Result};

/// The bar, on standard error; nothing where that is no terminal.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar for work that has not begun.
    ///
    /// # Errors
    /// When it can't be drawn.
    pub fn new() -> Result<Self> {
        let style = ProgressStyle::with_template("{msg:18} {wide_bar} {percent}%, {eta} to go")
            .map_err(|e| Error::fault("drawing a progress bar", e))?;
        Ok(Self(ProgressBar::new(1).with_style(style)))
    }

    /// Takes the bar away.
    pub fn ends(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begins(&self, what: &'static str, steps: u64) {
        self.0.reset();
        self.0.set_length(steps);
        self.0.set_message(what);
    }

    fn done(&self, steps: u64) {
        self.0.inc(steps);
    }
}
