//! Unusual access: which looks at children's records a privacy officer should ask about, found by a
//! few plain rules over the journal of looks, day by day. It accuses nobody: it says what stood out,
//! by which rule, and how that compares with everybody's ordinary work.
//!
//! Most harm of this kind is done by people who may look. So a look counts here when the record
//! itself gives no reason for it ([`Look::is_unexplained`]), whatever policy allowed it. And a
//! pattern counts by how seldom ordinary work makes it: a nurse on nights is usual for that nurse, and
//! to meet a child called Smith says nothing of somebody called Smith.
//!
//! Sources: threat model T1 and V1; the published cases behind it (St Helens 2023: 145 people's
//! records opened by one officer; Nottingham 2024: 91 viewers of records in the news).
//!
//! What it cannot find: somebody who writes a note under every look; one single look at somebody
//! else's child with a common name; looks that are spread thinly over months.

mod chance;
mod queue;
mod rules;
mod seen;

use std::collections::{BTreeSet, HashMap};

use practice::calendar::Day;

pub use queue::{A_DAY, QUIET, Queue, Row, Told};
use seen::Seen;

use crate::words::words;

/// How many days are looked at together, the one under review being the last.
pub const WINDOW: i64 = 28;
/// How many days after an allocation ended its worker still has reason to look: the closing
/// summary, a question from whoever has it now.
pub const GRACE: i64 = 14;
/// The first and the last hour of the night, by the wall clock: from 22:00 to 06:00.
const NIGHT: (u8, u8) = (22, 6);
/// A member of staff, by a number of the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who(pub u128);

/// A child, by a number of the caller's: one child has one, however many accounts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Whom(pub u128);

/// What the record knows of why somebody would look at a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// They hold the child's case, are in the team around the family, or asked for the help.
    Tied,
    /// They did, until that day.
    Ended(Day),
    /// Nothing. Covering for a colleague and screening for the hub are of this kind: what tells
    /// them from snooping is that something was done.
    Nothing,
}

/// One look at one child's record.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Who looked.
    pub who: Who,
    /// At whom.
    pub child: Whom,
    /// On which day, in London.
    pub day: Day,
    /// At which full hour of the wall clock there, 0 to 23.
    pub hour: u8,
    /// Why they would.
    pub need: Need,
    /// Whether they recorded something about the child on the same day.
    pub acted: bool,
}

impl Look {
    /// Whether the record gives no reason for it: nothing ties them to the child, or has not for
    /// longer than [`GRACE`], and they did nothing.
    pub fn is_unexplained(&self) -> bool {
        !self.acted
            && match self.need {
                Need::Tied => false,
                Need::Ended(on) => days_between(on, self.day) > GRACE,
                Need::Nothing => true,
            }
    }

    fn is_at_night(&self) -> bool {
        self.hour >= NIGHT.0 || self.hour < NIGHT.1
    }
}

/// Whole days from one to another; negative backwards.
fn days_between(from: Day, to: Day) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// What is known of a member of staff.
#[derive(Debug, Clone, Default)]
pub struct Staff {
    /// The parts of their family name, folded so that equal ones are equal.
    pub families: Vec<String>,
    /// Where they live, in a form in which equal ones are equal: a postcode, or a keyed hash of one.
    pub place: Option<String>,
}

/// What is known of a child.
#[derive(Debug, Clone, Default)]
pub struct Child {
    /// The parts of every family name that they have or had, as for [`Staff::families`].
    pub families: Vec<String>,
    /// Every place where they live or lived, as for [`Staff::place`].
    pub places: Vec<String>,
    /// Whether people beyond their work might be curious: a case in the news, a colleague's child.
    pub high_profile: bool,
}

/// How many children are on record, and how many of them share each name and place: a likeness that
/// many have says little.
#[derive(Debug, Clone, Default)]
pub struct Common {
    /// All children on record.
    pub children: usize,
    /// How many have each part of a family name.
    pub families: HashMap<String, usize>,
    /// How many live, or lived, at each place.
    pub places: HashMap<String, usize>,
    /// How many are high-profile.
    pub high_profile: usize,
}

impl Common {
    /// Counts it among children who are all there are.
    pub fn among<'c>(children: impl IntoIterator<Item = &'c Child>) -> Self {
        let mut common = Self::default();
        for child in children {
            common.children += 1;
            for (of, counts) in
                [(&child.families, &mut common.families), (&child.places, &mut common.places)]
            {
                // A child with the same name twice is one child with it.
                let once: BTreeSet<_> = of.iter().collect();
                for one in once {
                    *counts.entry(one.clone()).or_default() += 1;
                }
            }
            common.high_profile += usize::from(child.high_profile);
        }
        common
    }
}

/// What is known of those who looked and of those at whom they looked.
#[derive(Debug, Default)]
pub struct Facts {
    /// Who looked.
    pub staff: HashMap<Who, Staff>,
    /// At whom they looked; others are not asked about.
    pub children: HashMap<Whom, Child>,
    /// What of it is common. Of a name or place that staff and children here have in common it must
    /// hold the count: without it, the likeness is passed over.
    pub common: Common,
}

