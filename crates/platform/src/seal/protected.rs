//! A value that must never be shown without a decision: a refuge's address, safe contact details,
//! a source of intelligence. It has no `Display`, `Debug`, `Serialize` or `Deref`, so a page, a
//! log or an export that would leak it does not compile.
//!
//! ```compile_fail
//! let address = platform::seal::Protected::new(String::from("1 Sample Street"));
//! println!("{address}");
//! ```
//! ```compile_fail
//! let address = platform::seal::Protected::new(String::from("1 Sample Street"));
//! println!("{address:?}");
//! ```
//! ```compile_fail
//! let address = platform::seal::Protected::new(String::from("1 Sample Street"));
//! let _ = serde_json::to_string(&address);
//! ```

/// A decision that lets protected values be seen. The application implements it for the one type
/// that its access rules hand out.
pub trait Reveals {}

/// A protected value.
#[derive(Clone)]
pub struct Protected<T>(T);

impl<T> Protected<T> {
    /// Protects a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever holds a decision.
    pub fn reveal(&self, _decision: &impl Reveals) -> &T {
        &self.0
    }
}
