//! One request to another server: plain HTTP/1 on a connection of its own, and an answer of limited
//! length. It refuses to speak TLS, to follow anybody elsewhere, and to wait by itself: whoever asks
//! says how long. Over TLS, [`crate::fetch`] asks in the same way.

use axum::{
    body::{Body, to_bytes},
    http::{Request, Response, Uri, header},
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

/// An address that can be asked: `http://HOST[:PORT][/PATH]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
    path: String,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// A sentence, when it is another kind of address.
    pub fn parse(url: &str) -> Result<Self, String> {
        let wrong = || format!("{url} is not an address of the form http://HOST:PORT");
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        if uri.scheme_str() != Some("http") || uri.query().is_some() {
            return Err(wrong());
        }
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
        let path = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { host, port: uri.port_u16().unwrap_or(80), path })
    }

    /// The address of something below.
    #[must_use]
    pub fn join(mut self, name: &str) -> Self {
        self.path = format!("{}/{name}", self.path);
        self
    }
}

/// What the other server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It can't be reached.
    #[error("it can't be reached: {0}")]
    Unreachable(#[from] std::io::Error),
    /// It broke off, or does not speak HTTP.
    #[error("it broke off: {0}")]
    BrokeOff(#[from] hyper::Error),
    /// What is to be asked can't be written down.
    #[error("the request can't be made: {0}")]
    Request(#[from] axum::http::Error),
    /// The answer is too long, or not text.
    #[error("its answer is too long or is not text")]
    Unreadable,
    /// Whoever listens in would read what is asked.
    #[error("it is not asked: its address is not https://")]
    InTheOpen,
}

/// Posts a text. The answer may have `most` bytes.
///
/// # Errors
/// When there is no answer, or one that can't be taken.
pub async fn post(to: &Address, text: String, most: usize) -> Result<Answer, NoAnswer> {
    let host = to.host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, to.port)).await?;
    stream.set_nodelay(true)?;
    let request = Request::post(&to.path)
        .header(header::HOST, format!("{}:{}", to.host, to.port))
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CONNECTION, "close")
        .body(Body::from(text))?;
    let (parts, body) = exchange(stream, request, most).await?.into_parts();
    let body = String::from_utf8(body).map_err(|_| NoAnswer::Unreadable)?;
    Ok(Answer { status: parts.status.as_u16(), body })
}

/// Sends one request over a connection and reads its answer, of at most so many bytes.
pub(crate) async fn exchange<S>(
    stream: S,
    request: Request<Body>,
    most: usize,
) -> Result<Response<Vec<u8>>, NoAnswer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let asked = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = to_bytes(Body::new(body), most).await.map_err(|_| NoAnswer::Unreadable)?;
        Ok(Response::from_parts(parts, body.to_vec()))
    };
    // The connection lives no longer than whoever waits for the answer.
    let mut asked = std::pin::pin!(asked);
    tokio::select! {
        answer = &mut asked => answer,
        ended = connection => {
            ended?;
            asked.await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn only_plain_addresses_are_asked() {
        let address = Address::parse("http://police.example:8181/seaholme/").unwrap();
        let asked = address.join("add-checkpoint");
        assert_eq!((asked.port, asked.path.as_str()), (8181, "/seaholme/add-checkpoint"));
        assert_eq!(Address::parse("http://[::1]").unwrap().port, 80);
        for wrong in
            ["https://police.example", "police.example:1", "http://", "http://a/?b", "ftp://a"]
        {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
