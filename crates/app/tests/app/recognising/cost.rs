//! What a look-up costs among few and many people, half of whom bear one name. A measure, run by
//! hand: `cargo nextest run --run-ignored only -E 'test(a_look_up_costs)' --no-capture`.

use std::time::{Duration, Instant};

use app::{
    doors,
    error::Result,
    ids::Fresh,
    people::{
        Born, NewPerson,
        rows::{Giver, PeopleRows},
    },
    recognising::looking::WhoMayBe,
};
use jiff::civil::date;
use platform::db::{Row, Runs, sea_orm};

use super::{DEE, OWEN, lives_at};
use crate::support::{World, on_both};

/// So many people from that number on.
struct Invent(std::ops::Range<usize>);

impl doors::Change for Invent {
    type Made = ();
    const WHAT: &'static str = "test:invent-many";
    const ACTION: app::access::Action = app::access::Action::AskForSupport;

    async fn make(self, pen: &mut doors::Pen<'_>) -> Result<()> {
        let agency = pen.actor.signed_in()?.agency;
        let giver = Giver { agency, source: "a test", at: pen.now, by: None };
        let mut rows = PeopleRows::default();
        for n in self.0 {
            let person = one(n);
            rows.account(&mut Fresh, &pen.app.keys, &giver, &person, None)?;
        }
        rows.insert(pen.tx, &pen.app.keys).await?;
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}

fn one(n: usize) -> NewPerson {
    const LAST: [&str; 10] =
        ["Ash", "Birch", "Cole", "Dunn", "Elm", "Frost", "Garn", "Holt", "Imrie", "Jess"];
    let day = date(1950, 1, 1) + jiff::ToSpan::days(i64::try_from(n * 7919 % 27_000).unwrap());
    let (given, family, born) = match n % 2 {
        0 => ("Mohammed".to_owned(), "Invented-Khan".to_owned(), Born::NotKnown),
        _ => (
            format!("{}a{}", LAST[n / 2 % 10], LAST[n / 20 % 10].to_lowercase()),
            format!("{}{}", LAST[n / 200 % 10], LAST[n / 2000 % 10].to_lowercase()),
            Born::On(day),
        ),
    };
    let address = Some(lives_at(&format!("{} Street {}", n % 97, n / 97), false));
    NewPerson { given, family, born, address, ..NewPerson::default() }
}

/// The median and the longest of 100 look-ups.
async fn measured(world: &World) -> (Duration, Duration) {
    #[derive(Row)]
    struct Whose {
        reference: String,
    }
    let dee = world.actor(DEE).await;
    let all: Vec<Whose> =
        world.app.db.reads().all("SELECT reference FROM person ORDER BY id", []).await.unwrap();
    let mut took = Vec::new();
    for n in 0..100 {
        let of = vec![all[n * all.len() / 100 + n % 2].reference.clone()];
        let begun = Instant::now();
        doors::open(&world.app, &dee, WhoMayBe { of, named_by: Vec::new() }).await.unwrap();
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    (took[50], took[99])
}

#[test]
#[ignore = "a measure"]
fn a_look_up_costs_by_candidates_and_not_by_people() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let mut people = 0;
        for size in [2_000, 20_000] {
            while people < size {
                doors::record(&world.app, &owen, Invent(people..people + 1_000)).await.unwrap();
                people += 1_000;
            }
            world.tamper("ANALYZE").await;
            let (median, longest) = measured(&world).await;
            let database = if world.app.db.is_embedded() { "SQLite" } else { "PostgreSQL" };
            eprintln!("{database}, {people} people: median {median:?}, longest {longest:?}");
        }
        world
    });
}
