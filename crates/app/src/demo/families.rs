//! Invented families: who lives together, how they are called, and when they come to the front
//! door. A family follows from its number alone, so that it can be made again at any time.

use jiff::ToSpan;
use practice::{
    calendar::{Day, Moment, day_of},
    identifiers::Scheme,
};

use super::{
    approaches::{self, Backdrop, Source, is_enough, later},
    dice::Dice,
    names::{self, Sex},
    numbers,
    open::{OPEN, Open},
    seaholme,
};
use crate::people::{
    Born, NameKind, NewAddress, NewName, NewPerson, NewPhone, SafeFor, SaidDay, Span,
};

/// A family.
#[derive(Debug)]
pub struct Family {
    /// Its number, from 0.
    pub number: u32,
    /// The eldest first.
    pub children: Vec<Member>,
    pub adults: Vec<Adult>,
    pub address: NewAddress,
    /// Every time somebody came to the front door about it, the earliest first.
    pub approaches: Vec<Approach>,
}

/// A child or an adult.
#[derive(Debug)]
pub struct Member {
    pub given: &'static str,
    pub family: String,
    pub sex: Sex,
    /// The day of birth, which may lie ahead.
    pub born: Day,
    /// The dice of whatever is this person’s alone.
    number: u64,
}

/// An adult in the children’s lives.
#[derive(Debug)]
pub struct Adult {
    pub member: Member,
    /// What the adult is to the children.
    pub relationship: &'static str,
    pub lives_with_them: bool,
}

/// One time that somebody came to the front door.
#[derive(Debug, Clone)]
pub struct Approach {
    pub at: Moment,
    pub source: Source,
    /// The places of the children whom it is about; the one who gave rise to it first.
    pub children: Vec<usize>,
    /// How far it has come, where that is laid down.
    pub open: Option<&'static Open>,
}

impl Family {
    /// The family of that number.
    pub fn of(number: u32, backdrop: &Backdrop) -> Self {
        let mut dice = Dice::of(stream(number, 0));
        let open = usize::try_from(number).ok().and_then(|place| OPEN.get(place));
        let source = open.map_or_else(|| approaches::source(&mut dice), |open| open.source);
        let first = match open {
            Some(open) => open.received(backdrop),
            None => approaches::when(&mut dice, source, backdrop),
        };
        let name = names::surname(&mut dice);
        let children = children(&mut dice, number, &name, (source, open), day_of(first));
        let eldest = children.first().map_or_else(|| day_of(first), |child| child.born);
        let adults = adults(&mut dice, number, &name, eldest);
        let address = NewAddress {
            lines: names::street(&mut dice),
            postcode: names::postcode(&mut dice),
            // A refuge, or a parent who must not find them: assumed.
            protected: dice.in_thousand(30),
        };
        let mut family = Self { number, children, adults, address, approaches: Vec::new() };
        match open {
            Some(open) => family.comes_now(&mut dice, open, first, backdrop),
            None => family.comes(&mut dice, source, first, backdrop),
        }
        family
    }

    /// Everybody who is named at an approach, children first.
    pub fn named(&self, approach: &Approach) -> impl Iterator<Item = usize> {
        let adults = self.children.len()..self.children.len() + self.adults.len();
        approach.children.clone().into_iter().chain(adults)
    }

    fn comes(&mut self, dice: &mut Dice, source: Source, first: Moment, backdrop: &Backdrop) {
        let (mut source, mut at) = (source, first);
        while let Some(approach) = self.approach(dice, source, at) {
            self.approaches.push(approach);
            source = approaches::source(dice);
            match approaches::when_again(dice, source, at, backdrop) {
                Some(again) if !is_enough(self.approaches.len()) => at = again,
                _ => return,
            }
        }
    }

    /// The work that is open now, for half of them not the first time.
    fn comes_now(&mut self, dice: &mut Dice, open: &'static Open, at: Moment, backdrop: &Backdrop) {
        if dice.in_thousand(500) {
            let source = approaches::source(dice);
            let before = approaches::when(dice, source, backdrop);
            let is_before = at.duration_since(before) > jiff::SignedDuration::from_hours(24 * 14);
            self.approaches.extend(self.approach(dice, source, before).filter(|_| is_before));
        }
        let on = day_of(at);
        let is_whose = |child: &Member| {
            open.source.knows(child.age(on))
                && open.setting.is_none_or(|s| child.setting(on) == Some(s))
        };
        let mut children: Vec<usize> = (0..self.children.len()).collect();
        if let Some(whose) = self.children.iter().position(is_whose) {
            children[..=whose].rotate_right(1);
        }
        self.approaches.push(Approach { at, source: open.source, children, open: Some(open) });
    }

