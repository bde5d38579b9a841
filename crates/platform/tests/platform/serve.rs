//! The accept loop against real sockets: whoever dawdles is cut off, whoever does not is served.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Extension, Router,
    http::StatusCode,
    routing::{get, post},
};
use platform::serve::{Limits, Peer, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

const SHORT: Limits = Limits {
    header: Duration::from_millis(300),
    body_idle: Duration::from_millis(300),
    answer: Duration::from_millis(2500),
    write: Duration::from_millis(300),
    keep_alive: Duration::from_millis(900),
    connections: 50,
    of_one_address: 50,
    grace: Duration::from_millis(1500),
};
/// The machine may be busy: what should take a few hundred milliseconds may take this long.
const SOON: Duration = Duration::from_secs(10);

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<bool>,
}

impl Server {
    async fn with(limits: Limits) -> Self {
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route(
                "/peer",
                get(|Extension(Peer(peer)): Extension<Peer>| async move { peer.to_string() }),
            )
            .route("/large", get(|| async { "x".repeat(64 << 20) }))
            .route(
                "/slow",
                get(|| async {
                    sleep(Duration::from_millis(1000)).await;
                    "done"
                }),
            )
            .route("/never", get(std::future::pending::<()>))
            .route("/unread", post(|| async { StatusCode::PAYLOAD_TOO_LARGE }))
            .route("/echo", post(|body: String| async move { body }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            serve(listener, router, limits, Arc::default(), async { drop(stopped.await) })
                .await
                .unwrap()
        });
        Self { address, stop, task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection on which that much has been sent.
    async fn sent(&self, bytes: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }

    /// Stops it. Answers with whether every request finished, and after how long.
    async fn stop(self) -> (bool, Duration) {
        let began = Instant::now();
        self.stop.send(()).unwrap();
        (self.task.await.unwrap(), began.elapsed())
    }
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: seaholme.example\r\n\r\n")
}

/// What comes until the server closes the connection, and how long that takes.
async fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let began = Instant::now();
    let mut rest = Vec::new();
    let read = timeout(SOON, stream.read_to_end(&mut rest)).await;
    assert!(read.is_ok(), "the connection stayed open");
    (String::from_utf8(rest).unwrap(), began.elapsed())
}

/// One answer on a connection that stays open.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let n = timeout(SOON, stream.read(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8(bytes[..n].to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_sent_head_is_cut_off_even_if_it_drips() {
    let server = Server::with(SHORT).await;
    let mut stream = server.sent("GET / HTTP/1.1\r\nHost: a\r\n").await;
    until_closed(&mut stream).await;

