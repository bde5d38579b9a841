//! One use of break-glass, from the asking to the review: open for an hour, for one child, to
//! read; told to those concerned; reviewed by somebody else within two working days, or raised.
//!
//! Whether somebody may break glass at all, the policies decide; this keeps what follows.

use std::collections::BTreeSet;

use practice::calendar::{Calendar, Moment, day_of, end_of};

use crate::{
    Circumstances, Decision, Glass,
    ids::{AgencyId, ChildId, MemberId, TeamId},
    request::Purpose,
};

/// How long glass stays open, in seconds.
pub const OPEN_FOR: i64 = 60 * 60;
/// Within how many seconds those concerned are told.
pub const TOLD_WITHIN: i64 = 60;
/// Within how many working days it is reviewed.
pub const REVIEWED_WITHIN: u32 = 2;

/// A member with whom they work and to whom they answer, on that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The membership.
    pub id: MemberId,
    /// Their agency.
    pub agency: AgencyId,
    /// Their team.
    pub team: Option<TeamId>,
    /// Whom they answer to.
    pub manager: Option<MemberId>,
}

/// Who must be told, by a reference only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concerned {
    /// Everybody named for a restricted child.
    Named,
    /// The allocated worker.
    Allocated,
    /// The privacy officer of the agency that broke glass.
    UsersPrivacyOfficer,
    /// The privacy officer of the agency that holds the record.
    HoldersPrivacyOfficer,
}

impl Concerned {
    /// Everybody, whoever has the record first: whoever is told as two of these is told as the first.
    pub const ALL: [Self; 4] =
        [Self::Allocated, Self::Named, Self::UsersPrivacyOfficer, Self::HoldersPrivacyOfficer];
}

/// What a review found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It was right. If it happens again, a relation should be made so that it need not.
    Justified,
    /// It was not needed, and in good faith.
    Learning,
    /// It was wrong. It goes on as an incident.
    Breach,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// By whom.
    pub by: MemberId,
    /// When.
    pub at: Moment,
    /// What was found.
    pub finding: Finding,
}

/// Why something can't be done with a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNow {
    /// The policies did not allow it, or about something else.
    NotAllowed,
    /// The person who used it, or their manager, or somebody of their team, may not review it.
    TooClose,
    /// It has been reviewed.
    Reviewed,
    /// It has not happened yet, by that clock.
    Early,
    /// There is still time for the review.
    NotOverdue,
    /// It has been raised.
    Raised,
}

/// One use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlassBroken {
    user: Person,
    child: ChildId,
    purpose: Purpose,
    opened: Moment,
    /// The latest moment that was seen, so that a clock that goes back is noticed.
    seen: Moment,
    /// Ended before its time, or found to be over.
    ended: bool,
    told: BTreeSet<Concerned>,
    review: Option<Review>,
    raised: Option<Moment>,
}

/// What is kept of a use between two questions about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Who used it.
    pub user: Person,
    /// The one child.
    pub child: ChildId,
    /// What for.
    pub purpose: Purpose,
    /// When it was opened.
    pub opened: Moment,
    /// The latest moment at which somebody looked through it.
    pub seen: Moment,
    /// Whether it was ended before its time, or found to be over.
    pub ended: bool,
    /// Its review.
    pub review: Option<Review>,
    /// When it was raised.
    pub raised: Option<Moment>,
}

impl GlassBroken {
    /// A use as it was kept. Those concerned were told when it was opened.
    pub fn kept(kept: Kept) -> Self {
        let Kept { user, child, purpose, opened, seen, ended, review, raised } = kept;
        let told = Concerned::ALL.into();
        Self { user, child, purpose, opened, seen, ended, told, review, raised }
    }

