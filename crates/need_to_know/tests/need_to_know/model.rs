//! What should be allowed, written as plain Rust from the threat model and the guidance, apart
//! from the policies and in another order: walls first, then by what somebody is to the child.
//! Where the two differ, one of them is wrong.

use std::{collections::BTreeMap, sync::LazyLock};

use need_to_know::*;

use crate::{
    dice::{Dice, Question, how_many, question},
    examples,
};

pub static POLICIES: LazyLock<Policies> = LazyLock::new(|| Policies::load().unwrap());

/// Whether the model allows it.
pub fn expected(r: &Request<'_>) -> bool {
    if r.asker.partnership() != r.about.partnership() || r.ties.contains(Tie::Excluded) {
        return false;
    }
    match r.asker {
        Asker::Platform(_) => r.action == Action::RunThePlatform,
        Asker::Subject(..) => match r.about {
            About::Item(item) => {
                let address = item.marking == Marking::ProtectedAddress;
                r.action == Action::ReadReleased
                    && r.ties.contains(Tie::ReleasedTo)
                    && !matches!(item.marking, Marking::Sealed | Marking::Intelligence)
                    && (!address || r.ties.contains(Tie::AddressNamed))
            }
            _ => false,
        },
        Asker::Member(member) => Case { member, r }.is_allowed(),
    }
}

struct Case<'a> {
    member: &'a Member,
    r: &'a Request<'a>,
}

