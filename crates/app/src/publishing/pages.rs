//! The public pages: our timescales, and the guide to levels of need.

use axum::extract::State;
use axum_extra::extract::CookieJar;
use govuk::Table;
use maud::{Markup, html};
use practice::{
    calendar::day_of,
    pathway::Strength,
    processes::{PROCESSES, request_for_support::Level},
};

use crate::{
    App,
    error::Result,
    publishing::thresholds,
    web::{asking::asker, layout},
};

/// `GET /timescales`
pub async fn timescales(State(app): State<App>, jar: CookieJar) -> Result<Markup> {
    let asker = asker(&app, &jar).await?;
    let rules = app.rules();
    let today = day_of(app.clock.now());
    let body = html! {
        h1 class=(govuk::HEADING_L) { "Our timescales" }
        p class=(govuk::BODY) {
            "What we promise to do, and by when. Each follows from the rule that it names; the "
            "same rule runs the clock on every request."
        }
        @for process in PROCESSES {
            @let mut_table = process.duties(&rules.local, today).into_iter().fold(
                Table::new(process.title()).head(["What we do", "Within", "Who", "Where it is written"]),
                |table, duty| {
                    let strength = match duty.strength {
                        Strength::Statutory => "Statutory. ",
                        Strength::Local | Strength::Safeguard => "Local. ",
                    };
                    table.row([duty.what, &duty.within.describe(), duty.owner.title(), &format!("{strength}{}", duty.source)])
                },
            );
            (mut_table.render())
        }
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href="/timescales/calculator" { "Work out when something is due" }
        }
    };
    Ok(layout::open_to_all(&app, asker.as_ref(), "Our timescales", &body))
}

/// `GET /guide-to-levels`
pub async fn guide(State(app): State<App>, jar: CookieJar) -> Result<Markup> {
    let asker = asker(&app, &jar).await?;
    let body = html! {
        span class=(govuk::CAPTION_L) { (app.partnership().thresholds) }
        h1 class=(govuk::HEADING_L) { (thresholds::TITLE) }
        p class=(govuk::BODY) {
            "It helps you to say what you think. It is no test, and a child need not fit it. The "
            "hub decides by the document that is named above."
        }
        @for level in Level::ALL {
            h2 class=(govuk::HEADING_M) { (level.title()) }
            p class=(govuk::BODY) { (thresholds::in_short(level)) }
            ul class=(govuk::LIST) { @for sign in thresholds::signs(level) { li { (sign) } } }
        }
        p class=(govuk::BODY_S) { "Version " (thresholds::VERSION) " of this guide." }
    };
    Ok(layout::open_to_all(&app, asker.as_ref(), thresholds::TITLE, &body))
}
