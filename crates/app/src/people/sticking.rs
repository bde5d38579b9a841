//! What stands for a person and sticks: that somebody is kept away from them, and that they are
//! restricted, whatever that covers. Both reach what reached the hub as a whole: a contact that
//! names the person, with every account and pathway of it, since one child of a request tells of the
//! other. Both go with the accounts when these are linked, and stand for whoever may be the same
//! person. What says for whom each of them is hidden stands in `kept_away` and `restricted`, and to
//! whom an address is shown in `address_list`.

use std::collections::BTreeSet;

use platform::db::{At, Row, Runs, Table, Value, sea_orm};
use uuid::Uuid;

use super::secrecy;
use crate::{
    doors::Pen,
    error::Result,
    ids::{AccountId, PersonId},
};

/// A table of what sticks, and the table of the persons for whom each of its rows stands. In the
/// texts it is `x`, the persons `y`, and `xl` links them to their accounts.
pub(super) struct Sticks {
    table: &'static str,
    persons: Table<3>,
    /// Which of its rows reach anything. Whichever they are, they stick alike.
    which: &'static str,
}

pub(super) static EXCLUSION: Sticks = Sticks {
    table: "exclusion",
    persons: Table::new("exclusion_person", ["exclusion_id", "person_id", "since"]),
    which: "",
};

/// The whole record exists for few.
pub(super) static RESTRICTION: Sticks = restricted("AND x.covers = 'record'");

/// Where they live, and how they are reached, is shown to few.
pub(super) static ADDRESS: Sticks = restricted("AND x.covers = 'address'");

/// Looks are asked about, and nothing is hidden.
pub(super) static LOOKS: Sticks = restricted("AND x.covers = 'looks'");

const fn restricted(which: &'static str) -> Sticks {
    let columns = ["restriction_id", "person_id", "since"];
    Sticks { table: "restriction", persons: Table::new("restriction_person", columns), which }
}

impl Sticks {
    /// From what stands now to the accounts of whom it stands for, as the end of a query that can
    /// go on with another condition.
    pub fn direct(&self, joins: &str, condition: &str) -> String {
        let Self { table, which, .. } = self;
        format!(
            "FROM {table} x JOIN {table}_person y ON y.{table}_id = x.id \
             JOIN account_link xl ON xl.person_id = y.person_id AND xl.unlinked_at IS NULL \
             {joins} WHERE x.lifted_at IS NULL {which} {condition}"
        )
    }

    /// The contacts that it reaches, as the text of a query: those that began a pathway of the
    /// person, and those that name the person beside a child. It stands by itself, so that a
    /// database answers it once for a whole list.
    pub fn contacts(&self, columns: &str, condition: &str) -> String {
        let began = self.direct("JOIN pathway xp ON xp.account_id = xl.account_id", condition);
        let names = self.direct(
            "JOIN relationship xr ON xr.to_account = xl.account_id \
             JOIN pathway xp ON xp.account_id = xr.of_account",
            condition,
        );
        format!("SELECT {columns} {began} UNION SELECT {columns} {names}")
    }

    /// The accounts that it reaches, as the text of a query: the person's own, and those of
    /// everybody whom such a contact names.
    pub fn accounts(&self, condition: &str) -> String {
        let contacts = self.contacts("xp.contact_id", condition);
        format!(
            "SELECT xl.account_id {} \
             UNION SELECT xq.account_id FROM pathway xq WHERE xq.contact_id IN ({contacts}) \
             UNION SELECT xs.to_account FROM relationship xs \
             JOIN pathway xq ON xq.account_id = xs.of_account WHERE xq.contact_id IN ({contacts})",
            self.direct("", condition)
        )
    }

