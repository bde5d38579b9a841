//! A value that must not be printed by accident: passwords, names, free text on their way past a
//! log. To read it, one says so. It refuses to keep a secret from the program itself: that is
//! what `seal::Protected` is for.

use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A value whose `Debug` is withheld and which has no `Display`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever has a reason.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[withheld]")
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// A password as it was typed: withheld like anything sensitive, and wiped from memory when it is
/// dropped.
pub struct Password(Sensitive<Zeroizing<String>>);

impl Password {
    /// Takes a password over.
    pub fn new(typed: String) -> Self {
        Self(Sensitive::new(Zeroizing::new(typed)))
    }

    /// The password, to be checked.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::{Password, Sensitive};

    #[test]
    fn a_sensitive_value_is_withheld_from_debug() {
        let typed = (Sensitive::new("Tansy"), Password::new("open sesame".into()));
        assert_eq!(format!("{typed:?}"), "([withheld], [withheld])");
        assert_eq!((*typed.0.expose(), typed.1.expose()), ("Tansy", "open sesame"));
    }

    #[test]
    fn a_sensitive_value_is_read_from_a_form_as_if_it_were_bare() {
        let read: (Sensitive<String>, Password) = serde_json::from_str(r#"["a", "b"]"#).unwrap();
        assert_eq!((read.0.into_exposed().as_str(), read.1.expose()), ("a", "b"));
    }
}
