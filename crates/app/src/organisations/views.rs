//! What agencies, teams, settings and staff look like. Nothing is decided here.

use govuk::{
    Button, Details, Form, InsetText, Select, SummaryList, Table, Tag, TextInput, WarningText,
};
use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};
use practice::{calendar::day_of, roles::Role};

use super::{
    PUBLIC,
    agencies::{Agencies, Agency, MOST, Part},
    sheet::Sheet,
    staff::Staff,
    teams::Team,
};
use crate::{
    App,
    web::{
        Asker, Fields,
        done::Done,
        layout,
        meanwhile::{Twice, both},
        typed::{Problems, Typed, real_date},
        words,
    },
};

/// Back to the list.
pub const BACK: (&str, &str) = ("/agencies", "Agencies and staff");

fn link(href: &str, text: &str) -> Markup {
    html! { a class=(govuk::LINK) href=(href) { (text) } }
}

/// A page with one form.
pub fn form(
    app: &App,
    asker: &Asker,
    heading: &str,
    back: &(String, String),
    sheet: &Sheet<'_>,
) -> Markup {
    let body = html! {
        (sheet.over())
        h1 class=(govuk::HEADING_L) { (heading) }
        (sheet.render(asker))
    };
    let title = sheet.typed.problems.title(heading);
    layout::page_with_back(app, asker, &title, (&back.0, &back.1), &body)
}

/// Every agency.
pub fn agencies(
    asker: &Asker,
    agencies: &Agencies,
    vouched: &Markup,
    done: &Done,
    add: &Sheet<'_>,
) -> Markup {
    let mut table = Table::new("Agencies of the partnership").head([
        "Agency",
        "Kind",
        "Teams",
        "Settings",
        "Staff today",
    ]);
    let listed = &agencies.listed;
    for agency in listed {
        table = table.cells(vec![
            link(&format!("/agencies/{}", agency.reference), &agency.name),
            html! { (words::capital(&agency.kind)) },
            html! { (agency.teams) },
            html! { (agency.settings) },
            html! { (agency.staff) },
        ]);
    }
    html! {
        (done.banner())
        (add.over())
        h1 class=(govuk::HEADING_L) { "Agencies and staff" }
        @if listed.is_empty() { p class=(govuk::BODY) { "There is no agency yet." } }
        @else { (table.render()) }
        (without_officer(&agencies.without_officer))
        (vouched)
        h2 class=(govuk::HEADING_M) { "Add an agency" }
        (add.render(asker))
    }
}

/// Which agencies have nobody who looks into what their people look at.
fn without_officer(names: &[String]) -> Markup {
    if names.is_empty() {
        return Markup::default();
    }
    html! {
        h2 class=(govuk::HEADING_M) { "Agencies without a privacy officer" }
        p class=(govuk::BODY) {
            "Nobody has that role there who is confirmed. Until somebody has, hub managers are told in their "
            "place, and look into what stands out."
        }
        ul class=(govuk::LIST) { @for name in names { li { (name) } } }
    }
}

/// One agency.
pub fn agency(agency: &Agency, typed: &str, done: &Done, now: Timestamp) -> Markup {
    let row = &agency.row;
    let at = |part: &str| format!("/agencies/{}/{part}", row.reference);
    html! {
        (done.banner())
        span class=(govuk::CAPTION_L) { (words::capital(&row.kind)) }
        h1 class=(govuk::HEADING_L) { (row.name) }
        p class=(govuk::BODY) { (link(&at("name"), "Change its name or kind")) }
        @if row.kind != PUBLIC {
            p class=(govuk::BODY) { (link(&at("identity-provider"), "How its staff sign in with its own accounts")) }
        }
        h2 class=(govuk::HEADING_M) { "Teams" }
        (parts("Teams of this agency", "/teams/", &agency.teams, "It has no team yet."))
        p class=(govuk::BODY) { (link(&at("teams"), "Add a team")) }
        h2 class=(govuk::HEADING_M) { "Settings" }
        (parts("Settings of this agency", "/places/", &agency.settings, "It has no setting yet."))
        p class=(govuk::BODY) { (link(&at("settings"), "Add a setting")) }
        h2 class=(govuk::HEADING_M) { "Staff" }
        p class=(govuk::BODY) { (link(&at("staff"), "Add a member of staff")) }
        form method="get" action={ "/agencies/" (row.reference) } role="search" {
            (TextInput::new("q").label("Find by name").value(typed).render())
            (Button::new("Find").secondary().render())
        }
        (workers(agency, typed, now))
    }
}

