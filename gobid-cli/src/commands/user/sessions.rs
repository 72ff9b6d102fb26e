//! `user sessions`: where one is logged in.

use clap::Subcommand;
use gobid_api::accounts::SessionView;
use uuid::Uuid;

use crate::commands::order::sent;
use crate::commands::page::{Length, note_more};
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::{Cell, Column, Record};

pub(super) const HELP: &str = "\
Examples:
  gobid-cli user sessions
  gobid-cli user sessions end ID";

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(flatten)]
    length: Length,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// End one of them
    End {
        /// The session
        #[arg(value_name = "ID", value_parser = crate::commands::id)]
        session_id: Uuid,
    },
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        if let Some(Command::End { session_id }) = self.command {
            let next = "gobid-cli user sessions shows whether it is there still";
            sent(client.prepare(), client.end_session(session_id), "the session has ended", next)
                .await?;
            context.output.note("the session has ended");
            return Ok(());
        }
        let fetch = async |cursor: Option<String>, limit| {
            client.sessions(cursor.as_deref(), Some(limit)).await
        };
        let (sessions, more) = self.length.read(fetch).await?;
        context.output.list(&sessions)?;
        note_more(context, more);
        Ok(())
    }
}

impl Record for SessionView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("session_id", |it| Cell::text(&it.session_id)),
        Column::new("current", |it| Cell::Flag(it.current)),
        Column::new("device", |it| Cell::maybe(it.device.as_ref())),
        Column::new("address", |it| Cell::maybe(it.address.as_ref())),
        Column::new("since", |it| Cell::Moment(it.since)),
        Column::new("last_seen_at", |it| Cell::Moment(it.last_seen_at)),
        Column::new("expires_at", |it| Cell::Moment(it.expires_at)),
        Column::new("sockets", |it| Cell::count(i64::try_from(it.sockets.len()).ok())),
        Column::detail("remember", |it| Cell::Flag(it.remember)),
    ];

    fn id(&self) -> String {
        self.session_id.to_string()
    }
}