impl Case<'_> {
    fn is(&self, role: Role) -> bool {
        self.member.roles.contains(role)
    }

    fn tied(&self, tie: Tie) -> bool {
        self.r.ties.contains(tie)
    }

    fn in_the_hub(&self) -> bool {
        self.is(Role::HubWorker) || self.is(Role::DutyWorker) || self.is(Role::HubManager)
    }

    fn works_with_families(&self) -> bool {
        self.in_the_hub() || self.is(Role::Practitioner) || self.is(Role::SafeguardingLead)
    }

    fn manages_the_child(&self) -> bool {
        self.is(Role::TeamManager) && self.tied(Tie::Supervising)
    }

    fn fresh(&self) -> bool {
        self.r.at.reauthenticated.is_some_and(|seconds| seconds <= 300)
    }

    fn glass_is_open_on(&self, child: &Child) -> bool {
        self.glass_is_open_over(&child.id)
    }

    fn glass_is_open_over(&self, child: &ChildId) -> bool {
        let now = self.r.at.now;
        let glass = self.r.at.glass.as_ref();
        glass.is_some_and(|g| g.child == *child && (g.from..g.until).contains(&now))
    }

    /// The meeting as whose panel they sit, inside its window.
    fn meeting(&self) -> Option<&MeetingId> {
        let meeting = self.r.at.meeting.as_ref()?;
        let open = (meeting.opens..meeting.closes).contains(&self.r.at.now);
        (open && self.tied(Tie::OnThePanel)).then_some(&meeting.id)
    }

    fn is_allowed(&self) -> bool {
        let Self { member, r } = self;
        if let (Action::MindOwnSession, About::Session(_, owner)) = (r.action, r.about) {
            return *owner == member.id;
        }
        if !member.awake || !member.second_factor {
            return false;
        }
        // What shows nothing of any case.
        match (r.action, r.about) {
            (Action::AskAboutChild, _) => return true,
            (Action::AskForSupport, _) => return self.works_with_families(),
            (Action::SetLocalRules | Action::LookAfterOrganisations, _) => {
                return self.is(Role::BusinessUnit);
            }
            (Action::ConfirmMembers, about) => return self.confirms(about),
            (Action::Vouch, _) => return self.is(Role::LinkWorker),
            (Action::Administer, _) => return self.is(Role::Administrator),
            (Action::ReadFigures, About::Figures(figures)) => return self.figures(figures),
            _ => {}
        }
        if self.is(Role::Administrator) {
            return false;
        }
        match r.about {
            About::Installation(_) if r.action == Action::DisposeOfRecords => {
                self.is(Role::HubManager)
            }
            About::Installation(_) if r.action == Action::TakeOutForNight => {
                self.is(Role::HubManager) || self.is(Role::DutyWorker)
            }
            About::Installation(_) => {
                self.in_the_hub()
                    && matches!(
                        r.action,
                        Action::ReadQueue
                            | Action::SearchPeople
                            | Action::TakeByTelephone
                            | Action::LookAtConflicts
                            | Action::AnswerAskers
                            | Action::AnswerDataRequests
                    )
            }
            About::Contact(of) | About::Account(of) | About::Pathway(of) => {
                let by_glass = self.looks_through_glass(of);
                let by_glass_alone = by_glass && r.action == Action::ReadChild;
                let exists = self.tied(Tie::Named) || self.is_their_own() || by_glass;
                (!of.restricted || exists)
                    && (by_glass || !self.is_closed_to_the_hub(of))
                    && (by_glass_alone && self.is(Role::Practitioner) || self.front_door(of))
            }
            About::Child(child) => self.child(child),
            About::Item(item) => self.item(item),
            About::Export(export) => self.export(export),
            About::Journal(journal) => {
                let is_officers = self.is(Role::PrivacyOfficer) && journal.agency == member.agency;
                (is_officers || self.is(Role::HubManager) && journal.unattended)
                    && journal.looks_of.as_ref() != Some(&member.id)
            }
            About::Declaration(of) => self.in_the_hub() && of.declarer != member.id,
            About::Asking(of) => self.in_the_hub() && of.asker != member.id,
            About::Disposal(of) => {
                self.is(Role::HubManager)
                    && (r.action != Action::ApproveDisposal || of.proposer != member.id)
            }
            About::DataRequest(of) => match r.action {
                Action::ApproveDataCopy => {
                    self.is(Role::HubManager) && !of.preparers.contains(&member.id)
                }
                _ => self.in_the_hub(),
            },
            About::GlassUse(used) => self.review(used),
            About::Membership(_) | About::Figures(_) | About::Session(..) => false,
        }
    }

    /// Whether they are of the hub, it was dealt with, and they did not say what they open it for.
    fn is_closed_to_the_hub(&self, of: &FrontDoor) -> bool {
        let is_left = [
            Action::AddInformation,
            Action::SeeDealtWith,
            Action::OpenDealtWith,
            Action::LinkPeople,
            Action::KeepAway,
            Action::Restrict,
            Action::ShareWithFamily,
            Action::SeeWhoMay,
            Action::SeeWhoLooked,
            Action::DisposeOfRecords,
            Action::AnswerDataRequests,
        ];
        of.dealt_with
            && self.in_the_hub()
            && !self.tied(Tie::Opened)
            && !(of.restricted && self.tied(Tie::Requester) && !self.tied(Tie::Named))
            && !is_left.contains(&self.r.action)
    }

    /// Whether it is the account of the child over whom their glass is open, and they only look.
    fn looks_through_glass(&self, of: &FrontDoor) -> bool {
        let is_account = matches!(self.r.about, About::Account(_));
        let looks =
            matches!(self.r.action, Action::ReadChild | Action::SeeWhoMay | Action::SeeDealtWith);
        is_account && looks && of.child.as_ref().is_some_and(|child| self.glass_is_open_over(child))
    }

    /// Whether they confirm who still works there; the list of whom, or somebody else.
    fn confirms(&self, about: &About) -> bool {
        let About::Membership(of) = about else {
            return [
                Role::BusinessUnit,
                Role::PrivacyOfficer,
                Role::SafeguardingLead,
                Role::LinkWorker,
            ]
            .iter()
            .any(|role| self.is(*role));
        };
        let of_the_agency = self.is(Role::PrivacyOfficer) && of.agency == self.member.agency;
        let of_the_setting = self.is(Role::SafeguardingLead) && self.tied(Tie::OwnSetting);
        let of_a_setting = self.is(Role::LinkWorker) && of.in_setting;
        (self.is(Role::BusinessUnit) || of_the_agency || of_the_setting || of_a_setting)
            && of.member != self.member.id
    }

    fn figures(&self, figures: &Figures) -> bool {
        let counts_own_work =
            figures.of_the_hubs_work && (self.in_the_hub() || self.is(Role::BusinessUnit));
        let looks_over =
            self.is(Role::BoardMember) || self.is(Role::Scrutineer) || self.is(Role::TeamManager);
        counts_own_work || (looks_over && figures.small_numbers_hidden)
    }

    /// Whether they read, or say more of, what they asked for themselves.
    fn is_their_own(&self) -> bool {
        let own =
            [Action::ReadContact, Action::ReadChild, Action::AddInformation, Action::AddToAccount];
        self.tied(Tie::Requester) && own.contains(&self.r.action)
    }

    fn front_door(&self, of: &FrontDoor) -> bool {
        match self.r.action {
            Action::ReadContact
            | Action::ReadChild
            | Action::AddInformation
            | Action::AddToAccount => {
                self.in_the_hub()
                    || (self.tied(Tie::Requester) && self.works_with_families())
                    || (self.tied(Tie::OwnSetting) && self.is(Role::SafeguardingLead))
            }
            Action::OpenDealtWith => self.in_the_hub() && self.r.at.reason >= 20,
            Action::RevealProtected => {
                self.in_the_hub()
                    && self.r.at.reason >= 20
                    && (!of.address_listed || self.tied(Tie::AddressNamed))
            }
            Action::Sign | Action::Restrict | Action::DisposeOfRecords | Action::SeeWhoLooked => {
                self.is(Role::HubManager)
            }
            _ => self.in_the_hub(),
        }
    }

    /// How much of a child's record they would see if it were not restricted.
    fn sight(&self, child: &Child) -> Sight {
        let open = child.stage != Stage::Closed;
        if self.tied(Tie::Allocated)
            || self.manages_the_child()
            || (self.is(Role::Auditor) && self.tied(Tie::AuditSample))
            || (self.is(Role::Practitioner) && self.glass_is_open_on(child))
        {
            return Sight::Full;
        }
        let of_the_agency = self.is(Role::AgencyLead) && self.tied(Tie::AgencyShare);
        if self.meeting().is_some() || (open && (self.tied(Tie::Around) || of_the_agency)) {
            return Sight::Fields;
        }
        let of_the_school = self.is(Role::SafeguardingLead) && self.tied(Tie::SchoolNow);
        if (self.in_the_hub() && self.tied(Tie::OpenContact))
            || (of_the_school && child.stage == Stage::Protection)
        {
            return Sight::Summary;
        }
        if self.tied(Tie::Around) || (of_the_school && open) {
            return Sight::Presence;
        }
        Sight::Nothing
    }

    fn child(&self, child: &Child) -> bool {
        let action = self.r.action;
        // Who looked is nothing that anybody needs in an emergency.
        let looks = action.does() == Does::Reads
            && action != Action::SeeWhoLooked
            && self.glass_is_open_on(child);
        let past_the_wall = !child.restricted || self.tied(Tie::Named) || looks;
        let on_the_case = self.tied(Tie::Allocated) || self.tied(Tie::Around);
        match action {
            Action::AmendRestriction => {
                self.is(Role::CaldicottGuardian) || self.manages_the_child()
            }
            Action::BreakGlass => {
                let knows = on_the_case
                    || self.tied(Tie::Supervising)
                    || self.tied(Tie::Named)
                    || self.tied(Tie::KnowsOf);
                self.is(Role::Practitioner)
                    && self.member.trained
                    && self.r.at.purpose.is_some()
                    && self.r.at.reason >= 20
                    && self.fresh()
                    && (!child.restricted || knows)
            }
            _ if !past_the_wall => false,
            Action::SeeFull => self.sight(child) >= Sight::Full,
            Action::SeeFields => self.sight(child) >= Sight::Fields,
            Action::SeeSummary => self.sight(child) >= Sight::Summary,
            Action::SeePresence | Action::AskToBeInvolved => self.sight(child) >= Sight::Presence,
            Action::SeeAddress => {
                on_the_case && (!child.address_listed || self.tied(Tie::AddressNamed))
            }
            Action::AddItem => on_the_case && child.stage != Stage::Closed,
            Action::AnswerWhoAsks | Action::SeeWhoLooked => {
                self.tied(Tie::Allocated) || self.manages_the_child()
            }
            Action::NotifySchool => self.is(Role::NotificationOfficer) && child.schools_now == 1,
            _ => false,
        }
    }

    fn item(&self, item: &Item) -> bool {
        if matches!(self.r.action, Action::AskToUnseal | Action::Unseal) {
            let second = item
                .unseal_asked_by
                .as_ref()
                .is_some_and(|(who, of)| *who != self.member.id && *of != self.member.agency);
            return self.is(Role::CaldicottGuardian)
                && self.member.trained
                && item.marking == Marking::Sealed
                && (self.r.action == Action::AskToUnseal || second);
        }
        let by_glass = self.glass_is_open_on(&item.child)
            && matches!(self.r.action, Action::OfferItem | Action::ReadItem);
        let walled = item.child.restricted || item.marking == Marking::Restricted;
        if walled && !by_glass && !self.tied(Tie::Named) {
            return false;
        }
        let opened = match item.marking {
            Marking::Standard | Marking::Restricted => true,
            Marking::ProtectedAddress => self.tied(Tie::AddressNamed),
            Marking::Sealed => self.tied(Tie::SealedHolder),
            Marking::Intelligence => self.tied(Tie::Author) || self.tied(Tie::Handler),
        };
        let keeps = self.tied(Tie::Author)
            || (self.tied(Tie::Allocated) && item.agency == self.member.agency);
        opened
            && match self.r.action {
                Action::OfferItem => item.marking == Marking::Intelligence,
                Action::ReadItem => self.reads(item),
                Action::ChangeItem => keeps,
                Action::ShareItem => (keeps || self.manages_the_child()) && item.basis_recorded,
                _ => false,
            }
    }

    fn reads(&self, item: &Item) -> bool {
        let shared = self.tied(Tie::AgencyShare) && item.basis_recorded;
        self.tied(Tie::Author)
            || (item.marking == Marking::Intelligence
                && self.tied(Tie::Handler)
                && self.r.at.reason >= 20)
            || self.tied(Tie::Allocated)
            || self.manages_the_child()
            || (shared && (self.tied(Tie::Around) || self.is(Role::AgencyLead)))
            || (self.in_the_hub() && self.tied(Tie::OpenContact) && item.kind == ItemKind::Contact)
            || self.meeting().is_some_and(|meeting| item.meetings.contains(meeting))
            || (self.is(Role::SafeguardingLead)
                && self.tied(Tie::SchoolNow)
                && self.tied(Tie::Addressed)
                && item.basis_recorded)
            || (self.is(Role::Auditor) && self.tied(Tie::AuditSample))
            || (self.is(Role::Practitioner) && self.glass_is_open_on(&item.child))
    }

    fn export(&self, export: &Export) -> bool {
        match self.r.action {
            Action::RunExport => {
                self.is(Role::DataLead)
                    && self.member.trained
                    && self.fresh()
                    && export.requester == self.member.id
                    && export.approver.as_ref().is_some_and(|who| *who != export.requester)
                    && export.rows <= export.row_cap
            }
            _ => {
                self.is(Role::PrivacyOfficer)
                    && export.agency == self.member.agency
                    && export.requester != self.member.id
            }
        }
    }

    fn review(&self, used: &GlassUse) -> bool {
        let me = &self.member.id;
        let same_team = used.users_team.is_some() && used.users_team == self.member.team;
        let concerned = [&used.users_agency, &used.holders_agency].contains(&&self.member.agency);
        let close = used.user == *me || used.users_manager.as_ref() == Some(me) || same_team;
        let in_turn = self.is(Role::HubManager) && used.unattended;
        (self.is(Role::PrivacyOfficer) && concerned || in_turn) && !close
    }
}

