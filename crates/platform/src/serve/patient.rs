//! A connection with limits to its patience: for a head that is not finished, for a next request
//! that does not come, for a reader who does not read. Whoever exceeds one is cut off. How long a
//! body may take is not its business.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep, sleep_until},
};

use super::Limits;

/// Whose turn it is on a connection, and since when: told by the stream, which sees bytes, and by
/// the service, which sees requests.
#[derive(Clone)]
pub(super) struct Talk(Arc<Mutex<(Turn, Instant)>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The peer has connected and said nothing.
    Unheard,
    /// The peer is sending the head of a request.
    Asking,
    /// The service is at work.
    Answering,
    /// The answer goes out; after it, the peer may ask again.
    Answered,
}

impl Talk {
    pub(super) fn begin() -> Self {
        Self(Arc::new(Mutex::new((Turn::Unheard, Instant::now()))))
    }

    pub(super) fn answering(&self) {
        *self.lock() = (Turn::Answering, Instant::now());
    }

    pub(super) fn answered(&self) {
        *self.lock() = (Turn::Answered, Instant::now());
    }

    pub(super) fn nothing_heard(&self) -> bool {
        self.lock().0 == Turn::Unheard
    }

    /// The peer sent something.
    fn heard(&self) {
        let mut talk = self.lock();
        match talk.0 {
            Turn::Unheard => talk.0 = Turn::Asking,
            Turn::Answered => *talk = (Turn::Asking, Instant::now()),
            Turn::Asking | Turn::Answering => {}
        }
    }

    /// The peer took something.
    fn taken(&self) {
        let mut talk = self.lock();
        if talk.0 == Turn::Answered {
            talk.1 = Instant::now();
        }
    }

    /// When the peer must have said something, if it is its turn.
    fn deadline(&self, limits: &Limits) -> Option<Instant> {
        let (turn, since) = *self.lock();
        match turn {
            Turn::Unheard | Turn::Asking => Some(since + limits.header),
            Turn::Answering => None,
            Turn::Answered => Some(since + limits.keep_alive),
        }
    }

    fn lock(&self) -> MutexGuard<'_, (Turn, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection.
pub(super) struct Patient {
    stream: TcpStream,
    limits: Limits,
    talk: Talk,
    listening: Option<Pin<Box<Sleep>>>,
    stuck: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub(super) fn new(stream: TcpStream, limits: Limits, talk: Talk) -> Self {
        Self { stream, limits, talk, listening: None, stuck: None }
    }

    /// Ready with an error once the peer has been silent for too long.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(deadline) = self.talk.deadline(&self.limits) else { return Poll::Pending };
        let listening = self.listening.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if listening.deadline() != deadline {
            listening.as_mut().reset(deadline);
        }
        ready!(listening.as_mut().poll(cx));
        Poll::Ready(Err(too_slow()))
    }

    /// What a write came to, or an error once none has come to anything for too long.
    fn poll_stuck(
        &mut self,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stuck = None;
            self.talk.taken();
            return written;
        }
        let patience: Duration = self.limits.write;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stuck.as_mut().poll(cx));
        // Or the kernel would keep what was not read, and go on offering it.
        let _ = self.stream.set_zero_linger();
        Poll::Ready(Err(too_slow()))
    }
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the peer was too slow")
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if read.is_pending() {
            return self.poll_silence(cx);
        }
        if buffer.filled().len() > before {
            self.talk.heard();
        }
        read
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.poll_stuck(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.poll_stuck(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        // Hyper may not read again before something wakes it: once the answer is out, the wait
        // for the next request is what does.
        match self.poll_silence(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
