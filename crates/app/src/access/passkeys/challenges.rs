//! What an authenticator is asked to sign, and whether it did. What it is asked is kept here and
//! nowhere else, for one answer, for minutes, for one browser. It believes what the authenticator
//! signed of itself, and nothing that a page says.

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use platform::{
    db::{At, Row, Runs, sea_orm},
    seal::Sealed,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use webauthn_rs::prelude::{
    AuthenticationResult, Credential, DiscoverableAuthentication, PublicKeyCredential,
    RegisterPublicKeyCredential, SecurityKey, SecurityKeyAuthentication, SecurityKeyRegistration,
    Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::{
    App,
    access::Member,
    error::{Error, Result},
    web::layout,
};

/// What the state of a challenge is sealed for.
const PURPOSE: &str = "passkey challenge";
/// How long an authenticator has to answer.
pub const LASTS: SignedDuration = SignedDuration::from_mins(5);

/// What is kept until the authenticator has answered.
pub trait Challenge: Serialize + DeserializeOwned + Send + 'static {
    /// What it is for; a browser has one of each.
    const FOR: &'static str;
}

/// A passkey is being added, under this name.
#[derive(Serialize, Deserialize)]
pub struct Adding {
    pub name: String,
    state: SecurityKeyRegistration,
}

/// Somebody signs in with a passkey, and is not known before it answers.
#[derive(Serialize, Deserialize)]
pub struct SigningIn(DiscoverableAuthentication);

/// Somebody who is known takes the second step.
#[derive(Serialize, Deserialize)]
pub struct SecondStep(SecurityKeyAuthentication);

impl Challenge for Adding {
    const FOR: &'static str = "add";
}
impl Challenge for SigningIn {
    const FOR: &'static str = "sign-in";
}
impl Challenge for SecondStep {
    const FOR: &'static str = "second-step";
}

/// What was signed, as it turned out.
pub enum Signed {
    /// By the credential itself.
    Right(Box<AuthenticationResult>),
    /// By the credential, but its counter went back: there may be a copy of it.
    Copied,
    /// Not by it, or not what was asked.
    Wrong,
}

/// Whom passkeys are made for: Sightline, at the address under which people open it. A passkey
/// answers to no other.
pub struct RelyingParty(Webauthn);

impl RelyingParty {
    /// At this address.
    ///
    /// # Errors
    /// A refusal that says what to do, where no passkey can belong to it: browsers make them only
    /// for a name, and only where nobody listens in.
    pub fn at(address: &str) -> Result<Self> {
        let no = || {
            Error::refusal(format!(
                "No passkey can belong to “{address}”. Say by --address (SIGHTLINE_ADDRESS) under \
                 which address people open Sightline: https:// and a name, such as \
                 https://sightline.example, or http://localhost with its port"
            ))
        };
        let url = Url::parse(address).map_err(|_| no())?;
        let name = url.domain().ok_or_else(no)?;
        let is_private = url.scheme() == "https" || url.scheme() == "http" && name == "localhost";
        if !is_private || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(no());
        }
        let built = WebauthnBuilder::new(name, &url)
            .and_then(|b| b.rp_name(layout::SERVICE).timeout(LASTS.unsigned_abs()).build());
        built.map(Self).map_err(|_| no())
    }

    /// Asks for a new passkey of somebody who has those. It may be a tablet, a phone or a security
    /// key, and may or may not verify whose it is: what it is, its own flags say afterwards.
    ///
    /// # Errors
    /// A fault.
    pub fn adds(
        &self,
        member: &Member,
        has: &[Credential],
        name: String,
    ) -> Result<(String, Adding)> {
        let has = has.iter().map(|c| c.cred_id.clone()).collect();
        let (asked, state) = self
            .0
            .start_securitykey_registration(
                member.staff.0,
                &member.email,
                &member.name,
                Some(has),
                None,
                None,
            )
            .map_err(|e| Error::fault("asking for a passkey", e))?;
        let mut options = serde_json::to_value(asked.public_key)?;
        // The library asks for a key that stands beside a password. We ask for one that is found
        // without an e-mail address where it can be, and that then tells whose it is only to
        // whoever it has verified.
        options["authenticatorSelection"]["residentKey"] = "preferred".into();
        options["extensions"]["credentialProtectionPolicy"] =
            "userVerificationOptionalWithCredentialIDList".into();
        if let Some(options) = options.as_object_mut() {
            options.remove("hints");
        }
        Ok((options.to_string(), Adding { name, state }))
    }

    /// Asks for any passkey that was made for here: of whom, is not known, and nobody is told.
    ///
    /// # Errors
    /// A fault.
    pub fn signs_in(&self) -> Result<(String, SigningIn)> {
        let begun = self.0.start_discoverable_authentication();
        let (asked, state) = begun.map_err(|e| Error::fault("asking for a passkey", e))?;
        Ok((serde_json::to_string(&asked.public_key)?, SigningIn(state)))
    }

    /// Asks for one of these, whether or not it verifies whose it is.
    ///
    /// # Errors
    /// A fault.
    pub fn second_step(&self, has: Vec<Credential>) -> Result<(String, SecondStep)> {
        let has: Vec<SecurityKey> = has.into_iter().map(SecurityKey::from).collect();
        let begun = self.0.start_securitykey_authentication(&has);
        let (asked, state) = begun.map_err(|e| Error::fault("asking for a passkey", e))?;
        let mut options = serde_json::to_value(asked.public_key)?;
        if let Some(options) = options.as_object_mut() {
            options.remove("hints");
        }
        Ok((options.to_string(), SecondStep(state)))
    }

    /// The passkey that was made, if it answers what was asked.
    pub fn added(&self, said: &str, adding: &Adding) -> Option<Credential> {
        let said: RegisterPublicKeyCredential = serde_json::from_str(said).ok()?;
        let made = self.0.finish_securitykey_registration(&said, &adding.state).ok()?;
        Some(made.into())
    }

    /// Whether that credential signed somebody in, having verified whose it is.
    pub fn signed_in(&self, said: &PublicKeyCredential, to: SigningIn, by: &Credential) -> Signed {
        judged(self.0.finish_discoverable_authentication_v2(said, to.0, by))
    }

    /// Whether one of those that were asked signed a second step.
    pub fn second_taken(&self, said: &PublicKeyCredential, to: &SecondStep) -> Signed {
        judged(self.0.finish_securitykey_authentication(said, &to.0))
    }
}

