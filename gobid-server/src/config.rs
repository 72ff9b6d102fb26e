//! The settings of a server: flag, else environment, else file, else default.

mod file;
mod layers;
mod settings;
pub(crate) mod show;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use gobid_auction::Currency;
use gobid_store::DatabaseUrl;
use ipnet::IpNet;

pub(crate) use layers::{Givers, Layers, Source};
pub(crate) use settings::{SETTINGS, Setting};
pub(crate) use values::{Origin, Rate};

/// What a server was told, checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Where to listen, as `host:port`.
    pub(crate) listen: String,
    /// Which database.
    pub(crate) database_url: DatabaseUrl,
    /// What to do about the schema.
    pub(crate) migrate: Migrate,
    /// Where browsers reach the server; `None`: at the address of the request, on loopback.
    pub(crate) base_url: Option<Origin>,
    /// Whose pages may call the API, beside the server's own.
    pub(crate) allowed_origins: Vec<Origin>,
    /// Whose `X-Forwarded-For` counts.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The currency of a product that names none.
    pub(crate) default_currency: Currency,
    /// Whether anybody may sign up.
    pub(crate) registration_is_open: bool,
    /// Whether anybody may watch live, without a login.
    pub(crate) watching_is_open: bool,
    /// How log lines look.
    pub(crate) log_format: LogFormat,
    /// Which log lines there are.
    pub(crate) log: String,
    /// How long a stop may take.
    pub(crate) shutdown_timeout: Duration,
    /// The shortest auction.
    pub(crate) min_auction_duration: Duration,
    /// The longest auction.
    pub(crate) max_auction_duration: Duration,
    /// How many sockets there may be.
    pub(crate) max_sockets: usize,
    /// How many of them one user may have.
    pub(crate) max_sockets_per_user: usize,
    /// How often what may be done.
    pub(crate) rates: Rates,
    /// An admin to be made at the start.
    pub(crate) admin: Option<AdminBootstrap>,
}

/// What to do about the schema at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Migrate {
    /// Bring it up to date.
    Auto,
    /// Refuse to start when it is not up to date.
    Check,
    /// Neither.
    Off,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// Text.
    Text,
    /// JSON, one object a line.
    Json,
}

/// How often what may be done; `None` is without a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rates {
    /// Requests, by address, or by user for whoever is logged in.
    pub(crate) address: Option<Rate>,
    /// Writes of a user.
    pub(crate) user: Option<Rate>,
    /// Bids of a user on one product.
    pub(crate) bids: Option<Rate>,
    /// Logins, by account and by address.
    pub(crate) login: Option<Rate>,
    /// Sign-ups, by address.
    pub(crate) signup: Option<Rate>,
    /// Frames of one socket.
    pub(crate) socket: Option<Rate>,
}

/// An admin to be made at the start, if there is none with this e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AdminBootstrap {
    /// The e-mail to log in with.
    pub(crate) email: String,
    /// The file with the password; read only when the user has to be made.
    pub(crate) password_file: PathBuf,
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// A file could not be read.
    #[error("cannot read {}: {why}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// There is no folder for the database, and no other database was named.
    #[error("there is no home directory to keep the database in: name one with --database-url")]
    NoHome,
    /// A value is not what it must be.
    #[error("{name} {why} ({giver})")]
    Value {
        /// The setting.
        name: &'static str,
        /// What is wrong with it.
        why: String,
        /// Where the value came from.
        giver: Source,
    },
}

impl ConfigError {
    /// Whether the command line itself is wrong.
    pub(crate) const fn is_usage(&self) -> bool {
        matches!(self, Self::Value { giver: Source::Flag, .. })
    }
}

impl Config {
    /// Checks what was gathered.
    pub(crate) fn check(layers: &Layers) -> Result<Self, ConfigError> {
        let config = Self {
            listen: layers.parse("listen", values::address)?,
            database_url: layers.database_url()?,
            migrate: layers.parse("migrate", values::migrate)?,
            base_url: layers.parse_optional("base-url", values::origin)?,
            allowed_origins: layers.parse_list("allowed-origins", values::origin)?,
            trusted_proxies: layers.parse_list("trusted-proxies", values::network)?,
            default_currency: layers.parse("default-currency", values::currency)?,
            registration_is_open: layers.parse("registration", values::registration)?,
            watching_is_open: layers.parse("watching", values::watching)?,
            log_format: layers.parse("log-format", values::log_format)?,
            log: layers.parse("log", values::filter)?,
            shutdown_timeout: layers.parse("shutdown-timeout", values::duration)?,
            min_auction_duration: layers.parse("min-auction-duration", values::duration)?,
            max_auction_duration: layers.parse("max-auction-duration", values::duration)?,
            max_sockets: layers.parse("max-sockets", values::count)?,
            max_sockets_per_user: layers.parse("max-sockets-per-user", values::count)?,
            rates: Rates::check(layers)?,
            admin: AdminBootstrap::check(layers)?,
        };
        if config.min_auction_duration > config.max_auction_duration {
            let why = "is longer than max-auction-duration".to_owned();
            return Err(layers.fault("min-auction-duration", why));
        }
        Ok(config)
    }
}

impl Rates {
    fn check(layers: &Layers) -> Result<Self, ConfigError> {
        let rate = |name| layers.parse(name, values::rate);
        Ok(Self {
            address: rate("rate-limit-address")?,
            user: rate("rate-limit-user")?,
            bids: rate("rate-limit-bids")?,
            login: rate("rate-limit-login")?,
            signup: rate("rate-limit-signup")?,
            socket: rate("rate-limit-socket")?,
        })
    }
}

impl AdminBootstrap {
    fn check(layers: &Layers) -> Result<Option<Self>, ConfigError> {
        match (layers.text("admin-email"), layers.text("admin-password-file")) {
            (None, None) => Ok(None),
            (Some(email), Some(password_file)) => Ok(Some(Self {
                email: email.trim().to_lowercase(),
                password_file: password_file.into(),
            })),
            (Some(_), None) => {
                let why = "needs GOBID_ADMIN_PASSWORD_FILE beside it".to_owned();
                Err(layers.fault("admin-email", why))
            }
            (None, Some(_)) => {
                let why = "needs GOBID_ADMIN_EMAIL beside it".to_owned();
                Err(layers.fault("admin-password-file", why))
            }
        }
    }
}
