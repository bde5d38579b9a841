//! What the tests share: keys from nothing secret, dice, and a small journal with its proof.

use std::collections::BTreeMap;

use journal_proof::{
    AddCheckpoint, Checkpoint, CompactRange, Hash, KeyName, KnownLog, LogKey, LogSecret, Position,
    Quorum, Report, Seconds, SignedCheckpoint, SignedNote, State, Trust, Verifying, WitnessKey,
    WitnessSecret, number_in_form_1, read_signatures, rows,
};
use zeroize::Zeroizing;

pub const ORIGIN: &str = "sightline.example/journal";
pub const WITNESSES: [&str; 3] =
    ["council.example/witness", "police.example/witness", "icb.example/witness"];

pub fn log_secret() -> LogSecret {
    LogSecret::from_seed(ORIGIN.parse().unwrap(), &Zeroizing::new([7; 32]))
}

pub fn known_log() -> KnownLog {
    KnownLog { origin: ORIGIN.to_owned(), keys: vec![log_secret().public().clone()] }
}

/// The secret of a witness, or of somebody who takes its name with another key.
pub fn witness_secret(name: &str, seed: u8) -> WitnessSecret {
    WitnessSecret::from_seed(name.parse().unwrap(), &Zeroizing::new([seed; 32]))
}

pub fn witness_secrets() -> Vec<WitnessSecret> {
    WITNESSES.into_iter().zip(11..).map(|(name, seed)| witness_secret(name, seed)).collect()
}

pub fn two_of_three() -> Quorum {
    Quorum::new(2, witness_secrets().iter().map(|w| w.public().clone()).collect()).unwrap()
}

pub fn trust() -> Trust {
    Trust { log: known_log(), quorum: two_of_three(), number_in: number_in_form_1 }
}

pub fn at(seconds: i64) -> Seconds {
    seconds.try_into().unwrap()
}

