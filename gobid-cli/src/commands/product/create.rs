//! `product create`: put something up for auction.

mod again;
mod file;

use clap::builder::PossibleValuesParser;
use gobid_api::client::local_time;
use gobid_api::products::{NewDutch, NewIncrement, NewProduct};
use gobid_api::{Decimal, ProductId, Timestamp};
use gobid_auction::Format;
use jiff::tz::TimeZone;

use super::increment;
use crate::commands::order::sent;
use crate::credentials::Context;
use crate::error::CliError;
use crate::{amount, exit, moment};

pub(super) const HELP: &str = "\
An amount is written 1275, 1275.00 or 1_275. A time is a span from now (2h30m, 7d), a local time
(\"tomorrow 18:00\", \"2030-01-31 18:00\") or RFC 3339; what was understood is printed in UTC.

In a sealed auction nobody sees a bid before the close: the highest wins, and pays what it says or
what the second-highest says. In a Dutch auction the price falls from the baseprice to the floor,
and the first to accept it wins. Increment, buy-now, soft close and hard end are for English
auctions; a reserve is for English and sealed ones.

A file holds one product or many: JSON objects one after the other, or an array of them, with the
fields of the API (product_name, description, baseprice, auction_end in RFC 3339, currency …). When
the server wants fewer requests, they wait; what fails is told with its place in the file. Products
with a reference are not created twice: the same file can be run again. Of one without, an answer
that is lost leaves it open whether it is there: then the exit code is 11, and nothing more is sent.
Ctrl-C tells what was created; a reader who has enough of the list keeps nothing from being created.

Examples:
  gobid-cli product create --name 'Leica M3' --description 'CLA 2023, light wear.' \\
      --baseprice 900 --ends 2h30m --reserve 1200 --buy-now 2_000 --soft-close 2m
  gobid-cli product create --name 'Box of LPs' --description '200 of them, unsorted.' \\
      --baseprice 60 --currency EUR --increment 0:1,100:2.50 --starts 'tomorrow 18:00' --ends 7d
  gobid-cli product create --name 'Tulips' --description 'Fifty, cut this morning.' \\
      --baseprice 80 --ends 10m --format dutch --dutch-floor 20 --dutch-step 1 --dutch-tick 5s
  gobid-cli product create --from ID --ends 7d
  gobid-cli product create -f products.ndjson -o csv > created.csv";

/// What a file brings by itself.
const OF_ONE: [&str; 17] = [
    "from",
    "name",
    "description",
    "baseprice",
    "ends",
    "starts",
    "currency",
    "format",
    "increment",
    "reserve",
    "buy_now",
    "soft_close",
    "hard_end",
    "floor",
    "step",
    "tick",
    "anonymous",
];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A file with one product or many, as JSON; - is standard input
    #[arg(short, long, value_name = "FILE", conflicts_with_all = OF_ONE)]
    #[arg(conflicts_with = "reference")]
    file: Option<String>,

    /// A product of which everything that is not said here is taken, but for its times and its
    /// reference
    #[arg(long, value_name = "ID", value_parser = crate::commands::id)]
    from: Option<ProductId>,

    /// What it is called, up to 100 characters
    #[arg(long, required_unless_present_any = ["file", "from"])]
    name: Option<String>,

    /// What it is, 10 to 2,000 characters
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["file", "from"])]
    description: Option<String>,

    /// The lowest first bid; of a Dutch auction the price it begins with
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    #[arg(required_unless_present_any = ["file", "from"])]
    baseprice: Option<Decimal>,

    /// When the auction ends
    #[arg(long, value_name = "TIME", required_unless_present = "file")]
    ends: Option<String>,

    /// When bidding begins; at once when missing
    #[arg(long, value_name = "TIME")]
    starts: Option<String>,

    /// The currency, such as EUR; the server's own when missing
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,

    /// By which rules; english when missing
    #[arg(long, value_parser = PossibleValuesParser::new(Format::ALL.map(Format::as_str)))]
    format: Option<String>,

    /// The step between bids, or a ladder such as 0:0.05,1:0.25; the house's ladder when missing
    #[arg(long, value_name = "AMOUNT|LADDER", value_parser = increment::parse)]
    increment: Option<NewIncrement>,

    /// A secret minimum: below it nothing is sold
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    reserve: Option<Decimal>,

    /// The price that ends the auction at once
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    buy_now: Option<Decimal>,

    /// A bid this close to the end, such as 2m, moves it to so long after the bid
    #[arg(long, value_name = "TIME", value_parser = moment::parse_seconds)]
    soft_close: Option<u32>,

    /// Beyond which nothing moves the end
    #[arg(long, value_name = "TIME")]
    hard_end: Option<String>,

    #[command(flatten)]
    dutch: DutchArgs,

    /// Show bidders as "Bidder 1", "Bidder 2", …
    #[arg(long)]
    anonymous: bool,

    /// Your own name for it, up to 100 characters: the same again is the same product
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
}

