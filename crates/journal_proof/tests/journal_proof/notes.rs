//! Notes, keys, checkpoints, cosignatures and quorums: against published examples, and against
//! what must be refused.

use journal_proof::{
    AnswerNotTaken, Checkpoint, KnownLog, LogKey, LogSecret, NotACheckpoint, NotAQuorum, Quorum,
    SignedBy, SignedNote, WitnessKey, WitnessSecret,
};
use static_assertions::{assert_impl_all, assert_not_impl_any};

use crate::support::{
    ORIGIN, WITNESSES, at, cosign, known_log, log_secret, signed, tree_of, two_of_three,
    witness_secret, witness_secrets,
};

/// The verifier key and the note of c2sp.org/signed-note.
const SPEC_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const SPEC_NOTE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
/// The keys and the signature of golang.org/x/mod/sumdb/note, whose form the specification took on.
const GO_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                       then you don't know what your problem is.\n";
const GO_LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
/// The example of c2sp.org/tlog-cosignature, for which no keys are published.
const COSIGNED: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

assert_not_impl_any!(LogSecret: std::fmt::Display, Clone, Copy, PartialEq);
assert_not_impl_any!(WitnessSecret: std::fmt::Display, Clone, Copy, PartialEq);
assert_impl_all!(ed25519_dalek::SigningKey: zeroize::ZeroizeOnDrop);

fn parse(note: &str) -> SignedNote {
    SignedNote::parse(note.as_bytes()).unwrap()
}

#[test]
fn the_published_note_is_good_under_the_published_key() {
    let key: LogKey = SPEC_KEY.parse().unwrap();
    assert_eq!(key.to_string(), SPEC_KEY);
    assert_eq!(key.signed_note(&parse(SPEC_NOTE)), SignedBy::Good(()));
    let altered = SPEC_NOTE.replace("example message", "Example message");
    assert_eq!(key.signed_note(&parse(&altered)), SignedBy::Forged);
}

#[test]
fn the_published_secret_makes_the_published_signature() {
    let secret = LogSecret::from_text(GO_SECRET).unwrap();
    assert_eq!(secret.public().to_string(), GO_KEY);
    assert_eq!(secret.to_text().as_str(), GO_SECRET);
    assert_eq!(secret.sign(GO_TEXT).to_string(), GO_LINE);
}

#[test]
fn the_published_cosigned_checkpoint_is_read_and_written_as_it_is() {
    let note = parse(COSIGNED);
    assert_eq!(note.to_string(), COSIGNED);
    assert_eq!(note.signatures().len(), 2);
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size(), 20_852_163);
    assert_eq!(checkpoint.to_string(), note.text());
    let (time, signature) = note.signatures()[1].bytes.split_at(8);
    assert_eq!(i64::from_be_bytes(time.try_into().unwrap()), 1_679_315_147);
    assert_eq!(signature.len(), 64);
}

#[test]
fn a_cosignature_is_over_the_published_message() {
    // The message is put together here by hand and signed by the log's kind of key, which signs
    // what it is given.
    let witness = witness_secret("witness.example.com/w1", 5);
    let text = parse(COSIGNED).text().to_owned();
    let message = format!("cosignature/v1\ntime 1679315147\n{text}");
    let same_key = LogSecret::from_seed("x".parse().unwrap(), &zeroize::Zeroizing::new([5; 32]));
    let cosignature = witness.cosign(&text, at(1_679_315_147));
    let expected = [&1_679_315_147u64.to_be_bytes()[..], &same_key.sign(&message).bytes].concat();
    assert_eq!(cosignature.bytes, expected);
}

#[test]
fn a_secret_is_not_printed() {
    let secret = LogSecret::from_text(GO_SECRET).unwrap();
    let printed = format!("{secret:?}");
    assert_eq!(printed, "SecretKey(PeterNeumann+c74f20a3)");
    let half = GO_SECRET.replace("AYEK", "AYEL");
    let error = format!("{:?}", LogSecret::from_text(&half).unwrap_err());
    assert!(!error.contains("AYEL"), "an error holds nothing of the secret: {error}");
}

#[test]
fn a_key_for_one_purpose_is_refused_for_another() {
    let why = "it is not the key that is needed: it is for another purpose";
    assert_eq!(SPEC_KEY.parse::<WitnessKey>().unwrap_err().to_string(), why);
    assert_eq!(WitnessSecret::from_text(GO_SECRET).unwrap_err().to_string(), why);
    let witness = witness_secret("witness.example/w", 3);
    assert!(witness.public().to_string().parse::<LogKey>().is_err());
    assert_eq!(witness.public().to_string().parse::<WitnessKey>().as_ref(), Ok(witness.public()));
    assert!(WitnessSecret::from_text(&witness.to_text()).is_ok());
}

