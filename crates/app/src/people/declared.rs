//! Whether a request that comes names somebody whom a member of staff declared before. Most children
//! come on the record after their aunt declared that she knows them. What was declared stays sealed:
//! of its names the words are kept as fingerprints, and a request is looked for by its own. The hub looks
//! at the declaration again; nobody is kept away by a name alone, and whoever declared hears nothing.

use std::collections::{BTreeMap, BTreeSet};

use platform::{
    db::{At, On, Row, Runs, Table, Value, fold, sea_orm},
    seal::Keys,
};
use practice::{calendar::day_of, roles::Role};
use uuid::Uuid;

use super::{kept_away, rows::words, store::places};
use crate::{
    access::store::told,
    doors::Pen,
    error::Result,
    ids::{ContactId, StaffId},
    sharing,
};

const WORDS: Table<2> = Table::new("declared_name", ["declaration_id", "word"]);
const AGAIN: Table<4> =
    Table::new("declaration_again", ["id", "declaration_id", "contact_id", "came_at"]);

/// What the words are made fingerprints for.
const PURPOSE: &str = "declared name";
/// How many words of a declaration are looked for: more is a story, and no list of names.
const MOST: usize = 200;
/// A letter by itself is an initial.
const LEAST: usize = 2;

fn prints(keys: &Keys, names: &str) -> BTreeSet<Vec<u8>> {
    let folded = fold(names);
    let words = words(&folded).filter(|word| word.chars().count() >= LEAST);
    words.map(|word| keys.fingerprint(PURPOSE, word).to_vec()).collect()
}

/// Keeps the words of the names of a declaration, unless they are kept.
///
/// # Errors
/// When the database does.
pub(super) async fn keep(pen: &Pen<'_>, declaration: Uuid, names: &str) -> Result<()> {
    #[derive(Row)]
    struct Kept {
        rows: i64,
    }
    let text = "SELECT count(*) AS rows FROM declared_name WHERE declaration_id = $1";
    let kept: Option<Kept> = pen.tx.one(text, [declaration.into()]).await?;
    if kept.is_some_and(|kept| kept.rows > 0) {
        return Ok(());
    }
    let words = prints(&pen.app.keys, names).into_iter().take(MOST);
    let rows = words.map(|word| [declaration.into(), word.into()]).collect();
    pen.tx.insert_all(&WORDS, rows).await?;
    Ok(())
}

/// A person whom a request names, by the words of their names.
struct Named {
    given: BTreeSet<Vec<u8>>,
    family: BTreeSet<Vec<u8>>,
}

impl Named {
    /// Whether these words may mean them: a first name and a family name, or the family name of
    /// whose first name nobody said.
    fn is_among(&self, declared: &BTreeSet<Vec<u8>>) -> bool {
        let any = |of: &BTreeSet<Vec<u8>>| !of.is_disjoint(declared);
        any(&self.family) && (self.given.is_empty() || any(&self.given))
    }
}

/// Looks whether a request that comes names anybody who was declared; the hub's managers hear that
/// there is something to look at, but for whoever declared it.
///
/// # Errors
/// When the database does.
pub async fn look(
    pen: &mut Pen<'_>,
    contact: ContactId,
    names: impl Iterator<Item = (&str, &str)>,
) -> Result<()> {
    let keys = pen.app.keys.clone();
    let people: Vec<_> = names
        .map(|(given, family)| Named { given: prints(&keys, given), family: prints(&keys, family) })
        .collect();
    for (declaration, (staff, words)) in declared(pen, &people).await? {
        let is_meant = people.iter().any(|person| person.is_among(&words));
        if is_meant && !kept_away::is_kept(pen.tx, staff, contact).await? {
            let id = Uuid::now_v7();
            let row: [Value; 4] =
                [id.into(), declaration.into(), contact.into(), At(pen.now).into()];
            pen.tx.insert(&AGAIN, row).await?;
            tell(pen, staff, contact).await?;
        }
    }
    Ok(())
}

/// The declarations in which a family name of these people stands, with who declared them and which of
/// the words of these people they hold.
async fn declared(
    pen: &Pen<'_>,
    people: &[Named],
) -> Result<BTreeMap<Uuid, (StaffId, BTreeSet<Vec<u8>>)>> {
    #[derive(Row)]
    struct Found {
        declaration_id: Uuid,
        staff_id: StaffId,
        word: Vec<u8>,
    }
    let all: BTreeSet<_> = people.iter().flat_map(|one| one.given.union(&one.family)).collect();
    let all: Vec<_> = all.into_iter().cloned().collect();
    let mut declared: BTreeMap<Uuid, (StaffId, BTreeSet<Vec<u8>>)> = BTreeMap::new();
    if all.is_empty() {
        return Ok(declared);
    }
    let text = format!(
        "SELECT w.declaration_id, d.staff_id, w.word FROM declared_name w \
         JOIN declaration d ON d.id = w.declaration_id \
         JOIN staff s ON s.id = d.staff_id AND (s.left_on IS NULL OR s.left_on > $1) \
         WHERE w.word IN ({})",
        places(&all, 2)
    );
    let today = On(day_of(pen.now)).into();
    let values = std::iter::once(today).chain(all.into_iter().map(Value::from));
    let found: Vec<Found> = pen.tx.all(&text, values.collect::<Vec<_>>()).await?;
    for Found { declaration_id, staff_id, word } in found {
        declared
            .entry(declaration_id)
            .or_insert_with(|| (staff_id, BTreeSet::new()))
            .1
            .insert(word);
    }
    Ok(declared)
}

async fn tell(pen: &Pen<'_>, about: StaffId, contact: ContactId) -> Result<()> {
    let managers = told(pen.tx, Role::HubManager, day_of(pen.now)).await?;
    for staff in managers.into_iter().flat_map(|(_, staff)| staff) {
        if staff != about && kept_away::may_read(pen, staff, contact).await? {
            sharing::mail(pen, staff, true).await?;
        }
    }
    Ok(())
}
