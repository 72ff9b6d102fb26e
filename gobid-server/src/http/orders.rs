//! Orders of sellers and admins, from the request to the answer.

use axum::Json as Body;
use gobid_api::products::ProductView;
use gobid_auction::{Order, VoidTarget};
use gobid_store::AuditAction;

use crate::app::App;
use crate::http::admin;
use crate::http::problem::{self, ApiError};
use crate::http::products;
use crate::http::stamped::Stamped;
use crate::http::validate;

/// Has an order carried out, writes it down when an admin gave it, and answers with the product as
/// it stands then.
pub(crate) async fn carry_out(
    app: &App,
    stamped: Stamped,
    order: Order,
    action: Option<AuditAction>,
) -> Result<Body<ProductView>, ApiError> {
    let Stamped { ticket, caller, .. } = stamped;
    let (product_id, detail) = (ticket.product_id, detail(&order));
    problem::done(app.hub.order(ticket, caller, order).await)?;
    if let Some(action) = action {
        admin::note_done(app, caller, action, product_id, detail).await;
    }
    products::view_for(app, product_id, Some(caller)).await.map(Body)
}

/// Why somebody orders something, as everybody will see it.
pub(crate) fn reason(text: &str) -> Result<String, ApiError> {
    validate::reason(text).map_err(|why| ApiError::invalid("reason", why))
}

/// The reason that an order gives; before it, whose bids are struck, or which.
fn detail(order: &Order) -> Option<String> {
    match order {
        Order::Edit { .. } => None,
        Order::Cancel { reason } | Order::Extend { reason, .. } | Order::Annul { reason } => {
            Some(reason.clone())
        }
        Order::Void { target: VoidTarget::Bid(bid_id), reason, .. } => {
            Some(format!("bid {bid_id}: {reason}"))
        }
        Order::Void { target: VoidTarget::Bidder { user_id, .. }, reason, .. } => {
            Some(format!("user {user_id}: {reason}"))
        }
    }
}
