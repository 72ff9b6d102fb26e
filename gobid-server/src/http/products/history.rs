//! What happened in an auction: its bids, newest first, and its events, oldest first.

use std::collections::HashSet;

use axum::Json as Body;
use axum::extract::State;
use gobid_api::bids::BidRow;
use gobid_api::live::{AuctionEvent, EventKind};
use gobid_api::page::Page;
use gobid_auction::planted::{self, Bug};
use gobid_store::{Product, SealedAmount, StoredEvent};
use serde_json::value::RawValue;

use crate::app::{App, AppState};
use crate::http::bearer::Anybody;
use crate::http::extract::{Parameters, ProductId};
use crate::http::pages;
use crate::http::problem::ApiError;
use crate::view::public_name;

/// Which row of a page of bids comes next: those of this event and before, this row and before; of a
/// sealed auction, whose amounts are the rows of its closing, this row and behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    seq: i64,
    row: u32,
}

/// `GET /products/{product_id}/bids`
pub(crate) async fn bids(
    State(app): State<AppState>,
    _caller: Anybody,
    ProductId(product_id): ProductId,
    mut query: Parameters,
) -> Result<Body<Page<BidRow>>, ApiError> {
    let list = format!("bids {product_id}");
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let from = query.take("cursor", |text| pages::place(&list, text).map(Place::from_bytes));
    query.finish(&["limit", "cursor"])?;
    let from_seq = from.map(|place| place.seq);
    let events = app.database.bid_events(product_id, from_seq, limit + 1).await?;
    let rows = if events.is_empty() {
        sealed_rows(&app, &existing(&app, product_id).await?, from, limit + 1).await?
    } else {
        rows(&events, from)?
    };
    let next = rows.get(usize::try_from(limit).unwrap_or_default()).map(|(place, _)| *place);
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    let mut page = pages::page(rows, limit, |_| String::new());
    page.next_cursor = next.map(|next| pages::cursor(&list, &next.to_bytes()));
    mark_voided(&app, product_id, &mut page.items).await?;
    Ok(Body(page))
}

/// `GET /products/{product_id}/events`
pub(crate) async fn events(
    State(app): State<AppState>,
    _caller: Anybody,
    ProductId(product_id): ProductId,
    mut query: Parameters,
) -> Result<Body<Page<Box<RawValue>>>, ApiError> {
    let list = format!("events {product_id}");
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let after_seq = query.take("after_seq", after_seq);
    let cursor = query.take("cursor", |text| pages::place(&list, text).map(i64::from_be_bytes));
    query.finish(&["after_seq", "limit", "cursor"])?;
    let after = cursor.or(after_seq).unwrap_or_default();
    let events = app.database.events(product_id, after, limit + 1).await?;
    if events.is_empty() {
        existing(&app, product_id).await?;
    }
    let next = |last: &StoredEvent| {
        let place = if planted::is(Bug::LeakInCursor) { last.position } else { last.seq };
        pages::cursor(&list, &place.to_be_bytes())
    };
    let Page { items, next_cursor } = pages::page(events, limit, next);
    let items: Result<Vec<_>, _> =
        items.into_iter().map(|event| RawValue::from_string(event.public)).collect();
    let items = items.map_err(|why| ApiError::Internal(why.to_string()))?;
    Ok(Body(Page { items, next_cursor }))
}

async fn existing(app: &App, product_id: gobid_auction::ProductId) -> Result<Product, ApiError> {
    app.database.product(product_id).await?.ok_or(ApiError::NotFound("product"))
}

fn after_seq(text: &str) -> Result<i64, String> {
    let seq = text.parse().ok().filter(|seq| *seq >= 0);
    seq.ok_or_else(|| "must be the seq of an event, or 0".to_owned())
}

/// The public rows of events, newest first, from a place on.
fn rows(events: &[StoredEvent], from: Option<Place>) -> Result<Vec<(Place, BidRow)>, ApiError> {
    let mut rows = Vec::new();
    for event in events {
        let event: AuctionEvent = serde_json::from_str(&event.public)
            .map_err(|why| ApiError::Internal(format!("event {}: {why}", event.seq)))?;
        let EventKind::BidPlaced { bids, .. } = event.kind else { continue };
        let numbered = (0..).zip(bids).map(|(row, bid)| (Place { seq: event.seq, row }, bid));
        let mut numbered: Vec<_> = numbered.collect();
        numbered.reverse();
        let wanted =
            |place: Place| from.is_none_or(|from| place.seq < from.seq || place.row <= from.row);
        rows.extend(numbered.into_iter().filter(|(place, _)| wanted(*place)));
    }
    Ok(rows)
}

/// The amounts of a sealed auction, best first, from a place on: rows of its closing. None before
/// it.
async fn sealed_rows(
    app: &App,
    product: &Product,
    from: Option<Place>,
    limit: i64,
) -> Result<Vec<(Place, BidRow)>, ApiError> {
    let terms = &product.auction.terms;
    if !terms.format.is_sealed() || product.auction.is_secret() {
        return Ok(Vec::new());
    }
    let from = from.map_or(0, |place| place.row);
    let amounts = app.database.sealed_amounts(terms.product_id, from.into(), limit).await?;
    let row = |(row, sealed): (u32, SealedAmount)| {
        let bid = BidRow {
            bid_id: sealed.bid_id,
            seq: sealed.seq,
            at: sealed.at,
            bidder: public_name(product.anonymous_bidders, &sealed.user_name, sealed.number),
            amount: sealed.amount.to_decimal(terms.currency),
            automatic: false,
            voided: false,
        };
        (Place { seq: sealed.seq, row }, bid)
    };
    Ok((from..).zip(amounts).map(row).collect())
}

/// The rows are as the log has them; that some were struck later is not written there.
async fn mark_voided(
    app: &App,
    product_id: gobid_auction::ProductId,
    rows: &mut [BidRow],
) -> Result<(), ApiError> {
    if rows.is_empty() {
        return Ok(());
    }
    let bid_ids: Vec<_> = rows.iter().map(|row| row.bid_id).collect();
    let voided: HashSet<_> = app.database.voided_among(product_id, &bid_ids).await?;
    for row in rows {
        row.voided |= voided.contains(&row.bid_id);
    }
    Ok(())
}

impl Place {
    const BYTES: usize = 12;

    /// The seq, and behind it the row.
    fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let all = self.seq.to_be_bytes().into_iter().chain(self.row.to_be_bytes());
        bytes.iter_mut().zip(all).for_each(|(place, byte)| *place = byte);
        bytes
    }

    fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let (seq, row) = bytes.split_at(8);
        Self {
            seq: seq.try_into().map(i64::from_be_bytes).unwrap_or_default(),
            row: row.try_into().map(u32::from_be_bytes).unwrap_or_default(),
        }
    }
}
