//! Each way to change a journal, and that it is found. The journal has 40 entries; checkpoints of
//! 10, 20 and 30 are co-signed, one of 35 the log alone has signed. The witnesses keep that of 30.

use journal_proof::{
    Finding, Hash, Place, Report, Row, SignedNote, Trust, Verifying, number_in_form_1,
};

use crate::support::{
    Journal, at, entry, known_log, renumber, signed, tree_of, trust, two_of_three, witness_secret,
    witness_secrets,
};

const COSIGNED: u64 = 30;

fn journal() -> Journal {
    Journal::new(40, &[(10, true), (20, true), (COSIGNED, true), (35, false)])
}

/// The first wrong entry is this one, whoever reads the report.
fn finds_exactly(report: &Report, seq: u64, finding: &Finding) {
    assert_eq!(report.first, Some(Place { from: seq, to: seq }), "{report}");
    assert_eq!(report.first.unwrap().exactly(), Some(seq));
    finds(report, finding);
    assert!(report.protected < seq, "{report}");
    assert!(report.to_string().contains(&format!("The first wrong entry is {seq}.\n")), "{report}");
}

fn finds_within(report: &Report, from: u64, to: u64, finding: &Finding) {
    assert_eq!(report.first, Some(Place { from, to }), "{report}");
    finds(report, finding);
    assert!(report.protected < from, "{report}");
    assert!(report.to_string().contains(&format!("is one of {from} to {to}.\n")), "{report}");
}

fn finds(report: &Report, finding: &Finding) {
    assert!(report.findings.contains(finding), "{finding:?} in {report:?}");
    assert!(!report.is_sound());
    let text = report.to_string();
    assert!(text.starts_with("THE JOURNAL OR ITS PROOF WAS CHANGED.\n"), "{text}");
    assert!(text.contains(&finding.to_string()), "{text}");
}

fn root_differs(size: u64, after: u64) -> Finding {
    Finding::RootDiffers { size, after, is_cosigned: true }
}

#[test]
fn a_journal_that_nobody_changed_is_sound_and_its_tail_is_declared_unprotected() {
    for report in [journal().verify(), journal().verify_without_hashes()] {
        assert!(report.is_sound() && report.first.is_none(), "{report}");
        assert_eq!((report.entries, report.protected), (40, COSIGNED));
        assert_eq!(report.unprotected(), Some(Place { from: 31, to: 40 }));
        assert_eq!(
            report.to_string(),
            "Nothing wrong was found in 40 entries.\n\
             The last co-signed checkpoint is of 30 entries, by council.example/witness, \
             police.example/witness.\n\
             Entries 1 to 30 are as the witnesses saw them.\n\
             Entries 31 to 40 are not protected: a change in them may not be found.\n"
        );
    }
}

#[test]
fn an_empty_journal_is_sound_and_nothing_in_it_is_proven() {
    let report = Journal::new(0, &[(0, true)]).verify();
    assert!(report.is_sound() && report.unprotected().is_none(), "{report}");
}

#[test]
fn an_entry_that_was_altered_is_found() {
    let mut journal = journal();
    *journal.entries[16].1.last_mut().unwrap() ^= 1;
    finds_exactly(&journal.verify(), 17, &Finding::Altered { seq: 17 });
    // Without the stored hashes, or with a hash that was altered to fit, only the two checkpoints
    // around it tell.
    finds_within(&journal.verify_without_hashes(), 11, 20, &root_differs(20, 10));
    journal.hash_again();
    finds_within(&journal.verify(), 11, 20, &root_differs(20, 10));
}

#[test]
fn who_looked_and_when_can_not_be_altered() {
    for byte in [1, 12, 20, 40] {
        let mut journal = journal();
        journal.entries[3].1[byte] ^= 4;
        finds_exactly(&journal.verify(), 4, &Finding::Altered { seq: 4 });
        journal.hash_again();
        finds_within(&journal.verify(), 1, 10, &root_differs(10, 0));
    }
}

#[test]
fn entries_deleted_in_the_middle_are_found() {
    let mut journal = journal();
    journal.entries.drain(16..19);
    finds_exactly(&journal.verify(), 17, &Finding::Missing { first: 17, last: 19 });
    // With their hashes gone as well: what stands between the checkpoint of 10 and the gap can't
    // be proven any more.
    finds_within(
        &journal.verify_without_hashes(),
        11,
        17,
        &Finding::Missing { first: 17, last: 19 },
    );
}

