//! The guide to levels of need, in our own words. It helps a requester to think; the hub decides
//! by the partnership's threshold document. That has one name, in the partnership's record: it
//! stands over the guide, on each decision, and in the answers of each request.

use maud::{Markup, html};
use practice::processes::request_for_support::Level;

/// What the guide is called.
pub const TITLE: &str = "Guide to levels of need";
/// The field of a request's answers that keeps the threshold document in force when it was sent.
pub const FIELD: &str = "guide-edition";
/// The version of the words below: another one whenever they change. A test holds them together.
pub const VERSION: u32 = 1;
/// The field of a request's answers that keeps the version of the guide that its requester read.
pub const VERSION_FIELD: &str = "guide-version";
/// Where everybody can read it.
pub const PATH: &str = "/guide-to-levels";

/// A link to it, from a form: in a tab of its own, so that what is typed stays.
pub fn link() -> Markup {
    html! {
        a class=(govuk::LINK) href=(PATH) target="_blank" rel="noopener" {
            "Guide to levels of need (opens in a new tab)"
        }
    }
}

/// The guide in short, as the questionnaire gives it beside the question: its title, a line for
/// each level, and where the rest is.
pub fn beside_the_question() -> Vec<String> {
    let line = |level: Level| format!("{}: {}", level.title(), in_short(level));
    let mut lines = vec!["How do I choose a level?".to_owned()];
    lines.extend(Level::ALL.map(line));
    lines.push("The hub decides; your view helps it.".to_owned());
    lines.push(format!("[{TITLE}]({PATH})"));
    lines
}

/// One line.
pub const fn in_short(level: Level) -> &'static str {
    match level {
        Level::Universal => "Doing well with what every family gets, perhaps with advice.",
        Level::UniversalPlus => "Needs a little more, from people who know the family.",
        Level::Intensive => "Several needs at once: a worker with time for the whole family.",
        Level::Specialist => "Harm, or a serious risk of it: a social worker must look.",
    }
}

/// What it may look like.
pub const fn signs(level: Level) -> &'static [&'static str] {
    match level {
        Level::Universal => &[
            "Growing, learning and making friends as you would expect",
            "Parents manage, and ask when they need to",
        ],
        Level::UniversalPlus => &[
            "Sometimes late, tired, hungry or falling behind",
            "A change at home: a loss, a new baby, money worries, a parting",
            "The family would welcome help, and nobody is at risk of harm",
        ],
        Level::Intensive => &[
            "Needs that have lasted, or that come together: housing, health, school, behaviour",
            "Help was tried and was not enough",
            "Without more help the child’s health or progress would suffer",
        ],
        Level::Specialist => &[
            "Has been hurt, neglected, exploited or abused, or you think so",
            "Is likely to suffer significant harm if nothing is done",
            "Is not safe with the people who look after them",
        ],
    }
}

#[cfg(test)]
mod tests {
    use practice::processes::request_for_support::Level;

    use super::{PATH, VERSION, beside_the_question, in_short, signs};
    use crate::{
        questionnaires::{Library, REQUEST_FOR_SUPPORT},
        web::routes,
    };

    #[test]
    fn the_guide_says_the_same_beside_the_question() {
        let library = Library::shipped().unwrap();
        let request = library.newest(REQUEST_FOR_SUPPORT).unwrap();
        let level = request.all_items().into_iter().find(|i| i.link_id == "level").unwrap();
        let (title, lines) = level.guidance.clone().unwrap();
        assert_eq!([vec![title], lines].concat(), beside_the_question());
    }

    /// Whoever changes a word of the guide gives it another version; the old words stand in the
    /// snapshot of theirs.
    #[test]
    fn each_version_of_the_guide_has_its_own_words() {
        let said = |level: Level| {
            let signs = signs(level).iter().map(|sign| format!("\n- {sign}")).collect::<String>();
            format!("{}: {}{signs}", level.title(), in_short(level))
        };
        let words = Level::ALL.map(said).join("\n");
        insta::assert_snapshot!(format!("guide_version_{VERSION}"), words);
    }

    #[test]
    fn everybody_can_read_the_guide() {
        assert!(routes::all().iter().any(|r| r.path == PATH && r.comes == routes::Comes::Anybody));
    }
}
