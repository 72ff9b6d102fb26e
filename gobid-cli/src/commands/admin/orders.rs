//! What an admin orders about an auction, with a reason that everybody sees.

use std::time::Duration;

use gobid_api::ProductId;
use gobid_api::admin::{Extension, VoidBidder};
use gobid_api::client::local_time;
use gobid_api::products::ProductView;
use gobid_auction::EntryId;

use super::people::{find, name};
use crate::commands::order::{Because, meant, sent};
use crate::commands::product::understood;
use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;

pub(super) const CANCEL_HELP: &str = "\
Example:
  gobid-cli admin cancel ID --reason 'The seller does not own it.'";

pub(super) const EXTEND_HELP: &str = "\
Examples:
  gobid-cli admin extend ID --by 10m --reason 'The server was down.'
  gobid-cli admin extend ID --to 'tomorrow 18:00' --reason 'The server was down.'";

pub(super) const ANNUL_HELP: &str = "\
Outcome, winner and price stay in the record, marked.

Example:
  gobid-cli admin annul ID --reason 'It is not as it was described.'";

pub(super) const VOID_HELP: &str = "\
Price and leader are what the remaining bids lead to; an end that was extended stays. Of a sealed
auction that is open the bids of a bidder can be struck, not one by its id.

Examples:
  gobid-cli admin void BID --product ID --reason 'A stolen account.'
  gobid-cli admin void --bidder eva --product ID --reason 'A stolen account.'";

/// How to learn whether an order was carried out.
fn look(product_id: ProductId) -> String {
    format!("gobid-cli admin log {product_id} shows whether it was")
}

#[derive(Debug, clap::Args)]
pub(crate) struct Cancel {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    because: Because,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Extend {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    until: Until,

    #[command(flatten)]
    because: Because,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Until {
    /// How much later than the end there is, such as 10m
    #[arg(long, value_name = "TIME", value_parser = moment::parse_span)]
    by: Option<Duration>,

    /// The end there is to be
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Annul {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    because: Because,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Void {
    #[command(flatten)]
    target: Target,

    /// The product
    #[arg(long = "product", value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    because: Because,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// The bid, as gobid-cli product bids names it
    #[arg(value_name = "BID", value_parser = crate::commands::id)]
    bid_id: Option<EntryId>,

    /// The bidder: name, e-mail or id
    #[arg(long, value_name = "USER")]
    bidder: Option<String>,
}

impl Cancel {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        meant(context, &client, self.product_id, "The auction is called off.").await?;
        let product = sent(
            client.prepare(),
            client.admin_cancel(self.product_id, &self.because.into_body()),
            "the auction was cancelled",
            &look(self.product_id),
        )
        .await?;
        done(context, &product, "cancelled")
    }
}

impl Extend {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let order = "Its end moves later.";
        let product = meant(context, &client, self.product_id, order).await?;
        let auction_end = match self.until {
            Until { to: Some(text), .. } => understood(context, "to", &text, local_time())?,
            Until { by, to: None } => product.auction_end.plus(by.unwrap_or_default()).to_string(),
        };
        let extension = Extension { auction_end, reason: self.because.reason };
        let product = sent(
            client.prepare(),
            client.admin_extend(self.product_id, &extension),
            "the end was moved",
            &format!(
                "gobid-cli product show {} shows the end; again with --to moves it no further",
                self.product_id
            ),
        )
        .await?;
        done(context, &product, &format!("ends {}", product.auction_end))
    }
}

impl Annul {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        meant(context, &client, self.product_id, "The sale is annulled.").await?;
        let product = sent(
            client.prepare(),
            client.admin_annul(self.product_id, &self.because.into_body()),
            "the sale was annulled",
            &look(self.product_id),
        )
        .await?;
        done(context, &product, "annulled")
    }
}

impl Void {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let id = self.product_id;
        let product = match self.target {
            Target { bidder: Some(bidder), .. } => {
                let user = find(&client, &bidder).await?;
                let order = format!("All bids of {} are struck.", name(&user));
                meant(context, &client, id, &order).await?;
                let bidder = VoidBidder { user_id: user.user_id, reason: self.because.reason };
                sent(
                    client.prepare(),
                    client.admin_void_bidder(id, &bidder),
                    "the bids were struck",
                    &look(id),
                )
                .await?
            }
            Target { bid_id, bidder: None } => {
                // One of the two is required.
                let bid_id = bid_id.unwrap_or_default();
                meant(context, &client, id, &format!("The bid {bid_id} is struck.")).await?;
                sent(
                    client.prepare(),
                    client.admin_void_bid(id, bid_id, &self.because.into_body()),
                    "the bid was struck",
                    &look(id),
                )
                .await?
            }
        };
        done(context, &product, "struck")
    }
}

/// Shows how the product stands since.
fn done(context: &Context, product: &ProductView, what: &str) -> Result<(), CliError> {
    context.output.one(product)?;
    context.output.note(what);
    Ok(())
}
