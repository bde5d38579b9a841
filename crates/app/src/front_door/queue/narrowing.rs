//! Narrowing the queue: by the agency that asked, the level asked, who has it, danger, and how it
//! came. It is read from the address and written back to it: references and numbers, never a name.

use platform::db::Value;
use practice::processes::request_for_support::Channel;

use super::Filter;

/// Not sure which level: what stands in the address.
const NOT_SURE: &str = "not-sure";
/// Nobody has it: what stands in the address.
const NOBODY: &str = "nobody";

/// The level that the requester asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelAsked {
    /// They were not sure, or did not say.
    NotSure,
    /// That level, from 1 to 4.
    Level(u8),
}

impl LevelAsked {
    /// Every choice.
    pub const ALL: [Self; 5] =
        [Self::Level(1), Self::Level(2), Self::Level(3), Self::Level(4), Self::NotSure];

    /// As it stands in the address.
    pub fn slug(self) -> String {
        match self {
            Self::NotSure => NOT_SURE.to_owned(),
            Self::Level(level) => level.to_string(),
        }
    }

    /// As it is read.
    pub fn title(self) -> String {
        match self {
            Self::NotSure => "Not sure".to_owned(),
            Self::Level(level) => format!("Level {level}"),
        }
    }
}

/// Who has a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Nobody has taken it on.
    Nobody,
    /// Whoever has that reference.
    Somebody(String),
}

/// One way in which the queue is narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Agency,
    Level,
    Holder,
    Danger,
    Channel,
}

impl By {
    /// Every way, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::Agency, Self::Level, Self::Holder, Self::Danger, Self::Channel];

    /// The field's name, in the form and in the address.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Level => "level",
            Self::Holder => "holder",
            Self::Danger => "danger",
            Self::Channel => "came",
        }
    }
}

/// To what the queue is narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// The reference of the agency that asked.
    pub agency: Option<String>,
    pub level: Option<LevelAsked>,
    pub holder: Option<Holder>,
    /// Only what speaks of immediate danger, decided or not.
    pub danger: bool,
    /// By which way it came.
    pub channel: Option<Channel>,
}

impl Narrowing {
    /// From what stands in the address; what makes no sense there narrows nothing.
    pub fn of<'a>(said: impl Fn(By) -> &'a str) -> Self {
        let some = |by: By| Some(said(by).trim().to_owned()).filter(|s| !s.is_empty());
        Self {
            agency: some(By::Agency),
            level: LevelAsked::ALL.into_iter().find(|l| l.slug() == said(By::Level)),
            holder: some(By::Holder).map(|said| match said.as_str() {
                NOBODY => Holder::Nobody,
                _ => Holder::Somebody(said),
            }),
            danger: said(By::Danger) == "yes",
            channel: Channel::ALL.into_iter().find(|c| c.slug() == said(By::Channel)),
        }
    }

    /// What stands in a field.
    pub fn slug(&self, by: By) -> Option<String> {
        match by {
            By::Agency => self.agency.clone(),
            By::Level => self.level.map(LevelAsked::slug),
            By::Holder => self.holder.as_ref().map(|holder| match holder {
                Holder::Nobody => NOBODY.to_owned(),
                Holder::Somebody(reference) => reference.clone(),
            }),
            By::Danger => self.danger.then(|| "yes".to_owned()),
            By::Channel => self.channel.map(|channel| channel.slug().to_owned()),
        }
    }

    /// The ways in which it narrows.
    pub fn ways(&self) -> Vec<By> {
        By::ALL.into_iter().filter(|by| self.slug(*by).is_some()).collect()
    }

    /// The same without one of them.
    pub fn without(&self, by: By) -> Self {
        let mut wider = self.clone();
        match by {
            By::Agency => wider.agency = None,
            By::Level => wider.level = None,
            By::Holder => wider.holder = None,
            By::Danger => wider.danger = false,
            By::Channel => wider.channel = None,
        }
        wider
    }

    /// The address of this part of the queue.
    pub fn address(&self, filter: Filter, page: usize) -> String {
        let mut query = vec![("show", filter.slug().to_owned())];
        query.extend(self.ways().into_iter().filter_map(|by| Some((by.field(), self.slug(by)?))));
        if page > 1 {
            query.push(("page", page.to_string()));
        }
        format!("/hub?{}", serde_html_form::to_string(query).unwrap_or_default())
    }

    /// The conditions, each with the values that stand in it, in order, as `{}`.
    pub(super) fn conditions(&self) -> Vec<(&'static str, Option<Value>)> {
        let mut conditions = Vec::new();
        if let Some(agency) = &self.agency {
            let of = "c.agency_id = (SELECT id FROM agency WHERE reference = {})";
            conditions.push((of, Some(agency.clone().into())));
        }
        match self.level {
            None => {}
            Some(LevelAsked::NotSure) => conditions.push(("s.level_asked IS NULL", None)),
            Some(LevelAsked::Level(n)) => {
                conditions.push(("s.level_asked = {}", Some(i32::from(n).into())));
            }
        }
        match &self.holder {
            None => {}
            Some(Holder::Nobody) => conditions.push(("p.holder_id IS NULL", None)),
            Some(Holder::Somebody(reference)) => {
                let of = "p.holder_id = (SELECT id FROM staff WHERE reference = {})";
                conditions.push((of, Some(reference.clone().into())));
            }
        }
        if self.danger {
            conditions.push(("s.danger", None));
        }
        if let Some(channel) = self.channel {
            conditions.push(("c.channel = {}", Some(channel.slug().into())));
        }
        conditions
    }
}

#[cfg(test)]
mod tests {
    use super::{By, Filter, Narrowing};

    #[test]
    fn what_stands_in_the_address_comes_back_from_it() {
        let narrowing = Narrowing::of(|by| match by {
            By::Agency => "7h3k9-m2qxd",
            By::Level => "not-sure",
            By::Holder => "nobody",
            By::Danger => "yes",
            By::Channel => "list",
        });
        assert_eq!(
            narrowing.address(Filter::Late, 2),
            "/hub?show=late&agency=7h3k9-m2qxd&level=not-sure&holder=nobody&danger=yes&came=list&page=2"
        );
        assert_eq!(narrowing.ways(), By::ALL);
        let nonsense = Narrowing::of(|by| match by {
            By::Agency => "",
            By::Level => "5",
            By::Holder => " ",
            By::Danger => "no",
            By::Channel => "pigeon",
        });
        assert_eq!(nonsense, Narrowing::default());
        assert_eq!(narrowing.without(By::Holder).slug(By::Holder), None);
    }
}
