//! Whether a journal is still the one that the witnesses saw. Its entries go through once, in
//! order, with what is known of them from elsewhere: the hash that was stored beside each, and
//! the checkpoints. What comes out is a [`Report`]: what is wrong, where the first wrong entry
//! stands, and from which entry on nothing can be proven.
//!
//! Only checkpoints that enough witnesses co-signed prove anything against those who run the log,
//! for they can sign what they like. Those that the log alone signed are compared as well: whoever
//! changed the database without having the log's key is found by them.

mod finding;
mod known;
mod report;
mod rows;

use crate::{checkpoint::KnownLog, hash::Hash, quorum::Quorum, tree::CompactRange};
use known::{Known, known};

pub use finding::Finding;
pub use report::{LastCosigned, Place, Report};
pub use rows::rows;

/// Reads from an entry's bytes the number that it gives itself, where it gives one.
pub type NumberIn = fn(&[u8]) -> Option<u64>;

/// The number in an entry of form 1 (`docs/adr/0003-the-journals-form.md`): behind the bytes for
/// form and kind, eight bytes, big-endian.
#[must_use]
pub fn number_in_form_1(entry: &[u8]) -> Option<u64> {
    let number = entry.strip_prefix(&[1])?.get(1..)?.first_chunk()?;
    Some(u64::from_be_bytes(*number))
}

/// Whose signatures count.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The log.
    pub log: KnownLog,
    /// The witnesses.
    pub quorum: Quorum,
    /// How entries tell their number.
    pub number_in: NumberIn,
}

/// What is known of one number of the journal. Entry 1 is the first.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The number.
    pub seq: u64,
    /// The entry, if it is there.
    pub entry: Option<&'a [u8]>,
    /// Its hash as stored when it was written, if that is there.
    pub leaf: Option<Hash>,
}

/// A verification under way.
#[derive(Debug, Clone)]
pub struct Verifying {
    number_in: NumberIn,
    known: std::iter::Peekable<std::vec::IntoIter<Known>>,
    /// The number that must come next.
    next: u64,
    /// The tree of the entries that came. A missing one is replaced by its stored hash; nothing
    /// when there was none, or when a checkpoint could not be met.
    entries: Option<CompactRange>,
    /// The tree of the stored hashes, as long as there was one for each number.
    leaves: Option<CompactRange>,
    since: Since,
    report: Report,
}

/// What was seen since the last co-signed checkpoint that was met.
#[derive(Debug, Clone, Default)]
struct Since {
    /// Its size.
    size: u64,
    /// The numbers whose entry does not have the stored hash, as far as they are remembered.
    unlike: Vec<u64>,
    /// How many more there are.
    unlike_too: u64,
    /// The first of them, or of those that are missing and have a stored hash.
    first_unlike: Option<u64>,
    /// The first number whose entry is certainly wrong, whatever hashes say.
    certain: Option<u64>,
    /// The size of the first checkpoint, signed by the log alone, that was not met.
    unmet: Option<u64>,
}

/// How many numbers are remembered until a checkpoint decides what was wrong with them.
const MOST_UNLIKE: usize = 1000;

impl Verifying {
    /// Begins. `stored` are the checkpoints that the journal keeps, in the order in which it keeps
    /// them; `outside` are those that the witnesses themselves bring. Without them nobody can tell
    /// a journal that was cut short together with its checkpoints.
    pub fn new<B: AsRef<[u8]>>(
        trust: &Trust,
        stored: impl IntoIterator<Item = B>,
        outside: impl IntoIterator<Item = B>,
    ) -> Self {
        let mut report = Report::default();
        let known = known(trust, stored, outside, &mut report);
        let mut verifying = Self {
            number_in: trust.number_in,
            known: known.into_iter().peekable(),
            next: 1,
            entries: Some(CompactRange::new()),
            leaves: Some(CompactRange::new()),
            since: Since::default(),
            report,
        };
        verifying.compare();
        verifying
    }

    /// Takes the next row; in the order of their numbers, gaps and disorder included.
    pub fn row(&mut self, row: Row<'_>) {
        if row.seq < self.next {
            return self.out_of_order(row.seq);
        }
        if row.seq > self.next {
            self.missing(self.next, row.seq - 1);
            self.next = row.seq;
        }
        match row.entry {
            Some(entry) => self.entry(row.seq, entry, row.leaf),
            None => self.only_a_hash(row.seq, row.leaf),
        }
        self.next = row.seq.saturating_add(1);
        self.compare();
    }

    /// All rows have come.
    #[must_use]
    pub fn finish(mut self) -> Report {
        if let Some(longest) = self.known.clone().map(|known| known.size).max() {
            self.missing(self.next, longest);
        }
        let since = std::mem::take(&mut self.since);
        self.unlike_are(&since, |seq| Finding::Unlike { seq });
        if let Some(to) = since.certain.or(since.unmet).or(since.first_unlike) {
            self.report.first_is_within(since.size + 1, to);
        }
        self.report
    }

