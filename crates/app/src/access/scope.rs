//! What a look or a change may reach. Where it turns on no record, the policies have decided when
//! it begins; where it does, they are asked about each record, with the ties that are read beside
//! it. Lists, counts and searches ask the database for the rows that the policies would allow.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use need_to_know::{
    About, Asker, Circumstances, Decision, Glass, Kind, Openers, Policies, Request, Tie, Ties,
};
use platform::db::{Row, Value, sea_orm};
use uuid::Uuid;

use super::{Action, Actor, policies};
use crate::{
    error::{Error, Result},
    ids::StaffId,
    people::kept_away,
};

/// The ties that can be read of a record: what [`Tied`] and [`Scope::contacts`] know.
const READ: [Tie; 2] = [Tie::Requester, Tie::OwnSetting];

/// Whose records somebody may see and change, for one action. Every query that answers with
/// records takes one.
#[derive(Clone)]
pub struct Scope {
    policies: &'static Policies,
    asker: Asker,
    action: Action,
    at: Circumstances,
    /// What opens the records that it lists: found when they are first asked for, since links and
    /// menus only want to know whether there is such a scope.
    openers: OnceLock<Openers>,
    staff: Uuid,
    setting: Uuid,
    because: OnceLock<Arc<str>>,
}

/// What ties the asker to a record, read with the record itself.
#[derive(Debug, Clone, Copy, Row)]
pub struct Tied {
    pub requester: bool,
    pub own_setting: bool,
    pub excluded: bool,
}

impl Tied {
    /// The ties that hold.
    pub fn ties(self) -> Ties {
        let all = [
            (self.requester, Tie::Requester),
            (self.own_setting, Tie::OwnSetting),
            (self.excluded, Tie::Excluded),
        ];
        all.into_iter().filter(|(holds, _)| *holds).map(|(_, tie)| tie).collect()
    }

    /// The columns of it for a row of `contact` under this alias, whose values
    /// ([`Scope::ties_of`]) begin at that number.
    pub fn columns(alias: &str, first: usize) -> String {
        format!(
            "COALESCE({alias}.requested_by = ${first}, FALSE) AS requester, \
             COALESCE({alias}.setting_id = ${}, FALSE) AS own_setting, \
             {alias}.id IN ({}) AS excluded",
            first + 1,
            kept_away::contacts(first),
        )
    }
}

impl Scope {
    /// The scope of an actor for an action.
    ///
    /// # Errors
    /// `NotFound` when the policies say no, or there is no record that they would open.
    pub fn of(actor: &Actor, action: Action, now: Timestamp, reason: u32) -> Result<Self> {
        Self::at(actor, action, policies::at(now, reason))
    }

    /// As [`Scope::of`], in circumstances of which more is known.
    ///
    /// # Errors
    /// As [`Scope::of`].
    pub fn at(actor: &Actor, action: Action, at: Circumstances) -> Result<Self> {
        let policies = policies::shipped()?;
        let asker = policies::asker(actor);
        let member = actor.who.as_ref();
        let scope = Self {
            policies,
            action,
            at,
            openers: OnceLock::new(),
            staff: member.map_or(Uuid::nil(), |m| m.staff.0),
            setting: member.and_then(|m| m.setting).map_or(Uuid::nil(), |s| s.0),
            because: OnceLock::new(),
            asker,
        };
        match policies::about_no_record(action, &scope.asker) {
            Some(about) => drop(scope.decide(&about, Ties::NONE, &scope.at)?),
            None if scope.openers().any() => {}
            None => return Err(Error::NotFound),
        }
        Ok(scope)
    }

    fn openers(&self) -> &Openers {
        self.openers.get_or_init(|| {
            // The platform's own work is on whatever it finds; it looks for nobody.
            if self.is_the_platforms() {
                return Openers { all: self.action == Action::RunThePlatform, by: Ties::NONE };
            }
            let (action, kind) = match policies::about_no_record(self.action, &self.asker) {
                // What it lists are contacts that they could read one by one.
                Some(_) => (Action::ReadContact, Kind::Contact),
                None => (self.action, self.action.on().first().copied().unwrap_or(Kind::Contact)),
            };
            self.policies.openers_among(Ties::of(&READ), &self.asker, action, kind, &self.at)
        })
    }

