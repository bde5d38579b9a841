//! The policies, ready to decide. Read once at the start, then shared.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use cedar_policy::{
    Authorizer, Decision as Cedars, Effect, Entities, Entity, EntityUid, Policy, PolicyId,
    PolicySet, Request as Asked, Schema,
};

use crate::{
    about::{About, Child, FrontDoor, Item, ItemKind, Kind, Marking, Stage},
    action::{Action, NOTHING_HERE},
    asker::{Asker, Role, Roles},
    decision::{Because, Decision},
    entities::{self, Unaskable},
    ids::{AgencyId, ChildId, FrontDoorId, ItemId, MemberId, PartnershipId},
    reading::{self, Unreadable},
    request::{Circumstances, Request},
    sight::Sight,
    tie::Ties,
    words::Few,
    world::World,
};

/// That no policy allows it, and that it is no question that can be put, among what decided.
const NO_POLICY: &str = "no-policy";
const NO_QUESTION: &str = "not-a-question";

/// Every policy file, by name and text.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// What the policies may speak of.
pub const SCHEMA: &str = include_str!("../policies/sightline.cedarschema");

/// What a policy says of itself.
#[derive(Debug)]
pub(crate) struct Said {
    pub because: Because,
    pub share: Option<Arc<str>>,
    pub of_the_asker_alone: bool,
    pub effect: Effect,
}

/// The policies, ready to decide.
pub struct Policies {
    schema: Schema,
    all: PolicySet,
    actions: HashMap<Action, Asking>,
    /// What a question meets: the policies that can decide it, which no longer say of which actions
    /// they are.
    by_question: HashMap<(Action, Kind), PolicySet>,
    /// Where none can.
    nothing: PolicySet,
    pub(crate) said: HashMap<String, Said>,
    authorizer: Authorizer,
}

/// What asking for one action takes: its name, and its groups.
struct Asking {
    uid: EntityUid,
    entity: Entity,
}

impl Policies {
    /// The policies that Sightline ships.
    ///
    /// # Errors
    /// When they do not hold against the schema. Nothing may be decided then.
    pub fn load() -> Result<Self, Unreadable> {
        Self::read(FILES)
    }

