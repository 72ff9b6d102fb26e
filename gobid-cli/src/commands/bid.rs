//! `bid`: place one, set a maximum, buy, and learn for certain what became of it.

mod mine;
mod placed;
mod words;

use std::time::Duration;

use clap::Subcommand;
use gobid_api::bids::{BidAnswer, NewBid, NewPurchase};
use gobid_api::client::{Client, ClientError};
use gobid_api::products::ProductView;
use gobid_api::{Amount, Currency, Decimal, ProductId, RequestId, Timestamp};
use gobid_auction::Offer;
use uuid::Uuid;

use super::page::Length;
use crate::amount;
use crate::credentials::Context;
use crate::ending::told_to_end;
use crate::error::{BidError, BrokenOff, CliError};
use crate::exit;
use crate::output::shell_word;
pub(super) use placed::Placed;

/// How long after it was sent a bid counts at most.
const LIFETIME: Duration = Duration::from_secs(5);

/// What is the same for all three.
const SENDING: &str = "\
On a terminal you are asked whether you mean it; -y answers yes.

When the answer is lost, the bid is repeated under the same request id, which is one bid however
often it arrives. If that does not help either, the exit code is 11 and the command to ask again is
printed: with the same --request-id and --not-after it looks the bid up and never bids anew.";

const PLACE: &str = "\
The amount is in the product's currency and written 1275, 1275.00 or 1_275. In an English auction it
becomes the price. In a sealed one nobody sees it before the close, and a higher one takes its
place. In a Dutch one it accepts the price, when that is not above the amount.

A bid that a maximum beats at once is accepted all the same; the exit code is 12.";

const PLACE_EXAMPLES: &str = "
  gobid-cli bid place ID 1275
  gobid-cli bid place ID 1275.00 -y -o json";

const MAX: &str = "\
The house bids for you, as little as needed, up to this amount, which nobody else sees. It can be
raised and not lowered. A maximum that another one beats at once is accepted all the same; the exit
code is 12.";

const MAX_EXAMPLES: &str = "
  gobid-cli bid max ID 1_400
  gobid-cli bid max ID 1_400 --expected-price 1275";

const BUY: &str = "\
A purchase ends the auction. It is possible until the first bid, or, where there is a reserve, until
the reserve is met.";

const BUY_EXAMPLES: &str = "
  gobid-cli bid buy ID
  gobid-cli bid buy ID -y -o json";

