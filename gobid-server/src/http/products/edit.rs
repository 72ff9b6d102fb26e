//! What a seller orders: changes of his product, and that its auction is called off.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::accounts::Scope;
use gobid_api::products::{ProductEdit, ProductView, Reason};
use gobid_auction::{Decimal, Order, ReserveEdit};
use gobid_store::AuditAction;

use crate::app::AppState;
use crate::http::caller;
use crate::http::orders;
use crate::http::problem::ApiError;
use crate::http::stamped::{BySeller, BySellerOrAdmin};
use crate::http::validate::{self, Faults};

/// `PATCH /products/{product_id}`
pub(crate) async fn edit(
    State(app): State<AppState>,
    BySeller(stamped): BySeller,
) -> Result<Body<ProductView>, ApiError> {
    let order = order(&stamped.parse()?)?;
    orders::carry_out(&app, stamped, order, None).await
}

/// `POST /products/{product_id}/cancel`
pub(crate) async fn cancel(
    State(app): State<AppState>,
    BySellerOrAdmin(stamped): BySellerOrAdmin,
) -> Result<Body<ProductView>, ApiError> {
    let Reason { reason } = stamped.parse()?;
    let reason = orders::reason(&reason)?;
    let by_admin = caller::is_admin(&app, stamped.caller).await?;
    if !by_admin {
        // The scope of an admin is nothing in other hands.
        caller::must(stamped.caller, Scope::Sell)?;
    }
    let action = by_admin.then_some(AuditAction::Cancel);
    orders::carry_out(&app, stamped, Order::Cancel { reason }, action).await
}

fn order(body: &ProductEdit) -> Result<Order, ApiError> {
    let mut faults = Faults::default();
    let description = body.description.as_deref().map(validate::description).transpose();
    let description = faults.check("description", description);
    let reserve = body.reserve_price.as_ref().map(|reserve| match reserve {
        None => Ok(ReserveEdit::Remove),
        Some(price) => validate::parsed::<Decimal>(&price.0).map(ReserveEdit::Set),
    });
    let reserve = faults.check("reserve_price", reserve.transpose());
    let revision = body.revision;
    let order = || Some(Order::Edit { description: description?, reserve: reserve?, revision });
    let order = order();
    faults.finish(order)
}
