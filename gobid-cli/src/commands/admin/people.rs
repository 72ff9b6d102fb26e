//! What an admin does about users.

use gobid_api::admin::{NewUserByAdmin, Suspension, UserRow};
use gobid_api::client::Client;
use gobid_api::{UserId, values};

use super::secrets::{ShutOut, WithPassword};
use crate::commands::order::{Because, sent};
use crate::commands::page::{Length, note_more};
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::{Cell, Column, Record};
use crate::prompt::{Password, PasswordArgs};

pub(super) const USERS_HELP: &str = "\
Examples:
  gobid-cli admin users --search eva
  gobid-cli admin users --all -o csv > users.csv";

pub(super) const CREATE_HELP: &str = "\
Without a password one is made that is good for one login, after which its user sets his own.

Example:
  gobid-cli admin user-create --user-name eva --email eva@example.com";

pub(super) const SUSPEND_HELP: &str = "\
His sessions end, and no bid of his counts from then on. With --void-open his bids in open auctions
are struck as well; what could not be done at once is told, and done by the same command again.

Example:
  gobid-cli admin suspend eva --reason 'A stolen account.' --void-open";

/// What to do when nobody knows whether something was done about a user.
const AGAIN: &str = "gobid-cli admin users shows how it stands; the same again does no harm";

/// How many users are looked through for one by his name.
const MANY: u32 = 100;

#[derive(Debug, clap::Args)]
pub(crate) struct Users {
    /// Only those in whose name or e-mail this is, or whose id it is
    #[arg(long, visible_alias = "q", value_name = "TEXT")]
    search: Option<String>,

    #[command(flatten)]
    length: Length,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UserCreate {
    /// The name others see: 3 to 50 of the letters a to z, digits, `_`, `-` and `.`
    #[arg(long, value_name = "NAME", value_parser = values::user_name)]
    user_name: String,

    /// The e-mail address to log in with
    #[arg(long, value_parser = values::email)]
    email: String,

    /// A few words about the user, up to 255 characters
    #[arg(long, value_name = "TEXT")]
    bio: Option<String>,

    #[command(flatten)]
    password: PasswordArgs,
}

/// A user, and why something is done about him.
#[derive(Debug, clap::Args)]
pub(crate) struct About {
    /// The user: name, e-mail or id
    #[arg(value_name = "USER")]
    user: String,

    #[command(flatten)]
    because: Because,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Suspend {
    #[command(flatten)]
    about: About,

    /// Strike his bids in open auctions, too
    #[arg(long)]
    void_open: bool,
}

/// What becomes of a user.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    MakeAdmin,
    RemoveAdmin,
    Reinstate,
}

impl Users {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let q = self.search.as_deref();
        let fetch = async |cursor: Option<String>, limit| {
            client.admin_users(q, cursor.as_deref(), Some(limit)).await
        };
        let (users, more) = self.length.read(fetch).await?;
        context.output.list(&users)?;
        note_more(context, more);
        Ok(())
    }
}

impl UserCreate {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let mut password = None;
        if self.password.is_given() {
            password = Some(context.password(&self.password, Password::New).await?);
        } else {
            context.output.shows_secrets()?;
        }
        let Self { user_name, email, bio, .. } = self;
        let user = NewUserByAdmin { user_name: user_name.clone(), email, password, bio };
        let next = match user.password {
            Some(_) => "gobid-cli admin users shows it then",
            None => "gobid-cli admin users shows it then: give it a password by reset-password",
        };
        let made =
            sent(client.prepare(), client.admin_create_user(&user), "the user was made", next)
                .await?;
        let is_given = made.one_time_password.is_none();
        let shown = WithPassword::new(made.user_id, user_name, made.one_time_password);
        if is_given {
            return Ok(context.output.one(&shown)?);
        }
        show(context, &shown)
    }
}

