//! How long what is held about a child is kept: until the latest day that any class of it asks for, and
//! for good where nobody knows the birth or somebody holds it. Then it is disposed of, by two people.
//!
//! Sources: Blackpool Council's retention schedule for children's services (child protection: 35 years
//! after the last contact); what comparable councils keep of children in need (25 to 35 years from
//! birth) and of early help (birth and 25 years, and six after it ended). Where there was a range, the
//! longest is taken. Local: a partnership's own schedule may keep longer.

use jiff::ToSpan;

use crate::{calendar::Day, processes::request_for_support::Outcome};

/// A class of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A request that led to no help beyond what everybody gets.
    Advice,
    /// A request that led to early help.
    EarlyHelp,
    /// A request that led to an assessment, an enquiry or protection.
    Protection,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Advice, Self::EarlyHelp, Self::Protection];

    /// The class of a request of which that was decided.
    pub const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::InformationAndAdvice
            | Outcome::NoFurtherAction
            | Outcome::AnotherAuthority => Self::Advice,
            Outcome::PartnerEarlyHelp | Outcome::IntensiveFamilySupport => Self::EarlyHelp,
            Outcome::ImmediateProtection
            | Outcome::StrategyDiscussion
            | Outcome::Assessment
            | Outcome::SpecialistAssessment
            | Outcome::AddedToOpenCase => Self::Protection,
        }
    }

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::EarlyHelp => "early-help",
            Self::Protection => "protection",
        }
    }

    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Advice => "A request that led to no help beyond what everybody gets",
            Self::EarlyHelp => "A request that led to early help",
            Self::Protection => "A request that led to an assessment, an enquiry or protection",
        }
    }

    /// How long it is kept, as people read it.
    pub const fn kept(self) -> &'static str {
        match self {
            Self::Advice => {
                "25 years from birth, and 6 from the end of the request and the last contact"
            }
            Self::EarlyHelp => "25 years from birth, and 6 from the last contact",
            Self::Protection => "35 years from birth, and 35 from the last contact",
        }
    }

    /// The class of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.slug() == slug)
    }

    /// Until when it is kept.
    fn until(self, life: &Life) -> Day {
        let after = |day: Day, years: i16| day.saturating_add(i32::from(years).years());
        let (from_birth, from_end, end) = match self {
            Self::Advice => (25, 6, life.closed.max(life.last_contact)),
            Self::EarlyHelp => (25, 6, life.last_contact),
            Self::Protection => (35, 35, life.last_contact),
        };
        after(life.born, from_birth).max(after(end, from_end))
    }
}

/// From which days a length is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// When the child was born: where several days were said, the latest.
    pub born: Day,
    /// The last time that anybody was in touch about the child.
    pub last_contact: Day,
    /// When the last of the requests about the child was dealt with.
    pub closed: Day,
}

/// Until when everything about a child is kept to which those classes apply; `None` for good: nobody
/// knows when the child was born, or there is nothing to go by.
pub fn until(
    born: Option<Day>,
    last_contact: Day,
    closed: Day,
    classes: impl IntoIterator<Item = Class>,
) -> Option<Day> {
    let life = Life { born: born?, last_contact, closed };
    classes.into_iter().map(|class| class.until(&life)).max()
}

/// The latest day on which somebody may have been born of whom, on that day, a year (“2004”, “2004-03”) or
/// an age in years (“about 9”) was said instead; that day itself where anything else with a number was
/// said: “8 wks”, “6/12”. `None` where there is no number.
pub fn born_at_the_latest(said: &str, on: Day) -> Option<Day> {
    let mut numbers =
        said.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).peekable();
    numbers.peek()?;
    let is_year = |number: &&str| number.len() == 4 && (1900..=2200).contains(&of(number));
    if let Some(year) = numbers.filter(is_year).map(of).max() {
        return Day::new(year, 12, 31).ok();
    }
    let age = years(said).map(|age| on.saturating_sub(i32::from((age - 1).max(0)).years()));
    Some(age.unwrap_or(on))
}

