//! What is held about somebody, thing by thing and in words: what each agency said of them, what
//! was said in requests that are about them, what happened then, the files, and with whom it was
//! shared. What must be kept secret, and who must not be named, is in none of it. It chooses nothing:
//! it only suggests what may be about others.

use std::collections::BTreeSet;

use platform::db::{Row, Runs, sea_orm};
use practice::{
    disclosure::FamilyTold, identifiers::Scheme, pathway::Process,
    processes::request_for_support::RequestForSupport,
};

use super::{beside, marking, store::Stored};
use crate::{
    disclosing::{
        self,
        secrets::{self, Secrets},
    },
    doors::Glass,
    error::Result,
    files::{FILE, store::Files},
    front_door::{
        caller::{self, UNNAMED},
        contact_view::heading,
        contacts::{self, Contact},
        telling::event,
        views::name,
    },
    ids::{AccountId, ContactId, StaffId},
    pathways::{self, Pathway},
    people::{
        NameKind, births,
        child::{self, AccountSeen},
        hidden,
        phones::PhoneSeen,
        sex_in_words,
        store::{self, places, values},
    },
    questionnaires,
    web::words,
};

/// One thing that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is called in addresses and tables.
    pub key: String,
    /// What people call it, in the copy too.
    pub title: String,
    /// What is held, plain.
    pub text: String,
    /// Whether it is a file, which goes with the copy or not at all.
    pub file: Option<File>,
    /// The names in it that may be of others.
    pub others: Vec<String>,
}

/// Where a file is downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub contact: String,
    pub reference: String,
    /// Whether it can't be given out.
    pub is_harmful: bool,
}

/// Lines of a text.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One thing that is held, of these lines, with the names in it that may be of others.
    pub(super) fn item(self, key: String, title: String, others: Vec<String>) -> Item {
        Item { key, title, text: self.0, file: None, others }
    }

    pub(super) fn add(&mut self, what: &str, said: &str) {
        if !said.trim().is_empty() {
            let line = format!("{what}: {said}\n");
            self.0.push_str(&line);
        }
    }

    pub(super) fn say(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }
}

/// What must be known of the person before any of it is put into words.
pub(super) struct About {
    /// Whether there is an address that must be kept secret.
    pub is_secret: bool,
    /// Who of the staff must not be named.
    pub unnamed: BTreeSet<StaffId>,
}

/// Everything that is held about the person of these accounts, as far as the reader may see it. Nothing
/// before it is known who asks: anybody can say that somebody does, and what was dealt with lies there.
///
/// # Errors
/// When the database does, or what is sealed can't be opened.
pub async fn of_request(
    glass: &Glass<'_>,
    request: &Stored,
    accounts: &[AccountId],
) -> Result<Vec<Item>> {
    if accounts.is_empty() || request.course.known.is_none() {
        return Ok(Vec::new());
    }
    let near = secrets::near(&glass.db, accounts).await?;
    let about = About {
        is_secret: Secrets::of(&glass.db, &glass.app.keys, &near).await?.has_addresses(),
        unnamed: caller::unnamed_staff(&glass.db, accounts).await?,
    };
    let mut all = Vec::new();
    let mut own_names = BTreeSet::new();
    let mut seen = Vec::new();
    for id in accounts {
        let account = store::account(&glass.db, *id).await?;
        let account = child::all_of(glass, account).await?;
        own_names.extend(names_of(&account));
        seen.push(account);
    }
    for account in &seen {
        let came_unnamed = came_unnamed(&glass.db, account.account.id).await?;
        all.push(said_of_them(account, came_unnamed, &about));
    }
    for contact in contacts_of(glass, accounts).await? {
        of_contact(glass, contact, accounts, &about, &mut all).await?;
    }
    let shared = disclosing::reading::all_of_accounts(glass, accounts).await?;
    all.extend(shared_with(&shared));
    all.extend(beside::of_accounts(glass, request.id, accounts, &about).await?);
    for item in &mut all {
        item.text = marking::plain(&item.text);
        item.others.retain(|other| !own_names.contains(&other.to_lowercase()));
        item.others.sort();
        item.others.dedup();
    }
    Ok(all)
}

/// The names by which the person goes: they are not somebody else's.
fn names_of(of: &AccountSeen) -> impl Iterator<Item = String> {
    let called = [of.account.given.clone(), of.account.family.clone()];
    let others = of.names.iter().flat_map(|name| [name.given.clone(), name.family.clone()]);
    let all: Vec<_> = called.into_iter().chain(others).collect();
    all.into_iter().flat_map(|name| {
        let parts: Vec<_> = name.split_whitespace().map(str::to_lowercase).collect();
        std::iter::once(name.to_lowercase()).chain(parts)
    })
}

