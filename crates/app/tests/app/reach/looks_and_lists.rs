//! What each page of a case adds to the journal, and to which records each list leads, for everybody. The
//! table is reviewed like code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use app::{
    doors::journal::Kind,
    web::routes::{self, Comes},
};
use axum::http::StatusCode;

use super::{Known, SHOWS_NO_RECORD, WHO, everybody_joins, journaled_since, known, last_entry};
use crate::support::on_both;

impl Known {
    /// What of all that is known a page leads to or names by its reference.
    fn on(&self, text: &str) -> String {
        let all = [
            ("draft", &self.draft),
            ("request", &self.contact),
            ("child’s pathway", &self.pathway),
            ("child", &self.person),
            ("agency", &self.agency),
            ("team", &self.team),
            ("place", &self.place),
            ("colleague", &self.staff),
            ("declaration", &self.declared),
            ("asking", &self.asked),
            ("break-glass", &self.glass),
            ("family page", &self.family),
            ("data request", &self.data),
        ];
        let found = all.iter().filter(|(_, reference)| text.contains(reference.as_str()));
        found.map(|(what, _)| *what).collect::<Vec<_>>().join(", ")
    }
}

#[test]
fn r14_how_many_looks_each_page_of_a_case_is_and_where_each_list_leads_is_as_reviewed() {
    on_both(async |world| {
        everybody_joins(&world).await;
        let known = known(&world).await;
        let mut looks: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        let mut lists = String::new();
        let all = routes::all();
        for route in all.iter().filter(|r| r.method == "get" && r.comes == Comes::SignedIn) {
            let is_list = !route.path.contains('{');
            let part = route.path.split('/').nth(1).unwrap_or_default();
            let is_case = !is_list && ["contacts", "pathways", "people"].contains(&part);
            for (who, email) in WHO {
                let mut browser = world.signs_in(email).await;
                let before = last_entry(&world).await;
                let page = browser.get(&known.path(route)).await;
                if page.status != StatusCode::OK {
                    continue;
                }
                if is_case && !SHOWS_NO_RECORD.contains(&route.path) {
                    let kinds = journaled_since(&world, before).await;
                    let seen = kinds.iter().filter(|kind| **kind == Kind::Seen).count();
                    looks.entry(route.path).or_default().insert(seen);
                }
                let leads_to = known.on(&page.text);
                if is_list && !leads_to.is_empty() {
                    writeln!(lists, "{:<24}{who:<14}{leads_to}", route.path).unwrap();
                }
            }
        }
        assert!(looks.len() > 15, "pages of a case were read: {looks:?}");
        let mut table = String::new();
        for (path, seen) in &looks {
            assert!(!seen.contains(&0), "{path} was read and is no look");
            writeln!(table, "{path:<46}{seen:?}").unwrap();
        }
        insta::assert_snapshot!("how_many_looks_a_page_is", table);
        insta::assert_snapshot!("to_what_the_lists_lead", lists);
        world
    });
}
