//! A restriction sticks through every feed, link, adoption and restore (threat model V6).

use std::collections::{BTreeMap, BTreeSet};

use need_to_know::{Few, Role, restriction::*};

use crate::dice::{Dice, how_many};

fn known(strong: &[&str], weak: &str) -> KnownBy {
    KnownBy { strong: strong.iter().map(|s| (*s).to_owned()).collect(), weak: weak.into() }
}

fn grade(rows: &Rows, no: RowNo) -> Grade {
    rows.row(no).unwrap().standing.grade
}

#[test]
fn a_feed_may_raise_a_restriction_and_never_lower_one() {
    let mut rows = Rows::default();
    let kit = rows.import(&known(&["nhs 1"], "kit"), Grade::Open);
    rows.import(&known(&["nhs 1"], "kit"), Grade::Restricted);
    rows.import(&known(&["nhs 1"], "kit"), Grade::Open);
    assert_eq!(grade(&rows, kit), Grade::Restricted);
    assert_eq!(rows.without_a_reader().collect::<Vec<_>>(), [kit], "the hub must be told");
}

#[test]
fn an_import_that_matches_nobody_is_as_strict_as_anybody_whom_it_could_be() {
    let mut rows = Rows::default();
    let kit = rows.import(&known(&["nhs 1"], "kit 2015"), Grade::Open);
    rows.restrict(kit, Grade::Restricted, &["idva"]).unwrap();
    let twin = rows.import(&known(&[], "kit 2015"), Grade::Open);
    assert_eq!(grade(&rows, twin), Grade::Restricted);
    let other = rows.import(&known(&[], "lou 2015"), Grade::Open);
    assert_eq!(grade(&rows, other), Grade::Open);
}

#[test]
fn only_two_people_who_are_named_lift_it_together() {
    let mut rows = Rows::default();
    let kit = rows.import(&known(&["nhs 1"], "kit"), Grade::Open);
    assert_eq!(rows.restrict(kit, Grade::Restricted, &[]), Err(NotDone::NamesNobody));
    rows.restrict(kit, Grade::Restricted, &["ann", "bob"]).unwrap();
    assert_eq!(rows.lift(kit, ["ann", "ann"]), Err(NotDone::OnePerson));
    assert_eq!(rows.lift(kit, ["ann", "cy"]), Err(NotDone::NotNamed));
    assert_eq!(rows.lift(kit, ["ann", "bob"]), Ok(()));
    assert_eq!(grade(&rows, kit), Grade::Open);
}

#[test]
fn work_goes_on_where_two_of_the_hub_are_named_and_one_manages_it() {
    let roles = |all: &[Role]| all.iter().map(|role| Few::of(&[*role])).collect::<Vec<_>>();
    for (named, goes_on) in [
        (roles(&[Role::HubManager, Role::HubWorker]), true),
        (roles(&[Role::HubManager, Role::HubManager]), true),
        (roles(&[Role::HubWorker, Role::DutyWorker]), false),
        (roles(&[Role::HubManager, Role::Practitioner]), false),
        (roles(&[Role::HubManager]), false),
        (roles(&[]), false),
    ] {
        assert_eq!(work_goes_on(&named), goes_on, "{named:?}");
    }
}

#[test]
fn a_restored_backup_finds_what_was_restricted_since() {
    let mut rows = Rows::default();
    let kit = rows.import(&known(&["nhs 1"], "kit"), Grade::Open);
    let backup = rows.back_up();
    rows.restrict(kit, Grade::Restricted, &["ann", "bob"]).unwrap();
    let lou = rows.import(&known(&["nhs 2"], "lou"), Grade::Restricted);
    rows.restore(backup);
    assert_eq!(grade(&rows, kit), Grade::Restricted);
    assert_eq!(rows.row(lou), None, "it was made after the backup");
    let again = rows.import(&known(&["nhs 2"], "lou"), Grade::Open);
    assert_eq!(grade(&rows, again), Grade::Restricted, "and comes again as it was");
}

#[test]
fn an_adopted_childs_two_names_share_nothing_and_both_are_kept() {
    let mut rows = Rows::default();
    let before = rows.import(&known(&["nhs 1"], "kit smith"), Grade::Open);
    let after = rows.adopt(before, known(&["nhs 9"], "kit jones"), &["ann"]).unwrap();
    assert_eq!((grade(&rows, before), grade(&rows, after)), (Grade::Sealed, Grade::Restricted));
}

/// Which identifiers are restricted, kept by a plain way of its own: marks that spread over
/// whatever shares an identifier or a link with them, and that only lifting takes away.
#[derive(Default)]
struct Marks(BTreeSet<String>);

fn handles(no: RowNo, row: &Row) -> BTreeSet<String> {
    row.known_by.strong.iter().cloned().chain([format!("row {}", no.0)]).collect()
}

impl Marks {
    fn mark(&mut self, rows: &Rows, no: RowNo) {
        self.0.extend(rows.row(no).into_iter().flat_map(|row| handles(no, row)));
    }

