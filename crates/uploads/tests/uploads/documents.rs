//! Word, Excel and OpenDocument: macros, what is fetched, what hides, bombs and names.

use rstest::rstest;
use uploads::{Kind, Limits, Refusal, take};

use crate::made::{self, Part, docx_with, part, zip};

fn refusal(sent: &[u8]) -> Refusal {
    take(sent, &Limits::default()).expect_err("it is refused")
}

#[rstest]
#[case::macros(part("word/vbaProject.bin", "x"), Refusal::Macro)]
#[case::macros_by_another_case(part("word/VBAPROJECT.BIN", "x"), Refusal::Macro)]
#[case::excel_4_macros(part("xl/macrosheets/sheet1.xml", "<x/>"), Refusal::Macro)]
#[case::controls(part("word/activeX/activeX1.xml", "<x/>"), Refusal::Macro)]
#[case::object(part("word/embeddings/oleObject1.bin", "x"), Refusal::FileInside)]
#[case::strange(part("word/payload.bin", "x"), Refusal::FileInside)]
#[case::archive_inside(part("word/media/image1.png", b"PK\x03\x04..."), Refusal::FileInside)]
#[case::program_inside(part("word/media/image1.png", b"MZ\x90\0"), Refusal::FileInside)]
#[case::pdf_inside(part("word/media/image1.png", b"%PDF-1.7"), Refusal::FileInside)]
#[case::other_workbooks(part("xl/externalLinks/externalLink1.xml", "<x/>"), Refusal::Fetches)]
#[case::databases(part("xl/connections.xml", "<x/>"), Refusal::Fetches)]
#[case::field(
    part("word/header1.xml", "<w:instrText>DDEAUTO c:\\\\x</w:instrText>"),
    Refusal::Fetches
)]
#[case::document_type(
    part("word/header1.xml", "<!DOCTYPE lol [<!ENTITY a 'b'>]>"),
    Refusal::OddlyBuilt
)]
#[case::utf16(part("word/header1.xml", b"\xff\xfe<\0x\0"), Refusal::OddlyBuilt)]
#[case::utf7(
    part("word/header1.xml", "<?xml version='1.0' encoding='UTF-7'?>"),
    Refusal::OddlyBuilt
)]
#[case::in_pieces(part("[Content_Types].xml/[0].piece", "x"), Refusal::OddlyBuilt)]
fn a_document_that_brings_something_along_is_refused(
    #[case] more: Part,
    #[case] expected: Refusal,
) {
    assert_eq!(refusal(&docx_with(more)), expected);
}

#[rstest]
#[case::link_to_click("hyperlink", "https://school.invented/", " TargetMode=\"External\"", None)]
#[case::own_template(
    "attachedTemplate",
    "file:///C:\\Users\\m\\Letter.dotx",
    " TargetMode=\"External\"",
    None
)]
#[case::template(
    "attachedTemplate",
    "https://x.invented/t.dotm",
    " TargetMode=\"External\"",
    Some(Refusal::Fetches)
)]
#[case::template_on_a_server(
    "attachedTemplate",
    "file://x/t.dotm",
    " TargetMode=\"External\"",
    Some(Refusal::Fetches)
)]
#[case::picture(
    "image",
    "https://x.invented/seen.png",
    " TargetMode='External'",
    Some(Refusal::Fetches)
)]
#[case::written_otherwise(
    "image",
    "https://x.invented/seen.png",
    " TargetMode=\"&#69;xternal\"",
    Some(Refusal::Fetches)
)]
#[case::inside("image", "media/image1.png", "", None)]
fn only_links_that_somebody_clicks_lead_outside(
    #[case] kind: &str,
    #[case] target: &str,
    #[case] mode: &str,
    #[case] expected: Option<Refusal>,
) {
    let sent =
        docx_with(part("word/_rels/document.xml.rels", made::relationship(kind, target, mode)));
    assert_eq!(take(&sent, &Limits::default()).err(), expected);
}