/// What may be hidden of somebody else: the whole name, and each of its words.
fn hide(given: &str, family: &str) -> Vec<String> {
    let whole = format!("{given} {family}").trim().to_owned();
    let words = whole.split_whitespace().filter(|word| word.chars().count() > 1);
    std::iter::once(whole.clone()).chain(words.map(str::to_owned)).collect()
}

/// Whether somebody said it who must not be named.
async fn came_unnamed(db: &impl Runs, account: AccountId) -> Result<bool> {
    #[derive(Row)]
    struct Unnamed {
        rows: i64,
    }
    let text = "SELECT count(*) AS rows FROM pathway w JOIN contact c ON c.id = w.contact_id \
        WHERE c.requester_sealed IS NOT NULL AND (w.account_id = $1 OR w.account_id IN \
        (SELECT r.of_account FROM relationship r WHERE r.to_account = $1))";
    let unnamed: Option<Unnamed> = db.one(text, [account.into()]).await?;
    Ok(unnamed.is_some_and(|unnamed| unnamed.rows > 0))
}

/// A birth in words, without the age: what is decided of stays what it is as time goes by.
fn birth(of: &births::Columns) -> String {
    match (of.born_on, of.expected_on, of.born_said.as_deref()) {
        (Some(born), ..) => words::day(born.0),
        (None, Some(expected), _) => format!("Expected {}", words::day(expected.0)),
        (None, None, said) => said.unwrap_or("Not known").to_owned(),
    }
}

fn said_of_them(of: &AccountSeen, came_unnamed: bool, about: &About) -> Item {
    let account = &of.account;
    let mut lines = Lines::default();
    lines.add("Name", &account.name());
    for other in &of.names {
        let kind = NameKind::ALL.into_iter().find(|kind| kind.slug() == other.kind);
        let said = format!("{} {} {}", other.given, other.family, other.span.words());
        lines.add(kind.map_or("Also known as", NameKind::title), said.trim());
    }
    let (born_on, expected_on) = (account.born_on, account.expected_on);
    let born = births::Columns { born_on, born_said: account.born_said.clone(), expected_on };
    lines.add("Birth", &birth(&born));
    for before in &of.births_before {
        let until = format!("Birth, as was said until {}", words::moment(before.until_at.0));
        lines.add(&until, &birth(&before.said));
    }
    if let Some(sex) = &account.sex {
        lines.add("Sex", sex_in_words(sex));
    }
    for number in &of.identifiers {
        let scheme = Scheme::ALL.into_iter().find(|scheme| scheme.slug() == number.scheme);
        lines.add(scheme.map_or("Number", Scheme::title), &number.said);
    }
    for address in of.addresses.iter().filter(|address| !address.place.is_protected()) {
        lines.add("Address", format!("{} {}", address.words(), address.span.words()).trim());
    }
    for phone in of.phones.iter().filter(|phone| !phone.number.is_protected()) {
        lines.add("Telephone", &phone.words());
    }
    let goes_to = account.setting_said.as_deref().unwrap_or_default();
    lines.add("School, nursery or service", goes_to);
    lines.add("Ethnic background", of.ethnicity.as_deref().unwrap_or_default());
    // Where they go tells in which town they live.
    let mut others: Vec<_> = about.is_secret.then(|| goes_to.to_owned()).into_iter().collect();
    for related in &of.relations {
        let name = name(&related.given, &related.family, related.expected_on.is_some());
        lines.add(&words::capital(&related.said), &name);
        others.extend(hide(&related.given, &related.family));
    }
    for mate in &of.housemates {
        lines.add("Lives or lived with them", &mate.name());
        others.extend(hide(&mate.given, &mate.family));
    }
    for phone in of.their_phones.iter().filter(|phone| !phone.number.is_protected()) {
        lines.add("Telephone of somebody related", &phone.words());
        others.push(PhoneSeen::words(phone));
    }
    for added in &of.addenda {
        let by = if about.unnamed.contains(&added.by_id) { UNNAMED } else { &added.by };
        let when = format!("Added {}, by {by}", words::moment(added.at.0));
        lines.add(&when, &added.said);
    }
    Item {
        key: format!("account-{}", account.reference),
        title: match came_unnamed {
            true => "What somebody said of them".to_owned(),
            false => format!("What {} said of them", account.agency),
        },
        text: lines.0,
        file: None,
        others,
    }
}

