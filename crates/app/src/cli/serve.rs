//! Serving: the database, the worker of the outbox, the accept loop, and a graceful stop.

use std::{
    net::{IpAddr, SocketAddr},
    process::ExitCode,
};

use clap::Args;
use jiff::civil::date;
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
    serve::{Limits, serve},
    telemetry,
};
use tokio::{net::TcpListener, signal::unix, sync::watch};

use super::{Database, journal::LogKeyFile};
use crate::{
    App,
    access::{Actor, passkeys::challenges::RelyingParty},
    demo::{self, partnership::SetUp, seaholme::PLAYERS},
    doors,
    error::{Error, Result},
    files::scanning::Scanner,
    journal_tree::{
        keys,
        signing::{Asked, Signing},
    },
    organisations::confirming::ConfirmInvented,
    sharing::jobs,
    unusual,
    web::routes,
    who_looked,
};

/// Who writes the messages.
const SENDER: &str = "Sightline <sightline@seaholme.example>";

#[derive(Args)]
pub struct Demo {
    #[command(flatten)]
    database: Database,
    /// Where to listen.
    #[arg(long, env = "SIGHTLINE_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address under which people open it, where that is another than it listens on: `https://`
    /// and a name. E-mails lead there, and passkeys belong to it.
    #[arg(long, env = "SIGHTLINE_ADDRESS")]
    address: Option<String>,
    /// The mail server; without one, messages stay inside the demo.
    #[arg(long, env = "SIGHTLINE_MAIL")]
    mail: Option<String>,
    /// ClamAV's server, which looks at files that are sent, as HOST:PORT. Without one, files in a demo
    /// are given out unlooked at.
    #[arg(long, value_name = "HOST:PORT", env = "SIGHTLINE_SCANNER")]
    scanner: Option<String>,
    /// How many invented people to make, with two years of history: 0 to 1000000. Without it, 400
    /// families. What is there already stays and counts.
    #[arg(long, value_name = "PEOPLE", value_parser = clap::value_parser!(u64).range(..=demo::LARGEST))]
    scale: Option<u64>,
    /// The address of a proxy in front, which is believed when it says in X-Forwarded-For from whom a
    /// request came. Given once for each.
    #[arg(long, value_name = "ADDRESS", env = "SIGHTLINE_PROXIES", value_delimiter = ' ')]
    proxy: Vec<IpAddr>,
    #[command(flatten)]
    log_key: LogKeyFile,
    /// A witness that is asked to co-sign the journal, as URL=KEY. Given once for each.
    #[arg(long, value_name = "URL=KEY", env = "SIGHTLINE_WITNESSES", value_delimiter = ' ')]
    witness: Vec<Asked>,
}

pub async fn demo(demo: Demo) -> Result<ExitCode> {
    telemetry::begin(telemetry::Format::Text, "warn,app=info,platform=info");
    let listener = TcpListener::bind(demo.listen)
        .await
        .map_err(|e| Error::refusal(format!("{} can’t be listened on: {e}", demo.listen)))?;
    let here = listener.local_addr().map_err(|e| Error::fault("listening", e))?;
    let address = demo.address.clone().unwrap_or_else(|| opened_at(here));
    RelyingParty::at(&address)?;
    let mut app = demo.database.open(address.clone()).await?;
    app.proxies = demo.proxy.iter().map(IpAddr::to_canonical).collect();
    app.scanner = demo.scanner.clone().map_or(Scanner::Nobody, Scanner::Clamd);
    // Where a disposal was cut off before it was through.
    app.db.forgets().await?;
    set_up(&app).await?;
    doors::record(&app, &Actor::platform(), ConfirmInvented).await?;
    grow(&app, demo.scale.map_or(demo::USUAL, demo::Size::People)).await?;
    let (mailer, _sink) = mailer(demo.mail.as_deref()).await?;
    let log_file = demo.log_key.of(&demo.database);
    let log = keys::of_the_log(&app.db, &log_file, &app.partnership().name).await?;
    announce(&address);
    println!("Witnesses know its journal by the key {}", log.public());
    let signing = Signing::new(app.clone(), log, &demo.witness)?;

    let (stop, stopping) = watch::channel(false);
    let signer = tokio::spawn(signing.work(stopping.clone()));
    let looker = tokio::spawn(unusual::deriving::work(app.clone(), stopping.clone()));
    let folder = tokio::spawn(who_looked::folding::work(app.clone(), stopping.clone()));
    let worker = tokio::spawn(jobs::work(app.clone(), mailer, stopping));
    let router = routes::router(app.clone());
    let finished = serve(listener, router, Limits::default(), stopped())
        .await
        .map_err(|e| Error::fault("serving", e))?;
    if !finished {
        tracing::warn!("some requests were cut off when the server stopped");
    }
    // The workers may be gone already; then there is nobody to tell.
    let _ = stop.send(true);
    let _ = worker.await;
    let _ = signer.await;
    let _ = looker.await;
    let _ = folder.await;
    app.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The address of what listens there, by name where it is this machine: no passkey belongs to a
/// number.
fn opened_at(here: SocketAddr) -> String {
    if here.ip().is_loopback() {
        format!("http://localhost:{}", here.port())
    } else {
        format!("http://{here}")
    }
}

/// Makes the invented partnership where there is no staff.
async fn set_up(app: &App) -> Result<()> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let staff: Option<Count> = app.db.reads().one("SELECT count(*) AS rows FROM staff", []).await?;
    if staff.is_some_and(|s| s.rows > 0) {
        return Ok(());
    }
    println!("Making the invented partnership …");
    doors::record(app, &Actor::platform(), SetUp { from: date(2020, 1, 1) }).await
}

/// Makes invented families, where there are fewer than wanted.
async fn grow(app: &App, size: demo::Size) -> Result<()> {
    if demo::is_grown(app, size).await? {
        return Ok(());
    }
    println!("Making {size} with two years of history …");
    let made = demo::grow(app, size, true).await?;
    println!("There are {} people in {} families now.", made.people, made.families);
    Ok(())
}

async fn mailer(url: Option<&str>) -> Result<(Mailer, Option<Sink>)> {
    let sink = match url {
        Some(_) => None,
        None => Some(Sink::start().await.map_err(|e| Error::fault("starting the demo’s mail", e))?),
    };
    let url = url.map_or_else(|| sink.as_ref().map(Sink::url).unwrap_or_default(), str::to_owned);
    let mailer = Mailer::new(&url, SENDER).map_err(|e| Error::refusal(e.to_string()))?;
    Ok((mailer, sink))
}

fn announce(address: &str) {
    println!("\nSightline is ready on {address}\n");
    println!("Who can sign in (everybody’s password is {}):", demo::PASSWORD);
    for player in PLAYERS {
        println!("  {:<26} {:<24} {}", player.name, player.email, player.job);
    }
    println!("\nEverybody in it is invented. Stop it with Ctrl+C.");
}

/// Waits until the process is asked to stop.
pub(super) async fn stopped() {
    let mut terminated = match unix::signal(unix::SignalKind::terminate()) {
        Ok(terminated) => terminated,
        Err(error) => {
            tracing::error!(%error, "the server can't be asked to stop");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}
