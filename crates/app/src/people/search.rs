//! A search for people, for the hub: by the beginnings of any words of a name, those who bear just these
//! first; by date of birth, number, telephone or reference. It finds; it does not decide who is who.

use std::collections::BTreeMap;

use platform::{
    db::{On, Row, Runs, Value, fold, sea_orm},
    seal::Keys,
};
use practice::{calendar::Day, identifiers::Scheme};
use uuid::Uuid;

use super::{
    hidden, phones,
    rows::{self, TELEPHONE},
    store::{self, Account},
};
use crate::{
    access::Action,
    doors::{Glass, Look},
    error::{Error, Result},
    front_door::views::name,
    ids::{AccountId, typed_reference},
    limits::LINE,
};

/// How many people are shown: whoever needs more should say more.
pub const MOST: usize = 50;
/// How many words of it count.
const WORDS: usize = 6;

/// A search for people.
#[derive(Debug)]
pub struct SearchPeople {
    /// What was typed.
    pub words: String,
}

/// Who was found.
#[derive(Debug)]
pub struct Found {
    /// At most [`MOST`].
    pub accounts: Vec<Account>,
    /// The other names of each, by which it may have been found.
    pub also: BTreeMap<AccountId, Vec<String>>,
    /// Whether there are more.
    pub more: bool,
}

impl Look for SearchPeople {
    type Seen = Found;
    const WHAT: &'static str = "people:search";
    const ACTION: Action = Action::SearchPeople;

    fn asked(&self) -> String {
        "a name".to_owned()
    }

    /// For which reference, whether somebody is found by it or not: whoever is kept away from them and
    /// tries it is seen. A name is not written down.
    fn purpose(&self) -> String {
        typed_reference(&self.words).unwrap_or_default()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Found, Vec<Uuid>)> {
        let mut accounts = Vec::new();
        for asked in Asked::readings(&self.words)? {
            accounts = found(glass, asked).await?;
            if !accounts.is_empty() {
                break;
            }
        }
        let more = accounts.len() > MOST;
        accounts.truncate(MOST);
        let subjects = accounts.iter().map(|a| a.id.0).collect();
        let also = other_names(glass, &accounts).await?;
        Ok((Found { accounts, also, more }, subjects))
    }
}

async fn found(glass: &Glass<'_>, asked: Asked) -> Result<Vec<Account>> {
    let (text, values) = asked.query(glass.scope.own(), &glass.app.keys);
    Ok(glass.db.all(&text, values).await?)
}

async fn other_names(
    glass: &Glass<'_>,
    accounts: &[Account],
) -> Result<BTreeMap<AccountId, Vec<String>>> {
    #[derive(Row)]
    struct Named {
        account_id: AccountId,
        given: String,
        family: String,
    }
    let mut also: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    if accounts.is_empty() {
        return Ok(also);
    }
    let places: Vec<String> = (1..=accounts.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT account_id, given, family FROM account_name WHERE kind <> 'called' \
         AND account_id IN ({}) ORDER BY id",
        places.join(", ")
    );
    let names: Vec<Named> = glass.db.all(&text, accounts.iter().map(|a| a.id.into())).await?;
    for Named { account_id, given, family } in names {
        also.entry(account_id).or_default().push(name(&given, &family, false));
    }
    Ok(also)
}

/// What somebody is looked for by.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// A number that an agency gave, as it is written when it is right.
    Number(String),
    /// The reference of a person, an account or a request, or what a privacy officer calls a child.
    Reference(String),
    /// A telephone number, by its digits.
    Telephone(String),
    /// The beginnings of words of a name, folded, and a date of birth; not both are missing.
    Name { words: Vec<String>, born: Option<Day> },
}

impl Asked {
    /// What was typed may mean these, the surest first: the first that finds anybody counts.
    ///
    /// # Errors
    /// A refusal when nothing was typed that anybody could be found by, or too much.
    pub fn readings(typed: &str) -> Result<Vec<Self>> {
        LINE.keep(typed)?;
        if let Some(number) = Scheme::told_by_its_check(typed) {
            return Ok(vec![Self::Number(number)]);
        }
        let sure = [
            typed_reference(typed).map(Self::Reference),
            councils(typed).map(Self::Number),
            telephone(typed).map(Self::Telephone),
        ];
        let mut readings: Vec<_> = sure.into_iter().flatten().collect();
        match Self::by_name(typed) {
            Ok(name) => readings.push(name),
            Err(refused) if readings.is_empty() => return Err(refused),
            Err(_) => {}
        }
        Ok(readings)
    }

