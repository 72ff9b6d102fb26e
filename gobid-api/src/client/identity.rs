//! Who a client is to its server: its cookies, and the CSRF token that belongs to them.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, SET_COOKIE};
use tokio::sync::watch;

use super::origin::Origin;
use crate::paths::TOKEN_PREFIX;

/// How the names of the two cookies end; under https they begin with `__Host-`.
const SESSION_COOKIE: &str = "gobid_session";
const ANONYMOUS_COOKIE: &str = "gobid_anonymous";

/// A login that can be kept: the session's cookie, or an API token, and the server it is for. It is
/// sent to no other server.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    server: String,
    /// `name=value`, or a token, which has another beginning than the names of our cookies.
    cookie: String,
}

impl Credential {
    /// A credential for a server, given by its origin; the cookie is `name=value`.
    pub fn new(server: impl Into<String>, cookie: impl Into<String>) -> Self {
        Self { server: server.into(), cookie: cookie.into() }
    }

    /// An API token for a server, given by its origin.
    pub fn of_token(server: impl Into<String>, token: impl Into<String>) -> Self {
        Self { server: server.into(), cookie: token.into() }
    }

    /// Whether it is an API token.
    pub fn is_token(&self) -> bool {
        self.cookie.starts_with(TOKEN_PREFIX)
    }

    /// The header that says who is asking, and its value: a secret.
    pub fn header(&self) -> (HeaderName, String) {
        if self.is_token() {
            (AUTHORIZATION, format!("Bearer {}", self.cookie))
        } else {
            (COOKIE, self.cookie.clone())
        }
    }

    /// The origin of the server it is for.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The cookie, as `name=value`, or the token: a secret.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Credential").field("server", &self.server).finish_non_exhaustive()
    }
}

/// As whom a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// As somebody without a session.
    Visitor,
    /// As the user of the session.
    User,
}

/// The session, which feeds watch in order to connect anew when it changes, and what comes and
/// goes with it.
#[derive(Debug)]
pub(super) struct Identity {
    session: watch::Sender<Option<Credential>>,
    keepsakes: Mutex<Keepsakes>,
}

/// What the server wants to see again.
#[derive(Debug, Default)]
struct Keepsakes {
    /// The CSRF token of the session.
    user_token: Option<String>,
    /// The cookie of a visitor, `name=value`, and the CSRF token that is bound to it.
    visitor_cookie: Option<String>,
    visitor_token: Option<String>,
}

impl Identity {
    /// Starts with a credential, unless it is for another server.
    pub(super) fn new(origin: &Origin, credential: Option<Credential>) -> Self {
        let ours = credential.filter(|credential| credential.server == origin.as_str());
        Self { session: watch::Sender::new(ours), keepsakes: Mutex::default() }
    }

    pub(super) fn session(&self) -> Option<Credential> {
        self.session.borrow().clone()
    }

    pub(super) fn watch_session(&self) -> watch::Receiver<Option<Credential>> {
        self.session.subscribe()
    }

    /// As whom requests are sent that may be anybody's.
    pub(super) fn who(&self) -> Who {
        if self.session.borrow().is_some() { Who::User } else { Who::Visitor }
    }

    /// Changes the session; the CSRF token was bound to the old one.
    pub(super) fn set_session(&self, session: Option<Credential>) {
        let changed = self.session.send_if_modified(|current| {
            let changed = *current != session;
            *current = session;
            changed
        });
        if changed {
            self.keepsakes().user_token = None;
        }
    }

    pub(super) fn csrf_token(&self, who: Who) -> Option<String> {
        self.keepsakes().token(who).clone()
    }

    pub(super) fn set_csrf_token(&self, who: Who, token: Option<String>) {
        *self.keepsakes().token(who) = token;
    }

    /// The header that says who is asking: one cookie or token, so that the server never has to
    /// choose.
    pub(super) fn header(&self, who: Who) -> Option<(HeaderName, String)> {
        match who {
            Who::User => self.session().map(|credential| credential.header()),
            Who::Visitor => self.keepsakes().visitor_cookie.clone().map(|cookie| (COOKIE, cookie)),
        }
    }

    /// Whether requests are sent by an API token, which needs no CSRF token.
    pub(super) fn has_token(&self, who: Who) -> bool {
        who == Who::User && self.session.borrow().as_ref().is_some_and(Credential::is_token)
    }

