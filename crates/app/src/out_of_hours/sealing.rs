//! One file that any browser opens: a page with what is sealed inside it. The key is derived from a
//! passphrase (PBKDF2, SHA-256), and what is sealed is AES-256-GCM: both are what a browser can open
//! without a network, a program or anything that is fetched.

use std::num::NonZeroU32;

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    pbkdf2,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::gathering::Extract;
use crate::error::{Error, Result};

/// How often the passphrase is hashed: what OWASP advised in 2023 for this derivation.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).expect("more than none");
const SCRIPT: &str = include_str!("reader.js");
const STYLE: &str = include_str!("reader.css");

/// What a file holds: all of it is needed to open it, and none of it tells anything.
#[derive(Serialize)]
struct SealedFile {
    rounds: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

/// The file, sealed with that passphrase. Two of the same are never alike.
///
/// # Errors
/// When there is no randomness, or it can't be sealed.
pub fn file(extract: &Extract, passphrase: &str) -> Result<String> {
    let fault = |_| Error::fault("sealing what is taken out", "the cipher refused");
    let (mut salt, mut nonce, mut key) = ([0; 16], [0; 12], [0; 32]);
    for bytes in [&mut salt[..], &mut nonce[..]] {
        getrandom::fill(bytes).map_err(|e| Error::fault("finding randomness", e))?;
    }
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, passphrase.as_bytes(), &mut key);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).map_err(fault)?);
    let mut text = serde_json::to_vec(extract)?;
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
        .map_err(fault)?;
    let sealed = SealedFile {
        rounds: ROUNDS.get(),
        salt: STANDARD.encode(salt),
        nonce: STANDARD.encode(nonce),
        sealed: STANDARD.encode(text),
    };
    Ok(page(&serde_json::to_string(&sealed)?, extract).into_string())
}

/// The page around it. It may run its own script and style, and fetch nothing from anywhere.
fn page(sealed: &str, extract: &Extract) -> Markup {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; script-src {}; style-src {}",
        hash(SCRIPT),
        hash(STYLE)
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { "For the night" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "For the night" }
                    p { "Made " (extract.made) ". Destroy it when the hub opens again. Nothing can be changed here: take notes on paper, and the hub takes them down with the time." }
                    form id="open" {
                        label for="passphrase" { "Passphrase" }
                        input id="passphrase" type="password" autocomplete="off" spellcheck="false" aria-describedby="problem";
                        button { "Open it" }
                        p id="problem" role="alert" {}
                    }
                    div id="read" hidden {}
                    noscript { p { "This page needs its own script to open what is sealed in it." } }
                }
                script type="application/json" id="sealed" { (PreEscaped(sealed)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT, STYLE};

    /// What ends an element early would let its text become a page.
    #[test]
    fn neither_the_script_nor_the_style_can_end_its_element() {
        assert!(!SCRIPT.contains("</") && !STYLE.contains("</"));
        // Text is only ever shown as text.
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("insertAdjacentHTML"));
    }
}
