//! Restrictions stick: what is taken in, linked or taken apart raises them and never lowers them. Random
//! stories are told to the database and to the pure model (`need_to_know::restriction`) at once: whom
//! the model keeps from view, nobody who is not named finds (threat model, V6).

use std::collections::{BTreeMap, BTreeSet};

use app::{
    access::Actor,
    doors,
    front_door::contacts::NewContact,
    people::{
        Born, NewAddress, NewPerson,
        links::{LinkPeople, SplitPerson},
        restricted,
        restricting::{Lift, Restrict},
        restriction::{Covers, OpenRestriction, Sort},
    },
};
use jiff::{ToSpan, civil::date};
use need_to_know::restriction::{Grade, KnownBy, RowNo, Rows};
use platform::db::{Row, Runs, sea_orm};
use practice::{identifiers::Scheme, roles::Role};

use crate::{
    front_door::{send, two_siblings},
    import,
    support::{World, on_both},
    walk::{known, reads},
};

/// How many events a story has.
const EVENTS: usize = 14;

/// How many stories are told on each database; `SIGHTLINE_STORIES` asks for more.
fn stories() -> u64 {
    std::env::var("SIGHTLINE_STORIES").ok().and_then(|said| said.parse().ok()).unwrap_or(200)
}

const MANAGERS: [&str; 3] = ["ann@hub.example", "bob@hub.example", "cy@hub.example"];

/// Chance, the same each time (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }
}

/// A right NHS number, another for each place.
fn nhs(place: u64) -> String {
    let right = |body: u64| {
        let digits = format!("{body:09}");
        let sum: u32 = digits
            .bytes()
            .zip((2..=10).rev())
            .map(|(d, weight)| u32::from(d - b'0') * weight)
            .sum();
        match 11 - sum % 11 {
            10 => None,
            11 => Some(format!("{digits}0")),
            check => Some(format!("{digits}{check}")),
        }
    };
    (0..3).find_map(|n| right(900_000_000 + place * 3 + n)).expect("one of three is right")
}

/// One story: its people are in no other.
struct Story<'a> {
    world: &'a World,
    owen: &'a Actor,
    managers: &'a [Actor],
    seed: u64,
    dice: Dice,
    /// What the model keeps: the whole record, and where they live.
    records: Rows,
    addresses: Rows,
    /// The accounts of each row, by reference.
    accounts: Vec<(RowNo, String)>,
    known: Vec<KnownBy>,
    links: BTreeSet<(RowNo, RowNo)>,
    lifted: usize,
}

