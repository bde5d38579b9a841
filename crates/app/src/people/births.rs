//! Saying when somebody was born, later than the rest: the baby came, or a day was mistyped. What the
//! agency said before is kept beside it, with who changed it and when.

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::calendar::Day;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Born, NameKind, doubts,
    rows::{About, PeopleRows},
    store::Account,
};
use crate::{
    doors::Pen,
    error::Result,
    ids::{AccountId, Naming, StaffId},
    limits::LINE,
    recognising::keys,
    web::typed::Problems,
};

/// What is said of a birth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Birth {
    pub born: Born,
    /// First names of a baby who had none before; empty where nobody says them.
    pub given: String,
}

impl Birth {
    /// What is wrong with it, by the field of its form, as on that day.
    pub fn problems(&self, today: Day) -> Problems {
        let mut problems = Problems::default();
        match &self.born {
            Born::NotKnown => problems.add("born", "Enter the date, or its year"),
            Born::On(day) if *day > today => problems.add("born", TO_COME),
            Born::Said(said) if doubts::is_to_come(said, today) => problems.add("born", TO_COME),
            Born::Expected(None) => problems.add("born", "Enter the expected date"),
            Born::Expected(Some(day)) => {
                problems.add_any("born", doubts::is_overdue(&day.to_string(), today));
            }
            Born::On(_) | Born::Said(_) => {}
        }
        problems.add_any("given", LINE.exceeded_by(&self.given));
        problems
    }
}

/// What is said of a birth that lies in the future.
pub const TO_COME: &str =
    "The date of birth must be in the past. If the baby is not born yet, say so";

/// A birth as it stands in the columns of an account.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Columns {
    pub born_on: Option<On>,
    pub born_said: Option<String>,
    pub expected_on: Option<On>,
}

impl Columns {
    /// The columns that say so.
    pub fn of(born: &Born) -> Self {
        let (born_on, born_said, expected_on) = match born {
            Born::On(day) => (Some(*day), None, None),
            Born::Said(said) => (None, Some(said.clone()), None),
            Born::NotKnown => (None, None, None),
            Born::Expected(day) => (None, Some("unborn".to_owned()), *day),
        };
        Self { born_on: born_on.map(On), born_said, expected_on: expected_on.map(On) }
    }
}

/// What an agency said of a birth before.
#[derive(Debug, Clone, Row)]
pub struct BirthBefore {
    #[sea_orm(nested)]
    pub said: Columns,
    pub until_at: At,
    pub until_by: String,
}

/// What was said before of the birth of an account, the latest last; that nothing was is no more than
/// when something first was.
///
/// # Errors
/// When the database does.
pub async fn before(db: &impl Runs, account: AccountId) -> Result<Vec<BirthBefore>> {
    let text = "SELECT b.born_on, b.born_said, b.expected_on, b.until_at, s.name AS until_by \
         FROM account_birth b JOIN staff s ON s.id = b.until_by \
         WHERE b.account_id = $1 AND (b.born_on IS NOT NULL OR b.born_said IS NOT NULL \
         OR b.expected_on IS NOT NULL) ORDER BY b.id";
    Ok(db.all(text, [account.into()]).await?)
}

/// Gives a baby who had no first names the ones that are said: the account goes by them from now on.
pub(super) async fn name_baby(
    pen: &Pen<'_>,
    own: &Account,
    birth: &Birth,
    rows: &mut PeopleRows,
    about: &mut About<'_, impl Naming>,
) -> Result<()> {
    if birth.given.is_empty() || !own.given.is_empty() {
        return Ok(());
    }
    let before = "UPDATE account_name SET kind = $1 WHERE account_id = $2 AND kind = 'called'";
    pen.tx.run(before, [NameKind::Other.slug().into(), own.id.into()]).await?;
    rows.called(about, &birth.given, &own.family);
    Ok(())
}

/// Says the birth on an account, and keeps what it said before.
pub(super) async fn say(
    pen: &Pen<'_>,
    account: AccountId,
    by: StaffId,
    birth: &Birth,
) -> Result<()> {
    let text = "SELECT born_on, born_said, expected_on FROM account WHERE id = $1";
    let stood: Option<Columns> = pen.tx.one(text, [account.into()]).await?;
    let new = Columns::of(&birth.born);
    if let Some(stood) = stood.filter(|stood| *stood != new) {
        // Also where it said nothing: an age counts from the day on which it was said.
        let keep = "INSERT INTO account_birth (id, account_id, born_on, born_said, expected_on, \
             until_at, until_by) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = [
            Uuid::now_v7().into(),
            account.into(),
            stood.born_on.into(),
            stood.born_said.into(),
            stood.expected_on.into(),
            At(pen.now).into(),
            by.0.into(),
        ];
        pen.tx.run(keep, values).await?;
        let set = "UPDATE account SET born_on = $1, born_said = $2, expected_on = $3 WHERE id = $4";
        let values =
            [new.born_on.into(), new.born_said.into(), new.expected_on.into(), account.into()];
        pen.tx.run(set, values).await?;
    }
    keys::derive(pen.tx, &pen.app.keys, &[account]).await
}
