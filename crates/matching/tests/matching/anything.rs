//! Any text at all is read without a panic, and weighed with a probability between 0 and 1.

use matching::bulk;
use matching::index::Index;
use matching::linking::Linked;
use matching::model::Model;
use matching::population::Population;
use matching::record::Record;
use proptest::prelude::*;

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\\PC{0,24}",
        2 => "[0-9 /.+-]{0,20}",
        2 => "(Baby|Unknown|O'Brien-van der X|JosÃ©|Ñ|ß|Åsa|محمد|李|Ёлкин|z{1,60})( \\PC{0,3})?",
        1 => Just(String::new()),
        1 => "(1900-01-01|2014-02-31|99/99/9999|0000|2014|1814-1-1|31/12/1999)",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_records_are_linked_without_a_panic(rows in prop::collection::vec(prop::collection::vec(anything(), 16), 2..12)) {
        let records = rows.iter().enumerate().map(|(n, row)| {
            let mut record = Record::default();
            for (column, value) in row.iter().enumerate().skip(1) {
                record.field_mut(column).unwrap().clone_from(value);
            }
            record.record_id = format!("r{}", n / 2 * 2);
            record
        });
        let twice: Vec<Record> = records.clone().chain(records).collect();
        let asked = twice[0].clone();
        let population = Population::of(twice);
        let model = Model::kept().unwrap();
        for pair in Linked::of(&population, &model, false).pairs {
            prop_assert!(pair.log_odds.is_finite() && pair.a < pair.b);
        }
        for found in Index::build(population, &model).look_up(&asked, 0.01) {
            prop_assert!((0.0..=1.0).contains(&found.probability()));
        }
    }

    #[test]
    fn any_bytes_are_read_as_rows_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), head in any::<bool>()) {
        let mut text = if head { b"\xef\xbb\xbfrecord_id,first_name,dob,postcode,phone\n".to_vec() } else { Vec::new() };
        text.extend(bytes);
        if let Ok(records) = bulk::records(text.as_slice()) {
            let _ = Population::read(records);
        }
    }
}
