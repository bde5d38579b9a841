//! Logs: what the server did, by ids and matched paths. Never a name, a date of birth, a query,
//! a header or a body.

use std::time::Duration;

use axum::{extract::MatchedPath, http::Request, response::Response};
use getrandom::fill;
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::TraceLayer,
};
use tracing::Span;
use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// For a machine that collects logs.
    Json,
}

/// Begins to log to standard error. `filter` is like `info,sea_orm=warn`.
pub fn begin(format: Format, filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // What a panic says may quote what somebody typed: only where it happened is logged.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "a panic");
    }));
    // Somebody who began to log before keeps their log.
    let _ = match format {
        Format::Text => log.try_init(),
        Format::Json => log.json().try_init(),
    };
}

type MakeSpan<B> = fn(&Request<B>) -> Span;
type OnResponse = fn(&Response, Duration, &Span);

/// Logs each request by an id of its own, its method and its matched path, never by the path
/// itself: references are in it. What is logged while it is answered carries the same id.
pub fn requests<B>()
-> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, MakeSpan<B>, (), OnResponse, (), (), ()> {
    TraceLayer::new_for_http()
        .make_span_with(span as MakeSpan<B>)
        .on_request(())
        .on_response(answered as OnResponse)
        .on_body_chunk(())
        .on_eos(())
        .on_failure(())
}

fn span<B>(request: &Request<B>) -> Span {
    let path = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str);
    let id = Reference::random();
    tracing::info_span!("request", %id, method = %request.method(), path)
}

fn answered(response: &Response, took: Duration, _: &Span) {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::debug!(status = response.status().as_u16(), micros, "answered");
}

/// A short random word that a person can quote, by which the log is searched. It is no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// A new one: eight letters of 32, none read as another.
    pub fn random() -> Self {
        const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let mut bytes = [0; 8];
        // Without randomness the reference is still a reference, if a dull one.
        let _ = fill(&mut bytes);
        Self(bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
