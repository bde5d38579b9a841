//! A draft in two windows: nothing is overwritten, taken away, thrown away or sent but what was
//! shown.

use axum::http::StatusCode;
use platform::{
    db::{Row, Runs, sea_orm},
    seal::Sealed,
};

use crate::{
    browser::{Browser, Field, Page, owned},
    support::{World, on_both},
};

pub const OWEN: &str = "owen@marram.example";

/// A draft that somebody has begun.
pub struct Draft {
    pub owen: Browser,
    pub at: String,
}

impl Draft {
    pub async fn begun(world: &World, email: &str) -> Self {
        let mut owen = Browser::signed_in(&world.app, email).await;
        let begun = owen.post("/requests", &[("once", "begin")]).await;
        let at = begun.location().trim_end_matches("/danger").to_owned();
        Self { owen, at }
    }

    /// A window on one page: what its form carries without being typed.
    /// The page on which the answers are checked, with the form that sends them.
    async fn checks(&mut self) -> Window {
        let action = format!("{}/send", self.at);
        let page = self.owen.get(&format!("{}/check", self.at)).await;
        Window { hidden: hidden(&page, &action), action }
    }

    async fn window(&mut self, path: &str) -> Window {
        let action = format!("{}/{path}", self.at);
        let page = self.owen.get(&action).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        Window { hidden: hidden(&page, &action), action }
    }

    pub async fn send(&mut self, window: &Window, typed: &[(&str, &str)]) -> Page {
        let fields = [window.hidden.clone(), owned(typed)].concat();
        self.owen.send(&window.action, &fields).await
    }

    /// Opens a page, types, and saves.
    pub async fn answers(&mut self, path: &str, typed: &[(&str, &str)]) {
        let window = self.window(path).await;
        let page = self.send(&window, typed).await;
        assert_ne!(page.status, StatusCode::CONFLICT);
    }

    pub async fn child(&mut self, number: usize, given: &str) {
        let field = |name: &str| format!("children[{}].{name}", number - 1);
        self.answers(
            &format!("children-{number}"),
            &[
                (field("given-name").as_str(), given),
                (field("family-name").as_str(), "Invented-Marsh"),
            ],
        )
        .await;
    }
}

/// A form as it was shown: where it goes, and what it carries.
pub struct Window {
    pub action: String,
    pub hidden: Vec<Field>,
}

/// What a form carries without being typed.
pub fn hidden(page: &Page, action: &str) -> Vec<Field> {
    let machine = ["token", "once", "seen", "revision"];
    page.form(action).into_iter().filter(|(name, _)| machine.contains(&name.as_str())).collect()
}

#[test]
fn a_draft_begins_with_what_is_known_of_whoever_asks() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        let check = owen.owen.get(&format!("{}/check", owen.at)).await;
        for words in ["Year 4 teacher", OWEN, "01632 960 123", "Marram Primary School"] {
            assert!(check.reads(words), "{words}");
        }
        let mut halima = Draft::begun(&world, "halima@health.example").await;
        let check = halima.owen.get(&format!("{}/check", halima.at)).await;
        assert!(check.reads("Health visitor"));
        assert!(!check.reads("North Shore health visiting"), "no child goes to school there");
        world
    });
}

/// No more is to be checked than was said; what was left empty is one step away, each on its page.
#[test]
fn what_was_left_empty_is_folded_up_with_the_way_to_each_question() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, "owen@marram.example").await;
        owen.answers("family", &[("address-protected", "no")]).await;
        let check = owen.owen.get(&format!("{}/check", owen.at)).await;
        assert!(!check.reads("Not answered"), "{}", check.text);
        assert!(check.reads("Both questions left empty"), "of “Safety of this request”");
        let (_, family) = check.text.split_once("The family").unwrap();
        let (family, _) = family.split_once("</details>").unwrap();
        let way = format!("href=\"{}/family#address\"", owen.at);
        assert!(family.contains(&way), "{way}: {family}");
        assert!(family.contains("questions left empty"), "{family}");
        world
    });
}

#[test]
fn two_windows_on_different_pages_do_not_disturb_each_other() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        let (family, worries) = (owen.window("family").await, owen.window("worries").await);
        let first = owen.send(&family, &[("address", "1 Sample Street")]).await;
        assert_ne!(first.status, StatusCode::CONFLICT);
        let second = owen.send(&worries, &[("worry", "Hungry on most days")]).await;
        assert_ne!(second.status, StatusCode::CONFLICT, "{}", second.text);
        let check = owen.owen.get(&format!("{}/check", owen.at)).await;
        assert!(check.reads("1 Sample Street") && check.reads("Hungry on most days"));
        world
    });
}