    let (mut read, mut write) = server.connect().await.into_split();
    let dripping = tokio::spawn(async move {
        while write.write_all(b"G").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    // Closed or reset: nothing was answered.
    let read = timeout(SOON, read.read_u8()).await.unwrap();
    assert!(read.is_err());
    dripping.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused() {
    let server = Server::with(SHORT).await;
    for headers in [format!("X: {}\r\n", "x".repeat(20_000)), "X: x\r\n".repeat(70)] {
        let mut stream = server.sent(&format!("GET / HTTP/1.1\r\n{headers}\r\n")).await;
        let said = answer(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 431"), "{said}");
    }
}

/// A second request, hidden behind whatever came before it.
const HIDDEN: &str = "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n";
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

fn posted(headers: &str, body: &str) -> String {
    format!("POST /echo HTTP/1.1\r\nHost: a\r\n{headers}\r\n{body}")
}

/// What is answered to these bytes and a request hidden behind them, until the connection is closed:
/// the status of each answer.
async fn answers(server: &Server, bytes: &str) -> Vec<String> {
    let (said, _) = until_closed(&mut server.sent(&format!("{bytes}{HIDDEN}")).await).await;
    said.split("HTTP/1.").skip(1).map(|answer| answer[2..5].to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_could_read_differently_is_refused_and_nothing_behind_it_is_read() {
    let server = Server::with(SHORT).await;
    let long = "x".repeat(70_000);
    let many = "X: x\r\n".repeat(70);
    let sent = [
        ("two lengths", posted("Content-Length: 4\r\nContent-Length: 40\r\n", "abcd"), "400"),
        ("two lengths in one", posted("Content-Length: 4, 4\r\n", "abcd"), "400"),
        ("a length with a sign", posted("Content-Length: +4\r\n", "abcd"), "400"),
        ("a length with a space", posted("Content-Length: 4 4\r\n", "abcd"), "400"),
        ("a length below nothing", posted("Content-Length: -1\r\n", ""), "400"),
        ("a length above all", posted("Content-Length: 99999999999999999999\r\n", ""), "400"),
        ("a length in hexadecimal", posted("Content-Length: 0x4\r\n", "abcd"), "400"),
        ("a space before the colon", posted("Content-Length : 4\r\n", "abcd"), "400"),
        ("a folded line", posted("X: a\r\n\tContent-Length: 4\r\n", "abcd"), "400"),
        ("a NUL in a value", posted("X: a\0b\r\nContent-Length: 4\r\n", "abcd"), "400"),
        ("a NUL in a name", posted("X\0: a\r\nContent-Length: 4\r\n", "abcd"), "400"),
        ("a lone CR", posted("X: a\rContent-Length: 4\r\n", "abcd"), "400"),
        ("a header without a name", posted(": a\r\n", ""), "400"),
        ("a header without a colon", posted("Content-Length\r\n", ""), "400"),
        (
            "chunks coded again",
            posted("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
            "400",
        ),
        (
            "chunks that are coded",
            posted("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
            "400",
        ),
        ("chunks of chunks", posted(&CHUNKED.repeat(2), "0\r\n\r\n"), "400"),
        ("no coding that is known", posted("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "400"),
        ("chunks with a space", posted("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), "400"),
        (
            "chunks on a folded line",
            posted("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
            "400",
        ),
        ("chunks of 1.0", posted(CHUNKED, "0\r\n\r\n").replace("/1.1", "/1.0"), "400"),
        ("a chunk of no size", posted(CHUNKED, "\r\nabcd\r\n0\r\n\r\n"), "400"),
        ("a chunk with a sign", posted(CHUNKED, "+4\r\nabcd\r\n0\r\n\r\n"), "400"),
        ("a chunk with a prefix", posted(CHUNKED, "0x4\r\nabcd\r\n0\r\n\r\n"), "400"),
        ("a chunk above all", posted(CHUNKED, "fffffffffffffffff\r\nabcd"), "400"),
        ("a chunk’s size and LF", posted(CHUNKED, "4\nabcd\r\n0\r\n\r\n"), "400"),
        ("LF in a chunk’s extension", posted(CHUNKED, "4;a\nb\r\nabcd\r\n0\r\n\r\n"), "400"),
        ("a chunk that goes on", posted(CHUNKED, "4\r\nabcdef\r\n0\r\n\r\n"), "400"),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned(), "400"),
        ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), "400"),
        (
            "a host in the line",
            "GET http://b.example/ HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            "400",
        ),
        ("a host for a path", "GET b.example HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("a way through", "CONNECT b.example:443 HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("a NUL in the line", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("a space in the line", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("a space behind the line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n".to_owned(), "400"),
        ("no version", "GET /\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("no such version", "GET / HTTP/1.2\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("an endless line", format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), "431"),
        ("an endless header", format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"), "431"),
        ("endless headers", format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"), "431"),
    ];
    for (what, bytes, status) in &sent {
        assert_eq!(answers(&server, bytes).await, [*status], "{what}");
    }
    // A connection on which the next version begins is closed without a word.
    assert!(answers(&server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.is_empty());
}

/// A length beside chunks: the chunks count, and the connection is not used again (RFC 9112, 6.1).
#[tokio::test(flavor = "multi_thread")]
async fn a_length_beside_chunks_is_not_gone_by_and_nothing_behind_it_is_read() {
    let server = Server::with(SHORT).await;
    let length = "Content-Length: 4\r\n";
    for headers in [format!("{length}{CHUNKED}"), format!("{CHUNKED}{length}")] {
        assert_eq!(answers(&server, &posted(&headers, "0\r\n\r\n")).await, ["200"], "{headers}");
    }
    // What ends once is read, and so is what comes behind it.
    assert_eq!(answers(&server, &posted(length, "abcd")).await, ["200", "200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_comes_is_cut_off() {
    let server = Server::with(SHORT).await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf";
    let (said, took) = until_closed(&mut server.sent(head).await).await;
    assert!(!said.contains("200 OK"), "{said}");
    assert!(took < SHORT.answer, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_nobody_wants_is_not_waited_for() {
    let server = Server::with(Limits { keep_alive: Duration::from_secs(60), ..SHORT }).await;
    let head = "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n";
    let (said, took) = until_closed(&mut server.sent(head).await).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    assert!(took < SOON, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_slowly_but_comes_is_taken() {
    let server = Server::with(SHORT).await;
    let mut stream =
        server.sent("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n").await;
    for _ in 0..10 {
        sleep(Duration::from_millis(50)).await;
        stream.write_all(b"x").await.unwrap();
    }
    let said = answer(&mut stream).await;
    assert!(said.ends_with("xxxxxxxxxx"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_never_reads_is_cut_off() {
    let server = Server::with(SHORT).await;
    let mut stream = server.sent(&request("/large")).await;
    sleep(Duration::from_millis(1500)).await;
    let mut taken = Vec::new();
    let read = timeout(SOON, stream.read_to_end(&mut taken)).await.unwrap();
    assert!(read.is_err(), "it was reset");
    assert!(taken.len() < 64 << 20, "{} bytes were sent", taken.len());
    // The server has given the connection up, so stopping has nothing to wait for.
    assert!(server.stop().await.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_reads_gets_all_of_a_large_answer() {
    let server = Server::with(SHORT).await;
    let mut stream =
        server.sent(&request("/large").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await;
    assert!(until_closed(&mut stream).await.0.len() > 64 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_never_answered_is_answered_by_the_server() {
    let server = Server::with(SHORT).await;
    let said = answer(&mut server.sent(&request("/never")).await).await;
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_kept_for_further_requests_longer_than_a_head_may_take() {
    let server = Server::with(SHORT).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream.write_all(request("/").as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.ends_with("here"));
        sleep(SHORT.header + Duration::from_millis(200)).await;
    }
    let (rest, took) = until_closed(&mut stream).await;
    assert!(rest.is_empty() && took < Duration::from_secs(5), "then it is closed: {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_head_is_cut_off_like_the_first() {
    let server = Server::with(Limits { keep_alive: Duration::from_secs(60), ..SHORT }).await;
    let mut stream = server.sent(&request("/")).await;
    answer(&mut stream).await;
    stream.write_all(b"GET /").await.unwrap();
    until_closed(&mut stream).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_handler_is_not_taken_for_a_silent_peer() {
    let keep_alive = Duration::from_millis(300);
    let server = Server::with(Limits { keep_alive, ..SHORT }).await;
    let said = answer(&mut server.sent(&request("/slow")).await).await;
    assert!(said.ends_with("done"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_knows_its_peer() {
    let server = Server::with(SHORT).await;
    let mut stream = server.sent(&request("/peer")).await;
    let here = stream.local_addr().unwrap().to_string();
    assert!(answer(&mut stream).await.ends_with(&here));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_idle_connections_are_released_and_their_places_used_again() {
    let server = Server::with(SHORT).await;
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(server.connect().await);
    }
    // Fifty at a time have a place, and each is cut off after 300 milliseconds.
    let said = answer(&mut server.sent(&request("/")).await).await;
    assert!(said.ends_with("here"), "{said}");
    for mut stream in idle {
        until_closed(&mut stream).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_one_address_takes_its_share_of_the_places_and_no_more() {
    let server = Server::with(Limits { of_one_address: 8, ..SHORT }).await;
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(server.connect().await);
    }
    // One more is closed at once, while another address is served.
    let mut ninth = server.connect().await;
    let (heard, waited) = until_closed(&mut ninth).await;
    assert!(heard.is_empty() && waited < SHORT.header, "{heard} after {waited:?}");
    let from_elsewhere = TcpSocket::new_v4().unwrap();
    from_elsewhere.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut elsewhere = from_elsewhere.connect(server.address).await.unwrap();
    elsewhere.write_all(request("/").as_bytes()).await.unwrap();
    assert!(answer(&mut elsewhere).await.ends_with("here"));
    // Whoever goes makes room for another of theirs.
    drop(idle);
    let served = async {
        loop {
            let mut again = server.connect().await;
            let _ = again.write_all(request("/").as_bytes()).await;
            if answer(&mut again).await.ends_with("here") {
                return;
            }
        }
    };
    timeout(SOON, served).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_a_running_request_finish_and_nobody_new_in() {
    let server = Server::with(SHORT).await;
    let address = server.address;
    let mut stream = server.sent(&request("/slow")).await;
    sleep(Duration::from_millis(100)).await;
    let (finished, _) = server.stop().await;
    assert!(finished);
    let (said, _) = until_closed(&mut stream).await;
    assert!(said.ends_with("done"), "{said}");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_does_not_wait_for_connections_on_which_nothing_runs() {
    let long = Duration::from_secs(60);
    let server =
        Server::with(Limits { header: long, keep_alive: long, grace: long, ..SHORT }).await;
    let mut silent = server.connect().await;
    let mut kept = server.sent(&request("/")).await;
    answer(&mut kept).await;
    let (finished, took) = server.stop().await;
    assert!(finished && took < SOON, "{took:?}");
    until_closed(&mut silent).await;
    until_closed(&mut kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_cuts_what_does_not_finish_within_the_grace() {
    let server = Server::with(Limits { answer: Duration::from_secs(60), ..SHORT }).await;
    let mut stream = server.sent(&request("/never")).await;
    sleep(Duration::from_millis(100)).await;
    let (finished, took) = server.stop().await;
    assert!(!finished && took >= SHORT.grace && took < SOON, "{took:?}");
    until_closed(&mut stream).await;
}
