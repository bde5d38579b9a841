//! The list on the child's page: what was shared, with whom and why, for those in the hub who may see
//! everybody about whom it was.

use super::{DEE, HALIMA, OWEN, SUNIL, answered, childs_page, shares};
use crate::{
    involving::{answers, asks_about_arlo},
    kept_away::keep,
    support::{on_both, somebody_elses},
    walk::{known, known_by},
};

#[test]
fn the_hub_reads_what_was_shared_with_whom_and_why_and_whoever_asked_does_not() {
    on_both(async |world| {
        let known = known(&world, false).await;
        assert!(
            childs_page(&world, DEE, &known).await.reads("Nothing is recorded that was shared")
        );
        let limited = "feedback=limited&reason=He+is+a+relative&contact_person=Dee&meanwhile=Wait\
            &basis-withheld=third_party";
        answered(&world, &known, limited).await;
        shares(&world, "front-door:reveal", &known).await;
        let page = childs_page(&world, DEE, &known).await;
        for words in [
            "What was shared, with whom and why",
            "Answer to a request for support",
            "Owen Pryce-Demo, Year 4 teacher, Marram Primary School",
            "That the request was dealt with. Whom to talk to. What to do meanwhile",
            "To keep a child, or an adult at risk, safe",
            "It is about somebody else (DPA sch. 2 para. 16)",
            "He is a relative",
            "Protected details were shown",
            "A visit to them this afternoon",
        ] {
            assert!(page.reads(words), "{words}: {}", page.text);
        }
        let owens = childs_page(&world, OWEN, &known).await;
        for words in
            ["What was shared, with whom", "He is a relative", "A visit to them this afternoon"]
        {
            assert!(!owens.reads(words), "{words}");
        }
        world
    });
}

#[test]
fn whoever_must_not_see_one_of_those_it_was_about_reads_nothing_of_it() {
    on_both(async |world| {
        let first = known(&world, false).await;
        shares(&world, "involving:answer", &first).await;
        let zed = somebody_elses(&world, &world.actor(OWEN).await).await;
        let zed = known_by(&world, &zed).await;
        assert!(childs_page(&world, SUNIL, &first).await.reads("Ring me before Thursday"));
        // It could have been about Zed as well, from whom Sunil is kept away.
        let both = format!(
            "INSERT INTO disclosure_account (seq, account_id) SELECT d.seq, a.id \
             FROM disclosure d, account a WHERE a.reference = '{}'",
            zed.account
        );
        world.tamper(&both).await;
        assert!(childs_page(&world, SUNIL, &first).await.reads("Ring me before Thursday"));
        keep(&world, &zed, SUNIL, None).await.unwrap();
        let sunils = childs_page(&world, SUNIL, &first).await;
        assert!(!sunils.reads("Ring me before Thursday"), "{}", sunils.text);
        assert!(sunils.reads("Nothing is recorded that was shared"));
        assert!(childs_page(&world, DEE, &first).await.reads("Ring me before Thursday"));
        let only = format!(
            "DELETE FROM disclosure_account WHERE account_id = \
             (SELECT id FROM account WHERE reference = '{}')",
            zed.account
        );
        world.tamper(&only).await;
        world
    });
}

#[test]
fn why_something_was_held_back_is_not_read_by_whom_it_was_held_back_from() {
    on_both(async |world| {
        let known = known(&world, false).await;
        for (who, words) in [(SUNIL, "His cousin lives there"), (HALIMA, "She does not need it")] {
            let asking = asks_about_arlo(&world, who).await;
            let fields = format!("outcome=nothing&words=&why={}", words.replace(' ', "+"));
            let sent = answers(&world, DEE, &asking, &fields).await;
            assert!(sent.status.is_redirection(), "{}", sent.text);
        }
        let sunils = childs_page(&world, SUNIL, &known).await;
        assert!(!sunils.reads("His cousin lives there"), "{}", sunils.text);
        assert!(sunils.reads("She does not need it") && sunils.reads("They do not need more"));
        assert!(childs_page(&world, DEE, &known).await.reads("His cousin lives there"));
        world
    });
}
