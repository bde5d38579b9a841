//! Lists of requests as they are taken in, in any encoding: decoded, parted into rows, and each row
//! read with the mapping that is shipped. And any text as a mapping.
#![no_main]

use std::sync::LazyLock;

use app::import::{
    Mapping, SHIPPED,
    agencies::Agencies,
    encoding::decode,
    reading::Reading,
    rows::{self, is_formula, neutral},
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

static MAPPING: LazyLock<Mapping> = LazyLock::new(|| Mapping::shipped().expect("it is shipped"));

fn seeds() -> Vec<Vec<u8>> {
    let sample = fuzz::files_of("crates/app/tests/fixtures", "csv").concat();
    let text = String::from_utf8_lossy(&sample).into_owned();
    let few: String = text.lines().take(4).map(|line| format!("{line}\r\n")).collect();
    let utf16: Vec<u8> =
        "\u{FEFF}".encode_utf16().chain(few.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let tabs = few.replace(',', "\t").into_bytes();
    let refused =
        few.lines().map(|line| format!("{line},Why it was refused\n")).collect::<String>();
    vec![few.into_bytes(), utf16, tabs, refused.into_bytes(), SHIPPED.as_bytes().to_vec()]
}

fuzz_target!(init: fuzz::begin_with(seeds()), |bytes: &[u8]| {
    let (text, _) = decode(bytes);
    let of_their_own = Mapping::read(&text).ok();
    let Ok(list) = rows::read(bytes) else { return };
    for mapping in [Some(&*MAPPING), of_their_own.as_ref()].into_iter().flatten() {
        let Ok(places) = mapping.places(&list) else { continue };
        let now = Timestamp::from_second(1_800_000_000).expect("a moment");
        let agencies = Agencies::default();
        let reading = Reading { list: &list, mapping, places, agencies, now };
        for row in &list.rows {
            let _ = reading.row(row);
        }
    }
    for cell in list.rows.iter().flat_map(|row| &row.cells) {
        assert!(!is_formula(&neutral(cell)), "no spreadsheet runs what comes back");
    }
});
