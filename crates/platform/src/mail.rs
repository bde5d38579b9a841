//! E-mail by SMTP: one recipient to a message, plain text, the same message id on every try so
//! that a retry is recognised. It refuses to carry copies.

pub mod sink;

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp,
};

/// How long the mail server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a letter did not go.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It never will: the address or the message was refused.
    #[error("the mail server refused it: {0}")]
    Refused(String),
    /// It may go later.
    #[error("the mail server can't be reached now: {0}")]
    Unreachable(String),
}

/// An e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(text: &str) -> Result<Self, MailError> {
        text.parse().map(Self).map_err(|e| MailError::Refused(format!("not an address: {e}")))
    }
}

/// A letter to one person.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: Address,
    pub subject: String,
    pub body: String,
    /// What the letter is recognised by when it is sent again.
    pub message_id: String,
}

/// Sends letters.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mailer {
    /// A mailer for a URL like `smtp://127.0.0.1:2525` or `smtps://user:password@mail.example`.
    ///
    /// # Errors
    /// When the URL or the sender's address can't be read.
    pub fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let from = from.parse().map_err(|e| MailError::Refused(format!("sender: {e}")))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|e| MailError::Refused(format!("mail server: {e}")))?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self { from, transport })
    }

    /// Sends a letter.
    ///
    /// # Errors
    /// Whether it may go later, or never will.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to.0.clone()))
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@sightline>", letter.message_id)))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .map_err(|e| MailError::Refused(e.to_string()))?;
        self.transport.send(message).await.map(|_| ()).map_err(|e: smtp::Error| {
            if e.is_permanent() {
                MailError::Refused(e.to_string())
            } else {
                MailError::Unreachable(e.to_string())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Letter, MailError, Mailer, sink::Sink};

    fn letter() -> Letter {
        Letter {
            to: Address::new("owen@marram.example").unwrap(),
            subject: "Something is waiting".into(),
            body: "Sign in to read it.\n".into(),
            message_id: "1".into(),
        }
    }

    #[tokio::test]
    async fn a_letter_is_really_delivered_to_one_person() {
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "sightline@seaholme.example").unwrap();
        mailer.send(&letter()).await.unwrap();
        let letters = sink.letters();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to, ["owen@marram.example"]);
        assert!(letters[0].text.contains("Message-ID: <1@sightline>"), "{}", letters[0].text);
    }

    #[tokio::test]
    async fn a_server_that_is_down_may_be_up_later_and_a_refusal_is_for_good() {
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "sightline@seaholme.example").unwrap();
        sink.refuse_next(451);
        assert!(matches!(mailer.send(&letter()).await, Err(MailError::Unreachable(_))));
        sink.refuse_next(550);
        assert!(matches!(mailer.send(&letter()).await, Err(MailError::Refused(_))));
        let nobody = Mailer::new("smtp://127.0.0.1:1", "sightline@seaholme.example").unwrap();
        assert!(matches!(nobody.send(&letter()).await, Err(MailError::Unreachable(_))));
    }
}
