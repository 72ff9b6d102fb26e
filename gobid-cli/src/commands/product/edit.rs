//! `product edit` and `product cancel`: what a seller may still change.

use gobid_api::products::ProductEdit;
use gobid_api::{Decimal, ProductId};

use crate::amount;
use crate::commands::order::{Because, meant, sent};
use crate::credentials::Context;
use crate::error::CliError;

pub(super) const EDIT_HELP: &str = "\
Everybody sees that the reserve was changed, and whether it is met; nobody sees the amount. In an
English auction it may become anything before the first bid; afterwards it may be lowered or
removed, once. In a sealed auction it is fixed from the start on.

Examples:
  gobid-cli product edit ID --description 'CLA 2023, light wear. With a case.'
  gobid-cli product edit ID --reserve 1_000 --revision 2
  gobid-cli product edit ID --no-reserve";

pub(super) const CANCEL_HELP: &str = "\
After the first bid, and in a sealed auction that is open, only an admin can (gobid-cli admin
cancel).

Example:
  gobid-cli product cancel ID --reason 'It broke when I packed it.'";

#[derive(Debug, clap::Args)]
pub(crate) struct Edit {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    changes: Changes,

    /// Only if the product still has this revision
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// Another description, 10 to 2,000 characters
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Another secret minimum
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    reserve: Option<Decimal>,

    /// No secret minimum any more
    #[arg(long, conflicts_with = "reserve")]
    no_reserve: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Cancel {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    because: Because,
}

/// How to learn whether something was done.
fn look(product_id: ProductId) -> String {
    format!("gobid-cli product show {product_id} shows whether it was")
}

impl Edit {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let Changes { description, reserve, no_reserve } = self.changes;
        let reserve_price = match reserve {
            Some(reserve) => Some(Some(reserve.into())),
            None => no_reserve.then_some(None),
        };
        let edit = ProductEdit { description, reserve_price, revision: self.revision };
        let product = sent(
            client.prepare(),
            client.edit_product(self.product_id, &edit),
            "the product was changed",
            &look(self.product_id),
        )
        .await?;
        context.output.one(&product)?;
        context.output.note(&format!("changed: revision {}", product.revision));
        Ok(())
    }
}

impl Cancel {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        meant(context, &client, self.product_id, "The auction is called off.").await?;
        let product = sent(
            client.prepare(),
            client.cancel_product(self.product_id, &self.because.into_body()),
            "the auction was cancelled",
            &look(self.product_id),
        )
        .await?;
        context.output.one(&product)?;
        context.output.note("cancelled");
        Ok(())
    }
}
