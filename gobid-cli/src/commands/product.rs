//! `product`: create, list, show, watch, change, cancel, and the bids on one.

mod create;
mod edit;
mod export;
mod happening;
mod increment;
mod list;
mod rows;
mod watch;

pub(super) use create::understood;
pub(super) use rows::at_price;

use clap::Subcommand;
use gobid_api::ProductId;

use super::page::{Length, note_more};
use crate::credentials::Context;
use crate::error::CliError;
use crate::exit;
use rows::BidOn;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put something up for auction
    #[command(after_help = create::HELP)]
    Create(Box<create::Args>),
    /// List products
    #[command(after_help = list::HELP)]
    List(list::List),
    /// Show a product and how its auction stands
    Show {
        /// The product
        #[arg(value_name = "ID", value_parser = crate::commands::id)]
        product_id: ProductId,
    },
    /// Print what happens in an auction, one line an event, until it is over
    #[command(after_help = watch::HELP)]
    Watch(watch::Args),
    /// Print everything that happened in an auction so far
    #[command(after_help = export::HELP)]
    Export {
        /// The product
        #[arg(value_name = "ID", value_parser = crate::commands::id)]
        product_id: ProductId,
    },
    /// Change a product of your own: its description, its reserve
    #[command(after_help = edit::EDIT_HELP)]
    Edit(edit::Edit),
    /// Call an auction of your own off
    #[command(after_help = edit::CANCEL_HELP)]
    Cancel(edit::Cancel),
    /// List the bids on a product, newest first
    Bids {
        /// The product
        #[arg(value_name = "ID", value_parser = crate::commands::id)]
        product_id: ProductId,
        #[command(flatten)]
        length: Length,
    },
}

impl Command {
    /// Whether it heeds signals itself.
    pub(super) fn sees_to_its_end(&self) -> bool {
        matches!(self, Self::Create(args) if args.is_of_many())
    }

    /// Does it, and says how the program ends.
    pub(super) async fn run(self, context: &Context) -> Result<u8, CliError> {
        match self {
            Self::Create(args) => return args.run(context).await,
            Self::List(args) => args.run(context).await?,
            Self::Show { product_id } => {
                let product = context.client()?.product(product_id).await?;
                context.output.one(&product)?;
            }
            Self::Watch(args) => return args.run(context).await,
            Self::Export { product_id } => export::run(context, product_id).await?,
            Self::Edit(args) => args.run(context).await?,
            Self::Cancel(args) => args.run(context).await?,
            Self::Bids { product_id, length } => bids(context, product_id, length).await?,
        }
        Ok(exit::OK)
    }
}

async fn bids(context: &Context, product_id: ProductId, length: Length) -> Result<(), CliError> {
    let client = context.client()?;
    let currency = client.product(product_id).await?.currency;
    let fetch = async |cursor: Option<String>, limit| {
        client.bids(product_id, cursor.as_deref(), Some(limit)).await
    };
    let (bids, more) = length.read(fetch).await?;
    let rows: Vec<_> = bids.into_iter().map(|bid| BidOn::new(bid, &currency)).collect();
    context.output.list(&rows)?;
    note_more(context, more);
    Ok(())
}
