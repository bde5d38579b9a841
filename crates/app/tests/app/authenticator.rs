//! An authenticator for tests: what a tablet, a phone or a security key does when it is asked for a
//! passkey, by WebAuthn level 3 (6.1, 6.5), with the flags and the counter that a test gives it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as LETTERS};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;

/// One passkey on one device. A clone of it is a copy that somebody made.
#[derive(Clone)]
pub struct Authenticator {
    pub key: SigningKey,
    pub id: Vec<u8>,
    /// Whose it is, as it was told when it was made.
    pub handle: Vec<u8>,
    /// Whether it verifies whose it is.
    pub verifies: bool,
    /// What it counts; a passkey that is kept in several places counts nothing, and says 0.
    pub counter: u32,
    /// The address that the browser says it is at.
    pub origin: String,
}

impl Authenticator {
    /// One that verifies whose it is, like a tablet; from a number, so that each is another.
    pub fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[number; 32]).expect("a key"),
            id: vec![number; 20],
            handle: Vec::new(),
            verifies: true,
            counter: 1,
            origin: "http://localhost:8080".to_owned(),
        }
    }

    /// One that shows only that somebody has it, like a plain security key.
    pub fn plain(number: u8) -> Self {
        Self { verifies: false, ..Self::new(number) }
    }

    /// Makes the passkey that it is asked for.
    pub fn makes(&mut self, options: &Value) -> String {
        self.handle =
            LETTERS.decode(options["user"]["id"].as_str().expect("whose")).expect("bytes");
        let client = self.client("webauthn.create", options);
        let point = self.key.verifying_key().to_sec1_point(false);
        let key = [
            // A map of five: kty EC2, alg ES256, curve P-256, x and y (RFC 9053).
            &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..],
            point.x().expect("x"),
            &[0x22, 0x58, 0x20],
            point.y().expect("y"),
        ]
        .concat();
        let rp = options["rp"]["id"].as_str().expect("for whom");
        let length = u16::try_from(self.id.len()).expect("short").to_be_bytes();
        let attested = [&[0; 16][..], &length, &self.id, &key].concat();
        let data = [self.data(rp, ATTESTED), attested].concat();
        let length = u16::try_from(data.len()).expect("short").to_be_bytes();
        // A map of three: fmt “none”, attStmt empty, authData.
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(), &length, &data]
                .concat();
        let response = json!({
            "clientDataJSON": LETTERS.encode(&client),
            "attestationObject": LETTERS.encode(object),
        });
        self.said(&response)
    }

    /// Signs what it is asked.
    pub fn signs(&mut self, options: &Value) -> String {
        if self.counter > 0 {
            self.counter += 1;
        }
        let client = self.client("webauthn.get", options);
        let data = self.data(options["rpId"].as_str().expect("for whom"), 0);
        let signed: Signature = self.key.sign(&[&data[..], &Sha256::digest(&client)].concat());
        let response = json!({
            "clientDataJSON": LETTERS.encode(&client),
            "authenticatorData": LETTERS.encode(data),
            "signature": LETTERS.encode(signed.to_der()),
            "userHandle": LETTERS.encode(&self.handle),
        });
        self.said(&response)
    }

    fn data(&self, rp: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let flags = PRESENT | verified | more;
        [&Sha256::digest(rp)[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client(&self, what: &str, options: &Value) -> Vec<u8> {
        let (challenge, origin) = (&options["challenge"], &self.origin);
        json!({ "type": what, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn said(&self, response: &Value) -> String {
        let id = LETTERS.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }
}
