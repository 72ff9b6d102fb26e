//! Where a request comes from, and the limit by that.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use crate::app::AppState;
use crate::http::limits::{Network, Who};
use crate::http::problem::ApiError;
use crate::http::session;

/// Who is at the other end of the connection; in the extensions of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Where a request comes from: the peer, or whom a trusted proxy names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let unknown = Self(IpAddr::from([0, 0, 0, 0]));
        Ok(parts.extensions.get().copied().unwrap_or(unknown))
    }
}

/// The layer that finds out where requests come from, and counts them: by user, when the session
/// was seen alive a moment ago, else by address.
pub(crate) async fn admit(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().map(|Peer(peer)| peer.ip());
    let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0])).to_canonical();
    let address = client_address(peer, request.headers(), &app.config.trusted_proxies);
    let known = session::key_of(request.extensions()).and_then(|key| app.limits.known.user(key));
    let who = known.map_or_else(|| Who::Address(Network::from(address)), Who::User);
    if let Err(limited) = app.limits.address.check(&who) {
        return ApiError::from(limited).into_response();
    }
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// The last address that the chain of trusted proxies did not add itself.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    static WARNED: Once = Once::new();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut lines = headers.get_all("x-forwarded-for").iter().rev().peekable();
    if !is_trusted(peer) {
        if lines.peek().is_some() {
            WARNED.call_once(|| {
                tracing::warn!(
                    %peer,
                    "X-Forwarded-For does not count: if this peer is a proxy of yours, name it \
                     with --trusted-proxies"
                );
            });
        }
        return peer;
    }
    let mut address = peer;
    let hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for hop in hops {
        let Some(named) = parse_hop(hop.trim()) else { break };
        address = named;
        if !is_trusted(named) {
            break;
        }
    }
    address
}

/// An address, with a port or without.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_say_counts() {
        let trusted: Vec<IpNet> =
            ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()).into();
        let table: [(&str, &[&str], &str); 8] = [
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.66", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", &["nonsense, 10.0.0.2"], "10.0.0.2"),
            ("fd00::1", &["2001:db8::1"], "2001:db8::1"),
        ];
        for (peer, lines, wanted) in table {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            let found = client_address(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found, wanted.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
        }
    }
}
