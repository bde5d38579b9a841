//! Headers of downloads and previews, and what a scanner says first.

use uploads::{Download, FileName, Kind, NotServed, Scanner, Standing, Verdict, preview_headers};

/// A scanner that finds a word, and fails when it is stopped.
struct Finds {
    is_running: bool,
}

impl Scanner for Finds {
    type Failed = &'static str;

    fn scan(&self, content: &[u8]) -> Result<Verdict, &'static str> {
        if !self.is_running {
            return Err("stopped");
        }
        let is_found = content.windows(5).any(|run| run == b"EICAR");
        Ok(if is_found { Verdict::Found("Eicar-Test".into()) } else { Verdict::NothingFound })
    }
}

fn name() -> FileName {
    FileName::new("letter.pdf", Kind::Pdf)
}

#[test]
fn nothing_is_downloaded_before_a_scanner_found_nothing() {
    let running = Finds { is_running: true };
    let stopped = Finds { is_running: false };
    let served = |standing: &Standing| Download::of(standing, &name()).map(|_| ());
    assert_eq!(served(&Standing::default()), Err(NotServed::NotScanned));
    let after_failing = Standing::default().after(stopped.scan(b"letter"));
    assert_eq!(served(&after_failing), Err(NotServed::NotScanned));
    let clean = after_failing.after(running.scan(b"letter"));
    assert_eq!(served(&clean), Ok(()));
    let found = clean.after(running.scan(b"..EICAR.."));
    assert_eq!(served(&found), Err(NotServed::Harmful));
    // Once found, it stays found.
    assert_eq!(served(&found.after(running.scan(b"letter"))), Err(NotServed::Harmful));
}

#[test]
fn a_download_is_opened_by_no_browser() {
    let download = Download::of(&Standing::NothingFound, &name()).unwrap();
    let expected = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename=\"letter.pdf\"; filename*=UTF-8''letter.pdf"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ];
    let headers: Vec<_> =
        download.headers().iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(headers, expected);
}

#[test]
fn a_preview_is_a_jpeg_and_kept_apart_as_well() {
    let headers = preview_headers();
    assert_eq!(headers[0], ("content-type", "image/jpeg".to_owned()));
    assert!(
        headers
            .iter()
            .any(|(name, value)| *name == "content-security-policy" && value.ends_with("sandbox"))
    );
    assert!(headers.contains(&("x-content-type-options", "nosniff".to_owned())));
}
