//! Whether a request that comes names somebody whom a member of staff declared before. Most children
//! come on the record after their aunt declared that she knows them. What was declared stays sealed:
//! of its names the words are kept as fingerprints, and a request is looked for by its own. The hub looks
//! at the declaration again; nobody is kept away by a name alone, and whoever declared hears nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::FutureExt;
use platform::{
    db::{At, Db, On, Row, Runs, Table, Tx, Value, fold, sea_orm},
    seal::Keys,
};
use practice::calendar::day_of;
use uuid::Uuid;

use super::{
    declarations::Known,
    kept_away::{self, IN_TURN},
    rows::words,
    store::places,
};
use crate::{
    access::store::holders,
    doors::Pen,
    error::{Error, Result},
    ids::{ContactId, StaffId},
    sharing,
};

const WORDS: Table<3> = Table::new("declared_name", ["declaration_id", "line", "word"]);
const AGAIN: Table<4> =
    Table::new("declaration_again", ["id", "declaration_id", "contact_id", "came_at"]);

/// What the words are made fingerprints for.
const PURPOSE: &str = "declared name";
/// A letter by itself is an initial.
const LEAST: usize = 2;
/// How many declarations are read at once.
const BATCH: usize = 200;

fn prints(keys: &Keys, names: &str) -> BTreeSet<Vec<u8>> {
    let folded = fold(names);
    let words = words(&folded).filter(|word| word.chars().count() >= LEAST);
    words.map(|word| keys.fingerprint(PURPOSE, word).to_vec()).collect()
}

/// Keeps the words of the names of a declaration, line by line: each names one person.
///
/// # Errors
/// When the database does.
pub(super) async fn keep(tx: &Tx, keys: &Keys, declaration: Uuid, names: &str) -> Result<()> {
    let lines = (0_i32..).zip(names.lines());
    let rows = lines.flat_map(|(line, said)| {
        let words = prints(keys, said).into_iter();
        words.map(move |word| [declaration.into(), line.into(), word.into()])
    });
    tx.insert_all(&WORDS, rows.collect()).await?;
    Ok(())
}

/// Keeps the words of what was declared before any were kept.
///
/// # Errors
/// When the database does, or something can't be unsealed.
pub async fn take_up(db: &Db, keys: &Arc<Keys>) -> Result<()> {
    #[derive(Row)]
    struct Declared {
        id: Uuid,
        sealed: Vec<u8>,
    }
    let text = format!(
        "SELECT d.id, d.sealed FROM declaration d WHERE d.sealed IS NOT NULL AND d.id > $1 \
         AND NOT EXISTS (SELECT 1 FROM declared_name n WHERE n.declaration_id = d.id) \
         ORDER BY d.id LIMIT {BATCH}"
    );
    let mut last = Uuid::nil();
    loop {
        let (text, keys) = (text.clone(), Arc::clone(keys));
        let done = db.write(move |tx| {
            async move {
                let some: Vec<Declared> = tx.all(&text, [last.into()]).await?;
                let end = some.last().map(|one| one.id);
                for Declared { id, sealed } in some {
                    let known = Known::unsealed(&keys, id, sealed)?;
                    keep(tx, &keys, id, &known.names).await?;
                }
                Ok::<_, Error>(end)
            }
            .boxed()
        });
        let Some(end) = done.await? else { return Ok(()) };
        last = end;
    }
}

/// A person whom a request names, by the words of their names.
struct Named {
    given: BTreeSet<Vec<u8>>,
    family: BTreeSet<Vec<u8>>,
}

impl Named {
    /// Whether the words of one line may mean them: a first name and a family name, or the family name
    /// of whose first name nobody said.
    fn is_among(&self, declared: &BTreeSet<Vec<u8>>) -> bool {
        let any = |of: &BTreeSet<Vec<u8>>| !of.is_disjoint(declared);
        any(&self.family) && (self.given.is_empty() || any(&self.given))
    }
}

/// Looks whether a request that comes names anybody who was declared. Of a request that comes by itself
/// the hub hears; what a list brings is only listed.
///
/// # Errors
/// When the database does.
pub async fn look(
    pen: &mut Pen<'_>,
    contact: ContactId,
    names: impl Iterator<Item = (&str, &str)>,
    is_told: bool,
) -> Result<()> {
    let keys = pen.app.keys.clone();
    let people: Vec<_> = names
        .map(|(given, family)| Named { given: prints(&keys, given), family: prints(&keys, family) })
        .collect();
    let mut meant: BTreeMap<Uuid, StaffId> = BTreeMap::new();
    for ((declaration, _), (staff, words)) in declared(pen, &people).await? {
        if people.iter().any(|person| person.is_among(&words)) {
            meant.insert(declaration, staff);
        }
    }
    let mut about = BTreeSet::new();
    for (declaration, staff) in meant {
        if !kept_away::is_kept(pen.tx, staff, contact).await? {
            let id = Uuid::now_v7();
            let row: [Value; 4] =
                [id.into(), declaration.into(), contact.into(), At(pen.now).into()];
            pen.tx.insert(&AGAIN, row).await?;
            about.insert(staff);
        }
    }
    if is_told && !about.is_empty() { tell(pen, &about, contact).await } else { Ok(()) }
}

/// Lines of declarations, with who declared each and which words of theirs they hold.
type Lines = BTreeMap<(Uuid, i32), (StaffId, BTreeSet<Vec<u8>>)>;

/// The lines in which a word of these people's names stands, with who declared them and which of the
/// words they hold.
async fn declared(pen: &Pen<'_>, people: &[Named]) -> Result<Lines> {
    #[derive(Row)]
    struct Found {
        declaration_id: Uuid,
        line: i32,
        staff_id: StaffId,
        word: Vec<u8>,
    }
    let all: BTreeSet<_> = people.iter().flat_map(|one| one.given.union(&one.family)).collect();
    let all: Vec<_> = all.into_iter().cloned().collect();
    let mut declared = Lines::new();
    if all.is_empty() {
        return Ok(declared);
    }
    let text = format!(
        "SELECT w.declaration_id, w.line, d.staff_id, w.word FROM declared_name w \
         JOIN declaration d ON d.id = w.declaration_id \
         JOIN staff s ON s.id = d.staff_id AND (s.left_on IS NULL OR s.left_on > $1) \
         WHERE w.word IN ({})",
        places(&all, 2)
    );
    let today = On(day_of(pen.now)).into();
    let values = std::iter::once(today).chain(all.into_iter().map(Value::from));
    let found: Vec<Found> = pen.tx.all(&text, values.collect::<Vec<_>>()).await?;
    for Found { declaration_id, line, staff_id, word } in found {
        let of = declared.entry((declaration_id, line));
        of.or_insert_with(|| (staff_id, BTreeSet::new())).1.insert(word);
    }
    Ok(declared)
}

/// Tells whoever is to look, once for a request, whomever of the staff it is about; nobody of them, unless
/// there are others.
async fn tell(pen: &Pen<'_>, about: &BTreeSet<StaffId>, contact: ContactId) -> Result<()> {
    for role in IN_TURN {
        let mut is_any = false;
        for staff in holders(pen.tx, role, day_of(pen.now)).await? {
            let is_of_another = about.iter().any(|one| *one != staff);
            if is_of_another && kept_away::may_read(pen, staff, contact).await? {
                sharing::mail(pen, staff, true).await?;
                is_any = true;
            }
        }
        if is_any {
            return Ok(());
        }
    }
    tracing::error!(contact = %contact.0, "nobody is told of a request that names whom somebody declared");
    Ok(())
}
