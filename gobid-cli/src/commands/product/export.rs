//! `product export`: everything that happened in an auction so far.

use gobid_api::ProductId;

use super::happening::Happening;
use crate::commands::patience::patient;
use crate::credentials::Context;
use crate::error::CliError;

pub(super) const HELP: &str = "\
Prints the whole log, oldest event first, and ends; product watch goes on from there.

Examples:
  gobid-cli product export ID -o ndjson > auction.ndjson
  gobid-cli product export ID -o csv > auction.csv";

/// How many events the server gives at once.
const PAGE: u32 = 100;

/// Prints all events up to the last one there is now.
pub(super) async fn run(context: &Context, product_id: ProductId) -> Result<(), CliError> {
    let client = context.client()?;
    let product = patient(context, true, async || client.product(product_id).await).await?;
    let mut bar = context.output.bar(u64::try_from(product.seq).unwrap_or(0), "events");
    let mut events = context.output.collection();
    let mut seq = 0;
    while seq < product.seq {
        let page = async || client.events(product_id, seq, Some(PAGE)).await;
        let page = patient(context, true, page).await?;
        if page.items.is_empty() {
            break;
        }
        bar.make_room();
        for event in page.items.into_iter().take_while(|event| event.seq <= product.seq) {
            seq = event.seq;
            events.push(Happening { event, currency: product.currency.clone() })?;
        }
        bar.at(u64::try_from(seq).unwrap_or(0));
    }
    drop(bar);
    Ok(events.finish()?)
}
