//! Looks, and refusals, that happen at one moment are journaled together: one statement moves the journal's head
//! for all of them and a few write the entries, in one commit. Each look is shown only after the
//! commit that holds its entry.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::journal::{self, Kind, Said};
use crate::{
    App,
    disclosing::{self, Disclosure},
    error::{Error, Result},
};

/// What was seen, by whom, and why they may; or that something was asked for and refused.
#[derive(Debug)]
pub struct Seen {
    pub kind: Kind,
    pub at: Timestamp,
    pub actor: Uuid,
    pub what: &'static str,
    pub because: Arc<str>,
    pub subjects: Vec<Uuid>,
    /// What for, where a look says so, or what was asked for where it was refused; empty otherwise.
    pub said: String,
    /// What was shared by it, where it is a disclosure.
    pub disclosure: Option<Disclosure>,
}

/// The looks that wait to be journaled.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<Vec<Waiting>>>);

struct Waiting {
    seen: Seen,
    told: oneshot::Sender<()>,
}

impl Looks {
    /// Whether it is the first to wait, and so the one that asks for the writer.
    fn wait(&self, waiting: Waiting) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(waiting);
        all.len() == 1
    }

    fn take(&self) -> Vec<Waiting> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes a look to the journal and answers once it is on disk.
///
/// # Errors
/// `Busy` when it could not be; then the look must not be shown.
pub async fn journal(app: &App, seen: Seen) -> Result<()> {
    let (told, heard) = oneshot::channel();
    if app.looks.wait(Waiting { seen, told }) {
        // Others wait on this write: it goes on when whoever asked first goes away.
        tokio::spawn(write(app.clone()));
    }
    heard.await.map_err(|_| Error::Busy)
}

async fn write(app: App) {
    // Whoever is ready to look at this moment goes first, and is taken along.
    tokio::task::yield_now().await;
    let (looks, keys) = (app.looks.clone(), Arc::clone(&app.keys));
    let written = app
        .db
        .write(move |tx| {
            async move {
                // Whoever came while this waited for its turn is taken along.
                let all = looks.take();
                let said: Vec<_> =
                    all.iter().map(|w| (said(&w.seen), Uuid::new_v4().into_bytes())).collect();
                journal::append_all(tx, &keys, &said).await?;
                for seen in all.iter().map(|waiting| &waiting.seen) {
                    let Some(disclosure) = &seen.disclosure else { continue };
                    let by = (seen.at, seen.actor, Arc::clone(&seen.because));
                    disclosing::record_seen(tx, &keys, by, disclosure).await?;
                }
                Ok::<_, Error>(all)
            }
            .boxed()
        })
        .await;
    match written {
        Ok(all) => {
            for waiting in all {
                // Somebody who has gone away is not told; that they looked stands.
                let _ = waiting.told.send(());
            }
        }
        Err(error) => {
            tracing::error!(%error, "looks could not be journaled and are not shown");
            // Those whose turn never came wait for nobody: dropped, they are told so.
            drop(app.looks.take());
        }
    }
}

fn said(seen: &Seen) -> Said<'_> {
    Said {
        kind: seen.kind,
        at: seen.at,
        actor: seen.actor,
        what: seen.what,
        because: &seen.because,
        subjects: &seen.subjects,
        content: seen.said.as_bytes(),
    }
}
