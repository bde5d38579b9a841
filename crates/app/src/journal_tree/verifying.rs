//! Whether the journal is the one that its witnesses saw: a pass over all entries and what is stored
//! of their tree, at one moment. It reads only what lies in the tables as they are, needs no key, and
//! changes nothing.

use std::{collections::BTreeSet, fmt};

use indicatif::ProgressBar;
use journal_proof::{
    CompactRange, Hash, KnownLog, Quorum, Report, Row as Line, Trust, Verifying, number_in_form_1,
    rows,
};
use platform::db::{Db, Row, Runs, Whole, sea_orm};
use uuid::Uuid;

use super::{building::bar, number, size, store};
use crate::{
    doors::journal::{self, Kind},
    error::{Error, Result},
    migrations,
    retention::destroying::{DESTROYED, committed},
};

/// How many numbers are read at a time.
const AT_ONCE: i64 = 2_000;

/// With what a journal is compared.
pub struct Against {
    /// The log, whose checkpoints are kept in the database.
    pub log: KnownLog,
    /// The witnesses.
    pub quorum: Quorum,
    /// The checkpoints that the witnesses bring, or that were kept elsewhere.
    pub outside: Vec<Vec<u8>>,
}

/// What was found.
pub struct Verified {
    /// Of the entries, against the checkpoints.
    pub report: Report,
    /// Of what is stored of the tree.
    pub tree: Vec<Odd>,
}

/// What is wrong with the stored tree, whose entries may be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Odd {
    /// The head counts other entries than there are.
    Head { says: i64, last: i64 },
    /// The state that the tree grows from is not that of the stored hashes.
    State,
    /// No hash is stored beside an entry; so many in all.
    NoHash { first: u64, all: u64 },
    /// The content that an entry commits to is gone, and no disposal says so; or there is one that it
    /// does not commit to. So many in all.
    Content { first: u64, all: u64 },
    /// Hashes above an entry are not what follows from the stored ones; beside so many in all.
    Inner { first: u64, all: u64 },
}

impl Verified {
    /// Whether nothing is wrong. Of entries that are not protected that says little.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.report.is_sound() && self.tree.is_empty()
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tree.is_empty() {
            writeln!(f, "WHAT IS STORED OF THE JOURNAL’S TREE WAS CHANGED.")?;
        }
        self.tree.iter().try_for_each(|odd| writeln!(f, "- {odd}"))?;
        self.report.fmt(f)
    }
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head { says, last } => write!(
                f,
                "The journal’s head says that there are {says} entries, and the last is {last}: \
                 entries were taken away or added at the end."
            ),
            Self::State => f.write_str(
                "The state that the tree is continued from is not that of the hashes stored beside \
                 the entries.",
            ),
            Self::NoHash { first, all: 1 } => write!(f, "No hash is stored beside entry {first}."),
            Self::NoHash { first, all } => {
                write!(f, "No hash is stored beside {all} entries, the first of them {first}.")
            }
            Self::Content { first, all: 1 } => write!(
                f,
                "The content of entry {first} was taken away, and no disposal that was recorded says so."
            ),
            Self::Content { first, all } => write!(
                f,
                "The contents of {all} entries were taken away, the first of them {first}, and no \
                 disposal that was recorded says so."
            ),
            Self::Inner { first, all: 1 } => {
                write!(f, "An inner hash of the tree, stored beside entry {first}, was changed.")
            }
            Self::Inner { first, all } => write!(
                f,
                "Inner hashes of the tree were changed, stored beside {all} entries, the first of \
                 them {first}."
            ),
        }
    }
}

/// Reads the whole journal. Without anything to compare with, only what is stored of the tree is
/// proved: for a database that was just restored.
///
/// # Errors
/// When the database does.
pub async fn verify(db: &Db, against: Option<&Against>, shows: bool) -> Result<Verified> {
    // A database from before there were any is verified as it is.
    let has_disposals = migrations::has(db, "0023_disposal").await?;
    let whole = db.as_it_is().await?;
    let head = store::head(&whole).await?;
    let bar = if shows { bar(size(head.seq), "entries read")? } else { ProgressBar::hidden() };
    let mut pass = Pass {
        verifying: begin(&whole, against).await?,
        stored: Stored::default(),
        contents: Contents::of(&whole, has_disposals).await?,
    };
    let mut read = window(&whole, 0).await?;
    // While what was read is hashed, the next is read.
    while let Some(part) = read {
        let (to, ahead) = (part.to, part.to.checked_add(1));
        let hashed = tokio::task::spawn_blocking(move || pass.over(part));
        let next = async {
            match ahead {
                Some(from) => window(&whole, from).await,
                None => Ok(None),
            }
        };
        let (hashed, next) = tokio::join!(hashed, next);
        pass = hashed.map_err(|e| Error::fault("verifying the journal", e))?;
        read = next?;
        bar.set_position(size(to));
    }
    bar.finish_and_clear();
    let Pass { verifying, stored, contents } = pass;
    let mut tree = stored.finish(&head);
    tree.extend(contents.odd.map(|(first, all)| Odd::Content { first, all }));
    Ok(Verified { report: verifying.finish(), tree })
}

