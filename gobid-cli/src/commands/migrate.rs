//! `migrate`: bring a database to the schema of this program, forward only.

use clap::Subcommand;
use gobid_store::{Database, DatabaseUrl, Migration, Opening, StoreError};
use serde::Serialize;
use uuid::Uuid;

use crate::credentials::Context;
use crate::error::CliError;
use crate::exit;
use crate::output::{Cell, Column, Record};
use crate::settings::Settings;

const HELP: &str = "\
Servers migrate by themselves unless they were told not to. A release runs on the schema of the one
before it and the other way round, so that servers can be upgraded one by one.

After a restore from a backup, and before a server runs on it again, give the database a new epoch:
whoever watched an auction before would else go on in a log that is another one now.

Examples:
  gobid-cli migrate
  gobid-cli migrate new-epoch
  gobid-cli migrate status --database-url postgres://gobid@db/gobid";

/// Which database a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct DatabaseArgs {
    /// The database: sqlite:FILE or postgres://…; else that of `DATABASE_URL`, of the file that
    /// `DATABASE_URL_FILE` names, of the configuration, or the server's own file
    #[arg(
        long,
        global = true,
        env = "GOBID_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    database_url: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Command {
    /// Apply what is missing; also meant when nothing is said
    Up,
    /// Show what was applied and what is missing, and change nothing
    Status,
    /// After a restore: let whoever watches begin anew, and print the new epoch
    NewEpoch,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        match self.command.unwrap_or(Command::Up) {
            Command::Up => up(context, &self.database).await,
            Command::Status => status(context, &self.database).await,
            Command::NewEpoch => new_epoch(context, &self.database).await,
        }
    }
}

async fn up(context: &Context, database: &DatabaseArgs) -> Result<(), CliError> {
    let database = open(context, database, Opening::MayCreate).await?;
    let applied = database.migrate().await?;
    database.close().await;
    if applied.is_empty() {
        context.output.note("the schema is up to date");
    }
    let steps: Vec<_> = applied.into_iter().map(|step| Step::new(step, State::Applied)).collect();
    Ok(context.output.list(&steps)?)
}

async fn status(context: &Context, database: &DatabaseArgs) -> Result<(), CliError> {
    let database = open(context, database, Opening::MustExist).await?;
    let schema = database.schema().await?;
    database.close().await;
    let applied = schema.applied.into_iter().map(|step| Step::new(step, State::Applied));
    let pending = schema.pending.into_iter().map(|step| Step::new(step, State::Pending));
    let steps: Vec<_> = applied.chain(pending).collect();
    Ok(context.output.list(&steps)?)
}

async fn new_epoch(context: &Context, database: &DatabaseArgs) -> Result<(), CliError> {
    let database = open(context, database, Opening::MustExist).await?;
    database.check_schema().await?;
    let epoch = Epoch { epoch: Uuid::now_v7().simple().to_string() };
    database.begin_epoch(&epoch.epoch).await?;
    database.close().await;
    context.output.one(&epoch)?;
    context.output.warn("a server that runs now knows it from its next start on: start it anew");
    Ok(())
}

/// Opens the database that is meant, and says which it is.
pub(super) async fn open(
    context: &Context,
    args: &DatabaseArgs,
    opening: Opening,
) -> Result<Database, CliError> {
    let url = args.url(&context.settings)?;
    context.output.note(&format!("database {url}"));
    Ok(url.open(opening).await?)
}

impl DatabaseArgs {
    /// The database that is meant; the server's own file when nobody named one.
    fn url(&self, settings: &Settings) -> Result<DatabaseUrl, CliError> {
        let given = self.database_url.as_ref().or(settings.database_url.as_ref());
        let given = given.filter(|url| !url.is_empty()).map(DatabaseUrl::new);
        given.or_else(DatabaseUrl::of_user).ok_or_else(|| {
            let why = "there is no home directory: name a database by --database-url";
            CliError::Config(why.to_owned())
        })
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let exit = match &error {
            StoreError::Url(_) => exit::USAGE,
            StoreError::Missing(_) => exit::NOT_FOUND,
            StoreError::Directory { .. }
            | StoreError::Foreign
            | StoreError::Schema(_)
            | StoreError::Durability { .. } => exit::CONFIG,
            error if error.is_away() => exit::UNREACHABLE,
            _ => exit::FAILURE,
        };
        Self::Database { why: error.to_string(), exit }
    }
}

/// The epoch of a database, as it is printed.
#[derive(Debug, Serialize)]
struct Epoch {
    epoch: String,
}

impl Record for Epoch {
    const COLUMNS: &'static [Column<Self>] = &[Column::new("epoch", |it| Cell::text(&it.epoch))];

    fn id(&self) -> String {
        self.epoch.clone()
    }
}

/// A step of the schema, as it is listed.
#[derive(Debug, Serialize)]
struct Step {
    version: i64,
    description: String,
    state: State,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Applied,
    Pending,
}

impl Step {
    fn new(step: Migration, state: State) -> Self {
        Self { version: step.version, description: step.description, state }
    }
}

impl Record for Step {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("version", |step| Cell::Number(step.version)),
        Column::new("description", |step| Cell::text(&step.description)),
        Column::new("state", |step| {
            Cell::text(match step.state {
                State::Applied => "applied",
                State::Pending => "pending",
            })
        }),
    ];

    fn id(&self) -> String {
        self.version.to_string()
    }
}
