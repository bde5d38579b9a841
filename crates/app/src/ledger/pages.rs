//! The administrator's form that lets e-mails leave again after a restore.

use axum::{extract::State, response::Response};
use govuk::{Button, Form, Radios};
use maud::{Markup, html};

use super::restored::{Held, Old, Release};
use crate::{
    App, doors,
    error::{Error, Result},
    running,
    web::{
        Asker, Posted,
        done::Done,
        typed::{Problems, leads_on},
        words,
    },
};

/// The form.
pub fn release(asker: &Asker, held: &Held, problems: &Problems) -> Markup {
    let of = held.taken_at.map_or_else(
        || "This database is older than what was written down beside it".to_owned(),
        |taken| format!("This database was restored from a backup of {}", words::moment(taken.0)),
    );
    let letters = |count: i64| match count {
        1 => "1 e-mail".to_owned(),
        count => format!("{count} e-mails"),
    };
    html! {
        h2 class=(govuk::HEADING_M) { "E-mails wait" }
        p class=(govuk::BODY) {
            (of) ", " (words::moment(held.at.0)) ". No e-mail has left since: " (letters(held.before))
            " waited before, and may have been sent long ago; " (letters(held.since)) " came since. What they are "
            "about stands on people’s pages. Until you release them, ring whoever must know at once."
        }
        (Form::new("/system/letters", &asker.form_token).content(html! {
            (Radios::new("old").legend("What becomes of those from before?").error(problems.beside("old"))
                .item("thrown-away", "They are not sent")
                .item("sent", "They are sent, perhaps a second time")
                .render())
            (Button::new("Let e-mails leave").render())
        }).render())
    }
}

/// `POST /system/letters`
pub async fn release_letters(State(app): State<App>, posted: Posted) -> Result<Response> {
    let (fields, actor) = (&posted.fields, &posted.asker.actor);
    let made = match Old::of_word(fields.get("old")) {
        Some(old) => doors::record_once(&app, actor, fields.once(), Release { old }).await,
        None => Err(Error::beside("old", "Choose what becomes of the e-mails from before")),
    };
    let made = made.map(|()| "/system?done=released".to_owned());
    leads_on(made, "old", async |problems| {
        running::shown(&app, &posted.asker, &Done::default(), &problems).await
    })
    .await
}
