//! An agency's identity provider for tests: it describes itself, gives out keys and, for a code,
//! what it signs of somebody (OpenID Connect Core, 3.1). What it says is what a test tells it to.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as LETTERS};
use jiff::Timestamp;
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use ring::hmac;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinHandle};

pub const CLIENT: &str = "sightline";
pub const SECRET: &str = "the-client-secret-of-the-test";

/// By what it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    Itself,
    /// Another, who has a key of the same name.
    Another,
    /// By the secret that the client has too.
    BySecret,
    Not,
}

/// What it says for one code.
#[derive(Clone)]
pub struct Token {
    pub claims: Value,
    pub signs: Signs,
    /// What the client must show that it knows.
    challenge: String,
}

/// A provider that answers until it is dropped.
pub struct Provider {
    pub issuer: String,
    codes: Arc<Mutex<HashMap<String, Token>>>,
    knows: Arc<AtomicBool>,
    serves: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serves.abort();
    }
}

#[derive(Clone)]
struct At {
    issuer: String,
    codes: Arc<Mutex<HashMap<String, Token>>>,
    /// Whether it knows the client by its secret.
    knows: Arc<AtomicBool>,
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).expect("a key")
}

impl Provider {
    pub async fn begins() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let (codes, knows) = (Arc::default(), Arc::new(AtomicBool::new(true)));
        let at =
            At { issuer: issuer.clone(), codes: Arc::clone(&codes), knows: Arc::clone(&knows) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describes_itself))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(at);
        let serves =
            tokio::spawn(async move { axum::serve(listener, router).await.expect("served") });
        Self { issuer, codes, knows, serves }
    }

    /// What it says of somebody who was sent to it by that address, unless a test says otherwise.
    pub fn of(
        &self,
        asked: &HashMap<String, String>,
        subject: &str,
        email: &str,
        now: Timestamp,
    ) -> Token {
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": subject, "nonce": asked["nonce"],
            "iat": now.as_second(), "exp": now.as_second() + 300,
            "email": email, "email_verified": true, "amr": ["pwd", "mfa"],
            "auth_time": now.as_second(),
        });
        Token { claims, signs: Signs::Itself, challenge: asked["code_challenge"].clone() }
    }

    /// From now on the secret that it gave out is good for nothing.
    pub fn knows_no_more(&self) {
        self.knows.store(false, Ordering::Relaxed);
    }

    /// Stops answering.
    pub async fn stops(mut self) {
        self.serves.abort();
        let _ = (&mut self.serves).await;
    }

    /// Gives out a code for it.
    pub fn gives(&self, token: Token) -> String {
        let mut codes = self.codes.lock().expect("codes");
        let code = format!("code-{}", codes.len());
        codes.insert(code.clone(), token);
        code
    }
}

async fn describes_itself(State(at): State<At>) -> Response {
    let below = |path: &str| format!("{}/{path}", at.issuer);
    said(&json!({
        "issuer": at.issuer,
        "authorization_endpoint": below("authorize"),
        "token_endpoint": below("token"),
        "jwks_uri": below("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys() -> Response {
    let point = key(7).verifying_key().to_sec1_point(false);
    said(&json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": "one",
        "x": LETTERS.encode(point.x().expect("x")), "y": LETTERS.encode(point.y().expect("y")),
    }] }))
}

/// Gives what it says for a code, once, to whoever has the secret and asked for the code.
async fn token(State(at): State<At>, headers: HeaderMap, body: Bytes) -> Response {
    let sent: HashMap<String, String> = serde_html_form::from_bytes(&body).expect("a form");
    let shows = base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT}:{SECRET}"));
    let has_secret =
        headers.get(header::AUTHORIZATION).is_some_and(|h| *h == format!("Basic {shows}"));
    if !at.knows.load(Ordering::Relaxed) {
        let error = said(&json!({ "error": "invalid_client" }));
        return (StatusCode::UNAUTHORIZED, error).into_response();
    }
    let found = at.codes.lock().expect("codes").remove(&sent["code"]);
    let verifier = LETTERS.encode(Sha256::digest(&sent["code_verifier"]));
    match found.filter(|token| has_secret && token.challenge == verifier) {
        Some(token) => said(&json!({
            "access_token": "unused", "token_type": "Bearer", "id_token": signed(&token),
        })),
        None => {
            (StatusCode::BAD_REQUEST, said(&json!({ "error": "invalid_grant" }))).into_response()
        }
    }
}

fn said(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn signed(token: &Token) -> String {
    let alg = match token.signs {
        Signs::Itself | Signs::Another => "ES256",
        Signs::BySecret => "HS256",
        Signs::Not => "none",
    };
    let head = LETTERS.encode(json!({ "alg": alg, "kid": "one", "typ": "JWT" }).to_string());
    let text = format!("{head}.{}", LETTERS.encode(token.claims.to_string()));
    let by = |number| {
        let signed: Signature = key(number).sign(text.as_bytes());
        signed.to_bytes().to_vec()
    };
    let signature = match token.signs {
        Signs::Itself => by(7),
        Signs::Another => by(8),
        Signs::BySecret => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
            hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
        }
        Signs::Not => Vec::new(),
    };
    format!("{text}.{}", LETTERS.encode(signature))
}
