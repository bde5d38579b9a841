//! The pages of a draft. Every page saves what was typed, sense or none, before it says what to
//! put right.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use practice::calendar::{Day, day_of};
use questionnaire::{Answers, Page, Problem, Questionnaire};
use serde::Deserialize;

use super::{
    answered,
    asked::Asked,
    doubts::refused,
    drafts::{Begin, BeginAbout, Discard, RemoveRepetition, SavePage, Saved},
    known,
    store::{Draft, OpenDraft, SentAs},
    views,
};
use crate::{
    App, doors,
    error::{Error, Result},
    people::child::OpenChild,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed},
    },
};

async fn open(app: &App, asker: &Asker, reference: &str) -> Result<(Draft, Questionnaire)> {
    let look = OpenDraft { reference: reference.to_owned() };
    let draft = match doors::open(app, &asker.actor, look).await {
        Err(Error::NotFound) => {
            // Back after sending: what was sent is not lost, and the page says where it is.
            let look = SentAs { reference: reference.to_owned() };
            let sent = doors::open(app, &asker.actor, look).await?;
            return Err(
                sent.map_or(Error::NotFound, |c| Error::Elsewhere(format!("/contacts/{c}")))
            );
        }
        other => other?,
    };
    let questionnaire = app.questionnaires().exactly(&draft.questionnaire)?.clone();
    Ok((draft, questionnaire))
}

/// `POST /requests`
pub async fn begin(State(app): State<App>, posted: Posted) -> Result<Response> {
    let reference =
        doors::record_once(&app, &posted.asker.actor, posted.fields.once(), Begin).await?;
    Ok(Redirect::to(&format!("/requests/{reference}/danger")).into_response())
}

/// `POST /people/{reference}/requests`
pub async fn begin_about(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let actor = &posted.asker.actor;
    let child = doors::open(&app, actor, OpenChild { reference: person }).await?;
    let change = BeginAbout { child };
    let reference = doors::record_once(&app, actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&format!("/requests/{reference}/danger")).into_response())
}

/// `GET /requests/{reference}`
pub async fn tasks(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let (draft, questionnaire) = open(&app, &asker, &reference).await?;
    let body = views::task_list(&questionnaire, &draft);
    let back = ("/requests", "Requests");
    Ok(layout::page_with_back(&app, &asker, &questionnaire.title, back, &body))
}

/// `GET /requests/{reference}/{page}`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Path((reference, slug)): Path<(String, String)>,
    Query(Again { is_again }): Query<Again>,
) -> Result<Markup> {
    let (draft, questionnaire) = open(&app, &asker, &reference).await?;
    let back = format!("/requests/{reference}");
    let back = (back.as_str(), "All parts of the request");
    if let Some(group) = questionnaire.items.iter().find(|i| i.repeats && i.link_id == slug) {
        let next = after(&questionnaire, &draft, &group.link_id);
        let today = day_of(app.clock.now());
        let body = views::repetitions(&questionnaire, &draft, group, &next, today);
        return Ok(layout::page_with_back(&app, &asker, &group.text, back, &body));
    }
    let page = questionnaire.page(&slug, &draft.answers).ok_or(Error::NotFound)?;
    let today = day_of(app.clock.now());
    let problems = match is_again {
        true => to_put_right(&questionnaire, page, &draft.answers, today),
        false => Vec::new(),
    };
    let mut answers = draft.answers.clone();
    // What was just taken out is not filled in again.
    if let (Some((field, name)), false) =
        (known::family_name_offered(page, &draft.answers), is_again)
    {
        answers.set(&field, vec![name]);
    }
    let asked = Asked {
        asker: &asker,
        questionnaire: &questionnaire,
        draft: &draft,
        page,
        answers: &answers,
        problems: &problems,
        theirs: None,
    };
    let title = titled(&page.group.text, &problems);
    Ok(layout::page_with_back(&app, &asker, &title, back, &asked.render()))
}

/// Whether a page is shown again because something in what was typed is to be put right. It was
/// saved all the same, so that the page is asked for like any other: whoever goes back to it, or
/// loads it again, is not asked by the browser to send anything twice.
#[derive(Debug, Default, Deserialize)]
pub struct Again {
    #[serde(default, rename = "again")]
    is_again: bool,
}

/// Everything that is to be put right on a page.
fn to_put_right(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    answers: &Answers,
    today: Day,
) -> Vec<Problem> {
    let mut problems = questionnaire.problems(page, answers, true);
    problems.extend(refused(questionnaire, page, answers, today));
    problems
}

