//! `bid`: place one, and learn for certain what became of it.

use clap::Subcommand;
use gobid_api::bids::{BidAnswer, NewBid};
use gobid_api::client::ClientError;
use gobid_api::products::ProductView;
use gobid_api::{Amount, Currency, Decimal, ProductId, RequestId, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::product::at_price;
use crate::amount::{self, money};
use crate::credentials::Context;
use crate::error::{BidError, CliError};
use crate::output::{Cell, Column, Record};

const HELP: &str = "\
The amount is in the product's currency and written 1275, 1275.00 or 1_275. On a terminal you are
asked whether you mean it; -y answers yes.

When the answer is lost, the bid is repeated under the same request id, which is one bid however
often it arrives. If that does not help either, the exit code is 11 and the command to ask again is
printed: with the same --request-id and --not-after it looks the bid up and never bids anew.

Examples:
  gobid-cli bid place ID 1275
  gobid-cli bid place ID 1275.00 -y -o json";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bid exactly this amount, now
    #[command(after_help = HELP)]
    Place(Place),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The product
    #[arg(value_name = "ID")]
    product_id: ProductId,

    /// How much
    #[arg(value_parser = amount::parse)]
    amount: Decimal,

    /// Bid only if the current price is this
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    expected_price: Option<Decimal>,

    /// The name of the bid: a bid that was sent under it before is looked up
    #[arg(long, value_name = "UUID")]
    request_id: Option<RequestId>,

    /// The moment, RFC 3339, after which the bid sent before is not judged any more
    #[arg(long, value_name = "TIME", requires = "request_id")]
    not_after: Option<Timestamp>,
}

impl Command {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        match self {
            Self::Place(args) => args.run(context).await,
        }
    }
}

impl Place {
    async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let command = self.command(client.server(), &context.settings.profile);
        let product = client.product(self.product_id).await;
        let product = product.map_err(|why| self.not_asked(why, &command))?;
        let amount = self.checked(&product)?;
        let currency = &product.currency;
        if self.request_id.is_none() {
            context.confirm(&question(&product, amount)).await?;
        }
        let request_id = self.request_id.unwrap_or_else(Uuid::new_v4);
        // Said before it is sent: whoever breaks off now may want to look it up.
        context.output.note(&format!("bidding {} (request {request_id})", money(amount, currency)));
        let bid = NewBid {
            amount: amount.into(),
            expected_price: self.expected_price.map(Into::into),
            not_after: self.not_after.map(|moment| moment.to_string()),
        };
        let answer = client.place_bid(self.product_id, request_id, &bid).await;
        let answer = answer.map_err(|error| {
            let currency = currency.clone();
            CliError::Bid(Box::new(BidError { error, request_id, currency, command }))
        })?;
        let placed = Placed { answer, currency: currency.clone() };
        context.output.one(&placed)?;
        context.output.note(placed.sentence_of_outcome());
        Ok(())
    }

    /// The product could not be read. What became of a bid that was sent before stays unknown.
    fn not_asked(&self, why: ClientError, command: &str) -> CliError {
        let (Some(request_id), Some(not_after), None) =
            (self.request_id, self.not_after, why.problem())
        else {
            return why.into();
        };
        let error = ClientError::UnknownOutcome { request_id, not_after, why: Box::new(why) };
        let (currency, command) = (String::new(), command.to_owned());
        CliError::Bid(Box::new(BidError { error, request_id, currency, command }))
    }

    /// The amount with the digits of the product's currency.
    fn checked(&self, product: &ProductView) -> Result<Decimal, CliError> {
        let code = &product.currency;
        let wrong = |why| CliError::Usage(format!("the amount {why} (the auction is in {code})"));
        let currency: Currency = code.parse().map_err(wrong)?;
        let amount = Amount::from_decimal(self.amount, currency).map_err(wrong)?;
        Ok(amount.to_decimal(currency))
    }

    /// The command that asks for the same bid again, without the options that name it.
    fn command(&self, server: &str, profile: &str) -> String {
        let Self { product_id, amount, .. } = self;
        let expected = self
            .expected_price
            .map(|price| format!(" --expected-price {price}"))
            .unwrap_or_default();
        format!(
            "gobid-cli --server {server} --profile {profile} \
             bid place {product_id} {amount}{expected}"
        )
    }
}

fn question(product: &ProductView, amount: Decimal) -> String {
    format!(
        "{}: {}. You bid exactly {}. This becomes the price. It cannot be withdrawn. Place it?",
        product.product_name,
        at_price(product),
        money(amount, &product.currency)
    )
}

/// A bid that was accepted. Its JSON is the wire's own.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Placed {
    answer: BidAnswer,
    #[serde(skip)]
    currency: String,
}

impl Placed {
    const fn sentence_of_outcome(&self) -> &'static str {
        match self.answer.result.leading {
            Some(true) => "accepted, you lead",
            Some(false) => "accepted, but beaten at once by a maximum",
            None => "accepted",
        }
    }

    fn money(&self, amount: Option<Decimal>) -> Cell {
        Cell::money(amount, &self.currency)
    }
}

impl Record for Placed {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("bid_id", |it| Cell::text(&it.answer.result.bid_id)),
        Column::new("product_id", |it| Cell::text(&it.answer.result.product_id)),
        Column::new("seq", |it| Cell::Number(it.answer.result.seq)),
        Column::new("amount", |it| it.money(it.answer.result.amount)),
        Column::for_programs("currency", |it| Cell::text(&it.currency)),
        Column::new("leading", |it| it.answer.result.leading.map_or(Cell::Nothing, Cell::Flag)),
        Column::new("current_price", |it| it.money(it.answer.result.current_price)),
        Column::new("minimum_next_bid", |it| it.money(it.answer.result.minimum_next_bid)),
        Column::new("auction_end", |it| Cell::Moment(it.answer.result.auction_end)),
        Column::new("received_at", |it| Cell::Moment(it.answer.result.received_at)),
        Column::new("idempotency_key", |it| Cell::text(&it.answer.idempotency_key)),
    ];

    fn id(&self) -> String {
        self.answer.result.bid_id.to_string()
    }
}
