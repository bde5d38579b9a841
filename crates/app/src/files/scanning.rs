//! The scanner for malicious software: ClamAV's own server, asked over the network. While it can't be
//! asked, files are taken and wait, and nobody is given one that nothing has looked at.

use std::time::Duration;

use clamav_client::tokio as clamd;
use serde::Serialize;
use uploads::{Standing, Verdict};
use uuid::Uuid;

use super::store;
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::{Error, Result},
};

/// How long the scanner may take for one file.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who looks for malicious software.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scanner {
    /// Nobody. Outside a demo nothing is given out then.
    #[default]
    Nobody,
    /// `clamd`, at a host and port.
    Clamd(String),
}

impl Scanner {
    /// How a file stands once the scanner was asked about these bytes.
    pub async fn ask(&self, content: &[u8], before: Standing) -> Standing {
        let Self::Clamd(host_address) = self else { return before };
        let asked = clamd::scan_buffer(content, clamd::Tcp { host_address }, None);
        let answered = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(answered) => answered.map_err(|e| e.to_string()).and_then(|said| verdict(&said)),
            Err(_) => Err("it took too long".to_owned()),
        };
        match &answered {
            // A scanner is not told a name, and what it calls a thing names nobody.
            Ok(Verdict::Found(what)) => tracing::warn!(what, "a file was found to be harmful"),
            Ok(Verdict::NothingFound) => {}
            Err(why) => tracing::error!(why, "the scanner could not look at a file"),
        }
        before.after(answered)
    }
}

/// What the scanner answered: `stream: OK`, or what it found. Anything else is no answer.
fn verdict(said: &[u8]) -> Result<Verdict, String> {
    let words = String::from_utf8_lossy(said);
    let words = words.trim_end_matches('\0').trim();
    let of_stream = words.strip_prefix("stream: ").unwrap_or_default();
    match of_stream.strip_suffix(" FOUND") {
        _ if of_stream == "OK" => Ok(Verdict::NothingFound),
        Some(found) => Ok(Verdict::Found(found.to_owned())),
        None => Err(words.to_owned()),
    }
}

/// Asks the scanner about a file that none has looked at yet, and writes down what it says.
///
/// # Errors
/// When that can't be written.
pub async fn look_at(app: &App, file: &store::Stored) -> Result<Standing> {
    if file.standing != Standing::Waiting {
        return Ok(file.standing.clone());
    }
    let standing = app.scanner.ask(&file.content, Standing::Waiting).await;
    if standing != Standing::Waiting {
        let change = Scanned { file: file.id, is_clean: standing == Standing::NothingFound };
        doors::record(app, &Actor::platform(), change).await?;
    }
    Ok(standing)
}

/// Writes down what the scanner said of a file that had waited for it.
#[derive(Debug, Serialize)]
struct Scanned {
    file: Uuid,
    is_clean: bool,
}

impl Change for Scanned {
    type Made = ();
    const WHAT: &'static str = "files:scanned";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.journal(Self::WHAT, &[self.file], &serde_json::to_vec(&self)?).await?;
        let said = match self.is_clean {
            true => Standing::NothingFound,
            false => Standing::Found(String::new()),
        };
        store::scanned(pen.tx, self.file, pen.now, &said).await
    }
}

/// What is said to whoever sent a file in which something was found.
pub fn harmful() -> Error {
    Error::beside(
        super::FILE,
        "This file was found to be harmful, and was not kept. Tell your IT department, and send it \
         in no other way",
    )
}

#[cfg(test)]
mod tests {
    use uploads::Verdict;

    use super::verdict;

    #[test]
    fn only_what_the_scanner_says_plainly_counts() {
        assert_eq!(verdict(b"stream: OK\0"), Ok(Verdict::NothingFound));
        let found = Verdict::Found("Invented-Test-Signature".to_owned());
        assert_eq!(verdict(b"stream: Invented-Test-Signature FOUND\0"), Ok(found));
        for odd in [&b"INSTREAM size limit exceeded. ERROR\0"[..], b"", b"stream: \xff\0"] {
            assert!(verdict(odd).is_err(), "{odd:?}");
        }
    }
}
