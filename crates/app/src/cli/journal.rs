//! Verifying the journal from the command line.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use journal_proof::{LogKey, LogSecret, Quorum, WitnessKey};
use platform::{db::Db, seal::Keys};

use super::Database;
use crate::{
    error::{Error, Result},
    journal_tree::{
        contents::{self, Compared},
        keys,
        signing::Asked,
        verifying::{Against, verify as verified},
    },
    sealed_with,
};

/// Where the log's key is.
#[derive(Args)]
pub struct LogKeyFile {
    /// The file with the key that signs the journal: beside that of --key, ending in `log-key`, where
    /// nothing is said.
    #[arg(long, env = "SIGHTLINE_LOG_KEY")]
    log_key: Option<PathBuf>,
}

impl LogKeyFile {
    /// The file.
    pub fn of(&self, database: &Database) -> PathBuf {
        self.log_key.clone().unwrap_or_else(|| database.key.with_extension("log-key"))
    }
}

/// Where the ledger is.
#[derive(Args)]
pub struct LedgerFile {
    /// The file in which what must outlast a restore is written down: beside that of --key, with `.ledger`
    /// behind its name, where nothing is said. Keep it on another disk than the database.
    #[arg(long, env = "SIGHTLINE_LEDGER")]
    ledger: Option<PathBuf>,
}

impl LedgerFile {
    /// The file, beside that key where nothing is said.
    pub fn beside(&self, key: &Path) -> PathBuf {
        self.ledger.clone().unwrap_or_else(|| {
            // Keys of other endings have ledgers of their own.
            let mut name = key.as_os_str().to_owned();
            name.push(".ledger");
            PathBuf::from(name)
        })
    }
}

#[derive(Args)]
pub struct VerifyJournal {
    #[command(flatten)]
    database: Database,
    /// The public key of the log; the one in use first, and then those before it. Without it, that of
    /// the key in --log-key.
    #[arg(long, value_name = "KEY")]
    log: Vec<LogKey>,
    #[command(flatten)]
    log_key: LogKeyFile,
    /// A checkpoint that a witness brings, or that was kept elsewhere. A witness's state file will do.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// The public key of a witness, alone or as URL=KEY. Given once for each.
    #[arg(long, value_name = "KEY", env = "SIGHTLINE_WITNESSES", value_delimiter = ' ',
          value_parser = witness_key)]
    witness: Vec<WitnessKey>,
    /// Unseal each content as well, and compare it with what its entry commits to: whoever has the key of
    /// --key, which this takes, could have sealed other words.
    #[arg(long)]
    contents: bool,
    /// How many of the witnesses must have co-signed a checkpoint for it to count: more than half of
    /// them where nothing is said.
    #[arg(long, value_name = "HOW MANY")]
    enough: Option<usize>,
}

fn witness_key(text: &str) -> Result<WitnessKey, String> {
    if text.contains('=') {
        return text.parse().map(|asked: Asked| asked.key);
    }
    text.parse().map_err(|why| format!("{why}"))
}

pub async fn verify(asked: &VerifyJournal) -> Result<ExitCode> {
    if asked.database.is_missing() {
        return Err(Error::refusal("There is no database there"));
    }
    let against = Against {
        log: keys::known_by(log(asked)?),
        quorum: quorum(asked)?,
        outside: outside(&asked.checkpoint)?,
    };
    let db = asked.database.connect().await?;
    let verified = verified(&db, Some(&against), true).await?;
    let contents = if asked.contents { Some(contents_of(asked, &db).await?) } else { None };
    db.close().await;
    print!("{verified}");
    match contents {
        Some(contents) => print!("{contents}"),
        None => println!(
            "Contents were not compared with what their entries commit to: --contents does, with the key."
        ),
    }
    let has_witnesses = !asked.witness.is_empty();
    let is_protected = verified.report.protected > 0;
    if !has_witnesses {
        println!("No witness was named: whoever runs the server could have changed any of it.");
    } else if !is_protected {
        println!(
            "Witnesses were named, and nothing is protected by them: this counts as a failure."
        );
    }
    if against.outside.is_empty() {
        println!(
            "No checkpoint from outside was given: a journal that was cut short together with its \
             checkpoints would look whole."
        );
    }
    let is_whole = contents.is_none_or(|contents| contents.is_sound());
    let is_well = verified.is_sound() && is_whole && (is_protected || !has_witnesses);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn contents_of(asked: &VerifyJournal, db: &Db) -> Result<Compared> {
    let key = &asked.database.key;
    let wrapping = Keys::from_file(key).map_err(|e| Error::fault("reading the key", e))?;
    let keys = sealed_with::ring(db, &wrapping).await?;
    contents::compare(db, &keys, true).await
}

fn log(asked: &VerifyJournal) -> Result<Vec<LogKey>> {
    if !asked.log.is_empty() {
        return Ok(asked.log.clone());
    }
    let secret: LogSecret = keys::read(&asked.log_key.of(&asked.database))?;
    Ok(vec![secret.public().clone()])
}

fn quorum(asked: &VerifyJournal) -> Result<Quorum> {
    let of = asked.witness.len();
    if of == 0 {
        return Ok(Quorum::of_nobody());
    }
    let enough = asked.enough.unwrap_or(of / 2 + 1);
    Quorum::new(enough, asked.witness.clone()).map_err(|why| Error::refusal(why.to_string()))
}

/// The notes in the files. A witness's state holds up to three.
fn outside(files: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let mut notes = Vec::new();
    for file in files {
        let bytes =
            fs::read(file).map_err(|why| Error::refusal(format!("{}: {why}", file.display())))?;
        match journal_proof::state::notes(&bytes) {
            Some(found) => notes.extend(found.into_iter().map(<[u8]>::to_vec)),
            None => notes.push(bytes),
        }
    }
    Ok(notes)
}
