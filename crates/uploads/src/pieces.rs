//! Sending in pieces over a line that breaks. A [`Sending`] knows which pieces have come and which
//! are missing; it holds none of them. The application stores it (as JSON, say) beside the pieces,
//! in one transaction with each, and gives a sending that nobody finishes an end of its own.
//!
//! Pieces come in any order, and again: one that is there already changes nothing. The length is
//! said beforehand and fixes how many there are and how long each is, so that nobody can send more
//! than was allowed at the beginning.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{Limits, Place, Refusal};

/// A file that is being sent in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Sending {
    bytes: u64,
    piece_bytes: u32,
    came: BTreeMap<u32, Place>,
}

/// What a piece did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It is new: store it under its number.
    New,
    /// It was there already, the very same. Nothing is to be done.
    Again,
}

/// A piece that is not taken. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPut {
    /// There is no piece of that number.
    #[error("there is no piece {number}: pieces are numbered from 0, and there are {pieces}")]
    NoSuchPiece {
        /// The number that was said.
        number: u32,
        /// How many pieces there are.
        pieces: u32,
    },
    /// It is shorter or longer than that piece is.
    #[error("piece {number} has {bytes} bytes, and {expected} were expected")]
    OtherLength {
        /// Its number.
        number: u32,
        /// Its bytes.
        bytes: u64,
        /// The bytes that it should have.
        expected: u64,
    },
    /// Other content came under that number before.
    #[error("piece {0} came before with other content: this is not the same file")]
    OtherContent(u32),
}

/// Pieces that are not the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTogether {
    /// Some have not come.
    #[error("pieces are missing")]
    Missing,
    /// What was stored as this piece is not what came.
    #[error("piece {0} is not what was sent")]
    OtherContent(u32),
}

impl Sending {
    /// Begins, for a file of so many bytes.
    ///
    /// # Errors
    /// When it has none, or more than are taken.
    pub fn begin(bytes: u64, limits: &Limits) -> Result<Self, Refusal> {
        if bytes == 0 {
            return Err(Refusal::Empty);
        }
        let begun = Self { bytes, piece_bytes: limits.piece_bytes.max(1), came: BTreeMap::new() };
        if bytes > limits.file_bytes || begun.counted().is_none() {
            return Err(Refusal::TooLarge { most: limits.file_bytes });
        }
        Ok(begun)
    }

    /// Bytes of the whole file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of each piece but the last.
    #[must_use]
    pub fn piece_bytes(&self) -> u32 {
        self.piece_bytes
    }

    /// How many pieces there are. They are numbered from 0.
    #[must_use]
    pub fn pieces(&self) -> u32 {
        // Counted when it began.
        self.counted().unwrap_or(u32::MAX)
    }

    fn counted(&self) -> Option<u32> {
        u32::try_from(self.bytes.div_ceil(u64::from(self.piece_bytes))).ok()
    }

    /// The bytes of the file that a piece holds; none where there is no such piece.
    #[must_use]
    pub fn range(&self, number: u32) -> Option<Range<u64>> {
        let each = u64::from(self.piece_bytes);
        let begins = u64::from(number) * each;
        (number < self.pieces()).then(|| begins..self.bytes.min(begins + each))
    }

    /// Takes piece `number`.
    ///
    /// # Errors
    /// When it is no piece of this file.
    pub fn put(&mut self, number: u32, content: &[u8]) -> Result<Came, NotPut> {
        let pieces = self.pieces();
        let range = self.range(number).ok_or(NotPut::NoSuchPiece { number, pieces })?;
        let (bytes, expected) = (content.len() as u64, range.end - range.start);
        if bytes != expected {
            return Err(NotPut::OtherLength { number, bytes, expected });
        }
        let place = Place::of(content);
        match self.came.get(&number) {
            Some(before) if *before == place => Ok(Came::Again),
            Some(_) => Err(NotPut::OtherContent(number)),
            None => {
                self.came.insert(number, place);
                Ok(Came::New)
            }
        }
    }

    /// Bytes that have come, for showing how far it is.
    #[must_use]
    pub fn came_bytes(&self) -> u64 {
        self.came
            .keys()
            .filter_map(|number| self.range(*number))
            .map(|range| range.end - range.start)
            .sum()
    }

    /// The pieces that are missing, as ranges of their numbers in order.
    #[must_use]
    pub fn gaps(&self) -> Vec<Range<u32>> {
        let ends = self.came.keys().copied().chain([self.pieces()]);
        let begins = [0].into_iter().chain(self.came.keys().map(|number| number + 1));
        begins.zip(ends).map(|(begins, ends)| begins..ends).filter(|gap| !gap.is_empty()).collect()
    }

    /// Whether every piece has come.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.came_bytes() == self.bytes
    }

    /// The file, from its pieces in order as they were stored.
    ///
    /// # Errors
    /// When some are missing, or one is not what came.
    pub fn together<'a>(
        &self,
        pieces: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Vec<u8>, NotTogether> {
        if !self.is_whole() {
            return Err(NotTogether::Missing);
        }
        let mut all = Vec::new();
        let mut pieces = pieces.into_iter();
        for (number, place) in &self.came {
            let piece = pieces.next().ok_or(NotTogether::Missing)?;
            if Place::of(piece) != *place {
                return Err(NotTogether::OtherContent(*number));
            }
            all.extend_from_slice(piece);
        }
        Ok(all)
    }
}

/// A [`Sending`] as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    bytes: u64,
    piece_bytes: u32,
    came: BTreeMap<u32, Place>,
}

/// What was stored is no sending.
#[derive(Debug, thiserror::Error)]
#[error("a stored sending has pieces that it can't have")]
struct NotASending;

impl From<Sending> for Stored {
    fn from(sending: Sending) -> Self {
        Self { bytes: sending.bytes, piece_bytes: sending.piece_bytes, came: sending.came }
    }
}

impl TryFrom<Stored> for Sending {
    type Error = NotASending;

    fn try_from(stored: Stored) -> Result<Self, NotASending> {
        if stored.bytes == 0 || stored.piece_bytes == 0 {
            return Err(NotASending);
        }
        let sending =
            Self { bytes: stored.bytes, piece_bytes: stored.piece_bytes, came: stored.came };
        let pieces = sending.counted().ok_or(NotASending)?;
        let fits = sending.came.keys().all(|number| *number < pieces);
        if fits { Ok(sending) } else { Err(NotASending) }
    }
}
