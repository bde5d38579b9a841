//! Keeping somebody away from a child, and taking it back: by the hub, silently. Whoever it is
//! about is told nothing; what they held goes back to the queue, and what waited for them to
//! whoever receives it instead.

use platform::{
    db::{At, On, Row, Runs, Table, Value, sea_orm},
    seal::{Keys, Sealed},
};
use practice::{
    calendar::{Day, day_of},
    processes::request_for_support::{Event, RequestForSupport, Stage},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    adding::as_shown,
    child, hidden, kept_away,
    sticking::{self, EXCLUSION},
    store::{Account, places, values},
    tried,
};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    front_door::telling::is_answered_since,
    ids::{AccountId, ContactId, PathwayId, PersonId, StaffId, reference},
    limits::{TEXT, filled},
    pathways::{self, Happening, Pathway, Words, store},
    sharing,
};

/// What a sealed reason is for, in the key's derivation.
pub(super) const REASON: &str = "exclusion";

pub(super) const ROW: Table<7> = Table::new(
    "exclusion",
    ["id", "reference", "staff_id", "sealed", "receives_instead", "set_at", "set_by"],
);

/// Keeps somebody away from a person.
#[derive(Debug, Serialize)]
pub struct KeepAway {
    /// The person's reference.
    pub person: String,
    /// The reference of an account that the asker saw on that person.
    pub account: String,
    /// The e-mail address of whoever must not see them.
    pub who: String,
    /// Why.
    pub reason: String,
    /// The e-mail address of whoever receives instead what would go to them.
    pub instead: Option<String>,
}

impl Change for KeepAway {
    type Made = ();
    const WHAT: &'static str = "people:keep-away";
    const ACTION: Action = Action::KeepAway;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let shown = as_shown(pen.tx, &pen.scope, &self.person, &self.account).await?;
        filled(&self.reason, TEXT, "Enter why they must not see this")?;
        let staff = works_here(pen, "who", &self.who).await?;
        let instead = match &self.instead {
            Some(email) => Some(works_here(pen, "instead", email).await?),
            None => None,
        };
        if instead == Some(staff) {
            return Err(Error::beside("instead", "Enter somebody else to receive it instead"));
        }
        if let Some(instead) = instead
            && !can_receive(pen, instead, &shown).await?
        {
            return Err(Error::beside(
                "instead",
                "They may not read this child’s requests. Enter somebody in the hub, or leave it \
                 empty: then the hub’s managers are told",
            ));
        }
        let of: Vec<_> = shown.iter().map(|account| (account.id, account.person_id)).collect();
        let persons = sticking::same_or_alike(pen.tx, &of).await?;
        if all_of(pen.tx, &self.person).await?.iter().any(|one| one.staff_id == staff) {
            return Err(Error::beside("who", "They are kept away already"));
        }
        insert(pen, staff, instead, &self.reason, persons).await?;
        let subjects: Vec<_> = shown.iter().map(|a| a.id.0).chain([staff.0]).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        give_back(pen, staff).await?;
        tell_instead(pen, staff).await
    }
}

async fn works_here(pen: &Pen<'_>, field: &'static str, email: &str) -> Result<StaffId> {
    let found = kept_away::working(pen.tx, email, On(day_of(pen.now))).await?;
    found.ok_or_else(|| Error::beside(field, "Nobody who works here has this e-mail address"))
}

/// Whether somebody could open what they receive: a request about the person, where there is one.
async fn can_receive(pen: &Pen<'_>, staff: StaffId, shown: &[Account]) -> Result<bool> {
    #[derive(Row)]
    struct Of {
        contact_id: ContactId,
    }
    let mut has_none = true;
    for account in shown {
        let text = "SELECT DISTINCT contact_id FROM pathway WHERE account_id = $1";
        let contacts: Vec<Of> = pen.tx.all(text, [account.id.into()]).await?;
        for of in contacts {
            has_none = false;
            if kept_away::may_read(pen, staff, of.contact_id).await? {
                return Ok(true);
            }
        }
    }
    Ok(has_none)
}

async fn insert(
    pen: &Pen<'_>,
    staff: StaffId,
    instead: Option<StaffId>,
    reason: &str,
    persons: Vec<PersonId>,
) -> Result<()> {
    let id = Uuid::now_v7();
    let by = pen.actor.staff().ok_or(Error::SignedOut)?;
    let keys = &pen.app.keys;
    let sealed = keys
        .seal(REASON, id.as_bytes(), reason.trim().as_bytes())
        .map_err(|e| Error::fault("sealing a reason", e))?;
    let row: [Value; 7] = [
        id.into(),
        reference().into(),
        staff.into(),
        sealed.0.into(),
        instead.map(|instead| instead.0).into(),
        At(pen.now).into(),
        by.into(),
    ];
    pen.tx.insert(&ROW, row).await?;
    EXCLUSION.begins(pen, id, persons).await
}