    fn by_name(typed: &str) -> Result<Self> {
        let (born, rest) = born(typed);
        let folded = fold(&rest);
        // Not the words as they were typed: of two alike, one says as much.
        let words: Vec<_> = rows::words(&folded).take(WORDS).map(str::to_owned).collect();
        if words.is_empty() && born.is_none() {
            return Err(Error::refusal("Enter a name, a date of birth, a number or a reference"));
        }
        Ok(Self::Name { words, born })
    }

    /// The text that finds them, and its values. One more than is shown, so that it can be said
    /// that there are more.
    /// Who is hidden from the asker is not found.
    pub fn query(self, asker: Uuid, keys: &Keys) -> (String, Vec<Value>) {
        let limit = MOST + 1;
        let accounts = store::accounts();
        let kept = format!("a.id NOT IN ({})", hidden::accounts(2));
        match self {
            Self::Number(number) => (
                format!(
                    "{accounts} WHERE a.id IN (SELECT account_id FROM account_identifier \
                     WHERE normal = $1) AND {kept} ORDER BY a.id LIMIT {limit}"
                ),
                vec![number.into(), asker.into()],
            ),
            Self::Reference(reference) => (
                format!(
                    "{accounts} WHERE a.id IN ( \
                     SELECT x.account_id FROM account_link x JOIN person y ON y.id = x.person_id \
                       WHERE y.reference = $1 AND x.unlinked_at IS NULL \
                     UNION SELECT id FROM account WHERE reference = $1 \
                     UNION SELECT w.account_id FROM pathway w \
                       JOIN contact c ON c.id = w.contact_id WHERE c.reference = $1 \
                     UNION SELECT v.account_id FROM unusual_access u \
                       JOIN account_link v ON v.person_id = u.person_id AND v.unlinked_at IS NULL \
                       WHERE u.known_as = $1) \
                     AND {kept} ORDER BY a.id LIMIT {limit}"
                ),
                vec![reference.into(), asker.into()],
            ),
            // A number that anybody must keep secret finds nobody: it would tell whose it is.
            Self::Telephone(digits) => (
                format!(
                    "{accounts} WHERE a.id IN (SELECT account_id FROM account_phone \
                     WHERE fingerprint = $1) AND NOT EXISTS (SELECT 1 FROM account_phone o \
                     WHERE o.fingerprint = $1 AND o.protected_since IS NOT NULL) \
                     AND {kept} ORDER BY a.id LIMIT {limit}"
                ),
                vec![keys.fingerprint(TELEPHONE, &digits).to_vec().into(), asker.into()],
            ),
            Self::Name { words, born } if words.is_empty() => (
                format!("{accounts} WHERE a.born_on = $1 AND {kept} ORDER BY a.id LIMIT {limit}"),
                vec![born.map(On).into(), asker.into()],
            ),
            Self::Name { words, born } => by_words(words, born, asker, limit),
        }
    }
}

/// The digits of a telephone number of this country, with its area.
fn telephone(typed: &str) -> Option<String> {
    let is_one = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+()-.".contains(c);
    let digits = phones::digits(typed);
    let is_long = (10..=11).contains(&digits.len()) && digits.starts_with('0');
    (typed.trim().chars().all(is_one) && is_long).then_some(digits)
}

/// The longest word is the rarest: it leads, and the others are looked up for what it finds. Any
/// names of one account count together, so that a first name and an earlier family name find it. Whoever bears
/// just these words comes before those whose words only begin so: “Ann” is not lost behind fifty Annabels.
fn by_words(
    mut words: Vec<String>,
    born: Option<Day>,
    asker: Uuid,
    limit: usize,
) -> (String, Vec<Value>) {
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut values: Vec<Value> = Vec::new();
    let mut begins = |alias: &str, word: &str| {
        let [from, to] = beginning(word);
        values.extend([from.into(), to.into()]);
        let last = values.len();
        format!("{alias}.word >= ${} AND {alias}.word < ${last}", last - 1)
    };
    let lead = words.first().map_or_else(String::new, |word| begins("w", word));
    let others: String = words
        .iter()
        .skip(1)
        .map(|word| {
            format!(
                " AND EXISTS (SELECT 1 FROM account_name_word v \
                 WHERE v.account_id = w.account_id AND {})",
                begins("v", word)
            )
        })
        .collect();
    let of_birth = match born {
        None => String::new(),
        Some(day) => {
            values.push(On(day).into());
            let last = values.len();
            format!(
                " AND EXISTS (SELECT 1 FROM account b WHERE b.id = w.account_id \
                 AND b.born_on = ${last})"
            )
        }
    };
    values.push(asker.into());
    let kept = hidden::accounts(values.len());
    let rest = format!("{of_birth} AND w.account_id NOT IN ({kept}) LIMIT {limit}");
    let mut is_word = |alias: &str, word: &str| {
        values.push(word.as_bytes().to_vec().into());
        format!("{alias}.word = ${}", values.len())
    };
    let just_these: Vec<_> = words
        .iter()
        .enumerate()
        .map(|(nth, word)| match nth {
            0 => is_word("w", word),
            _ => format!(
                "EXISTS (SELECT 1 FROM account_name_word v WHERE v.account_id = w.account_id AND {})",
                is_word("v", word)
            ),
        })
        .collect();
    let found = "SELECT DISTINCT w.account_id FROM account_name_word w WHERE";
    let just = format!("{found} {} {rest}", just_these.join(" AND "));
    let text = format!(
        "{} WHERE a.id IN ({just}) OR a.id IN ({found} {lead}{others}{rest}) \
         ORDER BY CASE WHEN a.id IN ({just}) THEN 0 ELSE 1 END, n.folded, a.id LIMIT {limit}",
        store::accounts()
    );
    (text, values)
}

