//! The log holds what was done and never what about.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Body, http::Request, routing::get};
use platform::telemetry::{Reference, requests};
use tower::ServiceExt;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_request_is_logged_by_what_it_is_never_by_what_it_asks_about() {
    let log = Log::default();
    let to_log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(to_log);
    let router = Router::new().route("/people/{reference}", get(|| async {})).layer(requests());
    for path in ["/people/7h3k9?name=Tansy", "/nowhere/7h3k9?name=Tansy"] {
        let request = Request::get(path).header("cookie", "session=Tansy").body(Body::empty());
        router.clone().oneshot(request.unwrap()).await.unwrap();
    }
    let text = log.text();
    for said in ["GET", "/people/{reference}", "status=200", "status=404", "micros=", "id="] {
        assert!(text.contains(said), "{said} is missing:\n{text}");
    }
    for secret in ["7h3k9", "Tansy", "session", "nowhere"] {
        assert!(!text.contains(secret), "{secret} is told:\n{text}");
    }
}

#[test]
fn a_reference_is_eight_letters_that_can_be_read_aloud() {
    let (one, other) = (Reference::random().to_string(), Reference::random().to_string());
    assert_ne!(one, other);
    for reference in [one, other] {
        assert_eq!(reference.len(), 8);
        assert!(reference.chars().all(|c| !"01OI".contains(c)), "{reference}");
    }
}
