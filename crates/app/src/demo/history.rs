//! What happens on each request of an invented family: who asks and what is said, who in the hub
//! does what, what is decided for each child and told to the requester. It ends at the present.

use practice::{
    calendar::{Moment, day_of},
    pathway::Process,
    processes::request_for_support::{
        Channel, Decision, Event, Feedback, Level, Outcome, Receipt, RequestForSupport, Signature,
        needs_signature,
    },
    roles::Role,
};

use super::{
    INVENTED,
    approaches::{Backdrop, Source},
    cast::{Cast, Somebody},
    course::{self, Case, Done, Step},
    dice::Dice,
    families::{Approach, Family, stream},
    open::{Open, Reached},
    outcomes,
    worries::{self, Worry},
};
use crate::{
    access::Action,
    error::Result,
    front_door::{
        caller::Caller,
        contacts::{NewAdult, NewContact},
    },
    ids::StaffId,
    pathways::Words,
    people::rows::Relationship,
};

/// How many requests in a thousand speak of immediate danger: assumed.
const DANGER: u32 = 40;

/// One approach, and what came of it.
#[derive(Debug)]
pub struct Story {
    pub contact: NewContact,
    /// Who put it on the record.
    pub recorder: StaffId,
    /// What happened on the request of each child, in order.
    pub children: Vec<Vec<Told>>,
}

/// Something that happened on a child's request.
#[derive(Debug, Clone)]
pub struct Told {
    pub at: Moment,
    /// Who recorded it; `None` for the platform.
    pub by: Option<StaffId>,
    /// What whoever recorded it must be allowed to do.
    pub action: Action,
    pub event: Event,
    pub words: Words,
}

/// What was decided for one child.
struct Verdict {
    decision: Decision,
    feedback: Feedback,
}

/// Everybody who has a part in one request.
struct Parts<'a> {
    asks: Option<&'a Somebody>,
    takes_down: &'a Somebody,
    screens: &'a Somebody,
    takes_over: &'a Somebody,
    manages: &'a Somebody,
}

impl Story {
    /// What came of that approach to the front door.
    ///
    /// # Errors
    /// When the partnership has nobody to play a part.
    pub fn of(family: &Family, place: usize, backdrop: &Backdrop, cast: &Cast) -> Result<Self> {
        let approach = &family.approaches[place];
        let own = u8::try_from(place + 1).unwrap_or(u8::MAX);
        let mut dice = Dice::of(stream(family.number, own));
        let age = family.children[approach.children[0]].age(day_of(approach.at));
        let worry = worries::of(&mut dice, approach.source, age);
        let parts = Parts::of(&mut dice, family, approach, cast)?;
        let level = level(&mut dice, worry, approach.open);
        let danger = match approach.open {
            Some(open) => open.danger,
            None => level == Level::Specialist && dice.in_thousand(DANGER * 5),
        };
        let is_waiting_for_the_answer =
            approach.open.is_some_and(|o| o.reached == Reached::Decided);
        let asked = outcomes::asked(&mut dice, level).filter(|_| !is_waiting_for_the_answer);
        let channel = if parts.asks.is_some() { Channel::Form } else { Channel::Telephone };
        let receipt = Receipt { channel, danger, level: asked };
        let verdicts = verdicts(&mut dice, level, &receipt, approach, backdrop);
        let done = done(&mut dice, approach, danger, &verdicts, backdrop);
        let children = verdicts
            .iter()
            .zip(0..)
            .map(|(verdict, nth)| {
                told(&parts, receipt, worry, verdict, &done, (approach.at, nth), backdrop)
            })
            .collect();
        let recorder = parts.recorder();
        let contact = contact(&mut dice, family, approach, &parts, receipt, cast);
        Ok(Self { contact, recorder, children })
    }
}

impl<'a> Parts<'a> {
    fn of(dice: &mut Dice, family: &Family, approach: &Approach, cast: &'a Cast) -> Result<Self> {
        let screens = match approach.open.and_then(|open| open.with) {
            Some(player) => cast.player(player)?,
            None => cast.holder(dice, Role::HubWorker)?,
        };
        Ok(Self {
            asks: asks(dice, family, approach, cast)?,
            takes_down: cast.holder(dice, Role::HubWorker)?,
            screens,
            takes_over: cast.holder(dice, Role::HubWorker)?,
            manages: cast.holder(dice, Role::HubManager)?,
        })
    }

    /// Who puts the request on the record: whoever asks, or who takes it down during the call.
    fn recorder(&self) -> StaffId {
        self.asks.unwrap_or(self.takes_down).id
    }
}

