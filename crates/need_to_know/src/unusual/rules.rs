//! The rules. Each compares what was seen on the day with what ordinary work would make, and says
//! in plain words what it saw. All but two ask the same question of one child opened without a
//! reason on record: of how many children would that be so by chance, and how likely is it to come
//! back to one on so many days?

use super::{
    Facts, Finding, Rule, Who, Whom,
    chance::so_many_or_more,
    days_between,
    seen::{Looker, Opened, Seen},
};

/// The fewest days on which coming back is worth a question at all. Whoever waits for an answer
/// looks twice.
const AGAIN: usize = 3;
/// As [`AGAIN`], for an old case: to look once answers a colleague's question.
const AGAIN_AFTER_IT_ENDED: usize = 2;
/// The fewest children on one day that are worth a question.
const BREADTH: usize = 12;

/// What all rules find, in no order.
pub fn all(seen: &Seen, facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for (who, looker) in &seen.lookers {
        for (child, opened) in &looker.children {
            if opened.days.contains(&seen.day) {
                let of = Of { seen, facts, who: *who, looker, child: *child, opened };
                found.extend(of.one_child());
            }
        }
        found.extend(breadth(seen, *who, looker));
        found.extend(at_night(seen, *who, looker));
    }
    found
}

/// One child whom one person opened without a reason on record, today not for the first time
/// perhaps.
struct Of<'a> {
    seen: &'a Seen,
    facts: &'a Facts,
    who: Who,
    looker: &'a Looker,
    child: Whom,
    opened: &'a Opened,
}

impl Of<'_> {
    fn one_child(&self) -> Vec<Finding> {
        [
            self.own_surname(),
            self.same_place(),
            self.high_profile(),
            self.repeated(),
            self.after_it_ended(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// How many of the children whom they opened like this one ordinary work would make like it,
    /// where this share of all children is.
    fn chance(&self, like: usize, share: f64) -> f64 {
        like as f64 * share * self.seen.comes_back(self.looker, self.opened)
    }

    fn finding(&self, rule: Rule, chance: f64, evidence: String) -> Finding {
        Finding {
            rule,
            who: self.who,
            child: Some(self.child),
            day: self.seen.day,
            chance,
            evidence,
        }
    }

    /// The child has one of the looker's family names. A name that many children have is met in
    /// ordinary work, by whoever opens many; a rare one is not. So it weighs by how many children
    /// have the name, and how many this person opened.
    fn own_surname(&self) -> Option<Finding> {
        let (staff, child) = (self.staff()?, self.facts.children.get(&self.child)?);
        let shared = staff.families.iter().filter(|name| child.families.contains(name));
        let have = shared.filter_map(|name| self.facts.common.families.get(name)).min().copied()?;
        Some(self.coincidence(Rule::OwnSurname, have, "share a family name with them"))
    }

    /// The child lives, or lived, where the looker lives. As for names: a big block of flats is met
    /// more often than a farm.
    fn same_place(&self) -> Option<Finding> {
        let (staff, child) = (self.staff()?, self.facts.children.get(&self.child)?);
        let place = staff.place.as_ref().filter(|place| child.places.contains(place))?;
        let have = self.facts.common.places.get(place).copied()?;
        Some(self.coincidence(Rule::SamePlace, have, "live, or lived, at their postcode"))
    }

    /// Few cases are of this kind, and those who have a part in one are tied to it.
    fn high_profile(&self) -> Option<Finding> {
        self.facts.children.get(&self.child).filter(|child| child.high_profile)?;
        let have = self.facts.common.high_profile;
        Some(self.coincidence(Rule::HighProfile, have, "are marked as high-profile"))
    }

    fn staff(&self) -> Option<&super::Staff> {
        self.facts.staff.get(&self.who)
    }

    fn coincidence(&self, rule: Rule, have: usize, what: &str) -> Finding {
        let all = self.facts.common.children.max(1);
        let chance = self.chance(self.looker.children.len(), have as f64 / all as f64);
        let evidence = format!(
            "{}. {have} of {all} children here {what}, this child among them. In those four weeks \
             they opened {} without a reason on record.",
            self.days(),
            children(self.looker.children.len()),
        );
        self.finding(rule, chance, evidence)
    }

    /// They came back on day after day and did nothing. How often somebody comes back is everybody's
    /// habit, or their own where that is stronger: some posts wait for answers.
    fn repeated(&self) -> Option<Finding> {
        if self.opened.ended.is_some() || self.opened.days.len() < AGAIN {
            return None;
        }
        let like = self.looker.like(self.opened);
        let evidence = format!("{}. Nothing ties them to the child.", self.days());
        Some(self.finding(Rule::Repeated, self.chance(like, 1.0), evidence))
    }

    /// They came back long after their work with the child ended, and did nothing.
    fn after_it_ended(&self) -> Option<Finding> {
        let ended = self.opened.ended?;
        if self.opened.days.len() < AGAIN_AFTER_IT_ENDED {
            return None;
        }
        let like = self.looker.like(self.opened);
        let evidence = format!(
            "{}. Their work with the child ended {} days before.",
            self.days(),
            days_between(ended, self.seen.day)
        );
        Some(self.finding(Rule::AfterItEnded, self.chance(like, 1.0), evidence))
    }

    fn days(&self) -> String {
        match self.opened.days.len() {
            1 => "Opened on this day alone, and nothing was done".to_owned(),
            days => format!("Opened on {days} days of four weeks, and nothing was done"),
        }
    }
}

/// More children on one day, without a reason on record, than on any other day of theirs, by more
/// than days differ. Somebody whose post it is to open many has days like that already; somebody
/// new is compared with the busy days of everybody.
fn breadth(seen: &Seen, who: Who, looker: &Looker) -> Option<Finding> {
    let opened = looker.days.get(&seen.day)?.children.len();
    if opened < BREADTH {
        return None;
    }
    let most = looker.most_but_on(seen.day);
    let usual = most.max(seen.many);
    let days = looker.days.len();
    let chance = days as f64 * so_many_or_more(opened, usual as f64);
    let evidence = format!(
        "Opened {} on one day without a reason on record, and nothing was done. On no other day of \
         four weeks were it more than {most}; for everybody, {} or fewer on 95 days of 100.",
        children(opened),
        seen.many
    );
    Some(Finding { rule: Rule::Breadth, who, child: None, day: seen.day, chance, evidence })
}

/// Records opened at night without a reason on record by somebody who otherwise works by day.
fn at_night(seen: &Seen, who: Who, looker: &Looker) -> Option<Finding> {
    let opened = looker.days.get(&seen.day)?.at_night.len();
    if opened == 0 || looker.works_at_night_but_on(seen.day) {
        return None;
    }
    let days = looker.days.len();
    // Siblings are opened together, and are one reason to look.
    let chance = days as f64 * so_many_or_more(opened.div_ceil(2), seen.nights);
    let evidence = format!(
        "Opened {} between 22:00 and 06:00 without a reason on record, and nothing was done. They \
         worked at night on {} of {} other days.",
        children(opened),
        looker.nights_but_on(seen.day),
        days.saturating_sub(1)
    );
    Some(Finding { rule: Rule::AtNight, who, child: None, day: seen.day, chance, evidence })
}

fn children(count: usize) -> String {
    if count == 1 { "1 child".to_owned() } else { format!("{count} children") }
}
