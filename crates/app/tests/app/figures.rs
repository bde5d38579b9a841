//! Who counts what: the hub its own work, a scrutineer nothing that points at a child.

use app::{doors, measures::OpenFigures};

use crate::{front_door::sent, support::on_both};

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
