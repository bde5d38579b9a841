//! What touches the world and knows no domain: the database and its one writer, sealed values,
//! mail, the accept loop, one request to another server, in the open or over TLS, the clock, telemetry. It refuses to know what a child is.

pub mod clock;
pub mod db;
pub mod fetch;
pub mod mail;
pub mod outbox;
pub mod post;
pub mod seal;
pub mod sensitive;
pub mod serve;
pub mod telemetry;
