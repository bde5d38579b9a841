//! Parts of a text that are hidden from whoever gets a copy of it: marked by double brackets, as
//! anybody can type them. What is between them is not in the copy at all. The words themselves
//! can't be changed: without its marks a text must be what is held.

use std::ops::Range;

use platform::db::letters;

use crate::limits::turns_text;

/// What stands in a copy where something was hidden. It does not tell how much.
pub const HIDDEN: &str = "[not given to you]";

const BEGIN: &str = "[[";
const END: &str = "]]";

/// Why marks can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("Every [[ needs a ]] after it, and no [[ may stand inside another")]
    Unbalanced,
    #[error(
        "Only the marks [[ and ]] can be changed, not the words. Put back what is held, and mark it"
    )]
    Changed,
}

/// A text without anything that could be taken for a mark, on one kind of line end.
pub fn plain(said: &str) -> String {
    let mut text = said.replace("\r\n", "\n").replace('\r', "\n");
    // What a form would not send back as it is could never be told from a change. It goes before
    // the marks do: two brackets with such a character between them are a mark without it.
    text.retain(|c| c != '\0' && !turns_text(c));
    while text.contains(BEGIN) || text.contains(END) {
        text = text.replace(BEGIN, "[ [").replace(END, "] ]");
    }
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    questionnaire::trimmed(&lines.join("\n")).to_owned()
}

/// A plain text with marks around every one of these words or names, wherever they stand as words of
/// their own, whichever letters are large, with or without their accents.
pub fn marked(text: &str, hide: &[String]) -> String {
    let mut spans: Vec<Range<usize>> =
        hide.iter().filter(|what| !what.trim().is_empty()).flat_map(|w| found(text, w)).collect();
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for span in joined(spans) {
        out.push_str(&text[at..span.start]);
        out.push_str(BEGIN);
        out.push_str(&text[span.clone()]);
        out.push_str(END);
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The spans with those that overlap made one.
fn joined(spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match all.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => all.push(span),
        }
    }
    all
}

/// A character as it is compared: people type one apostrophe for another.
fn compared(c: char) -> impl Iterator<Item = char> {
    letters(if matches!(c, '’' | '‘' | '`' | 'ʼ') { '\'' } else { c })
}

fn found<'t>(text: &'t str, what: &str) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let what: Vec<char> = what.trim().chars().flat_map(compared).collect();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    // What ends with a dot or an apostrophe ends there, whatever follows it.
    let begins = is_word(what.first().copied());
    let ends = is_word(what.last().copied());
    text.char_indices().filter_map(move |(start, _)| {
        if begins && is_word(text[..start].chars().next_back()) {
            return None;
        }
        let (mut end, mut left) = (start, what.as_slice());
        for c in text[start..].chars() {
            let same: Vec<char> = compared(c).collect();
            // A mark that stands by itself belongs to the letter before it.
            let is_mark = same.is_empty();
            if is_mark && end == start || left.is_empty() && !is_mark {
                break;
            }
            left = left.strip_prefix(same.as_slice())?;
            end += c.len_utf8();
        }
        let runs_on = ends && is_word(text[end..].chars().next());
        (left.is_empty() && end > start && !runs_on).then_some(start..end)
    })
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'t> {
    Given(&'t str),
    Hidden(&'t str),
}

/// A marked text in its parts.
///
/// # Errors
/// Where the marks do not go together.
pub fn parts(marked: &str) -> Result<Vec<Part<'_>>, Wrong> {
    let (mut parts, mut rest) = (Vec::new(), marked);
    while let Some((given, after)) = rest.split_once(BEGIN) {
        let (hidden, behind) = after.split_once(END).ok_or(Wrong::Unbalanced)?;
        if given.contains(END) || hidden.contains(BEGIN) {
            return Err(Wrong::Unbalanced);
        }
        parts.extend([Part::Given(given), Part::Hidden(hidden)]);
        rest = behind;
    }
    if rest.contains(END) {
        return Err(Wrong::Unbalanced);
    }
    parts.push(Part::Given(rest));
    parts.retain(|part| !matches!(part, Part::Given("") | Part::Hidden("")));
    Ok(parts)
}

/// What is hidden in a marked text.
pub fn hidden(marked: &str) -> Vec<String> {
    let parts = parts(marked).unwrap_or_default();
    let hidden = |part| match part {
        Part::Hidden(said) => Some(said.to_owned()),
        Part::Given(_) => None,
    };
    parts.into_iter().filter_map(hidden).collect()
}

/// The marks that somebody typed into a text, once it is seen that they changed nothing else.
///
/// # Errors
/// Where they did, or the marks do not go together.
pub fn taken(text: &str, typed: &str) -> Result<String, Wrong> {
    let typed = typed.replace("\r\n", "\n");
    let without: String = parts(&typed)?
        .into_iter()
        .map(|part| match part {
            Part::Given(said) | Part::Hidden(said) => said,
        })
        .collect();
    // What a browser does to the ends of lines changes no word.
    let same = |one: &str, other: &str| {
        let (one, other) = (one.trim_end().lines(), other.trim_end().lines());
        one.map(str::trim_end).eq(other.map(str::trim_end))
    };
    if same(&without, text) { Ok(typed.trim_end().to_owned()) } else { Err(Wrong::Changed) }
}

/// Whether anything is hidden in it.
pub fn hides(marked: &str) -> bool {
    parts(marked).is_ok_and(|parts| parts.iter().any(|part| matches!(part, Part::Hidden(_))))
}