#[test]
fn two_windows_on_one_page_see_both_texts() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        let (one, other) = (owen.window("family").await, owen.window("family").await);
        owen.send(&one, &[("address", "1 Sample Street")]).await;
        let conflict = owen.send(&other, &[("address", "2 Example Road")]).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        let both = "Saved meanwhile: 1 Sample Street — In your form: 2 Example Road";
        assert!(conflict.reads(both), "{}", conflict.text);
        assert!(owen.owen.get(&format!("{}/check", owen.at)).await.reads("1 Sample Street"));
        // Having seen both, one decides.
        let again = Window { hidden: hidden(&conflict, &other.action), action: other.action };
        owen.send(&again, &[("address", "2 Example Road")]).await;
        assert!(owen.owen.get(&format!("{}/check", owen.at)).await.reads("2 Example Road"));
        world
    });
}

#[test]
fn only_the_child_that_was_shown_by_name_is_removed() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        owen.child(1, "Arlo").await;
        owen.child(2, "Bea").await;
        let (one, other) =
            (owen.window("children-1/remove").await, owen.window("children-1/remove").await);
        assert_eq!(owen.send(&one, &[]).await.status, StatusCode::SEE_OTHER);
        let conflict = owen.send(&other, &[]).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.reads("Remove Bea Invented-Marsh from this request?"));
        let left = owen.owen.get(&format!("{}/children", owen.at)).await;
        assert!(left.reads("Bea Invented-Marsh") && !left.reads("Arlo"));
        world
    });
}

#[test]
fn a_form_for_one_child_is_never_saved_over_another() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        for (number, given) in [(1, "Arlo"), (2, "Bea"), (3, "Cai")] {
            owen.child(number, given).await;
        }
        let bea = owen.window("children-2").await;
        let removal = owen.window("children-1/remove").await;
        owen.send(&removal, &[]).await;
        let conflict = owen.send(&bea, &[("children[1].given-name", "Beatrice")]).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        let left = owen.owen.get(&format!("{}/children", owen.at)).await;
        assert!(left.reads("Cai Invented-Marsh") && !left.reads("Beatrice"));
        world
    });
}

#[test]
fn only_the_draft_that_was_shown_is_thrown_away() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        owen.child(1, "Arlo").await;
        let discard = owen.window("discard").await;
        owen.child(2, "Bea").await;
        let conflict = owen.send(&discard, &[]).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.reads("Arlo Invented-Marsh, Bea Invented-Marsh"), "{}", conflict.text);
        let again = Window { hidden: hidden(&conflict, &discard.action), action: discard.action };
        assert_eq!(owen.send(&again, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(owen.owen.get(&owen.at).await.status, StatusCode::NOT_FOUND);
        world
    });
}

/// What the only sent request was answered with.
async fn sent(world: &World) -> Vec<String> {
    #[derive(Row)]
    struct Response {
        id: uuid::Uuid,
        sealed: Vec<u8>,
    }
    let text = "SELECT r.id, r.sealed FROM response r JOIN contact c ON c.response_id = r.id";
    let responses: Vec<Response> = world.app.db.reads().all(text, []).await.unwrap();
    let open = |r: Response| {
        let text = world.app.keys.unseal("answers", r.id.as_bytes(), &Sealed(r.sealed)).unwrap();
        String::from_utf8(text.to_vec()).unwrap()
    };
    responses.into_iter().map(open).collect()
}

#[test]
fn what_is_sent_is_what_was_checked() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        owen.answers("danger", &[("in-danger", "yes"), ("danger-what", "Shouting next door")])
            .await;
        owen.child(1, "Arlo").await;
        let check = owen.checks().await;
        owen.child(1, "Arthur").await;
        let conflict = owen.send(&check, &[]).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.reads("Arthur"), "{}", conflict.text);
        assert!(sent(&world).await.is_empty());
        let again = Window { hidden: hidden(&conflict, &check.action), action: check.action };
        let (first, second) = (owen.send(&again, &[]).await, owen.send(&again, &[]).await);
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
        assert_eq!(first.location(), second.location(), "a double click makes one contact");
        let sent = sent(&world).await;
        assert_eq!(sent.len(), 1);
        let thresholds = &world.app.partnership().thresholds;
        assert!(sent[0].contains(thresholds.as_str()), "by which document it was written");

        let contact = first.location().trim_end_matches("/arrived").to_owned();
        let mut hub = world.signs_in("dee@hub.example").await;
        let page = hub.get(&contact).await;
        let child = page.text.split("href=\"/people/").nth(1).unwrap().split('"').next().unwrap();
        let timeline = hub.get(&format!("/people/{child}")).await;
        assert!(
            timeline.reads("Shouting next door") && timeline.reads("Danger"),
            "{}",
            timeline.text
        );
        let own = owen.owen.get(&contact).await;
        let told = own.text.split("What happened").nth(1).unwrap_or_default();
        assert!(!told.contains("Shouting"), "a requester reads what was said in the answers");
        world
    });
}

