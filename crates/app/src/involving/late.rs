//! What was not answered in time: the hub's managers are told, once.

use platform::db::{At, Row, Runs, sea_orm};
use practice::{calendar::day_of, roles::Role};
use uuid::Uuid;

use crate::{
    App,
    access::{Action, Actor, store::told},
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::StaffId,
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
        struct Asks {
            staff_id: StaffId,
        }
        let text = "SELECT staff_id FROM asking \
            WHERE id = $1 AND answered_at IS NULL AND raised_at IS NULL";
        let asks: Option<Asks> = pen.tx.one(text, [self.0.into()]).await?;
        let Asks { staff_id } = asks.ok_or(Error::Stale)?;
        let raised = "UPDATE asking SET raised_at = $1 WHERE id = $2";
        pen.tx.run(raised, [At(pen.now).into(), self.0.into()]).await?;
        let managers = told(pen.tx, Role::HubManager, day_of(pen.now)).await?;
        for manager in managers.into_iter().flat_map(|(_, staff)| staff) {
            if manager != staff_id {
                sharing::mail(pen, manager, true).await?;
            }
        }
        pen.journal(Self::WHAT, &[self.0], &[]).await?;
        Ok(())
    }
}
