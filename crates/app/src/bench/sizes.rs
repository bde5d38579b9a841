//! The queue and a child's page in a large history against a small one, and what the program
//! needs to start beside them.

use std::time::Instant;

use platform::db::{Row, Runs, sea_orm};

use super::world::World;
use super::{
    Bench, On,
    client::Client,
    pages::{self, Times, milliseconds},
    report::{Aim, Report},
    start::{self, Counts},
};
use crate::{
    App, demo,
    error::{Error, Result},
    journal_tree::verifying::verify,
};

/// How many times longer a page may take.
const AIM: f64 = 2.0;
/// How many entries of the journal are verified in a second.
const VERIFIED: f64 = 200_000.0;
/// How often a page is asked for.
const TIMES: usize = 1000;
/// How many different children are looked at.
const CHILDREN: u32 = 200;
const WHAT: [&str; 2] = ["The hub’s queue", "A child’s page"];

/// Five years of history.
const DAYS: i64 = 5 * 365;

pub async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    for on in bench.databases() {
        let times = TIMES.min(bench.requests);
        let small = of_size(bench.small, times, on, Counts::Aimed, report).await?;
        let large = of_size(bench.large, times, on, Counts::Printed, report).await?;
        for ((what, small), large) in WHAT.iter().zip(small).zip(large) {
            let made_of = format!(
                "p99 {:.2} ms with {} people, {:.2} ms with {}",
                milliseconds(large.worst()),
                bench.large,
                milliseconds(small.worst()),
                bench.small,
            );
            let ratio = large.worst().as_secs_f64() / small.worst().as_secs_f64();
            let what = format!("{what}, large against small");
            report.figure(&what, on.name(), &made_of, ratio, Aim::AtMost(AIM));
        }
    }
    Ok(())
}

/// How long the two pages take with so many people.
async fn of_size(
    people: u64,
    times: usize,
    on: On,
    counts: Counts,
    report: &mut Report,
) -> Result<[Times; 2]> {
    let world = on.world().await?;
    demo::grow_over(&world.app, demo::Size::People(people), DAYS, true).await?;
    let looked_over = world.app.db.to_fill().await?.begin().await?;
    looked_over.look_over().await?;
    looked_over.commit().await?;
    let children = children(&world.app).await?;
    let port = world.served(true).await?;
    let mut client = Client::sign_in(port, "dee@hub.example").await?;
    let queue = Times::of(&mut client, &["/hub".to_owned()], times).await?;
    let child = Times::of(&mut client, &children, times).await?;
    verification(&world, people, report).await?;
    start::measure(&world, &format!("{people} people"), counts, report).await?;
    world.gone().await?;
    Ok([queue, child])
}

/// How many entries of the journal are verified in a second.
async fn verification(world: &World, people: u64, report: &mut Report) -> Result<()> {
    let began = Instant::now();
    let verified = verify(&world.app.db, None, false).await?;
    let took = began.elapsed();
    if !verified.is_sound() {
        return Err(Error::fault("verifying the journal", verified));
    }
    let entries = verified.report.entries;
    let made_of = format!("{entries} entries, {people} people, in {:.2} s", took.as_secs_f64());
    // No number of entries that fits a database is too large for it.
    let a_second = f64::from(u32::try_from(entries).unwrap_or(u32::MAX)) / took.as_secs_f64();
    report.figure(
        "Entries verified a second",
        world.database,
        &made_of,
        a_second,
        Aim::AtLeast(VERIFIED),
    );
    Ok(())
}

/// The pages of children from all over the history.
async fn children(app: &App) -> Result<Vec<String>> {
    #[derive(Row)]
    struct Child {
        reference: String,
    }
    let text = "SELECT p.reference FROM person p JOIN account_link l ON l.person_id = p.id \
                JOIN pathway w ON w.account_id = l.account_id ORDER BY p.reference LIMIT $1";
    let children: Vec<Child> = app.db.reads().all(text, [i64::from(CHILDREN).into()]).await?;
    for child in &children {
        pages::opened(app, &child.reference).await?;
    }
    Ok(children.into_iter().map(|c| format!("/people/{}", c.reference)).collect())
}