fn parts(caption: &str, path: &str, parts: &[Part], none: &str) -> Markup {
    if parts.is_empty() {
        return html! { p class=(govuk::BODY) { (none) } };
    }
    let mut table = Table::new(caption).head(["Name", "Kind", "Telephone"]);
    for part in parts {
        table = table.cells(vec![
            link(&format!("{path}{}", part.reference), &part.name),
            html! { (words::capital(&part.kind)) },
            html! { (part.phone.as_deref().unwrap_or("Not given")) },
        ]);
    }
    table.render()
}

fn workers(agency: &Agency, typed: &str, now: Timestamp) -> Markup {
    if agency.staff.is_empty() {
        let none = if typed.is_empty() {
            "Nobody works here yet."
        } else {
            "Nobody here has such a name."
        };
        return html! { p class=(govuk::BODY) { (none) } };
    }
    let today = day_of(now);
    let mut table = Table::new("Staff by name").head(["Name", "Job", "Setting", "Since"]);
    for worker in &agency.staff {
        table = table.cells(vec![
            html! {
                (link(&format!("/staff/{}", worker.reference), &worker.name))
                (standing(worker.joined_on.0, worker.left_on.map(|on| on.0), today, "Has left"))
            },
            html! { (worker.job) },
            html! { (worker.setting.as_deref().unwrap_or("The agency itself")) },
            html! { (words::day(worker.joined_on.0)) },
        ]);
    }
    html! {
        (table.render())
        @if agency.found > MOST {
            p class=(govuk::BODY) {
                "The first " (MOST) " of " (agency.found) " are shown. Find others by name."
            }
        }
    }
}

/// Whether something has not begun yet, or is over.
fn standing(from: Date, until: Option<Date>, today: Date, over: &str) -> Markup {
    let word = if until.is_some_and(|until| until <= today) {
        over
    } else if from > today {
        "Not yet"
    } else {
        return Markup::default();
    };
    html! { " " (Tag::new(word).grey().render()) }
}

/// One team.
pub fn team(team: &Team, done: &Done, now: Timestamp) -> Markup {
    let row = &team.row;
    let today = day_of(now);
    let mut table = Table::new("People of the team").head(["Name", "Job", "From", "Until"]);
    for member in &team.members {
        let until = member.until_on.map(|on| on.0);
        table = table.cells(vec![
            html! {
                (link(&format!("/staff/{}", member.reference), &member.name))
                (standing(member.from_on.0, until, today, "No longer"))
            },
            html! { (member.job) },
            html! { (words::day(member.from_on.0)) },
            html! { (until.map_or_else(|| "No end set".to_owned(), words::day)) },
        ]);
    }
    html! {
        (done.banner())
        span class=(govuk::CAPTION_L) { (words::capital(&row.kind)) ", " (row.agency) }
        h1 class=(govuk::HEADING_L) { (row.name) }
        p class=(govuk::BODY) { "Telephone: " (row.phone.as_deref().unwrap_or("not given")) }
        p class=(govuk::BODY) {
            (link(&format!("/teams/{}/details", row.reference), "Change the team"))
        }
        @if team.members.is_empty() {
            p class=(govuk::BODY) {
                "Nobody is in it yet. People are added to a team on their own page."
            }
        } @else { (table.render()) }
    }
}

