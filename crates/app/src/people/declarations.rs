//! What members of staff declare of children and families whom they know. Each declaration stands
//! beside the ones before it. It looks nobody up: whether anybody is on record can be read neither
//! from what it answers nor from how long it takes.

use jiff::{Timestamp, ToSpan};
use platform::{
    db::{At, Row, Runs, Table, Value, sea_orm},
    seal::{Keys, Sealed},
};
use practice::calendar::day_of;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{declared, home};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::reference,
    limits::{REASON, TEXT, filled},
};

/// After how many months somebody is asked again: yearly, as the threat model has it. A constant,
/// since the lengths that a partnership sets are those of clocks about children.
pub const AGAIN_AFTER_MONTHS: i32 = 12;
/// How many of one's own declarations are listed.
pub const MOST_OWN: usize = 20;

pub const SAY_WHO: &str = "Enter the names of whom you know";
pub const SAY_HOW: &str = "Enter how you know them";

/// What a declaration is sealed for, in the key's derivation.
const SAID: &str = "declaration";

const DECLARATION: Table<5> =
    Table::new("declaration", ["id", "reference", "staff_id", "declared_at", "sealed"]);

/// Whom somebody knows, in their own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The names, as they know them.
    pub names: String,
    /// How they know them.
    pub relation: String,
    /// Anything else.
    pub more: String,
}

impl Known {
    fn check(&self) -> Result<()> {
        filled(&self.names, TEXT, SAY_WHO)?;
        filled(&self.relation, REASON, SAY_HOW)?;
        TEXT.keep(&self.more)
    }

    fn sealed(&self, keys: &Keys, id: Uuid) -> Result<Vec<u8>> {
        let said = serde_json::to_vec(self)?;
        let sealed = keys.seal(SAID, id.as_bytes(), &said);
        Ok(sealed.map_err(|e| Error::fault("sealing a declaration", e))?.0)
    }

    /// What was sealed with the declaration of that id.
    ///
    /// # Errors
    /// A fault when it can't be unsealed.
    pub(super) fn unsealed(keys: &Keys, id: Uuid, sealed: Vec<u8>) -> Result<Self> {
        let said = keys
            .unseal(SAID, id.as_bytes(), &Sealed(sealed))
            .map_err(|e| Error::fault("unsealing a declaration", e))?;
        Ok(serde_json::from_slice(&said)?)
    }
}

/// Declares whom one knows.
#[derive(Debug)]
pub struct Declare {
    /// These; none that I know of.
    pub known: Option<Known>,
    /// Where one lives, as a postcode; empty where one does not say.
    pub postcode: String,
}

/// What is said of a postcode that is none.
pub const SAY_POSTCODE: &str = "Enter a whole postcode, such as FY1 1AD, or leave it empty";

impl Change for Declare {
    type Made = ();
    const WHAT: &'static str = "conflicts:declare";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        let id = Uuid::now_v7();
        let sealed = match &self.known {
            None => None,
            Some(known) => {
                known.check()?;
                Some(known.sealed(&pen.app.keys, id)?)
            }
        };
        let content = sealed.clone().unwrap_or_default();
        let row: [Value; 5] =
            [id.into(), reference().into(), staff.into(), At(pen.now).into(), sealed.into()];
        pen.tx.insert(&DECLARATION, row).await?;
        if let Some(known) = &self.known {
            declared::keep(pen.tx, &pen.app.keys, id, &known.names).await?;
        }
        home::keep(pen, staff, &self.postcode).await?;
        pen.journal(Self::WHAT, &[id], &content).await?;
        Ok(())
    }
}

/// A look at when one has declared. What was said is not shown again: others see that screen too.
#[derive(Debug)]
pub struct OwnDeclarations;

/// When somebody declared, newest first; at most [`MOST_OWN`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared(pub Vec<Timestamp>);

impl Declared {
    /// Whether it is time to declare: never done, or a year ago and more.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.0.first().is_none_or(|last| {
            day_of(*last).saturating_add(AGAIN_AFTER_MONTHS.months()) <= day_of(now)
        })
    }
}

impl Look for OwnDeclarations {
    type Seen = Declared;
    const WHAT: &'static str = "conflicts:own";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Declared, Vec<Uuid>)> {
        #[derive(Row)]
        struct When {
            declared_at: At,
        }
        let text = format!(
            "SELECT declared_at FROM declaration WHERE staff_id = $1 \
             ORDER BY declared_at DESC, id DESC LIMIT {MOST_OWN}"
        );
        let all: Vec<When> = glass.db.all(&text, [glass.scope.own().into()]).await?;
        Ok((Declared(all.into_iter().map(|one| one.declared_at.0).collect()), Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::Declared;

    #[test]
    fn somebody_is_asked_when_they_start_and_again_after_a_year() {
        let at = |moment: &str| moment.parse().unwrap();
        let declared = |moment: &str| Declared(vec![at(moment)]);
        let now = at("2027-11-02T10:00:00Z");
        assert!(Declared(Vec::new()).is_due(now));
        assert!(declared("2026-11-02T10:00:00Z").is_due(now));
        assert!(!declared("2026-11-03T10:00:00Z").is_due(now));
        // The day before a leap day has no leap day a year on.
        assert!(declared("2028-02-29T10:00:00Z").is_due(at("2029-02-28T10:00:00Z")));
    }
}
