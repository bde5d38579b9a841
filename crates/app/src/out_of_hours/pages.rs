//! The page on which the file for the night is made.

use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use govuk::{Button, Form, InsetText, WarningText};
use maud::{Markup, html};
use platform::serve::Peer;

use super::{gathering::TakeOut, sealing};
use crate::{
    App,
    access::{
        Action, passwords,
        second_step_pages::{self, asks_again},
    },
    doors,
    error::{Error, Result},
    limits::{LINE, filled},
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back},
    },
};

/// Where it is.
pub const PAGE: &str = "/out-of-hours";
/// What a code of one's own is typed into.
const CODE: &str = "one-time-code";
/// What it is called.
pub const TITLE: &str = "A file for the night";

/// `GET /out-of-hours`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::TakeOutForNight).await?;
    Ok(asked(&app, &asker, &Fields::default(), &Problems::default()))
}

fn asked(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Markup {
    let typed = Typed { fields, problems };
    let secret = |name: &str, label: &str, hint: &str| {
        // Neither is given back: it would stand in the page.
        govuk::TextInput::new(name)
            .label(label)
            .hint(hint)
            .input_type("password")
            .autocomplete("new-password")
            .error(typed.error(name))
            .render()
    };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "What is open in the hub, for a night on which Sightline can’t be reached. Any browser opens it, without a "
            "network, and nothing can be changed in it."
        }
        (WarningText::new("Whoever has the file and the passphrase reads about every child of whom something is open. Make it only where the night can’t do without it.").render())
        (InsetText::new("Addresses and numbers that must be kept secret, callers who must not be named, and records that few may see or somebody of your agency is kept away from are not in it.").render())
        @if asks_again(app, asker) { (second_step_pages::by_passkey(asker, PAGE)) }
        (Form::new(PAGE, &asker.form_token).content(html! {
            (typed.line("purpose", "For whom is it, and for which night?").hint("For example: the emergency duty team, the night to Friday. It is recorded with your name.").render())
            (secret("passphrase", "Passphrase", "Five words or more that nobody would guess. Tell it to them by telephone, never beside the file. Nobody can open the file without it, nor we."))
            (secret("again", "The same again", ""))
            @if asks_again(app, asker) {
                (second_step_pages::code_input("Code from your app, or from your printed list", typed.error(CODE)))
            }
            (Button::new("Make the file").render())
        }).render())
    };
    layout::page_with_back(app, asker, &problems.title(TITLE), ("/hub", "Hub queue"), &body)
}

/// `POST /out-of-hours`
pub async fn take_out(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    posted: Posted,
) -> Result<Response> {
    doors::offers(&app, &posted.asker.actor, Action::TakeOutForNight).await?;
    let fields = &posted.fields;
    let mut problems = Problems::default();
    let purpose = fields.get("purpose").to_owned();
    let why = "Enter for whom it is, and for which night";
    problems.add_any("purpose", filled(&purpose, LINE, why).err().map(|e| e.to_string()));
    // As it was typed: a space at its end is typed again.
    let passphrase = fields.0.iter().find(|(name, _)| name == "passphrase");
    let passphrase = passphrase.map_or("", |(_, said)| said.as_str());
    let partnership = app.partnership().name.clone();
    let judged = passwords::judge(passphrase, &[&partnership, "sightline", "out of hours"]);
    problems.add_any("passphrase", judged.err().map(|say| say.replace("password", "passphrase")));
    let again = fields.0.iter().find(|(name, _)| name == "again").map_or("", |(_, said)| said);
    if passphrase != again {
        problems.add("again", "The two are not the same");
    }
    if !problems.is_empty() {
        let page = asked(&app, &posted.asker, fields, &problems);
        return Ok(given_back(page));
    }
    let mut second_at = posted.asker.second_at;
    if asks_again(&app, &posted.asker) {
        match second_step_pages::taken_with(&app, peer, &posted, |_| false).await? {
            Ok(taken) => second_at = taken,
            Err(say) => problems.add(CODE, say),
        }
    }
    let taken = match problems.is_empty() {
        true => doors::open(&app, &posted.asker.actor, TakeOut { purpose, second_at }).await,
        false => return Ok(given_back(asked(&app, &posted.asker, fields, &problems))),
    };
    let extract = match taken {
        Err(Error::Beside { field, say }) => {
            problems.add(field, say);
            return Ok(given_back(asked(&app, &posted.asker, fields, &problems)));
        }
        taken => taken?,
    };
    let passphrase = passphrase.to_owned();
    // To derive the key takes as long as it is meant to: not on a thread that answers others.
    let file = tokio::task::spawn_blocking(move || sealing::file(&extract, &passphrase)).await;
    let file = file.map_err(|e| Error::fault("sealing what is taken out", e))??;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"for-the-night.html\""),
    ];
    Ok((headers, file).into_response())
}
