//! Signing checkpoints of the journal and having them co-signed. A checkpoint is signed each minute
//! in which the journal has grown, from what is committed, with a key that is not in the database. Who
//! is to witness it is asked by HTTP; one that is down holds up neither the log nor the others.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use journal_proof::{
    AddCheckpoint, Checkpoint, KeyName, KnownLog, LogSecret, Quorum, SignedCheckpoint, WitnessKey,
    consistency, nodes_for_consistency,
};
use platform::post::{self, Address};
use tokio::{sync::watch, time::timeout};

use super::{keys::known_by, store};
use crate::{
    App,
    error::{Error, Result},
};

/// How often a checkpoint is signed, where there is something to sign.
pub const EACH: Duration = Duration::from_secs(60);
/// How long a witness may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many bytes its answer may have.
const LONGEST_ANSWER: usize = 64 * 1024;
/// How often it is asked at most in one turn: again when it answers from where it is to be asked.
const TRIES: usize = 3;

/// A witness that is asked, as it is written on the command line: `URL=KEY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where it is; `/add-checkpoint` is added.
    pub url: String,
    /// With what its cosignatures are checked.
    pub key: WitnessKey,
}

impl std::str::FromStr for Asked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = "it must be URL=KEY, as `sightline witness new-key` prints the key";
        let (url, key) = text.split_once('=').ok_or(wrong)?;
        Address::parse(url)?;
        Ok(Self { url: url.to_owned(), key: key.parse().map_err(|e| format!("{e}"))? })
    }
}

/// What came of asking a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It co-signed.
    Cosigned,
    /// It has co-signed a longer journal than this one is.
    HasSeenMore(u64),
    /// It has co-signed another journal of this length.
    HasSeenAnother,
    /// It refused, with these words.
    Refused(String),
    /// It did not answer, or not like a witness.
    Silent(String),
}

impl Told {
    /// Whether the witness says that this journal is not the one that it saw.
    #[must_use]
    pub fn is_alarming(&self) -> bool {
        matches!(self, Self::HasSeenMore(_) | Self::HasSeenAnother | Self::Refused(_))
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cosigned => f.write_str("it co-signed"),
            Self::HasSeenMore(size) => write!(
                f,
                "it has co-signed a journal of {size} entries, which is longer than this one: this \
                 database is an older one, or entries were taken away"
            ),
            Self::HasSeenAnother => f.write_str("it has co-signed another journal of this length"),
            Self::Refused(why) => write!(f, "it refused: {why}"),
            Self::Silent(why) => write!(f, "no answer: {why}"),
        }
    }
}

struct Asking {
    name: KeyName,
    address: Address,
    /// What it has co-signed last, as far as is known. It corrects us.
    seen: AtomicU64,
}

/// Whoever signs, and who is asked to co-sign.
pub struct Signing {
    app: App,
    secret: LogSecret,
    log: KnownLog,
    witnesses: Vec<Asking>,
    /// Any one of them.
    quorum: Quorum,
}

impl Signing {
    /// Signs with that key, and asks these witnesses.
    ///
    /// # Errors
    /// A refusal when a witness is named twice.
    pub fn new(app: App, secret: LogSecret, asked: &[Asked]) -> Result<Self> {
        let keys: Vec<_> = asked.iter().map(|one| one.key.clone()).collect();
        let quorum = if keys.is_empty() { Ok(Quorum::of_nobody()) } else { Quorum::new(1, keys) };
        let quorum = quorum.map_err(|why| Error::refusal(why.to_string()))?;
        let asking = |one: &Asked| {
            Ok(Asking {
                name: one.key.name().clone(),
                address: Address::parse(&one.url).map_err(Error::refusal)?.join("add-checkpoint"),
                seen: AtomicU64::new(0),
            })
        };
        let witnesses = asked.iter().map(asking).collect::<Result<_>>()?;
        let log = known_by(vec![secret.public().clone()]);
        Ok(Self { app, secret, log, witnesses, quorum })
    }