    /// Somebody comes; `None` when there is no child any more.
    fn approach(&self, dice: &mut Dice, source: Source, at: Moment) -> Option<Approach> {
        let on = day_of(at);
        let ages: Vec<_> = self.children.iter().map(|child| child.age(on)).collect();
        let is_child = |place: &usize| (-1..=17).contains(&ages[*place]);
        let mut named: Vec<usize> = (0..ages.len()).filter(is_child).collect();
        let whose = named.iter().position(|place| source.knows(ages[*place]));
        // Health knows every child.
        let source = if whose.is_some() { source } else { Source::Health };
        let whose = named.get(whose.unwrap_or(0)).copied()?;
        named.retain(|place| *place != whose);
        // Most speak of all the children in the house: assumed.
        if dice.in_thousand(250) {
            named.clear();
        }
        named.insert(0, whose);
        Some(Approach { at, source, children: named, open: None })
    }
}

impl Member {
    /// Age in years on that day; -1 is not born yet, and -2 nobody has thought of.
    pub fn age(&self, on: Day) -> i16 {
        if self.born > on {
            return if later(on, 230) >= self.born { -1 } else { -2 };
        }
        crate::web::words::age(self.born, on)
    }

    /// What an agency says of this person. How much of it is missing or wrong follows the filled
    /// shares of the linkage data (people/meta.json: births 0.96, sex 0.97); the kinds of mistake
    /// are assumed.
    pub fn as_said(&self, dice: &mut Dice, source: Source, on: Day) -> NewPerson {
        let is_unborn = self.born > on;
        let given = if is_unborn { "" } else { self.given };
        NewPerson {
            given: misspelt(dice, given),
            family: misspelt(dice, &self.family),
            names: if is_unborn { Vec::new() } else { self.names(on) },
            born: if is_unborn { Born::Expected(Some(self.born)) } else { self.birth(dice, on) },
            sex: (!is_unborn && dice.in_thousand(970)).then(|| self.sex.slug().to_owned()),
            identifiers: if is_unborn { Vec::new() } else { self.identifiers(dice, source, on) },
            setting: self.setting(on).map(str::to_owned),
            ..NewPerson::default()
        }
    }

    /// Another name, which some have: women mostly one from before a marriage, children one that
    /// they are called by. How many is assumed.
    fn names(&self, on: Day) -> Vec<NewName> {
        let mut own = Dice::of(self.number ^ OTHER_NAME);
        let age = self.age(on);
        let name = |kind, given: &str, family: String, span| NewName {
            kind,
            given: given.to_owned(),
            family,
            span,
        };
        if age >= 20 && self.sex == Sex::F && own.in_thousand(250) {
            let until = Some(SaidDay::whole(later(self.born, 8_000).min(on)));
            let span = Span { from: None, until };
            return vec![name(NameKind::Birth, self.given, names::surname(&mut own), span)];
        }
        if (3..18).contains(&age) && own.in_thousand(60) {
            let called = names::given(&mut own, self.sex);
            return vec![name(NameKind::KnownAs, called, self.family.clone(), Span::default())];
        }
        Vec::new()
    }

    /// The telephone of an adult: most are known, most are safe, and some must not be used, which
    /// is assumed. The number is of the range kept for drama; where the address is secret, so is it.
    pub fn phone(&self, secret: bool) -> Option<NewPhone> {
        let mut own = Dice::of(self.number ^ TELEPHONE);
        if !own.in_thousand(700) {
            return None;
        }
        let safe_for = own.weighted(&[
            (SafeFor::Messages, 60),
            (SafeFor::Ringing, 20),
            (SafeFor::NotKnown, 14),
            (SafeFor::Nothing, 6),
        ]);
        let number = format!("07700 900{:03}", own.below(1000));
        Some(NewPhone { number, safe_for, secret, span: Span::default() })
    }

    /// How a few describe their ethnic background: assumed, in the words of the 2021 census.
    pub fn ethnicity(&self) -> Option<String> {
        let mut own = Dice::of(self.number ^ BACKGROUND);
        own.in_thousand(400).then(|| own.pick(&BACKGROUNDS).to_owned())
    }

    fn birth(&self, dice: &mut Dice, on: Day) -> Born {
        match dice.below(1000) {
            0..20 => Born::NotKnown,
            20..40 => Born::Said(format!("about {}", self.age(on).max(1))),
            40..55 => Born::On(swapped(self.born).unwrap_or(self.born)),
            _ => Born::On(self.born),
        }
    }

