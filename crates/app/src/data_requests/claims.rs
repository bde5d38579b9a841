//! Which accounts may be of whoever a data request is about: found when it was taken down, found now, or
//! of somebody of whom another account is theirs. What is hidden from a reader is no account to them.

use platform::db::{On, Row, Runs, sea_orm};
use uuid::Uuid;

use crate::{
    error::Result,
    ids::AccountId,
    people::{
        hidden,
        meant::{self, Meant},
        store::places,
    },
};

/// An account that may be theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub account: AccountId,
    /// What the hub says of it; `None` where nobody has.
    pub is_theirs: Option<bool>,
    /// Who says so.
    pub said_by: Option<String>,
}

/// The accounts that may be meant. Once it is over, those that were.
///
/// # Errors
/// When the database does.
pub(super) async fn of(
    db: &impl Runs,
    request: Uuid,
    about: &Meant,
    is_over: bool,
) -> Result<Vec<Claim>> {
    #[derive(Row)]
    struct Said {
        account_id: AccountId,
        is_theirs: Option<bool>,
        said_by: Option<String>,
    }
    #[derive(Row)]
    struct Other {
        account_id: AccountId,
    }
    let text = "SELECT y.account_id, y.is_theirs, s.name AS said_by FROM data_request_account y \
        LEFT JOIN staff s ON s.id = y.said_by WHERE y.request_id = $1 ORDER BY y.account_id";
    let said: Vec<Said> = db.all(text, [request.into()]).await?;
    let of =
        |Said { account_id, is_theirs, said_by }| Claim { account: account_id, is_theirs, said_by };
    let mut all: Vec<_> = said.into_iter().map(of).collect();
    if is_over {
        return Ok(all);
    }
    // What was said, or linked, since it was taken down counts too.
    let text = "SELECT DISTINCT m.account_id FROM data_request_account y \
        JOIN account_link l ON l.account_id = y.account_id AND l.unlinked_at IS NULL \
        JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
        WHERE y.request_id = $1 AND y.is_theirs = TRUE ORDER BY m.account_id";
    let linked: Vec<Other> = db.all(text, [request.into()]).await?;
    let found = meant::anybody(db, about).await?;
    for account in linked.into_iter().map(|other| other.account_id).chain(found) {
        if !all.iter().any(|claim| claim.account == account) {
            all.push(Claim { account, is_theirs: None, said_by: None });
        }
    }
    Ok(all)
}

/// Whether an account that may be meant, or a request that is about one, is hidden from somebody.
///
/// # Errors
/// When the database does.
pub(super) async fn is_hidden(db: &impl Runs, staff: Uuid, claims: &[Claim]) -> Result<bool> {
    #[derive(Row)]
    struct Hidden {
        rows: i64,
    }
    let meant = claims.iter().filter(|claim| claim.is_theirs != Some(false));
    let meant: Vec<_> = meant.map(|claim| claim.account).collect();
    if meant.is_empty() || staff.is_nil() {
        return Ok(false);
    }
    let text = format!(
        "SELECT count(*) AS rows FROM account y WHERE y.id IN ({}) AND (y.id IN ({}) OR EXISTS \
         (SELECT 1 FROM pathway w WHERE (w.account_id = y.id OR w.account_id IN \
           (SELECT r.of_account FROM relationship r WHERE r.to_account = y.id)) \
          AND w.contact_id IN ({})))",
        places(&meant, 2),
        hidden::accounts(1),
        hidden::contacts(1)
    );
    let values = std::iter::once(staff.into()).chain(meant.into_iter().map(Into::into));
    let hidden: Option<Hidden> = db.one(&text, values.collect::<Vec<_>>()).await?;
    Ok(hidden.is_some_and(|hidden| hidden.rows > 0))
}

/// An account that may be of whoever it is about, as its reader sees it.
#[derive(Debug, Clone)]
pub struct MayBe {
    pub id: AccountId,
    pub account: String,
    /// The person's reference.
    pub person: String,
    pub given: String,
    pub family: String,
    pub born_on: Option<On>,
    pub agency: String,
    /// What the hub says of it; `None` where nobody has.
    pub is_theirs: Option<bool>,
    /// Who says so.
    pub said_by: Option<String>,
}

/// The accounts that may be meant, but for those that are hidden from the reader.
///
/// # Errors
/// When the database does.
pub async fn may_be(db: &impl Runs, reader: Uuid, claims: &[Claim]) -> Result<Vec<MayBe>> {
    #[derive(Row)]
    struct Account {
        id: AccountId,
        account: String,
        person: String,
        given: String,
        family: String,
        born_on: Option<On>,
        agency: String,
    }
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = claims.iter().map(|claim| claim.account).collect();
    let text = format!(
        "SELECT a.id, a.reference AS account, p.reference AS person, n.given, n.family, \
         a.born_on, g.name AS agency FROM account a \
         JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
         JOIN person p ON p.id = l.person_id JOIN agency g ON g.id = a.agency_id \
         JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' \
         WHERE a.id IN ({}) AND a.id NOT IN ({}) ORDER BY p.id, a.id",
        places(&ids, 2),
        hidden::accounts(1)
    );
    let values = std::iter::once(reader.into()).chain(ids.into_iter().map(Into::into));
    let accounts: Vec<Account> = db.all(&text, values.collect::<Vec<_>>()).await?;
    let may_be = |of: Account| {
        let claim = claims.iter().find(|claim| claim.account == of.id);
        MayBe {
            id: of.id,
            account: of.account,
            person: of.person,
            given: of.given,
            family: of.family,
            born_on: of.born_on,
            agency: of.agency,
            is_theirs: claim.and_then(|claim| claim.is_theirs),
            said_by: claim.and_then(|claim| claim.said_by.clone()),
        }
    };
    Ok(accounts.into_iter().map(may_be).collect())
}
