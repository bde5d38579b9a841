//! Questions as pages: a task list, a page of questions, a list of repetitions, the answers to
//! check, the answers as they were given.

use govuk::{
    Button, Checkboxes, DateInput, Details, ErrorSummary, Form, InsetText, Radios, Select,
    SummaryList, Table, TaskList, TextInput, Textarea, WarningText,
};
use jiff::Timestamp;
use maud::{Markup, html};
use questionnaire::{Answers, Item, Kind, Page, Problem, Questionnaire, ShowAs, Value};

use super::{Answered, drafts::seen, store::Draft};
use crate::{
    front_door::{reading::OwnRequest, views::own_requests},
    web::{Asker, words},
};

/// One's own requests, and the drafts that are not sent yet.
pub fn requests(asker: &Asker, requests: &[OwnRequest], drafts: &[Draft], _: Timestamp) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { "Requests for support" }
        (Form::new("/requests", &asker.form_token)
            .content(Button::new("Start a request for support").render()).render())
        @if !drafts.is_empty() {
            h2 class=(govuk::HEADING_M) { "Not sent yet" }
            (drafts_table(drafts))
        }
        h2 class=(govuk::HEADING_M) { "Sent" }
        (own_requests(requests))
    }
}

fn drafts_table(drafts: &[Draft]) -> Markup {
    let mut table = Table::new("Drafts, newest first").head(["Draft", "About", "Saved"]);
    for draft in drafts {
        let about = match draft.answers.get("children[0].given-name") {
            "" => "No child named yet",
            name => name,
        };
        table = table.cells(vec![
            html! { a class=(govuk::LINK) href={ "/requests/" (draft.reference) } { (draft.reference) } },
            html! { (about) },
            html! { (words::moment(draft.saved_at.0)) },
        ]);
    }
    table.render()
}

/// The parts of a draft, each with how far it is.
pub fn task_list(questionnaire: &Questionnaire, draft: &Draft) -> Markup {
    let at = |slug: &str| format!("/requests/{}/{slug}", draft.reference);
    let mut tasks = TaskList::new();
    for group in &questionnaire.items {
        let pages: Vec<Page<'_>> = questionnaire
            .pages(&draft.answers)
            .into_iter()
            .filter(|p| p.group.link_id == group.link_id)
            .collect();
        if pages.is_empty() {
            continue;
        }
        let begun = !group.repeats || draft.answers.repetitions(&group.link_id) > 0;
        let complete = pages.iter().all(|p| questionnaire.is_complete(*p, &draft.answers));
        let visited = begun && pages.iter().any(|p| is_begun(*p, &draft.answers));
        let href = at(&group.link_id);
        tasks = if complete
            && (visited || !group.required)
            && is_touched(questionnaire, group, draft)
        {
            tasks.done(&href, &group.text)
        } else {
            tasks.to_do(&href, &group.text)
        };
    }
    html! {
        span class=(govuk::CAPTION_L) { "Draft " (draft.reference) ", saved " (words::moment(draft.saved_at.0)) }
        h1 class=(govuk::HEADING_L) { (questionnaire.title) }
        @if questionnaire.is_in_a_hurry(&draft.answers) { (no_time()) }
        p class=(govuk::BODY) { "You can answer in any order, and come back later: what you type is saved page by page." }
        (tasks.render())
        (Button::new("Check your answers and send").href(&at("check")).render())
        (Button::new("Throw this draft away").secondary().href(&at("discard")).render())
    }
}

/// What is said where a child is in danger: nothing but what must be known at once is waited for.
fn no_time() -> Markup {
    html! {
        (WarningText::new("A child is in immediate danger: ring 999 first, then send this with what you have.").render())
        p class=(govuk::BODY) {
            "Say what the danger is, name one child and give your telephone number. Everything else "
            "can be added after you have sent it."
        }
    }
}

/// Whether a part has an answer that somebody typed, so that optional parts are not called done
/// before they were looked at.
fn is_touched(questionnaire: &Questionnaire, group: &Item, draft: &Draft) -> bool {
    questionnaire
        .pages(&draft.answers)
        .iter()
        .any(|p| p.group.link_id == group.link_id && is_begun(*p, &draft.answers))
}

