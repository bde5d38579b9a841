//! Who has left, as it is written down outside the database, so that no older backup lets them in again.

use jiff::civil::Date;
use platform::db::{On, Row, Runs, sea_orm};
use serde::{Deserialize, Serialize};

use crate::{doors::Pen, error::Result, ids::StaffId, people::lasting::Again};

/// Somebody leaves, or stays after all.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub staff: StaffId,
    /// The first day on which they are gone; `None` where that was taken back.
    pub on: Option<Date>,
}

/// Everybody of whom it is said when they leave.
///
/// # Errors
/// When the database does.
pub async fn left(db: &impl Runs) -> Result<Vec<Left>> {
    #[derive(Row)]
    struct Stored {
        id: StaffId,
        left_on: On,
    }
    let text = "SELECT id, left_on FROM staff WHERE left_on IS NOT NULL ORDER BY id";
    let stored: Vec<Stored> = db.all(text, []).await?;
    Ok(stored.into_iter().map(|one| Left { staff: one.id, on: Some(one.left_on.0) }).collect())
}

impl Left {
    /// Lets them be gone again.
    ///
    /// # Errors
    /// When the database does.
    pub async fn again(&self, pen: &Pen<'_>) -> Result<Again> {
        #[derive(Row)]
        struct Stored {
            left_on: Option<On>,
        }
        let Some(on) = self.on else { return Ok(Again::Stood) };
        let text = "SELECT left_on FROM staff WHERE id = $1";
        let stored: Option<Stored> = pen.tx.one(text, [self.staff.into()]).await?;
        let Some(Stored { left_on }) = stored else { return Ok(Again::NobodyThere) };
        if left_on.is_some_and(|left| left.0 <= on) {
            return Ok(Again::Stood);
        }
        let text = "UPDATE staff SET left_on = $1, revision = revision + 1 WHERE id = $2";
        pen.tx.run(text, [On(on).into(), self.staff.into()]).await?;
        Ok(Again::Stands)
    }
}