/// The contacts that are about the person, as a child, or as an adult whom one of the children is
/// related to; but for those that are hidden from the reader.
async fn contacts_of(glass: &Glass<'_>, accounts: &[AccountId]) -> Result<Vec<ContactId>> {
    #[derive(Row)]
    struct Found {
        contact_id: ContactId,
    }
    let these = places(accounts, 2);
    let text = format!(
        "SELECT DISTINCT w.contact_id FROM pathway w WHERE (w.account_id IN ({these}) \
         OR w.account_id IN (SELECT r.of_account FROM relationship r WHERE r.to_account IN ({these}))) \
         AND w.contact_id NOT IN ({}) ORDER BY w.contact_id",
        hidden::contacts(1)
    );
    let values = std::iter::once(glass.scope.own().into()).chain(values(accounts));
    let found: Vec<Found> = glass.db.all(&text, values.collect::<Vec<_>>()).await?;
    Ok(found.into_iter().map(|found| found.contact_id).collect())
}

async fn of_contact(
    glass: &Glass<'_>,
    id: ContactId,
    theirs: &[AccountId],
    about: &About,
    all: &mut Vec<Item>,
) -> Result<()> {
    let contact = contacts::of(&glass.db, id).await?;
    let every = pathways::store::of_contact(&glass.db, id).await?;
    // A neighbour, a relative: somebody who does not work with families.
    let mut others: Vec<_> = contact.requester_said.clone().into_iter().collect();
    let mut children = Vec::new();
    for pathway in &every {
        let account = store::account(&glass.db, pathway.account_id).await?;
        if !theirs.contains(&account.id) {
            others.extend(hide(&account.given, &account.family));
        }
        let mut is_their_parent = false;
        for related in store::relations(&glass.db, account.id).await? {
            if !theirs.contains(&related.account) {
                others.extend(hide(&related.given, &related.family));
            } else if is_parent(&related.said) {
                is_their_parent = true;
            }
        }
        children.push((pathway, account, is_their_parent));
    }
    all.push(asked(glass, &contact, about, &others).await?);
    // Of a child, what happened for themselves; of an adult, what happened for each child; of a child
    // who is a mother, both.
    let is_a_child = children.iter().any(|(_, account, _)| theirs.contains(&account.id));
    for (place, (pathway, account, is_their_parent)) in (1..).zip(&children) {
        let is_theirs = theirs.contains(&account.id);
        if is_a_child && !is_theirs && !is_their_parent {
            continue;
        }
        // The title is in the copy, and can't be marked: it names nobody else.
        let whose = match is_theirs {
            true => account.name(),
            false => format!("child {place} in it"),
        };
        happened(glass, (&contact, pathway), &whose, about, &others, all).await?;
    }
    Ok(())
}

/// Whether somebody is said to be a child's parent, or to stand for one.
fn is_parent(said: &str) -> bool {
    let said = said.to_lowercase();
    let words = ["mother", "father", "parent", "mum", "mam", "dad", "carer", "guardian"];
    words.iter().any(|word| said.contains(word))
}

/// What was said in a request.
async fn asked(
    glass: &Glass<'_>,
    contact: &Contact,
    about: &About,
    others: &[String],
) -> Result<Item> {
    #[derive(Row)]
    struct From {
        agency: String,
        setting: Option<String>,
        requester: Option<String>,
        job: Option<String>,
    }
    let text = "SELECT g.name AS agency, t.name AS setting, s.name AS requester, s.job \
        FROM contact c JOIN agency g ON g.id = c.agency_id \
        LEFT JOIN setting t ON t.id = c.setting_id LEFT JOIN staff s ON s.id = c.requested_by \
        WHERE c.id = $1";
    let from: Option<From> = glass.db.one(text, [contact.id.into()]).await?;
    // Beside somebody of the same place who must not be named, another who asked would say which it is.
    let of_them = contact.requested_by.is_some_and(|by| about.unnamed.contains(&by));
    let is_unnamed = contact.is_unnamed || of_them;
    let mut lines = Lines::default();
    let mut others = others.to_vec();
    lines.add("Received", &words::moment(contact.received_at.0));
    // Where somebody must not be named, where they work would name them.
    if let Some(From { agency, setting, requester, job }) = from.filter(|_| !is_unnamed) {
        let works_at = setting.unwrap_or(agency);
        lines.add("From", &works_at);
        others.extend(about.is_secret.then_some(works_at));
        if let Some(requester) = requester {
            let asked_by = format!("{requester}, {}", job.unwrap_or_default());
            lines.add("Asked by", &asked_by);
            others.extend(about.is_secret.then_some(asked_by));
        }
    }
    if let Some(said) = contact.requester_said.as_ref().filter(|_| !is_unnamed) {
        lines.add("Who rang or wrote", said);
    }
    if let Some(response) = contact.response_id {
        let answered = questionnaires::store::answered(glass, response).await?;
        lines.say(&questionnaires::answered::in_words(&answered, is_unnamed));
    }
    Ok(Item {
        key: format!("request-{}", contact.reference),
        title: format!("What was said in request {}", contact.reference),
        text: lines.0,
        file: None,
        others,
    })
}

