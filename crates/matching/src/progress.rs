//! How far long work is, for whoever waits. It changes nothing of what comes out.

use std::io::Read;

/// Who is told how far the work is; `()` is told and does nothing.
pub trait Progress: Sync {
    /// A stretch of work begins: what it is in words, and how many steps it has.
    fn begins(&self, _what: &'static str, _steps: u64) {}
    /// So many more of its steps are done.
    fn done(&self, _steps: u64) {}
}

impl Progress for () {}

/// A file that tells of each byte that was read.
pub struct Told<'a, R> {
    /// The file itself.
    pub file: R,
    /// Who is told.
    pub progress: &'a dyn Progress,
}

impl<R: Read> Read for Told<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.file.read(into)?;
        self.progress.done(bytes as u64);
        Ok(bytes)
    }
}
