//! What the orders of sellers and admins have in common: a reason, and that they cannot be undone.

use gobid_api::client::{Client, ClientError};
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

/// Sends an order, once all is there that it needs. Where nobody says whether it was carried out, the
/// error says what may have been done, and what to do next.
pub(super) async fn sent<T>(
    prepared: impl Future<Output = Result<(), ClientError>>,
    order: impl Future<Output = Result<T, ClientError>>,
    what: &'static str,
    next: &str,
) -> Result<T, CliError> {
    prepared.await?;
    order.await.map_err(|error| CliError::of_sent(what, error, next))
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
