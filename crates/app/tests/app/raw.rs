//! Requests as bytes on a real connection, to the whole application: what is too much is answered at
//! once, by a page of ours, and nothing more is read of it (threat model, R9).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::web::routes;
use axum::http::StatusCode;
use platform::serve::{Limits, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

use crate::support::{World, on_both};

/// The bar is 50 milliseconds, of the program as it is shipped and a machine that does nothing else.
const AT_ONCE: Duration = Duration::from_secs(5);

/// What is answered to these bytes, until the server closes the connection, and after how long.
async fn answered(world: &World, sent: &str) -> (String, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = routes::router(world.app.clone());
    let server = tokio::spawn(serve(listener, router, Limits::default(), Arc::default(), async {
        drop(stopped.await);
    }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let began = Instant::now();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let read = timeout(AT_ONCE, stream.read_to_end(&mut said)).await;
    let took = began.elapsed();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(read.is_ok(), "the connection stays open: {said}");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    (said, took)
}

#[test]
fn what_says_that_it_is_too_long_is_refused_at_once_and_not_read() {
    on_both(async |world| {
        for path in ["/requests", "/sign-in", "/contacts/by-telephone"] {
            for length in ["3000000", "9223372036854775807"] {
                // Nothing of the body is ever sent.
                let head = format!(
                    "POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\
                     Content-Type: application/x-www-form-urlencoded\r\n\r\n"
                );
                let (said, took) = answered(&world, &head).await;
                println!("{path} {length}: {took:?}");
                assert!(said.starts_with("HTTP/1.1 413"), "{path}: {said}");
                assert!(said.contains("What you sent is too large"), "{said}");
            }
        }
        world
    });
}

#[test]
fn a_form_with_fields_without_number_is_refused_in_words() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let token = dee.token().await;
        for fields in [1_001, 300_000] {
            let page = dee.send_text("/requests", format!("token={token}") + &"&a=".repeat(fields));
            let page = page.await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.reads("The form has more than 1000 fields"), "{}", page.text);
        }
        let page = dee.send_text("/requests", format!("token={token}") + &"&a=".repeat(999)).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        world
    });
}
