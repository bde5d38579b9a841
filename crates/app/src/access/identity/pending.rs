//! Who has gone to a provider and not come back yet. It is kept here alone, sealed, for one return,
//! for ten minutes, for the browser that went: what comes back by itself finds nothing.

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use platform::{
    db::{At, Row, Runs, Tx, sea_orm},
    seal::Sealed,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    App,
    access::sessions,
    error::{Error, Result},
    web::{Fields, kept::Kept},
};

/// What it is sealed for.
const PURPOSE: &str = "pending sign-in";
/// How long somebody may be away.
pub const LASTS: SignedDuration = SignedDuration::from_mins(10);
/// For how long what they had typed before is given back, though nobody is signed in any more.
const WAITS: SignedDuration = SignedDuration::from_hours(1);
/// How much of what was typed before waits meanwhile, in bytes: nobody is known yet who sends it.
const MOST: usize = 256 << 10;
/// For how many at most something waits at once.
const MOST_WAIT: i64 = 200;
/// What is said of what can't wait.
const TOO_MUCH: &str = "What you typed can’t wait while you sign in elsewhere. Sign in with your \
    password, or in another tab, and send it then";

/// What is kept until they come back.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    pub provider: Uuid,
    /// What the provider must repeat in what it signs.
    pub nonce: String,
    /// What shows the provider that whoever asks about the code also asked for it.
    pub verifier: String,
    pub begun_at: Timestamp,
    /// Whether it is to ask anew who they are, whoever is signed in there.
    pub anew: bool,
    /// Where they go on.
    pub next: String,
    /// What they had typed before they were signed out, as a form carries it.
    waits: Vec<(String, String)>,
}

impl Pending {
    /// For somebody who goes to that provider now.
    ///
    /// # Errors
    /// A refusal, when more was typed than can wait.
    pub fn new(
        provider: Uuid,
        next: &str,
        kept: Option<&Kept>,
        anew: bool,
        now: Timestamp,
    ) -> Result<Self> {
        let waits: Vec<_> = kept.iter().flat_map(|kept| kept.while_waiting()).collect();
        if waits.iter().map(|(name, said)| name.len() + said.len()).sum::<usize>() > MOST {
            return Err(Error::refusal(TOO_MUCH));
        }
        let (nonce, verifier) = (sessions::new_token(), sessions::new_token());
        let next = next.to_owned();
        Ok(Self { provider, nonce, verifier, begun_at: now, anew, next, waits })
    }

    /// Whether they were not away too long.
    pub fn is_young(&self, now: Timestamp) -> bool {
        self.begun_at <= now && now < self.begun_at + LASTS
    }

    /// What they had typed before, if anything waits.
    pub fn kept(&self) -> Option<Kept> {
        Kept::waiting(&self.next, &Fields(self.waits.clone()))
    }
}

/// What the database knows it by: the browser's cookie and the state that the provider brings back.
fn known_by(cookie: &str, state: &str) -> Vec<u8> {
    sessions::hash(&format!("{cookie} {state}"))
}

/// Keeps it for whoever has that cookie, and comes back with that state.
///
/// # Errors
/// A refusal when too much waits already; else when the database does.
pub async fn keep(app: &App, cookie: &str, state: &str, pending: &Pending) -> Result<()> {
    let hash = known_by(cookie, state);
    let sealed = app
        .keys
        .seal(PURPOSE, &hash, &serde_json::to_vec(pending)?)
        .map_err(|e| Error::fault("sealing a pending sign-in", e))?;
    let (now, waits) = (pending.begun_at, !pending.waits.is_empty());
    app.db
        .write(move |tx| {
            async move {
                let old = [At(now - WAITS).into()];
                tx.run("DELETE FROM pending_sign_in WHERE begun_at <= $1", old).await?;
                if waits && waiting(tx).await? >= MOST_WAIT {
                    return Err(Error::refusal(TOO_MUCH));
                }
                let text = "INSERT INTO pending_sign_in (token_hash, begun_at, waits, sealed) \
                            VALUES ($1, $2, $3, $4)";
                let row = [hash.into(), At(now).into(), i64::from(waits).into(), sealed.0.into()];
                tx.run(text, row).await?;
                Ok(())
            }
            .boxed()
        })
        .await
}

/// For how many something waits.
async fn waiting(tx: &Tx) -> Result<i64> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = "SELECT count(*) AS rows FROM pending_sign_in WHERE waits = 1";
    let count: Option<Count> = tx.one(text, []).await?;
    Ok(count.map_or(0, |count| count.rows))
}

/// Takes what was kept for them: from now on it is gone, whatever comes of it. Whether it is still
/// good for signing in, is asked of it.
///
/// # Errors
/// When the database does.
pub async fn take(app: &App, cookie: &str, state: &str) -> Result<Option<Pending>> {
    #[derive(Row)]
    struct Stored {
        sealed: Vec<u8>,
    }
    let hash = known_by(cookie, state);
    let wanted = hash.clone();
    let stored: Option<Stored> = app
        .db
        .write(move |tx| {
            async move {
                let text = "SELECT sealed FROM pending_sign_in WHERE token_hash = $1";
                let stored = tx.one(text, [wanted.clone().into()]).await?;
                let text = "DELETE FROM pending_sign_in WHERE token_hash = $1";
                let gone = tx.run(text, [wanted.into()]).await?;
                // Another server may have taken it between the two.
                Ok::<_, Error>(stored.filter(|_| gone.rows_affected() == 1))
            }
            .boxed()
        })
        .await?;
    let Some(stored) = stored else { return Ok(None) };
    let opened = app
        .keys
        .unseal(PURPOSE, &hash, &Sealed(stored.sealed))
        .map_err(|e| Error::fault("unsealing a pending sign-in", e))?;
    Ok(serde_json::from_slice(&opened)?)
}
