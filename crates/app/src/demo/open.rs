//! The work that lies in the hub right now, and the answers that the players find: laid down, so
//! that every page of the demo has something to show. The first families are made for it.

use practice::calendar::{Moment, day_of, start_of};

use super::approaches::{
    Backdrop,
    Source::{
        self, Charity, Council, EarlyYears, Health, Housing, Police, Probation, Public, School,
        YouthJustice,
    },
};

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// Nobody has opened it.
    Waiting,
    /// Somebody in the hub has read it.
    Read,
    /// Somebody has taken it on.
    Screening,
    /// It waits for a manager's signature.
    ForSignature,
    /// The answer is due.
    Decided,
    /// The requester has the answer.
    Answered,
}

/// A request whose course is laid down.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    pub source: Source,
    /// The player who asked, by e-mail address; otherwise anybody of that source.
    pub by: Option<&'static str>,
    /// The player who has taken it on; otherwise anybody in the hub.
    pub with: Option<&'static str>,
    /// Where the child goes who gave rise to it.
    pub setting: Option<&'static str>,
    /// How old that child is, in days, between these two.
    pub ages: Option<(i64, i64)>,
    /// How many working days ago it came in, and how many minutes besides.
    pub working_days: u32,
    pub minutes: u32,
    pub children: u32,
    pub danger: bool,
    pub reached: Reached,
}

impl Open {
    /// When such a request came in, for it to be as old as it is now.
    pub fn received(&self, backdrop: &Backdrop) -> Moment {
        let today = day_of(backdrop.now);
        let day = backdrop.calendar.working_day_before(today, self.working_days);
        let ago = jiff::SignedDuration::from_mins(i64::from(self.minutes));
        let at = backdrop.now - today.duration_since(day) - ago;
        at.max(start_of(backdrop.from))
    }
}

const TAMSIN: Option<&str> = Some("tamsin@marram.example");
const OWEN: Option<&str> = Some("owen@marram.example");
const HALIMA: Option<&str> = Some("halima@health.example");
const DEE: Option<&str> = Some("dee@hub.example");
const SUNIL: Option<&str> = Some("sunil@hub.example");
/// Their school. Which school a family’s children go to follows from its number, so the requests
/// of that school stand at every sixth place.
const MARRAM: Option<&str> = Some("Marram Primary School");
/// Old enough for a primary school, young enough to stay a while.
const PUPIL: Option<(i64, i64)> = Some((2000, 3600));
/// Young enough for a health visitor.
const INFANT: Option<(i64, i64)> = Some((60, 1400));

/// A request of one child that anybody has sent and nobody has opened.
const fn waiting(source: Source, working_days: u32, minutes: u32) -> Open {
    Open {
        source,
        by: None,
        with: None,
        setting: None,
        ages: None,
        working_days,
        minutes,
        children: 1,
        danger: false,
        reached: Reached::Waiting,
    }
}

const fn reached(reached: Reached, open: Open) -> Open {
    Open { reached, ..open }
}

/// What a player has asked about three siblings and was told.
const fn answered(by: Option<&'static str>, source: Source, working_days: u32) -> Open {
    let open = waiting(source, working_days, 20);
    Open { by, children: 3, ages: INFANT, reached: Reached::Answered, ..open }
}

/// What a player at Marram Primary School asks about a pupil.
const fn at_marram(open: Open) -> Open {
    Open { setting: MARRAM, ages: PUPIL, ..open }
}

/// Every such request; the family of that number is the one it is about.
pub const OPEN: [Open; 20] = [
    at_marram(answered(OWEN, School, 6)),
    waiting(Police, 0, 25),
    answered(HALIMA, Health, 4),
    Open { danger: true, children: 2, ..reached(Reached::Read, waiting(Police, 0, 35)) },
    waiting(Public, 0, 95),
    Open { with: DEE, ..reached(Reached::Screening, waiting(Housing, 0, 180)) },
    at_marram(answered(TAMSIN, School, 8)),
    Open { with: SUNIL, ..reached(Reached::ForSignature, waiting(School, 1, 10)) },
    // Overdue: nobody has opened it, and the manager was told.
    waiting(Police, 3, 15),
    Open { with: SUNIL, ..reached(Reached::Screening, waiting(Council, 1, 40)) },
    Open { with: DEE, ..reached(Reached::Decided, waiting(Health, 1, 60)) },
    waiting(EarlyYears, 0, 200),
    at_marram(Open { by: OWEN, with: DEE, ..reached(Reached::Screening, waiting(School, 0, 150)) }),
    Open { by: HALIMA, ages: INFANT, ..waiting(Health, 0, 50) },
    Open { children: 2, ..reached(Reached::Screening, waiting(Charity, 1, 5)) },
    reached(Reached::Read, waiting(YouthJustice, 0, 120)),
    Open { children: 2, ..waiting(Police, 1, 30) },
    reached(Reached::Screening, waiting(Probation, 1, 90)),
    at_marram(Open { by: TAMSIN, ..waiting(School, 0, 20) }),
    reached(Reached::Read, waiting(Public, 1, 75)),
];

#[cfg(test)]
mod tests {
    use super::{
        super::{approaches::tests::backdrop, families::Family},
        *,
    };

    #[test]
    fn a_player_at_a_school_asks_about_its_pupils() {
        let backdrop = backdrop();
        for (number, open) in (0..).zip(&OPEN).filter(|(_, open)| open.setting.is_some()) {
            let family = Family::of(number, &backdrop);
            let approach = family.approaches.last().unwrap();
            let child = &family.children[approach.children[0]];
            assert_eq!(child.setting(day_of(approach.at)), open.setting, "family {number}");
        }
    }
}
