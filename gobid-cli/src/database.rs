//! Which database an operator means, and how it is named without its password.

use std::fmt;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::error::CliError;
use crate::settings::Settings;

/// Which database a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct DatabaseArgs {
    /// The database: sqlite:FILE or postgres://…; else that of `DATABASE_URL`, of the file that
    /// `DATABASE_URL_FILE` names, of the configuration, or the server's own file
    #[arg(
        long,
        global = true,
        env = "GOBID_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    database_url: Option<String>,
}

/// The address of a database. Printed without its password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DatabaseUrl {
    url: String,
    /// The folder of the server's own file, when nobody named a database.
    own_folder: Option<PathBuf>,
}

impl DatabaseArgs {
    /// The database that is meant; the server's own file when nobody named one.
    pub(crate) fn url(&self, settings: &Settings) -> Result<DatabaseUrl, CliError> {
        let given = self.database_url.as_ref().or(settings.database_url.as_ref());
        if let Some(url) = given.filter(|url| !url.is_empty()) {
            return Ok(DatabaseUrl { url: url.clone(), own_folder: None });
        }
        own_file().map(|file| DatabaseUrl::of_own_file(&file))
    }
}

/// The file that a server uses when it was told of no database.
fn own_file() -> Result<PathBuf, CliError> {
    let folders = etcetera::base_strategy::Xdg::new();
    let state = folders.ok().and_then(|folders| folders.state_dir());
    state.map(|state| state.join("gobid/gobid.db")).ok_or_else(|| {
        CliError::Config("there is no home directory: name a database by --database-url".to_owned())
    })
}

impl DatabaseUrl {
    /// In a URL a few characters have a meaning of their own.
    fn of_own_file(file: &Path) -> Self {
        let path = file.display().to_string();
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        Self { url: format!("sqlite:{path}"), own_folder: file.parent().map(Path::to_owned) }
    }

    /// Makes the folder of the server's own file, as the server does.
    pub(crate) fn make_own_folder(&self) -> Result<(), CliError> {
        let Some(folder) = &self.own_folder else { return Ok(()) };
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|why| CliError::Config(format!("cannot make {}: {why}", folder.display())))
    }

    /// With its password, for the database alone.
    pub(crate) fn secret(&self) -> &str {
        &self.url
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        match credentials(address) {
            Some((before, host)) => write!(out, "{before}:***@{host}")?,
            None => out.write_str(address)?,
        }
        let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
        for (separator, parameter) in
            std::iter::once('?').chain(std::iter::repeat('&')).zip(parameters)
        {
            let name = parameter.split('=').next().unwrap_or_default();
            let is_secret = name.to_lowercase().contains("password");
            let shown = if is_secret { format!("{name}=***") } else { parameter.to_owned() };
            write!(out, "{separator}{shown}")?;
        }
        Ok(())
    }
}

/// What stands before and behind the password of an address, if it has one.
fn credentials(address: &str) -> Option<(&str, &str)> {
    let start = address.find("://")? + "://".len();
    let (user_info, host) = address.get(start..)?.rsplit_once('@')?;
    let user = user_info.find(':')?;
    Some((address.get(..start + user)?, host))
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let table = [
            ("postgres://gobid:s3cret@db:5432/gobid", "postgres://gobid:***@db:5432/gobid"),
            ("postgres://gobid:s@3:cret@db/gobid", "postgres://gobid:***@db/gobid"),
            ("postgres://gobid@db/gobid", "postgres://gobid@db/gobid"),
            ("postgres://db/gobid?a=b&password=s3cret", "postgres://db/gobid?a=b&password=***"),
            ("sqlite:gobid.db?mode=rwc", "sqlite:gobid.db?mode=rwc"),
        ];
        for (url, shown) in table {
            let url = DatabaseUrl { url: url.to_owned(), own_folder: None };
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
        }
    }

    #[test]
    fn a_path_with_a_question_mark_is_one_path() {
        let url = DatabaseUrl::of_own_file(Path::new("/a?b/c%d.db"));
        assert_eq!(url.secret(), "sqlite:/a%3fb/c%25d.db");
    }
}
