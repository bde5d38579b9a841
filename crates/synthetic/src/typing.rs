//! Slips of the fingers.

use crate::dice::Dice;

/// The keys beside each letter.
const BESIDE: [&str; 26] = [
    "sqz", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "k", "n", "bm", "ip", "o",
    "wa", "et", "ad", "ry", "yi", "cb", "qe", "zc", "tu", "ax",
];

/// The text with one slip in a letter: the key beside, one letter lost, doubled or turned round
/// with the next. Shorter than three letters, it stays.
pub fn slip(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..letters.len()).filter(|p| letters[*p].is_alphabetic()).collect();
    if places.len() < 3 {
        return text.to_owned();
    }
    // The first letter is mostly right.
    let begin = usize::from(!dice.in_hundred(12));
    let place = places[begin + dice.place(places.len() - begin)];
    match dice.below(100) {
        0..40 => letters[place] = beside(dice, letters[place]),
        40..62 => {
            letters.remove(place);
        }
        62..80 if place + 1 < letters.len() => turn_round(&mut letters, place),
        _ => letters.insert(place, letters[place].to_ascii_lowercase()),
    }
    letters.into_iter().collect()
}

/// Two letters in each other's place, capitals where they were.
fn turn_round(letters: &mut [char], place: usize) {
    let is_capital = letters[place].is_uppercase();
    letters.swap(place, place + 1);
    if is_capital {
        letters[place].make_ascii_uppercase();
        letters[place + 1].make_ascii_lowercase();
    }
}

fn beside(dice: &mut Dice, letter: char) -> char {
    let lower = letter.to_ascii_lowercase();
    let keys = match lower {
        'a'..='z' => BESIDE[lower as usize - 'a' as usize].as_bytes(),
        _ => b"e",
    };
    let key = char::from(keys[dice.place(keys.len())]);
    if letter.is_uppercase() { key.to_ascii_uppercase() } else { key }
}

/// The number with one slip: another digit, or two turned round. Never the same.
pub fn slip_in_number(dice: &mut Dice, number: &str) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let digits: Vec<usize> = (0..bytes.len()).filter(|p| bytes[*p].is_ascii_digit()).collect();
    let Some(&place) = digits.get(dice.place(digits.len())) else {
        return number.to_owned();
    };
    let next = place + 1;
    if dice.in_hundred(35)
        && bytes.get(next).is_some_and(|b| b.is_ascii_digit() && *b != bytes[place])
    {
        bytes.swap(place, next);
    } else {
        let other = 1 + dice.below(9) as u8;
        bytes[place] = b'0' + (bytes[place] - b'0' + other) % 10;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| number.to_owned())
}

/// The postcode with one character wrong: 0 for O, or any other.
pub fn slip_in_postcode(dice: &mut Dice, postcode: &str) -> String {
    const OFTEN: [(char, char); 6] =
        [('0', 'O'), ('1', 'I'), ('5', 'S'), ('O', '0'), ('B', 'D'), ('D', 'B')];
    let mut letters: Vec<char> = postcode.chars().collect();
    let places: Vec<usize> = (0..letters.len()).filter(|p| letters[*p] != ' ').collect();
    let Some(&place) = places.get(dice.place(places.len())) else {
        return postcode.to_owned();
    };
    let old = letters[place];
    let often = OFTEN.iter().find(|(right, _)| *right == old).filter(|_| dice.in_hundred(50));
    letters[place] = match often {
        Some((_, wrong)) => *wrong,
        None if old.is_ascii_digit() => {
            let digit = old as u8 - b'0';
            char::from(b'0' + (digit + 1 + dice.below(9) as u8) % 10)
        }
        None => beside(dice, old),
    };
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_changes_little() {
        let mut dice = Dice::of(1, 1);
        let changed = (0..1000).filter(|_| slip(&mut dice, "Marramwick") != "Marramwick").count();
        assert!(changed > 950, "{changed}");
        for _ in 0..1000 {
            let length = slip(&mut dice, "Marramwick").len();
            assert!((9..=11).contains(&length), "{length}");
        }
        assert_eq!(slip(&mut dice, "Bo"), "Bo");
    }

    #[test]
    fn a_slip_in_a_number_makes_another_number_of_its_length() {
        let mut dice = Dice::of(1, 1);
        for number in ["9990000018", "07700900123", "A998000011234"] {
            for _ in 0..200 {
                let slipped = slip_in_number(&mut dice, number);
                assert_eq!(slipped.len(), number.len());
                assert_ne!(slipped, number);
            }
        }
    }

    #[test]
    fn a_slip_in_a_postcode_changes_one_character() {
        let mut dice = Dice::of(1, 1);
        for _ in 0..200 {
            let slipped = slip_in_postcode(&mut dice, "ZA10 5BD");
            let others = slipped.chars().zip("ZA10 5BD".chars()).filter(|(a, b)| a != b).count();
            assert_eq!(others, 1, "{slipped}");
        }
    }
}
