//! How often what may be done, and how many sockets there may be.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use gobid_auction::{ProductId, UserId};
use gobid_store::SessionKey;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};

use crate::clock::{Clock, Moment};
use crate::config::{Config, Rate};

/// How long a session that was found alive counts as known.
const KNOWN_FOR: Duration = Duration::from_mins(1);
/// How many sessions may be known; past it all are forgotten, and looked up again.
const MOST_KNOWN: usize = 100_000;

/// All limits; the names are those of the settings.
#[derive(Debug)]
pub(crate) struct Limits {
    /// Requests, by address, or by user for whoever is logged in.
    pub(crate) address: Limiter<Who>,
    /// Writes of a user.
    pub(crate) user: Limiter<UserId>,
    /// Bids of a user on one product.
    pub(crate) bids: Limiter<(UserId, ProductId)>,
    /// Logins, by account and by address.
    pub(crate) login: Limiter<LoginBy>,
    /// Sign-ups, by address.
    pub(crate) signup: Limiter<Network>,
    /// Who is logged in, as far as was seen lately.
    pub(crate) known: Known,
    socket: Option<Rate>,
}

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// Those of one user.
    User(UserId),
    /// Those of one address, without a login.
    Address(Network),
}

/// Whose logins are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LoginBy {
    /// Those of one account, by the digest of its e-mail.
    Account([u8; 32]),
    /// Those of one address.
    Address(Network),
}

/// An address as limits see it: of IPv6 the network, since whoever has one has 2⁶⁴ addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network(IpAddr);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64));
                Self(network.into())
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

impl LoginBy {
    /// The account of an e-mail, there or not.
    pub(crate) fn account(email: &str) -> Self {
        Self::Account(Sha256::digest(email).into())
    }
}

/// A limit that was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limited {
    policy: &'static str,
    rate: Rate,
    /// When the next one is allowed.
    pub(crate) retry_after: Duration,
}

/// Counts by keys.
#[derive(Debug)]
pub(crate) struct Limiter<K: Clone + Eq + Hash> {
    policy: &'static str,
    limit: Option<(Rate, DefaultKeyedRateLimiter<K>)>,
}

/// Counts the frames of one socket.
#[derive(Debug)]
pub(crate) struct FrameLimiter(Option<(Rate, DefaultDirectRateLimiter)>);

impl Limits {
    pub(crate) fn new(config: &Config, clock: Clock) -> Self {
        let rates = config.rates;
        Self {
            address: Limiter::new("address", rates.address),
            user: Limiter::new("user", rates.user),
            bids: Limiter::new("bids", rates.bids),
            login: Limiter::new("login", rates.login),
            signup: Limiter::new("signup", rates.signup),
            socket: rates.socket,
            known: Known { clock, sessions: Mutex::default() },
        }
    }

    /// A counter for the frames of a new socket.
    pub(crate) fn frames(&self) -> FrameLimiter {
        FrameLimiter(self.socket.map(|rate| (rate, RateLimiter::direct(quota(rate)))))
    }

    /// Forgets whoever has been quiet for long enough to be as good as new.
    pub(crate) fn sweep(&self) {
        self.address.sweep();
        self.user.sweep();
        self.bids.sweep();
        self.login.sweep();
        self.signup.sweep();
        self.known.sweep();
    }
}

impl<K: Clone + Eq + Hash> Limiter<K> {
    fn new(policy: &'static str, rate: Option<Rate>) -> Self {
        let limit = rate.map(|rate| (rate, RateLimiter::keyed(quota(rate))));
        Self { policy, limit }
    }

    /// Counts one, unless it is one too many.
    pub(crate) fn check(&self, key: &K) -> Result<(), Limited> {
        let Some((rate, limiter)) = &self.limit else { return Ok(()) };
        limiter.check_key(key).map_err(|early| {
            let retry_after = early.wait_time_from(DefaultClock::default().now());
            Limited { policy: self.policy, rate: *rate, retry_after }
        })
    }

    fn sweep(&self) {
        if let Some((_, limiter)) = &self.limit {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

impl FrameLimiter {
    /// Counts one, unless it is one too many.
    pub(crate) fn check(&self) -> Result<(), Limited> {
        let Some((rate, limiter)) = &self.0 else { return Ok(()) };
        limiter.check().map_err(|early| {
            let retry_after = early.wait_time_from(DefaultClock::default().now());
            Limited { policy: "socket", rate: *rate, retry_after }
        })
    }
}

fn quota(rate: Rate) -> Quota {
    let quota = if rate.span == Duration::from_mins(1) {
        Quota::per_minute(rate.count)
    } else {
        Quota::per_second(rate.count)
    };
    quota.allow_burst(rate.burst())
}

impl Limited {
    /// What the answer says of the limit, beside `Retry-After`.
    pub(crate) fn headers(&self) -> HeaderMap {
        let (burst, window) = (self.rate.burst(), self.rate.span.as_secs() * 4);
        let policy = format!("\"{}\";q={burst};w={window}", self.policy);
        let wait = self.retry_after.as_millis().div_ceil(1000).max(1);
        let limit = format!("\"{}\";r=0;t={wait}", self.policy);
        let headers = [("ratelimit-policy", policy), ("ratelimit", limit)];
        let headers = headers.into_iter().filter_map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
        });
        headers.collect()
    }
}

impl fmt::Display for Limited {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rate { count, span } = self.rate;
        let (policy, burst) = (self.policy, self.rate.burst());
        let span = if span == Duration::from_secs(1) { "second" } else { "minute" };
        write!(
            out,
            "too many at once: the limit {policy:?} is {count} a {span}, and {burst} in a row; \
             wait, then go on"
        )
    }
}

/// Who is logged in, as far as was seen lately: so that whoever is, is not counted with strangers
/// of the same address, and a stranger cannot have made-up sessions looked up without limit.
#[derive(Debug)]
pub(crate) struct Known {
    clock: Clock,
    sessions: Mutex<HashMap<SessionKey, (UserId, Moment)>>,
}

impl Known {
    /// Notes that a session was found alive.
    pub(crate) fn add(&self, key: SessionKey, user_id: UserId) {
        let until = self.clock.moment().plus(KNOWN_FOR);
        let mut sessions = self.locked();
        if sessions.len() >= MOST_KNOWN {
            sessions.clear();
        }
        sessions.insert(key, (user_id, until));
    }

    /// Whose session this was a moment ago. Says nothing about whether it still is.
    pub(crate) fn user(&self, key: SessionKey) -> Option<UserId> {
        let now = self.clock.moment();
        let known = self.locked().get(&key).copied();
        known.filter(|(_, until)| now < *until).map(|(user_id, _)| user_id)
    }

    /// Forgets a session that was ended.
    pub(crate) fn forget(&self, key: SessionKey) {
        self.locked().remove(&key);
    }

    fn sweep(&self) {
        let now = self.clock.moment();
        let mut sessions = self.locked();
        sessions.retain(|_, (_, until)| now < *until);
        sessions.shrink_to_fit();
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<SessionKey, (UserId, Moment)>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
