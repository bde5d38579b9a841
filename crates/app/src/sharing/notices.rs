//! The notices on somebody's own page.

use platform::db::{At, Row, Runs, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::Result,
    ids::ContactId,
    people::hidden,
};

/// How many notices are shown.
const MOST: i64 = 30;

/// A notice, by the reference of the contact that it is about.
#[derive(Debug, Clone, Row)]
pub struct Notice {
    pub kind: String,
    pub contact: String,
    pub made_at: At,
    /// Whether there is something in it that nobody in the hub has read.
    pub is_unread: bool,
}

/// A look at one's own notices that wait, newest first.
#[derive(Debug)]
pub struct OwnNotices;

impl Look for OwnNotices {
    type Seen = Vec<Notice>;
    const WHAT: &'static str = "notices:own";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Notice>, Vec<Uuid>)> {
        let notices = glass
            .db
            .all(
                &format!(
                    "SELECT n.kind, c.reference AS contact, n.made_at, EXISTS (SELECT 1 \
                       FROM pathway p JOIN screening s ON s.pathway_id = p.id \
                       WHERE p.contact_id = c.id AND s.unread_since IS NOT NULL) AS is_unread \
                     FROM notice n \
                     JOIN contact c ON c.id = n.contact_id \
                     WHERE n.staff_id = $1 AND n.read_at IS NULL AND {} \
                     ORDER BY n.made_at DESC, n.id DESC LIMIT $2",
                    hidden::shows("c", 1, 1)
                ),
                [glass.scope.own().into(), MOST.into()],
            )
            .await?;
        Ok((notices, Vec::new()))
    }
}

/// Whether a notice about a contact waits for the asker.
pub async fn wait(glass: &Glass<'_>, contact: ContactId) -> Result<bool> {
    #[derive(Row)]
    struct Unread {
        rows: i64,
    }
    let unread: Option<Unread> = glass
        .db
        .one(
            "SELECT count(*) AS rows FROM notice WHERE staff_id = $1 AND contact_id = $2 \
             AND read_at IS NULL",
            [glass.scope.own().into(), contact.into()],
        )
        .await?;
    Ok(unread.is_some_and(|u| u.rows > 0))
}

/// Marks one's own notices about a contact as read.
#[derive(Debug, Serialize)]
pub struct ReadNotices {
    /// The contact's reference.
    pub contact: String,
}

impl Change for ReadNotices {
    type Made = ();
    const WHAT: &'static str = "notices:read";
    const ACTION: Action = Action::MindOwnSession;

    fn asked(&self) -> String {
        self.contact.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.tx
            .run(
                "UPDATE notice SET read_at = $1 WHERE staff_id = $2 AND read_at IS NULL \
                 AND contact_id = (SELECT id FROM contact WHERE reference = $3)",
                [At(pen.now).into(), pen.actor.id().into(), self.contact.clone().into()],
            )
            .await?;
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}
