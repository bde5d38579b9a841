//! As much of XML as the parts of a document need that say what it is made of: the attributes of
//! elements of one name. It resolves no entities but the five of XML and numbers, and knows no
//! document type: [`crate::office`] refuses what has one.

/// What holds no elements, by how it begins behind its `<`, and how it ends.
const PASSED: [(&str, &str); 3] = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];

/// The attributes of one element: names as they are written, values as they mean.
pub(crate) struct Element(Vec<(String, String)>);

impl Element {
    /// The value of an attribute that is in no namespace, without blanks around it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(named, _)| named == name).map(|(_, value)| value.trim())
    }
}

/// The elements called `name`, in any namespace. Stops where the text is no longer XML.
pub(crate) fn elements<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Element> + 't {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let begins = rest.find('<')?;
            let inside = &rest[begins + 1..];
            let passed = PASSED.iter().find(|(begins, _)| inside.starts_with(begins));
            if let Some((_, ends)) = passed {
                rest = &inside[inside.find(ends)? + ends.len()..];
                continue;
            }
            let ends = end_of_tag(inside)?;
            rest = &inside[ends + 1..];
            let tag = &inside[..ends];
            let called = tag.split([' ', '\t', '\r', '\n', '/']).next()?;
            if local(called) == name {
                return Some(Element(attributes(&tag[called.len()..])));
            }
        }
    })
}

/// Where the `>` stands that is in no value.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
        None
    })
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, after)) = rest[1..].split_once(quote) else { break };
        all.push((name.trim().to_owned(), meant(value)));
        text = after;
    }
    all
}

/// A value with what is written as `&…;` put in its place.
fn meant(value: &str) -> String {
    let mut all = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        all.push_str(before);
        let Some((reference, behind)) = after.split_once(';') else {
            all.push('&');
            rest = after;
            break;
        };
        all.extend(referred(reference));
        rest = behind;
    }
    all + rest
}

fn referred(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_mean_the_same_however_they_are_written() {
        for text in [
            r#"<R><Relationship Id="a" TargetMode="External"/></R>"#,
            r"<R><x:Relationship   TargetMode = '&#69;xternal' ></x:Relationship></R>",
            r#"<?x "?><R><Relationship TargetMode="External"/></R>"#,
            r#"<R><![CDATA["]]><Relationship y:TargetMode="Internal" TargetMode=" External"/></R>"#,
            "<R><!-- <a> --><Relationship\n\tA='>' TargetMode='&#x45;xternal'/></R>",
        ] {
            let modes: Vec<_> = elements(text, "Relationship")
                .filter_map(|element| element.get("TargetMode").map(str::to_owned))
                .collect();
            assert_eq!(modes, ["External"], "{text}");
        }
    }

    #[test]
    fn what_is_in_a_comment_is_no_element() {
        assert_eq!(elements("<!-- <Relationship A='1'/> -->", "Relationship").count(), 0);
    }
}
