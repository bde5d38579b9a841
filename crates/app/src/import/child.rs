//! Reading whom a row is about. Nobody is recognised here: what the row says of a child is kept as
//! it came, with a note where it can't be quite right.

use jiff::ToSpan;
use practice::{
    calendar::{Day, day_of},
    identifiers::{self, Scheme},
};

use super::{
    dates::{ReadDay, ReadMoment},
    mapping::Field,
    reading::{Findings, Reading, quoted},
};
use crate::{
    people::{Born, NewAddress, NewPerson},
    web::words,
};

/// What a name can hold at most, in characters.
const LONGEST_NAME: usize = 200;
/// How long after the expected day a child may still be unborn, and how long before it a pregnancy
/// can be known, in days; generous, since only slips of the pen are meant.
const OVERDUE: i64 = 28;
const PREGNANCY: i64 = 300;
/// From this age on somebody is an adult.
const ADULT: i16 = 18;

impl Reading<'_> {
    /// The child whom a row is about.
    pub(super) fn child(
        &self,
        cells: &[String],
        received: Option<ReadMoment>,
        found: &mut Findings,
    ) -> NewPerson {
        let given = self.said(Field::Given, cells);
        let family = self.said(Field::Family, cells);
        let unborn = self.mapping.is_unborn(given);
        match (given, family) {
            ("", "") => found.refuse("it names no child"),
            ("", _) => found.note("it has no first name"),
            (_, "") => found.note("it has no family name"),
            _ => {}
        }
        if [given, family].iter().any(|name| name.chars().nth(LONGEST_NAME).is_some()) {
            found.refuse(format!("a name has more than {LONGEST_NAME} characters"));
        }
        let sex = self.word(&self.mapping.words.sex, Field::Sex, cells, found);
        if unborn && sex.is_some_and(|sex| sex.code() != "U") {
            found.note("it gives a sex for a child who is not born yet");
        }
        let setting = self.said(Field::Setting, cells);
        NewPerson {
            given: if unborn { String::new() } else { given.to_owned() },
            family: family.to_owned(),
            born: self.born(cells, unborn, received, found),
            sex: sex.map(|sex| sex.code().to_owned()),
            identifiers: self.identifiers(cells, found),
            address: self.address(cells, found),
            setting: (!setting.is_empty()).then(|| setting.to_owned()),
            ..NewPerson::default()
        }
    }

    fn born(
        &self,
        cells: &[String],
        unborn: bool,
        received: Option<ReadMoment>,
        found: &mut Findings,
    ) -> Born {
        let (said, heading) = self.cell(Field::Born, cells);
        let nothing = if unborn { Born::Expected(None) } else { Born::NotKnown };
        if said.is_empty() {
            found.note(if unborn { "it has no expected date" } else { "it has no date of birth" });
            return nothing;
        }
        let what = format!("“{heading}”: {}", quoted(said));
        let read = self.mapping.dates.day(said).map_err(|why| format!("{what}: {why}"));
        let Some(ReadDay { day, two_ways }) = found.keep(read) else { return nothing };
        if two_ways {
            found.note(format!("{what} reads two ways: taken as {}", words::day(day)));
        }
        if let Some(received) = received {
            let asked = day_of(received.at);
            if unborn { expected(day, asked, &what, found) } else { aged(day, asked, &what, found) }
        }
        if unborn { Born::Expected(Some(day)) } else { Born::On(day) }
    }

    fn identifiers(&self, cells: &[String], found: &mut Findings) -> Vec<(Scheme, String)> {
        let mut identifiers = Vec::new();
        for (scheme, field) in [(Scheme::Nhs, Field::Nhs), (Scheme::Upn, Field::Upn)] {
            let (said, heading) = self.cell(field, cells);
            if said.is_empty() {
                continue;
            }
            if let Err(problem) = scheme.check(said) {
                found.note(format!(
                    "“{heading}”: {}: {}: kept as it was said",
                    quoted(said),
                    problem
                ));
            }
            identifiers.push((scheme, said.to_owned()));
        }
        identifiers
    }

    fn address(&self, cells: &[String], found: &mut Findings) -> Option<NewAddress> {
        let lines = self.said(Field::Address, cells).to_owned();
        let (postcode, heading) = self.cell(Field::Postcode, cells);
        if !postcode.is_empty() && identifiers::postcode(postcode).is_err() {
            found.note(format!(
                "“{heading}”: {} is not a full UK postcode: kept as it was said",
                quoted(postcode)
            ));
        }
        let postcode = postcode.to_owned();
        let is_there = !lines.is_empty() || !postcode.is_empty();
        is_there.then_some(NewAddress { lines, postcode, protected: false })
    }
}

fn expected(day: Day, asked: Day, what: &str, found: &mut Findings) {
    if day < asked.saturating_sub(OVERDUE.days()) {
        found.refuse(format!("{what}: the child was expected long before the request"));
    } else if day < asked {
        found.note(format!("{what}: the child was expected before the request"));
    } else if day > asked.saturating_add(PREGNANCY.days()) {
        found.note(format!("{what}: the child is expected more than {PREGNANCY} days later"));
    }
}

fn aged(born: Day, asked: Day, what: &str, found: &mut Findings) {
    if born > asked {
        found.refuse(format!("{what}: the child was born after the request"));
    } else if words::age(born, asked) >= ADULT {
        let age = words::age(born, asked);
        found.note(format!("{what}: aged {age} when the request came"));
    }
}
