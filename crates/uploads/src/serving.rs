//! The headers of a download and of a preview. A file that somebody sent is only ever given as a
//! download that no browser opens, guesses about or runs, and only once a scanner found nothing.
//!
//! Sources: RFC 6266 (Content-Disposition), Fetch (nosniff, Cross-Origin-Resource-Policy), CSP 3
//! (sandbox), OWASP ASVS 5.0, 3.2.1 and 5.4.1. They go well with an address of its own, without
//! cookies, which is the application's to give.

use crate::{FileName, Standing};

/// What a stored file is given out with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    headers: Vec<(&'static str, String)>,
}

/// A file is not given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotServed {
    /// No scanner has looked yet.
    #[error("This file has not been checked yet. Try again in a few minutes.")]
    NotScanned,
    /// A scanner found something.
    #[error(
        "This file was found to be harmful, and can't be downloaded. Whoever sent it should tell their IT department."
    )]
    Harmful,
}

impl Download {
    /// What a file of that standing is given out with, under that name.
    ///
    /// # Errors
    /// When no scanner found it harmless.
    pub fn of(standing: &Standing, name: &FileName) -> Result<Self, NotServed> {
        match standing {
            Standing::Waiting => return Err(NotServed::NotScanned),
            Standing::Found(_) => return Err(NotServed::Harmful),
            Standing::NothingFound => {}
        }
        let mut headers = vec![
            ("content-type", "application/octet-stream".to_owned()),
            ("content-disposition", name.attachment()),
        ];
        headers.extend(apart());
        Ok(Self { headers })
    }

    /// The headers: names in lower case, each once, with values of visible ASCII and spaces.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }
}

/// The headers of a preview, which is a JPEG made by [`crate::picture::preview`].
#[must_use]
pub fn preview_headers() -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("content-type", "image/jpeg".to_owned()),
        ("content-disposition", "inline".to_owned()),
    ];
    headers.extend(apart());
    headers
}

/// What keeps bytes apart from the pages around them, and out of caches.
fn apart() -> impl Iterator<Item = (&'static str, String)> {
    [
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.to_owned()))
}
