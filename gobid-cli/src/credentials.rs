//! Who is speaking to which server: the profile, and the login that is kept for it.

use gobid_api::client::{Client, ClientError, Credential, Credentials, StoredLogin};

use crate::error::CliError;
use crate::output::Output;
use crate::settings::{Settings, Token};

/// Where a server listens unless it was told otherwise.
const SERVER: &str = "http://127.0.0.1:3080";

/// What every command is given.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) output: Output,
}

impl Context {
    /// A client for the server, logged in if the profile's login is for that server.
    pub(crate) fn client(&self) -> Result<Client, CliError> {
        self.client_of(self.login()?.as_ref())
    }

    /// The login that is kept for the profile.
    pub(crate) fn login(&self) -> Result<Option<StoredLogin>, CliError> {
        Ok(Credentials::of_user()?.load(&self.settings.profile)?)
    }

    /// A client with a login, if that is for the server; a token out of the environment goes before.
    pub(crate) fn client_of(&self, login: Option<&StoredLogin>) -> Result<Client, CliError> {
        let (server, is_from_file) = server(&self.settings, login);
        let credential = match &self.settings.token {
            Some(token) => self.of_token(token, &server),
            None => login.map(StoredLogin::credential),
        };
        let client = Client::new(&server, credential, self.settings.timeout);
        let client = client.map_err(|error| match error {
            error @ ClientError::InvalidServer { .. } if is_from_file => {
                CliError::Config(error.to_string())
            }
            error => error.into(),
        })?;
        self.tell(&client, login);
        Ok(client)
    }

    /// A token, for the origin of the server that it is for.
    fn of_token(&self, token: &Token, server: &str) -> Option<Credential> {
        let server = token.server.as_deref().unwrap_or(server);
        // A client is the one who knows what an origin is.
        let its_own = Client::new(server, None, self.settings.timeout).ok()?;
        Some(Credential::of_token(its_own.server(), &token.secret))
    }

    /// Keeps the login of a client under the profile's name.
    pub(crate) fn keep_login(&self, client: &Client, user_name: &str) -> Result<(), CliError> {
        if let Some(credential) = client.credential().filter(|it| !it.is_token()) {
            let login = StoredLogin::new(user_name, &credential);
            Credentials::of_user()?.save(&self.settings.profile, login)?;
        }
        Ok(())
    }

    /// Forgets the login of the profile.
    pub(crate) fn forget_login(&self) -> Result<(), CliError> {
        Credentials::of_user()?.remove(&self.settings.profile)?;
        Ok(())
    }

    fn tell(&self, client: &Client, login: Option<&StoredLogin>) {
        let who = match (login, client.credential()) {
            (_, Some(credential)) if credential.is_token() => "by an API token".to_owned(),
            (Some(login), Some(_)) => format!("as {}", login.user_name),
            (Some(login), None) => format!("not logged in (the login is for {})", login.server),
            (None, _) => "not logged in".to_owned(),
        };
        let profile = &self.settings.profile;
        self.output.detail(&format!("{}, profile {profile}, {who}", client.server()));
    }
}

/// Which server is meant, and whether the configuration file says so. A profile that was named
/// brings its server along; the one that is used for want of another yields to the file.
fn server(settings: &Settings, login: Option<&StoredLogin>) -> (String, bool) {
    let of_profile = || login.map(|login| login.server.clone());
    if let Some(server) = settings.server.clone() {
        return (server, false);
    }
    if let Some(server) = of_profile().filter(|_| settings.profile_is_named) {
        return (server, false);
    }
    if let Some(server) = settings.server_in_file.clone() {
        return (server, true);
    }
    (of_profile().unwrap_or_else(|| SERVER.to_owned()), false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Global;

    #[test]
    fn the_server_is_the_one_that_was_named_closest() {
        let login = StoredLogin::new("eva", &Credential::new("http://profile", "gobid_session=s"));
        let (settings, _) = Settings::resolve(&Global::default()).unwrap();
        let choose = |flag: Option<&str>, named: bool, file: Option<&str>, login| {
            let settings = Settings {
                server: flag.map(str::to_owned),
                server_in_file: file.map(str::to_owned),
                profile_is_named: named,
                ..settings.clone()
            };
            server(&settings, login).0
        };
        let (flag, file) = (Some("http://flag"), Some("http://file"));
        assert_eq!(choose(flag, true, file, Some(&login)), "http://flag");
        assert_eq!(choose(None, true, file, Some(&login)), "http://profile");
        assert_eq!(choose(None, true, file, None), "http://file");
        assert_eq!(choose(None, false, file, Some(&login)), "http://file");
        assert_eq!(choose(None, false, None, Some(&login)), "http://profile");
        assert_eq!(choose(None, false, None, None), SERVER);
    }
}