    /// A number that was passed already, perhaps before a checkpoint that was met.
    fn out_of_order(&mut self, seq: u64) {
        self.report.found(Finding::OutOfOrder { seq, after: self.next - 1 });
        self.report.protected = self.report.protected.min(seq.saturating_sub(1));
        if seq > self.since.size {
            self.certain(seq);
        } else {
            self.report.first_is_at_most(seq);
        }
    }

    fn entry(&mut self, seq: u64, entry: &[u8], leaf: Option<Hash>) {
        self.report.entries = seq;
        if let Some(says) = (self.number_in)(entry).filter(|says| *says != seq) {
            self.report.found(Finding::Misnumbered { seq, says });
            self.certain(seq);
        }
        let hash = Hash::leaf(entry);
        if leaf.is_some_and(|leaf| leaf != hash) {
            if self.since.unlike.len() < MOST_UNLIKE {
                self.since.unlike.push(seq);
            } else {
                self.since.unlike_too += 1;
            }
            self.since.first_unlike.get_or_insert(seq);
        }
        push(&mut self.entries, Some(hash));
        push(&mut self.leaves, leaf);
    }

    fn only_a_hash(&mut self, seq: u64, leaf: Option<Hash>) {
        self.report.found(Finding::Missing { first: seq, last: seq });
        self.certain(seq);
        if leaf.is_some() {
            self.since.first_unlike.get_or_insert(seq);
        }
        push(&mut self.entries, leaf);
        push(&mut self.leaves, leaf);
    }

    /// Numbers of which nothing is left, so that no tree can be followed over them.
    fn missing(&mut self, first: u64, last: u64) {
        self.report.found(Finding::Missing { first, last });
        self.certain(first);
        self.entries = None;
        self.leaves = None;
    }

    fn certain(&mut self, seq: u64) {
        let first = self.since.certain.get_or_insert(seq);
        *first = seq.min(*first);
    }

    /// Compares with the checkpoints of the size that was just reached.
    fn compare(&mut self) {
        while let Some(known) = self.known.next_if(|known| known.size < self.next) {
            if known.size + 1 == self.next {
                self.compare_with(&known);
            }
        }
    }

    fn compare_with(&mut self, known: &Known) {
        let is_met = |tree: &Option<CompactRange>| {
            tree.as_ref().is_some_and(|tree| tree.root() == known.root)
        };
        match (is_met(&self.entries), known.is_cosigned) {
            (true, true) => self.met(known.size),
            (false, true) if is_met(&self.leaves) => self.met_by_hashes(known.size),
            (false, true) => self.not_met(known.size),
            // The log's word alone clears nothing.
            (true, false) => {}
            (false, false) if self.entries.is_some() && self.since.unmet.is_none() => {
                self.since.unmet = Some(known.size);
                let (size, after) = (known.size, self.since.size);
                self.report.found(Finding::RootDiffers { size, after, is_cosigned: false });
            }
            (false, false) => {}
        }
    }

    /// The entries are those that the witnesses saw, but for missing ones, whose hashes are right.
    fn met(&mut self, size: u64) {
        let since = self.begin_again(size);
        self.unlike_are(&since, |seq| Finding::StoredHash { seq });
        match since.certain {
            Some(seq) => self.report.first_is_within(seq, seq),
            None if self.report.first.is_none() => self.report.protected = size,
            None => {}
        }
    }

    /// The stored hashes are those that the witnesses saw, so the entry that is unlike is wrong.
    fn met_by_hashes(&mut self, size: u64) {
        let since = self.begin_again(size);
        self.unlike_are(&since, |seq| Finding::Altered { seq });
        if let Some(first) = since.certain.into_iter().chain(since.first_unlike).min() {
            self.report.first_is_within(first, first);
        }
        self.entries.clone_from(&self.leaves);
    }

    /// Neither. All that is sure is that something before here is wrong, and the trees are of no
    /// use from here on.
    fn not_met(&mut self, size: u64) {
        let could_be_followed = self.entries.take().is_some();
        self.leaves = None;
        if !could_be_followed && self.since.certain.is_none() {
            return;
        }
        let since = self.begin_again(size);
        if could_be_followed {
            self.report.found(Finding::RootDiffers { size, after: since.size, is_cosigned: true });
        }
        self.unlike_are(&since, |seq| Finding::Unlike { seq });
        self.report.first_is_within(since.size + 1, since.certain.unwrap_or(size));
    }

    /// Says what the entries are that do not have their stored hash.
    fn unlike_are(&mut self, since: &Since, finding: fn(u64) -> Finding) {
        since.unlike.iter().for_each(|seq| self.report.found(finding(*seq)));
        self.report.not_listed += since.unlike_too;
    }

    fn begin_again(&mut self, size: u64) -> Since {
        std::mem::replace(&mut self.since, Since { size, ..Since::default() })
    }
}

fn push(tree: &mut Option<CompactRange>, leaf: Option<Hash>) {
    match (tree.as_mut(), leaf) {
        (Some(tree), Some(leaf)) => tree.push(leaf),
        _ => *tree = None,
    }
}
