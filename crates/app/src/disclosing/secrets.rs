//! What must stand in nothing that is handed over: an address or a number that must be kept secret, of
//! the person or of anybody who came in with them, and the name of whoever must not be named. It is
//! asked whenever something is handed on: what is secret today may not have been when it was written.

use platform::{
    db::{Row, Runs, letters, sea_orm},
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
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = of_the_same_people(db, accounts).await?;
    let accounts = theirs.as_slice();
    let mut all = theirs.clone();
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
    of_the_same_people(db, &all).await
}

/// These accounts, and all others of the same people.
async fn of_the_same_people(db: &impl Runs, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Same {
        account_id: AccountId,
    }
    let text = format!(
        "SELECT DISTINCT m.account_id FROM account_link l \
         JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
         WHERE l.unlinked_at IS NULL AND l.account_id IN ({}) ORDER BY m.account_id",
        people::places(accounts, 1)
    );
    let same: Vec<Same> = db.all(&text, people::values(accounts)).await?;
    Ok(same.into_iter().map(|same| same.account_id).collect())
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

/// Words with which people say who a caller is, without naming them.
const NO_NAMES: &str = "a an and anonymous at aunt by called caller door father for friend from grandfather \
    grandmother her his known lady man member mother mr mrs ms neighbour next not number nursery of on police \
    public school somebody the their uncle unknown woman";

/// Whether a text names whoever a caller was said to be: two words of the name beside each other, or the
/// one word that there is of it, whichever letters are large. The name is what stands first: “Joan
/// Invented, next door”.
fn names(said: &str, text: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| {
            !c.is_alphanumeric() && !matches!(c, '-' | '\'' | '’') && letters(c).next().is_some()
        })
        .map(|word| word.trim_end_matches("’s").trim_end_matches("'s"))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().flat_map(letters).collect())
        .collect()
    };
    let is_name =
        |word: &String| word.chars().count() > 1 && !NO_NAMES.split(' ').any(|no| no == word);
    let lead = said.split(|c: char| matches!(c, ',' | '(' | ';') || c.is_ascii_digit()).next();
    let name = words(lead.unwrap_or_default());
    let pairs: Vec<_> = name.windows(2).filter(|pair| pair.iter().all(is_name)).collect();
    let text = words(text);
    if pairs.is_empty() {
        let alone: Vec<_> = name.iter().filter(|word| is_name(word)).collect();
        return text.iter().any(|word| word.chars().count() > 2 && alone.contains(&word));
    }
    text.windows(2).any(|pair| pairs.contains(&pair))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_caller_is_found_however_their_name_was_typed() {
        for said in [
            "Joan Invented, next door at number 9",
            "joan invented, next door",
            "Mrs Joan Invented",
        ] {
            assert!(names(said, "It was JOAN INVENTED who rang"), "{said}");
            assert!(names(said, "Joan Invented’s dog"), "possessive: {said}");
            assert!(!names(said, "Joan from the school, next door"), "{said}");
        }
        for text in ["Zoë Tell rang", "Zoe Tell rang", "ZOE\u{308} TELL rang"] {
            assert!(names("Zoë Tell, next door", text), "{text}");
            assert!(names("Zoe Tell, next door", text), "{text}");
        }
        assert!(names("Joan, next door", "joan rang again"));
        assert!(!names("A neighbour, next door", "The neighbour next door rang"));
    }
}
