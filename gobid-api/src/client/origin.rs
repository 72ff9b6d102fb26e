//! Where a server is: scheme, host and port, and nothing else.

use std::fmt;

use reqwest::Url;

use super::ClientError;

/// The origin of a server, as `https://host:port` without a default port. A credential belongs to
/// exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// Reads the address of a server as people write it; a slash at its end makes no difference.
    pub(crate) fn parse(text: &str) -> Result<Self, ClientError> {
        let wrong =
            |why: &str| ClientError::InvalidServer { server: text.to_owned(), why: why.to_owned() };
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            return Err(wrong("it begins with neither http:// nor https://"));
        }
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a user name or password does not belong there"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it goes on after host and port"));
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of a path, which begins with a slash, on this server and no other.
    pub(crate) fn url(&self, path: &str) -> Result<Url, ClientError> {
        let url = Url::parse(&format!("{}{path}", self.0)).ok();
        url.filter(|url| path.starts_with('/') && url.origin().ascii_serialization() == self.0)
            .ok_or_else(|| ClientError::InvalidRequest(format!("{path:?} is not a path")))
    }

    /// The same for a WebSocket.
    pub(crate) fn websocket_url(&self, path: &str) -> Result<Url, ClientError> {
        let mut url = self.url(path)?;
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        if url.set_scheme(scheme).is_err() {
            return Err(ClientError::InvalidRequest(format!("{url} has no {scheme}")));
        }
        Ok(url)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_one_spelling() {
        let table = [
            ("http://127.0.0.1:3080", "http://127.0.0.1:3080"),
            ("http://127.0.0.1:3080/", "http://127.0.0.1:3080"),
            ("HTTPS://Auctions.Example:443", "https://auctions.example"),
            ("http://[::1]:80", "http://[::1]"),
        ];
        for (text, origin) in table {
            assert_eq!(Origin::parse(text).unwrap().as_str(), origin, "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "localhost:3080",
            "127.0.0.1",
            "ftp://a",
            "http://",
            "http://eva:secret@a",
            "http://a/api",
            "http://a?x",
            "http://a#x",
        ] {
            let refused = Origin::parse(text);
            assert!(
                matches!(refused, Err(ClientError::InvalidServer { .. })),
                "{text}: {refused:?}"
            );
        }
    }

    #[test]
    fn no_path_leads_to_another_server() {
        let origin = Origin::parse("http://a:81").unwrap();
        for path in ["@evil/", "1/", ".evil/", "", "http://evil/"] {
            assert!(origin.url(path).is_err(), "{path}");
        }
        for path in ["//evil/", "/@evil", "/\\evil"] {
            assert_eq!(origin.url(path).unwrap().host_str(), Some("a"), "{path}");
        }
    }

    #[test]
    fn a_websocket_is_as_safe_as_its_server() {
        let url = |server: &str| {
            let origin = Origin::parse(server).unwrap();
            origin.websocket_url("/x?y=1").unwrap().to_string()
        };
        assert_eq!(url("http://a:81"), "ws://a:81/x?y=1");
        assert_eq!(url("https://a"), "wss://a/x?y=1");
    }
}