    /// The accounts that each one reaches (`standing`, `account_id`), likewise.
    pub fn accounts_of_each(&self) -> String {
        let contacts = self.contacts("x.id AS standing, xp.contact_id", "");
        format!(
            "SELECT x.id AS standing, xl.account_id {} \
             UNION SELECT k.standing, xq.account_id FROM ({contacts}) k \
             JOIN pathway xq ON xq.contact_id = k.contact_id \
             UNION SELECT k.standing, xs.to_account FROM ({contacts}) k \
             JOIN pathway xq ON xq.contact_id = k.contact_id \
             JOIN relationship xs ON xs.of_account = xq.account_id",
            self.direct("", "")
        )
    }

    /// From one (`$1`), whether it stands or was lifted, to the accounts of whom it stands for.
    pub fn of_one(&self) -> String {
        let table = self.table;
        format!(
            "FROM {table}_person y JOIN account_link xl ON xl.person_id = y.person_id \
             AND xl.unlinked_at IS NULL WHERE y.{table}_id = $1"
        )
    }

    /// That it was set or lifted since a moment (`$1`), or came to stand for another account.
    pub fn changed(&self) -> String {
        let table = self.table;
        format!(
            "x.set_at >= $1 OR x.lifted_at >= $1 OR EXISTS (SELECT 1 FROM {table}_person y \
             WHERE y.{table}_id = x.id AND (y.since >= $1 OR EXISTS (SELECT 1 FROM account_link xl \
             WHERE xl.person_id = y.person_id AND xl.linked_at >= $1)))"
        )
    }

    /// Lets one stand for these persons as well. Whether it did not for one of them.
    ///
    /// # Errors
    /// When the database does.
    pub async fn stands_too(
        &'static self,
        pen: &Pen<'_>,
        id: Uuid,
        mut persons: Vec<PersonId>,
    ) -> Result<bool> {
        #[derive(Row)]
        struct Stands {
            person_id: PersonId,
        }
        let text = format!("SELECT person_id FROM {t}_person WHERE {t}_id = $1", t = self.table);
        let before: Vec<Stands> = pen.tx.all(&text, [id.into()]).await?;
        persons.retain(|person| !before.iter().any(|stands| stands.person_id == *person));
        let is_new = !persons.is_empty();
        self.begins(pen, id, persons).await?;
        Ok(is_new)
    }

    /// Lets everything that stood for those whose account this once was stand for the person who
    /// has it now: to link or unlink lifts none.
    ///
    /// # Errors
    /// When the database does.
    pub async fn stays(
        &'static self,
        pen: &Pen<'_>,
        account: AccountId,
        person: PersonId,
    ) -> Result<()> {
        let table = self.table;
        let text = format!(
            "SELECT DISTINCT x.id AS standing, m.person_id FROM {table} x \
             JOIN {table}_person y ON y.{table}_id = x.id \
             JOIN account_link l ON l.person_id = y.person_id \
             JOIN account_link m ON m.person_id = $2 AND m.account_id = l.account_id \
             WHERE x.lifted_at IS NULL AND l.account_id = $1 AND {}",
            self.is_new_for("m.person_id")
        );
        self.carry(pen, &text, vec![account.into(), person.into()]).await?;
        self.spreads(pen, vec![person]).await
    }

    /// Lets it stand for those among these accounts' persons who may be a person for whom it
    /// stands. Nobody has linked the two yet, and until a person has looked, the stricter holds.
    ///
    /// # Errors
    /// When the database does.
    pub async fn carries_over(&'static self, pen: &Pen<'_>, accounts: &[AccountId]) -> Result<()> {
        let table = self.table;
        let text = format!(
            "SELECT DISTINCT x.id AS standing, m.person_id FROM {table} x \
             JOIN {table}_person y ON y.{table}_id = x.id \
             JOIN account_link l ON l.person_id = y.person_id AND l.unlinked_at IS NULL \
             JOIN ({}) k ON k.account_id = l.account_id AND k.like_of <> l.account_id \
             JOIN account_link m ON m.account_id = k.like_of AND m.unlinked_at IS NULL \
             WHERE x.lifted_at IS NULL AND {}",
            alike(accounts.len()),
            self.is_new_for("m.person_id")
        );
        let values = accounts.iter().map(|account| (*account).into()).collect();
        let carried = self.carry(pen, &text, values).await?;
        self.spreads(pen, carried).await
    }

