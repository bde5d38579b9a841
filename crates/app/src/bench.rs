//! What things cost, as ratios measured in one run on one machine: printed with their aims, met or
//! not. It is never a test: what a busy machine takes twice as long for is not broken.

mod bare;
mod client;
mod pages;
mod report;
mod sizes;
mod start;
mod submissions;
mod world;

use std::time::Duration;

use clap::Args;

use crate::error::Result;
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
}

impl Bench {
    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.clamp(0.05, 600.0))
    }
}

/// Measures everything and prints it.
///
/// # Errors
/// When something could not be measured at all.
pub async fn run(bench: &Bench) -> Result<()> {
    let mut report = Report::begin(bench);
    let mut worlds = vec![World::on_sqlite().await?];
    match std::env::var(CLUSTER) {
        Ok(cluster) => worlds.push(World::on_postgres(&cluster).await?),
        Err(_) => report.not_measured("everything", "PostgreSQL", &format!("{CLUSTER} is not set")),
    }
    for world in &worlds {
        // The submissions come last: thousands of open requests would make another queue.
        submissions::warm(world).await?;
        start::measure(world, "50 people", start::Counts::Printed, &mut report).await?;
        pages::measure(world, bench, &mut report).await?;
        submissions::measure(world, bench, &mut report).await?;
    }
    for world in worlds {
        world.gone().await?;
    }
    sizes::measure(bench, &mut report).await?;
    report.end();
    Ok(())
}
