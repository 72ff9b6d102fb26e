//! The settings that hold for every command, from all the places where they may be given.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use etcetera::BaseStrategy as _;
use gobid_api::paths;
use strsim::levenshtein;

use crate::args::Global;
use crate::error::CliError;
use crate::moment;
use crate::output::{Color, Format};

/// What holds unless it is given.
const PROFILE: &str = "default";
const TIMEOUT: Duration = Duration::from_secs(30);

/// What the configuration file may hold.
const KEYS: [&str; 6] = ["color", "database-url", "output", "profile", "server", "timeout"];

/// The settings that hold for every command.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The server by flag or variable, which counts whatever the profile says.
    pub(crate) server: Option<String>,
    /// The server by flag alone: what must not be meant by accident wants one.
    pub(crate) server_by_flag: Option<String>,
    /// The server by the configuration file.
    pub(crate) server_in_file: Option<String>,
    pub(crate) profile: String,
    /// Whether the profile was named by flag or variable; then its server counts before the file's.
    pub(crate) profile_is_named: bool,
    /// An API token, in place of the profile's login.
    pub(crate) token: Option<Token>,
    pub(crate) database_url: Option<String>,
    pub(crate) format: Format,
    pub(crate) color: Color,
    pub(crate) timeout: Duration,
    pub(crate) may_ask: bool,
    pub(crate) yes: bool,
}

/// An API token out of the environment.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) secret: String,
    /// The server that the environment names beside it, and that alone it is for; without one it is
    /// for the server that is meant.
    pub(crate) server: Option<String>,
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Token").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Token {
    /// The token of `GOBID_TOKEN`, else that of the file that `GOBID_TOKEN_FILE` names.
    fn of_environment() -> Result<Option<Self>, CliError> {
        let (name, secret) = match (variable("GOBID_TOKEN"), variable("GOBID_TOKEN_FILE")) {
            (Some(secret), _) => ("GOBID_TOKEN", secret),
            (None, Some(path)) => {
                let text = fs::read_to_string(&path);
                let text = text.map_err(|why| CliError::Input { what: path, why })?;
                ("GOBID_TOKEN_FILE", text.trim().to_owned())
            }
            (None, None) => return Ok(None),
        };
        let is_token = secret.starts_with(paths::TOKEN_PREFIX)
            && secret.chars().all(|character| character.is_ascii_graphic());
        if !is_token {
            let begin = paths::TOKEN_PREFIX;
            return Err(CliError::Config(format!(
                "what {name} holds is no API token: one begins with {begin}, and gobid-cli user \
                 tokens create makes it"
            )));
        }
        Ok(Some(Self { secret, server: variable("GOBID_SERVER") }))
    }
}

impl Settings {
    /// Puts the settings together, and says what is odd about the configuration file.
    pub(crate) fn resolve(global: &Global) -> Result<(Self, Vec<String>), CliError> {
        let file = File::read(global.config.as_deref())?;
        let settings = Self {
            server: given(global.server.clone()),
            server_by_flag: given(global.server.clone()).filter(|_| global.server_is_by_flag),
            server_in_file: file.get("server").cloned(),
            profile_is_named: given(global.profile.clone()).is_some(),
            profile: given(global.profile.clone())
                .or_else(|| file.get("profile").cloned())
                .unwrap_or_else(|| PROFILE.to_owned()),
            token: Token::of_environment()?,
            database_url: database_url_in_environment()?
                .or_else(|| file.get("database-url").cloned()),
            format: choose(global.output, &file, "output", |text| Format::from_str(text, true))?
                .unwrap_or(Format::Table),
            color: choose(global.color, &file, "color", |text| Color::from_str(text, true))?
                .unwrap_or(Color::Auto),
            timeout: choose(global.timeout, &file, "timeout", moment::parse_span)?
                .unwrap_or(TIMEOUT),
            may_ask: !global.no_input,
            yes: global.yes,
        };
        Ok((settings, file.warnings))
    }
}