impl Story<'_> {
    fn any(&mut self) -> Option<(RowNo, String)> {
        let count = self.accounts.len();
        (count > 0).then(|| self.accounts[self.dice.below(count)].clone())
    }

    fn two(&mut self) -> [usize; 2] {
        [[0, 1], [0, 2], [1, 2]][self.dice.below(3)]
    }

    fn rows(&mut self, covers: Covers) -> &mut Rows {
        if covers == Covers::Record { &mut self.records } else { &mut self.addresses }
    }

    /// Somebody of whom nothing was known, or who was known by another name.
    async fn import(&mut self) {
        let numbers: BTreeSet<_> = (0..self.dice.below(3))
            .map(|_| nhs(self.seed * 5 + self.dice.below(5) as u64))
            .collect();
        let known = KnownBy { strong: numbers, weak: format!("kit {}", self.dice.below(3)) };
        self.takes_in(known).await;
    }

    /// The same row of a feed once more.
    async fn import_again(&mut self) {
        let count = self.known.len();
        if count > 0 {
            let known = self.known[self.dice.below(count)].clone();
            self.takes_in(known).await;
        }
    }

    async fn takes_in(&mut self, known: KnownBy) {
        let weak: usize = known.weak.split(' ').nth(1).unwrap().parse().unwrap();
        // They move from one to another, and go to another school.
        let (street, school) = (self.dice.below(40), self.dice.below(2));
        let school = ["Marram Primary School", "Saltmarsh Academy"][school];
        let child = NewPerson {
            given: "Kit".to_owned(),
            family: format!("Invented{}x{weak}", self.seed),
            born: Born::On(date(2009, 1, 1) + ((self.seed * 3) as i64 + weak as i64).days()),
            identifiers: known.strong.iter().map(|n| (Scheme::Nhs, n.clone())).collect(),
            address: Some(NewAddress {
                lines: format!("{street} Sample Street"),
                postcode: "FY1 1AD".to_owned(),
                protected: false,
            }),
            setting: Some(school.to_owned()),
            ..NewPerson::default()
        };
        let contact = NewContact {
            children: vec![child],
            adults: Vec::new(),
            requester: None,
            ..two_siblings(self.owen, false)
        };
        let taken = send(self.world, self.owen, contact).await;
        let row = self.records.import(&known, Grade::Open);
        assert_eq!(row, self.addresses.import(&known, Grade::Open));
        self.known.push(known);
        self.accounts.push((row, account_of(self.world, &taken.reference).await));
    }

    async fn restrict(&mut self) {
        let Some((row, account)) = self.any() else { return };
        let [by, other] = self.two();
        let covers = [Covers::Record, Covers::Address][self.dice.below(2)];
        let change = Restrict {
            person: person_of(self.world, &account).await,
            account,
            covers,
            sort: Sort::Press,
            reason: "In the news".to_owned(),
            named: vec![MANAGERS[other].to_owned()],
        };
        // Where it is restricted already, it stays so.
        let done = doors::record(&self.world.app, &self.managers[by], change).await;
        // Whoever may not see the record restricts nothing of it.
        if covers == Covers::Record || done.is_ok() {
            let named = [MANAGERS[by], MANAGERS[other]];
            self.rows(covers).restrict(row, Grade::Restricted, &named).unwrap();
        }
    }

    async fn link(&mut self) {
        let (Some((one, from)), Some((other, to))) = (self.any(), self.any()) else { return };
        for by in self.managers {
            let change = LinkPeople {
                from: person_of(self.world, &from).await,
                account: from.clone(),
                to: person_of(self.world, &to).await,
                reason: "The same child".to_owned(),
            };
            if crate::support::links(self.world, by, change).await.is_ok() {
                self.records.link(one, other).unwrap();
                self.addresses.link(one, other).unwrap();
                self.links.insert((one, other));
                return;
            }
        }
    }

    async fn unlink(&mut self) {
        let Some((_, account)) = self.any() else { return };
        let person = person_of(self.world, &account).await;
        let mut joined = BTreeSet::new();
        for (row, other) in &self.accounts {
            if person_of(self.world, other).await == person {
                joined.insert(*row);
            }
        }
        for by in self.managers {
            let change = SplitPerson {
                person: person.clone(),
                accounts: vec![account.clone()],
                reason: "They are not".to_owned(),
            };
            if doors::record(&self.world.app, by, change).await.is_ok() {
                // Which of them parted is for the record to know.
                let parted =
                    |link: &(RowNo, RowNo)| joined.contains(&link.0) || joined.contains(&link.1);
                for link in self.links.iter().filter(|link| parted(link)) {
                    self.records.unlink(link.0, link.1);
                    self.addresses.unlink(link.0, link.1);
                }
                self.links.retain(|link| !parted(link));
                self.joins_those_who_stayed(&joined).await;
                return;
            }
        }
    }

    /// Whoever is still one person on the record is one for the model.
    async fn joins_those_who_stayed(&mut self, of: &BTreeSet<RowNo>) {
        let mut persons: BTreeMap<String, RowNo> = BTreeMap::new();
        for (row, account) in self.accounts.clone() {
            let person = person_of(self.world, &account).await;
            let first = *persons.entry(person).or_insert(row);
            if first != row && of.contains(&row) {
                self.records.link(first, row).unwrap();
                self.addresses.link(first, row).unwrap();
                self.links.insert((first, row));
            }
        }
    }

    async fn lift(&mut self) {
        let Some((row, account)) = self.any() else { return };
        let [asks, agrees] = self.two();
        let covers = [Covers::Record, Covers::Address][self.dice.below(2)];
        if self.rows(covers).lift(row, [MANAGERS[asks], MANAGERS[agrees]]).is_err() {
            return;
        }
        let person = person_of(self.world, &account).await;
        let look = OpenRestriction { person: person.clone() };
        let Ok(seen) = doors::open(&self.world.app, &self.managers[asks], look).await else {
            return;
        };
        for one in seen.all.into_iter().filter(|one| one.covers == covers) {
            for by in [asks, agrees] {
                let change = Lift {
                    person: person.clone(),
                    restriction: one.reference.clone(),
                    reason: "It has gone quiet".to_owned(),
                };
                let lifted = doors::record(&self.world.app, &self.managers[by], change).await;
                self.lifted += usize::from(lifted.is_ok_and(|lifted| lifted));
            }
        }
    }

    async fn event(&mut self) {
        match self.dice.below(14) {
            0..=4 => self.import().await,
            12 => self.import_again().await,
            5 | 6 => self.restrict().await,
            7 | 8 => self.link().await,
            9 => self.unlink().await,
            _ => self.lift().await,
        }
    }
}

#[derive(Row)]
struct Found {
    reference: String,
}

async fn account_of(world: &World, contact: &str) -> String {
    let text = "SELECT a.reference FROM account a JOIN pathway p ON p.account_id = a.id \
        JOIN contact c ON c.id = p.contact_id WHERE c.reference = $1";
    world.app.db.reads().one::<Found>(text, [contact.into()]).await.unwrap().unwrap().reference
}

pub async fn person_of(world: &World, account: &str) -> String {
    let text = "SELECT p.reference FROM person p JOIN account_link l ON l.person_id = p.id \
        AND l.unlinked_at IS NULL JOIN account a ON a.id = l.account_id WHERE a.reference = $1";
    world.app.db.reads().one::<Found>(text, [account.into()]).await.unwrap().unwrap().reference
}

