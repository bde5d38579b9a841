//! A backup as a file: a line of plain JSON that says what it is, then a sealed stream of lines of
//! JSON that ends with counts and a digest. Written under another name and renamed when it is on
//! the disk, so that a file of that name is always whole.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use platform::{
    db::tables::hex,
    seal::{Keys, Sealing, Unsealing},
};
use sha2::{Digest, Sha256};

use super::{Counts, Header, Line};
use crate::{
    error::{Error, Result},
    sealed_with,
};

/// The form of the file.
pub const FORM: u32 = 1;
/// What the stream is sealed for.
const PURPOSE: &str = "backup";
/// How long the plain line may be: a file that is no backup may be one endless line.
const LONGEST_HEADER: u64 = 64 * 1024;

/// A backup that is being written. Dropped before its end, it is removed.
pub struct Backup {
    sealing: Option<Sealing<BufWriter<File>>>,
    digest: Sha256,
    unfinished: PathBuf,
    to: PathBuf,
}

impl Backup {
    /// Begins a file that isn't there.
    pub fn begin(to: &Path, keys: &Keys, header: &Header) -> Result<Self> {
        if to.exists() {
            return Err(Error::refusal(format!("{} is there already", to.display())));
        }
        let mut name = to.file_name().map_or_else(OsString::new, OsString::from);
        name.push(format!(".unfinished-{}", std::process::id()));
        let unfinished = to.with_file_name(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished);
        let file = file.map_err(|e| unwritable(to, &e))?;
        // From here on the file is removed when something fails.
        let (digest, to) = (Sha256::new(), to.to_owned());
        let mut backup = Self { sealing: None, digest, unfinished, to };
        let sealing = begin(keys, header, file).map_err(|e| unwritable(&backup.to, &e))?;
        backup.sealing = Some(sealing);
        Ok(backup)
    }

    /// Writes a line.
    pub fn write(&mut self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.digest.update(&text);
        let Some(sealing) = &mut self.sealing else { return Ok(()) };
        sealing.write_all(&text).map_err(|e| unwritable(&self.to, &e))
    }

    /// Writes the end, sees the file on the disk, and gives it its name.
    pub fn finish(mut self, rows: Counts) -> Result<()> {
        let digest = hex(&self.digest.clone().finalize());
        self.write(&Line::End { rows, digest })?;
        let Some(sealing) = self.sealing.take() else { return Ok(()) };
        self.named(sealing).map_err(|e| unwritable(&self.to, &e))
    }

    fn named(&self, sealing: Sealing<BufWriter<File>>) -> io::Result<()> {
        let file = sealing.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        // Unlike a rename, a link never takes the place of a file that came in between.
        fs::hard_link(&self.unfinished, &self.to)?;
        fs::remove_file(&self.unfinished)?;
        let folder = self.to.parent().filter(|f| !f.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        // After its end it is not there any more.
        let _ = fs::remove_file(&self.unfinished);
    }
}

fn begin(keys: &Keys, header: &Header, file: File) -> io::Result<Sealing<BufWriter<File>>> {
    let mut file = BufWriter::new(file);
    let header = serde_json::to_string(header)?;
    writeln!(file, "{header}")?;
    Sealing::begin(keys, PURPOSE, header.as_bytes(), file)
}

/// A backup that is being read.
pub struct Reading {
    pub header: Header,
    lines: BufReader<Unsealing<BufReader<File>>>,
    digest: Sha256,
    from: PathBuf,
}

impl Reading {
    /// Opens a backup that was sealed with these keys.
    pub fn open(from: &Path, keys: &Keys) -> Result<Self> {
        let file = File::open(from).map_err(|e| unreadable(from, &e))?;
        let mut file = BufReader::new(file);
        let mut line = String::new();
        io::Read::take(&mut file, LONGEST_HEADER).read_line(&mut line).map_err(|_| none(from))?;
        let line = line.trim_end_matches('\n');
        let header: Header = serde_json::from_str(line).map_err(|_| none(from))?;
        if header.form != FORM {
            return Err(none(from));
        }
        if header.key != sealed_with::print(keys) {
            return Err(Error::refusal(format!(
                "{} was sealed with another key. Say with --key where that one is",
                from.display()
            )));
        }
        let unsealing = Unsealing::begin(keys, PURPOSE, line.as_bytes(), file);
        let lines = BufReader::new(unsealing.map_err(|e| unreadable(from, &e))?);
        Ok(Self { header, lines, digest: Sha256::new(), from: from.to_owned() })
    }

    /// The next line. After the last, whose digest is proved, there must be no other.
    pub fn next(&mut self) -> Result<Line> {
        let mut text = Vec::new();
        self.lines.read_until(b'\n', &mut text).map_err(|e| unreadable(&self.from, &e))?;
        let line = serde_json::from_slice(&text).map_err(|_| none(&self.from))?;
        if let Line::End { digest, .. } = &line
            && (*digest != hex(&self.digest.clone().finalize()) || !self.is_at_its_end()?)
        {
            return Err(Error::refusal(format!("{} is not whole", self.from.display())));
        }
        self.digest.update(&text);
        Ok(line)
    }

    fn is_at_its_end(&mut self) -> Result<bool> {
        self.lines.fill_buf().map(<[u8]>::is_empty).map_err(|e| unreadable(&self.from, &e))
    }
}

fn none(from: &Path) -> Error {
    Error::refusal(format!("{} is not a backup that this release can read", from.display()))
}

fn unreadable(from: &Path, why: &io::Error) -> Error {
    Error::refusal(format!("{} can’t be restored: {why}", from.display()))
}

fn unwritable(to: &Path, why: &io::Error) -> Error {
    Error::refusal(format!("{} can’t be written: {why}", to.display()))
}
