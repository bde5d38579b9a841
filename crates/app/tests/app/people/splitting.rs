//! One who turns out to be two: each side stays together, and no old address shows another child.

use std::collections::BTreeSet;

use app::{
    access::Actor,
    doors,
    error::Error,
    front_door::reading::OpenContact,
    people::{
        links::{LinkPeople, SplitPerson},
        store::Account,
    },
};

use super::{found, kit, page, sent};
use crate::{
    front_door::{send, two_siblings},
    kept_away::keep,
    sticky::person_of,
    support::{World, links, on_both},
    walk::Known,
};

/// Who is together, by what each of them is called.
async fn together(world: &World, hub: &Actor, accounts: &[Account]) -> BTreeSet<Vec<String>> {
    let mut all = BTreeSet::new();
    for account in accounts {
        let person = person_of(world, &account.reference).await;
        let child = page(world, hub, &person).await;
        let mut said: Vec<_> = child.accounts.iter().map(|a| a.account.given.clone()).collect();
        said.sort_unstable();
        all.insert(said);
    }
    all
}

/// Four accounts that were joined to the first, one after the other.
async fn four_as_one(world: &World) -> (Actor, Vec<Account>) {
    let (owen, dee) =
        (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
    for given in ["Ann", "Bea", "Cai", "Dot"] {
        let mut one = kit(given, "1 Sample Street", false);
        one.identifiers.clear();
        sent(world, &owen, one).await;
    }
    let mut accounts = found(world, &dee, "Rowe").await;
    accounts.sort_by(|a, b| a.given.cmp(&b.given));
    for one in &accounts[1..] {
        let link = LinkPeople {
            from: one.person.clone(),
            account: one.reference.clone(),
            to: accounts[0].person.clone(),
            reason: "It seemed so".into(),
        };
        links(world, &dee, link).await.unwrap();
    }
    (dee, accounts)
}

/// Takes those away from the person of the first.
async fn split(world: &World, hub: &Actor, from: &str, these: &[&Account]) -> Result<(), Error> {
    let split = SplitPerson {
        person: from.to_owned(),
        accounts: these.iter().map(|account| account.reference.clone()).collect(),
        reason: "They are two".into(),
    };
    doors::record(&world.app, hub, split).await
}

fn sets(of: &[&[&str]]) -> BTreeSet<Vec<String>> {
    of.iter().map(|set| set.iter().map(|name| (*name).to_owned()).collect()).collect()
}

#[test]
fn whoever_is_left_of_a_split_person_stays_one() {
    on_both(async |world| {
        let (dee, all) = four_as_one(&world).await;
        let one = all[0].person.clone();
        assert_eq!(together(&world, &dee, &all).await, sets(&[&["Ann", "Bea", "Cai", "Dot"]]));
        // The first of them is somebody else: it stays where it was, and the others go on together.
        split(&world, &dee, &one, &[&all[0]]).await.unwrap();
        assert_eq!(together(&world, &dee, &all).await, sets(&[&["Ann"], &["Bea", "Cai", "Dot"]]));
        let shown = page(&world, &dee, &one).await;
        assert_eq!(shown.accounts[0].account.given, "Ann", "an old address shows who it showed");
        // One of those that are left, and then all is as it was at first.
        let rest = person_of(&world, &all[1].reference).await;
        split(&world, &dee, &rest, &[&all[2]]).await.unwrap();
        assert_eq!(
            together(&world, &dee, &all).await,
            sets(&[&["Ann"], &["Cai"], &["Bea", "Dot"]])
        );
        world
    });
}

#[test]
fn nobody_who_is_split_off_gets_the_old_address_of_who_is_left() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        for given in ["Ann", "Bea", "Zed"] {
            let mut one = kit(given, "1 Sample Street", false);
            one.identifiers.clear();
            sent(&world, &owen, one).await;
        }
        let mut all = found(&world, &dee, "Rowe").await;
        all.sort_by(|a, b| a.given.cmp(&b.given));
        // Bea joins Ann, and the two of them Zed.
        for (from, account, to) in [(1, 1, 0), (0, 0, 2)] {
            let link = LinkPeople {
                from: all[from].person.clone(),
                account: all[account].reference.clone(),
                to: all[to].person.clone(),
                reason: "It seemed so".into(),
            };
            links(&world, &dee, link).await.unwrap();
        }
        split(&world, &dee, &all[2].person, &[&all[1]]).await.unwrap();
        assert_eq!(together(&world, &dee, &all).await, sets(&[&["Bea"], &["Ann", "Zed"]]));
        let of_bea = person_of(&world, &all[1].reference).await;
        assert_eq!(of_bea, all[1].person, "her own from before, not Ann’s");
        world
    });
}

