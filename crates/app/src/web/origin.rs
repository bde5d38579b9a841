//! Where a request came from, when a proxy stands in front: what the proxies that were named at the
//! start say of it, and nothing that anybody else writes into a header.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use platform::serve::Peer;

use crate::App;

/// Each proxy adds at its end whom it heard from.
const FORWARDED: &str = "x-forwarded-for";

/// Puts in place of a proxy whoever it speaks for.
pub async fn behind_proxies(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(Peer(peer)) = request.extensions().get().copied() {
        let origin = origin(peer, request.headers(), &app.proxies);
        request.extensions_mut().insert(Peer(origin));
    }
    next.run(request).await
}

/// The nearest address that is no proxy of ours. What stands before that in the header, whoever
/// sent the request can have written.
fn origin(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> SocketAddr {
    let is_proxy = |address: &IpAddr| proxies.contains(&address.to_canonical());
    let said: Vec<&str> = headers
        .get_all(FORWARDED)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .collect();
    let mut nearest = peer.ip();
    for said in said.into_iter().rev() {
        if !is_proxy(&nearest) {
            break;
        }
        let Ok(before) = said.trim().parse() else { break };
        nearest = before;
    }
    // Whose port it is, nobody says.
    if nearest == peer.ip() { peer } else { SocketAddr::new(nearest, 0) }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};
    use rstest::rstest;

    use super::{FORWARDED, origin};

    #[rstest]
    #[case::no_proxy_is_named("192.0.2.9", &["203.0.113.5"], "192.0.2.9")]
    #[case::by_a_proxy("10.0.0.1", &["203.0.113.5"], "203.0.113.5")]
    #[case::what_the_client_wrote("10.0.0.1", &["198.51.100.1, 203.0.113.5"], "203.0.113.5")]
    #[case::by_two("10.0.0.1", &["203.0.113.5, 10.0.0.2"], "203.0.113.5")]
    #[case::in_two_headers("10.0.0.1", &["198.51.100.1", "203.0.113.5"], "203.0.113.5")]
    #[case::v6("10.0.0.1", &["2001:db8::7"], "2001:db8::7")]
    #[case::a_mapped_proxy("::ffff:10.0.0.1", &["203.0.113.5"], "203.0.113.5")]
    #[case::nothing_is_said("10.0.0.1", &[], "10.0.0.1")]
    #[case::nonsense("10.0.0.1", &["203.0.113.5, <script>"], "10.0.0.1")]
    fn who_asks_is_told_by_our_proxies_alone(
        #[case] peer: &str,
        #[case] said: &[&str],
        #[case] wanted: &str,
    ) {
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(FORWARDED, HeaderValue::from_str(value).unwrap());
        }
        let proxies = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let peer = (peer.parse::<std::net::IpAddr>().unwrap(), 4000).into();
        assert_eq!(origin(peer, &headers, &proxies).ip().to_string(), wanted);
    }
}
