//! A backup holds everything, for either database, and is refused unless it is whole.

mod damaged;
mod earlier;
mod nightly;

use std::{fs, os::unix::fs::PermissionsExt};

use app::{
    App, backup,
    doors::{self, Once},
    error::{Error, Result},
    files::{sending::SendFile, store::Enclosed},
    front_door::{
        answers::Answer,
        contacts::{NewAdult, NewContact, Taken, take_in},
        decisions::Decide,
        queue::{Filter, OpenQueue},
        screening::{AddInformation, Claim, HandBack},
    },
    ids::StaffId,
    pathways::{Words, rederive},
    people::{Born, NewAddress, NewPerson, rows::Relationship},
    settings::bank_holidays,
};
use jiff::civil::date;
use platform::{
    clock::Clock,
    db::{Db, Row, Runs, sea_orm},
    seal::Keys,
};
use practice::{
    identifiers::Scheme,
    processes::request_for_support::{Channel, Feedback, Level, Outcome},
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    browser::Browser,
    support::{World, everything, fresh_postgres, monday_morning, on_both},
};

/// Owen is worried about Arlo and a baby who is not born yet, and has a call taken down besides.
struct Worries(&'static str);

impl doors::Change for Worries {
    type Made = Taken;
    const WHAT: &'static str = "test:worries";
    const ACTION: app::access::Action = app::access::Action::AskForSupport;

    async fn make(self, pen: &mut doors::Pen<'_>) -> Result<Taken> {
        let member = pen.actor.signed_in()?;
        let child = |given: &str, born| NewPerson {
            given: given.into(),
            family: "Invented-Ó Briain".into(),
            born,
            identifiers: vec![(Scheme::Nhs, "943 476 5919".into())],
            address: Some(NewAddress {
                lines: "1 Sample Street".into(),
                postcode: "FY1 1AD".into(),
                protected: true,
            }),
            ..NewPerson::default()
        };
        let new = NewContact {
            channel: Channel::Form,
            source: "a test".into(),
            received: pen.now,
            agency: member.agency,
            setting: member.setting,
            requester: Some(member.staff),
            requester_said: None,
            unnamed: None,
            danger: true,
            level: Some(Level::Intensive),
            response: None,
            list_reference: None,
            children: vec![
                child("Arlo", Born::On(date(2017, 5, 4))),
                child("Bea", Born::Expected(Some(date(2027, 1, 9)))),
            ],
            adults: vec![NewAdult {
                person: NewPerson { family: "Invented-Rowe".into(), ..NewPerson::default() },
                relationship: Relationship {
                    what: "mother".into(),
                    responsibility: Some("yes".into()),
                },
                lives_with_them: true,
            }],
            words: Words::from([("worry".into(), self.0.into())]),
        };
        take_in(pen, new).await
    }
}

/// What people do in a morning: requests, a claim, a decision, an answer, looks, a new list of
/// bank holidays that moves the open clocks.
async fn a_morning(world: &World) {
    let app = &world.app;
    let owen = world.actor("owen@marram.example").await;
    let dee = world.actor("dee@hub.example").await;
    let key = Some(Once { key: "a form".into(), said: b"a worry".into(), alike: None });
    let taken = doors::record_once(app, &owen, key, Worries("Hungry; “tired” 😴")).await.unwrap();
    doors::record(app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
    doors::record(app, &dee, HandBack { contact: taken.reference.clone() }).await.unwrap();
    let decide = Decide {
        made: None,
        pathway: taken.pathways[0].clone(),
        revision: 3,
        level: Level::UniversalPlus,
        outcome: Outcome::PartnerEarlyHelp,
        risk: "Hungry on most days".into(),
        strengths: "Warm with the class".into(),
        voice: "Says there is no tea at home".into(),
        reasons: "The family needs more than school can give".into(),
    };
    doors::record(app, &dee, decide).await.unwrap();
    let answer = Answer {
        made: None,
        pathway: taken.pathways[0].clone(),
        revision: 4,
        feedback: Feedback::Full,
        reason: "A family worker will visit this week".into(),
        contact_person: String::new(),
        meanwhile: String::new(),
        names_checked: false,
        ground: crate::front_door::usual_ground(),
    };
    doors::record(app, &dee, answer).await.unwrap();
    let more = AddInformation {
        contact: taken.reference.clone(),
        said: "A new bruise".into(),
        danger: false,
        said_at: None,
    };
    doors::record(app, &owen, more).await.unwrap();
    for words in ["Dear Owen,\n", "Dear Dee,\n"] {
        let letter = uploads::take(words.as_bytes(), &uploads::Limits::default()).unwrap();
        let letter = SendFile {
            contact: taken.reference.clone(),
            said: "A letter".into(),
            danger: false,
            file: Enclosed::of(&app.keys, &letter, "letter.txt").unwrap(),
        };
        doors::record(app, &owen, letter).await.unwrap();
    }
    doors::open(app, &dee, OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() })
        .await
        .unwrap();
    for n in 0..60 {
        let worry = if n % 2 == 0 { "One more" } else { "And another" };
        doors::record(app, &owen, Worries(worry)).await.unwrap();
    }
    let shipped = include_str!("../../../practice/data/bank-holidays.csv");
    bank_holidays::load(app, format!("{shipped}2026-11-03,An invented holiday\n")).await.unwrap();
}

#[derive(Row)]
struct Rows {
    rows: i64,
}

async fn proved(db: &Db, keys: Keys) {
    let app = App::over(db.clone(), Clock::system(), keys, String::new()).await.unwrap();
    let report = rederive::check(&app).await.unwrap();
    assert!(report.pathways > 120 && report.differences.is_empty(), "{:?}", report.differences);
}

/// An empty database of each kind that there is.
async fn empty_ones(folder: &TempDir) -> Vec<Db> {
    let lite = folder.path().join(format!("restored-{}.sqlite", uuid::Uuid::now_v7()));
    let mut dbs = vec![Db::open(&format!("sqlite:{}", lite.display())).await.unwrap()];
    if let Ok(cluster) = std::env::var("SIGHTLINE_TEST_POSTGRES") {
        dbs.push(Db::open(&fresh_postgres(&cluster).await).await.unwrap());
    }
    dbs
}

#[test]
fn a_backup_restores_every_row_into_either_database() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let keys = || world.wrapping();
        a_morning(&world).await;
        let file = folder.path().join("backup");
        let counts =
            backup::back_up(&world.app.db, &keys(), &world.app.clock, &file).await.unwrap();
        let before = everything(&world.app.db).await;
        assert_eq!(counts.len(), before.len());
        for (table, rows) in &before {
            assert_eq!(counts[table], rows.len() as u64, "{table}");
        }
        for wanted in ["clock_before", "once", "notice", "household_member", "account_address"] {
            assert!(counts[wanted] > 0, "the morning fills {wanted}");
        }
        for db in empty_ones(&folder).await {
            let restored = backup::restore(&db, &keys(), &file, monday_morning()).await.unwrap();
            assert_eq!(restored, counts);
            for (was, is) in before.iter().zip(everything(&db).await) {
                // That it was restored stands in the new one alone.
                if was.0 == "restored" {
                    continue;
                }
                assert_eq!(was.0, is.0);
                assert!(*was == is, "the rows of {} differ", is.0);
            }
            proved(&db, world.keys()).await;
            let again = backup::restore(&db, &keys(), &file, monday_morning()).await;
            assert!(matches!(again, Err(Error::Refusal(_))), "it is not empty: {again:?}");
        }
        world
    });
}

