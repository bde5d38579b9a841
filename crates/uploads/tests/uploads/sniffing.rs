//! Type by content: what is taken, what is refused and in which words, and files that are two
//! things at once.

use rstest::rstest;
use uploads::{Kind, Limits, Place, Preview, Refusal, take};

use crate::made;

fn refusal(sent: &[u8]) -> Refusal {
    take(sent, &Limits::default()).expect_err("it is refused")
}

/// EICAR's test file, put together here so that no scanner stumbles over the source.
fn eicar() -> Vec<u8> {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!", "$H+H*"]
        .concat()
        .into()
}

#[test]
fn every_kind_is_known_by_its_content() {
    for (kind, sent) in made::every_kind() {
        let taken =
            take(&sent, &Limits::default()).unwrap_or_else(|refusal| panic!("{kind}: {refusal}"));
        assert_eq!(taken.kind, kind);
        assert_eq!(taken.place, Place::of(&taken.content));
        assert_eq!(taken.sent, Place::of(&sent));
        assert_eq!(taken.preview == Preview::FromPixels, kind.is_shown(), "{kind}");
        assert_eq!(Kind::from_code(kind.code()), Some(kind));
    }
}

#[test]
fn what_was_taken_is_taken_again_as_it_is() {
    for (kind, sent) in made::every_kind() {
        let first = take(&sent, &Limits::default()).unwrap();
        let again = take(&first.content, &Limits::default()).unwrap();
        assert_eq!((again.kind, again.place), (kind, first.place));
    }
}

#[rstest]
#[case::nothing(b"", Refusal::Empty)]
#[case::windows_program(b"MZ\x90\0\x03\0\0\0", Refusal::Program)]
#[case::linux_program(b"\x7fELF\x02\x01\x01\0", Refusal::Program)]
#[case::script(b"#!/bin/sh\nrm -rf ~\n", Refusal::Program)]
#[case::shortcut(b"\x4c\0\0\0\x01\x14\x02\0\0\0", Refusal::Program)]
#[case::page(b"<p>Dear all</p>", Refusal::WebPage)]
#[case::page_behind_words(b"Minutes\n<ScRiPt src=x>", Refusal::WebPage)]
#[case::drawing(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Refusal::WebPage)]
#[case::drawing_with_xml(b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", Refusal::WebPage)]
#[case::gif_that_is_a_script(b"GIF89a=1;alert(document.cookie)//", Refusal::OtherPicture)]
#[case::tiff(b"II*\0\x08\0\0\0", Refusal::OtherPicture)]
#[case::avif(b"\0\0\0\x18ftypavif\0\0\0\0", Refusal::OtherPicture)]
#[case::film(b"\0\0\0\x18ftypisom\0\0\0\0", Refusal::Recording)]
#[case::sound(b"RIFF\x04\0\0\0WAVE", Refusal::Recording)]
#[case::rar(b"Rar!\x1a\x07\x01\0", Refusal::Archive)]
#[case::seven_zip(b"7z\xbc\xaf\x27\x1c\0\x04", Refusal::Archive)]
#[case::gzip(b"\x1f\x8b\x08\0\0", Refusal::Archive)]
#[case::empty_zip(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Refusal::Archive)]
#[case::old_word(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Word", Refusal::OldDocument)]
#[case::locked_word(
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
    Refusal::Locked
)]
#[case::rich_text(b"{\\rtf1\\ansi{\\object\\objdata 01}}", Refusal::OldDocument)]
#[case::email(
    b"From: a@school.invented\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello",
    Refusal::Email
)]
#[case::utf16(b"\xff\xfeH\0i\0", Refusal::OtherText)]
#[case::latin1(b"Zo\xeb said", Refusal::Unknown)]
#[case::controls(b"Hello\0there", Refusal::Unknown)]
fn what_is_not_on_the_list_is_refused_with_the_reason(
    #[case] sent: &[u8],
    #[case] expected: Refusal,
) {
    assert_eq!(refusal(sent), expected);
}

#[test]
fn words_that_look_like_code_are_still_words() {
    for text in [
        "<3 from all of us",
        "The <headteacher> and the <scripted> talk",
        "MZ is my initial. BM too.",
        "From: Morag\nI rang at 3.",
    ] {
        assert_eq!(take(text.as_bytes(), &Limits::default()).unwrap().kind, Kind::Text, "{text}");
    }
}

