//! The search for people: by the beginnings of words, within bounds, by the index, and with no
//! name in any address.

mod by_exact_name;

use app::{
    doors,
    error::{Error, Result},
    ids::Fresh,
    migrations::{migrate, migrate_by},
    people::{
        NameKind, NewName, NewPerson, NewPhone, SafeFor, Span,
        rows::{Giver, PeopleRows},
        search::{Asked, MOST, SearchPeople},
    },
};
use platform::db::{Db, Runs, sea_orm::ConnectionTrait};
use practice::identifiers::Scheme;
use tempfile::TempDir;

use crate::{
    people::{found, kit, reads, sent},
    support::{World, fresh_postgres, on_both},
};

#[test]
fn somebody_is_found_by_the_beginnings_of_any_words_and_their_birth() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let named = NewName {
            kind: NameKind::Birth,
            given: String::new(),
            family: "Ó Briain Nguyễn".into(),
            span: Span::default(),
        };
        let child = NewPerson { names: vec![named], ..kit("Kit", "1 Sample Street", false) };
        let taken = sent(&world, &owen, child).await;
        sent(
            &world,
            &owen,
            NewPerson {
                given: "Kitty".into(),
                family: "Invented-Marsh".into(),
                identifiers: vec![(Scheme::Council, "CH 12-345".into())],
                ..NewPerson::default()
            },
        )
        .await;
        for (typed, count) in [
            ("kit", 2),
            ("ki inv", 2),
            ("rowe KIT", 1),
            ("kit 12 3 2014", 1),
            ("kit 13 3 2014", 0),
            ("12/3/2014", 1),
            // A first name, and a family name from before: together they are his.
            ("kit nguyen", 1),
            ("briain", 1),
            ("riain", 0),
            ("kitty nguyen", 0),
            ("943 476 5919", 1),
            ("9434765918", 0),
            // A council's number is found however it is spaced, and is no name.
            ("CH12345", 1),
            ("ch 12 345", 1),
            ("ch 12", 0),
            (&taken.reference, 1),
            ("22222-22222", 0),
            ("%", 0),
        ] {
            let who = match Asked::readings(typed) {
                Ok(_) => found(&world, &dee, typed).await.len(),
                Err(_) => 0,
            };
            assert_eq!(who, count, "{typed}");
        }
        let (_, body) = reads(&world, "dee@hub.example", "POST", "/people", "q=nguyen").await;
        assert!(body.contains("Also Ó Briain Nguyễn"), "and one reads why");
        let person = found(&world, &dee, "nguyen").await.remove(0);
        for reference in [&person.person, &person.reference] {
            assert_eq!(found(&world, &dee, reference).await.len(), 1, "by reference");
        }
        let nothing = SearchPeople { words: " ".into() };
        let refused = doors::open(&world.app, &dee, nothing).await;
        assert!(matches!(refused, Err(Error::Refusal(_))));
        world
    });
}

#[test]
fn whoever_bears_just_that_name_is_not_lost_behind_those_whose_names_begin_so() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let many = (0..=MOST).map(|n| NewPerson {
            given: format!("Annabel{n}"),
            family: "Aaa".into(),
            ..NewPerson::default()
        });
        let ann = NewPerson { given: "Ann".into(), family: "Zzz".into(), ..NewPerson::default() };
        for person in many.chain([ann]) {
            sent(&world, &owen, person).await;
        }
        let first = found(&world, &dee, "ann").await.remove(0);
        assert_eq!(first.given, "Ann");
        assert_eq!(found(&world, &dee, "ann zz").await.len(), 1);
        world
    });
}

