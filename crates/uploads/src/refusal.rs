//! Why a file is not taken, in words for whoever sent it: what is the matter, and what to do.

use crate::Kind;

/// A file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was sent.
    #[error("This file is empty. Choose it again, or choose another.")]
    Empty,
    /// More bytes than are taken.
    #[error("This file is too large: it may have {} MB. Send it in parts, or make it smaller.", .most / 1_048_576)]
    TooLarge {
        /// How many bytes it may have.
        most: u64,
    },
    /// Content that is on no list.
    #[error(
        "We can't tell what this file is. Send a PDF, a picture (JPEG or PNG), a Word document or an Excel workbook."
    )]
    Unknown,
    /// It ends early, or its parts do not fit together.
    #[error("This {0} is damaged or not whole. Save it again and send the new file.")]
    NotWhole(Kind),
    /// A file that another program would read as something else.
    #[error(
        "This file is a {0} with something else in it. Save or print it to a new PDF, or take a picture of it, and send that."
    )]
    TwoThings(Kind),
    /// More pixels than are taken.
    #[error("This picture is too large: it may have {} million pixels, and {side} along one side. Make it smaller.", .most / 1_000_000)]
    TooManyPixels {
        /// How many pixels it may have.
        most: u64,
        /// How many along one side.
        side: u32,
    },
    /// A document that unpacks to far more than it is.
    #[error("This document unpacks to much more than it should. Print it to PDF and send that.")]
    Bomb,
    /// Names inside a document that lead elsewhere.
    #[error("This document is not built as it should be. Save it again, or print it to PDF.")]
    OddlyBuilt,
    /// Macros: programs in a document.
    #[error("This file holds a macro. Save it without macros, or print it to PDF.")]
    Macro,
    /// A document that brings a further file along.
    #[error("This file has another file inside it. Send each by itself, or print it to PDF.")]
    FileInside,
    /// A PDF that starts a program.
    #[error("This PDF tries to start a program. Print it to a new PDF and send that.")]
    StartsAProgram,
    /// A document that fetches something when it is opened.
    #[error(
        "This document fetches something from elsewhere when it is opened. Print it to PDF and send that."
    )]
    Fetches,
    /// Content that nobody can check.
    #[error(
        "This file is locked with a password, so it can't be checked. Save it without the password, or print it."
    )]
    Locked,
    /// An archive by itself.
    #[error("This is a folder packed into one file. Unpack it and send the files one by one.")]
    Archive,
    /// A program, a script or a shortcut.
    #[error("This is a program or a script. It can't be sent here.")]
    Program,
    /// HTML, XML or SVG.
    #[error(
        "This is a web page or a drawing made of text (SVG). Print it to PDF, or take a picture of it, and send that."
    )]
    WebPage,
    /// Office formats of before 2007, and rich text.
    #[error(
        "This is an older kind of document that can hide programs. Save it as .docx or .xlsx, or print it to PDF."
    )]
    OldDocument,
    /// An office document of a kind that is not taken, as a presentation or a template.
    #[error("This kind of document can't be sent here. Print it to PDF and send that.")]
    OtherDocument,
    /// GIF, TIFF, BMP, AVIF and pictures that move.
    #[error("This kind of picture can't be sent here. Save it as JPEG or PNG.")]
    OtherPicture,
    /// Sound and film.
    #[error(
        "Sound and film can't be sent here. Say in the request that you have it, and keep it safe."
    )]
    Recording,
    /// An e-mail with everything that hangs on it.
    #[error("This is a saved e-mail. Print it to PDF, and send what is attached to it by itself.")]
    Email,
    /// Text in another form than UTF-8.
    #[error(
        "This text is saved in a form that we can't read. Save it as UTF-8, or print it to PDF."
    )]
    OtherText,
}