/// What is no thing that is held about them: whom it must not reach, what the hub checked for itself, and
/// the files, which stand by themselves.
const NOT_FOR_THEM: [&str; 3] = [FILE, "must_not_know", "names_checked"];

/// What happened with one child's part of a request, and the files that came with it.
async fn happened(
    glass: &Glass<'_>,
    (contact, pathway): (&Contact, &Pathway),
    whose: &str,
    about: &About,
    others: &[String],
    all: &mut Vec<Item>,
) -> Result<()> {
    let keys = &glass.app.keys;
    let tellings = pathways::store::tellings(&glass.db, keys, pathway.id).await?;
    let mut lines = Lines::default();
    lines.add("Stands", &pathway.stage);
    for telling in &tellings {
        let told = event(telling).map_or_else(String::new, |event| RequestForSupport::tell(&event));
        let by = match telling.recorded_by {
            Some(by) if about.unnamed.contains(&by) => UNNAMED,
            _ => telling.recorder.as_deref().unwrap_or("Sightline"),
        };
        lines.say(&format!("{}: {told} ({by})", words::moment(telling.stored.at)));
        if let Some(strike) = &telling.stored.struck {
            lines.add("  Struck out, because", &strike.reason);
        }
        for (what, said) in &telling.words {
            if !NOT_FOR_THEM.contains(&what.as_str()) {
                lines.add(&format!("  {}", heading(what)), said);
            }
        }
    }
    let files = Files::with(&glass.db, keys, contact, tellings.iter()).await?;
    all.push(Item {
        key: format!("history-{}", pathway.reference),
        title: format!("What happened with request {} for {whose}", contact.reference),
        text: lines.0,
        file: None,
        others: others.to_vec(),
    });
    let struck = tellings.iter().filter(|telling| telling.stored.struck.is_some());
    for reference in struck.filter_map(|telling| telling.words.get(FILE)) {
        let mut lines = Lines::default();
        lines.say(
            "A file that was struck out with what it came with. It is kept, and nobody opens it.",
        );
        let title = format!("A file that was struck out of request {}", contact.reference);
        let item = lines.item(format!("struck-{reference}"), title, others.to_vec());
        if all.iter().all(|other| other.key != item.key) {
            all.push(item);
        }
    }
    for (reference, file) in tellings.iter().filter_map(|telling| files.of(telling)) {
        let key = format!("file-{reference}");
        if all.iter().any(|item| item.key == key) {
            continue;
        }
        let text = match file.is_harmful {
            true => {
                "A file in which something harmful was found. It can’t be given out.".to_owned()
            }
            false => format!("A file: {}", file.name),
        };
        let at = File {
            contact: contact.reference.clone(),
            reference: reference.to_owned(),
            is_harmful: file.is_harmful,
        };
        all.push(Item {
            key,
            title: format!("A file that came with request {}", contact.reference),
            text,
            file: Some(at),
            others: others.to_vec(),
        });
    }
    Ok(())
}

/// With whom something was shared, but for what somebody said is not safe for the family to know.
fn shared_with(shared: &[disclosing::reading::Shared]) -> Option<Item> {
    let mut lines = Lines::default();
    let mut others = Vec::new();
    let told = |one: &&disclosing::reading::Shared| {
        let is_safe = one.what.family != FamilyTold::Unsafe;
        !one.what.shared.is_empty() && one.what.occasion.may_be_told() && is_safe
    };
    for one in shared.iter().filter(told) {
        let things: Vec<_> = one.what.shared.iter().map(|thing| thing.title()).collect();
        let what = things.join(", ");
        let with = &one.what.to.works_at;
        let purpose = one.what.basis.purpose.title();
        lines.say(&format!("{}: {what}. With {with}. {purpose}.", words::moment(one.at.0)));
        if one.what.to.staff.is_none() {
            others.push(with.clone());
        }
    }
    (!lines.0.is_empty()).then(|| Item {
        key: "shared".to_owned(),
        title: "With whom something about them was shared".to_owned(),
        text: lines.0,
        file: None,
        others,
    })
}
