//! Which agency of the partnership a word of the mapping stands for, found before anything is
//! done. Where none or several could be meant, nothing is chosen.

use platform::db::{Row, Runs, sea_orm};

use super::mapping::Whose;
use crate::{error::Result, ids::AgencyId};

/// Who made a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    Agency {
        id: AgencyId,
        name: String,
    },
    /// Somebody who belongs to no agency.
    Public,
}

impl Party {
    /// What people read.
    pub fn name(&self) -> &str {
        match self {
            Self::Agency { name, .. } => name,
            Self::Public => "members of the public",
        }
    }
}

/// The agencies of the partnership; none of them, where nobody was asked.
#[derive(Debug, Default)]
pub struct Agencies {
    known: Vec<Known>,
    settings: Vec<SettingKind>,
}

#[derive(Debug, Row)]
struct Known {
    id: AgencyId,
    name: String,
    kind: String,
}

#[derive(Debug, Row)]
struct SettingKind {
    agency_id: AgencyId,
    kind: String,
}

impl Agencies {
    /// Reads them.
    pub async fn of(db: &impl Runs) -> Result<Self> {
        let known = db.all("SELECT id, name, kind FROM agency ORDER BY id", []).await?;
        let settings = db.all("SELECT DISTINCT agency_id, kind FROM setting", []).await?;
        Ok(Self { known, settings })
    }

    /// Who is meant.
    ///
    /// # Errors
    /// That nobody is, or that several could be.
    pub fn party(&self, whose: &Whose) -> Result<Party, String> {
        match whose {
            Whose::Public => Ok(Party::Public),
            Whose::Name(name) => self.only(&format!("called “{name}”"), |a| a.name == *name),
            Whose::Kind(kind) => {
                self.only(&format!("of the kind “{kind}”"), |a| a.kind == *kind)
            }
            Whose::SettingKind(kind) => self
                .only(&format!("with settings of the kind “{kind}”"), |a| {
                    self.settings.iter().any(|s| s.agency_id == a.id && s.kind == *kind)
                }),
        }
    }

    fn only(&self, described: &str, is: impl Fn(&Known) -> bool) -> Result<Party, String> {
        let found: Vec<_> = self.known.iter().filter(|agency| is(agency)).collect();
        match found[..] {
            [one] => Ok(Party::Agency { id: one.id, name: one.name.clone() }),
            [] => Err(format!("the partnership has no agency {described}")),
            _ => Err(format!(
                "the partnership has {} agencies {described}: name one in the mapping file",
                found.len()
            )),
        }
    }
}
