//! What a page says at its top once something was done and the browser was sent on to it. The
//! address carries a word that we know, never the words: nobody can be sent to a page that says
//! something of somebody else's making.

use govuk::NotificationBanner;
use maud::Markup;
use serde::Deserialize;

/// Every word, and what it says.
const SAID: &[(&str, &str)] = &[
    ("length-set", "The length was set"),
    ("length-withdrawn", "The length that was set for later was withdrawn"),
    ("record-set", "The partnership’s record was set"),
    ("record-withdrawn", "The record that was set for later was withdrawn"),
    ("agency-added", "The agency was added"),
    ("team-added", "The team was added"),
    ("setting-added", "The setting was added"),
    ("staff-added", "The member of staff was added"),
    ("glass-ended", "You closed the record. Somebody else reviews that you opened it"),
    ("glass-over", "The hour is over, and the record is closed to you"),
    ("glass-reviewed", "The review was saved"),
    ("put-on", "It was put on the page"),
    ("taken-off", "It was taken off the page"),
    ("asked", "Your request was sent. The hub answers you by the end of the next working day"),
    ("answered", "The answer was sent"),
    ("data-request", "The request was saved"),
    ("decided", "What was decided was saved"),
    ("proposed", "It waits for somebody else to approve it"),
    ("approved", "It was approved. Hand it over, and say when they had it"),
    ("taken-back", "It was taken back"),
    ("destroyed", "It was destroyed. This page is the certificate"),
    ("sent-back", "It was sent back"),
    ("handed-over", "It was saved that they have the answer"),
    ("declared", "What you declared was saved"),
    ("said-different", "It was saved that these are different people"),
    (
        "asked-to-link",
        "It was saved. Something is open about both: a colleague must agree before they are linked",
    ),
    ("not-linked", "It was saved. They are not linked"),
    ("looked-at", "What came of it was saved"),
    ("confirmed", "It was saved that they still work there"),
    ("asleep", "Their accounts sleep, and they are signed out. Confirm them to wake the accounts"),
    ("changed", "The change was saved"),
    ("passkey-added", "The passkey was added"),
    ("passkey-removed", "The passkey was removed"),
    (
        "still-signed-in-there",
        "You are signed out of Sightline, but not of your organisation’s own sign-in. On a computer \
         that others use, sign out there too",
    ),
    ("provider-set", "The agency’s sign-in was saved"),
    (
        "provider-removed",
        "The agency’s sign-in was removed, and whoever was signed in by it is signed out",
    ),
    ("disconnected", "The connection was ended, and they are signed out where they had come by it"),
    ("role-given", "The role was given"),
    ("role-ended", "The end of the role was saved"),
    ("team-joined", "They were added to the team"),
    ("team-left", "The end of their time in the team was saved"),
    ("left", "The day on which they leave was saved"),
    ("looks-settled", "What came of it was recorded"),
    ("released", "E-mails leave again"),
    ("stays", "They stay: the day on which they leave was taken back"),
];

/// The word in the address.
#[derive(Debug, Deserialize, Default)]
pub struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// What it says; nothing for a word that we do not know.
    pub fn banner(&self) -> Markup {
        SAID.iter().find(|(word, _)| *word == self.done).map_or_else(Markup::default, |(_, say)| {
            NotificationBanner::new().success().text(say).render()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Done;

    #[test]
    fn only_what_we_say_ourselves_is_said() {
        let says = |done: &str| Done { done: done.to_owned() }.banner().into_string();
        assert!(says("changed").contains("The change was saved"));
        assert_eq!(says("Ring 0900 123"), "");
        assert_eq!(says(""), "");
    }
}
