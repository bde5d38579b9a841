//! Files of records as they are linked in bulk, and models: any bytes are rows or refused, and what
//! is found about two of them is a number.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use matching::{bulk, linking::Linked, model::Model, population::Population};

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::kept().expect("it is shipped"));
/// How many records are linked at once here.
const FEW: usize = 6;

fn seeds() -> Vec<Vec<u8>> {
    let rows = "record_id,first_name,last_name,dob,postcode,address,phone,nhs_number\n\
        r1,Arlo,Marsh,2014-02-28,ZZ1 1AA,1 Mill Lane,07700 900123,943 476 5919\n\
        r2,ARLO,Marsh-Okoro,28/02/2014,zz11aa,1 mill ln,07700900123,9434765919\n\
        r3,Baby,Marsh,,,,,\nr4,محمد,李,1900-01-01,,,,\n";
    vec![
        rows.as_bytes().to_vec(),
        rows.replace(',', ";").into_bytes(),
        rows.replace(',', "\t").into_bytes(),
        MODEL.to_text().into_bytes(),
    ]
}

fuzz_target!(init: fuzz::begin_with(seeds()), |bytes: &[u8]| {
    if let Ok(model) = Model::parse(&String::from_utf8_lossy(bytes)) {
        let _ = Model::parse(&model.to_text()).expect("what we write is read");
    }
    let Ok(records) = bulk::records(bytes) else { return };
    let Ok(population) = Population::read(records.take(FEW)) else { return };
    for pair in Linked::of(&population, &MODEL, false).pairs {
        assert!(pair.log_odds.is_finite() && pair.a < pair.b);
    }
});