fn of(number: &str) -> i16 {
    number.parse().unwrap_or(0)
}

/// An age in years: a number, alone or with that word. Who is said to be nine may be eight.
fn years(said: &str) -> Option<i16> {
    let said = said.trim().to_lowercase();
    let said = said.strip_prefix("about ").unwrap_or(&said);
    let end = said.find(|c: char| !c.is_ascii_digit()).unwrap_or(said.len());
    let (number, unit) = said.split_at(end);
    let is_years = ["", "y", "yr", "yrs", "year", "years", "years old", "year old"];
    is_years.contains(&unit.trim()).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::{Class, born_at_the_latest, until};
    use crate::calendar::Day;

    const BORN: Day = Day::constant(2004, 2, 29);
    const ENDED: Day = Day::constant(2020, 6, 1);

    #[test]
    fn each_class_is_kept_until_the_later_of_its_days() {
        let kept = |class| until(Some(BORN), ENDED, ENDED, [class]);
        assert_eq!(kept(Class::Advice), Some(Day::constant(2029, 2, 28)));
        assert_eq!(kept(Class::EarlyHelp), Some(Day::constant(2029, 2, 28)));
        assert_eq!(kept(Class::Protection), Some(Day::constant(2055, 6, 1)));
    }

    /// Blackpool's schedule: what is kept longest keeps all of it.
    #[test]
    fn the_longest_of_all_classes_holds() {
        let both = [Class::Advice, Class::Protection];
        assert_eq!(until(Some(BORN), ENDED, ENDED, both), Some(Day::constant(2055, 6, 1)));
    }

    #[test]
    fn what_was_said_instead_of_a_birth_is_read_as_the_latest_that_it_can_mean() {
        let born = |said| born_at_the_latest(said, ENDED).map(|day| day.to_string());
        for (said, latest) in [
            ("2004", "2004-12-31"),
            ("2004-03", "2004-12-31"),
            ("about 9", "2012-06-01"),
            ("0", "2020-06-01"),
            ("about 8 months", "2020-06-01"),
            ("8 wks", "2020-06-01"),
            ("6/12", "2020-06-01"),
            ("10 years old", "2011-06-01"),
            ("12/03/2019", "2019-12-31"),
            ("99999999", "2020-06-01"),
        ] {
            assert_eq!(born(said).as_deref(), Some(latest), "{said}");
        }
        assert_eq!(born("a toddler"), None);
    }

    /// A mother who rings years after nothing was needed is still in touch.
    #[test]
    fn advice_is_kept_after_the_last_contact_too() {
        let later = Day::constant(2030, 6, 1);
        assert_eq!(
            until(Some(BORN), later, ENDED, [Class::Advice]),
            Some(Day::constant(2036, 6, 1))
        );
    }

    #[test]
    fn whose_birth_nobody_knows_is_kept_for_good() {
        assert_eq!(until(None, ENDED, ENDED, Class::ALL), None);
        assert_eq!(until(Some(BORN), ENDED, ENDED, []), None);
    }

    proptest! {
        /// Nothing that is known besides ever brings the day forward.
        #[test]
        fn more_classes_later_contacts_and_later_births_keep_longer(
            born in 0i64..9000, later in 0i64..900, ended in 0i64..9000,
            first in 0usize..3, second in 0usize..3,
        ) {
            let day = |n: i64| Day::constant(1990, 1, 1).saturating_add(n.days());
            let (one, two) = (Class::ALL[first], Class::ALL[second]);
            let kept = |born, ended, classes: &[Class]| {
                until(Some(day(born)), day(ended), day(ended), classes.iter().copied()).unwrap()
            };
            let plain = kept(born, ended, &[one]);
            prop_assert!(kept(born, ended, &[one, two]) >= plain);
            prop_assert!(kept(born + later, ended, &[one]) >= plain);
            prop_assert!(kept(born, ended + later, &[one]) >= plain);
        }
    }
}
