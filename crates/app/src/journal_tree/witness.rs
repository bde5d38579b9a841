//! A witness: a small server that somebody outside runs, which co-signs the checkpoints of one log
//! as long as each continues the last (c2sp.org/tlog-witness). What it answers is decided in
//! `journal_proof`; here its state is kept on the disk, and on the disk before an answer is given.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State as Shared},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use journal_proof::{
    Answer, KnownLog, Seconds, State, Watching, WitnessSecret,
    witness::{MOST_REQUEST_BYTES, SIZE_MEDIA_TYPE},
};
use platform::clock::Clock;

use crate::error::{Error, Result};

/// A witness with its state. Requests are answered one after another.
pub struct Witness {
    watching: Watching,
    clock: Clock,
    file: PathBuf,
    state: Mutex<State>,
    /// Held as long as the witness runs: two that answer from one file would contradict each other.
    _only: File,
}

/// Makes the state of a witness that has seen nothing. Once in its life: with a second one it would
/// believe the next journal that it is shown.
///
/// # Errors
/// A refusal when the file is there or can't be written.
pub fn begin(file: &Path) -> Result<()> {
    if file.exists() {
        return Err(unusable(file, &"it is there already"));
    }
    keep(file, &State::new()).map_err(|why| unusable(file, &why))
}

impl Witness {
    /// A witness of that log over the state in a file.
    ///
    /// # Errors
    /// A refusal when the file is missing, damaged, another witness's, or in use.
    pub fn over(file: &Path, key: WitnessSecret, log: KnownLog, clock: Clock) -> Result<Self> {
        let bytes = fs::read(file).map_err(|why| unusable(file, &why))?;
        let state = State::parse(&bytes, &log, key.public()).map_err(|why| unusable(file, &why))?;
        // The state itself is replaced by another file again and again, and can't be locked.
        let beside = beside(file, ".lock");
        let only = File::create(&beside).map_err(|why| unusable(&beside, &why))?;
        only.try_lock().map_err(|_| unusable(file, &"another witness is running over it"))?;
        let watching = Watching { log, key };
        Ok(Self { watching, clock, file: file.to_owned(), state: Mutex::new(state), _only: only })
    }

    /// How many entries the checkpoint has that was co-signed last.
    pub fn has_seen(&self) -> u64 {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.latest().map_or(0, |latest| latest.checkpoint().size())
    }

    /// Whether the log has contradicted itself, ever.
    pub fn has_seen_a_fork(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).fork().is_some()
    }

    /// Answers a request once what it must remember of it is on the disk. Reading, answering and
    /// storing are one step.
    fn answer(&self, body: &[u8]) -> Result<Answer> {
        let at = Seconds::try_from(self.clock.now().as_second())
            .map_err(|why| Error::fault("asking for the time", why))?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = self.watching.answer(&state, body, at);
        if let Some(next) = answered.keep {
            // A state of which it isn't known whether it is on the disk was answered to nobody.
            keep(&self.file, &next).map_err(|why| unusable(&self.file, &why))?;
            *state = next;
        }
        Ok(answered.answer)
    }
}

/// The witness's one route.
pub fn router(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .layer(DefaultBodyLimit::max(MOST_REQUEST_BYTES))
        .with_state(witness)
}

async fn add_checkpoint(Shared(witness): Shared<Arc<Witness>>, body: Bytes) -> Response {
    // It waits for the disk.
    let answered = tokio::task::spawn_blocking(move || witness.answer(&body)).await;
    let answer = match answered {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return broken(&error),
        Err(error) => return broken(&error),
    };
    tell(&answer);
    let status = StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = match answer {
        Answer::Conflict { .. } | Answer::Fork { .. } => SIZE_MEDIA_TYPE,
        _ => "text/plain; charset=utf-8",
    };
    (status, [(CONTENT_TYPE, kind)], answer.body()).into_response()
}

fn tell(answer: &Answer) {
    match answer {
        Answer::Cosigned(_) => tracing::info!("co-signed"),
        Answer::Conflict { size } => tracing::info!(size, "asked from another size than was seen"),
        Answer::Fork { size } => tracing::error!(
            size,
            "THE LOG HAS SIGNED TWO DIFFERENT JOURNALS of one length; both are kept in the state"
        ),
        Answer::Refused(why) => tracing::error!(%why, "a checkpoint was refused"),
    }
}

fn broken(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "a checkpoint could not be answered");
    (StatusCode::INTERNAL_SERVER_ERROR, "the witness could not keep what it saw\n").into_response()
}

/// Puts a state in the place of the one before, wholly or not at all, and sees it on the disk.
fn keep(file: &Path, state: &State) -> io::Result<()> {
    let next = beside(file, ".next");
    let mut options = fs::OpenOptions::new();
    let mut written = options.write(true).create(true).truncate(true).mode(0o600).open(&next)?;
    written.write_all(state.to_string().as_bytes())?;
    written.sync_all()?;
    fs::rename(&next, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().map_or_else(OsString::new, OsString::from);
    name.push(ending);
    file.with_file_name(name)
}

fn unusable(file: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::refusal(format!("{}: {why}", file.display()))
}
