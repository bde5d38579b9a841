//! Threat model V5: people are linked, parted, said to be different and all of it taken back, in whatever
//! order. What was undone leaves everything as it was before; nobody is linked but by a person; and who
//! is said to be two stands on no page as one.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    access::Actor,
    doors,
    front_door::contacts::{NewAdult, NewContact},
    people::{
        Born, NewAddress, NewPerson,
        child::OpenChild,
        links::{LinkPeople, SplitPerson},
        restricted,
        rows::Relationship,
    },
    recognising::different::{SayDifferent, TakeBack},
    sharing::jobs,
};
use jiff::{ToSpan, civil::date};
use platform::db::{Row, Runs, sea_orm};

use super::{DEE, HALIMA, OWEN, SUNIL};
use crate::{
    browser::Browser,
    front_door::{send, two_siblings},
    restricted::restrict_to,
    sticky::{Dice, person_of},
    support::{World, links, on_both},
    walk::{known_by, without_keys},
};

const MARGUERITE: &str = "marguerite@hub.example";
/// How many sequences are of the same people, one after the other.
const IN_A_TOWN: usize = 20;
/// How many things are done in a sequence.
const STEPS: usize = 3;

/// How many sequences on SQLite, and a third of them on PostgreSQL; `SIGHTLINE_SEQUENCES` asks for more.
fn sequences() -> usize {
    std::env::var("SIGHTLINE_SEQUENCES").ok().and_then(|said| said.parse().ok()).unwrap_or(40)
}

/// What stands of the people of a town, without how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    /// The accounts of each person.
    together: BTreeSet<BTreeSet<String>>,
    /// The accounts of which it stands that they are of two.
    different: BTreeSet<(String, String)>,
    /// The accounts that are hidden from Sunil, who is named for none.
    hidden: BTreeSet<String>,
}

impl State {
    fn with(&self, account: &str) -> &BTreeSet<String> {
        self.together.iter().find(|person| person.contains(account)).expect("a person")
    }

    fn stands_between(&self, ones: &BTreeSet<String>, others: &BTreeSet<String>) -> bool {
        self.different.iter().any(|(one, other)| ones.contains(one) && others.contains(other))
    }
}

/// What came about, so that nothing is proved of what never did.
#[derive(Debug, Default)]
struct Counted {
    linked: usize,
    refused: usize,
    undone: usize,
    parted: usize,
    joined_again: usize,
    told_apart: usize,
    stuck: usize,
    read_alike: usize,
}

struct Town<'a> {
    world: &'a World,
    by: &'a Actor,
    sunil: &'a Actor,
    browser: Browser,
    dice: Dice,
    family: String,
    accounts: Vec<String>,
    /// What is never taken back: that the man whom she names is not Vera.
    for_good: String,
}

#[derive(Row)]
struct Of {
    account: String,
    person: String,
}

#[derive(Row)]
struct Said {
    reference: String,
    one: String,
    other: String,
}

#[derive(Row)]
struct Called {
    reference: String,
    given: String,
}

fn named(given: &str, town: u64, born: Born) -> NewPerson {
    NewPerson {
        given: given.to_owned(),
        family: format!("Invented{town}x"),
        born,
        address: Some(NewAddress {
            lines: format!("{town} Sample Street"),
            postcode: "FY1 1AD".into(),
            protected: false,
        }),
        ..NewPerson::default()
    }
}

fn beside(person: NewPerson, what: &str) -> NewAdult {
    let relationship = Relationship { what: what.to_owned(), responsibility: None };
    NewAdult { person, relationship, lives_with_them: false }
}