    /// Policies of other texts, against the same schema.
    ///
    /// # Errors
    /// When they do not hold against it.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, Unreadable> {
        let (all, schema) = reading::read(files, SCHEMA)?;
        let said = all
            .policies()
            .map(|policy| {
                let id = policy.id().to_string();
                let because = policy.annotation("because").unwrap_or_default();
                let said = Said {
                    because: Because::new(&id, because),
                    share: policy.annotation("share").map(Into::into),
                    of_the_asker_alone: policy.annotation("turns_on") == Some("the asker alone"),
                    effect: policy.effect(),
                };
                (id, said)
            })
            .collect();
        let (actions, by_question) = (actions(&schema)?, by_question(&all, &schema)?);
        Ok(Self {
            schema,
            all,
            actions,
            by_question,
            nothing: PolicySet::new(),
            said,
            authorizer: Authorizer::new(),
        })
    }

    /// Whether it is allowed, and by which policies.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        match self.ask(request) {
            Ok((allowed, because)) if allowed || !because.is_empty() => {
                Decision { allowed, because }
            }
            Ok(_) => Decision::refused(NO_POLICY, "No policy allows it."),
            // A question that can't be put is refused, and the journal says why.
            Err(fault) => Decision::refused(NO_QUESTION, &fault.to_string()),
        }
    }

    /// How much of a child's record the asker sees. The action of the request does not matter.
    pub fn sight(&self, request: &Request<'_>) -> Sight {
        Sight::WIDEST_FIRST
            .into_iter()
            .find(|(_, action)| self.allows(&request.instead(*action)))
            .map_or(Sight::Nothing, |(sight, _)| sight)
    }

    /// Which of their roles lets a member do it: the most senior, since it is what they answer
    /// for. None where a tie alone does.
    pub fn role_for(&self, request: &Request<'_>) -> Option<Role> {
        let member = request.asker.member()?;
        let as_only = |roles: Roles| {
            let asker = Asker::Member(crate::Member { roles, ..member.clone() });
            self.allows(&Request { asker: &asker, ..request.clone() })
        };
        if !self.allows(request) || as_only(Roles::NONE) {
            return None;
        }
        let mut roles: Vec<_> = member.roles.iter().collect();
        roles.reverse();
        roles.into_iter().find(|role| as_only(Few::of(&[*role])))
    }

    /// Everybody of a world who may do it now, with the policies that say so.
    pub fn who_may(
        &self,
        world: &World,
        about: &About,
        action: Action,
        at: &Circumstances,
    ) -> Vec<(MemberId, Vec<Because>)> {
        let mut may = Vec::new();
        for member in &world.members {
            let asker = Asker::Member(member.clone());
            let ties = world.ties(&asker, about, at);
            let decision = self.decide(&Request { asker: &asker, action, about, ties, at });
            if decision.allowed {
                may.push((member.id.clone(), decision.because));
            }
        }
        may
    }

    /// The answer for a reference that leads to nothing. Somebody who is kept away from a child
    /// reads the same, word for word.
    pub fn nothing_there(&self, asker: &Asker, action: Action, at: &Circumstances) -> Arc<str> {
        let kind = action.on().first().copied().unwrap_or(Kind::Installation);
        let about = unknown(kind, asker.partnership());
        let request = Request { asker, action, about: &about, ties: Ties::NONE, at };
        let because = self.ask(&request).map(|(_, because)| because).unwrap_or_default();
        self.of_the_asker(&because).unwrap_or_else(|| NOTHING_HERE.into())
    }

    /// The slow way, to check the quick one by: every policy is asked, and everything that is
    /// put to Cedar is held to the schema first.
    ///
    /// # Errors
    /// What does not hold to the schema.
    pub fn allows_by_all(&self, request: &Request<'_>) -> Result<bool, Unaskable> {
        let (who, what) = (entities::asker(request.asker)?, entities::about(request.about)?);
        let action = entities::uid("Action", request.action.word())?;
        let context = entities::circumstances(request)?;
        let asked = Asked::new(who.uid(), action, what.uid(), context, Some(&self.schema))?;
        let entities = Entities::from_entities([who, what], Some(&self.schema))?;
        let answer = self.authorizer.is_authorized(&asked, &self.all, &entities);
        match answer.diagnostics().errors().next() {
            Some(error) => Err(error.to_string().into()),
            None => Ok(answer.decision() == Cedars::Allow),
        }
    }

    /// The names of the policies.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.said.keys().map(String::as_str)
    }

    /// The actions that a policy speaks of.
    pub(crate) fn actions_of(&self, id: &str) -> impl Iterator<Item = Action> {
        let id = PolicyId::new(id);
        let of = self.by_question.iter().filter(move |(_, slice)| slice.policy(&id).is_some());
        of.map(|((action, _), _)| *action)
    }

    pub(crate) fn allows(&self, request: &Request<'_>) -> bool {
        self.ask(request).is_ok_and(|(allowed, _)| allowed)
    }

    /// Cedar's answer: whether it is allowed, and the policies that decided, by name.
    fn ask(&self, request: &Request<'_>) -> Result<(bool, Vec<Because>), Unaskable> {
        let Request { asker, action, about, .. } = request;
        if !action.is_on(about.kind()) {
            return Err(format!("{} is not about a {:?}", action.word(), about.kind()).into());
        }
        let asking = self.actions.get(action).ok_or("an action that is not known")?;
        let policies = self.by_question.get(&(*action, about.kind())).unwrap_or(&self.nothing);
        let (who, what) = (entities::asker(asker)?, entities::about(about)?);
        let asked = Asked::new(
            who.uid(),
            asking.uid.clone(),
            what.uid(),
            entities::circumstances(request)?,
            None,
        )?;
        let entities = Entities::from_entities([who, what, asking.entity.clone()], None)?;
        let answer = self.authorizer.is_authorized(&asked, policies, &entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(error.to_string().into());
        }
        let mut because: Vec<_> = answer
            .diagnostics()
            .reason()
            .filter_map(|id| self.said.get(AsRef::<str>::as_ref(id)))
            .map(|said| said.because.clone())
            .collect();
        because.sort();
        Ok((answer.decision() == Cedars::Allow, because))
    }

    /// What somebody reads to whom it is refused; `None` where it is allowed. First what turns on
    /// themselves alone, since it tells nothing of a child; then nothing, for somebody who may not
    /// know that the child is known; then who can share.
    pub fn who_can_share(&self, request: &Request<'_>, decision: &Decision) -> Option<Arc<str>> {
        let because = match &decision.because[..] {
            _ if decision.allowed => return None,
            [one] if &*one.id == NO_QUESTION => return Some(NOTHING_HERE.into()),
            [one] if &*one.id == NO_POLICY => &[],
            because => because,
        };
        Some(self.who_can_help(request, because))
    }

    fn who_can_help(&self, request: &Request<'_>, because: &[Because]) -> Arc<str> {
        if let Some(share) = self.of_the_asker(because) {
            return share;
        }
        if request.about.kind().is_of_a_child() && !self.knows_that_there_is(request) {
            return NOTHING_HERE.into();
        }
        let shares: Option<Vec<_>> = because.iter().map(|b| self.share(b)).collect();
        match shares {
            None => NOTHING_HERE.into(),
            Some(shares) => {
                shares.into_iter().next().unwrap_or_else(|| request.action.who_can_share().into())
            }
        }
    }

    fn of_the_asker(&self, because: &[Because]) -> Option<Arc<str>> {
        let of_them = |b: &&Because| self.said.get(&*b.id).is_some_and(|s| s.of_the_asker_alone);
        because.iter().find(of_them).and_then(|b| self.share(b))
    }

    fn share(&self, because: &Because) -> Option<Arc<str>> {
        self.said.get(&*because.id)?.share.clone()
    }

    fn knows_that_there_is(&self, request: &Request<'_>) -> bool {
        match request.about {
            About::Child(_) => self.allows(&request.instead(Action::SeePresence)),
            About::Item(item) => {
                let child = About::Child(item.child.clone());
                self.allows(&request.about(Action::SeePresence, &child))
            }
            About::Contact(of) | About::Account(of) | About::Pathway(of) => {
                let contact = About::Contact(of.clone());
                self.allows(&request.about(Action::ReadContact, &contact))
            }
            _ => true,
        }
    }
}

