//! Every setting, once: for the flags, the environment, the file and the printed configuration.

/// A setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Its name: of the flag, and in the file.
    pub(crate) name: &'static str,
    /// What its value is called in the help.
    pub(crate) value: &'static str,
    /// The value when nobody gives one.
    pub(crate) default: Option<&'static str>,
    /// What it is for.
    pub(crate) help: &'static str,
    /// Whether there is a flag for it.
    pub(crate) flag: bool,
}

impl Setting {
    /// The variable of the environment that sets it.
    pub(crate) fn variable(&self) -> String {
        format!("GOBID_{}", self.name.replace('-', "_").to_uppercase())
    }

    /// The setting of a name, as a file may spell it.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name.replace('_', "-"))
    }
}

const fn setting(
    name: &'static str,
    value: &'static str,
    default: Option<&'static str>,
    help: &'static str,
) -> Setting {
    Setting { name, value, default, help, flag: true }
}

/// Every setting, in the order in which they are shown.
pub(crate) const SETTINGS: [Setting; 24] = [
    setting(
        "listen",
        "ADDRESS",
        Some("127.0.0.1:3080"),
        "Where to listen; port 0 takes a free one and the start says which",
    ),
    setting(
        "database-url",
        "URL",
        None,
        "sqlite:FILE or postgres://…; without one, an SQLite file in the state directory. \
         DATABASE_URL and DATABASE_URL_FILE name it as well",
    ),
    setting(
        "migrate",
        "auto|check|off",
        Some("auto"),
        "Bring the schema up to date at the start, refuse to start when it is not, or neither",
    ),
    setting(
        "base-url",
        "URL",
        None,
        "Where browsers reach the server, to be set behind TLS; without it the address of the \
         request, on loopback",
    ),
    setting(
        "allowed-origins",
        "ORIGIN,…",
        None,
        "Whose pages may call the API, beside the server's own",
    ),
    setting(
        "trusted-proxies",
        "CIDR,…",
        None,
        "The proxies in front of the server: their X-Forwarded-For counts, nobody else's",
    ),
    setting(
        "registration",
        "open|closed",
        Some("open"),
        "Who may sign up: anybody, or only whom an admin makes an account for",
    ),
    setting(
        "watching",
        "open|users",
        Some("open"),
        "Who may follow auctions live: anybody, or only whoever is logged in",
    ),
    setting(
        "default-currency",
        "CODE",
        Some("USD"),
        "The currency (ISO 4217) of a product that names none",
    ),
    setting(
        "log-format",
        "auto|text|json",
        Some("auto"),
        "How log lines look; auto is text on a terminal and JSON elsewhere",
    ),
    setting(
        "log",
        "FILTER",
        Some("info"),
        "Which log lines there are, such as debug or info,gobid_server::hub=debug. RUST_LOG sets \
         it as well",
    ),
    setting("shutdown-timeout", "TIME", Some("30s"), "How long a stop may take"),
    setting("min-auction-duration", "TIME", Some("1m"), "The shortest auction"),
    setting("max-auction-duration", "TIME", Some("90d"), "The longest auction"),
    setting("max-sockets", "N", Some("20000"), "How many WebSockets there may be"),
    setting("max-sockets-per-user", "N", Some("50"), "How many of them one user may have"),
    setting(
        "rate-limit-address",
        "RATE",
        Some("50/s"),
        "Requests by address, or by user for whoever is logged in: N/s, N/m or off, with a burst \
         of four times as many",
    ),
    setting("rate-limit-user", "RATE", Some("20/s"), "Writes of a user"),
    setting("rate-limit-bids", "RATE", Some("10/s"), "Bids of a user on one product"),
    setting("rate-limit-login", "RATE", Some("10/m"), "Logins, by account and by address"),
    setting("rate-limit-signup", "RATE", Some("10/m"), "Sign-ups, by address"),
    setting("rate-limit-socket", "RATE", Some("20/s"), "Frames of a WebSocket"),
    Setting {
        name: "admin-email",
        value: "EMAIL",
        default: None,
        help: "An admin to be made at the start, unless there is a user with this e-mail",
        flag: false,
    },
    Setting {
        name: "admin-password-file",
        value: "FILE",
        default: None,
        help: "The file with that admin's password",
        flag: false,
    },
];
