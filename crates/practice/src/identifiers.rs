//! Identifiers that agencies give: how each is written, and how its check digit is computed.
//! What was said is kept as it came; these functions say what is wrong with it, in words.

/// A kind of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// NHS number: ten digits, the last a check digit modulo 11.
    Nhs,
    /// Unique pupil number: a check letter, nine digits of place and school, and a serial.
    Upn,
    /// Unique learner number: ten digits, check digit modulo 11.
    Uln,
    /// The council's number of a child (LA child id, children in need census): up to twenty letters
    /// and digits, unique within the council, with nothing to check it by.
    Council,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 4] = [Self::Nhs, Self::Upn, Self::Uln, Self::Council];

    /// The name that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Nhs => "NHS number",
            Self::Upn => "Unique pupil number (UPN)",
            Self::Uln => "Unique learner number (ULN)",
            Self::Council => "Council’s number of the child",
        }
    }

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Nhs => "nhs",
            Self::Upn => "upn",
            Self::Uln => "uln",
            Self::Council => "council",
        }
    }

    /// The number that these words are, where its check digit tells that they are one.
    pub fn told_by_its_check(said: &str) -> Option<String> {
        [Self::Nhs, Self::Upn, Self::Uln].into_iter().find_map(|scheme| scheme.check(said).ok())
    }

    /// The identifier in its normal form: capitals, no spaces.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(self, said: &str) -> Result<String, &'static str> {
        let normal: String = said
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect::<String>()
            .to_uppercase();
        match self {
            Self::Nhs => nhs(&normal),
            Self::Upn => upn(&normal),
            Self::Uln => uln(&normal),
            Self::Council => council(&normal),
        }?;
        Ok(normal)
    }
}

fn digits<const N: usize>(text: &str) -> Option<[u32; N]> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    digits.try_into().ok()
}

fn nhs(number: &str) -> Result<(), &'static str> {
    let digits: [u32; 10] = digits(number).ok_or("An NHS number has 10 digits")?;
    if digits.iter().all(|d| *d == digits[0]) {
        return Err("This is a filler, not an NHS number");
    }
    if number.starts_with("999") {
        return Err("NHS numbers that start with 999 are for testing");
    }
    let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(d, weight)| d * weight).sum();
    // A remainder of 0 gives the check digit 0; one of 1 would need 10, and is never issued.
    let check = (11 - sum % 11) % 11;
    if check == digits[9] { Ok(()) } else { Err("The check digit of this NHS number is wrong") }
}

/// The letters that stand for the remainders modulo 23.
const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

fn upn(number: &str) -> Result<(), &'static str> {
    const SHAPE: &str = "A UPN is a letter, 11 digits, and a last digit or letter";
    let bytes: &[u8; 13] = number.as_bytes().try_into().map_err(|_| SHAPE)?;
    if !bytes[0].is_ascii_uppercase() || !bytes[1..12].iter().all(u8::is_ascii_digit) {
        return Err(SHAPE);
    }
    let last = match bytes[12] {
        digit @ b'0'..=b'9' => usize::from(digit - b'0'),
        // A letter at the end marks a temporary UPN; it counts by its place in the alphabet.
        letter => UPN_LETTERS.iter().position(|l| *l == letter).ok_or(SHAPE)?,
    };
    let sum: usize = bytes[1..12]
        .iter()
        .zip(2..)
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum::<usize>()
        + last * 13;
    if UPN_LETTERS[sum % 23] == bytes[0] {
        Ok(())
    } else {
        Err("The check letter of this UPN is wrong")
    }
}

fn uln(number: &str) -> Result<(), &'static str> {
    let digits: [u32; 10] = digits(number).ok_or("A ULN has 10 digits")?;
    if digits[0] == 0 {
        return Err("A ULN does not start with 0");
    }
    if number == "9999999999" {
        return Err("9999999999 means that the ULN is not known");
    }
    let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(d, weight)| d * weight).sum();
    if !sum.is_multiple_of(11) && (sum + digits[9]) % 11 == 10 {
        Ok(())
    } else {
        Err("The check digit of this ULN is wrong")
    }
}

