//! What agencies say of people, as rows of their tables: of one request, or of many at once. It
//! decides how an account is written down, and refuses to look at what is there already.

use std::collections::BTreeSet;

use platform::{
    db::{At, On, Table, Tx, Value, fold},
    seal::Keys,
};
use practice::{
    calendar::{Moment, day_of},
    identifiers::{self, Scheme},
};
use serde::Serialize;
use uuid::Uuid;

use super::{NewAddress, NewName, NewPerson, NewPhone, Span, births::Columns, home, phones};
use crate::{
    error::{Error, Result},
    ids::{AccountId, AgencyId, Naming, PersonId, StaffId},
    recognising::{self, said::Parts},
};

/// What a sealed address is for, in the key's derivation.
pub(super) const ADDRESS: &str = "address";
/// As [`ADDRESS`], of a telephone number.
pub(super) const TELEPHONE: &str = "telephone";
/// As [`ADDRESS`], of an ethnic background.
pub(super) const BACKGROUND: &str = "ethnicity";

pub(super) const PERSON: Table<2> = Table::new("person", ["id", "reference"]);
const ACCOUNT: Table<11> = Table::new(
    "account",
    [
        "id",
        "reference",
        "agency_id",
        "given_at",
        "source",
        "born_on",
        "born_said",
        "expected_on",
        "sex",
        "setting_said",
        "keys_form",
    ],
);
pub(super) const LINK: Table<6> = Table::new(
    "account_link",
    ["id", "account_id", "person_id", "reason", "linked_at", "linked_by"],
);
const NAME: Table<12> = Table::new(
    "account_name",
    [
        "id",
        "account_id",
        "given",
        "family",
        "folded",
        "kind",
        "from_on",
        "from_said",
        "until_on",
        "until_said",
        "said_at",
        "said_by",
    ],
);
/// The words of names, which the search goes by.
pub(crate) const WORD: Table<3> =
    Table::new("account_name_word", ["word", "name_id", "account_id"]);
const ADDRESSES: Table<12> = Table::new(
    "account_address",
    [
        "id",
        "account_id",
        "sealed",
        "fingerprint",
        "place",
        "protected_since",
        "from_on",
        "from_said",
        "until_on",
        "until_said",
        "said_at",
        "said_by",
    ],
);
const PHONE: Table<12> = Table::new(
    "account_phone",
    [
        "id",
        "account_id",
        "sealed",
        "fingerprint",
        "safe_for",
        "protected_since",
        "from_on",
        "from_said",
        "until_on",
        "until_said",
        "said_at",
        "said_by",
    ],
);
const ETHNICITY: Table<3> = Table::new("account_ethnicity", ["id", "account_id", "sealed"]);
const IDENTIFIER: Table<6> =
    Table::new("account_identifier", ["id", "account_id", "scheme", "said", "normal", "problem"]);
const RELATIONSHIP: Table<6> = Table::new(
    "relationship",
    ["id", "of_account", "to_account", "said", "from_on", "responsibility"],
);
const HOUSEHOLD: Table<1> = Table::new("household", ["id"]);
const MEMBER: Table<3> = Table::new("household_member", ["household_id", "account_id", "from_on"]);

/// Who gives account of people, and when.
#[derive(Debug, Clone, Copy)]
pub struct Giver<'a> {
    pub agency: AgencyId,
    /// Where it came from, for whoever reads the tables.
    pub source: &'a str,
    pub at: Moment,
    /// Who put it on the record; `None` for the platform.
    pub by: Option<StaffId>,
}

/// The person whom an account is of, and why it is taken to be of that one.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub person: PersonId,
    pub reason: &'static str,
    /// Who says so, if anybody does: whoever gives account of somebody mostly does not.
    pub by: Option<StaffId>,
}

/// Who says something later than the account, and when.
#[derive(Debug, Clone, Copy)]
pub struct Later {
    pub at: Moment,
    pub by: StaffId,
}

