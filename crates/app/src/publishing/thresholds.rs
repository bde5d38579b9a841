//! The guide to levels of need, in our own words. It helps a requester to think; the hub decides
//! by the partnership's threshold document, whose version stands on each decision.

use practice::processes::request_for_support::Level;

/// The version of this guide, kept with every request that was written beside it.
pub const VERSION: &str = "Guide to levels of need, edition 1";

/// One line.
pub const fn in_short(level: Level) -> &'static str {
    match level {
        Level::Universal => "Doing well with what every family gets, perhaps with advice.",
        Level::UniversalPlus => "Needs a little more, from people who know the family.",
        Level::Intensive => "Several needs at once: a worker with time for the whole family.",
        Level::Specialist => "Harm, or a serious risk of it: a social worker must look.",
    }
}

/// What it may look like.
pub const fn signs(level: Level) -> &'static [&'static str] {
    match level {
        Level::Universal => &[
            "Growing, learning and making friends as you would expect",
            "Parents manage, and ask when they need to",
        ],
        Level::UniversalPlus => &[
            "Sometimes late, tired, hungry or falling behind",
            "A change at home: a loss, a new baby, money worries, a parting",
            "The family would welcome help, and nobody is at risk of harm",
        ],
        Level::Intensive => &[
            "Needs that have lasted, or that come together: housing, health, school, behaviour",
            "Help was tried and was not enough",
            "Without more help the child’s health or progress would suffer",
        ],
        Level::Specialist => &[
            "Has been hurt, neglected, exploited or abused, or you think so",
            "Is likely to suffer significant harm if nothing is done",
            "Is not safe with the people who look after them",
        ],
    }
}
