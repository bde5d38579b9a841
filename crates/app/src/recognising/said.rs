//! What accounts say, as records that the engine compares: each account in several ways, by its
//! names and where it says that somebody lives. What is protected is in none of them, so that no
//! reason can tell that two addresses are one.

use std::collections::BTreeMap;

use matching::record::Record;
use platform::{
    db::{On, Row, Runs, sea_orm},
    seal::Keys,
};

use crate::{
    error::Result,
    ids::AccountId,
    people::{
        phones,
        rows::CALLED,
        shown::Shown,
        store::{self, values},
    },
};

/// How many names, addresses and numbers of an account count, each.
const MOST: usize = 3;

#[derive(Row)]
struct Born {
    id: AccountId,
    born_on: Option<On>,
    sex: Option<String>,
}

#[derive(Row)]
struct Named {
    account_id: AccountId,
    given: String,
    family: String,
    kind: String,
}

#[derive(Row)]
struct Numbered {
    account_id: AccountId,
    scheme: String,
    number: String,
}

/// What an account says, before it is written in several ways.
#[derive(Default)]
struct Said {
    once: Record,
    names: Vec<(String, String)>,
    places: Vec<(String, String)>,
    phones: Vec<String>,
}

/// Which parts of what accounts say are read: what nobody can have said is not asked for.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    pub addresses: bool,
    pub telephones: bool,
    pub numbers: bool,
}

impl Parts {
    /// Whatever there is.
    pub const ALL: Self = Self { addresses: true, telephones: true, numbers: true };
}

/// What each of these accounts says.
///
/// # Errors
/// When the database does, or something can't be unsealed.
pub(super) async fn of(
    db: &impl Runs,
    keys: &Keys,
    accounts: &[AccountId],
    parts: Parts,
) -> Result<BTreeMap<AccountId, Vec<Record>>> {
    if accounts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let these = store::places(accounts, 1);
    let mut all: BTreeMap<AccountId, Said> = BTreeMap::new();

    let text = format!("SELECT id, born_on, sex FROM account WHERE id IN ({these})");
    for Born { id, born_on, sex } in db.all::<Born>(&text, values(accounts)).await? {
        let dob = born_on.map(|day| day.0.to_string()).unwrap_or_default();
        let once = Record { dob, sex: sex.unwrap_or_default(), ..Record::default() };
        all.entry(id).or_default().once = once;
    }
    let text = format!(
        "SELECT account_id, given, family, kind FROM account_name \
         WHERE account_id IN ({these}) ORDER BY id"
    );
    for Named { account_id, given, family, kind } in
        db.all::<Named>(&text, values(accounts)).await?
    {
        let names = &mut all.entry(account_id).or_default().names;
        let at = if kind == CALLED { 0 } else { names.len() };
        names.insert(at, (given, family));
    }
    if parts.addresses {
        for address in store::addresses_of(db, keys, accounts).await? {
            if let Shown::At(place) = address.place {
                all.entry(address.of).or_default().places.insert(0, place);
            }
        }
    }
    if parts.telephones {
        for phone in phones::of_accounts(db, keys, accounts).await? {
            if let Shown::At(number) = phone.number {
                all.entry(phone.of).or_default().phones.insert(0, number);
            }
        }
    }
    if parts.numbers {
        numbers(db, accounts, &mut all).await?;
    }
    Ok(all.into_iter().map(|(id, said)| (id, said.ways())).collect())
}

async fn numbers(
    db: &impl Runs,
    accounts: &[AccountId],
    all: &mut BTreeMap<AccountId, Said>,
) -> Result<()> {
    let text = format!(
        "SELECT account_id, scheme, COALESCE(normal, said) AS number FROM account_identifier \
         WHERE account_id IN ({}) ORDER BY id DESC",
        store::places(accounts, 1)
    );
    for Numbered { account_id, scheme, number } in
        db.all::<Numbered>(&text, values(accounts)).await?
    {
        let once = &mut all.entry(account_id).or_default().once;
        match scheme.as_str() {
            "nhs" => once.nhs_number = number,
            "upn" => once.upn = number,
            "uln" => once.national_id = number,
            // Another council may give the same number to another child.
            _ => {}
        }
    }
    Ok(())
}

impl Said {
    /// The name that it goes by with every address and number, and every other name with the latest
    /// ones: not each with each, which would be many more and find nobody else.
    fn ways(self) -> Vec<Record> {
        let Self { once, mut names, mut places, mut phones } = self;
        names.truncate(MOST);
        places.truncate(MOST);
        phones.truncate(MOST);
        let further = names.len().saturating_sub(1);
        let ways = (places.len().max(1) + further).max(phones.len());
        (0..ways)
            .map(|way| {
                let in_turn = |n: usize| if n == 0 { 0 } else { way % n };
                // Further names come last, each with the latest address.
                let name = (way + further + 1).saturating_sub(ways);
                let place = if name > 0 { 0 } else { in_turn(places.len()) };
                let (first_name, surname) = names.get(name).cloned().unwrap_or_default();
                let (address, postcode) = places.get(place).cloned().unwrap_or_default();
                let phone = phones.get(in_turn(phones.len())).cloned().unwrap_or_default();
                Record { first_name, surname, address, postcode, phone, ..once.clone() }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Said;

    #[test]
    fn every_name_address_and_number_is_in_one_of_the_ways() {
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        let said = Said {
            names: vec![pair("Kit", "Rowe"), pair("Kit", "Invented")],
            places: vec![pair("1 New Street", "FY1 1AA"), pair("2 Old Street", "FY1 1AB")],
            phones: vec!["01632 960 001".to_owned()],
            ..Said::default()
        };
        let ways = said.ways();
        let has = |surname: &str, address: &str| {
            ways.iter().any(|way| way.surname == surname && way.address == address)
        };
        assert_eq!(ways.len(), 3);
        assert!(has("Rowe", "1 New Street") && has("Rowe", "2 Old Street"));
        assert!(has("Invented", "1 New Street"));
        assert!(ways.iter().all(|way| way.phone == "01632 960 001"));
        assert_eq!(Said::default().ways().len(), 1);
    }
}
