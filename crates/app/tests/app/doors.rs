//! The doors themselves: names that are never used twice, and a change that forgets the journal.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    access::{Action, Actor},
    doors::{self, Change, Glass, Look, Pen},
    error::{Error, Result},
};
use platform::db::Runs;

use crate::support::{on_both, sources};

/// What stands between these two, wherever it stands in the source, with the file.
fn between(before: &str, after: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (file, text) in sources() {
        for part in text.split(before).skip(1) {
            let (name, _) = part.split_once(after).expect("the end of it");
            found.push((name.to_owned(), file.clone()));
        }
    }
    found
}

#[test]
fn every_look_and_every_change_has_a_name_of_its_own_in_the_journal() {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, file) in between("const WHAT: &'static str = \"", "\"") {
        named.entry(name).or_default().push(file);
    }
    assert!(named.len() > 20, "the source was read");
    let shared: Vec<_> = named.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(shared.is_empty(), "one name for several: {shared:?}");
    let looks_and_changes =
        between("impl Look for ", " ").len() + between("Change for ", " ").len();
    // A change that is written once for several kinds takes the name that each kind gives it.
    let written_once = between("const WHAT: &'static str = L::", ";").len();
    let kinds = between("impl List for ", " ").len();
    assert_eq!(named.len() + written_once, looks_and_changes + kinds, "one name each");
}

#[test]
fn every_look_and_every_change_asks_for_an_action_that_a_policy_allows_somebody() {
    let asked: BTreeSet<_> =
        between("const ACTION: Action = Action::", ";").into_iter().map(|(name, _)| name).collect();
    assert!(asked.len() > 15, "the source was read");
    for action in asked {
        let word = format!("{}{}", action[..1].to_lowercase(), &action[1..]);
        let policies = need_to_know::FILES.iter().map(|(_, text)| *text);
        let spoken = policies.filter(|text| text.contains(&format!("Action::\"{word}\""))).count();
        assert!(spoken > 0, "no policy speaks of {word}");
    }
}

/// The page about the policies says beside each which is of something that nothing asks yet.
#[test]
fn what_the_docs_call_not_asked_yet_is_what_the_program_does_not_ask() {
    let mut asked = BTreeSet::new();
    // What is only measured decides nothing.
    for (_, text) in sources().into_iter().filter(|(file, _)| !file.starts_with("bench/")) {
        for part in text.split("Action::").skip(1) {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
            asked.insert(part[..end].to_owned());
        }
    }
    let all = need_to_know::Action::ALL.iter().copied();
    let not_asked: Vec<_> = all.filter(|action| !asked.contains(&format!("{action:?}"))).collect();
    let mut said = need_to_know::Action::NOT_ASKED_YET.to_vec();
    said.sort_unstable();
    assert_eq!(not_asked, said);
}

/// A look at a record that asks nobody.
struct Peeps;

impl Look for Peeps {
    type Seen = ();
    const WHAT: &'static str = "test:peeps";
    const ACTION: Action = Action::ReadContact;

    async fn see(self, _: &Glass<'_>) -> Result<((), Vec<uuid::Uuid>)> {
        Ok(((), Vec::new()))
    }
}

/// A change of a record that asks nobody.
struct Meddles;

impl Change for Meddles {
    type Made = ();
    const WHAT: &'static str = "test:meddles";
    const ACTION: Action = Action::Decide;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.tx.run("UPDATE staff SET job = 'Meddled with'", []).await?;
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}

#[test]
fn what_asks_the_policies_about_no_record_shows_and_changes_none() {
    on_both(async |world| {
        let dee = world.actor("dee@hub.example").await;
        let shown = doors::open(&world.app, &dee, Peeps).await;
        assert!(matches!(shown, Err(Error::Fault(_))), "{shown:?}");
        let changed = doors::record(&world.app, &dee, Meddles).await;
        assert!(matches!(changed, Err(Error::Fault(_))), "{changed:?}");
        assert_eq!(world.count("staff WHERE job = 'Meddled with'").await, 0);
        world
    });
}

/// A change that goes round the journal.
struct Forgets;

impl Change for Forgets {
    type Made = ();
    const WHAT: &'static str = "test:forgets";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.tx.run("UPDATE staff SET job = 'Forgotten'", []).await?;
        Ok(())
    }
}

#[test]
fn a_change_that_forgets_the_journal_changes_nothing() {
    on_both(async |world| {
        let refused = doors::record(&world.app, &Actor::platform(), Forgets).await;
        assert!(matches!(refused, Err(Error::Fault(_))), "{refused:?}");
        assert_eq!(world.count("staff WHERE job = 'Forgotten'").await, 0);
        world
    });
}

#[test]
fn nothing_is_written_through_the_reading_side() {
    on_both(async |world| {
        let reads = world.app.db.reads();
        for write in [
            "UPDATE staff SET job = 'Written'",
            "DELETE FROM staff_role",
            "INSERT INTO household (id) SELECT id FROM staff",
            "CREATE TABLE strange (id bigint)",
        ] {
            let refused = reads.run(write, []).await;
            assert!(refused.is_err(), "{write}: {refused:?}");
        }
        assert_eq!(world.count("staff WHERE job = 'Written'").await, 0);
        assert!(world.count("staff_role").await > 0);
        world
    });
}
