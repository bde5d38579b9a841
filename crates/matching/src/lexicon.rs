//! Every word that records hold, once: a number for each, and what is worked out about it once
//! instead of at each comparison (how it sounds, which names it is short for, how often it occurs).

use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};
use rphonetic::{DoubleMetaphone, Encoder};

/// The number of a word; [`NONE`] is no word.
pub type WordId = u32;

/// No word.
pub const NONE: WordId = 0;

/// A word and what is known about it.
#[derive(Debug, Default)]
pub struct Word {
    /// Folded.
    pub text: Box<str>,
    /// The same for words that sound alike; 0 for no word.
    pub sound: u32,
    /// The groups of nicknames and spellings that it is in.
    kin: Box<[u16]>,
}

impl Word {
    /// A name, with how it sounds and whose short form it is.
    pub fn name(text: &str) -> Self {
        Self {
            text: text.into(),
            sound: sound(text),
            kin: kin().get(text).cloned().unwrap_or_default(),
        }
    }

    /// A word of which only the letters matter.
    pub fn plain(text: &str) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Whether one is a short form or another spelling of the other, or both are of a third.
    pub fn is_kin(&self, other: &Self) -> bool {
        self.kin.iter().any(|group| other.kin.contains(group))
    }

    /// Whether it is one letter: an initial.
    pub fn is_initial(&self) -> bool {
        let mut letters = self.text.chars();
        letters.next().is_some() && letters.next().is_none()
    }
}

/// Mixes a number into a hash: the same on every machine and in every run.
pub const fn mix(hash: u32, value: u32) -> u32 {
    let mut h = (hash ^ value).wrapping_mul(0x9E37_79B1);
    h ^= h >> 15;
    h = h.wrapping_mul(0x85EB_CA77).wrapping_add(hash.rotate_left(13));
    h ^ (h >> 13)
}

/// A hash of text, the same on every machine and in every run.
pub fn hash_text(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |hash, byte| mix(hash, u32::from(byte)))
}

/// How a name sounds, as a number. Names beyond the Latin alphabet sound like themselves only.
fn sound(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    if !text.bytes().all(|b| b.is_ascii_lowercase()) || text.len() > 40 {
        return hash_text(text).max(1);
    }
    let code = DoubleMetaphone::new(Some(6)).encode(text);
    hash_text(if code.is_empty() { text } else { &code }).max(1)
}

/// For every name in the two lists, the numbers of the lines that it stands in.
fn kin() -> &'static HashMap<String, Box<[u16]>> {
    static KIN: OnceLock<HashMap<String, Box<[u16]>>> = OnceLock::new();
    KIN.get_or_init(|| {
        let lists = [include_str!("../data/nicknames.txt"), include_str!("../data/variants.txt")];
        let lines =
            lists.iter().flat_map(|list| list.lines()).filter(|line| !line.starts_with('#'));
        let mut groups: HashMap<String, Vec<u16>> = HashMap::new();
        for (number, line) in (0..).zip(lines) {
            for name in line.split([' ', ':', '-']).filter(|name| !name.is_empty()) {
                groups.entry(name.to_owned()).or_default().push(number);
            }
        }
        groups.into_iter().map(|(name, lines)| (name, lines.into_boxed_slice())).collect()
    })
}

/// Words by number and by text, and how often each was counted.
#[derive(Debug)]
pub struct Lexicon {
    words: Vec<Word>,
    numbers: HashMap<Box<str>, WordId>,
    make: fn(&str) -> Word,
}

impl Lexicon {
    /// An empty one, which makes its words with `make`.
    pub fn new(make: fn(&str) -> Word) -> Self {
        Self { words: vec![Word::default()], numbers: HashMap::new(), make }
    }

    /// The number of a word that is known; [`NONE`] for the empty text.
    pub fn find(&self, text: &str) -> Option<WordId> {
        if text.is_empty() { Some(NONE) } else { self.numbers.get(text).copied() }
    }

    /// The number of a word, which is learned if it is new.
    pub fn learn(&mut self, text: &str) -> WordId {
        if let Some(known) = self.find(text) {
            return known;
        }
        let number = u32::try_from(self.words.len()).unwrap_or(NONE);
        let word = (self.make)(text);
        self.numbers.insert(word.text.clone(), number);
        self.words.push(word);
        number
    }

    /// A word made as this lexicon makes them, not kept.
    pub fn make(&self, text: &str) -> Word {
        (self.make)(text)
    }

    /// How many words there are, with [`NONE`].
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether it has no word, which it never is: [`NONE`] is one.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word with a number.
    pub fn get(&self, number: WordId) -> Option<&Word> {
        self.words.get(number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_and_spellings_are_kin() {
        let kin = |a, b| Word::name(a).is_kin(&Word::name(b));
        assert!(kin("jayden", "jaiden"));
        assert!(kin("mohammed", "muhammad"));
        assert!(kin("elizabeth", "beth"));
        assert!(!kin("jayden", "oliver"));
        assert!(!kin("qqq", "zzz"));
    }

    #[test]
    fn names_that_sound_alike_have_one_sound() {
        assert_eq!(Word::name("smith").sound, Word::name("smyth").sound);
        assert_ne!(Word::name("smith").sound, Word::name("jones").sound);
        assert_eq!(Word::name("").sound, 0);
    }

    #[test]
    fn a_word_is_learned_once() {
        let mut lexicon = Lexicon::new(Word::name);
        let first = lexicon.learn("ada");
        assert_eq!(lexicon.learn("ada"), first);
        assert_eq!(lexicon.learn(""), NONE);
        assert_eq!(lexicon.len(), 2);
    }
}
