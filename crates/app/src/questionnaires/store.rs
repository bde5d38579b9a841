//! The table of responses: drafts and completed answers, sealed, since what is typed on a first
//! page may be a refuge's address.

use platform::{
    db::{At, Row, Runs, sea_orm},
    seal::Sealed,
};
use questionnaire::Answers;
use uuid::Uuid;

use super::Answered;
use crate::{
    App,
    access::Action,
    doors::{Glass, Look, Pen},
    error::{Error, Result},
    ids::{ResponseId, StaffId, reference},
    people::hidden,
};

/// What sealed answers are for, in the key's derivation.
const ANSWERS: &str = "answers";

/// A draft.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: ResponseId,
    pub reference: String,
    pub questionnaire: String,
    pub revision: i64,
    pub saved_at: At,
    pub answers: Answers,
}

#[derive(Row)]
struct DraftRow {
    id: ResponseId,
    reference: String,
    questionnaire: String,
    revision: i64,
    saved_at: At,
    sealed: Vec<u8>,
}

const COLUMNS: &str = "id, reference, questionnaire, revision, saved_at, sealed";

impl DraftRow {
    fn unsealed(self, app: &App) -> Result<Draft> {
        Ok(Draft {
            answers: unseal(app, self.id, self.sealed)?,
            id: self.id,
            reference: self.reference,
            questionnaire: self.questionnaire,
            revision: self.revision,
            saved_at: self.saved_at,
        })
    }
}

fn seal(app: &App, id: ResponseId, answers: &Answers) -> Result<Vec<u8>> {
    app.keys
        .seal(ANSWERS, id.0.as_bytes(), &serde_json::to_vec(answers)?)
        .map(|sealed| sealed.0)
        .map_err(|e| Error::fault("sealing answers", e))
}

fn unseal(app: &App, id: ResponseId, sealed: Vec<u8>) -> Result<Answers> {
    let text = app
        .keys
        .unseal(ANSWERS, id.0.as_bytes(), &Sealed(sealed))
        .map_err(|e| Error::fault("unsealing answers", e))?;
    Ok(serde_json::from_slice(&text)?)
}

/// Begins a draft.
pub(super) async fn insert(
    pen: &Pen<'_>,
    questionnaire: &str,
    owner: StaffId,
    answers: &Answers,
) -> Result<Draft> {
    let draft = Draft {
        id: ResponseId::new(),
        reference: reference(),
        questionnaire: questionnaire.to_owned(),
        revision: 1,
        saved_at: At(pen.now),
        answers: answers.clone(),
    };
    pen.tx
        .run(
            "INSERT INTO response (id, reference, questionnaire, owner_id, sealed, revision, \
             begun_at, saved_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $6)",
            [
                draft.id.into(),
                draft.reference.clone().into(),
                questionnaire.into(),
                owner.into(),
                seal(pen.app, draft.id, answers)?.into(),
                At(pen.now).into(),
            ],
        )
        .await?;
    Ok(draft)
}

/// The asker's own draft of that reference.
pub async fn own(app: &App, db: &impl Runs, owner: Uuid, reference: &str) -> Result<Draft> {
    let text = format!(
        "SELECT {COLUMNS} FROM response WHERE reference = $1 AND owner_id = $2 \
         AND completed_at IS NULL AND discarded_at IS NULL"
    );
    let row: Option<DraftRow> = db.one(&text, [reference.into(), owner.into()]).await?;
    row.ok_or(Error::NotFound)?.unsealed(app)
}

