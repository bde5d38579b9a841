//! How long the hub's queue takes while a thousand connections send the head of a request a byte at a
//! time, against how long it takes alone (promise R8).

use std::time::Duration;

use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinSet};

use super::{
    Bench,
    client::Client,
    pages::{Times, milliseconds},
    report::{Aim, Report},
    world::World,
};
use crate::error::{Error, Result};

/// How many times longer a page may take.
const AIM: f64 = 2.0;
/// How many connections are slow.
const SLOW: usize = 1000;
/// How long each waits before its next byte.
const BETWEEN: Duration = Duration::from_millis(500);
/// How often the page is asked for.
const TIMES: usize = 1000;

pub async fn measure(world: &World, bench: &Bench, report: &mut Report) -> Result<()> {
    let port = world.served(true).await?;
    let (pages, times) = (["/hub".to_owned()], TIMES.min(bench.requests));
    let mut client = Client::sign_in(port, "dee@hub.example").await?;
    let alone = Times::of(&mut client, &pages, times).await?;
    let mut slow = JoinSet::new();
    for _ in 0..SLOW {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let stream = stream.map_err(|e| Error::fault("opening a slow connection", e))?;
        slow.spawn(drips(port, stream));
    }
    // Somebody who comes while they are there, and not only whoever was there before.
    let mut client = Client::sign_in(port, "dee@hub.example").await?;
    let beside = Times::of(&mut client, &pages, times).await?;
    let still = slow.len();
    slow.shutdown().await;
    let made_of = format!(
        "p99 {:.2} ms beside {still} slow connections, {:.2} ms alone",
        milliseconds(beside.worst()),
        milliseconds(alone.worst())
    );
    let ratio = beside.worst().as_secs_f64() / alone.worst().as_secs_f64();
    report.figure(
        "The hub’s queue beside slow connections",
        world.database,
        &made_of,
        ratio,
        Aim::AtMost(AIM),
    );
    Ok(())
}

/// Sends a head that never ends, and begins another once the server has had enough of it.
async fn drips(port: u16, mut stream: TcpStream) {
    loop {
        while stream.write_all(b"G").await.is_ok() {
            tokio::time::sleep(BETWEEN).await;
        }
        let Ok(next) = TcpStream::connect(("127.0.0.1", port)).await else { return };
        stream = next;
    }
}
