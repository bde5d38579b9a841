//! Every route, once: what it is, and who may come. The router is built from this list, and a
//! test walks it as nobody and as everybody.

use axum::{
    Extension, Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    csrf::CsrfLayer,
};

use super::{headers, health, origin, rates::Class, refusals, telling};
use crate::{
    App, access, break_glass, data_requests, disclosing, files, front_door, intelligence,
    involving, ledger, measures, organisations, out_of_hours, pacing, people, publishing,
    questionnaires, recognising, retention, running, settings, unusual, who_looked,
};

/// Who may come to a route at all. What they see there is decided in the doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// Anybody.
    Anybody,
    /// Whoever gave a password in this browser just now: the second step of signing in.
    HalfSignedIn,
    /// Whoever is signed in.
    SignedIn,
}

/// One route.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub comes: Comes,
    handler: MethodRouter<App>,
}

impl Route {
    /// How fast anybody may come to it: whoever is asked who they are is held to it.
    pub fn class(&self) -> Class {
        match (self.comes, self.method) {
            (Comes::SignedIn, "get") => Class::Reads,
            (Comes::SignedIn, _) => Class::Writes,
            _ => Class::Open,
        }
    }

    /// Adds it to a router.
    pub fn add_to(self, router: Router<App>) -> Router<App> {
        let class = self.class();
        router.route(self.path, self.handler.layer(Extension(class)))
    }
}

macro_rules! routes {
    ($($method:ident $path:literal $comes:ident $handler:expr;)+) => {
        vec![$(Route {
            method: stringify!($method),
            path: $path,
            comes: Comes::$comes,
            handler: $method($handler),
        }),+]
    };
}

