//! Being a witness: making a key, and serving.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};
use journal_proof::{KeyName, LogKey, WitnessSecret};
use platform::{
    clock::Clock,
    serve::{Limits, serve},
    telemetry,
};
use tokio::net::TcpListener;

use crate::{
    error::{Error, Result},
    journal_tree::{keys, witness as witnessing},
};

#[derive(Subcommand)]
pub enum Witness {
    /// Make a key and an empty state, once in the life of a witness, and print the public key.
    NewKey(NewKey),
    /// Answer a log that asks for a cosignature.
    Serve(Serve),
}

#[derive(Args)]
pub struct NewKey {
    /// What the witness is called, for ever; as `seaholme-police.example/witness`.
    #[arg(long)]
    name: KeyName,
    /// The file to make for the key.
    #[arg(long)]
    key: PathBuf,
    /// The file to make for what the witness has seen.
    #[arg(long)]
    state: PathBuf,
}

#[derive(Args)]
pub struct Serve {
    /// Where to listen.
    #[arg(long, env = "SIGHTLINE_WITNESS_LISTEN", default_value = "127.0.0.1:8181")]
    listen: SocketAddr,
    /// The file with what the witness has seen.
    #[arg(long)]
    state: PathBuf,
    /// The file with the witness's key.
    #[arg(long)]
    key: PathBuf,
    /// The public key of the log; the one in use first, and then those before it.
    #[arg(long, value_name = "KEY", required = true)]
    log: Vec<LogKey>,
}

pub async fn run(witness: Witness) -> Result<ExitCode> {
    match witness {
        Witness::NewKey(new) => new_key(&new),
        Witness::Serve(asked) => serving(asked).await,
    }
}

fn new_key(new: &NewKey) -> Result<ExitCode> {
    witnessing::begin(&new.state)?;
    let key: WitnessSecret = keys::create(&new.key, new.name.clone())?;
    println!("{}", key.public());
    Ok(ExitCode::SUCCESS)
}

async fn serving(asked: Serve) -> Result<ExitCode> {
    telemetry::begin(telemetry::Format::Text, "warn,app=info,platform=info");
    let key: WitnessSecret = keys::read(&asked.key)?;
    let public = key.public().to_string();
    let log = keys::known_by(asked.log);
    let origin = log.origin.clone();
    let server = witnessing::Witness::over(&asked.state, key, log, Clock::system())?;
    let listener = TcpListener::bind(asked.listen)
        .await
        .map_err(|e| Error::refusal(format!("{} can’t be listened on: {e}", asked.listen)))?;
    let here = listener.local_addr().map_err(|e| Error::fault("listening", e))?;
    println!("Witnessing {origin}, of which {} entries were seen.", server.has_seen());
    if server.has_seen_a_fork() {
        println!(
            "THIS LOG HAS SIGNED TWO DIFFERENT JOURNALS. Both are in {}.",
            asked.state.display()
        );
    }
    println!("Its server is to be started with --witness http://{here}={public}");
    let router = witnessing::router(Arc::new(server));
    serve_until_stopped(listener, router).await
}

async fn serve_until_stopped(listener: TcpListener, router: axum::Router) -> Result<ExitCode> {
    serve(listener, router, Limits::default(), Arc::default(), super::serve::stopped())
        .await
        .map_err(|e| Error::fault("serving", e))?;
    Ok(ExitCode::SUCCESS)
}
