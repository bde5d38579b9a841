//! The calculator's pages: choose a timescale by its name, say what it asks, read the answer in a
//! sentence with the days that were left out. It decides nothing: `practice` counts, as it does for
//! `sightline due` and for every clock. Nothing that is typed here is kept.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use govuk::{Button, Radios, Select, Table, WarningText};
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;
use maud::{Markup, html};
use practice::{
    calendar::{Calendar, Day, LONDON, Moment},
    timescales::{
        Answer, Found, Question, Rule, Skipped, TIMESCALES, TOPICS, Timescale, Why, due, timescale,
    },
};

use crate::{
    App,
    error::{Error, Result},
    web::{
        Fields,
        asking::asker,
        layout,
        typed::{Problems, Typed, is_empty_date, real_date, time},
        words,
    },
};

/// The names of the fields in which days and moments are typed, in order.
const DAYS: [&str; 2] = ["first", "second"];
const TITLE: &str = "When is it due?";

/// `GET /timescales/calculator`
pub async fn calculator(
    State(app): State<App>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let asker = asker(&app, &jar).await?;
    let fields = Fields::read(query.unwrap_or_default().as_bytes())?;
    let Some(chosen) = fields.some("rule") else {
        return Ok(layout::open_to_all(&app, asker.as_ref(), TITLE, &choosing()).into_response());
    };
    let chosen = timescale(&chosen).ok_or(Error::NotFound)?;
    let calendar = app.calendar();
    let asked = fields.get("asked") == "yes";
    let answer = asked.then(|| answered(chosen, &fields, &calendar));
    let none = Problems::default();
    let problems = answer.as_ref().and_then(|a| a.as_ref().err()).unwrap_or(&none);
    let typed = Typed { fields: &fields, problems };
    let body = html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { (chosen.topic) }
        h1 class=(govuk::HEADING_L) { (chosen.what) }
        @if let Some(Ok(answer)) = &answer {
            (result(chosen, answer, &words::moment(app.clock.now())))
        }
        (form(chosen, typed, &calendar, asked))
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href="/timescales/calculator" { "Choose another timescale" }
        }
    };
    let page = layout::open_to_all(&app, asker.as_ref(), &problems.title(TITLE), &body);
    let status =
        if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
}

fn choosing() -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) { "Choose what you want to work out. Nothing that you enter is kept." }
        @for topic in TOPICS {
            h2 class=(govuk::HEADING_M) { (topic) }
            ul class=(govuk::LIST) {
                @for timescale in TIMESCALES.iter().filter(|t| t.topic == topic) {
                    li {
                        a class=(govuk::LINK) href={ "/timescales/calculator?rule=" (timescale.code) } {
                            (timescale.what)
                        }
                        @if let Some(length) = length(timescale) { " (" (length) ")" }
                    }
                }
            }
        }
    }
}

/// How long it allows, where it is a length.
fn length(timescale: &Timescale) -> Option<String> {
    match timescale.rule {
        Rule::Limit(within) | Rule::Receipt(within) => Some(within.describe()),
        _ => None,
    }
}

fn form(chosen: &Timescale, typed: Typed<'_>, calendar: &Calendar, asked: bool) -> Markup {
    let mut days = DAYS.into_iter();
    html! {
        form method="get" action="/timescales/calculator" novalidate {
            input type="hidden" name="rule" value=(chosen.code);
            input type="hidden" name="asked" value="yes";
            @for question in chosen.questions() {
                (input(question, &mut days, typed, calendar))
            }
            (Button::new(if asked { "Work it out again" } else { "Work it out" }).render())
        }
    }
}

fn input(
    question: Question,
    days: &mut impl Iterator<Item = &'static str>,
    typed: Typed<'_>,
    calendar: &Calendar,
) -> Markup {
    match question {
        Question::Day(asks) => day_input(days.next().unwrap_or_default(), asks, typed),
        Question::Moment(asks) => {
            moment_input(days.next().unwrap_or_default(), asks, "Time, like 14:30", typed)
        }
        Question::Receipt(asks) => {
            let label = "Time, like 14:30, if you know it";
            moment_input(days.next().unwrap_or_default(), asks, label, typed)
        }
        Question::Terms => terms("Terms of the school or setting", "", typed, calendar),
        Question::TermsIfAny => terms(
            "Terms of the children’s school, if you know them",
            "You are warned when the day falls into the school holidays.",
            typed,
            calendar,
        ),
        Question::OutOfHours => Radios::new("out-of-hours")
            .legend("If it came when the hub was closed, when does it count as received?")
            .value(typed.fields.some("out-of-hours").as_deref().unwrap_or("no"))
            .error(typed.error("out-of-hours"))
            .item("no", "When it really came")
            .item_with_hint("yes", "On the next working day", "A local choice. It needs the time.")
            .render(),
        Question::Awareness => Radios::new("awareness")
            .legend("Which day did you enter?")
            .value(typed.fields.some("awareness").as_deref().unwrap_or("no"))
            .item("no", "The day on which the incident was notified")
            .item_with_hint(
                "yes",
                "The day on which the authority became aware of it",
                "The strict local reading.",
            )
            .render(),
    }
}

