//! What the out-of-hours team has for a night on which Sightline can't be reached: one file with what is
//! open, sealed with a passphrase, which any browser opens without a network and nobody can change
//! anything with. What is said that night is taken down afterwards with the time at which it was.

pub mod gathering;
pub mod pages;
pub mod sealing;
