//! What is shared is recorded in the transaction in which it is, with its basis; the hub reads it on
//! the child's page, as far as it may see those about whom it was.

mod basis;
pub mod family;
mod listed;

use app::{
    disclosing::derive,
    doors,
    front_door::{answers::Answer, screening::ReadContact},
    pathways::rederive,
};
use axum::http::StatusCode;
use practice::processes::request_for_support::{Feedback, Level, Outcome};
use std::collections::BTreeSet;

use crate::{
    browser::Page,
    front_door::{decision, revision, usual_ground},
    involving::{answers, asks_about_arlo},
    support::{World, on_both, sources},
    walk::{Known, known},
};

const HALIMA: &str = "halima@health.example";
const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const OWEN: &str = "owen@marram.example";
const MARGUERITE: &str = "marguerite@hub.example";

/// What shares something of a child with somebody.
const DISCLOSES: [&str; 8] = [
    "out-of-hours:take-out",
    "data-requests:hand-over",
    "disclosing:print-family-page",
    "front-door:answer",
    "involving:answer",
    "front-door:reveal",
    "intelligence:reveal",
    "break-glass:break",
];

/// What shares nothing that is not recorded elsewhere: looks by which people do their work in the
/// partnership, what is asked and decided, and who may do what. A look through broken glass, and at
/// an answer that was given, were recorded when the glass was broken and the answer given.
const SHARES_NOTHING: &str = "access:who-may break-glass:child break-glass:end break-glass:figures break-glass:look \
    break-glass:own break-glass:raise break-glass:review break-glass:use break-glass:uses break-glass:uses-of \
    conflicts:declare conflicts:looked-at conflicts:open conflicts:own conflicts:to-look-at conflicts:undeclared conservation:anew \
    data-requests:approve data-requests:copy data-requests:decide data-requests:item \
    data-requests:list data-requests:move-clock data-requests:open data-requests:propose \
    data-requests:raise data-requests:say-about \
    data-requests:say-whose data-requests:take-back data-requests:take-down demo:families demo:set-up drill:held disclosing:begin-family-page disclosing:family-page \
    disclosing:family-pages disclosing:put-on disclosing:take-off \
    files:refuse files:scanned files:send files:take-out \
    front-door:who-may-tell front-door:add-information front-door:by-telephone front-door:claim front-door:contact \
    front-door:decide front-door:due-to-me front-door:from-list front-door:hand-back \
    front-door:own-requests front-door:queue front-door:read front-door:reopen front-door:request \
    front-door:send front-door:sign intelligence:is-there intelligence:of-person intelligence:own intelligence:take-back intelligence:write involving:ask involving:look involving:open involving:own \
    involving:raise involving:read involving:to-answer ledger:destroy-again ledger:hold-letters ledger:release-letters \
    ledger:say-again ledger:was-said measures:front-door notices:own notices:read \
    organisations:add-staff organisations:agencies organisations:agency organisations:change-staff \
    organisations:code-from-server organisations:confirm organisations:confirm-invented organisations:to-confirm organisations:wake \
    organisations:end-connection organisations:end-role organisations:give-role organisations:identity-provider organisations:join-team organisations:leave \
    organisations:leave-team organisations:remove-identity-provider organisations:set-agency organisations:set-identity-provider organisations:set-setting \
    organisations:set-team organisations:setting organisations:sign-in-code organisations:staff \
    organisations:team organisations:to-vouch-for organisations:vouch organisations:vouched-for pacing:own pacing:say-why pacing:stop pacing:stopped partnership:begin passkeys:add passkeys:doubt passkeys:in-doubt \
    passkeys:news passkeys:own passkeys:remove pathways:raise pathways:strike people:add people:child people:different \
    people:different-taken-back people:keep-away people:may-be people:open-again people:pairs-that-wait \
    people:kept-away people:let-see-again people:lift-restriction people:link people:moved \
    people:name-for-restricted people:restrict people:restriction people:say-ended people:say-more \
    people:search people:settle-link people:side-by-side people:summary people:to-add people:unlink people:who-looked questionnaires:begin questionnaires:begin-about \
    questionnaires:discard questionnaires:draft questionnaires:own-drafts questionnaires:remove \
    questionnaires:save retention:destroy retention:disposal retention:due retention:hold \
    retention:holds retention:pass retention:propose retention:release retention:take-back retention:waiting questionnaires:sent-as second-step:begin-app second-step:begin-list \
    second-step:confirm session:end session:first-password session:new-key session:own \
    session:password settings:bank-holidays settings:length settings:lengths settings:partnership \
    settings:partnership-history settings:term-dates settings:withdraw-length \
    settings:withdraw-partnership sharing:instead system:read unusual:derive unusual:row unusual:rows \
    unusual:settle who-looked:of-staff";

