//! Pictures: what is left out, what stays, how large they may be, and previews.

use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage, metadata::Orientation};
use proptest::prelude::*;
use rstest::rstest;
use uploads::{
    Kind, Limits, Refusal,
    picture::{NoPreview, preview},
    take,
};

use crate::made::{self, chunk, riff, segment};

const PLANTED: &[u8] = b"53.4084N 2.9916W, Kitchen of the refuge, Invented Phone 9";

fn kept(sent: &[u8]) -> Vec<u8> {
    take(sent, &Limits::default())
        .unwrap_or_else(|refusal| panic!("{refusal}"))
        .content
        .into_owned()
}

fn pixels_of(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().to_rgb8()
}

/// Whether any eight bytes of `planted` stand in a row in `bytes`.
fn is_left(bytes: &[u8], planted: &[u8]) -> bool {
    planted.windows(8).any(|run| bytes.windows(8).any(|window| window == run))
}

/// A picture of each kind with this written about it wherever its format has a place for it.
fn pictures_that_tell(planted: &[u8], orientation: u8) -> Vec<(Kind, Vec<u8>)> {
    let exif = made::exif(orientation, planted);
    let behind = [&b"behind "[..], planted].concat();
    let jpeg = made::jpeg_with(&[
        segment(0xe1, &[b"Exif\0\0", &exif[..]].concat()),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", planted].concat()),
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", planted].concat()),
        segment(0xed, &[b"Photoshop 3.0\0", planted].concat()),
        segment(0xee, planted),
        segment(0xfe, planted),
        segment(0xe0, &[b"JFXX\0\x10", planted].concat()),
    ]);
    let png = made::png_with(&[
        chunk(b"eXIf", &exif),
        chunk(b"tEXt", &[b"Comment\0", planted].concat()),
        chunk(b"zTXt", &[b"Comment\0\0", planted].concat()),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", planted].concat()),
        chunk(b"iCCP", &[b"p\0\0", planted].concat()),
        chunk(b"prVt", planted),
    ]);
    let webp = made::webp_with(&[
        riff(b"EXIF", &exif),
        riff(b"XMP ", planted),
        riff(b"ICCP", planted),
        riff(b"NOTE", planted),
    ]);
    vec![
        (Kind::Jpeg, [jpeg, behind.clone()].concat()),
        (Kind::Png, [png, behind.clone()].concat()),
        (Kind::Webp, [webp, behind].concat()),
        (Kind::Heic, made::heic_with(1, &exif, &made::boxed(b"uuid", planted))),
    ]
}

#[test]
fn nothing_that_was_written_about_a_picture_is_kept() {
    for (kind, sent) in pictures_that_tell(PLANTED, 6) {
        assert!(is_left(&sent, PLANTED));
        assert!(!is_left(&kept(&sent), PLANTED), "{kind}");
    }
}

proptest! {
    #[test]
    fn no_run_of_what_was_planted_is_left(
        planted in prop::collection::vec(1_u8..=255, 24..200),
        orientation in 1_u8..=8,
    ) {
        // A run of one byte over and over may be among the pixels by itself.
        prop_assume!(planted.windows(8).all(|run| run.iter().any(|byte| *byte != run[0])));
        for (kind, sent) in pictures_that_tell(&planted, orientation) {
            prop_assert!(!is_left(&kept(&sent), &planted), "{}", kind);
        }
    }
}

#[test]
fn the_pixels_that_are_kept_are_those_that_were_sent() {
    let bare = [made::jpeg(), made::png(), made::webp()];
    for ((kind, sent), bare) in pictures_that_tell(PLANTED, 1).into_iter().zip(bare) {
        assert_eq!(pixels_of(&kept(&sent)), pixels_of(&bare), "{kind}");
    }
}

/// Red above, blue below, turned the other way round than `orientation` turns it back.
fn written_as(orientation: u8) -> DynamicImage {
    let upright = RgbImage::from_fn(64, 32, |x, y| match (x < 32, y < 16) {
        (true, true) => image::Rgb([250, 0, 0]),
        (false, true) => image::Rgb([0, 250, 0]),
        (true, false) => image::Rgb([0, 0, 250]),
        (false, false) => image::Rgb([250, 250, 0]),
    });
    let mut picture = DynamicImage::ImageRgb8(upright);
    // Each undoes itself, but for the two quarter turns, which undo each other.
    let undone = match orientation {
        6 => 8,
        8 => 6,
        other => other,
    };
    picture.apply_orientation(Orientation::from_exif(undone).unwrap());
    picture
}

