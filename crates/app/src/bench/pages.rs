//! Pages a second with what is looked at journaled, against the same without; and how long a page
//! takes, against one that asks the database for nothing.

use std::time::{Duration, Instant};

use platform::db::{Row, Runs, sea_orm};
use practice::calendar::day_of;

use super::{
    Bench,
    client::Client,
    report::{Aim, Report},
    submissions::{Rate, at_once},
    world::World,
};
use crate::{
    App,
    access::store,
    doors,
    error::{Error, Result},
    ids::StaffId,
    people::{opening::OpenAgain, summary::Of},
};

/// The ratio that is aimed at.
const AIM: f64 = 0.8;
/// With and without are measured in turn this often.
const ROUNDS: usize = 2;
/// How often a page is asked for to know how long it takes.
const TIMES: usize = 300;
/// A page of the same server for which nothing is read.
const STATIC: &str = "/sign-in";

pub async fn measure(world: &World, bench: &Bench, report: &mut Report) -> Result<()> {
    let (with, without) = (world.served(true).await?, world.served(false).await?);
    let child = format!("/people/{}", some_child(world).await?);
    for (what, path) in [("The hub’s queue", "/hub"), ("A child’s page", child.as_str())] {
        let (mut journaled, mut not) = (Rate::default(), Rate::default());
        for _ in 0..ROUNDS {
            journaled.add(pages(with, path, bench).await?);
            not.add(pages(without, path, bench).await?);
        }
        let ratio = journaled.a_second() / not.a_second();
        let made_of =
            format!("{:.0}/s journaled, {:.0}/s not", journaled.a_second(), not.a_second());
        let what = format!("{what}, journaled against not");
        report.figure(&what, world.database, &made_of, ratio, Aim::AtLeast(AIM));
    }
    let mut client = Client::sign_in(with, "dee@hub.example").await?;
    let still = Times::of(&mut client, &[STATIC.to_owned()], TIMES).await?;
    for (what, path) in [("The hub’s queue", "/hub"), ("A child’s page", child.as_str())] {
        let page = Times::of(&mut client, &[path.to_owned()], TIMES).await?;
        let ratio = page.middle().as_secs_f64() / still.middle().as_secs_f64();
        let made_of = format!(
            "{:.2} ms against {:.2} ms",
            milliseconds(page.middle()),
            milliseconds(still.middle())
        );
        let what = format!("{what} against a static page");
        report.figure(&what, world.database, &made_of, ratio, Aim::None);
    }
    Ok(())
}

async fn pages(port: u16, path: &str, bench: &Bench) -> Result<Rate> {
    let mut readers = Vec::with_capacity(bench.clients);
    for _ in 0..bench.clients {
        readers.push((Client::sign_in(port, "dee@hub.example").await?, path.to_owned()));
    }
    at_once(readers, bench, async |(client, path): &mut (Client, String)| {
        client.get(path).await?.with(200).map(drop)
    })
    .await
}

async fn some_child(world: &World) -> Result<String> {
    #[derive(Row)]
    struct Child {
        reference: String,
    }
    let text = "SELECT p.reference FROM person p JOIN account_link l ON l.person_id = p.id \
                JOIN pathway w ON w.account_id = l.account_id ORDER BY w.id LIMIT 1";
    let child: Option<Child> = world.app.db.reads().one(text, []).await?;
    let child = child.map(|c| c.reference).ok_or(Error::NotFound)?;
    opened(&world.app, &child).await?;
    Ok(child)
}

/// A child's page is measured and not the summary of what was dealt with: Dee says what for.
pub async fn opened(app: &App, child: &str) -> Result<()> {
    #[derive(Row)]
    struct Dee {
        id: StaffId,
    }
    let text = "SELECT id FROM staff WHERE email = 'dee@hub.example'";
    let dee: Option<Dee> = app.db.reads().one(text, []).await?;
    let today = day_of(app.clock.now());
    let dee = store::actor(&app.db.reads(), dee.ok_or(Error::NotFound)?.id, today).await?;
    let of = Of::Person(child.to_owned());
    let purpose = "To measure how long it takes".to_owned();
    doors::record(app, &dee.ok_or(Error::NotFound)?, OpenAgain { of, purpose }).await
}

/// How long pages took, in order.
pub struct Times(Vec<Duration>);

impl Times {
    /// Asks for the pages in turn, one after the other.
    pub async fn of(client: &mut Client, paths: &[String], times: usize) -> Result<Self> {
        let mut took = Vec::with_capacity(times);
        for path in paths.iter().cycle().take(times) {
            let began = Instant::now();
            client.get(path).await?.with(200)?;
            took.push(began.elapsed());
        }
        took.sort_unstable();
        Ok(Self(took))
    }

    /// Half were faster.
    pub fn middle(&self) -> Duration {
        self.at(50)
    }

    /// All but one in a hundred were faster.
    pub fn worst(&self) -> Duration {
        self.at(99)
    }

    fn at(&self, hundredth: usize) -> Duration {
        let place = self.0.len() * hundredth / 100;
        self.0.get(place.min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