/// What one account says later, while it is written down.
pub struct About<'a, N> {
    pub naming: &'a mut N,
    pub keys: &'a Keys,
    pub account: AccountId,
    pub at: Moment,
    /// Who says it later; `None` for what comes with the account itself.
    pub later: Option<Later>,
}

/// An account and the person whom it is joined to.
#[derive(Debug, Clone, Copy)]
pub struct Joined {
    pub account: AccountId,
    pub person: PersonId,
}

/// Rows that are to be inserted together.
#[derive(Debug, Default)]
pub struct PeopleRows {
    people: Vec<[Value; 2]>,
    accounts: Vec<[Value; 11]>,
    links: Vec<[Value; 6]>,
    names: Vec<[Value; 12]>,
    words: Vec<[Value; 3]>,
    addresses: Vec<[Value; 12]>,
    phones: Vec<[Value; 12]>,
    ethnicities: Vec<[Value; 3]>,
    identifiers: Vec<[Value; 6]>,
    relationships: Vec<[Value; 6]>,
    households: Vec<[Value; 1]>,
    members: Vec<[Value; 3]>,
    /// The accounts that begin here.
    begun: Vec<AccountId>,
    /// Of which accounts something is said that they are found by.
    said_of: BTreeSet<AccountId>,
}

impl PeopleRows {
    /// Takes up what an agency says of a person: as a person of its own until somebody links it,
    /// or as somebody who is known.
    ///
    /// # Errors
    /// When an address can't be sealed.
    pub fn account(
        &mut self,
        naming: &mut impl Naming,
        keys: &Keys,
        giver: &Giver<'_>,
        new: &NewPerson,
        known: Option<Known>,
    ) -> Result<Joined> {
        let account = AccountId(naming.id());
        let born = Columns::of(&new.born);
        self.accounts.push([
            account.into(),
            naming.reference().into(),
            giver.agency.into(),
            At(giver.at).into(),
            giver.source.into(),
            born.born_on.into(),
            born.born_said.into(),
            born.expected_on.into(),
            new.sex.clone().into(),
            new.setting.clone().into(),
            recognising::keys::FORM.into(),
        ]);
        self.begun.push(account);
        let person = self.person(naming, account, giver, known);
        let mut about = About { naming, keys, account, at: giver.at, later: None };
        self.called(&mut about, &new.given, &new.family);
        for name in &new.names {
            self.name(&mut about, name);
        }
        if let Some(address) = &new.address {
            self.address(&mut about, address, &Span::default())?;
        }
        for (address, span) in &new.addresses_before {
            self.address(&mut about, address, span)?;
        }
        for phone in &new.phones {
            self.phone(&mut about, phone)?;
        }
        if let Some(said) = &new.ethnicity {
            self.ethnicity(&mut about, said)?;
        }
        for (scheme, said) in &new.identifiers {
            self.identifier(naming, account, *scheme, said);
        }
        Ok(Joined { account, person })
    }

    fn person(
        &mut self,
        naming: &mut impl Naming,
        account: AccountId,
        giver: &Giver<'_>,
        known: Option<Known>,
    ) -> PersonId {
        let Some(Known { person, reason, by }) = known else {
            let person = PersonId(naming.id());
            self.people.push([person.into(), naming.reference().into()]);
            let link = naming.id();
            self.links.push(link_row(link, account, person, FIRST, giver.at, giver.by));
            return person;
        };
        self.links.push(link_row(naming.id(), account, person, reason, giver.at, by));
        person
    }

    /// The name that the account goes by.
    pub fn called(&mut self, about: &mut About<'_, impl Naming>, given: &str, family: &str) {
        self.named(about, CALLED, (given, family), &Span::default());
    }

    /// Another name.
    pub fn name(&mut self, about: &mut About<'_, impl Naming>, name: &NewName) {
        self.named(about, name.kind.slug(), (&name.given, &name.family), &name.span);
    }