#[rstest]
#[case::docm("application/vnd.ms-word.document.macroEnabled.main+xml", Refusal::Macro)]
#[case::presentation(
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    Refusal::OtherDocument
)]
#[case::template(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    Refusal::OtherDocument
)]
fn documents_of_other_kinds_are_refused(#[case] content_type: &str, #[case] expected: Refusal) {
    let mut parts = made::docx_parts();
    parts[0] = part("[Content_Types].xml", made::types("word/document.xml", content_type));
    assert_eq!(refusal(&zip(&parts)), expected);
}

#[test]
fn a_document_that_is_word_and_excel_is_two_things() {
    let mut parts = [made::docx_parts(), made::xlsx_parts()[2..].to_vec()].concat();
    let both = made::types("word/document.xml", made::WORD).replace(
        "</Types>",
        &format!("<Override PartName='/xl/workbook.xml' ContentType='{}'/></Types>", made::EXCEL),
    );
    parts[0] = part("[Content_Types].xml", both);
    assert_eq!(refusal(&zip(&parts)), Refusal::TwoThings(Kind::Docx));
}

#[rstest]
#[case::macros(part("Basic/Standard/Module1.xml", "<x/>"), Refusal::Macro)]
#[case::scripts(part("Scripts/python/x.py", "x"), Refusal::Macro)]
#[case::listeners(part("styles.xml", "<script:event-listener/>"), Refusal::Macro)]
#[case::old_object(part("Object 1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Refusal::FileInside)]
fn an_open_document_that_brings_something_along_is_refused(
    #[case] more: Part,
    #[case] expected: Refusal,
) {
    assert_eq!(refusal(&zip(&[made::odt_parts(made::ODT), vec![more]].concat())), expected);
}

#[test]
fn an_open_document_of_another_kind_or_locked_is_refused() {
    let other = zip(&made::odt_parts("application/vnd.oasis.opendocument.presentation"));
    assert_eq!(refusal(&other), Refusal::OtherDocument);
    let mut parts = made::odt_parts(made::ODT);
    parts[2].content = b"<manifest:encryption-data/>".to_vec();
    assert_eq!(refusal(&zip(&parts)), Refusal::Locked);
}

#[test]
fn archives_by_themselves_and_locked_ones_are_refused() {
    assert_eq!(refusal(&zip(&[part("letter.txt", "Dear")])), Refusal::Archive);
    let locked = Part { flags: 1, ..part("word/document.xml", "x") };
    assert_eq!(refusal(&zip(&[locked])), Refusal::Locked);
}

#[rstest]
#[case::above("../../etc/passwd")]
#[case::above_inside("word/../../x")]
#[case::from_the_root("/etc/passwd")]
#[case::windows("word\\..\\x")]
#[case::drive("C:/x")]
#[case::nothing_between("word//x")]
#[case::nul("word/x\0.xml")]
#[case::twice("WORD/document.xml")]
fn names_that_lead_elsewhere_are_refused(#[case] name: &str) {
    assert_eq!(refusal(&docx_with(part(name, "<x/>"))), Refusal::OddlyBuilt);
}

#[test]
fn a_name_that_is_no_text_is_refused() {
    let sent = docx_with(Part { name: vec![0xff, b'x'], ..part("", "x") });
    assert_eq!(refusal(&sent), Refusal::OddlyBuilt);
}

#[test]
fn bombs_are_refused_by_what_they_promise_and_by_what_they_do() {
    let zeros = vec![b' '; 8 * 1024 * 1024];
    assert_eq!(refusal(&docx_with(part("word/a.xml", &zeros))), Refusal::Bomb);
    // One that says that it is small.
    let lies = Part { claimed: Some(1000), ..part("word/a.xml", &zeros) };
    assert_eq!(refusal(&docx_with(lies)), Refusal::Bomb);
    // Many that are small each.
    let many: Vec<_> = (0..2_001).map(|number| part(&format!("word/{number}.xml"), "")).collect();
    assert_eq!(refusal(&zip(&many)), Refusal::Bomb);
    let limits = Limits { unpacked_bytes: 1024, ..Limits::default() };
    let sent = docx_with(part("word/a.xml", [b' '; 1024]));
    assert_eq!(take(&sent, &limits).unwrap_err(), Refusal::Bomb);
}

