//! The invented families: that their rows follow from their histories like any others, are the
//! same each time, say that they are invented, and come as often as the published rates.

use app::{
    demo::{self, INVENTED, Size},
    doors,
    error::Error,
    front_door::{
        queue::{Filter, OpenQueue},
        reading::OpenContact,
    },
    measures::OpenFigures,
};
use platform::db::{Row, Runs, sea_orm};

use crate::support::{World, on_both};

async fn count(world: &World, of: &str) -> i64 {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = format!("SELECT count(*) AS rows FROM {of}");
    let counted: Option<Count> = world.app.db.reads().one(&text, []).await.unwrap();
    counted.unwrap().rows
}

async fn grown(world: &World, size: Size) -> demo::Made {
    demo::grow(&world.app, size, false).await.unwrap()
}

/// The proof of the derived rows stands at the end of every story.
#[test]
fn every_derived_row_of_the_demo_follows_from_its_history() {
    on_both(async |world| {
        let made = grown(&world, Size::Families(60)).await;
        assert_eq!(made.families, 60);
        assert_eq!(count(&world, "person").await, i64::try_from(made.people).unwrap());
        assert!(count(&world, "pathway").await > 80);
        let entries = count(&world, "journal").await;
        assert_eq!(
            count(&world, &format!("journal WHERE seq BETWEEN 1 AND {entries}")).await,
            entries
        );
        assert_eq!(count(&world, &format!("journal_head WHERE seq = {entries}")).await, 1);
        world
    });
}

#[test]
fn whoever_and_whatever_the_demo_tells_of_says_that_it_is_invented() {
    on_both(async |world| {
        grown(&world, Size::Families(60)).await;
        for table in ["account", "contact"] {
            assert!(count(&world, table).await > 60);
            assert_eq!(count(&world, &format!("{table} WHERE source <> '{INVENTED}'")).await, 0);
        }
        // RFC 2606 keeps the domain, and Ofcom the numbers, for examples.
        assert!(count(&world, "staff").await > 50);
        assert_eq!(count(&world, "staff WHERE email NOT LIKE '%.example'").await, 0);
        assert_eq!(count(&world, "staff WHERE phone NOT LIKE '01632 960%'").await, 0);
        world
    });
}

#[test]
fn nobody_is_written_to_about_the_invented_past() {
    on_both(async |world| {
        grown(&world, Size::Families(60)).await;
        assert!(count(&world, "outbox").await > 5, "what is open now is watched");
        assert_eq!(count(&world, "outbox WHERE kind <> 'rung'").await, 0);
        assert_eq!(count(&world, "outbox WHERE due_at <= asked_at").await, 0);
        world
    });
}

/// Every table of which a row might differ, and what in it can't: ciphertext has a nonce.
const ALIKE: [(&str, &str); 19] = [
    ("agency", "reference, name"),
    ("staff", "id, reference, name, email"),
    ("journal", "entry"),
    ("journal_content", "salt"),
    ("person", "id, reference"),
    ("account", "id, agency_id, given_at, born_on, born_said, expected_on, sex, setting_said"),
    ("account_link", "id, account_id, person_id, linked_at"),
    ("account_name", "id, account_id, given, family"),
    ("account_name_word", "word, name_id, account_id"),
    ("account_address", "id, account_id, protected_since, until_on"),
    ("account_phone", "id, account_id, safe_for, protected_since"),
    ("account_ethnicity", "id, account_id"),
    ("account_identifier", "id, said, normal"),
    ("relationship", "id, of_account, to_account, said, responsibility"),
    ("household_member", "household_id, account_id"),
    ("contact", "id, reference, received_at, requested_by, requester_said"),
    ("pathway", "id, reference, account_id, contact_id, revision, stage, since, holder_id"),
    ("clock", "pathway_id, code, started_by, breach_at, state, ended_at"),
    ("screening", "pathway_id, level_asked, level, outcome, decided_at"),
];

#[test]
fn the_demo_is_the_same_each_time() {
    on_both(async |world| {
        let another = World::another().await;
        grown(&world, Size::Families(30)).await;
        grown(&another, Size::Families(30)).await;
        for (table, columns) in ALIKE {
            let (one, other) =
                (rows(&world, table, columns).await, rows(&another, table, columns).await);
            assert!(!one.is_empty(), "{table}");
            assert!(one == other, "{table} differs");
        }
        world
    });
}

/// The rows of a table as texts, but for the setting up, whose commitment has a salt by chance.
async fn rows(world: &World, table: &str, columns: &str) -> Vec<String> {
    let setting_up = if table.starts_with("journal") { "WHERE seq > 1" } else { "" };
    let text = format!("SELECT {columns} FROM {table} {setting_up}");
    let db = world.app.db.reads();
    let statement = db.statement(&text, []);
    let found = sea_orm::ConnectionTrait::query_all_raw(db.connection(), statement).await.unwrap();
    let mut rows: Vec<_> = found.iter().map(|row| as_text(row, columns)).collect();
    rows.sort_unstable();
    rows
}

