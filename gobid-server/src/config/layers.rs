//! Which value of a setting counts, and where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use etcetera::BaseStrategy as _;
use gobid_store::DatabaseUrl;

use super::file::File;
use super::{ConfigError, SETTINGS};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A flag.
    Flag,
    /// A variable of the environment.
    Environment(String),
    /// A file.
    File(PathBuf),
    /// Nobody gave one.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => out.write_str("a flag"),
            Self::Environment(variable) => out.write_str(variable),
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Default => out.write_str("default"),
        }
    }
}

/// The value of each setting that has one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layers {
    values: BTreeMap<&'static str, (String, Source)>,
    /// What was said in vain.
    pub(crate) warnings: Vec<String>,
}

/// The ways to give settings, as the program finds them.
pub(crate) struct Givers<'a> {
    /// The value of a flag.
    pub(crate) flag: &'a dyn Fn(&str) -> Option<String>,
    /// The value of a variable of the environment; an empty one counts as none.
    pub(crate) variable: &'a dyn Fn(&str) -> Option<String>,
    /// The file of the flag `--config`.
    pub(crate) config: Option<PathBuf>,
}

impl Layers {
    /// Gathers all values.
    pub(crate) fn gather(givers: &Givers<'_>) -> Result<Self, ConfigError> {
        let file = givers.file()?.unwrap_or_default();
        let mut layers = Self { warnings: file.warnings.clone(), ..Self::default() };
        for setting in &SETTINGS {
            let flag = setting.flag.then(|| (givers.flag)(setting.name)).flatten();
            let value = match flag {
                Some(text) => Some((text, Source::Flag)),
                None => givers.variable_of(setting.name, &setting.variable())?,
            };
            let from_file = || {
                let text = file.values.get(setting.name)?.clone();
                Some((text, Source::File(file.path.clone())))
            };
            let default = || Some((setting.default?.to_owned(), Source::Default));
            if let Some(value) = value.or_else(from_file).or_else(default) {
                layers.values.insert(setting.name, value);
            }
        }
        Ok(layers)
    }

    /// These values, as if flags had given them, and the defaults of all others: what the environment
    /// and files say does not count.
    pub(crate) fn alone(given: &[(&'static str, String)]) -> Self {
        let defaults = SETTINGS.iter().filter_map(|it| Some((it.name, it.default?)));
        let defaults = defaults.map(|(name, text)| (name, (text.to_owned(), Source::Default)));
        let given = given.iter().map(|(name, text)| (*name, (text.clone(), Source::Flag)));
        Self { values: defaults.chain(given).collect(), warnings: Vec::new() }
    }

    /// The value and where it came from.
    pub(crate) fn value(&self, name: &str) -> Option<&(String, Source)> {
        self.values.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(text, _)| text.as_str())
    }

    pub(super) fn fault(&self, name: &'static str, why: String) -> ConfigError {
        let giver = self.values.get(name).map_or(Source::Default, |(_, source)| source.clone());
        ConfigError::Value { name, why, giver }
    }

    /// A value that is always there: it has a default.
    pub(super) fn parse<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        let text = self.text(name).unwrap_or_default().trim();
        parse(text).map_err(|why| self.fault(name, why))
    }

    pub(super) fn parse_optional<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let text = self.text(name).map(str::trim).filter(|text| !text.is_empty());
        text.map(|text| parse(text).map_err(|why| self.fault(name, why))).transpose()
    }

    pub(super) fn parse_list<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, ConfigError> {
        let items = self.text(name).unwrap_or_default().split(',').map(str::trim);
        let items = items.filter(|item| !item.is_empty());
        items.map(|item| parse(item).map_err(|why| self.fault(name, why))).collect()
    }

    pub(super) fn database_url(&self) -> Result<DatabaseUrl, ConfigError> {
        let given = self.parse_optional("database-url", |text| Ok(text.to_owned()))?;
        match given {
            Some(url) => Ok(DatabaseUrl::new(url)),
            None => DatabaseUrl::of_user().ok_or(ConfigError::NoHome),
        }
    }
}

