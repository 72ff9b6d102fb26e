//! What holds, by flag, environment, configuration or default, in this order.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use anyhow::Context as _;
use etcetera::BaseStrategy as _;
use gobid_api::client::{Credentials, StoredLogin};
use serde::Deserialize;

use crate::args::{Color, Flags};
use crate::theme::Theme;

const DEFAULT_SERVER: &str = "http://127.0.0.1:3080";
const DEFAULT_PROFILE: &str = "default";
const DEFAULT_FPS: u8 = 30;

/// What holds.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
#[derive(Debug)]
pub struct Settings {
    /// The server.
    pub server: String,
    /// The profile that logins are kept under.
    pub profile: String,
    /// Where logins are kept.
    pub credentials: Credentials,
    /// The profile's login, should there be one.
    pub login: Option<StoredLogin>,
    /// Colours and attributes.
    pub theme: Theme,
    /// Whether to draw with ASCII alone.
    pub is_ascii: bool,
    /// Frames a second, at most.
    pub fps: u8,
    /// Whether nothing may be bid.
    pub is_read_only: bool,
    /// Whether there are lines in place of a screen.
    pub is_plain: bool,
    /// Whether input is read.
    pub reads_input: bool,
    /// What is to be said before anything else.
    pub warnings: Vec<String>,
}

/// The configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    server: Option<String>,
    profile: Option<String>,
    color: Option<Color>,
    ascii: bool,
    fps: Option<u8>,
    read_only: bool,
    plain: bool,
}

/// The keys of the configuration.
const KEYS: [&str; 7] = ["server", "profile", "color", "ascii", "fps", "read_only", "plain"];

impl Settings {
    /// Reads what holds.
    pub fn read(flags: Flags) -> anyhow::Result<Self> {
        let mut warnings = Vec::new();
        let config = read_config(flags.config.as_deref(), &mut warnings)?;
        let credentials = Credentials::of_user()?;
        let profile = flags.profile.or(config.profile);
        let profile = profile.unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
        let login = credentials.load(&profile)?;
        let server = flags.server.or(config.server);
        let server = server.or_else(|| login.as_ref().map(|login| login.server.clone()));
        let color = flags.color.or(config.color).unwrap_or(Color::Auto);
        let has_colors = match color {
            Color::Auto => !is_set("NO_COLOR"),
            Color::Always => true,
            Color::Never => false,
        };
        let fps = flags.fps.or(config.fps).unwrap_or(DEFAULT_FPS);
        Ok(Self {
            server: server.unwrap_or_else(|| DEFAULT_SERVER.to_owned()),
            profile,
            credentials,
            login,
            theme: if has_colors { Theme::TERMINAL } else { Theme::MONO },
            is_ascii: flags.ascii || config.ascii,
            fps: fps.clamp(1, 60),
            is_read_only: flags.read_only || config.read_only || flags.no_input,
            is_plain: flags.plain || config.plain || flags.no_input || !has_screen(),
            reads_input: !flags.no_input,
            warnings,
        })
    }
}

/// Whether there is a terminal that can be drawn on, and somebody who sees it.
fn has_screen() -> bool {
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_heard = env::var_os("ACCESSIBLE").is_some_and(|on| !on.is_empty() && on != "0");
    !is_dumb && !is_heard && io::stdin().is_terminal() && io::stdout().is_terminal()
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn read_config(given: Option<&Path>, warnings: &mut Vec<String>) -> anyhow::Result<Config> {
    let usual: PathBuf;
    let path = if let Some(given) = given {
        given
    } else {
        let Ok(folders) = etcetera::choose_base_strategy() else {
            return Ok(Config::default());
        };
        usual = folders.config_dir().join("gobid/tui.toml");
        if !usual.exists() {
            return Ok(Config::default());
        }
        &usual
    };
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text, warnings).with_context(|| format!("in {}", path.display()))
}

fn parse(text: &str, warnings: &mut Vec<String>) -> anyhow::Result<Config> {
    let table: toml::Table = toml::from_str(text)?;
    for key in table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        let nearest = KEYS.iter().min_by_key(|known| distance(key, known));
        let nearest = nearest.copied().unwrap_or_default();
        warnings.push(format!("the configuration has an unknown key {key:?}; is {nearest} meant?"));
    }
    Ok(toml::from_str(text)?)
}

/// How many letters must be added, removed or replaced to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for letter in one.chars() {
        let mut next = Vec::with_capacity(row.len());
        next.push(row.first().map_or(0, |first| first + 1));
        for (place, against) in other.chars().enumerate() {
            let diagonal = row.get(place).copied().unwrap_or_default();
            let above = row.get(place + 1).copied().unwrap_or_default();
            let left = next.last().copied().unwrap_or_default();
            let replaced = diagonal + usize::from(letter != against);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_read_and_unknown_keys_are_named() {
        let mut warnings = Vec::new();
        let text = "server = 'http://a'\ncolour = 'never'\nfps = 10\nreadonly = true\n";
        let config = parse(text, &mut warnings).unwrap();
        assert_eq!(config.server.as_deref(), Some("http://a"));
        assert_eq!(config.fps, Some(10));
        assert_eq!(
            warnings,
            [
                "the configuration has an unknown key \"colour\"; is color meant?",
                "the configuration has an unknown key \"readonly\"; is read_only meant?",
            ]
        );
        assert!(parse("fps = 'many'", &mut warnings).is_err());
    }

    #[test]
    fn the_distance_of_words() {
        let table = [
            ("", "", 0),
            ("fps", "fps", 0),
            ("fsp", "fps", 2),
            ("", "abc", 3),
            ("plian", "plain", 2),
        ];
        for (one, other, letters) in table {
            assert_eq!(distance(one, other), letters, "{one} {other}");
        }
    }
}
