//! Who is asking, and what they typed. A form is read as text and only text: every field is
//! parsed where its error can be shown beside it.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use jiff::Timestamp;
use practice::calendar::day_of;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use crate::{
    App,
    access::{Actor, account, pages::SIGN_IN, second_step, sessions, store},
    doors::Once,
    error::{Error, Result},
    limits,
    web::rates::Class,
};

/// The session cookie. The prefix makes browsers refuse it from anywhere but this host.
pub const COOKIE: &str = "__Host-sightline";
/// As [`COOKIE`], where there is no TLS: on localhost, in the demo and in tests.
pub const PLAIN_COOKIE: &str = "sightline";
/// How long the key of a form may be, in bytes; ours are much shorter.
const LONGEST_KEY: usize = 100;
/// How long a form may be, in bytes: room for every field at its own limit.
pub const MOST: usize = 1 << 20;
/// How many fields a form may have: far more than any page of ours, and few enough that looking each
/// up costs nothing.
pub const MOST_FIELDS: usize = 1000;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Asker {
    pub actor: Actor,
    /// What every form of this session carries.
    pub form_token: String,
    /// What the database knows the session by.
    pub session: Vec<u8>,
    /// When they last took the second step of signing in, here: that of their agency's provider is
    /// none of ours, and never fresh.
    pub second_at: Option<Timestamp>,
    /// Whether they signed in with their organisation.
    pub by_organisation: bool,
}

impl FromRequestParts<App> for Asker {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let jar = CookieJar::from_headers(&parts.headers);
        let asker = asker(app, &jar).await?.ok_or(Error::SignedOut)?;
        if let Some(rates) = &app.rates {
            let class = parts.extensions.get().copied().unwrap_or(Class::Writes);
            rates.take(asker.actor.id(), class, Instant::now()).map_err(|_| Error::TooFast)?;
        }
        // The policies would refuse as well; here they are led to where it can be put right.
        let opens_nothing = asker.actor.is_asleep() || asker.actor.is_without_second_step();
        if opens_nothing && !sees_to_own_account(parts.uri.path()) {
            return Err(Error::Elsewhere(account::PAGE.to_owned()));
        }
        Ok(asker)
    }
}

/// Whether a page serves to read how one's account stands, to set up a second step, or to leave.
fn sees_to_own_account(path: &str) -> bool {
    let below = path.strip_prefix(account::PAGE);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || path == account::SIGN_OUT
        || path == account::SIGN_OUT_EVERYWHERE
}

/// The session cookie that is read: under TLS never the plain one, which another host of the same
/// domain could have set.
pub fn cookie_name(app: &App) -> &'static str {
    if app.address.starts_with("https:") { COOKIE } else { PLAIN_COOKIE }
}

/// A cookie of ours: no script reads it, and under TLS it goes nowhere else.
pub fn cookie(app: &App, name: String, token: String, from: SameSite) -> Cookie<'static> {
    Cookie::build((name, token))
        .path("/")
        .http_only(true)
        .same_site(from)
        .secure(app.address.starts_with("https:"))
        .build()
}

/// Whoever this cookie jar belongs to, if they are signed in.
pub async fn asker(app: &App, jar: &CookieJar) -> Result<Option<Asker>> {
    let Some(cookie) = jar.get(cookie_name(app)) else { return Ok(None) };
    let now = app.clock.now();
    let db = app.db.reads();
    let Some(session) = sessions::find(&db, cookie.value(), now).await? else { return Ok(None) };
    if session.is_half() {
        return Ok(None);
    }
    let Some(actor) = store::actor(&db, session.staff_id, day_of(now)).await? else {
        return Ok(None);
    };
    if session.wants_touch(now) {
        let hash = session.token_hash.clone();
        let touched: Result<()> = app
            .db
            .write(move |tx| Box::pin(async move { sessions::touch(tx, hash, now).await }))
            .await;
        // The next page tries again: nobody is kept from reading because the writer is busy.
        if let Err(error) = touched {
            tracing::warn!(%error, "the use of a session was not written down");
        }
    }
    // In a demo anybody may come as anybody: there it is offered, and asked of whoever has one.
    let actor = match session.has_taken_second() || app.demo {
        true => actor,
        false => actor.without_second_step(),
    };
    let (second_at, by_organisation) =
        (session.second_at.map(|at| at.0), session.identity_id.is_some());
    let (form_token, session) = (session.form_token, session.token_hash);
    Ok(Some(Asker { actor, form_token, session, second_at, by_organisation }))
}

/// The session of a cookie jar in which only a first step was taken yet, a short while ago; or of whoever
/// takes the second once more.
///
/// # Errors
/// Elsewhere, where there is none: to the sign-in page.
pub async fn half(app: &App, jar: &CookieJar) -> Result<sessions::Session> {
    let now = app.clock.now();
    let found = match jar.get(cookie_name(app)) {
        Some(cookie) => sessions::find(&app.db.reads(), cookie.value(), now).await?,
        None => None,
    };
    let waits = |s: &sessions::Session| now.duration_since(s.begun_at.0) < second_step::PATIENCE;
    let may = |s: &sessions::Session| {
        s.has_second && (s.second_at.is_some() || s.vouched_at.is_some() || waits(s))
    };
    let half = found.filter(may);
    half.ok_or_else(|| Error::Elsewhere(SIGN_IN.to_owned()))
}

