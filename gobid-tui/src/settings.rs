//! What holds, by flag, environment, configuration or default, in this order.

mod config;
pub mod server;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::time::Duration;
use std::{env, io};

use gobid_api::Decimal;
use gobid_api::client::{Client, Credential, Credentials, StoredLogin};
use jiff::tz::TimeZone;
use ratatui::symbols::Marker;

use crate::app::{Confirm, What};
use crate::args::{self, Color, Flags};
use crate::exit::Fault;
use crate::keys::Keymap;
use crate::theme::{self, Theme};

/// How long a request may wait for its answer.
pub const TIMEOUT: Duration = Duration::from_secs(15);
const DEFAULT_PROFILE: &str = "default";
/// Frames a second, at most and by default.
const MOST_FPS: u8 = 30;

/// What holds.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
#[derive(Debug)]
pub struct Settings {
    /// The server.
    pub server: String,
    /// Whether the configuration says which.
    pub server_is_from_file: bool,
    /// The profile that logins are kept under.
    pub profile: String,
    /// Where logins are kept.
    pub credentials: Credentials,
    /// The profile's login, should there be one.
    pub login: Option<StoredLogin>,
    /// An API token, in place of the login.
    pub token: Option<server::Token>,
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
        let (keys, unknown) = Keymap::with(&config.keys)?;
        warnings.extend(unknown);
        let credentials = Credentials::of_user()?;
        let named = server::given(flags.profile);
        let profile_is_named = named.is_some();
        let profile = named.or(config.profile);
        let profile = profile.unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
        let login = credentials.load(&profile)?;
        let in_file = server::given(config.server);
        let (server, server_is_from_file) =
            server::choose(server::given(flags.server), profile_is_named, login.as_ref(), in_file);
        let has_colors = match flags.color.or(config.color).unwrap_or(Color::Auto) {
            Color::Auto => has_colors(|variable| env::var_os(variable)),
            Color::Always => true,
            Color::Never => false,
        };
        let (theme, themes) = choose_theme(flags.theme, config.theme, has_colors, &mut warnings)?;
        let fps = flags.fps.or(config.fps).unwrap_or(MOST_FPS);
        let marker = flags.marker.or(config.marker).unwrap_or_default();
        let wanted = |flag: Option<bool>, file: Option<bool>| flag.or(file).unwrap_or(false);
        let not = |flag: Option<bool>| flag.map(|no| !no);
        let wrong = anyhow::Error::msg::<String>;
        Ok(Self {
            server,
            server_is_from_file,
            profile,
            credentials,
            login,
            token: server::Token::of_environment()?,
            theme,
            themes,
            is_ascii: wanted(flags.ascii, config.ascii),
            marker: drawn_with(marker),
            fps: fps.clamp(1, MOST_FPS),
            has_mouse: not(flags.no_mouse).or(config.mouse).unwrap_or(true),
            notifies: not(flags.no_notify).or(config.notify).unwrap_or(true),
            is_read_only: wanted(flags.read_only, config.read_only) || flags.no_input,
            confirm: match (flags.confirm, config.confirm) {
                (Some(confirm), _) => confirm,
                (None, text) => confirm(text.as_deref().unwrap_or("always")).map_err(wrong)?,
            },
            is_plain: wanted(flags.plain, config.plain) || flags.no_input || !has_screen(),
            reads_input: !flags.no_input,
            zone: match (flags.tz, config.tz) {
                (Some(zone), _) => zone,
                (None, name) => zone(name.as_deref().unwrap_or("local")).map_err(wrong)?,
            },
            keys,
            hooks,
            warnings,
        })
    }

    /// Who is asking, should that be known: a token out of the environment goes before the
    /// profile's login.
    pub fn credential(&self, client: &Client) -> Option<Credential> {
        match &self.token {
            Some(token) => token.credential(client),
            None => self.login.as_ref().map(StoredLogin::credential),
        }
    }
}

/// The theme by flag or configuration, and those that there are. What in its file is not understood
/// is a warning.
fn choose_theme(
    flag: Option<String>,
    file: Option<String>,
    has_colors: bool,
    warnings: &mut Vec<String>,
) -> anyhow::Result<(Theme, Vec<(String, Theme)>)> {
    let mut themes = theme::all(has_colors);
    let is_flag = flag.is_some();
    let wanted = flag.or(file).filter(|_| has_colors);
    let chosen = theme::choose(&mut themes, wanted.as_deref(), config::folder().as_deref());
    let (theme, unknown) = match chosen {
        Err(error) if is_flag => return Err(Fault::of_usage(&error).into()),
        chosen => chosen?,
    };
    warnings.extend(unknown);
    Ok((theme, themes))
}

/// Whether a terminal gets colours when nobody said so, by the variables that all programs know.
fn has_colors(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is = |name: &str, wanted: &str| variable(name).is_some_and(|value| value == wanted);
    let is_forced = is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0");
    !is_set("NO_COLOR") && (is_forced || !is("CLICOLOR", "0"))
}

const fn drawn_with(marker: args::Marker) -> Marker {
    match marker {
        args::Marker::Braille => Marker::Braille,
        args::Marker::Block => Marker::HalfBlock,
        args::Marker::Dot => Marker::Dot,
    }
}

/// `always`, `never`, or `above:N`.
pub fn confirm(text: &str) -> Result<Confirm, String> {
    match text {
        "always" => Ok(Confirm::Always),
        "never" => Ok(Confirm::Never),
        text => {
            let amount: Option<Decimal> =
                text.strip_prefix("above:").and_then(|amount| amount.parse().ok());
            let wrong = || format!("confirm is {text:?}: write always, never, or above:500.00");
            amount.map(Confirm::Above).ok_or_else(wrong)
        }
    }
}

/// A zone by its name; `local` is the machine's own.
pub fn zone(name: &str) -> Result<TimeZone, String> {
    match name {
        "local" => Ok(TimeZone::system()),
        name if name.eq_ignore_ascii_case("utc") => Ok(TimeZone::UTC),
        name => TimeZone::get(name).map_err(|error| {
            format!("tz is {name:?}: write a zone such as Europe/Berlin, or utc ({error})")
        }),
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
        assert_eq!(Keymap::with(&config.keys).unwrap().1, [""; 0]);
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
        assert_eq!(confirm("always"), Ok(Confirm::Always));
        assert_eq!(confirm("never"), Ok(Confirm::Never));
        let limit = "500.00".parse().unwrap();
        assert_eq!(confirm("above:500.00"), Ok(Confirm::Above(limit)));
        for wrong in ["", "above", "above:lots", "sometimes"] {
            let error = confirm(wrong).unwrap_err();
            assert!(error.ends_with("write always, never, or above:500.00"), "{error}");
        }
        assert_eq!(zone("UTC"), Ok(TimeZone::UTC));
        assert!(zone("Middle/Earth").is_err());
    }

    #[test]
    fn colours_are_for_those_who_want_them() {
        let table = [
            ("", true),
            ("NO_COLOR=1", false),
            ("NO_COLOR=", true),
            ("CLICOLOR=0", false),
            ("CLICOLOR=0 CLICOLOR_FORCE=1", true),
            ("CLICOLOR=0 CLICOLOR_FORCE=0", false),
            ("NO_COLOR=1 CLICOLOR_FORCE=1", false),
        ];
        for (variables, has) in table {
            let value = |name: &str| {
                let mut all = variables.split(' ').filter_map(|variable| variable.split_once('='));
                all.find(|(known, _)| *known == name).map(|(_, value)| value.into())
            };
            assert_eq!(has_colors(value), has, "{variables}");
        }
    }
}
