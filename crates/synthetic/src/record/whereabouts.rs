//! Address, town, postcode and telephone as an agency wrote them.

use super::{Record, Seen};
use crate::{
    days,
    mistakes::{Mistake, Pen},
    numbers,
    places::Address,
    typing,
};

impl Seen<'_> {
    /// Writes where the person lives and how to reach them.
    pub(super) fn whereabouts(&self, pen: &mut Pen<'_>, record: &mut Record) {
        if let Some(home) = self.home(pen) {
            if !pen.slips(Mistake::AddressMissing) {
                record.address = self.address(pen, home);
            }
            if !pen.slips(Mistake::TownMissing) {
                record.town = self.places.town(home);
            }
            if !pen.slips(Mistake::PostcodeMissing) {
                record.postcode = self.postcode(pen, home);
            }
        }
        record.phone = self.phone(pen);
    }

    fn home(&self, pen: &mut Pen<'_>) -> Option<Address> {
        match days::before(&self.person.homes, self.on) {
            Some(before) if pen.slips(Mistake::AddressStale) => Some(*before),
            _ => self.person.home(self.on),
        }
    }

    fn address(&self, pen: &mut Pen<'_>, mut home: Address) -> String {
        if pen.slips(Mistake::HouseWrong) {
            home.house += pen.dice.pick(&[1, 2, 10]);
        }
        if home.flat.is_some() && pen.slips(Mistake::FlatMissing) {
            home.flat = None;
        }
        let (name, kind) = self.places.street(home);
        let kind = if pen.dice.in_hundred(38) { shortened(kind) } else { kind };
        let name = if pen.slips(Mistake::AddressTypedWrong) {
            typing::slip(pen.dice, name)
        } else {
            name.to_owned()
        };
        let street = format!("{} {name} {kind}", home.house);
        match home.flat {
            None => street,
            Some(flat) if pen.dice.in_hundred(60) => format!("Flat {flat}, {street}"),
            Some(flat) => format!("{street} Flat {flat}"),
        }
    }

    fn postcode(&self, pen: &mut Pen<'_>, home: Address) -> String {
        let whole = self.places.postcode(home);
        if pen.slips(Mistake::PostcodeOutward) {
            return whole.split(' ').next().unwrap_or_default().to_owned();
        }
        let slips = pen.slips(Mistake::PostcodeTypedWrong);
        let written = if slips { typing::slip_in_postcode(pen.dice, &whole) } else { whole };
        if pen.slips(Mistake::PostcodeUnspaced) { written.replace(' ', "") } else { written }
    }

    fn phone(&self, pen: &mut Pen<'_>) -> String {
        let Some(number) = self.person.phone(self.on) else { return String::new() };
        if pen.slips(Mistake::PhoneMissing) {
            return String::new();
        }
        let number = self.other_phone(pen).unwrap_or(number);
        let mut digits = numbers::phone(self.seed, number);
        if pen.slips(Mistake::PhoneTypedWrong) {
            digits = typing::slip_in_number(pen.dice, &digits);
        }
        match pen.dice.below(100) {
            0..64 => digits,
            64..76 => format!("+44{}", &digits[1..]),
            76..88 => format!("{} {} {}", &digits[..5], &digits[5..8], &digits[8..]),
            _ => format!("{} {}", &digits[..5], &digits[5..]),
        }
    }

    /// A number that is not the person's of that day: an old one, or a relative's.
    fn other_phone(&self, pen: &mut Pen<'_>) -> Option<u32> {
        let before = days::before(&self.person.phones, self.on);
        if before.is_some() && pen.slips(Mistake::PhoneStale) {
            return before.copied();
        }
        let home = self.person.home(self.on);
        let mut relatives = self.family.people.iter().filter(|other| {
            other.number != self.person.number
                && !other.part.is_child()
                && other.home(self.on) == home
        });
        let relative = relatives.next().and_then(|other| other.phone(self.on));
        relative.filter(|_| pen.slips(Mistake::PhoneOfRelative))
    }
}

/// What kind of street it is, as it is mostly shortened.
fn shortened(kind: &str) -> &str {
    match kind {
        "Road" => "Rd",
        "Street" => "St",
        "Avenue" => "Ave",
        "Close" => "Cl",
        "Drive" => "Dr",
        "Lane" => "Ln",
        "Crescent" => "Cres",
        "Court" => "Ct",
        "Gardens" => "Gdns",
        "Place" => "Pl",
        "Terrace" => "Terr",
        _ => kind,
    }
}
