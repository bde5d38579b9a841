//! What a witness co-signs, and what it never does.

use std::collections::BTreeMap;

use journal_proof::{
    AddCheckpoint, Answer, CompactRange, Hash, Position, Refused, SignedCheckpoint, State,
    Watching, consistency,
};
use proptest::prelude::*;

use crate::support::{
    ORIGIN, at, known_log, signed, stored, two_of_three, witness_secret, witness_secrets,
};

/// A journal of which any earlier state can be signed, as somebody with the log's key could.
struct Branch {
    leaves: Vec<Hash>,
    nodes: BTreeMap<Position, Hash>,
}

impl Branch {
    /// The same entries up to the fork, others of its own after it.
    fn new(name: &str, fork: usize, size: usize) -> Self {
        let entry = |i: usize| {
            Hash::leaf(format!("{} {i}", if i < fork { "all" } else { name }).as_bytes())
        };
        let leaves: Vec<_> = (0..size).map(entry).collect();
        let nodes = stored(&leaves).1;
        Self { leaves, nodes }
    }

    fn tree(&self, size: u64) -> CompactRange {
        stored(&self.leaves[..usize::try_from(size).unwrap()]).0
    }

    fn checkpoint(&self, size: u64) -> SignedCheckpoint {
        signed(&self.tree(size))
    }

    fn request(&self, old: u64, size: u64) -> String {
        let proof = consistency(&self.nodes, old.min(size), size).unwrap();
        AddCheckpoint { old, proof, note: self.checkpoint(size).note().clone() }.to_string()
    }
}

fn watching() -> Watching {
    Watching { log: known_log(), key: witness_secrets().swap_remove(0) }
}

/// Asks, and keeps the state as it is found again in its file.
fn ask(state: &mut State, request: &str) -> Answer {
    let watching = watching();
    let answered = watching.answer(state, request.as_bytes(), at(1_760_000_000));
    if let Some(keep) = answered.keep {
        let file = keep.to_string();
        let read = State::parse(file.as_bytes(), &watching.log, watching.key.public()).unwrap();
        assert_eq!(read, keep);
        *state = read;
    }
    answered.answer
}

#[test]
fn a_witness_cosigns_the_first_tree_it_sees_and_what_continues_it() {
    let (branch, mut state) = (Branch::new("one", 0, 40), State::new());
    let mut old = 0;
    for size in [0, 1, 5, 5, 8, 40] {
        let answer = ask(&mut state, &branch.request(old, size));
        let Answer::Cosigned(lines) = &answer else { panic!("{answer:?}") };
        let mut checkpoint = branch.checkpoint(size);
        two_of_three().take(&mut checkpoint, lines).unwrap();
        assert_eq!(two_of_three().cosigners(&checkpoint).good.len(), 1);
        assert_eq!((answer.status(), answer.body()), (200, lines.clone()));
        assert_eq!(state.latest().unwrap().checkpoint(), checkpoint.checkpoint());
        old = size;
    }
}

#[test]
fn who_asks_from_another_size_is_told_the_right_one_and_nothing_is_kept() {
    let (branch, mut state) = (Branch::new("one", 0, 40), State::new());
    ask(&mut state, &branch.request(0, 9));
    let before = state.clone();
    for old in [0, 8, 10] {
        let answer = ask(&mut state, &branch.request(old, 20));
        assert_eq!((answer.status(), answer.body().as_str()), (409, "9\n"), "{old}");
    }
    assert_eq!(state, before);
    assert_eq!(ask(&mut state, &branch.request(9, 20)).status(), 200);
}

#[test]
fn an_older_checkpoint_is_not_cosigned_again() {
    let (branch, mut state) = (Branch::new("one", 0, 40), State::new());
    ask(&mut state, &branch.request(0, 20));
    assert_eq!(ask(&mut state, &branch.request(20, 9)), Answer::Refused(Refused::Shrinks));
    assert_eq!(ask(&mut state, &branch.request(9, 9)), Answer::Conflict { size: 20 });
    assert_eq!(Answer::Refused(Refused::Shrinks).status(), 400);
}

#[test]
fn a_fork_is_refused_for_ever_and_its_proof_is_kept() {
    let (seen, other) = (Branch::new("seen", 7, 40), Branch::new("other", 7, 40));
    let mut state = State::new();
    ask(&mut state, &seen.request(0, 12));
    for _ in 0..3 {
        assert_eq!(ask(&mut state, &other.request(12, 12)), Answer::Fork { size: 12 });
        assert_eq!(ask(&mut state, &other.request(0, 12)).status(), 409);
        let longer = ask(&mut state, &other.request(12, 30));
        assert_eq!(longer, Answer::Refused(Refused::Unproven));
        assert_eq!(longer.status(), 422);
    }
    // The journal that it has seen goes on being protected.
    assert_eq!(ask(&mut state, &seen.request(12, 30)).status(), 200);
    assert_eq!(ask(&mut state, &other.request(30, 30)).status(), 409);
    let fork = state.fork().unwrap();
    assert_eq!(fork.cosigned.checkpoint(), seen.checkpoint(12).checkpoint());
    assert_eq!(fork.contradicts.checkpoint(), other.checkpoint(12).checkpoint());
}

