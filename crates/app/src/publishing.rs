//! What everybody may read: our timescales, the timescale calculator, the guide to levels of need.
//! All of it is derived from the rules that the clocks run by. Beside it, what Sightline says of
//! itself: privacy and accessibility.

pub mod calculator;
pub mod pages;
pub mod statements;
pub mod thresholds;