/// Saves a draft over the revision that was read.
///
/// # Errors
/// `Stale` when somebody saved it meanwhile.
pub(super) async fn save(pen: &Pen<'_>, draft: &Draft) -> Result<()> {
    let saved = pen
        .tx
        .run(
            "UPDATE response SET sealed = $1, revision = revision + 1, saved_at = $2 \
             WHERE id = $3 AND revision = $4",
            [
                seal(pen.app, draft.id, &draft.answers)?.into(),
                At(pen.now).into(),
                draft.id.into(),
                draft.revision.into(),
            ],
        )
        .await?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Marks a draft as completed, with its answers as they are now: it is a response from now on.
///
/// # Errors
/// `Stale` when somebody saved it meanwhile.
pub async fn complete(pen: &Pen<'_>, draft: &Draft) -> Result<()> {
    save(pen, draft).await?;
    end(pen, draft.id, "completed_at").await
}

/// Marks a draft as thrown away.
pub(super) async fn discard(pen: &Pen<'_>, draft: &Draft) -> Result<()> {
    end(pen, draft.id, "discarded_at").await
}

async fn end(pen: &Pen<'_>, id: ResponseId, column: &str) -> Result<()> {
    let text = format!("UPDATE response SET {column} = $1 WHERE id = $2");
    pen.tx.run(&text, [At(pen.now).into(), id.into()]).await?;
    Ok(())
}

/// The completed answers of a response whose contact lies in scope.
pub async fn answered(glass: &Glass<'_>, id: ResponseId) -> Result<Answered> {
    answered_in(glass.app, &glass.db, id).await
}

/// As [`answered`], for a rule that nobody reads them by.
pub async fn answered_in(app: &App, db: &impl Runs, id: ResponseId) -> Result<Answered> {
    let text = format!("SELECT {COLUMNS} FROM response WHERE id = $1");
    let row: Option<DraftRow> = db.one(&text, [id.into()]).await?;
    let draft = row.ok_or(Error::NotFound)?.unsealed(app)?;
    let questionnaire = app.questionnaires().exactly(&draft.questionnaire)?.clone();
    Ok(Answered { questionnaire, answers: draft.answers })
}

/// A look at what became of one's own draft that was sent.
#[derive(Debug)]
pub struct SentAs {
    /// The draft's reference.
    pub reference: String,
}

impl Look for SentAs {
    /// The reference of the contact; `None` when it was not sent.
    type Seen = Option<String>;
    const WHAT: &'static str = "questionnaires:sent-as";
    const ACTION: Action = Action::AskForSupport;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Option<String>, Vec<Uuid>)> {
        #[derive(Row)]
        struct Sent {
            reference: String,
        }
        let text = format!(
            "SELECT c.reference FROM contact c JOIN response r ON r.id = c.response_id \
             WHERE r.reference = $1 AND r.owner_id = $2 AND {}",
            hidden::shows("c", 2, 2)
        );
        let values = [self.reference.into(), glass.scope.own().into()];
        let sent: Option<Sent> = glass.db.one(&text, values).await?;
        Ok((sent.map(|s| s.reference), Vec::new()))
    }
}

/// A look at one's own draft.
#[derive(Debug)]
pub struct OpenDraft {
    /// The draft's reference.
    pub reference: String,
}

impl Look for OpenDraft {
    type Seen = Draft;
    const WHAT: &'static str = "questionnaires:draft";
    const ACTION: Action = Action::AskForSupport;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Draft, Vec<Uuid>)> {
        let draft = own(glass.app, &glass.db, glass.scope.own(), &self.reference).await?;
        let subjects = vec![draft.id.0];
        Ok((draft, subjects))
    }
}

/// A look at the list of one's own drafts, newest first.
#[derive(Debug)]
pub struct OwnDrafts;

impl Look for OwnDrafts {
    type Seen = Vec<Draft>;
    const WHAT: &'static str = "questionnaires:own-drafts";
    const ACTION: Action = Action::AskForSupport;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Draft>, Vec<Uuid>)> {
        let text = format!(
            "SELECT {COLUMNS} FROM response WHERE owner_id = $1 AND completed_at IS NULL \
             AND discarded_at IS NULL ORDER BY saved_at DESC LIMIT 50"
        );
        let rows: Vec<DraftRow> = glass.db.all(&text, [glass.scope.own().into()]).await?;
        let drafts: Vec<Draft> =
            rows.into_iter().map(|row| row.unsealed(glass.app)).collect::<Result<_>>()?;
        let subjects = drafts.iter().map(|d| d.id.0).collect();
        Ok((drafts, subjects))
    }
}
