//! One child's request on a page of its own, with a form: shown, and shown again with everything
//! that was typed when it can't be taken. It refuses to know what the form is for.

use axum::response::{IntoResponse, Redirect, Response};
use govuk::{Details, SummaryList, Table, Tag};
use maud::{Markup, html};
use practice::{
    pathway::Process,
    processes::request_for_support::{Event, RequestForSupport},
};
use uuid::Uuid;

use super::{
    contact_view::BeforeRinging,
    contacts::{self, Contact},
    findings::{self, Screening},
    reading::holder,
    telling::event,
    views::name,
};
use crate::{
    App,
    access::Action,
    doors::{self, Change, Glass, Look},
    error::{Error, Result},
    files::store::Files,
    limits::TEXT,
    pathways::{
        Pathway,
        store::{self, Telling},
    },
    people::{
        kept_away, secrecy,
        store::{Account, account},
    },
    questionnaires::{self, Answered},
    recognising::{self, looking::Recognised},
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// A look at one child's request, to do something with it.
pub(super) struct OpenRequest {
    pub reference: String,
}

/// One child's request.
pub(super) struct Request {
    pub pathway: Pathway,
    pub account: Account,
    pub contact: Contact,
    pub screening: Option<Screening>,
    pub tellings: Vec<Telling>,
    /// The files that came with what happened.
    pub files: Files,
    /// What was answered, when it came by the form.
    pub answered: Option<Answered>,
    /// Whether an address of the child must be kept secret, whoever said so.
    pub protects: bool,
    /// Who has taken it on.
    pub holder: Option<String>,
    /// Whoever made it, where they must not see it any more.
    pub kept_away: Option<String>,
    /// The other children of the same contact.
    pub siblings: Vec<Sibling>,
    /// Who may be the same person as the child or an adult in the request.
    pub may_be: Vec<Recognised>,
}

/// Another child of the same contact, and what was decided for it.
pub(super) struct Sibling {
    pub who: String,
    pub stage: String,
    /// As a line of the timeline; `None` as long as nothing is.
    pub decided: Option<String>,
}

impl Sibling {
    async fn of(glass: &Glass<'_>, pathway: &Pathway) -> Result<Self> {
        let account = account(&glass.db, pathway.account_id).await?;
        let tellings = store::tellings(&glass.db, &glass.app.keys, pathway.id).await?;
        let standing = tellings.iter().rev().filter(|t| t.stored.struck.is_none());
        // What was sent back or taken up again is no decision any more.
        let last = standing
            .filter_map(event)
            .find(|event| matches!(event, Event::Decided(_) | Event::SentBack | Event::Reopened));
        let decided = last.filter(|event| matches!(event, Event::Decided(_)));
        Ok(Self {
            who: name(&account.given, &account.family, account.expected_on.is_some()),
            stage: pathway.stage.clone(),
            decided: decided.map(|event| RequestForSupport::tell(&event)),
        })
    }
}

/// What was decided for the other children, so that nobody decides or signs for one alone.
pub(super) fn siblings(request: &Request) -> Markup {
    if request.siblings.is_empty() {
        return html! {};
    }
    let table = Table::new("The other children in this request").head([
        "Child",
        "Where it stands",
        "What was decided",
    ]);
    request
        .siblings
        .iter()
        .fold(table, |table, sibling| {
            let decided = sibling.decided.as_deref().unwrap_or("Nothing yet");
            table.row([&sibling.who, &sibling.stage, decided])
        })
        .render()
}

impl Request {
    pub fn who(&self) -> String {
        name(&self.account.given, &self.account.family, self.account.expected_on.is_some())
    }

    pub fn before_ringing(&self) -> BeforeRinging<'_> {
        let kept_away = self.kept_away.as_deref();
        BeforeRinging::of(self.answered.as_ref(), self.tellings.iter(), kept_away)
    }

    pub fn path(&self) -> String {
        format!("/contacts/{}", self.contact.reference)
    }
}

impl Look for OpenRequest {
    type Seen = Request;
    const WHAT: &'static str = "front-door:request";
    const ACTION: Action = Action::Screen;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    fn opens(seen: &Request, subjects: &[Uuid]) -> Vec<Uuid> {
        let whose = [seen.account.id.0, seen.contact.id.0];
        subjects.iter().copied().chain(whose).collect()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Request, Vec<Uuid>)> {
        let pathway = store::find(&glass.db, &glass.scope, &self.reference).await?;
        let mut subjects = vec![pathway.id.0];
        let contact = contacts::of(&glass.db, pathway.contact_id).await?;
        let answered = match contact.response_id {
            Some(id) => Some(questionnaires::store::answered(glass, id).await?),
            None => None,
        };
        let mut siblings = Vec::new();
        for other in store::of_contact(&glass.db, contact.id).await? {
            if other.id != pathway.id {
                subjects.push(other.id.0);
                siblings.push(Sibling::of(glass, &other).await?);
            }
        }
        let tellings = store::tellings(&glass.db, &glass.app.keys, pathway.id).await?;
        let files = Files::with(&glass.db, &glass.app.keys, &contact, tellings.iter()).await?;
        let request = Request {
            siblings,
            files,
            answered,
            protects: secrecy::stands_for_any(&glass.db, contact.id).await?,
            holder: holder(glass, pathway.holder_id).await?,
            kept_away: kept_away::requester(&glass.db, contact.id).await?,
            account: account(&glass.db, pathway.account_id).await?,
            contact,
            screening: findings::stored(&glass.db, pathway.id).await?,
            tellings,
            pathway,
            may_be: Vec::new(),
        };
        Ok((request, subjects))
    }
}