fn told_as(orientation: u8, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    written_as(orientation).write_to(&mut bytes, format).unwrap();
    let bytes = bytes.into_inner();
    let exif = made::exif(orientation, PLANTED);
    match format {
        ImageFormat::Jpeg => {
            let segment = segment(0xe1, &[b"Exif\0\0", &exif[..]].concat());
            [&bytes[..2], &segment, &bytes[2..]].concat()
        }
        ImageFormat::Png => [&bytes[..33], &chunk(b"eXIf", &exif), &bytes[33..]].concat(),
        _ => {
            let body = [&bytes[8..], &riff(b"EXIF", &exif)].concat();
            [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
        }
    }
}

#[rstest]
fn a_picture_stays_the_right_way_up(
    #[values(1, 2, 3, 4, 5, 6, 7, 8)] orientation: u8,
    #[values(ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP)] format: ImageFormat,
) {
    let taken = kept(&told_as(orientation, format));
    assert!(!is_left(&taken, PLANTED));
    let kind = take(&taken, &Limits::default()).unwrap().kind;
    let shown = preview(kind, &taken, &Limits::default()).unwrap();
    let shown = pixels_of(&shown);
    assert_eq!(shown.dimensions(), (64, 32));
    let near = |x, y, [red, green, blue]: [u8; 3]| {
        let seen = shown.get_pixel(x, y).0;
        let far = seen.iter().zip([red, green, blue]).map(|(a, b)| a.abs_diff(b)).max().unwrap();
        assert!(far < 40, "{orientation}: {seen:?} at {x}, {y}");
    };
    near(8, 4, [250, 0, 0]);
    near(56, 4, [0, 250, 0]);
    near(8, 28, [0, 0, 250]);
    near(56, 28, [250, 250, 0]);
}

#[test]
fn a_flood_of_pixels_is_refused_by_its_head() {
    let begun = std::time::Instant::now();
    let packed = made::zlib(&vec![0; 1024 * 1024]);
    let png =
        [made::png_head(30_000, 30_000), chunk(b"IDAT", &packed), chunk(b"IEND", b"")].concat();
    let mut jpeg = made::jpeg();
    let frame = jpeg.windows(2).position(|run| run == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    // Neither side too long, and 144 million pixels.
    let mut square = jpeg.clone();
    square[frame + 5..frame + 9].copy_from_slice(&[0x2e, 0xe0, 0x2e, 0xe0]);
    for sent in [png, square, jpeg] {
        let refusal = take(&sent, &Limits::default()).unwrap_err();
        assert!(matches!(refusal, Refusal::TooManyPixels { .. }), "{refusal}");
    }
    assert!(begun.elapsed().as_secs() < 2);
}

#[test]
fn a_png_of_fewer_or_more_pixels_than_it_says_is_not_whole() {
    for rows in [31, 33] {
        let packed = made::zlib(&vec![0; rows * (1 + 48 * 3)]);
        let sent = [made::png_head(48, 32), chunk(b"IDAT", &packed), chunk(b"IEND", b"")].concat();
        assert_eq!(take(&sent, &Limits::default()).unwrap_err(), Refusal::NotWhole(Kind::Png));
    }
}

#[test]
fn what_is_hidden_behind_packed_pixels_of_a_png_is_refused() {
    let packed = [made::zlib(&vec![0; 32 * (1 + 48 * 3)]), PLANTED.to_vec()].concat();
    let sent = [made::png_head(48, 32), chunk(b"IDAT", &packed), chunk(b"IEND", b"")].concat();
    assert_eq!(take(&sent, &Limits::default()).unwrap_err(), Refusal::NotWhole(Kind::Png));
}

#[test]
fn a_picture_that_ends_early_is_not_whole() {
    for (kind, sent) in made::every_kind().into_iter().filter(|(kind, _)| kind.is_shown()) {
        let half = &sent[..sent.len() / 2];
        assert_eq!(take(half, &Limits::default()).unwrap_err(), Refusal::NotWhole(kind));
    }
}

#[test]
fn a_picture_that_moves_is_not_taken() {
    let moves = made::webp_with(&[riff(b"ANIM", &[0; 6])]);
    assert_eq!(take(&moves, &Limits::default()).unwrap_err(), Refusal::OtherPicture);
}

#[test]
fn a_preview_is_small_and_made_of_pixels_alone() {
    let limits = Limits { preview_side: 20, ..Limits::default() };
    for (kind, sent) in
        pictures_that_tell(PLANTED, 1).into_iter().filter(|(kind, _)| kind.is_shown())
    {
        // Even of what was sent, before anything was left out.
        let shown = preview(kind, &sent, &limits).unwrap();
        assert!(!is_left(&shown, PLANTED), "{kind}");
        let shown = image::load_from_memory_with_format(&shown, ImageFormat::Jpeg).unwrap();
        assert_eq!(shown.dimensions(), (20, 13), "{kind}");
    }
}

#[test]
fn a_preview_that_takes_too_much_memory_is_not_made() {
    let limits = Limits { preview_bytes: 1024 * 1024, ..Limits::default() };
    assert_eq!(preview(Kind::Jpeg, &made::jpeg(), &limits), Err(NoPreview::TooLarge));
    assert_eq!(preview(Kind::Pdf, &made::pdf(), &limits), Err(NoPreview::OtherKind));
    assert_eq!(preview(Kind::Jpeg, b"\xff\xd8\xff", &limits), Err(NoPreview::Damaged));
}