    /// Breaks glass, once the policies have allowed it in these circumstances.
    ///
    /// # Errors
    /// `NotAllowed` where the decision is a refusal or rests on another policy than the one for
    /// breaking glass, or no purpose was given.
    pub fn open(
        decision: &Decision,
        user: Person,
        child: ChildId,
        at: &Circumstances,
    ) -> Result<Self, NotNow> {
        let opened = Moment::from_second(at.now).map_err(|_| NotNow::NotAllowed)?;
        let purpose = at.purpose.ok_or(NotNow::NotAllowed)?;
        if !(decision.allowed && decision.rests_on("ask-to-break-glass")) {
            return Err(NotNow::NotAllowed);
        }
        Ok(Self {
            user,
            child,
            purpose,
            opened,
            seen: opened,
            ended: false,
            told: BTreeSet::new(),
            review: None,
            raised: None,
        })
    }

    /// The glass that holds at this moment, for a question to the policies. A clock that goes
    /// back ends it: how long it was open can no longer be known.
    pub fn glass(&mut self, now: Moment) -> Option<Glass> {
        let until = self.opened.as_second() + OPEN_FOR;
        if now < self.seen || now.as_second() >= until {
            self.ended = true;
        }
        self.seen = self.seen.max(now);
        let from = self.opened.as_second();
        (!self.ended).then(|| Glass { child: self.child.clone(), from, until })
    }

    /// Whether it was ended, or found to be over.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Ends it: the user is done, has signed out, or was excluded from the child.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Notes that they were told.
    pub fn told(&mut self, whom: Concerned) {
        self.told.insert(whom);
    }

    /// Who is still to be told.
    pub fn to_tell(&self) -> impl Iterator<Item = Concerned> {
        Concerned::ALL.into_iter().filter(|whom| !self.told.contains(whom))
    }

    /// Whether somebody should have been told by now.
    pub fn telling_is_late(&self, now: Moment) -> bool {
        now.as_second() > self.opened.as_second() + TOLD_WITHIN && self.to_tell().next().is_some()
    }

    /// The last moment in time for the review.
    pub fn review_due(&self, calendar: &Calendar) -> Moment {
        end_of(calendar.working_day_after(day_of(self.opened), REVIEWED_WITHIN))
    }

    /// Reviews it, also when that is late.
    ///
    /// # Errors
    /// `TooClose` for the user, their manager and their team; `Reviewed` the second time.
    pub fn review(&mut self, by: &Person, finding: Finding, at: Moment) -> Result<(), NotNow> {
        let same_team = by.team.is_some() && by.team == self.user.team;
        if by.id == self.user.id || self.user.manager.as_ref() == Some(&by.id) || same_team {
            return Err(NotNow::TooClose);
        }
        if self.review.is_some() {
            return Err(NotNow::Reviewed);
        }
        if at < self.opened {
            return Err(NotNow::Early);
        }
        self.review = Some(Review { by: by.id.clone(), at, finding });
        Ok(())
    }

    /// Raises it to the agency's safeguarding partner, once the time for the review has passed.
    ///
    /// # Errors
    /// When it was reviewed or raised, or there is still time.
    pub fn raise(&mut self, now: Moment, calendar: &Calendar) -> Result<(), NotNow> {
        if self.review.is_some() {
            return Err(NotNow::Reviewed);
        }
        if self.raised.is_some() {
            return Err(NotNow::Raised);
        }
        if now <= self.review_due(calendar) {
            return Err(NotNow::NotOverdue);
        }
        self.raised = Some(now);
        Ok(())
    }

    /// The child, and nobody else.
    pub fn child(&self) -> &ChildId {
        &self.child
    }

    /// Who used it.
    pub fn user(&self) -> &Person {
        &self.user
    }

    /// What for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// When it was opened.
    pub fn opened(&self) -> Moment {
        self.opened
    }

    /// The review, once there is one.
    pub fn reviewed(&self) -> Option<&Review> {
        self.review.as_ref()
    }

    /// When it was raised.
    pub fn raised(&self) -> Option<Moment> {
        self.raised
    }

    /// Whether a review that justified it says that a relation should be made.
    pub fn should_become_a_relation(&self) -> bool {
        self.review.as_ref().is_some_and(|r| r.finding == Finding::Justified)
    }
}