/// Who asks; `None` when it is nobody who signs in.
fn asks<'a>(
    dice: &mut Dice,
    family: &Family,
    approach: &Approach,
    cast: &'a Cast,
) -> Result<Option<&'a Somebody>> {
    if let Some(player) = approach.open.and_then(|open| open.by) {
        return cast.player(player).map(Some);
    }
    let on = day_of(approach.at);
    let child = &family.children[approach.children[0]];
    let kinds: &[&str] = match approach.source {
        Source::Public => return Ok(None),
        Source::School => match child.setting(on) {
            Some(school) => return cast.working_at(dice, school).map(Some),
            None => &["primary"],
        },
        Source::EarlyYears => match child.setting(on).filter(|_| child.age(on) < 4) {
            Some(nursery) => return cast.working_at(dice, nursery).map(Some),
            None => &["nursery"],
        },
        Source::Health => match child.age(on) {
            ..0 => &["midwifery"],
            0..5 => &["health visiting", "general practice", "hospital"],
            _ => &["school nursing", "general practice", "hospital"],
        },
        Source::Police => &["police"],
        Source::Housing => &["housing", "hostel"],
        Source::Probation => &["probation"],
        Source::YouthJustice => &["youth justice"],
        Source::Charity => &["charity"],
        Source::Council => &["council"],
    };
    cast.at(dice, kinds).map(Some)
}

fn level(dice: &mut Dice, worry: &Worry, open: Option<&Open>) -> Level {
    let level = outcomes::level(dice, worry);
    match open.map(|open| open.reached) {
        Some(Reached::ForSignature) => Level::Specialist,
        // What is decided and waits for its answer needed no signature.
        Some(Reached::Decided) => level.min(Level::Intensive),
        _ => level,
    }
}

/// The decision about each child: mostly the same for all, since it is one home.
fn verdicts(
    dice: &mut Dice,
    level: Level,
    receipt: &Receipt,
    approach: &Approach,
    backdrop: &Backdrop,
) -> Vec<Verdict> {
    let mut outcome = outcomes::outcome(dice, level);
    let is_practitioner = receipt.channel == Channel::Form;
    let is_player = approach.open.is_some_and(|open| open.by.is_some());
    approach
        .children
        .iter()
        .map(|_| {
            if dice.in_thousand(150) {
                outcome = outcomes::outcome(dice, level);
            }
            let feedback = outcomes::feedback(dice, is_practitioner);
            Verdict {
                decision: decision(level, outcome, receipt, backdrop),
                feedback: if is_player { Feedback::Full } else { feedback },
            }
        })
        .collect()
}

fn decision(level: Level, outcome: Outcome, receipt: &Receipt, backdrop: &Backdrop) -> Decision {
    let signature = match needs_signature(level, outcome, receipt) {
        Some(_) => Signature::Needed,
        None => Signature::NotNeeded,
    };
    let thresholds = backdrop.thresholds.clone();
    Decision { level: Some(level), outcome, thresholds, role: None, signature }
}

fn done(
    dice: &mut Dice,
    approach: &Approach,
    danger: bool,
    verdicts: &[Verdict],
    backdrop: &Backdrop,
) -> Vec<Done> {
    match approach.open.filter(|open| open.reached != Reached::Answered) {
        Some(open) => course::so_far(open, approach.at, backdrop.now),
        None => {
            let case = Case {
                received: approach.at,
                danger,
                is_signed: verdicts.iter().any(|v| v.decision.signature == Signature::Needed),
                is_smooth: approach.open.is_some(),
            };
            course::usual(dice, case, &backdrop.calendar)
        }
    }
}

/// What happened on the request of the nth child, up to now.
fn told(
    parts: &Parts<'_>,
    receipt: Receipt,
    worry: &Worry,
    verdict: &Verdict,
    done: &[Done],
    (received, nth): (Moment, i64),
    backdrop: &Backdrop,
) -> Vec<Told> {
    let by = Some(parts.recorder());
    let action = match receipt.channel {
        Channel::Form => Action::AskForSupport,
        Channel::Telephone | Channel::List => Action::TakeByTelephone,
    };
    let words = outcomes::words([("worry", worry.said)]);
    let mut told = vec![
        Told { at: received, by, action, event: Event::Received(receipt), words },
        Told { at: received, by, action, event: Event::Acknowledged, words: Words::new() },
    ];
    let mut screens = parts.screens;
    for (step, at) in done {
        // What is written about each child is written one child after the other.
        let writing = matches!(step, Step::Decided | Step::Signed | Step::Answered);
        let seconds = if writing { nth * 49 } else { 0 };
        let at = *at + jiff::SignedDuration::from_secs(seconds);
        if at > backdrop.now {
            break;
        }
        told.extend(step_told(parts, screens, worry, verdict, *step, at));
        if *step == Step::HandedBack {
            screens = parts.takes_over;
        }
    }
    told.extend(raised(&told, backdrop));
    told.sort_by_key(|t| t.at);
    told
}

