//! Restrictions that stick. A feed may raise a restriction, never lower one; an import that
//! matches nobody takes the strictest restriction of anybody whom it could be; two people who are
//! named lift it together, and nobody else.
//!
//! The national index of 2009 lost the shielding of children when a feed updated them, and made
//! duplicates without it where a feed did not match. The ledger of what is restricted stands
//! beside the rows, under the identifiers themselves, so that a restored backup or a row that was
//! lost and comes again finds it.

use std::collections::{BTreeMap, BTreeSet};

use crate::asker::{Role, Roles};

/// How closely a row is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Like any other.
    #[default]
    Open,
    /// Exists only for the people named.
    Restricted,
    /// Exists only for the holders of its envelope: an adopted child's earlier name.
    Sealed,
}

/// The number of a row. Never used a second time, also after a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowNo(pub u32);

/// A grade, and who is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// How closely kept.
    pub grade: Grade,
    /// For whom it exists.
    pub named: BTreeSet<String>,
}

impl Standing {
    fn raise(&mut self, other: &Self) {
        self.grade = self.grade.max(other.grade);
        self.named.extend(other.named.iter().cloned());
    }

    /// Whether these two may lift it.
    ///
    /// # Errors
    /// `OnePerson`, `NotNamed`.
    pub fn is_lifted_by(&self, by: [&str; 2]) -> Result<(), NotDone> {
        if by[0] == by[1] {
            return Err(NotDone::OnePerson);
        }
        let named = by.iter().all(|who| self.named.contains(*who));
        named.then_some(()).ok_or(NotDone::NotNamed)
    }

    fn is_open(&self) -> bool {
        self.grade == Grade::Open
    }
}

/// Whether the work on a restricted child goes on with these people named, by the roles of each:
/// two of them work in the hub, one as a manager, so that one can decide and another sign.
///
/// Source: local rule.
pub fn work_goes_on(named: &[Roles]) -> bool {
    let in_the_hub = Roles::of(&[Role::HubWorker, Role::DutyWorker, Role::HubManager]);
    named.iter().filter(|roles| roles.meets(in_the_hub)).count() >= 2
        && named.iter().any(|roles| roles.contains(Role::HubManager))
}

/// What a row is known by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownBy {
    /// Identifiers that belong to one child: an NHS number, a pupil number, a feed's own id.
    pub strong: BTreeSet<String>,
    /// Name and date of birth, folded: could be several children.
    pub weak: String,
}

/// A row about a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is known by.
    pub known_by: KnownBy,
    /// How it is kept.
    pub standing: Standing,
}

/// A copy of the rows, as a backup holds them. The ledger is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backup {
    rows: BTreeMap<RowNo, Row>,
    links: BTreeSet<(RowNo, RowNo)>,
}

/// Why a restriction was not lifted or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDone {
    /// There is no such row.
    NoSuchRow,
    /// A restriction names nobody, so nobody would receive what comes for the child.
    NamesNobody,
    /// One person twice.
    OnePerson,
    /// Somebody who is not named for every row that it would open.
    NotNamed,
}

/// What is restricted, under each identifier. Kept outside of every backup, only added to and,
/// by two people, taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ledger {
    next: u32,
    strong: BTreeMap<String, Standing>,
    weak: BTreeMap<String, BTreeMap<RowNo, Standing>>,
    rows: BTreeMap<RowNo, Standing>,
}

/// The rows, what joins them, and the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    now: Backup,
    ledger: Ledger,
}

impl Rows {
    /// A row.
    pub fn row(&self, no: RowNo) -> Option<&Row> {
        self.now.rows.get(&no)
    }

    /// Every row.
    pub fn iter(&self) -> impl Iterator<Item = (RowNo, &Row)> {
        self.now.rows.iter().map(|(no, row)| (*no, row))
    }

    /// Rows that are restricted for nobody, as a feed can make them: what comes for such a child
    /// has no reader until somebody is named, so the hub is told at once.
    pub fn without_a_reader(&self) -> impl Iterator<Item = RowNo> {
        self.iter()
            .filter(|(_, r)| !r.standing.is_open() && r.standing.named.is_empty())
            .map(|r| r.0)
    }

    /// Takes in a row of a feed or list, with what it says of a restriction. What it leaves out
    /// lowers nothing. The row that it matched, or a new one.
    pub fn import(&mut self, known_by: &KnownBy, says: Grade) -> RowNo {
        let says = Standing { grade: says, ..Standing::default() };
        let matched = self
            .iter()
            .find(|(_, row)| !row.known_by.strong.is_disjoint(&known_by.strong))
            .map(|(no, _)| no);
        if let Some(row) = matched.and_then(|no| self.now.rows.get_mut(&no)) {
            row.known_by.strong.extend(known_by.strong.iter().cloned());
            row.standing.raise(&says);
        }
        let no = matched.unwrap_or_else(|| self.add(known_by.clone(), says));
        self.level();
        no
    }

    /// A new row, at least as strict as anybody whom it could be.
    fn add(&mut self, known_by: KnownBy, mut standing: Standing) -> RowNo {
        for (_, row) in self.iter().filter(|(_, row)| row.known_by.weak == known_by.weak) {
            standing.raise(&row.standing);
        }
        for known in self.ledger.weak.get(&known_by.weak).into_iter().flat_map(BTreeMap::values) {
            standing.raise(known);
        }
        let no = RowNo(self.ledger.next);
        self.ledger.next += 1;
        self.now.rows.insert(no, Row { known_by, standing });
        no
    }

