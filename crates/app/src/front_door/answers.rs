//! The answer to the requester: what was decided, why, whom to talk to and what to do meanwhile,
//! as fully as is safe. A reason names or speaks of somebody else only on purpose.

use std::collections::BTreeSet;

use platform::db::{Row, Runs, fold, sea_orm};
use practice::{
    calendar::Moment,
    disclosure::{FamilyTold, Occasion},
    processes::request_for_support::{Event, Feedback},
};
use serde::Serialize;

use super::{
    caller::UNNAMED,
    contacts::{self, Contact},
    decisions::current,
    relations,
    screening::happened,
    telling::REASON,
};
use crate::{
    access::Action,
    disclosing::{self, Disclosure, HeldBack, Recipient, Thing, basis_fields::Ground},
    doors::{Change, Pen},
    error::{Error, Result},
    ids::AccountId,
    limits::TEXT,
    pathways::{Pathway, Words},
    people::{phones, store},
    sharing,
};

/// An answer about one child.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The pathway's reference.
    pub pathway: String,
    /// The revision that the decider was looking at.
    pub revision: i64,
    /// When the requester was told, where that was not now.
    pub made: Option<Moment>,
    pub feedback: Feedback,
    /// Why it was decided so: for full feedback in words for the requester, otherwise for the hub.
    pub reason: String,
    /// Whom to talk to.
    pub contact_person: String,
    /// What to do meanwhile.
    pub meanwhile: String,
    /// On what ground it is told, and why less is.
    #[serde(skip)]
    pub ground: Ground,
    /// The decider has looked at the names and relatives that were found and says that the requester
    /// may read of them.
    pub names_checked: bool,
}

impl Change for Answer {
    /// The reference of the contact.
    type Made = String;
    const WHAT: &'static str = "front-door:answer";
    const ACTION: Action = Action::Answer;

    fn asked(&self) -> String {
        self.pathway.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let pathway = current(pen, &self.pathway, self.revision).await?;
        self.makes_sense()?;
        self.betrays_nothing(pen, pathway.account_id).await?;
        self.ground.check(disclosing::body_of(pen.tx, pen.actor.staff()).await?)?;
        let named = others_named(pen, &pathway, &self.told()).await?;
        let spoken_of = relations::spoken_of(&self.told());
        let is_about_others = !named.is_empty() || !spoken_of.is_empty();
        if is_about_others && !self.names_checked {
            return Err(Error::beside(NAMES_CHECKED, naming(&named, &spoken_of)));
        }
        let contact = contacts::of(pen.tx, pathway.contact_id).await?;
        let disclosure = self.disclosed(pen, &pathway, &contact).await?;
        let feedback = self.feedback;
        let mut words: Words = [
            (REASON, self.reason),
            ("contact_person", self.contact_person),
            ("meanwhile", self.meanwhile),
        ]
        .map(|(name, said)| (name.to_owned(), said))
        .into();
        if is_about_others {
            let checked = named.union(&spoken_of).map(String::as_str).collect::<Vec<_>>();
            words.insert(NAMES_CHECKED.to_owned(), checked.join(", "));
        }
        happened(pen, &pathway, self.made, Event::Answered(feedback), words).await?;
        disclosing::record(pen, &disclosure).await?;
        if let (Some(requester), Feedback::Full | Feedback::Limited) =
            (contact.requested_by, feedback)
        {
            sharing::notify(pen, requester, sharing::Kind::Answered, contact.id).await?;
        }
        Ok(contact.reference)
    }
}

impl Answer {
    fn makes_sense(&self) -> Result<()> {
        if self.reason.trim().is_empty() {
            return Err(Error::refusal(match self.feedback {
                Feedback::Full => "Enter the reason in words for the requester",
                Feedback::Limited => "Enter why the requester is told no more",
                Feedback::Nothing => "Enter why the requester is told nothing",
            }));
        }
        let long = [&self.reason, &self.contact_person, &self.meanwhile];
        long.into_iter().try_for_each(|said| TEXT.keep(said))
    }

    /// Refuses an answer that holds what must be kept secret, whoever said so.
    async fn betrays_nothing(&self, pen: &Pen<'_>, child: AccountId) -> Result<()> {
        let told = format!("{} {}", self.told(), self.contact_person);
        let (db, keys) = (pen.tx, &pen.app.keys);
        let addresses = store::addresses_of_person(db, keys, child).await?;
        if addresses.iter().any(|address| address.place.is_betrayed_by(&told)) {
            return Err(Error::refusal(
                "What you typed holds an address that must be kept secret. Take it out",
            ));
        }
        let own = phones::of_person(db, keys, child).await?;
        let theirs = phones::of_relations(db, keys, child, true).await?;
        if own.iter().chain(&theirs).any(|phone| phone.number.is_betrayed_by(&told)) {
            return Err(Error::refusal(
                "What you typed holds a telephone number that must not be used. Take it out",
            ));
        }
        Ok(())
    }