fn help(kind: &str, examples: &str) -> String {
    format!("{kind}\n\n{SENDING}\n\nExamples:{examples}")
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bid exactly this amount, now
    #[command(after_help = help(PLACE, PLACE_EXAMPLES))]
    Place(Offering),
    /// Let the house bid for you up to a secret maximum, as little as needed
    #[command(after_help = help(MAX, MAX_EXAMPLES))]
    Max(Offering),
    /// Buy at the buy-now price
    #[command(after_help = help(BUY, BUY_EXAMPLES))]
    Buy(Buying),
    /// List the auctions you have bid in, and how you stand
    #[command(after_help = mine::HELP)]
    Mine(Length),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Offering {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    /// How much
    #[arg(value_parser = amount::parse)]
    amount: Decimal,

    /// Bid only if the current price is this
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    expected_price: Option<Decimal>,

    #[command(flatten)]
    name: Name,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Buying {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    name: Name,
}

/// What a bid that was sent before is found by.
#[derive(Debug, clap::Args)]
struct Name {
    /// The name of the bid: a bid that was sent under it before is looked up
    #[arg(long, value_name = "UUID")]
    request_id: Option<RequestId>,

    /// The moment, RFC 3339, after which the bid sent before is not judged any more
    #[arg(long, value_name = "TIME", requires = "request_id")]
    not_after: Option<Timestamp>,
}

/// What is sent of a bid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) offer: Offer,
    pub(super) expected_price: Option<Decimal>,
    /// Of a bid that was sent before.
    pub(super) not_after: Option<Timestamp>,
}

/// A bid to be sent.
#[derive(Debug)]
struct Bid {
    product_id: ProductId,
    offer: Offer,
    expected_price: Option<Decimal>,
    name: Name,
}

impl Command {
    /// Whether it heeds signals itself.
    pub(super) const fn sees_to_its_end(&self) -> bool {
        !matches!(self, Self::Mine(_))
    }

    /// Bids, and says how the program ends.
    pub(super) async fn run(self, context: &Context) -> Result<u8, CliError> {
        let bid = match self {
            Self::Place(args) => args.into_bid(Offer::Firm),
            Self::Max(args) => args.into_bid(Offer::Maximum),
            Self::Buy(Buying { product_id, name }) => {
                Bid { product_id, offer: Offer::BuyNow, expected_price: None, name }
            }
            Self::Mine(length) => {
                mine::run(context, length).await?;
                return Ok(exit::OK);
            }
        };
        bid.run(context).await
    }
}

impl Sent {
    /// Sends it until it is known what became of it.
    pub(super) async fn send(
        self,
        client: &Client,
        product_id: ProductId,
        request_id: RequestId,
    ) -> Result<BidAnswer, ClientError> {
        let not_after = self.not_after.map(|moment| moment.to_string());
        let (amount, max_amount) = match self.offer {
            Offer::Firm(amount) => (Some(amount.into()), None),
            Offer::Maximum(amount) => (None, Some(amount.into())),
            Offer::BuyNow => {
                let purchase = NewPurchase { not_after };
                return client.buy(product_id, request_id, &purchase).await;
            }
        };
        let expected_price = self.expected_price.map(Into::into);
        let bid = NewBid { amount, max_amount, expected_price, not_after };
        client.place_bid(product_id, request_id, &bid).await
    }
}

impl Offering {
    fn into_bid(self, offer: fn(Decimal) -> Offer) -> Bid {
        let Self { product_id, amount, expected_price, name } = self;
        Bid { product_id, offer: offer(amount), expected_price, name }
    }
}

impl Bid {
    async fn run(self, context: &Context) -> Result<u8, CliError> {
        let told = told_to_end();
        tokio::pin!(told);
        let client = context.client()?;
        let (expected_price, not_after) = (self.expected_price, self.name.not_after);
        let asked = Sent { offer: self.offer, expected_price, not_after };
        let command = context.bid_command(&client, self.product_id, asked);
        let (product, offer) = tokio::select! {
            ready = self.ready(context, &client, &command) => ready?,
            code = &mut told => return Ok(code),
        };
        let request_id = self.name.request_id.unwrap_or_else(Uuid::now_v7);
        // Said before it is sent: whoever breaks off now may want to look it up.
        let doing = words::doing(&product, offer);
        context.output.note(&format!("{doing} (request {request_id})"));
        let sent = Sent { offer, ..asked };
        let answer = tokio::select! {
            answer = sent.send(&client, self.product_id, request_id) => answer,
            exit = &mut told => {
                let not_after = not_after.unwrap_or_else(|| latest(&client));
                let unknown = Some((command, request_id, not_after));
                return Err(Box::new(BrokenOff { accepted: None, unknown, exit }).into());
            }
        };
        let answer = answer.map_err(|error| {
            let currency = product.currency.clone();
            CliError::Bid(Box::new(BidError { error, request_id, currency, command }))
        })?;
        let placed = Placed { answer, currency: product.currency.clone() };
        context.output.one(&placed)?;
        context.output.note(&words::outcome(&product, offer, &placed.answer.result));
        Ok(placed.exit())
    }

    /// Reads the product, and makes sure that a person means the bid.
    async fn ready(
        &self,
        context: &Context,
        client: &Client,
        command: &str,
    ) -> Result<(ProductView, Offer), CliError> {
        let product = client.product(self.product_id).await;
        let product = product.map_err(|why| self.not_asked(why, command))?;
        let offer = self.checked(&product)?;
        if self.name.request_id.is_none() {
            context.confirm(&words::question(&product, offer)).await?;
        }
        Ok((product, offer))
    }

    /// The product could not be read. What became of a bid that was sent before stays unknown.
    fn not_asked(&self, why: ClientError, command: &str) -> CliError {
        let (Some(request_id), Some(not_after), None) =
            (self.name.request_id, self.name.not_after, why.problem())
        else {
            return why.into();
        };
        let error = ClientError::UnknownOutcome { request_id, not_after, why: Box::new(why) };
        let (currency, command) = (String::new(), command.to_owned());
        CliError::Bid(Box::new(BidError { error, request_id, currency, command }))
    }

    /// The offer with the digits of the product's currency.
    fn checked(&self, product: &ProductView) -> Result<Offer, CliError> {
        let code = &product.currency;
        let wrong = |why| CliError::Usage(format!("the amount {why} (the auction is in {code})"));
        let currency: Currency = code.parse().map_err(wrong)?;
        let amount = |amount| -> Result<Decimal, CliError> {
            let amount = Amount::from_decimal(amount, currency).map_err(wrong)?;
            Ok(amount.to_decimal(currency))
        };
        Ok(match self.offer {
            Offer::Firm(value) => Offer::Firm(amount(value)?),
            Offer::Maximum(value) => Offer::Maximum(amount(value)?),
            Offer::BuyNow => Offer::BuyNow,
        })
    }
}

/// The moment that no copy of a bid sent until now names as the one after which it must not be
/// judged: each has a few seconds.
pub(super) fn latest(client: &Client) -> Timestamp {
    client.clock().now().plus(LIFETIME)
}

impl Context {
    /// The command that asks for the same bid again, without the options that name it.
    pub(super) fn bid_command(&self, client: &Client, product_id: ProductId, bid: Sent) -> String {
        let server = shell_word(client.server());
        let profile = shell_word(&self.settings.profile);
        let offer = match bid.offer {
            Offer::Firm(amount) => format!("place {product_id} {amount}"),
            Offer::Maximum(amount) => format!("max {product_id} {amount}"),
            Offer::BuyNow => format!("buy {product_id}"),
        };
        let expected = bid.expected_price.map(|price| format!(" --expected-price {price}"));
        let expected = expected.unwrap_or_default();
        format!("gobid-cli --server {server} --profile {profile} bid {offer}{expected}")
    }
}
