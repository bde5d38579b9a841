//! E-mail by SMTP: one recipient to a message, plain text, the same message id on every try so
//! that a retry is recognised. It refuses to carry copies, to retry by itself, and to repeat what
//! a mail server says, since that may name the recipient.

pub mod sink;

use std::{fmt, net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        self, PoolConfig,
        response::{Category, Code, Severity},
    },
};

/// How long the mail server may take for each step of the conversation.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many connections to the mail server are kept for the next letter.
const CONNECTIONS: u32 = 4;
/// The longest address (RFC 5321, 4.5.3.1.3, without its angle brackets).
const LONGEST_ADDRESS: usize = 254;

/// Why a letter did not go.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It never will: the address or the message was refused, or a setting is wrong.
    #[error("mail can't be sent: {0}")]
    Refused(String),
    /// It may go later: try again with the same message id.
    #[error("mail can't be sent now: {0}")]
    Unreachable(String),
}

/// An e-mail address. Its `Debug` is withheld, since it is often somebody's name.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(text: &str) -> Result<Self, MailError> {
        if text.len() > LONGEST_ADDRESS {
            return Err(MailError::Refused("not an address: too long".to_owned()));
        }
        text.parse().map(Self).map_err(|e| MailError::Refused(format!("not an address: {e}")))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address([withheld])")
    }
}

/// A letter to one person.
#[derive(Clone)]
pub struct Letter {
    pub to: Address,
    pub subject: String,
    pub body: String,
    /// What the letter is recognised by when it is sent again: the id of the job, say. Letters,
    /// digits, hyphens and full stops.
    pub message_id: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// Sends letters.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mailer {
    /// A mailer for `smtp://127.0.0.1:2525`, `smtps://user:password@mail.example`, or
    /// `smtp://user:password@mail.example?tls=required` (STARTTLS). To be called on the runtime.
    ///
    /// # Errors
    /// When the URL or the sender's address can't be read, or a password would go unencrypted.
    pub fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let from = from.parse().map_err(|e| MailError::Refused(format!("sender: {e}")))?;
        if shows_password(url) {
            return Err(MailError::Refused(
                "mail server: a password needs smtps:// or ?tls=required".to_owned(),
            ));
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|e| MailError::Refused(format!("mail server: {e}")))?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS))
            .build();
        Ok(Self { from, transport })
    }

    /// Sends a letter. Let it run to its end: dropped half-way, it may have gone.
    ///
    /// # Errors
    /// Whether it may go later, or never will.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(letter)?;
        self.transport.send(message).await.map(drop).map_err(|e| trouble(&e))
    }

    fn message(&self, letter: &Letter) -> Result<Message, MailError> {
        let id = &letter.message_id;
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)) {
            return Err(MailError::Refused("its message id can't be one".to_owned()));
        }
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to.0.clone()))
            .subject(&letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .map_err(|e| MailError::Refused(e.to_string()))
    }
}

/// Whether a password in the URL would cross a network unencrypted.
fn shows_password(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let Some(rest) = url.strip_prefix("smtp://") else { return false };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = rest.split('/').next().unwrap_or(rest);
    let Some((_, server)) = authority.rsplit_once('@') else { return false };
    let host = server.rsplit_once(':').map_or(server, |(host, _)| host).trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !here && !query.split('&').any(|setting| setting == "tls=required")
}

/// Asks auto-responders not to answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn trouble(error: &smtp::Error) -> MailError {
    match error.status() {
        Some(code) if is_about_the_letter(code) => MailError::Refused(format!("code {code}")),
        Some(code) => MailError::Unreachable(format!("code {code}")),
        None if error.is_response() => MailError::Unreachable("it speaks no SMTP".to_owned()),
        None => MailError::Unreachable(error.to_string()),
    }
}

/// A wrong password (535), a server that knows no such command (50x) or takes nothing from here
/// (554) is trouble of ours, to be mended while the letter waits.
fn is_about_the_letter(code: Code) -> bool {
    code.severity == Severity::PermanentNegativeCompletion
        && code.category == Category::MailSystem
        && code.to_string() != "554"
}
