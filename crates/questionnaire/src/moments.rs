//! Days, times and moments as people type them, and as FHIR spells them. Knows the calendar and
//! the clock of London, not today's date.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day from its three fields: `2015-03-27`, where `partial` also `2015-03` and `2015`; `None`
/// when all are empty.
///
/// # Errors
/// What the date must be, to follow the word “must”.
pub fn date(day: &str, month: &str, year: &str, partial: bool) -> Result<Option<String>, String> {
    if [day, month, year].iter().all(|p| p.is_empty()) {
        return Ok(None);
    }
    let may_lack_day = partial && !year.is_empty();
    let lacking: Vec<&str> = [("day", day), ("month", month), ("year", year)]
        .into_iter()
        .filter(|(name, part)| {
            let may_lack = match *name {
                "day" => may_lack_day,
                "month" => may_lack_day && day.is_empty(),
                _ => false,
            };
            part.is_empty() && !may_lack
        })
        .map(|(name, _)| name)
        .collect();
    if !lacking.is_empty() {
        return Err(format!("include a {}", lacking.join(" and a ")));
    }
    let year = year_number(year)?;
    if month.is_empty() {
        return Ok(Some(format!("{year:04}")));
    }
    if day.is_empty() {
        let month = month_number(month).ok_or("have a real month, like 3 or March")?;
        return Ok(Some(format!("{year:04}-{month:02}")));
    }
    let real = day.parse().ok().zip(month_number(month));
    match real.and_then(|(day, month)| Date::new(year, month, day).ok()) {
        Some(date) => Ok(Some(date.to_string())),
        None => Err("be a real date, like 27 3 2015".to_owned()),
    }
}

/// A time as FHIR spells it (`14:30:00`), from `14:30`, `14.30` or `2:30pm`.
pub fn time(typed: &str) -> Option<String> {
    let typed = typed.to_lowercase().replace('.', ":").replace(' ', "");
    let (clock, later) = match (typed.strip_suffix("am"), typed.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(false)),
        (_, Some(clock)) => (clock, Some(true)),
        _ => (typed.as_str(), None),
    };
    let parts: Vec<i8> = clock.split(':').map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour] if later.is_some() => (hour, 0, 0),
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let hour = match later {
        None => hour,
        Some(later) if (1..=12).contains(&hour) => hour % 12 + if later { 12 } else { 0 },
        Some(_) => return None,
    };
    Some(Time::new(hour, minute, second, 0).ok()?.strftime("%H:%M:%S").to_string())
}

/// A moment as FHIR spells it (`2015-03-27T14:30:00+00:00`), from `27 3 2015 14:30`,
/// `2015-03-27 14:30` by London's clock, or from FHIR's own spelling. A day alone stays a day.
pub fn moment(typed: &str) -> Option<String> {
    let london = TimeZone::get("Europe/London").ok()?;
    let spelt = |moment: &jiff::Zoned| moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let sensible = |date: Date| (1900..=2100).contains(&date.year());
    if let Ok(moment) = typed.parse::<Timestamp>() {
        let moment = moment.to_zoned(london);
        return sensible(moment.date()).then(|| spelt(&moment));
    }
    let (day, clock) = match typed.rsplit_once(['T', ' ']) {
        Some((day, clock)) if clock.contains([':', '.']) => (day, Some(clock)),
        _ => (typed, None),
    };
    let date = day_as_written(day).filter(|d| sensible(*d))?;
    let Some(clock) = clock else { return Some(date.to_string()) };
    let time: Time = time(clock)?.parse().ok()?;
    DateTime::from_parts(date, time).to_zoned(london).ok().as_ref().map(spelt)
}

/// `2015-03-27`, `27 3 2015`, `27/3/2015` or `27 March 2015`.
fn day_as_written(typed: &str) -> Option<Date> {
    let parts: Vec<&str> =
        typed.split([' ', '/', '-', '.']).filter(|part| !part.is_empty()).collect();
    let [first, month, last] = parts[..] else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    Date::new(year_number(year).ok()?, month_number(month)?, day.parse().ok()?).ok()
}

/// A day or a moment in words, as far as it is one: `27 March 2015`.
pub fn in_words(iso: &str) -> String {
    let Ok(date) = iso.parse::<Date>() else { return iso.to_owned() };
    let month = usize::try_from(date.month()).ok().and_then(|m| MONTHS.get(m - 1));
    format!("{} {} {}", date.day(), month.unwrap_or(&""), date.year())
}

fn year_number(text: &str) -> Result<i16, String> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let year = text.parse().ok().filter(|_| digits);
    let year = year.ok_or("have a year of four digits, like 2015")?;
    match year {
        1900..=2100 => Ok(year),
        _ => Err("have a year from 1900 to 2100".to_owned()),
    }
}

/// `3`, `March` or `mar`.
fn month_number(text: &str) -> Option<i8> {
    if let Ok(number) = text.parse::<i8>() {
        return (1..=12).contains(&number).then_some(number);
    }
    let typed = text.to_lowercase();
    let is_named = |month: &&str| {
        let month = month.to_lowercase();
        month == typed || month.get(..3) == Some(typed.as_str())
    };
    (1..).zip(MONTHS).find(|(_, month)| is_named(month)).map(|(number, _)| number)
}
