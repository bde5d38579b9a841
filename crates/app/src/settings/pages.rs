//! The Business Unit's pages for local choice: the lengths of duties, and the partnership's own
//! record. Each shows what is in force, takes a change from a day on, and tells its history.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, InsetText, Select, SubNavigation, Table, TextInput, WarningText};
use jiff::civil::Time;
use maud::{Markup, html};
use practice::{
    calendar::{Day, HubHours, WEEKDAYS, Week, Within, day_of},
    pathway::Strength,
};

use super::{
    lengths::{Lengths, OpenLengths, SetLength, WithdrawLength},
    partnership::{
        LINES, OpenPartnership, Partnership, PartnershipHistory, SetPartnership,
        WithdrawPartnership, wrong_line,
    },
    take_up,
    withdrawing::Withdrawn,
};
use crate::{
    App, doors,
    error::{Error, Result},
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        meanwhile::{Twice, both},
        typed::{Problems, Typed, day, given_back, real_date},
        words,
    },
};

/// `GET /settings/timescales`
pub async fn timescales(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let typed = Typed { fields: &Fields::default(), problems: &Problems::default() };
    lengths_page(&app, &asker, &done, typed, false).await
}

/// `POST /settings/timescales`
pub async fn set_length(State(app): State<App>, posted: Posted) -> Result<Response> {
    let Posted { asker, fields } = posted;
    let (problems, theirs) = match length(&fields) {
        Ok(change) => match doors::record_once(&app, &asker.actor, fields.once(), change).await {
            Ok(()) => return taken_up(&app, "/settings/timescales?done=length-set").await,
            Err(Error::Refusal(say)) => (Problems::of("n", say), false),
            Err(Error::Stale) => (Problems::default(), true),
            Err(other) => return Err(other),
        },
        Err(problems) => (problems, false),
    };
    let fields = if theirs { fields.seen_anew() } else { fields };
    let typed = Typed { fields: &fields, problems: &problems };
    let page = lengths_page(&app, &asker, &Done::default(), typed, theirs).await?;
    Ok((not_taken(theirs), page).into_response())
}