    fn spread(&mut self, rows: &Rows, links: &BTreeSet<(RowNo, RowNo)>) {
        loop {
            let before = self.0.len();
            for (no, row) in rows.iter() {
                let handles = handles(no, row);
                if !self.0.is_disjoint(&handles) {
                    self.0.extend(handles);
                }
            }
            for (one, other) in links {
                let (one, other) = (format!("row {}", one.0), format!("row {}", other.0));
                if self.0.contains(&one) || self.0.contains(&other) {
                    self.0.extend([one, other]);
                }
            }
            if self.0.len() == before {
                return;
            }
        }
    }

    /// Takes away the marks of a row and of all that is joined to it.
    fn lift(&mut self, rows: &Rows, links: &BTreeSet<(RowNo, RowNo)>, no: RowNo) {
        let mut joined = Self::default();
        joined.mark(rows, no);
        joined.spread(rows, links);
        self.0.retain(|handle| !joined.0.contains(handle));
    }
}

struct Story {
    dice: Dice,
    rows: Rows,
    marks: Marks,
    links: BTreeSet<(RowNo, RowNo)>,
    backup: (Backup, BTreeSet<(RowNo, RowNo)>),
    lifted: usize,
}

impl Story {
    fn known(&mut self) -> KnownBy {
        let count = self.dice.below(3);
        let strong = (0..count).map(|_| format!("nhs {}", self.dice.below(6))).collect();
        KnownBy { strong, weak: format!("kit {}", self.dice.below(4)) }
    }

    fn any_row(&mut self) -> Option<RowNo> {
        let all: Vec<_> = self.rows.iter().map(|(no, _)| no).collect();
        (!all.is_empty()).then(|| *self.dice.one_of(&all))
    }

    fn names(&mut self) -> [&'static str; 2] {
        *self.dice.one_of(&[["ann", "bob"], ["ann", "cy"], ["bob", "bob"]])
    }

    fn import(&mut self) {
        let known = self.known();
        let says = if self.dice.in_a_hundred(10) { Grade::Restricted } else { Grade::Open };
        let matched = self.rows.iter().any(|(_, r)| !r.known_by.strong.is_disjoint(&known.strong));
        let strictest = self
            .rows
            .iter()
            .filter(|(_, r)| r.known_by.weak == known.weak)
            .map(|(_, r)| r.standing.grade)
            .max();
        let no = self.rows.import(&known, says);
        if !matched {
            assert!(
                grade(&self.rows, no) >= strictest.unwrap_or_default(),
                "the strictest candidate"
            );
        }
        if grade(&self.rows, no) > Grade::Open {
            self.marks.mark(&self.rows, no);
        }
    }

    fn lift(&mut self, no: RowNo) {
        let by = self.names();
        let before = self.rows.row(no).unwrap().standing.named.clone();
        if self.rows.lift(no, by).is_ok() {
            assert!(by[0] != by[1] && by.iter().all(|who| before.contains(*who)));
            self.marks.lift(&self.rows, &self.links, no);
            self.lifted += usize::from(!before.is_empty());
        }
    }

    /// One event. Whether it may have lowered something.
    fn event(&mut self) -> bool {
        let kind = self.dice.below(14);
        let (Some(no), Some(other)) = (self.any_row(), self.any_row()) else {
            self.import();
            return false;
        };
        let names = self.names();
        match kind {
            0..=4 => self.import(),
            5 | 6 => {
                self.rows.restrict(no, Grade::Restricted, &names).unwrap();
                self.marks.mark(&self.rows, no);
            }
            7 | 8 if no != other => {
                self.rows.link(no, other).unwrap();
                self.links.insert((no.min(other), no.max(other)));
            }
            9 => {
                self.rows.unlink(no, other);
                self.links.remove(&(no.min(other), no.max(other)));
            }
            10 => {
                let known = self.known();
                let new = self.rows.adopt(no, known, &names).unwrap();
                self.marks.mark(&self.rows, no);
                self.marks.mark(&self.rows, new);
            }
            11 => self.backup = (self.rows.back_up(), self.links.clone()),
            12 if self.dice.in_a_hundred(40) => {
                let (backup, links) = self.backup.clone();
                self.rows.restore(backup);
                self.links = links;
            }
            13 => {
                self.lift(no);
                return true;
            }
            _ => {}
        }
        false
    }
}

#[test]
fn no_sequence_of_events_loses_a_restriction() {
    let mut lifted = 0;
    for seed in 0..how_many(100_000) as u64 {
        let mut story = Story {
            dice: Dice::of(seed),
            rows: Rows::default(),
            marks: Marks::default(),
            links: BTreeSet::new(),
            backup: Default::default(),
            lifted: 0,
        };
        for step in 0..1 + story.dice.below(50) {
            let before: BTreeMap<_, _> =
                story.rows.iter().map(|(no, row)| (no, row.standing.grade)).collect();
            let may_lower = story.event();
            story.marks.spread(&story.rows, &story.links);
            for (no, row) in story.rows.iter() {
                let open = row.standing.grade == Grade::Open;
                let marked = !story.marks.0.is_disjoint(&handles(no, row));
                assert!(!(open && marked), "seed {seed}, step {step}: {no:?} lost it: {row:?}");
                let lower = before.get(&no).is_some_and(|b| row.standing.grade < *b);
                assert!(may_lower || !lower, "seed {seed}, step {step}: {no:?} was lowered");
            }
        }
        lifted += story.lifted;
    }
    assert!(lifted > 0, "no sequence ever lifted anything");
}