    /// Turns each minute until it is told to stop.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.turn().await {
                Ok(told) => told.iter().for_each(tell),
                Err(error) => tracing::error!(%error, "the journal could not be signed"),
            }
            tokio::select! {
                () = tokio::time::sleep(EACH) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Signs what has grown and asks those who have not co-signed it. Answers with what they told.
    ///
    /// # Errors
    /// When the database does, or the journal is shorter than what was signed of it.
    pub async fn turn(&self) -> Result<Vec<(KeyName, Told)>> {
        let Some(mut checkpoint) = self.signed().await? else { return Ok(Vec::new()) };
        let has = self.quorum.cosigners(&checkpoint).good;
        let missing = |one: &&Asking| !has.iter().any(|(name, _)| *name == one.name);
        let asked = self.witnesses.iter().filter(missing);
        let answers = join_all(asked.map(|one| self.ask(one, &checkpoint))).await;
        let (mut told, mut is_new) = (Vec::with_capacity(answers.len()), false);
        for (name, answer) in answers {
            told.push((
                name,
                match answer {
                    Ok(lines) => match self.quorum.take(&mut checkpoint, &lines) {
                        Ok(()) => {
                            is_new = true;
                            Told::Cosigned
                        }
                        Err(why) => Told::Silent(why.to_string()),
                    },
                    Err(told) => told,
                },
            ));
        }
        if is_new {
            self.keep(&checkpoint).await?;
        }
        Ok(told)
    }

    /// The checkpoint of the journal as it is: the last one that was signed, or a new one where it has
    /// grown since. Nothing where there is no entry.
    async fn signed(&self) -> Result<Option<SignedCheckpoint>> {
        let db = self.app.db.reads();
        let tree = store::head(&db).await?.tree()?;
        let last = store::last_checkpoint(&db).await?;
        let last = last.map(|note| self.log.open(note.as_bytes())).transpose();
        let last = last.map_err(|why| Error::fault("reading the last checkpoint", why))?;
        let before = last.as_ref().map_or(0, |last| last.checkpoint().size());
        if tree.size() < before {
            return Err(Error::fault(
                "signing the journal",
                format!("it is of {} entries, and {before} were signed", tree.size()),
            ));
        }
        if tree.size() == before {
            return Ok(last);
        }
        let new = Checkpoint::new(&self.log.origin, &tree).and_then(|new| new.sign(&self.secret));
        let new = new.map_err(|why| Error::fault("signing the journal", why))?;
        self.keep(&new).await?;
        Ok(Some(new))
    }

    async fn keep(&self, checkpoint: &SignedCheckpoint) -> Result<()> {
        let cosignatures = self.quorum.cosigners(checkpoint).good.len();
        store::keep(&self.app.db, checkpoint, cosignatures, self.app.clock.now()).await
    }

    /// Asks a witness, from where it is.
    async fn ask(
        &self,
        witness: &Asking,
        checkpoint: &SignedCheckpoint,
    ) -> (KeyName, Result<String, Told>) {
        let size = checkpoint.checkpoint().size();
        let mut answer = Err(Told::Silent("it answers from another size each time".to_owned()));
        for _ in 0..TRIES {
            let old = witness.seen.load(Ordering::Relaxed);
            if old > size {
                // It is asked anew next time: it may have been ours that was wrong.
                witness.seen.store(0, Ordering::Relaxed);
                answer = Err(Told::HasSeenMore(old));
                break;
            }
            match self.ask_from(witness, checkpoint, old).await {
                Ok(Next::From(seen)) if seen == old => {
                    answer = Err(Told::HasSeenAnother);
                    break;
                }
                Ok(Next::From(seen)) => witness.seen.store(seen, Ordering::Relaxed),
                Ok(Next::Lines(lines)) => {
                    witness.seen.store(size, Ordering::Relaxed);
                    answer = Ok(lines);
                    break;
                }
                Err(told) => {
                    answer = Err(told);
                    break;
                }
            }
        }
        (witness.name.clone(), answer)
    }

    async fn ask_from(
        &self,
        witness: &Asking,
        checkpoint: &SignedCheckpoint,
        old: u64,
    ) -> Result<Next, Told> {
        let silent = |why: &dyn fmt::Display| Told::Silent(why.to_string());
        let proof = self.proof(old, checkpoint.checkpoint().size()).await;
        let proof = proof.map_err(|why| silent(&why))?;
        let body = AddCheckpoint { old, proof, note: checkpoint.note().clone() }.to_string();
        let answer = timeout(PATIENCE, post::post(&witness.address, body, LONGEST_ANSWER)).await;
        let answer = answer.map_err(|_| silent(&"it took too long"))?.map_err(|e| silent(&e))?;
        match answer.status {
            200 => Ok(Next::Lines(answer.body)),
            409 => answer
                .body
                .trim_end()
                .parse()
                .map(Next::From)
                .map_err(|_| silent(&"it did not say what it has seen")),
            403 | 404 | 422 => Err(Told::Refused(answer.body.trim_end().to_owned())),
            status => Err(silent(&format!("it answered with {status}"))),
        }
    }

    async fn proof(&self, old: u64, new: u64) -> Result<Vec<journal_proof::Hash>> {
        let fault =
            |why: &dyn fmt::Display| Error::fault("proving that the journal continues", why);
        let wanted = nodes_for_consistency(old, new).map_err(|why| fault(&why))?;
        let nodes = store::nodes(&self.app.db.reads(), &wanted).await?;
        consistency(&nodes, old, new).map_err(|why| fault(&why))
    }
}

/// How it goes on with a witness.
enum Next {
    /// It has co-signed another size last.
    From(u64),
    /// Its cosignatures.
    Lines(String),
}

fn tell((name, told): &(KeyName, Told)) {
    if told.is_alarming() {
        tracing::error!(witness = %name, %told, "A WITNESS DID NOT CO-SIGN THE JOURNAL");
    } else if *told != Told::Cosigned {
        tracing::warn!(witness = %name, %told, "a checkpoint was not co-signed");
    }
}
