//! Whether each content of the journal is the one that its entry commits to: whoever has the key could
//! seal other words in its place. It takes the key, which the proof of the entries does not.

use std::fmt;

use indicatif::ProgressBar;
use platform::{
    db::{Db, Row, Runs, sea_orm},
    seal::Keys,
};

use super::{building::bar, size, store};
use crate::{doors::journal, error::Result};

/// How many contents are read at a time.
const AT_ONCE: i64 = 2_000;

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many contents there are.
    pub all: u64,
    /// Those that can't be unsealed: the first, and how many.
    pub unread: Option<(i64, u64)>,
    /// Those that are not what their entries commit to, likewise.
    pub altered: Option<(i64, u64)>,
}

impl Compared {
    /// Whether each is what its entry commits to.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.unread.is_none() && self.altered.is_none()
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((first, all)) = self.unread {
            writeln!(f, "CONTENTS CAN’T BE UNSEALED: {all}, the first of entry {first}.")?;
        }
        if let Some((first, all)) = self.altered {
            writeln!(
                f,
                "CONTENTS ARE NOT WHAT THEIR ENTRIES COMMIT TO: {all}, the first of entry {first}."
            )?;
        }
        if self.is_sound() {
            writeln!(f, "Each of the {} contents is what its entry commits to.", self.all)?;
        }
        Ok(())
    }
}

/// Unseals each content and compares it.
///
/// # Errors
/// When the database does.
pub async fn compare(db: &Db, keys: &Keys, shows: bool) -> Result<Compared> {
    #[derive(Row)]
    struct Content {
        seq: i64,
        entry: Vec<u8>,
        salt: Vec<u8>,
        sealed: Vec<u8>,
    }
    let whole = db.as_it_is().await?;
    let head = store::head(&whole).await?;
    let bar = if shows { bar(size(head.seq), "contents read")? } else { ProgressBar::hidden() };
    let text = "SELECT c.seq, j.entry, c.salt, c.sealed FROM journal_content c \
        JOIN journal j ON j.seq = c.seq WHERE c.seq > $1 ORDER BY c.seq LIMIT $2";
    let (mut compared, mut last) = (Compared::default(), i64::MIN);
    loop {
        let some: Vec<Content> = whole.all(text, [last.into(), AT_ONCE.into()]).await?;
        let Some(end) = some.last() else { break };
        last = end.seq;
        for Content { seq, entry, salt, sealed } in some {
            compared.all += 1;
            match journal::unseal(keys, seq, sealed) {
                Err(_) => count(&mut compared.unread, seq),
                Ok(content) if !journal::commits_to(&entry, &salt, &content) => {
                    count(&mut compared.altered, seq);
                }
                Ok(_) => {}
            }
        }
        bar.set_position(size(last));
    }
    bar.finish_and_clear();
    Ok(compared)
}

fn count(seen: &mut Option<(i64, u64)>, seq: i64) {
    seen.get_or_insert((seq, 0)).1 += 1;
}
