//! Who could somebody be, where a database holds everybody: the keys by which it finds the few who
//! are worth comparing, and what those few come to. [`crate::index`] does the same with everybody
//! in memory. Nothing is linked here, and nothing decided.

use std::collections::BTreeMap;

use crate::blocking::{keys as blocking_keys, space_of};
use crate::compare::tables::{HOUSEHOLD, TABLES, WHO};
use crate::compare::{Comparison, compare};
use crate::entities::Held;
use crate::features::{Features, Shared, Vocabulary, Words, clean, lasting};
use crate::index::against_each_other;
use crate::learn::fitting::expected;
use crate::lexicon::mix;
use crate::model::{Model, Rule, Score, probability};
use crate::record::Record;

/// A key that stays the same in every set and every version of a set: its space in the upper half.
pub type Key = u64;

/// The slots whose keys are kept: each key is a row in the database for each account, so these are
/// fewer than what is compared in memory. They are numbers, a telephone, and a name, sound or
/// postcode with a date of birth, and a name with a home.
const KEPT: [usize; 16] = [0, 1, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 17, 18, 23, 28];

/// The spaces of keys that find nobody, and only count how many have a value.
const COUNTED: [u32; 3] = [1000, 1001, 1002];

/// From this probability on two are a match, as far as the engine can tell.
pub const MATCH: f32 = 0.9;
/// From this probability on two are possibly the same.
pub const POSSIBLE: f32 = 0.1;

fn in_space(space: u32, key: u32) -> Key {
    u64::from(space) << 32 | u64::from(key)
}

/// The keys by which whoever may be the same is found: only who shares one is worth comparing.
pub fn keys(record: &Record) -> Vec<Key> {
    let all = blocking_keys(&lasting(&clean(record)));
    let known = KEPT.into_iter().filter(|slot| all[*slot] != 0);
    known.map(|slot| in_space(u32::try_from(space_of(slot)).unwrap_or(0), all[slot])).collect()
}

/// The keys under which it is counted how many have the same first name, surname and outward
/// postcode, in that order; none for what was not said.
pub fn counted(record: &Record) -> [Option<Key>; 3] {
    let f = lasting(&clean(record));
    let values = [f.first, f.surname, f.outward];
    std::array::from_fn(|n| {
        (values[n] != 0).then(|| in_space(COUNTED[n], mix(COUNTED[n], values[n]).max(1)))
    })
}

/// An account of somebody: the same person written in one or several ways, by each name and each
/// address.
pub type Account = Vec<Record>;

/// Everybody, of whom only a few are at hand.
#[derive(Debug, Default)]
pub struct Everybody {
    /// How many records there are.
    pub records: u32,
    /// How many of them stand under the [`counted`] keys of whoever is asked about.
    pub counts: BTreeMap<Key, u32>,
}

impl Everybody {
    fn shared(&self, record: &Record) -> Shared {
        let count = |key: Option<Key>| key.and_then(|key| self.counts.get(&key)).copied();
        let [first, surname, outward] = counted(record).map(|key| count(key).unwrap_or_default());
        Shared { first, surname, outward }
    }
}

/// Somebody who may be whoever is asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct MayBe {
    /// Their place among those who were compared.
    pub person: usize,
    /// In the light of all accounts of both, and of who else could be meant.
    pub log_odds: f32,
    /// What was found between the two accounts that are most alike, field by field, in words.
    pub reasons: Vec<String>,
    /// The rule that forbids to take the two for one without a person.
    pub rule: Option<Rule>,
}

impl MayBe {
    /// The probability that it is the same person.
    pub fn probability(&self) -> f32 {
        probability(self.log_odds)
    }

    /// Whether the engine would take the two for one.
    pub fn is_match(&self) -> bool {
        self.rule.is_none() && self.probability() >= MATCH
    }
}

