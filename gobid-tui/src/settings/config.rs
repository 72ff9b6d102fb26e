//! The configuration: a file of the user's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use etcetera::BaseStrategy as _;
use serde::Deserialize;

use crate::app::What;
use crate::args::{Color, Marker};
use crate::keys::Bound;
use crate::nearest::nearest;

/// The configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Config {
    pub(super) server: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) theme: Option<String>,
    pub(super) color: Option<Color>,
    pub(super) ascii: Option<bool>,
    pub(super) marker: Option<Marker>,
    pub(super) fps: Option<u8>,
    pub(super) mouse: Option<bool>,
    pub(super) notify: Option<bool>,
    pub(super) read_only: Option<bool>,
    pub(super) confirm: Option<String>,
    pub(super) plain: Option<bool>,
    pub(super) tz: Option<String>,
    pub(super) keys: Bound,
    /// What else there is: commands for what happens.
    #[serde(flatten)]
    rest: BTreeMap<String, toml::Value>,
}

/// The keys of the configuration but for those of commands.
const KEYS: [&str; 14] = [
    "server",
    "profile",
    "theme",
    "color",
    "ascii",
    "marker",
    "fps",
    "mouse",
    "notify",
    "read_only",
    "confirm",
    "plain",
    "tz",
    "keys",
];

impl Config {
    /// The commands that are run when something happens.
    pub(super) fn hooks(&self) -> anyhow::Result<Vec<(What, String)>> {
        let hooks = What::ALL.into_iter().filter_map(|(what, key)| {
            let command = self.rest.get(key)?;
            Some(command.as_str().map(|command| (what, command.to_owned())).with_context(|| {
                format!("{key} is not a text: write the command in quotes, such as \"beep\"")
            }))
        });
        hooks.collect()
    }
}

/// The folder of the user's configuration of GoBid.
pub(super) fn folder() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.config_dir().join("gobid"))
}

/// Reads the configuration that is named, or the usual one, should there be one.
pub(super) fn read(given: Option<&Path>, warnings: &mut Vec<String>) -> anyhow::Result<Config> {
    let usual: PathBuf;
    let path = if let Some(given) = given {
        given
    } else {
        let Some(folder) = folder() else {
            return Ok(Config::default());
        };
        usual = folder.join("tui.toml");
        if !usual.exists() {
            return Ok(Config::default());
        }
        &usual
    };
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text, warnings).with_context(|| format!("in {}", path.display()))
}

pub(super) fn parse(text: &str, warnings: &mut Vec<String>) -> anyhow::Result<Config> {
    let table: toml::Table = toml::from_str(text)?;
    let known: Vec<_> = KEYS.into_iter().chain(What::ALL.map(|(_, key)| key)).collect();
    for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
        let nearest = nearest(key, known.iter().copied()).unwrap_or_default();
        warnings.push(format!("the configuration has an unknown key {key:?}; is {nearest} meant?"));
    }
    Ok(toml::from_str(text)?)
}
