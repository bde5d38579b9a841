//! Files that people send: recognised, looked through, taken or refused, and shown. What is taken is
//! on the list, within its bounds, and is taken again as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uploads::{FileName, picture::preview, take};

#[path = "../../crates/uploads/tests/uploads/made.rs"]
#[allow(dead_code)]
mod made;

fn seeds() -> Vec<Vec<u8>> {
    let kinds = made::every_kind().into_iter().map(|(_, bytes)| bytes);
    let more = [
        made::zip(&made::xlsx_parts()),
        made::docx_with(made::part("word/vbaProject.bin", "x")),
        made::jpeg_with(&[made::segment(0xe1, &made::exif(6, b"planted"))]),
        made::png_with(&[made::chunk(b"eXIf", &made::exif(6, b"planted"))]),
        made::png_head(30_000, 30_000),
        made::pdf_with("/OpenAction 1 0 R", &made::stream("/Filter /FlateDecode", b"x")),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
        b"../../a\0b\xe2\x80\xae.pdf".to_vec(),
    ];
    kinds.chain(more).collect()
}

fuzz_target!(init: fuzz::begin_with(seeds()), |sent: &[u8]| {
    let limits = made::small_limits();
    let Ok(taken) = take(sent, &limits) else { return };
    assert!(taken.content.len() <= sent.len() + 128, "a picture brings little that it did not bring");
    let again = take(&taken.content, &limits).map(|again| (again.kind, again.place));
    assert_eq!(again, Ok((taken.kind, taken.place)), "what is kept is taken again as it is");
    let name = FileName::new(&String::from_utf8_lossy(&sent[..sent.len().min(200)]), taken.kind);
    assert!(name.attachment().bytes().all(|b| (b' '..0x7f).contains(&b)), "a header and no more");
    if let Ok(shown) = preview(taken.kind, &taken.content, &limits) {
        let shown = image::load_from_memory(&shown).expect("what is shown is a picture");
        assert!(shown.width().max(shown.height()) <= limits.preview_side);
    }
});