/// Twins whose mother bears the name of one of them; both again, by name and birth alone, from another agency;
/// a girl and the man whom she names; and a child of whom nobody else says anything, restricted in every
/// second town.
async fn arrive(world: &World, town: u64) {
    let twins = || Born::On(date(2012, 1, 1) + (town as i64 * 3).days());
    let other = || Born::On(date(2015, 6, 1) + (town as i64 * 3).days());
    let bare = |given: &str, born| NewPerson { address: None, ..named(given, town, born) };
    let mut last = String::new();
    for (who, children, adults) in [
        (
            OWEN,
            vec![named("Ada", town, twins()), named("Bea", town, twins())],
            vec![beside(named("Ada", town, Born::NotKnown), "mother")],
        ),
        (HALIMA, vec![bare("Ada", twins())], vec![]),
        (HALIMA, vec![bare("Bea", twins())], vec![]),
        (
            OWEN,
            vec![named("Vera", town, other())],
            vec![beside(bare("Saul", Born::NotKnown), "the man whom she names")],
        ),
        (OWEN, vec![named("Dot", town, Born::NotKnown)], vec![]),
    ] {
        let owner = world.actor(who).await;
        let contact = NewContact { children, adults, ..two_siblings(&owner, false) };
        last = send(world, &owner, contact).await.reference;
    }
    if town % 2 == 1 {
        restrict_to(world, &known_by(world, &last).await, &[DEE]).await.unwrap();
    }
}

impl<'a> Town<'a> {
    async fn nth(world: &'a World, by: &'a Actor, sunil: &'a Actor, town: u64) -> Self {
        arrive(world, town).await;
        let family = format!("Invented{town}x");
        let text = "SELECT a.reference, n.given FROM account a JOIN account_name n \
            ON n.account_id = a.id AND n.kind = 'called' WHERE n.family = $1 ORDER BY a.id";
        let called: Vec<Called> =
            world.app.db.reads().all(text, [family.clone().into()]).await.unwrap();
        assert_eq!(called.len(), 8);
        let of =
            |given: &str| called.iter().find(|one| one.given == given).unwrap().reference.clone();
        let (vera, saul) = (of("Vera"), of("Saul"));
        let accounts = called.into_iter().map(|one| one.reference).collect();
        let browser = world.signs_in(MARGUERITE).await;
        let dice = Dice::of(town);
        let for_good = String::new();
        let mut town = Self { world, by, sunil, browser, dice, family, accounts, for_good };
        // Nobody is one with anybody by name, birth or address, once the workers have been there too.
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert!(town.state().await.together.iter().all(|person| person.len() == 1));
        town.say_different(&vera, &saul).await.unwrap();
        town.for_good = town.standing().await.pop().expect("it stands").reference;
        town
    }

    async fn persons(&self) -> BTreeMap<String, String> {
        let text = "SELECT a.reference AS account, p.reference AS person FROM account a \
            JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' \
            JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
            JOIN person p ON p.id = l.person_id WHERE n.family = $1";
        let values = [self.family.clone().into()];
        let of: Vec<Of> = self.world.app.db.reads().all(text, values).await.unwrap();
        of.into_iter().map(|of| (of.account, of.person)).collect()
    }

    /// What stands between accounts of the town, the latest last.
    async fn standing(&self) -> Vec<Said> {
        let text = "SELECT x.reference, a.reference AS one, b.reference AS other \
            FROM different_pair y JOIN different_people x ON x.id = y.different_id \
            AND x.taken_back_at IS NULL JOIN account a ON a.id = y.one_id \
            JOIN account b ON b.id = y.other_id JOIN account_name n ON n.account_id = a.id \
            AND n.kind = 'called' WHERE n.family = $1 ORDER BY x.id, a.id, b.id";
        let values = [self.family.clone().into()];
        self.world.app.db.reads().all(text, values).await.unwrap()
    }

    async fn state(&self) -> State {
        let mut persons: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (account, person) in self.persons().await {
            persons.entry(person).or_default().insert(account);
        }
        let text = format!(
            "SELECT a.reference AS account, '' AS person FROM account a WHERE a.id IN ({})",
            restricted::accounts(1)
        );
        let values = [self.sunil.id().into()];
        let hidden: Vec<Of> = self.world.app.db.reads().all(&text, values).await.unwrap();
        let hidden = hidden.into_iter().map(|of| of.account);
        State {
            together: persons.into_values().collect(),
            different: self.standing().await.into_iter().map(|x| (x.one, x.other)).collect(),
            hidden: hidden.filter(|account| self.accounts.contains(account)).collect(),
        }
    }

