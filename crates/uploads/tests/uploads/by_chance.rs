//! What anybody may send: any bytes, and files of every kind with something changed. Nothing
//! panics; what is taken is on the list, within its bounds, and is taken again as it is.

use proptest::prelude::*;
use uploads::{picture::preview, take};

use crate::made;

/// What is changed in a file.
#[derive(Debug, Clone)]
enum Change {
    Byte(prop::sample::Index, u8),
    Number(prop::sample::Index, u32),
    Cut(prop::sample::Index),
    Out(prop::sample::Index, usize),
    In(prop::sample::Index, Vec<u8>),
    Twice(prop::sample::Index, prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        2 => (at(), prop_oneof![Just(0), Just(u32::MAX), Just(0x7fff_ffff), any::<u32>()])
            .prop_map(|(at, number)| Change::Number(at, number)),
        1 => at().prop_map(Change::Cut),
        1 => (at(), 1_usize..40).prop_map(|(at, len)| Change::Out(at, len)),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, more)| Change::In(at, more)),
        1 => (at(), at()).prop_map(|(from, to)| Change::Twice(from, to)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes.iter().filter(|_| !bytes.is_empty()).cloned().collect::<Vec<_>>() {
        let len = bytes.len().max(1);
        match change {
            Change::Byte(at, byte) => bytes[at.index(len)] = byte,
            Change::Number(at, number) => {
                let at = at.index(len);
                let end = len.min(at + 4);
                bytes[at..end].copy_from_slice(&number.to_be_bytes()[..end - at]);
            }
            Change::Cut(at) => bytes.truncate(at.index(len).max(1)),
            Change::Out(at, few) => {
                let at = at.index(len);
                bytes.drain(at..len.min(at + few).max(at + 1).min(len));
                bytes.push(0);
            }
            Change::In(at, more) => drop(bytes.splice(at.index(len)..at.index(len), more)),
            Change::Twice(from, to) => {
                let (from, to) = (from.index(len), to.index(len));
                let run = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(to..to, run);
            }
        }
    }
    bytes
}

fn holds(sent: &[u8]) -> Result<(), TestCaseError> {
    let limits = made::small_limits();
    let Ok(taken) = take(sent, &limits) else { return Ok(()) };
    // A picture is written with little that it did not bring.
    prop_assert!(taken.content.len() <= sent.len() + 128);
    let again = take(&taken.content, &limits);
    prop_assert_eq!(again.map(|again| (again.kind, again.place)), Ok((taken.kind, taken.place)));
    if let Ok(shown) = preview(taken.kind, &taken.content, &limits) {
        let shown = image::load_from_memory(&shown).unwrap();
        prop_assert!(shown.width().max(shown.height()) <= limits.preview_side);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_taken_or_refused(sent in prop::collection::vec(any::<u8>(), 0..600)) {
        holds(&sent)?;
    }

    #[test]
    fn any_bytes_behind_a_beginning_that_is_known_are_taken_or_refused(
        beginning in prop::sample::select(vec![
            &b"%PDF-1.7\n"[..], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", b"RIFF\xff\0\0\0WEBPVP8 ",
            b"PK\x03\x04", b"\0\0\0\x10ftypheic\0\0\0\0", b"<", b"MZ",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        holds(&[beginning, &rest].concat())?;
    }

    #[test]
    fn a_file_with_something_changed_is_taken_or_refused(
        which in 0_usize..10,
        changes in prop::collection::vec(change(), 1..8),
    ) {
        let (_, sent) = made::every_kind().swap_remove(which);
        holds(&changed(sent, &changes))?;
    }
}
