//! Invented names: given names from everywhere with surnames from nowhere. The surnames are put
//! together from the words of a shore that does not exist, so that nobody is named by accident.

use super::dice::Dice;

/// Girls’ and women’s names, common ones first.
const HERS: [&str; 72] = [
    "Amelia",
    "Isla",
    "Ava",
    "Mia",
    "Ivy",
    "Lily",
    "Freya",
    "Florence",
    "Willow",
    "Rosie",
    "Sophia",
    "Poppy",
    "Ella",
    "Grace",
    "Evie",
    "Maya",
    "Elsie",
    "Daisy",
    "Phoebe",
    "Sienna",
    "Alice",
    "Harper",
    "Millie",
    "Ruby",
    "Erin",
    "Amina",
    "Zara",
    "Aisha",
    "Maryam",
    "Fatima",
    "Zofia",
    "Maja",
    "Hanna",
    "Oliwia",
    "Lena",
    "Siân",
    "Ffion",
    "Carys",
    "Nia",
    "Megan",
    "Aoife",
    "Niamh",
    "Saoirse",
    "Orla",
    "Chloë",
    "Zoë",
    "Ngozi",
    "Adaeze",
    "Temi",
    "Abena",
    "Priya",
    "Anika",
    "Simran",
    "Noor",
    "Layla",
    "Yasmin",
    "Leila",
    "Ella-Rose",
    "Lily-Mae",
    "Gracie-Mae",
    "Mei",
    "An",
    "Łucja",
    "Renée",
    "Skye",
    "Bonnie",
    "Thea",
    "Margot",
    "Nancy",
    "Edie",
    "Ottilie",
    "Ines",
];

/// Boys’ and men’s names, common ones first.
const HIS: [&str; 72] = [
    "Noah",
    "Oliver",
    "Leo",
    "Arthur",
    "George",
    "Theo",
    "Freddie",
    "Archie",
    "Alfie",
    "Charlie",
    "Oscar",
    "Henry",
    "Jack",
    "Jacob",
    "Finley",
    "Tommy",
    "Roman",
    "Jude",
    "Louie",
    "Reuben",
    "Mason",
    "Harrison",
    "Riley",
    "Logan",
    "Jaxon",
    "Kai",
    "Dylan",
    "Tyler",
    "Connor",
    "Callum",
    "Mohammed",
    "Muhammad",
    "Ibrahim",
    "Yusuf",
    "Omar",
    "Zayn",
    "Adam",
    "Oskar",
    "Kacper",
    "Jakub",
    "Szymon",
    "Filip",
    "Rhys",
    "Owain",
    "Iestyn",
    "Macsen",
    "Seán",
    "Cillian",
    "Oisín",
    "Tadhg",
    "Kwame",
    "Tobi",
    "Emeka",
    "Kofi",
    "Arjun",
    "Rohan",
    "Kabir",
    "Hassan",
    "Bilal",
    "Tariq",
    "Zoltán",
    "André",
    "Mateo",
    "Luca",
    "Wei",
    "Alfie-Jay",
    "Tommy-Lee",
    "Ezra",
    "Otis",
    "Rafferty",
    "Bertie",
    "Ned",
];

/// What surnames begin with.
const SHORE: [&str; 48] = [
    "Marram",
    "Cockle",
    "Salt",
    "Tern",
    "Kelp",
    "Driftwood",
    "Shingle",
    "Samphire",
    "Lantern",
    "Dunlin",
    "Estuary",
    "Fulmar",
    "Groyne",
    "Heron",
    "Ebb",
    "Jetty",
    "Kittiwake",
    "Limpet",
    "Mussel",
    "Oyster",
    "Pebble",
    "Quay",
    "Razor",
    "Sandpiper",
    "Tide",
    "Whelk",
    "Anchor",
    "Beacon",
    "Curlew",
    "Eider",
    "Foam",
    "Gannet",
    "Harbour",
    "Islet",
    "Lugger",
    "Mooring",
    "Net",
    "Osprey",
    "Plover",
    "Rigging",
    "Saltmarsh",
    "Spindrift",
    "Turnstone",
    "Wrack",
    "Bollard",
    "Cormorant",
    "Dory",
    "Shoal",
];

