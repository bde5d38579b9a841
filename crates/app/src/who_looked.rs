//! Who looked at a child, and who did something about them: folded from the journal, and shown to a hub
//! manager; and what one member of staff looked at, to a privacy officer. A curious colleague knows that it is seen (threat model T1). What it shows is as good as
//! the journal; whether that is whole, `sightline verify-journal` says.

pub mod folding;
pub mod of_staff;
pub mod of_staff_pages;
pub mod pages;
pub mod reading;

use crate::{
    disclosing,
    doors::journal::{Kind, Read},
};

/// What somebody did that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// Opened the record in an emergency.
    Emergency,
    /// Saw what is protected, for a purpose.
    Protected,
    /// Took a file out.
    File,
    /// Opened a page about them.
    Opened,
    /// Changed something, or added to it.
    Changed,
    /// Saw them in a list: the hub's queue, a search, what waits.
    Listed,
}

/// Looks at lists. Whatever is not named here counts as having opened the record.
const LISTS: [&str; 19] = [
    "break-glass:own",
    "break-glass:uses",
    "break-glass:uses-of",
    "conflicts:to-look-at",
    "data-requests:list",
    "front-door:due-to-me",
    "front-door:own-requests",
    "front-door:queue",
    "involving:own",
    "involving:to-answer",
    "notices:own",
    "people:may-be",
    "people:moved",
    "people:pairs-that-wait",
    "people:search",
    "people:summary",
    "questionnaires:own-drafts",
    "retention:due",
    "unusual:rows",
];
/// Looks and changes of which nobody reads by which rule they were: it would tell that there is something.
pub(crate) const TOLD_TO_FEW: &str = "intelligence:";
const REVEALED: &str = "intelligence:reveal";
/// What leaves the platform as a file or on paper.
const FILES: [&str; 3] = ["data-requests:copy", "files:take-out", "out-of-hours:take-out"];
const EMERGENCIES: [&str; 3] = ["break-glass:child", "break-glass:break", "break-glass:look"];

impl Sort {
    /// Every one, what matters most first.
    pub const ALL: [Self; 6] =
        [Self::Emergency, Self::Protected, Self::File, Self::Opened, Self::Changed, Self::Listed];

    /// What an entry of the journal counts as; `None` for what the platform did itself, and for what was
    /// refused, which is about nothing.
    pub fn of(entry: &Read) -> Option<Self> {
        if entry.actor.is_nil() {
            return None;
        }
        match (entry.kind, entry.what.as_str()) {
            // That it was shared is written because somebody looked.
            (Kind::Refused, _) | (_, disclosing::WHAT) => None,
            (_, what) if EMERGENCIES.contains(&what) => Some(Self::Emergency),
            // That there is any is told to those alone whom its code names.
            (Kind::Seen, what) if what.starts_with(TOLD_TO_FEW) && what != REVEALED => None,
            // What for stands by itself, and the look that follows counts.
            (Kind::Changed, "people:open-again") => None,
            (Kind::Changed, _) => Some(Self::Changed),
            (Kind::Seen, "front-door:reveal" | REVEALED) => Some(Self::Protected),
            (Kind::Seen, what) if FILES.contains(&what) => Some(Self::File),
            (Kind::Seen, what) if LISTS.contains(&what) => Some(Self::Listed),
            (Kind::Seen, _) => Some(Self::Opened),
        }
    }

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Protected => "protected",
            Self::File => "file",
            Self::Opened => "opened",
            Self::Changed => "changed",
            Self::Listed => "listed",
        }
    }

    /// What people read.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Emergency => "Opened it in an emergency",
            Self::Protected => "Saw what is protected",
            Self::File => "Took a file or a copy out",
            Self::Opened => "Opened it",
            Self::Changed => "Changed or added something",
            Self::Listed => "Saw them in a list",
        }
    }

    /// The one of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }
}
