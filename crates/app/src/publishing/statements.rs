//! What Sightline says of itself: what it keeps of people and why, and for whom it works. They say
//! what is there and what was tested, and no more; a partnership's own notices say the rest.

use axum::extract::State;
use axum_extra::extract::CookieJar;
use maud::{Markup, html};

use crate::{
    App,
    error::Result,
    web::{asking::asker, layout, words},
};

/// `GET /privacy`
pub async fn privacy(State(app): State<App>, jar: CookieJar) -> Result<Markup> {
    let asker = asker(&app, &jar).await?;
    let partnership = app.partnership();
    let body = html! {
        h1 class=(govuk::HEADING_L) { "Privacy" }
        @if app.demo {
            p class=(govuk::BODY) {
                "This is a demonstration. Everybody in it is invented, and nothing about a real "
                "person may be entered."
            }
        }
        p class=(govuk::BODY) {
            (partnership.name) " uses Sightline so that worries about children reach the people "
            "who can help, and are answered in time. The agencies of the partnership decide what "
            "is kept and why. This page says what Sightline keeps; each agency’s own privacy "
            "notice says by which law, and for how long."
        }
        h2 class=(govuk::HEADING_M) { "What is kept" }
        ul class=(govuk::LIST) {
            li { "Of children, and of adults in their lives: names, dates of birth, sex, numbers such as the NHS number, addresses, school, family, and what was said about them." }
            li { "Of each request for support: what was said, what was decided and why, who did what and when, and what the requester was told." }
            li { "Of people who work with children and sign in: name, work e-mail and telephone, job, agency and roles." }
            li { "Of everybody who signs in: each look at a record and each change, with the time. Nobody can look without this being recorded." }
            li { "Wrong passwords, for a short time, so that guessing is slowed down." }
        }
        p class=(govuk::BODY) {
            "What happened is not edited or deleted. What was recorded wrongly is struck out with a "
            "reason, and stays readable. What need not be kept any longer is destroyed, by two people."
        }
        h2 class=(govuk::HEADING_M) { "Who can see it" }
        ul class=(govuk::LIST) {
            li { "The hub, which decides and answers." }
            li { "Whoever made a request, and the safeguarding lead of their setting, as far as the hub told them." }
            li { "Addresses that must be kept secret are shown only to the hub, for a purpose that is recorded." }
            li { "E-mails say only that something is waiting. They name nobody." }
        }
        h2 class=(govuk::HEADING_M) { "Cookies" }
        p class=(govuk::BODY) {
            "There is one cookie, which keeps you signed in, and one while you sign in with a passkey or with your organisation. "
            "They are needed for that and used for nothing else. Nothing is loaded from other sites, and nobody is counted or followed. "
            "What you enter in the calculator is not kept."
        }
        h2 class=(govuk::HEADING_M) { "What your browser keeps" }
        p class=(govuk::BODY) {
            "Your browser is told to keep no copy of any page. It still lists the addresses that you opened; no "
            "name stands in them. Signing out asks it to forget everything of Sightline but that list."
        }
        h2 class=(govuk::HEADING_M) { "Whom to ask" }
        p class=(govuk::BODY) {
            "To see what is kept about you, to have it corrected, or to object, ask "
            (partnership.name) " on " (words::ring(&partnership.hub_phone)) " ("
            (partnership.hub_hours) "). If you are not satisfied, you can complain to the "
            "Information Commissioner’s Office."
        }
    };
    Ok(layout::open_to_all(&app, asker.as_ref(), "Privacy", &body))
}

/// `GET /accessibility`
pub async fn accessibility(State(app): State<App>, jar: CookieJar) -> Result<Markup> {
    let asker = asker(&app, &jar).await?;
    let partnership = app.partnership();
    let body = html! {
        h1 class=(govuk::HEADING_L) { "Accessibility" }
        p class=(govuk::BODY) {
            "Everybody who is worried about a child must be able to say so. Sightline aims at level "
            "AA of the Web Content Accessibility Guidelines 2.2. Nobody from outside has audited it "
            "yet, so we do not say that it conforms."
        }
        h2 class=(govuk::HEADING_M) { "What is tested with every change" }
        ul class=(govuk::LIST) {
            li { "The pages on the ways that people take through the service are checked by a program (axe) for the faults of levels A and AA that a program can find." }
            li { "Those pages do not scroll sideways on a screen 320 pixels wide." }
            li { "A request for support is made without JavaScript." }
            li { "A request for support is begun with the keyboard alone." }
        }
        h2 class=(govuk::HEADING_M) { "What is not known" }
        ul class=(govuk::LIST) {
            li { "It was not tried out with screen readers, voice control or screen magnifiers." }
            li { "It was not tried out by people with disabilities." }
            li { "It is in English only, without Easy Read or British Sign Language." }
            li { "Nobody has checked every page by hand against every rule." }
        }
        h2 class=(govuk::HEADING_M) { "If something does not work for you" }
        p class=(govuk::BODY) {
            "If a child is in danger, ring 999. You can always make a request by telephone: "
            (words::ring(&partnership.hub_phone)) " (" (partnership.hub_hours) "), and at other "
            "times " (words::ring(&partnership.out_of_hours_phone)) ". Tell us there what did not "
            "work. If you are not satisfied with the answer, the Equality Advisory and Support "
            "Service can advise you."
        }
    };
    Ok(layout::open_to_all(&app, asker.as_ref(), "Accessibility", &body))
}