#[test]
fn malformed_keys_are_refused() {
    for bad in [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fob+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2!",
    ] {
        assert!(bad.parse::<LogKey>().is_err(), "{bad}");
        assert!(LogSecret::from_text(&format!("PRIVATE+KEY+{bad}")).is_err(), "{bad}");
        assert!(LogSecret::from_text(bad).is_err(), "{bad}");
    }
}

#[test]
fn malformed_notes_are_refused() {
    for bad in [
        "",
        "\n\n",
        "text\n",
        "text\n\n",
        &SPEC_NOTE[..SPEC_NOTE.len() - 1],
        &SPEC_NOTE.replace("\n\n", "\n"),
        &SPEC_NOTE.replace('—', "-"),
        &SPEC_NOTE.replace("— example.com/foo", "—  example.com/foo"),
        &SPEC_NOTE.replace("example.com/foo", "example.com+foo"),
        &SPEC_NOTE.replace("example.com/foo", "example.com\u{2003}foo"),
        &SPEC_NOTE.replace("message", "mess\tage"),
        &SPEC_NOTE.replace("message", "mess\rage"),
        &SPEC_NOTE.replace("aQM=", "aQM"),
        &SPEC_NOTE.replace("aQM=", "aQN="),
        "text\n\n— n AAAAAA==\n",
        &format!("text\n\n{}", "— n AAAAAAAAAA==\n".repeat(65)),
        &format!("{}{SPEC_NOTE}", "x".repeat(256 * 1024)),
    ] {
        assert!(SignedNote::parse(bad.as_bytes()).is_err(), "{:?}", bad.get(..80));
    }
    assert!(SignedNote::parse(&[SPEC_NOTE.as_bytes(), &[0xff]].concat()).is_err());
    assert!(
        SignedNote::parse(format!("text\n\n{}", "— n AAAAAAAAAA==\n".repeat(64)).as_bytes())
            .is_ok()
    );
}

#[test]
fn a_text_may_have_blank_lines_in_it() {
    let text = "one\n\n\ntwo\n\n";
    let note = SignedNote::new(text.to_owned(), log_secret().sign(text)).unwrap();
    let read = parse(&note.to_string());
    assert_eq!(read, note);
    assert_eq!(log_secret().public().signed_note(&read), SignedBy::Good(()));
}

#[test]
fn signatures_of_strangers_are_ignored_even_under_a_known_name_or_number() {
    let stranger =
        LogSecret::from_seed(ORIGIN.parse().unwrap(), &zeroize::Zeroizing::new([99; 32]));
    let tree = tree_of([b"one".as_slice()]);
    let (ours, mut note) = (signed(&tree), signed(&tree).note().clone());
    note.add(stranger.sign(note.text())).unwrap();
    assert_eq!(
        known_log().open(note.to_string().as_bytes()).unwrap().checkpoint(),
        ours.checkpoint()
    );
    let theirs = Checkpoint::new(ORIGIN, &tree).unwrap().sign(&stranger).unwrap();
    assert_eq!(known_log().open(theirs.to_string().as_bytes()), Err(NotACheckpoint::Unsigned));
}

#[test]
fn one_bad_signature_in_a_known_name_spoils_a_good_one() {
    let mut note = signed(&tree_of([b"one".as_slice()])).note().clone();
    let mut bad = note.signatures()[0].clone();
    bad.bytes[3] ^= 1;
    note.add(bad).unwrap();
    assert_eq!(log_secret().public().signed_note(&note), SignedBy::Forged);
    assert_eq!(known_log().open(note.to_string().as_bytes()), Err(NotACheckpoint::Unsigned));
}