/// Why a form is shown again: somebody else saved the same thing meanwhile, or something is wrong.
fn not_taken(theirs: bool) -> StatusCode {
    if theirs { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// `POST /settings/timescales/withdrawal`
pub async fn withdraw_length(State(app): State<App>, posted: Posted) -> Result<Response> {
    let Posted { asker, fields } = posted;
    doors::open(&app, &asker.actor, OpenLengths).await?;
    let change = WithdrawLength {
        code: fields.get("withdraw-code").to_owned(),
        from: withdrawn_day(&fields)?,
        standing: fields.get("seen").parse().unwrap_or(0),
        why: fields.get("why").to_owned(),
    };
    let which = which(&change.code, change.from);
    let say = match doors::record_once(&app, &asker.actor, fields.once(), change).await {
        Ok(()) => return taken_up(&app, "/settings/timescales?done=length-withdrawn").await,
        Err(Error::Refusal(say)) => say,
        Err(other) => return Err(other),
    };
    let problems = Problems::of(&which, say);
    let typed = Typed { fields: &fields, problems: &problems };
    let page = lengths_page(&app, &asker, &Done::default(), typed, false).await?;
    Ok(given_back(page))
}

/// The day of what is to be withdrawn, as the form carries it.
fn withdrawn_day(fields: &Fields) -> Result<Day> {
    let unreadable = |_| Error::refusal("Open the page again: the form is not whole");
    fields.get("withdraw-from").parse().map_err(unreadable)
}

/// The id of the field for the reason: one for each thing that can be withdrawn.
fn which(code: &str, from: Day) -> String {
    format!("why-{code}-{from}")
}

/// `GET /settings/partnership`
pub async fn partnership(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let seen = doors::open(&app, &asker.actor, OpenPartnership).await?;
    let fields = typed(&seen.in_force);
    let body = html! {
        (done.banner())
        (partnership_view(&asker, &seen, Typed { fields: &fields, problems: &Problems::default() }))
    };
    Ok(layout::page(&app, &asker, "The partnership", &body))
}

/// `POST /settings/partnership`
pub async fn set_partnership(State(app): State<App>, posted: Posted) -> Result<Response> {
    let Posted { asker, fields } = posted;
    let (problems, theirs) = match record(&fields) {
        Ok(change) => match doors::record_once(&app, &asker.actor, fields.once(), change).await {
            Ok(()) => return taken_up(&app, "/settings/partnership?done=record-set").await,
            Err(Error::Refusal(say)) => (Problems::of("from", say), false),
            Err(Error::Stale) => (Problems::default(), true),
            Err(other) => return Err(other),
        },
        Err(problems) => (problems, false),
    };
    let fields = if theirs { fields.seen_anew() } else { fields };
    let seen = doors::open(&app, &asker.actor, OpenPartnership).await?;
    let body = html! {
        @if theirs { (record_meanwhile(&seen, &fields)) }
        (partnership_view(&asker, &seen, Typed { fields: &fields, problems: &problems }))
    };
    let page = layout::page(&app, &asker, &problems.title("The partnership"), &body);
    Ok((not_taken(theirs), page).into_response())
}

/// The record as somebody else set it meanwhile, and as it was typed.
fn record_meanwhile(seen: &PartnershipHistory, own: &Fields) -> Markup {
    let Some(newest) = seen.set.first() else { return Markup::default() };
    let theirs = typed(&newest.record);
    let hours = WEEKDAYS.iter().enumerate().map(|(n, day)| (format!("hours.{n}"), *day));
    let lines = LINES.into_iter().map(|(name, title)| (name.to_owned(), title)).chain(hours);
    let lines = lines.map(|(name, title)| Twice {
        what: title.to_owned(),
        saved: theirs.get(&name).to_owned(),
        typed: own.get(&name).to_owned(),
    });
    let from = Twice {
        what: "First day".to_owned(),
        saved: words::day(day_of(newest.from)),
        typed: typed_day(own),
    };
    let by = newest.by.as_deref().unwrap_or("Somebody else");
    let happened = format!("{by} set the record while you were working on it.");
    both(&happened, lines.chain(std::iter::once(from)))
}

/// A length of the same duty as somebody else set it meanwhile, and as it was typed.
fn length_meanwhile(seen: &Lengths, own: &Fields) -> Markup {
    let code = own.get("code");
    let Some(newest) = seen.set.iter().find(|set| set.code == code) else {
        return Markup::default();
    };
    let unit = Within::UNITS.into_iter().find(|(unit, _)| *unit == own.get("unit"));
    let unit = unit.map_or("", |(_, title)| title);
    let line = Twice {
        what: format!("Length of {code}"),
        saved: format!("{} from {}", newest.within.describe(), words::day(newest.from)),
        typed: format!("{} {} from {}", own.get("n"), unit.to_lowercase(), typed_day(own)),
    };
    let by = newest.by.as_deref().unwrap_or("Somebody else");
    let happened = format!("{by} set a length for this duty while you were working on it.");
    both(&happened, std::iter::once(line))
}

fn typed_day(own: &Fields) -> String {
    real_date(own, "from").map_or_else(String::new, words::day)
}

/// `POST /settings/partnership/withdrawal`
pub async fn withdraw_partnership(State(app): State<App>, posted: Posted) -> Result<Response> {
    let Posted { asker, fields } = posted;
    doors::open(&app, &asker.actor, OpenPartnership).await?;
    let change = WithdrawPartnership {
        from: withdrawn_day(&fields)?,
        standing: fields.get("seen").parse().unwrap_or(0),
        why: fields.get("why").to_owned(),
    };
    let which = which("", change.from);
    let say = match doors::record_once(&app, &asker.actor, fields.once(), change).await {
        Ok(()) => return taken_up(&app, "/settings/partnership?done=record-withdrawn").await,
        Err(Error::Refusal(say)) => say,
        Err(other) => return Err(other),
    };
    let seen = doors::open(&app, &asker.actor, OpenPartnership).await?;
    let typed = typed(&seen.in_force);
    let kept = Fields(typed.0.into_iter().chain(fields.0).collect());
    let problems = Problems::of(&which, say);
    let body = partnership_view(&asker, &seen, Typed { fields: &kept, problems: &problems });
    let page = layout::page(&app, &asker, &problems.title("The partnership"), &body);
    Ok(given_back(page))
}

/// Takes up what was just set, so that the next page shows it.
async fn taken_up(app: &App, next: &str) -> Result<Response> {
    take_up(app).await?;
    Ok(Redirect::to(next).into_response())
}

/// What the form for a length asks for.
fn length(fields: &Fields) -> Result<SetLength, Problems> {
    let mut problems = Problems::default();
    if fields.get("code").is_empty() {
        problems.add("code", "Choose what the length is for");
    }
    let n = fields.get("n").parse().ok();
    if n.is_none() {
        problems.add("n", "Enter a number, like 8");
    }
    let from = day(fields, "from", "First day", &mut problems);
    match (n, from) {
        (Some(n), Some(from)) if problems.is_empty() => Ok(SetLength {
            code: fields.get("code").to_owned(),
            n,
            unit: fields.get("unit").to_owned(),
            from,
            seen: fields.revision(),
        }),
        _ => Err(problems),
    }
}

/// What the form for the record asks for.
fn record(fields: &Fields) -> Result<SetPartnership, Problems> {
    let mut problems = Problems::default();
    for (name, title) in LINES {
        problems.add_any(name, wrong_line(title, fields.get(name)));
    }
    let hub_hours = hub_hours(fields, &mut problems);
    let from = day(fields, "from", "First day", &mut problems);
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
            Ok(SetPartnership { record, from, seen: fields.revision() })
        }
        _ => Err(problems),
    }
}

