//! What a provider is asked, and whether its answer is its own, meant for us, and of now. The
//! library checks what it signed; what is asked goes by our own client, within bounds. It knows
//! nobody of ours: who the answer is about, [`super::whose`] says.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata,
    RedirectUrl, RequestTokenError, Scope, TokenResponse, TokenUrl,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType,
        CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreGrantType, CoreIdTokenClaims,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
        CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
    url::Url,
};
use platform::{
    fetch::{AtHome, fetch, is_private},
    post::NoAnswer,
};
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, time::timeout};

use super::{Provider, pending::Pending};
use crate::{App, access::sessions};

/// How long a provider may take for everything that is asked of it on one page.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long one of its answers may be, in bytes.
const LONGEST: usize = 256 << 10;
/// How many providers are asked something at once: whoever is sent away is no burden to those.
static AT_ONCE: Semaphore = Semaphore::const_new(32);
/// How far its clock may be off.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// How long ago it may have asked somebody who they are: as long as a session lasts that nobody uses.
/// A provider that keeps its own for longer would undo that on a shared tablet.
const MOST_IDLE: Duration = Duration::from_secs(sessions::IDLE.as_secs().unsigned_abs());
/// How long what it calls somebody may be (OpenID Connect Core, 2).
const LONGEST_SUBJECT: usize = 255;
/// What it says when it asked for a second step (RFC 8176).
const SECOND_STEP: &str = "mfa";
/// What it may sign with: what only it can, never a secret that both have.
const SIGNS_WITH: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why there is no answer that counts.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// None came in time.
    Silent,
    /// It knows Sightline no more: its secret may have run out.
    Unknown,
    /// It is not to be believed, or not what was asked for. Said to the log and, in these words, to
    /// whoever sets the provider up.
    Wrong(&'static str),
}

/// Where a provider is, as it calls itself.
pub struct Issuer {
    url: IssuerUrl,
    at_home: AtHome,
}

impl Issuer {
    /// An address that may be asked: under TLS, or on this machine where that is allowed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(said: &str, at_home: AtHome) -> Result<Self, &'static str> {
        const FORM: &str = "Enter the issuer as an address that begins with https://";
        let url = Url::parse(said).map_err(|_| FORM)?;
        let is_bare = url.query().is_none() && url.fragment().is_none();
        if !is_bare || !url.username().is_empty() || url.password().is_some() {
            return Err(FORM);
        }
        let uri = said.parse().map_err(|_| FORM)?;
        if !is_private(&uri, at_home) {
            return Err("The issuer’s address must begin with https://, so that nobody listens in");
        }
        let at_home = if url.scheme() == "http" { at_home } else { AtHome::Never };
        Ok(Self { url: IssuerUrl::new(said.to_owned()).map_err(|_| FORM)?, at_home })
    }
}

/// What a provider says of itself beside what the library reads.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Beside {
    /// Whether it puts its own name beside each answer (RFC 9207).
    #[serde(default)]
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for Beside {}

/// Whether a provider may lie on this machine: where Sightline itself is not reached from elsewhere.
/// A real server asks nothing that listens beside it.
pub fn at_home(app: &App) -> AtHome {
    if app.address.starts_with("https:") { AtHome::Never } else { AtHome::Plain }
}

type Metadata = ProviderMetadata<
    Beside,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

impl Provider {
    fn issuer(&self) -> Result<Issuer, Trouble> {
        Issuer::parse(&self.issuer, self.at_home).map_err(Trouble::Wrong)
    }
}

/// Asks a provider what it says of itself, with its keys, and whether that can be relied on.
///
/// # Errors
/// When it says nothing, or what can't be used.
pub async fn describes_itself(issuer: &Issuer) -> Result<(), Trouble> {
    within(described(issuer)).await.map(|_| ())
}

async fn within<T>(asked: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let asked = async {
        let _asks = AT_ONCE.acquire().await.map_err(|_| Trouble::Silent)?;
        asked.await
    };
    timeout(PATIENCE, asked).await.unwrap_or(Err(Trouble::Silent))
}