    fn named(
        &mut self,
        about: &mut About<'_, impl Naming>,
        kind: &str,
        (given, family): (&str, &str),
        span: &Span,
    ) {
        let id = about.naming.id();
        self.said_of.insert(about.account);
        let folded = fold(&format!("{family} {given}"));
        self.words.extend(words(&folded).map(|word| word_row(word, id, about.account)));
        let [from_on, from_said, until_on, until_said] = span.columns();
        let [said_at, said_by] = about.said();
        self.names.push([
            id.into(),
            about.account.into(),
            given.into(),
            family.into(),
            folded.into(),
            kind.into(),
            from_on,
            from_said,
            until_on,
            until_said,
            said_at,
            said_by,
        ]);
    }

    /// Where somebody lives or lived.
    ///
    /// # Errors
    /// When it can't be sealed.
    pub fn address(
        &mut self,
        about: &mut About<'_, impl Naming>,
        address: &NewAddress,
        span: &Span,
    ) -> Result<()> {
        let id = about.naming.id();
        self.said_of.insert(about.account);
        let sealed = about.seal(ADDRESS, id, &(&address.lines, &address.postcode))?;
        let [from_on, from_said, until_on, until_said] = span.columns();
        let [said_at, said_by] = about.said();
        self.addresses.push([
            id.into(),
            about.account.into(),
            sealed,
            fingerprint(about.keys, address).into(),
            home::place(about.keys, &address.postcode).into(),
            address.protected.then_some(At(about.at)).into(),
            from_on,
            from_said,
            until_on,
            until_said,
            said_at,
            said_by,
        ]);
        Ok(())
    }

    /// How somebody is reached by telephone.
    ///
    /// # Errors
    /// When it can't be sealed.
    pub fn phone(&mut self, about: &mut About<'_, impl Naming>, phone: &NewPhone) -> Result<()> {
        let id = about.naming.id();
        self.said_of.insert(about.account);
        let sealed = about.seal(TELEPHONE, id, &phone.number)?;
        let [from_on, from_said, until_on, until_said] = phone.span.columns();
        let [said_at, said_by] = about.said();
        self.phones.push([
            id.into(),
            about.account.into(),
            sealed,
            about.keys.fingerprint(TELEPHONE, &phones::digits(&phone.number)).to_vec().into(),
            phone.safe_for.slug().into(),
            phone.is_protected().then_some(At(about.at)).into(),
            from_on,
            from_said,
            until_on,
            until_said,
            said_at,
            said_by,
        ]);
        Ok(())
    }

    fn ethnicity(&mut self, about: &mut About<'_, impl Naming>, said: &str) -> Result<()> {
        let id = about.naming.id();
        let sealed = about.seal(BACKGROUND, id, &said)?;
        self.ethnicities.push([id.into(), about.account.into(), sealed]);
        Ok(())
    }

    /// A number by which an agency knows somebody, as it was said, and what is wrong with it.
    pub fn identifier(
        &mut self,
        naming: &mut impl Naming,
        account: AccountId,
        scheme: Scheme,
        said: &str,
    ) {
        self.said_of.insert(account);
        let (normal, problem) = match scheme.check(said) {
            Ok(normal) => (Some(normal), None),
            Err(problem) => (None, Some(problem.to_owned())),
        };
        self.identifiers.push([
            naming.id().into(),
            account.into(),
            scheme.slug().into(),
            said.into(),
            normal.into(),
            problem.into(),
        ]);
    }

    /// Says how one person is related to another, in the words of whoever said it.
    pub fn relate(
        &mut self,
        naming: &mut impl Naming,
        at: Moment,
        of: AccountId,
        to: AccountId,
        said: &Relationship,
    ) {
        self.relationships.push([
            naming.id().into(),
            of.into(),
            to.into(),
            said.what.clone().into(),
            On(day_of(at)).into(),
            said.responsibility.clone().into(),
        ]);
    }

