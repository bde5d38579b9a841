//! A form that brings a file. Its fields are read like those of any other; the file is bytes, and
//! nothing that a browser says of it is believed but its name. The bytes of whoever may not send any
//! are not held, nor more of anybody's than a file may have; the words are there when the file is not.

use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use uploads::{Limits, Refusal};

use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    web::{Asker, Fields, Posted, asking},
};

use super::{FILE, Place};

/// How many times more than a file may have is read of a body, so that whoever sent too much reads
/// why: a browser shows no answer that comes while it is still sending.
const PATIENCE: u64 = 4;
/// How much room a field takes beside its words.
const BESIDE: usize = 100;
/// What is said while too many send files.
pub const BUSY: &str = "Too many files are being sent at this moment. Choose it again in a minute";

/// A form with a file, sent from a page of this session.
pub struct PostedFile {
    pub posted: Posted,
    /// What is wrong with the file where it did not come.
    pub file: Result<Arrived, String>,
}

/// A file as it came.
pub struct Arrived {
    /// As the browser calls it.
    pub name: String,
    pub content: Vec<u8>,
    /// Its place in memory.
    pub place: Place,
}

impl FromRequest<App> for PostedFile {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let asker = Asker::from_request_parts(&mut parts, app).await?;
        doors::offers(app, &asker.actor, Action::AddInformation).await?;
        let most = Limits::default().file_bytes;
        let mut request = Request::from_parts(parts, body);
        let read = usize::try_from(most * PATIENCE).unwrap_or(usize::MAX);
        DefaultBodyLimit::max(read).apply(&mut request);
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Error::refusal("The form could not be read: it is damaged"))?;
        let (mut fields, mut said) = (Vec::new(), 0);
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
            if field.name() == Some(FILE) {
                file = arrived(field, most, app.room.to_take_in()).await;
                continue;
            }
            let name = field.name().unwrap_or_default().to_owned();
            match text(field, &mut said).await? {
                Ok(text) => fields.push((name, text)),
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
        Ok(Self { posted, file })
    }
}

/// The words of a field. All fields together may have no more than those of any other form.
async fn text(mut field: Field<'_>, said: &mut usize) -> Result<Result<String, MultipartError>> {
    let mut words = Vec::new();
    loop {
        match field.chunk().await {
            Ok(Some(part)) => words.extend_from_slice(&part),
            Ok(None) => break,
            Err(error) => return Ok(Err(error)),
        }
        if *said + words.len() > asking::MOST {
            return Err(asking::unreadable());
        }
    }
    // An empty field takes room as well.
    *said += words.len() + BESIDE;
    String::from_utf8(words).map(Ok).map_err(|_| asking::unreadable())
}

/// The file, or what to do about it. What has no place, or is more than a file may be, is read and
/// thrown away.
async fn arrived(mut field: Field<'_>, most: u64, place: Option<Place>) -> Result<Arrived, String> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let (mut content, mut length) = (Vec::new(), 0_u64);
    while let Some(part) = field.chunk().await.map_err(|error| broken(&error))? {
        length += part.len() as u64;
        if length <= most && place.is_some() {
            content.extend_from_slice(&part);
        } else {
            content = Vec::new();
        }
    }
    match (length, place) {
        // So a browser sends the field of a form in which nothing was chosen.
        (0, _) if name.is_empty() => Err("Choose the file".to_owned()),
        (0, _) => Err(Refusal::Empty.to_string()),
        (length, _) if length > most => Err(Refusal::TooLarge { most }.to_string()),
        (_, None) => Err(BUSY.to_owned()),
        (_, Some(place)) => Ok(Arrived { name, content, place }),
    }
}

fn broken(error: &MultipartError) -> String {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Refusal::TooLarge { most: Limits::default().file_bytes }.to_string();
    }
    "The file did not arrive whole. Choose it again and send it once more".to_owned()
}
