//! Durable submissions a second through the whole path, against bare durable commits of the same
//! rows in the same database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use platform::db::Filling;

use super::{
    Bench,
    bare::{Everything, Written},
    client::Client,
    report::{Aim, Report},
    world::World,
};
use crate::error::{Error, Result};

/// The ratio that is aimed at.
const AIM: f64 = 0.25;
/// The two are measured in turn this often, so that both meet the same weather.
const ROUNDS: u32 = 2;
/// How many submissions come first: two pages of the queue.
const WARM: usize = 50;

/// A form that somebody in the hub fills in again and again, each time about another child.
struct Form {
    client: Client,
    token: String,
    agency: String,
    name: String,
    sent: usize,
}

impl Form {
    async fn open(port: u16, name: String) -> Result<Self> {
        let mut client = Client::sign_in(port, "dee@hub.example").await?;
        let page = client.get("/contacts/by-telephone").await?.with(200)?;
        let token = page.after("name=\"token\" value=\"")?;
        let agency = page.body.split("<option value=\"").nth(2).and_then(|o| o.split('"').next());
        let agency = agency.unwrap_or_default().to_owned();
        Ok(Self { client, token, agency, name, sent: 0 })
    }

    async fn send(&mut self) -> Result<()> {
        self.sent += 1;
        let Self { token, agency, name, sent, .. } = &*self;
        // Children of one school year and more: of one birth date alone, each would have to be
        // compared with all before, as nowhere in life.
        let (day, month, year) = (sent % 28 + 1, sent / 28 % 12 + 1, sent / 336 % 17);
        let form = format!(
            "token={token}&once={name}-{sent}&agency={agency}&danger=no\
             &caller=Nadia+Invented-Grey-{name}%2C+01632+960+417\
             &worry=Kit+has+come+to+school+hungry+on+most+days+of+this+term+and+says+that+there+is\
             +no+tea+at+home&level=3&given.0=Kit&family.0=Invented-Marsh-{sent}&born.0.day={day}\
             &born.0.month={month}&born.0.year={}",
            2009 + year
        );
        self.client.post("/contacts/by-telephone", &form).await?.with(303).map(drop)
    }
}

/// Fills the hub's queue a little, for the pages that are measured.
pub async fn warm(world: &World) -> Result<()> {
    let mut form = Form::open(world.served(true).await?, "warm".to_owned()).await?;
    for _ in 0..WARM {
        form.send().await?;
    }
    Ok(())
}

pub async fn measure(world: &World, bench: &Bench, report: &mut Report) -> Result<()> {
    let port = world.served(true).await?;
    let mut first = Form::open(port, "first".to_owned()).await?;
    let before = Everything::in_the(&world.app.db).await?;
    first.send().await?;
    let written = Arc::new(Everything::in_the(&world.app.db).await?.since(&before));
    if written.count().0 == 0 {
        return Err(Error::fault("measuring submissions", "one that was sent wrote nothing"));
    }
    let (mut through, mut bare) = (Rate::default(), Rate::default());
    let nth = Arc::new(AtomicI64::new(0));
    for round in 0..ROUNDS {
        through.add(submissions(port, round, bench).await?);
        bare.add(commits(world, &written, &nth, bench).await?);
    }
    let (rows, tables) = written.count();
    let made_of = format!(
        "{:.0}/s through HTTP, {:.0}/s bare ({rows} rows in {tables} tables, {} at once)",
        through.a_second(),
        bare.a_second(),
        writers(world, bench),
    );
    let ratio = through.a_second() / bare.a_second();
    let what = "Durable submissions against bare commits";
    report.figure(what, world.database, &made_of, ratio, Aim::AtLeast(AIM));
    Ok(())
}

/// So many things in such a time.
#[derive(Debug, Default, Clone, Copy)]
pub struct Rate {
    pub done: usize,
    pub time: Duration,
}

impl Rate {
    pub fn add(&mut self, other: Self) {
        self.done += other.done;
        self.time += other.time;
    }

    pub fn a_second(self) -> f64 {
        f64::from(u32::try_from(self.done).unwrap_or(u32::MAX)) / self.time.as_secs_f64()
    }
}

async fn submissions(port: u16, round: u32, bench: &Bench) -> Result<Rate> {
    let mut forms = Vec::with_capacity(bench.clients);
    for client in 0..bench.clients {
        forms.push(Form::open(port, format!("bench-{round}-{client}")).await?);
    }
    at_once(forms, bench, async |form: &mut Form| form.send().await).await
}

/// On SQLite one connection writes at a time, whoever asks; on PostgreSQL each has its own.
fn writers(world: &World, bench: &Bench) -> usize {
    if world.app.db.is_embedded() { 1 } else { bench.clients }
}

async fn commits(
    world: &World,
    written: &Arc<Written>,
    nth: &Arc<AtomicI64>,
    bench: &Bench,
) -> Result<Rate> {
    let mut all = Vec::new();
    for _ in 0..writers(world, bench) {
        all.push((world.app.db.to_fill().await?, Arc::clone(written), Arc::clone(nth)));
    }
    at_once(all, bench, async |(filling, written, nth): &mut (Filling, Arc<_>, Arc<_>)| {
        Written::write_again(written, filling, AtomicI64::fetch_add(nth, 1, Ordering::Relaxed))
            .await
    })
    .await
}

/// Lets everybody do the same again and again, all at once, until it is enough.
pub async fn at_once<W, F>(workers: Vec<W>, bench: &Bench, work: F) -> Result<Rate>
where
    W: Send + 'static,
    F: AsyncFn(&mut W) -> Result<()> + Clone + Send + Sync + 'static,
{
    let (began, time, most) = (Instant::now(), bench.time(), bench.requests);
    let done = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::with_capacity(workers.len());
    for mut worker in workers {
        let (work, done) = (work.clone(), Arc::clone(&done));
        tasks.push(async move {
            while began.elapsed() < time && done.load(Ordering::Relaxed) < most {
                work(&mut worker).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Error>(())
        });
    }
    for ended in futures_util::future::join_all(tasks).await {
        ended?;
    }
    Ok(Rate { done: done.load(Ordering::Relaxed), time: began.elapsed() })
}