/// More staff than are written at once, the first of them confirmed by the last.
#[test]
fn whoever_was_confirmed_by_somebody_who_came_later_is_restored() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        for n in 0..250_u128 {
            let id = StaffId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n));
            let insert = "INSERT INTO staff (id, reference, agency_id, name, email, job, joined_on) \
                SELECT $1, $2, agency_id, $2, $2, job, joined_on FROM staff \
                WHERE email = 'dee@hub.example'";
            let values = [id.into(), format!("many-{n}@hub.example").into()];
            let write = world.app.db.write(move |tx| {
                Box::pin(async move { Ok::<_, Error>(tx.run(insert, values).await?) })
            });
            write.await.unwrap();
        }
        let by = "UPDATE staff SET confirmed_by = (SELECT id FROM staff ORDER BY id DESC LIMIT 1)";
        world.tamper(by).await;
        world.tamper("UPDATE staff SET manager_id = confirmed_by").await;
        let file = folder.path().join("backup");
        backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await.unwrap();
        let before = everything(&world.app.db).await;
        for db in empty_ones(&folder).await {
            backup::restore(&db, &world.wrapping(), &file, monday_morning()).await.unwrap();
            let after = everything(&db).await;
            let [before, after] =
                [&before, &after].map(|all| all.iter().find(|table| table.0 == "staff").unwrap());
            assert!(before.1.len() > 250 && before == after);
        }
        world
    });
}

