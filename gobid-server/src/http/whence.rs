//! Where a request comes from, and what the program at the other end calls itself: what the owner of
//! a session sees of it.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use crate::http::address::ClientAddress;

/// How much is kept of what a program calls itself, in characters.
const LONGEST: usize = 200;

/// Where a request comes from.
pub(crate) struct Whence {
    /// The address.
    pub(crate) address: IpAddr,
    /// What the program calls itself; `None` when it does not say.
    pub(crate) device: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Whence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, state).await?;
        let said = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let kept = said.unwrap_or_default().chars().filter(|c| !c.is_control()).take(LONGEST);
        let device = Some(kept.collect::<String>()).filter(|kept| !kept.is_empty());
        Ok(Self { address, device })
    }
}
