//! Taking down that somebody asks for what is held about them; who it is, what they mean, and that
//! it takes longer; which accounts are theirs.

use jiff::ToSpan;
use platform::{
    db::{At, On, Runs, Table, Value},
    outbox,
};
use practice::{
    calendar::{Day, day_of, end_of, start_of},
    data_request::{Course, Due, NotSo},
};
use uuid::Uuid;

use super::{
    ASKED, EXTENSION,
    claims::{self, MayBe},
    late, seal,
    store::{self, Asked, Right, Stored, has_been},
};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::reference,
    limits::{LINE, TEXT, filled},
    pacing::Counts,
    people::meant::{self, Meant},
};

const REQUEST: Table<7> = Table::new(
    "data_request",
    ["id", "reference", "recorded_at", "recorded_by", "received_on", "sealed", "known_on"],
);
const ACCOUNT: Table<2> = Table::new("data_request_account", ["request_id", "account_id"]);
const CLARIFICATION: Table<3> =
    Table::new("data_request_clarification", ["id", "request_id", "asked_on"]);

/// A look at the data requests that are not over, or at those that were answered.
#[derive(Debug)]
pub struct OpenRequests {
    pub answered: bool,
}

impl Look for OpenRequests {
    type Seen = Vec<Stored>;
    const WHAT: &'static str = "data-requests:list";
    const ACTION: Action = Action::AnswerDataRequests;
    const COUNTS: Counts = Counts::Not;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Stored>, Vec<Uuid>)> {
        let all = match self.answered {
            true => store::answered(glass.app, &glass.db, &glass.scope).await?,
            false => store::open(glass.app, &glass.db, &glass.scope).await?,
        };
        let subjects = all.iter().map(|one| one.id).collect();
        Ok((all, subjects))
    }
}

/// Takes down that somebody asks.
#[derive(Debug)]
pub struct TakeDown {
    pub asked: Asked,
    pub received: Day,
    /// Whether it is known who they are.
    pub is_known: bool,
}

impl Change for TakeDown {
    /// Its reference.
    type Made = String;
    const WHAT: &'static str = "data-requests:take-down";
    const ACTION: Action = Action::AnswerDataRequests;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let beside = |field| move |error: Error| Error::beside(field, error.to_string());
        let Asked { who, what, reach, about, .. } = &self.asked;
        filled(who, LINE, "Enter who asks").map_err(beside("who"))?;
        about.check()?;
        TEXT.keep(what).map_err(beside("what"))?;
        filled(reach, TEXT, "Enter how they are reached safely, and how they want the copy")
            .map_err(beside("reach"))?;
        has_been(self.received, day_of(pen.now), "received")?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let (id, reference) = (Uuid::now_v7(), reference());
        let course = Course::of(self.received, self.is_known);
        let sealed = seal(&pen.app.keys, ASKED, id, &self.asked)?;
        let row: [Value; 7] = [
            id.into(),
            reference.clone().into(),
            At(pen.now).into(),
            by.into(),
            On(self.received).into(),
            sealed.clone().into(),
            course.known.map(On).into(),
        ];
        pen.tx.insert(&REQUEST, row).await?;
        store::prepares(pen.tx, id, by).await?;
        let accounts = meant::anybody(pen.tx, about).await?;
        meant::are_few(&accounts)?;
        let rows = accounts.iter().map(|account| [id.into(), (*account).into()]).collect();
        pen.tx.insert_all(&ACCOUNT, rows).await?;
        remind(pen, id, &course).await?;
        pen.journal(Self::WHAT, &[id], &sealed).await?;
        Ok(reference)
    }
}

/// Asks that the hub's managers be told when its last day is near, and when it is over.
async fn remind(pen: &Pen<'_>, request: Uuid, course: &Course) -> Result<()> {
    let Due::On(due) = course.due(&pen.app.calendar()) else { return Ok(()) };
    let near = start_of(due.saturating_sub(late::NEAR.days()));
    for at in [near, end_of(due)] {
        outbox::ask(pen.tx, late::LATE, &request.to_string(), pen.now, at).await?;
    }
    Ok(())
}

/// Something that happens to the clock of a data request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is known since that day who they are.
    Known(Day),
    /// They were asked that day what they mean.
    Ask(Day),
    /// They said that day what they mean.
    Clarified(Day),
    /// They were told that day that it takes longer, and why.
    Extend(Day, String),
}

/// Takes down something that happens to the clock of a data request.
#[derive(Debug)]
pub struct MoveClock {
    pub reference: String,
    pub step: Step,
}

