//! A browser without scripts for tests: it keeps a cookie, fills in the forms that pages hold, and
//! sends them through the router with everything around it.

use app::{App, web::routes};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use tower::ServiceExt;

/// A page, or whatever else came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub text: String,
    /// What came, where it is no text.
    pub bytes: Vec<u8>,
}

/// A field of a form: its name and what is in it.
pub type Field = (String, String);

#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookie: Option<String>,
    /// What a proxy says of whom it heard from.
    pub forwarded: Option<String>,
}

impl Browser {
    pub fn of(app: &App) -> Self {
        Self::with(routes::router(app.clone()))
    }

    pub fn with(router: Router) -> Self {
        Self { router, cookie: None, forwarded: None }
    }

    /// Somebody of the demo who has signed in.
    pub async fn signed_in(app: &App, email: &str) -> Self {
        let mut browser = Self::of(app);
        let page = browser.sign_in(email, app::demo::PASSWORD).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        browser
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        let fields = [("email", email), ("password", password)];
        self.send("/sign-in", &owned(&fields)).await
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Request::builder().uri(path), Body::empty()).await
    }

    /// Sends these fields and nothing else.
    /// Asks for a page, and says what for where that was dealt with.
    pub async fn opens(&mut self, path: &str) -> Page {
        let page = self.get(path).await;
        let opening = format!("{path}/opening");
        if !page.has_form(&opening) {
            return page;
        }
        self.fills(&opening, "purpose=news").await;
        self.get(path).await
    }

    pub async fn send(&mut self, path: &str, fields: &[Field]) -> Page {
        self.send_text(path, serde_html_form::to_string(fields).unwrap()).await
    }

    pub async fn send_text(&mut self, path: &str, text: impl Into<Body>) -> Page {
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request, text.into()).await
    }

    /// Sends these fields with the token of the session, as a page of ours would.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut fields = owned(fields);
        fields.push(("token".into(), self.token().await));
        self.send(path, &fields).await
    }

    /// As [`Browser::post`], with the fields percent-encoded.
    pub async fn fills(&mut self, path: &str, fields: &str) -> Page {
        let token = self.token().await;
        self.send_text(path, format!("token={token}&{fields}")).await
    }

    /// Searches for people: what is read after the form has led to what it finds.
    pub async fn searches(&mut self, fields: &str) -> Page {
        let page = self.fills("/people", fields).await;
        match page.status {
            StatusCode::SEE_OTHER => self.get(page.location()).await,
            _ => page,
        }
    }

    /// Sends a form with a file, as a page of ours would: the token and these fields before it.
    pub async fn sends_file(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Page {
        let mut fields = owned(fields);
        fields.insert(0, ("token".into(), self.token().await));
        let body = in_parts(&fields, Some(file));
        self.send_parts(path, body).await
    }

    /// Sends the body of a form in parts.
    pub async fn send_parts(&mut self, path: &str, body: impl Into<Body>) -> Page {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request =
            Request::builder().method("POST").uri(path).header(header::CONTENT_TYPE, kind);
        self.ask(request, body.into()).await
    }

    pub async fn token(&mut self) -> String {
        let page = self.get("/session").await;
        page.form("/sign-out").into_iter().find(|(name, _)| name == "token").expect("a token").1
    }

    pub async fn ask(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let request = match &self.forwarded {
            Some(said) => request.header("x-forwarded-for", said),
            None => request,
        };
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.into(),
        }
    }
}

const BOUNDARY: &str = "----between-the-parts";

/// The body of a form with these fields, and with a file.
pub fn in_parts(fields: &[Field], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let head = |disposition: String| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n")
    };
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(head(format!("name=\"{name}\"")).bytes().chain(value.bytes()));
        body.extend(b"\r\n");
    }
    if let Some((name, content)) = file {
        body.extend(head(format!("name=\"file\"; filename=\"{name}\"")).bytes());
        body.extend(content.iter().chain(b"\r\n"));
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

impl Page {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// What the form that goes there would send if nobody touched it. Only `input`s are read.
    pub fn form(&self, action: &str) -> Vec<Field> {
        self.inputs(action, |_| true)
    }

    /// As [`Page::form`], of choices only those that are made.
    pub fn chosen(&self, action: &str) -> Vec<Field> {
        let is_choice =
            |tag: &str| tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        self.inputs(action, |tag| !is_choice(tag) || tag.contains(" checked"))
    }

    fn inputs(&self, action: &str, counts: impl Fn(&str) -> bool) -> Vec<Field> {
        let start = format!("action=\"{action}\"");
        let at = self.text.find(&start).unwrap_or_else(|| panic!("no form: {}", self.text));
        let form = self.text[at..].split("</form>").next().unwrap();
        form.split("<input ")
            .skip(1)
            .filter(|tag| tag.split('>').next().is_some_and(&counts))
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
            .collect()
    }

    /// What stands in a field of several lines.
    pub fn lines(&self, name: &str) -> String {
        let begins = format!("name=\"{name}\"");
        let area = self.text.split(&begins).nth(1).unwrap_or_else(|| panic!("{}", self.text));
        let said = area.split_once('>').and_then(|(_, rest)| rest.split_once("</textarea>"));
        let said = said.expect("a field of several lines").0;
        let marks =
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        marks.iter().fold(said.to_owned(), |said, (code, mark)| said.replace(code, mark))
    }

    pub fn has_form(&self, action: &str) -> bool {
        self.text.contains(&format!("action=\"{action}\""))
    }

    /// What its summary of errors leads to, in order.
    pub fn errors_lead_to(&self) -> Vec<String> {
        let list = self.text.split("govuk-error-summary__list").nth(1);
        let list = list.and_then(|l| l.split("</ul>").next()).unwrap_or_default();
        list.split("<a ").skip(1).filter_map(|link| attribute(link, "href")).collect()
    }

    /// Whether something on it has that id.
    pub fn has_id(&self, id: &str) -> bool {
        self.text.contains(&format!(" id=\"{id}\""))
    }

    /// Whether a person reads these words: not those in attributes.
    pub fn reads(&self, words: &str) -> bool {
        let escaped = maud::html! { (words) }.into_string();
        let seen: String =
            self.text.split('<').filter_map(|part| part.split_once('>')).map(|(_, t)| t).collect();
        seen.contains(&escaped)
    }
}

pub fn owned(fields: &[(&str, &str)]) -> Vec<Field> {
    fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
    let plain = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    Some(plain.replace("&amp;", "&"))
}