/// One member of staff.
pub fn staff(
    asker: &Asker,
    staff: &Staff,
    done: &Done,
    typed: Typed<'_>,
    now: Timestamp,
) -> Markup {
    let row = &staff.row;
    let today = day_of(now);
    let has_left = row.left_on.is_some_and(|left| left.0 <= today);
    html! {
        (done.banner())
        (typed.summary())
        span class=(govuk::CAPTION_L) { (row.agency) }
        h1 class=(govuk::HEADING_L) {
            (row.name) (standing(row.joined_on.0, row.left_on.map(|on| on.0), today, "Has left"))
        }
        (known(staff))
        @if staff.holds > 0 && (row.left_on.is_some() || holds_no_hub_role(staff, today)) {
            (WarningText::new(&format!("They have taken on {} in the hub. Tell a hub manager, who finds them in the queue under “Who has it”.", requests(staff.holds))).render())
        }
        @if staff.is_own {
            (InsetText::new("This is you. Nobody changes their own roles, sign-in or last day: ask a colleague in the Business Unit.").render())
        } @else {
            ul class=(govuk::LIST) {
                @if !has_left {
                    li { (link(&format!("/staff/{}/code", row.reference), "Give them a code for signing in")) }
                }
                li { (link(&format!("/staff/{}/leaving", row.reference), "Say on which day they leave")) }
            }
        }
        (connection(asker, staff))
        h2 class=(govuk::HEADING_M) { "Roles" }
        (roles(asker, staff, typed, today))
        h2 class=(govuk::HEADING_M) { "Teams" }
        (teams(asker, staff, typed, today))
    }
}

fn requests(count: i64) -> String {
    if count == 1 { "1 open request".to_owned() } else { format!("{count} open requests") }
}

fn holds_no_hub_role(staff: &Staff, today: Date) -> bool {
    !staff.roles.iter().any(|held| {
        let is_held = held.from_on.0 <= today && held.until_on.is_none_or(|u| u.0 > today);
        is_held && Role::of_slug(&held.role).is_some_and(Role::is_in_the_hub)
    })
}

fn known(staff: &Staff) -> Markup {
    let row = &staff.row;
    let left = row.left_on.map_or_else(|| "No day set".to_owned(), |on| words::day(on.0));
    let trained =
        row.trained_until.map_or_else(|| "Not kept here".to_owned(), |on| words::day(on.0));
    let signs_in = match (row.has_password, staff.code_waits) {
        (_, Some(made)) => format!("A code was made {} and waits", words::moment(made.0)),
        (true, None) => "Has a password".to_owned(),
        (false, None) => "Can’t sign in yet: give them a code".to_owned(),
    };
    html! {
        (SummaryList::new()
            .row("Job", &row.job)
            .row("Setting", row.setting.as_deref().unwrap_or("The agency itself"))
            .row("Work email address", &row.email)
            .row("Telephone", row.phone.as_deref().unwrap_or("Not given"))
            .row("Led by", row.manager.as_deref().unwrap_or("Not said"))
            .row("Safeguarding training current until", &trained)
            .row("Joined", &words::day(row.joined_on.0))
            .row("Gone from", &left)
            .row("Signing in", &signs_in)
            .render())
        p class=(govuk::BODY) {
            (link(&format!("/staff/{}/details", row.reference), "Change their details"))
        }
    }
}

fn roles(asker: &Asker, staff: &Staff, typed: Typed<'_>, today: Date) -> Markup {
    let read =
        |slug: &str| Role::of_slug(slug).map_or_else(|| slug.to_owned(), |r| r.title().to_owned());
    let mut table = Table::new("Roles, the newest first").head(["Role", "From", "Until"]);
    for held in &staff.roles {
        let until = held.until_on.map(|on| on.0);
        table = table.cells(vec![
            html! { (read(&held.role)) (standing(held.from_on.0, until, today, "No longer")) },
            html! { (words::day(held.from_on.0)) },
            html! { (until.map_or_else(|| "No end set".to_owned(), words::day)) },
        ]);
    }
    let mut choice = Select::new("role").label("Role").value(typed.get("role"));
    choice = choice.error(typed.error("role")).item("", "Choose one");
    for role in Role::ALL {
        choice = choice.item(role.slug(), role.title());
    }
    html! {
        @if staff.roles.is_empty() {
            p class=(govuk::BODY) { "They hold no role, and see nothing when they sign in." }
        } @else { (table.render()) }
        @if !staff.is_own {
            @for held in staff.roles.iter().filter(|h| h.until_on.is_none_or(|u| u.0 > today)) {
                (End {
                    what: format!("role-{}", held.role),
                    title: format!("End “{}”", read(&held.role)),
                    action: format!("/staff/{}/roles/end", staff.row.reference),
                    ended: &held.role,
                    from: held.from_on.0,
                    seen: held.until_on.map(|on| on.0),
                }.render(asker, typed))
            }
            h3 class=(govuk::HEADING_S) { "Give a role" }
            (Form::new(&format!("/staff/{}/roles", staff.row.reference), &asker.form_token)
                .content(html! {
                    (choice.render())
                    (typed.date("role-from", "First day", "Today or later"))
                    (typed.date("role-until", "Until", UNTIL))
                    (Button::new("Give the role").secondary().render())
                }).render())
        }
    }
}