/// The accounts that somebody is not named for, by reference.
async fn hidden(world: &World, from: &Actor) -> BTreeSet<String> {
    let hidden = restricted::accounts(1);
    let text = format!("SELECT a.reference FROM account a WHERE a.id IN ({hidden})");
    let found: Vec<Found> = world.app.db.reads().all(&text, [from.id().into()]).await.unwrap();
    found.into_iter().map(|found| found.reference).collect()
}

/// The accounts of which it is shown where they live, by reference.
async fn shown(world: &World) -> BTreeSet<String> {
    let text = "SELECT DISTINCT a.reference FROM account a \
        JOIN account_address k ON k.account_id = a.id WHERE k.protected_since IS NULL";
    let found: Vec<Found> = world.app.db.reads().all(text, []).await.unwrap();
    found.into_iter().map(|found| found.reference).collect()
}

#[test]
fn no_story_shows_what_the_model_keeps_from_view() {
    on_both(async |world| {
        let mut managers = Vec::new();
        for email in MANAGERS {
            world.joins(email, "marguerite@hub.example", Role::HubManager).await;
            managers.push(world.actor(email).await);
        }
        let (owen, sunil) =
            (world.actor("owen@marram.example").await, world.actor("sunil@hub.example").await);
        let apart = format!(
            "account_identifier i JOIN account_identifier j ON j.normal = i.normal \
             WHERE i.account_id IN ({0}) AND j.account_id NOT IN ({0})",
            restricted::all_accounts()
        );
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for seed in 0..stories() {
            let mut story = Story {
                world: &world,
                owen: &owen,
                managers: &managers,
                seed,
                dice: Dice(seed),
                records: Rows::default(),
                addresses: Rows::default(),
                accounts: Vec::new(),
                known: Vec::new(),
                links: BTreeSet::new(),
                lifted: 0,
            };
            for step in 0..EVENTS {
                story.event().await;
                let hidden = hidden(&world, &sunil).await;
                let shown = shown(&world).await;
                for (row, account) in &story.accounts {
                    let is_kept =
                        |rows: &Rows| rows.row(*row).unwrap().standing.grade > Grade::Open;
                    let shown = is_kept(&story.addresses) && shown.contains(account);
                    assert!(!shown, "seed {seed}, step {step}: {row:?}: where they live is shown");
                    let kept = is_kept(&story.records);
                    let found = !hidden.contains(account);
                    assert!(!(kept && found), "seed {seed}, step {step}: {row:?} is found");
                    let what = match (kept, found) {
                        (true, _) => "kept",
                        (_, false) => "kept though the model would not",
                        _ => "open",
                    };
                    *counted.entry(what).or_default() += 1;
                }
            }
            *counted.entry("lifted").or_default() += story.lifted;
            assert_eq!(world.count(&apart).await, 0, "seed {seed}: one number is kept differently");
            // The next story's people are others, and need not wait for what is asked about these.
            world.tamper("UPDATE restriction SET lifted_at = set_at WHERE lifted_at IS NULL").await;
        }
        println!("{counted:?}");
        for what in ["kept", "open", "lifted"] {
            assert!(counted.get(what).is_some_and(|count| *count >= 10), "{counted:?}");
        }
        world
    });
}

/// Through the list as it is taken in from the command line.
#[test]
fn a_row_of_a_list_is_as_strict_as_anybody_whom_it_could_be() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let change = Restrict {
            person: known.person.clone(),
            account: known.account.clone(),
            covers: Covers::Record,
            sort: Sort::Adoption,
            reason: "Adopted in May".to_owned(),
            named: vec!["dee@hub.example".to_owned()],
        };
        let marguerite = world.actor("marguerite@hub.example").await;
        doors::record(&world.app, &marguerite, change).await.unwrap();
        let arlo: import::Cells<'_> = &[
            ("Child forename", "Arlo"),
            ("Child surname", "Invented-Marsh"),
            ("DOB or EDD", "2017-05-04"),
        ];
        let list = import::list(&[arlo, &[("Contact ref", "C2")]]);
        assert_eq!(import::take(&world, &list).await.taken, 2);
        let (dee, sunil) =
            (world.actor("dee@hub.example").await, world.actor("sunil@hub.example").await);
        for (row, found) in [("C1", false), ("C2", true)] {
            let text = "SELECT reference FROM contact WHERE list_reference = $1";
            let db = world.app.db.reads();
            let contact: Found = db.one(text, [row.into()]).await.unwrap().unwrap();
            assert!(reads(&world, &dee, &contact.reference).await, "{row}");
            assert_eq!(reads(&world, &sunil, &contact.reference).await, found, "{row}");
        }
        assert!(!reads(&world, &sunil, &known.contact).await, "nothing was lowered");
        world
    });
}