/// Every action as Cedar knows it.
fn actions(schema: &Schema) -> Result<HashMap<Action, Asking>, Unreadable> {
    let groups = schema.action_entities().map_err(|e| fails(&e))?;
    let mut actions = HashMap::new();
    for action in Action::ALL {
        let uid = entities::uid("Action", action.word()).map_err(|e| fails(&e))?;
        let unknown = || fails(&format!("the schema does not know {}", action.word()));
        let entity = groups.get(&uid).ok_or_else(unknown)?.clone();
        actions.insert(*action, Asking { uid, entity });
    }
    Ok(actions)
}

/// The policies that can decide an action about a kind, by the schema, so that a question meets only
/// those. To find out once more of each for which actions it is took half of the time; so there they
/// are for any. A test holds the answers to those of all policies together, as they are written.
fn by_question(
    all: &PolicySet,
    schema: &Schema,
) -> Result<HashMap<(Action, Kind), PolicySet>, Unreadable> {
    let of_any = Policy::parse(None, "permit (principal, action, resource);")
        .map_err(|e| fails(&e))?
        .to_json()
        .map_err(|e| fails(&e))?;
    let mut by_question: HashMap<(Action, Kind), PolicySet> = HashMap::new();
    for policy in all.policies() {
        let mut json = policy.to_json().map_err(|e| fails(&e))?;
        json["action"] = of_any["action"].clone();
        let for_any = Policy::from_json(Some(policy.id().clone()), json).map_err(|e| fails(&e))?;
        let mut done = HashSet::new();
        for env in policy.get_valid_request_envs(schema) {
            let action = Action::of_word(env.action().id().unescaped())
                .ok_or_else(|| fails(&format!("{} is in no list of actions", env.action())))?;
            let name = env.resource().to_string();
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
            let kind = kind.ok_or_else(|| fails(&format!("{name} is in no list of kinds")))?;
            if done.insert((action, kind)) {
                let slice = by_question.entry((action, kind)).or_default();
                slice.add(for_any.clone()).map_err(|e| fails(&e))?;
            }
        }
    }
    Ok(by_question)
}

fn fails(problem: &impl ToString) -> Unreadable {
    Unreadable { place: "actions".into(), problem: problem.to_string() }
}

/// A thing that there is not: plain, and tied to nobody.
pub(crate) fn unknown(kind: Kind, partnership: &PartnershipId) -> About {
    let child = Child {
        id: ChildId::new("nobody"),
        partnership: partnership.clone(),
        stage: Stage::Help,
        restricted: false,
        address_listed: false,
        schools_now: 0,
    };
    let front_door = FrontDoor {
        id: FrontDoorId::new("nothing"),
        partnership: partnership.clone(),
        restricted: false,
        address_listed: false,
        dealt_with: false,
        child: None,
    };
    match kind {
        Kind::Child => About::Child(child),
        Kind::Contact => About::Contact(front_door),
        Kind::Account => About::Account(front_door),
        Kind::Pathway => About::Pathway(front_door),
        Kind::Item => About::Item(Item {
            id: ItemId::new("nothing"),
            child,
            kind: ItemKind::Note,
            marking: Marking::Standard,
            agency: AgencyId::new("none"),
            basis_recorded: false,
            meetings: Vec::new(),
            unseal_asked_by: None,
        }),
        _ => About::Installation(partnership.clone()),
    }
}