/// One step, as it is told of one child; `None` where it does not concern that one.
fn step_told(
    parts: &Parts<'_>,
    screens: &Somebody,
    worry: &Worry,
    verdict: &Verdict,
    step: Step,
    at: Moment,
) -> Option<Told> {
    let outcome = verdict.decision.outcome;
    let signed = verdict.decision.signature == Signature::Needed;
    let role = screens.actor.role_for(Action::Decide);
    let decision = Decision { role, ..verdict.decision.clone() };
    let decided = || (Event::Decided(decision.clone()), outcomes::decided(worry, outcome));
    let (who, action, (event, words)) = match step {
        Step::Read => (screens, Action::Screen, (Event::Read, Words::new())),
        Step::Claimed => (screens, Action::Screen, (Event::Claimed, Words::new())),
        Step::HandedBack => (screens, Action::Screen, (Event::HandedBack, Words::new())),
        Step::Added => (
            parts.asks.unwrap_or(screens),
            Action::AddInformation,
            (Event::InformationAdded { danger: false }, outcomes::words([("said", ADDED)])),
        ),
        Step::Decided => (screens, Action::Decide, decided()),
        Step::DecidedAgain if signed => (screens, Action::Decide, decided()),
        Step::SentBack if signed => (
            parts.manages,
            Action::Sign,
            (Event::SentBack, outcomes::words([("reason", SENT_BACK)])),
        ),
        Step::Signed if signed => (parts.manages, Action::Sign, (Event::Signed, Words::new())),
        Step::DecidedAgain | Step::SentBack | Step::Signed => return None,
        Step::Answered => (
            screens,
            Action::Answer,
            (Event::Answered(verdict.feedback), outcomes::answered(verdict.feedback, outcome)),
        ),
        Step::Reopened => {
            (screens, Action::Screen, (Event::Reopened, outcomes::words([("reason", REOPENED)])))
        }
    };
    Some(Told { at, by: Some(who.id), action, event, words })
}

const ADDED: &str = "Spoke with the family again today. They know that we asked for support.";
const SENT_BACK: &str = "Please say what the child was asked, and by whom.";
const REOPENED: &str = "The requester rang: what was agreed has not begun.";

/// What was not done in time and therefore raised, up to now.
fn raised(told: &[Told], backdrop: &Backdrop) -> Vec<Told> {
    let mut raised = Vec::new();
    for (place, start) in told.iter().enumerate() {
        for duty in RequestForSupport::DUTIES.iter().filter(|duty| (duty.of)(&start.event)) {
            let met = told[place + 1..].iter().find(|t| (duty.met_by)(&t.event)).map(|t| t.at);
            for rung in duty.ladder {
                let limit = duty.within.limit(start.at, &backdrop.calendar);
                let at = rung.moment(start.at, &limit, &backdrop.calendar);
                if at < backdrop.now && met.is_none_or(|met| met > at) {
                    let event = Event::Raised { duty: duty.code.to_owned(), to: rung.tell };
                    let action = Action::RunThePlatform;
                    raised.push(Told { at, by: None, action, event, words: Words::new() });
                }
            }
        }
    }
    raised
}

/// The contact as the front door takes it in.
fn contact(
    dice: &mut Dice,
    family: &Family,
    approach: &Approach,
    parts: &Parts<'_>,
    receipt: Receipt,
    cast: &Cast,
) -> NewContact {
    let on = day_of(approach.at);
    // Who asks mostly knows where the family lives: assumed.
    let address = Some(family.address.clone()).filter(|_| dice.in_thousand(850));
    let children = approach.children.iter().map(|place| {
        let said = family.children[*place].as_said(dice, approach.source, on);
        crate::people::NewPerson {
            address: address.clone(),
            addresses_before: family.addresses_before(),
            ethnicity: family.children[*place].ethnicity(),
            ..said
        }
    });
    let children: Vec<_> = children.collect();
    let adults = family.adults.iter().map(|adult| {
        let address = address.clone().filter(|_| adult.lives_with_them);
        let secret = family.address.protected && adult.lives_with_them;
        let said = adult.member.as_said(dice, approach.source, on);
        NewAdult {
            person: crate::people::NewPerson {
                address,
                phones: adult.member.phone(secret).into_iter().collect(),
                ..said
            },
            relationship: Relationship {
                what: adult.relationship.to_owned(),
                responsibility: adult.responsibility().map(str::to_owned),
            },
            lives_with_them: adult.lives_with_them,
        }
    });
    NewContact {
        adults: adults.collect(),
        children,
        channel: receipt.channel,
        source: INVENTED.to_owned(),
        received: approach.at,
        agency: parts.asks.map_or(cast.public, |asks| asks.agency),
        setting: parts.asks.and_then(|asks| asks.setting),
        requester: parts.asks.map(|asks| asks.id),
        requester_said: parts.asks.is_none().then(|| caller(dice)),
        unnamed: None,
        danger: receipt.danger,
        level: receipt.level,
        response: None,
        list_reference: None,
        words: Words::new(),
    }
}

/// Who rings, and whether the family may know of them.
const CALLERS: [(&str, bool); 5] = [
    ("A neighbour, who does not want to be named", false),
    ("A grandparent, who may be rung in the evenings", true),
    ("An aunt of the children, who lives in another town", true),
    ("A friend of the family", false),
    ("A parent of another child in the class", false),
];

fn caller(dice: &mut Dice) -> Caller {
    let (said, may_be_named) = dice.pick(&CALLERS);
    Caller { said: said.to_owned(), may_be_named }
}
