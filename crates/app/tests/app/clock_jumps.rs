//! R6 of the threat model: the clock of the machine may be wrong by a day and put right again. That
//! changes no order of the journal, keeps nobody signed in for longer, and tells nobody anything twice.

use std::collections::BTreeMap;

use app::{
    doors::{self, journal},
    error::Error,
    front_door::{contacts::NewContact, screening::AddInformation},
    journal_tree::verifying::verify,
    sharing::jobs,
};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp, civil::date};
use platform::{
    db::{At, Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
    outbox,
};
use practice::calendar::start_of;

use crate::{
    front_door::{send, sent, two_siblings},
    sticky::Dice,
    support::{World, monday_morning, on_both},
};

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The machine's clock is wrong by so much, so many minutes after the story began.
fn it_is(world: &World, minutes: i64, wrong: SignedDuration) -> Timestamp {
    let now = monday_morning() + SignedDuration::from_mins(minutes) + wrong;
    world.app.clock.set(now);
    now
}

#[test]
fn r6_a_clock_that_jumps_by_a_day_changes_no_order_of_the_journal() {
    #[derive(Row)]
    struct Entry {
        seq: i64,
        entry: Vec<u8>,
    }
    const WHAT: &str = "event:request-for-support";
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        // Of some days before: nothing is added to a request before it came.
        let received = monday_morning() - A_DAY * 3;
        let contact = NewContact { received, ..two_siblings(&owen, false) };
        let contact = send(&world, &owen, contact).await.reference;
        let mut dice = Dice::of(6);
        let (mut done, mut back) = (Vec::new(), 0);
        for n in 0..24 {
            let wrong = [-A_DAY, SignedDuration::ZERO, A_DAY][dice.below(3)];
            let now = it_is(&world, n, wrong);
            back += usize::from(done.last().is_some_and(|last| *last > now));
            let more = AddInformation {
                contact: contact.clone(),
                said: format!("{n}"),
                danger: false,
                said_at: None,
            };
            doors::record(&world.app, &owen, more).await.unwrap();
            done.push(now);
        }
        assert!(back > 4, "the clock went back {back} times");
        let entries: Vec<Entry> = world
            .app
            .db
            .reads()
            .all("SELECT seq, entry FROM journal ORDER BY seq", [])
            .await
            .unwrap();
        assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "without a gap");
        let read = entries.iter().filter_map(|entry| journal::read(&entry.entry));
        let events = read.filter(|read| read.what == WHAT).map(|read| read.at);
        // Of each of two children that the request came and was acknowledged, then each addition.
        let journaled: Vec<_> = events.skip(4).collect();
        let told: Vec<_> = done.iter().flat_map(|at| [*at; 2]).collect();
        assert_eq!(
            journaled, told,
            "in the order in which it was done, each with what the clock said"
        );
        let found = verify(&world.app.db, None, false).await.unwrap();
        assert!(found.is_sound(), "{found}");
        world
    });
}

#[test]
fn r6_a_clock_that_jumps_by_a_day_keeps_nobody_signed_in_for_longer() {
    on_both(async |world| {
        let right = SignedDuration::ZERO;
        let mut dee = world.signs_in("dee@hub.example").await;
        let is_in = async |browser: &mut crate::browser::Browser| {
            browser.get("/hub").await.status == StatusCode::OK
        };
        assert!(is_in(&mut dee).await);
        for wrong in [-A_DAY, A_DAY] {
            it_is(&world, 5, wrong);
            assert!(!is_in(&mut dee).await, "{wrong}: nobody knows how long it was unused");
        }
        it_is(&world, 10, right);
        assert!(is_in(&mut dee).await, "put right within the quarter of an hour");
        it_is(&world, 26, right);
        assert!(!is_in(&mut dee).await, "after it, it is over as ever");
        it_is(&world, 27, -A_DAY);
        assert!(!is_in(&mut dee).await, "and stays so");

        // Signed in while the clock was a day late or early: over once it is right, and for good.
        it_is(&world, 30, A_DAY);
        let mut sunil = world.signs_in("sunil@hub.example").await;
        assert!(is_in(&mut sunil).await);
        it_is(&world, 31, right);
        assert!(!is_in(&mut sunil).await);
        let mut again = world.signs_in("sunil@hub.example").await;
        assert!(is_in(&mut again).await, "whoever signs in now is in");
        it_is(&world, 24 * 60 + 32, right);
        assert!(!is_in(&mut sunil).await, "not even on the day on which it would have begun");
        world
    });
}

