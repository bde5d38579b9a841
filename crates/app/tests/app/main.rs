//! The application's tests, one binary: each runs on SQLite and on PostgreSQL, and ends with the
//! proof that every derived row follows from its history.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on fails, and says so"
)]

mod authenticator;
mod browser;
mod provider;
mod sticky;
mod support;

mod attacks;
mod backup;
mod begun;
mod bench;
mod births;
mod break_glass;
mod canaries;
mod clock_jumps;
mod commands;
mod confirming;
mod conflicts;
mod conserved;
mod crash;
mod data_requests;
mod dealt_with;
mod demo;
mod disclosing;
mod doors;
mod drafts;
mod drill;
mod examples;
mod families;
mod figures;
mod files;
mod front_door;
mod full_disk;
mod identity;
mod import;
mod intelligence;
mod involving;
mod jobs;
mod journal_tree;
mod kept_away;
mod leavers;
mod ledger;
mod letters;
mod looks;
mod looks_of_staff;
mod matching;
mod migrations;
mod numbers;
mod once_each;
mod organisations;
mod out_of_hours;
mod pacing;
mod passkeys;
mod people;
mod power_cut;
mod prefilled;
mod proofs;
mod queue;
mod races;
mod raw;
mod reach;
mod recognising;
mod restricted;
mod retention;
mod routes;
mod running;
mod same_predicate;
mod saying_more;
mod sealed_with;
mod search;
mod second_step;
mod settings;
mod sign_in;
mod telephone;
mod timing;
mod unnamed;
mod unusual;
mod vouching;
mod walk;
mod web;
mod who_looked;
