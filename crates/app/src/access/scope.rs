//! What a look or a change may reach. Where it turns on no record, the policies have decided when
//! it begins; where it does, they are asked about each record, with the ties that are read beside
//! it. Lists, counts and searches ask the database for the rows that the policies would allow.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use need_to_know::{
    About, Asker, Circumstances, Decision, Glass, Kind, Openers, Policies, Request, Tie, Ties,
};
use platform::db::{Row, Runs, Value, sea_orm};
use practice::calendar::day_of;
use uuid::Uuid;

use super::{Action, Actor, policies};
use crate::{
    error::{Error, Result},
    ids::{AgencyId, ContactId, StaffId},
    people::{
        address_list::{self, Listed},
        hidden::{self, Hidden},
    },
};

/// The ties that can be read of a record: what [`Own`] and [`Scope::contacts`] know.
const READ: [Tie; 2] = [Tie::Requester, Tie::OwnSetting];
/// Those that can be read of an item: of intelligence, who wrote it and whom its code names.
const OF_ITEMS: [Tie; 2] = [Tie::Author, Tie::Handler];

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
    /// Set when a record was opened of somebody restricted for whom the asker is not named: it is
    /// what they asked for themselves, and they see no more of it than any requester.
    own_alone: OnceLock<()>,
    as_if_opened: bool,
}

/// What ties the asker to a record: what they have to do with it, and whether it is hidden from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tied {
    pub own: Own,
    pub hidden: Hidden,
    /// Whether an address in it is on a list of its own: asked by whoever would be shown it.
    pub listed: Listed,
}

/// What the asker has to do with a record, read with the record itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Row)]
pub struct Own {
    pub requester: bool,
    pub own_setting: bool,
}

impl Own {
    /// The columns of it for a row of `contact` under this alias, whose values
    /// ([`Scope::ties_of`]) begin at that number.
    pub fn columns(alias: &str, first: usize) -> String {
        format!(
            "{} AS requester, COALESCE({alias}.setting_id = ${}, FALSE) AS own_setting",
            hidden::is_own(alias, first),
            first + 1,
        )
    }
}

impl Tied {
    /// What ties anybody to nothing: the policies refuse it like what is hidden from somebody.
    pub const NOTHING: Self = Self {
        own: Own { requester: false, own_setting: false },
        hidden: Hidden {
            kept: true,
            restricted: false,
            unnamed: false,
            dealt_with: false,
            opened: false,
        },
        listed: Listed { is: false, named: false },
    };

    /// The ties that hold.
    pub fn ties(self) -> Ties {
        let Self { own, hidden, listed } = self;
        let all = [
            (own.requester, Tie::Requester),
            (own.own_setting, Tie::OwnSetting),
            (hidden.kept, Tie::Excluded),
            (hidden.restricted && !hidden.unnamed, Tie::Named),
            (hidden.opened, Tie::Opened),
            (listed.is && listed.named, Tie::AddressNamed),
        ];
        all.into_iter().filter(|(holds, _)| *holds).map(|(_, tie)| tie).collect()
    }
}