/// The fields of a form, as they were typed, in order.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The fields of a posted form.
    ///
    /// # Errors
    /// A refusal when it is not text, or has too many fields.
    pub fn read(body: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(body).map_err(|_| unreadable())?;
        if text.bytes().filter(|b| *b == b'&').count() >= MOST_FIELDS {
            return Err(too_many());
        }
        // Percent-encoded bytes that are no text must not turn into question marks silently.
        if percent_decodes_badly(text) {
            return Err(unreadable());
        }
        Self::of(serde_html_form::from_str(text).map_err(|_| unreadable())?)
    }

    /// The fields of a form that was taken apart.
    ///
    /// # Errors
    /// A refusal where there is what nobody can type, and one of the two databases takes in no text;
    /// and where there are too many.
    pub fn of(mut fields: Vec<(String, String)>) -> Result<Self> {
        if fields.len() > MOST_FIELDS {
            return Err(too_many());
        }
        if fields.iter().any(|(_, said)| said.contains('\0')) {
            return Err(unreadable());
        }
        for (_, said) in &mut fields {
            said.retain(|c| !limits::turns_text(c));
        }
        Ok(Self(fields))
    }

    /// What was typed into a field, without the space around it; empty when it isn't there.
    pub fn get(&self, name: &str) -> &str {
        questionnaire::trimmed(self.exactly(name))
    }

    /// What was typed into a field, also the space around it.
    pub fn exactly(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// Everything that was chosen in a field of which several can be.
    pub fn each(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, said)| said.as_str())
    }

    /// What was typed into a field, if anything was.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|v| !v.is_empty()).map(str::to_owned)
    }

    /// The revision that the form was made from; one that nothing has, where it does not say.
    pub fn revision(&self) -> i64 {
        self.get("revision").parse().unwrap_or(-1)
    }

    /// The same form, once somebody was shown what another has saved meanwhile: made from what is
    /// saved now, and another form than the one that was sent.
    pub fn seen_anew(&self) -> Self {
        let mut fields = self.0.clone();
        fields.retain(|(name, _)| name != "revision" && name != "once");
        Self(fields)
    }

    /// What makes a form sent twice one thing.
    pub fn once(&self) -> Option<Once> {
        let mut said = Sha256::new();
        for (name, value) in self.0.iter().filter(|(name, _)| name != "token" && name != "once") {
            for part in [name, value] {
                said.update((part.len() as u64).to_be_bytes());
                said.update(part);
            }
        }
        self.some("once").filter(|key| key.len() <= LONGEST_KEY).map(|key| Once {
            key,
            said: said.finalize().to_vec(),
            alike: None,
        })
    }
}

/// Whether a request carries the fields of a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|t| t.to_str().ok())
        .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"))
}

/// What is said of a form that is no text.
pub fn unreadable() -> Error {
    Error::refusal("The form could not be read: it is damaged, or it is not text")
}

fn too_many() -> Error {
    Error::refusal(format!("The form has more than {MOST_FIELDS} fields: send fewer at once"))
}

fn percent_decodes_badly(text: &str) -> bool {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair: Option<(u8, u8)> = rest.next().zip(rest.next());
            let hex = |b: u8| char::from(b).to_digit(16);
            match pair.and_then(|(a, b)| Some(hex(a)? * 16 + hex(b)?)) {
                Some(decoded) => bytes.push(u8::try_from(decoded).unwrap_or_default()),
                None => return true,
            }
        } else {
            bytes.push(byte);
        }
    }
    std::str::from_utf8(&bytes).is_err()
}

/// A form that a signed-in person sent from a page of this session.
#[derive(Debug)]
pub struct Posted {
    pub asker: Asker,
    pub fields: Fields,
}

impl FromRequest<App> for Posted {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let asker = Asker::from_request_parts(&mut parts, app).await?;
        if !is_form(&parts.headers) {
            return Err(unreadable());
        }
        let body: Bytes = axum::body::to_bytes(body, MOST).await.map_err(|_| unreadable())?;
        Self::of(asker, Fields::read(&body)?)
    }
}

impl Posted {
    /// A form with these fields.
    ///
    /// # Errors
    /// When it was made in another session.
    pub fn of(asker: Asker, fields: Fields) -> Result<Self> {
        let token = fields.get("token").as_bytes();
        if !bool::from(token.ct_eq(asker.form_token.as_bytes())) {
            return Err(Error::OtherSession);
        }
        Ok(Self { asker, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, MOST_FIELDS};

    #[test]
    fn a_form_that_is_no_text_is_refused_and_not_mangled() {
        assert!(Fields::read(b"a=%C3%28").is_err());
        assert!(Fields::read(b"a=\xff").is_err());
        assert!(Fields::read(b"a=%zz").is_err());
    }

    #[test]
    fn every_script_and_repeated_fields_arrive_as_typed() {
        let fields =
            Fields::read("a=%D9%85%D8%AD%D9%85%D8%AF&b=1&b=2&c=Nguy%E1%BB%85n+An".as_bytes())
                .unwrap();
        assert_eq!(fields.get("a"), "محمد");
        assert_eq!(fields.0.iter().filter(|(n, _)| n == "b").count(), 2);
        assert_eq!(fields.get("c"), "Nguyễn An");
    }

    #[test]
    fn a_form_with_fields_without_number_is_refused() {
        let form = |fields: usize| vec!["a=b"; fields].join("&");
        assert_eq!(Fields::read(form(MOST_FIELDS).as_bytes()).unwrap().0.len(), MOST_FIELDS);
        assert!(Fields::read(form(MOST_FIELDS + 1).as_bytes()).is_err());
        let parts = vec![("a".to_owned(), "b".to_owned()); MOST_FIELDS + 1];
        assert!(Fields::of(parts).is_err());
    }

    #[test]
    fn what_only_turns_the_text_after_it_round_is_not_taken_in() {
        let fields = Fields::read("a=Arlo%E2%80%AEhsraM+%D9%85%D8%AD%D9%85%D8%AF".as_bytes());
        assert_eq!(fields.unwrap().get("a"), "ArlohsraM محمد");
    }
}