/// The title of these pages. No child's name: titles stay in a browser's history.
const TITLE: &str = "A child’s request";

/// What a form's page shows: the request, what was typed and what is wrong with it.
pub(super) type View = fn(&App, &Asker, &Request, Typed<'_>) -> Markup;

/// Shows the form again with what was typed, or the page that comes next.
pub(super) async fn shown_again(
    app: &App,
    posted: &Posted,
    pathway: &str,
    view: View,
    problems: &Problems,
) -> Result<Response> {
    with_problems(app, &posted.asker, pathway, view, Typed { fields: &posted.fields, problems })
        .await
}

async fn with_problems(
    app: &App,
    asker: &Asker,
    pathway: &str,
    view: View,
    typed: Typed<'_>,
) -> Result<Response> {
    let request = opened(app, asker, pathway.to_owned()).await?;
    let body = view(app, asker, &request, typed);
    let page = layout::page_with_back(
        app,
        asker,
        &typed.problems.title(TITLE),
        (&request.path(), "Back to the request"),
        &body,
    );
    Ok(given_back(page))
}

/// The request, with who may be the same person as anybody in it.
async fn opened(app: &App, asker: &Asker, reference: String) -> Result<Request> {
    let mut request = doors::open(app, &asker.actor, OpenRequest { reference }).await?;
    let (of, named_by) = (vec![request.account.person.clone()], vec![request.account.id]);
    request.may_be = recognising::pages::beside(app, asker, of, named_by).await?;
    Ok(request)
}

/// Shows a form for the first time.
pub(super) async fn shown(app: &App, asker: &Asker, pathway: String, view: View) -> Result<Markup> {
    shown_with(app, asker, pathway, view, &Fields::default()).await
}

/// As [`shown`], with something in its fields.
pub(super) async fn shown_with(
    app: &App,
    asker: &Asker,
    pathway: String,
    view: View,
    fields: &Fields,
) -> Result<Markup> {
    let request = opened(app, asker, pathway).await?;
    let typed = Typed { fields, problems: &Problems::default() };
    let body = view(app, asker, &request, typed);
    Ok(layout::page_with_back(app, asker, TITLE, (&request.path(), "Back to the request"), &body))
}

/// Makes the change that a form asks for and goes on; where it can't be made, shows the form again
/// with why not beside that field.
pub(super) async fn sent<C: Change>(
    app: &App,
    posted: &Posted,
    pathway: &str,
    view: View,
    change: C,
    beside: &str,
    next: impl FnOnce(C::Made) -> Response,
) -> Result<Response> {
    let once = posted.fields.once();
    match doors::record_once(app, &posted.asker.actor, once, change).await {
        Ok(made) => Ok(next(made)),
        Err(error) => {
            // Once theirs is shown, the form is made from what is there now.
            let anew = matches!(error, Error::Stale).then(|| posted.fields.seen_anew());
            let problems = as_problems(error, beside)?;
            let typed =
                Typed { fields: anew.as_ref().unwrap_or(&posted.fields), problems: &problems };
            with_problems(app, &posted.asker, pathway, view, typed).await
        }
    }
}

/// Turns a refusal, or somebody else's change, into a problem of the form, so that nothing that
/// was typed is lost.
fn as_problems(error: Error, beside: &str) -> Result<Problems> {
    match error {
        Error::Stale => Ok(Problems::of(
            beside,
            "Somebody else changed this request while you were working on it. What they did is \
             shown below and what you typed is still here: read theirs, then send yours again if \
             it still holds",
        )),
        other => Problems::refused(other, beside),
    }
}

/// Back to the contact, once something was done with one of its requests.
pub(super) fn back_to_contact(contact: &str) -> Response {
    Redirect::to(&format!("/contacts/{contact}")).into_response()
}

pub(super) fn missing(fields: &Fields, wanted: &[(&str, &str)]) -> Problems {
    let mut problems = Problems::default();
    for (name, say) in wanted {
        match fields.get(name) {
            "" => problems.add(name, *say),
            said => problems.add_any(name, TEXT.exceeded_by(said)),
        }
    }
    problems
}

/// What was answered in the form. Where danger was spoken of it stands open: whoever decides or
/// signs must not have to look for it. What was taken down of a call stands in `said_since`.
pub(super) fn what_was_said(request: &Request) -> Markup {
    let danger = request.screening.as_ref().is_some_and(|s| s.danger);
    html! {
        @if danger { p class=(govuk::BODY) { (Tag::new("Immediate danger").red().render()) } }
        @if let Some(answered) = &request.answered {
            @let said = questionnaires::answered::given(answered, !request.protects);
            (Details::new("What was said in the request").open(danger).content(said).render())
        }
    }
}

pub(super) fn what_was_asked(request: &Request) -> Markup {
    let asked = request.screening.as_ref().and_then(|s| s.level_asked);
    html! {
        (SummaryList::new()
            .row("Request", &request.contact.reference)
            .row("Received", &words::moment(request.contact.received_at.0))
            .row("Level asked", &asked.map_or("The requester was not sure".into(), |l| format!("Level {l}")))
            .row("Where it stands", &request.pathway.stage)
            .render())
    }
}
