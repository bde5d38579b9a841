//! How much may be said in one field, and which characters are none. The pages say so beside the
//! field, the doors refuse it whoever comes, and both by the same words.

use crate::error::{Error, Result};

/// Whether a character is none that people write, and only turns the text after it round: with it a
/// name can be made to read as another. Arabic and Hebrew need none of them.
pub const fn turns_text(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// How long the words of one field may be, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(usize);

/// One line: a name, a number, a reference.
pub const LINE: Limit = Limit(200);
/// A telephone number, with what people write around it.
pub const NUMBER: Limit = Limit(30);
/// Why somebody does something: a reason, or the purpose of a look.
pub const REASON: Limit = Limit(500);
/// What somebody writes about a child in one field.
pub const TEXT: Limit = Limit(5_000);
/// What is added to a request at once.
pub const ADDITION: Limit = Limit(10_000);

/// How many characters a reason has at least, where something grave turns on it (threat model, 4.6). The
/// policy `ask-to-break-glass` holds to it as well.
pub const LEAST: usize = 20;

/// Refuses a reason for something grave that says too little, or too much, beside its field.
///
/// # Errors
/// The refusal.
pub fn reason(field: &'static str, said: &str) -> Result<()> {
    if said.trim().chars().count() < LEAST {
        return Err(Error::beside(field, "Enter why, in 20 characters or more of your own"));
    }
    REASON.exceeded_by(said).map_or(Ok(()), |say| Err(Error::beside(field, say)))
}

impl Limit {
    /// How many characters that is.
    pub const fn characters(self) -> usize {
        self.0
    }

    /// What to say to whoever said too much; `None` where it is not too much.
    pub fn exceeded_by(self, said: &str) -> Option<String> {
        let is_longer = said.chars().count() > self.0;
        is_longer.then(|| format!("Shorten this to {} characters or fewer", self.0))
    }

    /// Refuses what is longer.
    ///
    /// # Errors
    /// A refusal in the words of [`Limit::exceeded_by`].
    pub fn keep(self, said: &str) -> Result<()> {
        self.exceeded_by(said).map_or(Ok(()), |say| Err(Error::refusal(say)))
    }
}

/// Refuses a field that must be filled in and is not, or is too long, in the words of the page.
///
/// # Errors
/// A refusal.
pub fn filled(said: &str, most: Limit, say: &str) -> Result<()> {
    if questionnaire::trimmed(said).is_empty() { Err(Error::refusal(say)) } else { most.keep(said) }
}

#[cfg(test)]
mod tests {
    use super::{LINE, TEXT, filled};

    #[test]
    fn a_limit_counts_characters_and_not_bytes() {
        assert_eq!(LINE.exceeded_by(&"ễ".repeat(200)), None);
        let said = LINE.exceeded_by(&"ễ".repeat(201));
        assert_eq!(said.as_deref(), Some("Shorten this to 200 characters or fewer"));
    }

    #[test]
    fn what_must_be_filled_in_is_asked_for_in_its_own_words() {
        let say = |said: &str| filled(said, TEXT, "Enter why").map_err(|e| e.to_string());
        assert_eq!(say(" "), Err("Enter why".to_owned()));
        assert_eq!(say("Because"), Ok(()));
        assert!(say(&"a".repeat(5001)).is_err());
    }
}
