//! What others held, were told of, or would be told of, reaches those who are named; and where they
//! have gone, the hub's managers.

use app::{
    doors,
    front_door::screening::{AddInformation, Claim},
    sharing::jobs,
};
use platform::mail::{Mailer, sink::Sink};

use super::{DEE, DEPUTY, DILYS, MARGUERITE, OWEN, SUNIL, may, notices, others_join, restrict};
use crate::{
    support::{World, on_both},
    walk::known,
};

async fn add(world: &World, contact: &str, danger: bool) {
    let said = "He is at the gate".to_owned();
    let add = AddInformation { contact: contact.to_owned(), said, danger, said_at: None };
    doors::record(&world.app, &world.actor(OWEN).await, add).await.unwrap();
}

#[test]
fn what_waits_goes_to_those_who_are_named_and_so_does_what_comes_later() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, true).await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &world.actor(SUNIL).await, claim).await.unwrap();
        assert!(!notices(&world, DILYS).await.is_empty(), "the duty worker was told of danger");
        restrict(&world, &known).await;
        for email in [SUNIL, DILYS] {
            assert!(notices(&world, email).await.is_empty(), "{email}");
        }
        let mut to_dee = notices(&world, DEE).await;
        to_dee.sort_unstable();
        assert_eq!(to_dee, ["danger", "instead"], "at once");
        let held = "pathway WHERE holder_id IS NOT NULL AND ended_at IS NULL";
        assert_eq!(world.count(held).await, 0, "what Sunil held is in the queue again");

        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <sightline@seaholme.example>").unwrap();
        for _ in 0..3 {
            jobs::send_messages(&world.app, &mailer).await.unwrap();
        }
        let to: Vec<_> = sink.letters().into_iter().flat_map(|letter| letter.to).collect();
        assert!(to.iter().any(|to| to.contains(DEE)), "{to:?}");
        assert!(!to.iter().any(|to| to.contains(SUNIL) || to.contains(DILYS)), "{to:?}");

        // More danger, a clock that nobody minds, and a new request: all of it to those named.
        let marguerites = notices(&world, MARGUERITE).await.len();
        world.it_is("2026-11-02T10:20:00Z");
        add(&world, &known.contact, true).await;
        world.it_is("2026-11-02T10:40:00Z");
        jobs::raise_what_is_late(&world.app).await.unwrap();
        crate::front_door::sent(&world, &world.actor(OWEN).await, true).await;
        for email in [SUNIL, DILYS] {
            assert!(notices(&world, email).await.is_empty(), "{email}");
        }
        assert!(notices(&world, DEE).await.iter().any(|kind| kind == "danger-unread"));
        assert!(notices(&world, MARGUERITE).await.len() > marguerites);
        world
    });
}

#[test]
fn where_everybody_named_has_gone_the_hubs_managers_are_named() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        restrict(&world, &known).await;
        world
            .tamper("UPDATE staff SET left_on = '2026-11-02' WHERE email LIKE 'marguerite@%' OR email LIKE 'dee@%'")
            .await;
        assert!(!may(&world, DEPUTY, &known.contact).await);
        add(&world, &known.contact, true).await;
        assert!(may(&world, DEPUTY, &known.contact).await);
        assert_eq!(notices(&world, DEPUTY).await, ["danger"]);
        assert!(!may(&world, SUNIL, &known.contact).await, "nobody else");
        world
    });
}