/// How the price of a Dutch auction falls: all of it or nothing.
#[derive(Debug, clap::Args)]
struct DutchArgs {
    /// The lowest price of a Dutch auction
    #[arg(long = "dutch-floor", value_name = "AMOUNT", value_parser = amount::parse)]
    #[arg(requires_all = ["step", "tick"])]
    floor: Option<Decimal>,

    /// By how much its price falls each time
    #[arg(long = "dutch-step", value_name = "AMOUNT", value_parser = amount::parse)]
    #[arg(requires = "floor")]
    step: Option<Decimal>,

    /// How long it takes from one fall to the next, such as 10s
    #[arg(long = "dutch-tick", value_name = "TIME", value_parser = moment::parse_seconds)]
    #[arg(requires = "floor")]
    tick: Option<u32>,
}

impl Args {
    /// Whether it is about a file.
    pub(super) const fn is_of_many(&self) -> bool {
        self.file.is_some()
    }

    pub(super) async fn run(self, context: &Context) -> Result<u8, CliError> {
        let client = context.client()?;
        if let Some(source) = &self.file {
            return file::run(context, &client, source).await;
        }
        let like = match self.from {
            Some(id) => again::like(context, &client.product(id).await?),
            None => NewProduct::default(),
        };
        let product = self.into_product(like, context, local_time())?;
        let next = match product.reference {
            Some(_) => {
                "gobid-cli product list --mine shows whether it is there; with its reference it is \
                 not created twice"
            }
            None => "gobid-cli product list --mine shows whether it is there",
        };
        let created = sent(
            client.prepare(),
            client.create_product(&product),
            "the product was created",
            next,
        )
        .await?;
        context.output.one(&created)?;
        let id = created.product_id;
        context.output.note(&format!("watch it: gobid-cli product watch {id}"));
        Ok(exit::OK)
    }

    /// What is said here, and for the rest what another product is like.
    fn into_product(
        self,
        like: NewProduct,
        context: &Context,
        now: Timestamp,
    ) -> Result<NewProduct, CliError> {
        let time = |option, text: &String| understood(context, option, text, now);
        let maybe = |option, text: Option<String>| text.map(|text| time(option, &text)).transpose();
        Ok(NewProduct {
            product_name: self.name.unwrap_or(like.product_name),
            description: self.description.unwrap_or(like.description),
            baseprice: self.baseprice.map_or(like.baseprice, Into::into),
            auction_end: maybe("ends", self.ends)?.unwrap_or_default(),
            currency: self.currency.map(|code| code.to_uppercase()).or(like.currency),
            auction_start: maybe("starts", self.starts)?,
            format: self.format.or(like.format),
            increment: self.increment.or(like.increment),
            reserve_price: self.reserve.map(Into::into).or(like.reserve_price),
            buy_now_price: self.buy_now.map(Into::into).or(like.buy_now_price),
            soft_close_seconds: self.soft_close.or(like.soft_close_seconds),
            hard_end: maybe("hard-end", self.hard_end)?,
            dutch: self.dutch.into_terms().or(like.dutch),
            anonymous_bidders: self.anonymous.then_some(true).or(like.anonymous_bidders),
            reference: self.reference,
        })
    }
}

impl DutchArgs {
    fn into_terms(self) -> Option<NewDutch> {
        Some(NewDutch {
            floor: self.floor?.into(),
            step: self.step?.into(),
            tick_seconds: self.tick?,
        })
    }
}

/// Reads a time and says in UTC what was understood.
pub(in crate::commands) fn understood(
    context: &Context,
    option: &str,
    text: &str,
    now: Timestamp,
) -> Result<String, CliError> {
    let moment = moment::parse(text, now, &TimeZone::system())
        .map_err(|why| CliError::Usage(format!("--{option}: {why}")))?;
    let away = moment::span(moment.since(now));
    context.output.note(&format!("{option} {moment}, in {away}"));
    Ok(moment.to_string())
}