#[test]
fn a_tail_that_was_cut_off_is_found() {
    let mut journal = journal();
    journal.entries.truncate(25);
    let report = journal.verify();
    finds_exactly(&report, 26, &Finding::Missing { first: 26, last: 40 });
    assert_eq!(report.entries, 25);
    journal.leaves.truncate(25);
    finds_within(&journal.verify(), 21, 26, &Finding::Missing { first: 26, last: 35 });
    // With the checkpoints gone as well, the one that the witnesses keep tells.
    journal.checkpoints.truncate(2);
    finds_within(&journal.verify(), 21, 26, &Finding::Missing { first: 26, last: 30 });
}

#[test]
fn an_entry_that_was_inserted_is_found() {
    let mut journal = journal();
    journal.entries.insert(16, (17, entry(17, 200)));
    journal.number_again(false);
    finds_exactly(&journal.verify(), 17, &Finding::Altered { seq: 17 });
    finds(&journal.verify_without_hashes(), &Finding::Misnumbered { seq: 18, says: 17 });
    assert_eq!(journal.verify_without_hashes().first, Some(Place { from: 11, to: 18 }));
    journal.number_again(true);
    journal.hash_again();
    finds_within(&journal.verify(), 11, 20, &root_differs(20, 10));
}

#[test]
fn an_entry_that_stands_there_twice_is_found() {
    let mut journal = journal();
    let twice = journal.entries[16].clone();
    journal.entries.insert(17, twice);
    finds_exactly(&journal.verify(), 17, &Finding::OutOfOrder { seq: 17, after: 17 });
    journal.number_again(false);
    finds_exactly(&journal.verify(), 18, &Finding::Misnumbered { seq: 18, says: 17 });
}

#[test]
fn two_entries_that_changed_places_are_found() {
    let mut journal = journal();
    journal.entries.swap(13, 17);
    journal.number_again(false);
    finds_exactly(&journal.verify(), 14, &Finding::Misnumbered { seq: 14, says: 18 });
    journal.hash_again();
    finds(&journal.verify(), &Finding::Misnumbered { seq: 14, says: 18 });
    journal.number_again(true);
    journal.hash_again();
    finds_within(&journal.verify(), 11, 20, &root_differs(20, 10));
}

#[test]
fn rows_that_come_in_another_order_are_found() {
    let mut journal = journal();
    journal.entries.swap(13, 14);
    finds_exactly(&journal.verify(), 14, &Finding::OutOfOrder { seq: 14, after: 15 });
    // One that comes again long after a checkpoint that it was in is not protected by it.
    let mut again = Journal::new(40, &[(10, true), (20, true)]);
    again.entries.push((5, entry(5, 200)));
    finds_exactly(&again.verify(), 5, &Finding::OutOfOrder { seq: 5, after: 40 });
}

#[test]
fn a_gap_that_was_hidden_by_new_numbers_is_found() {
    let mut journal = journal();
    journal.entries.remove(16);
    journal.number_again(false);
    finds_exactly(&journal.verify(), 17, &Finding::Misnumbered { seq: 17, says: 18 });
    journal.number_again(true);
    finds_exactly(&journal.verify(), 17, &Finding::Altered { seq: 17 });
    journal.hash_again();
    finds_within(&journal.verify(), 11, 20, &root_differs(20, 10));
}

/// The operator with all its keys: other entries, other hashes, other checkpoints.
fn recomputed() -> Journal {
    let mut journal = journal();
    journal.entries[24].1 = entry(25, 200);
    journal.hash_again();
    journal.checkpoints =
        [10, 20, 30, 35].map(|size| signed(&journal.tree(size)).to_string()).to_vec();
    journal
}

#[test]
fn a_recomputed_journal_is_found_by_the_checkpoint_that_the_witnesses_keep() {
    let journal = recomputed();
    finds_within(&journal.verify(), 1, 30, &root_differs(30, 0));
    finds(&journal.verify(), &Finding::TwoRoots { size: 30 });
    // Without the witnesses nothing is found, and nothing is said to be protected.
    let alone = Journal { outside: Vec::new(), ..journal }.verify();
    assert!(alone.is_sound() && alone.protected == 0 && alone.cosigned.is_none());
    assert!(alone.to_string().contains("No checkpoint was co-signed by enough witnesses.\n"));
    assert!(alone.to_string().contains("Entries 1 to 40 are not protected"));
}