/// The server stood still; the request lay with the hub on paper.
#[test]
fn a_request_that_the_hub_had_on_paper_runs_from_then() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        owen.answers("danger", &[("in-danger", "yes"), ("danger-what", "Shouting next door")])
            .await;
        owen.child(1, "Arlo").await;
        let check = owen.checks().await;
        let at = |year: &'static str, time: &'static str| {
            [
                ("received.day", "30"),
                ("received.month", "10"),
                ("received.year", year),
                ("received.time", time),
            ]
        };
        for (year, time) in
            [("2027", "9:00"), ("2025", "9:00"), ("2026", "noonish"), ("26x", "9:00")]
        {
            let refused = owen.send(&check, &at(year, time)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{year} {time}");
            assert_eq!(refused.errors_lead_to(), ["#received-day"], "{year} {time}");
            assert!(refused.text.contains(time), "what was typed is there: {}", refused.text);
            assert!(sent(&world).await.is_empty());
        }
        let taken = owen.send(&check, &at("2026", "16:30")).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
        let contact = taken.location().trim_end_matches("/arrived").to_owned();
        let page = world.signs_in("dee@hub.example").await.get(&contact).await;
        assert!(page.reads("30 October 2026 at 4:30pm"), "{}", page.text);
        let limit = "clock WHERE breach_at < '2026-11-02 00:00:00+00:00'";
        assert!(world.count(limit).await > 0, "danger had waited since then");
        world
    });
}

/// A child screams next door: nobody is to look for a name first.
#[test]
fn danger_is_sent_without_a_name_and_nothing_else_is() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        let unseen = "children[0].family-name";
        owen.child(1, "\u{200D}").await;
        let invisible = owen.window("children-1").await;
        let saved = owen.send(&invisible, &[(unseen, "\u{200D}\u{2060}")]).await;
        let refused = owen.owen.get(saved.location()).await;
        assert!(refused.reads("Enter the child’s family name"), "{}", refused.text);

        let mut owen = Draft::begun(&world, OWEN).await;
        let danger = owen.window("danger").await;
        let said = [("in-danger", "yes"), ("danger-what", "Screams at 5 Sample Street")];
        let next = owen.send(&danger, &said).await;
        assert_eq!(next.location(), format!("{}/children-1", owen.at), "whoever knows it says it");
        let child = owen.window("children-1").await;
        let school = ("children[0].setting", "Marram Primary School");
        let next = owen.send(&child, &[school]).await;
        assert_eq!(next.location(), format!("{}/check", owen.at), "and whoever doesn't goes on");
        let family = owen.window("family").await;
        let next = owen.send(&family, &[("address", "5 Sample Street")]).await;
        assert_eq!(next.location(), format!("{}/check", owen.at), "and is not asked again");
        let check = owen.checks().await;
        let sent = owen.send(&check, &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let contact = sent.location().trim_end_matches("/arrived").to_owned();
        let mut hub = world.signs_in("dee@hub.example").await;
        let page = hub.get(&contact).await;
        assert!(page.reads("Name not known"), "{}", page.text);
        let child = page.text.split("href=\"/people/").nth(1).unwrap().split('"').next().unwrap();
        let page = hub.get(&format!("/people/{child}")).await;
        assert!(page.reads("5 Sample Street"), "where the child is was said: {}", page.text);
        let own = "School or nursery";
        assert!(!page.reads(own), "the requester's school is not the child's: {}", page.text);
        world
    });
}

#[test]
fn a_birth_to_come_is_put_right_on_its_own_page_and_other_doubts_hold_up_nothing() {
    on_both(async |world| {
        let mut owen = Draft::begun(&world, OWEN).await;
        let mut says = async |year: &str, nhs: &str| {
            let window = owen.window("children-1").await;
            let field = |name: &str| format!("children[0].{name}");
            let names = [
                "given-name",
                "family-name",
                "unborn",
                "born.day",
                "born.month",
                "born.year",
                "nhs-number",
                "voice",
            ]
            .map(field);
            let said = ["Arlo", "Marsh", "born", "4", "12", year, nhs, "Hungry"];
            let typed: Vec<_> = names.iter().map(String::as_str).zip(said).collect();
            let page = owen.send(&window, &typed).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
            let at = page.location().to_owned();
            (owen.owen.get(&at).await, at)
        };
        let (refused, at) = says("2026", "").await;
        assert!(at.ends_with("/children-1?again=true"), "going back sends nothing twice: {at}");
        assert!(refused.text.contains("<title>Error: "), "{}", refused.text);
        assert!(refused.text.contains("id=\"children[0].born-error\""), "{}", refused.text);
        assert!(
            refused.reads("The date of birth must be in the past. If the baby is not born yet")
        );
        let (children, at) = says("2016", "943 476 5919").await;
        assert!(at.ends_with("/children"), "{at}");
        assert!(!children.reads("does not check") && !children.reads("ask again"));
        let (children, at) = says("1949", "943 476 5918").await;
        assert!(at.ends_with("/children"), "it holds up nothing: {at}");
        let check = owen.owen.get(&format!("{}/check", owen.at)).await;
        for page in [children, check] {
            assert!(page.reads("By the date of birth this child would be 76"), "{}", page.text);
            assert!(page.reads("The NHS number does not check: ask again before you use it."));
            assert!(page.reads("you can send the request all the same"));
        }
        world
    });
}
