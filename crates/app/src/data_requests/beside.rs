//! What is held about somebody beside their record: who asked the hub about them, why somebody is kept
//! away from them, why what agencies said was taken to be of one person, and that they asked before.

use platform::db::{At, On, Row, Runs, sea_orm};
use uuid::Uuid;

use super::gathering::{About, Item, Lines};
use crate::{
    doors::Glass,
    error::Result,
    front_door::caller::UNNAMED,
    ids::AccountId,
    involving::held,
    people::{
        keeping_away,
        store::{places, values},
    },
    web::words,
};

/// All of it.
///
/// # Errors
/// When the database does, or what is sealed can't be opened.
pub(super) async fn of_accounts(
    glass: &Glass<'_>,
    request: Uuid,
    accounts: &[AccountId],
    about: &About,
) -> Result<Vec<Item>> {
    let mut all = askings(glass, accounts, about).await?;
    all.extend(kept_away(glass, accounts, about).await?);
    all.extend(joined(&glass.db, accounts).await?);
    all.extend(asked_before(&glass.db, request, accounts).await?);
    Ok(all)
}

async fn askings(glass: &Glass<'_>, accounts: &[AccountId], about: &About) -> Result<Vec<Item>> {
    let (db, keys, reader) = (&glass.db, &glass.app.keys, glass.scope.own());
    let asked = held::of_accounts(db, keys, reader, accounts).await?;
    let items = asked.into_iter().map(|one| {
        let mut lines = Lines::default();
        let is_named = !about.unnamed.contains(&one.by_id);
        let by =
            if is_named { format!("{}, {}", one.by, one.works_at) } else { UNNAMED.to_owned() };
        lines.add("Asked", &words::moment(one.at.0));
        lines.add("By", &by);
        if one.may_be_of_another {
            lines.say("They may have meant somebody else, so what was said stands not here.");
        } else {
            let told = one.told.as_deref().unwrap_or("They wait for an answer");
            lines.add("Why", &one.why);
            lines.add("What they were told", told);
        }
        // Where somebody works tells in which town they live.
        let works_at = about.is_secret.then_some(one.works_at);
        let title = "What somebody asked the hub about them".to_owned();
        let others = std::iter::once(one.by).chain(works_at).collect();
        lines.item(format!("asking-{}", one.reference), title, others)
    });
    Ok(items.collect())
}

async fn kept_away(glass: &Glass<'_>, accounts: &[AccountId], about: &About) -> Result<Vec<Item>> {
    let kept = keeping_away::of_accounts(&glass.db, &glass.app.keys, accounts).await?;
    let items = kept.into_iter().map(|one| {
        let mut lines = Lines::default();
        lines.add("Who", if about.unnamed.contains(&one.staff) { UNNAMED } else { &one.who });
        lines.add("Since", &words::moment(one.set_at.0));
        if let Some(until) = one.lifted_at {
            lines.add("Until", &words::moment(until.0));
        }
        lines.add("Why", &one.reason);
        let title = "Why somebody is, or was, kept from their record".to_owned();
        lines.item(format!("kept-away-{}", one.reference), title, vec![one.who])
    });
    Ok(items.collect())
}

/// Why what several agencies said is taken to be of one person. Why something is not any more tells of
/// somebody else.
async fn joined(db: &impl Runs, accounts: &[AccountId]) -> Result<Option<Item>> {
    #[derive(Row)]
    struct Link {
        reason: String,
        linked_at: At,
    }
    let text = format!(
        "SELECT reason, linked_at FROM account_link WHERE account_id IN ({}) \
         AND linked_by IS NOT NULL AND unlinked_at IS NULL ORDER BY linked_at, id",
        places(accounts, 1)
    );
    let links: Vec<Link> = db.all(&text, values(accounts)).await?;
    let mut lines = Lines::default();
    for link in links {
        lines.add(&format!("Joined {}", words::moment(link.linked_at.0)), &link.reason);
    }
    let title = "Why what was said of them was taken to be of one person".to_owned();
    Ok((!lines.is_empty()).then(|| lines.item("joined".to_owned(), title, Vec::new())))
}

async fn asked_before(
    db: &impl Runs,
    request: Uuid,
    accounts: &[AccountId],
) -> Result<Option<Item>> {
    #[derive(Row)]
    struct Before {
        reference: String,
        received_on: On,
    }
    let text = format!(
        "SELECT DISTINCT d.reference, d.received_on FROM data_request d \
         JOIN data_request_account y ON y.request_id = d.id AND y.is_theirs \
         JOIN data_request t ON t.id = $1 AND d.id < t.id \
         WHERE d.known_on IS NOT NULL AND y.account_id IN ({}) ORDER BY d.received_on, d.reference",
        places(accounts, 2)
    );
    let values = std::iter::once(request.into()).chain(values(accounts));
    let before: Vec<Before> = db.all(&text, values.collect::<Vec<_>>()).await?;
    let mut lines = Lines::default();
    for one in before {
        lines.add(&format!("Request {}", one.reference), &words::day(one.received_on.0));
    }
    let title = "That what is held about them was asked for before".to_owned();
    Ok((!lines.is_empty()).then(|| lines.item("asked-before".to_owned(), title, Vec::new())))
}
