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

/// `2:05pm`, in London.
pub fn time_of(at: Timestamp) -> String {
    time(at.to_zoned(LONDON.clone()).time())
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

/// Words of somebody with the telephone numbers in them to be rung at a touch.
pub fn with_numbers(said: &str) -> Markup {
    let (mut rest, mut before) = (said, Vec::new());
    for number in numbers_in(said) {
        if let Some((words, after)) = rest.split_once(number) {
            before.push((words, number));
            rest = after;
        }
    }
    html! {
        @for (words, number) in before { (words) (ring(number)) }
        (rest)
    }
}

/// The telephone numbers that stand in somebody's words, in their order: what begins with 0 or +
/// and has the ten to fifteen digits that a number with its area has (ITU-T E.164), so that no day
/// and no house number is rung.
pub fn numbers_in(said: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_digit() || " -()+".contains(c);
    let is_number = |run: &&str| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        (10..=15).contains(&digits) && run.starts_with(['0', '+'])
    };
    let edge = |c: char| " -()".contains(c);
    said.split(|c| !is_part(c)).map(|run| run.trim_matches(edge)).filter(is_number).collect()
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

/// A limit, to come or past. How late it is stands beside it, by [`time_left`].
pub fn limit(at: Timestamp, now: Timestamp) -> String {
    format!("{} {}", by(at, now), soon(at, now))
}

/// What stands before a limit.
pub fn by(at: Timestamp, now: Timestamp) -> &'static str {
    if at < now { "was due" } else { "by" }
}

/// What is aimed at before a limit: to come, or past and since how long.
pub fn aim(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_mins();
    let when = soon(at, now);
    if at < now {
        format!("aim was {when}, {} ago", in_words(minutes))
    } else {
        format!("aim {when}")
    }
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
        (Some(On(born)), _, _) if born > day_of(now) => {
            format!("born {}, which is yet to come: ask again", day(born))
        }
        (Some(On(born)), _, _) => {
            format!("born {}, aged {}", day(born), age_in_words(born, day_of(now)))
        }
        (None, Some(On(expected)), _) => format!("expected {}", day(expected)),
        (None, None, Some("unborn")) => "unborn, expected date not known".into(),
        (None, None, Some(said)) => match born_in(said) {
            Some(when) => format!("born in {when}, the day is not known"),
            None => format!("date of birth not known: “{said}”"),
        },
        (None, None, None) => "date of birth not known".into(),
    }
}

/// A year, or a year and month, written as a date without its day: `2016`, `May 2016`.
fn born_in(said: &str) -> Option<String> {
    let (year, month) =
        said.split_once('-').map_or((said, None), |(year, month)| (year, Some(month)));
    let is_number = |part: &str, digits| part.len() == digits && part.parse::<u16>().is_ok();
    match month {
        None => is_number(year, 4).then(|| year.to_owned()),
        Some(month) if is_number(year, 4) && is_number(month, 2) => {
            let first: Day = format!("{said}-01").parse().ok()?;
            Some(first.strftime("%B %Y").to_string())
        }
        Some(_) => None,
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

    use super::{
        On, age, age_in_words, aim, birth, dialled, in_words, limit, numbers_in, soon, with_numbers,
    };

    #[test]
    fn a_child_of_leap_day_is_a_year_older_on_the_first_of_march() {
        assert_eq!(age(date(2016, 2, 29), date(2026, 2, 28)), 9);
        assert_eq!(age(date(2016, 2, 29), date(2026, 3, 1)), 10);
    }

    #[test]
    fn nobody_has_an_age_who_is_yet_to_be_born() {
        let now = "2026-11-25T09:00:00Z".parse().unwrap();
        let says = birth(Some(On(date(2031, 1, 1))), None, None, now);
        assert_eq!(says, "born 1 January 2031, which is yet to come: ask again");
    }

    #[test]
    fn a_year_or_month_of_birth_is_said_as_far_as_it_is_known() {
        let now = "2026-11-25T09:00:00Z".parse().unwrap();
        for (said, says) in [
            ("2016", "born in 2016, the day is not known"),
            ("2016-05", "born in May 2016, the day is not known"),
            ("2016-13", "date of birth not known: “2016-13”"),
            ("16", "date of birth not known: “16”"),
            ("about 9", "date of birth not known: “about 9”"),
        ] {
            assert_eq!(birth(None, None, Some(said), now), says);
        }
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
    fn a_number_is_found_among_words_and_days_and_houses_are_not() {
        for (said, numbers) in [
            ("Neighbour, 01632 960 777", vec!["01632 960 777"]),
            ("Mr Ode (07700 900123) or +44 1632 960100.", vec!["07700 900123", "+44 1632 960100"]),
            ("Rang on 27 3 2026 at 10:15 from 12 Sample Street", vec![]),
            ("ann@school.example", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(numbers_in(said), numbers, "{said}");
        }
        let shown = with_numbers("Mr <Ode> 07700 900123, evenings").into_string();
        assert!(shown.starts_with("Mr &lt;Ode&gt; <a"), "{shown}");
        assert!(shown.contains("href=\"tel:07700900123\""), "{shown}");
        assert!(shown.ends_with("</a>, evenings"), "{shown}");
    }

    #[test]
    fn what_has_passed_is_never_said_as_if_it_were_to_come() {
        let at = "2026-11-02T21:06:00Z".parse().unwrap();
        for (now, says, due) in [
            ("2026-11-02T20:00:00Z", "aim today at 9:06pm", "by today at 9:06pm"),
            ("2026-11-02T21:06:00Z", "aim today at 9:06pm", "by today at 9:06pm"),
            (
                "2026-11-02T21:26:00Z",
                "aim was today at 9:06pm, 20 minutes ago",
                "was due today at 9:06pm",
            ),
            (
                "2026-11-03T09:06:00Z",
                "aim was yesterday at 9:06pm, 12 hours ago",
                "was due yesterday at 9:06pm",
            ),
        ] {
            let now = now.parse().unwrap();
            assert_eq!((aim(at, now).as_str(), limit(at, now).as_str()), (says, due));
        }
    }

    #[test]
    fn time_left_needs_no_arithmetic() {
        assert_eq!(in_words(45), "45 minutes");
        assert_eq!(in_words(60 * 26), "26 hours");
        assert_eq!(in_words(60 * 24 * 3), "3 days");
    }
}
