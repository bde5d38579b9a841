//! Files that people send: what is taken, what is refused and in which words, and what is kept of
//! it. Pure: it knows no database, no network, no file on a disk and no clock. It gets bytes and
//! gives bytes back.
//!
//! - [`take`] decides by content alone what a file is, and refuses everything that is not on a
//!   short list, is two things at once, is a bomb, or brings something along that runs. What it
//!   gives back ([`Taken`]) is what may be stored: pictures without place, time and camera.
//! - [`picture::preview`] makes a small picture from the pixels of one that was taken.
//! - [`Place`] says where content is kept: under its SHA-256.
//! - [`Sending`] puts together what arrives in pieces, in any order, over a line that breaks.
//! - [`Standing`] says what is known of a file by what a scanner said, and [`Download::of`] gives
//!   the headers of a download only where it found nothing.
//! - [`FileName`] is a name that is safe to write on any disk and into a header.
//!
//! The name of a file and the type that a browser claims for it decide nothing.
//!
//! Memory: beside the bytes that it is given, [`take`] holds at most two copies of them (pictures),
//! or [`Limits::part_bytes`] of the part of a document that it reads; a preview takes at
//! most [`Limits::preview_bytes`]. How many run at a time is the caller's.
//!
//! Sources: threat model T13 and V13; OWASP ASVS 5.0, chapter 5; WHATWG MIME Sniffing. What is not
//! found stands beside each kind, and for partnerships in `docs/uploads.md`.

mod archive;
mod bytes;
mod inflate;
mod kind;
mod limits;
mod markup;
mod name;
mod office;
mod pdf;
pub mod picture;
mod pieces;
mod place;
mod refusal;
mod scanning;
mod second_nature;
mod serving;
mod sniff;
mod take;
mod text;

pub use kind::Kind;
pub use limits::Limits;
pub use name::FileName;
pub use pdf::Active;
pub use pieces::{Came, NotPut, NotTogether, Sending};
pub use place::{NotAPlace, Place};
pub use refusal::Refusal;
pub use scanning::{Standing, Verdict};
pub use serving::{Download, NotServed, preview_headers};
pub use take::{Preview, Taken, take};