fn hub_hours(fields: &Fields, problems: &mut Problems) -> Option<HubHours> {
    let mut week: Week = [None; 7];
    let mut is_wrong = false;
    for (n, span) in week.iter_mut().enumerate() {
        let name = format!("hours.{n}");
        let said = fields.get(&name);
        if said.is_empty() {
            continue;
        }
        *span = read_span(said);
        if span.is_none() {
            is_wrong = true;
            problems.add(&name, "Enter hours like 09:00 to 17:00, or nothing");
        }
    }
    if is_wrong {
        return None;
    }
    HubHours::try_from(week).inspect_err(|why| problems.add("hours.0", why.to_string())).ok()
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
    done: &Done,
    typed: Typed<'_>,
    theirs: bool,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenLengths).await?;
    let body = html! {
        (done.banner())
        @if theirs { (length_meanwhile(&seen, typed.fields)) }
        (lengths_view(asker, &seen, typed))
    };
    Ok(layout::page(app, asker, &typed.problems.title("Local timescales"), &body))
}

fn lengths_view(asker: &Asker, seen: &Lengths, typed: Typed<'_>) -> Markup {
    let mut table = Table::new("In force today").head([
        "What we do",
        "Within",
        "As the source says",
        "Strength",
        "Where it is written",
    ]);
    let mut duties = Select::new("code")
        .label("Duty")
        .value(typed.get("code"))
        .error(typed.error("code"))
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
    let mut units = Select::new("unit").label("Unit").value(typed.get("unit"));
    for (unit, title) in Within::UNITS {
        units = units.item(unit, title);
    }
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Local timescales" }
        (between("/settings/timescales"))
        @if let Some(day) = seen.list_ends { (list_ends(day)) }
        (table.render())
        h2 class=(govuk::HEADING_M) { "Set a length" }
        (InsetText::new("A clock keeps the length that was in force on the day on which it started. Who is told that something is late moves with the length.").render())
        (Form::new("/settings/timescales", &asker.form_token).once(Some(typed.get("once")))
            .hidden(&[typed.revision(i64::try_from(seen.set.len()).unwrap_or(0))]).content(html! {
            (duties.render())
            (typed.line("n", "New length").numeric().width(4).render())
            (units.render())
            (typed.date("from", "First day", "The first day on which a clock that starts takes it, after today, like 27 3 2027"))
            (Button::new("Set the length").render())
        }).render())
        (to_come("/settings/timescales/withdrawal", asker, typed, seen.later.iter().map(|l| {
            let what = format!("{}: {}", l.code, l.within.describe());
            ToCome { what, code: &l.code, from: l.from, standing: l.standing }
        })))
        (history(seen.set.iter().map(|s| {
            let what = format!("{}: {}", s.code, s.within.describe());
            (what, words::day(s.from), words::moment(s.at), s.by.as_deref(), s.withdrawn.as_ref())
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

fn partnership_view(asker: &Asker, seen: &PartnershipHistory, typed: Typed<'_>) -> Markup {
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "The partnership" }
        (between("/settings/partnership"))
        (Form::new("/settings/partnership", &asker.form_token).once(Some(typed.get("once")))
            .hidden(&[typed.revision(seen.version)]).content(html! {
            @for (name, title) in LINES {
                @let line = typed.line(name, title);
                (if name.ends_with("phone") { line.input_type("tel").width(20) } else { line }.render())
            }
            h2 class=(govuk::HEADING_M) { "Hours of the hub" }
            p class=(govuk::BODY) { "Like 09:00 to 17:00; nothing on a day on which it is closed. On bank holidays it is closed." }
            @for (n, day) in WEEKDAYS.iter().enumerate() {
                @let name = format!("hours.{n}");
                (typed.line(&name, day).width(20).render())
            }
            (typed.date("from", "First day", "Today, which is at once, or a later day"))
            (Button::new("Set the record").render())
        }).render())
        (to_come("/settings/partnership/withdrawal", asker, typed, seen.later.iter().map(|l| {
            let what = format!("The record of {}", l.name);
            ToCome { what, code: "", from: l.from, standing: l.standing }
        })))
        (history(seen.set.iter().map(|s| {
            let Partnership { name, hub_phone, out_of_hours_phone, hub_hours, thresholds } = &s.record;
            let what = format!("{name}; {hub_phone}; {out_of_hours_phone}; {hub_hours}; {thresholds}");
            (what, words::moment(s.from), words::moment(s.at), s.by.as_deref(), s.withdrawn.as_ref())
        })))
    }
}

/// Something that was set for a day that has not come.
struct ToCome<'s> {
    what: String,
    code: &'s str,
    from: Day,
    standing: i64,
}

/// What is to count from a later day, each with a way to take it back.
fn to_come<'s>(
    action: &str,
    asker: &Asker,
    typed: Typed<'_>,
    later: impl Iterator<Item = ToCome<'s>>,
) -> Markup {
    let later: Vec<_> = later.collect();
    if later.is_empty() {
        return Markup::default();
    }
    html! {
        h2 class=(govuk::HEADING_M) { "Set for later" }
        @for ToCome { what, code, from, standing } in later {
            @let which = which(code, from);
            @let error = typed.error(&which);
            h3 class=(govuk::HEADING_S) { (what) ", from " (words::day(from)) }
            (Form::new(action, &asker.form_token)
                .hidden(&[
                    ("withdraw-code".to_owned(), code.to_owned()),
                    ("withdraw-from".to_owned(), from.to_string()),
                    ("seen".to_owned(), standing.to_string()),
                ])
                .content(html! {
                    (TextInput::new("why").with_id(&which)
                        .label(&format!("Why is what was set from {} withdrawn?", words::day(from)))
                        .hint("It stays in the list below, with your name and the reason.")
                        .value(error.map_or("", |_| typed.get("why"))).error(error).render())
                    (Button::new("Withdraw it").secondary().render())
                }).render())
        }
    }
}

/// One line of a history: what, from when, when it was set, by whom, and whether it was withdrawn.
type Line<'s> = (String, String, String, Option<&'s str>, Option<&'s Withdrawn>);

fn history<'s>(set: impl Iterator<Item = Line<'s>>) -> Markup {
    let mut table = Table::new("What was set").head(["What", "From", "Set on", "By", "Withdrawn"]);
    for (what, from, at, by, withdrawn) in set {
        let by = by.unwrap_or("Sightline");
        let withdrawn = withdrawn.map_or_else(String::new, |w| {
            let by = w.by.as_deref().unwrap_or("Sightline");
            format!("{} by {by}: {}", words::moment(w.at), w.why)
        });
        table = table.row([&what, &from, &at, by, &withdrawn]);
    }
    if table.rows.is_empty() {
        return html! { p class=(govuk::BODY) { "Nothing was set here yet." } };
    }
    table.render()
}

/// The pages of local choice, with the one that is open.
fn between(open: &str) -> Markup {
    let pages = [
        ("/settings/timescales", "Local timescales"),
        ("/settings/partnership", "The partnership"),
    ];
    pages
        .into_iter()
        .fold(SubNavigation::new("Settings"), |pages, (path, title)| {
            pages.item(path, title, path == open)
        })
        .render()
}
