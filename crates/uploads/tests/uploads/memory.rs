//! Memory and time: the files of V13 that are made to exhaust a server. Measured by the most that
//! the process ever held (`VmHWM`), so it counts where each test has a process of its own; without
//! `/proc` it says that it was not measured.

use std::{fs, time::Instant};

use uploads::{Limits, take};

use crate::made::{self, chunk, docx_with, part, pdf_with, stream, zlib};

const MIB: u64 = 1024 * 1024;

fn most_held() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// As many bytes of nothing, packed without ever holding them.
fn packed_nothing(len: u64) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let row = vec![0; 64 * 1024];
    for _ in 0..len / row.len() as u64 {
        encoder.write_all(&row).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn bombs_take_little_memory_and_little_time() {
    let limits = Limits::default();
    let pixels = [
        made::png_head(5_000, 6_900),
        chunk(b"IDAT", &packed_nothing(128 * MIB)),
        chunk(b"IEND", b""),
    ]
    .concat();
    let flood =
        [made::png_head(30_000, 30_000), chunk(b"IDAT", &zlib(b"")), chunk(b"IEND", b"")].concat();
    let streams = pdf_with("", &stream("", &packed_nothing(192 * MIB)));
    let zip = docx_with(made::Part {
        claimed: Some(90 * 1024 * 1024),
        ..part("word/a.xml", vec![7; 2 << 20])
    });
    let Some(before) = most_held() else {
        eprintln!("not measured: there is no /proc here");
        return;
    };
    for sent in [pixels, flood, streams, zip] {
        let begun = Instant::now();
        let _ = take(&sent, &limits);
        let took = begun.elapsed();
        assert!(took.as_secs_f64() < if cfg!(debug_assertions) { 30.0 } else { 2.0 }, "{took:?}");
        eprintln!("{} bytes: {took:?}", sent.len());
    }
    let held = most_held().unwrap().saturating_sub(before);
    eprintln!("held {} KiB more", held / 1024);
    assert!(held < 64 * MIB, "{held}");
}
