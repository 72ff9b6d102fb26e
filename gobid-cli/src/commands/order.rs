//! What the orders of sellers and admins have in common: a reason, and that they cannot be undone.

use gobid_api::client::Client;
use gobid_api::products::{ProductView, Reason};
use gobid_api::{ProductId, values};

use super::product::at_price;
use crate::credentials::Context;
use crate::error::CliError;

/// Why something is ordered.
#[derive(Debug, clap::Args)]
pub(super) struct Because {
    /// Why, in 1 to 500 characters; everybody sees it
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub(super) reason: String,
}

impl Because {
    pub(super) fn into_body(self) -> Reason {
        Reason { reason: self.reason }
    }
}

fn reason(text: &str) -> Result<String, String> {
    values::text_of(text, 1, 500)
}

/// Reads the product that an order is about, and makes sure that a person means it.
pub(super) async fn meant(
    context: &Context,
    client: &Client,
    product_id: ProductId,
    order: &str,
) -> Result<ProductView, CliError> {
    let product = client.product(product_id).await?;
    let (name, stands) = (&product.product_name, at_price(&product));
    let question = format!("{name}: {stands}. {order} This cannot be undone. Do it?");
    context.confirm(&question).await?;
    Ok(product)
}
