//! The suspension of a user, and of his bids.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::admin::{Suspended, Suspension};
use gobid_api::problem::ErrorCode;
use gobid_auction::{Order, ProductId, UserId as Id, VoidTarget};
use gobid_store::AuditAction;
use uuid::Uuid;

use super::{about, not_oneself, ordered};
use crate::app::{App, AppState};
use crate::http::admin::audit;
use crate::http::caller::Admin;
use crate::http::extract::{Json, UserId};
use crate::http::orders;
use crate::http::problem::ApiError;
use crate::hub::{Answer, Caller};

/// How many auctions are looked for at a time.
const AT_ONCE: i64 = 100;
/// After how many that could not be done now the rest is left.
const MOST_LEFT: u32 = 20;

/// `POST /admin/users/{user_id}/suspend`
pub(crate) async fn suspend(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    Json(body): Json<Suspension>,
) -> Result<Body<Suspended>, ApiError> {
    let reason = orders::reason(&body.reason)?;
    not_oneself(admin, user_id)?;
    let note = about(&app, admin, AuditAction::Suspend, user_id, Some(reason.clone()));
    let suspended_at = ordered(app.database.suspend(user_id, &note).await?)?;
    app.hub.user_suspended(user_id);
    // What a lane has read of him before may still lead to his first bid in an auction.
    if !app.database.writers_have_ended().await? {
        tracing::warn!(%user_id, "a transaction is older than a suspension: a bid may be left");
    }
    let (voided, not_voided) =
        if body.void_open { void_open(&app, admin, user_id, &reason).await? } else { (0, 0) };
    let open_auctions = app.database.open_auctions_of(user_id, Uuid::nil(), AT_ONCE).await?;
    Ok(Body(Suspended { suspended_at, voided, not_voided, open_auctions }))
}

/// Strikes the bids of a user in all open auctions, one after the other; in how many that was done,
/// and in how many it could not be.
async fn void_open(
    app: &App,
    admin: Caller,
    user_id: Id,
    reason: &str,
) -> Result<(u32, u32), ApiError> {
    let (mut voided, mut not_voided, mut after) = (0, 0, Uuid::nil());
    loop {
        let auctions = app.database.open_auctions_of(user_id, after, AT_ONCE).await?;
        let Some(last) = auctions.last() else { return Ok((voided, not_voided)) };
        after = *last;
        for product_id in auctions {
            match void(app, admin, user_id, product_id, reason).await {
                Answer::Done => {
                    voided += 1;
                    let detail = Some(format!("user {user_id}: {reason}"));
                    audit::note_done(app, admin, AuditAction::VoidBidder, product_id, detail).await;
                }
                Answer::Refused(refusal) if has_nothing_left(refusal.code) => {}
                _ => not_voided += 1,
            }
            if not_voided >= MOST_LEFT {
                return Ok((voided, not_voided));
            }
        }
    }
}

async fn void(
    app: &App,
    admin: Caller,
    user_id: Id,
    product_id: ProductId,
    reason: &str,
) -> Answer {
    let target = VoidTarget::Bidder { user_id, sealed: None, number: None };
    let order = Order::Void { target, reason: reason.to_owned(), log: Vec::new() };
    match app.hub.stamp(product_id) {
        Ok(ticket) => app.hub.order(ticket, admin, order).await,
        Err(answer) => *answer,
    }
}

/// Whether a refusal says that there is nothing to be struck, or not any more.
const fn has_nothing_left(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NotFound | ErrorCode::AlreadyExists | ErrorCode::AuctionClosed)
}