/// Gives back to the queue what they were screening, so that it lies with nobody who can't see it.
pub(super) async fn give_back(pen: &mut Pen<'_>, staff: StaffId) -> Result<()> {
    let text = format!(
        "SELECT p.id, p.reference, p.process, p.account_id, p.contact_id, p.revision, p.stage, \
         p.since, p.ended_at, p.holder_id FROM pathway p \
         WHERE p.holder_id = $1 AND p.ended_at IS NULL AND p.contact_id IN ({}) ORDER BY p.id",
        hidden::contacts(1)
    );
    let held: Vec<Pathway> = pen.tx.all(&text, [staff.into()]).await?;
    for pathway in held {
        if pathway.is_at::<RequestForSupport>(Stage::BeingScreened) {
            let back = Happening { at: pen.now, event: Event::HandedBack, words: Words::new() };
            pathways::append::<RequestForSupport>(pen, &pathway, [back]).await?;
        }
        sharing::notify(pen, staff, sharing::Kind::Instead, pathway.contact_id).await?;
    }
    Ok(())
}

/// Tells of what waits for them, and they will not see any more, whoever receives it instead.
pub(super) async fn tell_instead(pen: &mut Pen<'_>, staff: StaffId) -> Result<()> {
    #[derive(Row)]
    struct Waits {
        kind: String,
        contact_id: ContactId,
    }
    let text = format!(
        "SELECT kind, contact_id FROM notice WHERE staff_id = $1 AND read_at IS NULL \
         AND contact_id IN ({}) ORDER BY id",
        hidden::contacts(1)
    );
    let waits: Vec<Waits> = pen.tx.all(&text, [staff.into()]).await?;
    for notice in waits {
        let kind = sharing::Kind::of_slug(&notice.kind);
        sharing::notify(pen, staff, kind, notice.contact_id).await?;
    }
    Ok(())
}

/// Lets somebody see a person again.
#[derive(Debug, Serialize)]
pub struct LetSeeAgain {
    /// The person's reference.
    pub person: String,
    /// The reference of what keeps them away.
    pub exclusion: String,
}

impl Change for LetSeeAgain {
    type Made = ();
    const WHAT: &'static str = "people:let-see-again";
    const ACTION: Action = Action::KeepAway;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let accounts = child::accounts(pen.tx, &pen.scope, &self.person).await?;
        let all = all_of(pen.tx, &self.person).await?;
        let standing = all.iter().find(|one| one.reference == self.exclusion);
        let one = standing.filter(|_| !accounts.is_empty()).ok_or(Error::NotFound)?;
        let by = pen.actor.id();
        pen.tx
            .run(
                "UPDATE exclusion SET lifted_at = $1, lifted_by = $2 \
                 WHERE id = $3 AND lifted_at IS NULL",
                [At(pen.now).into(), by.into(), one.id.into()],
            )
            .await?;
        let subjects: Vec<_> = accounts.iter().map(|a| a.id.0).chain([one.staff_id.0]).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        tell_answers(pen, one).await
    }
}

/// Tells whoever may see again of the answers to their own requests that they were not told of.
async fn tell_answers(pen: &mut Pen<'_>, lifted: &Standing) -> Result<()> {
    #[derive(Row)]
    struct Own {
        id: PathwayId,
        contact_id: ContactId,
    }
    let text = "SELECT DISTINCT w.id, w.contact_id FROM exclusion_person x \
        JOIN account_link l ON l.person_id = x.person_id AND l.unlinked_at IS NULL \
        JOIN pathway w ON w.account_id = l.account_id JOIN contact c ON c.id = w.contact_id \
        WHERE x.exclusion_id = $1 AND c.requested_by = $2 ORDER BY w.id";
    let own: Vec<Own> = pen.tx.all(text, [lifted.id.into(), lifted.staff_id.into()]).await?;
    let pathways: Vec<_> = own.iter().map(|own| own.id).collect();
    let tellings = store::tellings_of(pen.tx, &pen.app.keys, &pathways).await?;
    for Own { id, contact_id } in own {
        let told = tellings.get(&id).map_or(&[][..], Vec::as_slice);
        if is_answered_since(told, lifted.set_at.0) {
            sharing::notify(pen, lifted.staff_id, sharing::Kind::Answered, contact_id).await?;
        }
    }
    Ok(())
}

