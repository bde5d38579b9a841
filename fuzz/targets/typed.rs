//! Single things that people type or lists say: days, moments, numbers of children, postcodes; and
//! the lists of bank holidays and term dates.
#![no_main]

use app::import::dates::{Dates, Order};
use libfuzzer_sys::fuzz_target;
use practice::{
    calendar::Calendar,
    identifiers::{Scheme, postcode},
};
use questionnaire::moments;

fn seeds() -> Vec<Vec<u8>> {
    let typed = [
        "2013-06-28",
        "29/07/2020",
        "17-Jan-09",
        "1 September 1999",
        "30/03/2025 01:30",
        "26/10/2025 1:30pm",
        "2025-07-12T02:31:05.25Z",
        "14:30",
        "half past two",
        "31 2 2019",
        "943 476 5919",
        "H801200001001",
        "EC1A 1BB",
        "gir0aa",
        "2014-02-30T25:61",
    ];
    let lists = fuzz::files_of("crates/practice/data", "csv").into_iter().map(|mut list| {
        list.truncate(1500);
        list
    });
    typed.iter().map(|t| t.as_bytes().to_vec()).chain(lists).collect()
}

fuzz_target!(init: fuzz::begin_with(seeds()), |bytes: &[u8]| {
    let Ok(said) = std::str::from_utf8(bytes) else { return };
    for order in [Order::DayFirst, Order::MonthFirst] {
        let dates = Dates { order, two_digit_years_from: 1950 };
        if let Ok(read) = dates.day(said) {
            let again = dates.day(&read.day.to_string()).expect("a day that was read is written");
            assert_eq!(again.day, read.day);
        }
        if let Ok(read) = dates.moment(said) {
            let again = dates.moment(&read.at.to_string()).expect("and a moment");
            assert_eq!(again.at, read.at);
        }
    }
    for scheme in Scheme::ALL {
        if let Ok(normal) = scheme.check(said) {
            assert_eq!(scheme.check(&normal), Ok(normal.clone()), "a normal form is normal");
        }
    }
    let _ = Scheme::told_by_its_check(said);
    if let Ok(normal) = postcode(said) {
        assert_eq!(postcode(&normal), Ok(normal.clone()));
    }
    if let Some(time) = moments::time(said) {
        assert_eq!(moments::time(&time), Some(time.clone()));
    }
    if let Some(moment) = moments::moment(said) {
        let _ = moments::in_words(&moment);
    }
    let mut parts = said.split([' ', '/', '-']);
    let mut part = || parts.next().unwrap_or_default();
    let (day, month, year) = (part(), part(), part());
    for partial in [false, true] {
        let _ = moments::date(day, month, year, partial);
    }
    let _ = moments::in_words(said);
    if said.contains('\n') {
        let calendar = Calendar::shipped().expect("it is shipped");
        let _ = calendar.with_bank_holidays(said, 2);
        let _ = calendar.with_term_dates(said, 2);
    }
});
