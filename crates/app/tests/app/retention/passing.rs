//! What is no record passes in its time and not before; what says who did what, and what somebody works with
//! still, stays.

use std::collections::BTreeMap;

use app::{
    access::first_sign_in,
    doors::Once,
    questionnaires::drafts::{Begin, Discard},
    retention::passing::{self, CLASSES},
};

use super::*;
use crate::walk::known;

const SUNIL: &str = "sunil@hub.example";
const OWEN: &str = "owen@marram.example";

/// What passes on a day, by name.
async fn passes(world: &World, moment: &str) -> BTreeMap<String, u64> {
    world.it_is(moment);
    passing::turn(&world.app).await.unwrap()
}

/// What passes on a day is that and nothing else.
async fn passes_alone(world: &World, moment: &str, wanted: &[(&str, u64)]) {
    let wanted: BTreeMap<_, _> = wanted.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect();
    assert_eq!(passes(world, moment).await, wanted, "{moment}");
}

async fn begun(world: &World, form: &str) -> String {
    let once = Some(Once { key: form.to_owned(), said: form.into(), alike: None });
    doors::record_once(&world.app, &world.actor(OWEN).await, once, Begin).await.unwrap()
}

async fn a_morning(world: &World) {
    let known = known(world, false).await;
    for letter in ["done", "given up"] {
        let text = format!(
            "UPDATE outbox SET ended_at = asked_at, state = '{letter}' WHERE id IN \
             (SELECT id FROM outbox WHERE state = 'waiting' ORDER BY id LIMIT 1)"
        );
        world.tamper(&text).await;
    }
    // Dee signs in twice, and has a code.
    let mut dee = world.signs_in(DEE).await;
    assert_eq!(dee.get("/hub").await.status, StatusCode::OK);
    world.it_is("2026-11-02T10:10:00Z");
    world.signs_in(DEE).await;
    let (staff, now) = (world.actor(DEE).await.staff().unwrap(), world.app.clock.now());
    let code = world.app.db.write(move |tx| {
        Box::pin(
            async move { first_sign_in::make(tx, staff, b"a code".to_vec(), staff.0, now).await },
        )
    });
    code.await.unwrap();
    // Owen begins three requests, and throws one away; another is about a child.
    begun(world, "left").await;
    let (thrown, about) = (begun(world, "thrown").await, begun(world, "about").await);
    let discard = Discard { draft: thrown, revision: 1 };
    doors::record(&world.app, &world.actor(OWEN).await, discard).await.unwrap();
    let text = format!(
        "INSERT INTO response_account (response_id, account_id) \
         SELECT r.id, a.id FROM response r, account a \
         WHERE r.reference = '{about}' AND a.reference = '{}'",
        known.account
    );
    world.tamper(&text).await;
    // Sunil leaves, who declared whom he knows and where he lives; so does Marguerite, who stays.
    for email in [SUNIL, MARGUERITE] {
        world.declares(email, "Invented-Frost").await;
        let place = if world.app.db.is_embedded() { "x'01'" } else { "'\\x01'::bytea" };
        let home = format!(
            "INSERT INTO staff_home (staff_id, place, said_at) \
             SELECT id, {place}, '2026-11-02 10:00:00+00:00' FROM staff WHERE email = '{email}'"
        );
        world.tamper(&home).await;
    }
    world.tamper(&format!("UPDATE staff SET left_on = '2026-11-03' WHERE email = '{SUNIL}'")).await;
}

#[test]
fn what_is_no_record_passes_in_its_time_and_who_did_what_stays_told() {
    on_both(async |world| {
        a_morning(&world).await;
        let entries = world.count("journal").await;
        let contents = world.count("journal_content").await;
        let (words, declared) =
            (world.count("declared_name").await, world.count("declaration").await);
        assert!(words > 0 && words % 2 == 0 && declared == 2);
        passes_alone(&world, "2026-12-01T10:00:00Z", &[]).await;
        assert_eq!(world.count("journal").await, entries, "nothing passed, and nothing is said");
        passes_alone(&world, "2026-12-03T10:00:00Z", &[("drafts that were thrown away", 1)]).await;
        let quarter = [
            ("sessions", 1),
            ("sign-in codes", 1),
            ("forms that were taken", 3),
            ("letters and reminders that are done", 1),
        ];
        passes_alone(&world, "2027-01-31T12:00:00Z", &quarter).await;
        passes_alone(&world, "2027-02-03T00:00:00Z", &[("where leavers live", 1)]).await;
        let left = [("drafts that nobody came back to", 1)];
        passes_alone(&world, "2027-11-03T00:00:00Z", &left).await;
        assert_eq!(world.count("response WHERE completed_at IS NULL").await, 1, "of a child");
        passes_alone(&world, "2032-11-01T00:00:00Z", &[]).await;
        let of_sunil = [
            ("names that leavers declared", u64::try_from(words / 2).unwrap()),
            ("declarations of leavers", 1),
        ];
        passes_alone(&world, "2032-11-05T00:00:00Z", &of_sunil).await;
        passes_alone(&world, "2060-11-05T00:00:00Z", &[]).await;

        for (table, stay) in [
            ("session", 1),
            ("declaration", 1),
            ("staff_home", 1),
            ("outbox WHERE state = 'given up'", 1),
        ] {
            assert_eq!(world.count(table).await, stay, "{table}");
        }
        assert!(world.count("journal").await > entries);
        assert!(world.count("journal_content").await >= contents, "what was said in it as well");
        assert!(verify(&world.app.db, None, true).await.unwrap().is_sound());
        world
    });
}

#[test]
fn each_class_of_what_passes_has_a_name_and_a_time_and_the_guide_says_so() {
    let guide = include_str!("../../../../../docs/operating.md");
    assert!(CLASSES.len() > 9);
    for class in CLASSES {
        let row = format!("| {} | {} |", class.what, class.days);
        assert!(guide.to_lowercase().contains(&row), "{row}");
    }
}
