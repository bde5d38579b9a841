//! Break-glass in numbers: exactly for those who review, of what they may; rounded for the board.

use app::{break_glass::figures::OpenGlassFigures, doors, measures::OpenFigures};
use axum::http::StatusCode;

use super::{
    HALIMA,
    reviewed::{INES, PRIYA, officers},
    used_by,
};
use crate::{
    kept_away::keep,
    support::{World, on_both},
    walk::known,
};

const SEFA: &str = "sefa@scrutiny.example";
const REVIEW: &str = "finding=learning&theme=could-ask&words=The+hub+was+open";

async fn used_and_right(world: &World, officer: &str) -> Vec<(String, i64, i64, i64)> {
    let actor = world.actor(officer).await;
    let figures = doors::open(&world.app, &actor, OpenGlassFigures).await.unwrap();
    let of = figures.quarters.into_iter();
    of.map(|((.., agency), uses)| (agency, uses.used, uses.not_needed, uses.in_time)).collect()
}

#[test]
fn what_was_learnt_is_counted_exactly_for_those_who_review_and_rounded_for_the_board() {
    on_both(async |world| {
        officers(&world).await;
        let known = known(&world, false).await;
        let none = doors::open(&world.app, &world.actor(SEFA).await, OpenFigures).await.unwrap();
        assert_eq!(none.glass.expect("a board reads it").quarters.len(), 0);
        let glass = used_by(&world, HALIMA, &known.contact).await;
        let review = format!("/glass-reviews/{glass}");
        let done = world.signs_in(INES).await.fills(&review, REVIEW).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert_eq!(world.count("broken_glass WHERE theme = 'could-ask'").await, 1);
        let read = world.signs_in(PRIYA).await.get(&review).await;
        assert!(read.reads("There was time to ask the hub"), "{}", read.text);

        for officer in [INES, PRIYA] {
            let seen = used_and_right(&world, officer).await;
            let [(_, used, not_needed, in_time)] = seen.as_slice() else { panic!("{seen:?}") };
            assert_eq!((*used, *not_needed, *in_time), (1, 1, 1), "{officer}");
        }
        let page = world.signs_in(PRIYA).await.get("/glass-reviews").await;
        for said in ["October to December 2026", "A child is being treated in an emergency: 1"] {
            assert!(page.reads(said), "{said}: {}", page.text);
        }
        let board = doors::open(&world.app, &world.actor(SEFA).await, OpenFigures).await.unwrap();
        let board = board.glass.unwrap();
        assert_eq!(board.themes["could-ask"], 5);
        assert!(board.quarters.values().all(|uses| uses.used == 5), "{board:?}");
        let page = world.signs_in(SEFA).await.get("/figures").await;
        assert!(page.reads("What we learn"), "{}", page.text);
        assert!(!page.text.contains("Halima") && !page.text.contains(&glass), "{}", page.text);
        // The hub reads figures of its own work.
        let page = world.signs_in("dee@hub.example").await.get("/figures").await;
        assert!(page.reads("The front door") && !page.reads("What we learn"), "{}", page.text);
        world
    });
}

#[test]
fn a_use_over_somebody_hidden_is_in_no_number_of_whoever_must_not_know() {
    on_both(async |world| {
        officers(&world).await;
        world
            .joins("paul@police.example", "petra@police.example", practice::roles::Role::Scrutineer)
            .await;
        let known = known(&world, false).await;
        used_by(&world, HALIMA, &known.contact).await;
        let board = async || {
            let actor = world.actor("paul@police.example").await;
            let figures = doors::open(&world.app, &actor, OpenFigures).await.unwrap();
            figures.glass.unwrap().quarters.len()
        };
        assert_eq!((board().await, used_and_right(&world, PRIYA).await.len()), (1, 1));
        for who in ["paul@police.example", PRIYA] {
            keep(&world, &known, who, None).await.unwrap();
        }
        assert_eq!((board().await, used_and_right(&world, PRIYA).await.len()), (0, 0));
        assert_eq!(used_and_right(&world, INES).await.len(), 1, "for others it counts");
        world
    });
}
