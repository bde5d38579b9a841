//! Taking a journal into the tree that was there before the tree was. Runs at every start, goes on
//! where it was interrupted, and has nothing to do where the tree is of all entries.

use futures_util::FutureExt;
use indicatif::{ProgressBar, ProgressStyle};
use journal_proof::Hash;
use platform::db::{Db, Row, Runs, Tx, sea_orm};

use super::{NODE, carried, grow, number, size, store};
use crate::{
    doors::journal::HEAD,
    error::{Error, Result},
};

/// How many entries are taken in with one commit: far fewer than a change has time for.
const AT_ONCE: i64 = 5000;

/// Takes in what is missing. `shows` asks for a progress bar.
///
/// # Errors
/// A refusal when an entry is missing, or the journal is shorter than its tree; otherwise when the
/// database does.
pub async fn build(db: &Db, shows: bool) -> Result<()> {
    let head = store::head(&db.reads()).await?;
    let (entries, mut done) = (size(head.seq), head.tree()?.size());
    if done > entries {
        return Err(Error::refusal(format!(
            "The journal says that it has {entries} entries, and its tree is of {done}: the database \
             was changed by hand. Look at it with `sightline verify-journal` and restore a backup. \
             Nothing was changed"
        )));
    }
    if done == entries {
        return Ok(());
    }
    let bar =
        if shows { bar(entries, "entries taken into the tree")? } else { ProgressBar::hidden() };
    while done < entries {
        bar.set_position(done);
        done = db.write(move |tx| take_in(tx).boxed()).await?;
    }
    bar.finish_and_clear();
    Ok(())
}

/// Takes in the next entries, and answers with how many are in the tree then.
async fn take_in(tx: &Tx) -> Result<u64> {
    #[derive(Row)]
    struct Entry {
        seq: i64,
        entry: Vec<u8>,
    }
    // Nobody appends meanwhile.
    tx.count(&HEAD, 0).await?;
    let mut tree = carried(tx)?;
    let after = number(tree.size());
    let text = "SELECT seq, entry FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2";
    let entries: Vec<Entry> = tx.all(text, [after.into(), AT_ONCE.into()]).await?;
    let gap = (after + 1..).zip(&entries).find(|(seq, entry)| *seq != entry.seq);
    if let Some(missing) = gap.map(|(seq, _)| seq).or(entries.is_empty().then_some(after + 1)) {
        return Err(Error::refusal(format!(
            "Entry {missing} of the journal is missing, so that its tree can’t be made. Restore a \
             backup. Nothing was changed"
        )));
    }
    let leaves: Vec<Hash> = entries.iter().map(|entry| Hash::leaf(&entry.entry)).collect();
    tx.insert_all(&NODE, grow(&mut tree, &leaves)).await?;
    tx.carry(&HEAD, tree.to_bytes())?;
    Ok(tree.size())
}

/// A bar over so many entries.
pub(super) fn bar(entries: u64, what: &'static str) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} {msg}, {eta} to go")
        .map_err(|e| Error::fault("drawing a progress bar", e))?;
    Ok(ProgressBar::new(entries).with_style(style).with_message(what))
}
