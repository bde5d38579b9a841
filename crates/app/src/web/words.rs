//! How days, moments, ages and telephone numbers are written for people, everywhere the same.

use jiff::{Timestamp, Unit};
use maud::{Markup, html};
use platform::db::On;
use practice::calendar::{Day, day_of};

use practice::calendar::LONDON;

/// `5 April 2026`
pub fn day(day: Day) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// `Sunday 5 April 2026`, for whoever counts days.
pub fn weekday(day: Day) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// `5 April 2026 at 2:05pm`, in London.
pub fn moment(at: Timestamp) -> String {
    let at = at.to_zoned(LONDON.clone());
    format!("{} at {}", day(at.date()), time(at.time()))
}

/// As [`moment`], with today, tomorrow and yesterday by name: lists of what is due are read
/// quickly.
pub fn soon(at: Timestamp, now: Timestamp) -> String {
    let (on, today) = (day_of(at), day_of(now));
    let name = match on.duration_since(today).as_hours() / 24 {
        0 => "today",
        1 => "tomorrow",
        -1 => "yesterday",
        _ => return moment(at),
    };
    format!("{name} at {}", time(at.to_zoned(LONDON.clone()).time()))
}

fn time(time: jiff::civil::Time) -> String {
    time.strftime("%-I:%M%P").to_string().replace(":00", "")
}

/// A telephone number to ring: a telephone rings it at a touch. What is no number stays words.
pub fn ring(said: &str) -> Markup {
    match dialled(said) {
        Some(number) => html! { a class=(govuk::LINK) href={ "tel:" (number) } { (said) } },
        None => html! { (said) },
    }
}

/// The digits to be dialled: those before any word, such as “ext 12”.
fn dialled(said: &str) -> Option<String> {
    let said = said.trim().replace("(0)", "");
    let number: String = said
        .chars()
        .take_while(|c| c.is_ascii_digit() || " +-().".contains(*c))
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    let is_number = number.chars().filter(char::is_ascii_digit).count() >= 3
        && !number.trim_start_matches('+').contains('+');
    is_number.then_some(number)
}

/// As at the beginning of a line.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How long until, or since, a moment, in words that need no arithmetic.
pub fn time_left(until: Timestamp, now: Timestamp) -> String {
    let minutes = until.duration_since(now).as_mins();
    let words = in_words(minutes.abs());
    if minutes < 0 { format!("Late by {words}") } else { format!("{words} left") }
}

fn in_words(minutes: i64) -> String {
    match minutes {
        0..=1 => "a minute".into(),
        2..=89 => format!("{minutes} minutes"),
        90..=2879 => format!("{} hours", (minutes + 30) / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

/// `born 5 April 2016, aged 10`, `expected 9 January 2027`, or that it is not known.
pub fn birth(born: Option<On>, expected: Option<On>, said: Option<&str>, now: Timestamp) -> String {
    match (born, expected, said) {
        (Some(On(born)), _, _) => {
            format!("born {}, aged {}", day(born), age_in_words(born, day_of(now)))
        }
        (None, Some(On(expected)), _) => format!("expected {}", day(expected)),
        (None, None, Some("unborn")) => "unborn, expected date not known".into(),
        (None, None, Some(said)) => format!("date of birth not known: “{said}”"),
        (None, None, None) => "date of birth not known".into(),
    }
}

/// Age as people say it: a baby's in weeks, a small child's in months.
fn age_in_words(born: Day, today: Day) -> String {
    let lived = born.until((Unit::Month, today)).unwrap_or_default();
    let count = |n: i32, what: &str| match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    match lived.get_months() {
        months if months >= 24 => age(born, today).to_string(),
        months if months >= 3 => count(months, "month"),
        _ => count(i32::try_from(today.duration_since(born).as_hours() / 168).unwrap_or(0), "week"),
    }
}

/// Age in whole years. Born on 29 February, one is a year older on 1 March of an ordinary year.
pub fn age(born: Day, today: Day) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i16::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{age, age_in_words, dialled, in_words, soon};

    #[test]
    fn a_child_of_leap_day_is_a_year_older_on_the_first_of_march() {
        assert_eq!(age(date(2016, 2, 29), date(2026, 2, 28)), 9);
        assert_eq!(age(date(2016, 2, 29), date(2026, 3, 1)), 10);
    }

    #[test]
    fn a_baby_is_some_weeks_old_and_a_small_child_some_months() {
        let today = date(2026, 11, 25);
        for (born, says) in [
            (date(2026, 11, 24), "0 weeks"),
            (date(2026, 11, 18), "1 week"),
            (date(2026, 9, 30), "8 weeks"),
            (date(2026, 8, 25), "3 months"),
            (date(2024, 11, 26), "23 months"),
            (date(2024, 11, 25), "2"),
            (date(2010, 4, 25), "16"),
        ] {
            assert_eq!(age_in_words(born, today), says, "{born}");
        }
    }

    #[test]
    fn what_is_due_soon_is_said_by_the_name_of_the_day() {
        let now = "2026-03-28T23:30:00Z".parse().unwrap();
        for (at, says) in [
            ("2026-03-28T09:00:00Z", "today at 9am"),
            // The clocks go forward in between.
            ("2026-03-29T22:59:59Z", "tomorrow at 11:59pm"),
            ("2026-03-27T12:30:00Z", "yesterday at 12:30pm"),
            ("2026-03-30T12:30:00Z", "30 March 2026 at 1:30pm"),
        ] {
            assert_eq!(soon(at.parse().unwrap(), now), says);
        }
    }

    #[test]
    fn a_telephone_number_is_dialled_as_it_is_said_and_words_are_not() {
        for (said, rings) in [
            ("01632 960 100", Some("01632960100")),
            ("+44 (0)1632 960100", Some("+441632960100")),
            ("01632 960100 ext 12", Some("01632960100")),
            ("101", Some("101")),
            ("ask at the desk", None),
            ("", None),
        ] {
            assert_eq!(dialled(said).as_deref(), rings, "{said}");
        }
    }

    #[test]
    fn time_left_needs_no_arithmetic() {
        assert_eq!(in_words(45), "45 minutes");
        assert_eq!(in_words(60 * 26), "26 hours");
        assert_eq!(in_words(60 * 24 * 3), "3 days");
    }
}
