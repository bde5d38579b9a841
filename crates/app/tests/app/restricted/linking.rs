//! A restriction stands for whoever may be the same child, and no link lowers it. That no row of
//! events does is in `sticky`.

use app::{
    doors,
    error::Error,
    people::{
        adding::{More, SayMore},
        child::OpenChild,
        links::{LinkPeople, SplitPerson},
    },
};

use practice::identifiers::Scheme;

use super::{DEE, OWEN, SUNIL, may, restrict};
use crate::{
    support::{on_both, somebody_elses},
    walk::{Known, known, known_by},
};

#[test]
fn who_may_be_the_same_child_is_restricted_too_and_linking_lifts_nothing() {
    on_both(async |world| {
        let (before, first) = (known(&world, false).await, known(&world, false).await);
        restrict(&world, &first).await;
        let sent = crate::front_door::sent(&world, &world.actor(OWEN).await, false).await;
        for contact in [&before.contact, &first.contact, &sent.reference] {
            assert!(!may(&world, SUNIL, contact).await && may(&world, DEE, contact).await);
        }

        let other = somebody_elses(&world, &world.actor("halima@health.example").await).await;
        let other = known_by(&world, &other).await;
        assert!(may(&world, SUNIL, &other.contact).await, "somebody else");
        let link = |from: &Known, to: &Known| LinkPeople {
            from: from.person.clone(),
            account: from.account.clone(),
            to: to.person.clone(),
            reason: "The same child".to_owned(),
        };
        let sunil = world.actor(SUNIL).await;
        for (from, to) in [(&other, &first), (&first, &other)] {
            let linked = doors::record(&world.app, &sunil, link(from, to)).await;
            assert!(matches!(linked, Err(Error::NotFound)), "as to nobody: {linked:?}");
        }
        let dee = world.actor(DEE).await;
        crate::support::links(&world, &dee, link(&first, &other)).await.unwrap();
        assert!(!may(&world, SUNIL, &other.contact).await, "it went with the accounts");
        let part = SplitPerson {
            person: other.person.clone(),
            accounts: vec![first.account.clone()],
            reason: "They are not".to_owned(),
        };
        doors::record(&world.app, &dee, part).await.unwrap();
        for known in [&first, &other] {
            assert!(!may(&world, SUNIL, &known.contact).await, "it stays with both");
            let look = OpenChild { reference: known.person.clone() };
            assert!(doors::open(&world.app, &sunil, look).await.is_err());
        }
        world
    });
}

#[test]
fn whoever_turns_out_to_have_the_number_of_a_restricted_child_is_restricted_too() {
    on_both(async |world| {
        let restricted = known(&world, false).await;
        restrict(&world, &restricted).await;
        let halima = world.actor("halima@health.example").await;
        let other = known_by(&world, &somebody_elses(&world, &halima).await).await;
        for (number, sees) in [("401 023 2137", true), ("943 476 5919", false)] {
            let more = SayMore {
                person: other.person.clone(),
                account: other.account.clone(),
                more: More::Number(Scheme::Nhs, number.to_owned()),
                open_because: String::new(),
            };
            doors::record(&world.app, &halima, more).await.unwrap();
            assert_eq!(may(&world, SUNIL, &other.contact).await, sees, "{number}");
        }
        world
    });
}
