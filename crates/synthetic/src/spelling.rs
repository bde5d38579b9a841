//! Other ways in which a name is said and written: names that sound alike, short forms and pet
//! names, accents. The lists stand in `data/names`.

use std::{collections::HashMap, sync::LazyLock};

use crate::dice::Dice;

type Lines = HashMap<&'static str, Vec<&'static str>>;

/// The lines of a list, by their first word.
fn by_first(text: &'static str) -> Lines {
    let mut lines = Lines::new();
    for line in lines_of(text) {
        if let Some((first, others)) = line.split_first() {
            lines.entry(first).or_default().extend(others);
        }
    }
    lines
}

/// The lines of a list, by each of their words: it leads to the others.
fn by_any(text: &'static str) -> Lines {
    let mut lines = Lines::new();
    for line in lines_of(text) {
        for word in &line {
            let others = line.iter().filter(|other| *other != word);
            lines.entry(word).or_default().extend(others);
        }
    }
    lines
}

fn lines_of(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().collect())
}

static ALIKE: LazyLock<Lines> =
    LazyLock::new(|| by_any(include_str!("../data/names/spellings.txt")));
static CALLED: LazyLock<Lines> =
    LazyLock::new(|| by_first(include_str!("../data/names/called.txt")));
static ACCENTS: LazyLock<Lines> =
    LazyLock::new(|| by_first(include_str!("../data/names/accents.txt")));

fn any(dice: &mut Dice, lines: &Lines, name: &str) -> Option<&'static str> {
    let others = lines.get(name)?;
    others.get(dice.place(others.len())).copied()
}

/// A name that sounds the same and is written otherwise, where the list has one.
pub fn alike(dice: &mut Dice, name: &str) -> Option<&'static str> {
    any(dice, &ALIKE, name)
}

/// A short form or pet name, where there is one.
pub fn called(dice: &mut Dice, name: &str) -> Option<&'static str> {
    any(dice, &CALLED, name)
}

/// The name with its accents, where it has some.
pub fn accented(name: &str) -> Option<&'static str> {
    ACCENTS.get(name).and_then(|with| with.first()).copied()
}

/// A name of whoever only heard it: of the list, or with sounds that have two spellings.
pub fn heard(dice: &mut Dice, name: &str) -> Option<String> {
    const SOUNDS: [(&str, &str); 20] = [
        ("ph", "f"),
        ("ee", "ea"),
        ("ea", "ee"),
        ("ie", "y"),
        ("ck", "k"),
        ("ll", "l"),
        ("nn", "n"),
        ("tt", "t"),
        ("ss", "s"),
        ("mm", "m"),
        ("ey", "y"),
        ("ay", "ai"),
        ("ou", "u"),
        ("ks", "x"),
        ("oo", "u"),
        ("ei", "ie"),
        ("er", "ar"),
        ("en", "an"),
        ("c", "k"),
        ("i", "y"),
    ];
    if let Some(other) = alike(dice, name) {
        return Some(other.to_owned());
    }
    let first = dice.place(SOUNDS.len());
    (0..SOUNDS.len()).find_map(|further| {
        let (sound, other) = SOUNDS[(first + further) % SOUNDS.len()];
        // Not the first letter: it is heard and written rightly, mostly.
        let tail = name.get(1..)?;
        let place = tail.find(sound)?;
        Some(format!("{}{}{}", &name[..=place], other, &tail[place + sound.len()..]))
    })
}

/// A text in UTF-8 that was read as if it were of the Windows code page.
pub fn misread(text: &str) -> String {
    text.bytes().map(char::from).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_those_that_sound_the_same() {
        let mut dice = Dice::of(1, 1);
        for _ in 0..50 {
            let other = alike(&mut dice, "Mohammed").unwrap();
            assert!(other.starts_with('M') && other != "Mohammed", "{other}");
        }
        assert_eq!(alike(&mut dice, "Zebedee"), None);
    }

    #[test]
    fn what_is_heard_is_written_otherwise_and_begins_the_same() {
        let mut dice = Dice::of(1, 1);
        for name in ["Whitcombe", "Delilah", "Philomena", "Élodie"] {
            let heard = heard(&mut dice, name);
            assert_ne!(heard.as_deref(), Some(name));
        }
        assert_eq!(heard(&mut dice, "Bo"), None);
    }

    #[test]
    fn accents_are_read_wrongly_in_a_wrong_encoding() {
        assert_eq!(accented("Sean"), Some("Seán"));
        assert_eq!(misread("Seán"), "SeÃ¡n");
    }
}
