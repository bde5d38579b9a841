//! What is done with a draft: begun, saved page by page, a repetition taken away, thrown away.
//! Two windows on different pages do not disturb each other; what was changed since it was shown
//! is never overwritten, taken away or thrown away.

use platform::db::{Row, Runs, Table, sea_orm};
use practice::calendar::day_of;

use super::{
    REQUEST_FOR_SUPPORT, known,
    store::{self, Draft},
};
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    ids::SettingId,
    people::child::Child,
    web::Fields,
};
use questionnaire::{Answers, Item, Page};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What settings are called where children spend their days.
const WHERE_CHILDREN_GO: [&str; 6] =
    ["primary", "secondary", "alternative provision", "post-16", "nursery", "childminder"];

/// What the answers of one page were when it was shown. Saving, taking away and throwing away
/// carry it, so that only a change of this page is a conflict.
pub fn seen(page: Page<'_>, answers: &Answers) -> String {
    fn add(items: &[Item], prefix: &str, answers: &Answers, digest: &mut Sha256) {
        for item in items {
            for (field, values) in answers.under(&format!("{prefix}{}", item.link_id)) {
                for part in std::iter::once(field).chain(values.iter().map(String::as_str)) {
                    digest.update((part.len() as u64).to_be_bytes());
                    digest.update(part);
                }
                // No text is this long: where a field ends is not to be mistaken.
                digest.update(u64::MAX.to_be_bytes());
            }
            add(&item.items, prefix, answers, digest);
        }
    }
    let mut digest = Sha256::new();
    digest.update(page.slug());
    add(page.items(), &page.prefix(), answers, &mut digest);
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Begins a request for support, with what is known of the requester.
#[derive(Debug)]
pub struct Begin;

impl Change for Begin {
    /// The draft's reference.
    type Made = String;
    const WHAT: &'static str = "questionnaires:begin";
    const ACTION: Action = Action::AskForSupport;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let answers = of_requester(pen).await?;
        let draft = begun(pen, &answers).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(draft.reference)
    }
}

/// About whom a draft was begun.
const ABOUT: Table<2> = Table::new("response_account", ["response_id", "account_id"]);

/// Begins a request for support about a child, with what the requester saw on the child's page. It
/// reads nothing of the child itself: there is no more in it than a look has shown.
#[derive(Debug)]
pub struct BeginAbout {
    /// What the look showed.
    pub child: Child,
}

impl Change for BeginAbout {
    /// The draft's reference.
    type Made = String;
    const WHAT: &'static str = "questionnaires:begin-about";
    const ACTION: Action = Action::AskForSupport;

    fn asked(&self) -> String {
        self.child.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let mut answers = of_requester(pen).await?;
        known::fill_in(&mut answers, &self.child, day_of(pen.now));
        let draft = begun(pen, &answers).await?;
        let accounts: Vec<_> = self.child.accounts.iter().map(|seen| seen.account.id.0).collect();
        let about = accounts.iter().map(|account| [draft.id.into(), (*account).into()]).collect();
        pen.tx.insert_all(&ABOUT, about).await?;
        let subjects: Vec<_> = std::iter::once(draft.id.0).chain(accounts).collect();
        pen.journal(Self::WHAT, &subjects, &[]).await?;
        Ok(draft.reference)
    }
}

/// What is known of the requester.
async fn of_requester(pen: &Pen<'_>) -> Result<Answers> {
    let member = pen.actor.signed_in()?.clone();
    let mut answers = Answers::default();
    answers.set("your-role", vec![member.job]);
    answers.set("your-phone", member.phone.into_iter().collect());
    answers.set("your-email", vec![member.email]);
    if let (Some(id), Some(name)) = (member.setting, member.setting_name)
        && WHERE_CHILDREN_GO.contains(&kind_of(pen.tx, id).await?.as_str())
    {
        answers.set("children[0].setting", vec![name]);
    }
    Ok(answers)
}

async fn begun(pen: &Pen<'_>, answers: &Answers) -> Result<Draft> {
    let questionnaire = pen.app.questionnaires().newest(REQUEST_FOR_SUPPORT)?.canonical();
    store::insert(pen, &questionnaire, pen.actor.signed_in()?.staff, answers).await
}

async fn kind_of(db: &impl Runs, setting: SettingId) -> Result<String> {
    #[derive(Row)]
    struct Kind {
        kind: String,
    }
    let kind: Option<Kind> =
        db.one("SELECT kind FROM setting WHERE id = $1", [setting.into()]).await?;
    Ok(kind.map_or_else(String::new, |k| k.kind))
}

/// Saves a page of a draft.
#[derive(Debug)]
pub struct SavePage {
    pub draft: String,
    pub page: String,
    /// What [`seen`] said of the page that the form was made from.
    pub seen: String,
    pub fields: Fields,
}

/// That a page was saved. What was kept of it under a form's key before may say more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {}

impl Change for SavePage {
    type Made = Saved;
    const WHAT: &'static str = "questionnaires:save";
    const ACTION: Action = Action::AskForSupport;

    fn asked(&self) -> String {
        self.draft.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<Saved> {
        let mut draft = store::own(pen.app, pen.tx, pen.scope.own(), &self.draft).await?;
        let questionnaire = pen.app.questionnaires().exactly(&draft.questionnaire)?;
        let page = questionnaire.page(&self.page, &draft.answers).ok_or(Error::NotFound)?;
        let before = draft.answers.clone();
        questionnaire.take(page, &self.fields.0, &mut draft.answers);
        // Saving what is there already is no conflict: a double click, or two tabs that agree.
        if seen(page, &before) != self.seen && draft.answers != before {
            return Err(Error::Stale);
        }
        store::save(pen, &draft).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(Saved {})
    }
}

/// Takes a repetition out of a draft: a child or an adult who was added by mistake.
#[derive(Debug)]
pub struct RemoveRepetition {
    pub draft: String,
    /// The page of the repetition: `children-2`.
    pub page: String,
    /// What [`seen`] said of it when it was shown by name.
    pub seen: String,
}

impl Change for RemoveRepetition {
    type Made = ();
    const WHAT: &'static str = "questionnaires:remove";
    const ACTION: Action = Action::AskForSupport;

    fn asked(&self) -> String {
        self.draft.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let mut draft = store::own(pen.app, pen.tx, pen.scope.own(), &self.draft).await?;
        let questionnaire = pen.app.questionnaires().exactly(&draft.questionnaire)?;
        let page = questionnaire.page(&self.page, &draft.answers).ok_or(Error::NotFound)?;
        let index = page.index.ok_or(Error::NotFound)?;
        if seen(page, &draft.answers) != self.seen {
            return Err(Error::Stale);
        }
        draft.answers.remove_repetition(&page.group.link_id, index);
        store::save(pen, &draft).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(())
    }
}

/// Throws a draft away.
#[derive(Debug)]
pub struct Discard {
    pub draft: String,
    /// The revision that was shown.
    pub revision: i64,
}

impl Change for Discard {
    type Made = ();
    const WHAT: &'static str = "questionnaires:discard";
    const ACTION: Action = Action::AskForSupport;

    fn asked(&self) -> String {
        self.draft.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let draft = store::own(pen.app, pen.tx, pen.scope.own(), &self.draft).await?;
        if draft.revision != self.revision {
            return Err(Error::Stale);
        }
        store::discard(pen, &draft).await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(())
    }
}