#[test]
fn a_backup_is_whole_and_sealed_or_refused() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let owen = world.actor("owen@marram.example").await;
        doors::record(&world.app, &owen, Worries("Hungry")).await.unwrap();
        let (keys, file) = (world.wrapping(), folder.path().join("backup"));
        let clock = &world.app.clock;
        backup::back_up(&world.app.db, &keys, clock, &file).await.unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        let whole = fs::read(&file).unwrap();
        assert!(!whole.windows(5).any(|w| w == b"Briai" || w == b"agenc"), "it lies readable");
        let again = backup::back_up(&world.app.db, &keys, clock, &file).await;
        assert!(matches!(again, Err(Error::Refusal(_))), "it is never written over: {again:?}");

        let empty = empty_ones(&folder).await.remove(0);
        let other =
            backup::restore(&empty, &Keys::random().unwrap(), &file, monday_morning()).await;
        assert!(other.unwrap_err().to_string().contains("another key"));
        let mut altered = whole.clone();
        let middle = whole.len() / 2;
        altered[middle] ^= 1;
        let later = String::from_utf8_lossy(&whole[..60]).contains("2026-11-02");
        assert!(later, "the header tells when");
        let mut dated = whole.clone();
        let at = whole.windows(10).position(|w| w == b"2026-11-02").unwrap();
        dated[at + 3] = b'7';
        for wrong in [&whole[..middle], &whole[..whole.len() - 1], &altered, &dated, b"a letter\n"]
        {
            fs::write(&file, wrong).unwrap();
            let refused = backup::restore(&empty, &keys, &file, monday_morning()).await;
            assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");
        }
        let left = empty.reads().one::<Rows>("SELECT count(*) AS rows FROM agency", []).await;
        assert!(left.is_err() || left.unwrap().unwrap().rows == 0, "no row is left");
        fs::write(&file, &whole).unwrap();
        backup::restore(&empty, &keys, &file, monday_morning()).await.unwrap();
        world
    });
}

#[test]
fn a_backup_is_of_one_moment_while_others_write() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let owen = world.actor("owen@marram.example").await;
        for _ in 0..20 {
            doors::record(&world.app, &owen, Worries("Hungry")).await.unwrap();
        }
        let file = folder.path().join("backup");
        let keys = world.wrapping();
        let writing = async {
            for _ in 0..40 {
                doors::record(&world.app, &owen, Worries("Meanwhile")).await.unwrap();
            }
        };
        let backing_up = backup::back_up(&world.app.db, &keys, &world.app.clock, &file);
        let (taken, ()) = tokio::join!(backing_up, writing);
        taken.unwrap();
        for db in empty_ones(&folder).await {
            backup::restore(&db, &keys, &file, monday_morning()).await.unwrap();
            let app = App::over(db, Clock::system(), world.keys(), String::new()).await.unwrap();
            let report = rederive::check(&app).await.unwrap();
            assert_eq!(report.differences, Vec::<String>::new());
        }
        world
    });
}

#[test]
fn a_backup_carries_nobody_who_is_signed_in_and_a_restore_signs_everybody_out() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let mut dee = world.signs_in("dee@hub.example").await;
        assert_eq!(dee.get("/hub").await.status.as_u16(), 200, "signed in");
        assert_eq!(world.count("session").await, 1);
        let file = folder.path().join("backup");
        let counts = backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file)
            .await
            .unwrap();
        assert_eq!(counts["session"], 0);
        for db in empty_ones(&folder).await {
            backup::restore(&db, &world.wrapping(), &file, monday_morning()).await.unwrap();
            let clock = world.app.clock.clone();
            let address = world.app.address.to_string();
            let restored = App::over(db, clock, world.keys(), address).await.unwrap();
            let mut again = Browser::of(&restored);
            again.cookie.clone_from(&dee.cookie);
            let page = again.get("/hub").await;
            assert_ne!(page.status.as_u16(), 200, "the same cookie opens nothing");
        }
        world
    });
}