#[test]
fn one_witness_copy_is_not_enough_to_prove_and_enough_to_warn() {
    let mut journal = recomputed();
    journal.outside.truncate(1);
    let report = journal.verify();
    finds(&report, &Finding::TwoRoots { size: 30 });
    finds(&report, &Finding::RootDiffers { size: 30, after: 0, is_cosigned: false });
    assert_eq!((report.protected, report.cosigned), (0, None));
}

#[test]
fn a_recomputed_journal_is_found_by_any_cosigned_checkpoint_that_is_left() {
    let mut recomputed = recomputed();
    recomputed.outside.clear();
    recomputed.checkpoints[1] = journal().checkpoints[1].clone();
    recomputed.checkpoints.push(journal().checkpoints[2].clone());
    finds_within(&recomputed.verify(), 21, 30, &root_differs(30, 20));
}

#[test]
fn an_older_checkpoint_in_the_place_of_a_newer_is_found() {
    let mut journal = journal();
    journal.checkpoints[3] = journal.checkpoints[0].clone();
    let report = journal.verify();
    finds(&report, &Finding::CheckpointOutOfOrder { place: 4, size: 10, after: 30 });
    assert_eq!((report.first, report.protected), (None, COSIGNED));
    // At the end of a journal that was cut to fit, the witnesses' own copy tells.
    journal.checkpoints = journal.checkpoints[..1].to_vec();
    journal.entries.truncate(10);
    journal.leaves.truncate(10);
    finds_exactly(&journal.verify(), 11, &Finding::Missing { first: 11, last: 30 });
}

#[test]
fn a_forged_cosignature_is_found() {
    let mut journal = journal();
    let mut note = SignedNote::parse(journal.checkpoints[3].as_bytes()).unwrap();
    for real in &witness_secrets()[..2] {
        let mut forged = real.cosign(note.text(), at(1));
        forged.bytes[20] ^= 1;
        note.add(forged).unwrap();
    }
    journal.checkpoints[3] = note.to_string();
    let report = journal.verify();
    for witness in &witness_secrets()[..2] {
        let witness = witness.public().name().clone();
        finds(&report, &Finding::ForgedCosignature { size: 35, witness });
    }
    assert_eq!(report.protected, COSIGNED);
}

#[test]
fn a_cosignature_of_another_checkpoint_is_found() {
    let mut journal = journal();
    let other = SignedNote::parse(journal.checkpoints[1].as_bytes()).unwrap();
    let mut note = SignedNote::parse(journal.checkpoints[3].as_bytes()).unwrap();
    other.signatures()[1..].iter().for_each(|s| note.add(s.clone()).unwrap());
    journal.checkpoints[3] = note.to_string();
    let witness = witness_secrets()[1].public().name().clone();
    finds(&journal.verify(), &Finding::ForgedCosignature { size: 35, witness });
}

#[test]
fn a_witness_whose_key_was_swapped_counts_for_nothing() {
    // The operator invents keys for the witnesses' names and co-signs what it recomputed.
    let mut recomputed = recomputed();
    for note in &mut recomputed.checkpoints {
        let mut swapped = SignedNote::parse(note.as_bytes()).unwrap();
        for (witness, seed) in witness_secrets().iter().zip(90..) {
            let name = witness.public().name().to_string();
            swapped.add(witness_secret(&name, seed).cosign(swapped.text(), at(1))).unwrap();
        }
        *note = swapped.to_string();
    }
    finds_within(&recomputed.verify(), 1, 30, &root_differs(30, 0));
    let alone = Journal { outside: Vec::new(), ..recomputed }.verify();
    assert!(alone.cosigned.is_none() && alone.protected == 0, "{alone}");
}

#[test]
fn one_bribed_witness_of_three_does_not_make_a_quorum() {
    let mut recomputed = recomputed();
    let mut bribed = signed(&recomputed.tree(35));
    crate::support::cosign(&mut bribed, &witness_secrets()[..1]);
    recomputed.checkpoints.push(bribed.to_string());
    let report = recomputed.verify();
    finds_within(&report, 1, 30, &root_differs(30, 0));
    assert_eq!(report.protected, 0);
}

