//! Which records are worth comparing: those that share a key. A key is a hash of a few values; a
//! space is one choice of values. Two records of one person that differ in a name, have moved, or
//! lack a date of birth should still share a key of some space.
//!
//! A key that too many share (50,000 Mohammeds) is refined by one more value, and again, until its
//! block is small; it is never dropped. What is still too large then is told by
//! [`Postings::crowded_pairs`].

use foldhash::{HashSet, HashSetExt};
use rayon::prelude::*;

use crate::features::Features;
use crate::lexicon::mix;

/// How many keys a record has at most.
pub const SLOTS: usize = 29;
/// How many spaces there are: the last slot shares its space with [`SHARED`].
pub const SPACES: usize = SLOTS - 1;
/// The space in which a record stands twice: by its first name and by its middle name.
const SHARED: usize = 9;

/// The keys of a record by slot; 0 for none.
pub type Keys = [u32; SLOTS];

/// The space of a slot.
pub const fn space_of(slot: usize) -> usize {
    if slot == SLOTS - 1 { SHARED } else { slot }
}

/// A key of values; none when one of them is missing.
fn key(space: u32, values: &[u32]) -> u32 {
    if values.contains(&0) {
        return 0;
    }
    values.iter().fold(mix(0x5167_4C74, space + 1), |hash, value| mix(hash, *value)).max(1)
}

const fn halves(number: u64) -> [u32; 2] {
    // The lower half may be 0 in a number that isn't.
    [(number >> 32) as u32 | 0x8000_0000, if number == 0 { 0 } else { (number as u32) | 1 }]
}

/// All keys of a record.
pub fn keys(f: &Features) -> Keys {
    let dob = if f.dob.is_whole() { f.dob.number() } else { 0 };
    let (year, month, day) =
        (u32::from(f.dob.year()), u32::from(f.dob.month()), u32::from(f.dob.day()));
    let day_month = if month != 0 && day != 0 { month * 100 + day } else { 0 };
    let year_month = if month != 0 { year * 100 + month } else { 0 };
    let unswapped =
        if dob == 0 { 0 } else { year * 10_000 + month.min(day) * 100 + month.max(day) };
    let (low, high) = (f.first.min(f.surname), f.first.max(f.surname));
    let values: [&[u32]; SLOTS] = [
        &halves(f.nhs.packed),
        &halves(f.upn.packed),
        &halves(f.national.packed),
        &halves(f.phone.packed),
        &[f.surname, dob],
        &[f.first, dob],
        &[f.postcode, dob],
        &[f.home, dob],
        &[low, high, f.outward],
        &[low, high, year],
        &[f.first, f.postcode],
        &[f.first, f.home],
        &[f.surname, f.postcode],
        &[f.surname, f.home],
        &[f.surname, day_month, f.initial],
        &[f.first_sound, f.surname_sound, year_month],
        &[f.first_sound, f.surname_sound, f.outward],
        &[f.surname, unswapped],
        &[f.first, unswapped, f.outward],
        &[f.first_sound, day_month, f.outward],
        &[f.first_sound, f.surname_sound, year, day],
        &[low, high, f.others[0]],
        &[dob, f.outward, f.initial],
        &[dob, f.surname_sound],
        &[low, high, f.town],
        &[f.surname_sound, f.street, f.initial],
        &[dob, f.house],
        &[low, high, f.house],
        &[f.others[0].min(f.surname), f.others[0].max(f.surname), year],
    ];
    let mut keys = [0; SLOTS];
    for (slot, values) in values.iter().enumerate() {
        keys[slot] = key(u32::try_from(space_of(slot)).unwrap_or(0), values);
    }
    if keys[SLOTS - 1] == keys[SHARED] {
        keys[SLOTS - 1] = 0;
    }
    keys
}

/// How often a crowded key is refined.
const REFINEMENTS: u32 = 5;

/// What refines a crowded key; 0, not known, makes a block of its own.
fn refinement(level: u32, f: &Features) -> u32 {
    match level {
        0 => f.outward,
        1 => f.postcode,
        2 => u32::from(f.dob.year()),
        3 => f.home,
        _ => mix(f.dob.number(), mix(f.others[0], f.initial)),
    }
}

/// Whether two records share a key that comes before this one in the order in which pairs are made.
pub fn meet_earlier(a: &Keys, b: &Keys, space: usize, key: u32) -> bool {
    let shares = |slot: usize| a[slot] != 0 && a[slot] == b[slot];
    if (0..space).any(shares) {
        return true;
    }
    if space > SHARED {
        return shared_keys(a, b).next().is_some();
    }
    space == SHARED && shared_keys(a, b).any(|shared| shared < key)
}

