//! What the hub sees of what was dealt with before anybody said what they open it again for: who it
//! is about, when and from where it came, and what came of it. No words of anybody.

use platform::db::{At, On, Row, Runs, Value, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use super::{
    child, hidden,
    store::{self, Account, places, values},
};
use crate::{
    App,
    access::{Action, Actor, Scope},
    doors::{Glass, Look},
    error::{Error, Result},
    front_door::contacts,
    ids::{AccountId, ContactId, PathwayId},
    pathways,
    sharing::notices,
};

/// A request, or a person, by its reference.
#[derive(Debug, Clone, Serialize)]
pub enum Of {
    Contact(String),
    Person(String),
}

impl Of {
    /// The reference.
    pub fn reference(&self) -> &str {
        let (Self::Contact(reference) | Self::Person(reference)) = self;
        reference
    }

    /// Where its page is.
    pub fn page(&self) -> String {
        match self {
            Self::Contact(reference) => format!("/contacts/{reference}"),
            Self::Person(reference) => format!("/people/{reference}"),
        }
    }
}

/// A look at it.
#[derive(Debug)]
pub struct SeeSummary(pub Of);

/// What is seen.
#[derive(Debug)]
pub struct Summary {
    pub people: Vec<Account>,
    /// The newest first, also those that only named one of them beside a child.
    pub requests: Vec<DealtWith>,
    /// When something was last added to what is known of them.
    pub added_at: Option<At>,
    /// Whether a notice about the request waits for the asker.
    pub notices_wait: bool,
}

/// A request about one of them, and what came of it.
#[derive(Debug, Clone, Row)]
pub struct DealtWith {
    pub pathway: PathwayId,
    pub given: String,
    pub family: String,
    pub expected_on: Option<On>,
    pub contact: String,
    pub received_at: At,
    pub agency: String,
    pub setting: Option<String>,
    pub level: Option<i32>,
    pub outcome: Option<String>,
    pub decided_at: Option<At>,
}

impl Look for SeeSummary {
    type Seen = Summary;
    const WHAT: &'static str = "people:summary";
    const ACTION: Action = Action::SeeDealtWith;

    fn asked(&self) -> String {
        self.0.reference().to_owned()
    }

    /// The same person is the same record, whether they are opened afterwards or not.
    fn opens(seen: &Summary, _: &[Uuid]) -> Vec<Uuid> {
        seen.people.iter().map(|account| account.id.0).collect()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Summary, Vec<Uuid>)> {
        let mut notices_wait = false;
        let (people, mut subjects) = match &self.0 {
            Of::Contact(reference) => {
                let contact = contacts::find(&glass.db, &glass.scope, reference).await?;
                notices_wait = notices::wait(glass, contact.id).await?;
                (in_contact(glass, contact.id).await?, vec![contact.id.0])
            }
            Of::Person(reference) => {
                let accounts = child::accounts(&glass.db, &glass.scope, reference).await?;
                if accounts.is_empty() {
                    return Err(Error::NotFound);
                }
                (accounts, Vec::new())
            }
        };
        let requests = requests(glass, &people, &self.0).await?;
        subjects.extend(people.iter().map(|account| account.id.0));
        subjects.extend(requests.iter().map(|request| request.pathway.0));
        let added_at = added_at(glass, &people).await?;
        Ok((Summary { people, requests, added_at, notices_wait }, subjects))
    }
}

async fn in_contact(glass: &Glass<'_>, contact: ContactId) -> Result<Vec<Account>> {
    let mut people = Vec::new();
    for pathway in pathways::store::of_contact(&glass.db, contact).await? {
        people.push(store::account(&glass.db, pathway.account_id).await?);
    }
    Ok(people)
}

/// Of a request that one alone; of a person every one, as far as the asker may see it.
async fn requests(glass: &Glass<'_>, people: &[Account], of: &Of) -> Result<Vec<DealtWith>> {
    let accounts: Vec<_> = people.iter().map(|account| account.id).collect();
    let (text, values) = asked_of_requests(&glass.scope, &accounts);
    let mut requests: Vec<DealtWith> = glass.db.all(&text, values).await?;
    if let Of::Contact(reference) = of {
        requests.retain(|request| request.contact == *reference);
    }
    Ok(requests)
}

/// The query of the requests about whoever these accounts are of, or that name them beside a child.
pub fn asked_of_requests(scope: &Scope, accounts: &[AccountId]) -> (String, Vec<Value>) {
    let these = places(accounts, 6);
    let text = format!(
        "SELECT w.id AS pathway, n.given, n.family, a.expected_on, c.reference AS contact, \
         c.received_at, g.name AS agency, t.name AS setting, s.level, s.outcome, s.decided_at \
         FROM pathway w JOIN account a ON a.id = w.account_id \
         JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' JOIN contact c \
         ON c.id = w.contact_id JOIN agency g ON g.id = c.agency_id \
         LEFT JOIN setting t ON t.id = c.setting_id \
         LEFT JOIN screening s ON s.pathway_id = w.id \
         WHERE w.account_id IN (SELECT own.id FROM account own WHERE own.id IN ({these}) \
           UNION SELECT r.of_account FROM relationship r WHERE r.to_account IN ({these})) \
         AND {} ORDER BY c.received_at DESC, w.id",
        scope.contacts("c", 1),
    );
    (text, scope.values().into_iter().chain(values(accounts)).collect())
}

/// When something was last added to what is known of them, for whoever wonders whether to open it: words,
/// or another name, address or number.
async fn added_at(glass: &Glass<'_>, people: &[Account]) -> Result<Option<At>> {
    #[derive(Row)]
    struct Added {
        at: At,
    }
    let accounts: Vec<_> = people.iter().map(|account| account.id).collect();
    let these = places(&accounts, 1);
    let later = ["account_name", "account_address", "account_phone"].map(|table| {
        format!(
            "UNION ALL SELECT said_at AS at FROM {table} \
             WHERE account_id IN ({these}) AND said_at IS NOT NULL"
        )
    });
    let text = format!(
        "SELECT x.at FROM (SELECT at FROM account_addendum WHERE account_id IN ({these}) {}) x \
         ORDER BY x.at DESC LIMIT 1",
        later.join(" ")
    );
    let added: Option<Added> = glass.db.one(&text, values(&accounts)).await?;
    Ok(added.map(|added| added.at))
}

/// What the page at that path is a part of, where a summary is all that somebody sees of it.
///
/// # Errors
/// When the database does.
pub async fn closed_at(app: &App, actor: &Actor, path: &str) -> Result<Option<Of>> {
    #[derive(Row)]
    struct Contact {
        reference: String,
    }
    let mut parts = path.split('/').skip(1);
    let (Some(sort), Some(reference)) = (parts.next(), parts.next()) else { return Ok(None) };
    let of = match sort {
        "contacts" => Of::Contact(reference.to_owned()),
        "people" => Of::Person(reference.to_owned()),
        "pathways" => {
            let text = "SELECT c.reference FROM pathway w JOIN contact c ON c.id = w.contact_id \
                WHERE w.reference = $1";
            let of: Option<Contact> = app.db.reads().one(text, [reference.into()]).await?;
            Of::Contact(of.map_or_else(String::new, |contact| contact.reference))
        }
        _ => return Ok(None),
    };
    Ok(is_all_of(app, actor, &of).await?.then_some(of))
}

/// Whether a summary is all that somebody sees of it before they say what they open it again for.
/// What is hidden from them, and what there is not, is no such thing: what they are answered about
/// either is the same.
///
/// # Errors
/// When the database does.
pub async fn is_all_of(app: &App, actor: &Actor, of: &Of) -> Result<bool> {
    #[derive(Row)]
    struct Found {
        id: Uuid,
    }
    if !actor.may(Action::SeeDealtWith) {
        return Ok(false);
    }
    let (db, staff, now) = (app.db.reads(), actor.id(), app.clock.now());
    let text = match of {
        Of::Contact(_) => "SELECT id FROM contact WHERE reference = $1",
        Of::Person(_) => {
            "SELECT l.account_id AS id FROM person p JOIN account_link l \
             ON l.person_id = p.id AND l.unlinked_at IS NULL WHERE p.reference = $1"
        }
    };
    let found: Vec<Found> = db.all(text, [of.reference().into()]).await?;
    let hidden = match of {
        Of::Contact(_) => {
            let contact = found.first().map_or(Uuid::nil(), |found| found.id);
            vec![hidden::contact(&db, staff, ContactId(contact), now).await?]
        }
        Of::Person(_) => {
            let accounts: Vec<_> = found.iter().map(|found| AccountId(found.id)).collect();
            hidden::each_account(&db, staff, &accounts, now).await?
        }
    };
    let shown = hidden.iter().filter(|hidden| !hidden.kept && !hidden.unnamed);
    let closed = shown.clone().filter(|hidden| hidden.dealt_with && !hidden.opened).count();
    Ok(!found.is_empty() && closed > 0 && closed == shown.count())
}
