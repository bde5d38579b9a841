//! Whoever is kept away from a child, of whatever role and with whatever tie, reads of every route of
//! every record about the child what is read where there is nothing.

use std::collections::BTreeMap;

use app::{
    doors::{self, journal::Kind},
    front_door::screening::Claim,
    people::keeping_away::KeepAway,
    web::routes::{self, Comes, Route},
};

use super::written;
use crate::{
    break_glass, data_requests,
    disclosing::family,
    files, involving,
    support::{World, on_both},
    walk::{FIELDS, Known, known, without_keys},
};

const SUNIL: &str = "sunil@hub.example";
const HALIMA: &str = "halima@health.example";
/// Everybody but the one who keeps them away: those who hold the request, sent it, broke glass over the
/// child, review that, and have no tie at all.
const EVERYBODY: [&str; 10] = [
    SUNIL,
    "marguerite@hub.example",
    "ines@hub.example",
    "owen@marram.example",
    "tamsin@marram.example",
    HALIMA,
    "petra@police.example",
    "jo@unit.example",
    "sefa@scrutiny.example",
    "ossian@unit.example",
];
/// Who prepares what is given out, too: their own request for data is theirs.
const KEEPS_AWAY: &str = "dee@hub.example";

/// By what something about the child is reached: for each place below which it stands, its reference.
struct About(BTreeMap<&'static str, String>);

impl About {
    /// Everything that can be about a child.
    async fn everything(world: &World) -> (Known, Self) {
        let known = known(world, true).await;
        let sunil = world.actor(SUNIL).await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &sunil, claim).await.unwrap();
        let file = files::one(world, &known.contact).await;
        let asking = involving::asks_about_arlo(world, HALIMA).await;
        let glass = break_glass::used_by(world, HALIMA, &known.contact).await;
        let request = data_requests::one(world).await;
        let mut browser = world.signs_in(KEEPS_AWAY).await;
        let page = family::begins(&mut browser, &known.person, family::CARYS).await;
        let page = page.rsplit('/').next().unwrap().to_owned();
        let item = data_requests::first_item(&mut browser, &request).await;
        let all = BTreeMap::from([
            ("contacts", known.contact.clone()),
            ("pathways", known.pathway.clone()),
            ("people", known.person.clone()),
            ("family-pages", page),
            ("data-requests", request),
            ("asked", asking),
            ("break-glass", glass.clone()),
            ("glass-reviews", glass),
            ("{file}", file),
            ("{item}", item),
        ]);
        (known, Self(all))
    }

    /// As many things that nobody ever made.
    fn nothing(&self) -> Self {
        let unmade = self.0.keys().enumerate().map(|(n, place)| (*place, format!("22222-2222{n}")));
        Self(unmade.collect())
    }

    /// The path of a route that leads to one of them.
    fn path(&self, route: &Route) -> Option<String> {
        let reference = self.0.get(route.path.split('/').nth(1)?)?;
        route.path.contains("{reference}").then_some(())?;
        let path = route.path.replace("{reference}", reference).replace("{place}", "1");
        let person = self.0.get("people")?;
        let path = path.replace("{other}", person).replace("{file}", self.0.get("{file}")?);
        Some(path.replace("{item}", self.0.get("{item}")?))
    }

    /// What is read, without the references that were asked for.
    fn alike(&self, mut text: String) -> String {
        for reference in self.0.values() {
            text = text.replace(reference, "REFERENCE");
        }
        text
    }
}

async fn keeps_away(world: &World, known: &Known, who: &str) {
    let change = KeepAway {
        person: known.person.clone(),
        account: known.account.clone(),
        who: who.to_owned(),
        reason: "They are related".to_owned(),
        instead: Some(KEEPS_AWAY.to_owned()),
    };
    let dee = world.actor(KEEPS_AWAY).await;
    doors::record(&world.app, &dee, change).await.unwrap();
}

async fn refusals(world: &World, who: &str) -> usize {
    let actor = world.actor(who).await.id();
    let entries = written(world).await;
    entries.iter().filter(|(read, _)| (read.kind, read.actor) == (Kind::Refused, actor)).count()
}

#[test]
fn v2_whoever_is_kept_away_reads_of_every_route_what_is_read_where_there_is_nothing() {
    on_both(async |world| {
        let (known, about) = About::everything(&world).await;
        let nothing = about.nothing();
        for who in EVERYBODY {
            keeps_away(&world, &known, who).await;
        }
        for who in EVERYBODY {
            let (mut browser, mut walked) = (world.signs_in(who).await, 0);
            // Whoever broke glass has a second step, which they have taken.
            world.tamper("UPDATE session SET second_at = seen_at").await;
            let before = refusals(&world, who).await;
            for route in routes::all().iter().filter(|route| route.comes == Comes::SignedIn) {
                let (Some(there), Some(none)) = (about.path(route), nothing.path(route)) else {
                    continue;
                };
                // What somebody opened themselves they may close, which shows them nothing.
                if who == HALIMA && route.path == "/break-glass/{reference}/end" {
                    continue;
                }
                let (kept, none) = match route.method {
                    "get" => (browser.get(&there).await, browser.get(&none).await),
                    _ => (browser.fills(&there, FIELDS).await, browser.fills(&none, FIELDS).await),
                };
                assert_eq!(
                    about.alike(without_keys(&kept)),
                    nothing.alike(without_keys(&none)),
                    "{who} {} {there}",
                    route.method
                );
                assert!(!kept.text.contains("Invented-Marsh"), "{who} {there}");
                walked += 1;
            }
            assert!(walked > 60, "{who} walked {walked}");
            // What is not even a form is sent back before anything is asked for.
            let refused = refusals(&world, who).await - before;
            assert!(refused > walked, "the journal has {refused} of {who}");
        }
        world
    });
}