/// Which of these people may be whoever is asked about, the likeliest first; each is one or several
/// accounts. Who is less than [`POSSIBLE`] is left out.
pub fn who(
    asked: &[Account],
    people: &[Vec<Account>],
    everybody: &Everybody,
    model: &Model,
) -> Vec<MayBe> {
    let mut few = Few::new(everybody, model);
    let asked: Vec<u32> = asked.iter().map(|account| few.take(account, Some(everybody))).collect();
    let people: Vec<Vec<u32>> = people
        .iter()
        .map(|accounts| accounts.iter().map(|account| few.take(account, None)).collect())
        .collect();
    let mut all: Vec<MayBe> = people
        .iter()
        .enumerate()
        .filter_map(|(person, accounts)| few.may_be(&asked, person, accounts))
        .collect();
    let log_odds: Vec<f32> = all.iter().map(|one| one.log_odds).collect();
    for (one, less) in all.iter_mut().zip(against_each_other(&log_odds)) {
        one.log_odds -= less;
    }
    all.retain(|one| one.probability() >= POSSIBLE);
    all.sort_by(|x, y| y.log_odds.total_cmp(&x.log_odds).then(x.person.cmp(&y.person)));
    all
}

/// The few who are at hand.
struct Few {
    vocabulary: Vocabulary,
    accounts: Vec<Vec<Features>>,
    model: Model,
}

impl Few {
    fn new(everybody: &Everybody, model: &Model) -> Self {
        let mut vocabulary = Vocabulary::default();
        vocabulary.among(everybody.records);
        Self { vocabulary, accounts: Vec::new(), model: expected(model, everybody.records) }
    }

    /// Takes in an account, and answers with its number.
    fn take(&mut self, account: &Account, everybody: Option<&Everybody>) -> u32 {
        let ways = account.iter().map(|record| {
            let features = self.vocabulary.learn(&clean(record));
            if let Some(everybody) = everybody {
                self.vocabulary.shares(&features, everybody.shared(record));
            }
            features
        });
        let ways = ways.collect();
        self.accounts.push(ways);
        u32::try_from(self.accounts.len() - 1).unwrap_or(u32::MAX)
    }

    /// Two accounts by the ways of writing them that are most alike.
    fn score(&self, a: u32, b: u32) -> (Comparison, Score) {
        let words = Words::of(&self.vocabulary);
        let ways = |n: u32| self.accounts.get(n as usize).map_or(&[][..], Vec::as_slice);
        let mut best: Option<(Comparison, Score)> = None;
        for (x, y) in ways(a).iter().flat_map(|x| ways(b).iter().map(move |y| (x, y))) {
            let comparison = compare(words, x, y);
            let score = self.model.score(&comparison);
            if best.as_ref().is_none_or(|(_, best)| score.log_odds > best.log_odds) {
                best = Some((comparison, score));
            }
        }
        best.unwrap_or_else(|| {
            let nothing = Comparison::default();
            (nothing, self.model.score(&nothing))
        })
    }

    fn may_be(&self, asked: &[u32], person: usize, accounts: &[u32]) -> Option<MayBe> {
        let score = |a: u32, b: u32| self.score(a, b);
        let held = Held::new(asked, accounts, score);
        let pairs = asked.iter().flat_map(|a| accounts.iter().map(move |b| (*a, *b)));
        let judged = pairs.map(|(a, b)| held.judge(&self.model, a, b, score));
        let best = judged.max_by(|x, y| x.pair.log_odds.total_cmp(&y.pair.log_odds))?;
        let (comparison, alone) = self.score(best.pair.a, best.pair.b);
        let two_nhs = best.evidence.two_nhs.then_some(Rule::TwoNhsNumbers);
        Some(MayBe {
            person,
            log_odds: best.pair.log_odds,
            reasons: reasons(&comparison),
            rule: two_nhs.or(alone.rule),
        })
    }
}

/// What was found, field by field: what goes without saying, and what several fields come to
/// together, is left out.
fn reasons(comparison: &Comparison) -> Vec<String> {
    let single = TABLES.iter().enumerate().filter(|(table, _)| ![WHO, HOUSEHOLD].contains(table));
    let found =
        single.map(|(table, one)| (one.title, one.words_of(usize::from(comparison.lines[table]))));
    found
        .filter(|(_, words)| !words.is_empty())
        .map(|(title, words)| format!("{title}: {words}"))
        .collect()
}
