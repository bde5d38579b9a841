//! When something happened that is put on the record later: a call of the night, a decision that was
//! taken on paper while the server stood. Folded up, since it is nearly always now.

use govuk::Details;
use maud::{Markup, html};
use practice::{
    calendar::{LONDON, Moment},
    processes::request_for_support::Event,
};

use super::telling::event;
use crate::{
    error::{Error, Result},
    pathways::store::Telling,
    web::{
        Fields,
        typed::{Typed, is_empty_date, real_date, time},
        words,
    },
};

/// What the fields are called of something that the hub did.
pub const MADE: &str = "made";

/// A moment that may lie before now, as the fields of a form: `at.day` and so on, and `at.time`.
#[derive(Debug, Clone, Copy)]
pub struct Earlier {
    /// What the fields are called.
    pub name: &'static str,
    /// What happened then, as “the call came in”.
    pub what: &'static str,
    /// By what the fields are folded away.
    pub summary: &'static str,
}

impl Earlier {
    /// When it happened, where it was not just now.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn typed(self, fields: &Fields, now: Moment) -> Result<Option<Moment>, String> {
        let typed = fields.get(&self.time());
        if is_empty_date(fields, self.name) && typed.is_empty() {
            return Ok(None);
        }
        let what = self.what;
        let say = || format!("When {what} must be a real day and time, like 27 3 2026 and 21:40");
        let date = real_date(fields, self.name).ok_or_else(say)?;
        let time = time(typed).ok_or_else(say)?;
        let moment = LONDON
            .to_ambiguous_timestamp(date.to_datetime(time))
            .compatible()
            .map_err(|_| say())?;
        if moment > now {
            return Err(format!("When {what} must be in the past"));
        }
        Ok(Some(moment))
    }

    /// The fields.
    pub fn fields(self, typed: Typed<'_>) -> Markup {
        let content = html! {
            (typed.date(self.name, &format!("Day on which {}", self.what), "For example, 27 3 2026."))
            (typed.line(&self.time(), "Time, like 21:40").width(5).render())
        };
        let is_typed =
            !is_empty_date(typed.fields, self.name) || !typed.fields.get(&self.time()).is_empty();
        if typed.error(self.name).is_some() || is_typed {
            return content;
        }
        Details::new(self.summary).content(content).render()
    }

    fn time(self) -> String {
        format!("{}.time", self.name)
    }
}

/// Puts what the history says of a moment beside the fields in which it was typed.
pub fn beside(made: Option<Moment>, refused: Error) -> Error {
    match (made, refused) {
        (Some(_), Error::Refusal(say)) => Error::beside(
            MADE,
            format!(
                "{say}. Check the day and the time, strike out first what was recorded of a later time, \
                 or leave both empty"
            ),
        ),
        (_, other) => other,
    }
}

/// Refuses a time before something that was said: what was done then did not know of it, and it would
/// lie unread behind what was done.
///
/// # Errors
/// The refusal.
pub fn knew_all(tellings: &[Telling], made: Moment) -> Result<()> {
    let standing = tellings.iter().filter(|telling| telling.stored.struck.is_none());
    let is_said = |telling: &&Telling| {
        matches!(event(telling), Some(Event::InformationAdded { .. })) && telling.stored.at > made
    };
    match standing.filter(is_said).map(|telling| telling.stored.at).max() {
        None => Ok(()),
        Some(at) => Err(Error::beside(
            MADE,
            format!(
                "Something was added to this request {}, after that time. Read it, and leave the day \
                 and the time empty",
                words::moment(at)
            ),
        )),
    }
}
