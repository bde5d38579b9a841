//! The application's tests, one binary: each runs on SQLite and on PostgreSQL, and ends with the
//! proof that every derived row follows from its history.

mod support;

mod crash;
mod front_door;
mod import;
mod routes;
