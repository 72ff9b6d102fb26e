//! The configuration file.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use strsim::levenshtein;

use super::{ConfigError, SETTINGS, Setting};

/// What a configuration file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The values, by the names of the settings.
    pub(crate) values: BTreeMap<&'static str, String>,
    /// What it says in vain.
    pub(crate) warnings: Vec<String>,
}

impl File {
    /// Reads the file at a path.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let fault = |why: String| ConfigError::File { path: path.to_owned(), why };
        let text = fs::read_to_string(path).map_err(|why| fault(why.to_string()))?;
        let table: toml::Table =
            text.parse().map_err(|why: toml::de::Error| fault(why.to_string()))?;
        let mut file = Self { path: path.to_owned(), ..Self::default() };
        for (key, value) in table {
            let Some(setting) = Setting::named(&key) else {
                file.warnings.push(unknown(path, &key));
                continue;
            };
            let text = text_of(&value).ok_or_else(|| {
                fault(format!("{} must be a text, a number or a list of texts", setting.name))
            })?;
            file.values.insert(setting.name, text);
        }
        Ok(file)
    }

    /// Reads the first of some files that is there.
    pub(crate) fn read_first(paths: &[PathBuf]) -> Result<Option<Self>, ConfigError> {
        let found = paths.iter().find(
            |path| !matches!(fs::metadata(path), Err(why) if why.kind() == io::ErrorKind::NotFound),
        );
        found.map(|path| Self::read(path)).transpose()
    }
}

fn text_of(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(toml::Value::as_str).collect();
            Some(texts?.join(","))
        }
        _ => None,
    }
}

fn unknown(path: &Path, key: &str) -> String {
    let key_as_named = key.replace('_', "-");
    let distances = SETTINGS.iter().map(|it| (levenshtein(&key_as_named, it.name), it.name));
    let nearest = distances.min().filter(|(distance, name)| distance * 2 < name.len());
    let hint = nearest.map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"));
    format!("{} has a setting {key:?} that there is not{hint}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_named() {
        let table = [
            ("rate_limit_bid", Some("rate-limit-bids")),
            ("max-socket", Some("max-sockets")),
            ("databaseurl", Some("database-url")),
            ("weather", None),
        ];
        for (key, nearest) in table {
            let warning = unknown(Path::new("server.toml"), key);
            match nearest {
                Some(name) => {
                    assert!(warning.ends_with(&format!("did you mean {name}?")), "{warning}");
                }
                None => assert!(!warning.contains("did you mean"), "{warning}"),
            }
        }
    }
}
