//! What things cost, as ratios measured in one run on one machine: printed with their aims, met or
//! not. It is never a test: what a busy machine takes twice as long for is not broken.

mod bare;
mod client;
mod deciding;
mod pages;
mod report;
mod sizes;
mod slow;
mod start;
mod submissions;
mod world;

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::error::{Error, Result};
use report::Report;
use world::World;

/// Where the private PostgreSQL is, when there is one.
const CLUSTER: &str = "SIGHTLINE_TEST_POSTGRES";

/// How much is measured.
#[derive(Args, Clone, Copy)]
pub struct Bench {
    /// How many people work at once.
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// How long each measurement goes on, in seconds.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How many requests a measurement makes at most.
    #[arg(long, default_value_t = 20_000)]
    requests: usize,
    /// How many people the small history is about.
    #[arg(long, default_value_t = 10_000)]
    small: u64,
    /// How many people the large history is about.
    #[arg(long, default_value_t = 1_000_000)]
    large: u64,
    /// One of the databases alone.
    #[arg(long)]
    on: Option<On>,
}

/// A database that is measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    Sqlite,
    Postgresql,
}

impl On {
    /// As the table calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgresql => "PostgreSQL",
        }
    }

    async fn world(self) -> Result<World> {
        match (self, std::env::var(CLUSTER)) {
            (Self::Sqlite, _) => World::on_sqlite().await,
            (Self::Postgresql, Ok(cluster)) => World::on_postgres(&cluster).await,
            (Self::Postgresql, Err(_)) => Err(Error::fault("finding PostgreSQL", CLUSTER)),
        }
    }
}

impl Bench {
    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.clamp(0.05, 600.0))
    }

    /// The databases to measure: those that there are, and of them the one that was asked for.
    fn databases(&self) -> impl Iterator<Item = On> {
        let has_cluster = std::env::var(CLUSTER).is_ok();
        let asked = self.on;
        [On::Sqlite, On::Postgresql].into_iter().filter(move |on| match asked {
            Some(asked) => *on == asked,
            None => *on == On::Sqlite || has_cluster,
        })
    }
}

/// Measures everything and prints it.
///
/// # Errors
/// When something could not be measured at all.
pub async fn run(bench: &Bench) -> Result<()> {
    let mut report = Report::begin(bench);
    let mut worlds = Vec::new();
    for on in bench.databases() {
        worlds.push(on.world().await?);
    }
    for on in [On::Sqlite, On::Postgresql] {
        if !bench.databases().any(|measured| measured == on) {
            let why = match bench.on {
                Some(_) => "it was not asked for".to_owned(),
                None => format!("{CLUSTER} is not set"),
            };
            report.not_measured("everything", on.name(), &why);
        }
    }
    deciding::measure(&mut report)?;
    for world in &worlds {
        // The submissions come last: thousands of open requests would make another queue.
        submissions::warm(world).await?;
        start::measure(world, "50 people", start::Counts::Printed, &mut report).await?;
        pages::measure(world, bench, &mut report).await?;
        slow::measure(world, bench, &mut report).await?;
        submissions::measure(world, bench, &mut report).await?;
    }
    for world in worlds {
        world.gone().await?;
    }
    sizes::measure(bench, &mut report).await?;
    report.end();
    Ok(())
}
