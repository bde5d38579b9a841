//! What is doubtful in what was said of a person: a number that does not check, a birth that is no
//! child's. It is asked about in words, kept as it came, and holds up nobody's worry.

use jiff::ToSpan;
use practice::{
    calendar::Day,
    identifiers::{Scheme, postcode},
};

use crate::web::words;

/// From this age on somebody is no child (Children Act 1989, s. 105).
const ADULT: i16 = 18;
/// Up to before this age a young person may be helped as children are: with special educational needs
/// (Children and Families Act 2014, s. 83) or having left care.
const YOUNG: i16 = 26;

/// What is doubtful in a number, said so that whoever reads it knows what to do.
pub fn of_number(scheme: Scheme, said: &str) -> Option<String> {
    scheme.check(said).err().map(|_| does_not_check(scheme))
}

/// What is doubtful in a postcode: nobody finds a house by it, and no list of addresses knows it.
pub fn of_postcode(said: &str) -> Option<String> {
    (!said.trim().is_empty() && postcode(said).is_err()).then(|| {
        format!("“{said}” is not a full UK postcode: ask again if somebody has to find the house")
    })
}

/// That a number does not check.
pub fn does_not_check(scheme: Scheme) -> String {
    let what = match scheme {
        Scheme::Nhs => "NHS number",
        Scheme::Upn => "unique pupil number (UPN)",
        Scheme::Uln => "unique learner number (ULN)",
        Scheme::Council => "council’s number",
    };
    match scheme {
        Scheme::Council => {
            format!("The {what} has more than 20 letters and digits, or other signs: ask again")
        }
        Scheme::Nhs | Scheme::Upn | Scheme::Uln => {
            format!("The {what} does not check: ask again before you use it")
        }
    }
}

/// Whether a birth, on a day or in a month or year, lies after that day.
pub fn is_to_come(said: &str, asked: Day) -> bool {
    days(said).is_some_and(|(first, _)| first > asked)
}

/// What is doubtful in a child's birth, as on the day on which it was said. Of a year or month alone,
/// the youngest age counts.
pub fn of_birth(said: &str, asked: Day) -> Option<String> {
    let (first, last) = days(said)?;
    if first > asked {
        return Some(
            "The date of birth is in the future: ask again before you go by it".to_owned(),
        );
    }
    match words::age(last, asked) {
        age if age >= YOUNG => Some(format!(
            "By the date of birth this child would be {age}: ask again before you go by it"
        )),
        age if age >= ADULT => Some(format!(
            "By the date of birth this child would be {age}. That can be right for a young person \
             with special educational needs, or who has left care. If it is not so, ask again"
        )),
        _ => None,
    }
}

/// A baby who was expected longer ago than this, in days, was born or lost.
pub const OVERDUE: i32 = 60;
/// No pregnancy that anybody knows of ends later than this, in days.
const PREGNANCY: i32 = 301;

/// What is wrong with the day on which a baby was expected, where it is long past.
pub fn is_overdue(said: &str, asked: Day) -> Option<String> {
    let (_, last) = days(said)?;
    (last < asked.saturating_sub(OVERDUE.days())).then(|| {
        "The baby was expected more than two months ago. If the baby was born, say so and give the \
         date of birth"
            .to_owned()
    })
}

/// What is doubtful in the day on which a baby is expected.
pub fn of_expected(said: &str, asked: Day) -> Option<String> {
    let (first, _) = days(said)?;
    (first > asked.saturating_add(PREGNANCY.days())).then(|| {
        "The baby is expected more than ten months from now: ask again before you go by it"
            .to_owned()
    })
}

/// The first and the last day that a written day, month or year can mean.
fn days(said: &str) -> Option<(Day, Day)> {
    let said = said.trim();
    let (first, is_year, is_month) = match said.len() {
        4 => (format!("{said}-01-01"), true, false),
        7 => (format!("{said}-01"), false, true),
        _ => (said.to_owned(), false, false),
    };
    let first: Day = first.parse().ok()?;
    let last = match (is_year, is_month) {
        (true, _) => first.last_of_year(),
        (_, true) => first.last_of_month(),
        _ => first,
    };
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::{is_overdue, is_to_come, of_birth, of_expected};

    #[rstest]
    #[case("2026-11-02", true, true)]
    #[case("2026-09-03", true, true)]
    #[case("2026-09-02", false, true)]
    #[case("2019-01-01", false, true)]
    #[case("2027-08-30", true, true)]
    #[case("2027-08-31", true, false)]
    #[case("2099-01-01", true, false)]
    fn a_baby_is_expected_about_now_or_within_a_pregnancy(
        #[case] said: &str,
        #[case] can_be: bool,
        #[case] is_likely: bool,
    ) {
        let asked = date(2026, 11, 2);
        assert_eq!(is_overdue(said, asked).is_none(), can_be);
        assert_eq!(of_expected(said, asked).is_none(), is_likely);
    }

    #[rstest]
    #[case("2017-05-04", "")]
    #[case("2008-11-03", "")]
    #[case("2008-11-02", "would be 18. That can be right")]
    #[case("2008", "")]
    #[case("2007-10", "would be 19.")]
    #[case("1950", "would be 75: ask again")]
    #[case("1950-05-04", "would be 76: ask again")]
    #[case("2026-11-03", "in the future")]
    #[case("2027", "in the future")]
    #[case("about 9", "")]
    #[case("", "")]
    fn a_birth_that_is_no_childs_is_asked_about(#[case] said: &str, #[case] doubt: &str) {
        let asked = of_birth(said, date(2026, 11, 2)).unwrap_or_default();
        assert_eq!(asked.is_empty(), doubt.is_empty(), "{asked}");
        assert!(asked.contains(doubt), "{asked}");
        assert_eq!(is_to_come(said, date(2026, 11, 2)), doubt == "in the future");
    }
}
