//! One request over TLS to a server that somebody configured, and an answer of limited length. It
//! refuses to follow a redirect, to trust any authority but those that browsers trust, and to ask in
//! the open, but on this machine where that is allowed: whoever asks says how long to wait.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, LazyLock},
};

use axum::{
    body::Body,
    http::{HeaderValue, Request, Response, Uri, header},
};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use crate::post::{NoAnswer, exchange};

/// Whether a server on this machine may be asked without TLS: nobody can listen in there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtHome {
    Plain,
    Never,
}

/// Whether what is sent there is read by nobody on the way: by TLS, or because it stays on this
/// machine.
pub fn is_private(to: &Uri, at_home: AtHome) -> bool {
    match to.scheme_str() {
        Some("https") => to.host().is_some_and(|host| !host.is_empty()),
        Some("http") => at_home == AtHome::Plain && to.host().is_some_and(is_this_machine),
        _ => false,
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || bare(host).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// An address of version 6 stands in brackets.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Sends a request to its address. The answer may have `most` bytes.
///
/// # Errors
/// When it would be read on the way, or there is no answer, or one that can't be taken.
pub async fn fetch(
    request: Request<Vec<u8>>,
    at_home: AtHome,
    most: usize,
) -> Result<Response<Vec<u8>>, NoAnswer> {
    let to = request.uri().clone();
    if !is_private(&to, at_home) {
        return Err(NoAnswer::InTheOpen);
    }
    let over_tls = to.scheme_str() == Some("https");
    let host = bare(to.host().unwrap_or_default()).to_owned();
    let port = to.port_u16().unwrap_or(if over_tls { 443 } else { 80 });
    let request = as_it_is_sent(request, &to)?;
    // What this machine is called elsewhere must not lead plain text away from it.
    let stream = match (over_tls, host.as_str()) {
        (false, "localhost") => TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?,
        _ => TcpStream::connect((host.as_str(), port)).await?,
    };
    stream.set_nodelay(true)?;
    if !over_tls {
        return exchange(stream, request, most).await;
    }
    let name = ServerName::try_from(host).map_err(io::Error::other)?;
    let stream = connector()?.connect(name, stream).await?;
    exchange(stream, request, most).await
}

/// With the path alone in its first line, and whom it is for beside it.
fn as_it_is_sent(request: Request<Vec<u8>>, to: &Uri) -> Result<Request<Body>, NoAnswer> {
    let (mut parts, body) = request.into_parts();
    let path = to.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = path.parse().map_err(axum::http::Error::from)?;
    let whom = to.authority().map_or("", axum::http::uri::Authority::as_str);
    let whom = whom.rsplit('@').next().unwrap_or_default();
    let whom = HeaderValue::from_str(whom).map_err(axum::http::Error::from)?;
    parts.headers.insert(header::HOST, whom);
    parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn connector() -> io::Result<TlsConnector> {
    static CONFIG: LazyLock<Option<Arc<ClientConfig>>> = LazyLock::new(|| {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .ok()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Some(Arc::new(config))
    });
    let config = CONFIG.as_ref().ok_or_else(|| io::Error::other("no TLS"))?;
    Ok(TlsConnector::from(Arc::clone(config)))
}

#[cfg(test)]
mod tests {
    use super::{AtHome, is_private};

    #[test]
    fn nothing_is_asked_in_the_open_but_on_this_machine_where_that_is_allowed() {
        let is = |url: &str, at_home| is_private(&url.parse().unwrap(), at_home);
        for url in ["https://login.police.example/x", "https://[2001:db8::1]/"] {
            assert!(is(url, AtHome::Never) && is(url, AtHome::Plain), "{url}");
        }
        for url in ["http://localhost:4444/x", "http://127.0.0.1/", "http://[::1]:80/"] {
            assert!(is(url, AtHome::Plain) && !is(url, AtHome::Never), "{url}");
        }
        for url in [
            "http://login.police.example/",
            "http://127.0.0.1.police.example/",
            "http://localhost.police.example/",
            "http://169.254.169.254/latest",
            "ftp://localhost/",
            "/x",
        ] {
            assert!(!is(url, AtHome::Plain), "{url}");
        }
    }
}