/// What is given of a marked text. Of what is hidden nothing is left.
pub fn given(marked: &str) -> String {
    let Ok(parts) = parts(marked) else { return HIDDEN.to_owned() };
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Given(said) => out.push_str(said),
            Part::Hidden(_) if out.ends_with(HIDDEN) => {}
            Part::Hidden(_) => out.push_str(HIDDEN),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{HIDDEN, Part, Wrong, given, hides, marked, parts, plain, taken};

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn names_are_marked_as_words_whichever_letters_are_large() {
        let text = "Ben and BEN’s brother Benjamin; Ben.";
        assert_eq!(
            marked(text, &names(&["ben"])),
            "[[Ben]] and [[BEN]]’s brother Benjamin; [[Ben]]."
        );
    }

    #[test]
    fn what_ends_with_a_mark_of_its_own_is_found_whatever_follows() {
        assert_eq!(marked("Mr.Kay, Mr. Kay", &names(&["Mr."])), "[[Mr.]]Kay, [[Mr.]] Kay");
    }

    #[test]
    fn names_that_overlap_are_marked_once() {
        let text = "Mary Anne Kay rang";
        let hide = names(&["Mary Anne", "Anne Kay", "Kay"]);
        assert_eq!(marked(text, &hide), "[[Mary Anne Kay]] rang");
    }

    #[test]
    fn what_is_hidden_is_not_in_what_is_given() {
        let text = "From [[Ben]][[ Kay]] on Tuesday";
        assert_eq!(given(text), format!("From {HIDDEN} on Tuesday"));
        assert!(hides(text) && !hides("From Ben"));
    }

    #[test]
    fn the_words_can_not_be_changed_and_marks_must_go_together() {
        assert_eq!(taken("a b", "a [[b]]\r\n"), Ok("a [[b]]".to_owned()));
        assert_eq!(taken("a b", "a c"), Err(Wrong::Changed));
        for typed in ["a [[b", "a b]]", "[[a [[b]]", "a]] b[["] {
            assert_eq!(taken("a b", typed), Err(Wrong::Unbalanced), "{typed}");
        }
    }

    #[test]
    fn brackets_that_something_unseen_holds_apart_are_no_mark() {
        for said in ["]\u{202a}]", "[\0[", "]\u{202e}]\u{202a}]"] {
            let text = plain(said);
            assert_eq!(taken(&text, &text), Ok(text.clone()), "{said:?}");
        }
    }

    /// A name as somebody else types it: capitals, composed or not, without its accents, another's.
    fn typed(name: &str, how: u8) -> String {
        use unicode_normalization::UnicodeNormalization as _;
        let said = match how % 5 {
            0 => name.to_owned(),
            1 => name.to_uppercase(),
            2 => name.nfd().collect(),
            3 => name.nfc().collect(),
            _ => {
                name.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect()
            }
        };
        match how / 5 % 4 {
            0 => said,
            1 => format!("{said}’s"),
            2 => format!("{said}'s"),
            _ => said.replace('’', "'"),
        }
    }

    const OTHERS: [&str; 8] =
        ["Zoë", "Siân", "O’Shea", "Nguyễn", "Anne-Marie", "José", "Bronte", "Đoàn Núñez"];

    proptest! {
        /// V4: whoever was planted in a text is marked, however their name was typed.
        #[test]
        fn v4_every_name_is_marked_however_it_was_typed(
            // Of consonants alone, which are nobody's name.
            words in prop::collection::vec(("[bcdfgkpqtvwx]{1,9}[ ,.;:\n\"()]{1,2}", 0usize..16, any::<u8>()), 1..20),
        ) {
            let mut text = String::new();
            let mut planted = 0;
            for (word, who, how) in &words {
                text.push_str(word);
                if let Some(name) = OTHERS.get(*who) {
                    text.push_str(&typed(name, *how));
                    text.push(' ');
                    planted += 1;
                }
            }
            let text = plain(&text);
            let out = marked(&text, &names(&OTHERS));
            prop_assert_eq!(out.matches("[[").count(), planted, "{}", out);
            let left = given(&out);
            for name in OTHERS {
                let is_left = (0..20).any(|how| left.contains(&typed(name, how)));
                prop_assert!(!is_left, "{} in {}", name, left);
            }
            prop_assert!(parts(&out).is_ok());
        }

        /// V16: nothing that was hidden is left, whatever the words are.
        #[test]
        fn no_hidden_word_is_left(words in prop::collection::vec("[a-zA-Zäéß’]{1,8}", 1..30), pick in 0usize..30) {
            let text = plain(&words.join(" "));
            let hide = words[pick % words.len()].clone();
            let out = given(&marked(&text, std::slice::from_ref(&hide)));
            let lower = |s: &str| s.to_lowercase();
            let left = out.replace(HIDDEN, "\u{0}");
            prop_assert!(!left.split(|c: char| !c.is_alphanumeric() && c != '’').any(|word| lower(word) == lower(&hide)), "{hide} in {left}");
        }

        /// Marks come back as they were typed, and a text of our own is never refused.
        #[test]
        fn what_was_marked_is_taken(said in "[ -~\n\r\u{202a}-\u{202e}]{0,80}", hide in "[a-z]{1,4}") {
            let text = plain(&said);
            let marks = marked(&text, std::slice::from_ref(&hide));
            let sent = questionnaire::trimmed(&marks.replace('\n', "\r\n")).to_owned();
            prop_assert_eq!(taken(&text, &sent), Ok(marks.trim_end().to_owned()));
            prop_assert!(parts(&marks).is_ok());
        }

        /// Whatever is typed, reading it ends, and gives nothing out that it can't read.
        #[test]
        fn whatever_is_typed_is_read(typed in "[\\[\\]ab\n]{0,40}") {
            if let Ok(parts) = parts(&typed) {
                let hidden = parts.iter().any(|p| matches!(p, Part::Hidden(_)));
                prop_assert_eq!(hidden, hides(&typed));
            } else {
                prop_assert_eq!(given(&typed), HIDDEN);
            }
        }
    }
}
