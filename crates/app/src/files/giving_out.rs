//! Giving a file out: as a download, to whoever sees the entry that it came with, once a scanner found
//! nothing in it. A picture can be looked at small before it is downloaded; it is never shown unasked,
//! since it may be of an injury.

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use uploads::{Download, Limits, NotServed, Standing, picture, preview_headers};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    Place, apart,
    scanning::{self, Scanner},
    store::{self, Stored},
    views,
};
use crate::{
    App,
    access::Action,
    doors::{self, Glass, Look},
    error::{Error, Result},
    front_door::{contacts, reading},
    web::{Asker, layout},
};

/// Takes a file out of a request.
#[derive(Debug)]
pub struct TakeOut {
    /// The contact's reference.
    pub contact: String,
    /// The file's.
    pub file: String,
}

impl Look for TakeOut {
    type Seen = Stored;
    const WHAT: &'static str = "files:take-out";
    const ACTION: Action = Action::ReadContact;

    fn asked(&self) -> String {
        self.file.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Stored, Vec<Uuid>)> {
        let contact = contacts::find(&glass.db, &glass.scope, &self.contact).await?;
        let (tellings, mut subjects) = reading::tellings_of(glass, contact.id).await?;
        if !store::came_with(tellings.iter(), &self.file) {
            return Err(Error::NotFound);
        }
        let file = store::stored(&glass.db, &glass.app.keys, contact.id, &self.file).await?;
        subjects.extend([contact.id.0, file.id]);
        Ok((file, subjects))
    }
}

/// `GET /contacts/{reference}/files/{file}`
pub async fn download(
    State(app): State<App>,
    asker: Asker,
    Path((contact, file)): Path<(String, String)>,
) -> Result<Response> {
    let place = app.room.to_give_out()?;
    let look = TakeOut { contact: contact.clone(), file };
    let file = doors::open(&app, &asker.actor, look).await?;
    match Download::of(&standing(&app, &file).await?, &file.name) {
        Ok(download) => {
            let held = Held { content: file.content, _place: place };
            bytes(Bytes::from_owner(held), download.headers())
        }
        Err(why) => Ok(not_served(&app, &asker, &contact, why)),
    }
}

/// `GET /contacts/{reference}/files/{file}/small`
pub async fn small(
    State(app): State<App>,
    asker: Asker,
    Path((contact, file)): Path<(String, String)>,
) -> Result<Response> {
    let place = app.room.to_draw()?;
    let look = TakeOut { contact: contact.clone(), file };
    let file = doors::open(&app, &asker.actor, look).await?;
    if let Err(why) = Download::of(&standing(&app, &file).await?, &file.name) {
        return Ok(not_served(&app, &asker, &contact, why));
    }
    if !file.kind.is_shown() {
        return Err(Error::NotFound);
    }
    let drawn = apart(move || {
        // Whoever goes away meanwhile makes no room for another before this is done.
        let _place = place;
        picture::preview(file.kind, &file.content, &Limits::default())
    });
    match drawn.await? {
        Ok(drawn) => bytes(drawn.into(), &preview_headers()),
        Err(why) => Err(Error::refusal(why.to_string())),
    }
}

/// How a file stands, once it was looked at. In a demo without a scanner its page says that nothing
/// looks: there nobody's machine is at risk from a stranger's file.
async fn standing(app: &App, file: &Stored) -> Result<Standing> {
    let is_unlooked = app.demo && app.scanner == Scanner::Nobody;
    match file.standing {
        Standing::Waiting if is_unlooked => Ok(Standing::NothingFound),
        _ => scanning::look_at(app, file).await,
    }
}

/// A file on its way out: its place is taken until the last byte is read.
struct Held {
    content: Zeroizing<Vec<u8>>,
    _place: Place,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.content
    }
}

fn bytes(content: Bytes, headers: &[(&'static str, String)]) -> Result<Response> {
    let mut response = Body::from(content).into_response();
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).map_err(|e| Error::fault("naming a file", e))?;
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(response)
}

fn not_served(app: &App, asker: &Asker, contact: &str, why: NotServed) -> Response {
    let back = format!("/contacts/{contact}");
    let body = views::not_served(why);
    let page = layout::page_with_back(app, asker, views::NOT_SERVED, (&back, "Back"), &body);
    let status = match why {
        NotServed::NotScanned => StatusCode::SERVICE_UNAVAILABLE,
        NotServed::Harmful => StatusCode::GONE,
    };
    (status, page).into_response()
}
