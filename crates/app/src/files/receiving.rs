//! A form that brings a file. Its fields are read like those of any other; the file is bytes, and
//! nothing that a browser says of it is believed but its name. Nobody's bytes are held who may not
//! send any, and never more of them than a file may have.

use axum::{
    body::Bytes,
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use tokio::sync::OwnedSemaphorePermit;
use uploads::{Limits, Refusal};

use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    web::{Asker, Fields, Posted, asking},
};

use super::FILE;

/// How many times more than a file may have is read of a body, so that whoever sent too much reads
/// why: a browser shows no answer that comes while it is still sending.
const PATIENCE: u64 = 4;

/// A form with a file, sent from a page of this session.
pub struct PostedFile {
    pub posted: Posted,
    /// What is wrong with the file where it did not come.
    pub file: Result<Arrived, String>,
    /// Room in memory for as long as it is needed.
    _room: OwnedSemaphorePermit,
}

/// A file as it came.
pub struct Arrived {
    /// As the browser calls it.
    pub name: String,
    pub content: Vec<u8>,
}

impl FromRequest<App> for PostedFile {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let asker = Asker::from_request_parts(&mut parts, app).await?;
        doors::offers(app, &asker.actor, Action::AddInformation).await?;
        let room = app.room.to_hold()?;
        let most = Limits::default().file_bytes;
        let mut request = Request::from_parts(parts, body);
        let read = usize::try_from(most * PATIENCE).unwrap_or(usize::MAX);
        DefaultBodyLimit::max(read).apply(&mut request);
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Error::refusal("The form could not be read: it is damaged"))?;
        let mut fields = Vec::new();
        let mut file = Err("Choose the file".to_owned());
        // What breaks in the middle of the file leaves the fields before it as they are.
        loop {
            let field = match form.next_field().await {
                Ok(Some(field)) => field,
                Ok(None) => break,
                Err(error) => {
                    file = Err(broken(&error));
                    break;
                }
            };
            let name = field.name().unwrap_or_default().to_owned();
            if name == FILE {
                file = arrived(field, most).await;
                continue;
            }
            match field.bytes().await {
                Ok(said) => fields.push((name, text(&said)?)),
                Err(error) => {
                    file = Err(broken(&error));
                    break;
                }
            }
        }
        // Sent again with another file, it is another form.
        if let Ok(arrived) = &file {
            fields.push((FILE.to_owned(), uploads::Place::of(&arrived.content).to_string()));
        }
        let posted = Posted::of(asker, Fields::of(fields)?)?;
        Ok(Self { posted, file, _room: room })
    }
}

fn text(said: &Bytes) -> Result<String> {
    let is_too_long = said.len() > asking::MOST;
    let said = std::str::from_utf8(said).ok().filter(|_| !is_too_long);
    said.map(str::to_owned).ok_or_else(asking::unreadable)
}

/// The file, or what to do about it. More than a file may have is read and thrown away.
async fn arrived(mut field: Field<'_>, most: u64) -> Result<Arrived, String> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let (mut content, mut length) = (Vec::new(), 0_u64);
    while let Some(part) = field.chunk().await.map_err(|error| broken(&error))? {
        length += part.len() as u64;
        if length <= most {
            content.extend_from_slice(&part);
        } else {
            content = Vec::new();
        }
    }
    match length {
        // So a browser sends the field of a form in which nothing was chosen.
        0 if name.is_empty() => Err("Choose the file".to_owned()),
        0 => Err(Refusal::Empty.to_string()),
        _ if length > most => Err(Refusal::TooLarge { most }.to_string()),
        _ => Ok(Arrived { name, content }),
    }
}

fn broken(error: &MultipartError) -> String {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Refusal::TooLarge { most: Limits::default().file_bytes }.to_string();
    }
    "The file did not arrive whole. Choose it again and send it once more".to_owned()
}