/// The first question, of so many, on which they differ.
fn first_disagreement(
    policies: &Policies,
    seed: u64,
    questions: usize,
) -> Option<(usize, Question)> {
    let mut dice = Dice::of(seed);
    (1..=questions).map(|n| (n, question(&mut dice))).find(|(_, question)| {
        policies.decide(&question.request()).allowed != expected(&question.request())
    })
}

#[test]
fn policies_and_model_agree_on_random_questions() {
    let (questions, seed) = (how_many(100_000), 20_261_125);
    let mut dice = Dice::of(seed);
    let mut allowed: BTreeMap<Action, usize> = BTreeMap::new();
    for n in 0..questions {
        let question = question(&mut dice);
        let decision = POLICIES.decide(&question.request());
        assert_eq!(
            decision.allowed,
            expected(&question.request()),
            "question {n} of seed {seed}: {question:#?} was decided by {decision:?}"
        );
        *allowed.entry(question.action).or_default() += usize::from(decision.allowed);
    }
    let never: Vec<_> = Action::ALL.iter().filter(|a| allowed[a] == 0).collect();
    assert!(never.is_empty(), "the questions never came to a yes for {never:?}");
    println!("{questions} questions, {} allowed", allowed.values().sum::<usize>());
}

#[test]
fn dropping_any_one_policy_is_noticed() {
    let each = each_policy();
    let mut by_examples = 0;
    for (dropped, _) in &each {
        let left: String =
            each.iter().filter(|(id, _)| id != dropped).map(|(_, text)| text.as_str()).collect();
        let mutant = Policies::read(&[("all but one", &left)]).unwrap();
        if !examples::failing(&mutant).is_empty() {
            by_examples += 1;
            continue;
        }
        let noticed = first_disagreement(&mutant, 7, 200_000);
        assert!(noticed.is_some(), "without {dropped}, nothing was amiss");
    }
    println!("{} policies: {by_examples} are held by the examples, all by the model", each.len());
}

/// Each policy's name and own text.
fn each_policy() -> Vec<(String, String)> {
    let mut each = Vec::new();
    for (_, text) in FILES {
        for policy in text.parse::<cedar_policy::PolicySet>().unwrap().policies() {
            let id = policy.annotation("id").unwrap().to_owned();
            each.push((id, policy.to_cedar().unwrap() + "\n"));
        }
    }
    each.sort();
    assert_eq!(each.len(), POLICIES.names().count());
    each
}
