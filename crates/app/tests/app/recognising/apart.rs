//! Who is never the same: said by somebody in the hub, or named beside each other; remembered, and
//! taken back.

use app::{
    doors,
    error::Error,
    people::links::{LinkPeople, SplitPerson},
    recognising::{
        different::TakeBack,
        side_by_side::{Pair, Side, SideBySide},
    },
};

use super::{DEE, OWEN, are_different, jayden, may_be, two_accounts};
use crate::{
    front_door::two_siblings,
    support::{World, on_both},
    walk::{Known, known_by},
};

fn link(from: &Known, to: &Known) -> LinkPeople {
    LinkPeople {
        from: from.person.clone(),
        account: from.account.clone(),
        to: to.person.clone(),
        reason: "The same address and nearly the same birth".to_owned(),
    }
}

fn open(side: &Side) -> Vec<&str> {
    side.open.iter().map(|request| request.contact.as_str()).collect()
}

async fn side_by_side(world: &World, one: &Known, other: &Known) -> Pair {
    let look = SideBySide { person: one.person.clone(), other: other.person.clone() };
    doors::open(&world.app, &world.actor(DEE).await, look).await.unwrap()
}

/// Takes back what stands between the two.
async fn take_back(world: &World, one: &Known, other: &Known) {
    let said = side_by_side(world, one, other).await.different.expect("it stands");
    let change = TakeBack {
        person: one.person.clone(),
        different: said.reference,
        reason: "The school has looked again".to_owned(),
    };
    doors::record(&world.app, &world.actor(DEE).await, change).await.unwrap();
}

#[test]
fn different_people_are_not_offered_and_not_linked_until_that_is_taken_back() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let dee = world.actor(DEE).await;
        let without = || {
            let reason = " ".to_owned();
            app::recognising::different::SayDifferent { reason, ..are_different(&first, &second) }
        };
        let refused = doors::record(&world.app, &dee, without()).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "a reason is asked for");
        doors::record(&world.app, &dee, are_different(&first, &second)).await.unwrap();
        for known in [&first, &second] {
            assert!(
                may_be(&world, &dee, known).await.unwrap().is_empty(),
                "it is not offered again"
            );
        }
        for (from, to) in [(&first, &second), (&second, &first)] {
            let linked = doors::record(&world.app, &dee, link(from, to)).await;
            assert!(matches!(linked, Err(Error::Refusal(_))), "{linked:?}");
        }
        assert!(!world.holds("A cousin of nearly").await, "why is sealed");
        let said = "journal_content";
        let before = world.count(said).await;
        take_back(&world, &second, &first).await;
        assert!(world.count(said).await > before, "it is journaled");
        assert!(!may_be(&world, &dee, &second).await.unwrap().is_empty(), "offered again");
        crate::support::links(&world, &dee, link(&second, &first)).await.unwrap();
        world
    });
}

#[test]
fn what_was_unlinked_is_remembered_of_every_account() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let dee = world.actor(DEE).await;
        crate::support::links(&world, &dee, link(&second, &first)).await.unwrap();
        assert!(may_be(&world, &dee, &first).await.unwrap().is_empty(), "they are one already");
        let part = SplitPerson {
            person: first.person.clone(),
            accounts: vec![second.account.clone()],
            reason: "A cousin".to_owned(),
        };
        doors::record(&world.app, &dee, part).await.unwrap();
        assert!(may_be(&world, &dee, &first).await.unwrap().is_empty(), "not offered again");
        let linked = doors::record(&world.app, &dee, link(&second, &first)).await;
        assert!(matches!(linked, Err(Error::Refusal(_))), "{linked:?}");
        take_back(&world, &first, &second).await;
        crate::support::links(&world, &dee, link(&second, &first)).await.unwrap();
        world
    });
}

/// Whoever speaks of two children in one request says that they are two.
#[test]
fn those_who_are_named_beside_each_other_are_not_offered() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let mut contact = two_siblings(&owen, false);
        contact.children[0] = jayden("Jayden", "Invented-Smyth", 3, 12);
        contact.children[1] = jayden("Jaiden", "Invented-Smyth", 3, 12);
        let taken = crate::front_door::send(&world, &owen, contact).await;
        let known = known_by(&world, &taken.reference).await;
        assert!(may_be(&world, &world.actor(DEE).await, &known).await.unwrap().is_empty());
        world
    });
}

#[test]
fn before_two_are_linked_it_is_shown_what_that_comes_to() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let pair = side_by_side(&world, &second, &first).await;
        assert_eq!(pair.sides[0].reference, first.person, "whoever was known first");
        assert_eq!(open(&pair.sides[0]), [first.contact.as_str()]);
        assert_eq!(open(&pair.sides[1]), [second.contact.as_str()]);
        assert!(pair.may_be.is_some() && !pair.sides[0].is_protected());
        let mut dee = world.signs_in(DEE).await;
        let page = format!("/people/{}/may-be/{}", second.person, first.person);
        let page = dee.get(&page).await;
        assert!(page.text.contains("Both have open requests"), "{}", page.text);
        world
    });
}