#[test]
fn two_and_two_are_split_in_one_step_and_may_be_linked_again() {
    on_both(async |world| {
        let (dee, all) = four_as_one(&world).await;
        let one = all[0].person.clone();
        let everybody: Vec<_> = all.iter().collect();
        let refused = split(&world, &dee, &one, &everybody).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");
        split(&world, &dee, &one, &[&all[2], &all[3]]).await.unwrap();
        assert_eq!(together(&world, &dee, &all).await, sets(&[&["Ann", "Bea"], &["Cai", "Dot"]]));
        // Only the two sides are said to be different: who stayed together may be parted and joined again.
        split(&world, &dee, &one, &[&all[1]]).await.unwrap();
        let of = async |account: &Account| person_of(&world, &account.reference).await;
        let link = |from: String, to: String, account: &Account| LinkPeople {
            from,
            account: account.reference.clone(),
            to,
            reason: "After all".into(),
        };
        let (cai, bea) = (of(&all[2]).await, of(&all[1]).await);
        let refused = doors::record(&world.app, &dee, link(bea, cai, &all[1])).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");
        let (cai, dot) = (of(&all[2]).await, of(&all[3]).await);
        assert_eq!(cai, dot);
        split(&world, &dee, &cai, &[&all[3]]).await.unwrap();
        let different = page(&world, &dee, &of(&all[3]).await).await.different;
        assert!(different.iter().any(|said| said.other[0].given == "Cai"), "{different:?}");
        world
    });
}

/// An account that whoever splits does not see stays with those that are left: nobody decided anything of it.
#[test]
fn what_whoever_splits_does_not_see_stays_with_who_is_left() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        for given in ["Zed", "Bea"] {
            let mut one = kit(given, "1 Sample Street", false);
            one.identifiers.clear();
            sent(&world, &owen, one).await;
        }
        let mut all = found(&world, &dee, "Rowe").await;
        all.sort_by(|a, b| b.given.cmp(&a.given));
        // Of a request with a sister of whom Sunil must not know.
        let mut two = two_siblings(&owen, false);
        two.children.iter_mut().for_each(|child| child.identifiers.clear());
        let taken = send(&world, &owen, two).await;
        let siblings = accounts_of(&world, &dee, &taken.reference).await;
        let sister = Known {
            contact: taken.reference.clone(),
            pathway: String::new(),
            person: siblings[1].person.clone(),
            account: siblings[1].reference.clone(),
        };
        for one in [&siblings[0], &all[1]] {
            let link = LinkPeople {
                from: one.person.clone(),
                account: one.reference.clone(),
                to: all[0].person.clone(),
                reason: "It seemed so".into(),
            };
            links(&world, &dee, link).await.unwrap();
        }
        keep(&world, &sister, "sunil@hub.example", None).await.unwrap();
        let sunil = world.actor("sunil@hub.example").await;
        let seen = page(&world, &sunil, &all[0].person).await;
        let seen: Vec<_> = seen.accounts.iter().map(|a| a.account.given.as_str()).collect();
        assert_eq!(seen, ["Zed", "Bea"]);
        split(&world, &sunil, &all[0].person, &[&all[0]]).await.unwrap();
        all.push(siblings[0].clone());
        let arlo = siblings[0].given.as_str();
        assert_eq!(together(&world, &dee, &all).await, sets(&[&["Zed"], &[arlo, "Bea"]]));
        world
    });
}

/// The children of a request, as the hub reads of them.
async fn accounts_of(world: &World, hub: &Actor, contact: &str) -> Vec<Account> {
    let look = OpenContact { reference: contact.to_owned() };
    let seen = doors::open(&world.app, hub, look).await.unwrap();
    seen.children.into_iter().map(|child| child.account).collect()
}
