//! A simple search for people, for the hub: by any part of a name, by identifier, by date of
//! birth. It finds; it does not decide who is who.

use platform::db::{On, Runs, fold};
use practice::{calendar::Day, identifiers::Scheme};
use uuid::Uuid;

use super::store::{ACCOUNTS, Account};
use crate::{
    access::Action,
    doors::{Glass, Look},
    error::Result,
};

/// How many people are shown: whoever needs more should say more.
pub const MOST: usize = 50;

/// A search for people.
#[derive(Debug)]
pub struct SearchPeople {
    /// What was typed.
    pub words: String,
}

impl Look for SearchPeople {
    type Seen = Vec<Account>;
    const WHAT: &'static str = "people:search";
    const ACTION: Action = Action::SearchPeople;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Account>, Vec<Uuid>)> {
        let found = if let Some(number) = number(&self.words) {
            let text = format!(
                "{ACCOUNTS} WHERE a.id IN (SELECT account_id FROM account_identifier \
                 WHERE normal = $1) ORDER BY a.id LIMIT {MOST}"
            );
            glass.db.all(&text, [number.into()]).await?
        } else if let Some(day) = day(&self.words) {
            let text = format!("{ACCOUNTS} WHERE a.born_on = $1 ORDER BY a.id LIMIT {MOST}");
            glass.db.all(&text, [On(day).into()]).await?
        } else {
            by_name(glass, &self.words).await?
        };
        let subjects = found.iter().map(|a| a.id.0).collect();
        Ok((found, subjects))
    }
}

async fn by_name(glass: &Glass<'_>, words: &str) -> Result<Vec<Account>> {
    let folded = fold(words);
    let mut parts: Vec<&str> = folded.split(' ').filter(|p| !p.is_empty()).take(4).collect();
    // The longest part is the rarest: let the database begin with it.
    parts.sort_by_key(|p| std::cmp::Reverse(p.chars().count()));
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let conditions: Vec<String> =
        (1..=parts.len()).map(|n| format!("' ' || folded LIKE ${n} ESCAPE '\\'")).collect();
    let text = format!(
        "{ACCOUNTS} WHERE a.id IN (SELECT account_id FROM account_name WHERE {}) \
         ORDER BY n.folded, a.id LIMIT {MOST}",
        conditions.join(" AND ")
    );
    let values: Vec<_> = parts.iter().map(|p| format!("% {p}%").into()).collect();
    Ok(glass.db.all(&text, values).await?)
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

fn number(words: &str) -> Option<String> {
    Scheme::ALL.into_iter().find_map(|scheme| scheme.check(words).ok())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::day;

    #[test]
    fn a_day_is_searched_for_as_it_is_written() {
        for said in ["2015-03-27", "27 3 2015", "27/3/2015", "27 March 2015", "27 Mar 2015"] {
            assert_eq!(day(said), Some(date(2015, 3, 27)), "{said}");
        }
        for said in ["30 2 2015", "Mia March", "27 3", "27 3 15", "a 3 2015"] {
            assert_eq!(day(said), None, "{said}");
        }
    }
}
