//! The day by which somebody must have what is held about them is near, or over: the hub's managers
//! are told, once of each. The clock may have been moved since it was asked for.

use jiff::ToSpan;
use platform::db::{At, Row, Runs, sea_orm};
use practice::{
    calendar::{day_of, end_of},
    data_request::Due,
    roles::Role,
};
use uuid::Uuid;

use super::store::{self, Stored};
use crate::{
    App,
    access::{Action, Actor, store::told},
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::StaffId,
    sharing,
};

/// The outbox's name for a data request whose day may be near, or over.
pub const LATE: &str = "data-request-late";
/// How many days before the last one it is near.
pub(super) const NEAR: i64 = 7;

/// Tells the hub's managers, if it is so.
///
/// # Errors
/// When the database does.
pub async fn raise(app: &App, request: Uuid) -> Result<()> {
    match doors::record(app, &Actor::platform(), RaiseLate(request)).await {
        // It is over, was raised before, or has more time by now.
        Ok(()) | Err(Error::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}

struct RaiseLate(Uuid);

#[derive(Row)]
struct Raised {
    near_raised_at: Option<At>,
    late_raised_at: Option<At>,
}

impl Change for RaiseLate {
    type Made = ();
    const WHAT: &'static str = "data-requests:raise";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = store::of(pen.app, pen.tx, self.0).await?;
        let text = "SELECT near_raised_at, late_raised_at FROM data_request WHERE id = $1";
        let raised: Option<Raised> = pen.tx.one(text, [self.0.into()]).await?;
        let raised = raised.ok_or(Error::Stale)?;
        let (None, Due::On(due)) = (request.ended_at, request.due(&pen.app.calendar())) else {
            return Err(Error::Stale);
        };
        let is_late = pen.now >= end_of(due);
        let is_near = day_of(pen.now) >= due.saturating_sub(NEAR.days());
        let (column, before) = match is_late {
            true => ("late_raised_at", raised.late_raised_at),
            false => ("near_raised_at", raised.near_raised_at),
        };
        if before.is_some() || !(is_late || is_near) {
            return Err(Error::Stale);
        }
        let text = format!("UPDATE data_request SET {column} = $1 WHERE id = $2");
        pen.tx.run(&text, [At(pen.now).into(), self.0.into()]).await?;
        for staff in to_tell(pen, &request).await? {
            sharing::mail(pen, staff, is_late).await?;
        }
        pen.journal(Self::WHAT, &[self.0], &[]).await?;
        Ok(())
    }
}

/// The first of the hub's roles that anybody holds from whom nothing of it is hidden.
pub(super) async fn to_tell(pen: &Pen<'_>, request: &Stored) -> Result<Vec<StaffId>> {
    for role in [Role::HubManager, Role::DutyWorker, Role::HubWorker] {
        let held = told(pen.tx, role, day_of(pen.now)).await?;
        let mut open = Vec::new();
        for staff in held.into_iter().flat_map(|(_, staff)| staff) {
            if store::is_open_to(pen.tx, request, staff).await? {
                open.push(staff);
            }
        }
        if !open.is_empty() {
            return Ok(open);
        }
    }
    tracing::error!(request = %request.id, "nobody is left to answer a data request");
    Ok(Vec::new())
}
