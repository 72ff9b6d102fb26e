//! The settings as people read them.

use std::fmt::Write;

use gobid_store::masked;

use super::{Config, Layers, SETTINGS, Source};

/// A configuration file with the defaults, each in a comment.
pub(crate) fn defaults() -> String {
    let mut text = "# The settings of gobid-server: take the # away to change one.\n".to_owned();
    for setting in SETTINGS.iter().filter(|setting| setting.flag) {
        let value = setting.default.unwrap_or_default();
        // Writing into a string never fails.
        let _written = write!(text, "\n# {}\n# {} = {value:?}\n", setting.help, setting.name);
    }
    text
}

/// The settings in force, as a configuration file that says where each came from.
pub(crate) fn in_force(layers: &Layers, config: &Config) -> String {
    let mut text = String::new();
    for setting in &SETTINGS {
        let (value, source) = match layers.value(setting.name) {
            Some((_, source)) if setting.name == "database-url" => {
                (config.database_url.to_string(), source.clone())
            }
            Some((value, source)) => (masked(value), source.clone()),
            None if setting.name == "database-url" => {
                (config.database_url.to_string(), Source::Default)
            }
            None => continue,
        };
        // Writing into a string never fails.
        let _written = writeln!(text, "{} = {value:?}  # {source}", setting.name);
    }
    text
}