#[test]
fn a_bomb_of_archives_in_archives_is_refused_unopened() {
    // As 42.zip: sixteen archives, each of them sixteen more.
    let mut inner = zip(&[part("0.dll", vec![0; 1024 * 1024])]);
    for _ in 0..3 {
        let lib: Vec<_> =
            (0..16).map(|number| part(&format!("lib {number}.zip"), &inner)).collect();
        inner = zip(&lib);
    }
    assert_eq!(refusal(&inner), Refusal::Archive);
    let in_letter = docx_with(part("word/media/lib.zip", &inner));
    assert_eq!(refusal(&in_letter), Refusal::FileInside);
}

#[test]
fn entries_that_share_their_bytes_are_refused() {
    // Two entries of the list lead to the same bytes.
    let one = docx_with(part("word/a.xml", "<x/>"));
    let list = one.windows(4).position(|run| run == b"PK\x01\x02").unwrap();
    let entries = &one[list..one.len() - 22];
    let last = entries.windows(4).rposition(|run| run == b"PK\x01\x02").unwrap();
    let twice = [entries, &entries[last..]].concat();
    let end = made::end_of_zip(5, twice.len() as u32, list as u32);
    assert_eq!(refusal(&[&one[..list], &twice, &end].concat()), Refusal::OddlyBuilt);
}

#[test]
fn what_hides_before_between_or_behind_entries_is_refused() {
    let sent = made::docx();
    let list = sent.windows(4).position(|run| run == b"PK\x01\x02").unwrap();
    for at in [list, sent.len() - 22, sent.len()] {
        let mut hides = sent.clone();
        hides.splice(at..at, *b"hidden");
        assert_eq!(refusal(&hides), Refusal::OddlyBuilt, "{at}");
    }
}

/// The same letter with bytes put in at `at`, and every place in its list set right again.
fn moved(at: usize, hidden: &[u8]) -> Vec<u8> {
    let mut sent = made::docx();
    let shift = |sent: &mut [u8], place: usize| {
        let number = u32::from_le_bytes(sent[place..place + 4].try_into().unwrap());
        if number as usize >= at {
            sent[place..place + 4].copy_from_slice(&(number + hidden.len() as u32).to_le_bytes());
        }
    };
    for listed in places(&sent, b"PK\x01\x02") {
        shift(&mut sent, listed + 42);
    }
    let end = sent.len() - 22;
    shift(&mut sent, end + 16);
    sent.splice(at..at, hidden.iter().copied());
    sent
}

fn places(bytes: &[u8], mark: &[u8]) -> Vec<usize> {
    let is_mark = |(at, run): (usize, &[u8])| (run == mark).then_some(at);
    bytes.windows(mark.len()).enumerate().filter_map(is_mark).collect()
}

#[test]
fn what_hides_where_no_entry_is_is_refused_although_every_place_is_right() {
    let sent = made::docx();
    let entries = places(&sent, b"PK\x03\x04");
    let list = places(&sent, b"PK\x01\x02")[0];
    for at in [entries[0], entries[1], list] {
        assert_eq!(take(&moved(at, b""), &Limits::default()).unwrap().kind, Kind::Docx);
        assert!(take(&moved(at, b"hidden"), &Limits::default()).is_err(), "{at}");
        // As a program in front of an archive stands.
        let another = [b"PK\x03\x04", &[0; 26][..]].concat();
        assert_eq!(refusal(&moved(at, &another)), Refusal::OddlyBuilt, "{at}");
    }
}

#[test]
fn an_entry_that_is_not_what_its_checksum_says_is_refused() {
    let mut parts = made::docx_parts();
    parts[2].is_stored = true;
    let mut sent = zip(&parts);
    let at = sent.windows(5).position(|run| run == b"Morag").unwrap();
    sent[at] = b'm';
    assert_eq!(refusal(&sent), Refusal::OddlyBuilt);
}
