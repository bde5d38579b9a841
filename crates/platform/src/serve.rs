//! Our own accept loop: half-sent requests, slow bodies and readers that never read are cut off,
//! connections are counted, and stopping lets running requests finish.

use std::{convert::Infallible, future::Future, io, pin::pin, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

mod patient;
use patient::Patient;

/// How patient the server is.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the whole head of a request, and for a kept-alive connection to begin one.
    pub header: Duration,
    /// For a part of a body to come, or a part of an answer to be taken.
    pub idle: Duration,
    /// For a request to be answered.
    pub answer: Duration,
    /// How many connections are served at once; further ones wait to be accepted.
    pub connections: usize,
    /// How long running requests may take once the server is stopping.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            idle: Duration::from_secs(20),
            answer: Duration::from_secs(30),
            connections: 2000,
            grace: Duration::from_secs(10),
        }
    }
}

/// Serves until `stop` is done, then lets running requests finish. Answers with whether all did.
///
/// # Errors
/// None while it runs: a connection that can't be accepted is tried again.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> io::Result<bool> {
    let graceful = GracefulShutdown::new();
    let places = std::sync::Arc::new(Semaphore::new(limits.connections));
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        let (stream, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: the next moment may be better.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let connection = graceful.watch(connection(stream, router.clone(), limits));
        tokio::spawn(async move {
            // A peer that breaks off is no news.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    Ok(timeout(limits.grace, graceful.shutdown()).await.is_ok())
}

async fn accept(
    listener: &TcpListener,
    places: &std::sync::Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = std::sync::Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(|_| io::Error::other("the server is stopping"))?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
) -> http1::Connection<
    TokioIo<std::pin::Pin<Box<Patient>>>,
    impl hyper::service::Service<
        Request<Incoming>,
        Response = Response<Body>,
        Error = Infallible,
        Future: Send,
    >,
> {
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        let patient_body = move |body| Body::new(TimeoutBody::new(limits.idle, body));
        async move {
            let answered = timeout(limits.answer, router.oneshot(request.map(patient_body))).await;
            Ok::<_, Infallible>(match answered {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => too_slow(),
            })
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Box::pin(Patient::new(stream, limits.idle))), service)
}

fn too_slow() -> Response<Body> {
    let mut response = Response::new(Body::from("The server took too long. Please try again.\n"));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use axum::{Router, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        sync::oneshot,
    };

    use super::{Limits, serve};

    const SHORT: Limits = Limits {
        header: Duration::from_millis(300),
        idle: Duration::from_millis(400),
        answer: Duration::from_secs(5),
        connections: 50,
        grace: Duration::from_secs(5),
    };

    async fn server() -> (std::net::SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<bool>)
    {
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/large", get(|| async { "x".repeat(64 << 20) }))
            .route(
                "/slow",
                get(|| async {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    "done"
                }),
            )
            .route("/echo", axum::routing::post(|body: String| async move { body }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            serve(listener, router, SHORT, stop).await.unwrap()
        });
        (address, stop, task)
    }

    /// How long until the server has closed the connection.
    async fn closed(stream: &mut TcpStream) -> Duration {
        let began = Instant::now();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        began.elapsed()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_half_sent_head_is_cut_off() {
        let (address, _stop, _task) = server().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
        assert!(closed(&mut stream).await < Duration::from_secs(4));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_body_that_never_comes_is_cut_off() {
        let (address, _stop, _task) = server().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf";
        stream.write_all(head).await.unwrap();
        assert!(closed(&mut stream).await < Duration::from_secs(4));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_reader_that_never_reads_is_cut_off() {
        let (address, stop, task) = server().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        // The server has given the connection up, so stopping has nothing to wait for.
        let began = Instant::now();
        stop.send(()).unwrap();
        assert!(task.await.unwrap(), "every connection had ended");
        assert!(began.elapsed() < Duration::from_secs(3));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn stopping_lets_a_running_request_finish() {
        let (address, stop, task) = server().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.send(()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("done"), "{answer}");
        assert!(task.await.unwrap());
        assert!(TcpStream::connect(address).await.is_err(), "nobody new is let in");
    }
}
