//! Sending a request for support: the answers become a contact, and the people named in them
//! become people on the record, by what the questionnaire says that each answer is about.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use jiff::{SignedDuration, Timestamp};
use maud::Markup;
use practice::{
    calendar::Day,
    identifiers::Scheme,
    processes::request_for_support::{Channel, Level},
};
use questionnaire::{Answers, Page, Problem, Questionnaire, Value};

use super::{
    caller::Caller,
    contacts::{NewAdult, NewContact, Taken, take_in},
    earlier::Earlier,
    reading::OpenContact,
    telling::WORRY,
    views,
};
use crate::{
    App,
    access::Action,
    doors::{self, Change, Pen},
    error::{Error, Result},
    pathways::Words,
    people::{
        Born, NewAddress, NewPerson, NewPhone, SafeFor, Span, phones::digits, rows::Relationship,
    },
    publishing::thresholds,
    questionnaires::{self, pages::Checked, store},
    web::{
        Asker, Posted, layout,
        typed::{Problems, Typed, given_back},
    },
};

/// Sends a draft.
#[derive(Debug)]
pub struct SendRequest {
    /// The draft's reference.
    pub draft: String,
    /// The revision that was checked: what is sent is what was read.
    pub revision: i64,
    /// When it reached the hub on paper, where that was before.
    pub received: Option<Timestamp>,
}

/// How long ago the hub may have had it on paper: nobody is told of what is late by more.
const DAYS_ON_PAPER: i64 = 7;

/// For a request that was on paper while the system stood.
pub(crate) const ON_PAPER: Earlier = Earlier {
    name: "received",
    what: "the hub had it on paper",
    summary: "The hub had this on paper before, while the system was down",
};

impl Change for SendRequest {
    type Made = Taken;
    const WHAT: &'static str = "front-door:send";
    const ACTION: Action = Action::AskForSupport;

    fn asked(&self) -> String {
        self.draft.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<Taken> {
        let mut draft = store::own(pen.app, pen.tx, pen.scope.own(), &self.draft).await?;
        if draft.revision != self.revision {
            return Err(Error::Stale);
        }
        let questionnaire = pen.app.questionnaires().exactly(&draft.questionnaire)?.clone();
        if questionnaire.complete(&draft.answers).is_err() {
            return Err(Error::refusal("Answer what is still missing before you send the request"));
        }
        draft.answers.set(thresholds::FIELD, vec![pen.app.partnership().thresholds.clone()]);
        draft.answers.set(thresholds::VERSION_FIELD, vec![thresholds::VERSION.to_string()]);
        store::complete(pen, &draft).await?;
        let member = pen.actor.signed_in()?.clone();
        let facts = Facts::of(&questionnaire, &draft.answers);
        let taken = take_in(
            pen,
            NewContact {
                channel: Channel::Form,
                source: "request for support".to_owned(),
                received: self.received.unwrap_or(pen.now),
                agency: member.agency,
                setting: member.setting,
                requester: Some(member.staff),
                requester_said: another_number(&draft.answers, member.phone.as_deref())
                    .map(Caller::named),
                unnamed: (facts.whole("requester.may-be-named") == "no")
                    .then(|| format!("{}, {}", member.name, member.job)),
                danger: facts.whole("danger") == "yes",
                level: facts.whole("level").parse().ok().and_then(Level::of_number),
                response: Some(draft.id),
                list_reference: None,
                children: facts.children(),
                adults: facts.adults(),
                words: why(&draft.answers),
            },
        )
        .await?;
        pen.journal(Self::WHAT, &[draft.id.0], &[]).await?;
        Ok(taken)
    }
}

/// What the children’s timelines say of why it came.
fn why(answers: &Answers) -> Words {
    [("danger", "danger-what"), (WORRY, WORRY)]
        .map(|(word, asked)| (word.to_owned(), answers.get(asked).trim().to_owned()))
        .into_iter()
        .filter(|(_, said)| !said.is_empty())
        .collect()
}

/// The number that the requester gave for this request, where it is not the one of their account:
/// it is rung first.
fn another_number(answers: &Answers, own: Option<&str>) -> Option<String> {
    let given = answers.get("your-phone").trim();
    let is_own = own.is_some_and(|own| digits(own) == digits(given));
    (!given.is_empty() && !is_own).then(|| given.to_owned())
}

/// The facts that the answers become, by what they are about.
struct Facts {
    /// Facts about the whole request.
    whole: BTreeMap<String, String>,
    /// Facts about each repetition of each repeating group, in order.
    each: Vec<BTreeMap<String, String>>,
}

impl Facts {
    fn of(questionnaire: &Questionnaire, answers: &Answers) -> Self {
        let mut facts = Self { whole: BTreeMap::new(), each: Vec::new() };
        for page in questionnaire.pages(answers) {
            let of_page = facts_of(questionnaire, page, answers);
            if page.index.is_some() {
                facts.each.push(of_page);
            } else {
                facts.whole.extend(of_page);
            }
        }
        facts
    }

