//! Which server is meant, and an API token for it.

use std::{env, fmt, fs};

use anyhow::Context as _;
use gobid_api::client::{Client, Credential, StoredLogin};
use gobid_api::paths::TOKEN_PREFIX;

const DEFAULT_SERVER: &str = "http://127.0.0.1:3080";

/// An API token out of the environment.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    secret: String,
    /// The server that the environment names beside it, and that alone it is for; without one it is
    /// for the server that is meant.
    server: Option<String>,
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Token").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Token {
    /// The token of `GOBID_TOKEN`, else that of the file that `GOBID_TOKEN_FILE` names.
    pub(super) fn of_environment() -> anyhow::Result<Option<Self>> {
        Self::read(|name| given(env::var_os(name)?.into_string().ok()))
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<Self>> {
        let (name, secret) = match (variable("GOBID_TOKEN"), variable("GOBID_TOKEN_FILE")) {
            (Some(secret), _) => ("GOBID_TOKEN", secret),
            (None, Some(path)) => {
                let text =
                    fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
                ("GOBID_TOKEN_FILE", text.trim().to_owned())
            }
            (None, None) => return Ok(None),
        };
        let is_token = secret.starts_with(TOKEN_PREFIX)
            && secret.chars().all(|character| character.is_ascii_graphic());
        anyhow::ensure!(
            is_token,
            "what {name} holds is no API token: one begins with {TOKEN_PREFIX}, and gobid-cli user \
             tokens create makes it"
        );
        Ok(Some(Self { secret, server: variable("GOBID_SERVER") }))
    }

    /// What it says to its server. A client is the one who knows what an origin is.
    pub(super) fn credential(&self, client: &Client) -> Option<Credential> {
        let origin = match &self.server {
            None => client.server().to_owned(),
            Some(server) => Client::new(server, None, super::TIMEOUT).ok()?.server().to_owned(),
        };
        Some(Credential::of_token(origin, &self.secret))
    }
}

/// An empty value counts as none.
pub(super) fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Which server is meant, and whether the configuration says so. A profile that was named brings its
/// server along; the one that is used for want of another yields to the configuration.
pub(super) fn choose(
    flag: Option<String>,
    profile_is_named: bool,
    login: Option<&StoredLogin>,
    in_file: Option<String>,
) -> (String, bool) {
    let of_profile = || login.map(|login| login.server.clone());
    if let Some(server) = flag.or_else(|| of_profile().filter(|_| profile_is_named)) {
        return (server, false);
    }
    if let Some(server) = in_file {
        return (server, true);
    }
    (of_profile().unwrap_or_else(|| DEFAULT_SERVER.to_owned()), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_the_one_that_was_named_closest() {
        let login = StoredLogin::new("eva", &Credential::new("http://profile", "gobid_session=s"));
        let (flag, file, login) = (Some("http://flag"), Some("http://file"), Some(&login));
        let table = [
            (flag, true, login, file, ("http://flag", false)),
            (None, true, login, file, ("http://profile", false)),
            (None, true, None, file, ("http://file", true)),
            (None, false, login, file, ("http://file", true)),
            (None, false, login, None, ("http://profile", false)),
            (None, false, None, None, (DEFAULT_SERVER, false)),
        ];
        for (flag, is_named, login, file, expected) in table {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let (server, is_from_file) = choose(owned(flag), is_named, login, owned(file));
            assert_eq!((server.as_str(), is_from_file), expected);
        }
    }

    #[test]
    fn a_token_is_for_the_server_it_was_named_with() {
        let secret = format!("{TOKEN_PREFIX}abc");
        let client = Client::new("http://127.0.0.1:3080", None, super::super::TIMEOUT).unwrap();
        let table = [(None, "http://127.0.0.1:3080"), (Some("http://b:80/"), "http://b")];
        for (server, origin) in table {
            let token = Token::read(|name| match name {
                "GOBID_TOKEN" => Some(secret.clone()),
                "GOBID_SERVER" => server.map(str::to_owned),
                _ => None,
            });
            let credential = token.unwrap().unwrap().credential(&client).unwrap();
            assert!(credential.is_token());
            assert_eq!(credential.server(), origin);
        }
        let wrong = Token::read(|name| (name == "GOBID_TOKEN").then(|| "secret".to_owned()));
        let said = wrong.unwrap_err().to_string();
        assert!(said.starts_with("what GOBID_TOKEN holds is no API token"), "{said}");
        assert!(!said.contains("secret"), "{said}");
        let path = "/nowhere/token";
        let unread = Token::read(|name| (name == "GOBID_TOKEN_FILE").then(|| path.to_owned()));
        assert_eq!(unread.unwrap_err().to_string(), "cannot read /nowhere/token");
        assert_eq!(Token::read(|_| None).unwrap(), None);
    }
}
