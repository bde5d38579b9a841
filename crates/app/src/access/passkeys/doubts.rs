//! A passkey whose counter went back may have been copied: it opens nothing more, and whose it is
//! and the privacy officers of their agency are told. And what is told somebody of their own
//! passkeys, so that nobody adds or removes one behind their back.

use jiff::SignedDuration;
use platform::db::{At, Row, Runs, sea_orm};
use practice::calendar::day_of;
use uuid::Uuid;

use crate::{
    access::{Action, officers::Officers, sessions},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, StaffId},
    sharing,
};

/// Says that a passkey may have been copied. Nobody is signed in who could: it is the platform that
/// records it.
pub struct Doubt {
    pub passkey: Uuid,
}

impl Change for Doubt {
    type Made = ();
    const WHAT: &'static str = "passkeys:doubt";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        #[derive(Row)]
        struct Whose {
            staff_id: StaffId,
            agency_id: AgencyId,
        }
        let text = "SELECT p.staff_id, s.agency_id FROM passkey p \
                    JOIN staff s ON s.id = p.staff_id WHERE p.id = $1";
        let whose: Option<Whose> = pen.tx.one(text, [self.passkey.into()]).await?;
        let Whose { staff_id: staff, agency_id } = whose.ok_or(Error::NotFound)?;
        pen.journal(Self::WHAT, &[staff.0, self.passkey], &[]).await?;
        let doubted = pen
            .tx
            .run(
                "UPDATE passkey SET doubted_at = $1 WHERE id = $2 AND doubted_at IS NULL",
                [At(pen.now).into(), self.passkey.into()],
            )
            .await?;
        // Of one that is in doubt already they were told.
        if doubted.rows_affected() == 1 {
            // It may be the copy that signed in before.
            sessions::end_begun_by(pen.tx, self.passkey, &[], pen.now).await?;
            sharing::mail(pen, staff, true).await?;
            sharing::mail_officers(pen, staff, agency_id, "a passkey may be copied").await?;
        }
        Ok(())
    }
}

/// A passkey that may have been copied, as privacy officers see it.
#[derive(Debug, Row)]
pub struct Doubted {
    pub who: String,
    pub job: String,
    pub doubted_at: At,
    staff_id: StaffId,
    agency_id: AgencyId,
}

/// A look at the passkeys of one's agency that may have been copied and are not removed yet.
#[derive(Debug)]
pub struct InDoubt;

impl Look for InDoubt {
    type Seen = Vec<Doubted>;
    const WHAT: &'static str = "passkeys:in-doubt";
    const ACTION: Action = Action::ReadJournal;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Doubted>, Vec<Uuid>)> {
        let text = "SELECT s.name AS who, s.job || ', ' || g.name AS job, p.doubted_at, p.staff_id, s.agency_id \
            FROM passkey p JOIN staff s ON s.id = p.staff_id JOIN agency g ON g.id = s.agency_id \
            WHERE p.doubted_at IS NOT NULL AND p.ended_at IS NULL \
            ORDER BY p.doubted_at, p.id";
        let mut all: Vec<Doubted> = glass.db.all(text, []).await?;
        let officers = Officers::on(&glass.db, day_of(glass.scope.now()?)).await?;
        all.retain(|one| {
            glass.scope.ask_about(&officers.looks_of(one.agency_id, one.staff_id)).is_ok()
        });
        let whose = all.iter().map(|one| one.staff_id.0).collect();
        Ok((all, whose))
    }
}

/// For how long somebody reads on their page what became of their passkeys.
const NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A passkey of one's own of which there is something new.
#[derive(Debug, Row)]
pub struct News {
    pub name: String,
    pub added_at: At,
    pub doubted_at: Option<At>,
    pub ended_at: Option<At>,
}

/// A look at what is new of one's own passkeys.
#[derive(Debug)]
pub struct OwnNews;

impl Look for OwnNews {
    type Seen = Vec<News>;
    const WHAT: &'static str = "passkeys:news";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<News>, Vec<Uuid>)> {
        let text = "SELECT name, added_at, doubted_at, ended_at FROM passkey \
            WHERE staff_id = $1 AND (added_at > $2 OR doubted_at > $2 OR ended_at > $2) \
            ORDER BY added_at DESC, id DESC";
        let since = At(glass.app.clock.now() - NEWS);
        let news = glass.db.all(text, [glass.scope.own().into(), since.into()]).await?;
        Ok((news, Vec::new()))
    }
}