    /// Health gives NHS numbers and schools give UPNs, mostly; others seldom have either.
    fn identifiers(&self, dice: &mut Dice, source: Source, on: Day) -> Vec<(Scheme, String)> {
        let mut own = Dice::of(self.number);
        let (nhs, upn) = match source {
            Source::Health => (900, 20),
            Source::School | Source::EarlyYears => (80, 700),
            _ => (40, 10),
        };
        let mut identifiers = Vec::new();
        if dice.in_thousand(nhs) {
            identifiers.push((Scheme::Nhs, numbers::nhs(&mut own)));
        }
        if dice.in_thousand(upn) && (4..=17).contains(&self.age(on)) {
            identifiers.push((Scheme::Upn, numbers::upn(&mut own)));
        }
        identifiers
    }

    /// Where a child of this age goes to; the same place for as long as the age is right.
    pub fn setting(&self, on: Day) -> Option<&'static str> {
        let places = match self.age(on) {
            1..=3 => seaholme::settings(&["nursery", "childminder"]),
            4..=10 => seaholme::settings(&["primary"]),
            11..=15 => seaholme::settings(&["secondary", "alternative provision"]),
            16..=17 => seaholme::settings(&["post-16"]),
            _ => Vec::new(),
        };
        let count = u64::try_from(places.len()).ok().filter(|count| *count > 0)?;
        // A family’s children go to one school.
        places.get(usize::try_from((self.number >> 8) % count).unwrap_or(0)).copied()
    }
}

impl Adult {
    /// Whether this adult has parental responsibility, as said; grandparents and partners mostly
    /// have none.
    pub fn responsibility(&self) -> Option<&'static str> {
        match self.relationship {
            "mother" => Some("yes"),
            "father" if self.lives_with_them => Some("yes"),
            "father" => Some("not-known"),
            _ => Some("no"),
        }
    }
}

impl Family {
    /// Where some lived before they came here: assumed.
    pub fn addresses_before(&self) -> Vec<(NewAddress, Span)> {
        let mut dice = Dice::of(stream(self.number, 64));
        if !dice.in_thousand(200) {
            return Vec::new();
        }
        let lines = names::street(&mut dice);
        let postcode = names::postcode(&mut dice);
        let until = self.approaches.first().map(|first| {
            let ago = i64::from(dice.between(60, 900));
            let on = day_of(first.at);
            SaidDay::whole(on.checked_sub(ago.days()).unwrap_or(on))
        });
        let before = NewAddress { lines, postcode, protected: false };
        vec![(before, Span { from: None, until })]
    }
}

/// What sets the dice of one thing apart from those of the others of a person.
const OTHER_NAME: u64 = 1 << 40;
const TELEPHONE: u64 = 1 << 41;
const BACKGROUND: u64 = 1 << 42;

const BACKGROUNDS: [&str; 6] = [
    "White British",
    "Asian British, Bangladeshi",
    "Black British, Caribbean",
    "Mixed, White and Black African",
    "Gypsy or Irish Traveller",
    "White, Polish",
];

/// The dice of a family, and of each of its people.
pub fn stream(family: u32, own: u8) -> u64 {
    u64::from(family) << 8 | u64::from(own)
}

/// The dice of a person: children count from 16, adults from 32.
fn person(family: u32, place: usize) -> u64 {
    stream(family, u8::try_from(place).unwrap_or(u8::MAX))
}

/// How many children: about 1.9, as in families who come to a front door (assumed).
const HOW_MANY: [(u32, u32); 5] = [(1, 45), (2, 32), (3, 15), (4, 6), (5, 2)];

/// How old the child is who gives rise to it, in days: the bands of children in need, unborn
/// children included (assumed).
const AGES: [((i64, i64), u32); 6] = [
    ((-200, -20), 4),
    ((0, 364), 9),
    ((365, 1825), 22),
    ((1826, 3651), 26),
    ((3652, 5842), 30),
    ((5843, 6500), 9),
];