#[test]
fn a_telephone_number_finds_whose_it_is_and_one_that_is_secret_nobody() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let phone = |secret: bool| NewPhone {
            number: "01632 960 177".into(),
            safe_for: SafeFor::Messages,
            secret,
            span: Span::default(),
        };
        let with = |given: &str, secret: bool| NewPerson {
            given: given.into(),
            family: "Invented-Rowe".into(),
            phones: vec![phone(secret)],
            ..NewPerson::default()
        };
        sent(&world, &owen, with("Kit", false)).await;
        for typed in ["01632 960177", "+44 1632 960 177", "(01632) 960-177"] {
            assert_eq!(found(&world, &dee, typed).await.len(), 1, "{typed}");
        }
        for typed in ["01632 960178", "960 177"] {
            assert_eq!(found(&world, &dee, typed).await.len(), 0, "{typed}");
        }
        // Somebody else must keep the same number secret: then it finds neither.
        sent(&world, &owen, with("Bea", true)).await;
        assert_eq!(found(&world, &dee, "01632 960177").await.len(), 0);
        world
    });
}

#[test]
fn no_name_that_is_searched_for_stands_in_an_address() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        sent(&world, &owen, kit("Kit", "1 Sample Street", false)).await;
        let who = "dee@hub.example";
        let (status, body) = reads(&world, who, "GET", "/people?q=Rowe", "").await;
        assert!(status == 200 && !body.contains("Invented-Rowe"), "an address finds nobody");
        let (status, body) = reads(&world, who, "POST", "/people", "q=Rowe").await;
        assert!(status == 200 && body.contains("Kit Invented-Rowe"));
        assert!(!body.contains("q=Rowe") && body.contains("value=\"Rowe\""), "it stays typed");
        let (status, body) = reads(&world, who, "POST", "/people", "q=").await;
        assert!(status == 422 && body.contains("Enter a name"));
        let (status, _) = reads(&world, "owen@marram.example", "POST", "/people", "q=Rowe").await;
        assert_eq!(status, 404, "the search is the hub's alone");
        let mut browser = world.signs_in(who).await;
        let sent = browser.fills("/people", "q=Rowe").await;
        let at = sent.location().to_owned();
        assert!(at.starts_with("/people?for=") && !at.contains("Rowe"), "{at}");
        assert!(browser.get(&at).await.reads("Kit Invented-Rowe"), "one goes back to it");
        let elsewhere = world.signs_in(who).await.get(&at).await;
        assert!(!elsewhere.reads("Invented-Rowe"), "another session can't open it");
        let forged = browser.send_text("/people", "q=Rowe&token=another").await;
        assert_eq!(forged.status.as_u16(), 403, "nor can another page search");
        let person = found(&world, &world.actor(who).await, "Kit").await.remove(0).person;
        let (_, page) = reads(&world, who, "GET", &format!("/people/{person}"), "").await;
        assert!(!page.contains("?q=") && !page.contains("&amp;q="), "no link carries a name");
        world
    });
}

struct Invent(usize);

impl doors::Change for Invent {
    type Made = ();
    const WHAT: &'static str = "test:invent";
    const ACTION: app::access::Action = app::access::Action::AskForSupport;

