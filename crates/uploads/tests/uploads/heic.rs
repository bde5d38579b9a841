//! HEIC: cleaned where it stands.

use rstest::rstest;
use uploads::{Kind, Limits, Preview, Refusal, take};

use crate::made::{self, PIXELS, boxed};

fn has(bytes: &[u8], run: &[u8]) -> bool {
    bytes.windows(run.len()).any(|window| window == run)
}

#[test]
fn a_heic_keeps_its_pixels_and_which_way_is_up_and_nothing_else_that_was_said() {
    let exif = [b"\0\0\0\0", &made::exif(6, b"53.4084N 2.9916W Kitchen")[..]].concat();
    let film = boxed(b"moov", b"the film beside it");
    let sent = made::heic_with(3, &exif, &film);
    let taken = take(&sent, &Limits::default()).unwrap();
    assert_eq!((taken.kind, taken.content.len()), (Kind::Heic, sent.len()));
    assert!(matches!(taken.preview, Preview::Never(_)));
    assert!(has(&taken.content, PIXELS) && has(&taken.content, b"irot\x03"));
    assert!(has(&taken.content, b"\0\0\0\0MM\0*\0\0\0\x08\0\0"), "Exif that says nothing");
    for said in [&b"53.4084N"[..], b"refuge", b"Farouk", b"at home", b"film", b"moov", b"udes"] {
        assert!(has(&sent, said) || said == b"moov", "{}", String::from_utf8_lossy(said));
        assert!(!has(&taken.content, said), "{}", String::from_utf8_lossy(said));
    }
}

#[test]
fn bytes_that_belong_to_no_item_are_blanked() {
    let mut sent = made::heic(0, b"x");
    let hidden = b"hidden behind the pixels";
    let at = sent.windows(4).position(|run| run == b"mdat").unwrap() - 4;
    let len = sent.len() - at + hidden.len();
    sent[at..at + 4].copy_from_slice(&(len as u32).to_be_bytes());
    sent.extend_from_slice(hidden);
    let taken = take(&sent, &Limits::default()).unwrap();
    assert!(!has(&taken.content, b"hidden") && has(&taken.content, PIXELS));
}

#[rstest]
#[case::elsewhere(b"iloc", 8 + 4 + 2 + 2 + 6, 0x7f)]
#[case::no_pixels(b"hvc1", 4, b'x')]
#[case::no_places(b"iloc", 7, b'x')]
fn a_heic_that_is_not_built_as_it_should_be_is_not_whole(
    #[case] before: &[u8],
    #[case] behind: usize,
    #[case] byte: u8,
) {
    let mut sent = made::heic(0, b"x");
    let at = sent.windows(4).rposition(|run| run == before).unwrap() - 4;
    let at = if behind < 8 { at + 4 + behind - 4 } else { at + behind };
    sent[at] = byte;
    assert_eq!(take(&sent, &Limits::default()).unwrap_err(), Refusal::NotWhole(Kind::Heic));
}

#[test]
fn a_heic_of_too_many_pixels_is_refused() {
    let mut sent = made::heic(0, b"x");
    let at = sent.windows(4).position(|run| run == b"ispe").unwrap() + 8;
    sent[at..at + 4].copy_from_slice(&30_000_u32.to_be_bytes());
    let refusal = take(&sent, &Limits::default()).unwrap_err();
    assert!(matches!(refusal, Refusal::TooManyPixels { .. }), "{refusal}");
}