#[test]
fn r6_a_clock_that_jumps_by_a_day_tells_nobody_anything_twice() {
    #[derive(Row)]
    struct Told {
        email: String,
        kind: String,
        times: i64,
    }
    on_both(async |world| {
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <sightline@seaholme.example>").unwrap();
        let owen = world.actor("owen@marram.example").await;
        let contact = sent(&world, &owen, true).await.reference;
        let right = SignedDuration::ZERO;
        let mut raised = Vec::new();
        for (minutes, wrong) in [
            (1, right),
            (2, -A_DAY),
            (16, right),
            (17, A_DAY),
            (18, right),
            (19, -A_DAY),
            (32, right),
            (33, A_DAY),
            (34, -A_DAY),
            (24 * 60 + 40, right),
        ] {
            it_is(&world, minutes, wrong);
            jobs::raise_what_is_late(&world.app).await.unwrap();
            jobs::send_messages(&world.app, &mailer).await.unwrap();
            let said = format!("After {minutes} minutes");
            let more =
                AddInformation { contact: contact.clone(), said, danger: false, said_at: None };
            match doors::record(&world.app, &owen, more).await {
                // It is no longer open to be added to, or lies before the request: that is for another test.
                Ok(()) | Err(Error::Refusal(_)) => {}
                Err(other) => panic!("{other}"),
            }
            raised.push(world.count("notice WHERE kind = 'danger-unread'").await);
        }
        assert!(raised.is_sorted() && raised[2] > 0, "{raised:?}");
        let text = "SELECT s.email, n.kind, count(*) AS times FROM notice n \
                    JOIN staff s ON s.id = n.staff_id WHERE n.kind = 'danger-unread' \
                    GROUP BY s.email, n.kind";
        let told: Vec<Told> = world.app.db.reads().all(text, []).await.unwrap();
        let told: BTreeMap<_, _> =
            told.into_iter().map(|told| ((told.email, told.kind), told.times)).collect();
        // The duty worker at the first rung, and the manager at the second: each is told of each once.
        assert!(told.values().all(|times| *times == 1), "{told:?}");
        let work = "outbox WHERE state = 'waiting' AND tries > 0";
        assert_eq!(world.count(work).await, 0, "no work is left under a lease");
        let letters = sink.letters();
        let asked = world.count("outbox WHERE kind = 'mail' AND state = 'done'").await;
        assert_eq!(letters.len(), usize::try_from(asked).unwrap(), "each letter once");
        world
    });
}

/// Moments lie in both databases as instants: the half hour that the clocks of an October night show twice
/// is two of them, which come back as they were and in their order.
#[test]
fn r6_every_half_hour_of_the_nights_of_clock_change_comes_back_from_the_database() {
    #[derive(Row)]
    struct Due {
        due_at: At,
    }
    on_both(async |world| {
        let sunday = |year: i16, month: i8| {
            let last = date(year, month, 31);
            let back = last.weekday().to_sunday_zero_offset();
            last.checked_sub(jiff::Span::new().days(i32::from(back))).unwrap()
        };
        let nights = (2024..=2035).flat_map(|year| [sunday(year, 3), sunday(year, 10)]);
        let half_hours: Vec<Timestamp> = nights
            .flat_map(|night| {
                let midnight = start_of(night);
                (-12..=12).map(move |n| midnight + SignedDuration::from_mins(30 * n))
            })
            .collect();
        assert_eq!(half_hours.len(), 24 * 25);
        let (mut dice, now) = (Dice::of(66), world.app.clock.now());
        let mut mixed = half_hours.clone();
        for last in (1..mixed.len()).rev() {
            mixed.swap(last, dice.below(last + 1));
        }
        world
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for at in mixed {
                        outbox::ask(tx, "none", "", now, at).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
            .unwrap();
        let text = "SELECT due_at FROM outbox WHERE kind = 'none' ORDER BY due_at";
        let kept: Vec<Due> = world.app.db.reads().all(text, []).await.unwrap();
        assert_eq!(kept.into_iter().map(|due| due.due_at.0).collect::<Vec<_>>(), half_hours);
        world
    });
}