/// Everything that is proved of the entries, in their order.
struct Pass {
    verifying: Verifying,
    stored: Stored,
    contents: Contents,
}

impl Pass {
    fn over(mut self, Window { entries, nodes, .. }: Window) -> Self {
        let mut nodes_behind = nodes.iter().peekable();
        let leaves: Vec<_> =
            nodes.iter().filter_map(|n| Some((size(n.seq), store::nth(&n.hashes, 0)?))).collect();
        entries.iter().for_each(|entry| self.contents.row(entry));
        let entries = entries.into_iter().map(|e| (size(e.seq), e.entry));
        for (seq, entry, leaf) in rows(entries, leaves) {
            self.verifying.row(Line { seq, entry: entry.as_deref(), leaf });
            while nodes_behind.next_if(|node| size(node.seq) < seq).is_some() {}
            let node = nodes_behind.peek().filter(|node| size(node.seq) == seq);
            self.stored.row(seq, entry.as_deref(), node.map(|node| node.hashes.as_slice()));
        }
        self
    }
}

async fn begin(whole: &Whole, against: Option<&Against>) -> Result<Verifying> {
    let number_in = number_in_form_1;
    Ok(match against {
        Some(Against { log, quorum, outside }) => {
            let kept: Vec<Vec<u8>> =
                store::checkpoints(whole).await?.into_iter().map(String::into_bytes).collect();
            let trust = Trust { log: log.clone(), quorum: quorum.clone(), number_in };
            Verifying::new(&trust, kept, outside.clone())
        }
        None => {
            let log = KnownLog { origin: String::new(), keys: Vec::new() };
            let trust = Trust { log, quorum: Quorum::of_nobody(), number_in };
            Verifying::new(&trust, Vec::<Vec<u8>>::new(), Vec::new())
        }
    })
}

/// The lowest number from there on that is anywhere. The first time, from below.
async fn next(whole: &Whole, from: i64) -> Result<Option<i64>> {
    #[derive(Row)]
    struct Lowest {
        seq: Option<i64>,
    }
    let from = if from == 0 { i64::MIN } else { from };
    let mut lowest = Vec::new();
    for table in ["journal", "journal_node"] {
        let text = format!("SELECT min(seq) AS seq FROM {table} WHERE seq >= $1");
        let row: Option<Lowest> = whole.one(&text, [from.into()]).await?;
        lowest.extend(row.and_then(|row| row.seq));
    }
    Ok(lowest.into_iter().min())
}

#[derive(Row)]
struct Entry {
    seq: i64,
    entry: Vec<u8>,
    has_content: bool,
}

#[derive(Row)]
struct Node {
    seq: i64,
    hashes: Vec<u8>,
}

/// What is read at a time: the rows of so many numbers, all of them however often one is there.
struct Window {
    entries: Vec<Entry>,
    nodes: Vec<Node>,
    /// The last of the numbers.
    to: i64,
}

/// The rows from that number on; `None` where there are no more.
async fn window(whole: &Whole, from: i64) -> Result<Option<Window>> {
    let Some(first) = next(whole, from).await? else { return Ok(None) };
    let to = first.saturating_add(AT_ONCE - 1);
    let within = [first.into(), to.into()];
    let text = "SELECT j.seq, j.entry, c.seq IS NOT NULL AS has_content FROM journal j \
        LEFT JOIN journal_content c ON c.seq = j.seq WHERE j.seq >= $1 AND j.seq <= $2 ORDER BY j.seq";
    let entries = whole.all(text, within.clone()).await?;
    let text = "SELECT seq, hashes FROM journal_node WHERE seq >= $1 AND seq <= $2 ORDER BY seq";
    let nodes = whole.all(text, within).await?;
    Ok(Some(Window { entries, nodes, to }))
}

