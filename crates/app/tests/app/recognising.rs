//! Who may be the same person: shown with reasons beside what is decided, to whoever may see both, and
//! linked by nobody but a person.

mod apart;
mod cost;
mod kept_secret;
mod looked_up;
mod seconding;
mod undone;

use app::{
    access::Actor,
    doors,
    error::Result,
    people::{Born, NewAddress, NewPerson},
    recognising::{
        different::SayDifferent,
        looking::{MaySame, WhoMayBe},
    },
};
use jiff::civil::date;

use crate::{
    people::sent,
    support::World,
    walk::{Known, known_by},
};

const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const OWEN: &str = "owen@marram.example";
const HALIMA: &str = "halima@health.example";

/// Jayden Invented-Smyth of Quarry Lane, as somebody writes him.
fn jayden(given: &str, family: &str, day: i8, month: i8) -> NewPerson {
    NewPerson {
        given: given.into(),
        family: family.into(),
        born: Born::On(date(2014, month, day)),
        sex: Some("M".into()),
        address: Some(lives_at("12 Quarry Lane", false)),
        ..NewPerson::default()
    }
}

fn lives_at(lines: &str, protected: bool) -> NewAddress {
    NewAddress { lines: lines.into(), postcode: "FY1 4QP".into(), protected }
}

/// A child on the record, as somebody sent a request about them.
async fn on_record(world: &World, by: &str, child: NewPerson) -> Known {
    let taken = sent(world, &world.actor(by).await, child).await;
    known_by(world, &taken.reference).await
}

/// Two accounts of him, which no number joins: the school's, and health's with day and month exchanged.
async fn two_accounts(world: &World) -> (Known, Known) {
    let first = on_record(world, OWEN, jayden("Jayden", "Invented-Smyth", 3, 12)).await;
    let second = on_record(world, HALIMA, jayden("Jaiden", "Invented-Smyth", 12, 3)).await;
    (first, second)
}

/// Who may be the same as somebody, as that person is told.
async fn may_be(world: &World, actor: &Actor, known: &Known) -> Result<Vec<MaySame>> {
    let look = WhoMayBe { of: vec![known.person.clone()], named_by: Vec::new() };
    let mut seen = doors::open(&world.app, actor, look).await?;
    Ok(seen.pop().map(|one| one.may_be).unwrap_or_default())
}

fn are_different(one: &Known, other: &Known) -> SayDifferent {
    SayDifferent {
        person: one.person.clone(),
        other: other.person.clone(),
        accounts: [one.account.clone(), other.account.clone()],
        reason: "A cousin of nearly the same name".to_owned(),
    }
}
