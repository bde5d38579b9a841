//! The table of files.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::{
    db::{At, Row, Runs, Table, sea_orm},
    seal::{Keys, Sealed},
};
use uploads::{FileName, Kind, Standing, Taken};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::FILE;
use crate::{
    doors::Pen,
    error::{Error, Result},
    front_door::contacts::Contact,
    ids::{ContactId, reference},
    pathways::store::Telling,
};

const FILES: Table<9> = Table::new(
    "file",
    [
        "id",
        "reference",
        "contact_id",
        "kind",
        "bytes",
        "name_sealed",
        "content_sealed",
        "standing",
        "scanned_at",
    ],
);

/// What the bytes and the name are sealed for, in the key's derivation.
const CONTENT: &str = "file";
const NAME: &str = "file-name";

/// How the journal calls that a file was kept, with the fingerprints of what was sent and what is
/// kept of it. Never changed.
const WHAT: &str = "files:kept";

/// A file that was looked through and may be kept: sealed already, since that takes a while, and one
/// change of records at a time is made.
pub struct Enclosed {
    id: Uuid,
    kind: Kind,
    bytes: usize,
    name: Sealed,
    content: Sealed,
    /// The SHA-256 of what is kept, and of what was sent.
    kept: String,
    sent: String,
    standing: Standing,
}

impl Enclosed {
    /// What was taken of a file that was sent under that name. No scanner has looked at it yet.
    ///
    /// # Errors
    /// When it can't be sealed.
    pub fn of(keys: &Keys, taken: &Taken<'_>, sent_name: &str) -> Result<Self> {
        let id = Uuid::now_v7();
        let seal = |purpose, value: &[u8]| {
            let sealed = keys.seal(purpose, id.as_bytes(), value);
            sealed.map_err(|e| Error::fault("sealing a file", e))
        };
        let name = FileName::new(sent_name, taken.kind);
        Ok(Self {
            id,
            kind: taken.kind,
            bytes: taken.content.len(),
            name: seal(NAME, name.as_str().as_bytes())?,
            content: seal(CONTENT, &taken.content)?,
            kept: taken.place.to_string(),
            sent: taken.sent.to_string(),
            standing: Standing::Waiting,
        })
    }

    /// Whether a scanner found something in it.
    pub fn is_harmful(&self) -> bool {
        matches!(self.standing, Standing::Found(_))
    }

    /// Once a scanner was asked about what was sent.
    pub fn standing(self, standing: Standing) -> Self {
        Self { standing, ..self }
    }
}

/// A file as a page names it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub name: String,
    pub kind: Kind,
    pub bytes: u64,
    /// Whether a scanner found something in it.
    pub is_harmful: bool,
}

/// A file, to be given out.
#[derive(Debug)]
pub struct Stored {
    pub id: Uuid,
    pub name: FileName,
    pub kind: Kind,
    pub content: Zeroizing<Vec<u8>>,
    pub standing: Standing,
}

/// Keeps a file with a request, and answers with its reference.
///
/// # Errors
/// When the database does not take it.
pub async fn keep(pen: &mut Pen<'_>, contact: ContactId, file: Enclosed) -> Result<String> {
    let reference = reference();
    let said = serde_json::json!({
        "reference": reference,
        "kind": file.kind.code(),
        "bytes": file.bytes,
        "kept": file.kept,
        "sent": file.sent,
    });
    pen.journal(WHAT, &[contact.0], &serde_json::to_vec(&said)?).await?;
    let scanned = (file.standing != Standing::Waiting).then_some(At(pen.now));
    let row = [
        file.id.into(),
        reference.clone().into(),
        contact.into(),
        file.kind.code().into(),
        i64::try_from(file.bytes).unwrap_or(i64::MAX).into(),
        file.name.0.into(),
        file.content.0.into(),
        word(&file.standing).into(),
        scanned.into(),
    ];
    pen.tx.insert(&FILES, row).await?;
    Ok(reference)
}

/// How it stands, as it is stored. What a scanner calls a thing is in the log alone.
fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Waiting => "waiting",
        Standing::NothingFound => "clean",
        Standing::Found(_) => "harmful",
    }
}

fn standing(word: &str) -> Standing {
    match word {
        "clean" => Standing::NothingFound,
        "harmful" => Standing::Found(String::new()),
        _ => Standing::Waiting,
    }
}

/// The files that came with what somebody sees of a request.
#[derive(Debug, Default)]
pub struct Files {
    /// The reference of the request.
    pub contact: String,
    by_reference: BTreeMap<String, Listed>,
}