/// What they end with.
const LAND: [&str; 30] = [
    "wick", "thwaite", "holm", "by", "combe", "hollow", "ridge", "mere", "sett", "hurst", "field",
    "gate", "croft", "lea", "stow", "bourne", "fell", "dale", "garth", "worth", "ova", "ski",
    "san", "adeyo", "ullah", "pour", "escu", "quist", "mann", "etti",
];

const STREETS: [&str; 40] = [
    "Sample",
    "Specimen",
    "Example",
    "Lampwick",
    "Bathing Hut",
    "Paddle",
    "Deckchair",
    "Rock Pool",
    "Sandcastle",
    "Ice Cream",
    "Donkey",
    "Tram",
    "Lifeboat",
    "Pier Head",
    "Windbreak",
    "Seagull",
    "Sundial",
    "Bucket",
    "Spade",
    "Kiosk",
    "Bandstand",
    "Boating",
    "Carousel",
    "Helter",
    "Starfish",
    "Anemone",
    "Periwinkle",
    "Sea Glass",
    "Flotsam",
    "Jetsam",
    "Rowlock",
    "Bowsprit",
    "Halyard",
    "Spinnaker",
    "Mizzen",
    "Topsail",
    "Capstan",
    "Compass",
    "Sextant",
    "Barnacle",
];

const KINDS_OF_STREET: [&str; 8] =
    ["Street", "Road", "Terrace", "Avenue", "Close", "Lane", "Court", "Gardens"];

/// Letters that a postcode may end with.
const UNIT: [char; 20] = [
    'A', 'B', 'D', 'E', 'F', 'G', 'H', 'J', 'L', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'W', 'X', 'Y',
    'Z',
];

/// Whether a name is hers or his, in the letters of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    F,
    M,
}

impl Sex {
    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
        }
    }
}

/// A given name.
pub fn given(dice: &mut Dice, sex: Sex) -> &'static str {
    match sex {
        Sex::F => dice.pick_common(&HERS),
        Sex::M => dice.pick_common(&HIS),
    }
}

/// A surname.
pub fn surname(dice: &mut Dice) -> String {
    let one = |dice: &mut Dice| format!("{}{}", dice.pick_common(&SHORE), dice.pick_common(&LAND));
    let name = one(dice);
    match dice.below(100) {
        0..5 => format!("{name}-{}", one(dice)),
        5..7 => format!("O’{name}"),
        7..8 => format!("van {name}"),
        _ => name,
    }
}

/// House, street and town.
pub fn street(dice: &mut Dice) -> String {
    let number = dice.between(1, 180);
    let street = format!("{} {}", dice.pick(&STREETS), dice.pick(&KINDS_OF_STREET));
    match dice.below(8) {
        0 => format!("Flat {}, {number} {street}, Seaholme", dice.between(1, 12)),
        _ => format!("{number} {street}, Seaholme"),
    }
}

/// A postcode of the area ZY, which is none.
pub fn postcode(dice: &mut Dice) -> String {
    let (district, sector) = (dice.between(1, 9), dice.below(10));
    format!("ZY{district} {sector}{}{}", dice.pick(&UNIT), dice.pick(&UNIT))
}

#[cfg(test)]
mod tests {
    use practice::identifiers;

    use super::{Dice, postcode, surname};

    #[test]
    fn postcodes_are_shaped_like_postcodes_and_are_nowhere() {
        let mut dice = Dice::of(1);
        for _ in 0..500 {
            let code = postcode(&mut dice);
            assert_eq!(identifiers::postcode(&code), Ok(code.clone()));
            assert!(code.starts_with("ZY"));
        }
    }

    #[test]
    fn there_are_surnames_enough_for_a_town() {
        let mut dice = Dice::of(1);
        let surnames: std::collections::BTreeSet<_> =
            (0..5000).map(|_| surname(&mut dice)).collect();
        assert!(surnames.len() > 1000, "{}", surnames.len());
    }
}
