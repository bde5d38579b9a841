//! What is done with a draft: begun, saved page by page, a repetition taken away, thrown away.
//! A save over somebody else's is refused, and both texts are shown.

use serde::{Deserialize, Serialize};

use super::{REQUEST_FOR_SUPPORT, store};
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    web::Fields,
};
use questionnaire::Answers;

/// Begins a request for support, with what is known of the requester.
#[derive(Debug)]
pub struct Begin;

impl Change for Begin {
    /// The draft's reference.
    type Made = String;
    const WHAT: &'static str = "questionnaires:begin";
    const ACTION: Action = Action::AskForSupport;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let member = pen.actor.signed_in()?.clone();
        let questionnaire = pen.app.questionnaires().newest(REQUEST_FOR_SUPPORT)?.canonical();
        let mut answers = Answers::default();
        answers.set("your-phone", member.phone.into_iter().collect());
        if let Some(setting) = member.setting_name.filter(|_| member.agency_name.contains("school"))
        {
            answers.set("children[0].setting", vec![setting]);
        }
        let draft = store::insert(pen, &questionnaire, member.staff, &answers).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(draft.reference)
    }
}

/// Saves a page of a draft.
#[derive(Debug)]
pub struct SavePage {
    pub draft: String,
    /// The revision that the form was made from.
    pub revision: i64,
    pub page: String,
    pub fields: Fields,
}

/// What became of a saved page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    /// Whether what was typed makes sense so far.
    pub makes_sense: bool,
}

impl Change for SavePage {
    type Made = Saved;
    const WHAT: &'static str = "questionnaires:save";
    const ACTION: Action = Action::AskForSupport;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Saved> {
        let mut draft = store::own(pen.app, pen.tx, pen.scope.own(), &self.draft).await?;
        let questionnaire = pen.app.questionnaires().exactly(&draft.questionnaire)?;
        let page = questionnaire.page(&self.page, &draft.answers).ok_or(Error::NotFound)?;
        let before = draft.answers.clone();
        questionnaire.take(page, &self.fields.0, &mut draft.answers);
        // Saving what is there already is no conflict: a double click, or two tabs that agree.
        if draft.revision != self.revision && draft.answers != before {
            return Err(Error::Stale);
        }
        let makes_sense = questionnaire.problems(page, &draft.answers, false).is_empty();
        store::save(pen, &draft).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(Saved { makes_sense })
    }
}

/// Takes a repetition out of a draft: a child or an adult who was added by mistake.
#[derive(Debug)]
pub struct RemoveRepetition {
    pub draft: String,
    pub group: String,
    pub index: usize,
}

impl Change for RemoveRepetition {
    type Made = ();
    const WHAT: &'static str = "questionnaires:remove";
    const ACTION: Action = Action::AskForSupport;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let mut draft = store::own(pen.app, pen.tx, pen.scope.own(), &self.draft).await?;
        draft.answers.remove_repetition(&self.group, self.index);
        store::save(pen, &draft).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(())
    }
}

/// Throws a draft away.
#[derive(Debug)]
pub struct Discard {
    pub draft: String,
}

impl Change for Discard {
    type Made = ();
    const WHAT: &'static str = "questionnaires:discard";
    const ACTION: Action = Action::AskForSupport;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let draft = store::own(pen.app, pen.tx, pen.scope.own(), &self.draft).await?;
        store::discard(pen, &draft).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(())
    }
}
