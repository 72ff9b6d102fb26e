//! The command line.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::config::{ConfigError, Givers, Layers, SETTINGS, Setting};

/// The command line.
pub(crate) fn command() -> Command {
    let print =
        Command::new("print").about("Print the settings in force, and where each came from");
    let check = Command::new("check").about("Check the settings");
    let default = Command::new("default").about("Print a configuration file with the defaults");
    let config = Command::new("config")
        .about("Look at the settings")
        .subcommand_required(true)
        .subcommands([default, with_settings(check), with_settings(print)]);
    let healthcheck = Command::new("healthcheck")
        .about("Ask the server of these settings whether it is ready: exit code 0, else 1");
    let listen = SETTINGS.iter().filter(|setting| setting.name == "listen").map(flag_alone);
    let demo = Command::new("demo")
        .about(
            "Run a server with a dozen auctions and bots, on a database that is gone at the end, \
             for this machine alone",
        )
        .args(listen);
    let shell = Arg::new("shell").required(true).value_parser(value_parser!(Shell));
    let completions = Command::new("completions").about("Print completions for a shell").arg(shell);
    Command::new("gobid-server")
        .about("The server of GoBid: auctions in real time")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            with_settings(Command::new("serve").about("Run the server")),
            demo,
            with_settings(healthcheck),
            config,
            completions,
        ])
}

/// Gathers the settings that a command line, the environment and the file give.
pub(crate) fn layers(matches: &ArgMatches) -> Result<Layers, ConfigError> {
    Layers::gather(&Givers {
        flag: &|name| matches.get_one::<String>(name).cloned(),
        variable: &|name| std::env::var_os(name)?.into_string().ok(),
        config: matches.get_one::<PathBuf>("config").cloned(),
    })
}

fn with_settings(command: Command) -> Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help(
            "The configuration file; without it the first of $XDG_CONFIG_HOME/gobid/server.toml \
             and gobid.toml that is there [env: GOBID_CONFIG]",
        );
    let flags = SETTINGS.iter().filter(|setting| setting.flag).map(flag);
    command.args_override_self(true).arg(config).args(flags).after_help(
        "A flag goes before a variable of the environment, before the file, before the default.",
    )
}

/// A flag that neither the environment nor a file stands for.
fn flag_alone(setting: &'static Setting) -> Arg {
    let default = setting.default.map_or_else(String::new, |value| format!(" [default: {value}]"));
    flag(setting).help(format!("{}{default}", setting.help))
}

fn flag(setting: &'static Setting) -> Arg {
    let default = setting.default.map_or_else(String::new, |value| format!(" [default: {value}]"));
    let help = format!("{}{default} [env: {}]", setting.help, setting.variable());
    Arg::new(setting.name)
        .long(setting.name)
        .value_name(setting.value)
        .action(ArgAction::Set)
        .allow_hyphen_values(true)
        .help(help)
}