/// What an end is.
const UNTIL: &str = "The first day on which it is over; nothing where no end is known";

fn teams(asker: &Asker, staff: &Staff, typed: Typed<'_>, today: Date) -> Markup {
    let mut table = Table::new("Teams, the newest first").head(["Team", "From", "Until"]);
    for time in &staff.teams {
        let until = time.until_on.map(|on| on.0);
        table = table.cells(vec![
            html! {
                (link(&format!("/teams/{}", time.reference), &time.name))
                (standing(time.from_on.0, until, today, "No longer"))
            },
            html! { (words::day(time.from_on.0)) },
            html! { (until.map_or_else(|| "No end set".to_owned(), words::day)) },
        ]);
    }
    let mut choice = Select::new("team").label("Team").value(typed.get("team"));
    choice = choice.error(typed.error("team")).item("", "Choose one");
    for team in &staff.all_teams {
        choice = choice.item(&team.reference, &format!("{}: {}", team.agency, team.name));
    }
    html! {
        @if staff.teams.is_empty() { p class=(govuk::BODY) { "They are in no team." } }
        @else { (table.render()) }
        @for time in staff.teams.iter().filter(|t| t.until_on.is_none_or(|u| u.0 > today)) {
            (End {
                what: format!("team-{}", time.reference),
                title: format!("End their time in “{}”", time.name),
                action: format!("/staff/{}/teams/end", staff.row.reference),
                ended: &time.reference,
                from: time.from_on.0,
                seen: time.until_on.map(|on| on.0),
            }.render(asker, typed))
        }
        @if staff.all_teams.is_empty() {
            p class=(govuk::BODY) { "There is no team yet: add one on the page of an agency." }
        } @else {
            h3 class=(govuk::HEADING_S) { "Add them to a team" }
            (Form::new(&format!("/staff/{}/teams", staff.row.reference), &asker.form_token)
                .content(html! {
                    (choice.render())
                    (typed.date("team-from", "First day", ""))
                    (typed.date("team-until", "Until", UNTIL))
                    (Button::new("Add them").secondary().render())
                }).render())
        }
    }
}

/// A role or a time in a team that can be ended.
struct End<'a> {
    what: String,
    title: String,
    action: String,
    ended: &'a str,
    from: Date,
    seen: Option<Date>,
}

impl End<'_> {
    fn render(&self, asker: &Asker, typed: Typed<'_>) -> Markup {
        let field = format!("end-{}-{}", self.what, self.from);
        let seen = self.seen.map_or_else(String::new, |day| day.to_string());
        let hint = "The first day on which it is over. Today ends it at once.";
        let form = Form::new(&self.action, &asker.form_token)
            .hidden(&[
                ("ended".to_owned(), self.ended.to_owned()),
                ("from".to_owned(), self.from.to_string()),
                ("seen".to_owned(), seen),
                ("field".to_owned(), field.clone()),
            ])
            .content(html! {
                (typed.date(&field, "Until", hint))
                (Button::new("End it").secondary().render())
            });
        let is_wrong = typed.error(&field).is_some();
        Details::new(&self.title).open(is_wrong).content(form.render()).render()
    }
}

