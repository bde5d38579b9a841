//! Sealing what is too long for memory: a stream of chunks under a key of its own, each numbered
//! and the last one marked. A stream that was altered, cut short, reordered, prolonged or joined
//! from two is refused. It refuses to hold more than one chunk at a time.

use std::io::{self, ErrorKind, Read, Write};

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use zeroize::Zeroizing;

use super::{Keys, NONCE, mac};

/// How much is sealed at a time, in bytes.
const CHUNK: usize = 64 * 1024;
/// What sealing adds to a chunk.
const TAG: usize = 16;
/// What each stream has of its own, so that no two have the same key.
const SALT: usize = 32;
/// The bit of a chunk's length that marks the last one.
const LAST: u32 = 1 << 31;

fn cipher(keys: &Keys, purpose: &'static str, context: &[u8], salt: &[u8]) -> XChaCha20Poly1305 {
    let key = Zeroizing::new(mac(&keys.derived(&["stream", purpose]), &[context, salt]));
    XChaCha20Poly1305::new(key.as_slice().into())
}

/// A chunk's number and whether it is the last: under a stream's own key no two are alike.
fn nonce(number: u64, last: bool) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    nonce[..8].copy_from_slice(&number.to_be_bytes());
    nonce[8] = u8::from(last);
    nonce
}

fn refused() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "it was altered, cut short, or sealed with another key")
}

/// Seals what is written to it. Without [`Sealing::finish`] the stream counts as cut short.
pub struct Sealing<W> {
    to: W,
    cipher: XChaCha20Poly1305,
    number: u64,
    chunk: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealing<W> {
    /// Begins a stream for a purpose, bound to a context: only with both can it be unsealed.
    ///
    /// # Errors
    /// When the machine has no randomness, or what is written to doesn't take it.
    pub fn begin(
        keys: &Keys,
        purpose: &'static str,
        context: &[u8],
        mut to: W,
    ) -> io::Result<Self> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|_| io::Error::other("no randomness"))?;
        to.write_all(&salt)?;
        let cipher = cipher(keys, purpose, context, &salt);
        Ok(Self { to, cipher, number: 0, chunk: Zeroizing::new(Vec::with_capacity(CHUNK)) })
    }

    /// Seals the rest, marks it as the last, and gives back what was written to.
    ///
    /// # Errors
    /// When what is written to doesn't take it.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.to)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce(self.number, last)), self.chunk.as_slice())
            .map_err(|_| io::Error::other("it can't be sealed"))?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.to.write_all(&(length | if last { LAST } else { 0 }).to_be_bytes())?;
        self.to.write_all(&sealed)?;
        self.number += 1;
        self.chunk.clear();
        Ok(())
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.len() == CHUNK {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// A chunk that is not full waits for more: how much was said stays hidden.
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Unseals what it reads. Nothing of a chunk is handed out before all of it was proved; that the
/// stream is whole is known only when it has been read to its end.
pub struct Unsealing<R> {
    from: R,
    cipher: XChaCha20Poly1305,
    number: u64,
    chunk: Zeroizing<Vec<u8>>,
    read: usize,
    ended: bool,
}

impl<R: Read> Unsealing<R> {
    /// Begins to read a stream that was sealed for this purpose and context.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn begin(
        keys: &Keys,
        purpose: &'static str,
        context: &[u8],
        mut from: R,
    ) -> io::Result<Self> {
        let mut salt = [0; SALT];
        from.read_exact(&mut salt).map_err(too_soon)?;
        let cipher = cipher(keys, purpose, context, &salt);
        let chunk = Zeroizing::new(Vec::new());
        Ok(Self { from, cipher, number: 0, chunk, read: 0, ended: false })
    }

    fn next(&mut self) -> io::Result<()> {
        let mut length = [0; 4];
        self.from.read_exact(&mut length).map_err(too_soon)?;
        let length = u32::from_be_bytes(length);
        let last = length & LAST != 0;
        let length = usize::try_from(length & !LAST).map_err(|_| refused())?;
        if length > CHUNK + TAG {
            return Err(refused());
        }
        let mut sealed = vec![0; length];
        self.from.read_exact(&mut sealed).map_err(too_soon)?;
        let opened = self
            .cipher
            .decrypt(XNonce::from_slice(&nonce(self.number, last)), sealed.as_slice())
            .map_err(|_| refused())?;
        if last && self.from.read(&mut [0])? != 0 {
            return Err(refused());
        }
        self.chunk = Zeroizing::new(opened);
        self.read = 0;
        self.number += 1;
        self.ended = last;
        Ok(())
    }
}

fn too_soon(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::UnexpectedEof { refused() } else { error }
}

impl<R: Read> Read for Unsealing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.chunk.len() {
            if self.ended || into.is_empty() {
                return Ok(0);
            }
            self.next()?;
        }
        let given = into.len().min(self.chunk.len() - self.read);
        into[..given].copy_from_slice(&self.chunk[self.read..self.read + given]);
        self.read += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::{super::Keys, CHUNK, SALT, Sealing, TAG, Unsealing};

    fn sealed(keys: &Keys, text: &[u8]) -> Vec<u8> {
        let mut sealing = Sealing::begin(keys, "test", b"this", Vec::new()).unwrap();
        sealing.write_all(text).unwrap();
        sealing.finish().unwrap()
    }

    fn opened(keys: &Keys, context: &[u8], sealed: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        Unsealing::begin(keys, "test", context, sealed)?.read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn a_stream_of_any_length_comes_back() {
        let keys = Keys::random().unwrap();
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let text: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            assert_eq!(opened(&keys, b"this", &sealed(&keys, &text)).unwrap(), text, "{length}");
        }
    }

    #[test]
    fn a_stream_that_was_tampered_with_is_refused() {
        let keys = Keys::random().unwrap();
        let whole = sealed(&keys, &vec![7; 3 * CHUNK]);
        let one = 4 + CHUNK + TAG;
        let (first, second) = (SALT..SALT + one, SALT + one..SALT + 2 * one);
        let swapped = [&whole[..SALT], &whole[second.clone()], &whole[first], &whole[second.end..]];
        let other = sealed(&keys, &vec![7; 3 * CHUNK]);
        let mut altered = whole.clone();
        altered[SALT + one + 100] ^= 1;
        let mut marked = whole[..second.end].to_vec();
        marked[second.start] |= 0x80;
        for (what, wrong) in [
            ("reordered", swapped.concat()),
            ("cut in a chunk", whole[..whole.len() - 1].to_vec()),
            ("cut between chunks", whole[..second.end].to_vec()),
            ("cut, and its end marked as one", marked),
            ("prolonged", [&whole[..], b"x"].concat()),
            ("altered", altered),
            ("joined from two", [&whole[..second.start], &other[second.start..]].concat()),
            ("empty", Vec::new()),
        ] {
            assert!(opened(&keys, b"this", &wrong).is_err(), "{what}");
        }
        assert!(opened(&keys, b"that", &whole).is_err(), "another context");
        assert!(opened(&Keys::random().unwrap(), b"this", &whole).is_err(), "another key");
    }
}
