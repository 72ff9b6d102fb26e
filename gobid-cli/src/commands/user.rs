//! `user`: sign up, log in and out, and see who is logged in.

mod password;
mod sessions;
mod tokens;

use clap::Subcommand;
use gobid_api::UserId;
use gobid_api::client::{Client, ClientError};
use gobid_api::problem::ErrorCode;
use gobid_api::users::{Login, NewUser, Profile};
use serde::Serialize;

use crate::commands::order::sent;
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::{Cell, Column, Record};
use crate::prompt::{Password, PasswordArgs};

const SIGN_UP_HELP: &str = "\
Examples:
  gobid-cli user signup --user-name eva --email eva@example.com
  pass show gobid | gobid-cli user signup --user-name eva --email eva@example.com --password-stdin";

const LOG_IN_HELP: &str = "\
Examples:
  gobid-cli user login --email eva@example.com
  gobid-cli --profile shop --server https://auctions.example user login --email shop@example.com";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an account, and log in with it
    #[command(after_help = SIGN_UP_HELP)]
    Signup(SignUp),
    /// Log in, and keep the login for the profile
    #[command(after_help = LOG_IN_HELP)]
    Login(LogIn),
    /// End the session, and forget the login
    Logout,
    /// Show who is logged in
    Whoami,
    /// Change the password
    #[command(after_help = password::HELP)]
    Password(password::Args),
    /// List where you are logged in, and end a session elsewhere
    #[command(after_help = sessions::HELP)]
    Sessions(sessions::Args),
    /// Make, list and revoke API tokens for scripts
    #[command(subcommand)]
    Tokens(tokens::Command),
}

#[derive(Debug, clap::Args)]
pub(crate) struct SignUp {
    /// The name others see: 3 to 50 letters, digits, `_`, `-` or `.`
    #[arg(long, value_name = "NAME")]
    user_name: Option<String>,

    /// The e-mail address to log in with
    #[arg(long)]
    email: Option<String>,

    /// A few words about yourself, up to 255 characters
    #[arg(long, value_name = "TEXT")]
    bio: Option<String>,

    #[command(flatten)]
    password: PasswordArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LogIn {
    /// The e-mail address signed up with
    #[arg(long)]
    email: Option<String>,

    #[command(flatten)]
    password: PasswordArgs,
}

impl Command {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        match self {
            Self::Signup(args) => args.run(context).await,
            Self::Login(args) => args.run(context).await,
            Self::Logout => log_out(context).await,
            Self::Whoami => {
                let profile = context.client()?.me().await?;
                Ok(context.output.one(&profile)?)
            }
            Self::Password(args) => args.run(context).await,
            Self::Sessions(args) => args.run(context).await,
            Self::Tokens(command) => command.run(context).await,
        }
    }
}

impl SignUp {
    async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let user_name = context.required(self.user_name, "user-name", "User name:").await?;
        let email = context.required(self.email, "email", "E-mail:").await?;
        let password = context.password(&self.password, Password::New).await?;
        let user =
            NewUser { user_name, email: email.clone(), password: password.clone(), bio: self.bio };
        let next = "gobid-cli user login tells: it lets in whoever has an account";
        sent(client.prepare_as_visitor(), client.sign_up(&user), "the account was made", next)
            .await?;
        context.output.note("the account was made");
        log_in(context, &client, email, password).await
    }
}

impl LogIn {
    async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let email = context.required(self.email, "email", "E-mail:").await?;
        let password = context.password(&self.password, Password::Known).await?;
        log_in(context, &client, email, password).await
    }
}

async fn log_in(
    context: &Context,
    client: &Client,
    email: String,
    password: String,
) -> Result<(), CliError> {
    let login = Login { email, password, remember: true };
    let next = "log in again with gobid-cli user login; a password for one login has to be reset";
    let answer =
        sent(client.prepare_as_visitor(), client.log_in(&login), "you were logged in", next).await;
    let answer = answer.map_err(|error| match error {
        // There was an answer, and it is none of a GoBid server.
        CliError::InDoubt { error: error @ ClientError::Protocol(_), .. } => error.into(),
        error => error,
    })?;
    context.keep_login(client, &answer.user_name)?;
    context.output.note(&format!("logged in at {} as {}", client.server(), answer.user_name));
    if answer.must_change_password {
        let next = "set your own: gobid-cli user password";
        context.output.warn(&format!("this password was good for one login; {next}"));
    }
    if context.settings.token.is_some() {
        context.output.warn("the API token of the environment counts before this login");
    }
    context.output.one(&Identity {
        user_id: answer.user_id,
        user_name: answer.user_name,
        server: client.server().to_owned(),
        profile: context.settings.profile.clone(),
    })?;
    Ok(())
}

/// Forgets the login even when the server has ended the session already.
async fn log_out(context: &Context) -> Result<(), CliError> {
    let client = context.client()?;
    if client.credential().is_some_and(|credential| credential.is_token()) {
        let why = "there is no session to end: an API token is in use. Take it out of the \
                   environment, or revoke it with gobid-cli user tokens revoke";
        return Err(CliError::Usage(why.to_owned()));
    }
    let was_logged_in = client.credential().is_some();
    let next = "the same again does no harm";
    match sent(client.prepare(), client.log_out(), "the session has ended", next).await {
        Ok(_farewell) => {}
        Err(CliError::Client(ClientError::NotLoggedIn { .. })) if was_logged_in => {}
        Err(CliError::Client(ClientError::Problem(problem)))
            if problem.code == ErrorCode::Unauthenticated => {}
        Err(error) => return Err(error),
    }
    context.forget_login()?;
    context.output.note(&format!("logged out at {}", client.server()));
    Ok(())
}

/// Who is logged in where.
#[derive(Debug, Serialize)]
struct Identity {
    user_id: UserId,
    user_name: String,
    server: String,
    profile: String,
}

impl Record for Identity {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("user_id", |identity| Cell::text(&identity.user_id)),
        Column::new("user_name", |identity| Cell::text(&identity.user_name)),
        Column::new("server", |identity| Cell::text(&identity.server)),
        Column::new("profile", |identity| Cell::text(&identity.profile)),
    ];

    fn id(&self) -> String {
        self.user_id.to_string()
    }
}

impl Record for Profile {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("user_id", |user| Cell::text(&user.user_id)),
        Column::new("user_name", |user| Cell::text(&user.user_name)),
        Column::new("email", |user| Cell::text(&user.email)),
        Column::new("is_admin", |user| Cell::Flag(user.is_admin)),
        Column::new("created_at", |user| Cell::Moment(user.created_at)),
        Column::detail("bio", |user| Cell::text(&user.bio)),
    ];

    fn id(&self) -> String {
        self.user_id.to_string()
    }
}
