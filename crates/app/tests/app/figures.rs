//! Who counts what: the hub its own work, a scrutineer nothing that points at a child.

use app::{doors, front_door::decisions::Decide, measures::OpenFigures};
use practice::processes::request_for_support::{Level, Outcome};

use crate::{
    front_door::{decision, sent},
    support::on_both,
};

#[test]
fn a_scrutineer_reads_no_number_that_points_at_a_child() {
    on_both(async |world| {
        sent(&world, &world.actor("owen@marram.example").await, false).await;
        let counted = async |email: &str| {
            let actor = world.actor(email).await;
            let figures = doors::open(&world.app, &actor, OpenFigures).await.unwrap();
            let running: Vec<i64> = figures.duties.values().map(|duty| duty.running).collect();
            (figures.contacts, figures.children, figures.referrals, running, figures.rounded)
        };
        for whose_work in ["dee@hub.example", "jo@unit.example"] {
            let (contacts, children, referrals, running, rounded) = counted(whose_work).await;
            assert_eq!((contacts, children, referrals, rounded), (1, 2, 0, false));
            assert!(running.contains(&2), "{running:?}");
        }
        let (contacts, children, referrals, running, rounded) =
            counted("sefa@scrutiny.example").await;
        assert_eq!((contacts, children, referrals, rounded), (5, 5, 0, true));
        assert!(running.iter().all(|count| count % 5 == 0), "{running:?}");
        let page = world.signs_in("sefa@scrutiny.example").await.get("/figures").await;
        assert!(page.reads("rounded to the nearest 5"), "{}", page.text);
        let page = world.signs_in("dee@hub.example").await.get("/figures").await;
        assert!(!page.reads("rounded"), "{}", page.text);
        world
    });
}

/// What was done on paper in time counts so; but a board must see how much of its figure was written
/// down only when it was too late.
#[test]
fn what_was_recorded_after_its_limit_is_counted_apart() {
    on_both(async |world| {
        let taken = sent(&world, &world.actor("owen@marram.example").await, false).await;
        world.it_is("2026-11-05T10:00:00Z");
        let dee = world.actor("dee@hub.example").await;
        let in_time = Some("2026-11-03T10:00:00Z".parse().unwrap());
        for (pathway, made) in [(&taken.pathways[0], in_time), (&taken.pathways[1], None)] {
            let decide = decision(pathway, 1, Level::Intensive, Outcome::IntensiveFamilySupport);
            doors::record(&world.app, &dee, Decide { made, ..decide }).await.unwrap();
        }
        let figures = doors::open(&world.app, &dee, OpenFigures).await.unwrap();
        let decided = figures.duties["REF-1WD"];
        assert_eq!((decided.in_time, decided.recorded_after, decided.late), (1, 1, 1));
        let acknowledged = figures.duties["REF-ACK"];
        assert_eq!((acknowledged.in_time, acknowledged.recorded_after), (2, 0));
        let page = world.signs_in("dee@hub.example").await.get("/figures").await;
        assert!(page.reads("Of them recorded after the limit"), "{}", page.text);
        world
    });
}
