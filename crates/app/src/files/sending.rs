//! Sending a file with a request: what it is, in words, is added to the request like anything else,
//! and the file comes with it. So the hub knows what waits there before it opens anything.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use uploads::{Limits, Standing};

use super::{
    FILE, apart,
    receiving::{self, Arrived, PostedFile},
    scanning,
    store::{self, Enclosed},
    views,
};
use crate::{
    App,
    access::Action,
    doors::{self, Change, Pen},
    error::{Error, Result},
    front_door::{contacts, reading::OpenContact, screening},
    limits::{TEXT, filled},
    pathways::Words,
    web::{
        Asker, Fields, layout,
        typed::{Problems, Typed, given_back},
    },
};

/// What is said where a file has no words.
const SAY_WHAT: &str = "Enter what the file is, and who made it";

/// Sends a file with a request, by the requester or anybody who may read it.
pub struct SendFile {
    /// The contact's reference.
    pub contact: String,
    /// What it is.
    pub said: String,
    /// Whether it shows that a child is in immediate danger.
    pub danger: bool,
    pub file: Enclosed,
}

impl Change for SendFile {
    type Made = ();
    const WHAT: &'static str = "files:send";
    const ACTION: Action = Action::AddInformation;

    fn asked(&self) -> String {
        self.contact.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let contact = contacts::find(pen.tx, &pen.scope, &self.contact).await?;
        filled(&self.said, TEXT, SAY_WHAT)?;
        let file = store::keep(pen, contact.id, self.file).await?;
        let words = Words::from([("said".to_owned(), self.said), (FILE.to_owned(), file)]);
        screening::add(pen, &contact, words, self.danger).await
    }
}

/// `GET /contacts/{reference}/files`
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Path(contact): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, &contact, &Fields::default(), &Problems::default()).await
}

async fn shown(
    app: &App,
    asker: &Asker,
    contact: &str,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let look = OpenContact { reference: contact.to_owned() };
    doors::open(app, &asker.actor, look).await?;
    let is_scanned = app.scanner != scanning::Scanner::Nobody;
    let body = views::form(asker, contact, is_scanned, Typed { fields, problems });
    let back = (format!("/contacts/{contact}"), format!("Request {contact}"));
    Ok(layout::page_with_back(app, asker, &problems.title(views::TITLE), (&back.0, &back.1), &body))
}

/// `POST /contacts/{reference}/files`
pub async fn send(
    State(app): State<App>,
    Path(contact): Path<String>,
    sent: PostedFile,
) -> Result<Response> {
    let PostedFile { posted, file } = sent;
    let (fields, actor) = (&posted.fields, &posted.asker.actor);
    let mut problems = Problems::default();
    problems
        .add_any("said", filled(fields.get("said"), TEXT, SAY_WHAT).err().map(|e| e.to_string()));
    if !matches!(fields.get("danger"), "yes" | "no") {
        problems.add("danger", "Choose whether a child is in immediate danger");
    }
    let file = match file {
        // Nothing is looked through in vain.
        Ok(arrived) if problems.is_empty() => looked_through(&app, arrived).await,
        Ok(_) => Err(Error::beside(FILE, "Choose the file again")),
        Err(say) => Err(Error::beside(FILE, say)),
    };
    let made = match file {
        Ok(file) if file.is_harmful() => {
            doors::record(&app, actor, RefuseFile { contact: contact.clone() }).await?;
            Err(scanning::harmful())
        }
        Ok(file) => {
            let change = SendFile {
                contact: contact.clone(),
                said: fields.get("said").to_owned(),
                danger: fields.get("danger") == "yes",
                file,
            };
            doors::record_once(&app, actor, fields.once(), change).await
        }
        Err(error) => Err(error),
    };
    // A browser can't be given a file back: that is said here, and everything else is still there.
    let (fields, error) = match made {
        Ok(()) => return Ok(Redirect::to(&format!("/contacts/{contact}")).into_response()),
        Err(Error::Stale) => (fields.seen_anew(), Error::beside(FILE, SENT_BEFORE)),
        // Under its own key: what was taken after all is not taken twice.
        Err(Error::Busy) => (fields.clone(), Error::beside(FILE, receiving::BUSY)),
        Err(error) => (fields.clone(), error),
    };
    problems.append(Problems::refused(error, "said")?);
    Ok(given_back(shown(&app, &posted.asker, &contact, &fields, &problems).await?))
}

/// What is said of another file in a form that was sent already.
const SENT_BEFORE: &str = "A file was sent with this form already: it stands on the page of the \
    request. To send another, choose it again";

/// What may be kept of a file that came; the scanner looks at it as it came.
async fn looked_through(app: &App, arrived: Arrived) -> Result<Enclosed> {
    let keys = Arc::clone(&app.keys);
    // Whoever goes away meanwhile makes no room for another before this is done.
    let looked = apart(move || {
        let taken = uploads::take(&arrived.content, &Limits::default());
        let enclosed = taken.map(|taken| Enclosed::of(&keys, &taken, &arrived.name));
        (enclosed, arrived)
    });
    let (enclosed, arrived) = looked.await?;
    let enclosed = enclosed.map_err(|refusal| Error::beside(FILE, refusal.to_string()))??;
    let standing = app.scanner.ask(&arrived.content, Standing::Waiting).await;
    Ok(enclosed.standing(standing))
}

/// Writes down that a scanner found something in a file that somebody sent, which was not kept.
#[derive(Debug)]
struct RefuseFile {
    contact: String,
}

impl Change for RefuseFile {
    type Made = ();
    const WHAT: &'static str = "files:refuse";
    const ACTION: Action = Action::AddInformation;

    fn asked(&self) -> String {
        self.contact.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let contact = contacts::find(pen.tx, &pen.scope, &self.contact).await?;
        pen.journal(Self::WHAT, &[contact.id.0], &[]).await?;
        Ok(())
    }
}
