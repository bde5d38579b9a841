//! Every route, once: what it is, and who may come. The router is built from this list, and a
//! test walks it as nobody and as everybody.

use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use tower_http::{compression::CompressionLayer, csrf::CsrfLayer};

use super::{headers, health, telling};
use crate::{App, access, front_door, measures, people, publishing, questionnaires, settings};

/// Who may come to a route at all. What they see there is decided in the doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// Anybody.
    Anybody,
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
    /// Adds it to a router.
    pub fn add_to(self, router: Router<App>) -> Router<App> {
        router.route(self.path, self.handler)
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
    use access::pages as a;
    use front_door::{
        answer_pages as n, corrections as c, decision_pages as d, pages as f, protected as x,
        requests as r, telephone as t,
    };
    use people::{adding_pages as l, pages as p};
    use publishing::pages as w;
    use questionnaires::pages as q;
    use settings::pages as s;
    routes! {
        get "/healthz" Anybody health::healthz;
        get "/assets/{name}" Anybody asset;
        get "/sign-in" Anybody a::sign_in_form;
        post "/sign-in" Anybody a::sign_in;
        get "/timescales" Anybody w::timescales;
        get "/timescales/calculator" Anybody w::calculator;
        get "/guide-to-levels" Anybody w::guide;
        get "/" SignedIn a::home;
        get "/session" SignedIn a::session;
        post "/sign-out" SignedIn a::sign_out;
        post "/sign-out-everywhere" SignedIn a::sign_out_everywhere;
        get "/requests" SignedIn f::own_requests;
        post "/requests" SignedIn q::begin;
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
        get "/contacts/{reference}/protected" SignedIn x::form;
        post "/contacts/{reference}/protected" SignedIn x::reveal;
        get "/contacts/{reference}/arrived" SignedIn r::arrived;
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
        get "/figures" SignedIn measures::page;
        get "/settings/timescales" SignedIn s::timescales;
        post "/settings/timescales" SignedIn s::set_length;
        get "/settings/partnership" SignedIn s::partnership;
        post "/settings/partnership" SignedIn s::set_partnership;
        get "/people" SignedIn p::search_form;
        post "/people" SignedIn p::search;
        get "/people/{reference}" SignedIn p::child;
        get "/people/{reference}/names" SignedIn l::name_form;
        post "/people/{reference}/names" SignedIn l::add_name;
        get "/people/{reference}/addresses" SignedIn l::address_form;
        post "/people/{reference}/addresses" SignedIn l::add_address;
        get "/people/{reference}/telephones" SignedIn l::telephone_form;
        post "/people/{reference}/telephones" SignedIn l::add_telephone;
        get "/people/{reference}/endings" SignedIn l::ending_form;
        post "/people/{reference}/endings" SignedIn l::say_ended;
        post "/people/{reference}/addenda" SignedIn p::add;
        post "/people/{reference}/links" SignedIn p::link;
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
        .layer(CompressionLayer::new())
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
