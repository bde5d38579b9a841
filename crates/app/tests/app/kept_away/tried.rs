//! What whoever is kept away tried is written down each time, stands on the hub’s page of who is kept away,
//! and nowhere for whoever it was (threat model V2).

use app::{
    doors,
    people::{keeping_away::OpenKeptAway, tried},
    who_looked::folding::fold,
};
use axum::http::StatusCode;
use practice::calendar::Day;

use super::{keep, written};
use crate::{
    break_glass,
    support::{World, on_both},
    walk::{Known, known, lists},
};

const SUNIL: &str = "sunil@hub.example";
const HALIMA: &str = "halima@health.example";

/// What the hub reads of each who is kept away from the child, in the order in which they were.
async fn tries(world: &World, known: &Known) -> Vec<Vec<(Day, usize)>> {
    let look = OpenKeptAway { person: known.person.clone() };
    let dee = world.actor("dee@hub.example").await;
    let seen = doors::open(&world.app, &dee, look).await.unwrap();
    seen.all.into_iter().map(|kept| kept.tried).collect()
}

/// Opens the page, the request, and looks for the reference: three tries.
async fn tries_all(world: &World, who: &str, known: &Known) {
    let mut browser = world.signs_in(who).await;
    for path in [format!("/people/{}", known.person), format!("/contacts/{}", known.contact)] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let found = browser.searches(&format!("q={}", known.person.to_uppercase())).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(!found.reads("Invented-Marsh"), "{}", found.text);
}

#[test]
fn v2_what_whoever_is_kept_away_tries_the_hub_reads_day_by_day_and_nothing_else_counts() {
    on_both(async |world| {
        let known = known(&world, false).await;
        // Before they were kept away they saw it, and what somebody else sees is no try.
        let mut sunil = world.signs_in(SUNIL).await;
        assert_eq!(sunil.get(&format!("/people/{}", known.person)).await.status, StatusCode::OK);
        keep(&world, &known, SUNIL, None).await.unwrap();
        keep(&world, &known, HALIMA, None).await.unwrap();
        let none: [Vec<(Day, usize)>; 2] = [Vec::new(), Vec::new()];
        assert_eq!(tries(&world, &known).await, none);
        let page = format!("/people/{}/kept-away", known.person);
        let mut dee = world.signs_in("dee@hub.example").await;
        assert!(dee.get(&page).await.reads("Not that is known"));

        tries_all(&world, SUNIL, &known).await;
        sunil.get("/people/22222-22222").await;
        sunil.searches("q=22222-22222").await;
        sunil.searches("q=Unlike").await;
        let glass = break_glass::tries(&world, HALIMA, &known).await;
        assert_eq!(glass.status, StatusCode::NOT_FOUND, "{}", glass.text);
        let first = Day::constant(2026, 11, 2);
        let after = [vec![(first, 3)], vec![(first, 1)]];
        assert_eq!(tries(&world, &known).await, after, "what is not folded yet counts at once");
        fold(&world.app.db).await.unwrap();
        assert_eq!(tries(&world, &known).await, after, "and folding changes nothing");
        assert!(world.count("vain_look").await >= 6, "what found nothing is kept, whatever it was");

        world.it_is("2026-11-03T09:00:00Z");
        tries_all(&world, SUNIL, &known).await;
        let both = vec![(Day::constant(2026, 11, 3), 3), (first, 3)];
        assert_eq!(tries(&world, &known).await[0], both);
        let seen = world.signs_in("dee@hub.example").await.get(&page).await;
        assert!(
            seen.reads("On 3 November 2026, 3 times; on 2 November 2026, 3 times"),
            "{}",
            seen.text
        );
        assert!(seen.reads("On 2 November 2026, once"), "{}", seen.text);
        world
    });
}

/// Whoever tries another child of the request is kept from that one too, and it is the same exclusion.
#[test]
fn v2_a_try_at_a_brother_or_sister_of_the_same_request_counts_and_by_name_over_glass() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let dee = world.actor("dee@hub.example").await;
        let look = app::front_door::reading::OpenContact { reference: known.contact.clone() };
        let seen = doors::open(&world.app, &dee, look).await.unwrap();
        let other = seen.children[1].account.person.clone();
        assert_ne!(other, known.person);
        keep(&world, &known, SUNIL, None).await.unwrap();
        keep(&world, &known, HALIMA, None).await.unwrap();
        let tried = world.signs_in(SUNIL).await.get(&format!("/people/{other}")).await;
        assert_eq!(tried.status, StatusCode::NOT_FOUND);
        let (mut halima, _) = break_glass::with_codes(&world, HALIMA).await;
        let by_name = "reference=&name=Arlo+Invented-Marsh&purpose=missing&reason=She+is+gone+since+this+morning";
        let glass = halima.fills("/break-glass", by_name).await;
        assert_ne!(glass.status, StatusCode::SEE_OTHER, "{}", glass.text);
        let first = Day::constant(2026, 11, 2);
        let counted = tries(&world, &known).await;
        assert_eq!(counted[0], [(first, 1)]);
        assert_eq!(counted[1], [(first, 1)], "{}", glass.text);
        world
    });
}

#[test]
fn v2_whoever_tried_reads_of_it_nowhere() {
    on_both(async |world| {
        let known = known(&world, false).await;
        keep(&world, &known, SUNIL, None).await.unwrap();
        let before = lists(&world, SUNIL).await;
        let entries = written(&world).await.len();
        tries_all(&world, SUNIL, &known).await;
        fold(&world.app.db).await.unwrap();
        let vain = written(&world).await;
        let vain = vain[entries..].iter().filter(|(read, _)| tried::is_vain(read)).count();
        assert_eq!(vain, 3, "each is in the journal once as a try");
        assert_eq!(lists(&world, SUNIL).await, before);
        let page = format!("/people/{}/kept-away", known.person);
        for who in [SUNIL, HALIMA, "owen@marram.example", "jo@unit.example"] {
            let page = world.signs_in(who).await.get(&page).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{who}");
        }
        world
    });
}
