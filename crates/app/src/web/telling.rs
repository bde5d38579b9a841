//! The layer that turns what went wrong into a page, so that nobody's work is lost: it keeps the
//! form that was sent until the answer is known, and hands it back when it was not taken. It
//! refuses to touch an answer that is a page already.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use futures_util::FutureExt;
use maud::{Markup, html};

use super::{
    Asker, Fields,
    asking::{self, MOST},
    errors::{self, TOO_FAST, Then, Told},
    kept::Kept,
    layout, routes,
};
use crate::{App, access::pages, error::Error, people::summary};

/// How long an error page waits to learn who is asking: the database may be what is wrong.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much longer a form is that carries another while somebody signs in again.
const ROOM_TO_WAIT: usize = 2;

/// An error is told by [`tell`], which knows the request; here it is only carried there.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What an error page must know of the request.
struct Asked {
    method: Method,
    path: String,
    /// The path with its query.
    address: String,
    matched: Option<MatchedPath>,
    headers: HeaderMap,
    kept: Option<Kept>,
}

/// Answers a request; what went wrong becomes a page with everything that was sent.
pub async fn tell(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut asked = Asked::of(&parts);
    // No reference of ours has a NUL, and one of the two databases would call it a fault.
    if asked.address.contains("%00") {
        return page(&app, &asked, errors::of(&Error::NotFound)).await;
    }
    let body = match asked.keep(body).await {
        Ok(body) => body,
        Err(told) => return page(&app, &asked, told).await,
    };
    let answered = AssertUnwindSafe(next.run(Request::from_parts(parts, body))).catch_unwind();
    let answer = answered
        .await
        .unwrap_or_else(|_| Error::fault("a panic", "its place is in the log").into_response());
    if let Some(error) = answer.extensions().get::<Arc<Error>>() {
        return match **error {
            Error::SignedOut => sign_in(&app, &asked),
            Error::Elsewhere(ref path) => Redirect::to(path).into_response(),
            Error::NotFound => not_found(&app, &asked).await,
            ref error => page(&app, &asked, errors::of(error)).await,
        };
    }
    if !is_unspoken(&answer) {
        return answer;
    }
    let mut told = page(&app, &asked, errors::of_status(answer.status())).await;
    told.headers_mut()
        .extend(answer.headers().get(header::ALLOW).map(|a| (header::ALLOW, a.clone())));
    told
}

impl Asked {
    fn of(parts: &Parts) -> Self {
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            address: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            matched: parts.extensions.get().cloned(),
            headers: parts.headers.clone(),
            kept: None,
        }
    }

    /// Keeps the form that is in a body, and answers with the body.
    async fn keep(&mut self, body: Body) -> Result<Body, Told> {
        if self.method != Method::POST || !asking::is_form(&self.headers) {
            return Ok(body);
        }
        let most = if self.path.starts_with(pages::SIGN_IN) { MOST * ROOM_TO_WAIT } else { MOST };
        // What says that it is too long is not read at all.
        if length(&self.headers).is_some_and(|length| length > most as u64) {
            return Err(errors::of_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let body = to_bytes(body, most).await.map_err(|error| {
            errors::of_status(if is_too_long(&error) {
                StatusCode::PAYLOAD_TOO_LARGE
            } else {
                StatusCode::BAD_REQUEST
            })
        })?;
        self.kept = Fields::read(&body).ok().map(|fields| Kept::of(&self.path, fields));
        Ok(Body::from(body))
    }

    /// Where the page of the form can be opened again.
    fn opens_at(&self) -> Option<&str> {
        let matched = self.matched.as_ref()?.as_str();
        let opens = routes::all().iter().any(|r| r.method == "get" && r.path == matched);
        opens.then_some(self.path.as_str())
    }
}

/// How long a body is, where that is said beforehand.
fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        source = inner.source();
    }
    false
}

/// Whether an answer is the framework's own: an error that is no page of ours.
fn is_unspoken(answer: &Response) -> bool {
    let is_error =
        answer.status().is_client_error() || answer.status() == StatusCode::INTERNAL_SERVER_ERROR;
    let is_page = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    is_error && !is_page
}

/// Signing in comes first; then what was wanted, or what was sent, goes on.
fn sign_in(app: &App, asked: &Asked) -> Response {
    match &asked.kept {
        Some(kept) => (StatusCode::UNAUTHORIZED, pages::sign_in_again(app, kept)).into_response(),
        None if asked.method == Method::POST => {
            (StatusCode::UNAUTHORIZED, pages::sign_in_first(app)).into_response()
        }
        None => Redirect::to(&pages::sign_in_then(&asked.address)).into_response(),
    }
}

/// Who may open again what was dealt with is led to where they do, and what they sent is kept. Everybody else
/// reads the same whether there is anything or not.
async fn not_found(app: &App, asked: &Asked) -> Response {
    let of = match asker(app, asked).await {
        Some(asker) => summary::closed_at(app, &asker.actor, &asked.path).await.ok().flatten(),
        None => None,
    };
    match of {
        Some(of) if asked.method == Method::GET && of.page() != asked.path => {
            Redirect::to(&of.page()).into_response()
        }
        Some(of) if asked.method == Method::POST => {
            page(app, asked, errors::closed(&of.page())).await
        }
        _ => page(app, asked, errors::of(&Error::NotFound)).await,
    }
}

async fn asker(app: &App, asked: &Asked) -> Option<Asker> {
    let jar = CookieJar::from_headers(&asked.headers);
    let asker = tokio::time::timeout(PATIENCE, asking::asker(app, &jar)).await;
    asker.ok().and_then(Result::ok).flatten()
}

async fn page(app: &App, asked: &Asked, told: Told) -> Response {
    let asker = asker(app, asked).await;
    let body = html! { (told.body) (handed_back(asked, asker.as_ref(), told.then)) };
    let page = layout::problem(app, asker.as_ref(), told.title, &body);
    let mut response = (told.status, page).into_response();
    if told.status == StatusCode::SERVICE_UNAVAILABLE || told.title == TOO_FAST {
        // A database that is busy or restarts is there again in seconds (promise R4).
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// Everything that was typed, and what can be done with it.
fn handed_back(asked: &Asked, asker: Option<&Asker>, then: Then) -> Markup {
    let Some(kept) = asked.kept.as_ref().filter(|_| then != Then::Forget) else {
        return html! {};
    };
    html! {
        @if then == Then::SendAgain {
            p class=(govuk::BODY) {
                "You can send what you typed once more. It is taken once, however often you send it."
            }
            (kept.send_again(asker.map(|a| a.form_token.as_str()), "Send it again"))
        }
        @if let Some(path) = asked.opens_at() {
            p class=(govuk::BODY) { a class=(govuk::LINK) href=(path) { "Open the page again" } }
        }
        (kept.list())
    }
}