    /// Lets what stands for these persons stand for everybody who has a number in common with them,
    /// and so on: no two of one number are kept differently.
    ///
    /// # Errors
    /// When the database does.
    pub async fn spreads(&'static self, pen: &Pen<'_>, mut from: Vec<PersonId>) -> Result<()> {
        let table = self.table;
        while !from.is_empty() {
            let text = format!(
                "SELECT DISTINCT x.id AS standing, k.person_id FROM {table} x \
                 JOIN {table}_person y ON y.{table}_id = x.id \
                 JOIN ({}) k ON k.of_person = y.person_id WHERE x.lifted_at IS NULL AND {}",
                of_one_number(from.len()),
                self.is_new_for("k.person_id")
            );
            let values = from.iter().map(|person| (*person).into()).collect();
            from = self.carry(pen, &text, values).await?;
        }
        Ok(())
    }

    fn is_new_for(&self, person: &str) -> String {
        let table = self.table;
        format!(
            "NOT EXISTS (SELECT 1 FROM {table}_person z \
             WHERE z.{table}_id = x.id AND z.person_id = {person})"
        )
    }

    /// Lets what the text finds stand for whom it finds. For whom it stands anew.
    async fn carry(
        &'static self,
        pen: &Pen<'_>,
        text: &str,
        values: Vec<Value>,
    ) -> Result<Vec<PersonId>> {
        #[derive(Row)]
        struct Carried {
            standing: Uuid,
            person_id: PersonId,
        }
        let carried: Vec<Carried> = pen.tx.all(text, values).await?;
        for Carried { standing, person_id } in &carried {
            self.stands_for(pen, *standing, *person_id).await?;
        }
        Ok(carried.into_iter().map(|carried| carried.person_id).collect())
    }

    /// Lets one stand for these persons, and for whoever has a number in common with them.
    ///
    /// # Errors
    /// When the database does.
    pub async fn begins(
        &'static self,
        pen: &Pen<'_>,
        id: Uuid,
        persons: Vec<PersonId>,
    ) -> Result<()> {
        for person in &persons {
            self.stands_for(pen, id, *person).await?;
        }
        self.spreads(pen, persons).await
    }

    async fn stands_for(&'static self, pen: &Pen<'_>, id: Uuid, person: PersonId) -> Result<()> {
        pen.tx.insert(&self.persons, [id.into(), person.into(), At(pen.now).into()]).await?;
        secrecy::is_for_few(pen, person).await
    }
}

/// The accounts that a contact (`$1`) names, as the text of a query.
pub(super) const NAMED_IN: &str = "SELECT w.account_id FROM pathway w WHERE w.contact_id = $1 \
    UNION SELECT r.to_account FROM pathway w JOIN relationship r ON r.of_account = w.account_id \
    WHERE w.contact_id = $1";

/// Which persons (`person_id`) have a number in common with one of the first so many values
/// (`of_person`).
fn of_one_number(persons: usize) -> String {
    let places: Vec<String> = (1..=persons).map(|place| format!("${place}")).collect();
    format!(
        "SELECT DISTINCT l.person_id AS of_person, m.person_id FROM account_link l \
         JOIN account_identifier i ON i.account_id = l.account_id \
         JOIN account_identifier j ON j.normal = i.normal AND j.scheme = i.scheme \
         JOIN account_link m ON m.account_id = j.account_id AND m.unlinked_at IS NULL \
         WHERE l.unlinked_at IS NULL AND l.person_id IN ({})",
        places.join(", ")
    )
}

