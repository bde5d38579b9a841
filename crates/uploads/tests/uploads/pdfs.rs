//! PDF: what runs, what hides, and how it is found.

use std::collections::BTreeSet;

use rstest::rstest;
use uploads::{Active, Kind, Limits, Preview, Refusal, take};

use crate::made::{object_stream, pdf, pdf_with, stream, zlib};

fn found(sent: &[u8]) -> BTreeSet<Active> {
    match take(sent, &Limits::default()).unwrap().preview {
        Preview::MayBeDrawn => BTreeSet::new(),
        Preview::Never(active) => active,
        Preview::FromPixels => panic!("a PDF has no pixels"),
    }
}

fn refusal(sent: &[u8]) -> Refusal {
    take(sent, &Limits::default()).expect_err("it is refused")
}

#[test]
fn nothing_is_found_in_a_pdf_that_shows_pages() {
    assert_eq!(found(&pdf()), BTreeSet::new());
}

const ACTIONS: [(&str, Active); 8] = [
    ("<< /S /JavaScript /JS (app.alert(1)) >>", Active::JavaScript),
    ("<< /S/J#61vaScr#69pt /JS 9 0 R >>", Active::JavaScript),
    ("<< /OpenAction 9 0 R >>", Active::WhenOpened),
    ("<< /AcroForm << /XFA 9 0 R >> >>", Active::Xfa),
    ("<< /S /SubmitForm /F (https://x.invented) >>", Active::Sends),
    ("<< /S /GoToR /F (other.pdf) >>", Active::OpensOthers),
    ("<</S/ImportData>>", Active::Sends),
    ("<< /S /Rendition >>", Active::Plays),
];

#[test]
fn what_runs_is_found_wherever_it_is_written() {
    for (object, active) in ACTIONS {
        let plain = pdf_with("", format!("8 0 obj\n{object}\nendobj\n").as_bytes());
        let packed = pdf_with("", &object_stream(&format!("9 0 {object}")));
        let far = pdf_with(
            "",
            &object_stream(&format!("9 0 {}{object}", "<< /Nothing 1 >> ".repeat(9_000))),
        );
        // Within the bytes of a stream that is not packed: a table of objects may lead there.
        let within =
            [b"8 0 obj\n<< /Length 99 >>\nstream\n", object.as_bytes(), b"\nendstream\nendobj\n"]
                .concat();
        for (how, sent) in
            [("plain", plain), ("packed", packed), ("far", far), ("within", pdf_with("", &within))]
        {
            assert!(found(&sent).contains(&active), "{object}, {how}");
        }
    }
}

#[test]
fn what_runs_is_found_across_the_pieces_that_are_unpacked() {
    for before in 32 * 1024 - 80..32 * 1024 + 8 {
        let objects = format!("{}/S /JavaScript ", " ".repeat(before));
        assert!(
            found(&pdf_with("", &object_stream(&objects))).contains(&Active::JavaScript),
            "{before}"
        );
    }
}

#[rstest]
#[case::starts_a_program("<< /S /Launch /F (cmd.exe) >>", Refusal::StartsAProgram)]
#[case::file("<< /Type /EmbeddedFile >>", Refusal::FileInside)]
#[case::files("<< /Names << /EmbeddedFiles 9 0 R >> >>", Refusal::FileInside)]
#[case::media("<< /Subtype /RichMedia >>", Refusal::FileInside)]
#[case::locked("<< /Encrypt 9 0 R >>", Refusal::Locked)]
fn what_starts_or_hides_is_refused(#[case] object: &str, #[case] expected: Refusal) {
    assert_eq!(refusal(&pdf_with("", object.as_bytes())), expected);
    assert_eq!(refusal(&pdf_with("", &object_stream(object))), expected);
}

#[test]
fn objects_that_can_not_be_unpacked_are_said_not_to_be_looked_through() {
    let unread = BTreeSet::from([Active::NotLookedThrough]);
    let objects = "9 0 << /S /JavaScript >>";
    let hex: String = zlib(objects.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let twice = stream("/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", hex.as_bytes());
    assert_eq!(found(&pdf_with("", &twice)), unread);
    // Rows with a filter of their own hide names.
    let filtered = stream("/Type /ObjStm /DecodeParms << /Predictor 12 >>", &zlib(b"x"));
    assert_eq!(found(&pdf_with("", &filtered)), unread);
    let broken = stream("/Type /Obj#53tm", &zlib(b"x")[..6]);
    assert_eq!(found(&pdf_with("", &broken)), unread);
}

#[test]
fn a_bomb_in_a_pdf_is_left_when_the_bound_is_reached() {
    let limits = Limits { pdf_unpacked_bytes: 1024 * 1024, ..Limits::default() };
    let bomb = pdf_with("", &stream("", &zlib(&vec![0; 16 * 1024 * 1024])));
    let many = pdf_with("", &stream("", &zlib(b"x")).repeat(1_000));
    let many_of_nothing = pdf_with("", &b"stream ".repeat(1_000));
    for sent in [bomb, many, many_of_nothing] {
        let taken = take(&sent, &limits).unwrap();
        assert_eq!(taken.preview, Preview::Never(BTreeSet::from([Active::NotLookedThrough])));
    }
}

#[test]
fn a_pdf_with_anything_before_it_or_without_an_end_is_refused() {
    let sent = pdf();
    assert!(take(&[b" ", &sent[..]].concat(), &Limits::default()).is_err());
    assert_eq!(refusal(&sent[..sent.len() - 7]), Refusal::NotWhole(Kind::Pdf));
    assert_eq!(refusal(b"%PDF-1.7\n%%EOF\n"), Refusal::NotWhole(Kind::Pdf));
    assert!(take(&[&sent[..], b"\r\n\r\n"].concat(), &Limits::default()).is_ok());
}
