//! What the program says on its standard output, and before there is a log on its standard error.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

/// What a server that is ready says of itself.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ready {
    /// `ready`.
    pub(crate) event: &'static str,
    /// Where it listens.
    pub(crate) url: String,
    /// Where browsers reach it, when that is another place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base_url: Option<String>,
    /// `SQLite` or `PostgreSQL`.
    pub(crate) database: &'static str,
    /// Its address, without a password.
    pub(crate) database_url: String,
    /// The last migration it has.
    pub(crate) schema: String,
    /// What it says of how durable a COMMIT is, by the names of its settings.
    pub(crate) durability: BTreeMap<&'static str, String>,
    /// The version of the program.
    pub(crate) version: &'static str,
}

/// A line, or several, on standard output. Nobody who listens is no error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// A line on standard error.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// What can be said to people, and as JSON.
pub(crate) trait Said: Serialize {
    /// The same for people.
    fn banner(&self) -> String;
}

/// Says something: to people on a terminal, else as one line of JSON.
pub(crate) fn announce(said: &impl Said) {
    if io::stdout().is_terminal() {
        say(&said.banner());
    } else {
        say(&serde_json::to_string(said).unwrap_or_default());
    }
}

impl Said for Ready {
    fn banner(&self) -> String {
        let Self { url, database, database_url, schema, durability, version, .. } = self;
        let durability: Vec<_> =
            durability.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let durability = durability.join(", ");
        let at = self.base_url.as_deref().unwrap_or(url);
        let server =
            if at == "http://127.0.0.1:3080" { String::new() } else { format!(" --server {at}") };
        format!(
            "GoBid {version}\n\
             \x20 API        {at}/api/v1\n\
             \x20 state      {url}/health  {url}/ready\n\
             \x20 database   {database}, schema {schema}: {database_url}\n\
             \x20 durable    {durability}\n\
             \n\
             Next, in another terminal:  gobid-cli user signup{server}\n\
             Ctrl-C stops the server."
        )
    }
}
