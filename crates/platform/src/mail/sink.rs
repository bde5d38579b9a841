//! A small mail server on loopback that keeps what it receives: for tests, and for the demo,
//! whose people are invented and have no mailbox. It refuses to pass anything on.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// How many letters it keeps: the newest.
const MOST: usize = 1000;
/// How many senders it serves at once; further ones are hung up on.
const SENDERS: usize = 64;
/// The longest line, the longest letter in bytes, and the most recipients of one.
const LONGEST_LINE: u64 = 4 * 1024;
const LONGEST_LETTER: usize = 64 * 1024;
const MOST_RECIPIENTS: usize = 100;

/// A letter that was received.
#[derive(Debug, Clone)]
pub struct Received {
    pub to: Vec<String>,
    /// Headers and body, as they came.
    pub text: String,
}

#[derive(Default)]
struct Kept {
    letters: VecDeque<Received>,
    refusals: VecDeque<u16>,
}

/// The server. It stops when it is dropped.
pub struct Sink {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Starts on a free port of loopback.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let kept = Arc::new(Mutex::new(Kept::default()));
        let task = tokio::spawn(accept(listener, Arc::clone(&kept)));
        Ok(Self { address, kept, task })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What it received.
    pub fn letters(&self) -> Vec<Received> {
        lock(&self.kept).letters.iter().cloned().collect()
    }

    /// Answers the next `n` recipients with that code.
    pub fn refuse_next(&self, n: usize, code: u16) {
        lock(&self.kept).refusals.extend(std::iter::repeat_n(code, n));
    }

    /// Stops: every conversation is cut off, and nobody listens any more.
    pub async fn stop(mut self) {
        self.task.abort();
        // It ends by being stopped.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, kept: Arc<Mutex<Kept>>) {
    let mut senders = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while senders.try_join_next().is_some() {}
        if senders.len() < SENDERS {
            let kept = Arc::clone(&kept);
            // A sender that breaks off has sent nothing.
            senders.spawn(async move { talk(stream, &kept).await });
        }
    }
}

async fn talk(stream: TcpStream, kept: &Mutex<Kept>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut to = Vec::new();
    write.write_all(b"220 sink\r\n").await?;
    while let Some(line) = line(&mut read).await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "RCPT" => recipient(&line, &mut to, kept),
            "MAIL" | "RSET" => {
                to.clear();
                "250 ok".to_owned()
            }
            "DATA" if to.is_empty() => "503 to whom?".to_owned(),
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let Some(text) = letter(&mut read).await? else { return Ok(()) };
                keep(kept, Received { to: std::mem::take(&mut to), text });
                "250 taken".to_owned()
            }
            "QUIT" => return write.write_all(b"221 bye\r\n").await,
            _ => "250 ok".to_owned(),
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// A line without its end; `None` when the sender has gone.
async fn line(read: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if read.take(LONGEST_LINE).read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the line has no end"));
    }
    let text = String::from_utf8_lossy(&line);
    Ok(Some(text.strip_suffix('\r').unwrap_or(&text).to_owned()))
}

/// A letter's text; `None` when the sender has gone before its end.
async fn letter(read: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<String>> {
    let mut text = String::new();
    while let Some(line) = line(read).await? {
        if line == "." {
            return Ok(Some(text));
        }
        if text.len() + line.len() > LONGEST_LETTER {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the letter is too long"));
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push('\n');
    }
    Ok(None)
}

fn recipient(line: &str, to: &mut Vec<String>, kept: &Mutex<Kept>) -> String {
    if let Some(code) = lock(kept).refusals.pop_front() {
        return format!("{code} no");
    }
    let Some((address, _)) = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')) else {
        return "501 to whom?".to_owned();
    };
    if to.len() == MOST_RECIPIENTS {
        return "452 too many".to_owned();
    }
    to.push(address.to_owned());
    "250 ok".to_owned()
}

fn keep(kept: &Mutex<Kept>, letter: Received) {
    let mut kept = lock(kept);
    if kept.letters.len() == MOST {
        kept.letters.pop_front();
    }
    kept.letters.push_back(letter);
}
