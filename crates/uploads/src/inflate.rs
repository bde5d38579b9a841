//! Unpacking deflate piece by piece, in 32 KiB of memory beside the unpacker's own, within bounds.

use flate2::{Decompress, FlushDecompress, Status};

/// How an unpacking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// At the end that the packed bytes say.
    Whole,
    /// Not yet: the packed bytes stop before it.
    Short,
    /// They are no packed bytes.
    Broken,
    /// At the bound.
    TooMuch,
}

/// What came of an unpacking.
pub(crate) struct Inflated {
    /// How many packed bytes were used.
    pub took: u64,
    /// How many bytes came out.
    pub gave: u64,
    pub ended: Ended,
}

/// Unpacks zlib (or bare deflate) and is used again and again.
pub(crate) struct Inflater {
    decompress: Decompress,
    zlib: bool,
    out: Vec<u8>,
}

impl Inflater {
    /// For zlib with its head and checksum, or for bare deflate.
    pub(crate) fn new(zlib: bool) -> Self {
        Self { decompress: Decompress::new(zlib), zlib, out: vec![0; 32 * 1024] }
    }

    /// Begins anew with other bytes.
    pub(crate) fn begin(&mut self) {
        self.decompress.reset(self.zlib);
    }

    /// Unpacks `packed`, which follows what was given since [`Inflater::begin`], and hands what
    /// comes out to `each`, at most `most` bytes of it, for at most `most` packed bytes.
    pub(crate) fn feed(
        &mut self,
        packed: &[u8],
        most: u64,
        mut each: impl FnMut(&[u8]),
    ) -> Inflated {
        let (mut took, mut gave) = (0_usize, 0_u64);
        let done = |took: usize, gave, ended| Inflated { took: took as u64, gave, ended };
        loop {
            if gave > most || took as u64 > most {
                return done(took, gave, Ended::TooMuch);
            }
            let before = (self.decompress.total_in(), self.decompress.total_out());
            let input = crate::bytes::head(&packed[took..], self.out.len());
            let status = self.decompress.decompress(input, &mut self.out, FlushDecompress::None);
            let used = (self.decompress.total_in() - before.0) as usize;
            let made = (self.decompress.total_out() - before.1) as usize;
            took += used;
            gave += made as u64;
            if gave <= most {
                each(&self.out[..made]);
            }
            match status {
                Ok(Status::StreamEnd) if gave <= most => return done(took, gave, Ended::Whole),
                Ok(Status::StreamEnd) => return done(took, gave, Ended::TooMuch),
                Ok(_) if used + made > 0 => {}
                Ok(_) => return done(took, gave, Ended::Short),
                Err(_) => return done(took, gave, Ended::Broken),
            }
        }
    }
}
