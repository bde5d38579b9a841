//! Reading contacts: one with all its children, for whoever may, and the list of one's own.

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::{calendar::day_of, processes::request_for_support::Event};
use uuid::Uuid;

use super::{
    contacts::{self, Contact},
    elsewhere::{self, Elsewhere},
    findings::{self, Screening},
    telling::{self, Danger, Known},
};
use crate::{
    access::Action,
    doors::{Glass, Look},
    error::{Error, Result},
    files::store::Files,
    ids::{ContactId, PathwayId, StaffId},
    intelligence,
    organisations::team_of,
    pathways::{self, Pathway, derive::ClockRow, store::Telling},
    people::{
        hidden, kept_away, secrecy,
        store::{self, Account, Identifier},
    },
    questionnaires::{self, Answered},
    sharing::notices,
};

/// How many of one's own requests are shown.
const MOST: i64 = 100;

/// A look at one contact and what became of it.
#[derive(Debug)]
pub struct OpenContact {
    /// The contact's reference.
    pub reference: String,
}

/// A contact, as the asker may see it.
#[derive(Debug)]
pub struct ContactSeen {
    pub contact: Contact,
    pub from: From,
    pub children: Vec<ChildSeen>,
    /// What was answered, when it came by the form.
    pub answered: Option<Answered>,
    /// Whether the asker sees what the hub sees.
    pub in_full: bool,
    /// Whether an address of one of the children must be kept secret, whoever said so.
    pub protects: bool,
    /// The files that came with what the asker sees of it.
    pub files: Files,
    /// Whether a notice about it waits for the asker.
    pub notices_wait: bool,
    /// Whoever made it, where they must not see it any more: for whoever sees what the hub sees.
    pub kept_away: Option<String>,
}

impl ContactSeen {
    /// Whether there is something that nobody in the hub has read yet, by somebody else.
    pub fn is_unread_by(&self, reader: Option<StaffId>) -> bool {
        self.children.iter().any(|child| {
            let since = child.screening.as_ref().and_then(|s| s.unread_since);
            let theirs = |t: &&Telling| {
                let said = matches!(
                    telling::event(t),
                    Some(Event::Received(_) | Event::InformationAdded { .. })
                );
                said && since.is_some_and(|since| t.stored.at >= since.0)
            };
            child.tellings.iter().filter(theirs).any(|t| t.recorded_by != reader)
        })
    }
}

/// Who asked.
#[derive(Debug, Clone, Row)]
pub struct From {
    pub agency: String,
    pub setting: Option<String>,
    pub requester: Option<String>,
    pub job: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// The requester's team today, and how it is reached.
    pub team: Option<String>,
}

/// One child of a contact.
#[derive(Debug)]
pub struct ChildSeen {
    pub account: Account,
    /// The numbers by which agencies know the child, with what is wrong with each.
    pub identifiers: Vec<Identifier>,
    pub pathway: Pathway,
    pub screening: Option<Screening>,
    pub clocks: Vec<ClockRow>,
    /// What must be said of a limit that is shown.
    pub caveat: Option<String>,
    pub tellings: Vec<Telling>,
    /// Whether danger was spoken of, and whether somebody has looked since.
    pub danger: Option<Danger>,
    /// Who has taken it on, as far as the asker may know.
    pub holder: Option<String>,
    /// Whether it was answered and is looked at again.
    pub looks_again: bool,
    /// The other requests about the same child: for whoever sees what the hub sees.
    pub elsewhere: Vec<Elsewhere>,
    /// How much intelligence there is about the child that the asker may read.
    pub intelligence: usize,
}

impl Look for OpenContact {
    type Seen = ContactSeen;
    const WHAT: &'static str = "front-door:contact";
    const ACTION: Action = Action::ReadContact;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    /// What somebody sent themselves is theirs, and a danger that nobody has read is read by whoever comes.
    fn opens_always(seen: &ContactSeen, by: StaffId) -> bool {
        let is_unread = |child: &ChildSeen| child.danger == Some(Danger::Unread);
        seen.contact.requested_by == Some(by) || seen.children.iter().any(is_unread)
    }