    fn whole(&self, about: &str) -> &str {
        self.whole.get(about).map_or("", String::as_str)
    }

    /// Whoever anything was said of. Danger waits for no name: then there is a child of whom nothing
    /// is known but the home.
    fn children(&self) -> Vec<NewPerson> {
        // The requester's own school is filled in for them, and is not the child's by that alone.
        let is_said = |facts: &&BTreeMap<String, String>| {
            facts.keys().any(|about| about.starts_with("child.") && about != "child.setting")
        };
        let mut children: Vec<_> =
            self.each.iter().filter(is_said).map(|facts| self.child(facts)).collect();
        if children.is_empty() && self.whole("danger") == "yes" {
            children.push(self.child(&BTreeMap::new()));
        }
        children
    }

    fn child(&self, facts: &BTreeMap<String, String>) -> NewPerson {
        let fact = |about: &str| facts.get(about).map_or("", String::as_str);
        let some = |about: &str| Some(fact(about)).filter(|f| !f.is_empty()).map(str::to_owned);
        let born = if fact("child.unborn") == "unborn" {
            Born::Expected(fact("child.expected").parse::<Day>().ok())
        } else {
            Born::of(fact("child.born"), fact("child.born-said"))
        };
        let identifiers = [
            (Scheme::Nhs, "child.nhs"),
            (Scheme::Upn, "child.upn"),
            (Scheme::Council, "child.council-number"),
        ]
        .into_iter()
        .filter_map(|(scheme, about)| some(about).map(|said| (scheme, said)))
        .collect();
        NewPerson {
            given: fact("child.given").to_owned(),
            family: fact("child.family").to_owned(),
            born,
            sex: some("child.sex"),
            ethnicity: some("child.ethnicity"),
            identifiers,
            address: self.address(some("child.address")),
            phones: self.family_phone().into_iter().collect(),
            setting: some("child.setting"),
            ..NewPerson::default()
        }
    }

    /// The child's own address, or the family's. A mark of secrecy covers both: it is not known
    /// which of them it was meant for.
    fn address(&self, own: Option<String>) -> Option<NewAddress> {
        let protected = self.whole("household.protected") == "yes";
        let family = Some(self.whole("household.address").to_owned()).filter(|a| !a.is_empty());
        let postcode = if own.is_some() { "" } else { self.whole("household.postcode") };
        own.or(family).map(|lines| NewAddress { lines, postcode: postcode.to_owned(), protected })
    }

    /// The family's telephone, which is each child's. Where the address must be kept secret, so
    /// must the number: it can betray the place.
    fn family_phone(&self) -> Option<NewPhone> {
        let safe_for = SafeFor::of_slug(self.whole("household.phone-safe"));
        self.phone(self.whole("household.phone"), safe_for)
    }

    fn phone(&self, number: &str, safe_for: SafeFor) -> Option<NewPhone> {
        (!number.is_empty()).then(|| NewPhone {
            number: number.to_owned(),
            safe_for,
            secret: self.whole("household.protected") == "yes",
            span: Span::default(),
        })
    }

    /// An adult's own telephone. Whoever must not be contacted must not be rung either.
    fn adult_phone(&self, facts: &BTreeMap<String, String>) -> Option<NewPhone> {
        let fact = |about: &str| facts.get(about).map_or("", String::as_str);
        let safe_for = match fact("adult.may-be-contacted") {
            "no" => SafeFor::Nothing,
            _ => SafeFor::of_slug(fact("adult.phone-safe")),
        };
        self.phone(fact("adult.phone"), safe_for)
    }