fn is_begun(page: Page<'_>, answers: &Answers) -> bool {
    let prefix = page.prefix();
    fn any(items: &[Item], prefix: &str, answers: &Answers) -> bool {
        items.iter().any(|i| {
            answers.has_any(&format!("{prefix}{}", i.link_id)) || any(&i.items, prefix, answers)
        })
    }
    any(&page.group.items, &prefix, answers)
}

/// A page of questions.
pub struct Asked<'a> {
    pub asker: &'a Asker,
    pub questionnaire: &'a Questionnaire,
    pub draft: &'a Draft,
    pub page: Page<'a>,
    /// What to show in the fields: what is saved, or what was just typed.
    pub answers: &'a Answers,
    pub problems: &'a [Problem],
    /// What somebody else saved meanwhile, when there is a conflict.
    pub theirs: Option<&'a Answers>,
}

impl Asked<'_> {
    pub fn render(&self) -> Markup {
        let prefix = self.page.prefix();
        let title = match (self.page.index, &self.page.group.singular) {
            (Some(index), Some(one)) => format!("{}: {one} {}", self.page.group.text, index + 1),
            _ => self.page.group.text.clone(),
        };
        let action = format!("/requests/{}/{}", self.draft.reference, self.page.slug());
        html! {
            (self.summary())
            h1 class=(govuk::HEADING_L) { (title) }
            @if let Some(theirs) = self.theirs { (self.conflict(theirs)) }
            (Form::new(&action, &self.asker.form_token)
                .hidden(&[("seen".into(), seen(self.page, &self.draft.answers))])
                .content(html! {
                    @for item in &self.page.group.items { (self.item(item, &prefix)) }
                    div class=(govuk::BUTTONS) {
                        (Button::new("Save and continue").sends("next", "continue").render())
                        (Button::new("Save and come back later").secondary().sends("next", "later").render())
                    }
                }).render())
        }
    }

    fn summary(&self) -> Markup {
        if self.problems.is_empty() {
            return html! {};
        }
        let summary = self.problems.iter().fold(ErrorSummary::new(), |s, p| {
            let is_date = self.kind_of(&p.field) == Some(Kind::Date);
            let part = if is_date { "-day" } else { "" };
            s.item(&format!("#{}{part}", p.field), &p.say)
        });
        summary.render()
    }

    fn kind_of(&self, field: &str) -> Option<Kind> {
        let link_id = field.rsplit('.').next()?;
        self.questionnaire.all_items().iter().find(|i| i.link_id == link_id).map(|i| i.kind)
    }

    /// Both texts, where somebody saved this page meanwhile.
    fn conflict(&self, theirs: &Answers) -> Markup {
        let prefix = self.page.prefix();
        let mut list = SummaryList::new();
        for item in &self.page.group.items {
            let field = format!("{prefix}{}", item.link_id);
            let (saved, typed) = (shown(item, &field, theirs), shown(item, &field, self.answers));
            if saved != typed {
                list =
                    list.row(&item.text, &format!("Saved meanwhile: {saved} — You typed: {typed}"));
            }
        }
        html! {
            (InsetText::new("This page was saved in another window while you were typing. What you typed is below and is not saved yet. Compare, correct it, and save again.").render())
            (list.render())
        }
    }

    fn item(&self, item: &Item, prefix: &str) -> Markup {
        let field = format!("{prefix}{}", item.link_id);
        if item.hidden || !self.may_be_asked(item, prefix) {
            return html! {};
        }
        html! {
            @if let Some((title, lines)) = &item.guidance {
                (Details::new(title).content(html! {
                    @for line in lines { p class=(govuk::BODY) { (guidance(line)) } }
                }).render())
            }
            (self.control(item, &field))
            @for inner in &item.items { (self.item(inner, prefix)) }
        }
    }

    /// Without scripts a question that another on the same page decides must be there from the
    /// start; only one that an earlier page has decided is left out.
    fn may_be_asked(&self, item: &Item, prefix: &str) -> bool {
        let on_this_page =
            |question: &str| self.page.group.items.iter().any(|i| i.link_id == question);
        item.conditions.iter().any(|c| on_this_page(&c.question))
            || self.questionnaire.is_asked(item, prefix, self.answers)
    }

    fn control(&self, item: &Item, field: &str) -> Markup {
        let error = self.problems.iter().find(|p| p.field == field).map(|p| p.say.as_str());
        let help = self.help(item);
        let typed = self.answers.get(field);
        match item.kind {
            Kind::Display => InsetText::new(&item.text).render(),
            Kind::Group | Kind::Other => html! {},
            Kind::Date => {
                let part = |name: &str| self.answers.get(&format!("{field}.{name}"));
                DateInput::new(field)
                    .legend(&item.text)
                    .hint(&help)
                    .error(error)
                    .values(part("day"), part("month"), part("year"))
                    .render()
            }
            Kind::Choice if item.repeats => {
                let mut boxes = Checkboxes::new(field)
                    .legend(&item.text)
                    .hint(&help)
                    .error(error)
                    .values(self.answers.all(field));
                for (code, words) in &item.options {
                    boxes = boxes.item(code, words);
                }
                boxes.render()
            }
            Kind::Choice if item.show_as == Some(ShowAs::Select) => {
                let mut select = Select::new(field)
                    .label(&item.text)
                    .hint(&help)
                    .error(error)
                    .value(typed)
                    .item("", "Choose one");
                for (code, words) in &item.options {
                    select = select.item(code, words);
                }
                select.render()
            }
            Kind::Choice | Kind::Boolean => {
                let mut radios =
                    Radios::new(field).legend(&item.text).hint(&help).error(error).value(typed);
                let yes_no =
                    [("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())];
                let options = if item.kind == Kind::Boolean { &yes_no[..] } else { &item.options };
                for (code, words) in options {
                    radios = radios.item(code, words);
                }
                radios.render()
            }
            Kind::Text => Textarea::new(field)
                .label(&item.text)
                .hint(&help)
                .error(error)
                .value(typed)
                .render(),
            _ => text_input(item, field).hint(&help).error(error).value(typed).render(),
        }
    }

    /// The help, and when the question is to be answered at all.
    fn help(&self, item: &Item) -> String {
        let when = item.conditions.first().and_then(|c| {
            let question = self.page.group.items.iter().find(|i| i.link_id == c.question)?;
            let answers: Vec<&str> = item
                .conditions
                .iter()
                .filter_map(|c| match &c.answer {
                    questionnaire::Expected::Text(code) => Some(question.words_of(code)),
                    _ => None,
                })
                .collect();
            Some(format!("Answer this if you chose “{}” above.", answers.join("” or “")))
        });
        [when, item.help.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A line of guidance. One that is written `[words](/path)` leads there, in a tab of its own, so
/// that what is typed on this page stays.
fn guidance(line: &str) -> Markup {
    let link = line.strip_prefix('[').and_then(|l| l.strip_suffix(')')?.split_once("](/"));
    html! {
        @match link {
            Some((words, path)) => a class=(govuk::LINK) href={ "/" (path) } target="_blank" rel="noopener" { (words) " (opens in a new tab)" },
            None => (line),
        }
    }
}

fn text_input(item: &Item, field: &str) -> TextInput {
    let input = TextInput::new(field).label(&item.text);
    match item.show_as {
        Some(ShowAs::Short) => input.width(10),
        Some(ShowAs::Email) => input.input_type("email"),
        Some(ShowAs::Telephone) => input.input_type("tel").width(20),
        _ if matches!(item.kind, Kind::Integer | Kind::Decimal) => input.numeric().width(5),
        _ => input,
    }
}

/// The repetitions of a group: who has been added, and another.
pub fn repetitions(draft: &Draft, group: &Item, next: &str) -> Markup {
    let one = group.singular.as_deref().unwrap_or("entry");
    let times = draft.answers.repetitions(&group.link_id);
    let at = |slug: &str| format!("/requests/{}/{slug}", draft.reference);
    html! {
        h1 class=(govuk::HEADING_L) { (group.text) }
        @if times == 0 { p class=(govuk::BODY) { "Nobody has been added yet." } }
        @for index in 0..times {
            @let slug = format!("{}-{}", group.link_id, index + 1);
            (SummaryList::new()
                .row(&words::capital(&format!("{one} {}", index + 1)), &name(group, index, &draft.answers))
                .action(&at(&slug), "Change", &format!("{one} {}", index + 1))
                .action(&at(&format!("{slug}/remove")), "Remove", &format!("{one} {}", index + 1))
                .render())
        }
        div class=(govuk::BUTTONS) {
            (Button::new("Continue").href(next).render())
            (Button::new(&format!("Add {} {one}", if times == 0 { "a" } else { "another" })).secondary()
                .href(&at(&format!("{}-{}", group.link_id, times + 1))).render())
        }
    }
}

/// The name in a repetition: its first two lines of text.
fn name(group: &Item, index: usize, answers: &Answers) -> String {
    let names: Vec<&str> = group
        .items
        .iter()
        .filter(|i| i.kind == Kind::String)
        .take(2)
        .map(|i| answers.get(&format!("{}[{index}].{}", group.link_id, i.link_id)))
        .filter(|n| !n.is_empty())
        .collect();
    if names.is_empty() { "No name yet".to_owned() } else { names.join(" ") }
}

/// That something was saved in another window since the page was shown.
fn changed_meanwhile() -> Markup {
    InsetText::new("This draft was changed in another window since you opened this page. Nothing was done. Look at what stands here now, and then decide.").render()
}

/// A repetition by name, to be taken away or kept.
pub fn removal(
    asker: &Asker,
    questionnaire: &Questionnaire,
    draft: &Draft,
    page: Page<'_>,
    conflict: bool,
) -> Markup {
    let group = &page.group.link_id;
    let who = name(page.group, page.index.unwrap_or_default(), &draft.answers);
    let action = format!("/requests/{}/{}/remove", draft.reference, page.slug());
    html! {
        h1 class=(govuk::HEADING_L) { "Remove " (who) " from this request?" }
        @if conflict { (changed_meanwhile()) }
        @if let Some(answers) = page_answers(questionnaire, page, &draft.answers, None, Shows::Everything) {
            (answers)
        }
        p class=(govuk::BODY) { "What you typed about them is taken away as well." }
        (Form::new(&action, &asker.form_token)
            .hidden(&[("seen".into(), seen(page, &draft.answers))])
            .content(html! {
                div class=(govuk::BUTTONS) {
                    (Button::new(&format!("Remove {who}")).warning().render())
                    (Button::new("Keep").secondary().href(&format!("/requests/{}/{group}", draft.reference)).render())
                }
            }).render())
    }
}

/// A draft, to be thrown away or kept.
pub fn discard(
    asker: &Asker,
    questionnaire: &Questionnaire,
    draft: &Draft,
    conflict: bool,
) -> Markup {
    let at = |slug: &str| format!("/requests/{}{slug}", draft.reference);
    let named: Vec<String> = questionnaire
        .pages(&draft.answers)
        .iter()
        .filter(|page| page.index.is_some() && is_begun(**page, &draft.answers))
        .map(|page| name(page.group, page.index.unwrap_or_default(), &draft.answers))
        .collect();
    html! {
        h1 class=(govuk::HEADING_L) { "Throw this draft away?" }
        @if conflict { (changed_meanwhile()) }
        (SummaryList::new()
            .row("Draft", &draft.reference)
            .row("Saved", &words::moment(draft.saved_at.0))
            .row("About", &named.join(", "))
            .render())
        p class=(govuk::BODY) { "It was not sent: nobody in the hub has seen it. You can’t get it back." }
        (Form::new(&at("/discard"), &asker.form_token)
            .hidden(&[("revision".into(), draft.revision.to_string())])
            .content(html! {
                div class=(govuk::BUTTONS) {
                    (Button::new("Throw it away").warning().render())
                    (Button::new("Keep it").secondary().href(&at("")).render())
                }
            }).render())
    }
}

/// All answers, to be checked before they are sent.
pub fn check(
    asker: &Asker,
    questionnaire: &Questionnaire,
    draft: &Draft,
    problems: &[(String, Problem)],
    conflict: bool,
) -> Markup {
    let summary = problems.iter().fold(ErrorSummary::new(), |s, (page, p)| {
        s.item(&format!("/requests/{}/{page}", draft.reference), &p.say)
    });
    html! {
        @if !problems.is_empty() { (summary.render()) }
        h1 class=(govuk::HEADING_L) { "Check your answers before you send them" }
        @if conflict { (changed_meanwhile()) }
        @if questionnaire.is_in_a_hurry(&draft.answers) { (no_time()) }
        @for page in questionnaire.pages(&draft.answers) {
            h2 class=(govuk::HEADING_M) { (heading(page)) }
            @if let Some(answers) = page_answers(questionnaire, page, &draft.answers, Some(&draft.reference), Shows::Everything) {
                (answers)
            }
        }
        h2 class=(govuk::HEADING_M) { "Send it" }
        p class=(govuk::BODY) {
            "The hub reads it and decides for each child within one working day. You will be told. "
            "You can add to it afterwards, but not change it."
        }
        (Form::new(&format!("/requests/{}/send", draft.reference), &asker.form_token)
            .once(Some(&format!("send-{}", draft.reference)))
            .hidden(&[("revision".into(), draft.revision.to_string())])
            .content(Button::new("Send the request").render()).render())
    }
}

/// The answers as they were given. Where the family lives is shown to the hub unless it must be
/// kept secret; what is protected is otherwise shown only as given.
pub fn answered(answered: &Answered, in_full: bool) -> Markup {
    let kept_secret = answered.answers.get("address-protected") == "yes";
    let shows = if in_full && !kept_secret { Shows::Everything } else { Shows::Open };
    pages_of(answered, shows)
}

/// The answers that are protected, for whoever holds a decision to see them.
pub fn protected(answered: &Answered) -> Markup {
    pages_of(answered, Shows::Protected)
}

/// Which answers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// All of them.
    Everything,
    /// All, the protected ones only as given.
    Open,
    /// Only those that are protected.
    Protected,
}

fn pages_of(answered: &Answered, shows: Shows) -> Markup {
    html! {
        @for page in answered.questionnaire.pages(&answered.answers) {
            @let answers = page_answers(&answered.questionnaire, page, &answered.answers, None, shows);
            @if let Some(answers) = answers {
                h3 class=(govuk::HEADING_S) { (heading(page)) }
                (answers)
            }
        }
    }
}

fn heading(page: Page<'_>) -> String {
    match (page.index, &page.group.singular) {
        (Some(index), Some(one)) => format!("{}: {one} {}", page.group.text, index + 1),
        _ => page.group.text.clone(),
    }
}

fn page_answers(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    answers: &Answers,
    draft: Option<&str>,
    shows: Shows,
) -> Option<Markup> {
    let mut list = SummaryList::new();
    let mut is_empty = true;
    questionnaire.walk(&page.group.items, &page.prefix(), answers, &mut |item, field, asked| {
        if !asked || !item.is_question() || (shows == Shows::Protected && !item.protected) {
            return;
        }
        let words = shown(item, field, answers);
        if words.is_empty() && draft.is_none() {
            return;
        }
        let words = match words.as_str() {
            "" => "Not answered".to_owned(),
            _ if item.protected && shows == Shows::Open => {
                "Given, and kept from this page".to_owned()
            }
            _ => words,
        };
        is_empty = false;
        let row = std::mem::take(&mut list);
        list = row.content_row(&item.text, html! { span class=(govuk::SAID) { (words) } });
        if let Some(reference) = draft {
            let href = format!("/requests/{reference}/{}#{field}", page.slug());
            list = std::mem::take(&mut list).action(&href, "Change", &item.text);
        }
    });
    (!is_empty).then(|| list.render())
}

/// An answer in words.
fn shown(item: &Item, field: &str, answers: &Answers) -> String {
    if item.kind == Kind::Date {
        if let Ok([Value::Date(date)]) = item.values(field, answers).as_deref()
            && let Ok(day) = date.parse()
        {
            return words::day(day);
        }
        let parts: Vec<&str> = ["day", "month", "year"]
            .iter()
            .map(|part| answers.get(&format!("{field}.{part}")))
            .filter(|p| !p.is_empty())
            .collect();
        return parts.join(" ");
    }
    let values = answers.all(field).iter();
    values.map(|v| item.words_of(v).to_owned()).collect::<Vec<_>>().join("\n")
}
