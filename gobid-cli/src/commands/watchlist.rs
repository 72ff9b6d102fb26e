//! `watchlist`: what one wants to find again.

use clap::Subcommand;
use gobid_api::ProductId;
use gobid_api::accounts::Watched;

use super::page::{Length, note_more};
use crate::commands::order::sent;
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::{Cell, Column, Record};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put products on it
    Add {
        /// The products
        #[arg(value_name = "ID", value_parser = crate::commands::id, required = true)]
        product_ids: Vec<ProductId>,
    },
    /// Take products off it
    Rm {
        /// The products
        #[arg(value_name = "ID", value_parser = crate::commands::id, required = true)]
        product_ids: Vec<ProductId>,
    },
    /// List what is on it, the newest first
    List(Length),
}

/// What to do when nobody knows what is on it.
const AGAIN: &str = "the same again does no harm";

impl Command {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        match self {
            Self::Add { product_ids } => {
                let mut watched = context.output.collection();
                for id in product_ids {
                    watched.push(
                        sent(client.prepare(), client.watch(id), "it is on the watchlist", AGAIN)
                            .await?,
                    )?;
                }
                watched.finish()?;
            }
            Self::Rm { product_ids } => {
                for id in product_ids {
                    sent(
                        client.prepare(),
                        client.unwatch(id),
                        "it is on the watchlist still",
                        AGAIN,
                    )
                    .await?;
                    context.output.note(&format!("{id} is not on the watchlist any more"));
                }
            }
            Self::List(length) => {
                let fetch = async |cursor: Option<String>, limit| {
                    client.watchlist(cursor.as_deref(), Some(limit)).await
                };
                let (products, more) = length.read(fetch).await?;
                context.output.list(&products)?;
                note_more(context, more);
            }
        }
        Ok(())
    }
}

impl Record for Watched {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("product_id", |it| Cell::text(&it.product_id)),
        Column::new("since", |it| Cell::Moment(it.since)),
    ];

    fn id(&self) -> String {
        self.product_id.to_string()
    }

    fn sentence(&self) -> String {
        format!("{} is on the watchlist", self.product_id)
    }
}
