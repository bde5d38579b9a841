//! Names of files, made safe.

use proptest::prelude::*;
use rstest::rstest;
use uploads::{FileName, Kind};

#[rstest]
#[case::plain("Minutes.pdf", "Minutes.pdf")]
#[case::ending_in_capitals("SCAN0001.PDF", "SCAN0001.pdf")]
#[case::vietnamese("Đơn xin của Nguyễn Thị Ánh.pdf", "Đơn xin của Nguyễn Thị Ánh.pdf")]
#[case::arabic("تقرير المدرسة.pdf", "تقرير المدرسة.pdf")]
#[case::persian_with_joiner("نامه\u{200c}ها.pdf", "نامه\u{200c}ها.pdf")]
#[case::decomposed("Zoe\u{308}.pdf", "Zoë.pdf")]
#[case::path("../../etc/passwd", "passwd.pdf")]
#[case::windows_path("C:\\Users\\morag\\letter.pdf", "letter.pdf")]
#[case::only_a_path("../..//", "file.pdf")]
#[case::nothing("", "file.pdf")]
#[case::dots("...", "file.pdf")]
#[case::hidden(".htaccess", "htaccess.pdf")]
#[case::program("letter.exe", "letter.exe.pdf")]
#[case::far_away_ending("letter.pdf                    .exe", "letter.pdf .exe.pdf")]
#[case::turned("invoice\u{202e}fdp.exe", "invoicefdp.exe.pdf")]
#[case::isolates("a\u{2066}b\u{2069}.pdf", "ab.pdf")]
#[case::nul("a\0b.pdf", "ab.pdf")]
#[case::new_header("a\r\nSet-Cookie: b.pdf", "a Set-Cookie_ b.pdf")]
#[case::quotes("a\"; filename=\"b.exe", "a_; filename=_b.exe.pdf")]
#[case::reserved("CON", "_CON.pdf")]
#[case::reserved_with_endings("com1.tar.pdf", "_com1.tar.pdf")]
#[case::not_reserved("console.pdf", "console.pdf")]
#[case::trailing("letter. .pdf", "letter.pdf")]
fn a_name_is_made_safe_and_stays_readable(#[case] sent: &str, #[case] expected: &str) {
    assert_eq!(FileName::new(sent, Kind::Pdf).as_str(), expected);
}

#[test]
fn a_name_ends_as_its_content_does() {
    assert_eq!(FileName::new("photo.JPEG", Kind::Jpeg).as_str(), "photo.jpeg");
    assert_eq!(FileName::new("photo.png", Kind::Jpeg).as_str(), "photo.png.jpg");
    assert_eq!(FileName::new("run.ps1", Kind::Text).as_str(), "run.ps1.txt");
}

#[test]
fn a_long_name_is_cut_between_letters_and_keeps_its_ending() {
    let name = FileName::new(&format!("{}.pdf", "ệ".repeat(400)), Kind::Pdf);
    assert!(name.as_str().len() <= 200 && name.as_str().ends_with("ệ.pdf"));
    // A letter with marks of its own is not parted from them.
    let marked = FileName::new(&format!("{}x\u{323}\u{33f}.pdf", "a".repeat(193)), Kind::Pdf);
    assert_eq!(marked.as_str(), format!("{}.pdf", "a".repeat(193)));
}

#[test]
fn a_header_has_the_name_in_both_forms() {
    let name = FileName::new("Đơn của Ánh 100%.pdf", Kind::Pdf);
    assert_eq!(
        name.attachment(),
        "attachment; filename=\"_on cua Anh 100_.pdf\"; filename*=UTF-8''%C4%90%C6%A1n%20c%E1%BB%A7a%20%C3%81nh%20100%25.pdf"
    );
}

/// Names as people and attackers write them.
fn any_name() -> impl Strategy<Value = String> {
    let tricky = prop::sample::select(vec![
        "/",
        "\\",
        "..",
        ".",
        " ",
        "\0",
        "\u{202e}",
        "\u{2066}",
        "\u{feff}",
        "\"",
        "%",
        ";",
        "\r\n",
        "CON",
        "pdf",
        ".pdf",
        ".exe",
        "\u{301}",
        "e",
        "ệ",
        "ا",
        "\u{200c}",
        "\u{1f600}",
        "'",
        "con",
        "²",
        "lpt1",
    ]);
    let words = prop::collection::vec(
        prop_oneof![tricky.prop_map(str::to_owned), any::<char>().prop_map(String::from)],
        0..80,
    );
    words.prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_name_is_safe_in_a_header_and_on_a_disk(sent in any_name(), kind in prop::sample::select(Kind::ALL.to_vec())) {
        let name = FileName::new(&sent, kind);
        let shown = name.as_str();
        prop_assert!(shown.len() <= 200 && !shown.starts_with('.'));
        let ending = shown.rsplit('.').next().unwrap();
        prop_assert!(kind.endings().contains(&ending), "{}", shown);
        let is_strange = shown.contains(['/', '\\', '"', ':', '\0', '\u{202e}', '\u{2066}']);
        prop_assert!(!is_strange, "{}", shown);
        prop_assert!(!shown.chars().any(char::is_control));
        prop_assert_eq!(&FileName::new(shown, kind), &name, "again");
        let header = name.attachment();
        prop_assert!(header.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        prop_assert_eq!(header.matches('"').count(), 2);
        // What RFC 8187 wrote is read back as it was.
        let encoded = header.rsplit("''").next().unwrap();
        let mut bytes = Vec::new();
        let mut rest = encoded.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), shown);
    }
}
