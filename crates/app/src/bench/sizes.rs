//! The queue and a child's page in a large history against a small one, and what the program
//! needs to start beside them.

use platform::db::{Row, Runs, sea_orm};

use super::{
    Bench, CLUSTER,
    client::Client,
    pages::{Times, milliseconds},
    report::{Aim, Report},
    start,
    world::World,
};
use crate::{App, error::Result};

/// How many times longer a page may take.
const AIM: f64 = 2.0;
/// How often a page is asked for.
const TIMES: usize = 1000;
/// How many different children are looked at.
const CHILDREN: u32 = 200;
const WHAT: [&str; 2] = ["The hub’s queue", "A child’s page"];

/// Fills an application's database with the history of so many people. Answers with whether it
/// could.
async fn grow(_app: &App, _people: u64) -> Result<bool> {
    Ok(false)
}

pub async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let cluster = std::env::var(CLUSTER).ok();
    for database in ["SQLite", "PostgreSQL"] {
        let cluster = match (database, &cluster) {
            ("SQLite", _) => None,
            (_, Some(cluster)) => Some(cluster.as_str()),
            _ => continue,
        };
        let small = of_size(bench.small, cluster, report).await?;
        let large =
            if small.is_some() { of_size(bench.large, cluster, report).await? } else { None };
        let (Some(small), Some(large)) = (small, large) else {
            let what = format!("Pages with {} people against {}", bench.large, bench.small);
            report.not_measured(&what, database, "no invented history of that size yet");
            continue;
        };
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
            report.figure(&what, database, &made_of, ratio, Aim::AtMost(AIM));
        }
    }
    Ok(())
}

/// How long the two pages take with so many people.
async fn of_size(
    people: u64,
    cluster: Option<&str>,
    report: &mut Report,
) -> Result<Option<[Times; 2]>> {
    let world = match cluster {
        None => World::on_sqlite().await?,
        Some(cluster) => World::on_postgres(cluster).await?,
    };
    let mut times = None;
    if grow(&world.app, people).await? {
        let looked_over = world.app.db.to_fill().await?.begin().await?;
        looked_over.look_over().await?;
        looked_over.commit().await?;
        let children = children(&world.app).await?;
        let port = world.served(true).await?;
        let mut client = Client::sign_in(port, "dee@hub.example").await?;
        let queue = Times::of(&mut client, &["/hub".to_owned()], TIMES).await?;
        times = Some([queue, Times::of(&mut client, &children, TIMES).await?]);
        start::measure(&world, &format!("{people} people"), report).await?;
    }
    world.gone().await?;
    Ok(times)
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
    Ok(children.into_iter().map(|c| format!("/people/{}", c.reference)).collect())
}