#[test]
fn malformed_checkpoints_are_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let good = format!("example.com/log\n7\n{root}\n");
    assert!(good.parse::<Checkpoint>().is_ok());
    let extended = format!("{good}an extension\n");
    assert_eq!(extended.parse::<Checkpoint>().unwrap().to_string(), extended);
    for bad in [
        String::new(),
        "\n".to_owned(),
        good.trim_end().to_owned(),
        good.replace("example.com/log", ""),
        good.replace("\n7", "\n07"),
        good.replace("\n7", "\n-7"),
        good.replace("\n7", "\n+7"),
        good.replace("\n7", "\n"),
        good.replace("\n7", "\n9223372036854775808"),
        good.replace("\n7", "\n99999999999999999999999"),
        good.replace("\n7", "\n0"),
        good.replace(root, "CsUYapGG"),
        good.replace(root, &root.replace("q2I=", "q2J=")),
        format!("{good}\nan extension\n"),
        "example.com/log\n7\n".to_owned(),
    ] {
        assert!(bad.parse::<Checkpoint>().is_err(), "{bad:?}");
    }
    let tree = tree_of([b"one".as_slice()]);
    assert!(Checkpoint::new("", &tree).is_err());
    assert!(Checkpoint::new("log\n999", &tree).is_err(), "it would read as another checkpoint");
}

#[test]
fn a_checkpoint_of_another_log_is_refused() {
    let log = KnownLog { origin: "other.example/journal".to_owned(), ..known_log() };
    let note = signed(&tree_of([b"one".as_slice()])).to_string();
    assert_eq!(log.open(note.as_bytes()), Err(NotACheckpoint::OtherLog));
}

#[test]
fn checkpoints_under_an_earlier_key_of_the_log_stay_good() {
    let earlier = LogSecret::from_seed(ORIGIN.parse().unwrap(), &zeroize::Zeroizing::new([8; 32]));
    let checkpoint = Checkpoint::new(ORIGIN, &tree_of([b"one".as_slice()])).unwrap();
    let note = checkpoint.sign(&earlier).unwrap().to_string();
    let mut log = known_log();
    assert_eq!(log.open(note.as_bytes()), Err(NotACheckpoint::Unsigned));
    log.keys.push(earlier.public().clone());
    assert!(log.open(note.as_bytes()).is_ok());
}

#[test]
fn a_checkpoint_counts_when_enough_named_witnesses_cosigned_it() {
    let mut checkpoint = signed(&tree_of([b"one".as_slice()]));
    assert!(!two_of_three().cosigners(&checkpoint).are_enough());
    cosign(&mut checkpoint, &witness_secrets()[..1]);
    // The same witness again, at another time, is still one.
    let again = witness_secrets()[0].cosign(checkpoint.note().text(), at(1_770_000_000));
    two_of_three().take(&mut checkpoint, &format!("{again}\n")).unwrap();
    let cosigners = two_of_three().cosigners(&checkpoint);
    assert_eq!(cosigners.good, [(WITNESSES[0].parse().unwrap(), at(1_770_000_000))]);
    assert!(!cosigners.are_enough());
    cosign(&mut checkpoint, &witness_secrets()[2..]);
    let read = known_log().open(checkpoint.to_string().as_bytes()).unwrap();
    assert!(two_of_three().cosigners(&read).are_enough());
}

#[test]
fn an_answer_that_is_forged_or_by_a_stranger_is_not_taken() {
    let before = signed(&tree_of([b"one".as_slice()]));
    let mut checkpoint = before.clone();
    let text = before.note().text();
    let stranger = witness_secret("stranger.example/witness", 50).cosign(text, at(1));
    let mut take = |answer: &str| two_of_three().take(&mut checkpoint, answer);
    assert_eq!(take(&format!("{stranger}\n")), Err(AnswerNotTaken::Unknown));
    let other_text = witness_secrets()[0].cosign("something else\n", at(1));
    let forged = Err(AnswerNotTaken::Forged(WITNESSES[0].parse().unwrap()));
    assert_eq!(take(&format!("{other_text}\n")), forged);
    assert!(matches!(take("nonsense"), Err(AnswerNotTaken::Malformed(_))));
    assert_eq!(checkpoint, before);
}

#[test]
fn a_quorum_of_nobody_of_too_many_or_of_one_twice_is_refused() {
    let keys = || witness_secrets().iter().map(|w| w.public().clone()).collect::<Vec<_>>();
    let number = |needed| Some(NotAQuorum::Number { needed, witnesses: 3 });
    assert_eq!(Quorum::new(0, keys()).err(), number(0));
    assert_eq!(Quorum::new(4, keys()).err(), number(4));
    let again =
        [keys(), vec![witness_secret("another.name/witness", 11).public().clone()]].concat();
    assert_eq!(Quorum::new(2, again).err(), Some(NotAQuorum::Twice));
    let same_name = [keys(), vec![witness_secret(WITNESSES[0], 60).public().clone()]].concat();
    assert_eq!(Quorum::new(2, same_name).err(), Some(NotAQuorum::Twice));
}