fn day_input(name: &str, asks: &str, typed: Typed<'_>) -> Markup {
    typed.date(name, asks, "For example, 27 3 2026")
}

fn moment_input(name: &str, asks: &str, label: &str, typed: Typed<'_>) -> Markup {
    html! {
        (day_input(name, asks, typed))
        (typed.line(&format!("{name}.time"), label).width(10).render())
        @if is_twice(name, typed.fields) { (which_of_two(typed)) }
    }
}

/// Whether the clocks show the time that was typed twice on that day.
fn is_twice(name: &str, fields: &Fields) -> bool {
    let typed = real_date(fields, name).zip(time(fields.get(&format!("{name}.time"))));
    typed.is_some_and(|(day, time)| {
        let offset = LONDON.to_ambiguous_timestamp(day.to_datetime(time)).offset();
        matches!(offset, AmbiguousOffset::Fold { .. })
    })
}

fn which_of_two(typed: Typed<'_>) -> Markup {
    Radios::new("which")
        .legend("The clocks go back that night, so this time comes twice. Which was it?")
        .value(typed.get("which"))
        .error(typed.error("which"))
        .item("earlier", "The first, in summer time")
        .item("later", "The second, in winter time")
        .render()
}

fn terms(label: &str, hint: &str, typed: Typed<'_>, calendar: &Calendar) -> Markup {
    let select = Select::new("terms")
        .label(label)
        .hint(hint)
        .value(typed.get("terms"))
        .error(typed.error("terms"))
        .item("", "Choose terms");
    calendar
        .terms()
        .fold(select, |select, (name, terms)| {
            let (first, last) = (words::day(terms.first()), words::day(terms.last()));
            select.item(name, &format!("{}, {first} to {last}", terms_said(name)))
        })
        .render()
}

/// `Lancashire 2025-26` of `lancashire-2025-26`.
fn terms_said(name: &str) -> String {
    words::capital(&name.replacen('-', " ", 1))
}

/// The answer to what was typed.
///
/// # Errors
/// What is wrong with it, beside each field.
fn answered(
    chosen: &Timescale,
    fields: &Fields,
    calendar: &Calendar,
) -> std::result::Result<Answer, Problems> {
    let arguments = arguments(chosen, fields)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    due(chosen.code, &arguments, calendar).map_err(|why| {
        let terms = calendar.terms().find(|(name, _)| *name == fields.get("terms"));
        match terms {
            Some((name, terms)) => {
                let (first, last) = (words::day(terms.first()), words::day(terms.last()));
                let name = terms_said(name);
                let say = format!(
                    "The terms {name} are known from {first} to {last}, which is not enough for \
                     this: choose others, or ask the school"
                );
                Problems::of("terms", say)
            }
            None => Problems::of(DAYS[0], why.to_string()),
        }
    })
}

/// What was typed, as `sightline due` takes it.
fn arguments(chosen: &Timescale, fields: &Fields) -> std::result::Result<Vec<String>, Problems> {
    let mut problems = Problems::default();
    let mut arguments = Vec::new();
    let mut days: Vec<(&str, Option<Day>)> = Vec::new();
    let mut names = DAYS.into_iter();
    for question in chosen.questions() {
        match question {
            Question::Day(_) => {
                let name = names.next().unwrap_or_default();
                let day = day(name, fields, &mut problems);
                days.push((name, day));
                arguments.extend(day.map(|day| day.to_string()));
            }
            Question::Moment(_) => {
                let name = names.next().unwrap_or_default();
                arguments.extend(moment(name, fields, &mut problems).map(|m| m.to_string()));
            }
            Question::Receipt(_) => {
                let name = names.next().unwrap_or_default();
                let needs_time = fields.get("out-of-hours") == "yes";
                if needs_time || !fields.get(&format!("{name}.time")).is_empty() {
                    arguments.extend(moment(name, fields, &mut problems).map(|m| m.to_string()));
                } else {
                    arguments.extend(day(name, fields, &mut problems).map(|day| day.to_string()));
                }
            }
            Question::Terms if fields.get("terms").is_empty() => {
                problems.add("terms", "Choose the terms of the school or setting");
            }
            Question::Terms | Question::TermsIfAny => {
                if let Some(name) = fields.some("terms") {
                    arguments.extend(["--calendar".to_owned(), name]);
                }
            }
            Question::OutOfHours => {
                option(fields, "out-of-hours", "--out-of-hours-next-day", &mut arguments);
            }
            Question::Awareness => option(fields, "awareness", "--from-awareness", &mut arguments),
        }
    }
    if let [(_, Some(first)), (name, Some(second))] = days.as_slice()
        && second < first
    {
        problems.add(name, format!("This must not be before {}", words::day(*first)));
    }
    if problems.is_empty() { Ok(arguments) } else { Err(problems) }
}

