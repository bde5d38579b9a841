//! Sending a file with a request: what it is, in words, is added to the request like anything else,
//! and the file comes with it. So the hub knows what waits there before it opens anything.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use uploads::{Limits, Standing};

use super::{
    FILE, apart,
    receiving::{Arrived, PostedFile},
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
        Asker, Fields, Posted, layout,
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
    let PostedFile { posted, file, .. } = &sent;
    let fields = &posted.fields;
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
        Err(say) => Err(Error::beside(FILE, say.clone())),
    };
    let file = match file {
        Ok(file) => file,
        Err(error) => {
            problems.append(Problems::refused(error, FILE)?);
            return again(&app, posted, &contact, &problems).await;
        }
    };
    let change = SendFile {
        contact: contact.clone(),
        said: fields.get("said").to_owned(),
        danger: fields.get("danger") == "yes",
        file,
    };
    match doors::record_once(&app, &posted.asker.actor, fields.once(), change).await {
        Ok(()) => Ok(Redirect::to(&format!("/contacts/{contact}")).into_response()),
        Err(error) => again(&app, posted, &contact, &Problems::refused(error, "said")?).await,
    }
}

async fn again(app: &App, posted: &Posted, contact: &str, problems: &Problems) -> Result<Response> {
    Ok(given_back(shown(app, &posted.asker, contact, &posted.fields, problems).await?))
}

/// What may be kept of a file that came; the scanner looks at it as it came.
async fn looked_through(app: &App, arrived: &Arrived) -> Result<Enclosed> {
    let (name, content) = (arrived.name.clone(), arrived.content.clone());
    let taken = apart(move || {
        let taken = uploads::take(&content, &Limits::default());
        taken.map(|taken| Enclosed::of(taken, &name, Standing::Waiting))
    });
    let enclosed = taken.await?.map_err(|refusal| Error::beside(FILE, refusal.to_string()))?;
    match app.scanner.ask(&arrived.content, Standing::Waiting).await {
        Standing::Found(_) => Err(scanning::harmful()),
        standing => Ok(enclosed.standing(standing)),
    }
}
