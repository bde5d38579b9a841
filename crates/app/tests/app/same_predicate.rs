//! The policies decide about one record; lists, searches and counts ask the database for all that they
//! would allow. Both come to the same (issue of need to know, 1): whatever somebody finds in a list they may
//! open, or see the summary of, and nothing that they may open is lacking there.

use std::collections::BTreeSet;

use app::{
    access::Actor,
    doors,
    front_door::{
        queue::OpenQueue,
        reading::{OpenContact, OwnRequests},
    },
    people::{
        Born,
        search::SearchPeople,
        summary::{Of, SeeSummary},
    },
};

use jiff::{ToSpan, civil::date};
use practice::calendar::Day;

use crate::{
    front_door::{decided_and_answered, send, two_siblings},
    kept_away::keep,
    reach::{WHO, everybody_joins},
    restricted::restrict_to,
    support::{World, on_both},
    walk::{Known, known_by},
};

const REQUESTERS: [&str; 4] = [
    "owen@marram.example",
    "lena@marram.example",
    "halima@health.example",
    "tamsin@marram.example",
];
/// Whoever may be named beside the manager who restricts.
const NAMED: [&[&str]; 3] =
    [&["dee@hub.example"], &["sunil@hub.example"], &["dee@hub.example", "owen@marram.example"]];
/// How many requests there are: each combination below comes about.
pub const REQUESTS: usize = 24;

/// A request about one child of a name of its own, and what was done with it.
pub struct Sent {
    pub known: Known,
    /// What the child is called: no other of these begins so.
    pub name: String,
    pub born: Day,
    pub requester: &'static str,
    pub is_open: bool,
    /// For whom alone it is, beside the manager who restricted it.
    pub named: Option<&'static [&'static str]>,
    pub kept_from: Option<&'static str>,
}

/// The nth: who asked, whether it was dealt with, who was kept away and for whom it was restricted follow
/// from its number.
pub async fn nth(world: &World, n: usize) -> Sent {
    let requester = REQUESTERS[n % REQUESTERS.len()];
    let owner = world.actor(requester).await;
    let mut contact = two_siblings(&owner, n.is_multiple_of(5));
    contact.adults.clear();
    contact.children.truncate(1);
    let child = &mut contact.children[0];
    (child.given, child.family) = (format!("Nth{n:02}"), "Predicate".to_owned());
    let name = format!("{} {}", child.given, child.family);
    let born = date(2009, 1, 1) + (100 * n as i64).days();
    child.born = Born::On(born);
    child.identifiers.clear();
    child.address = None;
    let taken = send(world, &owner, contact).await;
    let known = known_by(world, &taken.reference).await;
    let is_open = !n.is_multiple_of(3);
    if !is_open {
        decided_and_answered(world, &world.actor("dee@hub.example").await, &taken, 0).await;
    }
    // Where that would leave nobody, it is refused: then it is as it was.
    let mut named = None;
    if n % 4 == 1 {
        let these = NAMED[n / 4 % NAMED.len()];
        named = restrict_to(world, &known, these).await.is_ok().then_some(these);
    }
    let mut kept_from = None;
    if n % 7 < 3 {
        let (_, who) = WHO[n % WHO.len()];
        // Marguerite keeps away, and so not herself.
        if who != "marguerite@hub.example" {
            kept_from = keep(world, &known, who, None).await.is_ok().then_some(who);
        }
    }
    Sent { known, name, born, requester, is_open, named, kept_from }
}

/// The numbers of those which hold.
fn which(all: &[Sent], holds: impl Fn(&Sent) -> bool) -> BTreeSet<usize> {
    (0..).zip(all).filter(|(_, sent)| holds(sent)).map(|(n, _)| n).collect()
}

/// The numbers of those that somebody may open, and of those of which they may see a summary at least.
pub async fn by_the_policies(
    world: &World,
    actor: &Actor,
    all: &[Sent],
) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut opened, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for (n, sent) in all.iter().enumerate() {
        let reference = sent.known.contact.clone();
        let summary = SeeSummary(Of::Contact(reference.clone()));
        if doors::open(&world.app, actor, OpenContact { reference }).await.is_ok() {
            opened.insert(n);
        }
        if opened.contains(&n) || doors::open(&world.app, actor, summary).await.is_ok() {
            seen.insert(n);
        }
    }
    (opened, seen)
}

#[test]
fn what_the_database_lists_is_what_the_policies_allow_one_by_one() {
    on_both(async |world| {
        everybody_joins(&world).await;
        let mut all = Vec::new();
        for n in 0..REQUESTS {
            all.push(nth(&world, n).await);
        }
        // Nobody has opened or worked on anything of late.
        world.it_is("2026-11-02T18:00:00Z");
        let of = |contact: &str| all.iter().position(|sent| sent.known.contact == contact).unwrap();
        let (mut listed, mut kept) = (0, 0);
        for (who, email) in WHO {
            let actor = world.actor(email).await;
            let (opened, seen) = by_the_policies(&world, &actor, &all).await;
            kept += all.len() - seen.len();
            if let Ok(queue) = doors::open(&world.app, &actor, OpenQueue::default()).await {
                let open = which(&all, |sent| sent.is_open);
                let wanted: BTreeSet<_> = opened.intersection(&open).copied().collect();
                let found: BTreeSet<_> = queue.waiting.iter().map(|w| of(&w.contact)).collect();
                assert_eq!(found, wanted, "{who}: the queue");
                assert_eq!(queue.open, i64::try_from(wanted.len()).unwrap(), "{who}: its count");
                listed += found.len();
            }
            let words = "Predicate".to_owned();
            if let Ok(found) = doors::open(&world.app, &actor, SearchPeople { words }).await {
                let number = |given: &str| given.trim_start_matches("Nth").parse().unwrap();
                let found: BTreeSet<usize> =
                    found.accounts.iter().map(|account| number(&account.given)).collect();
                assert_eq!(found, seen, "{who}: the search");
                listed += found.len();
            }
            if let Ok(own) = doors::open(&world.app, &actor, OwnRequests).await {
                let member = actor.signed_in().unwrap();
                let is_theirs = |sent: &Sent| {
                    sent.requester == email
                        || (who == "lead" && sent.requester.ends_with("@marram.example"))
                };
                let wanted = which(&all, is_theirs);
                let wanted: BTreeSet<_> = wanted.intersection(&opened).copied().collect();
                let found: BTreeSet<_> = own.iter().map(|one| of(&one.contact)).collect();
                assert_eq!(found, wanted, "{who}, {}: their own", member.agency_name);
                listed += found.len();
            }
        }
        assert!(listed > 60 && kept > 60, "{listed} listed, {kept} kept from somebody");
        world
    });
}