/// The bytes of an entry as `doors::journal` writes them, of a look without content.
pub fn entry(seq: u64, actor: u8) -> Vec<u8> {
    let mut bytes = vec![1, 1];
    bytes.extend(seq.to_be_bytes());
    bytes.extend((1_760_000_000_000_000 + seq * 1_000_000).to_be_bytes());
    bytes.extend([actor; 16]);
    for text in ["look at a child", "works for the hub"] {
        bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(0u32.to_be_bytes());
    bytes.extend([9; 32]);
    bytes
}

/// Gives the entry another number, as somebody would who hides a gap.
pub fn renumber(bytes: &mut [u8], seq: u64) {
    bytes[2..10].copy_from_slice(&seq.to_be_bytes());
}

pub fn tree_of<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> CompactRange {
    let mut tree = CompactRange::new();
    entries.into_iter().for_each(|entry| tree.push(Hash::leaf(entry)));
    tree
}

/// A tree with all its complete nodes.
pub fn stored(leaves: &[Hash]) -> (CompactRange, BTreeMap<Position, Hash>) {
    let (mut tree, mut nodes) = (CompactRange::new(), BTreeMap::new());
    for leaf in leaves {
        tree.push_telling(*leaf, |at, hash| assert_eq!(nodes.insert(at, hash), None));
    }
    (tree, nodes)
}

pub fn signed(tree: &CompactRange) -> SignedCheckpoint {
    Checkpoint::new(ORIGIN, tree).unwrap().sign(&log_secret()).unwrap()
}

pub fn cosign(checkpoint: &mut SignedCheckpoint, by: &[WitnessSecret]) {
    for (witness, time) in by.iter().zip(1_760_000_000..) {
        let line = format!("{}\n", witness.cosign(checkpoint.note().text(), at(time)));
        two_of_three().take(checkpoint, &line).unwrap();
    }
}

/// What two witnesses keep of a checkpoint: each a copy with its own signature.
fn copies(checkpoint: &SignedCheckpoint) -> Vec<String> {
    let copy = |witness: &[WitnessSecret]| {
        let mut copy = checkpoint.clone();
        cosign(&mut copy, witness);
        copy.to_string()
    };
    witness_secrets()[..2].chunks(1).map(copy).collect()
}

/// A journal as it lies in a database, with what the witnesses keep elsewhere.
#[derive(Clone)]
pub struct Journal {
    pub entries: Vec<(u64, Vec<u8>)>,
    pub leaves: Vec<(u64, Hash)>,
    pub checkpoints: Vec<String>,
    pub outside: Vec<String>,
}

impl Journal {
    /// So many entries, with checkpoints at these sizes; those that are `true` are co-signed by
    /// two of the three witnesses, who keep the last one.
    pub fn new(size: u64, checkpoints: &[(u64, bool)]) -> Self {
        let entries: Vec<_> =
            (1..=size).map(|seq| (seq, entry(seq, u8::try_from(seq % 251).unwrap()))).collect();
        let mut journal =
            Self { entries, leaves: Vec::new(), checkpoints: Vec::new(), outside: Vec::new() };
        journal.hash_again();
        for (size, is_cosigned) in checkpoints {
            let mut checkpoint = signed(&journal.tree(*size));
            if *is_cosigned {
                journal.outside = copies(&checkpoint);
                cosign(&mut checkpoint, &witness_secrets()[..2]);
            }
            journal.checkpoints.push(checkpoint.to_string());
        }
        journal
    }

    /// The tree of the first entries as they are now.
    pub fn tree(&self, size: u64) -> CompactRange {
        let first = self.entries.iter().take(usize::try_from(size).unwrap());
        tree_of(first.map(|(_, bytes)| bytes.as_slice()))
    }

    /// Stores hashes that fit the entries, as one would who changed them.
    pub fn hash_again(&mut self) {
        let hash = |(seq, bytes): &(u64, Vec<u8>)| (*seq, Hash::leaf(bytes));
        self.leaves = self.entries.iter().map(hash).collect();
    }

    /// Numbers the rows from 1 again; with `inside`, also what entries say of themselves.
    pub fn number_again(&mut self, inside: bool) {
        for (seq, (at, bytes)) in (1..).zip(&mut self.entries) {
            *at = seq;
            if inside {
                renumber(bytes, seq);
            }
        }
    }

    pub fn begin(&self) -> Verifying {
        Verifying::new(&trust(), &self.checkpoints, &self.outside)
    }

    pub fn verify(&self) -> Report {
        self.verify_from(self.begin())
    }

    pub fn verify_from(&self, mut verifying: Verifying) -> Report {
        let entries = self.entries.iter().map(|(seq, bytes)| (*seq, bytes.as_slice()));
        for (seq, entry, leaf) in rows(entries, self.leaves.iter().copied()) {
            verifying.row(journal_proof::Row { seq, entry, leaf });
        }
        verifying.finish()
    }

    pub fn verify_without_hashes(&self) -> Report {
        Self { leaves: Vec::new(), ..self.clone() }.verify()
    }
}

/// The same throws from the same seed for ever (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `low` to `high`, both included.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.next() % length as u64).unwrap()
    }

    pub fn heads(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

/// Every way in.
pub fn read_all(bytes: &[u8]) {
    if let Ok(note) = SignedNote::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let _ = log_secret().public().signed_note(&note);
    }
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        assert_eq!(request.to_string().as_bytes(), bytes);
    }
    if let Ok(tree) = CompactRange::from_bytes(bytes) {
        assert_eq!(tree.to_bytes(), bytes);
        let _ = tree.root();
    }
    let witness = witness_secrets();
    if let Ok(state) = State::parse(bytes, &known_log(), witness[0].public()) {
        assert_eq!(state.to_string().as_bytes(), bytes);
    }
    if let Ok(checkpoint) = known_log().open(bytes) {
        let _ = two_of_three().cosigners(&checkpoint);
    }
    let _ = number_in_form_1(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = read_signatures(&text);
    let _ = text.parse::<KeyName>();
    let _ = text.parse::<Hash>();
    let _ = text.parse::<WitnessKey>();
    let _ = LogSecret::from_text(&text);
    if let Ok(key) = text.parse::<LogKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
}

/// Well-formed things of each kind, to be spoiled.
pub fn examples() -> Vec<Vec<u8>> {
    let tree = tree_of([b"one".as_slice(), b"two", b"three"]);
    let mut checkpoint = signed(&tree);
    cosign(&mut checkpoint, &witness_secrets());
    let proof = vec![tree.root(); 3];
    let request = AddCheckpoint { old: 2, proof, note: checkpoint.note().clone() };
    let file =
        format!("sightline-witness/v1\nlatest {}\n{checkpoint}", checkpoint.to_string().len());
    vec![
        checkpoint.to_string().into_bytes(),
        checkpoint.note().text().as_bytes().to_vec(),
        request.to_string().into_bytes(),
        file.into_bytes(),
        tree.to_bytes(),
        log_secret().public().to_string().into_bytes(),
        log_secret().to_text().as_bytes().to_vec(),
        ORIGIN.as_bytes().to_vec(),
    ]
}
