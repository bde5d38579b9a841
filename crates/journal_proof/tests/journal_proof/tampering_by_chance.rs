//! Ten thousand tamperings by dice (V21 of the threat model), each of which must be found, and
//! never said to stand where it does not. Whoever tampers has the database and the log's key, but
//! neither the witnesses' keys nor the checkpoint that they keep.

use std::collections::BTreeMap;

use journal_proof::{Finding, Hash, SignedNote, Verifying};

use crate::support::{Dice, Journal, at, entry, signed, witness_secret, witness_secrets};

const ENTRIES: u64 = 48;
/// What the witnesses co-signed last.
const COSIGNED: u64 = 40;
const TAMPERINGS: usize = 10_000;

fn journal() -> Journal {
    Journal::new(ENTRIES, &[(8, true), (13, false), (29, true), (COSIGNED, true), (45, false)])
}

/// The first number under which something else stands than was written, among those that the
/// witnesses saw.
fn first_wrong(before: &Journal, after: &Journal) -> Option<u64> {
    let mut now: BTreeMap<u64, Vec<&[u8]>> = BTreeMap::new();
    for (seq, bytes) in &after.entries {
        now.entry(*seq).or_default().push(bytes);
    }
    let as_it_was = |(seq, bytes): &&(u64, Vec<u8>)| now.get(seq) == Some(&vec![bytes.as_slice()]);
    let seen = before.entries.iter().filter(|(seq, _)| *seq <= COSIGNED);
    seen.into_iter().find(|row| !as_it_was(row)).map(|(seq, _)| *seq)
}

/// Changes entries among those that the witnesses saw; says how.
fn tamper_with_entries(journal: &mut Journal, dice: &mut Dice) -> &'static str {
    let one = dice.index(usize::try_from(COSIGNED).unwrap());
    let what = match dice.within(0, 7) {
        0 => {
            let bytes = &mut journal.entries[one].1;
            let bit = dice.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            "altered"
        }
        1 => {
            // Kind, moment or actor.
            journal.entries[one].1[dice.index(24) + 10] ^= 1 << dice.within(0, 7);
            "metadata"
        }
        2 => {
            let last = one + dice.index(journal.entries.len() - one);
            journal.entries.drain(one..=last);
            "deleted"
        }
        3 => {
            journal.entries.truncate(one);
            journal.checkpoints.truncate(dice.index(3));
            "cut off"
        }
        4 => {
            journal.entries.insert(one, (one as u64 + 1, entry(one as u64 + 1, 250)));
            journal.number_again(dice.heads());
            "inserted"
        }
        5 => {
            let twice = journal.entries[one].clone();
            journal.entries.insert(one + 1, twice);
            if dice.heads() {
                journal.number_again(dice.heads());
            }
            "twice"
        }
        6 => {
            let other = dice.index(journal.entries.len());
            journal.entries.swap(one, other);
            journal.number_again(dice.heads());
            "swapped"
        }
        _ => {
            journal.entries.remove(one);
            journal.number_again(dice.heads());
            "renumbered"
        }
    };
    match dice.within(0, 3) {
        0 => journal.leaves.clear(),
        1 => journal.hash_again(),
        2 => {
            // Some stored hashes are changed to fit, or to mislead.
            let at = dice.index(journal.leaves.len());
            journal.leaves[at].1 = Hash::leaf(&dice.next().to_be_bytes());
        }
        _ => {}
    }
    what
}

/// Signs the journal as it now is, with the log's key.
fn sign_again(journal: &mut Journal) {
    let size = journal.entries.len() as u64;
    let sizes = [8, 13, 29, 40, 45].map(|at: u64| at.min(size));
    journal.checkpoints = sizes.map(|size| signed(&journal.tree(size)).to_string()).to_vec();
}

/// Co-signs a checkpoint of the journal falsely; says how.
fn forge_checkpoints(journal: &mut Journal, dice: &mut Dice) -> &'static str {
    let at_place = dice.index(journal.checkpoints.len());
    let mut note = SignedNote::parse(journal.checkpoints[at_place].as_bytes()).unwrap();
    match dice.within(0, 3) {
        0 => {
            let mut forged = witness_secrets()[dice.index(3)].cosign(note.text(), at(7));
            let bit = dice.index(forged.bytes.len() * 8);
            forged.bytes[bit / 8] ^= 1 << (bit % 8);
            note.add(forged).unwrap();
            journal.checkpoints[at_place] = note.to_string();
            "forged cosignature"
        }
        1 => {
            let older = dice.index(journal.checkpoints.len() - 1);
            let newer = older + 1 + dice.index(journal.checkpoints.len() - 1 - older);
            let older = journal.checkpoints[older].clone();
            journal.checkpoints.insert(newer + 1, older);
            "older checkpoint"
        }
        2 => {
            tamper_with_entries(journal, dice);
            sign_again(journal);
            for note in &mut journal.checkpoints {
                let mut swapped = SignedNote::parse(note.as_bytes()).unwrap();
                for witness in &witness_secrets() {
                    let stranger = witness_secret(&witness.public().name().to_string(), 77);
                    swapped.add(stranger.cosign(swapped.text(), at(7))).unwrap();
                }
                *note = swapped.to_string();
            }
            "witness key swapped"
        }
        _ => {
            tamper_with_entries(journal, dice);
            sign_again(journal);
            "recomputed"
        }
    }
}

#[test]
fn v21_ten_thousand_random_tamperings_are_all_found() {
    let before = journal();
    let begun: Verifying = before.begin();
    assert!(before.verify_from(begun.clone()).is_sound());
    let mut dice = Dice(21);
    let (mut kinds, mut exactly) = (BTreeMap::<_, usize>::new(), 0);
    let mut done = 0;
    while done < TAMPERINGS {
        let mut after = before.clone();
        // Signatures are slow to check and most tamperings leave them alone.
        let (kind, report) = if dice.within(0, 19) == 0 {
            let kind = forge_checkpoints(&mut after, &mut dice);
            (kind, after.verify())
        } else {
            let kind = tamper_with_entries(&mut after, &mut dice);
            let begun =
                if after.checkpoints == before.checkpoints { begun.clone() } else { after.begin() };
            (kind, after.verify_from(begun))
        };
        let wrong = first_wrong(&before, &after);
        if wrong.is_none() && !["forged cosignature", "older checkpoint"].contains(&kind) {
            // Nothing was changed, as by swapping an entry with itself.
            continue;
        }
        done += 1;
        *kinds.entry(kind).or_default() += 1;
        assert!(!report.is_sound(), "{kind} was not found");
        if let Some(wrong) = wrong {
            let place = report.first.unwrap_or_else(|| panic!("{kind}: no entry named: {report}"));
            assert!(
                place.from <= wrong && wrong <= place.to,
                "{kind}: {wrong} is the first wrong one: {report}"
            );
            assert!(report.protected < wrong, "{kind}: {wrong} is said to be protected: {report}");
            exactly += usize::from(place.exactly().is_some());
        } else {
            let cleared = report.findings.iter().all(|f| !matches!(f, Finding::Altered { .. }));
            assert!(cleared && report.protected == COSIGNED, "{kind}: {report}");
        }
    }
    assert_eq!(kinds.len(), 12, "every kind came up: {kinds:?}");
    eprintln!("{kinds:?}, {exactly} named exactly");
}