fn option(fields: &Fields, name: &str, option: &str, arguments: &mut Vec<String>) {
    if fields.get(name) == "yes" {
        arguments.push(option.to_owned());
    }
}

fn day(name: &str, fields: &Fields, problems: &mut Problems) -> Option<Day> {
    let day = real_date(fields, name);
    if day.is_none() {
        let say = if is_empty_date(fields, name) {
            "Enter a day, month and year"
        } else {
            "Enter a real date, with the year in four figures, like 27 3 2026"
        };
        problems.add(name, say);
    }
    day
}

fn moment(name: &str, fields: &Fields, problems: &mut Problems) -> Option<Moment> {
    let day = day(name, fields, problems);
    let field = format!("{name}.time");
    let Some(time) = time(fields.get(&field)) else {
        problems.add(&field, "Enter a time, like 14:30 or 2:30pm");
        return None;
    };
    at(day?.to_datetime(time), &field, fields, problems)
}

/// The moment that a wall clock in London showed.
fn at(wall: DateTime, field: &str, fields: &Fields, problems: &mut Problems) -> Option<Moment> {
    let at = LONDON.to_ambiguous_timestamp(wall);
    match (at.offset(), fields.get("which")) {
        (AmbiguousOffset::Unambiguous { .. }, _) => at.unambiguous().ok(),
        (AmbiguousOffset::Fold { .. }, "earlier") => at.earlier().ok(),
        (AmbiguousOffset::Fold { .. }, "later") => at.later().ok(),
        (AmbiguousOffset::Fold { .. }, _) => {
            problems.add("which", "Choose which of the two it was");
            None
        }
        (AmbiguousOffset::Gap { .. }, _) => {
            let say = "There was no such time that night, since the clocks went forward: enter a \
                       time before 1am, or from 2am";
            problems.add(field, say);
            None
        }
    }
}

fn result(chosen: &Timescale, answer: &Answer, now: &str) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { "Answer" }
        p class=(govuk::BODY) { strong { (sentence(chosen, &answer.found)) } }
        @if let Some(day) = answer.act_by {
            (WarningText::new(&format!(
                "Nobody works on that day, so act by {}.", words::weekday(day)
            )).render())
        }
        h2 class=(govuk::HEADING_M) { "How it was counted" }
        ul class=(govuk::LIST) { @for line in &answer.working { li { (line) } } }
        @if !answer.skipped.is_empty() { (left_out(&answer.skipped)) }
        p class=(govuk::BODY_S) { "Worked out on " (now) "." }
    }
}

fn sentence(chosen: &Timescale, found: &Found) -> String {
    let what = chosen.what;
    match (found, chosen.rule) {
        (Found::Day(day), Rule::Begins(_)) => format!("{what}: {}.", words::weekday(*day)),
        (Found::Day(day), Rule::SchoolDays(n)) => {
            format!("School day {n} of the absence is {}.", words::weekday(*day))
        }
        (Found::Day(day), Rule::Age(age)) => {
            format!("The age of {age} is reached on {}.", words::weekday(*day))
        }
        (Found::Day(day), _) => format!("{what} by {}.", words::weekday(*day)),
        (Found::Moment(at), _) => format!("{what} by {}.", words::moment(*at)),
        (Found::Words(said), Rule::Again { yes, .. }) if said == yes => {
            format!("This is a {said}.")
        }
        (Found::Words(said), Rule::Again { .. }) => format!("This is {said}."),
        (Found::Words(said), Rule::LastedMoreThan(_)) => {
            format!("A plan of this length {said} as one that lasted two years.")
        }
        (Found::Words(said), _) => format!("It lies in {said}."),
    }
}

fn left_out(skipped: &[Skipped]) -> Markup {
    skipped
        .iter()
        .fold(Table::new("Days that were left out").head(["Days", "Why"]), |table, run| {
            let days = if run.first == run.last {
                words::weekday(run.first)
            } else {
                format!("{} to {}", words::weekday(run.first), words::weekday(run.last))
            };
            let why = match &run.why {
                Why::Weekend => "Weekend".to_owned(),
                Why::BankHoliday(name) => format!("Bank holiday: {name}"),
                Why::SchoolHoliday => "School holiday".to_owned(),
            };
            table.row([&days, &why])
        })
        .render()
}