impl Change for MoveClock {
    type Made = ();
    const WHAT: &'static str = "data-requests:move-clock";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let Stored { id, mut course, ended_at, .. } =
            store::find(pen.app, pen.tx, &pen.scope, &self.reference).await?;
        if ended_at.is_some() {
            return Err(Error::refusal(store::NO_MORE));
        }
        let today = day_of(pen.now);
        let beside = |field| move |why: NotSo| Error::beside(field, why.to_string());
        let before = course.due(&pen.app.calendar());
        let mut said = Vec::new();
        match &self.step {
            Step::Known(on) => {
                course.confirm(has_been(*on, today, "known")?).map_err(beside("known"))?;
                let text = "UPDATE data_request SET known_on = $1 WHERE id = $2";
                pen.tx.run(text, [On(*on).into(), id.into()]).await?;
                // Whoever vouches for them does not approve what they get.
                store::prepares(pen.tx, id, pen.actor.staff().ok_or(Error::SignedOut)?).await?;
            }
            Step::Ask(on) => {
                course
                    .ask(has_been(*on, today, "asked")?, &pen.app.calendar())
                    .map_err(beside("asked"))?;
                let row = [Uuid::now_v7().into(), id.into(), On(*on).into()];
                pen.tx.insert(&CLARIFICATION, row).await?;
            }
            Step::Clarified(on) => {
                course.clarify(has_been(*on, today, "clarified")?).map_err(beside("clarified"))?;
                let text = "UPDATE data_request_clarification SET answered_on = $1 \
                    WHERE request_id = $2 AND answered_on IS NULL";
                pen.tx.run(text, [On(*on).into(), id.into()]).await?;
            }
            Step::Extend(on, why) => {
                filled(why, TEXT, "Enter why it takes longer, as they were told")
                    .map_err(|error| Error::beside("why-longer", error.to_string()))?;
                let calendar = pen.app.calendar();
                course
                    .extend(has_been(*on, today, "extended")?, &calendar)
                    .map_err(beside("extended"))?;
                said = seal(&pen.app.keys, EXTENSION, id, why)?;
                let text =
                    "UPDATE data_request SET extended_on = $1, sealed_extension = $2 WHERE id = $3";
                pen.tx.run(text, [On(*on).into(), said.clone().into(), id.into()]).await?;
            }
        }
        if course.due(&pen.app.calendar()) != before {
            // Of another day the managers are told anew.
            let text = "UPDATE data_request SET near_raised_at = NULL, late_raised_at = NULL \
                WHERE id = $1";
            pen.tx.run(text, [id.into()]).await?;
        }
        remind(pen, id, &course).await?;
        pen.journal(Self::WHAT, &[id], &said).await?;
        Ok(())
    }
}

/// Says whether an account is of whoever it is about.
#[derive(Debug)]
pub struct SayWhose {
    pub reference: String,
    /// The account's reference.
    pub account: String,
    pub is_theirs: bool,
}

impl Change for SayWhose {
    type Made = ();
    const WHAT: &'static str = "data-requests:say-whose";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = store::find(pen.app, pen.tx, &pen.scope, &self.reference).await?;
        request.is_prepared()?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let may_be = claims::may_be(pen.tx, by.0, &request.claims).await?;
        let is_it = |one: &MayBe| one.account == self.account;
        let account = may_be.into_iter().find(is_it).ok_or(Error::NotFound)?;
        let text = "INSERT INTO data_request_account (request_id, account_id, is_theirs, said_by) \
            VALUES ($1, $2, $3, $4) ON CONFLICT (request_id, account_id) \
            DO UPDATE SET is_theirs = excluded.is_theirs, said_by = excluded.said_by";
        let values: [Value; 4] =
            [request.id.into(), account.id.into(), self.is_theirs.into(), by.into()];
        pen.tx.run(text, values).await?;
        store::prepares(pen.tx, request.id, by).await?;
        let said = if self.is_theirs { "theirs" } else { "not theirs" };
        pen.journal(Self::WHAT, &[request.id, account.id.0], said.as_bytes()).await?;
        Ok(())
    }
}

/// Says otherwise about whom it is: it was spelled in another way, or somebody else was meant.
#[derive(Debug)]
pub struct SayAbout {
    pub reference: String,
    pub about: Meant,
}

impl Change for SayAbout {
    type Made = ();
    const WHAT: &'static str = "data-requests:say-about";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = store::find(pen.app, pen.tx, &pen.scope, &self.reference).await?;
        request.is_prepared()?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        self.about.check()?;
        meant::are_few(&meant::anybody(pen.tx, &self.about).await?)?;
        let asked = Asked { about: self.about, ..request.asked };
        let sealed = seal(&pen.app.keys, ASKED, request.id, &asked)?;
        let text = "UPDATE data_request SET sealed = $1 WHERE id = $2";
        pen.tx.run(text, [sealed.clone().into(), request.id.into()]).await?;
        store::prepares(pen.tx, request.id, by).await?;
        pen.journal(Self::WHAT, &[request.id], &sealed).await?;
        Ok(())
    }
}

/// What is said where nobody chose by what right somebody asks.
pub const CHOOSE_RIGHT: &str = "Choose by what right they ask";

impl Right {
    /// What was chosen on the form.
    ///
    /// # Errors
    /// A refusal beside the field.
    pub fn chosen(slug: &str) -> Result<Self> {
        Self::of_slug(slug).ok_or_else(|| Error::beside("right", CHOOSE_RIGHT))
    }
}
