//! That the page of synthetic people shows the table of mistakes as it is.

use std::{fs, path::Path};

const BEGIN: &str = "<!-- errors -->\n";
const END: &str = "<!-- end of errors -->";

/// The table as a page has it.
fn table() -> String {
    let text = include_str!("../../data/errors.csv");
    let mut table = String::from(
        "| | Health | Police | Social care | Housing | School | Doubled |\n\
         | --- | --: | --: | --: | --: | --: | --- |\n",
    );
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.unwrap();
        let percent = |place: usize| row[place].parse::<f64>().unwrap() / 100.0;
        let [health, police, social, housing, school] = [1, 2, 3, 4, 5].map(percent);
        let doubled = if &row[6] == "yes" { "yes" } else { "" };
        table += &format!(
            "| {} | {health} | {police} | {social} | {housing} | {school} | {doubled} |\n",
            &row[7]
        );
    }
    table
}

#[test]
fn the_page_shows_the_table_of_mistakes() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/synthetic-people.md");
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (kept, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, format!("{before}{BEGIN}\n{}\n{END}{after}", table())).unwrap();
        return;
    }
    assert!(
        kept.trim() == table().trim(),
        "docs/synthetic-people.md is old: UPDATE_DOCS=1 writes it anew"
    );
}
