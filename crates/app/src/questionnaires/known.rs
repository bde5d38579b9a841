//! What a request for support begins with because it is known already: what the asker may see on a
//! child's page, and the family name of the first child for the next one. No address and no
//! telephone number is filled in, open or kept secret: where a family lives is asked each time.

use practice::calendar::Day;
use questionnaire::{Answers, Page};

use crate::{
    front_door::{contacts::SAME_REQUEST, requests::apart},
    people::{
        SEXES,
        child::{AccountSeen, Child},
        store::{Account, Housemate},
    },
    web::words,
};

/// The field of a page that keeps the day on which it was filled in. No question has it, so that no
/// form changes it; in a repetition it goes where the repetition goes.
const FILLED_IN: &str = "filled-in-on";

fn filled_in_field(page: Page<'_>) -> String {
    match page.index {
        Some(_) => format!("{}{FILLED_IN}", page.prefix()),
        None => format!("{}.{FILLED_IN}", page.group.link_id),
    }
}

/// The day on which a page was filled in from the record, in words, if it was.
pub fn filled_in_on(page: Page<'_>, answers: &Answers) -> Option<String> {
    answers.get(&filled_in_field(page)).parse().ok().map(words::day)
}

/// Fills in what the asker saw of a child on its page.
pub fn fill_in(answers: &mut Answers, child: &Child, today: Day) {
    Known { answers, child, today }.fill_in();
}

struct Known<'a> {
    answers: &'a mut Answers,
    child: &'a Child,
    today: Day,
}

impl Known<'_> {
    fn fill_in(&mut self) {
        self.says("children[0].", FILLED_IN, &self.today.to_string());
        self.name();
        self.birth();
        if let Some(sex) = self.newest(|a| a.account.sex.as_deref())
            && SEXES.iter().any(|(code, _)| *code == sex)
        {
            self.says("children[0].", "sex", sex);
        }
        if let Some(setting) = self.newest(|a| a.account.setting_said.as_deref()) {
            self.says("children[0].", "setting", setting);
        }
        for (scheme, question) in
            [("nhs", "nhs-number"), ("upn", "upn"), ("council", "council-number")]
        {
            if let Some(number) = self.newest(|a| number_that_checks(a, scheme)) {
                self.says("children[0].", question, number);
            }
        }
        if self.is_in_hiding() {
            // It only ever raises a protection: whoever asks may know the refuge and not the danger.
            self.says("family.", FILLED_IN, &self.today.to_string());
            self.says("", "address-protected", "yes");
        }
        self.adults();
    }

    /// The newest of what the agencies say, among what the asker sees. Accounts stand oldest first.
    fn newest<'c, T>(&self, said: impl Fn(&'c AccountSeen) -> Option<T>) -> Option<T>
    where
        Self: 'c,
    {
        // The page outlives the answers that are made of it.
        let child: &'c Child = self.child;
        child.accounts.iter().rev().find_map(said)
    }

    /// Answers a question, unless the text gives away what is kept from the page.
    fn says(&mut self, prefix: &str, question: &str, text: &str) {
        if !betrays(self.child, text) {
            self.answers.set(&format!("{prefix}{question}"), vec![text.to_owned()]);
        }
    }

    fn name(&mut self) {
        if let Some(account) = self.newest(|a| Some(&a.account)) {
            self.says("children[0].", "given-name", &account.given);
            self.says("children[0].", "family-name", &account.family);
        }
    }

    /// A birth is taken from one account as a whole. A baby whose day has passed may have been born:
    /// that is left to be answered.
    fn birth(&mut self) {
        let Some(account) = self.newest(|a| Some(&a.account).filter(|a| knows_the_birth(a))) else {
            return;
        };
        let (born, expected) = (account.born_on, account.expected_on);
        if let Some(born) = born {
            self.says("children[0].", "unborn", "born");
            self.date("children[0].born", born.0);
        } else if let Some(expected) = expected {
            if expected.0 >= self.today {
                self.says("children[0].", "unborn", "unborn");
            }
            self.date("children[0].expected", expected.0);
        }
    }

    fn date(&mut self, field: &str, day: Day) {
        let parts = [("day", day.day().to_string()), ("month", day.month().to_string())];
        for (part, number) in parts.into_iter().chain([("year", day.year().to_string())]) {
            self.answers.set(&format!("{field}.{part}"), vec![number]);
        }
    }

    /// The adults who live with the child, as the newest account says that names any.
    fn adults(&mut self) {
        let Some(account) = self.newest(|a| Some(a).filter(|a| adults(a).next().is_some())) else {
            return;
        };
        for (number, mate) in adults(account).enumerate() {
            let prefix = format!("adults[{number}].");
            self.says(&prefix, FILLED_IN, &self.today.to_string());
            self.says(&prefix, "adult-given-name", &mate.given);
            self.says(&prefix, "adult-family-name", &mate.family);
            let (what, is_a_risk) = apart(mate.said.as_deref().unwrap_or_default());
            self.says(&prefix, "relationship", what);
            if is_a_risk {
                self.says(&prefix, "risk", "yes");
            }
            let relation = account.relations.iter().find(|r| r.person == mate.person);
            if let Some(said) = relation.and_then(|r| r.responsibility.as_deref()) {
                self.says(&prefix, "responsibility", said);
            }
            // Somebody who was left behind must not be said to live where the others fled to.
            if !self.is_in_hiding() {
                self.says(&prefix, "lives-with", "yes");
            }
        }
    }

    /// Whether an address on the page is kept secret.
    fn is_in_hiding(&self) -> bool {
        let mut addresses = self.child.accounts.iter().flat_map(|a| &a.addresses);
        addresses.any(|address| address.place.is_protected())
    }
}

fn knows_the_birth(account: &Account) -> bool {
    account.born_on.is_some() || account.expected_on.is_some()
}

fn number_that_checks<'a>(account: &'a AccountSeen, scheme: &str) -> Option<&'a str> {
    let mut numbers = account.identifiers.iter();
    numbers.find(|n| n.scheme == scheme && n.problem.is_none()).map(|n| n.said.as_str())
}

/// Who lives with the child now and is no child of a request.
fn adults(account: &AccountSeen) -> impl Iterator<Item = &Housemate> {
    account.housemates.iter().filter(|mate| {
        let is_a_child = mate.has_page || mate.expected_on.is_some();
        let is_related = mate.said.as_deref().is_some_and(|said| said != SAME_REQUEST);
        mate.until_on.is_none() && is_related && !is_a_child
    })
}

/// Whether a text holds an address or a number that is kept from the page.
fn betrays(child: &Child, text: &str) -> bool {
    child.accounts.iter().any(|account| {
        let mut phones = account.phones.iter().chain(&account.their_phones);
        account.addresses.iter().any(|address| address.place.is_betrayed_by(text))
            || phones.any(|phone| phone.number.is_betrayed_by(text))
    })
}

/// The field and the family name that a page offers which nobody has saved yet: the first child's.
pub fn family_name_offered(page: Page<'_>, answers: &Answers) -> Option<(String, String)> {
    let group = &page.group.link_id;
    let is_another = page.index.is_some_and(|n| n > 0 && n >= answers.repetitions(group));
    let is_family_name = |about: &Option<String>| about.as_deref() == Some("child.family");
    let item = page.items().iter().find(|item| is_another && is_family_name(&item.about))?;
    let first = answers.get(&format!("{group}[0].{}", item.link_id)).to_owned();
    (!first.is_empty()).then(|| (format!("{}{}", page.prefix(), item.link_id), first))
}