fn children(
    dice: &mut Dice,
    number: u32,
    name: &str,
    (source, open): (Source, Option<&Open>),
    on: Day,
) -> Vec<Member> {
    let (least, most) = match (open.and_then(|open| open.ages), source) {
        (Some(ages), _) => ages,
        (None, Source::School) => (1900, 5700),
        (None, Source::EarlyYears) => (380, 1700),
        (None, Source::YouthJustice) => (4200, 6300),
        _ => dice.weighted(&AGES),
    };
    let span = u32::try_from(most - least).unwrap_or(0);
    let mut ages = vec![least + i64::from(dice.below(span))];
    let how_many = dice.weighted(&HOW_MANY);
    for _ in 1..open.map_or(how_many, |open| open.children) {
        let last = ages[ages.len() - 1];
        let gap = if dice.in_thousand(15) { 0 } else { i64::from(dice.between(400, 1500)) };
        // Siblings are older or younger; none is grown up, and none is too far ahead.
        let next = if dice.in_thousand(500) { last - gap } else { last + gap };
        ages.push(if (-200..6300).contains(&next) { next } else { last });
    }
    ages.sort_unstable_by(|a, b| b.cmp(a));
    let other = if dice.in_thousand(120) { names::surname(dice) } else { name.to_owned() };
    let mut children: Vec<Member> = Vec::with_capacity(ages.len());
    for (place, age) in ages.into_iter().enumerate() {
        let sex = dice.pick(&[Sex::F, Sex::M]);
        let mut given = names::given(dice, sex);
        while children.iter().any(|child| child.given == given) {
            given = names::given(dice, sex);
        }
        children.push(Member {
            given,
            family: if place == 0 { other.clone() } else { name.to_owned() },
            sex,
            born: on.checked_sub(age.days()).unwrap_or(on),
            number: person(number, 16 + place),
        });
    }
    children
}

fn adults(dice: &mut Dice, number: u32, name: &str, eldest: Day) -> Vec<Adult> {
    // How often each is named, and how often they live there: assumed.
    let parts = [
        ("mother", Sex::F, 930, 950),
        ("father", Sex::M, 450, 550),
        ("mother’s partner", Sex::M, 160, 800),
        ("grandmother", Sex::F, 90, 300),
    ];
    let mut adults = Vec::new();
    for (place, (relationship, sex, is_named, lives_there)) in parts.into_iter().enumerate() {
        if !dice.in_thousand(is_named) {
            continue;
        }
        let older =
            if relationship == "grandmother" { 16_000 } else { dice.between(6_600, 14_000) };
        let is_of_the_name = dice.in_thousand(if sex == Sex::F { 800 } else { 600 });
        adults.push(Adult {
            member: Member {
                given: names::given(dice, sex),
                family: if is_of_the_name { name.to_owned() } else { names::surname(dice) },
                sex,
                born: eldest.checked_sub(i64::from(older).days()).unwrap_or(eldest),
                number: person(number, 32 + place),
            },
            relationship,
            lives_with_them: dice.in_thousand(lives_there),
        });
    }
    adults
}

/// One name in fifty is heard wrongly: two letters change places, or one is lost.
fn misspelt(dice: &mut Dice, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() > 3 && dice.in_thousand(20) {
        let place = 1 + dice.below(u32::try_from(letters.len() - 2).unwrap_or(1)) as usize;
        if dice.in_thousand(500) {
            letters.swap(place, place + 1);
        } else {
            letters.remove(place);
        }
    }
    letters.into_iter().collect()
}

/// Day and month read the wrong way round, where that is a day.
fn swapped(day: Day) -> Option<Day> {
    Day::new(day.year(), day.day(), day.month()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::approaches::tests::backdrop;

    #[test]
    fn a_family_is_the_same_whenever_it_is_made() {
        let backdrop = backdrop();
        let (once, again) = (Family::of(41, &backdrop), Family::of(41, &backdrop));
        assert_eq!(format!("{once:?}"), format!("{again:?}"));
    }

    #[test]
    fn families_come_as_often_and_from_where_the_published_rates_say() {
        let backdrop = backdrop();
        let families: Vec<_> = (20..4020).map(|number| Family::of(number, &backdrop)).collect();
        let approaches: Vec<_> = families.iter().flat_map(|f| &f.approaches).collect();
        let share = |source| {
            1000 * approaches.iter().filter(|a| a.source == source).count() / approaches.len()
        };
        assert!((350..390).contains(&share(Source::Police)), "{}", share(Source::Police));
        assert!((120..150).contains(&share(Source::School)), "{}", share(Source::School));
        let again = families
            .iter()
            .flat_map(|f| f.approaches.windows(2))
            .filter(|two| two[1].at.duration_since(two[0].at).as_hours() <= 365 * 24)
            .count();
        let percent = 1000 * again / approaches.len();
        assert!((190..240).contains(&percent), "{percent}");
    }

    #[test]
    fn a_school_asks_about_children_of_school_age() {
        let backdrop = backdrop();
        for family in (0..2000).map(|number| Family::of(number, &backdrop)) {
            for approach in &family.approaches {
                let age = family.children[approach.children[0]].age(day_of(approach.at));
                assert!(approach.source.knows(age), "{approach:?} about {age}");
                assert!(approach.at <= backdrop.now);
            }
        }
    }
}
