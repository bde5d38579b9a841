//! A use that nobody reviewed in time: those who review are told again, once, and the hub managers,
//! who may review it from then on. It stands on their lists as late until somebody has.

use platform::db::{At, Runs};
use uuid::Uuid;

use super::{find, telling};
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::{Error, Result},
    sharing,
};

/// The outbox's name for a use whose time has come.
pub const UNREVIEWED: &str = "break-glass-unreviewed";

/// Tells those who review of a use, if nobody has reviewed it.
///
/// # Errors
/// When the database does; `Stale` for what an earlier clock asked for.
pub async fn raise(app: &App, used: Uuid) -> Result<()> {
    match doors::record(app, &Actor::platform(), RaiseUnreviewed(used)).await {
        // It was reviewed, or raised before.
        Ok(()) | Err(Error::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}

struct RaiseUnreviewed(Uuid);

impl Change for RaiseUnreviewed {
    type Made = ();
    const WHAT: &'static str = "break-glass:raise";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let stored = find(pen.tx, "b.id = $1", [self.0.into()]).await?;
        stored.used()?.raise(pen.now, &pen.app.calendar()).map_err(|_| Error::Stale)?;
        let raised = "UPDATE broken_glass SET raised_at = $1 WHERE id = $2";
        pen.tx.run(raised, [At(pen.now).into(), self.0.into()]).await?;
        let broken = stored.broken();
        let mut agencies = vec![stored.users_agency_id, stored.holders_agency_id];
        agencies.dedup();
        for agency in agencies {
            for officer in telling::officers(pen.tx, &broken, agency, pen.now).await? {
                sharing::mail(pen, officer, true).await?;
            }
        }
        // Those who had the time did nothing with it: somebody else may from now on.
        telling::tell_stand_ins(pen, &broken).await?;
        pen.journal(Self::WHAT, &[self.0], &[]).await?;
        Ok(())
    }
}
