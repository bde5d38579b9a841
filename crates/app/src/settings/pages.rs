//! The Business Unit's pages for local choice: the lengths of duties, and the partnership's own
//! record. Each shows what is in force, takes a change from a day on, and tells its history.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{
    Button, DateInput, ErrorSummary, Form, InsetText, Select, Table, TextInput, WarningText,
};
use jiff::civil::Time;
use maud::{Markup, html};
use practice::{
    calendar::{Day, HubHours, WEEKDAYS, Week, Within},
    pathway::Strength,
};

use super::{
    lengths::{Lengths, OpenLengths, SetLength},
    partnership::{
        LINES, OpenPartnership, Partnership, PartnershipHistory, SetPartnership, wrong_line,
    },
    take_up,
};
use crate::{
    App, doors,
    error::{Error, Result},
    web::{Asker, Fields, Posted, forms::real_date, layout, words},
};

/// What is wrong with what was typed: the field's name and what to do.
type Problems = Vec<(String, String)>;

/// `GET /settings/timescales`
pub async fn timescales(State(app): State<App>, asker: Asker) -> Result<Markup> {
    lengths_page(&app, &asker, &Fields::default(), &Problems::new()).await
}

/// `POST /settings/timescales`
pub async fn set_length(State(app): State<App>, posted: Posted) -> Result<Response> {
    let Posted { asker, fields } = posted;
    let problems = match length(&fields) {
        Ok(change) => match doors::record_once(&app, &asker.actor, fields.once(), change).await {
            Ok(()) => return taken_up(&app, "/settings/timescales").await,
            Err(Error::Refusal(say)) => vec![("n".to_owned(), say)],
            Err(other) => return Err(other),
        },
        Err(problems) => problems,
    };
    let page = lengths_page(&app, &asker, &fields, &problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `GET /settings/partnership`
pub async fn partnership(State(app): State<App>, asker: Asker) -> Result<Markup> {
    let seen = doors::open(&app, &asker.actor, OpenPartnership).await?;
    let fields = typed(&seen.in_force);
    let body = partnership_view(&asker, &seen, &fields, &Problems::new());
    Ok(layout::page(&app, &asker, "The partnership", &body))
}

/// `POST /settings/partnership`
pub async fn set_partnership(State(app): State<App>, posted: Posted) -> Result<Response> {
    let Posted { asker, fields } = posted;
    let problems = match record(&fields) {
        Ok(change) => match doors::record_once(&app, &asker.actor, fields.once(), change).await {
            Ok(()) => return taken_up(&app, "/settings/partnership").await,
            Err(Error::Refusal(say)) => vec![("from".to_owned(), say)],
            Err(other) => return Err(other),
        },
        Err(problems) => problems,
    };
    let seen = doors::open(&app, &asker.actor, OpenPartnership).await?;
    let body = partnership_view(&asker, &seen, &fields, &problems);
    let page = layout::page(&app, &asker, "The partnership", &body);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Takes up what was just set, so that the next page shows it.
async fn taken_up(app: &App, next: &str) -> Result<Response> {
    take_up(app).await?;
    Ok(Redirect::to(next).into_response())
}

/// What the form for a length asks for.
fn length(fields: &Fields) -> Result<SetLength, Problems> {
    let mut problems = Problems::new();
    if fields.get("code").is_empty() {
        problems.push(("code".to_owned(), "Choose what the length is for".to_owned()));
    }
    let n = fields.get("n").parse().ok();
    if n.is_none() {
        problems.push(("n".to_owned(), "Enter a number, like 8".to_owned()));
    }
    let from = first_day(fields, &mut problems);
    match (n, from) {
        (Some(n), Some(from)) if problems.is_empty() => Ok(SetLength {
            code: fields.get("code").to_owned(),
            n,
            unit: fields.get("unit").to_owned(),
            from,
        }),
        _ => Err(problems),
    }
}

/// What the form for the record asks for.
fn record(fields: &Fields) -> Result<SetPartnership, Problems> {
    let mut problems = Problems::new();
    for (name, title) in LINES {
        problems.extend(wrong_line(title, fields.get(name)).map(|say| (name.to_owned(), say)));
    }
    let hub_hours = hub_hours(fields, &mut problems);
    let from = first_day(fields, &mut problems);
    match (hub_hours, from) {
        (Some(hub_hours), Some(from)) if problems.is_empty() => {
            let line = |name: &str| fields.get(name).to_owned();
            let record = Partnership {
                name: line("name"),
                hub_phone: line("hub-phone"),
                out_of_hours_phone: line("out-of-hours-phone"),
                hub_hours,
                thresholds: line("thresholds"),
            };
            Ok(SetPartnership { record, from })
        }
        _ => Err(problems),
    }
}

fn first_day(fields: &Fields, problems: &mut Problems) -> Option<Day> {
    let day = real_date(fields, "from");
    if day.is_none() {
        let say = "First day must be a real date, like 27 3 2027".to_owned();
        problems.push(("from".to_owned(), say));
    }
    day
}

fn hub_hours(fields: &Fields, problems: &mut Problems) -> Option<HubHours> {
    let mut week: Week = [None; 7];
    let before = problems.len();
    for (n, span) in week.iter_mut().enumerate() {
        let name = format!("hours.{n}");
        let said = fields.get(&name);
        if said.is_empty() {
            continue;
        }
        *span = read_span(said);
        if span.is_none() {
            problems.push((name, "Enter hours like 09:00 to 17:00, or nothing".to_owned()));
        }
    }
    if problems.len() > before {
        return None;
    }
    HubHours::try_from(week)
        .inspect_err(|why| problems.push(("hours.0".to_owned(), why.to_string())))
        .ok()
}

fn read_span(said: &str) -> Option<(Time, Time)> {
    let (opens, closes) = said.split_once("to")?;
    let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
    Some((time(opens)?, time(closes)?))
}

/// The record as the form's fields hold it.
fn typed(record: &Partnership) -> Fields {
    let lines = LINES.into_iter().zip(record.lines());
    let mut fields: Vec<(String, String)> =
        lines.map(|((name, _), said)| (name.to_owned(), said.to_owned())).collect();
    for (n, span) in record.hub_hours.week().iter().enumerate() {
        let said = span.map_or_else(String::new, |(opens, closes)| {
            format!("{} to {}", opens.strftime("%H:%M"), closes.strftime("%H:%M"))
        });
        fields.push((format!("hours.{n}"), said));
    }
    Fields(fields)
}

async fn lengths_page(
    app: &App,
    asker: &Asker,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenLengths).await?;
    let body = lengths_view(asker, &seen, fields, problems);
    Ok(layout::page(app, asker, "Local timescales", &body))
}

fn lengths_view(asker: &Asker, seen: &Lengths, fields: &Fields, problems: &Problems) -> Markup {
    let mut table = Table::new("In force today").head([
        "What we do",
        "Within",
        "As the source says",
        "Strength",
        "Where it is written",
    ]);
    let mut duties = Select::new("code")
        .label("Duty")
        .value(fields.get("code"))
        .error(wrong(problems, "code"))
        .item("", "Choose a duty");
    for duty in &seen.duties {
        let strength = match duty.strength {
            Strength::Statutory => "Statutory: may be shortened",
            Strength::Local => "Local: free",
            Strength::Safeguard => "Local safeguard: may be shortened",
        };
        let (here, there) = (duty.within.describe(), duty.allowed.describe());
        table = table.row([duty.what, &here, &there, strength, duty.source]);
        duties = duties.item(duty.code, &format!("{}: {}", duty.code, duty.what));
    }
    let mut units = Select::new("unit").label("Unit").value(fields.get("unit"));
    for (unit, title) in Within::UNITS {
        units = units.item(unit, title);
    }
    html! {
        (summary(problems))
        h1 class=(govuk::HEADING_L) { "Local timescales" }
        (between())
        @if let Some(day) = seen.list_ends { (list_ends(day)) }
        (table.render())
        h2 class=(govuk::HEADING_M) { "Set a length" }
        (InsetText::new("A clock keeps the length that was in force on the day on which it started. Who is told that something is late moves with the length.").render())
        (Form::new("/settings/timescales", &asker.form_token).once(Some(fields.get("once"))).content(html! {
            (duties.render())
            (TextInput::new("n").label("New length").numeric().width(4).value(fields.get("n"))
                .error(wrong(problems, "n")).render())
            (units.render())
            (first_day_input(fields, problems, "The first day on which a clock that starts takes it, after today, like 27 3 2027"))
            (Button::new("Set the length").render())
        }).render())
        (history(seen.set.iter().map(|s| {
            let what = format!("{}: {}", s.code, s.within.describe());
            (what, words::day(s.from), words::moment(s.at), s.by.as_deref())
        })))
    }
}

/// The list of bank holidays must be renewed by whoever runs the server.
fn list_ends(day: Day) -> Markup {
    let say = format!(
        "The list of bank holidays ends on {}. Ask whoever runs Sightline to load a newer one: \
         beyond that day, limits are counted without bank holidays and say so.",
        words::day(day)
    );
    WarningText::new(&say).render()
}

fn partnership_view(
    asker: &Asker,
    seen: &PartnershipHistory,
    fields: &Fields,
    problems: &Problems,
) -> Markup {
    html! {
        (summary(problems))
        h1 class=(govuk::HEADING_L) { "The partnership" }
        (between())
        (Form::new("/settings/partnership", &asker.form_token).once(Some(fields.get("once"))).content(html! {
            @for (name, title) in LINES {
                (TextInput::new(name).label(title).value(fields.get(name))
                    .error(wrong(problems, name)).render())
            }
            h2 class=(govuk::HEADING_M) { "Hours of the hub" }
            p class=(govuk::BODY) { "Like 09:00 to 17:00; nothing on a day on which it is closed. On bank holidays it is closed." }
            @for (n, day) in WEEKDAYS.iter().enumerate() {
                @let name = format!("hours.{n}");
                (TextInput::new(&name).label(day).width(20).value(fields.get(&name))
                    .error(wrong(problems, &name)).render())
            }
            (first_day_input(fields, problems, "Today, which is at once, or a later day"))
            (Button::new("Set the record").render())
        }).render())
        (history(seen.set.iter().map(|s| {
            let Partnership { name, hub_phone, out_of_hours_phone, hub_hours, thresholds } = &s.record;
            let what = format!("{name}; {hub_phone}; {out_of_hours_phone}; {hub_hours}; {thresholds}");
            (what, words::moment(s.from), words::moment(s.at), s.by.as_deref())
        })))
    }
}

fn first_day_input(fields: &Fields, problems: &Problems, hint: &str) -> Markup {
    let (day, month, year) =
        (fields.get("from.day"), fields.get("from.month"), fields.get("from.year"));
    DateInput::new("from")
        .legend("First day")
        .hint(hint)
        .values(day, month, year)
        .error(wrong(problems, "from"))
        .render()
}

fn history<'s>(set: impl Iterator<Item = (String, String, String, Option<&'s str>)>) -> Markup {
    let mut table = Table::new("What was set").head(["What", "From", "Set on", "By"]);
    for (what, from, at, by) in set {
        table = table.row([&what, &from, &at, by.unwrap_or("Sightline")]);
    }
    if table.rows.is_empty() {
        return html! { p class=(govuk::BODY) { "Nothing was set here yet." } };
    }
    table.render()
}

fn between() -> Markup {
    html! {
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href="/settings/timescales" { "Local timescales" }
            " · "
            a class=(govuk::LINK) href="/settings/partnership" { "The partnership" }
        }
    }
}

fn summary(problems: &Problems) -> Markup {
    if problems.is_empty() {
        return Markup::default();
    }
    let summary = problems
        .iter()
        .fold(ErrorSummary::new(), |summary, (name, say)| summary.item(&format!("#{name}"), say));
    summary.render()
}

fn wrong<'p>(problems: &'p Problems, name: &str) -> Option<&'p str> {
    problems.iter().find(|(field, _)| field == name).map(|(_, say)| say.as_str())
}
