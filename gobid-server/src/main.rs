//! The server of GoBid.

mod app;
mod args;
mod clock;
mod config;
mod demo;
mod frame;
mod healthcheck;
mod hex;
mod http;
mod hub;
mod output;
mod passwords;
mod program;
mod server;
mod shutdown;
mod telemetry;
mod thread;
mod view;

fn main() -> std::process::ExitCode {
    program::main()
}