/// A person, and everybody who has a number in common with them, and so on.
///
/// # Errors
/// When the database does.
pub(super) async fn of_the_same_numbers(db: &impl Runs, person: PersonId) -> Result<Vec<PersonId>> {
    #[derive(Row)]
    struct Joined {
        person_id: PersonId,
    }
    let mut all = BTreeSet::from([person]);
    let mut next = vec![person];
    while !next.is_empty() {
        let text = format!("SELECT DISTINCT k.person_id FROM ({}) k", of_one_number(next.len()));
        let values: Vec<Value> = next.iter().map(|person| (*person).into()).collect();
        let joined: Vec<Joined> = db.all(&text, values).await?;
        next =
            joined.into_iter().map(|j| j.person_id).filter(|person| all.insert(*person)).collect();
    }
    Ok(all.into_iter().collect())
}

/// Lets what sticks stand for somebody who by what was said of them later may be somebody for whom
/// it stands, and for whoever has a number in common with them now.
///
/// # Errors
/// When the database does.
pub(super) async fn is_said_more_of(
    pen: &Pen<'_>,
    account: AccountId,
    person: PersonId,
) -> Result<()> {
    for sticks in [&EXCLUSION, &RESTRICTION] {
        sticks.carries_over(pen, &[account]).await?;
        sticks.spreads(pen, vec![person]).await?;
    }
    secrecy::is_for_few(pen, person).await
}

/// Lets what sticks stand for those among new people who may be somebody for whom it stands.
///
/// # Errors
/// When the database does.
pub async fn carries_over(pen: &Pen<'_>, accounts: &[AccountId]) -> Result<()> {
    EXCLUSION.carries_over(pen, accounts).await?;
    RESTRICTION.carries_over(pen, accounts).await
}

/// Lets what stuck to an account stand for the person who has it now.
///
/// # Errors
/// When the database does.
pub(super) async fn stays(pen: &Pen<'_>, account: AccountId, person: PersonId) -> Result<()> {
    EXCLUSION.stays(pen, account, person).await?;
    RESTRICTION.stays(pen, account, person).await?;
    secrecy::is_for_few(pen, person).await
}

/// Which accounts (`account_id`) may be of the same person as one of the first so many values
/// (`like_of`): they have a number in common, or a date of birth and a word of a name. An account that
/// has a number or a date of birth is among those that it is like.
pub(crate) fn alike(accounts: usize) -> String {
    let places: Vec<String> = (1..=accounts).map(|place| format!("${place}")).collect();
    let these = places.join(", ");
    format!(
        "SELECT i.account_id AS like_of, j.account_id FROM account_identifier i \
         JOIN account_identifier j ON j.normal = i.normal AND j.scheme = i.scheme \
         WHERE i.account_id IN ({these}) \
         UNION SELECT a.id, b.id FROM account a JOIN account b ON b.born_on = a.born_on \
         WHERE a.id IN ({these}) AND EXISTS (SELECT 1 FROM account_name_word v \
         JOIN account_name_word w ON w.word = v.word \
         WHERE v.account_id = a.id AND w.account_id = b.id)"
    )
}

/// The persons of these accounts, and whoever else on the record may be the same.
///
/// # Errors
/// When the database does.
pub(super) async fn same_or_alike(
    db: &impl Runs,
    accounts: &[(AccountId, PersonId)],
) -> Result<Vec<PersonId>> {
    #[derive(Row)]
    struct Alike {
        person_id: PersonId,
    }
    let text = format!(
        "SELECT DISTINCT l.person_id FROM account_link l WHERE l.unlinked_at IS NULL \
         AND l.account_id IN (SELECT k.account_id FROM ({}) k)",
        alike(accounts.len())
    );
    let values: Vec<Value> = accounts.iter().map(|(account, _)| (*account).into()).collect();
    let alike: Vec<Alike> = db.all(&text, values).await?;
    let mut persons: Vec<_> = accounts.iter().map(|(_, person)| *person).collect();
    persons.extend(alike.into_iter().map(|alike| alike.person_id));
    persons.sort_unstable();
    persons.dedup();
    Ok(persons)
}