#[test]
fn a_checkpoint_under_another_log_or_key_is_found() {
    let mut journal = journal();
    journal.checkpoints[1] = journal.checkpoints[1].replace("sightline.example", "other.example");
    journal.checkpoints[2] = journal.checkpoints[2].replace("\n30\n", "\n29\n");
    let report = journal.verify();
    let places = report.findings.iter().filter_map(|finding| match finding {
        Finding::NotACheckpoint { place, .. } => Some(*place),
        _ => None,
    });
    assert_eq!(places.collect::<Vec<_>>(), [2, 3], "{report}");
    assert_eq!((report.first, report.protected), (None, COSIGNED));
}

#[test]
fn a_stored_hash_that_was_altered_is_found_and_its_entry_cleared() {
    let mut journal = journal();
    journal.leaves[16].1 = Hash::leaf(b"something else");
    let report = journal.verify();
    finds(&report, &Finding::StoredHash { seq: 17 });
    assert_eq!((report.first, report.protected), (None, COSIGNED));
}

#[test]
fn in_the_unprotected_tail_only_the_careless_are_found() {
    let mut careless = journal();
    *careless.entries[37].1.last_mut().unwrap() ^= 1;
    let report = careless.verify();
    finds(&report, &Finding::Unlike { seq: 38 });
    assert_eq!(report.protected, COSIGNED);
    // Somebody without the log's key can't sign a checkpoint that fits.
    let mut keyless = journal();
    *keyless.entries[32].1.last_mut().unwrap() ^= 1;
    keyless.hash_again();
    let finding = Finding::RootDiffers { size: 35, after: 30, is_cosigned: false };
    finds_within(&keyless.verify(), 31, 35, &finding);
    let mut careful = journal();
    *careful.entries[37].1.last_mut().unwrap() ^= 1;
    careful.hash_again();
    let report = careful.verify();
    assert!(report.is_sound());
    assert_eq!(report.unprotected(), Some(Place { from: 31, to: 40 }));
}

#[test]
fn checkpoints_that_the_log_alone_signed_clear_nothing() {
    // It signs after each entry, so that only the last would seem wrong.
    let mut journal = journal();
    journal.entries[12].1 = entry(13, 200);
    journal.hash_again();
    let own = (10..20).map(|size| signed(&journal.tree(size)).to_string());
    journal.checkpoints.splice(1..1, own.collect::<Vec<_>>());
    finds_within(&journal.verify(), 11, 20, &root_differs(20, 10));
}

#[test]
fn witnesses_who_cosign_two_trees_prove_neither() {
    let mut journal = journal();
    let other = tree_of((1..=30).map(|_| b"x".as_slice()));
    let mut second = signed(&other);
    crate::support::cosign(&mut second, &witness_secrets());
    journal.checkpoints.insert(3, second.to_string());
    let report = journal.verify();
    finds(&report, &Finding::TwoRoots { size: 30 });
    assert_eq!(report.protected, 20);
}

#[test]
fn entries_that_do_not_tell_their_number_are_verified_all_the_same() {
    let trust = Trust { number_in: |_| None, log: known_log(), quorum: two_of_three() };
    let mut journal = journal();
    journal.entries.swap(13, 17);
    journal.number_again(false);
    let mut verifying = Verifying::new(&trust, &journal.checkpoints, &journal.outside);
    for (seq, bytes) in &journal.entries {
        verifying.row(Row { seq: *seq, entry: Some(bytes), leaf: None });
    }
    finds_within(&verifying.finish(), 11, 20, &root_differs(20, 10));
}

#[test]
fn the_number_is_read_from_an_entry_of_form_1() {
    let mut bytes = entry(77, 1);
    assert_eq!(number_in_form_1(&bytes), Some(77));
    renumber(&mut bytes, 78);
    assert_eq!(number_in_form_1(&bytes), Some(78));
    assert_eq!(number_in_form_1(&bytes[..9]), None);
    bytes[0] = 2;
    assert_eq!(number_in_form_1(&bytes), None);
    assert_eq!((trust().number_in)(&[]), None);
}

#[test]
fn many_findings_are_counted_and_not_all_listed() {
    let mut journal = Journal::new(1300, &[(1300, true)]);
    journal.entries.iter_mut().for_each(|(_, bytes)| bytes[30] ^= 1);
    let report = journal.verify();
    finds_exactly(&report, 1, &Finding::Altered { seq: 1 });
    assert_eq!(report.findings.len() as u64 + report.not_listed, 1300);
    assert!(report.to_string().contains("more findings"));
}