    fn is_the_platforms(&self) -> bool {
        matches!(self.asker, Asker::Platform(_))
    }

    /// Asks the policies about one record, with what ties the asker to it.
    ///
    /// # Errors
    /// `NotFound` when they refuse: the same as where there is nothing.
    pub fn ask(&self, kind: Kind, id: Uuid, tied: Tied) -> Result<()> {
        if self.is_the_platforms() && self.openers().all {
            return Ok(());
        }
        self.decide(&policies::record(kind, id), tied.ties(), &self.at).map(drop)
    }

    /// Asks the policies about something that no tie opens.
    ///
    /// # Errors
    /// As [`Scope::ask`].
    pub fn ask_about(&self, about: &About) -> Result<()> {
        self.ask_tied(about, Ties::NONE).map(drop)
    }

    /// Asks the policies about something, with what ties the asker to it.
    ///
    /// # Errors
    /// As [`Scope::ask`].
    pub fn ask_tied(&self, about: &About, ties: Ties) -> Result<Decision> {
        self.decide(about, ties, &self.at)
    }

    /// Asks the policies about an account that somebody looks at through broken glass.
    ///
    /// # Errors
    /// As [`Scope::ask`].
    pub fn ask_through(&self, broken: Glass, account: &About, tied: Tied) -> Result<()> {
        let at = Circumstances { glass: Some(broken), ..self.at.clone() };
        self.decide(account, tied.ties(), &at).map(drop)
    }

    /// The circumstances in which it is asked.
    pub fn circumstances(&self) -> &Circumstances {
        &self.at
    }

    fn decide(&self, about: &About, ties: Ties, at: &Circumstances) -> Result<Decision> {
        let Self { asker, action, .. } = self;
        let request = Request { asker, action: *action, about, ties, at };
        let decision = self.policies.decide(&request);
        if decision.allowed {
            self.because.get_or_init(|| decision.sentence().into());
            return Ok(decision);
        }
        Err(Error::NotFound)
    }

    /// The sentence of the policy that let it happen, for the journal.
    ///
    /// # Errors
    /// A fault when the policies were asked about nothing: whatever was done went round them.
    pub fn because(&self) -> Result<Arc<str>> {
        let asked = self.because.get().cloned();
        asked.ok_or_else(|| Error::fault(self.action.word(), "the policies were asked nothing"))
    }

    /// Whether nothing is hidden from this scope but what somebody is kept away from.
    pub fn is_all(&self) -> bool {
        self.openers().all
    }

    /// Whose scope it is; `None` for the platform.
    pub fn staff(&self) -> Option<StaffId> {
        (!self.staff.is_nil()).then_some(StaffId(self.staff))
    }

    /// Whose scope it is; nil for the platform.
    pub fn own(&self) -> Uuid {
        self.staff
    }

    /// The condition that a row of `contact` (under this alias) must meet, as text: what
    /// [`Openers::admit`] says of a row. Its four values begin at that number.
    ///
    /// The ids in it are our own, never typed by anybody.
    pub fn contacts(&self, alias: &str, first: usize) -> String {
        format!(
            "(${first} OR {alias}.requested_by = ${} OR {alias}.setting_id = ${}) \
             AND {alias}.id NOT IN ({})",
            first + 1,
            first + 2,
            kept_away::contacts(first + 3),
        )
    }

    /// The values for [`Scope::contacts`], in order: whether everything is open, and by whose
    /// request and from which setting the rest is. Last whose scope it is, for what they are kept
    /// away from.
    pub fn values(&self) -> [Value; 4] {
        let by = |tie, id| if self.openers().by.contains(tie) { id } else { Uuid::nil() };
        [
            self.openers().all.into(),
            by(Tie::Requester, self.staff).into(),
            by(Tie::OwnSetting, self.setting).into(),
            self.staff.into(),
        ]
    }

    /// The values for [`Tied::columns`], in order.
    pub fn ties_of(&self) -> [Value; 2] {
        [self.staff.into(), self.setting.into()]
    }
}
