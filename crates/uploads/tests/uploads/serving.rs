//! Headers of downloads and previews, and what a scanner says first.

use uploads::{Download, FileName, Kind, NotServed, Standing, Verdict, preview_headers};

fn name() -> FileName {
    FileName::new("letter.pdf", Kind::Pdf)
}

#[test]
fn nothing_is_downloaded_before_a_scanner_found_nothing() {
    let (stopped, nothing) = (|| Err("stopped"), || Ok::<_, &str>(Verdict::NothingFound));
    let something = Ok::<_, &str>(Verdict::Found("Invented-Test".into()));
    let served = |standing: &Standing| Download::of(standing, &name()).map(|_| ());
    assert_eq!(served(&Standing::default()), Err(NotServed::NotScanned));
    let after_failing = Standing::default().after(stopped());
    assert_eq!(served(&after_failing), Err(NotServed::NotScanned));
    let clean = after_failing.after(nothing());
    assert_eq!(served(&clean), Ok(()));
    let found = clean.after(something);
    assert_eq!(served(&found), Err(NotServed::Harmful));
    // Once found, it stays found.
    assert_eq!(served(&found.after(nothing())), Err(NotServed::Harmful));
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
