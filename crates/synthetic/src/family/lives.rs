//! Where the people of a family lived during the years that are told of, and which telephone they
//! gave. How often families move and part is assumed, to look like those that several agencies know.

use jiff::ToSpan;

use crate::{
    days::{self, Day},
    dice::Dice,
    person::{Part, Person},
    places::{Address, Places},
};

type Homes = Vec<(Day, Address)>;

/// How often a household moves in ten years: 1.3 times, on average.
const MOVES: [(u32, u32); 5] = [(0, 30), (1, 32), (2, 20), (3, 12), (4, 6)];

/// Gives everybody homes and telephones.
pub fn live(people: &mut [Person], places: &Places, dice: &mut Dice) {
    let household = homes(places, dice, None);
    let parting = parting(dice);
    let his = apart(&household, parting, places, dice);
    let near = household.first().map_or_else(|| places.anywhere(dice), |(_, home)| *home);
    let relatives = places.next(dice, near);
    let relatives = homes(places, dice, Some(relatives));
    for person in &mut *people {
        person.homes = match person.part {
            Part::Father | Part::Partner => his.clone(),
            Part::Grandmother | Part::Grandfather if dice.in_hundred(60) => {
                vec![(days::FIRST, places.next(dice, near))]
            }
            Part::AuntOrUncle | Part::Cousin => relatives.clone(),
            Part::Child if dice.in_hundred(5) => his.clone(),
            _ => household.clone(),
        };
        leave_home(person, places, dice);
    }
    telephones(people, dice);
}

/// Where a household lives, from the first day or from another address on.
fn homes(places: &Places, dice: &mut Dice, before: Option<Address>) -> Homes {
    let first = before.unwrap_or_else(|| places.anywhere(dice));
    let mut homes = vec![(days::FIRST, first)];
    let mut moves: Vec<Day> = (0..dice.weighted(&MOVES)).map(|_| days::any(dice)).collect();
    moves.sort_unstable();
    let mut last = first;
    for on in moves {
        last = places.next(dice, last);
        homes.push((on, last));
    }
    homes
}

/// When two parents part: before the first day, during these years, or never.
fn parting(dice: &mut Dice) -> Option<Day> {
    match dice.below(100) {
        0..8 => Some(days::FIRST),
        8..22 => Some(days::any(dice)),
        _ => None,
    }
}

/// The homes of whoever leaves the household on that day.
fn apart(household: &Homes, parting: Option<Day>, places: &Places, dice: &mut Dice) -> Homes {
    let Some(parting) = parting else { return household.clone() };
    let near = household.first().map_or_else(|| places.anywhere(dice), |(_, home)| *home);
    let first = places.next(dice, near);
    let alone = homes(places, dice, Some(first));
    let mut together: Homes =
        household.iter().filter(|(from, _)| *from < parting).copied().collect();
    let first = days::on(&alone, parting).map(|home| (parting, *home));
    together.extend(first);
    together.extend(alone.into_iter().filter(|(from, _)| *from > parting));
    together
}

/// Some who grow up move out.
fn leave_home(person: &mut Person, places: &Places, dice: &mut Dice) {
    let grown_up = person.born.saturating_add(18.years());
    if !person.part.is_child() || grown_up > LAST || !dice.in_hundred(35) {
        return;
    }
    let on = days::later(grown_up, dice.below(900).cast_signed());
    let from = person.home(on);
    person.homes.retain(|(from, _)| *from < on);
    person.homes.extend(from.map(|home| (on, places.next(dice, home))));
}

/// The last day of which anything is told.
const LAST: Day = jiff::civil::date(2025, 12, 31);

/// The most numbers that one person has in these years.
const NUMBERS_A_PERSON: u32 = 4;

/// Gives adults numbers of their own; children give a parent's, and from 13 on often their own.
fn telephones(people: &mut [Person], dice: &mut Dice) {
    for person in people.iter_mut().filter(|person| !person.part.is_child()) {
        person.phones = own_numbers(dice, person.number, days::FIRST);
    }
    let carers = |part: fn(Part) -> bool| {
        people.iter().find(|person| part(person.part)).map(|p| p.phones.clone())
    };
    let mother = carers(|part| part == Part::Mother);
    let father = carers(|part| matches!(part, Part::Father | Part::Partner));
    let aunt = carers(|part| part == Part::AuntOrUncle);
    for person in people.iter_mut().filter(|person| person.part.is_child()) {
        let parents = if dice.in_hundred(75) { [&mother, &father] } else { [&father, &mother] };
        let carer = match person.part {
            Part::Cousin => aunt.clone(),
            _ => parents[0].clone().or_else(|| parents[1].clone()),
        };
        person.phones = carer.unwrap_or_default();
        let from = person.born.saturating_add(13.years());
        if dice.in_hundred(45) || person.phones.is_empty() {
            person.phones.retain(|(since, _)| *since < from);
            person.phones.extend(own_numbers(dice, person.number, from));
        }
    }
}

/// Numbers of one's own, the first from that day on.
fn own_numbers(dice: &mut Dice, person: u32, since: Day) -> Vec<(Day, u32)> {
    let mut changes: Vec<Day> = (0..dice.weighted(&CHANGES)).map(|_| days::any(dice)).collect();
    changes.retain(|on| *on > since);
    changes.push(since);
    changes.sort_unstable();
    changes.into_iter().zip(person * NUMBERS_A_PERSON..).collect()
}

/// How often somebody changes the number in ten years.
const CHANGES: [(u32, u32); 4] = [(0, 42), (1, 35), (2, 16), (3, 7)];