    /// Puts people into one household.
    pub fn household(&mut self, naming: &mut impl Naming, at: Moment, members: &[AccountId]) {
        let household = naming.id();
        self.households.push([household.into()]);
        self.members.extend(
            members
                .iter()
                .map(|member| [household.into(), (*member).into(), On(day_of(at)).into()]),
        );
    }

    /// Inserts them all, and derives the keys by which whoever they are of is found.
    ///
    /// # Errors
    /// When the database does not take them; then the transaction must be given up.
    pub async fn insert(self, tx: &Tx, keys: &Keys) -> Result<()> {
        let (addresses, telephones) = (!self.addresses.is_empty(), !self.phones.is_empty());
        let numbers = !self.identifiers.is_empty();
        tx.insert_all(&PERSON, self.people).await?;
        tx.insert_all(&ACCOUNT, self.accounts).await?;
        tx.insert_all(&LINK, self.links).await?;
        tx.insert_all(&NAME, self.names).await?;
        tx.insert_all(&WORD, self.words).await?;
        tx.insert_all(&ADDRESSES, self.addresses).await?;
        tx.insert_all(&PHONE, self.phones).await?;
        tx.insert_all(&ETHNICITY, self.ethnicities).await?;
        tx.insert_all(&IDENTIFIER, self.identifiers).await?;
        tx.insert_all(&RELATIONSHIP, self.relationships).await?;
        tx.insert_all(&HOUSEHOLD, self.households).await?;
        tx.insert_all(&MEMBER, self.members).await?;
        let begun: BTreeSet<_> = self.begun.iter().copied().collect();
        let parts = Parts { addresses, telephones, numbers };
        let before: Vec<_> = self.said_of.difference(&begun).copied().collect();
        recognising::keys::begin(tx, keys, &self.begun, parts).await?;
        recognising::keys::derive(tx, keys, &before).await
    }
}

impl<N> About<'_, N> {
    fn said(&self) -> [Value; 2] {
        let later = self.later;
        [later.map(|later| At(later.at)).into(), later.map(|later| later.by.0).into()]
    }

    fn seal(&self, purpose: &'static str, id: Uuid, said: &impl Serialize) -> Result<Value> {
        let sealed = self
            .keys
            .seal(purpose, id.as_bytes(), &serde_json::to_vec(said)?)
            .map_err(|e| Error::fault("sealing what was said of a person", e))?;
        Ok(sealed.0.into())
    }
}

/// What one person is to another.
#[derive(Debug, Clone, Serialize)]
pub struct Relationship {
    /// In the words of whoever said it.
    pub what: String,
    /// Whether the other has parental responsibility: `yes`, `no` or `not-known`, if it was said.
    pub responsibility: Option<String>,
}

/// The kind of the one name that an account goes by.
pub(crate) const CALLED: &str = "called";

/// The words of a folded name, each once.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty()).collect::<BTreeSet<_>>().into_iter()
}

/// The row by which a name is found under one of its words.
pub(crate) fn word_row(word: &str, name: Uuid, account: AccountId) -> [Value; 3] {
    [word.as_bytes().to_vec().into(), name.into(), account.into()]
}

/// Why an account is joined to a person who was made for it.
const FIRST: &str = "first account";

/// What joins an account to a person.
pub(super) fn link_row(
    id: Uuid,
    account: AccountId,
    person: PersonId,
    reason: &str,
    at: Moment,
    by: Option<StaffId>,
) -> [Value; 6] {
    [id.into(), account.into(), person.into(), reason.into(), At(at).into(), by.map(|s| s.0).into()]
}

/// What the same address is found by, without being readable.
fn fingerprint(keys: &Keys, address: &NewAddress) -> Vec<u8> {
    let postcode = identifiers::postcode(&address.postcode).unwrap_or_default();
    keys.fingerprint(ADDRESS, &fold(&format!("{} {postcode}", address.lines))).to_vec()
}
