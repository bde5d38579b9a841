//! A small mail server on loopback that keeps what it receives: for tests, and for the demo,
//! whose people are invented and have no mailbox.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// How many letters it keeps: the newest.
const MOST: usize = 1000;

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

    /// Answers the next recipient with that code.
    pub fn refuse_next(&self, code: u16) {
        lock(&self.kept).refusals.push_back(code);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(kept: &Mutex<Kept>) -> std::sync::MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, kept: Arc<Mutex<Kept>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let kept = Arc::clone(&kept);
        // A sender that breaks off has sent nothing.
        tokio::spawn(async move { talk(stream, &kept).await });
    }
}

async fn talk(stream: TcpStream, kept: &Mutex<Kept>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut to = Vec::new();
    write.write_all(b"220 sightline demo mail\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") || command.starts_with("HELO") {
            "250 at your service".to_owned()
        } else if command.starts_with("RCPT TO:") {
            let refusal = lock(kept).refusals.pop_front();
            if let Some(code) = refusal {
                format!("{code} no")
            } else {
                to.push(
                    line.chars()
                        .skip(8)
                        .filter(|c| !"<>".contains(*c))
                        .collect::<String>()
                        .trim()
                        .to_owned(),
                );
                "250 ok".to_owned()
            }
        } else if command == "DATA" {
            write.write_all(b"354 go on\r\n").await?;
            let mut text = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                text.push_str(line.strip_prefix('.').unwrap_or(&line));
                text.push('\n');
            }
            let mut kept = lock(kept);
            kept.letters.push_back(Received { to: std::mem::take(&mut to), text });
            while kept.letters.len() > MOST {
                kept.letters.pop_front();
            }
            "250 taken".to_owned()
        } else if command == "QUIT" {
            write.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            "250 ok".to_owned()
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
