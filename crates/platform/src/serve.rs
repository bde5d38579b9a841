//! Our own accept loop: half-sent requests, slow bodies and readers that never read are cut off,
//! connections are counted, and stopping lets running requests finish. It refuses to speak TLS
//! or HTTP/2: a proxy in front does.

mod crowd;
mod patient;

use std::{
    convert::Infallible,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, Response, StatusCode, Version, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

use crowd::Crowd;
pub use crowd::network;
use patient::{Patient, Talk};

/// How many bytes the head of a request may have, and how many headers.
const LARGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// How much of a connection is buffered, each way.
const BUFFER: usize = 64 * 1024;
/// The pause after a connection could not be accepted.
const NO_DESCRIPTORS: Duration = Duration::from_millis(100);

/// How patient the server is.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the whole head of a request, from its first byte (at first: from the connection).
    pub header: Duration,
    /// For the next part of a body to come.
    pub body_idle: Duration,
    /// For a request to be answered, the reading of its body included.
    pub answer: Duration,
    /// For the peer to take the next part of an answer.
    pub write: Duration,
    /// For a kept-alive connection to begin another request. Longer than a proxy in front keeps
    /// its own (a minute, as a rule), or a form is posted into a connection that is just closing.
    pub keep_alive: Duration,
    /// How many connections are served at once. Further ones wait in the kernel's queue, where
    /// they cost nothing, until another ends.
    pub connections: usize,
    /// How many of them one address may have; one more is closed at once.
    pub of_one_address: usize,
    /// How long running requests may take once the server is stopping.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body_idle: Duration::from_secs(20),
            answer: Duration::from_secs(120),
            write: Duration::from_secs(20),
            keep_alive: Duration::from_secs(75),
            connections: 2000,
            of_one_address: 64,
            grace: Duration::from_secs(10),
        }
    }
}

/// Where a request came from: the other end of its connection, which may be a proxy. Handlers
/// take it as an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Serves until `stop` is done, then lets running requests finish and cuts what is left. The addresses
/// that are free may have as many connections as there are places: a proxy in front, behind which are many.
/// Answers with whether nothing was cut; how many were is in the log.
///
/// # Errors
/// When the listener has no address. A connection that can't be accepted is tried again.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    free: Arc<[IpAddr]>,
    stop: impl Future<Output = ()>,
) -> io::Result<bool> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let places = Arc::new(Semaphore::new(limits.connections));
    let crowd = Crowd::new(limits.of_one_address, free);
    let (stopping, stopped) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            Some(_) = open.join_next() => continue,
            () = &mut stop => break,
        };
        // Whoever has their share is told at once, not kept waiting.
        let Ok(counted) = crowd.lets_in(peer.ip()) else { continue };
        let (router, stopped) = (router.clone(), stopped.clone());
        open.spawn(async move {
            converse(stream, peer, router, limits, stopped).await;
            drop((place, counted));
        });
    }
    drop(listener);
    stopping.send_replace(true);
    Ok(finish(open, limits.grace).await)
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // Nobody closes the semaphore, so there is always a place in the end.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                // Out of file descriptors, most likely: the next moment may be better.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(NO_DESCRIPTORS).await;
            }
        }
    }
}

/// Serves one connection until it ends or the server stops.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    // Only speed is lost without it.
    let _ = stream.set_nodelay(true);
    let talk = Talk::begin();
    let service = service_fn(|request| {
        talk.answering();
        answer(request, Peer(peer), router.clone(), limits, talk.clone())
    });
    let stream = TokioIo::new(Patient::new(stream, limits, talk.clone()));
    let mut builder = http1::Builder::new();
    builder.max_headers(MOST_HEADERS).max_header_size(LARGEST_HEAD).max_buf_size(BUFFER);
    // Hyper's own timer takes the quiet between two requests for a slow head. `Patient` doesn't.
    builder.header_read_timeout(None);
    let mut connection = pin!(builder.serve_connection(stream, service));
    tokio::select! {
        // A peer that breaks off is no news.
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
    }
    if talk.nothing_heard() {
        return;
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

async fn answer(
    mut request: Request<Incoming>,
    peer: Peer,
    router: Router,
    limits: Limits,
    talk: Talk,
) -> Result<Response<Body>, Infallible> {
    if !is_one_thing(&request) {
        talk.answered();
        return Ok(two_things());
    }
    request.extensions_mut().insert(peer);
    let request = request.map(|body| Body::new(TimeoutBody::new(limits.body_idle, body)));
    let answered = timeout(limits.answer, router.oneshot(request)).await;
    talk.answered();
    answered.unwrap_or_else(|_| Ok(too_slow()))
}

/// Whether a request names one host, asks for something of ours, and says once where it ends. A proxy
/// in front could read anything else differently, and let through what somebody hid in it.
fn is_one_thing<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    let hosts = headers.get_all(header::HOST).iter().count();
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let is_plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    (hosts == 1 || hosts == 0 && request.version() == Version::HTTP_10)
        && request.uri().authority().is_none()
        && codings.next().is_none_or(is_plain)
        && codings.next().is_none()
}

fn two_things() -> Response<Body> {
    let mut response = Response::new(Body::from("The request can be read in more than one way.\n"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn too_slow() -> Response<Body> {
    let mut response = Response::new(Body::from("The server took too long. Please try again.\n"));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

/// Waits for open connections as long as the grace lasts. Answers with whether all ended.
async fn finish(mut open: JoinSet<()>, grace: Duration) -> bool {
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(grace, all).await.is_ok() {
        return true;
    }
    tracing::warn!(cut = open.len(), "connections were cut when the server stopped");
    open.abort_all();
    false
}
