//! What was not answered in time: the hub's managers are told, once.

use platform::db::{At, Row, Runs, sea_orm};
use practice::roles::Role;
use uuid::Uuid;

use super::asking::first_of;
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::{Error, Result},
    sharing,
};

/// The outbox's name for an asking whose time has come.
pub const UNANSWERED: &str = "asking-unanswered";

/// Tells the hub's managers of an asking, if nobody has answered it.
///
/// # Errors
/// When the database does.
pub async fn raise(app: &App, asking: Uuid) -> Result<()> {
    match doors::record(app, &Actor::platform(), RaiseUnanswered(asking)).await {
        // It was answered, or raised before.
        Ok(()) | Err(Error::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}

struct RaiseUnanswered(Uuid);

impl Change for RaiseUnanswered {
    type Made = ();
    const WHAT: &'static str = "involving:raise";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        #[derive(Row)]
        struct Waits {
            rows: i64,
        }
        let text = "SELECT count(*) AS rows FROM asking \
            WHERE id = $1 AND answered_at IS NULL AND raised_at IS NULL";
        let waits: Option<Waits> = pen.tx.one(text, [self.0.into()]).await?;
        waits.filter(|waits| waits.rows > 0).ok_or(Error::Stale)?;
        let raised = "UPDATE asking SET raised_at = $1 WHERE id = $2";
        pen.tx.run(raised, [At(pen.now).into(), self.0.into()]).await?;
        let roles = [Role::HubManager, Role::DutyWorker, Role::HubWorker];
        for staff in first_of(pen, self.0, &roles).await? {
            sharing::mail(pen, staff, true).await?;
        }
        pen.journal(Self::WHAT, &[self.0], &[]).await?;
        Ok(())
    }
}
