//! A protected value can't be printed, logged, exported or shown: each way to leak one needs a
//! trait that it must never have. If it had one, this file would not compile.

use platform::seal::{Protected, Reveals};
use static_assertions::assert_not_impl_any;

assert_not_impl_any!(
    Protected<String>: std::fmt::Debug,
    std::fmt::Display,
    std::ops::Deref<Target = String>,
    AsRef<str>,
    Into<String>,
    serde::Serialize,
    maud::Render,
    tracing::Value,
);

// Nothing lies about that could be passed off as a decision.
assert_not_impl_any!((): Reveals);
assert_not_impl_any!(String: Reveals);
assert_not_impl_any!(bool: Reveals);
