//! What only an admin may order, each with a reason.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::admin::{Extension, VoidBidder};
use gobid_api::products::{ProductView, Reason};
use gobid_auction::{Order, Timestamp, VoidTarget};
use gobid_store::AuditAction;

use crate::app::AppState;
use crate::http::extract::BidId;
use crate::http::orders::{carry_out, reason};
use crate::http::problem::ApiError;
use crate::http::stamped::{ByAdmin, Stamped};
use crate::http::validate::{self, Faults};

type Carried = Result<Body<ProductView>, ApiError>;

/// `POST /admin/products/{product_id}/cancel`
pub(crate) async fn cancel(State(app): State<AppState>, ByAdmin(stamped): ByAdmin) -> Carried {
    let order = Order::Cancel { reason: given(&stamped)? };
    carry_out(&app, stamped, order, Some(AuditAction::Cancel)).await
}

/// `POST /admin/products/{product_id}/extend`
pub(crate) async fn extend(State(app): State<AppState>, ByAdmin(stamped): ByAdmin) -> Carried {
    let body = stamped.parse()?;
    let product = app.database.product(stamped.ticket.product_id).await?;
    let longest = app.config.max_auction_duration;
    let latest = product.map(|product| product.auction.terms.auction_start.plus(longest));
    let order = extension(&body, latest)?;
    carry_out(&app, stamped, order, Some(AuditAction::Extend)).await
}

/// `POST /admin/products/{product_id}/annul`
pub(crate) async fn annul(State(app): State<AppState>, ByAdmin(stamped): ByAdmin) -> Carried {
    let order = Order::Annul { reason: given(&stamped)? };
    carry_out(&app, stamped, order, Some(AuditAction::Annul)).await
}

/// `POST /admin/products/{product_id}/bids/{bid_id}/void`
pub(crate) async fn void_bid(
    State(app): State<AppState>,
    BidId(bid_id): BidId,
    ByAdmin(stamped): ByAdmin,
) -> Carried {
    let order = void(VoidTarget::Bid(bid_id), given(&stamped)?);
    carry_out(&app, stamped, order, Some(AuditAction::VoidBid)).await
}

/// `POST /admin/products/{product_id}/void-bidder`
pub(crate) async fn void_bidder(State(app): State<AppState>, ByAdmin(stamped): ByAdmin) -> Carried {
    let VoidBidder { user_id, reason: text } = stamped.parse()?;
    let target = VoidTarget::Bidder { user_id, sealed: None, number: None };
    let order = void(target, reason(&text)?);
    carry_out(&app, stamped, order, Some(AuditAction::VoidBidder)).await
}

fn given(stamped: &Stamped) -> Result<String, ApiError> {
    let body: Reason = stamped.parse()?;
    reason(&body.reason)
}

/// An end that is no later than the server lets an auction last.
fn extension(body: &Extension, latest: Option<Timestamp>) -> Result<Order, ApiError> {
    let mut faults = Faults::default();
    let auction_end = validate::parsed::<Timestamp>(&body.auction_end);
    let auction_end = auction_end.and_then(|end| match latest.filter(|latest| end > *latest) {
        Some(latest) => Err(format!("is too late: {latest} is the latest")),
        None => Ok(end),
    });
    let auction_end = faults.check("auction_end", auction_end);
    let reason = faults.check("reason", validate::reason(&body.reason));
    let order = || Some(Order::Extend { auction_end: auction_end?, reason: reason? });
    let order = order();
    faults.finish(order)
}

/// The log that is replayed is read on the way.
fn void(target: VoidTarget, reason: String) -> Order {
    Order::Void { target, reason, log: Vec::new() }
}