fn judged(result: std::result::Result<AuthenticationResult, WebauthnError>) -> Signed {
    match result {
        Ok(result) => Signed::Right(Box::new(result)),
        Err(WebauthnError::CredentialPossibleCompromise) => Signed::Copied,
        Err(_) => Signed::Wrong,
    }
}

/// Keeps a challenge for whoever has that cookie, instead of any before.
///
/// # Errors
/// When the database does.
pub async fn keep<C: Challenge>(app: &App, token_hash: &[u8], challenge: &C) -> Result<()> {
    let now = app.clock.now();
    let sealed = app
        .keys
        .seal(PURPOSE, &bound_to::<C>(token_hash), &serde_json::to_vec(challenge)?)
        .map_err(|e| Error::fault("sealing a challenge", e))?;
    let token_hash = token_hash.to_vec();
    app.db
        .write(move |tx| {
            async move {
                tx.run(
                    "DELETE FROM passkey_challenge \
                     WHERE begun_at <= $1 OR (token_hash = $2 AND purpose = $3)",
                    [At(now - LASTS).into(), token_hash.clone().into(), C::FOR.into()],
                )
                .await?;
                tx.run(
                    "INSERT INTO passkey_challenge (token_hash, purpose, sealed, begun_at) \
                     VALUES ($1, $2, $3, $4)",
                    [token_hash.into(), C::FOR.into(), sealed.0.into(), At(now).into()],
                )
                .await?;
                Ok(())
            }
            .boxed()
        })
        .await
}

/// Takes the challenge of whoever has that cookie, with the moment at which it was made: from now on
/// it is gone, whatever comes of it. `None` when there is none, or it is too old.
///
/// # Errors
/// When the database does.
pub async fn take<C: Challenge>(app: &App, token_hash: &[u8]) -> Result<Option<(C, Timestamp)>> {
    #[derive(Row)]
    struct Kept {
        sealed: Vec<u8>,
        begun_at: At,
    }
    let wanted = token_hash.to_vec();
    let kept: Option<Kept> = app
        .db
        .write(move |tx| {
            async move {
                let which = "token_hash = $1 AND purpose = $2";
                let kept: Option<Kept> = tx
                    .one(
                        &format!("SELECT sealed, begun_at FROM passkey_challenge WHERE {which}"),
                        [wanted.clone().into(), C::FOR.into()],
                    )
                    .await?;
                tx.run(
                    &format!("DELETE FROM passkey_challenge WHERE {which}"),
                    [wanted.into(), C::FOR.into()],
                )
                .await?;
                Ok::<_, Error>(kept)
            }
            .boxed()
        })
        .await?;
    let now = app.clock.now();
    let is_young = |kept: &Kept| kept.begun_at.0 <= now && now < kept.begun_at.0 + LASTS;
    let Some(kept) = kept.filter(is_young) else { return Ok(None) };
    let state = app
        .keys
        .unseal(PURPOSE, &bound_to::<C>(token_hash), &Sealed(kept.sealed))
        .map_err(|e| Error::fault("unsealing a challenge", e))?;
    Ok(Some((serde_json::from_slice(&state)?, kept.begun_at.0)))
}

fn bound_to<C: Challenge>(token_hash: &[u8]) -> Vec<u8> {
    [C::FOR.as_bytes(), b" ", token_hash].concat()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::RelyingParty;

    #[rstest]
    #[case::the_demo("http://localhost:8080", true)]
    #[case::a_partnership("https://sightline.example", true)]
    #[case::with_a_port("https://sightline.example:8443/", true)]
    #[case::a_number("http://127.0.0.1:8080", false)]
    #[case::a_number_under_tls("https://192.0.2.1", false)]
    #[case::without_tls("http://sightline.example", false)]
    #[case::below_a_path("https://council.example/sightline", false)]
    #[case::no_address("sightline.example", false)]
    #[case::nothing("", false)]
    fn passkeys_belong_to_a_name_that_nobody_listens_in_on(
        #[case] address: &str,
        #[case] can: bool,
    ) {
        let party = RelyingParty::at(address);
        assert_eq!(party.is_ok(), can, "{address}");
        if let Err(error) = party {
            assert!(error.to_string().contains("SIGHTLINE_ADDRESS"), "it says what to do: {error}");
        }
    }
}
