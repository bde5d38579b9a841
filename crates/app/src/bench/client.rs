//! A small browser: one connection that is kept, one session, no more of HTTP than the server
//! itself speaks.

use std::fmt;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufStream},
    net::TcpStream,
};

use crate::{
    demo,
    error::{Error, Result},
};

/// The longest head of an answer, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// Somebody with a browser.
pub struct Client {
    stream: BufStream<TcpStream>,
    cookie: String,
}

/// What the server answered.
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Client {
    /// Opens a connection.
    pub async fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        Ok(Self { stream: BufStream::new(stream), cookie: String::new() })
    }

    /// Opens a connection and signs in.
    pub async fn sign_in(port: u16, email: &str) -> Result<Self> {
        let mut client = Self::connect(port).await?;
        let form = format!("email={}&password={}", email.replace('@', "%40"), demo::PASSWORD);
        let answer = client.post("/sign-in", &form).await?;
        let cookie = answer.header("set-cookie").ok_or_else(|| broken("no session"))?;
        client.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(client)
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, "").await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, form: &str) -> Result<Answer> {
        self.ask("POST", path, form).await
    }

    async fn ask(&mut self, method: &str, path: &str, form: &str) -> Result<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.cookie,
            form.len()
        );
        self.stream.write_all(request.as_bytes()).await.map_err(broken)?;
        self.stream.flush().await.map_err(broken)?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<Answer> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.map_err(broken)?);
            if head.len() > LONGEST_HEAD {
                return Err(broken("its head is too long"));
            }
        }
        let head = String::from_utf8(head).map_err(broken)?;
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
        let status = status.ok_or_else(|| broken("no status"))?;
        let mut answer = Answer { status, head, body: String::new() };
        let length = answer.header("content-length").and_then(|l| l.parse().ok());
        let mut body = vec![0; length.ok_or_else(|| broken("no length"))?];
        self.stream.read_exact(&mut body).await.map_err(broken)?;
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Ok(answer)
    }
}

impl Answer {
    /// What a header says.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The answer, if it has that status.
    pub fn with(self, status: u16) -> Result<Self> {
        if self.status == status {
            Ok(self)
        } else {
            Err(broken(format!("the server answered {}: {}", self.status, self.body)))
        }
    }

    /// What stands in the page between that text and the next quotation mark.
    pub fn after(&self, text: &str) -> Result<String> {
        let rest = self.body.split_once(text).ok_or_else(|| broken(format!("no {text}")))?.1;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }
}

fn broken(why: impl fmt::Display) -> Error {
    Error::fault("talking to the server", why)
}