/// Whether each content is there that an entry commits to, or went with a disposal that is itself in
/// the journal and commits to it.
#[derive(Default)]
struct Contents {
    disposed: BTreeSet<i64>,
    odd: Option<(u64, u64)>,
}

impl Contents {
    /// Reads which contents went with disposals. Of a disposal whose entry does not commit to them none
    /// counts.
    async fn of(whole: &Whole, has_disposals: bool) -> Result<Self> {
        #[derive(Row)]
        struct Disposal {
            id: Uuid,
            seq: i64,
            reference: String,
            entry: Vec<u8>,
            salt: Vec<u8>,
        }
        #[derive(Row)]
        struct Disposed {
            seq: i64,
        }
        if !has_disposals {
            return Ok(Self::default());
        }
        let text = "SELECT d.id, d.seq, d.reference, j.entry, c.salt FROM disposal d \
            JOIN journal j ON j.seq = d.seq JOIN journal_content c ON c.seq = d.seq ORDER BY d.seq";
        let disposals: Vec<Disposal> = whole.all(text, []).await?;
        let mut disposed = BTreeSet::new();
        for Disposal { id, seq, reference, entry, salt } in disposals {
            let text = "SELECT seq FROM disposed_content WHERE disposal_seq = $1 ORDER BY seq";
            let gone: Vec<Disposed> = whole.all(text, [seq.into()]).await?;
            let gone: Vec<_> = gone.into_iter().map(|gone| gone.seq).collect();
            // One that was refused is called so too, and its content is what somebody typed.
            let is_disposal = journal::read(&entry).is_some_and(|read| {
                read.kind == Kind::Changed && read.what == DESTROYED && read.subjects == [id]
            });
            let said = committed(&reference, &gone);
            if is_disposal && journal::commits_to(&entry, &salt, said.as_bytes()) {
                disposed.extend(gone);
            }
        }
        Ok(Self { disposed, odd: None })
    }

    fn row(&mut self, of: &Entry) {
        let has_none = of.entry.ends_with(journal::no_content());
        let is_there = of.has_content;
        let is_well =
            if has_none { !is_there } else { is_there || self.disposed.contains(&of.seq) };
        if !is_well {
            count(&mut self.odd, size(of.seq));
        }
    }
}

/// Whether the stored hashes belong together. It takes each leaf as it is stored: whether that is the
/// entry's is what [`Verifying`] says.
#[derive(Default)]
struct Stored {
    tree: CompactRange,
    /// A number came from which on the tree can't be followed.
    is_lost: bool,
    last: i64,
    no_hash: Option<(u64, u64)>,
    inner: Option<(u64, u64)>,
}

impl Stored {
    fn row(&mut self, seq: u64, entry: Option<&[u8]>, hashes: Option<&[u8]>) {
        if entry.is_some() {
            self.last = self.last.max(number(seq));
        }
        let leaf = hashes.and_then(|hashes| store::nth(hashes, 0));
        if leaf.is_none() {
            count(&mut self.no_hash, seq);
        }
        let leaf = leaf.or_else(|| entry.map(Hash::leaf));
        let Some(leaf) = leaf.filter(|_| seq == self.tree.size() + 1) else {
            self.is_lost = true;
            return;
        };
        if self.is_lost {
            return;
        }
        let mut nodes: Vec<u8> = Vec::with_capacity(64);
        self.tree.push_telling(leaf, |_, hash| nodes.extend(hash.as_bytes()));
        if hashes.is_some_and(|hashes| hashes != nodes) {
            count(&mut self.inner, seq);
        }
    }

    fn finish(self, head: &store::Head) -> Vec<Odd> {
        let mut odd = Vec::new();
        if head.seq != self.last {
            odd.push(Odd::Head { says: head.seq, last: self.last });
        }
        if !self.is_lost && head.tree().ok().as_ref() != Some(&self.tree) {
            odd.push(Odd::State);
        }
        odd.extend(self.no_hash.map(|(first, all)| Odd::NoHash { first, all }));
        odd.extend(self.inner.map(|(first, all)| Odd::Inner { first, all }));
        odd
    }
}

fn count(seen: &mut Option<(u64, u64)>, seq: u64) {
    seen.get_or_insert((seq, 0)).1 += 1;
}