    fn adults(&self) -> Vec<NewAdult> {
        self.each
            .iter()
            .filter(|f| f.contains_key("adult.given") || f.contains_key("adult.family"))
            .map(|facts| {
                let fact = |about: &str| facts.get(about).cloned().unwrap_or_default();
                let lives_with_them = fact("adult.lives-with") == "yes";
                NewAdult {
                    person: NewPerson {
                        given: fact("adult.given"),
                        family: fact("adult.family"),
                        born: Born::of(&fact("adult.born"), ""),
                        address: if lives_with_them { self.address(None) } else { None },
                        phones: self.adult_phone(facts).into_iter().collect(),
                        ..NewPerson::default()
                    },
                    relationship: Relationship {
                        what: what_they_are(&fact("adult.relationship"), &fact("adult.risk")),
                        responsibility: facts.get("adult.responsibility").cloned(),
                    },
                    lives_with_them,
                }
            })
            .collect()
    }
}

const RISK: &str = "said to be a possible source of risk";

/// What an adult is to the children. Whoever rings must read there that they may be a risk.
fn what_they_are(relationship: &str, risk: &str) -> String {
    match (relationship, risk) {
        (_, risk) if risk != "yes" => relationship.to_owned(),
        ("", _) => RISK.to_owned(),
        (what, _) => format!("{what}, {RISK}"),
    }
}

/// What an adult is to the children and whether they may be a risk, out of [`what_they_are`].
pub fn apart(said: &str) -> (&str, bool) {
    match said.strip_suffix(RISK) {
        Some(what) => (what.trim_end_matches(", "), true),
        None => (said, false),
    }
}

fn facts_of(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    answers: &Answers,
) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    questionnaire.walk(&page.group.items, &page.prefix(), answers, &mut |item, field, asked| {
        let Some(about) = item.about.as_ref().filter(|_| asked) else { return };
        let Ok(values) = item.values(field, answers) else { return };
        let fact = match values.first() {
            Some(Value::Date(text) | Value::Text(text) | Value::Code(text)) => text.clone(),
            Some(Value::Is(is)) => if *is { "yes" } else { "no" }.to_owned(),
            Some(Value::Integer(n)) => n.to_string(),
            Some(Value::Decimal(n)) => n.to_string(),
            None => return,
        };
        facts.insert(about.clone(), fact);
    });
    facts
}

/// `POST /requests/{reference}/send`
pub async fn send(
    State(app): State<App>,
    Path(draft): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (revision, actor) = (posted.fields.revision(), &posted.asker.actor);
    let now = app.clock.now();
    let typed = ON_PAPER.typed(&posted.fields, now).and_then(|received| match received {
        Some(at) if now.duration_since(at) > SignedDuration::from_hours(24 * DAYS_ON_PAPER) => {
            Err(format!("When {} must be within the last {DAYS_ON_PAPER} days", ON_PAPER.what))
        }
        received => Ok(received),
    });
    let received = match typed {
        Ok(received) => received,
        Err(say) => {
            let problems = Problems::of(ON_PAPER.name, say);
            let typed = Typed { fields: &posted.fields, problems: &problems };
            return check_again(&app, &posted.asker, &draft, &[], typed).await;
        }
    };
    let change = SendRequest { draft: draft.clone(), revision, received };
    match doors::record_once(&app, actor, posted.fields.once(), change).await {
        Ok(taken) => {
            Ok(Redirect::to(&format!("/contacts/{}/arrived", taken.reference)).into_response())
        }
        Err(Error::Refusal(say)) => {
            let look = store::OpenDraft { reference: draft.clone() };
            let seen = doors::open(&app, actor, look).await?;
            let questionnaire = app.questionnaires().exactly(&seen.questionnaire)?;
            let mut problems = questionnaire.complete(&seen.answers).err().unwrap_or_default();
            if problems.is_empty() {
                problems.push(Problem { field: String::new(), say });
            }
            let typed = Typed { fields: &posted.fields, problems: &Problems::default() };
            check_again(&app, &posted.asker, &draft, &problems, typed).await
        }
        Err(Error::Stale) => {
            let typed = Typed { fields: &posted.fields, problems: &Problems::default() };
            let checked = Checked { problems: &[], typed, conflict: true };
            let page = questionnaires::pages::checked(&app, &posted.asker, &draft, checked).await?;
            Ok((axum::http::StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other),
    }
}

/// The answers once more, with what is to be put right.
async fn check_again(
    app: &App,
    asker: &Asker,
    draft: &str,
    problems: &[Problem],
    typed: Typed<'_>,
) -> Result<Response> {
    let checked = Checked { problems, typed, conflict: false };
    Ok(given_back(questionnaires::pages::checked(app, asker, draft, checked).await?))
}

/// `GET /contacts/{reference}/arrived`
pub async fn arrived(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let look = OpenContact { reference: reference.clone() };
    let seen = doors::open(&app, &asker.actor, look).await?;
    let partnership = app.partnership();
    let body = views::arrived(
        &reference,
        seen.children.iter().any(|c| c.danger.is_some()),
        &partnership.hub_phone,
        &partnership.out_of_hours_phone,
    );
    Ok(layout::page(&app, &asker, "Your request arrived", &body))
}

#[cfg(test)]
mod tests {
    use questionnaire::Answers;

    use super::another_number;

    #[test]
    fn only_another_number_than_the_accounts_is_kept_with_the_request() {
        for (given, own, kept) in [
            ("01632 960444", Some("01632 960 123"), Some("01632 960444")),
            ("+44 1632 960123", Some("01632 960 123"), None),
            ("01632 960 444", None, Some("01632 960 444")),
            (" ", Some("01632 960 123"), None),
        ] {
            let mut answers = Answers::default();
            answers.set("your-phone", vec![given.to_owned()]);
            assert_eq!(another_number(&answers, own).as_deref(), kept, "{given}");
        }
    }
}
