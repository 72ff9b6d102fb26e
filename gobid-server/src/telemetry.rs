//! The log: text or JSON on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// What the libraries say of things that the server says itself, or that are nobody's fault.
const QUIET: &str = "tower_sessions=off,tower_sessions_core=off,hyper=error,sqlx=error";

/// Starts the log. Once: a second start changes nothing.
pub(crate) fn start(config: &Config) {
    let filter = EnvFilter::new(format!("{QUIET},{}", config.log));
    let on_terminal = io::stderr().is_terminal();
    let as_json = match config.log_format {
        LogFormat::Auto => !on_terminal,
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = if as_json {
        log.json().flatten_event(true).with_span_list(false).try_init()
    } else {
        log.with_ansi(on_terminal && std::env::var_os("NO_COLOR").is_none()).try_init()
    };
    drop(started);
}

/// A new name for a request, in its answer and in the log.
pub(crate) fn trace_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}
