//! Until when somebody's safeguarding training is current, and who leads them: entered by the Business
//! Unit, and what it bounds.

use axum::http::StatusCode;

use crate::support::{on_both, reference_of};

#[test]
fn until_when_somebody_is_trained_and_who_leads_them_is_entered_and_bounds_what_they_do() {
    on_both(async |world| {
        let petra = reference_of(&world, "staff", "Petra Lindqvist-Demo").await;
        let mut jo = world.signs_in("jo@unit.example").await;
        let path = format!("/staff/{petra}/details");
        let with = |fields: Vec<(String, String)>, changed: &[(&str, &str)]| {
            let mut fields = fields;
            for (name, value) in changed {
                fields.retain(|(n, _)| n != name);
                fields.push(((*name).to_owned(), (*value).to_owned()));
            }
            fields
        };
        let until = [("trained.day", "1"), ("trained.month", "11"), ("trained.year", "2026")];
        for (who, day, beside) in [
            ("nobody@police.example", "1", "manager"),
            ("petra@police.example", "1", "manager"),
            ("sunil@hub.example", "32", "trained"),
        ] {
            let form = jo.get(&path).await.form(&path);
            let mut changed = vec![("manager", who)];
            changed.extend(until);
            changed[1].1 = day;
            let page = jo.send(&path, &with(form, &changed)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{who} {day}");
            assert!(!page.errors_lead_to().is_empty(), "{who} {day}: {}", page.text);
            assert!(
                page.errors_lead_to()[0].starts_with(&format!("#{beside}")),
                "{:?}",
                page.errors_lead_to()
            );
        }
        let form = jo.get(&path).await.form(&path);
        let mut changed = vec![("manager", "sunil@hub.example")];
        changed.extend(until);
        let page = jo.send(&path, &with(form, &changed)).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let page = jo.get(&format!("/staff/{petra}")).await;
        assert!(page.reads("Sunil Rao-Demo") && page.reads("1 November 2026"), "{}", page.text);

        let mut petra = world.signs_in("petra@police.example").await;
        let page = petra.get("/break-glass").await;
        assert!(
            page.reads("Yours was current until 1 November 2026") && page.reads("ring 999"),
            "{}",
            page.text
        );
        assert!(!page.reads("This will be seen"));
        let refused = petra
            .fills("/break-glass", "reference=x&purpose=court&reason=A+long+enough+reason")
            .await;
        assert!(refused.reads("Yours was current until"), "{}", refused.text);
        assert_eq!(world.count("broken_glass").await, 0);
        world.tamper("UPDATE staff SET trained_until = '2026-11-02'").await;
        assert!(petra.get("/break-glass").await.reads("This will be seen"), "the last day counts");
        let mut ossian = world.signs_in("ossian@unit.example").await;
        world.tamper("UPDATE staff SET trained_until = '2026-11-01'").await;
        assert_eq!(ossian.get("/break-glass").await.status, StatusCode::NOT_FOUND, "never might");
        world
    });
}
