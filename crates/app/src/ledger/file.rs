//! The ledger as a file: one sealed line after another, only ever added to, each on the disk before
//! it counts. A line that was cut off while it was written is not there.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use platform::seal::{Keys, Sealed};

use super::{Entry, Line, Written};
use crate::error::{Error, Result};

/// What its lines are sealed for.
const PURPOSE: &str = "ledger";

/// A ledger that one server writes.
pub struct Ledger {
    path: PathBuf,
    /// Of which database what is added is.
    of: String,
    wrapping: Keys,
    file: File,
    lines: u64,
    /// What stands in it of that database.
    pub written: Written,
}

impl Ledger {
    /// Opens it to be added to; makes it where it is missing.
    ///
    /// # Errors
    /// A refusal when another server writes it, it can't be written, was sealed with another key, or is not
    /// whole.
    pub fn open(path: &Path, wrapping: &Keys, of: &str) -> Result<Self> {
        let unusable = |e: io::Error| unusable(path, &e);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(unusable)?;
        }
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = file.open(path).map_err(unusable)?;
        file.try_lock().map_err(|_| {
            Error::refusal(format!(
                "Another server writes the ledger {}. Give each server its own with --ledger",
                path.display()
            ))
        })?;
        let (lines, whole, written) = all(path, wrapping, of, &mut file)?;
        file.set_len(whole).map_err(unusable)?;
        file.seek(io::SeekFrom::End(0)).map_err(unusable)?;
        let (path, of, wrapping) = (path.to_owned(), of.to_owned(), wrapping.clone());
        Ok(Self { path, of, wrapping, file, lines, written })
    }

    /// Adds what is not in it yet.
    ///
    /// # Errors
    /// When it can't be written; then what was added half is gone when it is opened again.
    pub fn add(&mut self, entries: Vec<Entry>) -> Result<()> {
        let mut text = String::new();
        let mut number = self.lines;
        for said in &entries {
            let line = Line { of: self.of.clone(), said: said.clone() };
            let sealed = self
                .wrapping
                .seal(PURPOSE, &number.to_be_bytes(), &serde_json::to_vec(&line)?)
                .map_err(|e| Error::fault("sealing a line of the ledger", e))?;
            text.push_str(&STANDARD.encode(sealed.0));
            text.push('\n');
            number += 1;
        }
        let end = self.file.stream_position().map_err(|e| unusable(&self.path, &e))?;
        let added = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_all());
        if let Err(error) = added {
            // Half a line must not stand before the next.
            let _ = self.file.set_len(end);
            let _ = self.file.seek(io::SeekFrom::Start(end));
            return Err(unusable(&self.path, &error));
        }
        self.lines = number;
        entries.into_iter().for_each(|entry| self.written.take(entry));
        Ok(())
    }
}

/// What stands in a ledger of one database. It is only read.
///
/// # Errors
/// As [`Ledger::open`].
pub fn read(path: &Path, wrapping: &Keys, of: &str) -> Result<Written> {
    let mut file = File::open(path).map_err(|e| unusable(path, &e))?;
    all(path, wrapping, of, &mut file).map(|(_, _, written)| written)
}

/// How many lines there are, how many bytes they have, and what those of one database say.
fn all(path: &Path, wrapping: &Keys, of: &str, file: &mut File) -> Result<(u64, u64, Written)> {
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|e| unusable(path, &e))?;
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let (mut lines, mut written) = (0_u64, Written::default());
    for line in text.get(..whole).unwrap_or_default().lines() {
        let read = one(wrapping, lines, line).ok_or_else(|| {
            Error::refusal(format!(
                "Line {} of the ledger {} was sealed with another key, or is not as it was written. \
                 Say with --ledger-key which key it was written with. To begin another, move it \
                 away, and keep it",
                lines + 1,
                path.display()
            ))
        })?;
        if read.of == of {
            written.take(read.said);
        }
        lines += 1;
    }
    Ok((lines, u64::try_from(whole).unwrap_or(u64::MAX), written))
}

fn one(wrapping: &Keys, number: u64, line: &str) -> Option<Line> {
    let sealed = Sealed(STANDARD.decode(line).ok()?);
    let json = wrapping.unseal(PURPOSE, &number.to_be_bytes(), &sealed).ok()?;
    serde_json::from_slice(&json).ok()
}

fn unusable(path: &Path, why: &io::Error) -> Error {
    Error::refusal(format!("The ledger {} can’t be used: {why}", path.display()))
}