    /// What is told to whom, and what is held back. Whoever asked without signing in is told in
    /// another way, and it is recorded here.
    async fn disclosed(
        &self,
        pen: &Pen<'_>,
        pathway: &Pathway,
        contact: &Contact,
    ) -> Result<Disclosure> {
        let to = match contact.requested_by {
            Some(requester) => Recipient::of_staff(pen.tx, requester).await?,
            None => {
                let said = match contact.is_unnamed {
                    true => UNNAMED.to_owned(),
                    false => contact.requester_said.clone().unwrap_or_default(),
                };
                Recipient::of_agency(pen.tx, contact.agency_id, said).await?
            }
        };
        let given = |said: &str, thing: Thing| (!said.trim().is_empty()).then_some(thing);
        let besides = given(&self.contact_person, Thing::WhomToTalkTo)
            .into_iter()
            .chain(given(&self.meanwhile, Thing::Meanwhile));
        let shared = match self.feedback {
            Feedback::Full => {
                [Thing::Decision, Thing::Reasons].into_iter().chain(besides).collect()
            }
            Feedback::Limited => std::iter::once(Thing::DealtWith).chain(besides).collect(),
            Feedback::Nothing => Vec::new(),
        };
        let held_back = (self.feedback != Feedback::Full)
            .then(|| HeldBack { reason: self.ground.withheld, words: self.reason.clone() });
        let (about, basis) = (vec![pathway.account_id], self.ground.basis);
        let disclosure = Disclosure::new(Occasion::RequesterAnswered, to, about, basis);
        let words = self.told().trim().to_owned();
        // That somebody was answered tells that they asked, where a child is known to few.
        let family = match contact.requested_by {
            Some(_) if contact.is_unnamed => FamilyTold::Unsafe,
            _ => self.ground.family,
        };
        let at = self.made;
        Ok(Disclosure { at, shared, words, held_back, family, ..disclosure })
    }

    /// What the requester reads of it. Whom to talk to is somebody’s name by its nature.
    fn told(&self) -> String {
        match self.feedback {
            Feedback::Full => format!("{} {}", self.reason, self.meanwhile),
            Feedback::Limited => self.meanwhile.clone(),
            Feedback::Nothing => String::new(),
        }
    }
}

/// The field in which the decider says that they have checked. What must be kept secret is refused
/// whatever they say.
pub(super) const NAMES_CHECKED: &str = "names_checked";

fn naming(named: &BTreeSet<String>, spoken_of: &BTreeSet<String>) -> String {
    let quoted: Vec<_> = spoken_of.iter().map(|word| format!("“{word}”")).collect();
    let found = match (named.is_empty(), quoted.join(", ")) {
        (_, quoted) if quoted.is_empty() => format!("name {}", list(named)),
        (true, quoted) => format!("speak of {quoted}"),
        (false, quoted) => format!("name {} and speak of {quoted}", list(named)),
    };
    format!(
        "Your words {found}. The answer about one child may be read by people who know nothing of \
         the others: write it so that it speaks of this child only, or say that you have checked"
    )
}

fn list(named: &BTreeSet<String>) -> String {
    named.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Which words of a text are names of other children or adults of the same request.
async fn others_named(pen: &Pen<'_>, pathway: &Pathway, text: &str) -> Result<BTreeSet<String>> {
    let mut theirs = BTreeSet::new();
    let mut own = BTreeSet::new();
    for other in others(pen, pathway).await? {
        theirs.extend(parts(&format!("{} {}", other.given, other.family)));
        own.extend(parts(&format!("{} {}", other.own_given, other.own_family)));
    }
    Ok(named(text, &theirs, &own))
}

/// The words that begin like names and are among theirs: “will visit” names nobody called Will.
fn named(text: &str, theirs: &BTreeSet<String>, own: &BTreeSet<String>) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().next().is_some_and(|first| !first.is_lowercase()))
        .filter(|word| {
            let folded = fold(word);
            theirs.contains(&folded) && !own.contains(&folded)
        })
        .map(str::to_owned)
        .collect()
}

/// The parts of a name, as searching sees them; initials are too short to be found in a text.
fn parts(name: &str) -> impl Iterator<Item = String> {
    let spaced: String =
        name.chars().map(|c| if matches!(c, '\'' | '’' | '-') { ' ' } else { c }).collect();
    let parts: Vec<String> = spaced.split_whitespace().map(fold).collect();
    parts.into_iter().filter(|part| part.chars().count() > 1)
}

#[derive(Row)]
struct Other {
    given: String,
    family: String,
    own_given: String,
    own_family: String,
}

/// Everybody related to the child, and every other child of the contact.
async fn others(pen: &Pen<'_>, pathway: &Pathway) -> Result<Vec<Other>> {
    let own: AccountId = pathway.account_id;
    Ok(pen
        .tx
        .all(
            "SELECT n.given, n.family, o.given AS own_given, o.family AS own_family \
             FROM account_name n \
             JOIN account_name o ON o.account_id = $1 AND o.kind = 'called' \
             WHERE n.account_id <> $1 AND n.account_id IN ( \
               SELECT account_id FROM pathway WHERE contact_id = $2 \
               UNION SELECT to_account FROM relationship WHERE of_account = $1)",
            [own.into(), pathway.contact_id.into()],
        )
        .await?)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{named, parts};

    #[rstest]
    #[case("Because Bea’s birth is near", "Bea")]
    #[case("ANNA told us more", "ANNA")]
    #[case("Mr Rowe was at the door", "Rowe")]
    #[case("Anna-Maria and O’Brien", "Anna, Brien, Maria")]
    #[case("a worker will visit the beach", "")]
    #[case("Will visits on Friday", "Will")]
    #[case("Arlo Marsh will be seen", "")]
    fn another_is_found_by_any_part_of_their_name(#[case] text: &str, #[case] found: &str) {
        let theirs = parts("Anna Maria Bea Will Marsh-Rowe O’Brien").collect();
        let own = parts("Arlo Marsh").collect();
        let named = named(text, &theirs, &own);
        assert_eq!(named.into_iter().collect::<Vec<_>>().join(", "), found);
    }
}
