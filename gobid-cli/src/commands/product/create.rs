//! `product create`: put something up for auction.

use gobid_api::client::local_time;
use gobid_api::products::NewProduct;
use gobid_api::{Decimal, Timestamp};
use jiff::tz::TimeZone;

use crate::credentials::Context;
use crate::error::CliError;
use crate::{amount, moment};

pub(super) const HELP: &str = "\
An amount is written 1275, 1275.00 or 1_275. A time is a span from now (2h30m, 7d), a local time
(\"tomorrow 18:00\", \"2030-01-31 18:00\") or RFC 3339; what was understood is printed in UTC.

Examples:
  gobid-cli product create --name 'Leica M3' --description 'CLA 2023, light wear.' \\
      --baseprice 900 --ends 2h30m
  gobid-cli product create --name 'Box of LPs' --description '200 of them, unsorted.' \\
      --baseprice 60 --currency EUR --increment 2.50 --starts 'tomorrow 18:00' --ends 7d";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What it is called, up to 100 characters
    #[arg(long)]
    name: String,

    /// What it is, 10 to 2,000 characters
    #[arg(long, value_name = "TEXT")]
    description: String,

    /// The lowest first bid
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    baseprice: Decimal,

    /// When the auction ends
    #[arg(long, value_name = "TIME")]
    ends: String,

    /// When bidding begins; at once when missing
    #[arg(long, value_name = "TIME")]
    starts: Option<String>,

    /// The currency, such as EUR; the server's own when missing
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,

    /// A flat step between bids; the house's ladder when missing
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    increment: Option<Decimal>,

    /// Show bidders as "Bidder 1", "Bidder 2", …
    #[arg(long)]
    anonymous: bool,

    /// Your own name for it, up to 100 characters: the same again is the same product
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let now = local_time();
        let starts = self.starts.as_deref().map(|text| understood(context, "starts", text, now));
        let product = NewProduct {
            product_name: self.name,
            description: self.description,
            baseprice: self.baseprice.into(),
            auction_end: understood(context, "ends", &self.ends, now)?,
            currency: self.currency.map(|code| code.to_uppercase()),
            auction_start: starts.transpose()?,
            format: None,
            increment: self.increment.map(Into::into),
            anonymous_bidders: self.anonymous.then_some(true),
            reference: self.reference,
        };
        let created = client.create_product(&product).await?;
        context.output.one(&created)?;
        let id = created.product_id;
        context.output.note(&format!("watch it: gobid-cli product watch {id}"));
        Ok(())
    }
}

/// Reads a time and says in UTC what was understood.
fn understood(
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