    /// Restricts a row, for the people named. One that is stricter already stays so.
    ///
    /// # Errors
    /// `NamesNobody`, `NoSuchRow`.
    pub fn restrict(&mut self, no: RowNo, grade: Grade, named: &[&str]) -> Result<(), NotDone> {
        if named.is_empty() {
            return Err(NotDone::NamesNobody);
        }
        let row = self.now.rows.get_mut(&no).ok_or(NotDone::NoSuchRow)?;
        let named = named.iter().map(|n| (*n).to_owned()).collect();
        row.standing.raise(&Standing { grade: grade.max(Grade::Restricted), named });
        self.level();
        Ok(())
    }

    /// States that two rows are about one child. Both are as strict as the stricter.
    ///
    /// # Errors
    /// `NoSuchRow`.
    pub fn link(&mut self, one: RowNo, other: RowNo) -> Result<(), NotDone> {
        self.row(one).and(self.row(other)).ok_or(NotDone::NoSuchRow)?;
        self.now.links.insert((one.min(other), one.max(other)));
        self.level();
        Ok(())
    }

    /// Takes such a statement back. What was raised by it stays.
    pub fn unlink(&mut self, one: RowNo, other: RowNo) {
        self.now.links.remove(&(one.min(other), one.max(other)));
    }

    /// An adopted child's new identity. Nothing joins it to the earlier one, which is sealed; the
    /// new one is restricted, for the people named.
    ///
    /// # Errors
    /// `NamesNobody`, `NoSuchRow`.
    pub fn adopt(&mut self, no: RowNo, new: KnownBy, named: &[&str]) -> Result<RowNo, NotDone> {
        self.restrict(no, Grade::Sealed, named)?;
        let named = named.iter().map(|n| (*n).to_owned()).collect();
        let new = self.add(new, Standing { grade: Grade::Restricted, named });
        self.level();
        Ok(new)
    }

    /// Lifts the restriction of a row and of every row that is about the same child.
    ///
    /// # Errors
    /// `NoSuchRow`, `OnePerson`, `NotNamed`.
    pub fn lift(&mut self, no: RowNo, by: [&str; 2]) -> Result<(), NotDone> {
        self.row(no).ok_or(NotDone::NoSuchRow)?;
        let same = self.about_the_same_child(no);
        same.iter()
            .filter_map(|no| self.row(*no))
            .try_for_each(|row| row.standing.is_lifted_by(by))?;
        for no in same {
            let Some(row) = self.now.rows.get_mut(&no) else { continue };
            row.standing = Standing::default();
            self.ledger.rows.remove(&no);
            for identifier in &row.known_by.strong {
                self.ledger.strong.remove(identifier);
            }
            if let Some(known) = self.ledger.weak.get_mut(&row.known_by.weak) {
                known.remove(&no);
            }
        }
        self.level();
        Ok(())
    }

    /// A backup of the rows.
    pub fn back_up(&self) -> Backup {
        self.now.clone()
    }

    /// Restores a backup; the ledger is replayed before anybody can look.
    pub fn restore(&mut self, backup: Backup) {
        self.now = backup;
        for (no, row) in &mut self.now.rows {
            row.standing = self.ledger.rows.get(no).cloned().unwrap_or_default();
        }
        self.level();
    }

    /// Makes all rows of one child as strict as the strictest of them and as the ledger says, and
    /// writes that into the ledger.
    fn level(&mut self) {
        for same in self.children() {
            let mut standing = Standing::default();
            for row in same.iter().filter_map(|no| self.row(*no)) {
                standing.raise(&row.standing);
                for known in row.known_by.strong.iter().filter_map(|id| self.ledger.strong.get(id))
                {
                    standing.raise(known);
                }
            }
            if standing.is_open() {
                continue;
            }
            for no in same {
                let Some(row) = self.now.rows.get_mut(&no) else { continue };
                row.standing = standing.clone();
                self.ledger.write(no, row);
            }
        }
    }

    /// The rows in groups, each about one child as far as identifiers and links say.
    fn children(&self) -> Vec<BTreeSet<RowNo>> {
        let mut left: BTreeSet<_> = self.now.rows.keys().copied().collect();
        let mut children = Vec::new();
        while let Some(no) = left.first().copied() {
            let same = self.about_the_same_child(no);
            left.retain(|no| !same.contains(no));
            children.push(same);
        }
        children
    }

    fn about_the_same_child(&self, no: RowNo) -> BTreeSet<RowNo> {
        let mut same = BTreeSet::from([no]);
        let mut next = vec![no];
        while let Some(row) = next.pop().and_then(|no| Some((no, self.row(no)?))) {
            for (other, candidate) in self.iter().filter(|(other, _)| *other != row.0) {
                let shares = !row.1.known_by.strong.is_disjoint(&candidate.known_by.strong);
                let link = (row.0.min(other), row.0.max(other));
                if (shares || self.now.links.contains(&link)) && same.insert(other) {
                    next.push(other);
                }
            }
        }
        same
    }
}

impl Ledger {
    fn write(&mut self, no: RowNo, row: &Row) {
        for identifier in &row.known_by.strong {
            self.strong.insert(identifier.clone(), row.standing.clone());
        }
        self.weak.entry(row.known_by.weak.clone()).or_default().insert(no, row.standing.clone());
        self.rows.insert(no, row.standing.clone());
    }
}