    /// What a manager reads on the pages of these accounts’ people, whichever reference a person has now.
    async fn pages(&mut self, of: &[&str]) -> Vec<String> {
        let persons = self.persons().await;
        let mut pages = Vec::new();
        for account in of {
            let page = self.browser.get(&format!("/people/{}", persons[*account])).await;
            assert!(page.status.is_success(), "{}", page.text);
            let mut said = without_keys(&page);
            for (account, person) in &persons {
                said = said.replace(person, &format!("THE PERSON OF {account}"));
            }
            pages.push(said);
        }
        pages
    }

    async fn person(&self, account: &str) -> String {
        person_of(self.world, account).await
    }

    async fn links(&self, from: &str, to: &str) -> app::error::Result<String> {
        let link = LinkPeople {
            from: self.person(from).await,
            account: from.to_owned(),
            to: self.person(to).await,
            reason: "The same".to_owned(),
        };
        links(self.world, self.by, link).await
    }

    async fn parts(&self, accounts: &BTreeSet<String>) -> app::error::Result<()> {
        let part = SplitPerson {
            person: self.person(accounts.first().expect("one")).await,
            accounts: accounts.iter().cloned().collect(),
            reason: "They are two".to_owned(),
        };
        doors::record(&self.world.app, self.by, part).await
    }

    async fn say_different(&self, one: &str, other: &str) -> app::error::Result<()> {
        let say = SayDifferent {
            person: self.person(one).await,
            other: self.person(other).await,
            accounts: [one.to_owned(), other.to_owned()],
            reason: "Somebody else".to_owned(),
        };
        doors::record(&self.world.app, self.by, say).await
    }

    async fn takes_back(&self, said: &Said) {
        let change = TakeBack {
            person: self.person(&said.one).await,
            different: said.reference.clone(),
            reason: "They are not".to_owned(),
        };
        doors::record(&self.world.app, self.by, change).await.unwrap();
    }

    /// Takes back what was said last.
    async fn takes_back_the_last(&self) {
        let last = self.standing().await.pop().expect("it stands");
        assert_ne!(last.reference, self.for_good);
        self.takes_back(&last).await;
    }

    fn any(&mut self) -> String {
        self.accounts[self.dice.below(self.accounts.len())].clone()
    }

    async fn step(&mut self, counted: &mut Counted) {
        let (one, other) = (self.any(), self.any());
        let undoes = self.dice.below(2) == 0;
        let state = self.state().await;
        let persons = self.persons().await;
        let pages = if undoes { self.pages(&[&one, &other]).await } else { Vec::new() };
        let (ones, others) = (state.with(&one).clone(), state.with(&other).clone());
        let was_undone = match self.dice.below(5) {
            0..=2 if ones != others => {
                let made = self.links(&one, &other).await;
                let stands = state.stands_between(&ones, &others);
                assert_eq!(made.is_ok(), !stands, "{made:?}");
                if stands {
                    counted.refused += 1;
                } else {
                    counted.linked += 1;
                    assert_eq!(self.state().await.with(&one), &(&ones | &others));
                    if undoes {
                        self.parts(&ones).await.unwrap();
                        self.takes_back_the_last().await;
                        counted.undone += 1;
                    }
                }
                stands || undoes
            }
            3 | 4 if ones.len() > 1 => {
                let with_it: BTreeSet<_> =
                    ones.iter().filter(|_| self.dice.below(2) == 0).cloned().collect();
                let mut leave = &with_it | &BTreeSet::from([one.clone()]);
                if leave == ones {
                    leave = BTreeSet::from([one.clone()]);
                }
                self.parts(&leave).await.unwrap();
                counted.parted += 1;
                let stays = &ones - &leave;
                assert!(self.state().await.stands_between(&leave, &stays), "it is remembered");
                if undoes {
                    self.takes_back_the_last().await;
                    self.links(&one, stays.first().unwrap()).await.unwrap();
                    counted.joined_again += 1;
                }
                undoes
            }
            3 if ones != others => {
                let said = self.say_different(&one, &other).await;
                let stands = state.stands_between(&ones, &others);
                assert_eq!(said.is_ok(), !stands, "{said:?}");
                if !stands && undoes {
                    self.takes_back_the_last().await;
                    counted.told_apart += 1;
                }
                stands || undoes
            }
            _ => {
                let standing = self.standing().await;
                let may: Vec<_> =
                    standing.iter().filter(|said| said.reference != self.for_good).collect();
                if !may.is_empty() {
                    let one = may[self.dice.below(may.len())];
                    self.takes_back(one).await;
                }
                false
            }
        };
        let after = self.state().await;
        for (one, other) in &after.different {
            assert!(!after.with(one).contains(other), "{one} and {other} are said to be two");
        }
        assert!(after.hidden.is_superset(&state.hidden), "nothing lowers a restriction");
        if was_undone && after.hidden == state.hidden {
            assert_eq!(after, state);
            // Whoever has another reference since stands elsewhere in what is listed.
            if undoes && self.persons().await == persons {
                assert_eq!(self.pages(&[&one, &other]).await, pages, "{one} and {other}");
                counted.read_alike += 1;
            }
        } else if was_undone {
            // Whoever was once one with a restricted child stays for those who are named.
            counted.stuck += 1;
            let is_restricted = |of: &BTreeSet<String>| !of.is_disjoint(&state.hidden);
            assert!(is_restricted(&ones) || is_restricted(&others));
            assert_eq!((&after.together, &after.different), (&state.together, &state.different));
        }
    }

