//! What must stand in nothing that is handed over: an address or a number that must be kept secret, of the person or of
//! anybody who came in with them, and the name of whoever must not be named. It is asked of each thing
//! that is decided, and of the whole again before it is approved, read and handed over: what is secret
//! today may not have been then.

use platform::{
    db::{Row, Runs, sea_orm},
    seal::{Keys, Protected},
};

use crate::{
    error::Result,
    front_door::caller,
    ids::{AccountId, ContactId},
    people::{phones, shown::Shown, shown::ShownAddress, store as people},
};

/// What is kept secret of some people.
pub(crate) struct Secrets {
    addresses: Vec<ShownAddress>,
    numbers: Vec<Shown<String>>,
    callers: Vec<Protected<String>>,
}

/// These accounts, those that they name, and everybody who came in with them.
pub(crate) async fn near(db: &impl Runs, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Near {
        id: AccountId,
    }
    let mut all = accounts.to_vec();
    if accounts.is_empty() {
        return Ok(all);
    }
    for account in accounts {
        all.extend(people::relations(db, *account).await?.into_iter().map(|of| of.account));
    }
    let contacts = contacts(&people::places(accounts, 1));
    let text = format!(
        "SELECT w.account_id AS id FROM pathway w WHERE w.contact_id IN ({contacts}) \
         UNION SELECT r.to_account FROM pathway w JOIN relationship r \
           ON r.of_account = w.account_id WHERE w.contact_id IN ({contacts})"
    );
    let near: Vec<Near> = db.all(&text, people::values(accounts)).await?;
    all.extend(near.into_iter().map(|near| near.id));
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The requests about these accounts, as the text of a query.
fn contacts(these: &str) -> String {
    format!(
        "SELECT w.contact_id FROM pathway w WHERE w.account_id IN ({these}) OR w.account_id IN \
         (SELECT r.of_account FROM relationship r WHERE r.to_account IN ({these}))"
    )
}

impl Secrets {
    /// What is kept secret of these people, and who must not be named of those who asked for them.
    ///
    /// # Errors
    /// When the database does, or what is sealed can't be opened.
    pub async fn of(db: &impl Runs, keys: &Keys, near: &[AccountId]) -> Result<Self> {
        #[derive(Row)]
        struct Of {
            contact_id: ContactId,
        }
        let (mut addresses, mut numbers, mut callers) = (Vec::new(), Vec::new(), Vec::new());
        for account in near {
            let all = people::addresses_of_person(db, keys, *account).await?;
            addresses.extend(all.into_iter().map(|a| a.place).filter(Shown::is_protected));
            let all = phones::of_person(db, keys, *account).await?;
            numbers.extend(all.into_iter().map(|p| p.number).filter(Shown::is_protected));
        }
        if !near.is_empty() {
            let text = contacts(&people::places(near, 1));
            let all: Vec<Of> = db.all(&text, people::values(near)).await?;
            for Of { contact_id } in all {
                callers.extend(caller::unnamed(db, keys, contact_id).await?);
            }
        }
        Ok(Self { addresses, numbers, callers })
    }

    /// Whether anybody's address is one.
    pub fn has_addresses(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// Whether any of it stands in a text.
    pub fn stand_in(&self, text: &str) -> bool {
        self.addresses.iter().any(|address| address.is_betrayed_by(text))
            || self.numbers.iter().any(|number| number.is_betrayed_by(text))
            || self.callers.iter().any(|caller| caller.answers(|said| names(said, text)))
    }
}

/// Whether a text holds two words beside each other that begin with a capital and stand so in what was
/// said of a caller: the name of “Joan Invented, next door”.
fn names(said: &str, text: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'' && c != '’')
            .map(|word| word.trim_end_matches("’s").trim_end_matches("'s"))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let is_name = |word: &String| {
        word.chars().count() > 1 && word.chars().next().is_some_and(char::is_uppercase)
    };
    let lower = |pair: &[String]| pair.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let said = words(said);
    let pairs: Vec<_> =
        said.windows(2).filter(|pair| pair.iter().all(is_name)).map(lower).collect();
    words(text).windows(2).any(|pair| pairs.contains(&lower(pair)))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_caller_is_found_by_both_names_and_not_by_one() {
        let said = "Joan Invented, next door at number 9";
        assert!(names(said, "It was joan invented who rang"));
        assert!(names(said, "Joan Invented’s dog"), "possessive: {said}");
        assert!(!names(said, "Joan from the school, next door"));
    }
}
