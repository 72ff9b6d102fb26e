//! `user password`: another password.

use std::path::PathBuf;

use gobid_api::accounts::PasswordChange;

use crate::commands::order::sent;
use crate::credentials::Context;
use crate::error::CliError;
use crate::prompt::{self, Password};

pub(super) const HELP: &str = "\
All other sessions end; the login that is kept here goes on.

Examples:
  gobid-cli user password
  printf '%s\\n' \"$OLD\" \"$NEW\" | gobid-cli user password --password-stdin
  gobid-cli user password --password-file old --new-password-file new";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Read both from standard input, a line each: the one there is, then the new one
    #[arg(long, conflicts_with_all = ["password_file", "new_password_file"])]
    password_stdin: bool,

    /// Read the one there is from a file
    #[arg(long, value_name = "FILE", requires = "new_password_file")]
    password_file: Option<PathBuf>,

    /// Read the new one from a file
    #[arg(long, value_name = "FILE", requires = "password_file")]
    new_password_file: Option<PathBuf>,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let (current_password, new_password) = self.read(context).await?;
        let change = PasswordChange { current_password, new_password };
        let next = "gobid-cli user login, with the new one, or else with the one before";
        sent(client.prepare(), client.change_password(&change), "the password is changed", next)
            .await?;
        if let Some(login) = context.login()? {
            context.keep_login(&client, &login.user_name)?;
        }
        context.output.note("the password is changed; all other sessions have ended");
        Ok(())
    }

    async fn read(self, context: &Context) -> Result<(String, String), CliError> {
        if self.password_stdin {
            return prompt::two_secrets().await;
        }
        if let (Some(current), Some(new)) = (self.password_file, self.new_password_file) {
            return Ok((prompt::secret_of(current).await?, prompt::secret_of(new).await?));
        }
        let current = context.asked("Current password:", Password::Known).await?;
        Ok((current, context.asked("New password:", Password::New).await?))
    }
}