    /// A page shows whom the record has as one, and nobody else.
    async fn pages_show_who_is_one(&self) {
        for person in self.state().await.together {
            let look = OpenChild { reference: self.person(person.first().unwrap()).await };
            let child = doors::open(&self.world.app, self.by, look).await.unwrap();
            let shown = child.accounts.into_iter().map(|seen| seen.account.reference);
            assert_eq!(shown.collect::<BTreeSet<_>>(), person);
        }
    }
}

/// Every row of what was said of people: linking writes none of them.
async fn accounts(world: &World) -> Vec<(String, usize, Vec<String>)> {
    let about = |table: &str| {
        table == "account" || table == "relationship" || table.starts_with("account_")
    };
    let all = world.everything().await.into_iter();
    let all = all.filter(|(table, _)| about(table) && table != "account_link");
    let mut said: Vec<_> = all
        .map(|(table, rows)| {
            let mut rows: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
            rows.sort();
            (table, rows.len(), rows)
        })
        .collect();
    said.sort();
    said
}

#[test]
fn v5_what_is_linked_and_undone_in_any_order_leaves_everything_as_it_was() {
    on_both(async |world| {
        let (marguerite, sunil) = (world.actor(MARGUERITE).await, world.actor(SUNIL).await);
        let all = if world.app.db.is_embedded() { sequences() } else { sequences() / 3 };
        let mut counted = Counted::default();
        for number in 0..all.div_ceil(IN_A_TOWN) {
            let mut town = Town::nth(&world, &marguerite, &sunil, number as u64).await;
            let said = if number == 0 { accounts(&world).await } else { Vec::new() };
            for _ in 0..IN_A_TOWN.min(all - number * IN_A_TOWN) {
                for _ in 0..STEPS {
                    town.step(&mut counted).await;
                }
                town.pages_show_who_is_one().await;
            }
            if number == 0 {
                assert!(said.iter().any(|(_, rows, _)| *rows > 7));
                assert!(said == accounts(&world).await, "linking changes nothing that was said");
            }
            // Another town is another hour: a manager who opens so many is asked why.
            world.app.paces().begins_anew(marguerite.staff().unwrap());
        }
        println!("{counted:?}");
        let least = all / 30;
        let Counted { linked, parted, .. } = counted;
        for many in [
            linked,
            parted,
            counted.refused,
            counted.undone,
            counted.joined_again,
            counted.told_apart,
            counted.stuck,
            counted.read_alike,
        ] {
            assert!(many >= least.min(3), "{counted:?}");
        }
        assert!(linked + parted > all / 3, "{counted:?}");
        world
    });
}
