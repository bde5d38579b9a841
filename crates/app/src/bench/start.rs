//! How long the real program takes from being started until it answers that it is well, and how
//! much memory it holds when nothing is asked of it.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    client::Client,
    report::{Aim, Report},
    world::World,
};
use crate::error::{Error, Result};

/// Seconds from the start to the first answer.
const SOON: f64 = 0.3;
/// Megabytes at rest.
const SMALL: f64 = 60.0;
/// It is started this often; the middle one counts.
const TIMES: usize = 5;
/// How long it may take at all.
const PATIENCE: Duration = Duration::from_secs(30);
/// When it is at rest.
const REST: Duration = Duration::from_secs(2);

/// Whether the aims are for a world of this size; of others the figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    Aimed,
    Printed,
}

pub async fn measure(
    world: &World,
    people: &str,
    counts: Counts,
    report: &mut Report,
) -> Result<()> {
    let mut times = Vec::with_capacity(TIMES);
    let mut held = 0.0;
    for _ in 0..TIMES {
        let (mut server, took) = started(world).await?;
        times.push(took);
        if times.len() == TIMES {
            tokio::time::sleep(REST).await;
            held = memory(&server)?;
        }
        server.kill().and_then(|()| server.wait()).map_err(not_measured)?;
    }
    times.sort_unstable();
    let middle = times[TIMES / 2].as_secs_f64();
    let made_of = |what: &str| format!("{what}, {people}");
    let seconds = made_of("seconds until /healthz answers");
    let aim = |most| if counts == Counts::Aimed { Aim::AtMost(most) } else { Aim::None };
    report.figure("Start", world.database, &seconds, middle, aim(SOON));
    let megabytes = made_of("megabytes resident");
    report.figure("Memory at rest", world.database, &megabytes, held, aim(SMALL));
    Ok(())
}

async fn started(world: &World) -> Result<(Child, Duration)> {
    let port = free_port()?;
    let program = std::env::current_exe().map_err(not_measured)?;
    let began = Instant::now();
    let mut server = Command::new(program)
        .args(["demo", "--scale", "0", "--listen", &format!("127.0.0.1:{port}")])
        .env("SIGHTLINE_DATABASE", world.app.db.url())
        .arg("--key")
        .arg(world.key())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(not_measured)?;
    while !is_well(port).await {
        if began.elapsed() > PATIENCE {
            let _ = server.kill();
            return Err(not_measured("it does not come up"));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok((server, began.elapsed()))
}

async fn is_well(port: u16) -> bool {
    let Ok(mut client) = Client::connect(port).await else { return false };
    client.get("/healthz").await.is_ok_and(|answer| answer.status == 200)
}

fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(not_measured)?;
    Ok(listener.local_addr().map_err(not_measured)?.port())
}

/// What the process holds of the machine's memory, in megabytes.
fn memory(server: &Child) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()));
    let status = status.map_err(not_measured)?;
    let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: Option<f64> = held.and_then(|held| held.split_whitespace().next()?.parse().ok());
    kilobytes.map(|k| k / 1024.0).ok_or_else(|| not_measured("no VmRSS"))
}

fn not_measured(why: impl std::fmt::Display) -> Error {
    Error::fault("starting the program", why)
}