async fn described(issuer: &Issuer) -> Result<Metadata, Trouble> {
    let at_home = issuer.at_home;
    let client = move |request| fetch(request, at_home, LONGEST);
    let found = Metadata::discover_async(issuer.url.clone(), &client).await;
    let metadata = found.map_err(|error| match error {
        DiscoveryError::Request(why) => unanswered(&why),
        DiscoveryError::Response(..) | DiscoveryError::Parse(_) => Trouble::Wrong(
            "What answers there is no identity provider: it has no description of one",
        ),
        DiscoveryError::Validation(_) => Trouble::Wrong(
            "The provider calls itself by another address. Enter the issuer exactly as it stands in \
             its description, also the / at its end",
        ),
        _ => Trouble::Wrong("What the provider says of itself can’t be read"),
    })?;
    let wanted = [
        Some(metadata.authorization_endpoint().url()),
        metadata.token_endpoint().map(TokenUrl::url),
    ];
    let may = |url: &Url| url.as_str().parse().is_ok_and(|uri| is_private(&uri, at_home));
    if !wanted.iter().all(|url| url.is_some_and(may)) {
        return Err(Trouble::Wrong("The provider wants to be asked where others can listen in"));
    }
    Ok(metadata)
}

fn unanswered(why: &NoAnswer) -> Trouble {
    match why {
        NoAnswer::InTheOpen => {
            Trouble::Wrong("The provider wants to be asked where others can listen in")
        }
        NoAnswer::Unreadable => Trouble::Wrong("What the provider answers is too long"),
        _ => Trouble::Silent,
    }
}

/// How a provider wants to be shown the secret.
fn shown(metadata: &Metadata) -> AuthType {
    let ways = metadata.token_endpoint_auth_methods_supported();
    let is_by_header =
        ways.is_none_or(|ways| ways.contains(&CoreClientAuthMethod::ClientSecretBasic));
    if is_by_header { AuthType::BasicAuth } else { AuthType::RequestBody }
}

/// The client that we are to this provider.
macro_rules! client {
    ($provider:expr, $metadata:expr, $back:expr) => {{
        let shown = shown(&$metadata);
        let secret = ClientSecret::new($provider.secret.expose().to_owned());
        let id = ClientId::new($provider.client_id.clone());
        let back = RedirectUrl::new($back.to_owned());
        let back = back.map_err(|_| Trouble::Wrong("Sightline has no address to come back to"))?;
        CoreClient::from_provider_metadata($metadata, id, Some(secret))
            .set_redirect_uri(back)
            .set_auth_type(shown)
    }};
}

/// Where somebody goes to sign in at a provider, and comes back from to `back`.
///
/// # Errors
/// When it does not say of itself where that is.
pub async fn leads_to(
    provider: &Provider,
    back: &str,
    state: &str,
    pending: &Pending,
) -> Result<String, Trouble> {
    let metadata = within(described(&provider.issuer()?)).await?;
    let client = client!(provider, metadata, back);
    let verifier = PkceCodeVerifier::new(pending.verifier.clone());
    let (state, nonce) = (CsrfToken::new(state.to_owned()), Nonce::new(pending.nonce.clone()));
    let asks = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
        .add_scope(Scope::new("email".to_owned()))
        .set_max_age(MOST_IDLE)
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    let asks = if pending.anew { asks.add_prompt(CoreAuthPrompt::Login) } else { asks };
    Ok(asks.url().0.into())
}

/// What a provider says of somebody.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// What it calls them: never another's.
    pub subject: String,
    /// In small letters.
    pub email: Option<String>,
    /// Whether it has made sure that the address is theirs, where it says so either way.
    pub is_verified: Option<bool>,
    /// Whether it asked for a second step.
    pub second_step: bool,
}

/// What somebody brought back from a provider.
pub struct Brought {
    pub code: String,
    /// Who says that it sent them.
    pub issuer: Option<String>,
}

/// Asks a provider about whoever came back from it.
///
/// # Errors
/// When it does not answer, or not in a way that can be believed.
pub async fn answers(
    provider: &Provider,
    back: &str,
    pending: Pending,
    brought: Brought,
    now: Timestamp,
) -> Result<Said, Trouble> {
    within(answered(provider, back, pending, brought, now)).await
}

