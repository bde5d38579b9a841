//! The policies as a page that people read, from what the policies say of themselves.

use std::fmt::Write as _;

use cedar_policy::Effect;

use crate::{
    action::Action,
    policies::{FILES, Policies, Said},
};

const HEAD: &str = "\
# Need to know

Who may see and do what, in plain words. **Made from the policies themselves**
(`crates/need_to_know/policies/*.cedar`): a test compares, so change a policy there, never this page.
`UPDATE_DOCS=1 cargo test -p need_to_know plain_words` writes it anew.

What no line allows is refused. A line that refuses beats every line that allows. Each look and each
change is journaled with the names of the lines that decided it.

Somebody to whom something is refused reads who can share it, but only where they may know that there
is anything. Otherwise they read the same words as for a child who is not known.

How much of a child's record somebody sees has five levels, each with the ones before it: *nothing*;
*presence* (who is involved, whom to contact); *summary*; *fields* (what is shared with them); *full*.

**Some lines decide nothing today.** They are of parts that are still to be built: *not asked yet* stands beside each. A
test compares that with what the program asks. What is asked today is about what reached the hub, and the people in it: *full* for
the hub while something is open about anybody in it, and for whoever opened it again for a purpose; a *summary* for the hub when it
was dealt with; *fields* for whoever asked, and the lead of their school or nursery; *nothing* for everybody else. The whole table of
role, stage and level is a file that is compared with every change (`who_sees_how_much_of_what_reached_the_hub`), and so is what
each role reads on the pages (`who_reads_how_much_at_each_stage_is_as_reviewed`).
";

impl Policies {
    /// The policies in plain words, by theme.
    pub fn in_plain_words(&self) -> String {
        let mut page = HEAD.to_owned();
        for (file, text) in FILES {
            let _ = write!(page, "\n## {}\n\n{}\n\n", title(file), introduction(text));
            for id in names(text) {
                if let Some(said) = self.said.get(id) {
                    page.push_str(&line(id, said, self.not_yet(id)));
                }
            }
            let text = text.trim_end();
            let _ = write!(
                page,
                "\n<details><summary>As the program reads it: `{file}.cedar`</summary>\n\n```cedar\n{text}\n```\n\n</details>\n"
            );
        }
        page
    }
}

impl Policies {
    /// What a line waits for before it decides anything.
    fn not_yet(&self, id: &str) -> Option<&'static str> {
        let asked = self.actions_of(id).any(|action| !Action::NOT_ASKED_YET.contains(&action));
        (!asked).then_some("Not asked yet.")
    }
}

/// “Break glass” of `08-break-glass`.
fn title(file: &str) -> String {
    let words = file.split_once('-').map_or(file, |(_, words)| words).replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The comment that a file opens with.
fn introduction(text: &str) -> String {
    let lines: Vec<_> = text.lines().map_while(|line| line.strip_prefix("// ")).collect();
    lines.join("\n")
}

/// The names of the policies in a file, in its order.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("@id(\"")?.strip_suffix("\")"))
}

fn line(id: &str, said: &Said, not_yet: Option<&str>) -> String {
    let effect = match said.effect {
        Effect::Forbid => "**Refuses.**",
        Effect::Permit => "Allows.",
    };
    let share = said.share.as_ref().map(|s| format!(" They read: “{s}”")).unwrap_or_default();
    let not_yet = not_yet.map(|why| format!(" *{why}*")).unwrap_or_default();
    format!("- {effect} {}{share}{not_yet} `{id}`\n", said.because.because)
}
