//! What holds, by flag, environment, configuration or default, in this order.

mod config;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::{env, io};

use anyhow::Context as _;
use gobid_api::Decimal;
use gobid_api::client::{Credentials, StoredLogin};
use jiff::tz::TimeZone;
use ratatui::symbols::Marker;

use crate::app::{Confirm, What};
use crate::args::{self, Color, Flags};
use crate::keys::Keymap;
use crate::theme::{self, Theme};

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
    /// The themes that there are, by their names.
    pub themes: Vec<(String, Theme)>,
    /// Whether to draw with ASCII alone.
    pub is_ascii: bool,
    /// What charts are drawn with.
    pub marker: Marker,
    /// Frames a second, at most.
    pub fps: u8,
    /// Whether the mouse is listened to.
    pub has_mouse: bool,
    /// Whether people are told who do not look.
    pub notifies: bool,
    /// Whether nothing may be bid.
    pub is_read_only: bool,
    /// Which bids are asked back about.
    pub confirm: Confirm,
    /// Whether there are lines in place of a screen.
    pub is_plain: bool,
    /// Whether input is read.
    pub reads_input: bool,
    /// The time zone of all times shown.
    pub zone: TimeZone,
    /// Which keys do what.
    pub keys: Keymap,
    /// The commands that are run when something happens.
    pub hooks: Vec<(What, String)>,
    /// What is to be said before anything else.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Reads what holds.
    pub fn read(flags: Flags) -> anyhow::Result<Self> {
        let mut warnings = Vec::new();
        let config = config::read(flags.config.as_deref(), &mut warnings)?;
        let hooks = config.hooks()?;
        let keys = Keymap::with(&config.keys)?;
        let credentials = Credentials::of_user()?;
        let profile = flags.profile.or(config.profile);
        let profile = profile.unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
        let login = credentials.load(&profile)?;
        let server = flags.server.or(config.server);
        let server = server.or_else(|| login.as_ref().map(|login| login.server.clone()));
        let has_colors = match flags.color.or(config.color).unwrap_or(Color::Auto) {
            Color::Auto => !is_set("NO_COLOR"),
            Color::Always => true,
            Color::Never => false,
        };
        let mut themes = theme::all(has_colors);
        let wanted = flags.theme.or(config.theme).filter(|_| has_colors);
        let theme = theme::choose(&mut themes, wanted.as_deref(), config::folder().as_deref())?;
        let fps = flags.fps.or(config.fps).unwrap_or(DEFAULT_FPS);
        let marker = flags.marker.or(config.marker).unwrap_or_default();
        Ok(Self {
            server: server.unwrap_or_else(|| DEFAULT_SERVER.to_owned()),
            profile,
            credentials,
            login,
            theme,
            themes,
            is_ascii: flags.ascii || config.ascii,
            marker: drawn_with(marker),
            fps: fps.clamp(1, 60),
            has_mouse: !flags.no_mouse && config.mouse.unwrap_or(true),
            notifies: !flags.no_notify && config.notify.unwrap_or(true),
            is_read_only: flags.read_only || config.read_only || flags.no_input,
            confirm: confirm(flags.confirm.or(config.confirm).as_deref())?,
            is_plain: flags.plain || config.plain || flags.no_input || !has_screen(),
            reads_input: !flags.no_input,
            zone: zone(flags.tz.or(config.tz).as_deref())?,
            keys,
            hooks,
            warnings,
        })
    }
}

const fn drawn_with(marker: args::Marker) -> Marker {
    match marker {
        args::Marker::Braille => Marker::Braille,
        args::Marker::Block => Marker::HalfBlock,
        args::Marker::Dot => Marker::Dot,
    }
}

/// `always`, `never`, or `above:N`.
fn confirm(text: Option<&str>) -> anyhow::Result<Confirm> {
    match text.unwrap_or("always") {
        "always" => Ok(Confirm::Always),
        "never" => Ok(Confirm::Never),
        text => {
            let amount: Option<Decimal> =
                text.strip_prefix("above:").and_then(|amount| amount.parse().ok());
            let limit = amount.with_context(|| {
                format!("confirm is {text:?}: write always, never, or above:500.00")
            })?;
            Ok(Confirm::Above(limit))
        }
    }
}

/// A zone by its name; the machine's own when none is named.
fn zone(name: Option<&str>) -> anyhow::Result<TimeZone> {
    match name {
        None | Some("local") => Ok(TimeZone::system()),
        Some(name) if name.eq_ignore_ascii_case("utc") => Ok(TimeZone::UTC),
        Some(name) => TimeZone::get(name)
            .with_context(|| format!("tz is {name:?}: write a zone such as Europe/Berlin, or utc")),
    }
}

/// Whether there is a terminal that can be drawn on, and somebody who sees it.
fn has_screen() -> bool {
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_heard = env::var_os("ACCESSIBLE").is_some_and(|on| !on.is_empty() && on != "0");
    !is_dumb && !is_heard && io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Whether the terminal knows notifications by OSC 777, and not by OSC 9.
pub fn notifies_by_777() -> bool {
    let is_vte = env::var_os("VTE_VERSION").is_some();
    let term = env::var_os("TERM").unwrap_or_default();
    let term = term.to_string_lossy();
    is_vte || term.starts_with("rxvt") || term.starts_with("foot")
}

/// The program that opens links: the user's own, or the desktop's.
pub fn browser() -> OsString {
    let own = env::var_os("BROWSER").filter(|own| !own.is_empty());
    let usual = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    own.unwrap_or_else(|| usual.into())
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_read_and_unknown_keys_are_named() {
        let mut warnings = Vec::new();
        let text = "server = 'http://a'\ncolour = 'never'\nfps = 10\nreadonly = true\n\
                    on_outbid = 'beep'\n[keys.views]\nquit = 'Ctrl-q'\n";
        let config = config::parse(text, &mut warnings).unwrap();
        assert_eq!(config.server.as_deref(), Some("http://a"));
        assert_eq!(config.fps, Some(10));
        assert_eq!(config.hooks().unwrap(), [(What::Outbid, "beep".to_owned())]);
        assert!(Keymap::with(&config.keys).is_ok());
        assert_eq!(
            warnings,
            [
                "the configuration has an unknown key \"colour\"; is color meant?",
                "the configuration has an unknown key \"readonly\"; is read_only meant?",
            ]
        );
        assert!(config::parse("fps = 'many'", &mut warnings).is_err());
        let wrong = config::parse("on_won = 7", &mut warnings).unwrap();
        let error = wrong.hooks().unwrap_err().to_string();
        assert_eq!(error, "on_won is not a text: write the command in quotes, such as \"beep\"");
    }

    #[test]
    fn values_that_are_texts() {
        assert_eq!(confirm(None).unwrap(), Confirm::Always);
        assert_eq!(confirm(Some("never")).unwrap(), Confirm::Never);
        let limit = "500.00".parse().unwrap();
        assert_eq!(confirm(Some("above:500.00")).unwrap(), Confirm::Above(limit));
        for wrong in ["", "above", "above:lots", "sometimes"] {
            let error = confirm(Some(wrong)).unwrap_err().to_string();
            assert!(error.ends_with("write always, never, or above:500.00"), "{error}");
        }
        assert_eq!(zone(Some("UTC")).unwrap(), TimeZone::UTC);
        assert!(zone(Some("Middle/Earth")).is_err());
    }
}