fn as_text(row: &sea_orm::QueryResult, columns: &str) -> String {
    let one = |column: &str| {
        let text = row.try_get::<Option<String>>("", column).map(|v| format!("{v:?}"));
        let uuid = || row.try_get::<Option<uuid::Uuid>>("", column).map(|v| format!("{v:?}"));
        let whole = || row.try_get::<Option<i64>>("", column).map(|v| format!("{v:?}"));
        let small = || row.try_get::<Option<i32>>("", column).map(|v| format!("{v:?}"));
        let bytes = || row.try_get::<Option<Vec<u8>>>("", column).map(|v| format!("{v:?}"));
        let day = || row.try_get::<Option<platform::db::On>>("", column).map(|v| format!("{v:?}"));
        let at = || row.try_get::<Option<platform::db::At>>("", column).map(|v| format!("{v:?}"));
        if column.ends_with("_at") || column.ends_with("since") {
            return at().unwrap();
        }
        if column.ends_with("_on") {
            return day().unwrap();
        }
        if column == "id" || ["_id", "_by", "_account"].iter().any(|end| column.ends_with(end)) {
            return uuid().or_else(|_| whole()).unwrap();
        }
        text.or_else(|_| whole()).or_else(|_| small()).or_else(|_| bytes()).unwrap()
    };
    columns.split(", ").map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_demo_has_as_many_people_as_are_wanted_and_at_most_a_family_more() {
    on_both(async |world| {
        for wanted in [100, 300] {
            let made = grown(&world, Size::People(wanted)).await;
            assert!((wanted..wanted + 12).contains(&made.people), "{made:?}");
            assert_eq!(count(&world, "person").await, i64::try_from(made.people).unwrap());
            assert_eq!(grown(&world, Size::People(wanted)).await, made, "nothing is made twice");
        }
        world
    });
}

#[test]
fn the_demo_adds_nobody_to_people_whom_it_did_not_invent() {
    on_both(async |world| {
        grown(&world, Size::Families(20)).await;
        world.tamper("UPDATE account SET source = 'telephone' WHERE sex IS NULL").await;
        let refused = demo::grow(&world.app, Size::Families(30), false).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");
        world
    });
}

#[test]
fn the_hub_has_an_ordinary_morning_of_open_work() {
    on_both(async |world| {
        grown(&world, demo::USUAL).await;
        let dee = world.actor("dee@hub.example").await;
        let queue = doors::open(
            &world.app,
            &dee,
            OpenQueue { filter: Filter::Open, page: 1, ..OpenQueue::default() },
        );
        let waiting = queue.await.unwrap().waiting;
        assert!((15..=25).contains(&waiting.len()), "{}", waiting.len());
        let stages = |stage: &str| waiting.iter().filter(|w| w.stage == stage).count();
        assert!(stages("Waiting to be screened") >= 5);
        assert!(stages("Being screened") >= 4);
        assert!(stages("Waiting for a manager’s signature") >= 1);
        assert!(stages("Decided, answer due") >= 1);
        let now = world.app.clock.now();
        assert!(waiting.iter().any(|w| w.danger));
        assert!(waiting.iter().any(|w| w.breach_at.is_some_and(|at| at.0 < now)), "one is overdue");

        for player in ["owen@marram.example", "tamsin@marram.example", "halima@health.example"] {
            let actor = world.actor(player).await;
            let own = doors::open(&world.app, &actor, app::front_door::reading::OwnRequests);
            let mut siblings = 0;
            for request in own.await.unwrap() {
                let look = OpenContact { reference: request.contact };
                let seen = doors::open(&world.app, &actor, look).await.unwrap();
                let answered =
                    |c: &app::front_door::reading::ChildSeen| c.pathway.ended_at.is_some();
                if seen.children.iter().all(answered) {
                    siblings = siblings.max(seen.children.len());
                }
            }
            assert!(siblings >= 3, "{player} has no answer about three siblings");
        }
        world
    });
}

#[test]
fn there_is_something_of_everything_to_do_at_any_hour() {
    on_both(async |world| {
        for now in ["2026-10-31T03:10:00Z", "2026-04-06T12:00:00Z", "2026-07-03T16:45:00Z"] {
            let another = World::another().await;
            another.it_is(now);
            grown(&another, Size::Families(20)).await;
            let at_stage = async |stage: &str| {
                count(&another, &format!("pathway WHERE stage = '{stage}'")).await
            };
            assert!(at_stage("Waiting to be screened").await >= 8, "{now}");
            assert!(at_stage("Being screened").await >= 5, "{now}");
            assert_eq!(at_stage("Waiting for a manager’s signature").await, 1, "{now}");
            assert_eq!(at_stage("Decided, answer due").await, 1, "{now}");
            let overdue = format!("clock WHERE state = 'running' AND breach_at < '{now}'");
            assert!(count(&another, &overdue).await >= 1, "{now}");
            assert_eq!(count(&another, &format!("event WHERE at > '{now}'")).await, 0, "{now}");
        }
        world
    });
}

#[test]
fn the_figures_are_as_the_published_rates_say() {
    on_both(async |world| {
        grown(&world, demo::USUAL).await;
        let marguerite = world.actor("marguerite@hub.example").await;
        let figures = doors::open(&world.app, &marguerite, OpenFigures).await.unwrap();
        assert!(figures.contacts > 180, "{figures:?}");
        let in_time = figures.duties["REF-1WD"].per_cent().unwrap();
        assert!((83..=92).contains(&in_time), "{figures:?}");
        let conversion = figures.referrals * 100 / figures.children;
        assert!((19..=31).contains(&conversion), "{figures:?}");
        let enquiries = count(&world, "screening WHERE outcome = 'strategy-discussion'").await;
        let referrals = count(
            &world,
            "screening WHERE outcome IN ('strategy-discussion', \
             'assessment', 'specialist-assessment', 'immediate-protection')",
        )
        .await;
        assert!((26..=46).contains(&(enquiries * 100 / referrals)), "{enquiries} of {referrals}");
        world
    });
}