/// Does what the journal calls so, once it is prepared; answers with what the browser reads.
async fn shares(world: &World, what: &str, known: &Known) -> Page {
    match what {
        "front-door:answer" => {
            answered(world, known, "feedback=full&reason=A+worker+will+ring").await
        }
        "involving:answer" => {
            let asking = asks_about_arlo(world, HALIMA).await;
            answers(world, DEE, &asking, "outcome=told&words=Ring+me+before+Thursday&why=").await
        }
        "front-door:reveal" => {
            let path = format!("/contacts/{}/protected", known.contact);
            world.signs_in(DEE).await.fills(&path, crate::walk::VISIT).await
        }
        "intelligence:reveal" => crate::intelligence::reveals(world, known).await,
        "out-of-hours:take-out" => crate::out_of_hours::takes_out(world, MARGUERITE).await,
        "data-requests:hand-over" => crate::data_requests::hands_over(world).await,
        "disclosing:print-family-page" => family::prints(world, known).await,
        "break-glass:break" => crate::break_glass::tries(world, HALIMA, known).await,
        other => panic!("nobody knows how to do {other}"),
    }
}

/// The requester is answered about the first child, by Dee, with these fields.
async fn answered(world: &World, known: &Known, fields: &str) -> Page {
    let dee = world.actor(DEE).await;
    let at = revision(world, &dee, &known.contact, 0).await;
    let decide = decision(&known.pathway, at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
    doors::record(&world.app, &dee, decide).await.unwrap();
    let at = revision(world, &dee, &known.contact, 0).await;
    let path = format!("/pathways/{}/answer", known.pathway);
    world.signs_in(DEE).await.fills(&path, &format!("revision={at}&{fields}")).await
}

/// What Dee reads on the first child's page.
async fn childs_page(world: &World, who: &str, known: &Known) -> Page {
    let page = world.signs_in(who).await.get(&format!("/people/{}", known.person)).await;
    assert_eq!(page.status, StatusCode::OK, "{who}");
    page
}

#[test]
fn everything_that_looks_or_changes_is_known_to_share_something_or_nothing() {
    let mut named = BTreeSet::new();
    for (_, text) in sources() {
        let parts = text.split("const WHAT: &'static str = \"").skip(1);
        named.extend(parts.filter_map(|part| Some(part.split_once('"')?.0.to_owned())));
    }
    let nothing: BTreeSet<_> = SHARES_NOTHING.split_whitespace().map(str::to_owned).collect();
    let shares = DISCLOSES.map(str::to_owned).into();
    assert!(nothing.is_disjoint(&shares));
    let known: BTreeSet<_> = nothing.union(&shares).cloned().collect();
    assert_eq!(named, known, "say of what is new whether it shares anything of a child");
}

#[test]
fn whatever_shares_leaves_a_record_of_it_for_whom_about_whom_and_why() {
    on_both(async |world| {
        for what in DISCLOSES {
            let known = known(&world, false).await;
            if what == "disclosing:print-family-page" {
                answered(&world, &known, "feedback=full&reason=A+worker+will+ring").await;
            }
            let before = world.count("disclosure").await;
            let page = shares(&world, what, &known).await;
            assert!(page.status.is_success() || page.status.is_redirection(), "{}", page.text);
            assert_eq!(world.count("disclosure").await, before + 1, "{what}");
            let of_child = format!(
                "disclosure d WHERE (d.to_id IS NOT NULL OR d.occasion IN ('data_given', 'family_told', 'out_of_hours')) AND d.purpose <> '' AND d.seq = \
                 (SELECT max(seq) FROM disclosure) AND EXISTS (SELECT 1 FROM disclosure_account a \
                 JOIN account c ON c.id = a.account_id WHERE a.seq = d.seq AND c.reference = '{}')",
                known.account
            );
            assert_eq!(world.count(&of_child).await, 1, "{what}");
        }
        for said in ["A worker will ring", "before Thursday", "A visit to them this afternoon"] {
            assert!(!world.holds(said).await, "what was said is sealed: {said}");
        }
        world
    });
}

#[test]
fn what_cannot_be_recorded_as_shared_is_not_shared() {
    on_both(async |world| {
        // What is handed over is prepared first, by what is recorded.
        let prepared = ["data-requests:hand-over", "disclosing:print-family-page"];
        for what in DISCLOSES.into_iter().filter(|what| !prepared.contains(what)) {
            let known = known(&world, false).await;
            let counted = ["broken_glass", "asking WHERE answered_at IS NOT NULL"];
            let answered = format!(
                "screening s JOIN pathway w ON w.id = s.pathway_id WHERE w.reference = '{}' \
                 AND w.stage = 'Answered'",
                known.pathway
            );
            let before = [world.count(counted[0]).await, world.count(counted[1]).await];
            world.tamper("ALTER TABLE disclosure RENAME TO out_of_the_way").await;
            let page = shares(&world, what, &known).await;
            assert!(page.status.is_server_error(), "{what}: {} {}", page.status, page.text);
            assert!(!page.reads("1 Sample Street"), "{what}");
            world.tamper("ALTER TABLE out_of_the_way RENAME TO disclosure").await;
            let after = [world.count(counted[0]).await, world.count(counted[1]).await];
            assert_eq!((after, world.count(&answered).await), (before, 0), "{what}");
            assert_eq!(world.count("disclosure").await, 0, "{what}");
            world.tamper("DELETE FROM asking_account").await;
            world.tamper("DELETE FROM asking").await;
        }
        world
    });
}

#[test]
fn the_rows_follow_from_the_journal_and_are_made_again_from_it() {
    on_both(async |world| {
        let known = known(&world, false).await;
        answered(&world, &known, "feedback=full&reason=A+worker+will+ring").await;
        let dee = world.actor(DEE).await;
        doors::record(&world.app, &dee, ReadContact { contact: known.contact.clone() })
            .await
            .unwrap();
        let whole = world.everything().await;
        for harm in [
            "UPDATE disclosure SET purpose = 'life_at_risk'",
            "UPDATE disclosure SET to_id = NULL",
            "DELETE FROM disclosure_account",
            "DELETE FROM disclosure",
            "INSERT INTO disclosure (seq, reference, occasion, purpose, made_at, by_id) \
             SELECT max(seq), 'made-up', 'emergency', 'safeguarding', max(made_at), \
             (SELECT id FROM staff WHERE email = 'dee@hub.example') FROM \
             (SELECT (SELECT max(seq) FROM journal) AS seq, made_at FROM disclosure) x",
        ] {
            world.tamper(harm).await;
            let found = rederive::check(&world.app).await.unwrap().differences;
            assert_eq!(found.len(), 1, "{harm}: {found:?}");
            rederive::rewrite(&world.app).await.unwrap();
            let found = derive::differences(&world.app.db.reads(), &world.app.keys).await.unwrap();
            assert!(found.is_empty(), "{harm}: {found:?}");
            assert!(world.everything().await == whole, "{harm}: it is as it was");
        }
        world
    });
}

/// The reference of a page for a child's mother.
pub async fn page_for_carys(world: &World, person: &str) -> String {
    let mut dee = world.signs_in(DEE).await;
    family::begins(&mut dee, person, "Carys Invented-Rowe").await.replace("/family-pages/", "")
}

/// Answers Owen about the first child in full, on the usual ground.
pub async fn answered_usually(world: &World, known: &Known) {
    let dee = world.actor(DEE).await;
    let at = revision(world, &dee, &known.contact, 0).await;
    let decide = decision(&known.pathway, at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
    doors::record(&world.app, &dee, decide).await.unwrap();
    let answer = Answer {
        made: None,
        pathway: known.pathway.clone(),
        revision: revision(world, &dee, &known.contact, 0).await,
        feedback: Feedback::Full,
        reason: "A worker will ring".into(),
        contact_person: String::new(),
        meanwhile: String::new(),
        names_checked: false,
        ground: usual_ground(),
    };
    doors::record(&world.app, &dee, answer).await.unwrap();
}