fn council(number: &str) -> Result<(), &'static str> {
    let is_shaped = !number.is_empty()
        && number.len() <= 20
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_shaped { Ok(()) } else { Err("A council’s number has up to 20 letters and digits") }
}

/// A postcode in capitals with its one space.
///
/// # Errors
/// When it isn't shaped like a full UK postcode.
pub fn postcode(said: &str) -> Result<String, &'static str> {
    const SHAPE: &str = "This is not a full UK postcode";
    let packed: String =
        said.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if packed == "GIR0AA" {
        return Ok("GIR 0AA".into());
    }
    let split = packed.len().checked_sub(3).filter(|s| packed.is_char_boundary(*s)).ok_or(SHAPE)?;
    let (outward, inward) = packed.split_at(split);
    if is_outward(outward.as_bytes()) && is_inward(inward.as_bytes()) {
        Ok(format!("{outward} {inward}"))
    } else {
        Err(SHAPE)
    }
}

fn is_inward(inward: &[u8]) -> bool {
    let letter = |c: u8| c.is_ascii_uppercase() && !b"CIKMOV".contains(&c);
    matches!(inward, [digit, a, b] if digit.is_ascii_digit() && letter(*a) && letter(*b))
}

fn is_outward(outward: &[u8]) -> bool {
    let first = |c: u8| c.is_ascii_uppercase() && !b"QVX".contains(&c);
    let second = |c: u8| c.is_ascii_uppercase() && !b"IJZ".contains(&c);
    let digit = |c: u8| c.is_ascii_digit();
    match outward {
        [a, n] => first(*a) && digit(*n),
        [a, n, m] if digit(*n) => first(*a) && (digit(*m) || b"ABCDEFGHJKPSTUW".contains(m)),
        [a, b, n] => first(*a) && second(*b) && digit(*n),
        [a, b, n, m] => {
            first(*a) && second(*b) && digit(*n) && (digit(*m) || b"ABEHMNPRVWXY".contains(m))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Scheme, postcode};

    #[test]
    fn an_nhs_number_is_known_by_its_check_digit() {
        for good in ["9434765919", "943 476 5919", "4010232137", "9434765870"] {
            assert!(Scheme::Nhs.check(good).is_ok(), "{good}");
        }
        for bad in ["9434765918", "4857773456", "0000000000", "1111111111", "9999999999", "12"] {
            assert!(Scheme::Nhs.check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_upn_is_known_by_its_check_letter() {
        for good in
            ["K890200024001", "H890400023017", "H801200001001", "W89020002400A", "X89020002400T"]
        {
            assert!(Scheme::Upn.check(good).is_ok(), "{good}");
        }
        assert!(Scheme::Upn.check("A890200024001").is_err());
    }

    #[test]
    fn a_uln_is_known_by_its_check_digit() {
        assert!(Scheme::Uln.check("9276308686").is_ok());
        assert!(Scheme::Uln.check("9276308687").is_err());
    }

    #[test]
    fn a_councils_number_has_a_shape_and_no_check() {
        assert_eq!(Scheme::Council.check("ch 12-345").as_deref(), Ok("CH12345"));
        for bad in ["", "123456789012345678901", "CH/12", "ÉH12"] {
            assert!(Scheme::Council.check(bad).is_err(), "{bad}");
        }
        assert_eq!(Scheme::told_by_its_check("CH12345"), None);
        assert_eq!(Scheme::told_by_its_check("943 476 5919").as_deref(), Some("9434765919"));
    }

    #[test]
    fn a_postcode_is_normalised_before_it_is_judged() {
        assert_eq!(postcode("fy1 1ad").as_deref(), Ok("FY1 1AD"));
        assert_eq!(postcode("FY11AD").as_deref(), Ok("FY1 1AD"));
        for good in ["FY4 2RF", "SW1A 1AA", "EC1A 1BB", "W1A 0AX"] {
            assert_eq!(postcode(good).as_deref(), Ok(good));
        }
        for bad in ["FY1 1CD", "QY1 1AA", "BFPO 1", "", "é1 1A", "FY2 0"] {
            assert!(postcode(bad).is_err(), "{bad}");
        }
    }
}
