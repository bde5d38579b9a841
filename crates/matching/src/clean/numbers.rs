//! Numbers that belong to a person or a household, and whether their check digits hold.

/// A number as compared: its digits and letters packed, and whether it is well made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Number {
    /// A number in base 36 of the characters; 0 when missing.
    pub packed: u64,
    /// Whether its check digit, where its kind has one, holds.
    pub valid: bool,
}

impl Number {
    /// Whether something was said.
    pub const fn is_known(self) -> bool {
        self.packed != 0
    }
}

/// Letters and digits, in capitals.
fn characters(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase()).collect()
}

/// At most twelve characters fit; longer texts keep their last twelve. A leading 1 keeps zeros.
fn pack(characters: &[u8]) -> u64 {
    let value = |c: u8| u64::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' + 10 });
    let last = &characters[characters.len().saturating_sub(12)..];
    if last.is_empty() { 0 } else { last.iter().fold(1, |n, c| n * 36 + value(*c)) }
}

/// Unpacks what [`pack`] packed: values 0 to 35, last first.
fn unpack(packed: u64) -> impl Iterator<Item = u64> {
    std::iter::successors((packed > 1).then_some(packed), |n| (*n / 36 > 1).then_some(n / 36))
        .map(|n| n % 36)
}

fn is_filler(characters: &[u8]) -> bool {
    characters.iter().all(|c| *c == characters[0])
}

/// An NHS number. Numbers that begin with 999 are test numbers, and as good evidence as others
/// among test people, so they count as well made here.
pub fn nhs(text: &str) -> Number {
    let characters = characters(text);
    if characters.is_empty() || is_filler(&characters) {
        return Number::default();
    }
    let digits: Vec<u32> = characters.iter().filter_map(|c| char::from(*c).to_digit(10)).collect();
    let valid = digits.len() == 10 && characters.len() == 10 && {
        let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(d, weight)| d * weight).sum();
        (11 - sum % 11) % 11 == digits[9]
    };
    Number { packed: pack(&characters), valid }
}

/// A unique pupil number.
pub fn upn(text: &str) -> Number {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let characters = characters(text);
    if characters.is_empty() || is_filler(&characters) {
        return Number::default();
    }
    let value = |c: u8| match c {
        b'0'..=b'9' => Some(usize::from(c - b'0')),
        letter => LETTERS.iter().position(|l| *l == letter),
    };
    let values: Option<Vec<usize>> = characters.iter().skip(1).map(|c| value(*c)).collect();
    let valid = characters.len() == 13
        && values.is_some_and(|values| {
            let sum: usize = values.iter().zip(2..).map(|(v, weight)| v * weight).sum();
            LETTERS[sum % 23] == characters[0]
        });
    // Thirteen characters do not fit; the check letter follows from the others.
    Number { packed: pack(characters.get(1..).unwrap_or(&characters)), valid }
}

/// Any other number of a person; it has no check that we know.
pub fn other(text: &str) -> Number {
    let characters = characters(text);
    let filler = characters.is_empty() || (characters.len() > 2 && is_filler(&characters));
    if filler { Number::default() } else { Number { packed: pack(&characters), valid: true } }
}

/// A telephone number: its last ten digits without the country's code, so that `07…`, `+447…` and
/// `00447…` are one. Fewer than nine digits, and fillers, are missing.
pub fn phone(text: &str) -> Number {
    let mut digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    for prefix in [b"0044".as_slice(), b"44", b"0"] {
        if digits.starts_with(prefix) && digits.len() > 9 {
            digits.drain(..prefix.len());
            break;
        }
    }
    if digits.first() == Some(&b'0') && digits.len() > 10 {
        digits.remove(0);
    }
    if digits.len() < 9 || is_filler(&digits[2..]) {
        return Number::default();
    }
    Number { packed: pack(&digits), valid: true }
}

/// Whether two packed numbers of equal length differ in one character, or in two neighbours
/// exchanged.
pub fn one_slip(a: u64, b: u64) -> bool {
    let pairs: Vec<(u64, u64)> = unpack(a).zip(unpack(b)).collect();
    if unpack(a).count() != unpack(b).count() {
        return false;
    }
    let differ: Vec<usize> = (0..pairs.len()).filter(|i| pairs[*i].0 != pairs[*i].1).collect();
    match differ[..] {
        [_] => true,
        [i, j] => j == i + 1 && pairs[i].0 == pairs[j].1 && pairs[j].0 == pairs[i].1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_digit_is_checked() {
        assert!(nhs("943 476 5919").valid);
        assert!(!nhs("943 476 5918").valid);
        assert!(!nhs("0000000000").is_known());
        assert!(upn("A801300712345").is_known());
        assert!(upn("D801311913314").valid);
    }

    #[test]
    fn one_telephone_is_one_number_however_it_is_written() {
        let one = phone("07912 577 428");
        assert!(one.is_known());
        for text in ["+447912577428", "00447912577428", "(0) 7912-577428", "7912577428"] {
            assert_eq!(phone(text), one, "{text}");
        }
        assert!(!phone("00000000000").is_known());
        assert!(!phone("123").is_known());
    }

    #[test]
    fn a_slip_is_one_digit_or_two_exchanged() {
        let n = |text| other(text).packed;
        assert!(one_slip(n("1234567"), n("1234568")));
        assert!(one_slip(n("1234567"), n("1234576")));
        assert!(!one_slip(n("1234567"), n("1234567")));
        assert!(!one_slip(n("1234567"), n("2234576")));
        assert!(!one_slip(n("0234567"), n("234567")));
    }
}
