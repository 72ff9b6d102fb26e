//! The program: what each of its commands does.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::ArgMatches;
use clap_complete::Shell;

use crate::config::{self, Config, ConfigError, Layers};
use crate::demo;
use crate::output::{announce, complain, say};
use crate::server::{Server, Stopped};
use crate::shutdown::Signals;
use crate::{args, healthcheck, telemetry};

/// Exit codes, the same in all programs of GoBid.
const FAILURE: u8 = 1;
const USAGE: u8 = 2;
const CONFIG: u8 = 3;

/// What one thread allocates another one frees, all the time: a batch is put together by a lane and
/// written by the database's thread, an answer goes from a lane to a socket.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Does what the command line says.
pub(crate) fn main() -> ExitCode {
    let matches = args::command().get_matches();
    let done = match matches.subcommand() {
        Some(("serve", matches)) => serve(matches),
        Some(("demo", matches)) => demo(matches),
        Some(("healthcheck", matches)) => healthcheck(matches),
        Some(("config", matches)) => show_config(matches),
        Some(("completions", matches)) => Ok(completions(matches)),
        _ => Ok(ExitCode::from(USAGE)),
    };
    done.unwrap_or_else(|why| {
        complain(&format!("gobid-server: {why:#}"));
        ExitCode::from(match why.downcast_ref::<ConfigError>() {
            Some(why) if why.is_usage() => USAGE,
            Some(_) => CONFIG,
            None => FAILURE,
        })
    })
}

fn serve(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let layers = args::layers(matches)?;
    let config = Config::check(&layers)?;
    telemetry::start(&config);
    for warning in &layers.warnings {
        tracing::warn!("{warning:?}");
    }
    in_runtime(run(config, Kind::Serve))
}

/// Runs a server on a database in a temporary folder, which goes with it.
fn demo(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let listen = matches.get_one::<String>("listen").map_or("127.0.0.1:3080", String::as_str);
    let folder = tempfile::Builder::new().prefix("gobid-demo-").tempdir();
    let folder = folder.context("there is no temporary folder for the database")?;
    let config = demo::config(listen, folder.path())?;
    telemetry::start(&config);
    in_runtime(run(config, Kind::Demo))
}

fn in_runtime(run: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    let code = runtime.block_on(run);
    // What still runs after a stop is not waited for.
    runtime.shutdown_background();
    code
}

/// What a server is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Serve,
    Demo,
}

async fn run(config: Config, kind: Kind) -> anyhow::Result<ExitCode> {
    let signals = match kind {
        Kind::Serve => Signals::listen(),
        // A demo that outlived its terminal would leave its database behind.
        Kind::Demo => Signals::listen_with_hangup(),
    };
    let mut signals = signals.context("signals cannot be listened to")?;
    let server = tokio::select! {
        server = Server::build(config) => server?,
        code = signals.next() => return Ok(ExitCode::from(code)),
    };
    let ready = server.ready();
    match kind {
        Kind::Serve => announce(&ready),
        Kind::Demo => announce(&demo::start(server.app(), &ready.url).await?),
    }
    let (stop, stopping) = tokio::sync::oneshot::channel();
    let (again, at_once) = tokio::sync::oneshot::channel();
    let listening = async move {
        // The server has gone when nobody waits for these.
        let _ = stop.send(signals.next().await);
        let _ = again.send(signals.next().await);
        std::future::pending::<()>().await;
    };
    let mut code = FAILURE;
    let running = server.run(async { drop(stopping.await) }, async {
        code = at_once.await.unwrap_or(FAILURE);
    });
    let stopped = tokio::select! {
        stopped = running => stopped,
        () = listening => Stopped::AtOnce,
    };
    Ok(match stopped {
        Stopped::Drained => ExitCode::SUCCESS,
        Stopped::TimedOut => ExitCode::from(FAILURE),
        Stopped::AtOnce => ExitCode::from(code),
    })
}

fn healthcheck(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let config = Config::check(&args::layers(matches)?)?;
    runtime()?.block_on(healthcheck::ask(&config.listen))?;
    Ok(ExitCode::SUCCESS)
}

fn show_config(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    match matches.subcommand() {
        Some(("default", _)) => say(config::show::defaults().trim_end()),
        Some(("check", matches)) => {
            let layers = args::layers(matches)?;
            Config::check(&layers)?;
            warn(&layers);
            say("The settings are in order.");
        }
        Some((_, matches)) => {
            let layers = args::layers(matches)?;
            let config = Config::check(&layers)?;
            warn(&layers);
            say(config::show::in_force(&layers, &config).trim_end());
        }
        None => return Ok(ExitCode::from(USAGE)),
    }
    Ok(ExitCode::SUCCESS)
}

fn warn(layers: &Layers) {
    layers.warnings.iter().for_each(|warning| complain(warning));
}

fn completions(matches: &ArgMatches) -> ExitCode {
    if let Some(shell) = matches.get_one::<Shell>("shell") {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut args::command(), "gobid-server", &mut script);
        let script = String::from_utf8_lossy(&script);
        // For bash, clap_complete spells a name with a hyphen in two ways, and then completes
        // nothing behind a subcommand (clap's issue 6421).
        say(&script.replace("gobid__subcmd__server", "gobid__server"));
    }
    ExitCode::SUCCESS
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("the runtime does not start")
}