/// The list.
pub fn all() -> Vec<Route> {
    use access::{
        account as own, first_sign_in as i,
        identity::signing_in as org,
        pages as a,
        passkeys::{account_pages as pa, again, signing_in as pk},
        second_step_pages as k,
    };
    use break_glass::pages as b;
    use data_requests::{item_pages as di, pages as dr};
    use disclosing::family_pages as j;
    use front_door::{
        answer_pages as n, corrections as c, decision_pages as d, pages as f, protected as x,
        requests as r, telephone as t,
    };
    use intelligence::pages as it;
    use organisations::{
        confirming_pages as still_here, identity_pages as ip, pages as o, part_pages as part,
        places::PlaceRow, staff_pages as m, teams::TeamRow, vouching_pages as vouch,
    };
    use out_of_hours::pages as oh;
    use pacing::pages as many;
    use people::{
        adding_pages as l, conflict_pages as g, declaring_pages as h, keeping_away_pages as v,
        pages as p, restricting_pages as y, summary_pages as sp, who_may as e,
    };
    use publishing::pages as w;
    use questionnaires::pages as q;
    use recognising::pages as z;
    use retention::{holds_pages as rh, pages as rp};
    use settings::pages as s;
    use unusual::pages as u;
    use who_looked::{of_staff_pages as los, pages as wl};
    routes! {
        get "/healthz" Anybody health::healthz;
        get "/assets/{name}" Anybody asset;
        get "/sign-in" Anybody a::sign_in_form;
        post "/sign-in" Anybody a::sign_in;
        get "/first-sign-in" Anybody i::form;
        post "/first-sign-in" Anybody i::set_password;
        get "/timescales" Anybody w::timescales;
        get "/timescales/calculator" Anybody publishing::calculator::calculator;
        get "/guide-to-levels" Anybody w::guide;
        get "/privacy" Anybody publishing::statements::privacy;
        get "/accessibility" Anybody publishing::statements::accessibility;
        get "/" SignedIn a::home;
        get "/sign-in/code" HalfSignedIn k::code_form;
        post "/sign-in/code" HalfSignedIn k::code;
        post "/sign-in/passkey" Anybody pk::begin;
        post "/sign-in/passkey/answer" Anybody pk::answer;
        post "/sign-in/key" HalfSignedIn pk::begin_second;
        post "/sign-in/key/answer" HalfSignedIn pk::answer_second;
        get "/sign-in/organisation" Anybody org::page;
        post "/sign-in/organisation" Anybody org::sent;
        get "/session" SignedIn own::page;
        post "/session/end" SignedIn own::end;
        get "/session/password" SignedIn own::password_form;
        post "/session/password" SignedIn own::change_password;
        post "/session/app/begin" SignedIn k::begin_app;
        get "/session/app" SignedIn k::app_form;
        post "/session/app" SignedIn k::confirm_app;
        post "/session/list/begin" SignedIn k::begin_list;
        post "/session/list" SignedIn k::confirm_list;
        post "/session/second-step" SignedIn again::begin;
        post "/session/second-step/answer" SignedIn again::answer;
        get "/session/passkeys/new" SignedIn pa::form;
        post "/session/passkeys/new" SignedIn pa::begin;
        post "/session/passkeys" SignedIn pa::add;
        get "/session/passkeys/{reference}/removal" SignedIn pa::removal_form;
        post "/session/passkeys/{reference}/removal" SignedIn pa::remove;
        get "/session/many" SignedIn many::form;
        post "/session/many" SignedIn many::say;
        get "/session/conflicts" SignedIn h::form;
        post "/session/conflicts" SignedIn h::declare;
        post "/sign-out" SignedIn own::sign_out;
        post "/sign-out-everywhere" SignedIn own::sign_out_everywhere;
        get "/requests" SignedIn f::own_requests;
        post "/requests" SignedIn q::begin;
        get "/requests-on-paper" SignedIn questionnaires::on_paper::page;
        get "/requests/{reference}" SignedIn q::tasks;
        get "/requests/{reference}/check" SignedIn q::check;
        post "/requests/{reference}/send" SignedIn r::send;
        get "/requests/{reference}/discard" SignedIn q::confirm_discard;
        post "/requests/{reference}/discard" SignedIn q::discard;
        get "/requests/{reference}/{page}" SignedIn q::page;
        post "/requests/{reference}/{page}" SignedIn q::save;
        get "/requests/{reference}/{page}/remove" SignedIn q::confirm_removal;
        post "/requests/{reference}/{page}/remove" SignedIn q::remove;
        get "/hub" SignedIn f::queue;
        get "/contacts/by-telephone" SignedIn t::form;
        post "/contacts/by-telephone" SignedIn t::take_down;
        get "/contacts/{reference}" SignedIn f::contact;
        get "/out-of-hours" SignedIn oh::form;
        post "/out-of-hours" SignedIn oh::take_out;
        get "/contacts/{reference}/protected" SignedIn x::form;
        post "/contacts/{reference}/protected" SignedIn x::reveal;
        get "/contacts/{reference}/arrived" SignedIn r::arrived;
        get "/contacts/{reference}/files" SignedIn files::sending::form;
        post "/contacts/{reference}/files" SignedIn files::sending::send;
        get "/contacts/{reference}/files/{file}" SignedIn files::giving_out::download;
        get "/contacts/{reference}/files/{file}/small" SignedIn files::giving_out::small;
        get "/contacts/{reference}/who-may-see" SignedIn e::of_contact;
        post "/contacts/{reference}/opening" SignedIn sp::open_contact;
        post "/contacts/{reference}/claim" SignedIn f::claim;
        post "/contacts/{reference}/hand-back" SignedIn f::hand_back;
        post "/contacts/{reference}/information" SignedIn f::add_information;
        get "/pathways/{reference}/decision" SignedIn d::decision_form;
        post "/pathways/{reference}/decision" SignedIn d::decide;
        get "/pathways/{reference}/signature" SignedIn d::signature_form;
        post "/pathways/{reference}/signature" SignedIn d::sign;
        get "/pathways/{reference}/answer" SignedIn n::answer_form;
        post "/pathways/{reference}/answer" SignedIn n::tell;
        get "/pathways/{reference}/reopening" SignedIn c::reopening_form;
        post "/pathways/{reference}/reopening" SignedIn c::reopen;
        get "/pathways/{reference}/entries/{place}/strike" SignedIn c::strike_form;
        post "/pathways/{reference}/entries/{place}/strike" SignedIn c::strike;
        get "/unusual-access" SignedIn u::list;
        get "/unusual-access/{reference}" SignedIn u::one;
        post "/unusual-access/{reference}" SignedIn u::settle;
        get "/looks-of-staff" SignedIn los::form;
        post "/looks-of-staff" SignedIn los::page;
        get "/figures" SignedIn measures::page;
        get "/system" SignedIn running::page;
        post "/system/letters" SignedIn ledger::pages::release_letters;
        get "/settings/timescales" SignedIn s::timescales;
        post "/settings/timescales" SignedIn s::set_length;
        post "/settings/timescales/withdrawal" SignedIn s::withdraw_length;
        get "/settings/partnership" SignedIn s::partnership;
        post "/settings/partnership" SignedIn s::set_partnership;
        post "/settings/partnership/withdrawal" SignedIn s::withdraw_partnership;
        get "/still-here" SignedIn still_here::page;
        post "/still-here" SignedIn still_here::confirm;
        get "/agencies" SignedIn o::agencies;
        post "/agencies" SignedIn o::add_agency;
        get "/agencies/{reference}" SignedIn o::agency;
        get "/agencies/{reference}/name" SignedIn o::agency_form;
        post "/agencies/{reference}/name" SignedIn o::change_agency;
        get "/agencies/{reference}/identity-provider" SignedIn ip::form;
        post "/agencies/{reference}/identity-provider" SignedIn ip::set;
        post "/agencies/{reference}/identity-provider/removal" SignedIn ip::remove;
        get "/agencies/{reference}/teams" SignedIn part::to_add::<TeamRow>;
        post "/agencies/{reference}/teams" SignedIn part::add::<TeamRow>;
        get "/agencies/{reference}/settings" SignedIn part::to_add::<PlaceRow>;
        post "/agencies/{reference}/settings" SignedIn part::add::<PlaceRow>;
        get "/agencies/{reference}/staff" SignedIn m::new_staff;
        post "/agencies/{reference}/staff" SignedIn m::add_staff;
        get "/vouch" SignedIn vouch::form;
        post "/vouch" SignedIn vouch::vouch;
        get "/teams/{reference}" SignedIn o::team;
        get "/teams/{reference}/details" SignedIn part::to_change::<TeamRow>;
        post "/teams/{reference}/details" SignedIn part::change::<TeamRow>;
        get "/places/{reference}" SignedIn part::to_change::<PlaceRow>;
        post "/places/{reference}" SignedIn part::change::<PlaceRow>;
        get "/staff/{reference}" SignedIn m::staff;
        get "/staff/{reference}/details" SignedIn m::details_form;
        post "/staff/{reference}/details" SignedIn m::change_details;
        post "/staff/{reference}/roles" SignedIn m::give_role;
        post "/staff/{reference}/roles/end" SignedIn m::end_role;
        post "/staff/{reference}/teams" SignedIn m::join_team;
        post "/staff/{reference}/teams/end" SignedIn m::leave_team;
        post "/staff/{reference}/connection/end" SignedIn m::end_connection;
        get "/staff/{reference}/leaving" SignedIn m::leaving_form;
        post "/staff/{reference}/leaving" SignedIn m::leave;
        get "/staff/{reference}/code" SignedIn m::code_form;
        post "/staff/{reference}/code" SignedIn m::make_code;
        get "/break-glass" SignedIn b::form;
        post "/break-glass" SignedIn b::open;
        get "/break-glass/{reference}" SignedIn b::through;
        post "/break-glass/{reference}/end" SignedIn b::end;
        get "/glass-reviews" SignedIn break_glass::review_pages::list;
        get "/glass-reviews/{reference}" SignedIn break_glass::review_pages::one;
        post "/glass-reviews/{reference}" SignedIn break_glass::review_pages::review;
        get "/ask" SignedIn involving::pages::form;
        post "/ask" SignedIn involving::pages::send;
        get "/asked" SignedIn involving::hub_pages::list;
        get "/asked/{reference}" SignedIn involving::hub_pages::one;
        post "/asked/{reference}" SignedIn involving::hub_pages::answer;
        get "/data-requests" SignedIn dr::list;
        get "/data-requests/new" SignedIn dr::form;
        post "/data-requests/new" SignedIn dr::take_down;
        get "/data-requests/{reference}" SignedIn dr::one;
        post "/data-requests/{reference}" SignedIn dr::change;
        get "/data-requests/{reference}/items/{item}" SignedIn di::item;
        post "/data-requests/{reference}/items/{item}" SignedIn di::decide;
        get "/data-requests/{reference}/copy" SignedIn di::copy;
        get "/data-requests/{reference}/copy/text" SignedIn di::copy_as_text;
        get "/disposals" SignedIn rp::list;
        post "/disposals" SignedIn rp::propose;
        get "/disposals/{reference}" SignedIn rp::one;
        post "/disposals/{reference}" SignedIn rp::settle;
        get "/declared-conflicts" SignedIn g::list;
        get "/declared-conflicts/{reference}" SignedIn g::one;
        post "/declared-conflicts/{reference}" SignedIn g::looked_at;
        get "/people" SignedIn p::search_form;
        post "/people" SignedIn p::search;
        get "/people/{reference}" SignedIn p::child;
        get "/may-be-the-same" SignedIn z::queue;
        post "/people/{reference}/opening" SignedIn sp::open_person;
        get "/people/{reference}/may-be/{other}" SignedIn z::pair;
        post "/people/{reference}/may-be/{other}" SignedIn z::say;
        post "/people/{reference}/may-be/{other}/asked" SignedIn z::settle;
        post "/people/{reference}/different/end" SignedIn z::take_back;
        get "/people/{reference}/intelligence" SignedIn it::of_person;
        get "/people/{reference}/intelligence/new" SignedIn it::write_form;
        post "/people/{reference}/intelligence/new" SignedIn it::write;
        get "/intelligence" SignedIn it::own;
        get "/intelligence/{reference}" SignedIn it::form;
        post "/intelligence/{reference}" SignedIn it::reveal;
        post "/intelligence/{reference}/back" SignedIn it::take_back;
        get "/people/{reference}/who-may-see" SignedIn e::of_person;
        get "/people/{reference}/who-looked" SignedIn wl::page;
        get "/people/{reference}/kept-away" SignedIn v::page;
        post "/people/{reference}/kept-away" SignedIn v::keep_away;
        post "/people/{reference}/kept-away/end" SignedIn v::let_see_again;
        get "/people/{reference}/restriction" SignedIn y::page;
        post "/people/{reference}/restriction" SignedIn y::restrict;
        post "/people/{reference}/restriction/named" SignedIn y::name;
        post "/people/{reference}/restriction/named/end" SignedIn y::end;
        post "/people/{reference}/restriction/lift" SignedIn y::lift;
        get "/people/{reference}/hold" SignedIn rh::page;
        post "/people/{reference}/hold" SignedIn rh::hold;
        post "/people/{reference}/hold/end" SignedIn rh::release;
        get "/people/{reference}/names" SignedIn l::name_form;
        post "/people/{reference}/names" SignedIn l::add_name;
        get "/people/{reference}/addresses" SignedIn l::address_form;
        post "/people/{reference}/addresses" SignedIn l::add_address;
        get "/people/{reference}/telephones" SignedIn l::telephone_form;
        post "/people/{reference}/telephones" SignedIn l::add_telephone;
        get "/people/{reference}/numbers" SignedIn l::number_form;
        post "/people/{reference}/numbers" SignedIn l::add_number;
        get "/people/{reference}/births" SignedIn l::birth_form;
        post "/people/{reference}/births" SignedIn l::say_birth;
        get "/people/{reference}/endings" SignedIn l::ending_form;
        post "/people/{reference}/endings" SignedIn l::say_ended;
        get "/people/{reference}/family-pages" SignedIn j::list;
        post "/people/{reference}/family-pages" SignedIn j::begin;
        get "/family-pages/{reference}" SignedIn j::page;
        post "/family-pages/{reference}" SignedIn j::change;
        get "/family-pages/{reference}/paper" SignedIn j::paper;
        post "/people/{reference}/requests" SignedIn q::begin_about;
        post "/people/{reference}/addenda" SignedIn p::add;
        post "/people/{reference}/unlink" SignedIn p::unlink;
    }
}

/// The router, with everything around it.
pub fn router(app: App) -> Router {
    let routes = all().into_iter().fold(Router::new(), |router, route| route.add_to(router));
    routes
        .fallback(|| async { crate::error::Error::NotFound })
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), telling::tell))
        .layer(middleware::map_response(headers::add))
        // A file on its way out is large, and mostly packed already.
        .layer(CompressionLayer::new().compress_when(
            DefaultPredicate::new().and(NotForContentType::const_new("application/octet-stream")),
        ))
        .layer(middleware::from_fn_with_state(app.clone(), refusals::evenly))
        .layer(middleware::from_fn_with_state(app.clone(), origin::behind_proxies))
        .layer(platform::telemetry::requests())
        .with_state(app)
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = govuk::asset(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kept = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
            (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
        ],
        asset.bytes,
    )
        .into_response()
}
