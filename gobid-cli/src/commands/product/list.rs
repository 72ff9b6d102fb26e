//! `product list`: products by filter and order.

use clap::builder::PossibleValuesParser;
use gobid_api::Decimal;
use gobid_api::client::ProductQuery;
use gobid_api::products::ProductView;
use gobid_auction::Format;

use crate::commands::page::{Length, note_more};
use crate::credentials::Context;
use crate::error::CliError;
use crate::{amount, moment};

pub(super) const HELP: &str = "\
Examples:
  gobid-cli product list --status open --ending-within 2h
  gobid-cli product list --search 'leica m3' --currency EUR --max-price 1_500 --sort price
  gobid-cli product list --seller eva --sort newest --limit 10
  gobid-cli product list --mine --reference R1 -o id
  gobid-cli product list --all -o csv > products.csv";

/// What a list of one's own cannot be filtered by.
const OTHERS: [&str; 9] = [
    "status",
    "seller",
    "format",
    "search",
    "ending_within",
    "currency",
    "min_price",
    "max_price",
    "sort",
];

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only those that are scheduled, open, sold, unsold or cancelled
    #[arg(long)]
    status: Option<String>,

    /// Only those of this seller, by name or by id
    #[arg(long, value_name = "USER")]
    seller: Option<String>,

    /// Only auctions of this format
    #[arg(long, value_parser = PossibleValuesParser::new(Format::ALL.map(Format::as_str)))]
    format: Option<String>,

    /// Only those whose names have words that begin so, all of them
    #[arg(long, visible_alias = "q", value_name = "WORDS")]
    search: Option<String>,

    /// Only those that end within this time, such as 2h
    #[arg(long, value_name = "TIME", value_parser = moment::parse_seconds)]
    ending_within: Option<u32>,

    /// Only those with this currency, such as EUR
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,

    /// Only those with this price or more; needs --currency
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse_price)]
    min_price: Option<Decimal>,

    /// Your own, the newest first
    #[arg(long, conflicts_with_all = OTHERS)]
    mine: bool,

    /// Of your own the one with this reference
    #[arg(long, value_name = "TEXT", requires = "mine")]
    reference: Option<String>,

    /// Only those with this price or less; needs --currency
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse_price)]
    max_price: Option<Decimal>,

    /// In which order: ending, newest, price (the lowest first) or -price (the highest first), the
    /// last two with --currency
    #[arg(long, value_name = "ORDER", default_value = "ending", allow_hyphen_values = true)]
    sort: String,

    #[command(flatten)]
    length: Length,
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let Self { length, mine, .. } = self;
        let client = context.client()?;
        if mine {
            let reference = self.reference.as_deref();
            let fetch = async |cursor: Option<String>, limit| {
                client.my_products(reference, cursor.as_deref(), Some(limit)).await
            };
            return print(context, length.read(fetch).await?);
        }
        let query = ProductQuery {
            status: self.status,
            seller: self.seller,
            format: self.format,
            q: self.search,
            ending_within: self.ending_within,
            currency: self.currency.map(|code| code.to_uppercase()),
            min_price: self.min_price,
            max_price: self.max_price,
            sort: Some(self.sort),
            limit: None,
            cursor: None,
        };
        let fetch = async |cursor, limit| {
            let page = ProductQuery { limit: Some(limit), cursor, ..query.clone() };
            client.products(&page).await
        };
        print(context, length.read(fetch).await?)
    }
}

fn print(context: &Context, (products, more): (Vec<ProductView>, bool)) -> Result<(), CliError> {
    context.output.list(&products)?;
    note_more(context, more);
    Ok(())
}