    fn opens(seen: &ContactSeen, _: &[Uuid]) -> Vec<Uuid> {
        let children = seen.children.iter();
        let children = children.flat_map(|child| [child.pathway.id.0, child.account.id.0]);
        std::iter::once(seen.contact.id.0).chain(children).collect()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(ContactSeen, Vec<Uuid>)> {
        let contact = contacts::find(&glass.db, &glass.scope, &self.reference).await?;
        let mut children = Vec::new();
        let protects = secrecy::stands_for_any(&glass.db, contact.id).await?;
        let mut subjects = vec![contact.id.0];
        for pathway in pathways::store::of_contact(&glass.db, contact.id).await? {
            subjects.push(pathway.id.0);
            let of = [pathway.account_id];
            let mut child = ChildSeen {
                intelligence: intelligence::reading::offered(
                    &glass.db,
                    &glass.app.keys,
                    &glass.scope,
                    &of,
                )
                .await?,
                account: store::account(&glass.db, pathway.account_id).await?,
                identifiers: store::identifiers(&glass.db, pathway.account_id).await?,
                screening: findings::stored(&glass.db, pathway.id).await?,
                clocks: pathways::derive::clock_rows(&glass.db, pathway.id).await?,
                tellings: pathways::store::tellings(&glass.db, &glass.app.keys, pathway.id).await?,
                caveat: None,
                danger: None,
                holder: None,
                looks_again: false,
                elsewhere: Vec::new(),
                pathway,
            };
            child.looks_again = child.pathway.ended_at.is_none();
            child.danger = telling::danger(&child.tellings, &glass.scope);
            let ChildSeen { pathway, tellings, screening, clocks, .. } = &mut child;
            telling::cut_down(&glass.scope, &mut Known { pathway, tellings, screening, clocks });
            child.caveat = pathways::derive::caveat(&glass.app.rules(), &child.clocks);
            child.holder = holder(glass, child.pathway.holder_id).await?;
            if glass.scope.is_all() {
                child.elsewhere = elsewhere::of_person(glass, child.account.id, contact.id).await?;
                subjects.extend(child.elsewhere.iter().map(|other| other.pathway.0));
            }
            children.push(child);
        }
        let tellings = children.iter().flat_map(|child: &ChildSeen| &child.tellings);
        let files = Files::with(&glass.db, &glass.app.keys, &contact, tellings).await?;
        let answered = match contact.response_id {
            Some(id) => Some(questionnaires::store::answered(glass, id).await?),
            None => None,
        };
        let from = from(glass, &contact).await?;
        let in_full = glass.scope.is_all();
        let notices_wait = notices::wait(glass, contact.id).await?;
        let kept_away = match in_full {
            true => kept_away::requester(&glass.db, contact.id).await?,
            false => None,
        };
        let seen = ContactSeen {
            contact,
            from,
            children,
            answered,
            in_full,
            protects,
            files,
            notices_wait,
            kept_away,
        };
        Ok((seen, subjects))
    }
}

/// What happened on the requests of every child of a contact that was found in scope, as far as the
/// asker may know; and the ids of those requests.
///
/// # Errors
/// When the database does.
pub async fn tellings_of(
    glass: &Glass<'_>,
    contact: ContactId,
) -> Result<(Vec<Telling>, Vec<Uuid>)> {
    let (mut all, mut pathways) = (Vec::new(), Vec::new());
    for pathway in pathways::store::of_contact(&glass.db, contact).await? {
        let keys = &glass.app.keys;
        let mut tellings = pathways::store::tellings(&glass.db, keys, pathway.id).await?;
        telling::cut_down_entries(&glass.scope, &mut tellings);
        all.extend(tellings);
        pathways.push(pathway.id.0);
    }
    Ok((all, pathways))
}

/// The name of whoever has taken something on.
pub(super) async fn holder(glass: &Glass<'_>, holder: Option<StaffId>) -> Result<Option<String>> {
    #[derive(Row)]
    struct Holder {
        name: String,
    }
    let Some(holder) = holder else { return Ok(None) };
    let text = "SELECT name FROM staff WHERE id = $1";
    let holder: Option<Holder> = glass.db.one(text, [holder.into()]).await?;
    Ok(holder.map(|h| h.name))
}

async fn from(glass: &Glass<'_>, contact: &Contact) -> Result<From> {
    let today = day_of(glass.app.clock.now());
    let text = format!(
        "SELECT g.name AS agency, t.name AS setting, s.name AS requester, s.job, s.phone, \
         s.email, {} AS team FROM contact c JOIN agency g ON g.id = c.agency_id \
         LEFT JOIN setting t ON t.id = c.setting_id \
         LEFT JOIN staff s ON s.id = c.requested_by WHERE c.id = $1",
        team_of("s.id", 2)
    );
    let values = [contact.id.into(), On(today).into()];
    glass.db.one(&text, values).await?.ok_or(Error::NotFound)
}

/// A look at the requests that the asker, or their setting, has made, newest first.
#[derive(Debug)]
pub struct OwnRequests;

/// A request in a list: one line for each child.
#[derive(Debug, Clone, Row)]
pub struct OwnRequest {
    pub id: PathwayId,
    pub contact: String,
    pub received_at: At,
    pub given: String,
    pub family: String,
    pub expected_on: Option<On>,
    pub stage: String,
    pub requester: Option<String>,
}

impl Look for OwnRequests {
    type Seen = Vec<OwnRequest>;
    const WHAT: &'static str = "front-door:own-requests";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<OwnRequest>, Vec<Uuid>)> {
        // The hub's scope is everything; a person's own list is theirs all the same.
        let text = format!(
            "SELECT p.id, c.reference AS contact, c.received_at, n.given, n.family, a.expected_on, \
             p.stage, s.name AS requester \
             FROM contact c JOIN pathway p ON p.contact_id = c.id \
             JOIN account a ON a.id = p.account_id \
             JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' \
             LEFT JOIN staff s ON s.id = c.requested_by \
             WHERE (c.requested_by = $1 OR c.setting_id = $2) AND {} \
             ORDER BY c.received_at DESC, p.id LIMIT {MOST}",
            hidden::shows("c", 3, 3)
        );
        let [_, requester, setting, own, _] = glass.scope.values();
        let mut requests: Vec<OwnRequest> = glass.db.all(&text, [requester, setting, own]).await?;
        for request in &mut requests {
            telling::stage_for_requester(&request.stage).clone_into(&mut request.stage);
        }
        let subjects = requests.iter().map(|r| r.id.0).collect();
        Ok((requests, subjects))
    }
}