/// A setting of the command line, else of the file.
fn choose<T>(
    given: Option<T>,
    file: &File,
    key: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, CliError> {
    let Some(text) = file.get(key).filter(|_| given.is_none()) else {
        return Ok(given);
    };
    let value = parse(text)
        .map_err(|why| CliError::Config(format!("{} in {}: {why}", key, file.path.display())))?;
    Ok(Some(value))
}

/// An empty value counts as none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The database by the variables that all programs know; the command has its own flag before.
fn database_url_in_environment() -> Result<Option<String>, CliError> {
    if let Some(url) = variable("DATABASE_URL") {
        return Ok(Some(url));
    }
    let Some(path) = variable("DATABASE_URL_FILE") else {
        return Ok(None);
    };
    let text = fs::read_to_string(&path).map_err(|why| CliError::Input { what: path, why })?;
    Ok(Some(text.trim().to_owned()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the configuration that settings come through"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    given(std::env::var(name).ok())
}

/// The configuration file.
#[derive(Debug, Default)]
struct File {
    path: PathBuf,
    values: Vec<(&'static str, String)>,
    warnings: Vec<String>,
}

impl File {
    /// Reads the file of a path, which then has to be there, or else the person's own, if any.
    fn read(path: Option<&Path>) -> Result<Self, CliError> {
        let (path, must_exist) = match path {
            Some(path) => (path.to_owned(), true),
            None => match etcetera::choose_base_strategy() {
                Ok(folders) => (folders.config_dir().join("gobid/cli.toml"), false),
                Err(_no_home) => return Ok(Self::default()),
            },
        };
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if !must_exist && error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(why) => Err(CliError::Config(format!("cannot read {}: {why}", path.display()))),
        }
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self, CliError> {
        let wrong = |why: &str| CliError::Config(format!("{}: {why}", path.display()));
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| wrong(error.message()))?;
        let mut file = Self::default();
        for (key, value) in table {
            let Some(known) = KEYS.into_iter().find(|known| *known == key.replace('_', "-")) else {
                file.warnings.push(unknown(&path, &key));
                continue;
            };
            let toml::Value::String(text) = value else {
                return Err(wrong(&format!("{key} must be a text in quotes")));
            };
            file.values.push((known, text));
        }
        file.path = path;
        Ok(file)
    }

    fn get(&self, key: &str) -> Option<&String> {
        let mut values = self.values.iter().filter(|(known, _)| *known == key);
        values.next().map(|(_, text)| text).filter(|text| !text.is_empty())
    }
}

fn unknown(path: &Path, key: &str) -> String {
    let nearest = KEYS
        .into_iter()
        .map(|known| (levenshtein(key, known), known))
        .min()
        .filter(|(distance, known)| distance * 2 < known.len());
    let hint = nearest.map_or_else(
        || format!("there are {}", KEYS.join(", ")),
        |(_, known)| format!("is {known} meant?"),
    );
    format!("{} has no setting {key:?}: {hint}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<File, CliError> {
        File::parse(PathBuf::from("cli.toml"), text)
    }

    #[test]
    fn a_flag_counts_before_the_file() {
        let file = file("output = \"csv\"\ntimeout = \"2m\"").unwrap();
        let format =
            |given| choose(given, &file, "output", |text| Format::from_str(text, true)).unwrap();
        assert_eq!(format(None), Some(Format::Csv));
        assert_eq!(format(Some(Format::Id)), Some(Format::Id));
        let timeout = choose(None, &file, "timeout", moment::parse_span).unwrap();
        assert_eq!(timeout, Some(Duration::from_mins(2)));
    }

    #[test]
    fn a_wrong_value_is_named_with_its_file() {
        let file = file("output = \"xml\"").unwrap();
        let refused = choose(None, &file, "output", |text| Format::from_str(text, true));
        assert!(
            matches!(refused, Err(CliError::Config(why)) if why.contains("output in cli.toml"))
        );
    }

    #[test]
    fn an_unknown_key_is_a_warning_with_the_nearest_name() {
        let warnings = |text| file(text).unwrap().warnings;
        assert_eq!(
            warnings("sever = \"http://a\""),
            [r#"cli.toml has no setting "sever": is server meant?"#]
        );
        assert!(warnings("colour = \"auto\"")[0].contains("color"));
        assert!(warnings("zzzzz = 1")[0].contains("there are"));
        assert!(warnings("database_url = \"sqlite:a\"").is_empty());
    }

    #[test]
    fn what_is_no_text_or_no_toml_is_refused() {
        for text in ["server = 1", "server", "[server]\nurl = \"a\""] {
            assert!(matches!(file(text), Err(CliError::Config(_))), "{text}");
        }
    }
}
