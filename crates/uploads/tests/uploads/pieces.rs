//! Sending in pieces: any order, again and again, and nothing more than was said.

use proptest::prelude::*;
use uploads::{Came, Limits, NotPut, NotTogether, Place, Refusal, Sending};

fn limits() -> Limits {
    Limits { file_bytes: 1_000, piece_bytes: 10, ..Limits::default() }
}

fn piece<'a>(sending: &Sending, content: &'a [u8], number: u32) -> &'a [u8] {
    let range = sending.range(number).unwrap();
    &content[range.start as usize..range.end as usize]
}

#[test]
fn what_is_missing_is_known() {
    let content: Vec<u8> = (0..45).collect();
    let mut sending = Sending::begin(45, &limits()).unwrap();
    assert_eq!((sending.pieces(), sending.gaps().first()), (5, Some(&(0..5))));
    for number in [4, 1] {
        assert_eq!(sending.put(number, piece(&sending, &content, number)), Ok(Came::New));
    }
    assert_eq!((sending.gaps(), sending.came_bytes()), (vec![0..1, 2..4], 15));
    assert_eq!(sending.together([&content[..]]), Err(NotTogether::Missing));
}

#[test]
fn a_piece_that_is_no_piece_of_this_file_changes_nothing() {
    let mut sending = Sending::begin(45, &limits()).unwrap();
    assert_eq!(sending.put(0, &[1; 10]), Ok(Came::New));
    let before = sending.clone();
    assert_eq!(sending.put(0, &[2; 10]), Err(NotPut::OtherContent(0)));
    assert_eq!(sending.put(5, &[1; 10]), Err(NotPut::NoSuchPiece { number: 5, pieces: 5 }));
    assert_eq!(
        sending.put(u32::MAX, &[]),
        Err(NotPut::NoSuchPiece { number: u32::MAX, pieces: 5 })
    );
    assert_eq!(
        sending.put(4, &[1; 10]),
        Err(NotPut::OtherLength { number: 4, bytes: 10, expected: 5 })
    );
    assert_eq!(
        sending.put(1, &[1; 11]),
        Err(NotPut::OtherLength { number: 1, bytes: 11, expected: 10 })
    );
    assert_eq!(sending, before);
}

#[test]
fn a_length_is_bounded_when_it_is_said() {
    assert_eq!(Sending::begin(0, &limits()).unwrap_err(), Refusal::Empty);
    assert_eq!(Sending::begin(1_001, &limits()).unwrap_err(), Refusal::TooLarge { most: 1_000 });
    // Four gibibytes and more are refused with the limits that Sightline uses.
    assert!(Sending::begin(1 << 32, &Limits::default()).is_err());
    let absurd = Limits { file_bytes: u64::MAX, piece_bytes: 0, ..Limits::default() };
    assert!(Sending::begin(u64::MAX, &absurd).is_err());
}

#[test]
fn a_stored_sending_that_can_not_be_is_not_read() {
    let place = Place::of(b"x");
    for stored in [
        format!(r#"{{"bytes":45,"piece_bytes":10,"came":{{"5":"{place}"}}}}"#),
        r#"{"bytes":45,"piece_bytes":0,"came":{}}"#.to_owned(),
        r#"{"bytes":0,"piece_bytes":10,"came":{}}"#.to_owned(),
        r#"{"bytes":45,"piece_bytes":10,"came":{"0":"abc"}}"#.to_owned(),
    ] {
        assert!(serde_json::from_str::<Sending>(&stored).is_err(), "{stored}");
    }
}

#[test]
fn a_piece_that_changed_where_it_was_stored_is_named() {
    let mut sending = Sending::begin(20, &limits()).unwrap();
    sending.put(0, &[0; 10]).unwrap();
    sending.put(1, &[1; 10]).unwrap();
    assert_eq!(sending.together([&[0; 10][..], &[2; 10]]), Err(NotTogether::OtherContent(1)));
    assert_eq!(sending.together([&[0; 10][..]]), Err(NotTogether::Missing));
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_puts_the_same_file_together(
        content in prop::collection::vec(any::<u8>(), 1..300),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..100),
    ) {
        let mut sending = Sending::begin(content.len() as u64, &limits()).unwrap();
        let pieces = sending.pieces();
        let all = order.iter().map(|index| index.index(pieces as usize) as u32).chain(0..pieces);
        let mut stored = vec![None; pieces as usize];
        for number in all {
            let came = piece(&sending, &content, number);
            let was_there = stored[number as usize].is_some();
            prop_assert_eq!(sending.put(number, came).unwrap(), if was_there { Came::Again } else { Came::New });
            stored[number as usize] = Some(came.to_vec());
            // Written and read between any two.
            sending = serde_json::from_str(&serde_json::to_string(&sending).unwrap()).unwrap();
            let missing: u32 = sending.gaps().iter().map(|gap| gap.end - gap.start).sum();
            prop_assert_eq!(missing as usize, stored.iter().filter(|piece| piece.is_none()).count());
        }
        prop_assert!(sending.is_whole() && sending.gaps().is_empty());
        let stored: Vec<_> = stored.into_iter().flatten().collect();
        prop_assert_eq!(sending.together(stored.iter().map(Vec::as_slice)).unwrap(), content);
    }
}