fn shared_keys<'a>(a: &'a Keys, b: &'a Keys) -> impl Iterator<Item = u32> + 'a {
    let both = |keys: &'a Keys| [keys[SHARED], keys[SLOTS - 1]].into_iter().filter(|key| *key != 0);
    both(a).filter(move |key| both(b).any(|other| other == *key))
}

/// A record under one of its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// The key.
    pub key: u32,
    /// The record's number.
    pub record: u32,
}

/// All records by all their keys.
#[derive(Debug, Default)]
pub struct Postings {
    /// Of each space, sorted.
    spaces: Vec<Vec<Posting>>,
    /// The keys that were refined.
    crowded: Vec<HashSet<u32>>,
    /// The most records that a key should have.
    most: usize,
}

impl Postings {
    /// Sorts records by their keys, and refines the keys that more than `most` share; the keys
    /// that were given become the refined ones.
    pub fn build(people: &[Features], keys: &mut [Keys], most: usize) -> Self {
        let spaces: Vec<(Vec<Posting>, HashSet<u32>)> =
            (0..SPACES).into_par_iter().map(|space| one_space(people, keys, space, most)).collect();
        let (spaces, crowded): (Vec<_>, Vec<_>) = spaces.into_iter().unzip();
        let postings = Self { spaces, crowded, most };
        keys.par_iter_mut().zip(people).for_each(|(keys, person)| {
            for (slot, key) in keys.iter_mut().enumerate() {
                *key = postings.refined(space_of(slot), *key, person);
            }
            if keys[SLOTS - 1] == keys[SHARED] {
                keys[SLOTS - 1] = 0;
            }
        });
        postings
    }

    /// The key under which a record stands, refined where it is crowded.
    pub fn refined(&self, space: usize, mut key: u32, person: &Features) -> u32 {
        let mut level = 0;
        while level < REFINEMENTS && self.crowded.get(space).is_some_and(|c| c.contains(&key)) {
            key = refine(key, level, person);
            level += 1;
        }
        key
    }

    /// The records under a key.
    pub fn under(&self, space: usize, key: u32) -> &[Posting] {
        let Some(all) = self.spaces.get(space).filter(|_| key != 0) else { return &[] };
        let from = all.partition_point(|p| p.key < key);
        let rest = &all[from..];
        &rest[..rest.partition_point(|p| p.key == key)]
    }

    /// The blocks of a space: the records of each key that at least two share.
    pub fn blocks(&self, space: usize) -> impl ParallelIterator<Item = &[Posting]> {
        let all = self.spaces.get(space).map_or(&[][..], Vec::as_slice);
        all.par_chunk_by(|a, b| a.key == b.key).filter(|block| block.len() > 1)
    }

    /// How many pairs are not compared since their block is too large even when refined: each
    /// record is compared with the next [`Postings::most`] only.
    pub fn crowded_pairs(&self) -> u64 {
        let left_out = |block: &[Posting]| {
            let beyond = block.len().saturating_sub(self.most + 1) as u64;
            beyond * (beyond + 1) / 2
        };
        (0..self.spaces.len()).map(|space| self.blocks(space).map(left_out).sum::<u64>()).sum()
    }

    /// The most records that a key should have.
    pub fn most(&self) -> usize {
        self.most
    }
}

fn refine(key: u32, level: u32, person: &Features) -> u32 {
    mix(mix(key, 0xC0FF + level), refinement(level, person)).max(1)
}

fn one_space(
    people: &[Features],
    keys: &[Keys],
    space: usize,
    most: usize,
) -> (Vec<Posting>, HashSet<u32>) {
    let mut crowded = HashSet::new();
    let mut all: Vec<Posting> = Vec::with_capacity(people.len());
    let slots = if space == SHARED { vec![SHARED, SLOTS - 1] } else { vec![space] };
    for (record, keys) in (0..).zip(keys) {
        all.extend(
            slots.iter().map(|slot| Posting { key: keys[*slot], record }).filter(|p| p.key != 0),
        );
    }
    all.par_sort_unstable();
    for level in 0..REFINEMENTS {
        let mut changed = false;
        for block in all.chunk_by_mut(|a, b| a.key == b.key).filter(|block| block.len() > most) {
            crowded.insert(block[0].key);
            changed = true;
            for posting in block {
                posting.key = refine(posting.key, level, &people[posting.record as usize]);
            }
        }
        if !changed {
            break;
        }
        all.par_sort_unstable();
        all.dedup();
    }
    all.shrink_to_fit();
    (all, crowded)
}