#[test]
fn a_proof_that_does_not_hold_or_is_too_much_is_refused() {
    let (branch, mut state) = (Branch::new("one", 0, 40), State::new());
    let root = branch.tree(3).root();
    let ask_with = |state: &mut State, old, size, proof: Vec<Hash>| {
        let note = branch.checkpoint(size).note().clone();
        ask(state, &AddCheckpoint { old, proof, note }.to_string())
    };
    assert_eq!(ask_with(&mut state, 0, 12, vec![root]).status(), 422);
    ask(&mut state, &branch.request(0, 12));
    assert_eq!(ask_with(&mut state, 12, 20, Vec::new()).status(), 422);
    assert_eq!(ask_with(&mut state, 12, 12, vec![root]).status(), 422);
    assert_eq!(ask_with(&mut state, 12, 20, vec![root; 64]).status(), 400);
    assert_eq!(state.latest().unwrap().checkpoint().size(), 12);
}

#[test]
fn what_the_log_did_not_sign_or_is_of_another_log_is_refused() {
    let (branch, mut state) = (Branch::new("one", 0, 9), State::new());
    let good = branch.request(0, 9);
    let other_log = good.replace(ORIGIN, "other.example/journal");
    assert_eq!(ask(&mut state, &other_log).status(), 404);
    let renamed = good.replace(&format!("— {ORIGIN}"), "— other.example/journal");
    assert_eq!(ask(&mut state, &renamed).status(), 403);
    let altered = good.replace("\n9\n", "\n8\n");
    assert_eq!(ask(&mut state, &altered).status(), 403);
    assert_eq!(ask(&mut state, "nonsense").status(), 400);
    assert_eq!(ask(&mut state, &good.replace("old 0", "old 00")).status(), 400);
    assert_eq!(state, State::new());
}

#[test]
fn a_request_is_written_as_the_specification_shows_it() {
    let branch = Branch::new("one", 0, 9);
    let note = branch.checkpoint(9);
    let proof: String =
        consistency(&branch.nodes, 6, 9).unwrap().iter().map(|h| format!("{h}\n")).collect();
    let request = branch.request(6, 9);
    assert_eq!(request, format!("old 6\n{proof}\n{note}"));
    assert_eq!(AddCheckpoint::parse(request.as_bytes()).unwrap().to_string(), request);
}

#[test]
fn strangers_signatures_are_not_kept() {
    let (branch, mut state) = (Branch::new("one", 0, 9), State::new());
    let mut note = branch.checkpoint(9).note().clone();
    for seed in 0..20 {
        note.add(witness_secret("stranger.example/x", seed).cosign(note.text(), at(5))).unwrap();
    }
    ask(&mut state, &AddCheckpoint { old: 0, proof: Vec::new(), note }.to_string());
    assert_eq!(state.latest().unwrap().note().signatures().len(), 2);
}

#[test]
fn a_state_that_was_edited_or_is_anothers_is_refused() {
    let (seen, other) = (Branch::new("seen", 7, 40), Branch::new("other", 7, 40));
    let mut state = State::new();
    ask(&mut state, &seen.request(0, 12));
    ask(&mut state, &other.request(12, 12));
    let (log, file) = (known_log(), state.to_string());
    let key = watching().key.public().clone();
    assert_eq!(State::parse(file.as_bytes(), &log, &key), Ok(state.clone()));
    assert!(State::parse(file.as_bytes(), &log, witness_secrets()[1].public()).is_err());
    for at in 0..file.len() {
        let mut bytes = file.clone().into_bytes();
        bytes[at] ^= 1;
        assert!(State::parse(&bytes, &log, &key).is_err(), "byte {at}");
        assert!(
            State::parse(&file.as_bytes()[..at], &log, &key).map_or(true, |s| s.fork().is_none()),
            "cut at {at}"
        );
    }
    // The log can't put a checkpoint there that this witness did not co-sign.
    let unsigned = other.checkpoint(12).to_string();
    let forged = format!("sightline-witness/v1\nlatest {}\n{unsigned}", unsigned.len());
    assert!(State::parse(forged.as_bytes(), &log, &key).is_err());
    assert_eq!(State::parse(State::new().to_string().as_bytes(), &log, &key), Ok(State::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn all_that_one_witness_ever_cosigns_is_one_journal(
        fork in 0usize..12,
        asked in prop::collection::vec((0usize..3, 0u64..24, 0u64..24, any::<bool>()), 1..25),
    ) {
        let branches = ["a", "b", "c"].map(|name| Branch::new(name, fork, 24));
        let mut state = State::new();
        let mut cosigned: Vec<(u64, Hash)> = Vec::new();
        for (which, old, size, honest) in asked {
            let seen = state.latest().map_or(0, |latest| latest.checkpoint().size());
            let request = branches[which].request(if honest { seen } else { old }, size);
            if let Answer::Cosigned(_) = ask(&mut state, &request) {
                cosigned.push((size, branches[which].tree(size).root()));
            }
        }
        let one = |branch: &Branch| {
            cosigned.iter().all(|(size, root)| branch.tree(*size).root() == *root)
        };
        prop_assert!(branches.iter().any(one));
        prop_assert!(cosigned.is_sorted_by_key(|(size, _)| *size));
    }
}
