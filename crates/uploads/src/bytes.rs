//! Reading numbers and finding runs of bytes in a slice, without ever reaching past its end.

/// The bytes from `at`, `len` of them, where all are there.
pub(crate) fn slice(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

/// The `N` bytes at `at`.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    slice(bytes, at, N)?.try_into().ok()
}

pub(crate) fn u16_le(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

pub(crate) fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

pub(crate) fn u16_be(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_be_bytes)
}

pub(crate) fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

/// Where `needle` stands first at or after `from`.
pub(crate) fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| byte == first)?;
        if bytes[at + 1..].starts_with(rest) {
            return Some(at);
        }
        at += 1;
    }
}

/// Where `needle` stands last.
pub(crate) fn find_last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle)
}

/// Whether `needle` (in lower case) stands anywhere, whatever the case of ASCII letters.
pub(crate) fn has_any_case(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}

/// The first `most` bytes, or all.
pub(crate) fn head(bytes: &[u8], most: usize) -> &[u8] {
    &bytes[..bytes.len().min(most)]
}

/// The last `most` bytes, or all.
pub(crate) fn tail(bytes: &[u8], most: usize) -> &[u8] {
    &bytes[bytes.len().saturating_sub(most)..]
}

/// Finds runs of bytes in what comes piece by piece, also across two pieces.
pub(crate) struct Search<'n> {
    needles: &'n [&'n [u8]],
    longest: usize,
    held: Vec<u8>,
    found: bool,
}

impl<'n> Search<'n> {
    /// Looks for any of `needles`.
    pub(crate) fn new(needles: &'n [&'n [u8]]) -> Self {
        let longest = needles.iter().map(|needle| needle.len()).max().unwrap_or(0);
        Self { needles, longest, held: Vec::new(), found: false }
    }

    /// Looks at the next piece.
    pub(crate) fn feed(&mut self, piece: &[u8]) {
        if self.found {
            return;
        }
        self.held.extend_from_slice(piece);
        self.found = self.needles.iter().any(|needle| find(&self.held, needle, 0).is_some());
        let gone = self.held.len().saturating_sub(self.longest.saturating_sub(1));
        self.held.drain(..gone);
    }

    /// Whether one of them was there.
    pub(crate) fn found(&self) -> bool {
        self.found
    }
}
