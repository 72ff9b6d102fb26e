//! The log of an auction, whole, as admins read it.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::admin::{LogRow, LogUser};
use gobid_api::page::Page;
use gobid_auction::planted::{self, Bug};
use gobid_auction::{Amount, Auction, Decimal, Status};
use gobid_store::{AuditAction, LogLine, OfferKind};

use super::audit;
use crate::app::AppState;
use crate::http::caller::Admin;
use crate::http::extract::{Parameters, ProductId};
use crate::http::pages;
use crate::http::problem::ApiError;

/// `GET /admin/products/{product_id}/log`
pub(crate) async fn log(
    State(app): State<AppState>,
    Admin(admin): Admin,
    ProductId(product_id): ProductId,
    mut query: Parameters,
) -> Result<Body<Page<LogRow>>, ApiError> {
    let list = format!("log {product_id}");
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let after = query.take("cursor", |text| pages::place(&list, text).map(i64::from_be_bytes));
    query.finish(&["limit", "cursor"])?;
    let after = after.unwrap_or_default();
    // Before the entries: what is closed when it is read stays so.
    let product = app.database.product(product_id).await?;
    let product = product.ok_or(ApiError::NotFound("product"))?;
    let detail = format!("from position {}", after + 1);
    audit::note(&app, admin, AuditAction::ReadLog, product_id, Some(detail)).await?;
    let lines = app.database.log_lines(product_id, after, limit + 1).await?;
    let rows: Result<Vec<_>, _> =
        lines.into_iter().map(|line| row(&product.auction, line)).collect();
    let cursor = |last: &LogRow| pages::cursor(&list, &last.position.to_be_bytes());
    Ok(Body(pages::page(rows?, limit, cursor)))
}

/// What an admin sees of an entry. Maxima, reserves and sealed amounts only once the auction is
/// closed: before, and when it was cancelled, nobody does.
fn row(auction: &Auction, line: LogLine) -> Result<LogRow, ApiError> {
    let is_closed = matches!(auction.state.status, Status::Sold | Status::Unsold)
        || planted::is(Bug::LeakInAdminLog);
    let offer_is_public = line.kind == "bid_placed" && line.private.offer != OfferKind::Maximum;
    let decimal = |amount: Amount| amount.to_decimal(auction.terms.currency);
    let secret =
        |amount: Option<Amount>| -> Option<Decimal> { amount.filter(|_| is_closed).map(decimal) };
    let event = line.public.as_deref().map(serde_json::from_str).transpose();
    Ok(LogRow {
        position: line.position,
        seq: line.seq,
        entry_id: line.entry_id,
        kind: line.kind,
        user: line.actor.map(|(user_id, user_name)| LogUser { user_id, user_name }),
        request_id: line.request_id,
        received_at: line.received_at,
        at: line.at,
        leader: line.leader,
        current_price: line.price.map(decimal),
        auction_end: line.auction_end,
        offer: line.offer.filter(|_| is_closed || offer_is_public).map(decimal),
        maximum: secret(line.private.maximum),
        reserve_before: secret(line.private.reserve_before),
        reserve_price: secret(line.private.reserve),
        bidder: line.private.bidder,
        reason: line.private.reason,
        event: event.map_err(|why| ApiError::Internal(format!("a log's entry: {why}")))?,
    })
}