    /// Takes over the cookies of an answer; all but the two that are ours are left alone.
    pub(super) fn take_cookies(&self, origin: &Origin, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            let Some(cookie) = header.to_str().ok().and_then(SetCookie::parse) else {
                continue;
            };
            let pair = (!cookie.is_removed).then(|| format!("{}={}", cookie.name, cookie.value));
            if cookie.name.ends_with(SESSION_COOKIE) {
                self.set_session(pair.map(|pair| Credential::new(origin.as_str(), pair)));
            } else if cookie.name.ends_with(ANONYMOUS_COOKIE) {
                self.keepsakes().visitor_cookie = pair;
            }
        }
    }

    fn keepsakes(&self) -> MutexGuard<'_, Keepsakes> {
        self.keepsakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keepsakes {
    const fn token(&mut self, who: Who) -> &mut Option<String> {
        match who {
            Who::User => &mut self.user_token,
            Who::Visitor => &mut self.visitor_token,
        }
    }
}

/// As much of a `Set-Cookie` header as matters here.
#[derive(Debug, PartialEq, Eq)]
struct SetCookie<'a> {
    name: &'a str,
    value: &'a str,
    is_removed: bool,
}

impl<'a> SetCookie<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let mut parts = header.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let expired = parts.any(|attribute| {
            let (name, seconds) = attribute.split_once('=').unwrap_or_default();
            let seconds = seconds.parse().unwrap_or(1_i64);
            name.eq_ignore_ascii_case("max-age") && seconds <= 0
        });
        Some(Self { name, value, is_removed: expired || value.is_empty() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin::parse("http://a:81").unwrap()
    }

    fn answer(cookies: &[&str]) -> HeaderMap {
        let headers = cookies.iter().map(|cookie| (SET_COOKIE, cookie.parse().unwrap()));
        headers.collect()
    }

    #[test]
    fn a_credential_is_taken_for_its_own_server_alone() {
        let table = [
            ("http://a:81", true),
            ("https://a:81", false),
            ("http://a", false),
            ("http://a:81.evil", false),
            ("http://b:81", false),
        ];
        for (server, ours) in table {
            let credential = Credential::new(server, "gobid_session=s");
            let identity = Identity::new(&origin(), Some(credential));
            assert_eq!(identity.session().is_some(), ours, "{server}");
            assert_eq!(identity.header(Who::User).is_some(), ours, "{server}");
        }
    }

    #[test]
    fn cookies_come_and_go_with_the_answers() {
        let identity = Identity::new(&origin(), None);
        let anonymous = answer(&["gobid_anonymous=v; HttpOnly; Path=/", "tracker=1"]);
        identity.take_cookies(&origin(), &anonymous);
        let cookie = (COOKIE, "gobid_anonymous=v".to_owned());
        assert_eq!(identity.header(Who::Visitor), Some(cookie));
        assert_eq!(identity.who(), Who::Visitor);

        let login = answer(&["__Host-gobid_session=s=1; HttpOnly; SameSite=Lax; Max-Age=2592000"]);
        identity.take_cookies(&origin(), &login);
        let session = identity.session().unwrap();
        assert_eq!(session.cookie(), "__Host-gobid_session=s=1");
        assert_eq!(session.server(), "http://a:81");
        assert_eq!(identity.who(), Who::User);
        let cookie = (COOKIE, "__Host-gobid_session=s=1".to_owned());
        assert_eq!(identity.header(Who::User), Some(cookie));
        assert!(!identity.has_token(Who::User));

        let logout = answer(&["gobid_session=; Max-Age=0", "gobid_anonymous=; max-age=-1"]);
        identity.take_cookies(&origin(), &logout);
        for who in [Who::User, Who::Visitor] {
            assert_eq!(identity.header(who), None);
        }
    }

    #[test]
    fn an_api_token_goes_into_another_header() {
        let token = Credential::of_token("http://a:81", "gbt_secret");
        assert!(!format!("{token:?}").contains("secret"));
        let identity = Identity::new(&origin(), Some(token));
        let header = (AUTHORIZATION, "Bearer gbt_secret".to_owned());
        assert_eq!(identity.header(Who::User), Some(header));
        assert!(identity.has_token(Who::User) && !identity.has_token(Who::Visitor));
    }

    #[test]
    fn another_session_is_another_csrf_token_and_news_to_feeds() {
        let identity = Identity::new(&origin(), None);
        let mut feed = identity.watch_session();
        identity.set_csrf_token(Who::User, Some("t".to_owned()));
        let login = answer(&["gobid_session=s"]);
        identity.take_cookies(&origin(), &login);
        assert_eq!(identity.csrf_token(Who::User), None);
        assert!(feed.has_changed().unwrap());
        feed.mark_unchanged();

        identity.set_csrf_token(Who::User, Some("u".to_owned()));
        identity.take_cookies(&origin(), &login);
        assert_eq!(identity.csrf_token(Who::User).as_deref(), Some("u"), "the same cookie again");
        assert!(!feed.has_changed().unwrap());
    }

    #[test]
    fn a_credential_does_not_print_its_secret() {
        let credential = Credential::new("http://a", "gobid_session=secret");
        assert!(!format!("{credential:?}").contains("secret"));
    }
}
