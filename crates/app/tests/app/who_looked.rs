//! Each child's page shows who looked, to a hub manager: from the journal, without a gap, and nothing of it
//! to whoever must not see the child (threat model T1).

use app::{doors, front_door::reading::OpenContact, who_looked::folding::fold};
use axum::http::StatusCode;
use platform::db::{Row, Runs, sea_orm};
use practice::roles::Role;

use crate::{
    kept_away::keep,
    restricted::restrict_to,
    support::{World, on_both},
    walk::{Known, known},
};

const DEE: &str = "dee@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";
const SECOND: &str = "second@hub.example";
const HALIMA: &str = "halima@health.example";

fn page_of(known: &Known) -> String {
    format!("/people/{}/who-looked", known.person)
}

/// The rows of the page as a reader has them, but for the reader's own.
pub async fn rows(world: &World, known: &Known) -> Vec<String> {
    let page = world.signs_in(MARGUERITE).await.get(&page_of(known)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let plain = |row: &str| {
        let parts = row.split('<').filter_map(|part| part.split_once('>')).map(|(_, said)| said);
        parts.map(str::trim).filter(|said| !said.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let rows = page.text.split("<tr").skip(1).map(|row| plain(&format!("<tr{row}")));
    rows.filter(|row| !row.contains("Marguerite") && !row.starts_with("Day")).collect()
}

#[derive(Debug, PartialEq, Eq, Row)]
struct Stored {
    subject: uuid::Uuid,
    sort: String,
    looks: i64,
}

async fn stored(world: &World) -> Vec<Stored> {
    let text = "SELECT subject, sort, sum(looks) AS looks FROM look_of_day \
        GROUP BY subject, sort ORDER BY subject, sort";
    let text = text.replace("sum(looks)", "CAST(sum(looks) AS bigint)");
    world.app.db.reads().all(&text, []).await.unwrap()
}

#[test]
fn a_hub_manager_reads_who_looked_at_a_child_how_and_how_often() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        for _ in 0..3 {
            dee.get(&format!("/people/{}", known.person)).await;
        }
        dee.fills(&format!("/contacts/{}/protected", known.contact), crate::walk::VISIT).await;
        let glass = crate::break_glass::tries(&world, HALIMA, &known).await;
        assert_eq!(glass.status, StatusCode::SEE_OTHER, "{}", glass.text);
        world.signs_in(HALIMA).await.get(glass.location()).await;
        // What is not folded yet is there at once, and folding changes nothing.
        let before = rows(&world, &known).await;
        let has = |who: &str, what: &str, often: &str| {
            let is_it =
                |row: &&String| row.contains(who) && row.contains(what) && row.contains(often);
            assert!(before.iter().any(|row| is_it(&row)), "{who} {what}: {before:#?}");
        };
        has("Dee", "Opened it", "3 times, 10am to 10am");
        has("Dee", "Saw what is protected", "Once, at 10am");
        has("Halima", "Opened it in an emergency", "");
        has("Owen", "Changed or added something", "");
        has("Dee", "Opened it", "The hub reads every contact that reached it");
        has("Halima", "Opened it in an emergency", "breaks glass");
        fold(&world.app.db).await.unwrap();
        assert_eq!(rows(&world, &known).await, before);
        // Nor does folding it again, or anew.
        fold(&world.app.db).await.unwrap();
        let folded = stored(&world).await;
        fold(&world.app.db).await.unwrap();
        assert_eq!(stored(&world).await, folded);
        world.tamper("DELETE FROM look_of_day").await;
        world.tamper("UPDATE look_folded SET seq = 0").await;
        fold(&world.app.db).await.unwrap();
        assert_eq!(stored(&world).await, folded);
        assert_eq!(rows(&world, &known).await, before);
        world
    });
}

/// Two processes fold at once: nothing is counted twice.
#[test]
fn what_two_processes_fold_is_counted_once() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let dee = world.actor(DEE).await;
        for _ in 0..5 {
            let look = OpenContact { reference: known.contact.clone() };
            doors::open(&world.app, &dee, look).await.unwrap();
        }
        let other = world.another_process().await;
        let (one, two) = tokio::join!(fold(&world.app.db), fold(&other.db));
        one.unwrap();
        two.unwrap();
        let at_once = stored(&world).await;
        let looks = at_once.iter().filter(|one| one.sort == "opened").map(|one| one.looks);
        assert!(looks.max() >= Some(5), "{at_once:?}");
        world.tamper("DELETE FROM look_of_day").await;
        world.tamper("UPDATE look_folded SET seq = 0").await;
        fold(&world.app.db).await.unwrap();
        assert_eq!(stored(&world).await, at_once);
        world
    });
}

#[test]
fn nobody_else_reads_who_looked_nor_whoever_must_not_see_the_child() {
    on_both(async |world| {
        let known = known(&world, false).await;
        for who in [DEE, "owen@marram.example", HALIMA] {
            let page = world.signs_in(who).await.get(&page_of(&known)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{who}");
        }
        assert!(
            world
                .signs_in(MARGUERITE)
                .await
                .get(&format!("/people/{}", known.person))
                .await
                .reads("Who looked at this")
        );
        world.joins(SECOND, MARGUERITE, Role::HubManager).await;
        assert_eq!(world.signs_in(SECOND).await.get(&page_of(&known)).await.status, StatusCode::OK);
        keep(&world, &known, SECOND, None).await.unwrap();
        let page = world.signs_in(SECOND).await.get(&page_of(&known)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "they are kept away");
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        let third = "third@hub.example";
        world.joins(third, MARGUERITE, Role::HubManager).await;
        let page = world.signs_in(third).await.get(&page_of(&known)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "they are not named");
        world
    });
}
