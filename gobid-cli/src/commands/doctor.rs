//! `doctor`: what is wrong between here and the server, and what to do about it.

mod check;
mod looks;

use gobid_api::client::{Client, StoredLogin};

use crate::credentials::Context;
use crate::error::CliError;
use crate::exit;
use crate::output::shell_word;
use check::Check;

pub(super) const HELP: &str = "\
Looks at the kept login, the server, its database, the live feed, the clocks and the session, and
changes nothing. The exit code is that of the first thing that is wrong; a warning is none.

Examples:
  gobid-cli doctor
  gobid-cli --profile shop doctor -o json";

/// Prints what it finds as it finds it, and ends as the first fault would.
pub(super) async fn run(context: &Context) -> Result<u8, CliError> {
    let mut findings = context.output.collection();
    let mut code = exit::OK;
    let mut tell = |check: Check| -> Result<bool, CliError> {
        let is_fault = check.exit != exit::OK;
        if code == exit::OK {
            code = check.exit;
        }
        findings.push(check)?;
        Ok(!is_fault)
    };
    let (login, check) = kept_login(context);
    tell(check)?;
    let client = context.client_of(login.as_ref())?;
    if tell(looks::server(context, &client).await)? && tell(looks::ready(&client).await)? {
        for check in looks::feed_and_clock(context, &client).await {
            tell(check)?;
        }
        tell(looks::session(context, &client, login.as_ref()).await)?;
    } else {
        for check in ["live feed", "clock", "session"] {
            tell(Check::skipped(check, "there is no server to ask"))?;
        }
    }
    findings.finish()?;
    Ok(code)
}

/// The login of the profile, if it can be read.
fn kept_login(context: &Context) -> (Option<StoredLogin>, Check) {
    let profile = &context.settings.profile;
    match context.login() {
        Ok(Some(login)) => {
            let found = format!("profile {profile}: {} at {}", login.user_name, login.server);
            (Some(login), Check::ok("kept login", found))
        }
        Ok(None) => (None, Check::ok("kept login", format!("profile {profile}: none"))),
        Err(error) => {
            let remedy = "do what it says, or log in again with gobid-cli user login";
            (None, Check::failed("kept login", &error, remedy))
        }
    }
}

/// How a command names the server, for people to type.
fn at(client: &Client) -> String {
    format!("gobid-cli --server {}", shell_word(client.server()))
}
