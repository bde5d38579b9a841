//! Serving the invented partnership, which is made first where there is none.

use std::process::ExitCode;

use clap::Args;
use jiff::civil::date;
use platform::{
    mail::{Mailer, sink::Sink},
    telemetry,
};

use super::serve::Server;
use crate::{
    App,
    access::Actor,
    beginning::Whose,
    demo::{self, partnership::SetUp, seaholme::PLAYERS},
    doors,
    error::{Error, Result},
    organisations::confirming::ConfirmInvented,
};

/// Who writes the messages.
const SENDER: &str = "Sightline <sightline@seaholme.example>";

#[derive(Args)]
pub struct Demo {
    #[command(flatten)]
    server: Server,
    /// How many invented people to make, with two years of history: 0 to 1000000. Without it, 400
    /// families. What is there already stays and counts.
    #[arg(long, value_name = "PEOPLE", value_parser = clap::value_parser!(u64).range(..=demo::LARGEST))]
    scale: Option<u64>,
}

/// Without a mail server, messages stay inside the demo.
pub async fn demo(demo: Demo) -> Result<ExitCode> {
    telemetry::begin(telemetry::Format::Text, "warn,app=info,platform=info");
    let listening = demo.server.listen(is_nobody_real).await?;
    let app = &listening.app;
    if listening.whose == Whose::Nobodys {
        println!("Making the invented partnership …");
        doors::record(app, &Actor::platform(), SetUp { from: date(2020, 1, 1) }).await?;
    }
    doors::record(app, &Actor::platform(), ConfirmInvented).await?;
    grow(app, demo.scale.map_or(demo::USUAL, demo::Size::People)).await?;
    let (mailer, _sink) = mailer(demo.server.mail.as_deref()).await?;
    announce(&listening.address);
    let signing = demo.server.signing(app).await?;
    listening.serve(mailer, signing, None).await
}

fn is_nobody_real(whose: Whose) -> Result<()> {
    match whose {
        Whose::Nobodys | Whose::Invented => Ok(()),
        Whose::Real => Err(Error::refusal(
            "This database is a partnership’s own: a demo would let everybody in. Serve it with \
             `sightline serve`",
        )),
    }
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
