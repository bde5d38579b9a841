//! The frame of every page: the name of the service, who is signed in, what they can go to, the
//! demo's banner, whom to ring and what the service says of itself. Pages fill the middle.

use govuk::{BackLink, Button, Details, Page, PhaseBanner, ServiceNavigation};
use maud::{Markup, html};

use super::{Asker, words};
use crate::{
    App,
    access::{self, Action},
};

/// The name of the service.
pub const SERVICE: &str = "Sightline";

/// A page for somebody who is signed in.
pub fn page(app: &App, asker: &Asker, title: &str, body: &Markup) -> Markup {
    framed(app, Some(asker), title, None, body)
}

/// As [`page`], with a link back to where they came from.
pub fn page_with_back(
    app: &App,
    asker: &Asker,
    title: &str,
    back: (&str, &str),
    body: &Markup,
) -> Markup {
    framed(app, Some(asker), title, Some(back), body)
}

/// As [`page_with_back`], for a page that is printed to be handed over: whoever gets it keeps it.
pub fn page_to_hand_over(
    app: &App,
    asker: &Asker,
    title: &str,
    back: (&str, &str),
    body: &Markup,
) -> Markup {
    noted(app, Some(asker), title, Some(back), body, handed_over)
}

/// A page for anybody.
pub fn public(app: &App, asker: Option<&Asker>, title: &str, body: &Markup) -> Markup {
    framed(app, asker, title, None, body)
}

/// A page that anybody reads. Whoever is not signed in may be watched at home, and can leave it at
/// once.
pub fn open_to_all(app: &App, asker: Option<&Asker>, title: &str, body: &Markup) -> Markup {
    let is_outside = asker.is_none();
    let body = html! { @if is_outside { (leave_quickly()) } (body) };
    framed(app, asker, title, None, &body)
}

/// Where somebody is who has left: a page that nobody wonders at.
const ELSEWHERE: &str = "https://www.bbc.co.uk/weather";

/// The way out, and what it does not hide. It works without scripts; with them the page is not
/// found again by going back.
fn leave_quickly() -> Markup {
    html! {
        div class={ "app-leave " (govuk::NOT_PRINTED) } {
            (Button::new("Leave this page now").warning().href(ELSEWHERE).render())
        }
        // Before what follows is read, so that nothing of it shows to whoever goes back.
        script src=(govuk::asset_url("leave.js")) {}
        (Details::new("What leaving does not hide")
            .content(html! {
                p class=(govuk::BODY) {
                    "It opens a page about the weather in place of this one. You can also press Shift three times. "
                    "Going back then shows none of these pages, and until then leads out of them. "
                    "Without scripts it does not hide them from whoever goes back. "
                    "The browser still lists the pages that you opened, and whoever runs the network may see that "
                    "you were here. A private window, or a device that only you use, is safer."
                }
            })
            .render())
    }
}

/// A page that says what did not happen, under its title.
pub fn problem(app: &App, asker: Option<&Asker>, title: &str, body: &Markup) -> Markup {
    let body = html! { h1 class=(govuk::HEADING_L) { (title) } (body) };
    framed(app, asker, title, None, &body)
}

fn framed(
    app: &App,
    asker: Option<&Asker>,
    title: &str,
    back: Option<(&str, &str)>,
    body: &Markup,
) -> Markup {
    noted(app, asker, title, back, body, on_paper)
}

/// As [`framed`], with what paper says of itself.
fn noted(
    app: &App,
    asker: Option<&Asker>,
    title: &str,
    back: Option<(&str, &str)>,
    body: &Markup,
    note: fn(&App, &str) -> Markup,
) -> Markup {
    let mut page = Page::new(SERVICE, &format!("{title} – {SERVICE}"));
    page = match asker.and_then(|a| a.actor.signed_in().ok()) {
        Some(member) => page
            .corner(&member.name, "/session")
            .content(html! { (body) (note(app, &member.name)) }),
        None => page.corner("Sign in", access::pages::SIGN_IN).content(body.clone()),
    };
    if let Some(asker) = asker {
        page = page.navigation(navigation(asker));
    }
    if app.demo {
        page = page.banner(demo_banner());
    }
    if let Some((href, text)) = back {
        page = page.before(BackLink::new(href).text(text).render());
    }
    page.footer(foot(app)).render()
}

/// What paper must say of itself: it is of one moment, and whoever finds it knows whose it is.
fn on_paper(app: &App, name: &str) -> Markup {
    html! {
        p class=(govuk::ONLY_PRINTED) {
            "Printed by " (name) ", " (words::moment(app.clock.now())) ". What is new since then is "
            "not on it. Keep it where only those who need it can read it, and destroy it afterwards."
        }
    }
}

fn handed_over(app: &App, name: &str) -> Markup {
    html! {
        p class=(govuk::ONLY_PRINTED) {
            "Given to you by " (name) ", " (words::moment(app.clock.now())) "."
        }
    }
}

fn navigation(asker: &Asker) -> ServiceNavigation {
    let mut navigation = ServiceNavigation::new().item("/", "Your work");
    for (action, href, text) in [
        (Action::AskForSupport, "/requests", "Requests"),
        (Action::ReadQueue, "/hub", "Hub queue"),
        (Action::SearchPeople, "/people", "People"),
        (Action::ReadJournal, "/unusual-access", "Unusual access"),
        (Action::ReadFigures, "/figures", "Figures"),
        (Action::LookAfterOrganisations, "/agencies", "Agencies and staff"),
        (Action::SetLocalRules, "/settings/timescales", "Settings"),
        (Action::Administer, "/system", "System"),
    ] {
        if asker.actor.may(action) {
            navigation = navigation.item(href, text);
        }
    }
    navigation.item("/timescales", "Our timescales")
}

fn demo_banner() -> Markup {
    PhaseBanner::new("Demo")
        .text("Everybody here is invented. Don’t enter anything about a real child.")
        .render()
}

fn foot(app: &App) -> Markup {
    let partnership = app.partnership();
    html! {
        p class=(govuk::BODY_S) {
            "If a child is in immediate danger, ring 999. "
            "Request for Support Hub: " (words::ring(&partnership.hub_phone)) " (" (partnership.hub_hours) "). "
            "At other times the Emergency Duty Team: " (words::ring(&partnership.out_of_hours_phone)) "."
        }
        p class=(govuk::BODY_S) {
            a class=(govuk::LINK) href="/privacy" { "Privacy" }
            " · "
            a class=(govuk::LINK) href="/accessibility" { "Accessibility" }
        }
    }
}