impl Facts {
    /// Of children who are all there are.
    pub fn of(staff: HashMap<Who, Staff>, children: HashMap<Whom, Child>) -> Self {
        let common = Common::among(children.values());
        Self { staff, children, common }
    }
}

words! {
    /// The rules. Each says in its own words what it is for ([`Rule::says`]).
    Rule {
        /// The child has the looker's family name.
        OwnSurname = "own-surname",
        /// The child lives, or lived, where the looker lives.
        SamePlace = "same-place",
        /// Somebody comes back to a child day after day, and nothing is done.
        Repeated = "repeated",
        /// Somebody comes back to a child long after they stopped working with them.
        AfterItEnded = "after-it-ended",
        /// Somebody without a part in it opens a case that people are curious about.
        HighProfile = "high-profile",
        /// Somebody opens far more children than they ever do, and nothing is done.
        Breadth = "breadth",
        /// Somebody who does not work at night opens records at night.
        AtNight = "at-night",
    }
}

impl Rule {
    /// What a privacy officer reads as its name.
    pub const fn says(self) -> &'static str {
        match self {
            Self::OwnSurname => "Own family name",
            Self::SamePlace => "Same postcode",
            Self::Repeated => "Came back, and nothing was done",
            Self::AfterItEnded => "After their work with the child ended",
            Self::HighProfile => "A case that people are curious about",
            Self::Breadth => "Many children, and nothing was done",
            Self::AtNight => "At night",
        }
    }

    /// Whether it stands out by what the child is, and so tells of the child whoever reads of it:
    /// that a colleague's namesake is on record, say.
    pub const fn tells_of_the_child(self) -> bool {
        match self {
            Self::OwnSurname | Self::SamePlace | Self::HighProfile => true,
            Self::Repeated | Self::AfterItEnded | Self::Breadth | Self::AtNight => false,
        }
    }

    /// A pattern is worth a row when ordinary work by the same person would make no more than so
    /// many of it in a [`WINDOW`]. A likeness between the two of them says more than a habit does,
    /// and is asked about sooner; whoever works late does no harm by that. Set on seeds 1 to 6 of the
    /// test's generator, and proved on others.
    pub const fn seldom(self) -> f64 {
        match self {
            Self::HighProfile => 0.25,
            Self::OwnSurname | Self::SamePlace => 0.2,
            Self::AfterItEnded | Self::Repeated => 0.08,
            Self::Breadth => 0.02,
            Self::AtNight => 0.01,
        }
    }

    /// Why it is asked about, and what an innocent reason would be.
    pub const fn explains(self) -> &'static str {
        match self {
            Self::OwnSurname => {
                "People look up their own family. It may be chance, or a colleague’s work that they \
                 covered."
            }
            Self::SamePlace => {
                "People look up their neighbours. It may be chance, or a colleague’s work that they \
                 covered."
            }
            Self::Repeated => {
                "People follow what happens to somebody they know. It may be that they waited for \
                 an answer, or advised somebody else who wrote it down."
            }
            Self::AfterItEnded => {
                "People go on following a family when it is no longer theirs to follow. It may be \
                 that whoever has it now asked them."
            }
            Self::HighProfile => {
                "People are curious about what is in the news. It may be that they were asked to \
                 help."
            }
            Self::Breadth => {
                "People browse, or collect. It may be an audit, a handover, or a day of covering \
                 for others."
            }
            Self::AtNight => {
                "People look when nobody is beside them. It may be an emergency, or a changed shift."
            }
        }
    }
}

/// What one rule found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// By which rule.
    pub rule: Rule,
    /// Who looked.
    pub who: Who,
    /// At whom; `None` where it is about many.
    pub child: Option<Whom>,
    /// The day under review.
    pub day: Day,
    /// How many of it ordinary work by the same person would make in a [`WINDOW`], as a share of
    /// what is [`Rule::seldom`] for the rule: at most one, and the less the stranger. It ranks. It is
    /// not the chance that somebody is innocent, and is not shown.
    pub chance: f64,
    /// What was seen, in plain words, without names.
    pub evidence: String,
}

/// What stood out on one day, the strangest first. Looks outside the [`WINDOW`] before it are
/// passed over.
pub fn of_day(day: Day, looks: &[Look], facts: &Facts) -> Vec<Finding> {
    let seen = Seen::until(day, looks);
    let mut found = rules::all(&seen, facts);
    for finding in &mut found {
        finding.chance /= finding.rule.seldom();
    }
    // Of a case that is marked each look is asked about, whoever it is and however much they open.
    found.retain(|finding| finding.chance <= 1.0 || finding.rule == Rule::HighProfile);
    found.sort_by(|a, b| {
        let place = |f: &Finding| (f.who, f.child, f.rule);
        a.chance.total_cmp(&b.chance).then_with(|| place(a).cmp(&place(b)))
    });
    found
}