impl About {
    pub(super) async fn change(self, context: &Context, change: Change) -> Result<(), CliError> {
        let client = context.client()?;
        let user = find(&client, &self.user).await?;
        let order = match change {
            Change::MakeAdmin => "becomes an admin",
            Change::RemoveAdmin => "is no admin any more",
            Change::Reinstate => "is let in again",
        };
        context.confirm(&format!("{} {order}. Do it?", name(&user))).await?;
        let (id, reason) = (user.user_id, self.because.into_body());
        let change = async {
            match change {
                Change::MakeAdmin => client.admin_make_admin(id, &reason).await,
                Change::RemoveAdmin => client.admin_remove_admin(id, &reason).await,
                Change::Reinstate => client.admin_reinstate(id, &reason).await,
            }
        };
        let user = sent(client.prepare(), change, "it was done", AGAIN).await?;
        context.output.one(&user)?;
        context.output.note(&format!("{} {order}", user.user_name));
        Ok(())
    }

    pub(super) async fn reset_password(self, context: &Context) -> Result<(), CliError> {
        context.output.shows_secrets()?;
        let client = context.client()?;
        let user = find(&client, &self.user).await?;
        let question = format!("{} is logged out everywhere. Do it?", name(&user));
        context.confirm(&question).await?;
        let made = sent(
            client.prepare(),
            client.admin_reset_password(user.user_id, &self.because.into_body()),
            "the password was made",
            "the same again makes another one",
        )
        .await?;
        let password = Some(made.one_time_password);
        show(context, &WithPassword::new(user.user_id, user.user_name, password))
    }
}

impl Suspend {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let user = find(&client, &self.about.user).await?;
        let bids = if self.void_open { ", and his bids in open auctions are struck" } else { "" };
        let question = format!("{} is suspended{bids}. Do it?", name(&user));
        context.confirm(&question).await?;
        let reason = self.about.because.reason;
        let suspension = Suspension { reason, void_open: self.void_open };
        let answer = sent(
            client.prepare(),
            client.admin_suspend(user.user_id, &suspension),
            "the user was suspended",
            AGAIN,
        )
        .await?;
        let left = answer.not_voided;
        context.output.one(&ShutOut::new(&user, answer))?;
        if left > 0 {
            context.output.warn(&format!(
                "in {left} auctions his bids are not struck yet: run the same again"
            ));
        }
        Ok(())
    }
}

/// The user who is meant: there is one at most of a name, an e-mail, an id. What looks like an id is
/// one: somebody may have taken that of another as his name.
pub(super) async fn find(client: &Client, text: &str) -> Result<UserRow, CliError> {
    let id = text.parse::<UserId>().ok();
    let is_meant = |user: &UserRow| match id {
        Some(id) => user.user_id == id,
        None => {
            user.user_name.eq_ignore_ascii_case(text) || user.email == text.trim().to_lowercase()
        }
    };
    let mut cursor = None;
    loop {
        let page = client.admin_users(Some(text), cursor.as_deref(), Some(MANY)).await?;
        if let Some(user) = page.items.into_iter().find(is_meant) {
            return Ok(user);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Err(CliError::NoSuchUser(text.to_owned()));
        }
    }
}

fn show(context: &Context, made: &WithPassword) -> Result<(), CliError> {
    let next = format!("gobid-cli admin reset-password {} --reason …", made.id());
    context.output.secret(made, "the one-time password", next)
}

pub(super) fn name(user: &UserRow) -> String {
    format!("{} ({})", user.user_name, user.email)
}

impl Record for UserRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("user_id", |it| Cell::text(&it.user_id)),
        Column::new("user_name", |it| Cell::text(&it.user_name)),
        Column::new("email", |it| Cell::text(&it.email)),
        Column::new("is_admin", |it| Cell::Flag(it.is_admin)),
        Column::new("suspended_at", |it| Cell::moment(it.suspended_at)),
        Column::new("created_at", |it| Cell::Moment(it.created_at)),
        Column::detail("bio", |it| Cell::text(&it.bio)),
    ];

    fn id(&self) -> String {
        self.user_id.to_string()
    }
}
