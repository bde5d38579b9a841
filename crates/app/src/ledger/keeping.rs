//! Keeping the ledger: once the server is up, what came since is looked for each second in which the journal
//! grew. Before it opens, a database that is older than its ledger is told what it doesn't know.

use std::{path::Path, time::Duration};

use jiff::{SignedDuration, Timestamp};
use platform::{
    db::{Row, Runs, sea_orm, tables::hex},
    seal::Keys,
};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::{Entry, Position, Said, file::Ledger, restored, say_again, unwritten};
use crate::{App, error::Result, pulse::Worker, sealed_with};

/// How often it is looked whether the journal grew.
const EACH: Duration = Duration::from_secs(1);
/// How far what is looked for reaches back behind the last time: a change may be committed later than it says,
/// and clocks of two servers differ.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// How often it is written how far the database is, where it grew and nothing else is written: whoever puts an
/// older one in its place by hand is noticed as far back as that.
const KNOWN_EACH: SignedDuration = SignedDuration::from_mins(5);

/// A ledger that is kept.
pub struct Keeping {
    app: App,
    ledger: Ledger,
    /// Up to which entry of the journal it was looked.
    looked: Option<i64>,
    /// From when on is looked next.
    from: Timestamp,
}

/// Opens the ledger beside a database, before anybody else does. Where the database is older than it, what the
/// database doesn't know is said again, and its letters wait for a person.
///
/// # Errors
/// A refusal when the ledger can't be used.
pub async fn open(app: &App, path: &Path, wrapping: &Keys) -> Result<(Keeping, Option<Said>)> {
    let ledger = Ledger::open(path, wrapping, &sealed_with::print(&app.keys))?;
    app.pulse.beat(Worker::Ledger, app.clock.now());
    restored::is_through(app).await?;
    let position = ledger.written.position.as_ref();
    let is_older = is_older(app, position).await?;
    let said = if is_older {
        restored::hold(app, position.map(|position| position.at)).await?;
        let said = say_again(app, &ledger.written).await?;
        restored::was_said(app).await?;
        Some(said)
    } else {
        None
    };
    let from = ledger.written.position.as_ref().filter(|_| !is_older).map(|p| p.at);
    let from = from.map_or(Timestamp::UNIX_EPOCH, before);
    Ok((Keeping { app: app.clone(), ledger, looked: None, from }, said))
}

fn before(at: Timestamp) -> Timestamp {
    at.checked_sub(OVERLAP).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Whether a database is not one that went on from there. One of which nothing was ever recorded is new.
async fn is_older(app: &App, position: Option<&Position>) -> Result<bool> {
    let Some(position) = position else { return Ok(false) };
    if head(app).await? == 0 {
        return Ok(false);
    }
    Ok(entry(app, position.seq).await?.is_none_or(|entry| entry != position.entry))
}

/// The number of the journal's last entry.
async fn head(app: &App) -> Result<i64> {
    #[derive(Row)]
    struct Head {
        seq: Option<i64>,
    }
    let head: Option<Head> = app.db.reads().one("SELECT max(seq) AS seq FROM journal", []).await?;
    Ok(head.and_then(|head| head.seq).unwrap_or(0))
}

/// By what an entry of the journal is known.
async fn entry(app: &App, seq: i64) -> Result<Option<String>> {
    #[derive(Row)]
    struct Entry {
        entry: Vec<u8>,
    }
    let text = "SELECT entry FROM journal WHERE seq = $1";
    let entry: Option<Entry> = app.db.reads().one(text, [seq.into()]).await?;
    Ok(entry.map(|one| hex(&Sha256::digest(&one.entry))))
}

impl Keeping {
    /// Writes down what came since. How much it was.
    ///
    /// # Errors
    /// When the database does, or the ledger can't be written.
    pub async fn turn(&mut self) -> Result<usize> {
        let now = self.app.clock.now();
        let before_looking = head(&self.app).await?;
        if self.looked == Some(before_looking) {
            return Ok(0);
        }
        let mut lines = unwritten(&self.app, &self.ledger.written, self.from).await?;
        // What is written is of before this entry, so that a database without it lacks some of it.
        let seq = head(&self.app).await?;
        let last = self.ledger.written.position.as_ref().map(|position| position.at);
        let is_long_ago = last.is_none_or(|last| now.duration_since(last) >= KNOWN_EACH);
        let wrote = lines.len();
        if (wrote > 0 || self.looked.is_none() || is_long_ago)
            && let Some(entry) = entry(&self.app, seq).await?
        {
            lines.push(Entry::Position(Position { seq, entry, at: now }));
            self.ledger.add(lines)?;
        }
        self.from = before(now);
        self.looked = Some(before_looking);
        Ok(wrote)
    }

    /// Works until it is stopped; what came until then is written down.
    pub async fn work(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let is_last = *stop.borrow();
            match self.turn().await {
                Ok(_) => self.app.pulse.beat(Worker::Ledger, self.app.clock.now()),
                Err(error) => tracing::error!(%error, "the ledger could not be kept"),
            }
            if is_last {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(EACH) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }
}
