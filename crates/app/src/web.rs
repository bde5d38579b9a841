//! The server's outside: routes, who is asking, forms, errors, headers. It refuses to know what a
//! page is about: each slice has pages of its own.

pub mod asking;
pub mod done;
pub mod errors;
pub mod headers;
pub mod health;
pub mod kept;
pub mod layout;
pub mod meanwhile;
pub mod origin;
pub mod rates;
pub mod refusals;
pub mod routes;
pub mod sealed_in;
pub mod telling;
pub mod typed;
pub mod words;

pub use asking::{Asker, Fields, Posted};
