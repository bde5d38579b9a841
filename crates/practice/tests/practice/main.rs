//! The rules of practice, tested from outside: worked examples, properties, golden files.

mod calendar;
mod history;
mod vectors;
