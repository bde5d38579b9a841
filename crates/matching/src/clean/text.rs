//! Letters without case, accents and damage.

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, with the letters that do not decompose spelled out.
/// Text whose UTF-8 was once read as Latin-1 or Windows-1252 (`JosÃ©`, `Oâ€™Brien`) is mended first.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mended = mend(text);
    let mut folded = String::with_capacity(mended.len());
    for c in mended.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            '’' | '‘' | 'ʼ' | '`' | '´' => folded.push('\''),
            '‐'..='―' => folded.push('-'),
            c => folded.push(c),
        }
    }
    folded
}

/// UTF-8 that was read as Latin-1 or Windows-1252, read as UTF-8; other text as it is.
fn mend(text: &str) -> String {
    if !text.contains(['Ã', 'Â', 'Å', 'Ä', 'â']) {
        return text.to_owned();
    }
    let latin: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let (windows, _, is_lost) = WINDOWS_1252.encode(text);
    let windows = (!is_lost).then(|| windows.into_owned());
    let read = [latin, windows].into_iter().flatten().find_map(|b| String::from_utf8(b).ok());
    read.unwrap_or_else(|| text.to_owned())
}

/// The words of folded text: runs of letters and digits. An apostrophe joins (`o'brien` is
/// `obrien`), everything else parts.
pub fn words(folded: &str) -> impl Iterator<Item = String> + '_ {
    folded
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|word| word.chars().filter(|c| *c != '\'').collect::<String>())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_damage_make_no_difference() {
        assert_eq!(fold("JOSÉ"), "jose");
        assert_eq!(fold("JosÃ©"), "jose");
        assert_eq!(fold("Oâ€™Brien"), "o'brien");
        assert_eq!(fold("Å‚ukasz"), "lukasz");
        assert_eq!(fold("Câline"), "caline", "what is right is left as it is");
        assert_eq!(fold("Łukasz Øster ßmith"), "lukasz oster ssmith");
        assert_eq!(fold("O’Brien"), "o'brien");
    }

    #[test]
    fn an_apostrophe_joins_and_a_hyphen_parts() {
        assert_eq!(words("o'brien-smith, j.").collect::<Vec<_>>(), ["obrien", "smith", "j"]);
    }
}
