//! Serving: the database, the workers, the accept loop, and a graceful stop. A partnership's own server starts
//! only where what protects real records is there.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    sync::Arc,
};

use clap::Args;
use platform::{
    mail::Mailer,
    serve::{Limits, serve as accept},
    telemetry,
};
use tokio::{net::TcpListener, signal::unix, sync::watch};

use super::{
    Database,
    journal::{LedgerFile, LogKeyFile},
};
use crate::{
    App,
    access::passkeys::challenges::RelyingParty,
    backup::nightly::{self, Nightly},
    beginning::{Whose, whose},
    conservation, drill,
    error::{Error, Result},
    files::scanning::Scanner,
    journal_tree::{
        keys,
        signing::{Asked, Signing},
    },
    ledger::keeping::Keeping,
    retention::passing,
    sharing::jobs,
    unusual,
    web::{refusals, routes},
    who_looked,
};

/// What every server is told.
#[derive(Args)]
pub struct Server {
    #[command(flatten)]
    pub database: Database,
    /// Where to listen.
    #[arg(long, env = "SIGHTLINE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address under which people open it, where that is another than it listens on: `https://`
    /// and a name. E-mails lead there, and passkeys belong to it.
    #[arg(long, env = "SIGHTLINE_ADDRESS")]
    pub address: Option<String>,
    /// The mail server, as smtps://USER:PASSWORD@HOST or smtp://HOST.
    #[arg(long, env = "SIGHTLINE_MAIL", hide_env_values = true)]
    pub mail: Option<String>,
    /// ClamAV's server, which looks at files that are sent, as HOST:PORT. Without one, files are taken and
    /// given out by nobody; in a demo they are given out unlooked at.
    #[arg(long, value_name = "HOST:PORT", env = "SIGHTLINE_SCANNER")]
    scanner: Option<String>,
    /// The address of a proxy in front, which is believed when it says in X-Forwarded-For from whom a
    /// request came. Given once for each.
    #[arg(long, value_name = "ADDRESS", env = "SIGHTLINE_PROXIES", value_delimiter = ' ')]
    proxy: Vec<IpAddr>,
    #[command(flatten)]
    log_key: LogKeyFile,
    #[command(flatten)]
    ledger: LedgerFile,
    /// A witness that is asked to co-sign the journal, as URL=KEY. Given once for each.
    #[arg(long, value_name = "URL=KEY", env = "SIGHTLINE_WITNESSES", value_delimiter = ' ')]
    witness: Vec<Asked>,
}

/// A server that listens already, so that nobody is told of an address that is taken.
pub struct Listening {
    pub app: App,
    /// Whose the database is.
    pub whose: Whose,
    pub address: String,
    listener: TcpListener,
    keeping: Keeping,
}

impl Server {
    /// Listens, opens the database where it is one to be served so, and says again over it what an older
    /// one doesn't know. Nobody is answered yet.
    pub async fn listen(&self, may_be_served: fn(Whose) -> Result<()>) -> Result<Listening> {
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|e| Error::refusal(format!("{} can’t be listened on: {e}", self.listen)))?;
        let here = listener.local_addr().map_err(|e| Error::fault("listening", e))?;
        let address = self.address.clone().unwrap_or_else(|| opened_at(here));
        RelyingParty::at(&address)?;
        let mut app = self.database.open(address.clone()).await?;
        app.proxies = self.proxy.iter().map(IpAddr::to_canonical).collect();
        app.refuses_after = Some(refusals::STEP);
        app.scanner = self.scanner.clone().map_or(Scanner::Nobody, Scanner::Clamd);
        let whose = whose(&app.db.reads()).await?;
        may_be_served(whose)?;
        // Where a disposal was cut off before it was through.
        app.db.forgets().await?;
        let keeping = self.database.keep_ledger(&app, &self.ledger).await?;
        Ok(Listening { app, whose, address, listener, keeping })
    }

    /// Who signs the journal, and asks witnesses.
    pub async fn signing(&self, app: &App) -> Result<Signing> {
        let log_file = self.log_key.of(&self.database);
        let log = keys::of_the_log(&app.db, &log_file, &app.partnership().name).await?;
        println!("Witnesses know its journal by the key {}", log.public());
        Signing::new(app.clone(), log, &self.witness)
    }
}