impl Files {
    /// Those that came with these entries, of a contact that was found in scope.
    ///
    /// # Errors
    /// When the database does, or what is sealed can't be opened.
    pub async fn with<'t>(
        db: &impl Runs,
        keys: &Keys,
        contact: &Contact,
        entries: impl Iterator<Item = &'t Telling> + Clone + Send,
    ) -> Result<Self> {
        // Most requests have none, and nobody is asked about them.
        let by_reference = match entries.clone().any(|entry| entry.words.contains_key(FILE)) {
            true => of_contact(db, keys, contact.id).await?,
            false => BTreeMap::new(),
        };
        let seen = by_reference.into_iter().filter(|(file, _)| came_with(entries.clone(), file));
        Ok(Self { contact: contact.reference.clone(), by_reference: seen.collect() })
    }

    /// The file that came with an entry, and its reference.
    pub fn of<'f>(&'f self, entry: &'f Telling) -> Option<(&'f str, &'f Listed)> {
        let reference = entry.words.get(FILE)?;
        Some((reference, self.by_reference.get(reference)?))
    }
}

/// Whether a file came with one of these entries that stands: with the entry it is struck out.
pub fn came_with<'t>(mut entries: impl Iterator<Item = &'t Telling>, file: &str) -> bool {
    entries.any(|entry| {
        entry.stored.struck.is_none() && entry.words.get(FILE).is_some_and(|its| its == file)
    })
}

/// The files of a request, by reference.
async fn of_contact(
    db: &impl Runs,
    keys: &Keys,
    contact: ContactId,
) -> Result<BTreeMap<String, Listed>> {
    #[derive(Row)]
    struct File {
        id: Uuid,
        reference: String,
        kind: String,
        bytes: i64,
        name_sealed: Vec<u8>,
        standing: String,
    }
    let text = "SELECT id, reference, kind, bytes, name_sealed, standing FROM file \
        WHERE contact_id = $1";
    let files: Vec<File> = db.all(text, [contact.into()]).await?;
    let listed = |file: File| {
        let kind = kind(&file.kind)?;
        let name = name(keys, file.id, file.name_sealed, kind)?;
        let bytes = u64::try_from(file.bytes).unwrap_or_default();
        let is_harmful = matches!(standing(&file.standing), Standing::Found(_));
        let name = name.as_str().to_owned();
        Ok((file.reference, Listed { name, kind, bytes, is_harmful }))
    };
    files.into_iter().map(listed).collect()
}

fn kind(code: &str) -> Result<Kind> {
    Kind::from_code(code).ok_or_else(|| Error::fault("reading a file", "it is of no kind"))
}

fn name(keys: &Keys, id: Uuid, sealed: Vec<u8>, kind: Kind) -> Result<FileName> {
    let name = unsealed(keys, NAME, id, sealed)?;
    Ok(FileName::new(&String::from_utf8_lossy(&name), kind))
}

fn unsealed(
    keys: &Keys,
    purpose: &'static str,
    id: Uuid,
    sealed: Vec<u8>,
) -> Result<Zeroizing<Vec<u8>>> {
    let value = keys.unseal(purpose, id.as_bytes(), &Sealed(sealed));
    value.map_err(|e| Error::fault("unsealing a file", e))
}

/// A file of a request that was found in scope.
///
/// # Errors
/// `NotFound` when it has none of that reference; otherwise as [`Files::with`].
pub async fn stored(
    db: &impl Runs,
    keys: &Keys,
    contact: ContactId,
    reference: &str,
) -> Result<Stored> {
    #[derive(Row)]
    struct File {
        id: Uuid,
        kind: String,
        name_sealed: Vec<u8>,
        content_sealed: Vec<u8>,
        standing: String,
    }
    let text = "SELECT id, kind, name_sealed, content_sealed, standing FROM file \
        WHERE contact_id = $1 AND reference = $2";
    let file: Option<File> = db.one(text, [contact.into(), reference.into()]).await?;
    let file = file.ok_or(Error::NotFound)?;
    let kind = kind(&file.kind)?;
    Ok(Stored {
        id: file.id,
        name: name(keys, file.id, file.name_sealed, kind)?,
        kind,
        content: unsealed(keys, CONTENT, file.id, file.content_sealed)?,
        standing: standing(&file.standing),
    })
}

/// Writes down what a scanner said.
///
/// # Errors
/// When the database does.
pub async fn scanned(db: &impl Runs, file: Uuid, now: Timestamp, said: &Standing) -> Result<()> {
    // What was found stays found, whoever asked at the same moment.
    let text = "UPDATE file SET standing = $1, scanned_at = $2 \
        WHERE id = $3 AND standing = 'waiting'";
    db.run(text, [word(said).into(), At(now).into(), file.into()]).await?;
    Ok(())
}