impl Givers<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|text| !text.is_empty())
    }

    fn variable_of(
        &self,
        name: &str,
        variable: &str,
    ) -> Result<Option<(String, Source)>, ConfigError> {
        let other = match name {
            "database-url" => Some("DATABASE_URL"),
            "log" => Some("RUST_LOG"),
            _ => None,
        };
        let found = [Some(variable), other].into_iter().flatten().find_map(|variable| {
            let text = self.variable(variable)?;
            Some((text, Source::Environment(variable.to_owned())))
        });
        if found.is_none() && name == "database-url" {
            return self.secret_file("DATABASE_URL_FILE");
        }
        Ok(found)
    }

    /// The value in the file that a variable names.
    fn secret_file(&self, variable: &str) -> Result<Option<(String, Source)>, ConfigError> {
        let Some(path) = self.variable(variable).map(PathBuf::from) else { return Ok(None) };
        let read = fs::read_to_string(&path);
        let text = read.map_err(|why| ConfigError::File { path, why: why.to_string() })?;
        Ok(Some((text.trim().to_owned(), Source::Environment(variable.to_owned()))))
    }

    fn file(&self) -> Result<Option<File>, ConfigError> {
        let named =
            self.config.clone().or_else(|| self.variable("GOBID_CONFIG").map(PathBuf::from));
        if let Some(path) = named {
            return File::read(&path).map(Some);
        }
        let own = etcetera::base_strategy::Xdg::new().ok();
        let own = own.map(|xdg| xdg.config_dir().join("gobid").join("server.toml"));
        let paths: Vec<_> = own.into_iter().chain([PathBuf::from("gobid.toml")]).collect();
        File::read_first(&paths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn gather(
        flags: &[(&str, &str)],
        variables: &[(&str, &str)],
        file: &str,
    ) -> Result<Layers, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.toml");
        fs::write(&path, file).unwrap();
        let find = |pairs: &[(&str, &str)], name: &str| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, text)| (*text).to_owned())
        };
        Layers::gather(&Givers {
            flag: &|name| find(flags, name),
            variable: &|name| find(variables, name),
            config: Some(path),
        })
    }

    #[test]
    fn a_flag_goes_before_the_environment_before_the_file_before_the_default() {
        let (flag, variable) = ([("log", "error")], [("GOBID_LOG", "warn")]);
        let file = "log = 'debug'";
        let table: [(&[_], &[_], &str, &str); 5] = [
            (&flag, &variable, file, "error"),
            (&[], &variable, file, "warn"),
            (&[], &[("RUST_LOG", "trace")], file, "trace"),
            (&[], &[("GOBID_LOG", "")], file, "debug"),
            (&[], &[], "", "info"),
        ];
        for (flags, variables, file, wanted) in table {
            assert_eq!(gather(flags, variables, file).unwrap().text("log"), Some(wanted));
        }
    }

    #[test]
    fn a_file_may_hold_numbers_and_lists_and_either_spelling() {
        let file = "max_sockets = 7\nallowed-origins = ['https://a.example', 'https://b.example']\n\
                    rate-limit-bid = '1/s'";
        let layers = gather(&[], &[], file).unwrap();
        let config = Config::check(&layers).unwrap();
        assert_eq!(config.max_sockets, 7);
        assert_eq!(config.allowed_origins.len(), 2);
        assert!(layers.warnings[0].contains("did you mean rate-limit-bids?"));
    }

    #[test]
    fn a_fault_says_where_the_value_came_from() {
        let table: [(&[_], &[_], &str, &str); 4] = [
            (&[("listen", "3080")], &[], "", "(a flag)"),
            (&[], &[("GOBID_MIGRATE", "maybe")], "", "(GOBID_MIGRATE)"),
            (&[], &[], "base-url = 'auctions.example'", "server.toml)"),
            (&[], &[("GOBID_ADMIN_EMAIL", "a@b.example")], "", "GOBID_ADMIN_PASSWORD_FILE"),
        ];
        for (flags, variables, file, wanted) in table {
            let layers = gather(flags, variables, file).unwrap();
            let fault = Config::check(&layers).unwrap_err().to_string();
            assert!(fault.contains(wanted), "{fault}");
        }
    }
}