#[test]
fn what_a_scanner_should_find_reaches_it_as_it_was_sent() {
    let sent = eicar();
    let taken = take(&sent, &Limits::default()).unwrap();
    assert_eq!(taken.kind, Kind::Text);
    assert_eq!(&taken.content[..], &sent[..]);
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_looked_at() {
    let limits = Limits { file_bytes: 1024 * 1024, ..Limits::default() };
    let refusal = take(&vec![b' '; 1024 * 1024 + 1], &limits).unwrap_err();
    assert_eq!(refusal, Refusal::TooLarge { most: 1024 * 1024 });
    assert!(refusal.to_string().contains("1 MB"), "{refusal}");
}

fn archive() -> Vec<u8> {
    made::zip(&[made::part("run.js", "alert(1)")])
}

#[test]
fn what_stands_behind_a_picture_is_cut_off() {
    let behind: [&[u8]; 4] = [&archive(), b"<html><script>", &made::pdf(), b"#!/bin/sh\n"];
    for (kind, sent) in made::every_kind().into_iter().filter(|(kind, _)| kind.is_shown()) {
        let alone = take(&sent, &Limits::default()).unwrap().content;
        for more in behind {
            let both = [&sent[..], more].concat();
            let taken = take(&both, &Limits::default()).unwrap();
            assert_eq!(taken.content, alone, "{kind}");
            assert_ne!(taken.sent, taken.place);
        }
    }
}

#[test]
fn what_stands_behind_a_document_makes_it_two_things() {
    for (kind, sent) in [(Kind::Pdf, made::pdf()), (Kind::Docx, made::docx())] {
        for more in [&archive()[..], b"<html><script>", &made::jpeg(), b"#!/bin/sh\n"] {
            let both = [&sent[..], more].concat();
            assert!(take(&both, &Limits::default()).is_err(), "{kind}");
        }
    }
    let letter_behind_pdf = [made::pdf(), made::docx()].concat();
    assert_eq!(refusal(&letter_behind_pdf), Refusal::TwoThings(Kind::Pdf));
}

#[test]
fn a_pdf_that_ends_as_an_archive_too_is_two_things() {
    // The list of entries in a comment of the PDF, and the end of the PDF in that of the archive.
    let archive = archive();
    let end = archive.len() - 22;
    let list = archive.windows(4).position(|run| run == b"PK\x01\x02").unwrap();
    let mut sent = made::pdf_with("", b"");
    let eof = sent.len() - b"%%EOF\n".len();
    let comment = [b"%", &archive[list..end], &archive[end..], b"\n"].concat();
    sent.splice(eof..eof, comment);
    assert_eq!(refusal(&sent), Refusal::TwoThings(Kind::Pdf));
}

#[test]
fn a_text_that_is_a_tape_or_holds_an_archive_is_refused() {
    let tape = [&b" ".repeat(257)[..], b"ustar ", &b" ".repeat(300)].concat();
    assert_eq!(refusal(&tape), Refusal::Archive);
    let with_rar = [made::pdf_with("", b"% Rar!\x1a\x07\x00\n")].concat();
    assert_eq!(refusal(&with_rar), Refusal::TwoThings(Kind::Pdf));
}

#[test]
fn a_picture_that_is_a_page_at_its_beginning_is_kept_without_the_page() {
    let sent = made::jpeg_with(&[made::segment(0xfe, b"<html><script>alert(1)</script>")]);
    let taken = take(&sent, &Limits::default()).unwrap();
    assert!(!taken.content.windows(7).any(|run| run == b"<script"));
    let page = made::pdf_with("/Title (<html><script>alert(1)</script>)", b"");
    assert_eq!(refusal(&page), Refusal::TwoThings(Kind::Pdf));
}

#[test]
fn every_reason_is_a_sentence_that_says_what_to_do() {
    for refusal in
        [Refusal::Macro, Refusal::Locked, Refusal::NotWhole(Kind::Jpeg), Refusal::Unknown]
    {
        let words = refusal.to_string();
        assert!(words.ends_with('.') && words.split(". ").count() >= 2, "{words}");
    }
    assert_eq!(
        Refusal::Macro.to_string(),
        "This file holds a macro. Save it without macros, or print it to PDF."
    );
}
