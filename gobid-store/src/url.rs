//! Which database is meant, and how it is named without its password.

use std::fmt;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::{Database, Opening, StoreError};

/// The address of a database; never printed with its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    url: String,
    /// The file it names, when nobody named a database.
    own_file: Option<PathBuf>,
}

impl DatabaseUrl {
    /// The database that somebody named: `sqlite:FILE` or `postgres://…`.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), own_file: None }
    }

    /// The database of whoever named none: a file in the state directory of the person who runs
    /// the program. `None` without a home directory.
    pub fn of_user() -> Option<Self> {
        let folders = etcetera::base_strategy::Xdg::new().ok()?;
        Some(Self::of_own_file(folders.state_dir()?.join("gobid").join("gobid.db")))
    }

    /// In a URL a few characters have a meaning of their own.
    fn of_own_file(file: PathBuf) -> Self {
        let path = file.display().to_string();
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        Self { url: format!("sqlite:{path}"), own_file: Some(file) }
    }

    /// With its password, for the database alone.
    pub fn secret(&self) -> &str {
        &self.url
    }

    /// Whether it is a file, with no network before it.
    pub fn is_file(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Opens the database. If it may be made and nobody named one, its directory is made as well,
    /// for nobody else to enter.
    pub async fn open(&self, opening: Opening) -> Result<Database, StoreError> {
        if let (Opening::MayCreate, Some(file)) = (opening, &self.own_file) {
            make_private(file.parent().unwrap_or(Path::new(".")))?;
        }
        Database::connect(&self.url, opening).await
    }
}

fn make_private(directory: &Path) -> Result<(), StoreError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|why| StoreError::Directory { directory: directory.to_owned(), why })
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&masked(&self.url))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A URL without its passwords.
pub fn masked(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let (user_info, rest) = split_user_info(rest);
    let user_info = match user_info.split_once(':') {
        Some((user, _password)) => format!("{user}:***"),
        None => user_info.to_owned(),
    };
    let (place, query) = match rest.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (rest, None),
    };
    let mut text = format!("{scheme}{user_info}{place}");
    for (number, parameter) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        text.push(if number == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if name.to_lowercase().contains("password") => {
                text.push_str(name);
                text.push_str("=***");
            }
            _ => text.push_str(parameter),
        }
    }
    text
}

/// User and password, and the rest from its `@` on. A password with a `?` makes no URL, but is not
/// to be shown all the same.
fn split_user_info(rest: &str) -> (&str, &str) {
    let at = ['?', '/'].into_iter().find_map(|end| rest.split(end).next()?.rfind('@'));
    rest.split_at(at.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_question_mark_is_one_path() {
        let url = DatabaseUrl::of_own_file("/a?b/c%d.db".into());
        assert_eq!(url.secret(), "sqlite:/a%3fb/c%25d.db");
    }

    #[test]
    fn a_password_is_never_shown() {
        let table = [
            ("postgres://gobid:s3cret@db:5432/gobid", "postgres://gobid:***@db:5432/gobid"),
            ("postgres://gobid:s@3:cret@db/gobid", "postgres://gobid:***@db/gobid"),
            ("postgres://gobid:s?3cret@db/gobid", "postgres://gobid:***@db/gobid"),
            ("postgres://gobid@db/gobid", "postgres://gobid@db/gobid"),
            ("postgres://db/gobid?password=s3cret&a=b", "postgres://db/gobid?password=***&a=b"),
            ("postgres://db/gobid?a=b&PASSWORD=s3cret", "postgres://db/gobid?a=b&PASSWORD=***"),
            (
                "postgres://db/gobid?application_name=a@b:c",
                "postgres://db/gobid?application_name=a@b:c",
            ),
            ("sqlite:a&b.db?mode=rwc", "sqlite:a&b.db?mode=rwc"),
        ];
        for (url, shown) in table {
            assert_eq!(masked(url), shown);
            let url = DatabaseUrl::new(url);
            assert_eq!((url.to_string(), format!("{url:?}")), (shown.to_owned(), shown.to_owned()));
        }
    }
}
