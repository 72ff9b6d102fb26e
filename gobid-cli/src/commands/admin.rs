//! `admin`: make one, which only an operator can, who has the database at hand; and what one may do
//! at the server.

mod orders;
mod people;
mod records;
mod secrets;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use clap::Subcommand;
use gobid_api::client::local_time;
use gobid_api::{Timestamp, UserId, values};
use gobid_store::{Database, NewUser, Opening, Taken};
use serde::Serialize;
use uuid::Uuid;

use super::migrate::{DatabaseArgs, open};
use crate::credentials::Context;
use crate::error::CliError;
use crate::exit;
use crate::output::{Cell, Column, Record};
use crate::prompt::{Password, PasswordArgs};
use people::Change;

/// KiB of memory for a password's hash, and passes over it: as the server has them.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

const HELP: &str = "\
Opens the database directly and never makes one: start the server once, or run gobid-cli migrate,
before. A user who is there already becomes an admin and keeps the password.

Examples:
  gobid-cli admin create --user-name root --email root@example.com
  gobid-cli admin create --email eva@example.com --database-url postgres://gobid@db/gobid";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an admin, of a user who is there or of a new one
    #[command(after_help = HELP)]
    Create(Create),
    /// List users, the newest first
    #[command(after_help = people::USERS_HELP)]
    Users(people::Users),
    /// Make a user
    #[command(after_help = people::CREATE_HELP)]
    UserCreate(people::UserCreate),
    /// Give a user a password that is good for one login, and end his sessions
    ResetPassword(people::About),
    /// Make a user an admin
    MakeAdmin(people::About),
    /// Make an admin a user as others are
    RemoveAdmin(people::About),
    /// Shut a user out
    #[command(after_help = people::SUSPEND_HELP)]
    Suspend(people::Suspend),
    /// Let a suspended user in again
    Reinstate(people::About),
    /// Call an auction off, with bids or without
    #[command(after_help = orders::CANCEL_HELP)]
    Cancel(orders::Cancel),
    /// Move the end of an open auction later
    #[command(after_help = orders::EXTEND_HELP)]
    Extend(orders::Extend),
    /// Annul a sale
    #[command(after_help = orders::ANNUL_HELP)]
    Annul(orders::Annul),
    /// Strike one bid, or all bids of one bidder, in an open auction
    #[command(after_help = orders::VOID_HELP)]
    Void(orders::Void),
    /// List every entry of an auction's log, oldest first
    #[command(after_help = records::LOG_HELP)]
    Log(records::Log),
    /// List what admins did and read, newest first
    Audit(records::Audit),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// The name others see: 3 to 50 of the letters a to z, digits, `_`, `-` and `.`
    #[arg(long, value_name = "NAME", value_parser = values::user_name)]
    user_name: Option<String>,

    /// The e-mail address to log in with
    #[arg(long, value_parser = values::email)]
    email: Option<String>,

    #[command(flatten)]
    password: PasswordArgs,

    #[command(flatten)]
    database: DatabaseArgs,
}

impl Command {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        match self {
            Self::Create(args) => args.run(context).await,
            Self::Users(args) => args.run(context).await,
            Self::UserCreate(args) => args.run(context).await,
            Self::ResetPassword(args) => args.reset_password(context).await,
            Self::MakeAdmin(args) => args.change(context, Change::MakeAdmin).await,
            Self::RemoveAdmin(args) => args.change(context, Change::RemoveAdmin).await,
            Self::Suspend(args) => args.run(context).await,
            Self::Reinstate(args) => args.change(context, Change::Reinstate).await,
            Self::Cancel(args) => args.run(context).await,
            Self::Extend(args) => args.run(context).await,
            Self::Annul(args) => args.run(context).await,
            Self::Void(args) => args.run(context).await,
            Self::Log(args) => args.run(context).await,
            Self::Audit(args) => args.run(context).await,
        }
    }
}

impl Create {
    async fn run(self, context: &Context) -> Result<(), CliError> {
        let database = open(context, &self.database, Opening::MustExist).await?;
        database.check_schema().await?;
        let address = context.required(self.email, "email", "E-mail:").await?;
        let address = checked("the e-mail", values::email(&address))?;
        if database.make_admin(&address).await? {
            context.output.note("there is a user with this e-mail: an admin now");
        } else {
            let name = context.required(self.user_name, "user-name", "User name:").await?;
            let name = checked("the user name", values::user_name(&name))?;
            let password = context.password(&self.password, Password::New).await?;
            let password = checked("the password", values::password(&password))?;
            create(&database, name, &address, &password).await?;
        }
        let admin = find(&database, &address).await?;
        database.close().await;
        Ok(context.output.one(&admin)?)
    }
}

async fn create(
    database: &Database,
    user_name: String,
    email: &str,
    password: &str,
) -> Result<(), CliError> {
    let user = NewUser {
        user_id: Uuid::now_v7(),
        user_name,
        email: email.to_owned(),
        password_hash: hash(password)?,
        bio: String::new(),
        is_admin: true,
        created_at: database.clock().await?.map_or_else(local_time, Timestamp::from_micros),
    };
    match database.create_user(&user).await?.as_slice() {
        [] => Ok(()),
        [Taken::UserName] => Err(CliError::Database {
            why: format!("the name {} is taken: choose another one", user.user_name),
            exit: exit::REFUSED,
        }),
        // Signed up just now.
        _ => database.make_admin(email).await.map(drop).map_err(CliError::from),
    }
}

async fn find(database: &Database, email: &str) -> Result<Admin, CliError> {
    let user = database.credentials(email).await?.ok_or_else(|| CliError::Database {
        why: format!("there is no user {email} any more"),
        exit: exit::NOT_FOUND,
    })?;
    Ok(Admin { user_id: user.user_id, user_name: user.user_name, email: email.to_owned() })
}

/// A value, or what is wrong with it in a sentence.
fn checked<T>(what: &str, value: Result<T, String>) -> Result<T, CliError> {
    value.map_err(|why| CliError::Usage(format!("{what} {why}")))
}

fn hash(password: &str) -> Result<String, CliError> {
    let failed = |why: String| CliError::Database { why, exit: exit::FAILURE };
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|why| failed(why.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash =
        argon2.hash_password(password.as_bytes()).map_err(|why| failed(why.to_string()))?;
    Ok(hash.to_string())
}

/// An admin, as it is printed.
#[derive(Debug, Serialize)]
struct Admin {
    user_id: UserId,
    user_name: String,
    email: String,
}

impl Record for Admin {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("user_id", |admin| Cell::text(&admin.user_id)),
        Column::new("user_name", |admin| Cell::text(&admin.user_name)),
        Column::new("email", |admin| Cell::text(&admin.email)),
    ];

    fn id(&self) -> String {
        self.user_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_what_the_server_makes() {
        let made = hash("correct horse").unwrap();
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made}");
    }
}