impl Listening {
    /// Answers until the process is asked to stop, and makes backups where it was told where they go.
    pub async fn serve(
        self,
        mailer: Mailer,
        signing: Signing,
        nightly: Option<Nightly>,
    ) -> Result<ExitCode> {
        let Self { app, listener, keeping, .. } = self;
        let (stop, stopping) = watch::channel(false);
        let mut workers = vec![
            tokio::spawn(signing.work(stopping.clone())),
            tokio::spawn(unusual::deriving::work(app.clone(), stopping.clone())),
            tokio::spawn(who_looked::folding::work(app.clone(), stopping.clone())),
            tokio::spawn(keeping.work(stopping.clone())),
            tokio::spawn(conservation::work(app.clone(), stopping.clone())),
            tokio::spawn(passing::work(app.clone(), stopping.clone())),
            tokio::spawn(jobs::work(app.clone(), mailer, stopping.clone())),
        ];
        workers.extend(nightly.map(|nightly| tokio::spawn(nightly.work(stopping))));
        let router = routes::router(app.clone());
        let finished = accept(listener, router, Limits::default(), free(&app), stopped())
            .await
            .map_err(|e| Error::fault("serving", e))?;
        if !finished {
            tracing::warn!("some requests were cut off when the server stopped");
        }
        // The workers may be gone already; then there is nobody to tell.
        let _ = stop.send(true);
        for worker in workers {
            let _ = worker.await;
        }
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    server: Server,
    /// Who writes the e-mails: an address of the partnership's own.
    #[arg(long, env = "SIGHTLINE_FROM")]
    from: Option<String>,
    #[command(flatten)]
    backups: nightly::Asked,
}

/// Serves a partnership's own records, where what protects them is there.
pub async fn serve(serve: Serve) -> Result<ExitCode> {
    let server = &serve.server;
    server.database.must_be_named()?;
    if server.database.is_missing() {
        return Err(Error::refusal("There is no database there. Begin one with `sightline begin`"));
    }
    let missing = |what: &str| Error::refusal(format!("Say by {what}"));
    let address = server.address.as_ref().ok_or_else(|| {
        missing(
            "--address (SIGHTLINE_ADDRESS) under which address people open it: https:// and a name",
        )
    })?;
    RelyingParty::at(address)?;
    let mail = server.mail.as_ref().ok_or_else(|| {
        missing("--mail (SIGHTLINE_MAIL) which mail server sends what people must hear of in time")
    })?;
    let from = serve.from.as_ref().ok_or_else(|| {
        missing("--from (SIGHTLINE_FROM) from which address e-mails come, such as “Sightline <sightline@council.example>”")
    })?;
    let mailer = Mailer::new(mail, from).map_err(|e| Error::refusal(e.to_string()))?;
    telemetry::begin(telemetry::Format::Json, "warn,app=info,platform=info");
    let mut listening = server.listen(is_real).await?;
    drill::must_count(&listening.app).await?;
    listening.app.demo = false;
    listening.app.rates = Some(Arc::default());
    let wrapping = server.database.wrapping()?;
    let nightly = Nightly::of(&listening.app, wrapping, &serve.backups)?;
    let signing = server.signing(&listening.app).await?;
    println!("Sightline is ready on {}. Stop it with Ctrl+C.", listening.address);
    listening.serve(mailer, signing, nightly).await
}

fn is_real(whose: Whose) -> Result<()> {
    match whose {
        Whose::Real => Ok(()),
        Whose::Nobodys => Err(Error::refusal(
            "Nobody is there who could sign in. Begin the partnership with `sightline begin`",
        )),
        Whose::Invented => Err(Error::refusal(
            "This database is of the invented partnership: everybody knows the password of everybody \
             in it. Begin one of your own with `sightline begin`, in an empty database",
        )),
    }
}

/// Who may have as many connections as there are: the proxies in front, and whoever is on this machine.
fn free(app: &App) -> Arc<[IpAddr]> {
    let here = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    app.proxies.iter().copied().chain(here).collect()
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
