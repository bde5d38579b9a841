//! The kinds of file that are taken. The list is short on purpose: each is one more format that
//! colleagues' programs must open without harm.

use std::fmt;

/// What a file was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A PDF. Kept as it came.
    Pdf,
    /// A photograph. Kept without what the camera wrote about it.
    Jpeg,
    /// A picture, as of a screen. Kept without what was written about it.
    Png,
    /// A picture of the web. Kept without what was written about it.
    Webp,
    /// A photograph of an iPhone. Kept without what the camera wrote about it; never shown.
    Heic,
    /// Text in UTF-8. Kept as it came.
    Text,
    /// A Word document without macros. Kept as it came.
    Docx,
    /// An Excel workbook without macros. Kept as it came.
    Xlsx,
    /// An OpenDocument text without macros. Kept as it came.
    Odt,
    /// An OpenDocument sheet without macros. Kept as it came.
    Ods,
}

impl Kind {
    /// Every kind, once.
    pub const ALL: [Self; 10] = [
        Self::Pdf,
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Heic,
        Self::Text,
        Self::Docx,
        Self::Xlsx,
        Self::Odt,
        Self::Ods,
    ];

    /// Endings that a name of this kind may have, in lower case, the usual one first.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Heic => &["heic", "heif"],
            Self::Text => &["txt"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
        }
    }

    /// The name under which a kind is kept. It never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.endings()[0]
    }

    /// The kind that is kept under this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it is a picture of which a preview can be made.
    #[must_use]
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG picture",
            Self::Png => "PNG picture",
            Self::Webp => "WebP picture",
            Self::Heic => "HEIC photograph",
            Self::Text => "plain text",
            Self::Docx => "Word document",
            Self::Xlsx => "Excel workbook",
            Self::Odt => "OpenDocument text",
            Self::Ods => "OpenDocument sheet",
        })
    }
}