/// A look at who must not see a person.
#[derive(Debug)]
pub struct OpenKeptAway {
    /// The person's reference.
    pub person: String,
}

/// Who must not see a person.
#[derive(Debug)]
pub struct KeptAway {
    /// The person's reference and name, and the reference of an account of theirs.
    pub person: String,
    pub name: String,
    pub account: String,
    pub all: Vec<Kept>,
}

/// Somebody who must not, and why.
#[derive(Debug)]
pub struct Kept {
    pub reference: String,
    pub staff: StaffId,
    pub who: String,
    pub instead: Option<String>,
    pub set_at: At,
    pub set_by: String,
    pub reason: String,
    /// When it was taken back, if it was.
    pub lifted_at: Option<At>,
    /// On which days, the newest first, they tried to see what they are kept from, and how often.
    pub tried: Vec<(Day, usize)>,
}

impl Look for OpenKeptAway {
    type Seen = KeptAway;
    const WHAT: &'static str = "people:kept-away";
    const ACTION: Action = Action::KeepAway;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(KeptAway, Vec<Uuid>)> {
        let accounts = child::accounts(&glass.db, &glass.scope, &self.person).await?;
        let first = accounts.first().ok_or(Error::NotFound)?;
        let all = all_of(&glass.db, &self.person).await?;
        let mut kept = Vec::with_capacity(all.len());
        for one in all {
            let (keys, since) = (&glass.app.keys, one.set_at.0);
            let tried = tried::of(&glass.db, keys, one.id, one.staff_id, since).await?;
            kept.push(one.unsealed(keys, tried)?);
        }
        let seen = KeptAway {
            name: first.name(),
            account: first.reference.clone(),
            all: kept,
            person: self.person,
        };
        Ok((seen, accounts.iter().map(|a| a.id.0).collect()))
    }
}

#[derive(Row)]
struct Standing {
    id: Uuid,
    reference: String,
    staff_id: StaffId,
    who: String,
    instead: Option<String>,
    set_at: At,
    set_by: String,
    sealed: Vec<u8>,
    lifted_at: Option<At>,
}

impl Standing {
    fn unsealed(self, keys: &Keys, tried: Vec<(Day, usize)>) -> Result<Kept> {
        let reason = keys
            .unseal(REASON, self.id.as_bytes(), &Sealed(self.sealed))
            .map_err(|e| Error::fault("unsealing a reason", e))?;
        let reason = String::from_utf8_lossy(&reason).into_owned();
        let staff = self.staff_id;
        let Self { reference, who, instead, set_at, set_by, lifted_at, .. } = self;
        Ok(Kept { reference, staff, who, instead, set_at, set_by, reason, lifted_at, tried })
    }
}

/// Who is, or was, kept away from those whom these accounts are of, and why.
///
/// # Errors
/// When the database does, or a reason can't be unsealed.
pub(crate) async fn of_accounts(
    db: &impl Runs,
    keys: &Keys,
    accounts: &[AccountId],
) -> Result<Vec<Kept>> {
    let text = format!(
        "SELECT DISTINCT x.id, x.reference, x.staff_id, s.name AS who, NULL AS instead, x.set_at, \
         b.name AS set_by, x.sealed, x.lifted_at FROM account_link l \
         JOIN exclusion_person y ON y.person_id = l.person_id \
         JOIN exclusion x ON x.id = y.exclusion_id \
         JOIN staff s ON s.id = x.staff_id JOIN staff b ON b.id = x.set_by \
         WHERE l.unlinked_at IS NULL AND l.account_id IN ({}) ORDER BY x.set_at, x.id",
        places(accounts, 1)
    );
    let all: Vec<Standing> = db.all(&text, values(accounts)).await?;
    all.into_iter().map(|one| one.unsealed(keys, Vec::new())).collect()
}

/// What stands for a person now. The caller has asked about the person.
async fn all_of(db: &impl Runs, person: &str) -> Result<Vec<Standing>> {
    Ok(db
        .all(
            "SELECT x.id, x.reference, x.staff_id, s.name AS who, i.name AS instead, x.set_at, \
             b.name AS set_by, x.sealed, x.lifted_at FROM person p \
             JOIN exclusion_person y ON y.person_id = p.id \
             JOIN exclusion x ON x.id = y.exclusion_id AND x.lifted_at IS NULL \
             JOIN staff s ON s.id = x.staff_id JOIN staff b ON b.id = x.set_by \
             LEFT JOIN staff i ON i.id = x.receives_instead \
             WHERE p.reference = $1 ORDER BY x.set_at, x.id",
            [person.into()],
        )
        .await?)
}
