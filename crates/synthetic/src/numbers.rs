//! The numbers of invented people, each given once: NHS numbers of the range for testing, pupil
//! numbers of a place that does not exist, telephones of ranges that ring nowhere.

/// How many NHS numbers are taken of the range 999, which is for testing.
const FOR_TESTING: u32 = 900_000;

/// The NHS number of that person, ten digits with a right check digit. The first 900,000 are of the
/// range 999; whoever comes later has one from 500 000 0000 on, which are not issued.
pub fn nhs(seed: u64, person: u32) -> String {
    let (prefix, places, number) = match person.checked_sub(FOR_TESTING) {
        None => (99_900_000, 100_000, person),
        Some(beyond) => (50_000_000, 10_000_000, beyond),
    };
    // One of the ten ninth digits at most needs the check digit 10, which does not exist: nine are
    // left for each eight digits.
    let eight = prefix + scattered(seed, number, places);
    let choice = (number / places) % 9;
    let valid = (0..10).filter_map(|ninth| {
        let nine = eight * 10 + ninth;
        check_digit(nine).map(|check| format!("{nine}{check}"))
    });
    valid.into_iter().nth(choice as usize).unwrap_or_default()
}

/// The check digit modulo 11 of nine digits; `None` where it would be 10 (NHS Data Dictionary).
fn check_digit(nine: u32) -> Option<u32> {
    let digits = (0..9).map(|place| nine / 10_u32.pow(8 - place) % 10);
    let sum: u32 = digits.zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    Some((11 - sum % 11) % 11).filter(|check| *check < 10)
}

/// The letters that stand for the remainders modulo 23.
const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// The pupil number of that person: local authority 998, which is none, a school, the year in which
/// they began there, and a serial number. Good for 10,000,000 people.
pub fn upn(seed: u64, person: u32, began: i16) -> String {
    let number = scattered(seed, person, 10_000_000);
    let digits = format!("998{:04}{:02}{:03}", number / 1000, began.rem_euclid(100), number % 1000);
    let sum: usize =
        digits.bytes().zip(2..).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    format!("{}{digits}", char::from(UPN_LETTERS[sum % 23]))
}

/// A telephone of that number, eleven digits. The first 1,000 are of Ofcom's range for drama, 07700
/// 900; there are too few of those, so the others are of 071 and 072, which are set aside for
/// mobiles, and of which we know none in use. Good for 200,000,000.
pub fn phone(seed: u64, number: u32) -> String {
    match number.checked_sub(1000) {
        None => format!("07700900{:03}", scattered(seed, number, 1000)),
        Some(beyond) => format!("07{}", 100_000_000 + scattered(seed, beyond, 200_000_000)),
    }
}

/// A number below `places`, another for each number below it.
fn scattered(seed: u64, number: u32, places: u32) -> u32 {
    // A prime that shares no factor with any number of places, which are made of 2 and 5.
    let spread = (u64::from(number) % u64::from(places)) * 7_368_787 + seed % 1_000_003;
    u32::try_from(spread % u64::from(places)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use practice::identifiers::Scheme;

    use super::*;

    fn is_valid(nhs: &str) -> bool {
        let nine: u32 = nhs[..9].parse().unwrap();
        nhs.len() == 10 && check_digit(nine).unwrap().to_string() == nhs[9..]
    }

    #[test]
    fn nhs_numbers_are_of_the_range_for_testing_valid_and_given_once() {
        let given: HashSet<_> = (0..FOR_TESTING).step_by(7).map(|n| nhs(3, n)).collect();
        assert_eq!(given.len(), FOR_TESTING.div_ceil(7) as usize);
        assert!(given.iter().all(|number| number.starts_with("999") && is_valid(number)));
    }

    #[test]
    fn later_nhs_numbers_are_not_issued_and_pass_every_check() {
        for person in (FOR_TESTING..FOR_TESTING + 20_000).step_by(13) {
            let number = nhs(3, person);
            assert!(number.starts_with('5'));
            assert_eq!(Scheme::Nhs.check(&number), Ok(number.clone()));
        }
    }

    #[test]
    fn check_digits_are_those_of_the_published_example() {
        // NHS Data Dictionary: 943 476 5919 is valid.
        assert_eq!(check_digit(943_476_591), Some(9));
    }

    #[test]
    fn pupil_numbers_pass_the_check_and_are_given_once() {
        let given: HashSet<_> = (0..50_000).map(|n| upn(3, n, 2014)).collect();
        assert_eq!(given.len(), 50_000);
        assert!(given.iter().all(|number| Scheme::Upn.check(number).is_ok()));
    }

    #[test]
    fn telephones_have_eleven_digits_and_are_given_once() {
        let given: HashSet<_> = (0..100_000).map(|n| phone(3, n)).collect();
        assert_eq!(given.len(), 100_000);
        assert!(given.iter().all(|number| number.len() == 11));
        assert!(phone(3, 0).starts_with("07700900"));
        assert!((1000..9000).all(|n| ["071", "072"].contains(&&phone(3, n)[..3])));
    }
}