    async fn make(self, pen: &mut doors::Pen<'_>) -> Result<()> {
        let member = pen.actor.signed_in()?.clone();
        let giver = Giver { agency: member.agency, source: "a test", at: pen.now, by: None };
        let mut rows = PeopleRows::default();
        for n in 0..self.0 {
            let person = NewPerson {
                given: format!("Given{n}"),
                family: format!("Invented{}", n % 700),
                ..NewPerson::default()
            };
            rows.account(&mut Fresh, &pen.app.keys, &giver, &person, None)?;
        }
        rows.insert(pen.tx, &pen.app.keys).await?;
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}

/// How the database finds what a text asks for, where it must not read a whole table if there is
/// another way: PostgreSQL would, in a table as small as a test's.
async fn plan(world: &World, asked: Asked) -> String {
    let (text, values) = asked.query(uuid::Uuid::now_v7(), &world.keys());
    let is_embedded = world.app.db.is_embedded();
    let (explain, column) =
        if is_embedded { ("EXPLAIN QUERY PLAN", "detail") } else { ("EXPLAIN", "QUERY PLAN") };
    let text = format!("{explain} {text}");
    let planned = world.app.db.write(move |tx| {
        Box::pin(async move {
            if !is_embedded {
                tx.run("SET LOCAL enable_seqscan = off", []).await?;
            }
            let statement = tx.statement(&text, values);
            let rows = tx.connection().query_all_raw(statement).await?;
            let lines = rows.iter().map(|row| row.try_get::<String>("", column));
            Ok::<_, Error>(lines.collect::<std::result::Result<Vec<_>, _>>()?)
        })
    });
    planned.await.unwrap().join("\n")
}

#[test]
fn a_search_goes_by_the_index_and_shows_so_many() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        doors::record(&world.app, &owen, Invent(4000)).await.unwrap();
        world.tamper("ANALYZE").await;
        let words = "account_name_word";
        for (typed, by) in [
            ("invented13 given", words),
            ("given77 12 3 2014", words),
            ("9434765919", "account_identifier"),
            ("CH12345", "account_identifier"),
            ("12 3 2014", "account_"),
        ] {
            let mut plans = Vec::new();
            for asked in Asked::readings(typed).unwrap() {
                plans.push(plan(&world, asked).await);
            }
            for plan in &plans {
                let whole = ["Seq Scan on", "SCAN "].iter().any(|scan| plan.contains(scan));
                assert!(!whole, "“{typed}” reads a whole table:\n{plan}");
            }
            assert!(plans.iter().any(|plan| plan.contains(by)), "{plans:?}");
        }
        let look = SearchPeople { words: "invented".into() };
        let all = doors::open(&world.app, &dee, look).await.unwrap();
        assert_eq!((all.accounts.len(), all.more), (MOST, true));
        let (_, body) = reads(&world, "dee@hub.example", "POST", "/people", "q=invented").await;
        assert!(body.contains("More than 50 were found"));
        let look = SearchPeople { words: "invented13 given13".into() };
        let few = doors::open(&world.app, &dee, look).await.unwrap();
        assert!(!few.more && !few.accounts.is_empty());
        world
    });
}

/// A name that was on the record before there was a table of words.
async fn is_taken_up(url: &str) {
    let db = Db::open(url).await.unwrap();
    migrate_by(&db, 1).await.unwrap();
    let by_hand = db.connection().await.unwrap();
    for text in [
        "INSERT INTO agency (id, reference, name, kind) VALUES \
         ('00000000-0000-0000-0000-000000000001', 'a', 'Sample', 'school')",
        "INSERT INTO account (id, reference, agency_id, given_at, source) VALUES \
         ('00000000-0000-0000-0000-000000000002', 'b', '00000000-0000-0000-0000-000000000001', \
          '2026-01-01 00:00:00+00:00', 'a test')",
        "INSERT INTO account_name (id, account_id, given, family, folded, kind) VALUES \
         ('00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000002', \
          'Kit', 'Invented-Rowe', 'invented rowe kit', 'called')",
    ] {
        // The embedded database keeps an id as its bytes.
        let text = if db.is_embedded() {
            text.replace("'00000000-0000-0000-0000-0000000000", "x'000000000000000000000000000000")
        } else {
            text.to_owned()
        };
        by_hand.execute_unprepared(&text).await.unwrap();
    }
    by_hand.close().await.unwrap();
    migrate(&db).await.unwrap();
    let there = |word: &'static str| {
        let db = &db;
        async move {
            #[derive(platform::db::Row)]
            struct Count {
                rows: i64,
            }
            use platform::db::sea_orm;
            let text = "SELECT count(*) AS rows FROM account_name_word WHERE word = $1";
            let count: Option<Count> =
                db.reads().one(text, [word.as_bytes().to_vec().into()]).await.unwrap();
            count.unwrap().rows
        }
    };
    for word in ["invented", "rowe", "kit"] {
        assert_eq!(there(word).await, 1, "{word}");
    }
    db.close().await;
}

#[tokio::test]
async fn names_that_were_there_before_are_found_by_their_words() {
    let folder = TempDir::new().unwrap();
    is_taken_up(&format!("sqlite:{}", folder.path().join("test.sqlite").display())).await;
    match std::env::var("SIGHTLINE_TEST_POSTGRES") {
        Ok(cluster) => is_taken_up(&fresh_postgres(&cluster).await).await,
        Err(_) => eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set"),
    }
}