/// Somebody's place in their agency, as far as it turns on that who may confirm it.
#[derive(Debug, Clone, Copy)]
pub struct OfMember {
    pub staff: StaffId,
    pub agency: AgencyId,
    /// As [`need_to_know::Membership::in_setting`].
    pub in_setting: bool,
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
            own_alone: OnceLock::new(),
            as_if_opened: false,
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
                let all = self.action == Action::RunThePlatform;
                return Openers { all, by: Ties::NONE, unnamed: Ties::NONE };
            }
            let (action, kind) = match policies::about_no_record(self.action, &self.asker) {
                // What it lists are contacts that they could work on, or else read, one by one.
                Some(_) if self.action == Action::ReadQueue => (Action::Screen, Kind::Contact),
                Some(_) => (Action::ReadContact, Kind::Contact),
                None => (self.action, self.action.on().first().copied().unwrap_or(Kind::Contact)),
            };
            let read = if kind == Kind::Item { Ties::of(&OF_ITEMS) } else { Ties::of(&READ) };
            self.policies.openers_among(read, &self.asker, action, kind, &self.at)
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
        drop(self.decide(
            &policies::record(kind, id, self.taken(tied.hidden), tied.listed.is),
            tied.ties(),
            &self.at,
        )?);
        if tied.hidden.unnamed {
            self.own_alone.get_or_init(|| ());
        }
        Ok(())
    }

    /// The same, for whoever could say what they open again what was dealt with for: whether they
    /// may come to it at all.
    #[must_use]
    pub fn as_if_opened(self) -> Self {
        Self { as_if_opened: true, ..self }
    }

    /// The same asker's scope for another action, in the same circumstances.
    #[must_use]
    pub fn instead(&self, action: Action) -> Self {
        let (openers, because, own_alone) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { action, openers, because, own_alone, as_if_opened: false, ..self.clone() }
    }

    fn taken(&self, hidden: Hidden) -> Hidden {
        Hidden { dealt_with: hidden.dealt_with && !self.as_if_opened, ..hidden }
    }

    /// The moment at which it is asked.
    ///
    /// # Errors
    /// A fault for one that is none.
    pub fn now(&self) -> Result<Timestamp> {
        let now = Timestamp::from_second(self.at.now);
        now.map_err(|e| Error::fault("the moment of a question", e))
    }

    /// Asks the policies about what was looked for: a record of a contact with what the asker has to
    /// do with it, or nothing. Whether it is hidden is asked of the database, and the policies are
    /// asked, where there is nothing too, so that the time which it takes tells neither from the other.
    ///
    /// # Errors
    /// As [`Scope::ask`].
    pub async fn ask_found(
        &self,
        db: &impl Runs,
        kind: Kind,
        found: Option<(Uuid, ContactId, Own)>,
    ) -> Result<()> {
        let contact = found.map_or(ContactId(Uuid::nil()), |(_, contact, _)| contact);
        let hidden = hidden::contact(db, self.staff, contact, self.now()?).await?;
        let listed = match self.action {
            Action::RevealProtected => {
                address_list::of_contact(db, self.staff, contact, day_of(self.now()?)).await?
            }
            _ => Listed::default(),
        };
        match found {
            Some((id, _, own)) => self.ask(kind, id, Tied { own, hidden, listed }),
            None => self.ask(kind, Uuid::nil(), Tied::NOTHING),
        }
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

    /// Asks the policies about somebody's place in their agency; whether the asker works in the same
    /// setting ties them to it.
    ///
    /// # Errors
    /// As [`Scope::ask`].
    pub fn ask_membership(&self, of: &OfMember, is_same: bool) -> Result<()> {
        let OfMember { staff, agency, in_setting } = *of;
        let ties = if is_same { Ties::of(&[Tie::OwnSetting]) } else { Ties::NONE };
        self.ask_tied(&policies::membership(staff.0, agency.0, in_setting), ties).map(drop)
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

    /// Whether nothing is hidden from this scope but what is hidden from the asker by name.
    pub fn is_all(&self) -> bool {
        self.openers().all && self.own_alone.get().is_none()
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
    /// [`Openers::admit`] says of a row. Its five values begin at that number.
    ///
    /// The ids in it are our own, never typed by anybody. The platform lists nothing by it.
    pub fn contacts(&self, alias: &str, first: usize) -> String {
        format!(
            "(${first} OR {} OR {alias}.setting_id = ${}) AND {}",
            hidden::is_own(alias, first + 1),
            first + 2,
            hidden::shows(alias, first + 3, first + 4),
        )
    }

    /// The values for [`Scope::contacts`], in order: whether everything is open, and by whose
    /// request and from which setting the rest is; whose scope it is, for what is hidden from them;
    /// and whose requests no restriction hides.
    pub fn values(&self) -> [Value; 5] {
        let Openers { all, by, unnamed } = *self.openers();
        let of = |ties: Ties, tie, id| if ties.contains(tie) { id } else { Uuid::nil() };
        [
            all.into(),
            of(by, Tie::Requester, self.staff).into(),
            of(by, Tie::OwnSetting, self.setting).into(),
            self.staff.into(),
            of(unnamed, Tie::Requester, self.staff).into(),
        ]
    }

    /// The values for [`Own::columns`], in order.
    pub fn ties_of(&self) -> [Value; 2] {
        [self.staff.into(), self.setting.into()]
    }
}
