//! `bid mine`: the auctions one has bid in.

use gobid_api::Decimal;
use gobid_api::accounts::MyBid;

use crate::commands::page::{Length, note_more};
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::{Cell, Column, Record};

pub(super) const HELP: &str = "\
Examples:
  gobid-cli bid mine
  gobid-cli bid mine -o ndjson | jq -r 'select(.my_status == \"outbid\") .product.product_id'";

/// Lists them, the newest products first.
pub(super) async fn run(context: &Context, length: Length) -> Result<(), CliError> {
    let client = context.client()?;
    let fetch =
        async |cursor: Option<String>, limit| client.my_bids(cursor.as_deref(), Some(limit)).await;
    let (bids, more) = length.read(fetch).await?;
    context.output.list(&bids)?;
    note_more(context, more);
    Ok(())
}

impl Record for MyBid {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("product_id", |it| Cell::text(&it.product.product_id)),
        Column::new("product_name", |it| Cell::text(&it.product.product_name)),
        Column::new("my_status", |it| Cell::word(it.my_status.as_ref())),
        Column::new("amount", |it| money(it, it.amount)),
        Column::new("max_amount", |it| money(it, it.max_amount)),
        Column::new("current_price", |it| money(it, it.product.current_price)),
        Column::for_programs("currency", |it| Cell::text(&it.product.currency)),
        Column::new("status", |it| Cell::text(&it.product.status)),
        Column::new("auction_end", |it| Cell::Moment(it.product.auction_end)),
    ];

    fn id(&self) -> String {
        self.product.product_id.to_string()
    }
}

fn money(bid: &MyBid, amount: Option<Decimal>) -> Cell {
    Cell::money(amount, &bid.product.currency)
}
