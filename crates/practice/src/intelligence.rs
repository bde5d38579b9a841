//! How intelligence is graded and handled: by how good its source is, how the source knows it, and who
//! may be told. Whoever reads it is to know how far to trust it, and what they may do with it.
//!
//! Source: College of Policing, Authorised Professional Practice, “Intelligence report” (the grading
//! that is called 3x5x2).

use serde::{Deserialize, Serialize};

/// The marks of a grade: how each is stored and sent, the mark, and what it means.
macro_rules! marks {
    ($type:ident { $($name:ident $slug:literal $mark:literal $means:literal;)+ }) => {
        impl $type {
            /// All of them, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As it is stored and sent.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// The mark, as the police write it.
            pub const fn mark(self) -> &'static str {
                match self { $(Self::$name => $mark),+ }
            }

            /// What it means.
            pub const fn means(self) -> &'static str {
                match self { $(Self::$name => $means),+ }
            }

            /// The one that is stored so.
            pub fn of_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.slug() == slug)
            }
        }
    };
}

/// How good the source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceGrade {
    /// It has been right before, and can be relied on.
    Reliable,
    /// Nobody can tell yet.
    Untested,
    /// There are reasons to doubt it.
    NotReliable,
}
marks! { SourceGrade {
    Reliable "reliable" "1" "The source is reliable";
    Untested "untested" "2" "The source is untested";
    NotReliable "not_reliable" "3" "The source is not reliable";
} }

/// How the source knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownHow {
    /// The source saw or heard it.
    Directly,
    /// The source has it from others, and something else bears it out.
    BorneOut,
    /// The source has it from others.
    Indirectly,
    /// Nobody knows how.
    NotKnown,
    /// It may be made up.
    ThoughtFalse,
}
marks! { KnownHow {
    Directly "directly" "A" "The source saw or heard it";
    BorneOut "borne_out" "B" "The source has it from others, and something else bears it out";
    Indirectly "indirectly" "C" "The source has it from others";
    NotKnown "not_known" "D" "It isn’t known how the source knows";
    ThoughtFalse "thought_false" "E" "It may be false";
} }

/// Who may be told: the handling code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// Whoever has a lawful need.
    Permitted,
    /// Those who are named, on conditions.
    Conditions,
}
marks! { Handling {
    Permitted "permitted" "P" "The hub may read it";
    Conditions "conditions" "C" "Only those I name may read it, on conditions";
} }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_stands_once_and_is_found_again_by_how_it_is_stored() {
        let marks: Vec<_> = SourceGrade::ALL
            .iter()
            .map(|one| one.mark())
            .chain(KnownHow::ALL.iter().map(|one| one.mark()))
            .chain(Handling::ALL.iter().map(|one| one.mark()))
            .collect();
        assert_eq!(marks, ["1", "2", "3", "A", "B", "C", "D", "E", "P", "C"]);
        for one in KnownHow::ALL {
            assert_eq!(KnownHow::of_slug(one.slug()), Some(*one));
            assert_eq!(serde_json::to_string(one).unwrap(), format!("\"{}\"", one.slug()));
        }
        assert_eq!(Handling::of_slug("anybody"), None);
    }
}