/// The title of a page, which says first that something is wrong.
fn titled(title: &str, problems: &[Problem]) -> String {
    if problems.is_empty() { title.to_owned() } else { format!("Error: {title}") }
}

/// `POST /requests/{reference}/{page}`
pub async fn save(
    State(app): State<App>,
    Path((reference, slug)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    let change = SavePage {
        draft: reference.clone(),
        page: slug.clone(),
        seen: posted.fields.get("seen").to_owned(),
        fields: posted.fields.clone(),
    };
    let later = posted.fields.get("next") == "later";
    match doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await {
        Ok(Saved {}) if later => {
            Ok(Redirect::to(&format!("/requests/{reference}")).into_response())
        }
        Ok(Saved {}) => {
            let (draft, questionnaire) = open(&app, &posted.asker, &reference).await?;
            let page = questionnaire.page(&slug, &draft.answers).ok_or(Error::NotFound)?;
            let today = day_of(app.clock.now());
            let wrong = to_put_right(&questionnaire, page, &draft.answers, today);
            let group = &page.group.link_id;
            let next = match page.index {
                _ if !wrong.is_empty() => format!("/requests/{reference}/{slug}?again=true"),
                _ if questionnaire.is_in_a_hurry(&draft.answers) => {
                    at_once(&questionnaire, &draft, page)
                }
                Some(_) => format!("/requests/{reference}/{group}"),
                None => after(&questionnaire, &draft, group),
            };
            Ok(Redirect::to(&next).into_response())
        }
        Err(Error::Stale) => meanwhile(&app, &posted, &reference, &slug).await,
        Err(other) => Err(other),
    }
}

/// The page with what was typed beside what somebody else saved meanwhile.
async fn meanwhile(app: &App, posted: &Posted, reference: &str, slug: &str) -> Result<Response> {
    let (draft, questionnaire) = open(app, &posted.asker, reference).await?;
    let mut answers = draft.answers.clone();
    let page = questionnaire.page(slug, &draft.answers).ok_or(Error::NotFound)?;
    questionnaire.take(page, &posted.fields.0, &mut answers);
    let today = day_of(app.clock.now());
    let asked = Asked {
        asker: &posted.asker,
        questionnaire: &questionnaire,
        draft: &draft,
        page,
        answers: &answers,
        problems: &to_put_right(&questionnaire, page, &answers, today),
        theirs: Some(&draft.answers),
    };
    let title = format!("Error: {}", page.group.text);
    let back = format!("/requests/{reference}");
    let back = (back.as_str(), "All parts of the request");
    let page = layout::page_with_back(app, &posted.asker, &title, back, &asked.render());
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// Where to go when there is no time: what must still be known at once, or the check. After the
/// page that says so, a group of which there must be one is shown, also where nothing in it has to be known: whoever knows the
/// child's name gives it, and whoever doesn't goes on.
fn at_once(questionnaire: &Questionnaire, draft: &Draft, saved: Page<'_>) -> String {
    let has_hurried = saved.items().iter().any(|item| item.hurries.is_some());
    let is_not_shown = |page: &Page<'_>| {
        let is_first = page.group.required && page.index.unwrap_or_default() == 0;
        has_hurried && is_first && questionnaire.lacks_any(*page, &draft.answers)
    };
    let missing = questionnaire
        .pages(&draft.answers)
        .into_iter()
        .find(|page| !questionnaire.is_complete(*page, &draft.answers) || is_not_shown(page))
        .map_or_else(|| "check".to_owned(), |page| page.slug());
    format!("/requests/{}/{missing}", draft.reference)
}

/// Where to go after a group: the next one, or the check.
fn after(questionnaire: &Questionnaire, draft: &Draft, group: &str) -> String {
    let next = questionnaire
        .items
        .iter()
        .skip_while(|i| i.link_id != group)
        .skip(1)
        .find(|i| questionnaire.is_asked(i, "", &draft.answers));
    let slug = match next {
        Some(next) if next.repeats && draft.answers.repetitions(&next.link_id) == 0 => {
            format!("{}-1", next.link_id)
        }
        // A repetition that was begun for the asker still has to be asked.
        Some(next)
            if next.repeats
                && next.required
                && needs_first(questionnaire, draft, &next.link_id) =>
        {
            format!("{}-1", next.link_id)
        }
        Some(next) => next.link_id.clone(),
        None => "check".to_owned(),
    };
    format!("/requests/{}/{slug}", draft.reference)
}

fn needs_first(questionnaire: &Questionnaire, draft: &Draft, group: &str) -> bool {
    draft.answers.repetitions(group) == 1
        && questionnaire
            .page(&format!("{group}-1"), &draft.answers)
            .is_some_and(|page| !questionnaire.is_complete(page, &draft.answers))
}

/// `GET /requests/{reference}/{page}/remove`
pub async fn confirm_removal(
    State(app): State<App>,
    asker: Asker,
    Path((reference, slug)): Path<(String, String)>,
) -> Result<Markup> {
    removal(&app, &asker, &reference, &slug, false).await
}

async fn removal(
    app: &App,
    asker: &Asker,
    reference: &str,
    slug: &str,
    conflict: bool,
) -> Result<Markup> {
    let (draft, questionnaire) = open(app, asker, reference).await?;
    let page = questionnaire.page(slug, &draft.answers).ok_or(Error::NotFound)?;
    let group = page.index.map(|_| &page.group.link_id).ok_or(Error::NotFound)?;
    let body = views::removal(asker, &questionnaire, &draft, page, conflict);
    let back = format!("/requests/{reference}/{group}");
    Ok(layout::page_with_back(app, asker, "Remove", (&back, &page.group.text), &body))
}

/// `POST /requests/{reference}/{page}/remove`
pub async fn remove(
    State(app): State<App>,
    Path((reference, slug)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    let (group, _) = slug.rsplit_once('-').ok_or(Error::NotFound)?;
    let to = format!("/requests/{reference}/{group}");
    let seen = posted.fields.get("seen").to_owned();
    let change = RemoveRepetition { draft: reference.clone(), page: slug.clone(), seen };
    match doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await {
        Ok(()) => Ok(Redirect::to(&to).into_response()),
        Err(Error::Stale) => {
            let page = removal(&app, &posted.asker, &reference, &slug, true).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other),
    }
}

/// `GET /requests/{reference}/discard`
pub async fn confirm_discard(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    discarding(&app, &asker, &reference, false).await
}

async fn discarding(app: &App, asker: &Asker, reference: &str, conflict: bool) -> Result<Markup> {
    let (draft, questionnaire) = open(app, asker, reference).await?;
    let body = views::discard(asker, &questionnaire, &draft, conflict);
    let back = format!("/requests/{reference}");
    let back = (back.as_str(), "All parts of the request");
    Ok(layout::page_with_back(app, asker, "Throw this draft away", back, &body))
}

/// `POST /requests/{reference}/discard`
pub async fn discard(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let change = Discard { draft: reference.clone(), revision: posted.fields.revision() };
    match doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await {
        Ok(()) => Ok(Redirect::to("/requests").into_response()),
        Err(Error::Stale) => {
            let page = discarding(&app, &posted.asker, &reference, true).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other),
    }
}

/// `GET /requests/{reference}/check`
pub async fn check(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let typed = Typed { fields: &Fields::default(), problems: &Problems::default() };
    let checks = Checked { problems: &[], typed, conflict: false };
    checked(&app, &asker, &reference, checks).await
}

/// What is said on the check page besides the answers.
#[derive(Clone, Copy)]
pub struct Checked<'a> {
    /// What is to be put right first.
    pub problems: &'a [Problem],
    /// What was typed on the page itself: when the hub had it on paper.
    pub typed: Typed<'a>,
    /// That it changed meanwhile.
    pub conflict: bool,
}

/// The check page.
pub async fn checked(
    app: &App,
    asker: &Asker,
    reference: &str,
    Checked { problems, typed, conflict }: Checked<'_>,
) -> Result<Markup> {
    let (draft, questionnaire) = open(app, asker, reference).await?;
    let on_page = |problem: &Problem| {
        let page = questionnaire
            .pages(&draft.answers)
            .into_iter()
            .find(|page| questionnaire.problems(*page, &draft.answers, true).contains(problem));
        (page.map_or_else(String::new, |p| p.slug()), problem.clone())
    };
    let problems: Vec<_> = problems.iter().map(on_page).collect();
    let today = day_of(app.clock.now());
    let check = answered::Check { problems: &problems, typed, conflict };
    let body = answered::check(asker, &questionnaire, &draft, &check, today);
    let back = format!("/requests/{reference}");
    let is_right = problems.is_empty() && typed.problems.is_empty();
    let title = if is_right { "Check your answers" } else { "Error: Check your answers" };
    Ok(layout::page_with_back(app, asker, title, (&back, "All parts of the request"), &body))
}