async fn answered(
    provider: &Provider,
    back: &str,
    pending: Pending,
    brought: Brought,
    now: Timestamp,
) -> Result<Said, Trouble> {
    let issuer = provider.issuer()?;
    let metadata = described(&issuer).await?;
    let names_itself =
        metadata.additional_metadata().authorization_response_iss_parameter_supported;
    let is_its_own = match &brought.issuer {
        Some(said) => *said == provider.issuer,
        None => names_itself != Some(true),
    };
    if !is_its_own {
        return Err(Trouble::Wrong("another provider answered than was asked"));
    }
    let client = client!(provider, metadata, back);
    let at_home = issuer.at_home;
    let asks = move |request| fetch(request, at_home, LONGEST);
    let token = client
        .exchange_code(AuthorizationCode::new(brought.code))
        .map_err(|_| Trouble::Wrong("the provider does not say where it is asked"))?
        .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier))
        .request_async(&asks)
        .await
        .map_err(|error| match error {
            RequestTokenError::Request(why) => unanswered(&why),
            RequestTokenError::ServerResponse(said) => match said.error() {
                CoreErrorResponseType::InvalidClient
                | CoreErrorResponseType::UnauthorizedClient => Trouble::Unknown,
                _ => Trouble::Wrong("the provider did not take the code"),
            },
            _ => Trouble::Wrong("the provider's answer can't be read"),
        })?;
    let signed = token.id_token().ok_or(Trouble::Wrong("the provider says of nobody who it is"))?;
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(SIGNS_WITH)
        .set_time_fn(move || at(now - LEEWAY))
        .set_issue_time_verifier_fn(move |issued| {
            let is_of_now = at(pending.begun_at - LEEWAY) <= issued && issued <= at(now + LEEWAY);
            if is_of_now { Ok(()) } else { Err("it is of another time".to_owned()) }
        });
    let claims = signed.claims(&verifier, &Nonce::new(pending.nonce)).map_err(|_| {
        Trouble::Wrong("what the provider says is not its own, not for us, or not of now")
    })?;
    // It may have them signed in since this morning: whoever sits down where they left is not they.
    let since = at(pending.begun_at - sessions::IDLE - LEEWAY);
    if claims.auth_time().is_none_or(|asked| asked < since) {
        return Err(Trouble::Wrong("the provider does not say that it asked them just now"));
    }
    said(claims, &provider.client_id)
}

fn said(claims: &CoreIdTokenClaims, client_id: &str) -> Result<Said, Trouble> {
    // The library leaves it to us for whom a provider says that it spoke.
    if claims.authorized_party().is_some_and(|party| party.as_str() != client_id) {
        return Err(Trouble::Wrong("what the provider says is for another"));
    }
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        return Err(Trouble::Wrong("the provider calls nobody so"));
    }
    let ways = claims.auth_method_refs().into_iter().flatten();
    Ok(Said {
        subject: subject.to_owned(),
        // A letter that merely looks like another is another's address.
        email: claims.email().filter(|email| email.is_ascii()).map(|e| e.to_ascii_lowercase()),
        is_verified: claims.email_verified(),
        second_step: ways.into_iter().any(|way| way.as_str() == SECOND_STEP),
    })
}

fn at(moment: Timestamp) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(moment.as_second(), 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use platform::fetch::AtHome;

    use super::Issuer;

    #[test]
    fn a_provider_is_asked_under_tls_or_on_this_machine() {
        for may in
            ["https://login.police.example/staff", "http://127.0.0.1:4444", "http://localhost:4/x"]
        {
            assert!(Issuer::parse(may, AtHome::Plain).is_ok(), "{may}");
            assert_eq!(
                Issuer::parse(may, AtHome::Never).is_ok(),
                may.starts_with("https:"),
                "{may}"
            );
        }
        for not in [
            "http://login.police.example",
            "https://ann:secret@login.police.example",
            "https://login.police.example/?tenant=1",
            "https://login.police.example/#x",
            "login.police.example",
            "file:///etc/passwd",
            "",
        ] {
            assert!(Issuer::parse(not, AtHome::Plain).is_err(), "{not}");
        }
    }
}
