//! What was decided, and why.

use std::sync::Arc;

/// A policy that decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Because {
    /// The policy's name, for the journal.
    pub id: Arc<str>,
    /// Its sentence, for people.
    pub because: Arc<str>,
}

impl Because {
    pub(crate) fn new(id: &str, because: impl AsRef<str>) -> Self {
        Self { id: id.into(), because: because.as_ref().into() }
    }
}

/// What was decided. `because` belongs into the journal, and on the page only when it was
/// allowed: a refusal says no more than [`who_can_share`], since its reason may be a secret.
///
/// [`who_can_share`]: crate::Policies::who_can_share
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// The policies that decided, by name.
    pub because: Vec<Because>,
}

impl Decision {
    pub(crate) fn refused(id: &str, because: &str) -> Self {
        Self { allowed: false, because: vec![Because::new(id, because)] }
    }

    /// The sentence of the first policy that decided.
    pub fn sentence(&self) -> &str {
        self.because.first().map_or("", |b| &b.because)
    }

    /// Whether that policy decided.
    pub fn rests_on(&self, id: &str) -> bool {
        self.because.iter().any(|b| &*b.id == id)
    }
}
