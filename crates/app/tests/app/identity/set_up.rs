//! The provider of an agency: who sets it, what is asked of it first, and what ends with it.

use axum::http::StatusCode;

use super::{JO, PETRA, agency_of, form, is, is_refused, set_for, signs_in};
use crate::{
    browser::Browser,
    provider::{CLIENT, Provider, SECRET},
    support::{on_both, reference_of},
};

#[test]
fn only_the_business_unit_sets_a_provider_and_nobody_reads_its_secret() {
    on_both(async |world| {
        let provider = Provider::begins().await;
        let at = format!("/agencies/{}/identity-provider", agency_of(&world, PETRA).await);
        for email in ["marguerite@hub.example", "ines@hub.example", PETRA] {
            let mut other = world.signs_in(email).await;
            let page = other.post(&at, &form(&provider.issuer, "ours", "ours", "0")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{email}");
            assert_eq!(other.get(&at).await.status, StatusCode::NOT_FOUND, "{email}");
        }
        let mut jo = world.signs_in(JO).await;
        let first = jo.get(&at).await;
        assert!(first.reads("http://localhost:8080/sign-in/organisation"), "{}", first.text);
        let page = jo.post(&at, &form(&provider.issuer, "ours", "ours", "0")).await;
        assert_eq!(page.location(), format!("{at}?done=provider-set"), "{}", page.text);
        let page = jo.get(&at).await;
        assert!(
            page.text.contains(&provider.issuer) && page.text.contains(CLIENT),
            "{}",
            page.text
        );
        assert!(!page.text.contains(SECRET));
        assert!(!world.holds(SECRET).await, "not in clear in the database");

        // Nor where the form comes back, or was sent with a dead session.
        let wrong = jo.post(&at, &form("http://login.police.example", "ours", "ours", "1")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!wrong.text.contains(SECRET), "{}", wrong.text);
        jo.cookie = None;
        let fields = crate::browser::owned(&form(&provider.issuer, "ours", "ours", "1"));
        assert!(!jo.send(&at, &fields).await.text.contains(SECRET));
        world
    });
}

#[test]
fn what_is_wrong_with_a_provider_is_said_before_it_is_saved() {
    on_both(async |world| {
        let provider = Provider::begins().await;
        let at = format!("/agencies/{}/identity-provider", agency_of(&world, PETRA).await);
        let mut jo = world.signs_in(JO).await;
        let gone = Provider::begins().await.issuer.clone();
        for (issuer, words) in [
            ("http://login.police.example", "must begin with https://"),
            ("login.police.example", "Enter the issuer as an address"),
            (&format!("{}/", provider.issuer), "calls itself by another address"),
            (&format!("{}/below", provider.issuer), "no identity provider"),
            (&gone, "Nothing answers at this address"),
        ] {
            let page = jo.post(&at, &form(issuer, "ours", "ours", "0")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{issuer}");
            assert!(page.reads(words), "{issuer}: {}", page.text);
        }
        let mut fields = form(&provider.issuer, "ours", "ours", "0");
        fields[2].1 = "";
        let page = jo.post(&at, &fields).await;
        assert!(page.reads("Enter the client secret"), "{}", page.text);
        assert_eq!(world.count("identity_provider").await, 0);
        world
    });
}

#[test]
fn two_who_set_a_provider_at_once_see_each_others() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "ours").await;
        let at = format!("/agencies/{}/identity-provider", agency_of(&world, PETRA).await);
        let mut jo = world.signs_in(JO).await;
        let late = jo.post(&at, &form(&provider.issuer, "its-word", "ours", "0")).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
        assert!(late.reads("Somebody else changed this") && !late.text.contains(SECRET));
        let gone = jo.post(&format!("{at}/removal"), &[("revision", "0")]).await;
        assert_eq!(gone.status, StatusCode::CONFLICT);
        // What stays empty stays what it was.
        let mut fields = form(&provider.issuer, "its-word", "ours", "1");
        fields[2].1 = "";
        assert_eq!(jo.post(&at, &fields).await.status, StatusCode::SEE_OTHER);
        let (_, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        world
    });
}

#[test]
fn with_a_provider_end_its_connections_and_who_was_signed_in_by_it() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let at = format!("/agencies/{}/identity-provider", agency_of(&world, PETRA).await);
        let (mut petra, _) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        let mut elsewhere = world.signs_in(PETRA).await;
        let mut jo = world.signs_in(JO).await;
        let done = jo.post(&format!("{at}/removal"), &[("revision", "1")]).await;
        assert_eq!(done.location(), format!("{at}?done=provider-removed"), "{}", done.text);
        assert_ne!(petra.get("/requests").await.status, StatusCode::OK);
        assert_eq!(elsewhere.get("/requests").await.status, StatusCode::OK, "by her password");
        assert_eq!(world.count("identity WHERE ended_at IS NULL").await, 0);
        let list = Browser::of(&world.app).get("/sign-in/organisation").await;
        assert!(list.reads("No organisation has set this up yet"), "{}", list.text);

        // Set again it knows nobody by what it called them before.
        jo.post(&at, &form(&provider.issuer, "ours", "its-word", "2")).await;
        is_refused(&signs_in(&world, &provider, ("petra-1", "another@police.example")).await.1);
        world
    });
}

#[test]
fn the_business_unit_ends_a_connection_on_the_page_of_staff() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let (mut petra, _) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        let at = format!("/staff/{}", reference_of(&world, "staff", "Petra Lindqvist-Demo").await);
        let mut jo = world.signs_in(JO).await;
        assert!(jo.get(&at).await.reads("Their agency’s own sign-in"));
        let other = world
            .signs_in("marguerite@hub.example")
            .await
            .post(&format!("{at}/connection/end"), &[])
            .await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        let done = jo.post(&format!("{at}/connection/end"), &[]).await;
        assert_eq!(done.location(), format!("{at}?done=disconnected"), "{}", done.text);
        assert!(!jo.get(&at).await.reads("Their agency’s own sign-in"));
        assert!(!is(&mut petra, "Petra Lindqvist-Demo").await, "she is signed out");
        // An account of hers that the provider made anew is connected instead.
        let (_, page) = signs_in(&world, &provider, ("petra-2", PETRA)).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        is_refused(&signs_in(&world, &provider, ("petra-1", PETRA)).await.1);
        world
    });
}

#[test]
fn who_has_gone_to_a_provider_is_in_no_backup() {
    on_both(async |world| {
        let _provider = set_for(&world, PETRA, "ours", "ours").await;
        super::goes(&world, &mut Browser::of(&world.app), PETRA).await;
        assert_eq!(world.count("pending_sign_in").await, 1);
        let folder = tempfile::TempDir::new().unwrap();
        let to = folder.path().join("backup");
        let counts = app::backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &to)
            .await
            .unwrap();
        assert_eq!((counts["pending_sign_in"], counts["identity_provider"]), (0, 1));
        world
    });
}