/// Whether somebody signs in with an account of their agency.
fn connection(asker: &Asker, staff: &Staff) -> Markup {
    let Some(connected) = staff.connected else { return Markup::default() };
    let used = connected.used_at.map_or_else(|| "Not yet".to_owned(), |at| words::moment(at.0));
    html! {
        h2 class=(govuk::HEADING_M) { "Their agency’s own sign-in" }
        (SummaryList::new()
            .row("Connected", &words::moment(connected.connected_at.0))
            .row("Last used", &used)
            .render())
        @if !staff.is_own {
            p class=(govuk::BODY) {
                "Whoever has that account at the agency signs in here as them. Once it is ended, whoever the agency "
                "then knows by their e-mail address is connected anew."
            }
            (Form::new(&format!("/staff/{}/connection/end", staff.row.reference), &asker.form_token)
                .content(Button::new("End the connection").secondary().render()).render())
        }
    }
}

/// On which day somebody leaves.
pub fn leaving(asker: &Asker, staff: &Staff, typed: Typed<'_>, theirs: bool) -> Markup {
    let row = &staff.row;
    let action = format!("/staff/{}/leaving", row.reference);
    let revision = || vec![typed.revision(row.revision)];
    html! {
        (typed.summary())
        @if theirs { (leaving_meanwhile(staff, typed)) }
        h1 class=(govuk::HEADING_L) { "The day on which " (row.name) " leaves" }
        p class=(govuk::BODY) {
            "From that day on they can’t sign in. If it is today or past, they are signed out at "
            "once. What they recorded stays, with their name."
        }
        @if staff.holds > 0 {
            (WarningText::new(&format!("They have taken on {} in the hub. Tell a hub manager before they go.", requests(staff.holds))).render())
        }
        (Form::new(&action, &asker.form_token).once(Some(typed.get("once"))).hidden(&revision()).content(html! {
            (typed.date("left", LEFT, "Like 27 3 2027"))
            (Button::new("Save the day").warning().render())
        }).render())
        @if row.left_on.is_some() {
            (Form::new(&action, &asker.form_token).hidden(&revision()).content(
                Button::new("They stay after all").secondary().sends("leaves", "no").render()
            ).render())
        }
    }
}

/// The day as somebody else saved it meanwhile, or another of the details, and as it was typed.
fn leaving_meanwhile(staff: &Staff, typed: Typed<'_>) -> Markup {
    let day = Twice {
        what: LEFT.to_owned(),
        saved: staff.row.left_on.map_or_else(|| "no day".to_owned(), |on| words::day(on.0)),
        typed: real_date(typed.fields, "left").map_or_else(|| "no day".to_owned(), words::day),
    };
    let happened = format!("Somebody else changed what is kept of {}.", staff.row.name);
    both(&happened, std::iter::once(day))
}

/// What the day of leaving is called.
const LEFT: &str = "First day on which they are gone";

/// The code by which somebody sets a password: shown once, or how to get one.
pub fn code(
    asker: &Asker,
    staff: &Staff,
    code: Option<&str>,
    address: &str,
    problems: &Problems,
) -> Markup {
    let row = &staff.row;
    let say = if row.has_password {
        "They have a password. With a code they set a new one, and are signed out everywhere."
    } else {
        "With the code they set a password that nobody else knows."
    };
    html! {
        (Typed { fields: &Fields::default(), problems }.summary())
        h1 class=(govuk::HEADING_L) { "A code for " (row.name) }
        @if let Some(code) = code {
            (WarningText::new("This code is shown once, here. Hand it to them in person or by telephone, and to nobody else.").render())
            (SummaryList::new()
                .content_row("Code", html! { strong { (code) } })
                .row("Works", "Once, for 24 hours")
                .row("Where they enter it", address)
                .row("Email address", &row.email)
                .render())
        } @else if staff.is_own {
            p class=(govuk::BODY) { "Nobody makes a code for themselves. Ask a colleague in the Business Unit." }
        } @else {
            p class=(govuk::BODY) { (say) " It works once, for 24 hours. A code that was made before stops working." }
            p class=(govuk::BODY) { "Be sure that it is really them who asks. That you made it is kept in the journal." }
            (Form::new(&format!("/staff/{}/code", row.reference), &asker.form_token)
                .content(html! { span id="code" { (Button::new("Make a code").render()) } }).render())
        }
    }
}
