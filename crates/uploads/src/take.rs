//! Taking a file: from the bytes that were sent to those that may be kept.

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    Active, Kind, Limits, Place, Refusal, office, pdf, picture, second_nature,
    sniff::{self, Reader},
    text,
};

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken<'a> {
    /// What it was found to be.
    pub kind: Kind,
    /// The bytes to keep: those that were sent, or a picture without what was written about it.
    pub content: Cow<'a, [u8]>,
    /// Where they are kept.
    pub place: Place,
    /// The SHA-256 of the bytes that were sent, for the journal: whoever holds the original can show
    /// that it is the one. Equal to `place` where nothing was left out.
    pub sent: Place,
    /// Whether something may be shown of it without downloading.
    pub preview: Preview,
}

/// Whether something may be shown of a file without downloading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preview {
    /// A picture made of its pixels, by [`picture::preview`].
    FromPixels,
    /// Nothing is made here. Nothing was found that forbids whoever draws PDFs, apart from the
    /// application and without scripts, to draw this one.
    MayBeDrawn,
    /// Never. For a PDF, why.
    Never(BTreeSet<Active>),
}

/// Decides by content what a file is, looks through it, and gives back what may be kept.
///
/// # Errors
/// With the reason in words for whoever sent it.
pub fn take<'a>(sent: &'a [u8], limits: &Limits) -> Result<Taken<'a>, Refusal> {
    if sent.len() as u64 > limits.file_bytes {
        return Err(Refusal::TooLarge { most: limits.file_bytes });
    }
    let mut preview = Preview::Never(BTreeSet::new());
    let (kind, content) = match sniff::reader(sent)? {
        Reader::Pdf => {
            let active = pdf::look_through(sent, limits)?;
            preview = if active.is_empty() { Preview::MayBeDrawn } else { Preview::Never(active) };
            (Kind::Pdf, Cow::Borrowed(sent))
        }
        Reader::Packed => (office::look_through(sent, limits)?, Cow::Borrowed(sent)),
        Reader::Text => {
            text::look_through(sent)?;
            (Kind::Text, Cow::Borrowed(sent))
        }
        reader @ (Reader::Jpeg | Reader::Png | Reader::Webp | Reader::Heic) => {
            let (kind, clean) = picture::clean(reader, sent, limits)?;
            if kind.is_shown() {
                preview = Preview::FromPixels;
            }
            (kind, Cow::Owned(clean))
        }
    };
    second_nature::refuse(kind, &content)?;
    let place = Place::of(&content);
    let sent = if matches!(content, Cow::Borrowed(_)) { place } else { Place::of(sent) };
    Ok(Taken { kind, content, place, sent, preview })
}