/// The range of all words that begin so: no byte of a text is 255.
fn beginning(word: &str) -> [Vec<u8>; 2] {
    let from = word.as_bytes().to_vec();
    let to = from.iter().copied().chain([u8::MAX]).collect();
    [from, to]
}

/// A date of birth among what was typed, and the rest.
fn born(typed: &str) -> (Option<Day>, String) {
    let words: Vec<&str> = typed.split_whitespace().collect();
    for length in [3, 1] {
        for (place, window) in words.windows(length).enumerate() {
            if let Some(day) = day(&window.join(" ")) {
                let before = words.iter().take(place);
                let rest: Vec<&str> =
                    before.chain(words.iter().skip(place + length)).copied().collect();
                return (Some(day), rest.join(" "));
            }
        }
    }
    (None, typed.to_owned())
}

/// A day as people write it: `2015-03-27`, `27 3 2015`, `27/3/2015`, `27 March 2015`.
fn day(words: &str) -> Option<Day> {
    if let Ok(day) = words.trim().parse() {
        return Some(day);
    }
    let parts: Vec<&str> =
        words.split([' ', '/', '.', '-']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts[..] else { return None };
    let year = year.parse().ok().filter(|year| (1900..=2100).contains(year))?;
    let month = match month.parse() {
        Ok(month) => month,
        Err(_) => Day::strptime("%d %B %Y", format!("1 {month} 2000"))
            .or_else(|_| Day::strptime("%d %b %Y", format!("1 {month} 2000")))
            .ok()?
            .month(),
    };
    Day::new(year, month, day.parse().ok()?).ok()
}

/// A council's number, however it is spaced: there is a digit in it, and no day.
fn councils(words: &str) -> Option<String> {
    let is_one = words.chars().any(|c| c.is_ascii_digit()) && born(words).0.is_none();
    Scheme::Council.check(words).ok().filter(|_| is_one)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Asked, beginning, born, day};

    #[test]
    fn a_day_is_searched_for_as_it_is_written() {
        for said in ["2015-03-27", "27 3 2015", "27/3/2015", "27 March 2015", "27 Mar 2015"] {
            assert_eq!(day(said), Some(date(2015, 3, 27)), "{said}");
        }
        for said in ["30 2 2015", "Mia March", "27 3", "27 3 15", "a 3 2015"] {
            assert_eq!(day(said), None, "{said}");
        }
    }

    #[test]
    fn a_date_of_birth_stands_anywhere_among_the_words() {
        let day = Some(date(2015, 3, 27));
        for (typed, rest) in [
            ("Kit Rowe 27 3 2015", "Kit Rowe"),
            ("27 March 2015 Rowe", "Rowe"),
            ("Kit 27/3/2015 Rowe", "Kit Rowe"),
            ("27/3/2015", ""),
        ] {
            assert_eq!(born(typed), (day, rest.to_owned()), "{typed}");
        }
        assert_eq!(born("Kit Rowe"), (None, "Kit Rowe".to_owned()));
    }

    #[test]
    fn nothing_to_search_for_is_refused() {
        for typed in ["", "  ", "–", &"x".repeat(201)] {
            assert!(Asked::readings(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn the_beginning_of_a_word_is_a_range_in_every_script() {
        for (typed, word, is_in) in [
            ("ro", "rowe", true),
            ("ro", "ro", true),
            ("ro", "rp", false),
            ("ro", "crow", false),
            ("محم", "محمد", true),
            ("nguy", "nguyen", true),
        ] {
            let [from, to] = beginning(typed);
            let range = from.as_slice()..to.as_slice();
            assert_eq!(range.contains(&word.as_bytes()), is_in, "{typed} {word}");
        }
    }
}
