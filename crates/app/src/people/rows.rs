//! What agencies say of people, as rows of their tables: of one request, or of many at once. It
//! decides how an account is written down, and refuses to look at what is there already.

use platform::{
    db::{At, On, Table, Tx, Value, fold},
    seal::Keys,
};
use practice::{
    calendar::{Moment, day_of},
    identifiers::{self, Scheme},
};
use uuid::Uuid;

use super::{Born, NewAddress, NewPerson};
use crate::{
    error::{Error, Result},
    ids::{AccountId, AgencyId, Naming, PersonId, StaffId},
};

/// What a sealed address is for, in the key's derivation.
pub(super) const ADDRESS: &str = "address";

pub(super) const PERSON: Table<2> = Table::new("person", ["id", "reference"]);
const ACCOUNT: Table<10> = Table::new(
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
    ],
);
pub(super) const LINK: Table<6> = Table::new(
    "account_link",
    ["id", "account_id", "person_id", "reason", "linked_at", "linked_by"],
);
const NAME: Table<6> =
    Table::new("account_name", ["id", "account_id", "given", "family", "folded", "kind"]);
const ADDRESSES: Table<6> = Table::new(
    "account_address",
    ["id", "account_id", "sealed", "fingerprint", "protected_since", "from_on"],
);
const IDENTIFIER: Table<6> =
    Table::new("account_identifier", ["id", "account_id", "scheme", "said", "normal", "problem"]);
const RELATIONSHIP: Table<5> =
    Table::new("relationship", ["id", "of_account", "to_account", "said", "from_on"]);
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
    accounts: Vec<[Value; 10]>,
    links: Vec<[Value; 6]>,
    names: Vec<[Value; 6]>,
    addresses: Vec<[Value; 6]>,
    identifiers: Vec<[Value; 6]>,
    relationships: Vec<[Value; 5]>,
    households: Vec<[Value; 1]>,
    members: Vec<[Value; 3]>,
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
        let (born_on, born_said, expected_on) = match &new.born {
            Born::On(day) => (Some(*day), None, None),
            Born::Said(said) => (None, Some(said.clone()), None),
            Born::NotKnown => (None, None, None),
            Born::Expected(day) => (None, Some("unborn".to_owned()), *day),
        };
        self.accounts.push([
            account.into(),
            naming.reference().into(),
            giver.agency.into(),
            At(giver.at).into(),
            giver.source.into(),
            born_on.map(On).into(),
            born_said.into(),
            expected_on.map(On).into(),
            new.sex.clone().into(),
            new.setting.clone().into(),
        ]);
        let person = self.person(naming, account, giver, known);
        self.name(naming, account, "called", &new.given, &new.family);
        for also in &new.also {
            self.name(naming, account, "also", also, "");
        }
        if let Some(address) = &new.address {
            self.address(naming, keys, account, giver.at, address)?;
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
        let Some(Known { person, reason }) = known else {
            let person = PersonId(naming.id());
            self.people.push([person.into(), naming.reference().into()]);
            let link = naming.id();
            self.links.push(link_row(link, account, person, FIRST, giver.at, giver.by));
            return person;
        };
        // Whoever gives account of somebody does not say that it is somebody who is known.
        self.links.push(link_row(naming.id(), account, person, reason, giver.at, None));
        person
    }

    fn name(
        &mut self,
        naming: &mut impl Naming,
        account: AccountId,
        kind: &str,
        given: &str,
        family: &str,
    ) {
        self.names.push([
            naming.id().into(),
            account.into(),
            given.into(),
            family.into(),
            fold(&format!("{family} {given}")).into(),
            kind.into(),
        ]);
    }

    fn address(
        &mut self,
        naming: &mut impl Naming,
        keys: &Keys,
        account: AccountId,
        at: Moment,
        address: &NewAddress,
    ) -> Result<()> {
        let id = naming.id();
        let text = serde_json::to_vec(&(&address.lines, &address.postcode))?;
        let sealed = keys
            .seal(ADDRESS, id.as_bytes(), &text)
            .map_err(|e| Error::fault("sealing an address", e))?;
        self.addresses.push([
            id.into(),
            account.into(),
            sealed.0.into(),
            fingerprint(keys, address).into(),
            address.protected.then_some(At(at)).into(),
            On(day_of(at)).into(),
        ]);
        Ok(())
    }

    fn identifier(
        &mut self,
        naming: &mut impl Naming,
        account: AccountId,
        scheme: Scheme,
        said: &str,
    ) {
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
        said: &str,
    ) {
        self.relationships.push([
            naming.id().into(),
            of.into(),
            to.into(),
            said.into(),
            On(day_of(at)).into(),
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

    /// Inserts them all.
    ///
    /// # Errors
    /// When the database does not take them; then the transaction must be given up.
    pub async fn insert(self, tx: &Tx) -> Result<()> {
        tx.insert_all(&PERSON, self.people).await?;
        tx.insert_all(&ACCOUNT, self.accounts).await?;
        tx.insert_all(&LINK, self.links).await?;
        tx.insert_all(&NAME, self.names).await?;
        tx.insert_all(&ADDRESSES, self.addresses).await?;
        tx.insert_all(&IDENTIFIER, self.identifiers).await?;
        tx.insert_all(&RELATIONSHIP, self.relationships).await?;
        tx.insert_all(&HOUSEHOLD, self.households).await?;
        tx.insert_all(&MEMBER, self.members).await?;
        Ok(())
    }
}

/// Why an account is joined to a person who was made for it.
pub(super) const FIRST: &str = "first account";

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
